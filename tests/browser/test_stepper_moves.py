"""The stepper where it moves: what travels along an edge, a nudge, the walk downhill, typed numbers."""

import pytest
from conftest import EQUATION
from driving import explore, press, shown_node, wait_for_words, wait_until_shown
from support.explorers import f, layer_arrays, two_layers

import backprop_nb as bp

MOVING = "document.getAnimations().filter((a) => a.playState !== 'finished').length"
ROSENBROCK = """import backprop_nb as bp

def rosenbrock(x, y):
    return (1 - x)**2 + 100 * (y - x**2)**2"""


@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.stepper(f, x1=2, x2=5))


# ---- motion ----


def test_a_backward_step_sends_its_product_along_the_edge_and_forward_steps_do_not(page):
    press(page, "Home", "ArrowRight*7")
    assert page.evaluate(MOVING) == 0
    press(page, "ArrowRight*5")  # v₄ hands 1 to v₂
    assert page.evaluate(MOVING) == 2, "the traveller, and the sum that is seen once it has arrived"
    assert page.text_content(".bp-traveller") == "1"
    page.wait_for_function(f"{MOVING} === 0")
    assert page.locator(".bp-traveller").count() == 0
    press(page, "ArrowLeft")
    assert page.evaluate(MOVING) == 0


def test_it_travels_against_the_arrow(page):
    press(page, "Home", "ArrowRight*12")
    frames = page.evaluate("""document.getAnimations().find((a) => a.effect.target.matches(".bp-traveller"))
      .effect.getKeyframes().map(({ transform }) => parseFloat(transform.slice(10)))""")
    assert len(frames) == 13
    assert frames == sorted(frames, reverse=True), "from the result on the right to the operand on the left"


def test_who_wants_no_motion_gets_none(open_widget):
    page = open_widget(bp.widgets.stepper(f, x1=2, x2=5))
    page.emulate_media(reduced_motion="reduce")
    page.focus(".bp-lines")
    press(page, "Home", "ArrowRight*12")
    assert page.evaluate(MOVING) == 0
    assert page.locator(".bp-traveller").count() == 0
    assert shown_node(page, "v2")[2] == "v̄₂ = 1"


# ---- nudge ----


def test_a_nudge_moves_the_output_by_adjoint_times_nudge_and_the_run_says_what_really_happens(page):
    page.click('[data-id="v-1"]')
    press(page, "ArrowRight")
    told = page.inner_text(".bp-nudged")
    assert "5.5 × 0.1 = 0.55" in told
    really = f(2.1, 5) - f(2, 5)
    assert f"f really moves by {really:.6g}" in told
    assert shown_node(page, "v-1")[1] == "2.1"
    assert shown_node(page, "v5")[1] == f"{f(2.1, 5):.6g}"
    assert shown_node(page, "v3")[1] == "-0.958924", "what does not depend on it stays"
    page.get_by_role("button", name="Undo").click()
    assert shown_node(page, "v5")[1] == "11.6521"
    press(page, "Escape")
    page.click('[data-id="v3"]')
    press(page, "ArrowLeft*2")
    assert "-1 × -0.02 = 0.02" in page.inner_text(".bp-nudged")
    press(page, "Escape")
    assert shown_node(page, "v3")[1] == "-0.958924", "a closed story nudges nothing"


def test_a_nudge_of_an_array_is_foretold_without_python(open_widget):
    widget = bp.widgets.stepper(two_layers, **layer_arrays(4))
    page = explore(open_widget, widget)
    page.click('[data-id="v-3"]')
    press(page, "ArrowRight")
    slope = widget.record.gradient["W"].sum()
    assert f"Σ W̄ × nudge = {slope:.6g} × 0.01 = {slope * 0.01:.6g}" in page.inner_text(".bp-nudged")
    assert "really" not in page.inner_text(".bp-nudged"), "only Python could say that"


# ---- in JupyterLab ----


def test_in_jupyterlab_two_views_stay_in_step(open_notebook):
    page = open_notebook("views", EQUATION, "steps = bp.widgets.stepper(f, x1=2, x2=5)\nsteps", "steps")
    page.wait_for_function("document.querySelectorAll('.bp-stepper').length === 2")
    page.locator(".bp-lines").first.focus()
    press(page, "Home", "ArrowRight*11")
    said = "v₄ hands 1 × 1 = 1 to v₁."
    words = "[...document.querySelectorAll('.bp-words')]"
    page.wait_for_function(f"{words}.every((p) => p.textContent.includes('{said}'))")
    page.get_by_role("button", name="v₋₁").first.click()
    page.wait_for_function("[...document.querySelectorAll('.bp-list')].at(3).textContent.includes('log(v₋₁)')")




def typed(page, text):
    """Type into the first field; what stands there once Python has answered."""
    page.locator(".bp-number").first.fill(text)
    press(page, "Enter")


def test_in_jupyterlab_numbers_are_read_as_they_are_typed_and_stay_so(open_notebook):
    page = open_notebook("typed", EQUATION, "bp.widgets.stepper(f, x1=2, x2=5)")
    wait_until_shown(page, ".bp-stepper")
    field = page.locator(".bp-number").first
    for text, slope in [("1/4", "9,"), ("2,5", "5.4,"), ("1e-2", "105,")]:
        typed(page, text)
        wait_for_words(page, f"∂f/∂x1 = {slope}")
        assert field.input_value() == text
    top = page.locator(".bp-lines").bounding_box()["y"]
    typed(page, "two")
    wait_for_words(page, "x1: I cannot read `two` as a number", ".bp-error")
    assert field.input_value() == "two", "a wrong entry is kept"
    assert page.locator(".bp-lines").bounding_box()["y"] == top, "and moves nothing"
    page.locator(".bp-range").first.focus()
    press(page, "ArrowRight")
    page.locator(".bp-error").wait_for(state="hidden")
    assert float(field.input_value()) > 0
    assert float(page.locator(".bp-range").first.get_attribute("min")) > 0, "log's slider stays in its domain"


def test_in_jupyterlab_the_walk_downhill_falls_leaves_a_trail_and_is_undone(open_notebook):
    page = open_notebook("downhill", ROSENBROCK, "bp.widgets.stepper(rosenbrock, x=-1, y=2)")
    wait_until_shown(page, ".bp-stepper")
    page.get_by_role("button", name="Downhill", exact=True).click()
    page.locator(".bp-contour").first.wait_for()
    assert page.locator(".bp-contour").count() == 12
    page.get_by_label("η, the size of a step").fill("1/1000")
    for count in (1, 2):
        page.get_by_role("button", name="x ← x − η·x̄").click()
        wait_for_words(page, f"Step {count}: rosenbrock fell from", ".bp-downhill .bp-sentence")
    assert page.locator(".bp-trail").get_attribute("points").count(",") == 3
    page.locator(".bp-downhill").get_by_role("button", name="Undo").click()
    wait_for_words(page, "Step 1:", ".bp-downhill .bp-sentence")
    page.locator(".bp-downhill").get_by_role("button", name="Undo").click()
    wait_for_words(page, "∂rosenbrock/∂x = 396, ∂rosenbrock/∂y = 200")
    page.get_by_label("η, the size of a step").fill("lots")
    page.get_by_role("button", name="x ← x − η·x̄").click()
    wait_for_words(page, "I cannot read `lots`", ".bp-error")


def test_in_jupyterlab_a_sign_tells_that_python_computes(lab, open_notebook):
    body = "    while not go.exists():\n        sleep(0.01)\n    return x * x"
    names = "from pathlib import Path\nfrom time import sleep\ngo = Path('run')\ngo.touch()"
    slow = f"{names}\ndef slow(x):\n{body}"
    page = open_notebook("busy", EQUATION, slow, "bp.widgets.stepper(slow, x=2)")
    wait_until_shown(page, ".bp-stepper")
    (lab.folder / "run").unlink()
    page.locator(".bp-range").focus()
    press(page, "ArrowRight")
    page.get_by_text("Python computes …").wait_for()
    (lab.folder / "run").touch()
    wait_for_words(page, "∂slow/∂x = 4.2.")
    assert page.get_by_text("Python computes …").is_hidden()
