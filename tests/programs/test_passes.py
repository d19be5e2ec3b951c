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

EVERY_BIT = ["drop_unused", "share_values", "reuse_memory", "nest_lines", "reuse_names"]
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


def test_a_number_that_one_line_reads_stands_in_that_line():
    program = bp.emit(lambda x: bp.exp(bp.sin(x * 3.0)) + x, 0.5, passes=["nest_lines"])
    assert str(program).splitlines()[2:-1] == [
        "    v1 = x * 3.0",  # which the way back reads, too
        "    v3 = math.exp(math.sin(v1))",
        "    v4 = v3 + x",
        "    # backward: adjoints",
        "    v4_bar = 1.0",
        "    x_bar = v4_bar",
        "    x_bar += ((v4_bar * v3) * math.cos(v1)) * 3.0",
    ]
    plain = bp.emit(lambda x: bp.exp(bp.sin(x * 3.0)) + x, 0.5)
    assert program(0.7) == plain(0.7)

    def deep(x):
        for _ in range(500):
            x = (x + 1.0) * 0.5
        return x

    assert bp.emit(deep, 0.5, passes=["nest_lines"])(0.7) == bp.emit(deep, 0.5)(0.7)


@pytest.mark.parametrize(
    ("f", "before", "after"),
    [
        (lambda x: bp.sum(bp.log(x)), "1 / x", "1.0 / x"),  # which was multiplied by ones
        (lambda x: bp.sum(bp.log(x) * bp.log(x)), "1 / x", "/ x"),
        (lambda x: bp.sum(bp.sqrt(x)), "2 * v1", "0.5 / v1"),
        (lambda x: bp.sum(bp.sin(2.0 + -(x * x))), "-v1", "2.0 - v1"),
        (lambda x: bp.sum(bp.sin(-(x * x) + 2.0)), "-v1", "2.0 - v1"),
        (lambda x: bp.sum(bp.sin(1.0 / x)), "v1 / x", "v1 * v1"),
        (lambda x: bp.sum(bp.exp(x) / 4.0), "v1 / 4.0", "v2 / 4.0"),
        (lambda x: bp.sum(bp.sin(x * x)), "t3 + t3", " * 2.0"),
    ],
)
def test_lines_are_said_with_fewer_operations(f, before, after):
    x = np.array([1.0, 0.5, 3.0])
    first = ["drop_unused", "share_values", "merge_factors"]
    programs = [bp.emit(f, x, passes=passes) for passes in ((), first, [*first, "simplify"])]
    (value, (g,)), *others = [program(x) for program in programs]
    for other_value, (other,) in others:
        np.testing.assert_allclose([other_value, *other], [value, *g], 1e-14)
    plain, shorter = ([s.text for s in program.statements] for program in programs[1:])
    assert len(shorter) <= len(plain)
    assert before in plain
    assert before not in shorter
    assert any(text.endswith(after) for text in shorter), shorter


def test_a_result_is_no_other_name_of_a_constant():
    c = np.array([5.0, 6.0, 7.0])
    program = bp.emit(lambda x: bp.sum(x * c), X, passes=PASSES)
    program(X)[1][0][:] = 0.0
    np.testing.assert_array_equal(program(X)[1][0], [5.0, 6.0, 7.0])


def test_a_gradient_is_no_other_name_of_what_flowed():
    program = bp.emit(lambda a, b: bp.sum(a - (-b)), X, X, passes=["merge_factors"])
    a, b = program(X, X)[1]
    b[:] = 5.0
    np.testing.assert_array_equal(a, 1.0)
    np.testing.assert_array_equal(program(X, X)[1][1], 1.0)


def test_a_loop_over_blocks_may_sum_what_it_was_given():
    x = np.linspace(-1.0, 1.0, 40_000)
    value, (g,) = bp.emit(lambda x: bp.sum(x + x), x, passes=PASSES)(x)
    assert value == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_array_equal(g, 2.0)


def test_a_view_of_a_second_name_keeps_the_memory_of_the_first():
    def f(x):  # what flows to w is y, with other names and in another shape
        y, w = bp.sin(x), (x * 2.0).reshape(-1)
        z = bp.exp(x) * bp.cos(x)
        return (y.reshape(-1) * w).sum() + (z * z * bp.tanh(z)).sum()

    x = np.arange(6.0).reshape(2, 3) / 3
    for passes in (PASSES, [name for name in PASSES if name != "merge_factors"]):
        np.testing.assert_allclose(bp.emit(f, x, passes=passes)(x)[1][0], bp.grad(f)(x), 1e-12)


def test_where_the_floats_end_soon_no_factor_moves():
    x = np.full(1000, 100, np.float16)
    value, (g,) = bp.emit(lambda x: bp.sum(x / 10), x, passes=PASSES)(x)
    assert (float(value), g[0]) == (1e4, np.float16(0.1))
    steep, x = (lambda x: bp.sum(bp.exp(x * x) * 0.01)), np.full(3, 3.3, np.float16)
    np.testing.assert_array_equal(bp.emit(steep, x, passes=PASSES)(x)[1][0], bp.grad(steep)(x))
    huge = np.full(4, 3e38, np.float32)
    assert np.isfinite(bp.emit(lambda x: bp.sum(x / 16), huge, passes=PASSES)(huge)[0])


def test_a_jacobian_scales_rows_where_a_diagonal_would_be_multiplied():
    W = np.arange(12.0).reshape(3, 4) / 10
    program = bp.emit(lambda x: bp.tanh(x @ W), X, jacobian=True, passes=PASSES)
    assert sum(".dot(" in s.text for s in program.statements) == 1  # forward alone
    np.testing.assert_allclose(program(X)[1][0], bp.jacobian(lambda x: bp.tanh(x @ W), X))


def test_a_number_beside_an_array_is_an_array_beforehand():
    program = bp.emit(lambda x: bp.sum(bp.tanh(x * 0.1) * bp.exp(x * 0.1)), X, passes=["reuse_memory"])
    assert [c.tolist() for c in program.draft.constants.values() if not c.shape] == [0.1, 1.0]
    narrow = X.astype(np.float32)
    program = bp.emit(lambda x: bp.sum(bp.tanh(x * 0.1)), narrow, passes=["reuse_memory"])
    assert {c.dtype for c in program.draft.constants.values()} == {np.dtype("float32")}
    assert program(narrow)[1][0].dtype == np.float32


def test_behind_a_gate_that_is_shut_an_infinite_slope_leaves_nothing():
    for passes in ((), ["reuse_memory"], PASSES):
        with np.errstate(divide="ignore"):
            (g,) = bp.emit(lambda x: bp.sum(bp.sqrt(bp.relu(x))), X, passes=passes)(X)[1]
        np.testing.assert_array_equal(g, [0.5, 0.0, 0.5 / np.sqrt(3.0)])
