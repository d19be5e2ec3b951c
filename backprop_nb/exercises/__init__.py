"""Questions before answers: predictions and exercises that say what was done instead."""

from .array_questions import amount, array, count, shape
from .asking import choice, number, order
from .bank import ask, check, keys
from .feedback import Feedback

__all__ = [
    "Feedback",
    "amount",
    "array",
    "ask",
    "check",
    "choice",
    "count",
    "keys",
    "number",
    "order",
    "shape",
]
