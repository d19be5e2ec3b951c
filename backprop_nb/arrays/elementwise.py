"""The vJp of an elementwise row on arrays: g ⊙ partial."""

from functools import cache

import numpy as np
from numpy import multiply, ndarray

from ..core.frames import is_learners_own
from ..core.sweep import operands_first
from ..core.symbolic import Symbol

__all__ = ["elementwise_flow", "kept_by"]

MASK = np.dtype(bool)
BITS = {2: np.int16, 4: np.int32, 8: np.int64}  # a whole number of as many bytes as a float


@cache
def kept_by(row):
    """What each partial of an elementwise row reads, and its value where it is a constant.

    returns: tuple of (places, constant), one per operand; place 0 is the result, 1 and 2 are the operands.
             Found by running the partials on symbols.

    >>> from backprop_nb.core.primitives import Primitive
    >>> kept_by(Primitive.table["mul"]), kept_by(Primitive.table["exp"]), kept_by(Primitive.table["neg"])
    ((((2,), None), ((1,), None)), (((0,), None),), (((), -1.0),))
    """
    unknowns = [Symbol(name) for name in ("out", "x", "y")[: 1 + len(row.partials)]]
    found = []
    for partial in row.partials:
        formula = partial(*unknowns)
        if isinstance(formula, Symbol):
            met = operands_first(formula)
            found.append((tuple(i for i, x in enumerate(unknowns) if any(x is v for v in met)), None))
        else:
            found.append(((), float(formula) if stays(partial) else None))
    return tuple(found)


def stays(partial):
    """Whether a constant partial is one for good: it reads no name of a learner's, which may change."""
    code = getattr(partial, "__code__", None)
    return code is None or not (code.co_names or code.co_freevars) or not is_learners_own(
        partial.__module__, code.co_filename)  # fmt: skip


def elementwise_flow(row):
    """The vJp of an elementwise row: g ⊙ partial, the product with a diagonal Jacobian (claim N29).

    returns: function of ``(i, g, saved)``: which operand, cotangent, what the row's node saved; it gives
             None where nothing flows, and g itself where the partial is 1
    """
    partials, constants = row.partials, [constant for _, constant in kept_by(row)]
    if set(constants) == {1.0}:
        return lambda i, g, saved: g

    def flow(i, g, saved):
        slope = constants[i]
        if slope is None:
            try:
                slope = partials[i](*saved)
            except ZeroDivisionError:  # 1 / y of a plain number: infinite, as it is for arrays
                slope = float(partials[i](*(np.float64(x) if type(x) in (int, float) else x for x in saved)))
        elif slope == 0.0:
            return None
        if type(slope) is float:
            return g if slope == 1.0 else scale(g, slope)
        dtype = getattr(slope, "dtype", None)
        if dtype is MASK:
            return through_mask(g, slope)
        if (
            type(slope) is type(g) is ndarray and dtype is g.dtype and slope.shape == g.shape
            and slope.base is None and id(slope) not in map(id, saved)
        ):  # fmt: skip
            return multiply(g, slope, slope)  # in place: −7 % on 20 operations on 10⁶ elements
        return g * slope

    return flow


def scale(g, c):
    """g times a number. What a sum has spread out stays one number: −5 % on that chain, and 8 of 96 MB."""
    if type(g) is ndarray and g.ndim and g.size and not any(g.strides):
        return np.broadcast_to(g[(0,) * g.ndim] * c, g.shape)
    return g * c


def through_mask(g, mask):
    """g where the mask holds, 0 elsewhere: its bits times 1 or 0, so that of an infinity nothing is left.

    On a random mask np.where takes 3 to 8 times as long.
    """
    bits = BITS.get(g.itemsize) if type(g) is ndarray else None
    return (g.view(bits) * mask).view(g.dtype) if bits else np.where(mask, g, 0.0)
