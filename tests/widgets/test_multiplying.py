"""The widget of the matrix product without a browser: what it takes, what it tells, and its twins."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.widgets import matmul

BAR = "\N{COMBINING MACRON}"
A = np.array([[1.0, 2, 0.5], [3, -1, 4]])
X = np.array([[0.5, 1], [2, -1], [1, 3]])
G = np.array([[1.0, 0.5], [-1, 2]])


@pytest.fixture
def widget():
    return matmul(A, X, G)


def matrices(widget):
    """{name: its numbers} of what is shown, in this order."""
    return {shown.name: np.array(shown.rows, float) for shown in widget.shown}


def assert_shown(widget, right):
    assert list(matrices(widget)) == list(right)
    for name, values in right.items():
        assert matrices(widget)[name].tolist() == values.tolist(), name


def test_the_six_matrices_are_the_product_and_its_gradients(widget):
    right = {"A": A, "X": X, "Y": A @ X, "G": G, "A" + BAR: G @ X.T, "X" + BAR: A.T @ G}
    assert_shown(widget, right)


def test_with_examples_in_rows_they_are_X_W_and_their_gradients():
    right = {"X": A, "W": X, "Y": A @ X, "G": G, "X" + BAR: G @ X.T, "W" + BAR: A.T @ G}
    assert_shown(matmul(A, X, G, batch="rows"), right)


def test_the_switch_shows_the_same_layer_transposed(widget):
    columns = matrices(widget)
    widget.batch = "rows"
    pairs = {"X": "X", "W": "A", "Y": "Y", "G": "G", "X" + BAR: "X" + BAR, "W" + BAR: "A" + BAR}
    assert_shown(widget, {here: columns[there].T for here, there in pairs.items()})
    widget.batch = "columns"
    assert_shown(widget, columns)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 3, 4), (8, 8, 8), (1, 8, 2)])
def test_sizes_give_small_numbers_the_same_every_time(sizes):
    widget, again = (matmul(*sizes) for _ in range(2))
    assert widget.scene == again.scene
    m, k, n = sizes
    shown = matrices(widget)
    assert [shown[name].shape for name in "AXYG"] == [(m, k), (k, n), (m, n), (m, n)]
    assert shown["Y"].tolist() == (shown["A"] @ shown["X"]).tolist()
    assert max(len(text) for one in widget.shown for row in one.rows for text in row) <= 5


def test_sizes_and_shapes_may_come_from_numpy():
    assert matmul(*np.array([2, 3, 4])).scene == matmul(2, 3, 4).scene
    assert matmul(A.tolist(), bp.Tensor(X)).shown[2] == matmul(A, X).shown[2]


def test_dimension_analysis_is_shown(widget):
    titles = ["A, 2×3", "X, 3×2", "Y = AX, (2×3)(3×2) → 2×2", "G, 2×2"]
    titles += [f"A{BAR} = GX′, (2×2)(2×3) → 2×3", f"X{BAR} = A′G, (3×2)(2×2) → 3×2"]
    assert [shown.title for shown in widget.shown] == titles


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (("X_bar", 1, 2), "column 1 of A times column 2 of G = 1 × 0.5 + 3 × 2 = 6.5"),
        (("A_bar", 2, 1), "row 2 of G times row 1 of X = (-1) × 0.5 + 2 × 1 = 1.5"),
        (("Y", 1, 1), "row 1 of A times column 1 of X = 1 × 0.5 + 2 × 2 + 0.5 × 1 = 5"),
        (("G", 2, 2), "2"),
    ],
)
def test_an_entry_tells_its_sum(widget, entry, told):
    widget.entry = entry
    name, row, column = widget.entry
    assert (name, row, column) == (entry[0].replace("_bar", BAR), *entry[1:])
    assert widget.told == f"{name} row {row}, column {column}: {told}"


def test_the_entry_stays_the_same_number_when_the_batch_is_switched(widget):
    widget.entry = ("X_bar", 3, 1)
    assert widget.told.endswith("= -3.5")
    widget.batch = "rows"
    assert widget.entry == ("X" + BAR, 1, 3)
    assert widget.told.endswith("= -3.5")
    widget.entry = ("W", 2, 1)
    assert widget.place == ["A", 0, 1]


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        (lambda: matmul(2, 3), TypeError, r"three sizes, as in matmul\(2, 3, 4\)"),
        (lambda: matmul(2, X), TypeError, "three sizes"),
        (lambda: matmul(9, 3, 4), ValueError, "1 to 8 rows and columns .* received sizes 9, 3, 4"),
        (lambda: matmul(0, 3, 4), ValueError, "1 to 8"),
        (lambda: matmul(np.ones((2, 9)), np.ones((9, 2))), ValueError, r"shapes \(2, 9\) and \(9, 2\)"),
        (lambda: matmul(A, A), ValueError, r"did you mean A\.T or X\.T\?"),
        (lambda: matmul(A, A, batch="rows"), ValueError, "XW needs as many columns of X as rows of W"),
        (lambda: matmul(A, X, A), ValueError, "so it is 2×2; received 2×3"),
        (lambda: matmul(A[0], X), ValueError, "two axes"),
        (lambda: matmul("A", "X"), TypeError, "real numbers"),
        (lambda: matmul(A, X, batch="row"), ValueError, "\"rows\" .Y = XW.; received 'row'"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_rule(call, kind, says):
    with pytest.raises(kind, match=says):
        call()


ABSENT = [("Q", 1, 1), ("G", 3, 1), ("G", 0, 1), ("W", 1, 1), ("G", 1), (), ("G", 1.0, 1), "G11", None]


@pytest.mark.parametrize("entry", ABSENT)
def test_an_entry_that_there_is_not_is_refused(widget, entry):
    before = widget.place
    with pytest.raises(ValueError, match="entry"):
        widget.entry = entry
    assert widget.place == before


def test_it_leaves_text_and_tables_behind(widget):
    assert widget.told in widget.text
    assert widget.still.count("<table") == 6
    lit = widget.still.count("currentColor;font-weight:bold")
    assert lit == 1 + 2 + 2, "the entry, a column of A, a column of G"
    assert repr(widget).startswith("<matmul Y = AX: X")
