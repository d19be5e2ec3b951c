"""Questions: choices and orders are read kindly, a form asks and tells, and no question shows its answer."""

import json
import subprocess
import sys

import numpy as np
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.exercises import choice, number, order
from backprop_nb.exercises.ordering import read_rows
from backprop_nb.runs.tracing import trace


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def chosen(a, b, c):
    return a + b if a > 0 else a + c


@pytest.mark.parametrize("answer", ["b", "B", "no", "No", " no ", False, np.False_.item()])
def test_a_choice_is_read_as_text_letter_or_truth(answer):
    def same():
        return trace(chosen, 1, 2, 3).shape == trace(chosen, -1, 2, 3).shape

    assert choice("Same?", ["yes", "no"], right=same).check(answer).right


@pytest.mark.parametrize("options", [["yes", "no"], ["no", "yes"]])
def test_true_means_yes_in_either_order(options):
    assert choice("?", options, right=True).check("yes").right
    assert choice("?", options, right="yes").check(True).right
    assert choice("?", options, right=lambda: False).check("no").right
    assert choice("?", [f"{options[0]}: so", options[1]], right=options[1]).check(options[1] == "yes").right
    assert choice("?", ["up", "down"], right="up").check(True).kind == "unread"


def test_a_wrong_choice_is_met_with_what_was_thought():
    question = choice("How many?", [1, 2.5, "`many`"], right=2.5, why={1: "You left one out.", 2.5: "Both."})
    assert question.check("1").message == "You left one out."
    assert question.check(2.5).message == "2.5. Both."
    assert question.check("2.50").right
    assert question.check("many").kind == "wrong"
    assert question.check("z").kind == question.check(10**5000).kind == "unread"
    assert question.check(None).kind == "unanswered"


def test_a_choice_may_be_computed_and_is_checked_when_it_is_made():
    def slope():
        return trace(lambda x: 2 * x + 10 * x, 3).gradient["x"]

    assert choice("?", {"twelve": 12, "two": 2}, right=slope).check("a").right
    assert choice("?", ["yes", "no"], right=lambda: np.float64(3) > 2).check("yes").right
    with pytest.raises(ValueError, match="none of the options: a, b"):
        choice("?", ["a", "b"], right="c")
    with pytest.raises(ValueError, match="why tells of c"):
        choice("?", ["a", "b"], right="a", why={"c": "?"})


@pytest.mark.parametrize(
    "typed",
    ["v5 v4 v₃", "v₅, v₄, v₃", "v5→v4→v3", "v5 -> v4 -> v3", "v5-v4-v3", "v_5 v_4 v_3", "v̄₅ v̄₄ v̄₃",
     "5 4 3", "V5;V4;V3", ["v5", "v4", "v3"], [5, 4, 3]],
)  # fmt: skip
def test_names_of_nodes_are_read_as_people_write_them(typed):
    assert [row.index for row in read_rows(typed, trace(f, 2, 5))] == [5, 4, 3]


def test_inputs_go_by_their_labels_and_by_negative_numbers():
    run = trace(f, 2, 5)
    assert [row.index for row in read_rows("x1 x2 v-1 v₋₁ v0 -1", run)] == [-1, 0, -1, -1, 0, -1]
    assert read_rows(reversed(run.rows), run) == list(reversed(run.rows))


@pytest.mark.parametrize(
    "answer", ["v5 v4 v3 v2 v1", "v5 v3 v4 v1 v2 v0 v-1", "v₅ v₄ v₁ v₂ x1 v₃ x2", [5, 3, 4, 2, 1]]
)
def test_every_order_with_results_before_operands_counts(answer):
    assert order("?", f, 2, 5).check(answer).right


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("v5 v1 v4 v3 v2", "v₁ came before v₄, which still had to hand on to it: v₄ = v₁ + v₂"),
        ("v5 v4 v3 v-1 v1 v2", "x1 came before v₁"),
        ("v-1 v0 v1 v2 v3 v4 v5", "order of the forward run"),
        ("v1 v2 v4", "order of the forward run"),
        ("v5 v-1 v1", "x1 came before v₁"),
        ("v5 v4 v4 v3 v2 v1", "v₄ comes twice"),
        ("v5 v4", "v₃, v₂, v₁ are missing: the sweep visits them"),
        ("v5 v4 v3 v2", "v₁ is missing: the sweep visits it"),
    ],
)
def test_a_wrong_order_says_which_node_came_before_one_that_still_had_to_hand_on_to_it(answer, words):
    assert words in order("?", f, 2, 5).check(answer).message


def test_an_order_of_names_that_do_not_exist_is_not_understood():
    for answer in ("v9 v8", 7, [[]], "v5 " * 10**5, ["v" * 500]):
        assert order("?", f, 2, 5).check(answer).kind == "unread"
    with pytest.raises(ValueError, match="at most 40"):
        order("?", lambda x: sum([x] * 60), 1)


def test_what_takes_no_part_may_be_left_out_of_an_order():
    assert order("?", lambda a, b: bp.sin(a), 1, 2).check("v1").right
    assert order("?", lambda a, b: bp.sin(a), 1, 2).check("v1 a b").right


QUESTIONS = {
    "number": lambda: number("What is `∂f/∂x1` <here>?", f, 2, 5, wrt="x1"),
    "choice": lambda: choice("Which?", ["`v₄`", "v₅"], right="v₅", why={"v₅": "therefore"}),
    "order": lambda: order("In which order?", f, 2, 5),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_shows_itself_without_its_answer(name):
    question = QUESTIONS[name]()
    bundle = question._repr_mimebundle_()
    stored = json.dumps([bundle, question.widget.get_state()], ensure_ascii=False, default=str)
    assert all(secret not in stored for secret in ("5.5", "therefore", "v5 v4 v3 v2"))
    assert "<here>" not in bundle["text/html"]
    assert bundle["text/html"] == QUESTIONS[name]()._repr_mimebundle_()["text/html"]
    assert bundle["text/plain"] == repr(QUESTIONS[name]())


def test_the_answer_is_shown_only_after_a_try():
    question = QUESTIONS["number"]()
    assert question.show_me().kind == "unanswered"
    question.check("what?")
    assert question.show_me().kind == "unanswered"
    question.check("3")
    assert str(question.show_me()) == "→ The answer: x̄1 = 0.5 + 5 = 5.5."


def test_the_form_hands_answers_over_and_keeps_none():
    question = QUESTIONS["number"]()
    question._repr_mimebundle_()
    form, sent = question.widget, []
    form.send = sent.append
    before = form.get_state()
    answer = {"action": "check", "answer": "0.5"}
    for message in ({"action": "show"}, answer, {"action": "show"}, {"action": "check"}, {}):
        form._handle_custom_msg(message, [])
    said = [message["said"] for message in sent]
    assert [message["answered"] for message in sent] == [False, True, True, True, True]
    assert [message["open"] for message in sent] == [False, False, True, False, False]
    assert "Try first" in said[0]
    assert "along one path only" in said[1]
    assert "5.5" in said[2]
    assert form.get_state() == before


def test_what_is_typed_comes_back_escaped():
    feedback = QUESTIONS["number"]().check("<img src=x onerror=alert(1)>`<b>`")
    assert "<img" not in feedback.html
    assert "<b>" not in feedback.html


def test_feedback_is_told_by_sign_and_word_and_is_true_when_right():
    right, wrong = (QUESTIONS["number"]().check(answer) for answer in ("5.5", "11"))
    assert right
    assert not wrong
    assert str(right).startswith("✓ Right.")
    assert str(wrong).startswith("✗ Not yet.")
    assert "<strong>✗ Not yet.</strong>" in wrong.html
    assert wrong._repr_mimebundle_()["text/plain"] == str(wrong)


@pytest.mark.parametrize("answer", [None, ..., "", "   "])
@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_filled_in_is_no_error(name, answer):
    assert QUESTIONS[name]().check(answer).kind == "unanswered"


def test_questions_work_where_there_are_no_widgets():
    program = """
import sys
for name in ("numpy", "ipywidgets", "anywidget", "traitlets", "IPython", "graphviz", "matplotlib"):
    sys.modules[name] = None
import backprop_nb as bp
question = bp.exercises.number("?", lambda x1, x2: bp.log(x1) + x1 * x2 - bp.sin(x2), 2, 5, wrt="x1")
print(sorted(question._repr_mimebundle_()), question.check("0.5"), bp.exercises.ask("04-2"))
print(bp.exercises.check("07-1", lambda x: x if x < 1 else 3 * x))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("['text/html', 'text/plain'] ✗ Not yet. More than one thing gives this")
    assert "The two pieces do not meet" in done.stdout
