"""2,000 random programs of up to 200 operations: this package's gradients against autograd's and mpmath's.

What counts as rounding is computed for every derivative, from what the table test allows each row:
see ``programs.rounding``. Nothing is left to a tolerance chosen by eye.
The long run: ``python tests/programs.py 100000``.
"""

import statistics
from collections import Counter

import pytest
from support.programs import LONGEST, by_scalars, check, random_program, rounding, run

from backprop_nb import Scalar
from backprop_nb.core.primitives import Primitive

COUNT, BATCH = 2000, 100


@pytest.mark.parametrize("start", range(0, COUNT, BATCH))
def test_no_gradient_is_off_by_more_than_rounding_can_explain(start):
    for seed in range(start, start + BATCH):
        outcome = check(seed, exact=seed % 10 == 0)  # every tenth against mpmath as well
        assert not outcome.mismatches


def test_the_programs_use_every_row_and_reach_their_full_length():
    programs = [random_program(seed) for seed in range(300)]
    used = Counter(instruction.name for program in programs for instruction in program.instructions)
    assert set(used) == set(Primitive.table)
    assert min(used.values()) > 50
    lengths = [len(program.instructions) for program in programs]
    assert LONGEST - 10 < max(lengths) <= LONGEST
    assert min(lengths) < 5


def test_a_program_is_the_same_each_time():
    assert random_program(7) == random_program(7) != random_program(8)


def test_what_is_allowed_to_rounding_is_little():
    """The test would prove nothing if the bounds were wide: half are below 1e-13 of max(1, |derivative|)."""
    sizes = []
    for seed in range(200):
        program = random_program(seed)
        sizes += [b / max(1.0, abs(g)) for b, g in zip(rounding(program), by_scalars(program), strict=True)]
    assert statistics.median(sizes) < 1e-13
    assert max(sizes) < 1e-8


@pytest.mark.parametrize("name", ["sin", "mul", "div", "pow", "log1p", "sub"])
def test_a_partial_that_is_off_by_a_billionth_is_noticed(name, monkeypatch):
    row = Primitive.table[name]
    *others, last = row.partials

    def off(out, *operands):
        return last(out, *operands) * (1 + 1e-9)

    monkeypatch.setattr(row, "partials", (*others, off))
    monkeypatch.setattr(row, "partial2", off)
    if not others:
        monkeypatch.setattr(row, "partial1", off)
    assert any(check(seed).mismatches for seed in range(30))


def test_the_value_on_scalars_is_the_value_on_floats():
    for seed in range(200):
        program = random_program(seed)

        def apply(name, position):
            return Primitive.table[name]

        assert run(program, map(Scalar, program.inputs), apply).value == run(program, program.inputs, apply)
