"""The stepper on arrays in a real browser: rules as mathematics, arrays as tables and heat maps."""

import pytest
from driving import explore, press, shown_node
from support.explorers import layer_arrays, two_layers

import backprop_nb as bp

COLOURS = """(image) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.drawImage(image, 0, 0);
  return new Set(pen.getImageData(0, 0, image.width, image.height).data).size;
}"""
CELL = """import numpy as np
import backprop_nb as bp
chance = np.random.default_rng(0)
labels = chance.integers(0, 3, 40)

def loss(X, W, b):
    return bp.softmax_cross_entropy(X @ W + b, labels)

steps = bp.widgets.stepper(loss, X=chance.normal(size=(40, 2)), W=chance.normal(size=(2, 3)), b=np.zeros(3))
steps.position = 4
steps"""


def step_through(*sizes):
    return bp.widgets.stepper(two_layers, **layer_arrays(*sizes))


@pytest.fixture
def page(open_widget):
    return explore(open_widget, step_through(4))


def cards(page):
    """Title and shape of each array that is shown."""
    return page.locator(".bp-array figcaption").all_inner_texts()


def test_forward_steps_show_the_operands_and_the_result(page):
    press(page, "Home")
    assert "The arrays of each step" in page.inner_text(".bp-arrays")
    press(page, "ArrowRight*6")
    assert cards(page) == ["X (4, 2)", "W (2, 5)", "v₁ (4, 5)"]
    assert page.locator(".bp-arrays table").count() == 3
    assert page.locator(".bp-arrays table").last.locator("tr").count() == 4
    assert page.locator(".bp-formula math").count() == 1
    assert "X (4, 2) and W (2, 5) give v₁ (4, 5)." in page.inner_text(".bp-words")
    assert shown_node(page, "v1")[:2] == ["v₁ = X @ W", step_through(4).record[1].boxed]
    assert shown_node(page, "v1")[2] == "v̄₁ = –"


def test_at_the_start_the_lines_begin_with_the_first(page):
    top = "document.querySelector('.bp-lines').scrollTop"
    assert page.evaluate(top) > 0, "the last step is in sight"
    press(page, "Home")
    assert page.evaluate(top) == 0


def test_backward_steps_light_the_edge_and_say_its_rule(page):
    press(page, "End", "ArrowLeft*5")  # V̄ = v₃′ v̄₄
    assert cards(page) == ["v₃ (4, 5)", "v̄₄ (4, 3)", "V̄ (5, 3)"]
    assert "v₄ hands v₃′ v̄₄ to V. Like V, V̄ has the shape (5, 3)." in page.inner_text(".bp-words")
    edge = page.locator('[data-id="e4_-1_1"]')
    assert "bp-now" in edge.get_attribute("class")
    assert edge.locator("text").text_content() == "v₃′ v̄₄"
    assert edge.get_attribute("aria-label").startswith("v₄ hands v₃′ v̄₄ to V")
    assert edge.locator("title").text_content() == edge.get_attribute("aria-label")
    assert "bp-now" in page.locator('[data-id="v-1"]').get_attribute("class")
    assert "kept 120 B for v₄" in page.locator('[data-id="v-1"]').get_attribute("aria-label")


def test_a_bias_says_over_which_axis_it_was_summed(page):
    press(page, "End", "ArrowLeft*2")
    assert "summed over axis 0, along which b was copied" in page.inner_text(".bp-words")


def test_pointing_at_a_node_tells_what_it_hands_on_and_what_is_kept(page):
    press(page, "ArrowLeft*5", "Enter")
    page.locator('[data-id="v3"]').click()
    details = page.inner_text(".bp-story")
    for part in ("v₃ = tanh(v₂)", "v̄₂ = v̄₃ ⊙ (1 - v₃ ⊙ v₃)", "from v₄", "kept 160 B for v₃, v₄"):
        assert part in details


def test_the_paths_of_arrays_are_walked(page):
    page.select_option(".bp-choose select", "W")
    assert "path 1 of 1" in page.inner_text(".bp-choose")
    assert "× v̄₄ V′" in page.inner_text(".bp-path table")


def test_large_arrays_are_heat_maps_with_a_twin_in_words(open_widget):
    page = explore(open_widget, step_through(100, 64, 32, 10), "Home", "ArrowRight*6")
    maps = page.locator("img.bp-heat")
    assert maps.count() == 3
    spoken = maps.first.get_attribute("alt")
    assert spoken.startswith("(100, 64) float64, -")
    assert spoken.endswith("each square is the mean of 4 × 2 numbers")
    assert maps.first.evaluate(COLOURS) > 20


def test_in_jupyterlab_it_steps_and_is_painted_before_it_is_in_the_page(open_notebook):
    page = open_notebook("arrays", CELL)
    page.locator(".bp-heat").first.wait_for()
    assert cards(page) == ["X (40, 2)", "W (2, 3)", "v₁ (40, 3)"]
    assert page.locator(".bp-heat").first.evaluate(COLOURS) > 10
    page.focus(".bp-stepper")
    press(page, "ArrowRight*2")
    assert cards(page) == ["v₂ (40, 3)", "v₃"]
    assert page.locator(".bp-formula math").count() == 1
    page.locator('.bp-stage [data-id="v2"]').click()
    press(page, "ArrowRight")
    page.locator(".bp-nudged", has_text="loss really moves by").wait_for()
