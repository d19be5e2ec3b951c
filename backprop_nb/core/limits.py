"""What a recorded run or a Jacobian may take, so that a loop without an end comes to one, in words."""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

__all__ = ["LIMITS", "Budget", "TooLongRun", "limited"]


class Limits(NamedTuple):
    """What one run may take: rows, seconds, and bytes of values; and whether its value is compared.

    compare: with the value of a plain call, at the cost of that call
    """

    rows: int = 500_000
    seconds: float = 60
    bytes: int = 2**30
    compare: bool = True


USUAL_LIMITS = Limits()
LIMITS = ContextVar("limits of a recorded run", default=USUAL_LIMITS)
EVERY = 64  # operations between two looks at the clock


class TooLongRun(BaseException):
    """A run was given up; no Exception, so that an ``except`` in the function's loop does not catch it."""


@contextmanager
def limited(**limits):
    """Other ``rows=``, ``seconds=``, ``bytes=`` or ``compare=`` for what is run inside.

    >>> from backprop_nb import record
    >>> with limited(rows=3, compare=False):
    ...     record(lambda x: x * x * x * x, 2.0)
    Traceback (most recent call last):
        ...
    ValueError: f was stopped after more than 3 rows: a loop may have no end here; try other inputs, fewer
    turns, or smaller arrays
    """
    before = LIMITS.get()
    LIMITS.set(before._replace(**limits))
    try:
        yield
    finally:
        LIMITS.set(before)


class Budget:
    """What is left of the limits while a function runs; a comparison counts, too, for a loop may do no more.

    >>> with limited(rows=2):
    ...     budget = Budget()
    >>> budget.spend(), budget.spend()
    (None, None)
    >>> budget.spend()
    Traceback (most recent call last):
        ...
    backprop_nb.core.limits.TooLongRun: more than 2 rows
    """

    __slots__ = ("bytes", "deadline", "left", "limits", "touches")

    def __init__(self):
        self.limits = LIMITS.get()
        self.left, self.bytes, self.touches = self.limits.rows, self.limits.bytes, 0
        self.deadline = time.monotonic() + self.limits.seconds

    def spend(self, size=0):
        """One more row, whose value takes ``size`` bytes."""
        self.left -= 1
        self.bytes -= size
        if self.left < 0:
            raise TooLongRun(f"more than {self.limits.rows:,} rows")
        if self.bytes < 0:
            raise TooLongRun(f"values of more than {self.limits.bytes / 2**20:,.0f} MiB")
        self.touch()

    def touch(self):
        """One more operation or comparison."""
        self.touches += 1
        if self.touches % EVERY == 0 and time.monotonic() > self.deadline:
            raise TooLongRun(f"more than {self.limits.seconds:g} seconds")
