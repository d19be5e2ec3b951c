"""Questions before answers: predictions and exercises that say what was done instead."""

from .asking import choice, number, order
from .bank import ask, check, keys
from .feedback import Feedback

__all__ = ["Feedback", "ask", "check", "choice", "keys", "number", "order"]
