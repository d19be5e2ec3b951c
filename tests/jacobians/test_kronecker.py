"""vec, Kronecker and four-index forms: one derivative written in several ways, each checked by the engine."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import unvec, vec
from backprop_nb.arrays.tensor import Tensor
from backprop_nb.arrays.transforms import jacobian
from backprop_nb.jacobians.kronecker import as_four_indices, as_matrix, four_indices, of_left, of_right
from backprop_nb.jacobians.looking import look

RANDOM = np.random.default_rng(3)
A, X, G = RANDOM.normal(size=(2, 3)), RANDOM.normal(size=(3, 4)), RANDOM.normal(size=(2, 4))


def test_vec_stacks_columns_and_ravel_rows():
    m = np.array([[1, 2, 3], [4, 5, 6]])
    assert vec(m).tolist() == [1, 4, 2, 5, 3, 6]
    np.testing.assert_array_equal(vec(m.T), m.ravel())
    np.testing.assert_array_equal(vec(m), m.ravel(order="F"))


@pytest.mark.parametrize("shape", [(2, 3), (1, 4), (3, 1), (0, 2)])
def test_unvec_is_the_way_back(shape):
    m = RANDOM.normal(size=shape)
    np.testing.assert_array_equal(unvec(vec(m), shape), m)


def test_vec_and_unvec_carry_gradients():
    x = Tensor(X)
    (vec(x) * np.arange(12.0)).sum().backward()
    np.testing.assert_array_equal(x.gradient, unvec(np.arange(12.0), (3, 4)))
    np.testing.assert_array_equal(unvec(vec(Tensor(X)), (3, 4)).value, X)


def test_the_inner_product_of_matrices_is_that_of_their_vecs():
    other = RANDOM.normal(size=X.shape)
    assert np.isclose(vec(X) @ vec(other), np.sum(X * other))
    assert np.isclose(vec(X) @ vec(other), np.trace(X.T @ other))


def test_vec_of_a_product_is_kronecker_times_vec():
    np.testing.assert_allclose(np.kron(np.eye(4), A) @ vec(X), vec(A @ X))
    np.testing.assert_allclose(of_right(A, 4, "usual") @ vec(X), vec(A @ X))
    np.testing.assert_allclose(of_left(X, 2, "usual") @ vec(A), vec(A @ X))


def test_the_kronecker_forms_are_the_jacobian_in_both_layouts():
    right, left = look(lambda x: A @ x, X, order="columns"), look(lambda a: a @ X, A, order="columns")
    np.testing.assert_allclose(of_right(A, 4), right.matrix)
    np.testing.assert_allclose(of_right(A, 4, "usual"), right.usual.matrix)
    np.testing.assert_allclose(of_left(X, 2), left.matrix)
    np.testing.assert_allclose(of_left(X, 2, "usual"), left.usual.matrix)


def test_times_vec_g_they_give_the_vjp():
    np.testing.assert_allclose(unvec(of_right(A, 4) @ vec(G), X.shape), A.T @ G)
    np.testing.assert_allclose(unvec(of_left(X, 2) @ vec(G), A.shape), G @ X.T)


def test_the_four_index_form_is_the_jacobian_as_the_package_gives_it():
    T = four_indices(A, 4)
    np.testing.assert_allclose(T, jacobian(lambda x: A @ x, X, layout="notes"))
    i, j, k, other = 1, 2, 0, 3
    assert T[i, j, k, j] == A[k, i]
    assert T[i, j, k, other] == 0


@pytest.mark.parametrize("layout", ["notes", "usual"])
@pytest.mark.parametrize("order", ["columns", "rows"])
def test_four_indices_and_matrix_turn_into_each_other(layout, order):
    T = four_indices(A, 4)
    found = as_matrix(T, layout=layout, order=order)
    np.testing.assert_array_equal(as_four_indices(found, (3, 4), (2, 4), layout, order), T)
    np.testing.assert_array_equal(found, look(lambda x: A @ x, X, layout=layout, order=order).matrix)


def test_they_turn_into_each_other_for_any_number_of_axes():
    T = RANDOM.normal(size=(2, 3, 4, 5, 2))
    for order in ("columns", "rows"):
        found = as_matrix(T, 3, order=order)
        np.testing.assert_array_equal(as_four_indices(found, (2, 3, 4), (5, 2), order=order), T)


def test_entries_nonzeros_and_different_numbers():
    n = 5
    a = RANDOM.normal(size=(n, n))
    T, sheet = four_indices(a, n), bp.kronecker.counts(n)
    assert T.size == sheet["entries"] == n**4
    assert np.count_nonzero(T) == sheet["nonzeros"] == n**3
    assert len(set(T[T != 0].tolist())) == sheet["distinct"] == n**2


def test_the_counts_show_themselves():
    sheet = bp.kronecker.counts(1024)
    assert "4 TiB" in sheet.text
    assert "4 MiB" in sheet.text
    assert "<table" in sheet._repr_mimebundle_()["text/html"]
    with pytest.raises(KeyError, match="distinct"):
        sheet["zeros"]


REFUSED = {
    "vec of a vector": (lambda: vec(np.ones(3)), "two axes"),
    "unvec of the wrong size": (lambda: unvec(np.ones(5), (2, 3)), "6 entries"),
    "unvec of a matrix": (lambda: unvec(np.ones((2, 3)), (2, 3)), "vector"),
    "another layout": (lambda: of_right(A, 2, "column"), "layout"),
    "another order": (lambda: as_matrix(four_indices(A, 2), order="F"), "order"),
    "too many axes": (lambda: as_matrix(np.ones((2, 2)), 3), "number of axes"),
    "wrong shapes": (lambda: as_four_indices(np.ones((6, 4)), (2, 2), (2, 2)), "4 inputs and 4 outputs"),
    "n below 1": (lambda: bp.kronecker.counts(0), "1 or more"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_fit_is_refused_in_words(what):
    act, words = REFUSED[what]
    with pytest.raises(ValueError, match=words):
        act()


def test_a_tensor_of_the_package_multiplies_as_the_forms_say():
    x = Tensor(X)
    out = bp.primitives.mul(A @ x, G).sum()
    out.backward()
    np.testing.assert_allclose(x.gradient, unvec(of_right(A, 4) @ vec(G), X.shape))
