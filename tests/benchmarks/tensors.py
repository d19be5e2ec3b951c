"""The benchmarks of Section 3: arrays, as ratios to NumPy by hand, beside the libraries installed here."""

import datetime
import platform
import statistics
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .measure import alone, race, ratio, spread, turn
from .peers import LIBRARIES, installed
from .tensor_works import WORKS, two_layers

__all__ = ["ARRAYS", "Row", "array_table", "machine"]

HAND, OURS, COMPILED = "by hand", "backprop_nb", ("JAX jit", "replay")
ARRAYS = {
    "tiny": "A perceptron 2-16-16-2, one step of training.",
    "small": "A perceptron 64-128-10, one step of training.",
    "large": "A perceptron 784-512-512-10, one step of training.",
    "chain20": "20 elementwise operations on 10⁶ elements: value and gradient, time and peak memory.",
    "batched": "A batch of matrix products and its vJps.",
    "bias": "A broadcast bias after those products.",
    "additions": "1000 additions of 10 elements: what an operation costs beside its arithmetic.",
    "jacobian": "A Jacobian of 30 outputs: stacked cotangents beside a loop over the outputs.",
}


class Row(NamedTuple):
    """A line of the table.

    hand:   the time or the memory by hand
    ours:   how many times that, as text
    target: as text; ``met`` says whether it is, None where nothing was set
    peers:  dict library → how many times the time or memory by hand
    ahead:  dict library → how many times ours, for every library
    """

    what: str
    hand: str
    ours: str
    target: str
    met: bool | None
    peers: dict
    ahead: dict

    def behind(self):
        """The libraries that are faster than ours here, other than programs made beforehand."""
        others = {name: times for name, times in self.ahead.items() if name not in COMPILED}
        return [f"{name} {times:.2f}" for name, times in others.items() if times < 1]


def array_table(names, rounds):
    """The lines of the Markdown table, as they are measured, each with whether its target is met."""
    libraries = {name: LIBRARIES[name]() for name in installed()}
    peers = [name for name in libraries if name != OURS]
    titles = [libraries[name].title for name in peers]
    yield cells("work", HAND, f"{OURS} × that", "at most", *titles, "faster than ours (× its time)"), None
    yield "|" + "---|" * (len(titles) + 5), None
    for name in names:
        for row in rows(name, libraries, rounds):
            target = row.target + {None: "", True: " met", False: " **MISSED**"}[row.met]
            others = [f"{row.peers[peer]:.2f}" if peer in row.peers else "–" for peer in peers]
            last = ", ".join(row.behind()) or "–"
            yield cells(row.what, row.hand, row.ours, target, *others, last), row.met


def cells(*texts):
    """One line of a Markdown table."""
    return f"| {' | '.join(texts)} |"


def rows(name, libraries, rounds):
    """The rows of one benchmark."""
    if name == "jacobian":
        yield jacobian(libraries, rounds)
        return
    for work in WORKS[name]:
        problem = work.build()
        runs = {key: problem.by_library(library) for key, library in libraries.items()}
        times, together = raced({HAND: problem.by_hand(), **runs}, rounds)
        middle = ratio(times, OURS, HAND)
        met = (f"{work.target}", middle <= work.target) if work.target else ("", None)
        yield Row(work.what, duration(times[HAND]), quartiles(times), *met, *compared(together))
    if name == "chain20":
        yield peak(libraries)


def raced(runs, rounds):
    """Two races: ours beside NumPy by hand, over more rounds, and then everybody."""
    steps = {name: turn(run) for name, run in runs.items()}
    pair = {name: runs[name] for name in (HAND, OURS)}
    shorter = {name: max(1, count // 2) for name, count in steps.items()}
    return race(pair, 2 * rounds + 1, steps), race(runs, rounds, shorter)


def compared(times, ratio=ratio):
    """For every library but ours: the ratio to NumPy by hand, and the ratio to ours."""
    peers = [name for name in times if name not in (HAND, OURS)]
    return [{name: ratio(times, name, against) for name in peers} for against in (HAND, OURS)]


def duration(seconds):
    """The median, in words.

    >>> duration([2e-3, 4e-3, 3e-3])
    '3.0 ms'
    """
    micro = statistics.median(seconds) * 1e6
    return f"{micro:.0f} µs" if micro < 1000 else f"{micro / 1000:.1f} ms"


def peak(libraries):
    """The memory that the chain takes at most beyond its input, each in a process of its own."""
    most = {n: alone("peak", n, MALLOC_MMAP_THRESHOLD_="65536")["peak"] for n in (HAND, *libraries)}
    against = compared(most, lambda most, name, by: most[name] / most[by])
    what, hand, times = "– its peak memory beyond the input", most[HAND], most[OURS] / most[HAND]
    return Row(what, f"{hand:.0f} MB", f"**{times:.2f}**", "1.4", times <= 1.4, *against)


def jacobian(libraries, rounds):
    """All derivatives at once; ours also by a loop over the outputs, one vJp for each."""
    f, x, twin = two_layers(libraries[OURS])
    runs = {HAND: twin.jacobian, "loop": lambda: loop(libraries[OURS].bp, f, x)}
    every = {name: library.jacobian(*two_layers(library)[:2]) for name, library in libraries.items()}
    runs |= {name: run for name, run in every.items() if run}
    times, together = raced(runs, rounds)
    del together["loop"]
    gain = ratio(race({n: runs[n] for n in ("loop", OURS)}, 2 * rounds + 1, 20), "loop", OURS)
    target = f"1/5 of a loop over vjp, it is 1/{gain:.1f}"
    what = "Jacobian of a network 20-50-30, 30 outputs"
    return Row(what, duration(times[HAND]), quartiles(times), target, gain >= 5, *compared(together))


def quartiles(times):
    """How many times the time by hand ours takes, with the quartiles."""
    low, middle, high = spread(times, OURS, HAND)
    return f"**{middle:.2f}** ({low:.2f}–{high:.2f})"


def loop(bp, f, x):
    """The Jacobian by one forward and one pull for each output, row = input, column = output."""
    out, pull = bp.vjp(f, x)
    return np.stack([pull(g)[0] for g in np.eye(len(out), dtype=out.dtype)], axis=1)


def machine():
    """One line: date, Python, NumPy with its BLAS, the processor."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    name, information = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if information.exists():
        models = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        name = models[0].split(":")[1].strip() if models else name
    numpy = f"NumPy {np.__version__} with {blas['name']} {blas['version']}"
    return f"{datetime.date.today()}, Python {platform.python_version()}, {numpy}, {name}, one thread"
