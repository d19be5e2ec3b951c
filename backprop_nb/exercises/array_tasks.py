"""Exercises in which you write a function of arrays: it is tried on several shapes, squares among them."""

import re
import tracemalloc
from typing import NamedTuple

from .array_difference import difference, same
from .array_reading import exactly
from .tasks import filled, in_words

__all__ = ["Part", "attempts", "numbers", "peak", "problem_with", "tried"]

PRODUCT = re.compile(r"matmul: .*mismatch in its core dimension.*size (\d+) is different from (\d+)\)")
NUMBER = re.compile(r"matmul: Input operand \d does not have enough dimensions.*")


class Part(NamedTuple):
    """One array of what a function returns.

    name:     as in "dX"
    of:       what it must have the shape of
    right:    the right array
    mistakes: pairs (words, array)
    shapes:   {shape: words}
    """

    name: str
    of: str
    right: object
    mistakes: list
    shapes: dict = {}  # noqa: RUF012  (a default that nobody writes to)


def numbers(seed, *shape):
    """An array of this shape, the same every time: numbers in ±(0.5, 2.5), none of them twice."""
    import numpy as np

    chance = np.random.default_rng(seed)
    return chance.uniform(0.5, 2.5, shape) * chance.choice([-1.0, 1.0], shape)


def attempts(*pairs):
    """Wrong ways to compute something, as far as they can be computed.

    pairs:   (words, function without arguments)
    returns: list of (words, array); what stops because shapes do not fit is left out
    """
    import numpy as np

    found = []
    for words, compute in pairs:
        try:
            with np.errstate(all="ignore"):
                found.append((words, compute()))
        except (TypeError, ValueError):
            continue
    return found


def problem_with(f, arguments, *parts, where=""):
    """Try a learner's function on arrays.

    arguments: {name: array, number or tuple}; the function gets copies, in this order
    parts:     a ``Part`` for each array that it returns
    where:     for what it was tried; empty says the shapes
    returns:   what is wrong, in words, or ""
    raises:    NotFilledIn where it returns nothing
    """
    where = where or f"For {', '.join(f'{name} {described(x)}' for name, x in arguments.items())}"
    result, problem = tried(f, arguments, where)
    if problem:
        return problem
    results = [result] if len(parts) == 1 else several(result, len(parts))
    if results is None:
        return f"A pair of arrays is asked for: `return {', '.join(part.name for part in parts)}`."
    grids = []
    for part, one in zip(parts, results, strict=True):
        try:
            grids.append(exactly(filled(one)))
        except ValueError as error:
            return f"{where}, {part.name}: {error}"
    return compared(grids, parts, where)


def compared(grids, parts, where):
    """What is wrong with the arrays that a function returned, in words, or ""."""
    rights = [exactly(part.right) for part in parts]
    if len(parts) == 2 and all(map(same, grids, reversed(rights))) and not all(map(same, grids, rights)):
        return f"{where}: the two have changed places; first comes {parts[0].name}, then {parts[1].name}."
    for part, grid, right in zip(parts, grids, rights, strict=True):
        mistakes = [(words, exactly(wrong)) for words, wrong in part.mistakes]
        problem = difference(grid, right, part.of, mistakes, part.shapes)
        if problem:
            return f"{where}, {part.name}: {problem}"
    return ""


def tried(f, arguments, where):
    """Call a learner's function on copies.

    returns: (result, ""), or (None, what happened in words)
    """
    import numpy as np

    given = {name: x.copy() if hasattr(x, "copy") else x for name, x in arguments.items()}
    try:
        with np.errstate(all="ignore"):  # nan and infinity are told by name, not by a warning
            result = f(*given.values())
    except Exception as error:  # noqa: BLE001  whatever a learner's function raises is told, never raised
        words = in_words(error, f)
        words = PRODUCT.sub(r"the inner axes of a product differ, \2 and \1", words)
        words = NUMBER.sub("a product `@` takes arrays, and one operand is a single number.", words)
        return None, f"{where}: {words[0].lower()}{words[1:]}"
    for name, x in arguments.items():
        if hasattr(x, "copy") and not np.array_equal(x, given[name], equal_nan=True):
            return None, f"Your function wrote into {name}, which belongs to others: make a new array."
    return filled(result), ""


def several(result, number):
    """A tuple or list of so many arrays, or None."""
    return result if isinstance(result, (tuple, list)) and len(result) == number else None


def described(x):
    """An argument in words: an array by its shape."""
    return str(getattr(x, "shape", x))


def peak(f, *arguments):
    """The most memory that a call had taken at once, in bytes, beyond what was there before.

    NumPy reports its arrays to ``tracemalloc``, and so every one of them is counted.
    """
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        f(*arguments)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if ours:
            tracemalloc.stop()
