"""The matrix product in a real browser: in an exported page without a kernel, and in JupyterLab."""

from operator import attrgetter

import looks
import numpy as np
import pytest
from conftest import ask_until
from driving import press, wait_for_words

import backprop_nb as bp
from backprop_nb.derivation.steps import derivation

BAR = "\N{COMBINING MACRON}"
X_BAR, A_BAR, W_BAR = "X" + BAR, "A" + BAR, "W" + BAR
@pytest.fixture
def page(open_widget):
    return open_widget(bp.widgets.matmul(2, 3, 4))


def cell(page, name, row, column):
    return page.locator(f'.bp-matrix [aria-label^="{name} row {row}, column {column},"]')


def focused(page, *keys):
    """What has the focus after these keys."""
    press(page, *keys)
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def lit(page, kind):
    """The entries that are lit in this way, as (name, row, column)."""
    labels = page.locator(f".bp-factors .bp-{kind}").evaluate_all("(cells) => cells.map((c) => c.ariaLabel)")
    return {(label.split()[0], int(label.split()[2][:-1]), int(label.split()[4][:-1])) for label in labels}


def words(page):
    return page.inner_text(".bp-explained").split("\n")


def test_an_entry_of_the_gradient_of_X_is_made_from_a_column_of_A_and_a_column_of_G(page):
    cell(page, X_BAR, 1, 3).focus()
    assert focused(page) == f"{X_BAR} row 1, column 3, value 4.5"
    assert lit(page, "now") == {(X_BAR, 1, 3)}
    assert lit(page, "from") == {("A", 1, 1), ("A", 2, 1), ("G", 1, 3), ("G", 2, 3)}
    assert lit(page, "to") == set()
    assert words(page) == [
        f"{X_BAR} row 1, column 3: 4.5",
        "made from column 1 of A and column 3 of G:",
        f"{X_BAR}₁₃ = A₁₁ G₁₃ + A₂₁ G₂₃",
        "= 1 × 1.5 + 3 × 1 = 4.5",
        "It is the gradient of X row 1, column 3.",
    ]


def test_an_entry_of_the_gradient_of_A_is_made_from_a_row_of_G_and_a_row_of_X(page):
    cell(page, A_BAR, 2, 1).focus()
    assert lit(page, "from") == {("G", 2, j) for j in range(1, 5)} | {("X", 1, j) for j in range(1, 5)}
    assert "= 2 × 3 + (-0.5) × (-2) + 1 × 4 + (-1.5) × (-3) = 15.5" in words(page)


def test_an_entry_of_G_reaches_a_column_of_one_gradient_and_a_row_of_the_other(page):
    cell(page, "G", 1, 2).focus()
    assert lit(page, "to") == {(X_BAR, i, 2) for i in (1, 2, 3)} | {(A_BAR, 1, j) for j in (1, 2, 3)}
    assert lit(page, "twin") == {("Y", 1, 2)}
    assert f"reaches column 2 of {X_BAR}:" in words(page)
    assert f"{X_BAR}₁₂ gets 1 × (-1), {X_BAR}₂₂ gets 2 × (-1), {X_BAR}₃₂ gets (-1) × (-1)" in words(page)
    assert f"reaches row 1 of {A_BAR}:" in words(page)


def test_entries_of_Y_A_and_X_show_their_way_forward(page):
    cell(page, "Y", 2, 3).focus()
    assert lit(page, "from") == {("A", 2, i) for i in (1, 2, 3)} | {("X", i, 3) for i in (1, 2, 3)}
    assert lit(page, "twin") == {("G", 2, 3)}
    cell(page, "X", 2, 3).focus()
    assert {entry for entry in lit(page, "to") if entry[0] == "Y"} == {("Y", 1, 3), ("Y", 2, 3)}
    assert lit(page, "twin") == {(X_BAR, 2, 3)}
    cell(page, "A", 2, 3).focus()
    assert {entry for entry in lit(page, "to") if entry[0] == "Y"} == {("Y", 2, j) for j in range(1, 5)}


@pytest.mark.parametrize("batch", ["columns", "rows"])
def test_what_an_entry_of_G_reaches_is_what_changes_with_it(open_widget, batch):
    L, R = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[1.0, 3], [2, 5]])
    page = open_widget(bp.widgets.matmul(L, R, batch=batch))
    left, right = (A_BAR, X_BAR) if batch == "columns" else (X_BAR, W_BAR)
    for i, j in np.ndindex(3, 2):
        one = np.zeros((3, 2))
        one[i, j] = 1
        changes = {left: one @ R.T, right: L.T @ one}
        cell(page, "G", i + 1, j + 1).focus()
        places = {(name, *(place + 1)) for name in changes for place in np.argwhere(changes[name])}
        assert lit(page, "to") == places


@pytest.mark.parametrize("batch", ["columns", "rows"])
def test_every_sum_is_the_one_that_the_text_tells(open_widget, batch):
    widget = bp.widgets.matmul(2, 3, 2, batch=batch)
    page = open_widget(widget)
    for shown in filter(attrgetter("formula"), widget.shown):
        for i, j in np.ndindex(len(shown.rows), len(shown.rows[0])):
            widget.entry = (shown.name, i + 1, j + 1)
            cell(page, shown.name, i + 1, j + 1).focus()
            told = widget.told.partition(" = ")
            assert f"= {told[2]}" in words(page)
            first, second = told[0].partition(": ")[2].split(" times ")
            assert f"made from {first} and {second}:" in words(page)


def test_arrows_move_within_a_matrix_and_tab_between_them(page):
    page.get_by_role("button", name="Rows").focus()
    assert focused(page, "Tab") == "A row 1, column 1, value 1"
    assert focused(page, "ArrowRight*3", "ArrowDown*2") == "A row 2, column 3, value 4"
    assert focused(page, "Home") == "A row 2, column 1, value 3"
    assert focused(page, "PageUp", "End", "ArrowLeft", "ArrowUp") == "A row 1, column 2, value 2"
    visited = [focused(page, "Tab")[:2].strip() for _ in range(5)]
    assert visited == [A_BAR, "X", X_BAR, "Y", "G"]
    assert focused(page, "Shift+Tab*5") == "A row 1, column 2, value 2", "where the focus was before"
    assert page.locator('.bp-matrix .bp-cell[tabindex="0"]').count() == 6


def test_pointing_shows_an_entry_and_leaving_shows_the_focused_one_again(page):
    cell(page, "G", 2, 1).focus()
    cell(page, "Y", 1, 1).hover()
    assert lit(page, "now") == {("Y", 1, 1)}
    assert focused(page) == "G row 2, column 1, value 2"
    page.mouse.move(5, 5)
    assert lit(page, "now") == {("G", 2, 1)}
    cell(page, "X", 3, 4).click()
    assert focused(page) == "X row 3, column 4, value 4"


def test_the_switch_transposes_everything_and_keeps_the_entry(page):
    cell(page, X_BAR, 2, 4).focus()
    page.get_by_role("button", name="Rows: Y = XW").click()
    assert page.inner_text(".bp-title") == "Y = XW: (4×3)(3×2) → 4×2"
    assert lit(page, "now") == {(X_BAR, 4, 2)}
    assert lit(page, "from") == {("G", 4, 1), ("G", 4, 2), ("W", 2, 1), ("W", 2, 2)}
    assert page.get_by_role("button", name="Rows").get_attribute("aria-pressed") == "true"
    heads = page.locator(".bp-factor h4").all_inner_texts()
    assert heads[1::2][:2] == [f"{X_BAR} = GW′ (4×2)(2×3) → 4×3", f"{W_BAR} = X′G (3×4)(4×2) → 3×2"]
    cell(page, W_BAR, 1, 2).focus()
    assert lit(page, "from") == {("X", i, 1) for i in range(1, 5)} | {("G", i, 2) for i in range(1, 5)}
    page.get_by_role("button", name="Columns").click()
    assert lit(page, "now") == {(A_BAR, 2, 1)}


def look(page, *entry):
    style = "(s) => [s.outlineStyle, s.fontWeight, s.textDecorationLine]"
    return cell(page, *entry).evaluate(f"(cell) => ({style})(getComputedStyle(cell))")


def test_what_is_lit_differs_by_more_than_colour(page):
    cell(page, "Y", 1, 1).focus()
    seen = [look(page, "Y", 1, 1), look(page, "A", 1, 1), look(page, "G", 1, 1)]  # now, from, twin
    cell(page, "G", 1, 2).focus()
    seen += [look(page, A_BAR, 1, 1), look(page, "X", 1, 1)]  # to, and the rest
    assert len(set(map(tuple, seen))) == 5
    assert seen[0][2] == "underline"
    assert [outline for outline, _, _ in seen[1:4]] == ["solid", "double", "dashed"]


def test_a_screen_reader_finds_grids_of_rows_and_cells(page):
    sizes = {"A": (2, 3), "X": (3, 4), "Y": (2, 4), "G": (2, 4), A_BAR: (2, 3), X_BAR: (3, 4)}
    for name, (rows, columns) in sizes.items():
        grid = page.get_by_role("grid", name=f"{name}, {rows} by {columns}", exact=True)
        assert grid.get_by_role("row").count() == rows
        assert grid.get_by_role("gridcell").count() == rows * columns
    assert page.get_attribute(".bp-explained", "aria-live") == "polite"


def test_long_numbers_can_be_reached_in_a_narrow_window(open_widget):
    rng = np.random.default_rng(0)
    page = open_widget(bp.widgets.matmul(*(1e-5 * rng.normal(size=(2, 8, 8)))), width=420)
    cell(page, X_BAR, 1, 1).focus()
    press(page, "End")
    box = page.locator(".bp-matrix-box", has=page.locator(":focus")).bounding_box()
    own = page.locator(":focus").bounding_box()
    assert box["x"] <= own["x"] <= own["x"] + own["width"] <= box["x"] + box["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1100, 420])
def test_the_derivation_fits_into_a_narrow_page(open_page, tmp_path, width):
    A, X, G = np.linspace(-1, 1, 108).reshape(3, 6, 6) / 3
    page_file = tmp_path / "derivation.html"
    html = derivation(A, X, G, answer=lambda A, X, G: A @ G).html
    page_file.write_text(f'<!doctype html><meta charset="utf-8"><body>{html}', encoding="utf-8")
    page = open_page(page_file.as_uri(), width=width)
    looks.check(page, ".bp-derivation")
    assert page.locator(".bp-derivation li").count() == 4


def test_in_jupyterlab_python_and_the_page_hear_of_each_other(open_notebook):
    show = "import backprop_nb as bp\nw = bp.widgets.matmul(2, 3, 4)\nw"
    page = open_notebook("matmul", show, "w.entry = ('G', 2, 1)", "")
    wait_for_words(page, "G row 2, column 1: 2")
    cell(page, X_BAR, 1, 1).focus()
    press(page, "ArrowDown", "ArrowRight")
    assert words(page)[0] == f"{X_BAR} row 2, column 2: -1"
    page.get_by_role("button", name="Rows: Y = XW").click()
    page.locator(".bp-title", has_text="Y = XW").wait_for()
    page.locator(".jp-CodeCell .cm-content").nth(2).click()
    page.keyboard.type("print(w.batch, w.entry)")
    said = page.get_by_text(f"rows ('{X_BAR}', 2, 2)")
    ask_until(page, lambda: press(page, "Control+Enter"), said)
    assert said.count() == 1
