"""``replay``: value and gradient by programs, for functions that branch, loop, fail and change."""

import math
import random
import threading
import time
import warnings
from dataclasses import dataclass
from itertools import count

import numpy as np
import pytest
from support.written_programs import array_runs, number_runs, same

import backprop_nb as bp
from backprop_nb.programs.following import LeftTheRun
from backprop_nb.programs.replaying import MOST_PROGRAMS

X = np.array([1.0, -2.0, 3.0])


def agree(f, calls, argnums=0, **options):
    """Replay ``f`` on several calls, each compared with the graph; returns what replay made."""
    replayed = bp.replay(f, argnums, **options)
    for inputs in calls:
        found, truth = replayed(*inputs), bp.value_and_grad(f, argnums)(*inputs)
        np.testing.assert_allclose(found[0], truth[0], rtol=1e-14)
        assert type(found[1]) is type(truth[1])
        np.testing.assert_allclose(found[1], truth[1], rtol=1e-13)
    return replayed


def test_it_records_twice_and_then_runs_without_the_function():
    calls = count()

    def f(x):
        next(calls)
        return x * x

    replayed = bp.replay(f)
    assert [replayed(float(k)) for k in range(5)] == [(k * k, 2.0 * k) for k in range(5)]
    assert next(calls) == 2


def test_a_loop_to_convergence_has_a_program_for_each_number_of_turns():
    def root(a):
        y = a
        while abs(y * y - a) > 1e-12:
            y = (y + a / y) * 0.5
        return y

    replayed = agree(root, [(a,) for a in (2.0, 2.1, 9.0, 2.0, 90.0, 9.1, 2.2, 91.0)])
    assert 2 <= len(replayed.programs) <= 4


def test_shapes_types_and_settings_have_programs_of_their_own():
    def f(x, p=1, kind="sum"):
        return (x**p).sum() if kind == "sum" else (x**p).mean()

    calls = [(X,), (X[:2],), (X.astype(np.float32),), (X, 2), (X, 3), (X, 2, "mean"), (X, 2), (X[:2],)]
    assert len(agree(f, calls).programs) == 6


def test_containers_come_back_as_they_were():
    def f(p, x):
        return (p["w"] * x).sum() + p["b"][0] * p["b"][1]

    p = {"w": X, "b": (2.0, np.float32(3.0))}
    for _ in range(3):
        value, gradient = (replayed := bp.replay(f))(p, X)
    assert value == bp.value_and_grad(f)(p, X)[0]
    assert list(gradient) == ["w", "b"]
    assert [type(gradient["b"]), type(gradient["b"][0])] == [tuple, float]
    both = bp.replay(f, (0, 1))(p, X)[1]
    assert len(both) == 2
    assert np.array_equal(both[1], p["w"])
    assert len(replayed.programs) == 1


def test_labels_are_inputs_and_are_looked_at_on_each_call():
    def loss(W, X, y):
        return bp.softmax_cross_entropy(X @ W, y)

    chance = np.random.default_rng(0)
    W, data = chance.normal(size=(3, 4)), chance.normal(size=(6, 3))
    calls = [(W, data, chance.integers(4, size=6)) for _ in range(4)]
    replayed = agree(loss, calls)
    assert len(replayed.programs) == 1
    for y in (np.array([0, 1, 2, 3, 4, 0]), np.array([0, 1, 2, 3, -1, 0])):
        with pytest.raises(ValueError, match="labels are 0 … 3"):
            replayed(W, data, y)
    with pytest.raises(LeftTheRun, match="whole numbers"):
        bp.replay(lambda x, i: x[i].sum())(X, np.array([0, 2]))


def test_more_than_eight_ways_are_said_and_go_by_the_graph():
    replayed = bp.replay(lambda x, n: sum(x * k for k in range(1, n)))
    for n in range(2, MOST_PROGRAMS + 2):
        assert replayed(2.0, n)[0] == n * (n - 1)
    with pytest.warns(RuntimeWarning, match="more than 8 ways"):
        assert replayed(2.0, 20)[0] == 380.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert replayed(2.0, 21)[0] == 420.0
    assert len(replayed.programs) == MOST_PROGRAMS


@pytest.mark.parametrize("f", [lambda x: x * random.random(), lambda x: x * time.perf_counter()])
def test_a_clock_and_a_random_number_are_refused_on_the_second_call(f):
    replayed = bp.replay(f)
    replayed(2.0)
    with pytest.raises(LeftTheRun, match="did something else on its second call"):
        replayed(2.0)


def test_a_branch_that_no_comparison_of_inputs_chose_is_refused():
    turns = iter([1, 2, 2])
    replayed = bp.replay(lambda x: x * x if next(turns) == 1 else -x)
    replayed(2.0)
    with pytest.raises(LeftTheRun, match="second call"):
        replayed(2.0)


def test_a_function_that_goes_on_after_a_refusal_is_refused():
    def f(x):
        try:
            return x.sum() if (x > 0).all() else (x * x).sum()
        except Exception:  # noqa: BLE001
            return x.sum() * 3

    with pytest.raises(LeftTheRun, match="comparing arrays"):
        bp.replay(f)(X)


def test_a_function_that_goes_on_after_a_failed_operation_is_refused():
    def f(x):
        try:
            return np.linalg.inv(x).sum()
        except ValueError:
            return x.sum() * 2

    with pytest.raises(LeftTheRun, match=r"inv failed: line 3 of f.*, and the function went on"):
        bp.replay(f)(np.array([[2.0, 4.0], [1.0, 2.0]]))

    def g(x):
        try:
            return bp.log(x - 3)
        except ValueError:
            return x * 2

    with pytest.raises(LeftTheRun, match=r"log failed: line 3 of g.*, and the function went on"):
        bp.emit(g, 2.0)
    replayed = bp.replay(g)  # of single numbers an array is made, as for the graph, where nothing fails
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert math.isnan(replayed(2.0)[0])
    assert replayed(5.0) == (math.log(2), 0.5)


def test_no_number_can_be_read_from_what_is_printed():
    with pytest.raises(ValueError, match="could not convert"):
        bp.replay(lambda x: x * float(repr(x)[7:-1]))(2.25)


@dataclass
class Weights:
    w: np.ndarray


def test_a_dataclass_of_parameters_is_replayed():
    replayed = bp.replay(lambda p, x: (p.w * x * x).sum())
    for w in (X, X + 1, np.array(2.0)):
        value, gradient = replayed(Weights(w), X)
        assert value == (w * X * X).sum()
        assert type(gradient) is Weights
        assert np.array_equal(gradient.w, X * X if w.ndim else (X * X).sum())
    assert len(replayed.programs) == 2


def test_a_function_that_raises_raises_and_goes_on():
    def f(x):
        if x > 5:
            raise RuntimeError("too large")
        return bp.log(x)

    replayed = bp.replay(f)
    assert [replayed(2.0)[1] for _ in range(3)] == [0.5] * 3
    with pytest.raises(RuntimeError, match="too large"):
        replayed(6.0)
    with pytest.raises(ValueError, match="operand 1 must be above 0"):
        replayed(-1.0)
    assert replayed(4.0)[1] == 0.25
    with pytest.raises(TypeError, match=r"a gradient is of one number|must return one number"):
        bp.replay(lambda x: x * 2)(X)


def test_gradients_are_fresh_unless_reuse_is_asked_for():
    def f(x):
        return bp.sum(bp.tanh(x) * x)

    for inputs in (X, np.ones(3)):
        fresh, reused = bp.replay(f), bp.replay(f, reuse=True)
        kept = [[g(inputs)[1] for _ in range(4)] for g in (fresh, reused)]
        assert not np.shares_memory(kept[0][2], kept[0][3])
        assert np.shares_memory(kept[1][2], kept[1][3])
    for g in (lambda x: (x * X).sum(), lambda x: x.sum(), lambda x: (x * 0.0).sum(), lambda x: (x + x)[0]):
        replayed = bp.replay(g)
        first, second = [replayed(X)[1] for _ in range(4)][2:]
        assert not np.shares_memory(first, second)
        assert not np.shares_memory(first, X)
        assert first.flags.writeable


def test_transforms_around_it_and_carriers_go_by_the_graph():
    replayed = bp.replay(lambda x: x * x * x)
    for _ in range(3):
        replayed(2.0)
    assert bp.grad(lambda x: replayed(x)[0])(2.0) == 12.0
    assert bp.grad(lambda x: replayed(x)[1])(2.0) == 12.0
    assert bp.grad(lambda w: bp.replay(lambda x: x * w)(2.0)[0])(3.0) == 2.0
    outer = bp.replay(lambda x: (x * w[0]).sum())
    w = [1.0]
    for _ in range(3):
        outer(X)

    def through(y):
        w[0] = y
        return outer(X)[0]

    assert bp.grad(through)(2.0) == 2.0
    with pytest.raises(LeftTheRun):
        bp.replay(lambda x: bp.grad(lambda y: (y * y).sum())(x).sum())(X)


def test_while_a_program_is_at_work_another_call_goes_by_the_graph():
    replayed = bp.replay(lambda x: bp.sum(x * x))
    replayed(X)
    with replayed.lock:
        assert replayed(X)[0] == 14.0
        assert replayed.calls == 1


def test_threads_get_their_own_results():
    def f(x):
        for _ in range(30):
            x = bp.tanh(x) * 1.01
        return x.sum()

    replayed = bp.replay(f)
    points = [np.full(2000, k / 10) for k in range(1, 5)]
    truths = [bp.value_and_grad(f)(x) for x in points]
    wrong = []

    def work(k):
        for _ in range(20):
            value, g = replayed(points[k])
            if not (np.isclose(value, truths[k][0]) and np.allclose(g, truths[k][1], rtol=1e-12)):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


def test_random_programs_replayed_give_what_the_graph_gives():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for f, inputs in [*number_runs(range(500, 510)), *array_runs(30, 9)]:
            argnums = tuple(range(len(inputs)))
            replayed = bp.replay(f, argnums)
            *_, last = (replayed(*inputs) for _ in range(3))
            if isinstance(inputs[0], float):
                value, gradients = last
                nodes = [bp.Scalar(x) for x in inputs]
                out = f(*nodes)
                out.backward()
                assert value == out.value
                truth = [v.gradient or 0.0 for v in nodes]
                np.testing.assert_allclose(gradients, truth, rtol=1e-9, atol=1e-12)
            else:
                truth = bp.value_and_grad(f, argnums)(*inputs)
                np.testing.assert_allclose(last[0], truth[0], rtol=1e-12)
                for a, b in zip(last[1], truth[1], strict=True):
                    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-11)
            assert same(replayed(*inputs), last)
