"""Passes: each keeps value and gradients, and saves what it says it saves; lines and buffers are counted."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support.array_making import edge_program
from support.written_programs import array_runs, difference, number_runs

import backprop_nb as bp
from backprop_nb.programs.emitting import program_from_run
from backprop_nb.programs.passes import PASSES

EVERY_BIT = ["drop_unused", "share_values", "reuse_memory", "reuse_names"]
X = np.array([1.0, -2.0, 3.0])


def chain(x):
    x = bp.tanh(x * 0.7 + 0.3) * 1.5
    x = bp.relu(bp.log((bp.exp(x) - 0.2) / 3.0 + 1.5) * 4.0 - 0.5)
    return bp.sum(bp.sqrt(x + 0.1) / 2.0)


@pytest.mark.parametrize("passes", [*([name] for name in EVERY_BIT), EVERY_BIT], ids=str)
def test_a_pass_that_reorders_nothing_keeps_every_bit(passes):
    for f, inputs in array_runs(12, 3):
        assert difference(f, inputs, passes) is None
    for f, inputs in array_runs(12, 4, edge_program):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                bp.value_and_grad(f)(*inputs)
            except (ValueError, ArithmeticError):  # said in words
                continue
        assert difference(f, inputs, passes) is None
    for f, inputs in number_runs(range(5)):
        assert bp.emit(f, *inputs, passes=passes)(*inputs) == bp.emit(f, *inputs)(*inputs)


@pytest.mark.parametrize("size", [12, 65_536, 60_000])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_all_passes_together_differ_by_rounding_only(size, dtype):
    x = np.random.default_rng(0).normal(size=size).astype(dtype)
    value, (g,) = bp.emit(chain, x, passes=PASSES)(x)
    truth, slope = bp.value_and_grad(chain)(x)
    unit = np.finfo(dtype).eps
    assert abs(value - truth) < 100 * unit * abs(truth)
    np.testing.assert_allclose(g, slope, rtol=50 * unit, atol=unit)
    assert g.dtype == dtype


def test_adjoints_that_nobody_wants_are_left_out():
    program = bp.emit(lambda x, y: bp.sin(x) * bp.cos(y), 1.0, 2.0, argnums=0)
    lean = bp.emit(lambda x, y: bp.sin(x) * bp.cos(y), 1.0, 2.0, argnums=0, passes=["drop_unused"])
    assert len(program.statements) - len(lean.statements) == 2
    assert lean(1.0, 2.0) == program(1.0, 2.0)


def test_what_is_computed_twice_is_computed_once():
    program = bp.emit(lambda x: bp.sum(bp.exp(x) * bp.exp(x)), X, passes=["share_values"])
    assert str(program).count("np.exp") == 1


def test_two_losses_of_the_same_scores_do_not_share_what_each_writes_into():
    def f(x):
        first, second = (bp.softmax_cross_entropy(x, labels) for labels in ([0, 1], [2, 2]))
        return first + 3.0 * second

    x = np.arange(6.0).reshape(2, 3)
    assert difference(f, (x,), EVERY_BIT) is None


def test_a_view_of_a_shared_value_keeps_its_memory():
    def f(x):
        first, second = x + 1.0, x + 1.0
        view = bp.reshape(second, (3, 1))
        return bp.sum(first * 2.0) + bp.sum(view * 3.0)

    assert difference(f, (X,), EVERY_BIT) is None


def test_a_value_that_lies_column_by_column_gets_no_buffer_which_would_be_summed_in_another_order():
    x = np.random.default_rng(0).normal(size=(37, 53))

    def f(x):
        return bp.sum(bp.sum(bp.exp(bp.transpose(x) * 1.1), axis=0) ** 2)

    assert difference(f, (x,), EVERY_BIT) is None


def test_two_threads_do_not_write_into_each_others_buffers():
    x = np.linspace(0.1, 1.0, 20_000)
    program = bp.emit(lambda x: (bp.exp(-x) * bp.tanh(x) + x * x).sum(), x, passes=PASSES)
    inputs = [x * k for k in range(1, 5)]
    truth = [program(x) for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(program, inputs * 50))
    for i, (value, (gradient,)) in enumerate(found):
        assert value == truth[i % 4][0]
        assert np.array_equal(gradient, truth[i % 4][1][0])


def test_a_factor_0_from_outside_stops_no_infinity():
    with np.errstate(all="ignore"):
        assert difference(lambda x: bp.sum(bp.exp(x) * 0.0), (X * 1000.0,), EVERY_BIT) is None


def test_constant_factors_meet():
    passes = ["share_values", "merge_factors"]
    program = bp.emit(lambda x: bp.sum(bp.sin(x * 2.0) * 3.0) * 0.5, X, passes=passes)
    assert " * 6.0" in str(program)
    assert " * 3.0" not in str(program).partition("backward")[2]
    np.testing.assert_allclose(program(X)[1][0], 3.0 * np.cos(2 * X), rtol=1e-15)


def test_a_factor_that_might_overflow_on_its_way_stays_where_it_is():
    large, x = np.full(3, 1e200), np.zeros(3)

    def f(x):
        return bp.sum(bp.sin(x) * large * large * 1e-200)

    (g,) = bp.emit(f, x, passes=PASSES)(x)[1]
    np.testing.assert_allclose(g, 1e200, rtol=1e-13)


def test_memory_is_used_again_and_in_place():
    def deep(x):
        for _ in range(20):
            x = bp.tanh(x * 1.1)
        return bp.sum(x * 2.0)

    x = np.ones(50)
    program = bp.emit(deep, x, passes=["drop_unused", "reuse_memory"])
    assert len(program.draft.buffers) <= 24  # 20 results of tanh are read on the way back
    assert program.statements[0].text == "np.multiply(x, c1, m1)"
    assert program.statements[1].text == "np.tanh(v1, m1)"
    first, second = (program(x)[1][0] for _ in range(2))
    assert not np.shares_memory(first, second)


def test_large_chains_run_in_blocks_and_keep_no_whole_array():
    x = np.random.default_rng(0).normal(size=(16, 8192))
    program = bp.emit(chain, x, passes=PASSES)
    assert "for k in range" in program.source
    kept = sum(buffer.nbytes for buffer in program.draft.buffers.values())
    assert kept <= x.nbytes / 8 * 11  # strips of an eighth
    assert "for k in range" not in bp.emit(lambda x: bp.sum(bp.cumsum(x)), x.ravel(), passes=PASSES).source
    squared = bp.emit(lambda x: bp.sum(bp.sin(x)) ** 2, x, passes=PASSES)
    assert "for k in range" not in squared.source  # its way back needs the whole sum first
    np.testing.assert_allclose(squared(x)[1][0], bp.grad(lambda x: bp.sum(bp.sin(x)) ** 2)(x), rtol=1e-12)


def test_names_of_numbers_are_few():
    def long(x):
        for _ in range(100):
            x = bp.sin(x) * 1.01 + 0.1
        return x

    program = bp.emit(long, 0.5, passes=["reuse_names"])
    plain = bp.emit(long, 0.5)
    few, many = (len({s.target for s in p.statements}) for p in (program, plain))
    assert few < 110 < many
    assert program(0.7) == plain(0.7)


def test_an_unknown_pass_is_refused():
    with pytest.raises(ValueError, match="no pass 'faster': there are drop_unused"):
        program_from_run(chain, (X,), passes=["faster"])
