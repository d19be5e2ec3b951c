"""What judges an approximate derivative: the package's own sweeps, in finer numbers where there are any."""

import inspect

import numpy as np

from ..core.dual import Dual
from ..core.scalar import Scalar
from ..runs.tracing import one_result, title_of

__all__ = ["choose_input", "derivatives", "exact_gradient"]

FINEST = np.longdouble if np.finfo(np.longdouble).eps < np.finfo(float).eps else float


def exact_gradient(f, *x):
    """The gradient by one reverse sweep in the finest floats that this machine has: often 64 bits of 53.

    x:       numbers
    returns: list of as many floats of that kind; some functions (``erf``) are no finer than float64
    raises:  TypeError for a result that is not one number; what ``f`` raises

    >>> exact_gradient(lambda x, y: x * x * y, 3.0, 2.0) == [12.0, 9.0]
    True
    """
    nodes = [Scalar(FINEST(value)) for value in x]
    out = one_result(f(*nodes), title_of(f))
    if isinstance(out, Scalar):
        out.backward()
    return [FINEST(0 if node.gradient is None else node.gradient) for node in nodes]


def derivatives(f, x, order):
    """A function of one number and its derivatives, by forward mode inside forward mode.

    returns: list of floats: f(x), f′(x), … up to the derivative of this order

    >>> derivatives(lambda x: x * x * x, 2.0, 3)
    [8.0, 12.0, 12.0, 6.0]
    """
    for _ in range(order):
        x = Dual(x, 1.0)
    out, slopes = f(x), []
    for _ in range(order + 1):
        slopes.append(float(innermost(out)))
        out = out.tangent if isinstance(out, Dual) else 0.0
    return slopes


def innermost(x):
    """The plain number in a Dual of Duals."""
    while isinstance(x, Dual):
        x = x.value
    return x


def choose_input(f, x, wrt):
    """``f`` as a function of one of its numbers.

    wrt:     the input, by its name or its place; None where there is one
    returns: (g, its number, its name), where ``g(number)`` leaves the others what they are
    raises:  ValueError for an input that is not there
    """
    try:
        names = list(inspect.signature(f).parameters)[: len(x)]
    except (TypeError, ValueError):  # some built-in functions tell no names
        names = []
    names += [f"x{i + 1}" for i in range(len(names), len(x))]
    wrt = 0 if wrt is None and len(x) == 1 else wrt
    place = names.index(wrt) if wrt in names else wrt
    if type(place) is not int or not 0 <= place < len(x):
        known = ", ".join(names)
        raise ValueError(f"with respect to which number? wrt is one of {known}; received {wrt!r:.40}")
    return (lambda number: f(*x[:place], number, *x[place + 1 :])), x[place], names[place]
