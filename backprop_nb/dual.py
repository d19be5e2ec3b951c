"""The carrier of forward mode: a value with its tangent, by the same partials as the reverse sweep."""

import numbers

from .notation import number
from .operators import install

__all__ = ["Dual"]


class Dual:
    """A number and its derivative along one direction of the inputs.

    value:   the number
    tangent: its derivative along the chosen direction

    >>> x = Dual(3.0, 1.0)
    >>> x * x
    Dual(9, tangent=6)
    """

    __slots__ = ("tangent", "value")

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __repr__(self):
        return f"Dual({number(self.value)}, tangent={number(self.tangent)})"

    def __float__(self):
        return float(self.value)

    def __bool__(self):
        return bool(self.value)


def unary(row):
    def forward(x):
        out = row(x.value)
        return Dual(out, row.partial1(out, x.value) * x.tangent)

    return forward


def binary(row):
    def forward(x, y):
        if isinstance(y, Dual):
            out = row(x.value, y.value)
            flow = row.partial1(out, x.value, y.value) * x.tangent
            return Dual(out, flow + row.partial2(out, x.value, y.value) * y.tangent)
        if not isinstance(y, numbers.Number):
            return NotImplemented
        out = row(x.value, y)
        return Dual(out, row.partial1(out, x.value, y) * x.tangent)

    def reflected(y, x):
        if not isinstance(x, numbers.Number):
            return NotImplemented
        out = row(x, y.value)
        return Dual(out, row.partial2(out, x, y.value) * y.tangent)

    return forward, reflected


def compare(test):
    return lambda x, y: test(x.value, y.value if isinstance(y, Dual) else y)


install(Dual, unary, binary, compare)
