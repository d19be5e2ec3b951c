"""Buffers that may be filled: the value is NumPy's, the gradient that of central differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.differences import central_difference
from backprop_nb.arrays.pullback import ancestors

X = np.array([0.4, 1.5, 0.9])


def convolve(x, zeros):
    image = zeros((3, 3))
    image[0] = x
    image[1, 1:] = x[1:] * x[:2]
    image[2, 0] = 0.7
    out = zeros((2, 2))
    for i in range(2):
        for j in range(2):
            out[i, j] = np.sum(image[i : i + 2, j : j + 2] * x[:2])
    return np.sum(out**2)


def row_by_row(x, zeros):
    table = zeros((3, 3))
    for i in range(3):
        table[i] = x * x[i]
    table[0] += x
    table[1:, 0] -= x[1:] * 2
    table[2] *= x
    return np.sum(np.tanh(table @ table.T))


def euler(x, zeros):
    angle, speed = zeros(20), zeros(20)
    angle[0], speed[0] = x[0], x[1]
    for i in range(19):
        speed[i + 1] = speed[i] - 0.1 * np.sin(angle[i])
        angle[i + 1] = angle[i] + 0.1 * speed[i + 1]
    return angle[-1] * x[2] + np.sum(angle * speed)


def overwritten(x, zeros):
    z = zeros(4)
    z[:3] = x
    z[1:3] = x[0] * x[:2]
    z[[0, 0, 3]] = x
    z[np.array([False, True, False, False])] = x[2] ** 2
    view = z[2:]
    view[0] = view[0] * 3.0
    return np.sum(z**3)


def concatenated(x, zeros):
    both = zeros((2, 3))
    both[0, :], both[1, :] = x, np.exp(x)
    return np.sum(np.dot(x, both.T) * both.mean(axis=1))


def after_an_array(x, zeros):
    table = zeros((3, 2))
    table[0], table[1:, 1] = x[:2], x[1:] * x[0]
    return np.sum(np.tanh(x @ table)) + np.sum(np.concatenate([x[:2] ** 2, table[1]]) ** 2)


@pytest.mark.parametrize("f", [convolve, row_by_row, euler, overwritten, concatenated, after_an_array])
def test_one_word_changed_makes_filling_differentiable_twice(f):
    buffered = lambda x: f(x, bp.zeros)  # noqa: E731
    assert buffered(X) == f(X, np.zeros)
    slopes = central_difference(lambda x: f(x, np.zeros), X)
    np.testing.assert_allclose(bp.grad(buffered)(X), slopes, rtol=1e-7, atol=1e-8)
    run = bp.record(buffered, X)
    assert (run.value, run.notes) == (pytest.approx(buffered(X)), ())
    np.testing.assert_allclose(run.gradient["x"], slopes, rtol=1e-7, atol=1e-8)
    by_numbers = bp.record(buffered, X.astype(object)).gradient
    np.testing.assert_allclose(list(by_numbers.values()), slopes, rtol=1e-7, atol=1e-8)
    curvature = central_difference(bp.grad(buffered), X)
    np.testing.assert_allclose(bp.hessian(buffered)(X), curvature, rtol=1e-6, atol=1e-7)
    _, tangent = bp.jvp(buffered, (X,), (np.ones(3),))
    assert tangent == pytest.approx(slopes.sum(), rel=1e-7)


indices = st.one_of(
    st.tuples(st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.integers(0, 2)),
    st.tuples(st.slices(3), st.integers(0, 1)),
    st.tuples(st.slices(3), st.slices(2)),
    st.lists(st.integers(0, 2), min_size=1, max_size=4).map(lambda rows: (np.array(rows),)),
    st.just((Ellipsis,)),
)


@given(st.lists(st.tuples(indices, st.sampled_from(["set", "add", "number"]), st.integers(1, 9)), max_size=8))
def test_any_sequence_of_assignments_is_numpys_and_its_jacobian_that_of_differences(steps):
    def fill(x, zeros):
        z = zeros((3, 2))
        for index, how, factor in steps:
            shape = np.shape(np.zeros((3, 2))[index])
            size = int(np.prod(shape))
            value = np.broadcast_to(x[0], shape) if size > 6 else x[:size].reshape(shape)
            value = value * factor
            if how == "add":
                z[index] += value
            else:
                z[index] = value if how == "set" else float(factor)
        return z

    x = np.arange(1.0, 7.0) / 7
    filled = lambda x: fill(x, bp.zeros) * 1.0  # noqa: E731
    np.testing.assert_allclose(np.asarray(filled(x)), fill(x, np.zeros))
    np.testing.assert_allclose(
        bp.jacobian(filled, x, layout="usual"), central_difference(lambda x: fill(x, np.zeros), x), atol=1e-7
    )


def test_a_full_buffer_is_one_operation_whose_operands_are_what_was_put_in():
    x = Tensor(X)
    z = bp.zeros(300)
    for i in range(300):
        z[i] = x[i % 3] * float(i)
    nodes = ancestors([z.sum().node])
    assert [v.operation.name for v in nodes if v.operation].count("_fill") == 1


def test_what_nothing_was_put_into_is_zero_and_a_use_in_between_sees_what_there_was():
    z = bp.zeros((2, 2))
    assert np.array_equal(z + 0, np.zeros((2, 2)))
    z[0] = [1.0, 2.0]
    before = np.exp(z)
    z[0, 0] = 5.0
    assert (before[0, 0], z[0, 0], z.shape, len(z), z.T[0, 0]) == (np.exp(1.0), 5.0, (2, 2), 2, 5.0)
    assert type(bp.zeros_like(np.ones(2, np.float32)) + 1) is np.ndarray
    assert bp.zeros_like(np.ones(2, np.float32)).dtype == np.float32


def test_buffers_refuse_what_arrays_refuse():
    with pytest.raises(IndexError):
        bp.zeros(3)[3] = 1.0
    with pytest.raises(ValueError, match="broadcast"):
        bp.zeros(3)[:2] = Tensor(X)
    with pytest.raises(TypeError, match=r"np.zeros"):
        bp.zeros(3, int)
