"""The swell in a real browser, in a page without a kernel: keys, words, both pictures, their sizes."""

import pytest
from conftest import EQUATION
from driving import explore, press, wait_for_words

import backprop_nb as bp


@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.swell(lambda x: 4 * x * (1 - x)), width=1366, height=768)


def shown(page):
    """The headings of both pictures, and how many nodes each has."""
    heads = page.locator(".bp-swell-sides h4").all_text_contents()
    boxes = page.locator(".bp-swell-sides .bp-picture")
    return heads, [boxes.nth(i).locator(".bp-node").count() for i in range(2)]


def test_it_opens_at_depth_3_and_keys_go_from_depth_to_depth(page):
    assert shown(page) == (["Tree: 152 nodes", "Graph: 26 nodes"], [152, 26])
    press(page, "ArrowLeft")
    assert shown(page) == (["Tree: 52 nodes", "Graph: 18 nodes"], [52, 18])
    press(page, "End")
    assert shown(page) == (["Tree: 12,544 nodes", "Graph: 66 nodes"], [0, 66])
    assert "Not drawn: 12,544 nodes" in page.inner_text(".bp-swell-sides .bp-picture >> nth=0")
    press(page, "Home", "ArrowLeft")
    assert shown(page)[1] == [14, 10]
    assert page.inner_text(".bp-words").startswith("At depth 1 the derivative has 14 nodes")
    assert page.get_attribute(".bp-words", "aria-live") == "polite"


def test_buttons_and_the_slider_do_the_same_and_say_where_they_are(page):
    page.get_by_role("button", name="Higher").click()
    assert shown(page)[1] == [400, 34]
    slider = page.get_by_role("slider", name="depth")
    slider.focus()
    press(page, "ArrowLeft*2")
    assert slider.get_attribute("aria-valuetext") == "depth = 2"
    assert shown(page)[1] == [52, 18]


def test_marked_nodes_bear_names_and_both_pictures_the_same_ones(page):
    press(page, "Home", "ArrowRight")
    names = [
        set(
            page.locator(f".bp-swell-sides .bp-picture >> nth={i}")
            .locator(".bp-repeated text")
            .all_text_contents()
        )
        for i in range(2)
    ]
    assert names[0] == names[1] >= {"s1", "s2", "s3", "s4"}


def test_pictures_and_sizes_have_words(page):
    words = [svg.get_attribute("aria-label") for svg in page.locator(".bp-swell-sides svg[role=img]").all()]
    assert words == ["tree of 152 nodes", "graph of 26 nodes", "At depth 3: tree 152, graph 26 nodes"]


def test_the_dots_on_both_curves_follow(page):
    def dots():
        return [float(dot.get_attribute("cx")) for dot in page.locator(".bp-plot .bp-dot").all()]

    before = dots()
    press(page, "ArrowRight")
    assert len(set(dots())) == 1
    assert dots()[0] > before[0]


@pytest.mark.parametrize("key", ["Home", "ArrowRight", "End"])
def test_it_fits_a_laptop_and_nothing_is_cut_off(page, key):
    press(page, key)
    assert page.locator(".bp-swell").bounding_box()["height"] <= 600
    cut = """() => [...document.querySelectorAll(".bp-swell-sides .bp-picture svg")].filter((svg) => {
      const [own, box] = [svg.getBoundingClientRect(), svg.parentElement.getBoundingClientRect()];
      return own.right > box.right + 1 || own.bottom > box.bottom + 1 || own.width < 20;
    }).length"""
    assert page.evaluate(cut) == 0


def test_in_jupyterlab_it_slides_and_python_sets_it(open_notebook):
    cells = "w = bp.widgets.swell(lambda x: 4 * x * (1 - x), deepest=4)\nw", "w.depth = 2"
    page = open_notebook("swell", EQUATION, *cells, width=1366)
    wait_for_words(page, "At depth 2 the derivative has 52 nodes")
    page.locator(".bp-swell").focus()
    press(page, "ArrowRight")
    wait_for_words(page, "At depth 3 the derivative has 152 nodes")
    assert shown(page)[1] == [152, 26]
