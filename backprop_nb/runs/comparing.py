"""Whether a recorded run has the value of the plain call: to some code a number of a graph is no number."""

import contextlib
import io
import math
import random
import sys
import threading
import warnings

from ..arrays.trees import map_leaves
from ..core.scalar import Scalar
from ..drawing.notation import number

__all__ = ["DifferentValue", "compare_with_plain_call", "keep_chance"]


class DifferentValue(UserWarning):
    """A function gave another value on numbers of a graph than it gives on plain numbers."""


def keep_chance():
    """A function that sets the global generators of random numbers back to where they are now."""
    states, numpy = random.getstate(), sys.modules.get("numpy")
    drawn = numpy.random.get_state() if numpy else None

    def restore():
        random.setstate(states)
        if drawn is not None:
            numpy.random.set_state(drawn)

    return restore


def compare_with_plain_call(f, inputs, named, run, before):
    """Call ``f`` once more, on plain numbers, and say in words where its value is another; else "".

    before: what ``keep_chance`` returned before the recorded run, so that both draw the same random numbers

    The cost is one plain call; what it prints is not shown again.
    """
    after, shown = keep_chance(), contextlib.nullcontext()
    if threading.current_thread() is threading.main_thread():  # sys.stdout belongs to all threads
        shown = contextlib.redirect_stdout(io.StringIO())
    try:
        before()
        with shown:
            plain = f(*map_leaves(plain_copy, inputs), **map_leaves(plain_copy, named))
    except (AttributeError, TypeError):
        return ""  # it calls what only carriers have, x.relu() or x.value: there is no plain call
    except Exception as error:  # noqa: BLE001 - whatever the learner's function raises
        outcome = f"raises {type(error).__name__}: {error}"
    else:
        if same_number(plain, run.value):
            return ""
        outcome = f"gives {number(plain) if hasattr(plain, '__float__') else repr(plain):.60}"
    finally:
        after()
    note = (
        f"this run of {run.title} has the value {number(run.value)}, but the same call on plain numbers "
        f"{outcome}. A function may look at the types of its arguments, draw random numbers, or remember "
        "earlier calls"
    )
    warnings.warn(note, DifferentValue, stacklevel=3)
    return note


def plain_copy(x):
    """What the function gets in a plain call; an array as a copy, for it may write into it."""
    if isinstance(x, Scalar) or hasattr(type(x), "__structural__"):
        x = x.value
    return x.copy() if getattr(x, "ndim", 0) else x


def same_number(x, y):
    """Whether two results are one number, but for rounding."""
    try:
        x, y = (v.item() if hasattr(v, "item") else v for v in (x, y))
        return x == y or abs(x - y) <= 1e-9 * max(abs(x), abs(y)) or (math.isnan(x) and math.isnan(y))
    except (TypeError, ValueError):
        return False
