"""What answers a prediction is part of its question: folded in the form, open in what a notebook stores."""

import re

import nbformat
import numpy as np
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.exercises import ask, choice, number
from backprop_nb.exercises.revealing import show
from backprop_nb.exercises.tasks import Task

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
ASKING = re.compile(r"bp\.exercises\.(ask\(\"[^\"]+\"|number\(|choice\(|order\(|array\(|count\(|shape\()")
WHOLE = r"(?<![\w.,]){}(?![\w,]|\.\d)"


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def asked(path):
    """(cell that asks, the code cell after it) of a notebook."""
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code" and c.source.strip()]
    return [pair for pair in zip(code, [*code[1:], None], strict=True) if ASKING.search(pair[0].source)]


def stored(cell, kind="text/html"):
    """What a cell shows, as one text."""
    data = [output.get("data", {}) for output in cell.outputs if cell]
    return "".join(one.get(kind, "") for one in data) + "".join(o.get("text", "") for o in cell.outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_prediction_tells_its_answer_in_its_own_output_and_no_exercise_does(path):
    for cell, _ in asked(path):
        exercise = re.search(r'ask\("\d\d-(\d|own)', cell.source)
        assert ('class="bp-reveal"' in stored(cell)) == (not exercise), cell.source
        assert not exercise or "What comes out" not in stored(cell, "text/plain")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_next_cell_does_not_show_the_answer(path):
    for cell, following in asked(path):
        text = stored(cell, "text/plain")
        said = re.search(r"What comes out: (?:It is )?(.*)", text)
        if said and following is not None:
            answer = re.split(r"[.;:] |\.$", said[1])[0].rpartition(" = ")[2].strip("`")
            told, others = stored(following, "text/plain"), re.findall(r"^  \w\) `?([^`\n]+)", text, re.M)
            found = [x for x in {answer, *others} if re.search(WHOLE.format(re.escape(x)), told)]
            chance = len(answer) == 1 or len(found) > 1  # a digit stands anywhere; a gallery has all options
            assert answer not in found or chance, (answer, told)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_form_has_no_second_cell_and_a_function_has_one(path):
    cells = asked(path)
    assert not [c for c, after in cells if after is not None and after.source.startswith("answer = ")]
    for cell, following in cells:
        key = re.search(r'ask\("(\d\d-[^"]+)"', cell.source)
        if key and isinstance(ask(key[1]), Task):
            assert f'check("{key[1]}"' in following.source


def test_strings_are_words_or_lines_and_all_else_is_as_a_notebook_shows_it():
    run = bp.record(f, 2, 5)
    shown = show([run.graph(), "words `x`", np.ones(2), "a <", "b", run.chain_rule("x1"), run.paths("x2")])
    picture = r'<img alt="[^"]+" [^>]*style="max-width:100%[^>]+>'
    assert re.match(f"{picture}<p>words <code>x</code></p>", shown.html)
    assert "<pre>array([1., 1.])</pre><pre>a &lt;\nb</pre>" in shown.html
    assert '<math><mrow><mtable>' in shown.html
    assert "<ol" in shown.html or "<table" in shown.html
    assert "words `x`\n\narray([1., 1.])\n\na <\nb\n\n∂f" in shown.text


def messages(question, *messages):
    """What the form of a question is told in answer to each of these."""
    question._repr_mimebundle_()
    sent = []
    question.widget.send = sent.append
    for message in messages:
        question.widget._handle_custom_msg(message, [])
    return [(message["answered"], message["open"]) for message in sent]


def test_the_form_unfolds_for_a_right_answer_and_offers_it_folded_after_a_wrong_one():
    wrong, right = ({"action": "check", "answer": answer} for answer in ("3", "5.5"))
    unread, show_me = {"action": "check", "answer": "what?"}, {"action": "show"}
    first, second, third = (number("?", f, 2, 5, wrt="x1").reveal("so it is") for _ in range(3))
    assert messages(first, show_me, unread) == [(False, False), (False, False)]
    assert messages(second, wrong, show_me) == [(True, False), (True, True)]
    assert messages(third, right) == [(True, True)]


def test_a_question_that_is_asked_again_shows_what_it_was_given_last():
    question = choice("?", ["a", "b"], right="b").reveal("old")
    question._repr_mimebundle_()
    first = question.widget
    question.reveal("new")._repr_mimebundle_()
    assert (question.widget, first.reveal) == (first, "<p>new</p>")


def test_the_terminal_shows_a_question_without_its_answer():
    question = number("?", f, 2, 5, wrt="x1").reveal("secret")
    assert "secret" not in repr(question)
    text = question._repr_mimebundle_()["text/plain"]
    assert text.endswith(f"What comes out: {question.solution()}\n\nsecret")
