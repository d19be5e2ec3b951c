"""The structure of a Jacobian, recognised from its numbers: diagonal, one-hot, Kronecker and others."""

import numpy as np

from .blocks import ROUNDINGS
from .patterns import MAIN, MORE, SIMPLE, Kind, Seen

__all__ = ["Kind", "recognise"]


def recognise(samples):
    """Every kind that fits the Jacobians ``samples``, the most telling one first.

    samples: array (points, inputs, outputs): one function's Jacobian at several points, in the notes'
             layout; one point would do, but there an entry may be zero by chance
    returns: list of Kind, not empty
    raises:  ValueError for any other number of axes

    An entry counts as zero if it is exactly 0 at all points. Where it shows more structure to leave out what
    rounding explains beside the largest of its row and of its column, that is done, and the words say so.

    >>> [kind.name for kind in recognise([np.diag([2.0, 3.0]), np.diag([2.5, 3.5])])]
    ['diagonal']
    """
    samples = np.asarray(samples)
    if samples.ndim != 3:
        raise ValueError(f"samples has axes (points, inputs, outputs); received shape {samples.shape}")
    exact = np.any(samples != 0, axis=0)
    rank, kinds = ranked(Seen(samples, exact))
    if samples.size and np.all(np.isfinite(samples)):
        rough = np.any(np.abs(samples) > noise(samples), axis=0)
        if np.any(rough != exact):
            clearer, cleared = ranked(Seen(np.where(rough, samples, 0), rough))
            finer = clearer == rank < len(MAIN) - 1 and cleared[0].numbers < kinds[0].numbers
            if clearer < rank or finer:
                return [kind._replace(words=kind.words + ", up to rounding") for kind in cleared]
    return kinds


def noise(samples):
    """Per entry, how small a number is that rounding alone explains."""
    size = np.abs(samples)
    beside = np.minimum(size.max(axis=2, keepdims=True), size.max(axis=1, keepdims=True))
    return ROUNDINGS * np.finfo(samples.dtype).eps * beside


def ranked(seen):
    """``(place, kinds)``: the first rule of MAIN that fits, by its place, and the further facts of MORE."""
    place, main = next((i, kind) for i, rule in enumerate(MAIN) if (kind := rule(seen)))
    kinds = [main]
    if main.name not in SIMPLE:
        kinds += [kind for rule in MORE if (kind := rule(seen)) and kind.name != main.name]
    return place, kinds
