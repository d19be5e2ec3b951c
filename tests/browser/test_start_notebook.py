"""The start notebook as a newcomer meets it: opened in JupyterLab, run, stepped by key, a slider dragged."""

import shutil

import looks
import pytest
from support.project import PROJECT

START = PROJECT / "notebooks" / "00_start_here.ipynb"


@pytest.fixture
def page(lab, open_notebook):
    shutil.copy(START, lab.folder / START.name)
    page = open_notebook(START.stem, width=1366)
    page.locator(".bp-stepper").first.wait_for()
    return page


def words(page, text):
    page.locator(".bp-words", has_text=text).first.wait_for()


def shown(page):
    """Graph, table and words of the first stepper."""
    stepper = page.locator(".bp-stepper").first
    return [stepper.locator(part).text_content() for part in (".bp-picture svg", ".bp-columns", ".bp-words")]


def drag(page, slider, by):
    box = slider.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + by / 2, middle[1])
    page.mouse.move(middle[0] + by, middle[1])
    page.mouse.up()


def test_a_newcomer_steps_through_it_and_moves_a_slider(page):
    stepper = page.locator(".bp-stepper").first
    stepper.scroll_into_view_if_needed()
    start = shown(page)
    stepper.focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    words(page, "v₄ hands 1 × 1 = 1 to v₁.")
    stepped = shown(page)
    assert all(before != after for before, after in zip(start, stepped, strict=True))
    page.keyboard.press("End")
    words(page, "∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634")
    ended = shown(page)
    drag(page, stepper.locator(".bp-range").first, by=30)
    page.wait_for_function("!document.querySelector('.bp-words').textContent.includes('∂f/∂x1 = 5.5,')")
    assert all(before != after for before, after in zip(ended, shown(page), strict=True))
    assert stepper.locator(".bp-error").is_hidden()


def test_no_cell_fails_and_the_learners_own_function_steps_too(page):
    own = page.locator(".bp-stepper").nth(1)
    own.wait_for()
    own.scroll_into_view_if_needed()
    own.focus()
    page.keyboard.press("End")
    words(page, "∂rosenbrock/∂x = 396, ∂rosenbrock/∂y = 200")
    assert page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert page.locator(".jp-RenderedText", has_text="Traceback").count() == 0


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(lab, open_notebook, set_theme, theme):
    set_theme(theme)
    shutil.copy(START, lab.folder / START.name)
    page = open_notebook(START.stem, width=1366)
    page.locator(".bp-stepper").first.wait_for()
    for width in (1366, 760):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        page.locator(".bp-stepper").first.focus()
        page.keyboard.press("End")
        looks.check(page, ".bp-stepper")
