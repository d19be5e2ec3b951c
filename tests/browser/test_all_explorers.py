"""What holds for every explorer: it can be read, its keys are its own, its controls have names."""

from types import SimpleNamespace

import looks
import numpy as np
import pytest
from driving import explore, press, resize
from support.explorers import f, layer_arrays, two_layers

import backprop_nb as bp
from backprop_nb.exercises.widget import form
from backprop_nb.widgets.explorer import Explorer

A = np.array([[1.5, -2.0, 3.0], [4.0, 0.0, -6.0]])
EXPLORERS = {  # the last word of a name says of which kind it is
    "stepper": lambda: bp.widgets.stepper(f, x1=2, x2=5),
    "array stepper": lambda: bp.widgets.stepper(two_layers, **layer_arrays(4)),
    "heat map stepper": lambda: bp.widgets.stepper(two_layers, **layer_arrays(100, 64, 32, 10)),
    "branches": lambda: bp.widgets.branches(lambda a, b: a * b if a > 0 else a / b, a=(-2, 2), b=3),
    "jacobian": lambda: bp.widgets.jacobian(lambda x: A @ x, np.ones(3)),
    "small jacobian": lambda: bp.widgets.jacobian(lambda x: bp.softmax(x), A),  # noqa: PLW0108
    "wide jacobian": lambda: bp.widgets.jacobian(lambda x: A.T @ x, np.ones((2, 6))),
    "large jacobian": lambda: bp.widgets.jacobian(lambda x: np.sin(x) * x, np.linspace(-3, 3, 64)),
    "one-row jacobian": lambda: bp.widgets.jacobian(lambda x: x * np.arange(1.0, 31), 1.0),
    "sweeps": lambda: bp.widgets.faulty_sweeps(f, "overwrite", 2, 5),
    "matmul": lambda: bp.widgets.matmul(2, 3, 4),
    "large matmul": lambda: bp.widgets.matmul(8, 8, 8),
    "swell": lambda: bp.widgets.swell(lambda x: 4 * x * (1 - x)),
    "brackets": lambda: bp.widgets.brackets([1000, 100, 10, 100, 1]),
    "secant": lambda: bp.widgets.secant(f, 2, 5, wrt="x2", precision="float32"),
    "gap secant": lambda: bp.widgets.secant(lambda x: bp.log(1.5 - x), 1.0),
    "playground": lambda: bp.widgets.playground(frames=3),
    "field form": lambda: form_page(bp.exercises.number("What?", f, 2, 5, wrt="x1")),
    "radio form": lambda: form_page(bp.exercises.choice("Same?", ["a", "b"], right="b", why={})),
    "function form": lambda: form_page(bp.exercises.ask("04-2")),
}
FOCUS = {"jacobian": ".bp-jacobian-map", "matmul": ".bp-cell", "form": "input, button"}


def form_page(question):
    """A form in a page, without its Python."""
    widget = form(question)
    names = ["token", "kind", "text", "how", "options", "options_html", "hints", "reveal", "_esm", "_css"]
    stored = {name: getattr(widget, name) for name in names}
    page = SimpleNamespace(still="", pack=lambda start: Explorer.pack(page, start), stored=stored)
    return SimpleNamespace(html=Explorer.html.fget(page).replace('class="bp-page"', 'class="bp-page bp"'))


def show(open_widget, name, **options):
    return explore(open_widget, EXPLORERS[name](), focus=FOCUS.get(name.split()[-1], ".bp"), **options)


CORNER = ["", "End PageDown", "click Most texts"]
CELLS = [f"focus {name} row 2, column 2" for name in ("A", "G", "Y", "X̄")]
ARRAY_STEPS = ["Home", "ArrowRight*7", "ArrowRight*7", "ArrowRight*7", "ArrowLeft*9"]
READ = {  # what is done before each look
    "stepper": ["Home", "ArrowRight*4", "ArrowRight*8", "End", "select x2"],
    **dict.fromkeys(["array stepper", "heat map stepper"], ARRAY_STEPS),
    "sweeps": ["Home", "ArrowRight*4", "End", "click recursion last first"],
    **{name: ["Home", "End"] for name in ("branches", "secant", "gap secant", "swell")},
    "brackets": ["", "click many to one", "click a waist"],
    **dict.fromkeys([f"{size} jacobian" for size in ("small", "wide", "large", "one-row")], CORNER),
    **dict.fromkeys(["matmul", "large matmul"], CELLS),
}


def act(page, what):
    """Do what a row of READ says."""
    verb, _, name = what.partition(" ")
    if verb == "click":
        page.get_by_role("button", name=name).click()
    elif verb == "select":
        page.get_by_label("Walk the paths to").select_option(name)
    elif verb == "focus":
        page.locator(f'.bp-cell[aria-label^="{name},"]').focus()
    else:
        press(page, *what.split())


LOOKED_AT = [(scheme, width) for scheme in ("light", "dark") for width in (1100, 420)]


def wear(page, scheme, width):
    """The same page on light or dark ground, as wide as this."""
    page.emulate_media(color_scheme=scheme)
    resize(page, width)


@pytest.mark.parametrize("width", [1100, 420])
@pytest.mark.parametrize("name", READ)
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(open_widget, name, width):
    page = show(open_widget, name, width=width)
    heights = set()
    for what in READ[name]:
        act(page, what)
        for scheme in ("light", "dark"):
            wear(page, scheme, width)
            looks.check(page)
        heights |= {box.bounding_box()["height"] for box in page.locator(".bp-arrays:visible").all()}
    assert len(heights) <= 1, "a step moves nothing below its arrays"
    scrolls = "(boxes) => boxes.some((box) => box.scrollWidth > box.clientWidth + 1)"
    assert not page.locator(".bp-matrix-box").evaluate_all(scrolls)


ON_PAPER = """(root) => [...root.querySelectorAll("*")].filter((el) => !el.closest("svg, style, option"))
  .filter((el) => !el.matches(".bp-entry")) // of a heat map
  .filter((el) => [...el.childNodes].some((x) => x.nodeType === 3 && x.data.trim()))
  .filter((el) => el.getClientRects().length)
  .map((el) => [getComputedStyle(el).color, getComputedStyle(el).backgroundColor])
  .filter(([ink, ground]) => ink !== "rgb(0, 0, 0)" || ground !== "rgba(0, 0, 0, 0)").map(String)"""


@pytest.mark.parametrize("name", ["stepper", "array stepper", "branches", "sweeps", "jacobian", "matmul"])
def test_a_dark_page_prints_as_ink_on_white(open_widget, name):
    page = show(open_widget, name, scheme="dark")
    assert page.locator(".bp").first.evaluate(ON_PAPER) != [], "on the screen it is light on dark"
    page.emulate_media(media="print", color_scheme="dark")
    root = page.locator(".bp").first
    assert root.evaluate("(el) => getComputedStyle(el).backgroundColor") == "rgb(255, 255, 255)"
    assert root.evaluate(ON_PAPER) == []
    looks.check(page)


@pytest.mark.parametrize("name", ["stepper", "jacobian"])
def test_without_a_kernel_the_sliders_rest_and_say_why(open_widget, name):
    page = show(open_widget, name)
    assert page.locator(".bp-range").first.is_disabled()
    assert page.get_by_text("inputs need a kernel").is_visible()


def test_names_that_look_like_markup_are_shown_as_text(open_widget):
    nasty = {"<script>alert(1)</script>": 2.0, '"]<b>&amp;': 3.0}
    product = lambda w: w['"]<b>&amp;'] * w["<script>alert(1)</script>"]  # noqa: E731
    image = "<img src=x onerror=alert(1)>"
    for widget, lines in [
        (bp.widgets.stepper(product, w=nasty), ["w[<script>alert(1)</script>]", 'w["]<b>&amp;]']),
        (bp.widgets.stepper(lambda d: (d[image] * 2.0).sum(), {image: np.ones((2, 2))}), [image]),
    ]:
        page = explore(open_widget, widget, "End")
        shown = "\n".join(page.locator(".bp-list").all_inner_texts())
        assert all(line in shown for line in lines)
        assert page.locator(".bp :is(b, img)").count() == 0


# As JupyterLab does: nothing is left of a key unless what has the focus carries the attribute: its shortcuts
# ask for :focus, and meet that first; clicks move no focus.
TAKE_KEYS = """() => {
  window.taken = [];
  document.addEventListener("mousedown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.target.hasAttribute("data-lm-suppress-shortcuts")) return;
    window.taken.push(event.key);
    event.preventDefault();
    event.stopPropagation();
  }, true);
}"""
KEYS = {  # a key, and what is then said, or the value of what has the focus
    "stepper": ("ArrowLeft", ".bp-where", "backward 8 of 9"),
    "branches": ("End", ".bp-where", "2"),
    "sweeps": ("Home", ".bp-where", "0 of 9"),
    "jacobian": ("ArrowDown", ".bp-words", "Row x₂"),
    "matmul": ("ArrowRight", ".bp-explained", "A row 1, column 2"),
    "swell": ("ArrowRight", ".bp-words", "At depth 4"),
    "secant": ("End", ".bp-where", "1"),
    "brackets": ("ArrowRight", ".bp-words", "reverse mode"),
    "field form": ("b", None, "b"),
    "radio form": ("ArrowDown", None, "b"),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_come_to_the_widget_and_those_with_a_modifier_to_jupyterlab(open_widget, name):
    page = show(open_widget, name)
    page.evaluate(TAKE_KEYS)
    key, where, told = KEYS[name]
    press(page, key)
    assert told in (page.inner_text(where) if where else page.evaluate("document.activeElement.value"))
    press(page, "Shift+Enter", "Control+s", key)
    assert page.evaluate("taken") == ["Enter", "s"]
    page.mouse.click(5, page.viewport_size["height"] - 5)
    press(page, "b")
    assert page.evaluate("taken") == ["Enter", "s", "b"], "clicked elsewhere, it lets go of the focus"


KEY_TO_LAYOUT = """async ([count, half]) => {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const key = i % (2 * half) < half ? "ArrowRight" : "ArrowLeft";
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await null; // pictures are drawn in a microtask, once an event
    document.querySelector(".bp-words").getBoundingClientRect();
  }
  return (performance.now() - start) / count;
}"""


@pytest.mark.parametrize("name", ["stepper", "branches", "large jacobian", "large matmul"])
def test_how_long_a_key_takes(open_widget, name):
    took = show(open_widget, name).evaluate(KEY_TO_LAYOUT, [96, 7])
    print(f"\n{name}: {took:.1f} ms from key to laid-out page")  # what it takes depends on the machine
