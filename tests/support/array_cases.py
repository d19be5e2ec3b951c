"""What every row of both tables is tried on: shapes, arguments and numbers.

A structural row lists its own cases. An elementwise row needs none: its operands are drawn from its domain,
off its kinks, in shapes that broadcast.
"""

import zlib
from typing import NamedTuple

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.arrays.structural import Structural
from backprop_nb.arrays.structural.writing import ANY_SHAPE
from backprop_nb.core.primitives import Primitive, Unary

__all__ = ["ALL", "CASES", "Trial", "call_like", "every_case", "layouts", "normal", "operands", "trials_of"]


def call_like(name, f, xs, arguments=(), **options):
    """Call ``f``, an operation of this name or another library's, in the way the operation is called."""
    row = Structural.table.get(name)
    return row.call(f, xs, arguments, **options) if row else f(*xs, *arguments, **options)


class Trial(NamedTuple):
    """An operation on operands of some shapes, and what else it is given."""

    row: str
    shapes: tuple
    arguments: tuple = ()
    options: dict = {}  # noqa: RUF012  never written to

    @property
    def label(self):
        given = [*map(short, self.arguments), *(f"{k}={short(v)}" for k, v in self.options.items())]
        return " ".join([self.row, *("×".join(map(str, s)) or "()" for s in self.shapes), *given])

    def run(self, *xs):
        """What this package gives."""
        return self.of(Structural.table.get(self.row) or getattr(bp, self.row), *xs)

    def twin(self, library, *xs):
        """What another library gives, on its own arrays."""
        return self.of(library.row(self.row), *xs)

    def of(self, f, *xs):
        return call_like(self.row, f, xs, self.arguments, **self.options)


def short(x):
    if isinstance(x, slice):
        return ":".join("" if part is None else str(part) for part in (x.start, x.stop, x.step))
    if isinstance(x, tuple):
        return f"({','.join(map(short, x))})"
    return str(x.tolist() if isinstance(x, np.ndarray) else "..." if x is Ellipsis else x).replace(" ", "")


ALONE = [(2, 3), (), (0,), (1,), (2, 1, 2)]
BROADCAST = [
    [(2, 3), (2, 3)], [(2, 3), (3,)], [(3,), (2, 3)], [(2, 1), (1, 3)], [(), (2, 3)], [(2, 3), ()],
    [(1,), (2, 3)], [(4, 1, 3), (2, 1)], [(), ()], [(0, 3), (3,)], [(2, 1), (0,)], [(1, 1), (1,)],
]  # fmt: skip
DOTS = [
    *[case.shapes for case in Structural.table["matmul"].cases if len(case.shapes[1]) < 3],
    [(), ()], [(), (2, 3)], [(2, 3), ()], [(3,), (4, 3, 2)], [(2, 3), (4, 3, 2)], [(2, 4, 3), (3, 2)],
    [(2, 2, 3), (2, 3, 1)],
]  # fmt: skip
SPLITS = [
    ((6,), 3), ((4, 3), 2), ((4, 6), 3, 1), ((4, 6), 2, -1), ((5, 2), [1, 3]), ((5,), [0, 2]), ((0, 2), 2),
    ((3, 2), 1), ((4, 3), [2], -2),
]  # fmt: skip


def trials_of(row):
    """What a row of either table is tried on; one that nobody calls by name, on one array of any shape."""
    if isinstance(row, Primitive):
        return [Trial(row.name, s) for s in ([(s,) for s in ALONE] if isinstance(row, Unary) else BROADCAST)]
    given = row.cases or [(shapes,) for shapes in ANY_SHAPE if row.name.startswith("_")]
    return [Trial(row.name, *case) for case in given]


ROWS = {name: row for name, row in (Structural.table | Primitive.table).items() if name != "_fill"}
CASES = {name: trials_of(row) for name, row in ROWS.items()}  # and test_filling.py tries _fill
CASES["dot"] = [Trial("dot", tuple(shapes)) for shapes in DOTS]
CASES["split"] = [Trial("split", (shape,), tuple(arguments)) for shape, *arguments in SPLITS]
ALL = [trial for trials in CASES.values() for trial in trials]


every_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.label)


# What they are tried on


def operands(trial):
    """Arrays for a trial, the same ones each time."""
    chance = np.random.default_rng(zlib.crc32(trial.label.encode()))
    row = Primitive.table.get(trial.row)
    if row is None:
        return tuple(spaced(chance, shape) for shape in trial.shapes)
    while True:
        xs = [inside(chance, shape, d) for shape, d in zip(trial.shapes, row.domain, strict=True)]
        if not row.kink or smooth_at(row, xs):
            return tuple(xs)


def spaced(chance, shape):
    """Numbers from -2 to 2 in random order: no two of them close, none at 0."""
    size = int(np.prod(shape))
    numbers = chance.permutation(np.linspace(-1.9, 2, size + 1)[:size]) + chance.uniform(0, 0.02, size)
    return numbers.reshape(shape)


def inside(chance, shape, domain):
    """Numbers from -2 to 2 well inside a domain."""
    xs = chance.uniform(max(-2.0, domain.low + 0.1), min(2.0, domain.high - 0.1), shape)
    return np.asarray(xs if domain.hole is None else xs + np.where(xs < domain.hole, -0.3, 0.3))


def smooth_at(row, xs):
    """Whether no kink is near: on a straight line the way up is the way down."""
    h = 1e-4 * np.array([1.0, 0.7])[: len(xs)]
    sides = [row(*(x + s * step for x, step in zip(xs, h, strict=True))) for s in (-1, 0, 1)]
    return np.all(np.abs(sides[0] - 2 * sides[1] + sides[2]) < 1e-5)


def normal(trial, shape, number=0):
    """A cotangent or a direction for a trial."""
    chance = np.random.default_rng([zlib.crc32(trial.label.encode()), number])
    return chance.normal(size=shape)


def layouts(x):
    """The same array otherwise laid out: transposed, strided, reversed, read-only."""
    strided = np.full([2 * n for n in x.shape], np.nan)[(..., *(slice(None, None, 2),) * x.ndim)]
    strided[...] = x
    backwards = (..., *(slice(None, None, -1),) * x.ndim)
    fixed = np.array(x)
    fixed.flags.writeable = False
    yield from (np.array(x, order="F"), strided, x[backwards].copy()[backwards], fixed)
