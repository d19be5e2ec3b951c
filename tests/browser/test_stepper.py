"""The stepper in a real browser: in an exported page without a kernel, and in JupyterLab with one."""

import time

import looks
import pytest
from conftest import EQUATION, ask_until, run_all
from driving import explore, press, resize, shown_node, wait_for_words, wait_until_shown
from support.explorers import f, layer_arrays, two_layers

import backprop_nb as bp

STEPPER = "steps = bp.widgets.stepper(f, x1=2, x2=5)\nsteps"


@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.stepper(f, x1=2, x2=5))


def place(page, *keys):
    """How many steps are taken after these keys."""
    press(page, *keys)
    return page.inner_text(".bp-where")


def lit_line(page):
    return page.locator('[aria-current="step"]').inner_text().split("\n")


# ---- without a kernel ----


def test_it_opens_on_the_finished_run_and_play_rewinds(page):
    assert place(page) == "backward 9 of 9"
    assert "The gradient: ∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634." in page.inner_text(".bp-words")
    press(page, "Space")
    page.wait_for_function("/forward [1-7]/.test(document.querySelector('.bp-where').textContent)")


def test_at_the_start_nothing_is_computed(page):
    press(page, "Home")
    assert "Nothing is computed yet" in page.inner_text(".bp-words")
    assert shown_node(page, "v5") == ["v₅ = v₄ - v₃", "–", "v̄₅ = –", False]
    assert set(page.locator(".bp-numbers").all_text_contents()) == {"–"}
    assert page.locator('[aria-current="step"]').count() == 0


def test_the_arrow_keys_step_and_graph_table_and_words_go_together(page):
    press(page, "Home", "ArrowRight*6")
    assert shown_node(page, "v4") == ["v₄ = v₁ + v₂", "10.6931", "v̄₄ = –", True]
    assert lit_line(page) == ["v₄ = v₁ + v₂", "= 10.6931"]
    assert "v₁ = 0.693147 and v₂ = 10 give v₄ = 10.6931." in page.inner_text(".bp-words")
    press(page, "ArrowRight*5")
    assert shown_node(page, "v1") == ["v₁ = log(x1)", "0.693147", "v̄₁ = 1", True]
    assert "v₄ hands 1 × 1 = 1 to v₁." in page.inner_text(".bp-words")
    assert "bp-now" in page.locator('[data-id="e4_1_0"]').get_attribute("class")
    assert place(page) == "backward 4 of 9"


def test_stepping_back_takes_values_away_again(page):
    press(page, "End")
    assert shown_node(page, "v-1") == ["x1", "2", "x̄1 = 5.5", True]
    assert "The gradient: ∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634." in page.inner_text(".bp-words")
    press(page, "ArrowLeft")
    assert shown_node(page, "v-1")[2] == "x̄1 = 5"
    press(page, "ArrowLeft*2")
    assert shown_node(page, "v-1")[2] == "x̄1 = –"
    press(page, "Home")
    assert shown_node(page, "v5")[1:] == ["–", "v̄₅ = –", False]


def test_buttons_lines_edges_and_the_slider_lead_to_a_step(page):
    press(page, "Home")
    page.get_by_role("button", name="Next").click()
    assert place(page) == "forward 1 of 7"
    page.get_by_role("button", name="End").click()
    page.get_by_role("button", name="Back").click()
    assert place(page) == "backward 8 of 9"
    page.locator(".bp-list li", has_text="v̄₂ =").click()
    assert lit_line(page)[0].startswith("v̄₂ =")
    page.locator('[data-id="e5_3_1"] text').click()
    assert place(page) == "backward 3 of 9"
    page.get_by_role("button", name="Start").click()
    page.focus(".bp-progress")
    assert place(page, "ArrowRight*2") == "forward 2 of 7"


def test_a_button_that_has_done_its_work_keeps_the_focus(page):
    press(page, "Home")
    page.get_by_role("button", name="Next").focus()
    assert place(page, "Enter*20", "ArrowLeft") == "backward 8 of 9"


def test_the_space_bar_plays_and_pauses(page):
    press(page, "Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("/forward [2-7]/.test(document.querySelector('.bp-where').textContent)")
    press(page, "Space")
    page.get_by_role("button", name="Play").wait_for()
    at = place(page)
    page.wait_for_timeout(1500)
    assert place(page) == at
    for speed in ("1", "2"):
        page.get_by_role("button", name=f"Speed {speed}×").click()
    page.get_by_role("button", name="Speed 5×").wait_for()
    page.focus(".bp-lines")
    press(page, "Space")
    page.wait_for_function("document.querySelector('.bp-where').textContent === 'backward 9 of 9'")
    page.get_by_role("button", name="Play").wait_for()


def test_a_node_tells_its_story_so_far(page):
    page.hover('[data-id="v0"]')
    assert page.locator(".bp-about").count() == 3
    page.click('[data-id="v0"]')
    told = page.inner_text(".bp-story")
    for part in ("x2", "1.71634", "-1 × 0.283662 = -0.283662 from v₃", "sum: x̄2 = 1.71634"):
        assert part in told
    press(page, "Escape")
    assert page.locator(".bp-story").is_hidden()
    assert page.evaluate("document.activeElement.className") == "bp-lines", "the focus goes back to the steps"
    press(page, "Home", "ArrowRight*3", "Enter")
    told = page.inner_text(".bp-story")
    assert "∂v₁/∂x1 = 1 / x1 = 0.5" in told, "Enter tells of the node of the present step"
    assert "nothing yet" in told
    page.get_by_role("button", name="Close").click()
    assert page.locator(".bp-story").is_hidden()


def test_on_a_phone_the_source_is_as_wide_as_the_widget(page):
    resize(page, 420)
    source, lines = page.locator(".bp-source"), page.locator(".bp-lines")
    assert source.bounding_box()["width"] == lines.bounding_box()["width"]


def test_the_paths_to_an_input_are_walked_one_by_one(page):
    choose = page.get_by_label("Walk the paths to")
    assert choose.locator("option").all_text_contents() == ["choose an input", "x1", "x2"]
    choose.select_option("x1")
    assert "path 1 of 2" in page.inner_text(".bp-choose")
    lit = page.locator(".bp-edge.bp-on-path").all()
    assert {edge.get_attribute("data-id") for edge in lit} == {"e1_-1_0", "e4_1_0", "e5_4_0"}
    assert "contributes 0.5 to x̄1" in page.inner_text(".bp-words")
    page.get_by_role("button", name="Path ▸").click()
    rows = page.locator(".bp-path tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows][-1] == ["v₂ → x1", "× 5", "5"]
    assert page.inner_text(".bp-sum") == "0.5 + 5 = 5.5 = x̄1"
    page.focus(".bp-stepper")
    press(page, "ArrowLeft")
    assert page.locator(".bp-on-path").count() == 0
    assert place(page) == "backward 8 of 9"


def logistic(w1, w2, b):
    z = w1 + w2 * 2.0 + b
    p = bp.sigmoid(z)
    return -(0.7 * bp.log(p) + 0.3 * bp.log(1 - p)) + 0.1 * (w1 * w1 + w2 * w2)


def looped(x, w):
    for _ in range(75):
        x = bp.sin(x * w) + 0.5 * x
    return x


STAGES = {
    "two inputs": lambda: bp.widgets.stepper(f, x1=2, x2=5),
    "three inputs": lambda: bp.widgets.stepper(logistic, w1=0.5, w2=-0.3, b=0.1),
    "300 operations": lambda: bp.widgets.stepper(looped, x=0.5, w=1.3),
    "arrays": lambda: bp.widgets.stepper(two_layers, **layer_arrays(4)),
    "heat maps": lambda: bp.widgets.stepper(two_layers, **layer_arrays(100, 64, 32, 10)),
}


@pytest.mark.parametrize("name", STAGES)
def test_it_fits_a_laptop_and_keeps_the_present_node_in_sight(open_widget, name):
    page = explore(open_widget, STAGES[name](), width=922, height=768)  # JupyterLab leaves 906 of 1366
    stage = page.locator(".bp-stage").bounding_box()
    for keys in ([], ["ArrowLeft*5"], ["Home", "ArrowRight*7"]):
        press(page, *keys)
        assert page.locator(".bp").bounding_box()["height"] <= 600
        node = page.locator(".bp-node.bp-now").bounding_box()
        assert stage["x"] <= node["x"] <= node["x"] + node["width"] <= stage["x"] + stage["width"] + 1
        assert stage["y"] <= node["y"] <= node["y"] + node["height"] <= stage["y"] + stage["height"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wide_graph_zooms_and_has_a_map(open_widget):
    page = explore(open_widget, STAGES["three inputs"](), width=922)
    wide = page.locator(".bp-node.bp-now").bounding_box()["width"]
    assert page.locator(".bp-map").is_visible()
    press(page, "+*2")
    assert page.locator(".bp-node.bp-now").bounding_box()["width"] == pytest.approx(1.25**2 * wide, rel=0.01)
    press(page, "0", "-*5")
    assert page.locator(".bp-map").is_hidden(), "all of it fits"
    press(page, "0")
    assert page.locator(".bp-node.bp-now").bounding_box()["width"] == pytest.approx(wide, rel=0.01)


def test_the_notes_names_are_one_switch_away(page):
    page.get_by_role("button", name="v₋₁").click()
    assert shown_node(page, "v-1")[:3] == ["v₋₁ = x1", "2", "v̄₋₁ = 5.5"]
    assert "v₁ hands 1 × 0.5 = 0.5 to v₋₁, which had 5 and now has 5.5." in page.inner_text(".bp-words")
    assert "v₁ = log(v₋₁)" in page.inner_text(".bp-lines")
    looks.check(page)
    page.get_by_role("button", name="v₋₁").click()
    assert shown_node(page, "v-1")[0] == "x1"


def test_the_line_of_your_function_is_lit(page):
    press(page, "Home", "ArrowRight*3")
    assert page.inner_text(".bp-source .bp-now").strip().startswith("return bp.log(x1)")
    page.locator(".bp-source li").nth(1).click()
    assert place(page) == "forward 3 of 7", "a line leads to the first step that it made"
    press(page, "Home")
    assert page.locator(".bp-source .bp-now").count() == 0


def focused(page):
    """What has the focus, in a word or two."""
    return page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()")


def test_two_tabs_lead_through_it_and_arrows_to_every_control(open_widget):
    page = open_widget(bp.widgets.stepper(f, x1=2, x2=5))
    stops = []
    while press(page, "Tab") or page.evaluate("document.activeElement !== document.body"):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        stops.append((focused(page), outline))
    assert stops == [("Next ▸", "solid"), ("Steps, line by line", "solid")]
    press(page, "Tab", "ArrowUp*9")
    reached = [focused(page)]
    while press(page, "ArrowDown") or focused(page) != reached[-1]:
        reached.append(focused(page))
    buttons = ["|◂ Start", "◂ Back", "▸ Play", "Next ▸", "End ▸|", "Step", "Speed 1×", "−", "Fit", "+"]
    others = ["Downhill", "Walk the paths to", "Copy this place, for state=", "v₋₁: the notes' names"]
    assert reached == [*buttons, *others]
    press(page, "ArrowUp*3")
    assert focused(page) == "Downhill"
    assert page.inner_text(".bp-where") == "backward 9 of 9", "on a control, ↑ and ↓ step no further"


def test_numbers_of_any_length_stay_in_their_boxes(open_widget):
    widget = bp.widgets.stepper(lambda x, y: x * y + bp.sin(x), x=1, y=1)
    for x in (1, -123.456, 1.23456e-7, -98765.4):
        widget.inputs = {"x": x, "y": 3.14159 * x}
        looks.check(explore(open_widget, widget, "End"))


def test_a_long_run_shows_the_present_step_and_folds_the_rest_of_its_loop(open_widget):
    def chain(x):
        for i in range(500):
            x = bp.sin(x) + i
        return x

    page = explore(open_widget, bp.widgets.stepper(chain, x=1))
    assert page.get_by_label("× 488: v₂₅ … v₁₀₀₀").is_visible(), "the sweep is back at the input"
    press(page, "ArrowLeft*3")
    assert page.locator(".bp-node").count() < 60
    page.locator(".bp-dim").click()
    assert shown_node(page, "v25")[-1], "a folded box leads to its first row"
    assert page.locator(".bp-dim").count() == 2
    assert place(page, "Home", "End") == "backward 1001 of 1001"


def test_a_place_is_copied_as_the_text_that_opens_it_again(page):
    press(page, "Home", "ArrowRight*3")
    page.get_by_role("button", name="Copy this place").click()
    text = page.get_by_text('{"inputs"').inner_text()
    assert bp.widgets.stepper(f, state=text).position == 3
    assert place(page) == "forward 3 of 7"


# ---- in JupyterLab ----


def test_in_jupyterlab_the_keys_belong_to_the_widget(open_notebook, lab):
    page = wait_until_shown(open_notebook("keys", EQUATION, STEPPER), ".bp-stepper")
    page.locator(".bp-list li").first.click()
    wait_for_words(page, "x1 is an input.")
    cells = page.locator(".jp-Cell").count()
    press(page, "b", "x", "d*2", "Home", "ArrowRight*12")
    wait_for_words(page, "v₄ hands 1 × 1 = 1 to v₂.")
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
    page = wait_until_shown(open_notebook("slider", EQUATION, STEPPER), ".bp-stepper")
    page.focus(".bp-stepper")
    press(page, "End")
    wait_for_words(page, "∂f/∂x1 = 5.5")
    page.locator(".bp-range").first.focus()
    press(page, "ArrowRight*5")
    wait_for_words(page, "∂f/∂x1 = 5.4,")
    assert place(page) == "backward 9 of 9"
    page.locator(".bp-number").first.fill("-1")
    press(page, "Enter")
    wait_for_words(page, "log(-1)", ".bp-error")
    assert shown_node(page, "v-1")[1] == "2.5"
    page.locator(".bp-number").first.fill("4")
    press(page, "Enter")
    wait_for_words(page, "∂f/∂x1 = 5.25")
    assert page.locator(".bp-error").is_hidden()
    slide = "(el, x) => { el.value = x; el.dispatchEvent(new Event('input', { bubbles: true })); }"
    start = time.perf_counter()
    for x in (1, 2, 3, 5, 2.5, 1.6, 0.8, 3.2, 2, 4):
        page.locator(".bp-range").first.evaluate(slide, x)
        wait_for_words(page, f"∂f/∂x1 = {5 + 1 / x:.6g},")
    took = (time.perf_counter() - start) / 10
    print(f"\na slider: {1000 * took:.0f} ms from the move to the new picture, through kernel and Playwright")


def test_in_jupyterlab_a_slow_function_gets_the_latest_value_and_no_queue(lab, open_notebook):
    body = "    while not go.exists():\n        sleep(0.01)\n    calls.append(x.value)\n    return x * x"
    names = "from pathlib import Path\nfrom time import sleep\ngo, calls = Path('go'), []\ngo.touch()\n"
    slow = f"{names}def slow(x):\n{body}"
    show = "bp.widgets.stepper(slow, x=2)"
    page = wait_until_shown(open_notebook("slow", EQUATION, slow, show), ".bp-stepper")
    page.focus(".bp-stepper")
    press(page, "End")
    run_cell(page, "calls.clear()")
    page.focus(".bp-stepper")
    (lab.folder / "go").unlink()  # from here on the function does not come to an end …
    page.locator(".bp-range").focus()
    press(page, "ArrowRight*30")
    (lab.folder / "go").touch()  # … until all keys are pressed
    wait_for_words(page, "∂slow/∂x = 10.")
    run_cell(page, "print('heard', len(calls), calls[-1])")
    said = page.locator(".jp-OutputArea-output", has_text="heard ").last
    assert said.inner_text().split() == ["heard", "2", "5.0"], "after the first key, after the last"


def run_cell(page, source):
    """Run ``source`` in a new cell at the end."""
    page.locator(".jp-Notebook .jp-Cell .jp-InputArea-prompt").last.click()
    press(page, "b", "Enter")
    page.keyboard.insert_text(source)
    press(page, "Shift+Enter")


def test_in_jupyterlab_python_moves_the_widget_and_hears_of_it(open_notebook):
    page = wait_until_shown(open_notebook("python", EQUATION, STEPPER, "steps.position = 9"), ".bp-stepper")
    wait_for_words(page, "v₅ hands 1 × 1 = 1 to v₄.")
    page.focus(".bp-stepper")
    press(page, "ArrowRight")
    wait_for_words(page, "v₅ hands 1 × (-1) = -1 to v₃.")
    said = page.locator(".jp-OutputArea-output", has_text="position 10")
    ask_until(page, lambda: run_cell(page, "print('position', steps.position)"), said)
    run_cell(page, "steps.chosen, steps.path = 'x2', 1")
    wait_for_words(page, "path 2 of 2", ".bp-count")


def test_in_jupyterlab_it_tells_when_the_kernel_is_gone_and_comes_back_when_its_cell_is_run(open_notebook):
    page = wait_until_shown(open_notebook("restart", EQUATION, STEPPER), ".bp-stepper")
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
    wait_for_words(page, "∂f/∂x1 = 5.5")
    run_all(page)
    page.locator(".bp-range:enabled").first.focus()
    page.get_by_text("Python has not answered yet").wait_for(state="hidden")
    page.locator(".bp-range").first.focus()
    press(page, "ArrowRight*5")
    wait_for_words(page, "∂f/∂x1 = 5.4,")
    assert page.locator(".bp-stepper").count() == 1
