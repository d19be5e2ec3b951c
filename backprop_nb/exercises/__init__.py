"""Questions before answers: predictions and exercises that say what was done instead."""

from .array_questions import amount, array, shape
from .asking import count, number
from .bank import ask, check, keys
from .feedback import Feedback
from .ordering import order
from .questions import choice
from .standing import progress

__all__ = ["Feedback", "amount", "array", "ask", "check", "choice", "count", "keys", "number", "order",
           "progress", "shape"]  # fmt: skip
