"""The start notebook as a newcomer meets it: opened in JupyterLab, run, stepped by key, a slider dragged."""

import shutil

import looks
import pytest
from driving import in_both_themes, press, resize, wait_for_words
from support.project import PROJECT

START = PROJECT / "notebooks" / "00_start_here.ipynb"
PROMPTS = "[...document.querySelectorAll('.jp-InputPrompt')]"


@pytest.fixture
def open_start(lab, open_notebook):
    shutil.copy(START, lab.folder / START.name)

    def open_start():
        """The page, once every cell has run: until then an output, and what has the focus, may change."""
        page = open_notebook(START.stem, width=1366)
        page.locator(".bp-stepper").nth(1).wait_for()
        page.wait_for_function(f"() => !{PROMPTS}.some((prompt) => prompt.textContent.includes('*'))")
        return page

    return open_start


def shown(page):
    """Graph, table and words of the first stepper."""
    stepper = page.locator(".bp-stepper").first
    return [stepper.locator(part).text_content() for part in (".bp-stage svg", ".bp-lines", ".bp-words")]


def drag(page, slider, by):
    box = slider.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + by / 2, middle[1])
    page.mouse.move(middle[0] + by, middle[1])
    page.mouse.up()


def test_a_newcomer_steps_through_it_moves_a_slider_and_no_cell_fails(open_start):
    page = open_start()
    stepper = page.locator(".bp-stepper").first
    stepper.scroll_into_view_if_needed()
    start = shown(page)
    stepper.focus()
    press(page, "Home", "ArrowRight*11")
    wait_for_words(page, "v₄ hands 1 × 1 = 1 to v₁.")
    stepped = shown(page)
    assert all(before != after for before, after in zip(start, stepped, strict=True))
    press(page, "End")
    wait_for_words(page, "∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634")
    ended = shown(page)
    drag(page, stepper.locator(".bp-range").first, by=30)
    said = "document.querySelector('.bp-stepper .bp-words').textContent"
    page.wait_for_function(f"!{said}.includes('∂f/∂x1 = 5.5,')")
    assert all(before != after for before, after in zip(ended, shown(page), strict=True))
    assert stepper.locator(".bp-error").is_hidden()

    own = page.locator(".bp-stepper").nth(1)
    own.wait_for()
    own.scroll_into_view_if_needed()
    own.focus()
    press(page, "End")
    wait_for_words(page, "∂rosenbrock/∂x = 396, ∂rosenbrock/∂y = 200")
    assert page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert page.locator(".jp-RenderedText", has_text="Traceback").count() == 0


@in_both_themes
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(open_start, set_theme, theme):
    set_theme(theme)
    page = open_start()
    for width in (1366, 760):
        resize(page, width)
        page.wait_for_function("() => document.querySelector('.bp-stepper').clientWidth < innerWidth - 60")
        page.locator(".bp-stepper").first.focus()
        press(page, "End")
        looks.check(page, ".bp-stepper")
