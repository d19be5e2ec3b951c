"""Arrays written as vectors: in which order their entries stand, what they are called, points nearby."""

import inspect
import math

import numpy as np

from ..drawing.notation import SUBSCRIPTS

__all__ = ["LAYOUT_NAMES", "LAYOUT_SIDES", "ORDERS", "flatten_derivative", "input_name", "name_entries",
           "nearby", "output_name", "require_choice", "require_whole"]  # fmt: skip

LAYOUT_SIDES = {"notes": ("inputs", "outputs"), "usual": ("outputs", "inputs")}  # what rows and columns are
LAYOUT_NAMES = {"notes": "the notes' layout", "usual": "the usual layout"}
ORDERS = {"rows": "C", "columns": "F"}  # NumPy's ravel reads row by row, vec column by column
NEARBY_STEP = 1e-5  # how far away a nearby point is, relative to the size of the numbers


def require_whole(**numbers):
    """ValueError unless each of these is a whole number above 0."""
    for name, n in numbers.items():
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(f"{name} is a whole number, 1 or more; received {n!r:.60}")


def require_choice(what, given, known):
    """``given`` if it is one of ``known``; ValueError otherwise, with the choice."""
    if given not in known:
        raise ValueError(f"{what} is {' or '.join(map(repr, known))}; received {given!r:.60}")
    return given


def flatten_derivative(tensor, inputs, outputs, order="rows"):
    """The derivative T[input…, output…] as a matrix (inputs, outputs), the notes' layout.

    tensor:  array of shape ``inputs + outputs``
    order:   how an array becomes a vector: "rows" (ravel) or "columns" (vec)
    raises:  ValueError if the shapes do not fit

    >>> flatten_derivative(np.arange(8.0).reshape(2, 2, 2), (2, 2), (2,), "columns")
    array([[0., 1.], [4., 5.], [2., 3.], [6., 7.]])
    """
    tensor = np.asarray(tensor)
    if tensor.shape != (*inputs, *outputs):
        raise ValueError(
            f"the derivative of an output {outputs} with respect to {inputs} has the shape "
            f"{(*inputs, *outputs)}; received {tensor.shape}"
        )
    if require_choice("order", order, ORDERS) == "columns":
        n, m = len(inputs), len(outputs)
        tensor = tensor.transpose([*range(n - 1, -1, -1), *range(n + m - 1, n - 1, -1)])
    return tensor.reshape(math.prod(inputs), math.prod(outputs))


def name_entries(letter, shape, order="rows"):
    """A name for each entry of an array, counted from 1 as the notes do.

    >>> name_entries("x", (3,)), name_entries("y", (2, 2), "columns"), name_entries("z", ())
    (['x₁', 'x₂', 'x₃'], ['y₁₁', 'y₂₁', 'y₁₂', 'y₂₂'], ['z'])
    """
    between = "," if max(shape, default=0) > 9 else ""
    places = [np.unravel_index(i, shape, ORDERS[order]) for i in range(math.prod(shape))] if shape else [()]
    return [letter + between.join(str(i + 1).translate(SUBSCRIPTS) for i in place) for place in places]


def input_name(f, argnums):
    """The function's own name for the argument that is differentiated, "x" where it tells none."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # some built-in functions have no signature
        return "x"
    names = [p.name for p in parameters if p.kind <= inspect.Parameter.POSITIONAL_OR_KEYWORD]
    return names[argnums] if argnums < len(names) else "x"


def output_name(taken):
    """A letter for the output that is not the input's own.

    >>> output_name("x"), output_name("y")
    ('y', 'z')
    """
    return "z" if taken == "y" else "y"


def nearby(x, count, seed=0):
    """Random arrays near ``x``: each entry is moved by a small part of its size, by a little if it is 0.

    returns: list of ``count`` arrays like ``x``; the same ones every time
    """
    random = np.random.default_rng(seed)
    step = max(NEARBY_STEP, 8 * float(np.finfo(x.dtype).eps))
    moves = [random.uniform(0.5, 1, x.shape) * random.choice([-1.0, 1.0], x.shape) for _ in range(count)]
    return [(x + step * (np.abs(x) + (x == 0)) * move).astype(x.dtype) for move in moves]
