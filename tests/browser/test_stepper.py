"""The stepper in a real browser: in an exported page without a kernel, and in JupyterLab with one."""

import statistics

import looks
import pytest
from conftest import EQUATION, ask_until

import backprop_nb as bp

STEPPER = "steps = bp.widgets.stepper(f, x1=2, x2=5)\nsteps"
KEY_TO_LAYOUT = """async (count) => {
  const root = document.querySelector(".bp-stepper");
  root.focus();
  const times = { work: [], frame: [] };
  for (let i = 0; i < count; i++) {
    const key = i % 32 < 16 ? "ArrowRight" : "ArrowLeft";
    const start = performance.now();
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await null; // pictures are drawn in a microtask, once an event
    root.querySelector(".bp-words").getBoundingClientRect();
    times.work.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.frame.push(performance.now() - start);
  }
  return times;
}"""
SLIDE = """async (values) => {
  const [range, node] = [document.querySelector(".bp-range"), document.querySelector('[data-id="v5"]')];
  const times = [];
  for (const value of values) {
    const start = performance.now();
    const before = node.textContent;
    range.value = value;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    const late = () => performance.now() - start > 5000;
    while (node.textContent === before && !late()) await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 100));
  }
  return times;
}"""


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


@pytest.fixture
def page(open_widget):
    page = open_widget(bp.widgets.stepper(f, x1=2, x2=5))
    page.focus(".bp-stepper")
    return page


def press(page, *keys):
    for key in keys:
        name, _, times = key.partition("*")
        for _ in range(int(times or 1)):
            page.keyboard.press(name)


def node(page, name):
    """The three lines of a node, and whether it is lit."""
    g = page.locator(f'[data-id="{name}"]')
    return [*g.locator("text").all_text_contents(), "bp-now" in g.get_attribute("class")]


def lit_line(page):
    return page.locator('[aria-current="step"]').inner_text().split("\n")


# ---- without a kernel ----


def test_it_starts_with_nothing_computed(page):
    assert "Nothing is computed yet" in page.inner_text(".bp-words")
    assert node(page, "v5") == ["v₅ = v₄ - v₃", "–", "v̄₅ = –", False]
    assert set(page.locator(".bp-numbers").all_text_contents()) == {"–"}
    assert page.locator('[aria-current="step"]').count() == 0


def test_the_arrow_keys_step_and_graph_table_and_words_go_together(page):
    press(page, "ArrowRight*6")
    assert node(page, "v4") == ["v₄ = v₁ + v₂", "10.6931", "v̄₄ = –", True]
    assert lit_line(page) == ["v₄ = v₁ + v₂", "= 10.6931"]
    assert "v₁ = 0.693147 and v₂ = 10 give v₄ = 10.6931." in page.inner_text(".bp-words")
    press(page, "ArrowRight*5")
    assert node(page, "v1") == ["v₁ = log(v₋₁)", "0.693147", "v̄₁ = 1", True]
    assert "v₄ hands 1 × 1 = 1 to v₁." in page.inner_text(".bp-words")
    assert "bp-now" in page.locator('[data-id="e4_1_0"]').get_attribute("class")
    assert page.inner_text(".bp-where") == "backward 4 of 9"


def test_stepping_back_takes_values_away_again(page):
    press(page, "End")
    assert node(page, "v-1") == ["v₋₁ = x1", "2", "v̄₋₁ = 5.5", True]
    assert "The gradient: ∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634." in page.inner_text(".bp-words")
    press(page, "ArrowLeft")
    assert node(page, "v-1")[2] == "v̄₋₁ = 5"
    press(page, "ArrowLeft*2")
    assert node(page, "v-1")[2] == "v̄₋₁ = –"
    press(page, "Home")
    assert node(page, "v5")[1:] == ["–", "v̄₅ = –", False]


def test_buttons_lines_nodes_and_the_slider_lead_to_a_step(page):
    page.get_by_role("button", name="One step forward").click()
    assert page.inner_text(".bp-where") == "forward 1 of 7"
    page.get_by_role("button", name="To the end").click()
    page.get_by_role("button", name="One step back").click()
    assert page.inner_text(".bp-where") == "backward 8 of 9"
    page.locator(".bp-list li", has_text="v̄₂ =").click()
    assert lit_line(page)[0].startswith("v̄₂ =")
    page.get_by_role("button", name="To the start").click()
    page.locator('[data-id="v3"]').click()
    assert page.inner_text(".bp-where") == "forward 5 of 7"
    page.focus(".bp-progress")
    press(page, "ArrowRight*2")
    assert page.inner_text(".bp-where") == "forward 7 of 7"


def test_a_button_that_has_done_its_work_keeps_the_focus(page):
    page.get_by_role("button", name="One step forward").focus()
    press(page, "Enter*20", "ArrowLeft")
    assert page.inner_text(".bp-where") == "backward 8 of 9"


def test_the_space_bar_plays_and_pauses(page):
    page.get_by_label("Speed of play").select_option("1")
    page.focus(".bp-stepper")
    press(page, "Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("/forward [2-7]/.test(document.querySelector('.bp-where').textContent)")
    press(page, "Space")
    page.get_by_role("button", name="Play").wait_for()
    at = page.inner_text(".bp-where")
    page.wait_for_timeout(1500)
    assert page.inner_text(".bp-where") == at
    page.get_by_label("Speed of play").select_option("5")
    page.focus(".bp-stepper")
    press(page, "Space")
    page.wait_for_function("document.querySelector('.bp-where').textContent === 'backward 9 of 9'")
    page.get_by_role("button", name="Play").wait_for()


def test_pointing_at_a_node_tells_its_story_so_far(page):
    press(page, "End")
    page.hover('[data-id="v0"]')
    told = page.inner_text(".bp-details")
    for part in (
        "v₀ = x2",
        "value 5",
        "adjoint 1.71634",
        "-1 × 0.283662 = -0.283662 from v₃",
        "sum: v̄₀ = 1.71634",
    ):
        assert part in told
    assert page.locator(".bp-about").count() == 3
    page.focus('[data-id="v1"]')
    page.mouse.move(0, 0)
    assert "∂v₁/∂v₋₁ = 1 / v₋₁ = 0.5" in page.inner_text(".bp-details")
    press(page, "Home")
    assert "∂v₁/∂v₋₁ = 1 / v₋₁ = –" in page.inner_text(".bp-details")
    assert "nothing yet" in page.inner_text(".bp-details")


def test_the_paths_to_an_input_are_walked_one_by_one(page):
    page.get_by_label("Walk the paths to").select_option("x1")
    assert "path 1 of 2" in page.inner_text(".bp-paths")
    lit = page.locator(".bp-edge.bp-on-path")
    assert {lit.nth(i).get_attribute("data-id") for i in range(lit.count())} == {
        "e1_-1_0",
        "e4_1_0",
        "e5_4_0",
    }
    assert "contributes 0.5 to v̄₋₁" in page.inner_text(".bp-words")
    page.get_by_role("button", name="Path ▸").click()
    rows = page.locator(".bp-path tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows][-1] == ["v₂ → v₋₁", "× 5", "5"]
    assert page.inner_text(".bp-sum") == "0.5 + 5 = 5.5 = v̄₋₁"
    press(page, "ArrowRight")
    assert page.locator(".bp-on-path").count() == 0
    assert page.inner_text(".bp-where") == "forward 1 of 7"


def test_without_a_kernel_the_sliders_rest_and_say_why(page):
    assert page.locator(".bp-range").first.is_disabled()
    assert page.get_by_text("Changing an input needs a running kernel").is_visible()


def test_everything_can_be_reached_by_tab_and_shows_it(page):
    seen, unseen = set(), []
    for _ in range(40):
        press(page, "Tab")
        name, outline = page.evaluate(
            "[document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent,"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        seen.add(name)
        if outline == "none" and not name.startswith("v"):
            unseen.append(name)
        if page.evaluate("document.activeElement === document.body"):
            break
    wanted = ["To the start", "Play", "Step", "Speed of play", "One node", "Forward: values ↓, line by line"]
    assert set(wanted) <= seen
    assert len([name for name in seen if name.startswith("v")]) == 7
    assert not [name for name in unseen if name in wanted]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 420])
def test_it_can_be_read_in_both_themes_and_in_a_narrow_window(open_widget, scheme, width):
    page = open_widget(bp.widgets.stepper(f, x1=2, x2=5), scheme=scheme, width=width)
    page.focus(".bp-stepper")
    for keys in (["Home"], ["ArrowRight*4"], ["ArrowRight*8"], ["End"]):
        press(page, *keys)
        looks.check(page)
    page.get_by_label("Walk the paths to").select_option("x2")
    looks.check(page)


def test_numbers_of_any_length_stay_in_their_boxes(open_widget):
    widget = bp.widgets.stepper(lambda x, y: x * y + bp.sin(x), x=1, y=1)
    for x in (1, -123.456, 1.23456e-7, -98765.4):
        widget.inputs = {"x": x, "y": 3.14159 * x}
        page = open_widget(widget)
        page.focus(".bp-stepper")
        press(page, "End")
        looks.check(page)


def test_names_that_look_like_markup_are_shown_as_text(open_widget):
    nasty = {"<script>alert(1)</script>": 2.0, '"]<b>&amp;': 3.0}
    page = open_widget(
        bp.widgets.stepper(lambda w: w['"]<b>&amp;'] * w["<script>alert(1)</script>"], w=nasty)
    )
    page.focus(".bp-stepper")
    press(page, "End")
    assert "w[<script>alert(1)</script>]" in page.inner_text(".bp-list")
    assert 'w["]<b>&amp;]' in page.inner_text(".bp-list")
    assert page.locator(".bp b").count() == 0


def test_a_long_run_without_a_picture_is_stepped_through(open_widget):
    def chain(x):
        for i in range(500):
            x = bp.sin(x) + i
        return x

    page = open_widget(bp.widgets.stepper(chain, x=1))
    assert page.get_by_text("1,001 nodes are too many").is_visible()
    page.focus(".bp-stepper")
    press(page, "End")
    assert page.inner_text(".bp-where") == "backward 1001 of 1001"
    press(page, "Home")
    times = page.evaluate(KEY_TO_LAYOUT, 20)
    print(f"\na step of a run of 1,001 rows: {statistics.median(times['work']):.1f} ms")


def test_how_long_a_step_takes(page):
    page.evaluate(KEY_TO_LAYOUT, 32)
    times = page.evaluate(KEY_TO_LAYOUT, 96)
    work, frame = (statistics.median(times[name]) for name in ("work", "frame"))
    print(f"\na step: {work:.1f} ms from key to laid-out page, {frame:.1f} ms until the next frame is over")
    assert len(times["work"]) == 96, "what they take depends on the machine, and is printed"


# ---- in JupyterLab ----


def words(page, text):
    page.locator(".bp-words", has_text=text).wait_for()


def test_in_jupyterlab_the_keys_belong_to_the_widget(open_notebook, lab):
    page = open_notebook("keys", EQUATION, STEPPER)
    page.locator(".bp-stepper").wait_for()
    page.locator(".bp-list li").first.click()
    words(page, "v₋₁ is the input x1.")
    cells = page.locator(".jp-Cell").count()
    press(page, "b", "x", "d*2", "ArrowRight*11")
    words(page, "v₄ hands 1 × 1 = 1 to v₂.")
    assert page.locator(".jp-Cell").count() == cells
    page.locator(".jp-InputArea-prompt").first.click()
    press(page, "b")
    assert page.locator(".jp-Cell").count() == cells + 1, "clicked elsewhere, the keys are JupyterLab's again"
    page.focus(".bp-stepper")
    press(page, "Control+s")
    saved = lab.folder / "keys.ipynb"
    page.wait_for_function("!document.title.startsWith('*')")
    for _ in range(600):
        if "bp-state" in saved.read_text(encoding="utf-8"):
            break
        page.wait_for_timeout(100)
    assert "bp-state" in saved.read_text(encoding="utf-8")


def test_in_jupyterlab_a_slider_runs_the_function_again(open_notebook):
    page = open_notebook("slider", EQUATION, STEPPER)
    page.locator(".bp-stepper").wait_for()
    page.focus(".bp-stepper")
    press(page, "End")
    words(page, "∂f/∂x1 = 5.5")
    page.locator(".bp-range").first.focus()
    press(page, "ArrowRight*5")
    words(page, "∂f/∂x1 = 5.4,")
    assert page.inner_text(".bp-where") == "backward 9 of 9"
    page.locator(".bp-number").first.fill("-1")
    press(page, "Enter")
    page.locator(".bp-error", has_text="log(-1)").wait_for()
    assert node(page, "v-1")[1] == "2.5"
    page.locator(".bp-number").first.fill("4")
    press(page, "Enter")
    words(page, "∂f/∂x1 = 5.25")
    assert page.locator(".bp-error").is_hidden()
    page.evaluate(SLIDE, [1 + i / 10 for i in range(5)])
    times = page.evaluate(SLIDE, [2 + i / 10 for i in range(30)])
    print(
        f"\na slider: {statistics.median(times):.0f} ms from the move to the new picture, through the kernel"
    )
    assert len(times) == 30, "what they take depends on the machine, and is printed"


def test_in_jupyterlab_a_slow_function_gets_the_latest_value_and_no_queue(lab, open_notebook):
    body = "    while not go.exists():\n        sleep(0.01)\n    calls.append(float(x))\n    return x * x"
    names = "from pathlib import Path\nfrom time import sleep\ngo, calls = Path('go'), []\ngo.touch()\n"
    slow = f"{names}def slow(x):\n{body}"
    page = open_notebook("slow", EQUATION, slow, "bp.widgets.stepper(slow, x=2)")
    page.locator(".bp-stepper").wait_for()
    page.focus(".bp-stepper")
    press(page, "End")
    (lab.folder / "go").unlink()  # from here on the function does not come to an end …
    page.locator(".bp-range").focus()
    press(page, "ArrowRight*30")
    (lab.folder / "go").touch()  # … until all keys are pressed
    words(page, "∂slow/∂x = 10.")
    run_cell(page, "print('calls', len(calls), calls[-1])")
    said = page.locator(".jp-OutputArea-output", has_text="calls ").last
    assert said.inner_text().split() == ["calls", "3", "5.0"], "at first, after the first key, after the last"


def run_cell(page, source):
    """Run ``source`` in a new cell at the end."""
    page.locator(".jp-Notebook .jp-Cell .jp-InputArea-prompt").last.click()
    press(page, "b")
    press(page, "Enter")
    page.keyboard.insert_text(source)
    press(page, "Shift+Enter")


def test_in_jupyterlab_python_moves_the_widget_and_hears_of_it(open_notebook):
    page = open_notebook("python", EQUATION, STEPPER, "steps.position = 9")
    page.locator(".bp-stepper").wait_for()
    words(page, "v₅ hands 1 × 1 = 1 to v₄.")
    page.focus(".bp-stepper")
    press(page, "ArrowRight")
    words(page, "v₅ hands 1 × (-1) = -1 to v₃.")
    said = page.locator(".jp-OutputArea-output", has_text="position 10")
    ask_until(page, lambda: run_cell(page, "print('position', steps.position)"), said)
    run_cell(page, "steps.chosen, steps.path = 'x2', 1")
    page.locator(".bp-count", has_text="path 2 of 2").wait_for()


def test_in_jupyterlab_it_tells_when_the_kernel_is_gone(open_notebook):
    page = open_notebook("restart", EQUATION, STEPPER)
    page.locator(".bp-stepper").wait_for()
    assert page.locator(".bp-range").first.is_enabled()
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator('[data-command="kernelmenu:restart"]').click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".bp-range").first.focus()
    press(page, "ArrowRight")
    page.get_by_text("Python has not answered yet").wait_for()
    page.focus(".bp-stepper")
    press(page, "End")
    words(page, "∂f/∂x1 = 5.5")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_in_jupyterlab_it_can_be_read_in_both_themes(open_notebook, set_theme, theme):
    set_theme(theme)
    page = open_notebook(theme.replace(" ", "-"), EQUATION, STEPPER, width=1366)
    page.locator(".bp-stepper").wait_for()
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(theme.endswith("Light")).lower()
    page.focus(".bp-stepper")
    press(page, "ArrowRight*12")
    looks.check(page, ".bp-stepper")
    page.set_viewport_size({"width": 760, "height": 900})
    page.wait_for_timeout(500)
    looks.check(page, ".bp-stepper")
