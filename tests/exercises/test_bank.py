"""Every exercise of the bank, found by itself: its right answer is right, each mistake it knows is named."""

import itertools
import json
import math
import re

import numpy as np
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.exercises import ask, check, keys
from backprop_nb.exercises.array_questions import Array, Shape
from backprop_nb.exercises.bank import BANK, CLAIMED, register
from backprop_nb.exercises.ordering import Order
from backprop_nb.exercises.questions import Choice, Number
from backprop_nb.exercises.solutions import SOLUTIONS
from backprop_nb.exercises.tasks import Task
from backprop_nb.exercises.trials import Trials

ASKED = [key for key in keys() if not isinstance(ask(key), Task)]
EXERCISES = [key for key in keys() if key not in CLAIMED]
TASKS = [key for key in keys() if isinstance(ask(key), Task)]
TRIED = {key: ask(key).examine for key in TASKS if isinstance(ask(key).examine, Trials)}
MISTAKES = [
    (key, words, wrong)
    for key, trials in TRIED.items()
    for words, functions in trials.mistakes.items()
    for wrong in (functions if isinstance(functions, tuple) else (functions,))
]


def as_lists(grid):
    return np.reshape(grid.values, grid.shape).tolist()


def right_answer(question):
    if isinstance(question, Order):
        return question.solution().partition("`")[2].partition("`")[0]
    if isinstance(question, Choice):
        return question.options[question.right]
    return as_lists(question.right) if isinstance(question, Array) else question.right


def wrong_answers(question):
    """(answer, the words one of which is to be said to it) for all that a question knows to be wrong."""
    if isinstance(question, Array):
        yield from ((as_lists(wrong), {words}) for words, wrong in question.mistakes)
    elif isinstance(question, Shape):
        yield from ((wrong, {words}) for wrong, words in question.mistakes.items())
    elif isinstance(question, Choice):
        yield from ((x, {question.why[x]}) for x in question.options if x != question.options[question.right])
    elif isinstance(question, Number):
        known = list(question.mistakes())
        for value, words, common in known:
            if question.find_out:  # of a run: several mistakes may lead to one number
                yield from [(value, {mistake.words for mistake in known})] * common
            else:
                yield value, {words}


def test_the_keys_come_in_order_and_each_notebook_closes_with_three_exercises_or_more():
    assert list(keys()) == sorted(keys())
    assert sorted(CLAIMED.values()) == [f"N{claim:02}" for claim in range(1, 43)]
    assert all(ask(claim) is ask(key) for key, claim in CLAIMED.items())
    for notebook in range(1, 13):
        assert sum(key.startswith(f"{notebook:02}-") for key in EXERCISES) >= 3


def test_what_a_notebook_asks_is_in_its_own_file():
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        asked = re.findall(r"exercises\.ask\(\\?[\"']([^\"'\\]+)", path.read_text(encoding="utf-8"))
        predictions = [key for key in asked if key in CLAIMED]
        assert predictions == sorted(predictions), "a letter for each, in the order of the notebook"
        homes = {BANK[key].__module__.rpartition(".")[2] for key in asked}
        assert homes <= {f"nb{path.name[:2]}"}


def test_two_files_cannot_have_one_key():
    with pytest.raises(ValueError, match=r"nb04 has an exercise '04-1' already"):
        register("04-1", lambda: None)
    register("04-1", BANK["04-1"])  # the same file may be loaded again


def test_an_unknown_key_lists_the_known_ones():
    with pytest.raises(ValueError, match="there is no exercise '04-9'; there are 01-1, 01-2"):
        ask("04-9")


@pytest.mark.parametrize("key", ASKED)
def test_what_a_question_holds_to_be_right_is_right(key):
    answer = right_answer(ask(key))
    assert check(key, answer).right
    assert check(key, str(answer)).right


@pytest.mark.parametrize("key", ASKED)
def test_every_mistake_that_a_question_knows_is_named_when_it_is_made(key):
    question = ask(key)
    known = list(wrong_answers(question))
    assert known or isinstance(question, Order)
    for answer, words in known:
        feedback = check(key, answer)
        if not (isinstance(question, Number) and question.find_out and feedback.right):
            assert feedback.kind == "wrong", (answer, words)
            assert any(some.removeprefix("You ") in feedback.message for some in words), answer
        if isinstance(question, (Array, Shape)):
            assert question.solution().partition("`")[2].partition("`")[0] not in feedback.message


@pytest.mark.parametrize("key", TRIED)
def test_the_function_that_others_are_compared_with_is_right(key):
    assert check(key, TRIED[key].right).right


def wrong_once(trials, wrong, turn):
    """A learner's function that is right but for one trial, where it makes a mistake."""
    turns = itertools.count()

    def f(*arguments):
        right = trials.right(*arguments)
        if next(turns) != turn:
            return right
        result = wrong(*arguments)
        if isinstance(result, dict) and result.keys() <= trials.parts.keys():
            return list((dict(zip(trials.parts, right, strict=True)) | result).values())
        return result

    return f


@pytest.mark.parametrize(("key", "words", "wrong"), MISTAKES)
def test_every_mistake_of_a_function_is_named_on_one_of_the_trials(key, words, wrong):
    trials = TRIED[key]
    calls = list(trials.calls())
    if key.startswith("07") and math.isnan(wrong(*calls[0].values())):
        return  # stands for any number to which no path leads
    said = [check(key, wrong_once(trials, wrong, turn)) for turn in range(len(calls))]
    assert any(words.removeprefix("You ") in feedback.message for feedback in said)
    assert any(feedback.kind == "wrong" for feedback in said)


@pytest.mark.parametrize("key", TRIED)
def test_a_function_that_writes_into_what_it_is_given_is_told(key):
    def writing(*arguments):
        mine = next(x for x in arguments if hasattr(x, "copy"))
        mine *= 2
        return mine

    if any(hasattr(x, "copy") for x in next(iter(TRIED[key].calls())).values()):
        assert "wrote into" in check(key, writing).message


def solved_before(key):
    """What stands in a notebook when this exercise comes: the steps of your own class follow each other."""
    space = {"np": np, "bp": bp}
    if key.startswith("05-own"):
        exec(GIVEN, space)
        for step in keys()[keys().index("05-own-1") : keys().index(key)]:
            exec(SOLUTIONS[step].solution, space)
    return space


GIVEN = """
RULES = {"input": lambda: [], "add": lambda x, y: [1, 1], "mul": lambda x, y: [y, x]}

def partials(v):
    return RULES[v.operation](*[getattr(x, "value", x) for x in v.parents])
"""


def asked_name(question):
    """The name of what is handed to the check."""
    return "Node" if "05-own" in question.title else re.match(r"(?:def|class) (\w+)", question.starter)[1]


@pytest.mark.parametrize("key", TASKS)
def test_the_starter_counts_as_not_filled_in(key):
    question, space = ask(key), solved_before(key)
    exec(question.starter, space)
    assert check(key, space[asked_name(question)]).kind == "unanswered"
    assert check(key, lambda *arguments: ...).kind == "unanswered"
    assert question.starter in repr(question)


def stumbling(*arguments):
    total = arguments[0]
    return total + None


@pytest.mark.parametrize("key", TASKS)
def test_an_exception_of_the_learner_is_told_with_its_line_and_never_raised(key):
    feedback = check(key, stumbling)
    assert feedback.kind == "wrong"
    assert "`return total + None`: TypeError" in feedback.message
    assert "line 2," not in feedback.message

@pytest.mark.parametrize("key", EXERCISES)
def test_two_hints_lead_to_a_solution_without_a_try(key):
    question = ask(key)
    question.tries = question.hinted = 0  # one question serves the whole process
    first, second = question.help.hints
    assert "Try first" in question.show_me().message
    assert question.hint().message == first
    assert "Try first" in question.show_me().message
    assert question.hint().message == question.hint().message == f"{first}\n{second}"
    assert question.show_me().kind == "shown"
    assert question.show_me().code == question.help.solution


@pytest.mark.parametrize("key", EXERCISES)
def test_a_function_has_a_solution_that_its_own_exercise_finds_right(key):
    question, space = ask(key), solved_before(key)
    assert bool(question.help.solution) == (key in TASKS)
    if key in TASKS:
        exec(question.help.solution, space)
        assert check(key, space[asked_name(question)]).right


@pytest.mark.parametrize("key", EXERCISES)
def test_a_hint_is_no_answer(key):
    question = ask(key)
    said = " ".join(question.help.hints)
    if isinstance(question, Choice):
        assert not any(said.endswith(f"{question.options[question.right]}{dot}") for dot in ("", "."))
    elif key not in TASKS:
        assert question.solution() not in said


def test_help_is_for_exercises_that_there_are():
    assert SOLUTIONS.keys() == set(EXERCISES)


def test_after_a_try_a_function_exercise_shows_a_solution():
    question = ask("04-2")
    question.tries = question.hinted = 0
    question.check(lambda paths: 1)
    assert "return sum(" in str(question.show_me())
    assert "<pre>import math\n" in question.show_me().html


ODD = [3, "text", print, lambda: 1, int, object(), lambda *a: 1 / 0, lambda *a: "no", [None], True, "0e9999",
       "5e-324", 10**5000, (10**5000,), "__import__('os')", math.nan, np.zeros((2, 0)), b"1"]  # fmt: skip


@pytest.mark.parametrize("key", keys())
def test_no_answer_raises_and_none_is_just_said_to_be_missing(key):
    for answer in ODD:
        feedback = check(key, answer)
        assert feedback.kind in ("wrong", "unread", "right", "unanswered")
        assert feedback.message
    for answer in (None, ..., ""):
        assert check(key, answer).kind == "unanswered"


@pytest.mark.parametrize("key", keys())
def test_a_question_shows_its_title_and_an_exercise_no_answer(key):
    question = ask(key)
    bundle = question._repr_mimebundle_()
    form = json.dumps(question.widget.get_state(), ensure_ascii=False, default=str)
    assert question.title == ("Predict" if key in CLAIMED else f"Exercise {key}")
    assert repr(question).startswith(question.title)
    assert f"<strong>{question.title}.</strong>" in bundle["text/html"]
    if key in TASKS:
        assert question.help.solution not in repr(bundle)
    elif question.kind != "choice":
        assert question.solution() not in form
        assert (question.solution() in bundle["text/plain"]) == (key in CLAIMED)
    assert ('<div class="bp-reveal">' in bundle["text/html"]) == (key in CLAIMED)
