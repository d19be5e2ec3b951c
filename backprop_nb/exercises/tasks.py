"""Exercises in which you write a function: it is tried, and whatever happens is told in words."""

import linecache
import traceback

from ..core.typed_numbers import quote_typed, wrong_kind
from .feedback import is_unanswered
from .patience import TooLong, patiently
from .questions import NotFilledIn, Question

__all__ = ["Task", "describe_exception", "require_filled"]


class Task(Question):
    """An exercise whose answer is a function.

    signature: as in "pull(X, W, G)": the code to begin with returns None, and then nothing is checked; or
               that code itself, where it does not end in a bracket
    examine:   function: the learner's function → what is wrong with it, in words, or ""; most are ``Trials``
    praise:    what its being right means
    """

    kind = "function"
    how = note = "Write the body in the next cell, and run it as often as you like."

    def __init__(self, text, signature, examine, praise):
        super().__init__(text)
        self.starter = f"def {signature}:\n    return None" if signature.endswith(")") else signature
        self.examine, self.praise = examine, praise

    def find_problem(self, answer):
        if not callable(answer):
            raise wrong_kind("A function", answer, "Give its name alone.")
        try:
            return patiently(self.examine, answer)
        except TooLong:
            return "Your function was stopped after a million lines: does its loop come to an end?"
        except Exception as error:  # noqa: BLE001  whatever a learner's function raises is told, never raised
            return describe_exception(error, answer)

    def confirm(self):
        return self.praise

    def solution(self):
        """What every right function does; one of them stands below it."""
        return f"one of many functions that are right. {self.praise}"

    def __repr__(self):
        return f"{self.title}. {self.text}\n\n{self.starter}"


def require_filled(result):
    """The result of a learner's function; NotFilledIn if there is none, as of the empty one."""
    if is_unanswered(result):
        raise NotFilledIn("Write the body of the function, and check again.")
    return result


def describe_exception(error, f):
    """An exception of a learner's function as one sentence, with the line where it was raised.

    >>> def halve(x):
    ...     return x / 0
    >>> try:
    ...     halve(1)
    ... except ZeroDivisionError as error:
    ...     print(describe_exception(error, halve))
    Your function stopped in line 2, `return x / 0`: ZeroDivisionError, division by zero.
    """
    said = f"{type(error).__name__}, {error}".strip(",. ")
    whose = "Your class" if isinstance(f, type) else "Your function"
    home = getattr(f, "__module__", None)  # its helpers and the methods of its class stand there, too
    lines = [
        (line, linecache.getline(frame.f_code.co_filename, line).strip())
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == home
    ]
    if not lines:
        return f"{whose} stopped: {said}."
    line, source = lines[-1]
    return f"{whose} stopped in line {line}{f', {quote_typed(source)}' if source else ''}: {said}."
