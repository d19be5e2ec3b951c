"""The vJp of an elementwise row on arrays, g ⊙ partial, with as few arrays on the way as can be."""

from functools import cache

import numpy as np
from numpy import multiply, ndarray, negative, vdot

from ..core.primitives import Gate, Unary
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from .structural import Structural

__all__ = ["elementwise_flow", "kept_by"]

where = Structural.table["where"]
STRIP = 1 << 16  # elements at a time: what a formula makes on its way stays in the processor's cache


@cache
def kept_by(row):
    """What each partial of an elementwise row reads, and its value where it is a constant.

    returns: tuple of (places, constant), one per operand; place 0 is the result, 1 and 2 are the operands.
             Found by running the partials on symbols.

    >>> from backprop_nb.core.primitives import Primitive
    >>> kept_by(Primitive.table["mul"]), kept_by(Primitive.table["exp"]), kept_by(Primitive.table["neg"])
    ((((2,), None, 0), ((1,), None, 0)), (((0,), None, 0),), (((), -1.0, 0),))
    """
    unknowns = [Symbol(name) for name in ("out", "x", "y")[: 1 + len(row.partials)]]
    found = []
    for partial in row.partials:
        formula = partial(*unknowns)
        if isinstance(formula, Symbol):
            met = set(operands_first(formula))
            operations = sum(x.operation is not None for x in met)
            found.append((tuple(i for i, x in enumerate(unknowns) if x in met), None, operations))
        else:
            found.append(((), float(formula), 0))
    return tuple(found)


def elementwise_flow(row):
    """The vJp of an elementwise row: g ⊙ partial, the product with a diagonal Jacobian (claim N29).

    returns: function of ``(i, g, saved, spare)``: which operand, cotangent, what the row's node saved, and
             whether g's own memory may take the product; so may that of a partial made just now
    """
    slopes = tuple(
        (constant, as_one_row(row, i) or getattr(partial, "taken", partial), operations > 1)
        for i, ((_, constant, operations), partial) in enumerate(zip(kept_by(row), row.partials, strict=True))
    )
    if all(constant == 1.0 for constant, *_ in slopes):
        return lambda i, g, saved, spare: g

    def flow(i, g, saved, spare):
        constant, partial, long = slopes[i]
        if constant is not None:
            return g if constant == 1.0 else None if constant == 0.0 else scale(g, constant, spare)
        if long and type(g) is ndarray and g.size > 2 * STRIP and can_go_in_strips(g, saved):
            return multiply_in_strips(partial, g, saved, spare)
        try:
            slope = partial(*saved)
        except ZeroDivisionError:  # 1 / y of a plain number: infinite, as it is for arrays
            slope = float(partial(*(np.float64(x) if type(x) in (int, float) else x for x in saved)))
        if type(slope) is float:
            return scale(g, slope, spare)
        if type(g) is type(slope) is ndarray and slope.shape == g.shape and slope.dtype is g.dtype:
            if (
                slope.base is None
                and slope is not saved[0]
                and slope is not saved[1]
                and slope is not saved[-1]
            ):
                return multiply(g, slope, slope)
            if spare:
                return multiply(g, slope, g)
        return g * slope

    def flow_through_gate(i, g, saved, spare):
        if type(g) is ndarray and g.ndim:
            slope = slopes[i][1](*saved)
            alike = type(slope) is ndarray and slope.dtype is g.dtype and slope.shape == g.shape
            product = multiply(g, slope, slope) if alike else g * slope
            if (size := vdot(product, product)) == size:
                return product  # in which no 0 · inf has become nan
        return where(row.partials[i].taken(*saved), g, 0.0)

    gates = [isinstance(partial, Gate) for partial in row.partials]
    if all(gates) or not any(gates):
        return flow_through_gate if gates[0] else flow
    return lambda i, *given: (flow_through_gate if gates[i] else flow)(i, *given)


def as_one_row(row, i):
    """A partial that is one row of one operand, such as cos(x), without a detour; None for any other."""
    unknowns = [Symbol(name) for name in ("out", "x", "y")[: 1 + len(row.partials)]]
    formula = row.partials[i](*unknowns)
    applied = getattr(formula, "operation", None)
    place = next((k for k, x in enumerate(unknowns) if applied and x is formula.parent1), None)
    if place is None or not isinstance(applied, Unary):
        return None

    def partial(*saved):
        x = saved[place]
        return applied.on_arrays(x) if type(x) is ndarray and x.ndim else applied(x)

    return partial


def scale(g, c, spare):
    """g times a number, in g's own memory if that is spare."""
    if type(g) is ndarray:
        if spare:
            return negative(g, g) if c == -1.0 else multiply(g, c, g)
        if g.size > STRIP and not any(g.strides):
            return np.broadcast_to(g[(0,) * g.ndim] * c, g.shape)  # one number, spread out by a sum
    return -g if c == -1.0 else g * c


def can_go_in_strips(g, saved):
    """Whether arrays can be walked through in strips: of one shape and type, without gaps."""
    if not g.flags.c_contiguous and any(g.strides):
        return False
    for x in saved:
        if type(x) is ndarray:
            if x.shape != g.shape or x.dtype is not g.dtype or not x.flags.c_contiguous:
                return False
        elif x is not None and type(x) is not float:
            return False
    return True


def multiply_in_strips(partial, g, saved, spare):
    """g ⊙ partial for large arrays, a strip at a time, so that no formula makes whole arrays on its way."""
    out = g if spare else np.empty(g.shape, g.dtype)
    lines = [x.reshape(-1) if type(x) is ndarray else x for x in saved]
    one = None if g.flags.c_contiguous else g[(0,) * g.ndim]  # one number, spread out by a sum
    line, to = g.reshape(-1) if one is None else None, out.reshape(-1)
    for start in range(0, g.size, STRIP):
        part = slice(start, start + STRIP)
        slope = partial(*[x[part] if type(x) is ndarray else x for x in lines])
        multiply(line[part] if one is None else one, slope, to[part])
    return out
