"""The widget of the matrix product without a browser: what it takes, what it tells, and its twins."""

import base64
import json
import re
import zlib

import numpy as np
import pytest

import backprop_nb as bp

VIEW = "application/vnd.jupyter.widget-view+json"
BAR = "\N{COMBINING MACRON}"
A = np.array([[1.0, 2, 0.5], [3, -1, 4]])
X = np.array([[0.5, 1], [2, -1], [1, 3]])
G = np.array([[1.0, 0.5], [-1, 2]])


@pytest.fixture
def widget():
    return bp.widgets.matmul(A, X, G)


def numbers(shown):
    return np.array([[float(text) for text in row] for row in shown.rows])


def matrices(widget):
    return {shown.name: numbers(shown) for shown in widget.shown}


def test_the_six_matrices_are_the_product_and_its_gradients(widget):
    right = {"A": A, "X": X, "Y": A @ X, "G": G, "A" + BAR: G @ X.T, "X" + BAR: A.T @ G}
    shown = matrices(widget)
    assert list(shown) == list(right)
    for name, values in right.items():
        assert shown[name].tolist() == values.tolist(), name


def test_with_examples_in_rows_they_are_X_W_and_their_gradients():
    shown = matrices(bp.widgets.matmul(A, X, G, batch="rows"))
    right = {"X": A, "W": X, "Y": A @ X, "G": G, "X" + BAR: G @ X.T, "W" + BAR: A.T @ G}
    assert list(shown) == list(right)
    for name, values in right.items():
        assert shown[name].tolist() == values.tolist(), name


def test_the_switch_shows_the_same_layer_transposed(widget):
    columns = matrices(widget)
    widget.batch = "rows"
    rows = matrices(widget)
    pairs = {"X": "X", "W": "A", "Y": "Y", "G": "G", "X" + BAR: "X" + BAR, "W" + BAR: "A" + BAR}
    assert list(rows) == list(pairs)
    for here, there in pairs.items():
        assert rows[here].tolist() == columns[there].T.tolist()
    widget.batch = "columns"
    assert {name: x.tolist() for name, x in matrices(widget).items()} == {
        n: x.tolist() for n, x in columns.items()
    }


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 3, 4), (8, 8, 8), (1, 8, 2)])
def test_sizes_give_small_numbers_the_same_every_time(sizes):
    widget, again = (bp.widgets.matmul(*sizes) for _ in range(2))
    assert widget.scene == again.scene
    m, k, n = sizes
    shown = matrices(widget)
    assert [shown[name].shape for name in "AXYG"] == [(m, k), (k, n), (m, n), (m, n)]
    assert shown["Y"].tolist() == (shown["A"] @ shown["X"]).tolist()
    assert max(len(text) for one in widget.shown for row in one.rows for text in row) <= 5


def test_sizes_and_shapes_may_come_from_numpy():
    assert bp.widgets.matmul(*np.array([2, 3, 4])).scene == bp.widgets.matmul(2, 3, 4).scene
    assert bp.widgets.matmul(A.tolist(), bp.Tensor(X)).shown[2] == bp.widgets.matmul(A, X).shown[2]


def test_dimension_analysis_is_shown(widget):
    assert [shown.title for shown in widget.shown] == [
        "A, 2×3",
        "X, 3×2",
        "Y = AX, (2×3)(3×2) → 2×2",
        "G, 2×2",
        f"A{BAR} = GX′, (2×2)(2×3) → 2×3",
        f"X{BAR} = A′G, (3×2)(2×2) → 3×2",
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            ("X_bar", 1, 2),
            f"X{BAR} row 1, column 2: column 1 of A times column 2 of G = 1 × 0.5 + 3 × 2 = 6.5",
        ),
        (("A_bar", 2, 1), f"A{BAR} row 2, column 1: row 2 of G times row 1 of X = (-1) × 0.5 + 2 × 1 = 1.5"),
        (("Y", 1, 1), "Y row 1, column 1: row 1 of A times column 1 of X = 1 × 0.5 + 2 × 2 + 0.5 × 1 = 5"),
        (("G", 2, 2), "G row 2, column 2: 2"),
    ],
)
def test_an_entry_tells_its_sum(widget, entry, told):
    widget.entry = entry
    assert widget.told == told
    assert widget.entry == (entry[0].replace("_bar", BAR), *entry[1:])


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
        (lambda: bp.widgets.matmul(2, 3), TypeError, r"three sizes, as in matmul\(2, 3, 4\)"),
        (lambda: bp.widgets.matmul(2, X), TypeError, "three sizes"),
        (lambda: bp.widgets.matmul(9, 3, 4), ValueError, "1 to 8 rows and columns .* received sizes 9, 3, 4"),
        (lambda: bp.widgets.matmul(0, 3, 4), ValueError, "1 to 8"),
        (
            lambda: bp.widgets.matmul(np.ones((2, 9)), np.ones((9, 2))),
            ValueError,
            r"shapes \(2, 9\) and \(9, 2\)",
        ),
        (lambda: bp.widgets.matmul(A, A), ValueError, r"did you mean A\.T or X\.T\?"),
        (
            lambda: bp.widgets.matmul(A, A, batch="rows"),
            ValueError,
            r"XW needs as many columns of X as rows of W",
        ),
        (lambda: bp.widgets.matmul(A, X, A), ValueError, "so it is 2×2; received 2×3"),
        (lambda: bp.widgets.matmul(A[0], X), ValueError, "two axes"),
        (lambda: bp.widgets.matmul("A", "X"), TypeError, "real numbers"),
        (lambda: bp.widgets.matmul(A, X, batch="row"), ValueError, "\"rows\" .Y = XW.; received 'row'"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_rule(call, kind, says):
    with pytest.raises(kind, match=says):
        call()


@pytest.mark.parametrize(
    "entry", [("Q", 1, 1), ("G", 3, 1), ("G", 0, 1), ("W", 1, 1), ("G", 1), (), ("G", 1.0, 1), "G11", None]
)
def test_an_entry_that_there_is_not_is_refused(widget, entry):
    before = widget.place
    with pytest.raises(ValueError, match="entry"):
        widget.entry = entry
    assert widget.place == before


def test_it_leaves_text_and_a_page_behind(widget):
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {VIEW, "text/plain", "text/html"}
    assert data["text/plain"] == widget.text
    assert widget.told in widget.text
    packed = re.search(r'class="bp-state">([\w+/=]+)</script>', data["text/html"])[1]
    state = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert state["scene"] == widget.scene
    assert state["_esm"] == widget._esm
    assert widget.still.count("<table") == 6
    assert widget.still.count("currentColor;font-weight:bold") == 1 + 2 + 2, (
        "the entry, a column of A, a column of G"
    )
    assert repr(widget).startswith("<matmul Y = AX: X")
