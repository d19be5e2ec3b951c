"""The playground in a real browser: moving without a kernel, and with one every weight taken apart."""

import looks
import pytest
from driving import explore
from test_accessibility import violations

import backprop_nb as bp
from backprop_nb.training.rehearsing import TROUBLES
from backprop_nb.widgets.playing import STEPS_A_FRAME

CELL = "import backprop_nb as bp\nplay = bp.widgets.playground(frames=6)\nplay"
COUNT = """() => {
  window.drawn = window.painted = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    window.painted++;
    clearRect.apply(this, box);
  };
  const count = () => { window.drawn++; };
  const what = { subtree: true, attributes: true };
  new MutationObserver(count).observe(document.querySelector(".bp-losses"), what);
}"""


def shown_step(page):
    return int(page.inner_text(".bp-words-line.bp-code").split()[1])


@pytest.fixture
def page(open_widget):
    return explore(open_widget, bp.widgets.playground(frames=8))


def test_it_plays_its_frames_without_a_kernel_and_stops_at_the_last(page):
    page.get_by_role("button", name="▶ Play").wait_for()
    assert shown_step(page) == 7 * STEPS_A_FRAME
    assert page.get_by_label("weight", exact=True).is_disabled()
    assert page.get_by_text("needs a running kernel").is_visible()
    page.evaluate(COUNT)
    page.get_by_role("button", name="▶ Play").click()
    page.get_by_role("button", name="▶ Play").wait_for()
    assert page.evaluate("window.drawn") >= 8, "each frame once more, from the first"
    assert page.evaluate("window.painted") == 8, "the border once a frame, whatever else changes"


def test_the_border_in_the_page_is_that_of_python(page):
    page.get_by_role("button", name="▶ Play").wait_for()
    pixels = page.evaluate("""() => {
      const canvas = document.querySelector(".bp-field");
      return [canvas.width, ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
    }""")
    size, widget, seen = pixels[0], bp.widgets.playground(frames=8), set()
    (left, right), (low, high) = widget.cloud["box"]
    for i in range(size):
        for j in range(size):
            red, _, blue, _ = pixels[1 + 4 * (j * size + i) :][:4]
            point = left + (i + 0.5) / size * (right - left), high - (j + 0.5) / size * (high - low)
            score = widget.rehearsal.score(widget.rehearsal.parameters, point)
            if abs(score) > 0.02:  # the page has four digits of each weight
                assert (red > blue) == (score > 0), (i, j)
                seen.add(score > 0)
    assert seen == {True, False}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [930, 420])
def test_it_can_be_read(open_widget, width, scheme):
    page = explore(open_widget, bp.widgets.playground(frames=3), width=width, scheme=scheme)
    page.get_by_role("button", name="▶ Play").wait_for()
    looks.check(page)
    if width > 420:
        assert page.locator(".bp").bounding_box()["height"] <= 600


def test_widths_and_a_rate_of_ones_own_stand_beside_the_choices(open_widget):
    page = explore(open_widget, bp.widgets.playground(hidden=(5, 4), rate=0.7, trouble="reset", frames=2))
    names = ("hidden layers", "rate")
    chosen = [page.locator(f"select[aria-label='{name}'] :checked").text_content() for name in names]
    assert chosen == ["5, 4", "0.7"]
    assert page.get_by_label("hidden layers").locator("option").all_text_contents()[:2] == ["3", "8"]
    assert page.get_by_text(TROUBLES["reset"].words).is_visible()


def test_who_asked_for_less_motion_sees_the_trained_network_at_rest(open_widget, browser, tmp_path):
    path = tmp_path / "still.html"
    widget = bp.widgets.playground(frames=5)
    path.write_text(f'<!doctype html><meta charset="utf-8"><body>{widget.html}', encoding="utf-8")
    context = browser.new_context(reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.get_by_role("button", name="▶ Play").wait_for()
        assert shown_step(page) == 4 * STEPS_A_FRAME
    finally:
        context.close()


def test_in_jupyterlab_it_trains_on_stops_steps_and_takes_a_weight_apart(open_notebook):
    page = open_notebook("playground", CELL)
    page.locator(".bp-playground").wait_for()
    step = "document.querySelector('.bp-words-line.bp-code').textContent.slice(5)"
    page.wait_for_function(f"parseInt({step}) > 60")
    page.get_by_role("button", name="❚❚ Pause").click()
    page.get_by_role("button", name="▶ Play").wait_for()
    page.wait_for_timeout(1000)
    before = shown_step(page)
    page.get_by_role("button", name="One step").click()
    page.get_by_text(f"step {before + 1} ").wait_for()
    page.get_by_label("weight", exact=True).select_option("W1[0][3]")
    page.get_by_text("8 products add up to").wait_for()
    assert page.locator(".bp-products li").count() == 8
    assert violations(page, ".bp-playground") == []
    page.get_by_label("example", exact=True).select_option("5")
    page.get_by_text("example 5: the").wait_for()
    page.get_by_label("what goes wrong").select_option("zeros")
    page.get_by_text("Neurons of one layer get the same gradient").wait_for()
    page.get_by_text("step 0 ").wait_for()
    page.evaluate("""() => {
      const step = [...document.querySelectorAll(".bp button")].find((one) => one.textContent === "One step");
      for (let i = 0; i < 300; i++) step.click();
    }""")
    page.get_by_text(f"step {5 * STEPS_A_FRAME + 1} ").wait_for()
    page.wait_for_timeout(1000)
    assert shown_step(page) == 5 * STEPS_A_FRAME + 1, "clicks before the answer are one wish, not a queue"
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator('[data-command="kernelmenu:restart"]').click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("button", name="One step").click()
    page.get_by_text("Python has not answered yet").wait_for()
    assert shown_step(page) == 5 * STEPS_A_FRAME + 1
