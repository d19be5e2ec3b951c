"""One small example of every operation, to differentiate it at."""

import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np

from ..arrays.structural import Structural
from ..arrays.structural.writing import Case
from ..core.primitives import Primitive

__all__ = ["Example", "example"]

MIXED = ((0.7, -1.3, 2.1, 1.9, 0.4, -0.6), (-0.8, 1.1, 0.3, 0.5, -1.7, 1.4))  # for each operand
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


def example(row):
    """The Example of a row of either table: of the second, the first of its cases.

    row:     an elementwise row, a row of the second table, or the name of one
    returns: Example
    raises:  ValueError for a name that neither table has, LookupError for a row without an example

    >>> example("sum").call, example("getitem").call, example("mul").call
    ('sum(x, axis=1)', 'x[[2, 0, 0]]', 'x × y')
    """
    row = find_row(row) if isinstance(row, str) else row
    if isinstance(row, Primitive):
        operands = tuple(numbers_inside(domain, place) for place, domain in enumerate(row.domain))
        return Example(row.name, row.notation.text.template.format(*"xyz"), row, operands)
    case = row.cases[0] if row.cases else Case(((2, 3),) * len(row.vjps), (), {})
    operands = tuple(np.resize(MIXED[i % 2], shape) for i, shape in enumerate(case.shapes))

    def f(*x):
        return row.call(row, x, case.arguments, **case.options)

    try:
        f(*operands)
    except (ValueError, TypeError, IndexError) as error:
        raise LookupError(f"{row.name} has no example: give its row cases: {error}") from None
    return Example(row.name, write_case(row, case), f, operands)


def find_row(name):
    """The row of this name, of the second table first; ValueError where there is none."""
    for table in (Structural.table, Primitive.table):
        if name in table:
            return table[name]
    near = get_close_matches(name, [*Primitive.table, *Structural.table])
    raise ValueError(f"no operation {name!r:.60}" + f"; did you mean {' or '.join(near)}?" * bool(near))


class Letter(str):
    """A name that stands for an array in a call."""

    __repr__ = str.__str__


def write_case(row, case):
    """How a case is called, with letters for its operands: "sum(x, axis=1)"."""
    letters, template = [Letter(c) for c in "xyz"[: len(case.shapes)]], row.notation.text.template
    given, named = row.call(lambda *given, **named: (given, named), letters, case.arguments, **case.options)
    if "…" in template:
        return template.format(*letters).replace("…", ", ".join(map(repr, case.arguments)))
    if given == tuple(letters) and not named:
        return template.format(*letters)
    return f"{row.name}({', '.join([*map(repr, given), *(f'{key}={x!r}' for key, x in named.items())])})"


def numbers_inside(domain, place):
    """Four numbers inside a domain, others for each operand.

    >>> numbers_inside(Primitive.table["arcsin"].domain[0], 0)
    array([-0.64, -0.2 ,  0.28,  0.72])
    """
    numbers = FREE if place == 0 else FREE[[2, 0, 3, 1]] * 1.3
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        middle, half = (domain.low + domain.high) / 2, (domain.high - domain.low) / 2
        return middle + half * numbers / 2.5
    if math.isfinite(domain.low):
        return domain.low + np.abs(numbers)
    return domain.high - np.abs(numbers) if math.isfinite(domain.high) else numbers + 0.0
