"""Random programs over arrays, of every row of both tables: how they are made, and how one runs.

Hypothesis draws the shapes of the inputs and a number from which the rest follows.
"""

import math
import random
import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as shapes_of

import backprop_nb as bp
from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive
from support.array_cases import call_like
from support.reference import in_domain

__all__ = ["LONGEST", "Instruction", "Program", "append", "edge_program", "ended", "names_of_rows",
           "random_program", "recipes", "result", "run"]  # fmt: skip

LARGEST, LONGEST = 24, 30  # elements of an array, operations of a program


class Instruction(NamedTuple):
    """One operation: the name of a row, its operands (numbers of earlier values, or constants), the rest."""

    name: str
    operands: tuple
    rest: tuple = ()
    options: dict = {}  # noqa: RUF012  never written to


class Program(NamedTuple):
    """Inputs and instructions; values are numbered on from the inputs; the last, a number, is the result."""

    inputs: tuple
    instructions: tuple


def run(program, inputs, row_of, constant=lambda x: x):
    """All values; ``row_of(name, position)`` is the function for an instruction."""
    values = list(inputs)
    for position, instruction in enumerate(program.instructions):
        values.append(result(instruction, values, row_of(instruction.name, position), constant))
    return values


def result(instruction, values, f, constant=lambda x: x):
    """What one instruction gives on the values before it."""
    name, operands, rest, options = instruction
    xs = [values[x] if type(x) is int else constant(x) for x in operands]
    return call_like(name, f, xs, rest, **options)


# Making programs


@st.composite
def recipes(draw):
    """What a program follows from: one to three shapes, which may or may not broadcast, and a number."""
    side = {"min_side": 1, "max_side": 4, "max_dims": 3}
    apart = st.lists(shapes_of.array_shapes(min_dims=0, **side), min_size=1, max_size=3)
    together = shapes_of.mutually_broadcastable_shapes(num_shapes=draw(st.integers(2, 3)), min_dims=0, **side)
    shapes = draw(st.one_of(apart, together.map(lambda drawn: drawn.input_shapes)))
    small = [s for s in shapes if math.prod(s) <= 12] or [(2, 3)]
    return tuple(small), draw(st.integers(0, 2**24 - 1))


def random_program(shapes, number):
    """A program of 2 to 30 operations, and some that sum what is left, in which every value counts.

    An operation is taken only where the gradient can be told to many digits: inside the domains, off kinks
    and ties, no value and no slope above 50, none that is rounding only.
    """
    chance = random.Random(number)
    inputs = tuple(drawn(chance, s) for s in shapes)
    values, instructions, unused = list(inputs), [], list(range(len(inputs)))
    length, rows = chance.randint(1, chance.choice([6, LONGEST - 6])), names_of_rows()
    while len(instructions) < length and len(values) < 2 * LONGEST:
        name = chance.choice([*rows, *Primitive.table] if chance.random() < 0.6 else rows)
        x = chance.choice(unused) if chance.random() < 0.6 else chance.randrange(len(values))
        made = maker_of(name)(chance, values, x)
        if made is not None and accepted(instruction := Instruction(name, *made), values, chance):
            append(instruction, instructions, values, unused)
    return Program(inputs, tuple(ended(chance, instructions, values, unused)))


NUMBERS = [0.0, 0.0, 1.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0]  # ties and kinks are likely


@np.errstate(all="ignore")
def edge_program(shapes, number):
    """A program of 1 to 5 operations, and the sums, where gradients have their edges.

    Numbers are equal, 0, infinite or nan; one shape in four is (); any operation is taken that has a value.
    """
    chance = random.Random(number)
    shapes = [() if chance.random() < 0.25 else s for s in shapes]
    numbers = NUMBERS + [math.nan, math.inf, -math.inf] * chance.randrange(2)
    inputs = tuple(np.array(chance.choices(numbers, k=math.prod(s))).reshape(s) for s in shapes)
    values, instructions, unused = list(inputs), [], list(range(len(inputs)))
    for name in chance.choices([*names_of_rows(), *Primitive.table], k=chance.randint(1, 5)):
        made = maker_of(name)(chance, values, chance.randrange(len(values)))
        if made is not None and has_value(instruction := Instruction(name, *made), values):
            append(instruction, instructions, values, unused)
    return Program(inputs, tuple(ended(chance, instructions, values, unused)))


def has_value(instruction, values):
    """Whether there is a value at all, of moderate size where it is finite."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a variance of too few numbers is told by a warning
            out = np.asarray(result(instruction, values, getattr(bp, instruction.name)))
    except (ArithmeticError, ValueError, IndexError, RuntimeWarning):
        return False
    return 0 < out.size <= LARGEST and out.ndim <= 5 and np.all(np.abs(out[np.isfinite(out)]) < 1e6)


def append(instruction, instructions, values, unused):
    instructions.append(instruction)
    unused[:] = [x for x in unused if x not in [y for y in instruction.operands if type(y) is int]]
    unused.append(len(values))
    values.append(np.asarray(result(instruction, values, getattr(bp, instruction.name))))
    return unused[-1]


def ended(chance, instructions, values, unused):
    """What nothing has used yet is weighed and summed, so that it counts."""
    total = None
    for x in list(unused):
        weights = drawn(chance, values[x].shape)
        weighed = append(Instruction("mul", (x, weights)), instructions, values, unused)
        term = append(Instruction("sum", (weighed,)), instructions, values, unused)
        both = Instruction("add", (total, term))
        total = term if total is None else append(both, instructions, values, unused)
    return instructions


def drawn(chance, shape):
    return np.array([round(chance.uniform(-2.5, 2.5), 3) for _ in range(math.prod(shape))]).reshape(shape)


def accepted(instruction, values, chance):
    """Whether the value is moderate and smooth around here: the way up is the way down."""
    name, operands, *_ = instruction
    xs = [values[x] if type(x) is int else np.asarray(x) for x in operands]
    row = Primitive.table.get(name)
    if row and not all(in_domain(e, d) for x, d in zip(xs, row.domain, strict=True) for e in x.flat):
        return False
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance of too few numbers is told by a warning and by nan
        try:
            out = result(instruction, values, getattr(bp, name))
        except (ArithmeticError, ValueError, IndexError):
            return False
        fits = 0 < np.size(out) <= LARGEST and np.ndim(out) <= 5 and np.all(np.abs(out) < 50)
        if not fits or np.any(np.abs(out) < 1e-9 * (name in ("var", "std", "det") or out != 0)):
            return False  # nothing but rounding is left
        if name == "sinc" and np.any(xs[0] == 0):
            return False  # PyTorch has no second derivative there
        return all(straight(instruction, values, out, chance) for _ in range(2))


def straight(instruction, values, out, chance):
    h = 1e-4
    steps = {x: h * np.array([chance.uniform(-1, 1) for _ in values[x].flat]).reshape(values[x].shape)
             for x in instruction.operands if type(x) is int}  # fmt: skip
    sides = []
    for sign in (-1, 1):
        moved = [v + sign * steps[i] if i in steps else v for i, v in enumerate(values)]
        try:
            sides.append(result(instruction, moved, getattr(bp, instruction.name)))
        except (ArithmeticError, ValueError, IndexError):
            return False
    slope = np.abs(sides[1] - sides[0]) / (2 * h)
    return np.all(slope < 50) and np.all(np.abs(sides[0] - 2 * out + sides[1]) <= 4e-3 * h * (1 + slope))


def names_of_rows():
    """The structural rows; put_at is what indices, sort and take go back by."""
    return ["dot", *(name for name in Structural.table if name != "put_at" and not name.startswith("_"))]


def maker_of(name):
    """What makes a call: one of ``MAKERS``, or as the row's cases have it."""
    return MAKERS.get(name) or partial(elementwise if name in Primitive.table else by_a_case, name)


# Each of these gives operands, further arguments and options for a row; or None where it does not fit


def by_a_case(name, chance, values, x):
    """A call that the row is tried on, with operands of as many axes."""
    cases = [case for case in Structural.table[name].cases if len(case.shapes[0]) == values[x].ndim]
    if not cases:
        return None
    (_, *others), arguments, options = chance.choice(cases)
    operands = [x]
    for shape in others:
        same = [v for v in range(len(values)) if values[v].ndim == len(shape)]
        operands.append(chance.choice(same) if same else drawn(chance, shape))
    return tuple(operands), arguments, options


def elementwise(name, chance, values, x):
    if len(Primitive.table[name].partials) == 1:
        return ((x,),)
    y = chance.choice([v for v in range(len(values)) if broadcasts(values[x].shape, values[v].shape)])
    if name == "pow" and chance.random() < 0.3:
        exponents = [chance.randrange(4) for _ in range(values[x].shape[-1])] if values[x].ndim else [2]
        return ((x, narrow(chance, exponents)),)
    if chance.random() < 0.2:
        y = chance.choice([round(chance.uniform(-3, 3), 2), drawn(chance, values[x].shape[-1:])])
    return (chance.choice([(x, y), (y, x)]),)


def broadcasts(a, b):
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def beside_another(chance, values, x, fits, made):
    """Another operand with a shape that fits, or a constant if there is none."""
    found = [v for v in range(len(values)) if fits(values[x].shape, values[v].shape)]
    y = chance.choice(found) if found else drawn(chance, made(values[x].shape))
    return x, y


def matrices(a, b):
    return bool(a and b) and a[-1] == b[max(0, len(b) - 2)] and broadcasts(a[:-2], b[:-2])


def outer(chance, values, x):
    return ((x, chance.randrange(len(values))),)


def product(chance, values, x):
    if not values[x].ndim:
        return None
    return (beside_another(chance, values, x, matrices, lambda s: (s[-1], 2)),)


def flat_product(chance, values, x):
    return product(chance, values, x) if values[x].ndim < 3 else None


def contraction(chance, values, x):
    n = values[x].ndim
    if not n:
        return None
    same = beside_another(chance, values, x, copied_or_equal, lambda s: s)
    letters = "ijklm"[:n]
    kept = "".join(chance.sample(letters, chance.randint(0, n)))
    if chance.random() < 0.5:
        return same, (f"{letters},{letters}->{kept}",)
    return (x,), (f"{letters}->{kept}",)


def copied_or_equal(a, b):
    return len(a) == len(b) and broadcasts(a, b)


def joined(chance, values, x):
    n = values[x].ndim
    if not n:
        return None
    axis = chance.randrange(-n, n)

    def fits(a, b):
        return len(a) == len(b) and all(i == axis % n or a[i] == b[i] for i in range(n))

    others = [beside_another(chance, values, x, fits, lambda s: s)[1] for _ in range(chance.randint(0, 2))]
    return tuple(chance.sample([x, *others], 1 + len(others))), (), {"axis": axis}


def stacked(chance, values, x):
    n = values[x].ndim
    both = beside_another(chance, values, x, lambda a, b: a == b, lambda s: s)
    return both, (), {"axis": chance.randrange(-n - 1, n + 1)}


def chosen(chance, values, x):
    both = beside_another(chance, values, x, broadcasts, lambda s: s)
    mask = np.array([chance.random() < 0.5 for _ in values[x].flat], bool).reshape(values[x].shape)
    return both, (mask,)


def index_of(chance, values, x):
    parts = [chance.choice([
        slice(None), chance.randrange(-n, n), slice(None, None, -1), slice(chance.randrange(n), None),
        [chance.randrange(-n, n) for _ in range(2)], np.array([chance.random() < 0.6 for _ in range(n)]),
        None,
    ]) for n in values[x].shape[: chance.randint(0, 3)]]  # fmt: skip
    if chance.random() < 0.3:
        parts.insert(chance.randint(0, len(parts)), Ellipsis)
    return (x,), (tuple(parts),)


def taken(chance, values, x):
    n = values[x].ndim
    axis = chance.randrange(-n, n) if n and chance.random() < 0.7 else None
    size = values[x].size if axis is None else values[x].shape[axis]
    return (x,), (narrow(chance, [chance.randrange(-size, size) for _ in range(3)]), axis)


def another_shape(chance, values, x):
    size = values[x].size
    first = chance.choice([n for n in range(1, size + 1) if size % n == 0])
    return (x,), (chance.choice([(first, -1), (-1, first), (size,), (1, first, size // first), -1]),)


def spread(chance, values, x):
    wider = tuple(chance.randint(1, 3) if n == 1 else n for n in values[x].shape)
    return (x,), (chance.choice([(), (2,), (1,)]) + wider,)


def labelled(chance, values, x):
    if not values[x].ndim:
        return None
    *lead, n = values[x].shape
    return (x,), (narrow(chance, [chance.randrange(n) for _ in range(math.prod(lead))]).reshape(lead),)


def of_square(chance, values, x):
    """A square matrix, or a stack of them, if there is one."""
    square = [v for v, a in enumerate(values) if a.ndim > 1 and a.shape[-1] == a.shape[-2] < 4]
    return ((chance.choice(square),),) if square else None


def system(chance, values, x):
    if (found := of_square(chance, values, x)) is None:
        return None
    shape = values[found[0][0]].shape
    fitting = [v for v, a in enumerate(values) if matrices(shape, a.shape)]
    return ((*found[0], chance.choice(fitting) if fitting else drawn(chance, shape[-1:])),)


def narrow(chance, numbers):
    """Whole numbers in a type that just holds them, often one of a single byte."""
    kinds = ["i1", "i2", ">i2", "i8"] + ["u1", "u2"] * (min(numbers, default=0) >= 0)
    return np.array(numbers, chance.choice(kinds))


MAKERS = {  # for arguments that depend on the shapes; any other row is called as its cases are
    "matmul": product, "dot": flat_product, "einsum": contraction, "concatenate": joined, "stack": stacked,
    "where": chosen, "outer": outer, "getitem": index_of, "take": taken, "reshape": another_shape,
    "broadcast_to": spread, "softmax_cross_entropy": labelled, "inv": of_square, "det": of_square,
    "logabsdet": of_square, "solve": system,
}  # fmt: skip
