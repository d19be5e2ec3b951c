"""Calculators for memory: of a graph of single numbers, of a whole Jacobian; beside them what is measured."""

import math
import os
from sys import getsizeof

import numpy as np

from ..arrays.tensor import Tensor
from ..core.scalar import Scalar
from ..core.sweep import operands_first
from ..drawing.array_text import bytes_text
from ..drawing.sheets import Sheet, count_text
from .entries import require_whole
from .kronecker import four_indices
from .looking import kept_bytes

__all__ = ["jacobian_sizes", "kept_bytes", "largest_n", "machine_memory", "matmul_operations", "scalar_graph",
           "scalar_matmul"]  # fmt: skip

SMALL = 8  # rows and columns of the Scalar product that is measured: 960 operations
MEDIUM = 256  # … of the Tensor product


def matmul_operations(n):
    """How many additions and multiplications the product of two n × n matrices takes by its definition.

    >>> matmul_operations(1024)
    2146435072
    """
    return 2 * n**3 - n**2


def scalar_matmul(a, b):
    """The product of two matrices one number at a time, with plain loops: n³ products, n³ - n² sums.

    a, b:    lists of rows of Scalars, or of plain numbers
    returns: list of rows

    >>> scalar_matmul([[1.0, 2.0]], [[3.0], [4.0]])
    [[11.0]]
    """
    columns = list(zip(*b, strict=True))
    return [[inner_product(row, column) for column in columns] for row in a]


def inner_product(row, column):
    """The sum of the products of two lists of equal length."""
    pairs = zip(row, column, strict=True)
    x, y = next(pairs)
    out = x * y
    for x, y in pairs:
        out = out + x * y
    return out


def scalar_graph(n=1024, pointer=4, width=4):
    """What a graph of single numbers takes for one product of n × n matrices (N25).

    n:       rows and columns
    pointer: bytes of a pointer to a parent; the notes take 4, a machine of 64 bits 8
    width:   bytes of a value, and of a gradient; 4 for single precision
    returns: Sheet; ``["overhead_least"]`` and ``["overhead_naive"]`` are the pointers' bytes for n²
             operations (the least that any method needs) and for the 2n³ - n² of the definition
    raises:  ValueError for sizes below 1

    Below the calculated numbers stand those of this package, as Python tells the size of its objects.

    >>> sheet = scalar_graph(1024)
    >>> sheet["overhead_least"] // 1024**2, sheet["overhead_naive"] // 1024**2
    (8, 16376)
    """
    require_whole(n=n, pointer=pointer, width=width)
    counts = {"least": n**2, "naive": matmul_operations(n)}
    each = measured_scalar()
    lines = [
        (f"two pointers, {pointer} bytes each: the overhead", 2 * pointer),
        (f"value and gradient, {width} bytes each", 2 * width),
        ("together", 2 * pointer + 2 * width),
        (f"this package's Scalar, measured: {each:.0f} bytes an operation", each),
    ]
    rows = [("operations", *(count_text(count) for count in counts.values()))]
    rows += [(words, *(bytes_text(size * count) for count in counts.values())) for words, size in lines]
    graph, value = measured_tensor(min(n, MEDIUM), width)
    rows.append(
        ("this package's Tensor, measured: one node for the whole product", bytes_text(graph), "the same")
    )
    data = {f"overhead_{name}": 2 * pointer * count for name, count in counts.items()}
    data |= {f"bytes_{name}": (2 * pointer + 2 * width) * count for name, count in counts.items()}
    data |= {"operations_least": n**2, "operations_naive": counts["naive"]}
    data |= {"scalar_bytes": each, "tensor_bytes": graph}
    notes = (
        f"Scalar: a product of {SMALL} × {SMALL} matrices was built, {matmul_operations(SMALL)} operations.",
        f"Tensor: a product of {min(n, MEDIUM)} × {min(n, MEDIUM)} matrices was built; its value takes "
        f"{bytes_text(value)} besides.",
    )
    head = (f"one product, n = {n:,}", "n² operations, the least", "2n³ - n², the definition")
    return Sheet("Memory of a graph", head, tuple(rows), notes, data)


def measured_scalar():
    """Bytes that Python allots to each node of a real graph of Scalars, with its value."""
    rows = [[Scalar(i + 0.5 * j) for j in range(SMALL)] for i in range(SMALL)]
    roots = [out for row in scalar_matmul(rows, rows) for out in row]
    nodes = {v for root in roots for v in operands_first(root) if v.operation is not None}
    return sum(getsizeof(v) + getsizeof(v.value) for v in nodes) / len(nodes)


def measured_tensor(n, width):
    """``(bytes of the graph, bytes of the value)`` of one product of n × n Tensors, as Python allots them."""
    kind = {2: np.float16, 4: np.float32}.get(width, np.float64)
    a, b = (Tensor(np.ones((n, n), kind)) for _ in range(2))
    out = a @ b
    held = (out, out.node, out.node.parents, out.node.saved, out.node.shape)
    return sum(map(getsizeof, held)), out.value.nbytes


def machine_memory():
    """Bytes of memory of this machine, as its system tells; a container may be allowed less.

    raises: ValueError where the system does not tell
    """
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        raise ValueError(
            "this system does not tell how much memory it has: give it, such as memory=16 * 2**30"
        ) from None


def largest_n(memory=None, width=4):
    """The largest n for which all n⁴ entries of ∂(A X)/∂X fit into ``memory`` (N34).

    memory:  bytes; None for what this machine has
    width:   bytes of a number
    raises:  ValueError for sizes below 1, or where the system does not tell its memory

    >>> largest_n(16 * 2**30), largest_n(4 * 2**40)
    (256, 1024)
    """
    memory = machine_memory() if memory is None else memory
    require_whole(memory=memory, width=width)
    return math.isqrt(math.isqrt(memory // width))


def jacobian_sizes(n=1024, width=4, memory=None, built=16):
    """What ∂(A X)/∂X takes as a whole, and what is enough (N34, N35).

    n:       rows and columns of A and X
    width:   bytes of a number, 4 for single precision
    memory:  bytes of memory to compare with; None for what this machine has
    built:   rows and columns of the tensor that is really built, to measure it
    returns: Sheet; ``["bytes"]`` is n⁴ times ``width``, ``["largest_n"]`` the largest n that fits
    raises:  ValueError for sizes below 1

    >>> jacobian_sizes(1024)["bytes"] == 4 * 2**40
    True
    """
    require_whole(n=n, width=width, built=built)
    source = "given" if memory is not None else "of this machine by its system; a container may get less"
    try:
        memory = machine_memory() if memory is None else memory
        fits = largest_n(memory, width)
        limits = [(f"memory, {source}", bytes_text(memory)), ("largest n whose n⁴ numbers fit", f"{fits:,}")]
    except ValueError as why:
        fits, limits = None, [("memory", str(why))]
    tensor = four_indices(np.ones((built, built)), built)
    side = min(n, MEDIUM)
    kept = kept_bytes(np.ones((side, side), np.float32) @ Tensor(np.ones((side, side), np.float32)))
    rows = (
        (f"all n⁴ = {count_text(n**4)} numbers, n = {n:,}", bytes_text(width * n**4)),
        (f"the n² = {count_text(n**2)} different ones: A", bytes_text(width * n**2)),
        *limits,
        (f"measured: all {tensor.size:,} numbers of n = {built}, in float64", bytes_text(tensor.nbytes)),
        (f"measured: what the vJp keeps of A X, n = {side} in float32", bytes_text(kept)),
    )
    data = {"bytes": width * n**4, "structured": width * n**2, "memory": memory, "largest_n": fits}
    data |= {"built_bytes": tensor.nbytes, "kept_bytes": kept}
    return Sheet(f"∂(A X)/∂X, {width} bytes a number", ("what", "size"), rows, (), data)
