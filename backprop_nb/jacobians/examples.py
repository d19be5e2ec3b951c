"""One small example of every operation, to differentiate it at."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..arrays import tensor  # noqa: F401  its rows fill the second table
from ..arrays.structural import Structural
from ..core.primitives import Primitive

__all__ = ["Example", "example"]

M = np.array([[0.7, -1.3, 2.1], [1.9, 0.4, -0.6]])
N = np.array([[-0.8, 1.1, 0.3], [0.5, -1.7, 1.4]])
U, V = M[0], N[0]
FREE = np.array([-1.6, -0.5, 0.7, 1.8])


class Example(NamedTuple):
    """An operation and where it is differentiated.

    name:     of its row
    call:     how it is written: "sum(x, axis=1)"
    f:        a function of ``operands``
    operands: arrays of floats
    """

    name: str
    call: str
    f: Callable
    operands: tuple

    @property
    def letters(self):
        """What the operands are called: x, y."""
        return "xyz"[: len(self.operands)]


# How a row of the second table is called: in words, as a function (row, *operands), and on what.
CALLS = {
    "reshape": ("reshape(x, (3, 2))", lambda row, x: row(x, (3, 2)), M),
    "ravel": ("ravel(x)", lambda row, x: row(x), M),
    "expand_dims": ("expand_dims(x, 0)", lambda row, x: row(x, 0), M),
    "squeeze": ("squeeze(x)", lambda row, x: row(x), M[:1]),
    "transpose": ("x′", lambda row, x: row(x), M),
    "swapaxes": ("swapaxes(x, 0, 1)", lambda row, x: row(x, 0, 1), M),
    "moveaxis": ("moveaxis(x, 0, -1)", lambda row, x: row(x, 0, -1), M),
    "broadcast_to": ("broadcast_to(x, (3, 3))", lambda row, x: row(x, (3, 3)), U),
    "getitem": ("x[[2, 0, 0]]", lambda row, x: row(x, np.array([2, 0, 0])), FREE),
    "take": ("take(x, [1, 2])", lambda row, x: row(x, [1, 2]), M),
    "sort": ("sort(x)", lambda row, x: row(x), M),
    "put_at": ("put x at [1, 2, 1] of 4", lambda row, x: row(x, None, np.array([1, 2, 1]), (4,)), U),
    "concatenate": ("concatenate([x, y])", lambda row, x, y: row([x, y]), U, V),
    "stack": ("stack([x, y])", lambda row, x, y: row([x, y]), U, V),
    "where": ("where(mask, x, y)", lambda row, x, y: row(M > 0, x, y), M, N),
    "clip": ("clip(x, -1, 1)", lambda row, x: row(x, -1, 1), M),
    "pad": ("pad(x, 1)", lambda row, x: row(x, 1), U),
    "sum": ("sum(x, axis=1)", lambda row, x: row(x, axis=1), M),
    "mean": ("mean(x, axis=0)", lambda row, x: row(x, axis=0), M),
    "var": ("var(x, axis=1)", lambda row, x: row(x, axis=1), M),
    "max": ("max(x, axis=1)", lambda row, x: row(x, axis=1), M),
    "min": ("min(x, axis=0)", lambda row, x: row(x, axis=0), M),
    "prod": ("prod(x, axis=1)", lambda row, x: row(x, axis=1), M),
    "cumsum": ("cumsum(x)", lambda row, x: row(x), FREE),
    "norm": ("norm(x)", lambda row, x: row(x), FREE),
    "logsumexp": ("logsumexp(x, axis=1)", lambda row, x: row(x, axis=1), M),
    "softmax": ("softmax(x)", lambda row, x: row(x), M),
    "softmax_cross_entropy": (
        "softmax_cross_entropy(x, labels)",
        lambda row, x: row(x, np.array([2, 0])),
        M,
    ),
    "matmul": ("x @ y", lambda row, x, y: row(x, y), M, N.T),
    "outer": ("outer(x, y)", lambda row, x, y: row(x, y), U, V),
    "trace": ("trace(x)", lambda row, x: row(x), M[:, :2]),
    "einsum": ('einsum("ij,ij->i", x, y)', lambda row, x, y: row("ij,ij->i", x, y), M, N),
    "alias": ("x by another name", lambda row, x: row(x), U),
}


def example(row):
    """The Example of a row of either table.

    row:     an elementwise row, a row of the second table, or the name of one
    returns: Example
    raises:  ValueError for a name that neither table has, LookupError for a row without an example

    >>> example("sum").call, example("mul").call
    ('sum(x, axis=1)', 'x × y')
    """
    row = named_row(row) if isinstance(row, str) else row
    if isinstance(row, Primitive):
        places = range(len(row.domain))
        operands = tuple(spread(domain, place) for place, domain in zip(places, row.domain, strict=True))
        call = row.notation.text.template.format(*"xyz"[: len(operands)])
        return Example(row.name, call, row, operands)
    if row.name in CALLS:
        call, f, *operands = CALLS[row.name]
        return Example(row.name, call, lambda *x: f(row, *x), tuple(operands))
    return guessed(row)


def named_row(name):
    """The row of this name, of the second table first; ValueError where there is none."""
    for table in (Structural.table, Primitive.table):
        if name in table:
            return table[name]
    raise ValueError(
        f"no operation {name!r:.60}; there is {', '.join([*Primitive.table, *Structural.table])}"
    )


def guessed(row):
    """An example for a row that joined the table later: a matrix for each operand, if it takes that."""
    operands = (M, N)[: len(row.vjps)]
    try:
        row(*operands)
    except (ValueError, TypeError, IndexError) as error:
        raise LookupError(
            f"{row.name} has no example: it does not take one matrix per operand: {error}"
        ) from None
    return Example(row.name, f"{row.name}({', '.join('xyz'[: len(operands)])})", row, operands)


def spread(domain, place):
    """Four numbers inside a domain, others for each operand.

    >>> from backprop_nb.core.primitives import Primitive
    >>> spread(Primitive.table["arcsin"].domain[0], 0)
    array([-0.64, -0.2 ,  0.28,  0.72])
    """
    numbers = FREE if place == 0 else FREE[[2, 0, 3, 1]] * 1.3
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        middle, half = (domain.low + domain.high) / 2, (domain.high - domain.low) / 2
        return middle + half * numbers / 2.5
    if math.isfinite(domain.low):
        return domain.low + np.abs(numbers)
    return domain.high - np.abs(numbers) if math.isfinite(domain.high) else numbers + 0.0
