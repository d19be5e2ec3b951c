"""The quick way into a program asks what the long one asks: what differs goes the long way, or is refused."""

import threading

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.programs.emitting import Changed

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])


def weigh(p, kind, n=2):
    """A function of nested arrays and settings, which none of them may be taken for another in."""
    total = (p["a"] * p["b"][0]).sum() * n
    return total + p["a"].mean() if kind == "mean" else total


def three_times(f, *inputs, **options):
    """A replayed function after three calls, the last of which went the quick way."""
    replayed = bp.replay(f, **options)
    for _ in range(3):
        replayed(*inputs)
    assert replayed.entry(inputs) is not None
    return replayed


OTHERS = {
    "another setting": ({"a": X, "b": [X]}, "sum", 2),
    "another number beside arrays": ({"a": X, "b": [X]}, "mean", 3),
    "another shape": ({"a": X[:1], "b": [X[:1]]}, "mean", 2),
    "a shape that fits by broadcasting": ({"a": X, "b": [X[:1]]}, "mean", 2),
    "another type": ({"a": X.astype(np.float32), "b": [X.astype(np.float32)]}, "mean", 2),
    "another order of keys": ({"b": [X + 1], "a": X}, "mean", 2),
    "another container": ({"a": X, "b": (X,)}, "mean", 2),
    "another length": ({"a": X, "b": [X, X]}, "mean", 2),
    "True for a number": ({"a": X, "b": [X]}, "mean", True),
    "one argument fewer": ({"a": X, "b": [X]}, "mean"),
}


@pytest.mark.parametrize("inputs", OTHERS.values(), ids=OTHERS)
def test_what_differs_is_not_run_by_the_same_program(inputs):
    replayed = three_times(weigh, {"a": X, "b": [X]}, "mean", 2)
    assert repr(replayed(*inputs)) == repr(bp.value_and_grad(weigh)(*inputs))
    assert repr(replayed(*inputs)) == repr(bp.value_and_grad(weigh)(*inputs))


def test_arrays_are_known_by_their_keys_not_by_their_order():
    replayed = three_times(lambda p: (p["a"] * 2.0 + p["b"]).sum(), {"a": X, "b": X})
    _, g = replayed({"b": X, "a": X})
    np.testing.assert_array_equal(g["a"], np.full(X.shape, 2.0))
    assert list(g) == ["b", "a"]


def test_gradients_stand_where_their_arguments_do():
    def f(x, y, z):
        return x * x * y + z

    for argnums in (0, 1, (1, 0), (2, 0), -1, [1]):
        replayed = three_times(f, 2.0, 5.0, 1.0, argnums=argnums)
        assert replayed(3.0, 4.0, 2.0) == bp.value_and_grad(f, argnums)(3.0, 4.0, 2.0)
    program = bp.emit(f, 2.0, 5.0, 1.0, argnums=(1, 0))
    assert [program(3.0, 4.0, 2.0) for _ in range(2)] == [(38.0, (24.0, 9.0, None))] * 2
    assert program.entry


def test_a_program_called_again_refuses_what_it_refused_at_first():
    program = bp.emit(weigh, {"a": X, "b": [X]}, "mean", 2)
    expected = bp.value_and_grad(weigh)({"a": X + 1, "b": [X]}, "mean", 2)
    for _ in range(2):
        value, (gradients, *others) = program({"a": X + 1, "b": [X]}, "mean", 2)
        assert repr((value, gradients)) == repr(expected)
        assert others == [None, None]
        for inputs in (
            OTHERS["another setting"],
            OTHERS["another shape"],
            OTHERS["another number beside arrays"],
        ):
            with pytest.raises(ValueError, match="written from a run with"):
                program(*inputs)
    square = bp.emit(lambda x: x * x, 2.0)
    assert [square(3.0) for _ in range(2)] == [(9.0, (6.0,))] * 2
    with pytest.raises(TypeError):  # a Scalar says that its class is float
        square(bp.Scalar(2.0))
    step = bp.emit(lambda x: x * x if x > 0 else -x, 2.0)
    assert [step(3.0) for _ in range(2)] == [(9.0, (6.0,))] * 2
    with pytest.raises(Changed):
        step(-1.0)


def test_inside_a_transform_and_beside_another_thread_the_graph_runs():
    replayed = three_times(lambda x: (x * x * x).sum(), X)
    np.testing.assert_allclose(bp.grad(lambda x: replayed(x)[1].sum())(X), 6 * X)
    roots = three_times(lambda x: bp.sqrt(x).sum(), X * X)
    with bp.detect_nan(), pytest.raises(FloatingPointError, match="sqrt"), np.errstate(invalid="ignore"):
        roots(-X * X)
    replayed.lock.acquire()
    try:
        assert replayed.entry((X,)) is None
        found = []
        thread = threading.Thread(target=lambda: found.append(replayed(X)))
        thread.start()
        thread.join()
    finally:
        replayed.lock.release()
    np.testing.assert_array_equal(found[0][1], 3 * X * X)


@pytest.mark.parametrize("back", [lambda g: g, lambda g: g.T.copy().T, lambda g: g[::-1]])
def test_a_gradient_that_is_lent_may_come_back_as_an_argument(back):
    A = X @ X.T

    def f(x):
        return (bp.tanh(x * 1.5) * bp.exp(-x * x) + x * bp.sin(x)).sum() + (x @ A @ x)

    x = np.array([1.0, -0.5])
    replayed, expected = three_times(f, x, reuse=True), bp.value_and_grad(f)
    for _ in range(4):
        truth = expected(x.copy())
        value, g = replayed(x)
        assert (value, *g) == pytest.approx((truth[0], *truth[1]), rel=1e-12)
        x = back(g)
        x /= 2 * abs(x).max()


def test_an_argument_of_thousands_of_arrays_goes_the_long_way():
    many = [np.array([float(i)]) for i in range(400)]
    replayed = bp.replay(lambda xs: sum(xs).sum())
    assert [replayed(many)[0] for _ in range(3)] == [79800.0] * 3
    assert replayed.entry is None
