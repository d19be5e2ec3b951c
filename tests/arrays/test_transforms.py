"""Functions into functions: containers, nesting in any order, both layouts, one carrier inside another."""

import math
import threading
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Scalar, Tensor

X = np.array([[0.4, 1.5, 0.9], [2.5, 0.7, 1.2]])
V = np.array([0.3, 1.7, 1.1])
Layer = namedtuple("Layer", "w b")


def same(a, b, rtol=1e-12):
    """Equal containers of nearly equal arrays, of the same types."""
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        a, b = list(a.values()), list(b.values())
    if isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for p, q in zip(a, b, strict=True):
            same(p, q, rtol)
    elif a is not None:
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-12)


# Floats in, floats out; arrays in, arrays out


def test_floats_give_floats_and_arrays_give_arrays():
    assert type(bp.grad(lambda x: x * x)(3.0)) is float
    assert type(bp.grad(lambda x: bp.sum(x * x))(X)) is np.ndarray
    value, slope = bp.value_and_grad(lambda x: x**3)(2.0)
    assert (type(value), value, type(slope), slope) == (float, 8.0, float, 12.0)
    assert bp.grad(lambda x: x * x)(3) == 6.0
    assert bp.grad(bp.sum)(np.array(2.0)) == 1.0
    out, pull = bp.vjp(lambda x: np.sin(x) * x + np.exp(-x), 2.0)
    (g,) = pull(1.0)
    assert (type(out), type(g)) == (float, float)
    out, tangent = bp.jvp(lambda x: np.sin(x) * x + np.exp(-x), (2.0,), (1.0,))
    assert (type(out), type(tangent)) == (float, float)
    assert tangent == pytest.approx(g, rel=1e-15)


def test_the_function_is_called_with_named_arguments_and_the_rest_as_they_are():
    def f(x, mode, *, scale=1.0):
        assert mode == "text"
        return bp.sum(x * x) * scale

    same(bp.grad(f)(X, "text", scale=3.0), 6 * X)
    assert bp.grad(f).__name__ == "f"


def test_argnums_chooses_arguments():
    def f(x, y, z):
        return bp.sum(x * y) + z

    same(bp.grad(f, argnums=1)(X, V, 2.0), X.sum(0))
    same(bp.grad(f, argnums=(0, 1))(X, V, 2.0), (np.broadcast_to(V, (2, 3)), X.sum(0)))
    same(bp.grad(f, argnums=(2, 0))(X, V, 2.0), (1.0, np.broadcast_to(V, (2, 3)).copy()))
    for i, slopes in enumerate((np.broadcast_to(V, (2, 3)).copy(), X.sum(0), 1.0)):
        same(bp.grad(f, argnums=i - 3)(X, V, 2.0), slopes)
    same(bp.grad(f, argnums=(1,))(X, V, 2.0), (X.sum(0),))


@pytest.mark.parametrize(
    "given",
    [
        (X, V),
        [X, V],
        {"w": X, "b": V},
        Layer(X, V),
        OrderedDict(b=V, w=X),
        {"layers": [Layer(X, V), {"w": (X,), "b": [V, 2.0]}], "scale": 3.0},
        [[], (), {}, X],
        (X, None, V),
    ],
    ids=str,
)
def test_a_gradient_is_made_like_its_argument(given):
    def squares(tree):
        if tree is None:
            return 0.0
        if isinstance(tree, (dict, list, tuple)):
            return sum(map(squares, tree.values() if isinstance(tree, dict) else tree))
        return bp.sum(tree * tree) if isinstance(tree, Tensor) else tree * tree

    def doubled(tree):
        if tree is None or isinstance(tree, (np.ndarray, float)):
            return None if tree is None else 2 * tree
        if isinstance(tree, dict):
            return type(tree)((k, doubled(x)) for k, x in tree.items())
        return type(tree)(*map(doubled, tree)) if isinstance(tree, Layer) else type(tree)(map(doubled, tree))

    same(bp.grad(squares)(given), doubled(given))


# Outputs that are containers


def test_vjp_takes_a_cotangent_made_like_the_result():
    out, pull = bp.vjp(lambda x, y: {"a": x * y, "b": [bp.sum(x), (y,)]}, X, V)
    same(out, {"a": X * V, "b": [float(X.sum()), (V,)]})
    g = {"a": np.ones((2, 3)), "b": [2.0, (np.full(3, 5.0),)]}
    same(pull(g), (np.broadcast_to(V, (2, 3)) + 2, X.sum(0) + 5))


def test_jvp_gives_a_tangent_made_like_the_result():
    out, tangent = bp.jvp(
        lambda p: (p["w"] * 2, {"s": bp.sum(p["b"])}), ({"w": X, "b": V},), ({"w": X, "b": V},)
    )
    same(out, (2 * X, {"s": float(V.sum())}))
    same(tangent, (2 * X, {"s": float(V.sum())}))


def test_a_result_that_ignores_an_input_gives_zeros_there():
    def f(x, y):
        return bp.sum(y)

    same(bp.grad(f)(X, V), np.zeros((2, 3)))
    same(bp.grad(f, (0, 1))(X, V), (np.zeros((2, 3)), np.ones(3)))
    same(bp.grad(f)(2.0, V), 0.0)
    same(bp.grad(f)({"a": X, "b": 1.0}, V), {"a": np.zeros((2, 3)), "b": 0.0})
    same(bp.vjp(f, X, V)[1](1.0), (np.zeros((2, 3)), np.ones(3)))
    same(bp.jvp(f, (X, V), (X, 0 * V))[1], 0.0)
    same(bp.jacobian(lambda x, y: y * 2, X, V, layout="usual"), np.zeros((3, 2, 3)))
    same(bp.hessian(f, X, V), np.zeros((2, 3, 2, 3)))
    same(bp.hessian(bp.sum, X), np.zeros((2, 3, 2, 3)))


def test_a_constant_result_has_a_gradient_of_zeros():
    same(bp.grad(lambda x: 3.0)(X), np.zeros((2, 3)))
    same(bp.grad(lambda x: 3.0)(2.0), 0.0)
    same(bp.vjp(lambda x: V, X)[1](V), (np.zeros((2, 3)),))
    same(bp.jvp(lambda x: V, (X,), (X,)), (V, np.zeros(3)))
    same(bp.jacobian(lambda x: V, X), np.zeros((2, 3, 3)))
    same(bp.grad(bp.grad(lambda x: 3.0 * x))(2.0), 0.0)


# Orders and nesting


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_grad_of_grad_of_grad(order):
    f = np.sin
    for _ in range(order):
        f = bp.grad(f)
    expected = [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin][order - 1]
    assert f(0.7) == pytest.approx(expected(0.7), rel=1e-14)


def test_third_derivatives_of_arrays():
    f = bp.grad(lambda x: bp.sum(bp.grad(lambda x: bp.sum(bp.grad(lambda x: bp.sum(x**5))(x) * V))(x) * V))
    same(f(V), 60 * V**2 * V * V)


CUBE = {
    "grad": bp.grad,
    "vjp": lambda f: lambda x: bp.vjp(f, x)[1](1.0)[0],
    "jvp": lambda f: lambda x: bp.jvp(f, (x,), (1.0,))[1],
    "jacobian": lambda f: lambda x: bp.jacobian(f, x),
    "value_and_grad": lambda f: lambda x: bp.value_and_grad(f)(x)[1],
}


@pytest.mark.parametrize("third", CUBE)
@pytest.mark.parametrize("second", CUBE)
@pytest.mark.parametrize("first", CUBE)
def test_transforms_nest_in_any_order(first, second, third):
    f = CUBE[third](CUBE[second](CUBE[first](lambda x: x**4 + np.exp(2 * x))))
    assert f(0.5) == pytest.approx(24 * 0.5 + 8 * math.exp(1.0), rel=1e-13)


def test_perturbations_are_not_confused():
    """d/dx [x · d/dy (x + y)] = 1 at every point; with one tag for both it would be 2."""
    for inner in CUBE.values():
        for outer in CUBE.values():
            assert outer(lambda x, d=inner: x * d(lambda y: x + y)(1.0))(2.0) == 1.0
            assert outer(lambda x, d=inner: x * d(lambda y: x * y)(1.0))(3.0) == 6.0
            assert outer(lambda x, d=inner: d(lambda y: x * x * y * y)(x))(2.0) == 24.0
            assert outer(lambda x, d=inner: d(lambda y: d(lambda z: x * y * z)(x) + y)(x))(2.0) == 1.0


def test_perturbations_are_not_confused_in_arrays():
    def inner(x):
        return bp.grad(lambda y: bp.sum(x * y * y))(V * 1.0)

    same(bp.grad(lambda x: bp.sum(x * inner(x)))(V), 4 * V * V)
    same(bp.grad(lambda x: bp.sum(bp.grad(lambda y: bp.sum(y * x))(x)))(V), np.ones(3))
    same(bp.grad(lambda x: bp.sum(bp.grad(bp.sum)(x) * x))(V), np.ones(3))


def test_a_closure_over_the_outer_variable_is_differentiated():
    def f(x):
        _, pull = bp.vjp(lambda y: y * x, V)
        return bp.sum(pull(x)[0])  # x · x

    same(bp.grad(f)(V), 2 * V)

    def g(x):
        _, tangent = bp.jvp(lambda y: y * y * x, (V,), (x,))  # 2·V·x·x
        return bp.sum(tangent)

    same(bp.grad(g)(V), 4 * V * V)


def test_what_is_pulled_back_is_differentiated_by_the_cotangent_too():
    same(bp.grad(lambda g: bp.sum(bp.vjp(bp.exp, V)[1](g)[0]))(V), np.exp(V))
    same(bp.jvp(lambda g: bp.vjp(bp.exp, V)[1](g)[0], (V,), (X[0],))[1], np.exp(V) * X[0])
    same(bp.grad(lambda t: bp.sum(bp.jvp(bp.sin, (V,), (t,))[1]))(V), np.cos(V))


def f_of_two(x, y):
    return bp.sum(bp.tanh(x @ y) * bp.exp(y))


def test_forward_over_reverse_reverse_over_forward_and_the_hessian_agree():
    x, v = np.array([[0.4, 0.2, 0.5], [0.3, 0.7, 0.6], [0.1, 0.9, 0.8]]), np.array([0.5, -1.0, 2.0])

    def f(y):
        return f_of_two(x, y)

    h = bp.hessian(f, V)
    same(h, h.T)
    same(bp.jvp(bp.grad(f), (V,), (v,))[1], h @ v)
    same(bp.grad(lambda y: bp.jvp(f, (y,), (v,))[1])(V), h @ v)
    same(bp.grad(lambda y: bp.sum(bp.grad(f)(y) * v))(V), h @ v)
    same(bp.vjp(bp.grad(f), V)[1](v)[0], h @ v)
    same(bp.vjp(lambda y: bp.jvp(f, (y,), (v,))[1], V)[1](1.0)[0], h @ v)
    same(bp.jvp(lambda y: bp.vjp(f, y)[1](1.0)[0], (V,), (v,))[1], h @ v)
    same(bp.jacobian(bp.grad(f), V), h)
    same(bp.jacobian(bp.jacobian(f), V), h)
    same(bp.jacobian(lambda y: bp.vjp(f, y)[1](1.0)[0], V), h)
    truth = bp.differences.central_difference(bp.grad(f), V)
    np.testing.assert_allclose(h, truth, rtol=1e-7, atol=1e-8)


# Jacobians


def test_both_layouts_of_a_jacobian():
    a = np.arange(6.0).reshape(2, 3)
    same(bp.jacobian(lambda x: a @ x, V), a.T)  # a row per input: the notes'
    same(bp.jacobian(lambda x: a @ x, V, layout="notes"), a.T)
    same(bp.jacobian(lambda x: a @ x, V, layout="usual"), a)
    g = np.array([2.0, 3.0])
    same(bp.jacobian(lambda x: a @ x, V) @ g, bp.vjp(lambda x: a @ x, V)[1](g)[0])
    for f, x in ((bp.softmax, X), (lambda x: x[:, None] * x, V), (bp.sum, X), (lambda x: x @ X, V[:2])):
        usual, notes = bp.jacobian(f, x, layout="usual"), bp.jacobian(f, x)
        n = np.ndim(f(x))
        assert usual.shape == np.shape(f(x)) + x.shape
        assert notes.shape == x.shape + np.shape(f(x))
        same(np.moveaxis(usual, range(n), range(-n, 0)), notes)


def test_a_jacobian_without_arguments_is_a_function():
    same(bp.jacobian(bp.exp)(V), np.diag(np.exp(V)))
    same(bp.jacobian(bp.matmul, argnums=1, layout="usual")(X, V), X)
    same(bp.hessian(lambda x: bp.sum(x**3))(V), np.diag(6 * V))


def test_a_jacobian_by_several_arguments_and_of_containers():
    found = bp.jacobian(lambda x, y: x * y, V, V + 1, argnums=(0, 1))
    same(found, (np.diag(V + 1), np.diag(V)))
    found = bp.jacobian(lambda p: {"s": p["a"] * 2.0, "t": bp.sum(p["b"])}, {"a": V, "b": X})
    same(found["s"]["a"], 2 * np.eye(3))
    same(found["s"]["b"], np.zeros((2, 3, 3)))
    same(found["t"]["b"], np.ones((2, 3)))


def test_a_jacobian_of_numbers_is_a_number():
    assert bp.jacobian(lambda x: x * x, 3.0) == 6.0
    same(bp.jacobian(lambda x: x * V, 3.0), V)
    same(bp.jacobian(bp.sum, V), np.ones(3))


def test_a_jacobian_goes_through_everything_at_once():
    """Stacked cotangents meet broadcasting, matmul, indexing and reductions in one graph."""

    def f(x):
        h = bp.tanh(x @ X.T + bp.mean(x, 0)[:2])
        h = bp.concatenate([h, h[::-1] * bp.max(x)], axis=1)
        return bp.softmax(bp.cumsum(h, 0) / bp.norm(x, axis=1, keepdims=True))

    found = bp.jacobian(f, X, layout="usual")
    out, pull = bp.vjp(f, X)
    rows = [pull((np.arange(out.size) == i).astype(float).reshape(out.shape))[0] for i in range(out.size)]
    same(found, np.array(rows).reshape(out.shape + X.shape))
    np.testing.assert_allclose(found, bp.differences.central_difference(f, X), atol=1e-8)


def test_a_hessian_of_several_arguments_and_of_a_dict():
    def f(p):
        return bp.sum(p["a"] ** 2 * p["b"])

    found = bp.hessian(f, {"a": V, "b": V})
    same(found["a"]["a"], np.diag(2 * V))
    same(found["a"]["b"], np.diag(2 * V))
    same(found["b"]["b"], np.zeros((3, 3)))
    found = bp.hessian(lambda x, y: bp.sum(x * x * y), V, X, argnums=(0, 1))
    same(found[0][0], np.diag(2 * X.sum(0)))
    assert found[0][1].shape == (3, 2, 3)
    same(found[0][1], found[1][0].transpose(2, 0, 1))


# Carriers inside and outside


def test_a_scalar_goes_through_the_transforms():
    x = Scalar(2.0)
    slope = bp.grad(lambda x: x**3)(x)
    assert float(getattr(slope, "value", slope)) == 12.0
    pair = bp.value_and_grad(lambda x, y: x * y)(x, Scalar(5.0))
    assert [float(getattr(s, "value", s)) for s in pair] == [10.0, 5.0]


def test_lists_of_scalars_are_arguments_like_others():
    slopes = bp.grad(lambda xs: xs[0] * xs[1] + bp.sin(xs[0]))([Scalar(1.0), Scalar(3.0)])
    assert [float(getattr(s, "value", s)) for s in slopes] == pytest.approx([3 + math.cos(1), 1.0])
    found = bp.jacobian(lambda xs: [xs[0] * xs[1], xs[1]], [Scalar(2.0), Scalar(3.0)])
    assert [[float(getattr(s, "value", s)) for s in row] for row in found] == [[3, 2], [0, 1]]
    assert float(bp.grad(lambda x: 5.0)(Scalar(2.0))) == 0


def test_a_tensor_outside_every_transform_is_followed():
    t = Tensor(V)
    total = bp.sum(bp.grad(lambda x: bp.sum(x * x * t))(t))  # 2·t·t
    total.backward()
    same(t.gradient, 4 * V)


def test_a_transform_of_a_transform_keeps_the_graph_of_the_caller():
    t = Tensor(V)
    value, slopes = bp.value_and_grad(lambda x: bp.sum(x**3))(t)
    (value + bp.sum(slopes)).backward()
    same(t.gradient, 3 * V**2 + 6 * V)
    out, pull = bp.vjp(lambda x: x * x, u := Tensor(V))
    bp.sum(out + pull(u)[0]).backward()
    same(u.gradient, 2 * V + 4 * V)
    bp.sum(bp.jacobian(lambda x: x * x, w := Tensor(V))).backward()
    same(w.gradient, np.full(3, 2.0))


def test_python_control_flow_follows_the_values():
    def f(x):
        return bp.sum(x) if x[0] > 1 else bp.sum(x * x) * (2 if x.shape == (3,) else 1)

    same(bp.grad(f)(V), 4 * V)
    same(bp.grad(f)(V + 1), np.ones(3))


def test_an_error_inside_the_function_leaves_no_trace():
    for transform in (bp.grad, bp.value_and_grad, bp.jacobian):
        with pytest.raises(ZeroDivisionError):
            transform(lambda x: x * (1 / 0))(2.0)
        assert repr(bp.grad(lambda x: x * x)(3.0)) == "6.0"


# The check


def test_check_grad_passes_what_is_right_and_names_what_is_wrong():
    def f(p, x):
        return bp.softmax_cross_entropy(bp.relu(x @ p["w"]) @ p["v"], np.array([0, 1]))

    def off(x):  # one number is differentiated, and another returned
        return bp.sum(x * x) if isinstance(x, Tensor) else bp.sum(x * x * x)

    p = {"w": np.cos(np.arange(12.0)).reshape(3, 4), "v": np.sin(np.arange(8.0)).reshape(4, 2)}
    assert bp.check_grad(f, p, X) < 1e-7
    assert bp.check_grad(lambda x: x**3, 2.0) < 1e-7
    with pytest.raises(
        (AssertionError, ValueError), match=r"(?s)element \(\d, \d\), is .*central differences"
    ):
        bp.check_grad(off, X)
    with pytest.raises(ValueError, match=r"^the gradient with respect to input 1 is 1;"):  # a number
        bp.check_grad(bp.relu, 1e-7)


def test_a_transform_in_one_thread_does_not_change_what_another_thread_gets():
    inside, finish = threading.Event(), threading.Event()

    def slow(x):
        inside.set()
        assert finish.wait(10)
        return bp.sum(x * x)

    waiting = threading.Thread(target=bp.grad(slow), args=(X,))
    waiting.start()
    assert inside.wait(10)
    try:
        value, slope = bp.value_and_grad(lambda x: bp.sum(x * x))(X)
        assert (type(value), type(slope)) == (float, np.ndarray)
    finally:
        finish.set()
        waiting.join()
