"""The branches in a real browser: in an exported page without a kernel, and in JupyterLab."""

import looks
import pytest
from conftest import EQUATION
from driving import explore, press, wait_for_words
from support.explorers import branching

import backprop_nb as bp

BRANCHES = "bp.widgets.branches(lambda a, b, c: a + b if a > 0 else a + c, a=(-1, 1), b=2, c=3)"
@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.branches(branching, a=(-1, 1), b=2, c=3))


def place(page, *keys):
    """Where the slider stands after these keys."""
    press(page, *keys)
    return page.inner_text(".bp-where")


def live(page, *keys):
    """Heading of the one card that is lit after these keys."""
    press(page, *keys)
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
    assert page.get_by_role("img", name="v₁ = a + b, value 2.05, adjoint 1").count() == 1
    lit, dim = (page.locator(f'.bp-card{kind} [data-id="v1"] text') for kind in (":not(.bp-dim)", ".bp-dim"))
    assert lit.all_text_contents() == ["v₁ = a + b", "2.05", "v̄₁ = 1"]
    assert dim.all_text_contents()[1:] == ["–", "v̄₁ = –"]


def test_slider_buttons_and_keys_all_move_it(page):
    page.get_by_role("button", name="Lower").click()
    assert place(page) == "-0.05"
    page.focus(".bp-progress")
    assert place(page, "End") == "1"
    assert place(page, "ArrowRight", "ArrowLeft*2") == "0.9"
    assert page.get_attribute(".bp-progress", "aria-valuetext") == "a = 0.9"
    page.focus(".bp-branches")
    assert place(page, "Home") == "-1"


def test_a_place_where_the_function_fails_says_so(open_widget):
    widget = bp.widgets.branches(lambda x: 1 / x if x < 1 else bp.relu(x), x=(-1, 2))
    page = explore(open_widget, widget, "Home")
    while place(page, "ArrowRight") != "0":
        pass
    assert "At x = 0 f fails." in page.inner_text(".bp-words")
    assert "ZeroDivisionError" in page.inner_text(".bp-error")
    assert live(page) is None
    looks.check(page)
    press(page, "ArrowRight")
    assert page.locator(".bp-error").is_hidden()
    assert live(page) == "Graph 1, 2 nodes: taken now"


def test_a_constant_that_changes_with_the_slider_is_written_at_each_place(open_widget):
    page = explore(open_widget, bp.widgets.branches(lambda n, x: x * n, n=range(2, 5), x=5))
    for key, formula in [("Home", "v₁ = x × 2"), ("End", "v₁ = x × 4"), ("Home", "v₁ = x × 2")]:
        press(page, key)
        assert page.locator('[data-id="v1"] text').first.text_content() == formula


def test_of_many_graphs_only_the_present_one_is_shown(open_widget):
    def loop(n, x):
        for i in range(n):
            x = bp.sin(x) + i
        return x

    page = explore(open_widget, bp.widgets.branches(loop, n=range(1, 21), x=2))
    assert page.get_by_text("20 different graphs on this slider").is_visible()
    assert page.locator(".bp-card:visible").count() == 1
    assert live(page, "End") == "Graph 20, 41 nodes: taken now"
    assert "v₄₀ = v₃₉ + 19" in page.locator(".bp-card:visible pre").inner_text()
    looks.check(page)


def test_in_jupyterlab_it_slides_and_python_hears_of_it(open_notebook):
    page = open_notebook("branches", EQUATION, f"w = {BRANCHES}\nw", "w.value = 0.5")
    wait_for_words(page, "At a = 0.5: graph 2 of 2")
    page.locator(".bp-progress").focus()
    press(page, "ArrowLeft*10")
    wait_for_words(page, "At a = 0: graph 1 of 2")
