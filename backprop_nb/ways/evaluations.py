"""What a gradient of n elements costs: evaluations of f counted, and the time, beside one reverse sweep."""

from typing import NamedTuple

import numpy as np

from ..arrays.differences import SCHEMES, difference_quotients
from ..arrays.transforms import value_and_grad
from ..drawing.sheets import Growth, Sheet, factor_text, seconds_text
from ..runs.timing import fastest

__all__ = ["Counted", "count_evaluations", "time_gradients"]

REVERSE = "reverse sweep"


class Counted(NamedTuple):
    """A gradient, and how often ``f`` was called for it."""

    gradient: np.ndarray
    evaluations: int


def count_evaluations(f, x, scheme="forward"):
    """The gradient of ``f`` at one array, and the calls of ``f`` that it took (N06).

    f:       function of one array that returns one number
    scheme:  "forward", "central", "complex step", or "reverse sweep"
    returns: Counted
    raises:  ValueError for another scheme

    >>> x = np.linspace(0.0, 1.0, 100)
    >>> [count_evaluations(lambda x: (x * x).sum(), x, s).evaluations for s in ("forward", "reverse sweep")]
    [101, 1]
    """
    calls = 0

    def counting(x):
        nonlocal calls
        calls += 1
        return f(x)

    gradient = gradient_by(counting, x, scheme)
    return Counted(gradient, calls)


def gradient_by(f, x, scheme):
    """The gradient of ``f`` at one array by a scheme of differences or by the reverse sweep."""
    if scheme == REVERSE:
        return value_and_grad(f)(x)[1]
    if scheme not in SCHEMES:
        raise ValueError(f"no scheme {scheme!r}: there are {', '.join((*SCHEMES, REVERSE))}")
    return difference_quotients(f, x, scheme)


def time_gradients(f, sizes=(1, 10, 100, 1000), schemes=("forward", "central", REVERSE)):
    """Evaluations and time of the gradient of ``f`` at arrays that grow (N06).

    f:       function of one array of any length that returns one number
    sizes:   the lengths, in rising order
    schemes: at most 4 names, as in ``count_evaluations``
    returns: Growth; ``[scheme]`` are the evaluations, one number a size
    """
    counts, rows = {scheme: [] for scheme in schemes}, []
    for n in sizes:
        x = np.linspace(0.5, 1.5, n)
        took = [fastest(lambda scheme=scheme, x=x: gradient_by(f, x, scheme)) for scheme in schemes]
        for scheme in schemes:
            counts[scheme].append(count_evaluations(f, x, scheme).evaluations)
        words = [f"{counts[s][-1]:,} in {seconds_text(t)}" for s, t in zip(schemes, took, strict=True)]
        rows.append((f"{n:,}", *words, factor_text(took[0] / took[-1])))
    head = ("n", *schemes, f"{schemes[0]} / {schemes[-1]}")
    notes = ("Evaluations of f for a gradient of n elements, counted, and the time they took.",)
    sheet = Sheet("What a gradient costs", head, tuple(rows), notes, counts)
    series = {scheme: (tuple(sizes), counts[scheme]) for scheme in schemes}
    return Growth(sheet, series, "n, elements of the gradient", "evaluations of f")
