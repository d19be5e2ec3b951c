"""Derivatives by finite differences and by the complex step, and the check of a gradient against them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .transforms import grad
from .trees import flatten

__all__ = ["SCHEMES", "Scheme", "central_difference", "check_grad", "difference_quotients"]


class Scheme(NamedTuple):
    """How a step h stands in for the limit, and what that gets wrong (N02, N05).

    power:      the usual step is ε to this power, ε the rounding unit, times the size of x: there the two
                errors below are about the same
    quotient:   (f, x, h) → the derivative of ``f``, a function of one number or along one element
    truncation: (slopes, h) → the first term of Taylor's series that the quotient leaves out; slopes[k] is the
                k-th derivative
    rounding:   (unit, slope_unit, h) → what rounding leaves, one unit in the last place of f and of f′ given
    formulas:   the two in words
    """

    power: float
    quotient: Callable
    truncation: Callable
    rounding: Callable
    formulas: tuple


SCHEMES = {
    "forward": Scheme(
        1 / 2,
        lambda f, x, h: (f(x + h) - f(x)) / h,
        lambda slopes, h: abs(slopes[2]) * h / 2 or abs(slopes[3]) * h * h / 6,  # the second where f″ is 0
        lambda unit, slope_unit, h: unit / h,
        ("½ |f″| h", "ulp(f) / h"),
    ),
    "central": Scheme(
        1 / 3,
        lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
        lambda slopes, h: abs(slopes[3]) * h * h / 6,
        lambda unit, slope_unit, h: unit / (2 * h),
        ("|f‴| h² / 6", "ulp(f) / 2h"),
    ),
    "complex step": Scheme(
        1,
        lambda f, x, h: imaginary_part(f(x + h * 1j)) / h,
        lambda slopes, h: abs(slopes[3]) * h * h / 6,
        lambda unit, slope_unit, h: slope_unit,  # nothing is subtracted
        ("|f‴| h² / 6", "ulp(f′)"),
    ),
}


def imaginary_part(value):
    """What the complex step reads; TypeError where ``f`` has dropped it, for the derivative would be 0."""
    if not np.iscomplexobj(value):
        raise TypeError("the complex step is lost: f gave a real number for a complex x, as abs does")
    return value.imag


def difference_quotients(f, x, scheme="central", step=None):
    """The derivative of ``f`` with respect to each element of one array, moved one by one, in a copy (N06).

    f:       function of one array that returns a number or an array; what does not move is evaluated once
    x:       array
    scheme:  a name of ``SCHEMES``
    step:    h for every element; None for the usual one, in proportion to the element
    returns: array of the shape of ``f(x)`` + x.shape ("usual" layout)
    raises:  ValueError for another scheme; what ``f`` raises, for the complex step also where it meets an if

    >>> difference_quotients(lambda x: (x * x).sum(), np.array([3.0, 1.0]), "complex step")
    array([6., 2.])
    """
    if scheme not in SCHEMES:
        raise ValueError(f"no scheme {scheme!r}: there are {', '.join(SCHEMES)}")
    power, quotient, *_ = SCHEMES[scheme]
    x = np.array(x, dtype=np.result_type(np.asarray(x).dtype, np.float32))
    columns, still = [], []

    def moved(place, number):
        """``f`` where one element is another number."""
        if number == x[place]:
            still[:] = still or [np.asarray(f(x.copy()))]
            return still[0]
        other = x.astype(np.result_type(x, number))
        other[place] = number
        return np.asarray(f(other))

    for place in np.ndindex(x.shape):
        h = x.dtype.type(step or np.finfo(x.dtype).eps ** power * max(1.0, abs(x[place])))
        columns.append(quotient(lambda number, place=place: moved(place, number), x[place], h))
    if not columns:
        return np.zeros((*np.shape(f(x)), *x.shape))
    return np.stack(columns, -1).reshape((*np.shape(columns[0]), *x.shape))


def central_difference(f, x, step=None):
    """``difference_quotients`` from values on either side, of which about ε^(2/3) of the error remains.

    >>> central_difference(lambda x: x * x, np.array([3.0])).round(6)
    array([[6.]])
    """
    return difference_quotients(f, x, "central", step)


def check_grad(f: Callable[..., Any], *x: Any, tolerance: float = 1e-6) -> float:
    """Compare the gradient of ``f`` with central differences, for every argument.

    f:         function that returns one number
    x:         floats, arrays, or tuples, lists and dicts of them
    tolerance: how far the two may be apart, over the gradient's largest entry, or over 1 if that is larger
    returns:   the largest difference found, measured so
    raises:    ValueError naming argument and element where they differ by more

    >>> check_grad(lambda x: (x * x * x).sum(), np.array([1.0, 2.0])) < 1e-9
    True
    """
    leaves, rebuild = flatten(x)
    gradients, worst = flatten(grad(f, tuple(range(len(x))))(*x))[0], 0.0
    for i, (leaf, g) in enumerate(zip(leaves, gradients, strict=True)):
        numeric = central_difference(with_leaf(f, rebuild, leaves, i), np.asarray(leaf, float))
        gaps = np.abs(np.asarray(g) - numeric) / max(1.0, np.max(np.abs(numeric), initial=0.0))
        if gaps.size and not gaps.max() <= tolerance:
            place = np.unravel_index(np.nanargmax(np.where(np.isnan(gaps), np.inf, gaps)), gaps.shape)
            element = f", element {tuple(map(int, place))}," if place else ""
            raise ValueError(
                f"the gradient with respect to input {i + 1}{element} is "
                f"{float(np.asarray(g)[place]):.9g}; central differences give {float(numeric[place]):.9g}: a "
                "vJp is wrong, or the function jumps or has a kink within the step"
            )
        worst = max(worst, float(np.max(gaps, initial=0.0)))
    return worst


def with_leaf(f, rebuild, leaves, i):
    """``f`` as a function of one leaf of its arguments."""
    return lambda x: f(*rebuild([*leaves[:i], x[()], *leaves[i + 1 :]]))
