"""Looking at Jacobians: right numbers in both layouts, kinds, costs, words; and what is refused."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.arrays.tensor import Tensor
from backprop_nb.jacobians.entries import flatten_derivative, name_entries, nearby
from backprop_nb.jacobians.looking import from_matrix, kept_bytes, look

A = np.array([[1.5, -2.0, 3.0], [4.0, 5.0, -6.0]])
X = np.array([[0.7, -1.3, 2.1], [1.9, 0.4, -0.6]])


def central(f, x, h=1e-6):
    """The Jacobian in the notes' layout, by central differences."""
    moves = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([np.ravel(np.asarray(f(x + move)) - np.asarray(f(x - move))) / (2 * h) for move in moves])


def softmax(x):
    z = np.exp(x)
    return z / z.sum(axis=-1, keepdims=True)


def test_the_figures_of_a_jacobian_have_their_numbers_as_words():
    seen = look(lambda x: A @ x, np.ones(3))
    assert seen.figure().words == seen.picture_words
    assert "1.5" in seen.picture_words
    words = seen.both().words
    assert words.count("\n\n") == 1
    assert "the notes' layout" in words


FUNCTIONS = {
    "a ⊙ x": (lambda x: A * x, X, "diagonal"),
    "A x": (lambda x: A @ x, np.array([1.0, 2.0, 3.0]), "dense"),
    "A X": (lambda x: A @ x, X.T, "B ⊗ I₂"),
    "X A": (lambda x: x @ A, X.T, "I₃ ⊗ B"),
    "softmax": (softmax, X, "block diagonal"),
    "cumsum": (np.cumsum, np.arange(4.0), "upper triangular"),
    "sum": (lambda x: x.sum(axis=0), X, "one-hot rows"),
    "x[[1, 1, 0]]": (lambda x: x[np.array([1, 1, 0])], np.arange(3.0), "one-hot columns"),
    "transpose": (lambda x: x.T, X, "permutation"),
    "x - 1": (lambda x: x - 1, X, "identity"),
    "outer": (lambda x: x[:, None] * x[None, :], np.array([1.0, 2.0]), "dense"),
    "norm²": (lambda x: (x * x).sum(), X, "one column"),
    "constant": (lambda x: np.ones(2), X, "zero"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_matrix_is_right_in_both_layouts_and_its_kind_is_recognised(name):
    f, x, kind = FUNCTIONS[name]
    seen, wanted = look(f, x), central(f, x)
    assert seen.kind == kind
    np.testing.assert_allclose(seen.matrix, wanted, rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(look(f, x, layout="usual").matrix, seen.matrix.T)
    np.testing.assert_array_equal(seen.usual.notes.matrix, seen.matrix)


def test_the_usual_layout_turns_one_hot_rows_into_columns():
    for f, x, kinds in ((bp.sum, X, "one-hot rows, one-hot columns"),
                        (bp.cumsum, np.ones(3), "upper triangular, lower triangular")):  # fmt: skip
        seen = look(f, x)
        assert f"{seen.kind}, {seen.usual.kind}" == kinds


def test_the_block_is_a_transposed_in_the_notes_layout_and_a_in_the_usual_one():
    seen = look(lambda x: A @ x, X.T, order="columns")
    assert seen.kind == "I₂ ⊗ B"
    np.testing.assert_array_equal(seen.block, A.T)
    np.testing.assert_array_equal(seen.usual.block, A)
    np.testing.assert_array_equal(seen.matrix, np.kron(np.eye(2), A.T))
    assert look(lambda x: A * x, X).block is None


def test_an_entry_that_is_0_by_chance_hides_nothing():
    seen = look(lambda x: x * x + x[::-1] * x, np.array([0.0, 0.0]))  # every derivative is 0 at 0
    assert not seen.matrix.any()
    assert (seen.kind, "at 2 random points nearby" in seen.words[-1]) == ("dense", True)
    one = look(lambda x: x * x, np.zeros(2), points=1)
    assert (one.kind, "by chance" in one.words[-1]) == ("zero", True)


def test_points_beyond_the_domain_are_left_out():
    def careful(x):
        if x.value.max() > 1 if isinstance(x, Tensor) else x.max() > 1:
            raise ValueError("only up to 1")
        return x * np.array([2.0, 3.0])

    assert look(careful, np.array([1.0, 1.0])).kind == "diagonal"


def test_whether_it_changes_with_the_point_is_told():
    assert "it is the same at every point tried" in look(lambda x: A * x, X).words
    assert "its numbers depend on the point" in look(bp.exp, X[0]).words


def test_a_row_of_the_table_and_a_second_operand_can_be_looked_at():
    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    seen = look(bp.mul, x, y, argnums=1)
    np.testing.assert_array_equal(seen.matrix, np.diag(x))
    assert seen.title == "mul"
    weights = look(lambda W, x: W @ x, A, np.ones(3))
    assert weights.input_name == "W"
    assert weights.row_names[:2] == ["W₁₁", "W₁₂"]


def test_single_numbers_are_matrices_of_one_entry():
    seen = look(lambda x: x**3, 2.0)
    assert (seen.matrix.tolist(), seen.kind, seen.row_names) == ([[12.0]], "one number", ["x"])


def test_float32_stays_float32():
    seen = look(bp.exp, np.ones(3, np.float32))
    assert (seen.matrix.dtype, seen.kind, seen.bytes) == (np.float32, "diagonal", 36)


def test_costs_of_a_whole_jacobian_and_of_its_kind():
    a = np.arange(1.0, 101)
    seen = look(lambda x: a * x, np.ones(100))
    assert (seen.bytes, seen.kept, seen.numbers) == (80_000, 800, 100)
    assert (seen.multiplications, seen.vjp_multiplications) == (10_000, 100)
    assert seen.density == 0.01
    assert look(bp.reshape, X, (3, 2)).vjp_multiplications == 0


def test_what_the_graph_keeps_counts_each_array_once():
    x, a = Tensor(np.ones(10)), Tensor(np.arange(10.0))
    assert (kept_bytes(x * a + a * x), kept_bytes(np.ones(3))) == (160, 0)


@pytest.mark.parametrize("layout", ["notes", "usual"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_form_says_which_layout_it_is(name, layout):
    f, x, _ = FUNCTIONS[name]
    seen = look(f, x, layout=layout)
    words, sides = {"notes": ("notes' layout", "= input"), "usual": ("usual layout", "= output")}[layout]
    shown = seen._repr_mimebundle_()
    assert words in shown["text/plain"]
    assert words.replace("'", "&#x27;") in shown["text/html"]
    assert sides in repr(seen).split(",")[1]


def test_the_text_stands_alone():
    assert look(lambda x: np.array([2.0, 3.0]) * x, np.ones(2)).text.splitlines()[:4] == [
        "Jacobian of f, the notes' layout: 2 rows = inputs, 2 columns = outputs",
        "      y₁  y₂",
        "  x₁  2   ·",
        "  x₂  ·   3",
    ]
    signs = look(lambda x: -x, np.ones(20)).text.splitlines()
    assert signs[1] == "  -" + 19 * "·"
    assert "density 0.1 %" in look(bp.exp, np.ones(1000)).text


def test_names_cannot_break_the_page():
    def f(x):
        return x

    f.__name__ = "<script>alert(1)</script>"
    assert "<script>" not in look(f, np.ones(2)).html


def test_a_matrix_of_your_own_is_recognised_too():
    seen = from_matrix(np.kron(np.eye(2), A), layout="usual", inputs=(3, 2), outputs=(2, 2), order="columns")
    assert (seen.layout, seen.kind, seen.shape) == ("usual", "I₂ ⊗ B", (4, 6))
    assert seen.column_names[1] == "x₂₁"
    assert "found from this one matrix" in seen.words[-1]


REFUSED = {
    "no function": (lambda: look(3, np.ones(2)), TypeError, "your function"),
    "no argument": (lambda: look(bp.exp), ValueError, "argnums"),
    "several argnums": (lambda: look(bp.mul, X, X, argnums=(0, 1)), ValueError, "one argument at a time"),
    "whole numbers": (lambda: look(bp.exp, np.array([1, 2])), TypeError, "array of floats"),
    "a list": (lambda: look(bp.exp, [1.0, 2.0]), TypeError, "np.array"),
    "several outputs": (lambda: look(lambda x: (x, x), X), TypeError, "one output"),
    "another layout": (lambda: look(bp.exp, X, layout="column"), ValueError, "'notes' or 'usual'"),
    "another order": (lambda: look(bp.exp, X, order="C"), ValueError, "'rows' or 'columns'"),
    "no points": (lambda: look(bp.exp, X, points=0), ValueError, "1 or more"),
    "too large": (lambda: look(bp.exp, np.ones(2049)), ValueError, "4,198,401 entries"),
    "a cube": (lambda: from_matrix(np.ones((2, 2, 2))), ValueError, "two axes"),
    "wrong shape": (lambda: from_matrix(np.eye(4), inputs=(3, 2)), ValueError, "6 entries"),
    "too large a picture": (lambda: look(bp.exp, np.ones(401)).figure(), ValueError, "too large"),
    "no such tensor": (lambda: flatten_derivative(np.ones((2, 3)), (3,), (2,)), ValueError, "has the shape"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_shown_is_refused_in_words(what):
    act, kind, words = REFUSED[what]
    with pytest.raises(kind, match=words):
        act()


def test_whatever_the_function_raises_comes_through():
    with pytest.raises(ZeroDivisionError):
        look(lambda x: x / (1 // 0), np.ones(2))


def test_empty_arrays_have_an_empty_jacobian():
    seen = look(bp.exp, np.ones(0))
    assert (seen.kind, seen.shape, seen.density) == ("empty", (0, 0), 0.0)
    assert "empty" in seen.html


def test_names_of_entries_are_counted_from_1():
    assert name_entries("x", (2, 11))[12] == "x₂,₂"
    assert len(name_entries("x", (3, 4, 5))) == 60


def test_nearby_points_are_near_and_never_equal():
    x = np.array([0.0, 1.0, -1e6])
    for other in nearby(x, 3):
        assert np.all(other != x)
        assert np.all(np.abs(other - x) <= 1e-5 * np.maximum(np.abs(x), 1))
    half = nearby(np.ones(3, np.float16), 1)[0]
    assert half.dtype == np.float16
    assert np.all(half != 1)


def test_both_layouts_stand_side_by_side():
    figure = look(softmax, X).both()
    assert [ax.get_ylabel() for ax in figure.axes] == ["inputs", "outputs"]
