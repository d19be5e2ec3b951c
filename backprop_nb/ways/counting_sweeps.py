"""What a whole Jacobian takes in each mode: runs and sweeps counted, for n inputs and m outputs."""

from typing import NamedTuple

import numpy as np

from ..arrays.transforms import jvp, vjp
from ..drawing.sheets import Growth, Sheet, seconds_text
from ..drawing.text_columns import quantity
from ..runs.timing import fastest

__all__ = ["MODES", "Swept", "count_sweeps", "time_sweeps"]

MODES = "forward mode", "reverse mode"
SHAPES = ((1, 1000), (4, 250), (10, 100), (20, 50), (50, 20), (100, 10), (250, 4), (1000, 1))


class Swept(NamedTuple):
    """A Jacobian, outputs × inputs, and what it took.

    runs:   of ``f``, in forward mode each with one direction of tangents
    sweeps: from an output back to all inputs
    """

    jacobian: np.ndarray
    runs: int
    sweeps: int


def count_sweeps(f, x, mode):
    """The Jacobian of ``f`` column by column (forward mode) or row by row (reverse mode), counted (N12).

    f:       function of one vector that gives a vector or a number
    x:       array of floats, shape (n,)
    mode:    "forward mode" or "reverse mode"
    returns: Swept: n runs and no sweep, or one run and m sweeps
    raises:  ValueError for another mode

    >>> A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    >>> [count_sweeps(lambda x: A @ x, np.ones(3), mode)[1:] for mode in MODES]
    [(3, 0), (1, 2)]
    """
    if mode not in MODES:
        raise ValueError(f"a mode is one of {', '.join(MODES)}; received {mode!r:.40}")
    x, runs = np.asarray(x, dtype=float), 0

    def counting(x):
        nonlocal runs
        runs += 1
        return f(x)

    if mode == "forward mode":
        columns = [np.ravel(jvp(counting, (x,), (direction,))[1]) for direction in np.eye(len(x))]
        return Swept(np.array(columns).T, runs, 0)
    out, pull = vjp(counting, x)
    rows = [pull(unit.reshape(np.shape(out)))[0] for unit in np.eye(np.size(out))]
    return Swept(np.array(rows), runs, len(rows))


def make_layer(inputs, outputs):
    """tanh(A x), from R^inputs to R^outputs, and where to differentiate it; the same every time."""
    chance = np.random.default_rng(0)
    A = chance.normal(size=(outputs, inputs)) / inputs**0.5
    return lambda x: np.tanh(A @ x), chance.normal(size=inputs)


def time_sweeps(shapes=SHAPES):
    """Both modes on tanh(A x) from many inputs to few and back: counted, timed while you wait (N12).

    shapes:  pairs (n inputs, m outputs), n rising
    returns: Growth; ``[mode]`` are the runs of forward mode, the sweeps of reverse mode, one a shape, and
             ``["seconds"]`` pairs of what both took
    """
    counts, seconds, rows = {mode: [] for mode in MODES}, [], []
    for inputs, outputs in shapes:
        f, x = make_layer(inputs, outputs)
        swept = [count_sweeps(f, x, mode) for mode in MODES]
        seconds.append(tuple(fastest(lambda mode=mode, f=f, x=x: count_sweeps(f, x, mode)) for mode in MODES))
        for mode, count in zip(MODES, (swept[0].runs, swept[1].sweeps), strict=True):
            counts[mode].append(count)
        works = quantity(swept[0].runs, "run"), f"1 run, {quantity(swept[1].sweeps, 'sweep')}"
        words = [f"{work} in {seconds_text(took)}" for work, took in zip(works, seconds[-1], strict=True)]
        rows.append((f"{inputs:,} → {outputs:,}", *words, MODES[seconds[-1][1] < seconds[-1][0]]))
    notes = ("The whole Jacobian of tanh(A x), each time with as many entries.",)
    data = counts | {"seconds": seconds}
    sheet = Sheet("One function in both modes", ("shape", *MODES, "was faster"), tuple(rows), notes, data)
    sizes = tuple(inputs for inputs, _ in shapes)
    taken = zip(MODES, zip(*seconds, strict=True), strict=True)
    series = {mode: (sizes, [1000 * took for took in times]) for mode, times in taken}
    return Growth(sheet, series, "n, inputs (outputs become fewer as n grows)", "ms for the whole Jacobian")
