"""Print tables of speed and memory: ``python tests/benchmarks/run.py [name …]``; ``--list`` names them."""

import argparse
import ctypes
import os
import platform
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]
    alone = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
    os.environ.update(dict.fromkeys(alone, "1"))  # read when NumPy, PyTorch and JAX are loaded
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ.pop("OPENBLAS_CORETYPE", None)  # each library is to choose its kernels for this processor
    os.environ.pop("OPENBLAS_L2_SIZE", None)

import numpy

from benchmarks.learning import LEARNING
from benchmarks.scalars import BENCHMARKS, Line
from benchmarks.tensors import ARRAYS, array_table, machine

__all__ = ["main"]

HEADINGS = Line("measured", "backprop_nb", "micrograd", "result", "target")
GROUPS = {"scalars": list(BENCHMARKS), "tensors": list(ARRAYS), "training": list(LEARNING)}


def main(words=None):
    """Run the benchmarks named, or all, printing tables as they grow; returns 1 if a target was missed."""
    names = [*GROUPS, *BENCHMARKS, *ARRAYS, *LEARNING]
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"all, or some of {', '.join(names)}")
    parser.add_argument("--list", action="store_true", help="tell the names and what each measures")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is timed (default: 15)")
    options = parser.parse_args(words)
    if unknown := [name for name in options.names if name not in names]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(names)}")
    if options.rounds < 1:
        parser.error(f"--rounds is how often each is timed, at least 1; {options.rounds} was given")
    if options.list:
        first, last = ({name: run.__doc__ for name, run in group.items()} for group in (BENCHMARKS, LEARNING))
        for name, what in (first | ARRAYS | last).items():
            print(f"{name:9} {what}")
        return 0
    wanted = [one for name in options.names or GROUPS for one in GROUPS.get(name, [name])]
    missed = 0
    for line, met in lines(wanted, options.rounds):
        print(line, flush=True)
        missed += met is False
    return 1 if missed else 0


def lines(names, rounds):
    """The tables as they are measured: a line, and whether it meets its target, None where there is none."""
    scalars, arrays, learning = [
        [name for name in names if name in group] for group in (BENCHMARKS, ARRAYS, LEARNING)
    ]
    if scalars:
        yield f"Python {platform.python_version()}, processor time, collector on, {rounds} rounds", None
        yield written(HEADINGS), None
    for name in scalars:
        for line in BENCHMARKS[name](rounds):
            yield written(line), line.met
    if arrays:
        keep_arrays()
        yield f"\n{machine()}, processor time, collector on,", None
        yield "freed memory kept for the next; medians of ratios of turns side by side (quartiles).\n", None
        yield from array_table(arrays, rounds)
    if learning:
        yield f"\n{machine()}, {rounds} rounds", None
        yield written(HEADINGS._replace(theirs="the other")), None
    for name in learning:
        for line in LEARNING[name](rounds):
            yield written(line), line.met


def keep_arrays():
    """Let the process keep the memory that arrays leave, for the next ones.

    A fresh process gives each array of more than 128 KiB back to the system and asks for it anew, page by
    page, which doubles the time of many works and tells nothing about any library. Under glibc, one freed
    array of 31 MB ends that; and what is free at the end of the heap is kept up to 1 GB, not up to 62 MB,
    which a chain on 10⁶ elements would cross at each step.
    """
    numpy.ones(3_900_000)
    if sys.platform.startswith("linux") and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold = -1  # M_TRIM_THRESHOLD in malloc.h
        libc.mallopt(trim_threshold, 1_000_000_000)


def written(line):
    """One line of the table of scalars as text."""
    verdict = {None: "", True: "met", False: "MISSED"}[line.met]
    columns = f"{line.ours:>11} {line.theirs:>11} {line.result:>14} {line.target:>9}"
    return f"{line.what:<58} {columns} {verdict}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
