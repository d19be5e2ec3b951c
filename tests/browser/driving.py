"""What tests do with an explorer in a browser: press keys, wait for it, read what it shows."""

import pytest

__all__ = ["explore", "in_both_themes", "press", "shown_node", "wait_for_words", "wait_until_shown"]

in_both_themes = pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])


def explore(open_widget, widget, *keys, focus=".bp", **options):
    """An explorer in an exported page, with the focus, once these keys are pressed."""
    page = open_widget(widget, **options)
    page.locator(focus).first.focus()
    press(page, *keys)
    return page


def press(page, *keys):
    """Press one key after the other; "ArrowRight*6" six times."""
    for key in keys:
        name, _, times = key.partition("*")
        for _ in range(int(times or 1)):
            page.keyboard.press(name)


def resize(page, width):
    """Another width of the window; returns once what follows from it has been drawn: two frames later."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def wait_until_shown(page, selector):
    """The page, once the first of these is there."""
    page.locator(selector).first.wait_for()
    return page


def wait_for_words(page, text, selector=".bp-words"):
    """Wait until an explorer says these words."""
    page.locator(selector, has_text=text).first.wait_for()


def shown_node(page, name):
    """The three lines of a node of the graph, and whether it is lit."""
    g = page.locator(f'[data-id="{name}"]')
    return [*g.locator("text").all_text_contents(), "bp-now" in g.get_attribute("class")]
