"""The carrier of arrays: NumPy's own names reach the rows, and what a Tensor is and is not."""

import gc
import pickle
import weakref

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.context import Watcher
from backprop_nb.core.primitives import Primitive

X = np.array([[0.4, 1.5, 0.9], [2.5, 0.7, 1.2]])
Y = np.array([[1.1, 0.3, 2.0], [0.6, 1.4, 0.8]])
MASK = X > 1


def gradient_of(f, x=X):
    """The gradient of a weighed sum, so that no two elements count alike."""
    t = Tensor(x)
    out = f(t)
    outs = out if isinstance(out, (list, tuple)) else [out]
    weights = np.random.default_rng(0)
    total = sum(bp.sum(o * weights.normal(size=o.shape)) for o in outs)
    total.backward()
    return [o.value for o in outs], t.gradient


# NumPy's names and ours: each pair says the same

SPELLED = {
    "np.log": (np.log, bp.log),
    "np.sum": (np.sum, bp.sum),
    "np.sum axis": (lambda t: np.sum(t, axis=0), lambda t: bp.sum(t, 0)),
    "np.sum second": (lambda t: np.sum(t, 1), lambda t: bp.sum(t, 1)),
    "np.sum keepdims": (lambda t: np.sum(t, axis=-1, keepdims=True), lambda t: bp.sum(t, -1, True)),
    "t.sum": (lambda t: t.sum(axis=1), lambda t: bp.sum(t, 1)),
    "np.add.reduce": (np.add.reduce, lambda t: bp.sum(t, 0)),
    "np.maximum.reduce": (lambda t: np.maximum.reduce(t, axis=1), lambda t: bp.max(t, 1)),
    "np.mean": (lambda t: np.mean(t, axis=(0, 1)), bp.mean),
    "t.mean": (lambda t: t.mean(0), lambda t: bp.mean(t, 0)),
    "np.max": (lambda t: np.max(t, axis=0), lambda t: bp.max(t, 0)),
    "np.amax": (np.amax, bp.max),
    "np.min": (lambda t: np.min(t, axis=1), lambda t: bp.min(t, 1)),
    "t.max": (lambda t: t.max(axis=1, keepdims=True), lambda t: bp.max(t, 1, keepdims=True)),
    "t.min": (lambda t: t.min(axis=0), lambda t: bp.min(t, 0)),
    "np.prod": (lambda t: np.prod(t, axis=0), lambda t: bp.prod(t, 0)),
    "np.var": (lambda t: np.var(t, axis=1, ddof=1), lambda t: bp.var(t, 1, ddof=1)),
    "t.var": (lambda t: t.var(axis=0), lambda t: bp.var(t, 0)),
    "np.cumsum": (lambda t: np.cumsum(t, axis=1), lambda t: bp.cumsum(t, 1)),
    "t.cumsum": (lambda t: t.cumsum(0), lambda t: bp.cumsum(t, 0)),
    "np.reshape": (lambda t: np.reshape(t, (3, 2)), lambda t: bp.reshape(t, (3, 2))),
    "t.reshape": (lambda t: t.reshape(3, -1), lambda t: bp.reshape(t, (3, 2))),
    "t.reshape tuple": (lambda t: t.reshape((6,)), bp.ravel),
    "np.ravel": (np.ravel, bp.ravel),
    "t.ravel": (lambda t: t.ravel(), bp.ravel),
    "np.transpose": (lambda t: np.transpose(t, (1, 0)), bp.transpose),
    "np.transpose axes": (lambda t: np.transpose(t, axes=(1, 0)), bp.transpose),
    "t.T": (lambda t: t.T, bp.transpose),
    "t.mT": (lambda t: t.mT, bp.transpose),
    "t.transpose": (lambda t: t.transpose(1, 0), bp.transpose),
    "t.transpose tuple": (lambda t: t.transpose((1, 0)), bp.transpose),
    "np.swapaxes": (lambda t: np.swapaxes(t, 0, 1), bp.transpose),
    "t.swapaxes": (lambda t: t.swapaxes(0, -1), bp.transpose),
    "np.moveaxis": (lambda t: np.moveaxis(t, source=0, destination=1), lambda t: bp.moveaxis(t, 0, 1)),
    "np.expand_dims": (lambda t: np.expand_dims(t, axis=1), lambda t: bp.expand_dims(t, 1)),
    "np.squeeze": (lambda t: np.squeeze(t[None]), lambda t: bp.squeeze(t[None])),
    "t.squeeze": (lambda t: t[None].squeeze(axis=0), lambda t: bp.squeeze(t[None])),
    "np.broadcast_to": (lambda t: np.broadcast_to(t, (4, 2, 3)), lambda t: bp.broadcast_to(t, (4, 2, 3))),
    "t[...]": (lambda t: t[:, [0, 0, 2]], lambda t: bp.getitem(t, (slice(None), [0, 0, 2]))),
    "np.concatenate": (lambda t: np.concatenate([t, Y]), lambda t: bp.concatenate([t, Y])),
    "np.concatenate array first": (lambda t: np.concatenate((Y, t), axis=1), lambda t: bp.concatenate([Y, t],
    1)),
    "np.stack": (lambda t: np.stack([Y, t, t], axis=-1), lambda t: bp.stack([Y, t, t], -1)),
    "np.vstack": (lambda t: np.vstack([t, t[0]]), lambda t: bp.concatenate([t, t[:1]])),
    "np.hstack": (lambda t: np.hstack([t, Y]), lambda t: bp.concatenate([t, Y], 1)),
    "np.positive": (lambda t: np.positive(t) * (+t), lambda t: t * t),
    "np.split": (lambda t: np.split(t, 3, axis=1), lambda t: bp.split(t, 3, 1)),
    "np.where": (lambda t: np.where(MASK, t, 0.0), lambda t: bp.where(MASK, t, 0.0)),
    "np.where other": (lambda t: np.where(t > 1, 2.0, t), lambda t: bp.where(MASK, 2.0, t)),
    "np.take": (lambda t: np.take(t, indices=[2, 2, 0], axis=1), lambda t: bp.take(t, [2, 2, 0], 1)),
    "t.take": (lambda t: t.take([5, 0]), lambda t: bp.take(t, [5, 0])),
    "np.pad": (lambda t: np.pad(t, 1), lambda t: bp.pad(t, 1)),
    "np.pad mode": (lambda t: np.pad(t, ((1, 0), (0, 2)), mode="constant", constant_values=3.0),
                    lambda t: bp.pad(t, ((1, 0), (0, 2)), constant_values=3.0)),
    "np.einsum": (lambda t: np.einsum("ij,kj->ik", t, Y), lambda t: bp.matmul(t, Y.T)),
    "np.einsum twice": (lambda t: np.einsum("ij,ij->i", t, t), lambda t: bp.sum(t * t, 1)),
    "np.dot": (lambda t: np.dot(t, Y.T), lambda t: bp.matmul(t, Y.T)),
    "np.dot array first": (lambda t: np.dot(Y.T, t), lambda t: bp.matmul(Y.T, t)),
    "t.dot": (lambda t: t.dot(Y.T), lambda t: bp.matmul(t, Y.T)),
    "np.matmul": (lambda t: np.matmul(Y.T, t), lambda t: bp.matmul(Y.T, t)),
    "t @ a": (lambda t: t @ Y.T, lambda t: bp.matmul(t, Y.T)),
    "a @ t": (lambda t: Y.T @ t, lambda t: bp.matmul(Y.T, t)),
    "t @ t": (lambda t: t @ t.T, lambda t: bp.matmul(t, bp.transpose(t))),
    "np.outer": (lambda t: np.outer(t, Y), lambda t: bp.outer(t, Y)),
    "np.trace": (np.trace, bp.trace),
    "t.trace": (lambda t: t.trace(), bp.trace),
    "np.linalg.norm": (np.linalg.norm, bp.norm),
    "np.linalg.norm axis": (lambda t: np.linalg.norm(t, axis=1, keepdims=True),
                            lambda t: bp.norm(t, axis=1, keepdims=True)),
    "np.clip": (lambda t: np.clip(t, 0.8, 1.3), lambda t: bp.clip(t, 0.8, 1.3)),
    "np.clip names": (lambda t: np.clip(t, a_min=0.8, a_max=None), lambda t: bp.clip(t, 0.8, None)),
    "t.clip": (lambda t: t.clip(0.8, 1.3), lambda t: bp.clip(t, 0.8, 1.3)),
    "np.sort": (lambda t: np.sort(t, axis=0), lambda t: bp.sort(t, 0)),
    "operators": (lambda t: -t + 2 * t / Y - 1 + abs(t) ** 2 + 2**t + t**-1,
                  lambda t: bp.add(bp.add(bp.neg(t) + bp.div(2 * t, Y) - 1, bp.square(t)), bp.pow(2,
                  t)) + 1 / t),
    "array on the left": (lambda t: Y - t + Y / t + np.float64(2) * t + Y[0] * t,
                          lambda t: bp.add(bp.sub(Y, t) + bp.div(Y, t) + 2 * t, t * Y[0])),
    "whole and remainder": (lambda t: t // 0.35 + t % 0.35, lambda t: bp.floordiv(t, 0.35) + bp.mod(t, 0.35)),
    "nested lists": (lambda t: t * [[1, 2, 3], [4, 5, 6]], lambda t: t * np.arange(1.0, 7).reshape(2, 3)),
    "unpacked": (lambda t: [row * row for row in t], lambda t: [t[0] ** 2, t[1] ** 2]),
    "sum()": (sum, lambda t: bp.sum(t, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("spelled", "ours"), SPELLED.values(), ids=SPELLED)
def test_numpys_names_reach_the_rows(spelled, ours):
    outs, slopes = gradient_of(spelled)
    expected, expected_slopes = gradient_of(ours)
    plain = spelled(X)
    for out, other, value in zip(
        outs, expected, plain if isinstance(plain, (list, tuple)) else [plain], strict=len(outs) != 2
    ):
        np.testing.assert_allclose(out, other, rtol=1e-14)
        np.testing.assert_allclose(out, value, rtol=1e-14)
    np.testing.assert_allclose(slopes, expected_slopes, rtol=1e-14)


NUMPY_ROWS = [row for row in Primitive.table.values() if hasattr(np, str(row.array))]


@pytest.mark.parametrize("row", NUMPY_ROWS, ids=lambda row: row.array)
def test_every_elementwise_row_answers_to_numpys_name(row):
    x = X / 4 + (row.name == "arccosh")
    operands = [Tensor(x), Y][: len(row.partials)]
    for xs in (operands, operands[::-1]):
        out = getattr(np, row.array)(*xs)
        assert type(out) is Tensor
        assert out.node.operation is row
        np.testing.assert_array_equal(out.value, row(*(getattr(a, "value", a) for a in xs)))


def test_what_asks_for_values_gets_values():
    t = Tensor(X)
    assert (np.shape(t), np.ndim(t), np.size(t)) == ((2, 3), 2, 6)
    assert (t.shape, t.ndim, t.size, t.dtype, len(t)) == ((2, 3), 2, 6, np.float64, 2)
    assert np.argmax(t) == np.argmax(X)
    assert np.argsort(t, axis=1).tolist() == np.argsort(X, axis=1).tolist()
    assert np.array_equal(np.zeros_like(t), np.zeros((2, 3)))
    assert np.allclose(t, X)
    assert np.isfinite(t).all()
    assert (t > 1).tolist() == (t >= 1.1).tolist() == MASK.tolist()
    assert ((t == X) & ~(t != X) & (t + 9 > Y) & (t <= t)).all()
    assert type(t > 1) is np.ndarray


def test_one_number_turns_into_pythons():
    for x in (2.5, np.array([[2.5]]), np.float32(2.5)):
        t = Tensor(x)
        assert (int(t), t.item(), bool(t)) == (2, 2.5, True)
        assert f"{t:.2f}" == "2.50"
        assert type(t.item()) is float
    assert not Tensor(0.0)


def test_it_is_shown_with_its_values_its_type_and_what_made_it():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    assert repr(Tensor(np.float32([1])) * 2) == "Tensor([2.], dtype=float32, operation=mul)"
    assert len(repr(Tensor(np.zeros((1000, 1000))))) < 1000


# What it holds


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_width_through_everything(dtype):
    x = Tensor(X.astype(dtype))
    w = Tensor(Y.T.astype(dtype))
    out = bp.logsumexp(bp.relu(x @ w - 1) * 0.5 + np.pi, axis=1) if dtype != np.float16 else (x * 2 + 1)
    out = (out / 3 + bp.softplus(out)).mean()
    out.backward()
    assert out.dtype == x.gradient.dtype == dtype
    assert out.value.dtype == dtype
    assert w.gradient is None or w.gradient.dtype == dtype


@pytest.mark.parametrize(
    "f", [np.log, bp.sum, bp.mean, bp.var, bp.norm, bp.prod, bp.softmax, bp.cumsum, bp.sigmoid]
)
def test_float32_stays_float32_in_transforms(f):
    x = X.astype(np.float32)
    value, slopes = bp.value_and_grad(lambda x: (f(x) * 2.5).sum())(x)
    out, tangent = bp.jvp(f, (x,), (x,))
    assert {np.asarray(a).dtype for a in (value, slopes, out, tangent)} == {np.dtype(np.float32)}
    assert bp.jacobian(f, x).dtype == np.float32


def test_a_gradient_has_the_type_of_what_it_belongs_to_beside_a_wider_array():
    narrow, wide = Tensor(X.astype(np.float32)), Tensor(Y)
    (narrow * wide).sum().backward()
    assert (narrow.gradient.dtype, wide.gradient.dtype) == (np.float32, np.float64)


class Widths(Watcher):
    """The types of all that flows back while it watches."""

    def __init__(self):
        self.seen = set()

    def watch_flow(self, node, i, flow):
        self.seen.add(flow.dtype.name)


@pytest.mark.parametrize("out", [lambda x: (x * 2).sum(), lambda x: (x * 2)[:1, :1], lambda x: x * 2])
def test_nothing_wider_flows_back_through_a_float32_graph(out):
    x, flows = Tensor(X.astype(np.float32)), Widths()
    y = out(x)
    with flows:
        y.backward(None if y.size == 1 else np.ones(y.shape))
        bp.vjp(out, x.value)[1](np.ones(y.shape))
        bp.jacobian(out, x.value)
    assert flows.seen == {"float32"}


def test_the_sweep_of_a_gradient_starts_in_the_width_of_the_result(monkeypatch):
    seen, row = [], bp.Structural.table["sum"]
    flow = row.flow
    monkeypatch.setattr(row, "flow", lambda i, g, *rest: seen.append(g.dtype.name) or flow(i, g, *rest))
    bp.grad(bp.sum)(X.astype(np.float32))
    bp.grad(bp.sum)(X)
    assert seen == ["float32", "float64"]


def test_a_sum_of_contributions_of_two_widths_has_the_wider():
    """-1 in float32, then 1e-9 and 1 in float64: where float32 holds the sum so far, it comes out as 0."""
    x, one, little = np.ones(2, np.float32), np.ones(2), np.full(2, 1e-9)
    _, pull = bp.vjp(lambda x: (x * one, x * little, -x), x)
    np.testing.assert_allclose(pull((one, one, np.ones(2, np.float32)))[0], little, rtol=1e-6)


def test_python_numbers_and_lists_become_float64():
    for given, shape in (
        (3, ()),
        (2.5, ()),
        ([1, 2], (2,)),
        ([[1.0], [2.0]], (2, 1)),
        (np.float64(1), ()),
        ([], (0,)),
    ):
        assert (Tensor(given).shape, Tensor(given).dtype) == (shape, np.float64)


# How it lives


def test_a_second_sweep_gives_the_same_and_not_the_double():
    t = Tensor(X)
    out = (bp.exp(t) * t).sum()
    out.backward()
    once = t.gradient.copy()
    out.backward()
    np.testing.assert_array_equal(t.gradient, once)
    out.backward(accumulate=True)
    np.testing.assert_array_equal(t.gradient, 2 * once)
    (t * 2).sum().backward()
    np.testing.assert_array_equal(t.gradient, np.full((2, 3), 2.0))


def test_several_results_add_up_where_that_is_asked_for():
    t = Tensor(X)
    for out in (t.sum(), (t * t).sum()):
        out.backward(accumulate=True)
    np.testing.assert_allclose(t.gradient, 1 + 2 * X)


def test_a_seed_weighs_the_outputs():
    t = Tensor(X)
    (t * t).backward(Y)
    np.testing.assert_allclose(t.gradient, 2 * X * Y)
    (t * t).backward(np.ones((2, 3), int))
    np.testing.assert_allclose(t.gradient, 2 * X)


def test_every_node_on_the_way_has_its_gradient():
    t = Tensor(X)
    middle = bp.exp(t)
    out = (middle * 3).sum()
    assert t.gradient is middle.gradient is out.gradient is None
    out.backward()
    np.testing.assert_allclose(middle.gradient, 3.0)
    assert out.gradient == 1


def test_a_value_used_along_many_ways_collects_all_contributions():
    t = Tensor(X)
    a = t * 2
    (a + a * a + a.sum() + bp.concatenate([a, a]).sum() + t).sum().backward()
    np.testing.assert_allclose(t.gradient, 2 * (1 + 4 * X + 6 + 12) + 1)


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_graph_is_freed_at_once_without_the_collector(no_collector):
    t = Tensor(X)
    kept = bp.exp(t)
    watched = weakref.ref(kept.value)
    out = (kept * kept).sum()
    out.backward()
    del kept
    assert watched() is not None
    del out
    assert watched() is None


@pytest.mark.parametrize(
    "transform", [bp.grad, bp.jacobian, bp.hessian, lambda f: bp.grad(lambda x: bp.grad(f)(x).sum())]
)
def test_a_transform_leaves_nothing_behind(transform, no_collector):
    kept = np.ones(5)
    watched = weakref.ref(kept)
    transform(lambda x, kept=kept: bp.sum(x * x * kept))(np.ones(5))
    del kept
    assert watched() is None


def test_an_array_that_nothing_needs_dies_before_the_sweep():
    t = Tensor(X.copy())
    middle = t + 1
    watched = weakref.ref(middle.value)
    out = (middle + 2).sum()
    del middle
    assert watched() is None
    out.backward()
    np.testing.assert_array_equal(t.gradient, np.ones((2, 3)))


def test_an_operand_dies_where_only_the_rule_of_a_constant_would_read_it():
    for constant in (np.ones((3, 2)), np.ones(3)):
        x = Tensor(np.ones((4, 3)))
        squares = x * x
        seen, out = weakref.ref(squares.value), (squares @ constant).sum()
        del squares
        assert seen() is None
        out.backward()
        assert x.gradient.tolist() == [[2.0 * constant[0].sum()] * 3] * 4


def test_a_deep_chain_needs_no_recursion():
    t = Tensor(np.ones(2))
    out = t
    for _ in range(20_000):
        out = out + 1
    out.sum().backward()
    np.testing.assert_array_equal(t.gradient, 1)
    del out


def test_it_goes_by_identity_in_sets_and_dicts():
    a, b = Tensor(1.0), Tensor(1.0)
    assert len({a, b, a}) == 2


def test_a_graph_is_not_pickled():
    with pytest.raises(TypeError, match=r"x\.value"):
        pickle.dumps(Tensor(X) * 2)


def test_the_standard_deviation_is_the_root_of_the_variance():
    x = np.array([[0.5, 2.0, -1.0], [3.0, 0.25, 1.0]])
    for options in ({}, {"axis": 0}, {"axis": -1, "ddof": 1, "keepdims": True}):
        np.testing.assert_allclose(np.std(Tensor(x), **options).value, np.std(x, **options), rtol=1e-15)
        assert bp.check_grad(lambda x, o=options: bp.sum(np.std(x, **o) ** 3), x) < 1e-8
    assert bp.std(x) == pytest.approx(np.std(x))


def test_every_row_is_a_public_function_also_one_that_joins_later():
    assert {name for name in bp.Structural.table if not name.startswith("_")} <= set(bp.__all__)
    assert "_alias" not in bp.__all__
    halves = bp.Structural(
        "halves",
        lambda x: ((x,), ()),
        lambda x: x / 2,
        lambda g, _out, _x: g / 2,
        rules="{g}/2",
    )
    try:
        assert bp.halves is halves
        assert bp.grad(lambda x: bp.sum(bp.halves(x) ** 2))(np.array([3.0])) == 1.5
        assert bp.record(lambda x: bp.sum(bp.halves(x)), np.ones(3)).rows[1].formula == "halves(x)"
    finally:
        del bp.Structural.table["halves"]
    with pytest.raises(AttributeError, match="halves"):
        _ = bp.halves
