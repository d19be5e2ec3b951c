"""The carrier of forward mode: a value with its tangent, by the same partials as the reverse sweep."""

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
        if isinstance(y, Dual):
            out = row(x.value, y.value)
            along_x = push(row, row.partial1, x.tangent, out, x.value, y.value)
            return Dual(out, along_x + push(row, row.partial2, y.tangent, out, x.value, y.value))
        if not is_constant(y):
            return NotImplemented
        out = row(x.value, y)
        return Dual(out, push(row, row.partial1, x.tangent, out, x.value, y))

    def reflected(y, x):
        if not is_constant(x):
            return NotImplemented
        out = row(x, y.value)
        return Dual(out, push(row, row.partial2, y.tangent, out, x, y.value))

    return forward, reflected


def push(row, partial, tangent, out, *operands):
    """What one operand's tangent adds to the result's: the local partial times the tangent."""
    try:
        return partial(out, *operands) * tangent
    except ARITHMETIC as error:
        raise row.explain_partial(error, *operands) from None


install(Dual, apply_to_dual, apply_to_duals)
