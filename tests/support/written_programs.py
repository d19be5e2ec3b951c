"""Random programs written by ``emit``, saved, and run by an interpreter that has nothing but NumPy.

``python tests/support/written_programs.py 100000`` makes the long run, by the thousand, and says how it went.
On numbers every bit is the record's. On arrays the graph multiplies into a partial where it may and keeps its
layout; where that goes by columns, a sum takes the elements in another order than the program's.
"""

import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np

import backprop_nb as bp
from backprop_nb.core.primitives import Primitive
from backprop_nb.programs.emitting import program_from_run
from support import programs
from support.array_making import edge_program, random_program, run
from support.array_programs import drawn, spelled

__all__ = ["array_runs", "difference", "number_runs", "run_saved", "same"]

READER = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
assert "backprop_nb" not in sys.modules
found = []
for path, inputs in pickle.load(open(sys.argv[1], "rb")):
    space = {"__name__": "step"}
    exec(compile(open(path, encoding="utf-8").read(), path, "exec"), space)
    found.append(space["f"](*inputs))
pickle.dump(found, open(sys.argv[2], "wb"))
"""


def number_runs(seeds):
    """Pairs (function, inputs) of random programs on numbers."""
    for seed in seeds:
        program = programs.random_program(seed)

        def f(*xs, program=program):
            return programs.run(program, xs, lambda name, position: Primitive.table[name])

        yield f, program.inputs


def array_runs(count, number, make=random_program, last=-1):
    """Pairs (function, inputs) of random programs on arrays; of the edges with ``make=edge_program``.

    last: which of its values a function returns; the last one is a number
    """
    for recipe in drawn(count, number):
        program = make(*recipe)

        def f(*xs, program=program):
            return run(program, xs, spelled)[last]

        yield f, program.inputs


def run_saved(written, folder):
    """What an interpreter without this package gives for pairs (Program, inputs): a list of results."""
    jobs = []
    for i, (program, inputs) in enumerate(written):
        program.save(folder / f"step{i}.py")
        jobs.append((str(folder / f"step{i}.py"), inputs))
    given, found = folder / "jobs", folder / "found"
    given.write_bytes(pickle.dumps(jobs))
    command = [sys.executable, "-I", "-c", READER, given, found]
    subprocess.run(command, check=True, cwd=folder, timeout=600)
    return pickle.loads(found.read_bytes())


def same(found, expected):
    """Whether value and gradients are equal, to the last bit but for the sign of 0 and the kind of a nan."""
    (value, gradients), (truth, truths) = found, expected
    pairs = [(value, truth), *zip(gradients, truths, strict=True)]
    return all(np.shape(x) == np.shape(y) and np.array_equal(x, y, equal_nan=True) for x, y in pairs)


def near(found, expected):
    """Whether they differ by rounding at most."""
    pairs = zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True)
    return all(np.allclose(x, y, 1e-9, 1e-12, equal_nan=True) for x, y in pairs)


def difference(f, inputs, passes=()):
    """None if the program gives what the graph gives; else both; a program that is refused counts as None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = bp.value_and_grad(f, tuple(range(len(inputs))))(*inputs)
        program = program_from_run(f, inputs, None, in_order=True, passes=passes)
        found = [program(*inputs) for _ in range(2)][-1]  # the second time the buffers are used ones
    return None if same(found, expected) else (found, expected)


def check_thousand(number, count=1000):
    """How many of ``count`` programs ran, which are wrong, and which differ in their last digits."""
    written, expected = [], []
    with warnings.catch_warnings(), bp.limited(compare=False):
        warnings.simplefilter("ignore")
        for f, inputs in number_runs(range(number * count, number * count + count // 2)):
            run_of_f = bp.record(f, *inputs)
            written.append((program_from_run(f, inputs), inputs))
            expected.append((run_of_f.value, tuple(run_of_f.gradient.values())))
        makes = (random_program, edge_program)
        for f, inputs in array_runs(count // 2, number, makes[number % 2]):
            try:
                truth = bp.value_and_grad(f, tuple(range(len(inputs))))(*inputs)
            except (ValueError, ArithmeticError):  # said in words; a program has no words
                continue
            passes = ("drop_unused", "share_values", "reuse_memory") if number % 4 > 1 else ()
            written.append((program_from_run(f, inputs, None, in_order=True, passes=passes), inputs))
            expected.append(truth)
    with tempfile.TemporaryDirectory() as folder:
        found = run_saved(written, Path(folder))
    other = [i for i, pair in enumerate(zip(found, expected, strict=True)) if not same(*pair)]
    wrong = [i for i in other if i < count // 2 or not near(found[i], expected[i])]
    return len(found), wrong, sorted({*other} - {*wrong})


if __name__ == "__main__":
    total, off, rounded = 0, 0, 0
    for number in range(int(sys.argv[1]) // 1000 if len(sys.argv) > 1 else 1):
        done, wrong, last = check_thousand(number)
        total, off, rounded = total + done, off + len(wrong), rounded + len(last)
        print(f"{total} programs, {off} wrong, {rounded} with other last digits", wrong, last, flush=True)
    sys.exit(bool(off))
