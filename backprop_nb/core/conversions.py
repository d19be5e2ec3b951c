"""How carriers meet Python's functions of numbers: which look at the value, and which are refused."""

import math
import numbers
import sys
from opcode import opmap

from .frames import LIBRARIES, blame, is_learners, learners_frames, line_of, place_of

__all__ = ["Conversions", "LostDerivative", "call_learners", "is_constant", "plain_number"]

REMAINDERS = (6, 19)  # the arguments of BINARY_OP for % and %=
RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh",
           "acosh": "arccosh", "atanh": "arctanh", "fabs": "abs"}  # fmt: skip


class LostDerivative(TypeError):
    """A number of a graph was about to turn into a plain float, or to be written into an array of floats.

    place: the learner's line, in words; "" where it is not known
    """

    place = ""


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

    def __int__(self):
        return int(plain_number(self))

    def __bool__(self):
        return bool(self.value)

    def __floor__(self):
        return math.floor(plain_number(self))

    def __ceil__(self):
        return math.ceil(plain_number(self))

    def __trunc__(self):
        return math.trunc(plain_number(self))

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


def lost_derivative(x, asking):
    """The error for what turns ``x`` into a float: the learner's line, and what to write there."""
    frame = asking
    while frame is not None and not is_learners(frame):
        frame = frame.f_back
    error = LostDerivative(
        f"a {type(x).__name__} does not turn into a float by itself, for its derivative would be lost"
        f"{place_of(frame)}. Write x.value to look at the number, {instead_of_math(frame)}, and "
        "bp.zeros(shape) or bp.stack([…]) for an array that is filled element by element"
    )
    error.place = place_of(frame)
    return error


def instead_of_math(frame):
    """What to write for the function of the module math that a line calls."""
    from .primitives import Primitive

    line = line_of(frame, frame.f_lineno) if frame else ""
    for name in frame.f_code.co_names if frame else ():
        function = getattr(math, name, None)
        imported = frame.f_globals.get(name) is function and name in line
        if callable(function) and (f"math.{name}" in line or imported or not line):
            row = RENAMED.get(name, name)
            known = row in Primitive.table
            return f"bp.{row} for math.{name}" if known else f"bp's own functions: none is math.{name}"
    return "bp.exp for math.exp and the like"


def call_learners(f, arguments, named):
    """``f(*arguments, **named)``; what goes wrong in it is told with the learner's own line."""
    try:
        return f(*arguments, **named)
    except Exception as error:
        better = blame(explain_failure(error), f)
        if better is error:
            raise
        raise better from None


def explain_failure(error):
    """An error that a learner's function met in the depths of NumPy or another library, in its own words.

    returns: the error to raise instead; ``error`` itself where it speaks for itself
    """
    if isinstance(error.__cause__, LostDerivative):  # NumPy said "setting an array element with a sequence"
        return error.__cause__.with_traceback(error.__traceback__)
    found = learners_frames(error.__traceback__)
    if not isinstance(error, TypeError) or isinstance(error, LostDerivative) or not found:
        return error
    if "Cannot cast ufunc" in str(error):
        better = LostDerivative(
            "numbers of a graph cannot be written into an array of floats. Write y = y + x"
            " in place of y += x, or start with bp.zeros(shape), which may be filled"
        )
    elif inmost_frame(error.__traceback__).f_code.co_filename.startswith(LIBRARIES):
        better = TypeError(f"a library that computes with floats met a number of a graph: {error}")
    else:
        return error
    return better.with_traceback(error.__traceback__)


def inmost_frame(traceback):
    """The frame in which an error was raised."""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame
