"""2,000 random programs over arrays: this package's gradients against PyTorch's, or JAX's, and mpmath's.

What counts as rounding is computed for every derivative: see ``array_programs.rounding``. Nothing is left
to a tolerance chosen by eye. The long run: ``python tests/support/array_programs.py 100000``.
"""

import random
import statistics
from collections import Counter
from functools import partial

import numpy as np
import pytest
from support.array_making import (
    LONGEST,
    Instruction,
    Program,
    append,
    edge_program,
    ended,
    names_of_rows,
    random_program,
    result,
    run,
)
from support.array_programs import (
    by_tensors,
    check,
    check_at_edges,
    drawn,
    rounding,
    simplified,
    value_by_mpmath,
)
from support.array_reference import Torch

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive

COUNT, BATCH = 2000, 100


def some(count, number=0):
    """A list of random programs."""
    return [random_program(*recipe) for recipe in drawn(count, number)]


@pytest.mark.parametrize("number", range(COUNT // BATCH))
def test_no_gradient_is_off_by_more_than_rounding_can_explain(number, peer):
    size = BATCH if isinstance(peer, Torch) else BATCH // 20  # JAX compiles each operation for each shape
    for i, recipe in enumerate(drawn(size, number)):
        assert not check(random_program(*recipe), exact=i % 50 == 0).mismatches, recipe


def test_second_derivatives_of_whole_programs_agree_in_reverse_and_forward(peer):
    """To eight digits: here it is the rules that are compared, not their rounding."""
    for program in some(150 if isinstance(peer, Torch) else 5, 6):
        vs = [np.cos(np.arange(1.0, x.size + 1)).reshape(x.shape) for x in program.inputs]
        truths = peer.second(partial(run_by, program), program.inputs, [np.ones(())], vs)
        near = 1e-8 * max(1.0, *(np.max(np.abs(truth)) for truth in truths))
        for ours in second_derivatives(program, vs):
            for got, truth in zip(ours, truths, strict=True):
                np.testing.assert_allclose(got, truth, rtol=0, atol=near)


@pytest.mark.parametrize("number", range(5))
def test_at_nan_infinities_ties_and_kinks_no_gradient_is_a_number_that_nobody_else_has(number):
    pytest.importorskip("torch"), pytest.importorskip("jax")
    outcomes = {recipe: check_at_edges(edge_program(*recipe)) for recipe in drawn(BATCH * 2, 100 + number)}
    assert {r: o.mismatches for r, o in outcomes.items() if o and o.mismatches} == {}
    assert sum(o is None for o in outcomes.values()) < BATCH / 5  # few are refused


NAN, INF = np.nan, np.inf
AT_EDGES = {  # what long runs found: an array, and what is done with it, value by value
    "floor": ([-2.0, 2.0, 1.0], ("pow", (0, 0)), ("floor", (1,))),
    "ceil": ([2.0, 0.0, NAN], ("abs", (0,)), ("ceil", (1,))),
    "trunc": ([[-INF]], ("softmax_cross_entropy", (0,), (np.array([0]),)), ("trunc", (1,))),
    "rint": ([0.0, 2.0], ("div", (-0.64, 0)), ("rint", (1,))),
    "arccosh at -1": ([-1.0], ("arcsin", (0,)), ("arccosh", (0,)), ("sub", (1, 2))),
    "arccosh below": ([-2.0, 0.0, 3.0], ("arccosh", (0,))),
    "logabsdet": ([[[-INF, -1.0], [INF, 1.0]], [[-2.0, -INF], [1.0, 2.0]]], ("logabsdet", (0,))),
    "a jump just reached": ([[0.0, -1.0], [3.0, -2.0]], ("det", (0,)), ("mod", (0, 1))),
    "cumprod": ([-1.0, 0.0, 0.0, 2.0], ("cumprod", (0,)), ("arcsin", (1,))),
    "cumprod of silu": ([-2.0, 1.0, INF, 0.5], ("silu", (0,)), ("cumprod", (1,))),
    "division by 0": ([-2.0, 1.0, INF], ("div", (0, 0.0)), ("tanh", (1,))),
}  # fmt: skip
SMALL_BESIDE_LARGE = {
    "det": ([[-1.443, -0.8], [0.46, 0.002]], ("det", (0,))),
    "dets": ([[[-1.828, 1.737], [1.319, -1.225]], [[-0.023, -0.253], [0.758, 1.444]]],
             ("mul", (0, 0)), ("det", (1,)), ("cos", (2,))),
}  # fmt: skip


@np.errstate(all="ignore")
def written(x, *steps):
    """The program of these steps, with what they leave weighed and summed."""
    values, instructions, unused = [np.array(x)], [], []
    for step in steps:
        append(Instruction(*step), instructions, values, unused)
    return Program((values[0],), tuple(ended(random.Random(1), instructions, values, unused)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("program", AT_EDGES.values(), ids=AT_EDGES)
def test_edges_that_the_long_runs_found(program):
    pytest.importorskip("torch"), pytest.importorskip("jax")
    assert check_at_edges(written(*program)).mismatches == []


@pytest.mark.parametrize("program", SMALL_BESIDE_LARGE.values(), ids=SMALL_BESIDE_LARGE)
def test_small_elements_beside_large_ones_keep_their_digits(program, peer):
    assert check(written(*program)).mismatches == []


def test_programs_at_the_edges_have_every_row_and_many_special_numbers():
    programs = [edge_program(*recipe) for recipe in drawn(1500, 3)]
    used = Counter(step.name for program in programs for step in program.instructions)
    assert {*names_of_rows(), *Primitive.table} <= {*used}
    numbers = np.concatenate([x.reshape(-1) for program in programs for x in program.inputs])
    assert all(np.sum(test(numbers)) > 100 for test in (np.isnan, np.isposinf, np.isneginf))
    assert sum(len(set(x.flat)) < x.size for program in programs for x in program.inputs) > 200  # ties
    assert sum(x.ndim == 0 for program in programs for x in program.inputs) > 200
    narrow = [x for program in programs for step in program.instructions for x in (*step.operands, *step.rest)
              if getattr(x, "dtype", np.dtype(float)).kind in "iu"]  # fmt: skip
    assert {x.dtype.itemsize for x in narrow} == {1, 2, 8}


def run_by(program, library, *xs):
    """The result of a program on the library's arrays."""
    return run(program, xs, lambda name, position: library.row(name), library.array)[-1]


def second_derivatives(program, vs):
    """Hessian-vector products by two roads: the gradient of the gradient along vs, and its Jvp."""

    def along(*xs):
        return sum(bp.sum(s * v) for s, v in zip(slopes(*xs), vs, strict=True))

    everything = tuple(range(len(vs)))
    slopes = bp.grad(lambda *xs: run(program, xs, lambda name, position: getattr(bp, name))[-1], everything)
    return bp.grad(along, everything)(*program.inputs), bp.jvp(slopes, program.inputs, tuple(vs))[1]


def test_the_programs_use_every_row_and_reach_their_full_length():
    programs = some(1000)
    used = Counter(instruction.name for program in programs for instruction in program.instructions)
    assert set(used) == {*names_of_rows(), *Primitive.table}
    nobody_calls = {"put_at", "_alias", "_astype", "_fill"}
    assert {*Structural.table} - {*names_of_rows()} == nobody_calls
    assert min(used.values()) >= 5
    lengths = [len(program.instructions) for program in programs]
    assert max(lengths) >= LONGEST
    assert min(lengths) < 4


def test_the_programs_have_arrays_of_every_kind_that_are_used_more_than_once():
    axes, fans = Counter(), 0
    for program in some(200):
        axes.update(x.ndim for x in program.inputs)
        uses = Counter(x for step in program.instructions for x in step.operands if type(x) is int)
        fans += max(uses.values()) > 1
    assert set(axes) == {0, 1, 2, 3}
    assert fans > 100


def test_a_program_is_the_same_each_time_and_none_comes_twice():
    assert len(set(drawn(200, 5))) == 200
    assert str(some(20, 3)) == str(some(20, 3)) != str(some(20, 4))


def test_what_is_allowed_to_rounding_is_little(peer):
    """The test would prove nothing if the bounds were wide: half are below 1e-13 of max(1, |derivative|)."""
    sizes = []
    for program in some(60):
        _, bounds = rounding(program)
        for bound, slope in zip(bounds, by_tensors(program)[1], strict=True):
            sizes += (bound / np.maximum(1.0, np.abs(slope))).reshape(-1).tolist()
    assert statistics.median(sizes) < 1e-13
    assert max(sizes) < 1e-8


def test_an_operation_written_out_is_the_same_operation():
    for program in some(60, 1):
        value = pytest.approx(by_tensors(program)[0], rel=1e-11, abs=1e-11)
        assert by_tensors(simplified(program))[0] == value
        assert float(value_by_mpmath(program).item()) == value


@pytest.mark.parametrize(
    "name", "sum matmul softmax getitem broadcast_to concatenate max norm sin mul div pow".split()
)
def test_a_rule_that_is_off_by_a_billionth_is_noticed(name, monkeypatch, peer):
    row = Structural.table.get(name) or Primitive.table[name]
    flow = row.flow

    def off(i, g, saved):
        return flow(i, g, saved) * (1 + 1e-9)

    monkeypatch.setattr(row, "flow", off)
    using = (program for program in some(200) if name in [step.name for step in program.instructions])
    assert any(check(program).mismatches for program in using)


def test_the_value_on_tensors_is_the_value_on_arrays():
    for program in some(100, 2):
        values, tensors = list(program.inputs), [Tensor(x) for x in program.inputs]
        for instruction in program.instructions:
            f = getattr(bp, instruction.name)
            values.append(result(instruction, values, f))
            tensors.append(result(instruction, tensors, f))
            assert tensors[-1].shape == np.shape(values[-1])
            np.testing.assert_allclose(tensors[-1].value, values[-1], rtol=1e-12, atol=1e-12)
