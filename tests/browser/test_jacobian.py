"""The Jacobian's widget in a real browser: in an exported page without a kernel, and in JupyterLab."""

import statistics

import looks
import numpy as np
import pytest

import backprop_nb as bp

A = np.array([[1.5, -2.0, 3.0], [4.0, 0.0, -6.0]])
KEY_TO_LAYOUT = """async () => {
  const root = document.querySelector(".bp-jacobian");
  const times = [];
  for (let i = 0; i < 60; i++) {
    const start = performance.now();
    const key = i % 20 < 10 ? "ArrowRight" : "ArrowLeft";
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await null;
    root.querySelector(".bp-words").getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


@pytest.fixture
def page(open_widget):
    page = open_widget(bp.widgets.jacobian(lambda x: A @ x, np.ones(3)))
    page.focus(".bp-jacobian-map")
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def told(page):
    return page.inner_text(".bp-words").split("\n")


def names(page):
    return page.locator(".bp-axis:visible").all_text_contents()


def test_arrow_keys_walk_and_each_entry_is_told(page):
    assert told(page) == ["∂y₁/∂x₁ = 1.5", "Row x₁, column y₁: y₁ rises with x₁."]
    press(page, "ArrowDown")
    assert told(page) == ["∂y₁/∂x₂ = -2", "Row x₂, column y₁: y₁ falls as x₂ rises."]
    press(page, "ArrowRight")
    assert told(page)[1] == "Row x₂, column y₂: here y₂ does not move with x₂."
    press(page, "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown")
    assert told(page)[0] == "∂y₂/∂x₃ = -6", "at the edge it stays"
    press(page, "Home", "PageUp")
    assert told(page)[0] == "∂y₁/∂x₁ = 1.5"
    assert page.get_attribute(".bp-words", "aria-live") == "polite"


def test_the_switch_transposes_and_keeps_the_derivative(page):
    press(page, "ArrowDown", "ArrowRight", "ArrowDown")
    assert told(page) == ["∂y₂/∂x₃ = -6", "Row x₃, column y₂: y₂ falls as x₃ rises."]
    assert "the notes' layout: 3 rows = inputs" in page.inner_text(".bp-title")
    assert names(page) == ["x₁", "x₂", "x₃", "y₁", "y₂"]
    usual = page.get_by_role("button", name="Most texts: row = output")
    usual.focus()
    press(page, "Enter")
    assert usual.get_attribute("aria-pressed") == "true"
    assert told(page) == ["∂y₂/∂x₃ = -6", "Row y₂, column x₃: y₂ falls as x₃ rises."]
    assert "the usual layout: 2 rows = outputs" in page.inner_text(".bp-title")
    assert names(page) == ["y₁", "y₂", "x₁", "x₂", "x₃"]
    texts = page.locator(".bp-jacobian-map .bp-node text").all_text_contents()
    assert texts == ["1.5", "-2", "3", "4", "0", "-6"]
    press(page, "ArrowLeft")
    assert told(page)[0] == "∂y₂/∂x₂ = 0"


def test_pointing_at_a_cell_tells_it(page):
    page.locator(".bp-jacobian-map .bp-node").nth(4).hover()
    assert told(page)[0] == "∂y₁/∂x₃ = 3"
    page.locator(".bp-jacobian-map .bp-node").nth(1).hover()
    assert told(page)[0] == "∂y₂/∂x₁ = 4"


def test_kind_density_and_bytes_are_said(page):
    about = page.inner_text(".bp-jacobian-about")
    for words in ("Kind: dense", "density 83.3 %", "J takes 48 bytes", "for the vJp", "multiplications"):
        assert words in about
    assert "below 0" in about, "colour is explained"


def test_without_a_kernel_sliders_are_off_and_say_why(page):
    assert page.locator(".bp-range").first.is_disabled()
    assert "needs a running kernel" in page.inner_text(".bp-jacobian")


def test_every_control_has_a_name_for_screen_readers(page):
    assert (
        page.evaluate("""() => [...document.querySelectorAll(".bp-jacobian :is(button, input, [tabindex])")]
        .filter((el) => !(el.ariaLabel || el.textContent.trim())).length""")
        == 0
    )


FUNCTIONS = {
    "small": (lambda x: bp.softmax(x), A),  # noqa: PLW0108  a function of one's own
    "wide": (lambda x: A.T @ x, np.ones((2, 6))),
    "large": (lambda x: np.sin(x) * x, np.linspace(-3, 3, 64)),
    "one row": (lambda x: x * np.arange(1.0, 31), 1.0),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 420])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(open_widget, name, scheme, width):
    page = open_widget(bp.widgets.jacobian(*FUNCTIONS[name]), scheme=scheme, width=width)
    page.focus(".bp-jacobian-map")
    looks.check(page)
    press(page, "End", "PageDown")
    looks.check(page)
    page.get_by_role("button", name="Most texts").click()
    looks.check(page)


def test_the_present_cell_is_scrolled_into_sight(open_widget):
    page = open_widget(bp.widgets.jacobian(*FUNCTIONS["large"]), width=420)
    page.focus(".bp-jacobian-map")
    press(page, "End", "PageDown")
    assert told(page)[0].startswith("∂y₆₄/∂x₆₄")
    inside = """() => {
      const [outer, inner] = [".bp-jacobian-map", ".bp-jacobian-cursor"].map((name) =>
        document.querySelector(name).getBoundingClientRect());
      return inner.left >= outer.left && inner.right <= outer.right + 1 && inner.bottom <= outer.bottom + 1;
    }"""
    assert page.evaluate(inside)


def test_how_long_a_key_takes(open_widget):
    page = open_widget(bp.widgets.jacobian(lambda x: np.outer(x, x).ravel()[:64], np.linspace(1, 2, 64)))
    times = page.evaluate(KEY_TO_LAYOUT)
    print(f"\na step through 64 × 64: {statistics.median(times):.1f} ms from key to laid-out page")
    assert len(times) == 60, "what they take depends on the machine, and is printed"


CELL = """import backprop_nb as bp
import numpy as np

def f(x):
    if x[0] < 0:
        raise ValueError("only above <b>0</b>")
    return np.array([2.0, -3.0]) * x * x

w = bp.widgets.jacobian(f, np.array([1.0, 0.5]))
w"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_in_jupyterlab_a_slider_computes_again_and_errors_are_words(open_notebook, set_theme, theme):
    set_theme(theme)
    page = open_notebook(f"jacobian-{theme[11:]}", CELL, width=1366)
    page.locator(".bp-jacobian").wait_for()
    page.locator(".bp-words", has_text="∂y₁/∂x₁ = 4").wait_for()
    field = page.get_by_label("x₁, as a number")
    field.fill("2")
    press(page, "Enter")
    page.locator(".bp-words", has_text="∂y₁/∂x₁ = 8").wait_for()
    looks.check(page, ".bp-jacobian")
    page.focus(".bp-jacobian-map")
    press(page, "ArrowDown", "ArrowRight")
    page.locator(".bp-words", has_text="∂y₂/∂x₂ = -3").wait_for()
    field.fill("-1")
    press(page, "Enter")
    page.locator(".bp-error", has_text="only above <b>0</b>").wait_for()
    assert "still the one at x₁ = 2, x₂ = 0.5" in page.inner_text(".bp-error")
    assert told(page)[0] == "∂y₂/∂x₂ = -3", "nothing is lost"
    looks.check(page, ".bp-jacobian")
    page.get_by_label("x₁", exact=True).focus()
    press(page, "End")
    page.locator(".bp-error").wait_for(state="hidden")
