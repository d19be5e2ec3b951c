"""Print one table of speed and memory: ``python tests/benchmarks/run.py [name …]``; ``--list`` names them."""

import argparse
import platform
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from benchmarks.scalars import BENCHMARKS, Line

__all__ = ["main"]

HEADINGS = Line("measured", "backprop_nb", "micrograd", "result", "target")


def main(words=None):
    """Run the benchmarks named, or all, printing the table as it grows; returns 1 if a target was missed."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"all, or some of {', '.join(BENCHMARKS)}")
    parser.add_argument("--list", action="store_true", help="tell the names and what each measures")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is timed (default: 15)")
    options = parser.parse_args(words)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    if options.rounds < 1:
        parser.error(f"--rounds is how often each is timed, at least 1; {options.rounds} was given")
    if options.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:8} {benchmark.__doc__}")
        return 0
    print(f"Python {platform.python_version()}, processor time, collector on, {options.rounds} rounds")
    print(written(HEADINGS))
    missed = 0
    for name in options.names or BENCHMARKS:
        for line in BENCHMARKS[name](options.rounds):
            print(written(line), flush=True)
            missed += line.met is False
    return 1 if missed else 0


def written(line):
    """One line of the table as text."""
    verdict = {None: "", True: "met", False: "MISSED"}[line.met]
    columns = f"{line.ours:>11} {line.theirs:>11} {line.result:>14} {line.target:>9}"
    return f"{line.what:<58} {columns} {verdict}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
