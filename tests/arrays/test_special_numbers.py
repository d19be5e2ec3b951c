"""Where floats and narrow types end: infinities, zeros, ties, whole numbers, float16 and float32."""

import numpy as np
import pytest
import sympy
from support.array_reference import Jax, Torch

import backprop_nb as bp
from backprop_nb.arrays.structural.row import ones

A, INF, NAN = np.array, np.inf, np.nan
LOGITS = np.linspace(-2.0, 2.0, 600).reshape(200, 3) ** 3
NARROW = ["u1", "i1", "i2", ">i2", "u2", ">i4", "u8", ">i8"]


@pytest.mark.parametrize("kind", NARROW)
def test_labels_indices_and_exponents_of_any_whole_type_give_what_int64_gives(kind):
    labels = np.arange(200) % 3
    picks, x = labels[:4].reshape(2, 2), A([20.0, -3.0, 1.5])
    for f, whole, at in (
        (bp.softmax_cross_entropy, labels, LOGITS),
        (lambda x, i: (x[i] * A([1.0, 5.0])).sum(), picks, x),
        (lambda x, i: (bp.take(x, i) * A([1.0, 5.0])).sum(), picks, x),
        (lambda x, n: (x**n).sum(), np.arange(3), x),
    ):
        value, slope = bp.value_and_grad(f)(at, whole)
        got, got_slope = bp.value_and_grad(f)(at, whole.astype(kind))
        assert got == value
        np.testing.assert_array_equal(got_slope, slope)
        curve = bp.hessian(f, at[:2], whole[:2]) if whole is labels else bp.hessian(f, at, whole)
        narrow = whole.astype(kind)
        again = bp.hessian(f, at[:2], narrow[:2]) if whole is labels else bp.hessian(f, at, narrow)
        np.testing.assert_array_equal(again, curve)


def test_the_smallest_exponent_of_a_byte_does_not_wrap():
    slope = bp.grad(lambda x: (x ** A([-128], np.int8)).sum())(1.5)
    assert slope == pytest.approx(-128 * 1.5**-129)


def test_labels_that_are_a_mask_or_out_of_range_are_refused():
    for labels in (A([True, False]), A([-1, 0], np.int8), A([2**64 - 1, 0], np.uint64), A([0, 3])):
        with pytest.raises(ValueError, match="softmax_cross_entropy"):
            bp.softmax_cross_entropy(LOGITS[:2], labels)


# Derivatives at single points, as PyTorch or JAX have them

POINTS = {
    "pow of arrays": (lambda b, x: (x ** b.array(A([0.0, 1.0, 2.0]))).sum(), A([0.0, 0.0, 0.0])),
    "pow by exponent": (lambda b, y: (b.array(A([0.0, 2.0, 0.0])) ** y).sum(), A([2.0, 2.0, 0.0])),
    "sqrt of relu": (lambda b, x: b.row("sqrt")(b.row("relu")(x)).sum(), A([-1.0, 4.0])),
    "sqrt of maximum": (lambda b, x: b.row("sqrt")(b.row("maximum")(x, b.array(A(0.0)))).sum(),
                        A([-1.0, 4.0])),
    "sqrt of minimum": (lambda b, x: b.row("sqrt")(-b.row("minimum")(x, b.array(A(0.0)))).sum(),
                        A([-4.0, 1.0])),
    "maximum far apart": (lambda b, x: b.row("maximum")(x, b.array(A([1e308, -1e308, INF, -INF]))).sum(),
                          A([-1e308, 1e308, 2.0, 2.0])),
    "minimum far apart": (lambda b, x: b.row("minimum")(x, b.array(A([1e308, -1e308, INF, -INF]))).sum(),
                          A([-1e308, 1e308, 2.0, 2.0])),
    "logsumexp of nan": (lambda b, x: b.row("logsumexp")(x), A([NAN, 1.0, 2.0])),
    "logsumexp of inf": (lambda b, x: b.row("logsumexp")(x), A([INF, 1.0, 2.0])),
    "logsumexp of -inf": (lambda b, x: b.row("logsumexp")(x), A([-INF, 1.0, 2.0])),
    "trace": (lambda b, x: b.row("trace")(x) * b.array(A(INF)), A([[1.0, 2.0], [3.0, 1.0]])),
    "remainder by infinity": (lambda b, y: (b.row("mod")(b.array(A([-1.0, 1.0, 5.0])), y)).sum(),
                              A([INF, INF, 2.0])),
    "division by a plain 0": (lambda b, x: b.row("div")(x, 0.0).sum(), A([1.0, -2.0])),
    "norm": (lambda b, x: b.row("norm")(x), A([0.0, 0.0])),
    "product with one zero": (lambda b, x: b.row("prod")(x), A([0.0, 2.0, 3.0])),
    "product with two zeros": (lambda b, x: b.row("prod")(x), A([0.0, 2.0, 0.0])),
    "einsum over a size of 1": (
        lambda b, x: (b.row("einsum")("ij,ij->i", x, b.array(A([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))) ** 2
                      ).sum(),
        A([[1.0, 3.0, 2.0]])),
}  # fmt: skip


# Where PyTorch has the 0 that is meant, and JAX, which multiplies by a mask or by 1 / 0, has nan
ONLY_PYTORCH = ["norm", "pow of arrays", "sqrt of relu", "sqrt of maximum", "sqrt of minimum"]


class Ours:
    """This package, asked as a judge is."""

    row = staticmethod(lambda name: getattr(bp, name))
    array = staticmethod(lambda x: x)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("judge", [Torch, Jax], ids=lambda judge: judge.library)
@pytest.mark.parametrize(("f", "x"), POINTS.values(), ids=POINTS)
def test_the_gradient_is_the_one_of_another_library(f, x, judge):
    pytest.importorskip(judge.library)
    _, (theirs,) = judge().gradients(f, [x], [A(1.0)])
    slope = bp.grad(lambda x: f(Ours, x))(x)
    if judge is Jax and f in (POINTS[name][0] for name in ONLY_PYTORCH):
        theirs = np.where(np.isnan(theirs), 0.0, theirs)
    if judge is Torch and f is POINTS["logsumexp of inf"][0]:
        theirs = A([NAN, 0.0, 0.0])
    np.testing.assert_allclose(slope, theirs, rtol=1e-14)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_flows_through_a_closed_gate_on_any_carrier():
    gates = [bp.relu, lambda x: bp.maximum(0.0, x), lambda x: -bp.minimum(-x, 0.0)]
    for f in (*gates, bp.floor, bp.sign, lambda x: x // 2.0):
        assert bp.record(lambda x, f=f: f(x) * INF, -1.0).gradient == {"x": 0.0}
        assert bp.grad(lambda x, f=f: f(x) * INF)(-1.0) == 0.0
        assert f(bp.Dual(-1.0, INF)).tangent == 0.0
    for f in gates:
        weighed = bp.grad(lambda x, f=f: (f(x) * A([INF, NAN, 2.0])).sum())
        assert weighed(A([-1.0, -1.0, 1.0])).tolist() == [0, 0, 2]
        curve = bp.hessian(lambda x, f=f: bp.sqrt(f(x)).sum(), A([-1.0, 4.0]))
        assert curve.tolist() == [[0, 0], [0, -1 / 32]]
        assert bp.grad(lambda x, f=f: bp.sqrt(f(x)))(-1.0) == 0.0
        with pytest.raises(ZeroDivisionError, match=r"sqrt\(-?0\) has a value but no derivative there"):
            bp.sqrt(f(bp.Scalar(-1.0))).backward()  # single numbers do not go on with infinity


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_of_equal_operands_the_first_is_taken_and_a_nan_is_taken():
    x, y = A([INF, -INF, 1.0, NAN, 1.0]), A([INF, -INF, 1.0, 1.0, NAN])
    for row in (bp.maximum, bp.minimum):
        dx, dy = bp.grad(lambda x, y, row=row: row(x, y).sum(), (0, 1))(x, y)
        assert (dx.tolist(), dy.tolist()) == ([1, 1, 1, 1, 0], [0, 0, 0, 0, 1])
        run = [bp.record(row, a, b).gradient for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        assert [(g["x"], g["y"]) for g in run] == list(zip(dx, dy, strict=True))
    assert [bp.step(np.float64(a)) for a in (INF, -INF)] == [1, 0]


def test_powers_at_the_base_0_on_numbers_and_twice():
    assert bp.record(lambda x, y: x**y, 0.0, 2.0).gradient == {"x": 0, "y": 0}
    assert bp.grad(lambda x: (x ** np.arange(4)).sum())(0.0) == 1.0
    curve = bp.hessian(lambda x: (x ** np.arange(4)).sum(), np.zeros(4))
    assert curve.tolist() == np.diag([0, 0, 2, 0]).tolist()
    mixed = bp.hessian(lambda v: v[0] ** v[1], A([2.0, 0.0]))
    np.testing.assert_allclose(mixed, [[0, 0.5], [0.5, np.log(2) ** 2]])


def test_a_norm_has_no_second_derivative_at_0():
    for f in (bp.norm, lambda x: bp.norm(x) ** 2):
        assert np.isnan(bp.hessian(f, np.zeros(2))).all()
    np.testing.assert_array_equal(bp.jvp(bp.norm, (np.zeros(2),), (np.ones(2),))[1], 0.0)
    elsewhere = bp.hessian(lambda x: bp.norm(x) ** 2, A([1.0, 2.0]))
    np.testing.assert_allclose(elsewhere, 2 * np.eye(2), atol=1e-12)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_each_row_has_a_norm_of_its_own_scale(kind):
    x = A([[3e15, 4e15], [3e-9, 4e-9], [3e-30, 4e-30], [0.0, 0.0]], kind)
    norms, pull = bp.vjp(lambda x: bp.norm(x, axis=1), x)
    (slope,) = pull(np.ones(4))
    np.testing.assert_allclose(norms, A([5e15, 5e-9, 5e-30, 0.0], kind), rtol=1e-6)
    np.testing.assert_allclose(slope, [[0.6, 0.8]] * 3 + [[0.0, 0.0]], rtol=1e-6)
    assert norms.dtype == slope.dtype == kind


def test_a_product_of_many_with_zeros_takes_no_grid_and_is_right_to_third_order():
    x = np.full(200_000, 1.0)
    x[7] = 0.0
    assert bp.grad(bp.prod)(x).nonzero()[0].tolist() == [7]
    assert bp.grad(bp.prod)(A([1e-200, 1e-200])).tolist() == [1e-200, 1e-200]
    third = bp.jacobian(bp.hessian(bp.prod), A([0.0, 0.0, 3.0, 4.0, 0.5]))
    assert third[0, 1].tolist() == [0, 0, 2, 1.5, 12]


# Half precision, and types that are kept

HALF = (np.arange(140_000) % 2).astype(np.float16)


@pytest.mark.parametrize("f", [bp.mean, bp.var, bp.norm, bp.logsumexp])
def test_half_precision_holds_sums_of_more_than_65504(f):
    value, slope = bp.value_and_grad(f)(HALF)
    expected, wide = bp.value_and_grad(f)(HALF.astype(float))
    assert float(value) == pytest.approx(expected, rel=2e-3, abs=1e-7)
    np.testing.assert_allclose(slope, wide, rtol=5e-3, atol=1e-7)
    assert slope.dtype == np.float16


def test_the_loss_in_half_precision_is_right_for_many_rows():
    labels = np.zeros(70_000, int)
    value, slope = bp.value_and_grad(bp.softmax_cross_entropy)(np.ones((70_000, 2), np.float16), labels)
    assert float(value) == pytest.approx(np.log(2), rel=1e-3)
    np.testing.assert_allclose(slope[0], A([-0.5, 0.5]) / 70_000, atol=1e-7)


def test_python_numbers_do_not_widen_float32():
    x = np.ones(2, np.float32)
    for f in (
        lambda x: np.where(x > 0, x, 0.0), lambda x: np.where(x > 0, 0.5, x),
        lambda x: np.clip(x, 0, 1.5),
        lambda x: np.maximum(x, 0.5), lambda x: np.pad(x, 1, constant_values=0.5),
        lambda x: np.sqrt(x) ** 2.5,
    ):  # fmt: skip
        assert bp.vjp(f, x)[0].dtype == np.float32


# Lists, whole numbers, and numbers of a graph in an array


@pytest.mark.parametrize("name", "softmax logsumexp var std norm mean".split())
def test_lists_whole_numbers_and_numbers_of_a_graph_give_what_floats_give(name):
    f = getattr(bp, name)
    expected = f(A([1.0, 3.0]))
    for x in ([1, 3], A([1, 3]), A([1, 3], np.uint8)):
        np.testing.assert_allclose(f(x), expected)
    last = lambda x: f(x)[1] if name == "softmax" else f(x)  # noqa: E731
    got = bp.record(last, [1.0, 3.0]).gradient
    np.testing.assert_allclose(list(got.values()), bp.grad(last)(A([1.0, 3.0])))
    if name in ("var", "std", "mean"):
        again = bp.record(getattr(np, name), A([1.0, 3.0]).astype(object)).gradient
        np.testing.assert_allclose(list(again.values()), list(got.values()))


def test_the_loss_of_whole_numbers_and_of_numbers_of_a_graph():
    assert bp.softmax_cross_entropy([[1, 3]], [0]) == bp.softmax_cross_entropy(A([[1.0, 3.0]]), A([0]))
    got = bp.record(lambda x: bp.softmax_cross_entropy([x], [0]), [1.0, 3.0]).gradient
    expected = bp.grad(bp.softmax_cross_entropy)(A([[1.0, 3.0]]), A([0]))
    np.testing.assert_allclose([list(got.values())], expected)


def test_where_every_element_is_minus_infinity_none_has_a_share_of_their_logsumexp():
    x = A([[-INF, -INF], [0.0, -INF]])
    assert bp.grad(lambda x: bp.logsumexp(x, axis=1).sum())(x).tolist() == [[0, 0], [1, 0]]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_variance_of_too_few_numbers_has_a_gradient_of_nan():
    for ddof in (1, 2):
        assert np.isnan(bp.grad(lambda x, n=ddof: bp.var(x, ddof=n))(A([3.0]))).all()


@pytest.mark.parametrize(("n", "rank"), [(1, 0), (2, 1), (2, 0), (3, 3), (3, 2), (3, 1), (4, 3), (9, 8)])
def test_the_derivative_of_det_is_right_at_singular_matrices_too(n, rank):
    """The judge is SymPy, which expands determinants of whole numbers exactly."""
    chance = np.random.default_rng(10 * n + rank)
    whole = chance.integers(-2, 3, (n, rank)) @ chance.integers(-2, 3, (rank, n))
    m = sympy.Matrix(whole)
    slopes = np.array(m.adjugate().T.tolist(), float)
    for x in (whole * 1.0, np.stack([np.eye(n), whole])):
        got = bp.grad(lambda x: bp.det(x).sum())(x)
        np.testing.assert_allclose(got.reshape(-1, n, n)[-1], slopes, atol=1e-13 * max(1, abs(slopes).max()))
    if n < 4:
        entries = sympy.Matrix(n, n, lambda i, j: sympy.Symbol(f"x{i}{j}"))
        curve = sympy.hessian(entries.det(), list(entries)).subs(dict(zip(entries, m, strict=True)))
        got = bp.hessian(bp.det, whole * 1.0).reshape(n * n, n * n)
        np.testing.assert_allclose(got, np.array(curve.tolist(), float), atol=1e-13)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("n", [2, 4, 9])
def test_a_matrix_with_nan_or_an_infinity_in_it_has_derivatives_of_nan(n):
    for f in (bp.det, bp.logabsdet):
        for number in (NAN, INF, -INF):
            x = np.eye(n) + 0.1 * np.arange(n * n).reshape(n, n)
            x[0, 1] = number
            assert np.isnan(bp.grad(f)(x)).all()


def test_empty_indices_and_numbers_side_by_side_are_as_numpy_has_them():
    x = A([1.0, 2.0])
    assert bp.grad(lambda x: x[[]].sum() + x[0])(x).tolist() == [1, 0]
    out, pull = bp.vjp(lambda x: np.hstack([x[0], 1.0]), x)
    assert (out.tolist(), pull(A([5.0, 7.0]))[0].tolist()) == ([1, 1], [5, 0])


@pytest.mark.parametrize(("shapes", "letters"), [
    ([(2, 3), (1, 3)], "ij,ij->"), ([(2, 1), (1, 3)], "ij,ij->j"), ([(1, 3), (2, 3)], "ij,ij->ji"),
    ([(1,), (3, 3)], "i,ii->i"), ([(2, 1, 3), (4, 3)], "...ij,ij->..."),
    ([(1, 1), (2, 2), (2, 1)], "ij,jk,kl"),
    ([(1, 3), (0, 3)], "ij,ij->j"), ([(0, 3), (1, 3)], "ij,ij->j")])  # fmt: skip
def test_letters_of_size_1_are_copied_and_summed_back(shapes, letters):
    chance = np.random.default_rng(5)
    xs = [chance.normal(size=s) for s in shapes]
    out, pull = bp.vjp(lambda *xs: bp.einsum(letters, *xs), *xs)
    np.testing.assert_allclose(out, np.einsum(letters, *xs))
    g = chance.normal(size=np.shape(out))
    _, theirs = Torch().gradients(lambda judge, *xs: judge.torch.einsum(letters, *xs), xs, [g])
    for mine, other in zip(pull(g), theirs, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-12)
        assert mine.shape == other.shape


def test_vectors_that_are_kept_are_short():
    assert ones(4096, "d") is ones(4096, "d")
    assert ones(4097, "d") is not ones(4097, "d")
