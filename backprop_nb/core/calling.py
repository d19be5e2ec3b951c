"""Calls of a learner's function: what goes wrong in one is told with the learner's own line."""

import os
from traceback import walk_tb
from types import TracebackType

from .frames import LIBRARIES, code_of, fold_frames, learners_frames, line_of, line_within
from .refusals import LostDerivative

__all__ = ["call_learners"]

COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}  # frames inside a line of a function
WHOLE_TRACEBACK = "BACKPROP_NB_TRACEBACK"  # "whole" in the environment leaves tracebacks as they are


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
    elif [*walk_tb(error.__traceback__)][-1][0].f_code.co_filename.startswith(LIBRARIES):
        better = TypeError(f"a library that computes with floats met a number of a graph: {error}")
    else:
        return error
    return better.with_traceback(error.__traceback__)


def blame(error, f):
    """Have an error that ``f`` raised lead with the learner's line, and its traceback show that.

    Its type stays. This package's frames are folded, and those below the learner's last line cut off, unless
    BACKPROP_NB_TRACEBACK=whole is in the environment. Returns the error.
    """
    found = learners_frames(error.__traceback__)
    if not found or getattr(error, "blamed", False):
        return error
    functions = [x for x in found if x.tb_frame.f_code.co_name not in COMPREHENSIONS]
    lead_with_line(error, (functions or found)[-1], f)
    if os.environ.get(WHOLE_TRACEBACK) == "whole":
        return error
    fold_frames(error)
    chain = None
    for entry in reversed(found):
        chain = TracebackType(chain, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return error.with_traceback(chain)


def lead_with_line(error, entry, f):
    """Put "in your function, line 2: y = bp.lgo(x)" before the message; after a KeyError's, and its kin's."""
    frame, number = entry.tb_frame, entry.tb_lineno
    name = "" if frame.f_code is code_of(f) else f" {frame.f_code.co_name}"
    text = line_of(frame, number)
    lead = f"in your function{name}, line {line_within(frame.f_code, number)}" + f": {text:.100}" * bool(text)
    message = str(error).replace(getattr(error, "place", ""), "", 1)
    if str(error) == "".join(map(str, error.args)):  # what it says is its only argument, or nothing
        error.args = (f"{lead}\n{message}" if message else lead,)
    else:
        error.add_note(lead)
    error.blamed = True
