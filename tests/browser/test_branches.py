"""The branches in a real browser: in an exported page without a kernel, and in JupyterLab."""

import statistics

import looks
import pytest
from conftest import EQUATION

import backprop_nb as bp

BRANCHES = "bp.widgets.branches(lambda a, b, c: a + b if a > 0 else a + c, a=(-1, 1), b=2, c=3)"
KEY_TO_LAYOUT = """() => {
  const root = document.querySelector(".bp-branches");
  const times = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    const key = i % 20 < 10 ? "ArrowRight" : "ArrowLeft";
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    root.querySelector(".bp-words").getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def branching(a, b, c):
    return a + b if a > 0 else a + c


@pytest.fixture
def page(open_widget):
    page = open_widget(bp.widgets.branches(branching, a=(-1, 1), b=2, c=3))
    page.focus(".bp-branches")
    return page


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


def live(page):
    """Heading of the one card that is lit."""
    cards = page.locator(".bp-card:not(.bp-dim)")
    assert cards.count() <= 1
    return cards.locator("h4").inner_text() if cards.count() else None


def gradient(page):
    return [row.split("\t")[:2] for row in page.locator(".bp-gradient tbody tr").all_inner_texts()]


def test_sliding_across_the_condition_changes_graph_and_gradient(page):
    assert live(page) == "Graph 1, 4 nodes: taken now"
    assert gradient(page) == [["∂branching/∂a", "1"], ["∂branching/∂b", "0"], ["∂branching/∂c", "1"]]
    assert page.locator(".bp-dim h4").inner_text() == "Graph 2, 4 nodes: at a = 0.05 … 1"
    press(page, "ArrowRight")
    assert "At a = 0.05: graph 2 of 2, 4 nodes. branching = 2.05." in page.inner_text(".bp-words")
    assert live(page) == "Graph 2, 4 nodes: taken now"
    assert gradient(page) == [["∂branching/∂a", "1"], ["∂branching/∂b", "1"], ["∂branching/∂c", "0"]]
    assert page.locator('.bp-card:not(.bp-dim) [data-id="v1"] text').all_text_contents() == [
        "v₁ = v₋₂ + v₋₁",
        "2.05",
        "v̄₁ = 1",
    ]
    assert page.locator('.bp-dim [data-id="v1"] text').all_text_contents()[1:] == ["–", "v̄₁ = –"]


def test_slider_buttons_and_keys_all_move_it(page):
    page.get_by_role("button", name="Lower").click()
    assert page.inner_text(".bp-where") == "-0.05"
    page.focus(".bp-progress")
    press(page, "End")
    assert page.inner_text(".bp-where") == "1"
    press(page, "ArrowRight")
    press(page, "ArrowLeft", 2)
    assert page.inner_text(".bp-where") == "0.9"
    assert page.get_attribute(".bp-progress", "aria-valuetext") == "a = 0.9"
    page.focus(".bp-branches")
    press(page, "Home")
    assert page.inner_text(".bp-where") == "-1"


def test_a_place_where_the_function_fails_says_so(open_widget):
    page = open_widget(bp.widgets.branches(lambda x: 1 / x if x < 1 else bp.relu(x), x=(-1, 2)))
    page.focus(".bp-branches")
    press(page, "Home")
    while page.inner_text(".bp-where") != "0":
        press(page, "ArrowRight")
    assert "At x = 0 f fails." in page.inner_text(".bp-words")
    assert "ZeroDivisionError" in page.inner_text(".bp-error")
    assert live(page) is None
    looks.check(page)
    press(page, "ArrowRight")
    assert page.locator(".bp-error").is_hidden()
    assert live(page) == "Graph 1, 2 nodes: taken now"


def test_of_many_graphs_only_the_present_one_is_shown(open_widget):
    def loop(n, x):
        for i in range(n):
            x = bp.sin(x) + i
        return x

    page = open_widget(bp.widgets.branches(loop, n=range(1, 21), x=2))
    assert page.get_by_text("20 different graphs on this slider").is_visible()
    assert page.locator(".bp-card:visible").count() == 1
    page.focus(".bp-branches")
    press(page, "End")
    assert live(page) == "Graph 20, 41 nodes: taken now"
    assert "v₄₀ = v₃₉ + 19" in page.locator(".bp-card:visible pre").inner_text()
    looks.check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 420])
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(open_widget, scheme, width):
    widget = bp.widgets.branches(lambda a, b: bp.sin(a) * b if a > 0 else a / b, a=(-2, 2), b=3)
    page = open_widget(widget, scheme=scheme, width=width)
    page.focus(".bp-branches")
    for key in ("Home", "End"):
        press(page, key)
        looks.check(page)


def test_how_long_a_place_takes(page):
    times = page.evaluate(KEY_TO_LAYOUT)
    print(f"\na place of the slider: {statistics.median(times):.1f} ms from key to laid-out page")
    assert len(times) == 60, "what they take depends on the machine, and is printed"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_in_jupyterlab_it_slides_and_python_hears_of_it(open_notebook, set_theme, theme):
    set_theme(theme)
    page = open_notebook(
        f"branches-{theme[11:]}", EQUATION, f"w = {BRANCHES}\nw", "w.value = 0.5", width=1366
    )
    page.locator(".bp-branches").wait_for()
    page.locator(".bp-words", has_text="At a = 0.5: graph 2 of 2").wait_for()
    page.locator(".bp-progress").focus()
    press(page, "ArrowLeft", 10)
    page.locator(".bp-words", has_text="At a = 0: graph 1 of 2").wait_for()
    looks.check(page, ".bp-branches")
