"""Notebook 13, a run is a program."""

from ..asking import count
from ..bank import register

__all__ = []

# fmt: off
register("13-1", lambda: count(
    "f(x) = x·x + x, written as a program by emit: how many lines lead back, the first adjoint, 1, "
    "among them?", 5, {
        "x·x hands on twice, once to each of its operands, although both are x.": 4,
        "Those are the lines of the way forward.": 2,
        "Each line hands on to one operand: + has two, and × has two.": 3}))

register("13-2", lambda: count(
    "replay is called with x = 1, 2, -3, 4, -5, 6, -7 on a function with one `if x > 0`. How often is the "
    "function itself called?", 4, {
        "Each way is recorded twice before its program is run.": 2,
        "Those are the calls of replay.": 7,
        "The positive way is recorded twice, and so is the other.": 3}))
