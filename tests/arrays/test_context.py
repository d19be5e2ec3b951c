"""One context for each thread and task: what watches one run sees no other, and is left on every way out."""

import asyncio
import math
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.context import ENTERED, OPEN, RUNNING

X = np.array([0.4, 1.5, 0.9])


def nan():
    """A Tensor of nan, made by log."""
    with np.errstate(invalid="ignore"):
        return bp.log(Tensor(-X))


def in_a_thread(work):
    """What ``work`` gives in a thread of its own; its exception is raised here."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def nothing_is_left():
    return not OPEN and not RUNNING and not ENTERED.get()


def test_record_and_every_transform_name_the_first_nan_inside_detect_nan():
    def f(x):
        return bp.sum(bp.log(x - 1.0))

    with np.errstate(invalid="ignore"):
        for run in (bp.record, bp.vjp, bp.jacobian, bp.hessian, bp.check_grad):
            with bp.detect_nan(), pytest.raises(FloatingPointError, match=r"log made the first nan, 2 of 3"):
                run(f, X)
        assert math.isnan(bp.record(f, X).value)


def test_detect_nan_inside_a_recorded_function_watches_that_part_alone():
    def f(x):
        y = bp.log(x - 1.0)
        with bp.detect_nan():
            return bp.sum(x * x) + 0.0 * bp.sum(bp.where(np.isnan(y.value), 0.0, 1.0))

    with np.errstate(invalid="ignore"):
        run = bp.record(f, X)
    assert run.value == pytest.approx(np.sum(X * X))
    assert nothing_is_left()


@pytest.mark.parametrize("inner", [
    lambda x: bp.grad(lambda y: y * y * x)(2.0),
    lambda x: bp.value_and_grad(lambda y: x * y**4 / 4.0)(2.0)[0],
    lambda x: bp.vjp(lambda y: y * y * x, 2.0)[0],
    lambda x: bp.vjp(lambda y: y * y * x, 2.0)[1](1.0)[0],
    lambda x: bp.jvp(lambda y: y * y * x, (2.0,), (1.0,))[1],
    lambda x: bp.jacobian(lambda y: y * y * x, 2.0),
])  # fmt: skip
@pytest.mark.parametrize("where", [lambda work: work(), in_a_thread, lambda work: copy_context().run(work)])
def test_an_inner_transform_follows_an_outer_tensor_in_whatever_thread_it_runs(inner, where):
    """d/dx (4 x · x²) at 3, or the like: every inner result is 4 x."""
    assert bp.grad(lambda x: where(lambda: inner(x)) * x * x)(3.0) == pytest.approx(12 * 3.0**2)


def test_a_record_shows_the_derivative_through_an_inner_transform_that_met_its_input_by_closure():
    run = bp.record(lambda x: bp.sum(x * bp.grad(lambda y: bp.sum(y * y * x))(np.array([1.0, 2.0]))), X[:2])
    np.testing.assert_allclose(run.gradient["x"], 2 * np.array([2.0, 4.0]) * X[:2])


def test_a_record_refuses_what_another_thread_computed():
    with pytest.raises(TypeError, match="another thread"):
        bp.record(lambda x: in_a_thread(lambda: bp.sum(x * x)), X)


def test_threads_that_differentiate_record_and_look_for_nans_side_by_side_keep_apart():
    start = threading.Barrier(8)

    def differentiate():
        value, g = bp.value_and_grad(lambda x: bp.sum(bp.tanh(x) * x))(X)
        assert type(g) is np.ndarray
        assert value == np.sum(np.tanh(X) * X)
        assert np.isnan(nan().value).all()  # nobody in this thread looks for nans

    def record():
        run = bp.record(lambda x, y: bp.sum(bp.exp(x) * y), X, X + 1.0)
        assert [row.operation for row in run.rows] == ["input", "input", "exp", "mul", "sum"]
        np.testing.assert_array_equal(run.gradient["y"], np.exp(X))

    def look():
        with bp.detect_nan():
            with pytest.raises(FloatingPointError, match="log made the first nan"):
                nan()
            assert bp.grad(lambda x: x**3)(2.0) == 12.0

    def nest():
        assert bp.grad(bp.grad(lambda x: x * x * x))(2.0) == 12.0
        assert bp.hessian(lambda x: bp.sum(x * x), X).tolist() == (2 * np.eye(3)).tolist()

    def compare():
        assert bp.jacobian(bp.exp, X).tolist() == np.diag(np.exp(X)).tolist()
        np.testing.assert_array_equal(bp.jvp(bp.sin, (X,), (X,))[1], np.cos(X) * X)
        bp.check_grad(lambda x: bp.sum(bp.sin(x) * x), X)
        with pytest.raises(ValueError, match="more than 2 rows"), bp.limited(rows=2):
            bp.record(lambda x: x * x * x, 2.0)

    def learn():
        assert [bool(bp.exercises.check("04-e", answer)) for answer in ("no", "yes")] == [True, False]
        assert bp.exercises.check("09-2", [2, 7])
        assert not bp.exercises.check("09-2", [2, 8])
        assert bp.exercises.check("05-4", "2 * x")

    def work(jobs):
        start.wait()
        for i in range(120):
            jobs[i % len(jobs)]()

    jobs = [differentiate, record, look, nest, compare, learn]
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(work, jobs[i % 6 :] + jobs[: i % 6]) for i in range(8)]:
            done.result()
    assert nothing_is_left()


def test_a_jvp_under_detect_nan_gives_arrays():
    with bp.detect_nan():
        value, tangent = bp.jvp(bp.sin, (X,), (X,))
    assert type(value) is type(tangent) is np.ndarray


def test_asyncio_tasks_keep_apart():
    async def look(turn):
        with bp.detect_nan():
            await turn
            with pytest.raises(FloatingPointError):
                nan()

    async def go_on(turn):
        assert np.isnan(nan().value).all()
        turn.set_result(None)
        await asyncio.sleep(0)
        assert np.isnan(nan().value).all()

    async def both():
        turn = asyncio.get_running_loop().create_future()
        await asyncio.gather(look(turn), go_on(turn))

    asyncio.run(both())
    assert nothing_is_left()


def test_suspended_generators_may_be_left_in_any_order():
    def steps():
        with bp.detect_nan():
            yield
            with pytest.raises(FloatingPointError):
                nan()
            yield

    first, second = steps(), steps()
    for generator in (first, second, first, second):
        next(generator)
    first.close()
    with pytest.raises(FloatingPointError):
        nan()  # the second is still open
    in_a_thread(second.close)
    assert np.isnan(nan().value).all()
    assert not OPEN
    with bp.detect_nan():  # and what the other thread left behind here goes
        pass
    assert nothing_is_left()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
@pytest.mark.parametrize("inputs", [(X, X), (2.0, 5.0)], ids=["arrays", "numbers"])
def test_ctrl_c_in_the_middle_of_a_record_leaves_nothing_behind(inputs):
    def f(x, y):
        return bp.sum(bp.tanh(x * y) + bp.grad(lambda z: z * z)(3.0)) if np.ndim(x) else bp.tanh(x * y)

    def interrupt(number, frame):
        if armed:
            raise KeyboardInterrupt

    armed, stopped, before = False, 0, signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-4, 1.3e-4)
        for _ in range(2500):
            try:
                armed = True
                bp.record(f, *inputs)
            except KeyboardInterrupt:
                stopped += 1
            finally:
                armed = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert stopped
    assert not OPEN
    assert not RUNNING
    bp.record(bp.sum, X)  # what an interrupt left unfinished goes with the next
    assert nothing_is_left()
    assert np.isnan(nan().value).all()
