"""How the benchmarks measure: time by interleaved rounds, memory by tracemalloc or by asking the system."""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

__all__ = ["alone", "bytes_kept", "race", "ratio", "seconds", "spread", "turn"]

HERE = Path(__file__).resolve().parent


def race(runs, rounds, steps=1, clock=time.process_time):
    """Time competitors in turn, the garbage collector on; seconds a step, as a list of rounds for each.

    runs:   dict name → function without arguments, which drops what it makes
    rounds: how often each competitor is timed; each one's turn begins with a full collection
    steps:  how many steps one turn takes, or a dict of that; from the second on, the collector meets what the
            one before left
    clock:  processor time as a rule, so that other programs disturb less

    The order within a round alternates, so that nobody always runs on a warmed or a throttled processor.
    """
    for run in runs.values():
        run()
    times = {name: [] for name in runs}
    if not isinstance(steps, dict):
        steps = dict.fromkeys(runs, steps)
    gc.collect()
    gc.freeze()  # what was imported is no longer looked through at each collection
    try:
        for i in range(rounds):
            for name in sorted(runs, reverse=i % 2 == 1):
                times[name].append(seconds(runs[name], steps[name], clock) / steps[name])
    finally:
        gc.unfreeze()
    return times


def seconds(run, steps=1, clock=time.process_time):
    """How long ``steps`` calls take, straight after a full collection."""
    gc.collect()
    start = clock()
    for _ in range(steps):
        run()
    return clock() - start


def ratio(times, slow, fast):
    """The median over rounds of how many times longer ``slow`` took than ``fast`` in the same round."""
    return spread(times, slow, fast)[1]


def spread(times, slow, fast):
    """The quartiles of that ratio over the rounds; the second of the three is the median."""
    ratios = [a / b for a, b in zip(times[slow], times[fast], strict=True)]
    return statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3


def turn(run, wanted=0.02, most=1000):
    """How many steps make a turn of about ``wanted`` seconds, once all is written or compiled."""
    for _ in range(3):  # replay records its first two calls
        run()
    return max(1, min(most, round(wanted / max(seconds(run), 1e-6))))


def bytes_kept(make):
    """How many bytes stay allocated while the result of ``make()`` is held."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = make()
        after = tracemalloc.get_traced_memory()[0]
        del kept
    finally:
        tracemalloc.stop()
    return after - before


def alone(*words, **environment):
    """Run ``alone.py`` with these words in a fresh process; returns the data that it prints."""
    command = [sys.executable, str(HERE / "alone.py"), *map(str, words)]
    environment = {**os.environ, **environment}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout)
