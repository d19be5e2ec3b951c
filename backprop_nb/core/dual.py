"""The carrier of forward mode: a value with its tangent, by the same partials as the reverse sweep."""

from functools import reduce
from operator import add

from ..drawing.notation import number
from .conversions import Conversions, is_constant
from .operators import install
from .primitives import ARITHMETIC

__all__ = ["Dual"]


class Dual(Conversions):
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


def apply_to_dual(row):
    def forward(x):
        out = row(x.value)
        return Dual(out, push(row, row.partial1, x.tangent, out, x.value))

    return forward


def apply_to_duals(row):
    def forward(x, y):
        if not all(isinstance(v, Dual) or is_constant(v) for v in (x, y)):
            return NotImplemented
        a, b = (v.value if isinstance(v, Dual) else v for v in (x, y))
        out = row(a, b)
        along = [push(row, partial, v.tangent, out, a, b)
                 for v, partial in zip((x, y), row.partials, strict=True) if isinstance(v, Dual)]  # fmt: skip
        return Dual(out, reduce(add, along))

    return forward, lambda y, x: forward(x, y)


def push(row, partial, tangent, out, *operands):
    """What one operand's tangent adds to the result's: the local partial times the tangent."""
    try:
        return partial(out, *operands) * tangent
    except ARITHMETIC as error:
        raise row.explain_partial(error, *operands) from None


install(Dual, apply_to_dual, apply_to_duals)
