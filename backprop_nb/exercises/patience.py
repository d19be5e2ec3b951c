"""Runs somebody's function for so many lines at most, so that an endless loop comes to an end."""

import sys

__all__ = ["TooLong", "patiently"]


class TooLong(BaseException):
    """A function was given up; no Exception, so that an ``except`` in its loop does not catch it."""


def patiently(f, *arguments, lines=1_000_000):
    """What ``f`` returns.

    lines:  how many lines of Python may run, those of functions called included
    raises: TooLong after that many; whatever ``f`` raises

    >>> patiently(max, 3, 5)
    5
    """
    left = lines

    def watch(frame, event, argument):
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong
        return watch

    before = sys.gettrace()  # a debugger's, perhaps
    sys.settrace(watch)
    try:
        return f(*arguments)
    finally:
        sys.settrace(before)
