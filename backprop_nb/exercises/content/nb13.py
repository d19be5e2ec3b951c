"""Notebook 13, a run is a program."""

from .. import count
from ..bank import register

__all__ = []

# fmt: off
register("13-1", lambda: count(
    "f(x) multiplies 20 factors x, one after the other, and emit writes it as a program: how many lines lead "
    "back, the first adjoint, 1, among them?", 39, {
        "x·x hands on twice, once to each of its operands, although both are x.": 38,
        "Those are the lines of the way forward.": 19,
        "A product hands on to both of its operands, in a line for each.": 20}))

register("13-2", lambda: count(
    "replay is called with x = 1, -1, 2, -2, … 50, -50 on a function with one `if x > 0`. How many of the "
    "100 calls run a program, and not the function itself?", 96, {
        "Each way is recorded twice before its program is run.": 98,
        "Those are all of the calls; a program must be written first.": 100,
        "The positive way is recorded twice, and so is the other.": 97,
        "Those are the calls in which the function itself runs.": 4}))
