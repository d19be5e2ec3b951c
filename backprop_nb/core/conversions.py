"""How carriers meet Python's functions of numbers: which look at the value, and which are refused."""

import math
import numbers
import sys
from opcode import opmap

from .refusals import lost_derivative

__all__ = ["Conversions", "is_constant", "plain_number"]

REMAINDERS = (6, 19)  # the arguments of BINARY_OP for % and %=


class Conversions:
    """What carriers with a ``value`` answer to ``float``, ``int``, ``round``, f-strings and their kin.

    ``int``, ``bool``, ``math.floor``, ``math.ceil``, ``math.trunc``, ``round``, f-strings and ``"%.3f" % x``
    choose or show something, and get the value. ``float`` and ``complex``, which ``math.sin`` and an array of
    floats ask for, would lose the derivative without a word, and raise LostDerivative.
    """

    __slots__ = ()

    @property
    def __class__(self):
        """For ``isinstance(x, float)``: a carrier passes for what it holds; ``type(x)`` says what it is."""
        return type(self.value)

    def __float__(self):
        asking = sys._getframe(1)
        code, at = asking.f_code.co_code, asking.f_lasti
        if code[at] == opmap["BINARY_OP"] and code[at + 1] in REMAINDERS:  # "%.3f" % x
            return float(plain_number(self))
        raise lost_derivative(self, asking)

    def __complex__(self):
        raise lost_derivative(self, sys._getframe(1))

    def __bool__(self):
        return bool(self.value)

    def __round__(self, digits=None):
        return round(plain_number(self), digits)

    def __format__(self, spec):
        return format(plain_number(self), spec) if spec else str(self)

    def conjugate(self):
        """Itself, for ``numpy.var`` of an array of objects; a complex number is refused."""
        if isinstance(plain_number(self), complex):
            raise TypeError("the conjugate of a complex number has no derivative")
        return self

    def __copy__(self):
        return self  # nothing assigns to it: a copy with a graph of its own would lose the derivative

    def __deepcopy__(self, memo):
        return self


def is_constant(x):
    """Whether this is a number that no graph knows, Python's own or NumPy's."""
    return isinstance(x, numbers.Number) and not hasattr(type(x), "__primitives__")


def plain_number(x):
    """The single number that a carrier holds, through any nesting, as Python's own."""
    while hasattr(type(x), "__primitives__"):
        x = x.value
    return x.item() if hasattr(x, "item") else x


for name, function in {"int": int, "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc}.items():
    setattr(Conversions, f"__{name}__", lambda x, function=function: function(plain_number(x)))
