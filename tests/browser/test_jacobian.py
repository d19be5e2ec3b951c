"""The Jacobian's widget in a real browser: in an exported page without a kernel, and in JupyterLab."""

import numpy as np
import pytest
from conftest import EQUATION
from driving import explore, press, wait_for_words

import backprop_nb as bp

A = np.array([[1.5, -2.0, 3.0], [4.0, 0.0, -6.0]])
MAP = ".bp-jacobian-map"
@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.jacobian(lambda x: A @ x, np.ones(3)), focus=MAP)


def told(page, *keys):
    """What is said of the entry to which these keys lead."""
    press(page, *keys)
    return page.inner_text(".bp-words").split("\n")


def names(page):
    """The names beside the rows, and those above the columns."""
    cells = page.locator(".bp-entry").first.bounding_box()
    seen = [(axis.text_content(), axis.bounding_box()) for axis in page.locator(".bp-axis:visible").all()]
    beside = [name for name, box in seen if box["x"] + box["width"] <= cells["x"]]
    return beside, [name for name, box in seen if box["y"] + box["height"] <= cells["y"]]


def test_arrow_keys_walk_and_each_entry_is_told(page):
    assert told(page) == ["∂y₁/∂x₁ = 1.5", "Row x₁, column y₁: y₁ rises with x₁."]
    assert told(page, "ArrowDown") == ["∂y₁/∂x₂ = -2", "Row x₂, column y₁: y₁ falls as x₂ rises."]
    assert told(page, "ArrowRight")[1] == "Row x₂, column y₂: here y₂ does not move with x₂."
    assert told(page, "ArrowRight*2", "ArrowDown*2")[0] == "∂y₂/∂x₃ = -6", "at the edge it stays"
    assert told(page, "Home", "PageUp")[0] == "∂y₁/∂x₁ = 1.5"
    assert page.get_attribute(".bp-words", "aria-live") == "polite"


def test_the_switch_transposes_and_keeps_the_derivative(page):
    falls = ["∂y₂/∂x₃ = -6", "Row x₃, column y₂: y₂ falls as x₃ rises."]
    assert told(page, "ArrowDown", "ArrowRight", "ArrowDown") == falls
    assert "the notes' layout: 3 rows = inputs" in page.inner_text(".bp-title")
    assert names(page) == (["x₁", "x₂", "x₃"], ["y₁", "y₂"])
    usual = page.get_by_role("button", name="Most texts: row = output")
    usual.focus()
    press(page, "Enter")
    assert usual.get_attribute("aria-pressed") == "true"
    assert told(page) == ["∂y₂/∂x₃ = -6", "Row y₂, column x₃: y₂ falls as x₃ rises."]
    assert "the usual layout: 2 rows = outputs" in page.inner_text(".bp-title")
    assert names(page) == (["y₁", "y₂"], ["x₁", "x₂", "x₃"])
    texts = page.locator(f"{MAP} .bp-entry").all_text_contents()
    assert texts == ["1.5", "-2", "3", "4", "0", "-6"]
    assert told(page, "ArrowLeft")[0] == "∂y₂/∂x₂ = 0"


def test_pointing_at_a_cell_tells_it(page):
    page.locator(f"{MAP} .bp-entry").nth(4).hover()
    assert told(page)[0] == "∂y₁/∂x₃ = 3"
    page.locator(f"{MAP} .bp-entry").nth(1).hover()
    assert told(page)[0] == "∂y₂/∂x₁ = 4"


def test_cells_keep_their_colours_on_paper_and_where_a_reader_sets_the_colours(page):
    colours = """(cells) => cells.map((cell) => getComputedStyle(cell))
      .map(({ backgroundColor, color }) => [backgroundColor, color])"""
    seen = page.locator(".bp-entry").evaluate_all(colours)
    assert len({ground for ground, _ in seen}) == 6
    for media in ({"forced_colors": "active"}, {"media": "print", "forced_colors": "none"}):
        page.emulate_media(**media)
        assert page.locator(".bp-entry").evaluate_all(colours) == seen
    exact = "(cells) => cells.every((cell) => getComputedStyle(cell).printColorAdjust === 'exact')"
    assert page.locator(".bp-entry").evaluate_all(exact)


def test_kind_density_and_bytes_are_said(page):
    about = page.inner_text(".bp-jacobian-about")
    for words in ("Kind: dense", "density 83.3 %", "J takes 48 B", "vJp", "multiplications", "below 0"):
        assert words in about


def test_the_present_cell_is_scrolled_into_sight(open_widget):
    large = bp.widgets.jacobian(lambda x: np.sin(x) * x, np.linspace(-3, 3, 64))
    page = explore(open_widget, large, focus=MAP, width=420)
    assert told(page, "End", "PageDown")[0].startswith("∂y₆₄/∂x₆₄")
    cursor = page.locator(".bp-jacobian-cursor").bounding_box()
    cell = page.locator(".bp-entry").last.bounding_box()
    assert cursor == pytest.approx(cell, abs=1), "it lies over its cell"
    inside = """() => {
      const [outer, inner] = [".bp-jacobian-map", ".bp-jacobian-cursor"].map((name) =>
        document.querySelector(name).getBoundingClientRect());
      return inner.left >= outer.left && inner.right <= outer.right + 1 && inner.bottom <= outer.bottom + 1;
    }"""
    assert page.evaluate(inside)


CELL = """def f(x):
    if x[0] < 0:
        raise ValueError("only above <b>0</b>")
    return np.array([2.0, -3.0]) * x * x

w = bp.widgets.jacobian(f, np.array([1.0, 0.5]))
w"""


def test_in_jupyterlab_a_slider_computes_again_and_errors_are_words(open_notebook):
    page = open_notebook("jacobian", EQUATION, CELL)
    wait_for_words(page, "∂y₁/∂x₁ = 4")
    field = page.get_by_label("x₁, as a number")
    field.fill("2")
    field.press("Enter")
    wait_for_words(page, "∂y₁/∂x₁ = 8")
    page.focus(MAP)
    press(page, "ArrowDown", "ArrowRight")
    wait_for_words(page, "∂y₂/∂x₂ = -3")
    field.fill("-1")
    press(page, "Enter")
    wait_for_words(page, "only above <b>0</b>", ".bp-error")
    assert "still the one at x₁ = 2, x₂ = 0.5" in page.inner_text(".bp-error")
    assert told(page)[0] == "∂y₂/∂x₂ = -3", "nothing is lost"
    page.get_by_label("x₁", exact=True).focus()
    press(page, "End")
    page.locator(".bp-error").wait_for(state="hidden")
