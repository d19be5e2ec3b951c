"""What a row of the first table says where its operands are not allowed."""

import math
from dataclasses import dataclass

from ..drawing.notation import number

__all__ = ["REAL", "Domain", "Explaining"]


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an operand may lie: between ``low`` and ``high``, both left out, as is ``hole``."""

    words: str
    low: float = -math.inf
    high: float = math.inf
    hole: float | None = None


REAL = Domain("any real number")


class Explaining:
    """The part of a row that puts errors into words; ``Primitive`` says what its columns are."""

    def explain(self, error, *operands):
        """The same kind of error, saying which operation failed, on which operands, and why."""
        if getattr(error, "operation", None) == self.name:  # explained already, where it was raised
            return error
        shown = ", ".join(number_or_repr(x) for x in operands)
        explained = type(error)(f"{self.name}({shown}) {self.reason(error, operands)}")
        explained.operation = self.name
        return explained

    def reason(self, error, operands):
        """Why ``error`` was raised on ``operands``, in words."""
        strangers = [x for x in operands if not hasattr(x, "__float__") and not isinstance(x, complex)]
        if strangers:
            return f"needs numbers, and {strangers[0]!r:.60} is a {type(strangers[0]).__name__}"
        if isinstance(error, OverflowError) or "overflow" in str(error):
            return "overflows: the result is beyond the largest float of this width"
        if isinstance(error, ZeroDivisionError) or "divide by zero" in str(error):
            return "divides by zero"
        if isinstance(error, TypeError):
            return str(error)
        return "is outside its domain: " + (self.needs or str(error))

    def explain_partial(self, error, *operands):
        """The error for a partial that does not exist at a point where the value does: sqrt at 0."""
        shown = f"{self.name}({', '.join(number_or_repr(x) for x in operands)})"
        if isinstance(error, OverflowError):
            return type(error)(f"{shown} has a derivative that overflows")
        return type(error)(f"{shown} has a value but no derivative there: {self.needs or error}")

    @property
    def needs(self):
        """What the operands must be, in words; empty where any real number will do."""
        limits = [(i, domain) for i, domain in enumerate(self.domain, 1) if domain is not REAL]
        return " and ".join(f"operand {i} must be {domain.words}" for i, domain in limits)


def number_or_repr(x):
    """A number in few digits, an array or anything else cut short."""
    try:
        return number(x, 8) if isinstance(x, complex) or hasattr(x, "__float__") else f"{x!r:.60}"
    except (TypeError, OverflowError):  # an array refuses, an integer may be too long
        return f"{x!r:.60}"
