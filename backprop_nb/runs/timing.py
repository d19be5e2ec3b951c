"""How long a call takes, measured while you wait."""

from collections.abc import Callable
from timeit import Timer

__all__ = ["ROUNDS", "fastest"]

ENOUGH = 0.002  # seconds that a measurement lasts at least
ROUNDS = 5  # of which the fastest counts: the others were disturbed


def fastest(run: Callable):
    """Seconds that one call of ``run`` takes, the fastest of several rounds."""
    timer, number = Timer(run), 1
    while (taken := timer.timeit(number)) < ENOUGH:
        number *= min(10, max(2, int(ENOUGH / max(taken, 1e-9))))  # a clock may tick in 0.1 ms
    return min([*timer.repeat(ROUNDS - 1, number), taken]) / number
