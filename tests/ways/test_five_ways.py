"""Random programs by five ways: each gradient is right within the error that its way is known to make.

``python tests/ways/test_five_ways.py 100000`` makes the long run.
"""

import contextlib
import math
import sys
from functools import cache
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.programs import random_program, rounding, run
from support.reference import UNIT

from backprop_nb.arrays.differences import SCHEMES
from backprop_nb.core.primitives import Primitive
from backprop_nb.runs.adjoints import sweep_forward
from backprop_nb.runs.tracing import trace
from backprop_nb.ways.comparison import by_duals, by_sweep, by_symbols

CI, TINY = 1000, 1e-20  # 2,000 take 16 s of a processor
FAR = 3e-5  # a program's operands stay as far as 1e-4 from every kink: no value moves further than this


def apply(name, position):
    return Primitive.table[name]


@cache
def follows_complex_numbers(name):
    """Whether a row's complex step gives its derivative: abs and max, with their kinks, have none."""
    row, xs = Primitive.table[name], (0.4, 0.7)
    for slot, partial in enumerate(row.partials):
        plain = xs[: len(row.partials)]
        points = [complex(x) for x in plain]
        points[slot] += 1j * TINY
        try:
            slope, right = complex(row(*points)).imag / TINY, partial(row(*plain), *plain)
        except (TypeError, ValueError, AttributeError):
            return False
        if not math.isclose(slope, right, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True


def errors(seed):
    """{way: the worst error of its gradient, as a part of the error it is allowed}; reverse mode judges."""
    program = random_program(seed)
    x, bounds = program.inputs, rounding(program).tolist()
    reverse = by_sweep(f := lambda *xs: run(program, xs, apply), x)
    found = {"forward mode": by_duals(f, x)}
    with contextlib.suppress(ZeroDivisionError):  # sinc's derivative at 0 takes an if: the formula has 0 / 0
        found["symbolic"] = by_symbols(f, x)
    allowed = {way: [2 * bound for bound in bounds] for way in found}  # each of the two may be off by it
    recorded = trace(lambda xs: f(*xs), list(x))
    unsure = 4 * UNIT * sum(abs(row.value * row.adjoint) for row in recorded.rows)  # rounding of f itself
    quotients = {"central differences": [], "complex step": []}
    limits = {way: [] for way in quotients}
    for i, row in enumerate(recorded.inputs):

        def moved(at, i=i):
            return f(*x[:i], at, *x[i + 1 :])

        # the error of the quotient is h² f‴/6, a third of what doubling h changes
        h = FAR / 2 / max(map(abs, sweep_forward(recorded, row).values()))
        central = SCHEMES["central"].quotient
        near, far = central(moved, x[i], h), central(moved, x[i], 2 * h)
        quotients["central differences"].append(near)
        limits["central differences"].append(abs(near - far) / 2 + 3 * unsure / h + bounds[i])
        if all(follows_complex_numbers(name) for name, *_ in program.instructions):
            quotients["complex step"].append(SCHEMES["complex step"].quotient(moved, x[i], TINY))
            limits["complex step"].append(4 * bounds[i])
    found |= {way: values for way, values in quotients.items() if values}
    return {
        way: max(
            abs(a - b) / (limit or math.ulp(0.0))
            for a, b, limit in zip(values, reverse, (allowed | limits)[way], strict=True)
        )
        for way, values in found.items()
    }


def test_random_programs_by_all_five_ways_agree_within_what_each_is_allowed():
    asked = dict.fromkeys(["forward mode", "symbolic", "central differences", "complex step"], 0)
    for seed in range(CI):
        for way, part in errors(seed).items():
            asked[way] += 1
            assert part <= 1, f"program {seed}: {way} is off by {part:.3g} times what it is allowed"
    assert asked.pop("complex step") >= CI / 50, "programs of smooth rows only"
    assert asked.pop("symbolic") >= 0.98 * CI
    assert set(asked.values()) == {CI}


if __name__ == "__main__":
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        wrong = {way: part for way, part in errors(number).items() if not part <= 1}
        if wrong:
            print(number, wrong)
