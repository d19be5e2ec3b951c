"""How long a call takes and how much memory, measured while you wait."""

import tracemalloc
from collections.abc import Callable
from timeit import Timer

__all__ = ["ROUNDS", "fastest", "peak_bytes"]

ENOUGH = 0.002  # seconds that a measurement lasts at least
ROUNDS = 5  # of which the fastest counts: the others were disturbed


def fastest(run: Callable):
    """Seconds that one call of ``run`` takes, the fastest of several rounds."""
    timer, number = Timer(run), 1
    while (taken := timer.timeit(number)) < ENOUGH:
        number *= min(10, max(2, int(ENOUGH / max(taken, 1e-9))))  # a clock may tick in 0.1 ms
    return min([*timer.repeat(ROUNDS - 1, number), taken]) / number


def peak_bytes(f, *arguments):
    """The most memory that a call takes at once, in bytes, beyond what was there before.

    NumPy reports its arrays to ``tracemalloc``, and so every one of them is counted.
    """
    running = tracemalloc.is_tracing()
    if not running:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        f(*arguments)
        return max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        if not running:
            tracemalloc.stop()
