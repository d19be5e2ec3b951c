"""Derivatives by finite differences, and the check of a gradient against them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .transforms import grad
from .trees import flatten

__all__ = ["central_difference", "check_grad"]


def central_difference(f, x, step=None):
    """The derivative of ``f`` with respect to each element of one array, from values on either side.

    f:       function of one array that returns a number or an array
    x:       array; its elements are moved one by one, in a copy
    step:    how far; without it ∛ε, the machine's rounding unit, times the size of the element, where the
             errors of rounding and of truncation balance: about ε^(2/3) remains
    returns: array of the shape of ``f(x)`` + x.shape ("usual" layout)

    >>> central_difference(lambda x: x * x, np.array([3.0])).round(6)
    array([[6.]])
    """
    x = np.array(x, dtype=np.result_type(np.asarray(x).dtype, np.float32))
    epsilon = np.finfo(x.dtype).eps
    columns = []
    for place in np.ndindex(x.shape):
        h = x.dtype.type(step or np.cbrt(epsilon) * max(1.0, abs(x[place])))
        above, below = x.copy(), x.copy()
        above[place] += h
        below[place] -= h
        columns.append((np.asarray(f(above)) - np.asarray(f(below))) / (above[place] - below[place]))
    if not columns:
        return np.zeros((*np.shape(f(x)), *x.shape))
    return np.stack(columns, -1).reshape((*np.shape(columns[0]), *x.shape))


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
            raise ValueError(
                f"the gradient with respect to input {i + 1}, element {tuple(map(int, place))}, is "
                f"{float(np.asarray(g)[place]):.9g}; central differences give {float(numeric[place]):.9g}: a "
                "vJp is wrong, or the function jumps or has a kink within the step"
            )
        worst = max(worst, float(np.max(gaps, initial=0.0)))
    return worst


def with_leaf(f, rebuild, leaves, i):
    """``f`` as a function of one leaf of its arguments."""
    return lambda x: f(*rebuild([*leaves[:i], x[()], *leaves[i + 1 :]]))
