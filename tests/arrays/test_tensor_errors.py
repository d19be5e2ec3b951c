"""What arrays do not do: every refusal says the rule, what was received, and what to try."""

import re
import warnings

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Scalar, Tensor

X = np.array([[0.4, 1.5, 0.9], [2.5, 0.7, 1.2]])


def t():
    return Tensor(X.copy())


# Shapes that do not fit: the operation, both shapes, and a way out

SHAPES = {
    "matmul": (lambda: t() @ np.ones((2, 4)), r"matmul.*inner.*\(2, 3\).*\(2, 4\)"),
    "matmul hint": (lambda: t() @ t(), r"matmul.*\(2, 3\).*\(2, 3\).*(\.T|\.mT|transpose)"),
    "matmul vector": (lambda: np.ones(3) @ t(), r"matmul.*\(3,\).*\(2, 3\)"),
    "matmul batch": (lambda: bp.matmul(Tensor(np.ones((2, 2, 3))), np.ones((3, 3, 2))),
                     r"matmul.*\(2, 2, 3\).*\(3, 3, 2\)"),
    "dot": (lambda: np.dot(t(), np.ones(2)), r"(dot|matmul).*\(2, 3\).*\(2,\)"),
    "add": (lambda: t() + np.ones(2), r"add.*\(2, 3\).*\(2,\).*3.*2"),
    "sub reflected": (lambda: np.ones((3, 3)) - t(), r"sub.*\(3, 3\).*\(2, 3\)"),
    "mul of tensors": (lambda: t() * t().T, r"mul.*\(2, 3\).*\(3, 2\)"),
    "maximum": (lambda: np.maximum(t(), np.ones(4)), r"maximum.*\(2, 3\).*\(4,\)"),
    "pow": (lambda: t() ** np.ones(2), r"pow.*\(2, 3\).*\(2,\)"),
    "reshape": (lambda: t().reshape(4, 2), r"reshape.*6.*\(4, 2\)"),
    "reshape -1": (lambda: t().reshape(-1, 4), r"reshape.*6.*\(-1, 4\)"),
    "reshape two unknown": (lambda: t().reshape(-1, -1), r"reshape.*-1"),
    "broadcast_to": (lambda: bp.broadcast_to(t(), (2, 4)), r"broadcast_to.*\(2, 3\).*\(2, 4\)"),
    "concatenate": (lambda: bp.concatenate([t(), np.ones((2, 2))]), r"concatenate.*\(2, 3\).*\(2, 2\)"),
    "concatenate axes": (lambda: bp.concatenate([t(), np.ones(3)]), r"concatenate.*\(2, 3\).*\(3,\)"),
    "stack": (lambda: bp.stack([t(), np.ones((3, 2))]), r"stack.*\(2, 3\).*\(3, 2\)"),
    "where": (lambda: bp.where(np.ones(2, bool), t(), 0.0), r"where.*\(2,\).*\(2, 3\)"),
    "einsum": (lambda: bp.einsum("ij,jk->ik", t(), np.ones((2, 2))), r"einsum.*\(2, 3\).*\(2, 2\)"),
    "einsum axes": (lambda: bp.einsum("ijk->i", t()), r"einsum.*(ijk).*\(2, 3\)"),
    "einsum operands": (lambda: bp.einsum("ij,jk->ik", t()), r"einsum.*2.*1"),
    "split": (lambda: bp.split(t(), 2, axis=1), r"split.*3.*2"),
    "transpose": (lambda: bp.transpose(t(), (0, 1, 2)), r"transpose"),
    "squeeze": (lambda: bp.squeeze(t(), 0), r"squeeze.*\(2, 3\).*2"),
    "trace": (lambda: bp.trace(Tensor(np.ones(3))), r"trace.*\(3,\)"),
    "cross entropy": (lambda: bp.softmax_cross_entropy(t(), np.array([0, 1, 2])),
    r"softmax_cross_entropy.*\(3,\)"),
    "max of none": (lambda: bp.max(Tensor(np.zeros((0, 3))), axis=0), r"max.*\(0, 3\)"),
    "pad": (lambda: bp.pad(t(), ((1, 1), (1, 1), (1, 1))), r"pad"),
    "pad by less": (lambda: bp.pad(t(), -1), r"pad.*0 or more.*-1"),
    "clip": (lambda: bp.clip(t(), None, None), r"clip.*bound"),
    "labels": (lambda: bp.softmax_cross_entropy(t(), np.array([0, 3])), r"labels are 0 … 2; received 0 … 3"),
    "labels below": (lambda: bp.softmax_cross_entropy(t(), [0, -1]), r"labels are 0 … 2; received -1 … 0"),
    "moveaxis": (lambda: bp.moveaxis(t(), (0, 1), 0), r"moveaxis.*as many"),
}  # fmt: skip


@pytest.mark.parametrize(("action", "message"), SHAPES.values(), ids=SHAPES)
def test_shapes_that_do_not_fit_are_named_with_the_rule(action, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        action()


@pytest.mark.parametrize("name", "sum mean max min prod var norm logsumexp cumsum softmax sort".split())
@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_is_not_there_is_named_with_those_that_are(name, axis):
    for x in (t(), X):
        with pytest.raises(
            ValueError, match=rf"{name}: there is no axis {axis} in an array of 2 axes.*0 … 1.*-1 … -2"
        ):
            getattr(bp, name)(x, axis=axis)


@pytest.mark.parametrize(
    "action",
    [
        lambda x: bp.swapaxes(x, 0, 2),
        lambda x: bp.moveaxis(x, 5, 0),
        lambda x: bp.expand_dims(x, 4),
        lambda x: bp.squeeze(x, 3),
        lambda x: bp.concatenate([x, x], axis=2),
        lambda x: bp.stack([x, x], axis=-4),
        lambda x: bp.split(x, 2, axis=2),
        lambda x: bp.take(x, [0], axis=2),
        lambda x: bp.transpose(x, (0, 2)),
    ],
)
def test_other_operations_name_a_wrong_axis_too(action):
    with pytest.raises(ValueError, match=r"^\w+: there is no axis -?\d"):
        action(t())


@pytest.mark.parametrize("axis", [0.5, "rows", (0, 0), (0, -2), True])
def test_an_axis_is_a_whole_number_and_each_one_comes_once(axis):
    with pytest.raises((TypeError, ValueError), match=r"sum: (an axis is a whole number|each axis once)"):
        bp.sum(t(), axis=axis)


def test_a_single_number_has_no_axes():
    with pytest.raises(ValueError, match="sum: a single number has no axis 0"):
        bp.sum(Tensor(1.0), axis=0)
    for action in (len, iter, lambda x: x[0]):
        with pytest.raises((TypeError, IndexError)):
            list(action(Tensor(1.0)))


@pytest.mark.parametrize("index", [5, (0, 3), (0, 0, 0), [0, 2], 0.5, [0.5], np.ones(3, bool), "rows"])
def test_an_index_that_misses_is_explained(index):
    with pytest.raises((IndexError, TypeError), match=r"(?s)(getitem|index).*"):
        t()[index]
    with pytest.raises((IndexError, TypeError)) as caught:
        t()[index]
    assert isinstance(index, (float, list, str)) or "(2, 3)" in str(caught.value)


# What a Tensor holds


@pytest.mark.parametrize(
    ("given", "received", "hint"),
    [
        (np.arange(3), "int64", r"astype\(float\)"),
        (np.array([1, 2], np.uint8), "uint8", r"astype\(float\)"),
        (np.array([True, False]), "bool", r"astype\(float\)"),
        (np.array([1j]), "complex128", "real and imaginary"),
        (1j, "complex128", "real and imaginary"),
        ("two", "U", "numbers"),
        ([None], "a list", "numbers"),
        (np.array(["a"]), "U", "numbers"),
    ],
)
def test_what_has_no_derivative_is_refused_with_its_type(given, received, hint):
    with pytest.raises(TypeError, match=rf"(?s)floating-point.*{received}.*{hint}"):
        Tensor(given)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises((TypeError, ValueError), match=r"rows of one length|inhomogeneous"):
        Tensor([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize("transform", [bp.grad, bp.jacobian, bp.hessian, lambda f: lambda x: bp.vjp(f, x)])
@pytest.mark.parametrize("x", [np.arange(3), np.array([1j]), np.array([True]), "text"])
def test_transforms_refuse_them_too(transform, x):
    with pytest.raises(TypeError, match=r"floating-point|float"):
        transform(lambda x: bp.sum(x * x))(x)


def test_a_scalar_and_a_tensor_do_not_mix_without_a_word():
    for action in (lambda: t() * Scalar(2.0), lambda: Scalar(2.0) * t()):
        with pytest.raises(TypeError, match=r"(?s)Scalar.*Tensor|Tensor.*Scalar"):
            action()


def test_a_complex_operand_is_refused():
    for action in (lambda: t() * 1j, lambda: t() + np.array(1j), lambda: np.array([1j, 0, 0]) * t()):
        with pytest.raises(TypeError, match="complex"):
            action()


def test_what_is_no_number_is_refused():
    for action in (lambda: t() + "two", lambda: t() * None, lambda: t() @ "two", lambda: t() + {}):
        with pytest.raises((TypeError, ValueError)):
            action()


# Nothing is written into


@pytest.mark.parametrize(
    "action",
    [
        lambda x: x.__setitem__(0, 1.0),
        lambda x: x.__setitem__((slice(None), 1), np.zeros(2)),
        lambda x: x.T.__setitem__(X > 1, 0.0),
    ],
)
def test_assignment_into_a_tensor_is_refused_with_the_way_to_write_it(action):
    x = t()
    with pytest.raises(TypeError, match=r"(?s)not assigned into.*bp\.where.*bp\.concatenate"):
        action(x)
    np.testing.assert_array_equal(x.value, X)


def test_numpy_writes_into_no_tensor_and_takes_none_into_its_arrays():
    array, x = np.ones((2, 3)), t()
    with pytest.raises(TypeError, match=r"(?s)numpy\.add.*y = y \+ x"):
        array += x
    with pytest.raises(TypeError, match=r"cannot write|has no rule"):
        np.exp(x, out=array)
    with pytest.raises(TypeError, match=r"x\.value"):
        array[0] = x[0]
    for action in (np.copyto, np.fill_diagonal, lambda x, v: np.put(x, [0], v)):
        with pytest.raises(TypeError, match="numpy"):
            action(x, 0.0)
    np.testing.assert_array_equal(x.value, X)
    np.testing.assert_array_equal(array, 1)


def test_adding_in_place_makes_a_new_tensor():
    x = t()
    before = x
    x += 1
    x *= 2
    assert x is not before
    np.testing.assert_array_equal(before.value, X)
    x.sum().backward()
    np.testing.assert_array_equal(before.gradient, 2)


def test_a_tensor_turns_into_no_array_by_itself():
    for action in (
        np.asarray,
        np.array,
        lambda x: np.array([x, x]),
        np.float64,
        lambda x: np.asarray([x[0, 0]]),
    ):
        with pytest.raises(TypeError, match=r"x\.value|stack"):
            action(t())


# NumPy's functions without a rule


@pytest.mark.parametrize(
    ("action", "name", "nearest"),
    [
        (np.nanstd, "nanstd", "nanmean"),
        (np.linalg.eigh, "linalg.eigh", "det, inv, solve"),
        (np.fft.fft, "fft", ""),
        (lambda x, *y: np.maximum.accumulate(x), "maximum.accumulate", ""),
        (lambda x, *y: np.add.reduceat(x, [0]), "add.reduceat", ""),
        (lambda x, *y: np.partition(x, 1), "partition", ""),
    ],
)
def test_a_numpy_function_without_a_rule_stops_and_names_the_nearest(action, name, nearest):
    two = isinstance(action, np.ufunc) and action.nin == 2
    with pytest.raises(TypeError, match=rf"(?s)numpy\.{re.escape(name)}.* has no rule.*{nearest}"):
        action(*[t()] * (2 if two else 1))


@pytest.mark.parametrize(
    "action",
    [
        lambda x: np.var(x, where=X > 1),
        lambda x: np.sum(x, dtype=int),
        lambda x: np.max(x, where=X > 1),
        lambda x: np.interp(x, X[0], X[0], left=0.0),
        lambda x: np.median(x, 0, None, False, True),
        lambda x: np.add(x, 1, where=X > 1),
        lambda x: np.exp(x, dtype=np.float32),
        lambda x: np.ravel(x, order="F"),
        lambda x: np.reshape(x, (3, 2), order="F"),
        lambda x: np.linalg.norm(x, "nuc"),
        lambda x: np.pad(x, 1, mode="linear_ramp"),
        lambda x: np.quantile(x, 0.5, method="nearest"),
        lambda x: np.cov(x, x),
        lambda x: np.take(x, [7], mode="wrap"),
        lambda x: np.add.reduce(x, initial=5.0),
        lambda x: np.add.reduce(x, where=X > 1),
        lambda x: np.mean(x, 0, np.float32),
        lambda x: np.cumsum(x, 0, np.float32),
        lambda x: np.concatenate([x, x], dtype=np.float32),
        lambda x: np.linalg.norm(x, 2),
        lambda x: np.sum(x, None, None, np.zeros(())),
        lambda x: np.clip(x, 0, 1, np.zeros((2, 3))),
        lambda x: bp.sum(x, rows=1),
        lambda x: bp.einsum(x, "ij"),
        lambda x: x.reshape(2.0, 3),
    ],
)  # fmt: skip
def test_an_option_that_has_no_rule_is_refused_and_not_ignored(action):
    """A result that quietly differs from NumPy's would be worse than none."""
    names = "numpy|rule|option|norm|pad|order|take|clip|einsum|reshape|astype|concatenate"
    with pytest.raises((TypeError, ValueError), match=names):
        action(t())


def test_a_bound_that_is_a_tensor_takes_the_derivative_of_what_it_replaces():
    x = np.array([0.0, 0.7, 3.0])
    for clip in (bp.clip, np.clip):
        f = lambda x, low, high, clip=clip: bp.sum(clip(x, low, high))  # noqa: E731
        slopes = bp.grad(f, argnums=(0, 1, 2))(x, 0.5, 1.0)
        assert [np.asarray(g).tolist() for g in slopes] == [[0, 1, 0], 1, 1]


# Seeds and numbers


def test_a_gradient_starts_from_one_number():
    with pytest.raises(ValueError, match=r"(?s)one number.*\(2, 3\).*(sum|mean).*seed"):
        (t() * 2).backward()
    for f in (bp.grad, bp.value_and_grad, bp.hessian):
        with pytest.raises(TypeError, match=r"(?s)one number.*\(2, 3\).*(jacobian|vjp)"):
            f(lambda x: x * 2)(X)


@pytest.mark.parametrize("out", [None, "text", (1.0, 2.0), [Tensor(1.0)], {"a": 1.0}])
def test_a_gradient_is_of_one_number_and_nothing_else(out):
    with pytest.raises(TypeError, match=r"(?s)one number.*returned"):
        bp.grad(lambda x: out)(X)


@pytest.mark.parametrize("shape", [(), (3,), (2, 1), (3, 2), (1, 2, 3), (6,)])
def test_a_seed_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=rf"(?s)\(2, 3\).*{re.escape(str(shape))}"):
        (t() * 2).backward(np.ones(shape))
    _, pull = bp.vjp(lambda x: x * 2, X)
    with pytest.raises(ValueError, match=rf"(?s)\(2, 3\).*{re.escape(str(shape))}"):
        pull(np.ones(shape))


def test_a_tangent_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"(?s)\(2, 3\).*\(3,\)"):
        bp.jvp(lambda x: x * 2, (X,), (np.ones(3),))
    with pytest.raises((TypeError, ValueError)):
        bp.jvp(lambda x: x * 2, (X,), (X, X))
    with pytest.raises((TypeError, ValueError), match="tuple"):
        bp.jvp(lambda x: x * 2, X, X)


def test_cotangents_come_in_the_containers_of_the_result():
    _, pull = bp.vjp(lambda x: {"a": x, "b": [x * 2]}, X)
    for wrong in (X, {"a": X}, {"a": X, "b": X}, {"a": X, "b": [X, X]}, [X, [X]]):
        with pytest.raises((TypeError, ValueError)):
            pull(wrong)


@pytest.mark.parametrize("argnums", [1, -2, (0, 1), "x", 0.5, (0, 0.5)])
def test_argnums_out_of_reach_are_refused(argnums):
    with pytest.raises((TypeError, ValueError), match="argnums"):
        bp.grad(bp.sum, argnums=argnums)(X)


def test_an_unknown_layout_is_refused():
    with pytest.raises(ValueError, match=r"(?s)notes.*usual.*rows"):
        bp.jacobian(bp.exp, X, layout="rows")


# nan


def test_the_first_nan_is_named_on_the_way_forward():
    message = r"log.*\(2, 3\)"
    with np.errstate(all="ignore"), bp.detect_nan(), pytest.raises(FloatingPointError, match=message):
        (bp.log(Tensor(X - 1)) * 2 + 1).sum()


def test_the_first_nan_is_named_in_transforms_and_on_the_way_back():
    def f(x):
        return bp.sum(bp.sqrt(x * 0.0) * 0.0)  # 0 × inf

    with np.errstate(all="ignore"):
        assert np.isnan(bp.grad(f)(X)).all()
        with bp.detect_nan(), pytest.raises(FloatingPointError, match="sqrt"):
            bp.grad(f)(X)
        with bp.detect_nan(), pytest.raises(FloatingPointError, match="div"):
            bp.grad(lambda x: bp.sum((x - x) / (x - x)))(X)
        assert np.isnan(bp.grad(f)(X)).all()


def test_a_nan_that_was_there_before_is_not_blamed_on_an_operation():
    x = np.where(X > 2, np.nan, X)
    with bp.detect_nan():
        assert np.isnan(bp.sum(Tensor(x) * 2).value)


def test_what_is_well_is_the_same_while_nans_are_looked_for():
    def f(x):
        return bp.logsumexp(x @ x.T) + bp.softmax(x).sum()

    expected = bp.grad(f)(X), bp.hessian(f)(X)
    with bp.detect_nan():
        for a, b in zip((bp.grad(f)(X), bp.hessian(f)(X)), expected, strict=True):
            np.testing.assert_array_equal(a, b)


def test_extremes_pass_without_a_warning():
    """The rows that would overflow if written naively do not."""
    big = np.array([1000.0, -1000.0, 999.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for f in (bp.logsumexp, lambda x: bp.softmax(x)[0], lambda x: bp.softmax_cross_entropy(x,
        np.array(1)),
                  lambda x: bp.sum(bp.sigmoid(x)), lambda x: bp.sum(bp.softplus(x))):  # fmt: skip
            value, slopes = bp.value_and_grad(f)(big)
            assert np.isfinite(value)
            assert np.isfinite(slopes).all()
    assert bp.softmax_cross_entropy(big, np.array(1)) == 2000 + np.log1p(np.exp(-1))
    assert bp.norm(np.array([3e200, 4e200])) == pytest.approx(5e200)
