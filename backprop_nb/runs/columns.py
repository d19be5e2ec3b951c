"""A run on numbers as columns: some 50 bytes a row, and a Row is made when it is asked for."""

import itertools
from array import array
from collections.abc import Sequence

from ..core.primitives import ARITHMETIC
from ..core.scalar import Scalar
from .rows import Operand, Row

__all__ = ["Rows", "held", "number_results", "sweep_columns"]

NONE = -1  # no second operand; below it, the constants: -2 is the first of them
held = Scalar.value.__get__  # of a node, without a word to what watches the learner's function


class Rows(Sequence):
    """The rows of a run on numbers, in the order of their places, which are counted from 0.

    labels:     of the inputs, which come first
    numbers:    what the rows of the inputs are called, an int or ``Named`` each
    operations: the rows of the table that the results refer to
    constants:  the plain numbers that they refer to

    >>> rows = Rows({"x": 3.0}, [0])
    >>> rows[0].label, rows[0].value, len(rows)
    ('x', 3.0, 1)
    """

    def __init__(self, inputs, numbers):
        self.labels, self.numbers, self.operations, self.constants = list(inputs), numbers, [], []
        self.code, self.level, self.line = array("H"), array("i"), array("i")
        self.first, self.second = array("i"), array("i")
        self.value, self.adjoint = list(inputs.values()), [0.0] * len(inputs)

    def __len__(self):
        return len(self.value)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return tuple(self[i] for i in range(*place.indices(len(self))))
        return self.make(range(len(self))[place])

    def make(self, place):
        """The Row at a place."""
        value, adjoint = self.value[place], self.adjoint[place]
        k = place - len(self.labels)
        if k < 0:
            return Row(self.numbers[place], self.labels[place], "input", (), value, adjoint, 0)
        row, places, values = self.operands_at(place)
        operands = tuple([
            Operand(None, x, None) if i < 0 else Operand(self.number_at(i), x, partial(value, *values))
            for i, x, partial in zip(places, values, row.partials, strict=True)
        ])  # fmt: skip
        line = self.line[k] or None
        return Row(k + 1, "", row.name, operands, value, adjoint, self.level[k], line)

    def number_at(self, place):
        """What the row at a place is called."""
        k = place - len(self.labels)
        return self.numbers[place] if k < 0 else k + 1

    def operands_at(self, place):
        """Of a result: the row of the table, its operands' places, negative for constants, their values."""
        k = place - len(self.labels)
        places = (self.first[k], self.second[k]) if self.second[k] != NONE else (self.first[k],)
        values = [self.value[i] if i >= 0 else self.constants[NONE - 1 - i] for i in places]
        return self.operations[self.code[k]], places, values


def number_results(rows, nodes, leaves):
    """Append the results by level, ties in the order of evaluation; returns {node: its place}.

    nodes:  all of the run, operands before results
    leaves: the inputs among them, in the order of their places
    """
    place = dict.fromkeys(leaves, 0)  # first the level, the longest distance from an input
    results = [v for v in nodes if v.operation is not None]
    for v in results:
        a, b = v.parent1, v.parent2
        place[v] = 1 + max(place[a] if isinstance(a, Scalar) else 0, place[b] if isinstance(b, Scalar) else 0)
    results.sort(key=lambda v: getattr(v, "born", -1))
    results.sort(key=place.__getitem__)
    rows.level.extend(map(place.__getitem__, results))
    place.update(zip(itertools.chain(leaves, results), itertools.count(), strict=False))
    codes, known = {}, {}

    def refer(x):
        if isinstance(x, Scalar):
            return place[x]
        at = known.setdefault((type(x), x) if x == x and x else id(x), len(rows.constants))
        if at == len(rows.constants):
            rows.constants.append(x)
        return NONE - 1 - at

    for v in results:
        rows.code.append(codes.setdefault(v.operation, len(codes)))
        rows.first.append(refer(v.parent1))
        rows.second.append(NONE if v.parent2 is None else refer(v.parent2))
        rows.line.append(getattr(v, "line", None) or 0)
        rows.value.append(held(v))
    rows.operations, rows.value = list(codes), compact_floats(rows.value)
    return place


def sweep_columns(rows, output):
    """``sweep_back`` on columns: the adjoint of every row, from 1 at the place ``output``."""
    adjoint = [0.0] * len(rows)
    adjoint[output] = 1.0
    value = rows.value
    for place in range(len(rows) - 1, len(rows.labels) - 1, -1):
        row, places, values = rows.operands_at(place)
        try:
            for i, partial in zip(places, row.partials, strict=True):
                if i >= 0:
                    adjoint[i] += adjoint[place] * partial(value[place], *values)
        except ARITHMETIC as error:
            raise row.explain_partial(error, *values) from None
    return compact_floats(adjoint)


def compact_floats(numbers):
    """A list of floats in 8 bytes each; one that holds anything else stays a list."""
    return array("d", numbers) if all(type(x) is float for x in numbers) else numbers
