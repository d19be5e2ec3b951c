"""Questions before answers: predictions and exercises that say what was done instead."""

from ..runs.own_nodes import run_on
from .array_questions import amount, array, shape
from .asking import count, number
from .bank import ask, check, keys
from .class_keeping import keep_class, kept_class
from .feedback import Feedback
from .handing_in import read_report, report
from .ordering import order
from .questions import choice
from .standing import progress

__all__ = ["Feedback", "amount", "array", "ask", "check", "choice", "count", "keep_class", "kept_class",
           "keys", "number", "order", "progress", "read_report", "report", "run_on", "shape"]  # fmt: skip
