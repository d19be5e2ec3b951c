"""Small functions, of the notes and drawn by hypothesis, for tests of what a run becomes."""

import numpy as np
from hypothesis import strategies as st

from backprop_nb import primitives

__all__ = ["doubled", "f", "programs", "running", "shared"]

BINARY = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "×": lambda x, y: x * y}


@st.composite
def programs(draw):
    """A small function of two inputs, as a list of operations on anything computed before."""
    size = draw(st.integers(1, 9))
    place = [st.integers(0, i + 1) for i in range(size)]
    return [(draw(st.sampled_from([*BINARY, "sin"])), draw(place[i]), draw(place[i])) for i in range(size)]


def running(program):
    def computed(x, y):
        values = [x, y]
        for sign, i, j in program:
            values.append(primitives.sin(values[i]) if sign == "sin" else BINARY[sign](values[i], values[j]))
        return values[-1]

    return computed


def f(x1, x2):
    """Equation (1) of the notes."""
    return np.log(x1) + x1 * x2 - np.sin(x2)


def shared(x):
    b = 2 * x
    c = 5 * b
    return b + c


def doubled(x, times=40):
    for _ in range(times):
        x = x + x
    return x
