"""Questions in JupyterLab, as a learner meets them: by keyboard, in both themes, in a narrow window."""

import json
import re
import shutil
import urllib.request

import looks
import pytest
from conftest import EQUATION, ask_until
from driving import press, resize
from support.project import PROJECT
from test_accessibility import violations

CELLS = [
    EQUATION,
    "bp.exercises.number('What is `∂f/∂x1`?', f, 2, 5, wrt='x1')",
    "bp.exercises.choice('Same graph?', ['yes', 'no', 'perhaps'], right='no', why={'perhaps': 'Run it.'})",
    "bp.exercises.order('In which order does the sweep go?', f, 2, 5)",
    "bp.exercises.ask('06-2')",
    "bp.exercises.ask('04-b').reveal(bp.record(f, 2, 5).graph(), bp.record(f, 2, 5).table())",
    "bp.exercises.check('04-1', None)",
    "bp.exercises.check('04-1', 144)",
    "bp.exercises.ask('11-1')",
]


@pytest.fixture
def questions(open_notebook):
    """``questions(name, …)``: the page of a notebook with three questions, and their forms."""

    def questions(name, **options):
        page = open_notebook(name, *CELLS, **options)
        page.locator(".bpq").nth(2).wait_for()
        page.get_by_text("You lost the sign").wait_for()
        return page, [page.locator(".bpq").nth(i) for i in range(3)]

    return questions


def said(form, words):
    """Wait until the form says these words, in a region that screen readers are told of."""
    form.locator('[role="status"][aria-live="polite"]').get_by_text(words).first.wait_for()


def answer(form, typed, words):
    """Type an answer and press Enter; the form says these words, and what was typed stays."""
    field = form.get_by_role("textbox")
    field.clear()
    field.press_sequentially(typed)
    field.press("Enter")
    said(form, words)
    assert field.input_value() == typed


def test_a_learner_answers_by_keyboard_alone(questions):
    page, (number, choice, order) = questions("keyboard")
    number.get_by_role("textbox").focus()
    press(page, "Tab*2", "Enter")
    said(number, "Try first")
    answer(number, "0.5", "along one path only")
    named = page.get_by_role("textbox", name="What is ∂f/∂x1?")
    assert named.evaluate("field => field === document.activeElement")
    press(page, "Tab*2", "Enter")
    said(number, "→ The answer:")
    answer(number, "11/2", "✓ Right.")
    assert page.locator(".jp-Cell").count() == len(CELLS)

    page.get_by_role("radio", name="yes").focus()
    press(page, "b", "ArrowDown*2")
    assert page.locator(".jp-Cell").count() == len(CELLS), "no cell was inserted below"
    assert page.get_by_role("radio", name="perhaps").is_checked()
    press(page, "Enter")
    said(choice, "Run it.")
    press(page, "ArrowUp")
    choice.get_by_role("button", name="Check").click()
    said(choice, "✓ Right.")

    answer(order, "v5 v1 v4 v3 v2", "v₁ came before v₄, which still had to hand on to it")
    answer(order, "v5 v3 v4 v1 v2", "✓ Right.")


def test_odd_answers_are_met_with_words(questions):
    _, (number, choice, order) = questions("odd")
    answer(number, "", "Not filled in yet")
    answer(number, "__import__('os')", "cannot read")
    answer(number, "<b>x</b>", "<b>x</b>")
    answer(number, "9**9**9", "beyond")
    choice.get_by_role("button", name="Check").click()
    said(choice, "Not filled in yet")
    answer(order, "v9", "There is no node v9")


def test_an_array_is_typed_in_one_line(questions):
    form = questions("array")[0].locator(".bpq").nth(5)
    answer(form, "[[1 2] [3 4] [5 6]]", "forgot to sum over the batch")
    answer(form, "3; 7; 11", "it must be that of b, (2,)")
    answer(form, "[[9, 12]", "cannot read")
    answer(form, "9 12", "✓ Right.")


def test_shift_enter_in_a_form_still_runs_the_cell(questions):
    page, (number, _, _) = questions("shift")
    number.get_by_role("textbox").focus()
    press(page, "Shift+Enter")
    page.locator(".jp-Cell").nth(1).get_by_text(f"[{len(CELLS) + 1}]:").first.wait_for()


BOTH = pytest.mark.parametrize(
    ("theme", "scheme"), [("JupyterLab Light", "light"), ("JupyterLab Dark", "dark")]
)
WIDTHS = (1100, 420)


@pytest.fixture
def answered(questions, set_theme):
    """``answered(name, theme, scheme)``: the page with hints read, a solution shown, and folds open."""

    def answered(name, theme, scheme):
        set_theme(theme)
        page, forms = questions(f"{name}-{scheme}", scheme=scheme)
        answer(forms[0], "0.5", "along one path only")
        function, prediction = (page.locator(".bpq").nth(i) for i in (3, 4))
        for button in ("Hint", "Hint", "Show me"):
            function.get_by_role("button", name=button).click()
        said(function, "one of many functions")
        answer(prediction, "8", "✓ Right.")
        press(page, "Control+b")  # the folder's list would take half of a narrow window
        return page, [*forms, function, prediction]

    return answered


@BOTH
def test_questions_can_be_read_in_both_themes_and_in_a_narrow_window(answered, theme, scheme):
    """With all that they can say; axe finds nothing either."""
    page, forms = answered("look", theme, scheme)
    for width in WIDTHS:
        resize(page, width)
        assert violations(page, ".jp-OutputArea-output") == []
        for i, form in enumerate(forms):
            form.scroll_into_view_if_needed()
            looks.check(page, f".bpq >> nth={i}")


def test_a_form_says_so_when_python_is_gone(questions, lab):
    page, (number, _, _) = questions("gone")
    headers = {"Authorization": f"token {lab.token}"}
    asking = urllib.request.Request(f"{lab.url}/api/sessions", headers=headers)
    with urllib.request.urlopen(asking, timeout=60) as listed:
        kernel = next(s["kernel"]["id"] for s in json.load(listed) if s["path"] == "gone.ipynb")
    url = f"{lab.url}/api/kernels/{kernel}"
    urllib.request.urlopen(urllib.request.Request(url, headers=headers, method="DELETE"), timeout=60).close()
    page.wait_for_timeout(1000)
    answer(number, "5.5", re.compile("Python has not answered|No Python is running"))
    fold = page.locator(".bpq").nth(4)
    field = fold.get_by_role("textbox")
    field.press_sequentially("8")
    # JupyterLab asks the server every ten seconds which kernels there are: until then nobody knows it.
    ask_until(page, lambda: field.press("Enter"), fold.get_by_text("No Python is running"))
    assert field.input_value() == "8"
    assert not fold.locator("details").evaluate("(details) => details.open")
    assert fold.get_by_text("What comes out").is_visible()


CHAPTER = "04_chain_rule_on_a_graph"


def test_run_all_spoils_nothing_and_an_answer_unfolds_in_its_own_question(lab, open_notebook):
    shutil.copy(PROJECT / "notebooks" / f"{CHAPTER}.ipynb", lab.folder)
    page = open_notebook(CHAPTER, width=1366)
    page.locator(".bpq", has_text="04-4").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    text = (PROJECT / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8")
    assert page.locator(".bpq").count() == len(re.findall(r"exercises\.(?:ask|number)\(", text))
    assert page.locator(".bpq-reveal, .bp-reveal").count() == 0
    assert page.locator(".jp-OutputArea-output", has_text="What comes out").count() == 0

    form = page.locator(".bpq", has_text="How many arrows?")
    answer(form, "7", "You counted the nodes.")
    fold = form.locator("details.bpq-reveal")
    assert not fold.evaluate("(details) => details.open"), "a wrong answer leaves room for another"
    assert not fold.locator("img").first.is_visible()
    fold.locator("summary").focus()
    press(page, "Enter")
    assert fold.locator("img").first.is_visible()
    press(page, "Enter")
    answer(form, "8", "✓ Right.")
    picture = fold.locator("img").first
    picture.wait_for()
    assert "Graph of f, 7 nodes" in picture.get_attribute("alt")
    assert page.locator(".bpq-reveal").count() == 1, "that of another question stays folded"


def test_the_row_grows_with_each_right_answer(lab, open_notebook, tmp_path):
    keeping = f"import os\nos.environ['BACKPROP_NB_PROGRESS'] = {str(tmp_path)!r}"
    cells = [EQUATION, keeping, "bp.exercises.ask('07-2')", "bp.exercises.progress('07')"]
    page = open_notebook("progress", *cells)
    page.get_by_text("0 of 6").wait_for()
    answer(page.locator(".bpq").first, "0", "✓ Right.")
    page.get_by_text("1 of 6").wait_for()
    assert json.loads((tmp_path / "07.json").read_text()) == {"right": ["07-2"]}
