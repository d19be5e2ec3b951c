"""The secant in a real browser: in an exported page without a kernel, and in JupyterLab."""

import pytest
from conftest import EQUATION
from driving import explore, press, wait_for_words
from support.explorers import f

import backprop_nb as bp


@pytest.fixture
def page(open_widget):
    widget = bp.widgets.secant(f, 2, 5, wrt="x2", precision="float32")
    return explore(open_widget, widget, width=1366, height=768)


def ends(page, selector):
    return [float(page.locator(selector).get_attribute(name)) for name in ("x1", "y1", "x2", "y2")]


def test_it_opens_at_its_best_moment_within_one_screen(page):
    assert page.inner_text(".bp-where") == "0.0018"
    assert page.locator(".bp-secant").first.bounding_box()["height"] <= 600
    tangent, secant = ends(page, "line.bp-tangent"), ends(page, "line.bp-secant")
    assert max(abs(a - b) for a, b in zip(tangent, secant, strict=True)) < 1, "one lies on the other"


def test_keys_turn_the_secant_and_move_the_point_on_the_error_curve(page):
    press(page, "End")
    far = ends(page, "line.bp-secant")
    assert "Slope 1.32049, off by 0.4." in page.inner_text(".bp-words")
    press(page, "Home")
    x1, y1, x2, y2 = ends(page, "line.bp-secant")
    assert y1 == y2, "the step is lost, the secant lies flat"
    assert "The step is lost" in page.inner_text(".bp-words")
    assert far != [x1, y1, x2, y2]
    circles = "(el) => [el.getAttribute('cx'), el.getAttribute('cy')].map(Number)"
    here = page.locator("figure:last-child .bp-dot").evaluate(circles)
    first = page.locator("figure:last-child .bp-alone").first.evaluate(circles)
    assert here == first


def test_slider_and_buttons_move_it_too(page):
    page.get_by_role("button", name="Higher").click()
    assert page.inner_text(".bp-where") == "0.0032"
    page.focus(".bp-progress")
    press(page, "End")
    assert page.get_attribute(".bp-progress", "aria-valuetext") == "h = 1"


def test_words_stand_for_the_pictures(page):
    press(page, "End")
    pictures = page.get_by_role("img")
    assert "the secant (dashed) for h = 1. Slope 1.32049" in pictures.first.get_attribute("aria-label")
    assert pictures.nth(1).get_attribute("aria-label").startswith("Error against h")
    assert page.locator(".bp-words").get_attribute("aria-live") == "polite"


def test_in_jupyterlab_python_hears_of_it_and_sets_it(open_notebook):
    page = open_notebook("secant", EQUATION, "w = bp.widgets.secant(f, 2, 5, wrt='x2')\nw", "w.h = 1e-5")
    wait_for_words(page, "off by 4.8e-06")
    page.locator(".bp-progress").focus()
    press(page, "End")
    wait_for_words(page, "off by 0.4")
