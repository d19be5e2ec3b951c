"""The exercises of the bank: each is solved rightly and wrongly, and what is said to it is read."""

import contextlib
import math

import pytest

import backprop_nb as bp
from backprop_nb import faults
from backprop_nb.exercises import ask, check, keys, predictions
from backprop_nb.exercises.bank import BANK, GRAPH, ORDER

RIGHT = {
    "04-1": -8,
    "04-3": 32,
    "05-3": 6,
    "05-4": "2 * x",
    "06-3": "v4 v2 v3 v1",
    "06-4": 10,
    "07-2": 0,
    "N13": "a",
    "N14": 2,
    "N15": "sin(v₀)",
    "N16": -1,
    "N17": 8,
    "N18": "-0.2837",
    "N19": "no",
    "N20": 5,
    "N21": 5,
    "N22": "a Scalar",
    "N23": 14,
    "N24": 1,
}
WRONG = {
    "04-1": {
        4: "sign of the second operand",
        -6: "one path only",
        12: "multiplied the contributions",
        3: "by a",
    },
    "04-3": {10: "counted the edges", 5: "steps of one path", 25: "squared", 16: "missing", 64: "too many"},
    "05-3": {5: "results only", 10: "constants", 7: "once per use"},
    "05-4": {"x * 2": "stands on the left", "c": "stands on the left"},
    "06-3": {"v4 v1 v2 v3": "v₁ came before v₂", "v1 v2 v3 v4": "forward", "v4 v3 v2": "v₁ is missing"},
    "06-4": {12: "right gradient", 2: "the first that arrives", 14: "plain recursion"},
    "07-2": {1: "other branch", -2: "does any path lead"},
    "N13": {"b": "difference quotient", "c": "no h"},
    "N14": {4: "both inputs", 1: "one more place", 3: "addends"},
    "N15": {"v₁ + v₂": "Python evaluates", "v₄ - v₃": "last one"},
    "N16": {1: "sign of the second operand of a subtraction"},
    "N17": {7: "nodes", 5: "one arrow", 10: "two arrows", 9: "lines of the sweep"},
    "N18": {
        "0.2837": "sign",
        "1.716": "whole",
        "2.0": "other path",
        "0.9589": "took sin",
        "-0.9589": "lost the sign",
    },
    "N19": {"yes": "one path only"},
    "N20": {"5.5": "That is the end", "0.5": "will bring", 0: "already"},
    "N21": {7: "x1 and x2", 3: "addends"},
    "N22": {"b": "lost", "a": "__array_ufunc__"},
    "N23": {12: "right gradient", 24: "c is visited before b", 10: "overwrote"},
    "N24": {0: "other branch"},
}


def product_of(path):
    return math.prod(path)


def add_up(paths):
    return sum(map(product_of, paths))


def backward_order(output, operands):
    order, opened, stack = [], set(), [(output, False)]
    while stack:
        node, closing = stack.pop()
        if closing:
            order.append(node)
        elif node not in opened:
            opened.add(node)
            stack.append((node, True))
            stack += [(operand, False) for operand in operands[node]]
    return order[::-1]


def preorder(output, operands):
    order, stack = [], [output]
    while stack:
        node = stack.pop()
        if node not in order:
            order.append(node)
            stack += operands[node]
    return order


def sweep(run, seed=1.0, rows=reversed, partials=True, add=True):
    adjoint = {row.index: 0.0 for row in run.rows} | {run.output: seed}
    for row in rows(run.rows):
        for x in row.operands:
            if x.index is not None:
                flow = adjoint[row.index] * (x.partial if partials else 1)
                adjoint[x.index] = flow + (adjoint[x.index] if add else 0)
    return adjoint


def power(x, n, turns=0, start=1):
    for _ in range(n + turns):
        start = start * x
    return start


def rescued(x):
    try:
        return bp.log(x)
    except ValueError:
        return x - 1


def stumbling(*arguments):
    total = arguments[0]
    return total + None


SOLVED = {
    "04-2": [add_up],
    "04-4": [lambda x: x + x + x, lambda x: x * x * x, lambda x: x * x + bp.sin(x)],
    "05-1": [lambda out, x: -2 * x * out],
    "05-2": [lambda g, x, y: (g / y, -g * x / y**2), lambda g, x, y: [g / y, -g * (x / y) / y]],
    "06-1": [backward_order],
    "06-2": [sweep, lambda run: {row.label: row.adjoint for row in run.inputs}],
    "07-1": [lambda x: x if x <= 1 else 3 * x - 2, lambda x: x if x < 1 else 1 + 3 * (x - 1)],
    "07-3": [power],
    "07-4": [lambda x: 1 + x / 2 if x == 0 else (bp.exp(x) - 1) / x],
    "07-5": [rescued, lambda x: bp.log(x) if x > 0 else x - 1],
}
FAILED = {
    "04-2": [
        (lambda paths: math.prod(map(sum, paths)), "other way round"),
        (lambda paths: product_of(paths[0]), "first path only"),
        (lambda paths: product_of(paths[-1]), "last path only"),
        (lambda paths: math.prod(map(product_of, paths)), "multiplied everything"),
        (lambda paths: sum(map(sum, paths)), "added everything"),
        (lambda paths: add_up(paths) if paths else 1, "For []"),
        (lambda paths: paths, "A number is asked for"),
    ],
    "04-4": [
        (lambda x: x, "x itself"),
        (lambda x: 3.0, "No path"),
        (lambda x: x + x, "2 paths to x"),
        (lambda x: (x + x) * (x + x), "4 paths to x"),
        (bp.sin, "1 path to x"),
        (lambda x: [x], "returned a list"),
    ],
    "05-1": [
        (lambda out, x: 2 * x * out, "minus sign"),
        (lambda out, x: -2 * x, "outer one, is a factor"),
        (lambda out, x: out, "inner derivative"),
        (lambda out, x: -x * out, "the 2 is missing"),
        (lambda out, x: 7, "another"),
        (lambda out, x: -x * x * out, "not -x² itself"),
    ],
    "05-2": [
        (lambda g, x, y: (g / y, g * x / y**2), "minus sign"),
        (lambda g, x, y: (1 / y, 0), "left out g"),
        (lambda g, x, y: (-g * x / y**2, g / y), "What flows to y stands here"),
        (lambda g, x, y: g / y, "Two numbers"),
        (lambda g, x, y: (g / y, -g * x / y), "once more"),
        (lambda g, x, y: (g * y, g * x), "x × y"),
    ],
    "06-1": [
        (lambda output, operands: backward_order(output, operands)[::-1], "forward order"),
        (preorder, "still had to hand on to it"),
        (lambda output, operands: [output], "are missing"),
        (lambda output, operands: [output, output], "comes twice"),
        (lambda output, operands: 5, "Names of nodes"),
        (lambda output, operands: ["v77"], "no node `v77`"),
    ],
    "06-2": [
        (lambda run: sweep(run, add=False), "overwrote"),
        (lambda run: sweep(run, seed=0.0), "seed is missing"),
        (lambda run: sweep(run, rows=tuple), "order of the forward run"),
        (faults.recursion, "handed on before all"),
        (lambda run: sweep(run, partials=False), "local partial is a factor"),
        (faults.parent_set, "stands there twice"),
        (lambda run: sweep(run, seed=2.0), "twice"),
        (lambda run: 4, "A dict"),
        (lambda run: {}, "missing"),
        (lambda run: {"zz": 1}, "no 'zz'"),
    ],
    "07-1": [
        (lambda x: 3 * x - 2 if x < 1 else x, "changed places"),
        (lambda x: x if x < 1 else 3 * x, "do not meet"),
        (lambda x: float(x) if x < 1 else 3 * x - 2, "does not come from x"),
    ],
    "07-3": [
        (lambda x, n: x**n, "no loop"),
        (lambda x, n: power(x, n, 1), "too many"),
        (lambda x, n: power(x, n, -1), "is missing"),
        (lambda x, n: power(x, n, 0, 0), "start at 1"),
        (lambda x, n: x * n, "n · x"),
        (lambda x, n: float(x) ** n, "no path"),
    ],
    "07-4": [
        (lambda x: 1 if x == 0 else (bp.exp(x) - 1) / x, "plain number"),
        (lambda x: (bp.exp(x) - 1) / x, "divides by zero"),
        (lambda x: 1 + x if x == 0 else (bp.exp(x) - 1) / x, "x/2"),
    ],
    "07-5": [
        (bp.log, "ValueError, log(-3)"),
        (lambda x: x - 1, "nothing to rescue"),
        (lambda x: bp.log(x) if x > 0 else float(x) - 1, "does not come from x"),
    ],
}


def test_every_notebook_of_section_2_closes_with_three_exercises_or_more():
    for notebook in ("04", "05", "06", "07"):
        assert sum(key.startswith(notebook) for key in keys()) >= 3
    assert not any(key.startswith("00") for key in keys())
    assert {f"N{claim}" for claim in range(13, 25)} <= set(keys())


def test_every_exercise_of_section_2_is_solved_and_failed_here():
    section_2 = {*GRAPH, *ORDER, *predictions.PREDICTIONS}  # the others have a file of their own
    assert RIGHT.keys() | SOLVED.keys() == WRONG.keys() | FAILED.keys() == section_2


@pytest.mark.parametrize("key", RIGHT)
def test_the_right_answer_is_right(key):
    assert check(key, RIGHT[key]).right
    if isinstance(RIGHT[key], int):
        assert check(key, str(RIGHT[key])).right


@pytest.mark.parametrize(
    ("key", "answer", "words"), [(key, *pair) for key in WRONG for pair in WRONG[key].items()]
)
def test_a_wrong_answer_is_met_with_its_mistake(key, answer, words):
    feedback = check(key, answer)
    assert feedback.kind == "wrong"
    assert words in feedback.message


@pytest.mark.parametrize(("key", "solution"), [(key, f) for key in SOLVED for f in SOLVED[key]])
def test_a_right_function_is_right(key, solution):
    assert check(key, solution).right, check(key, solution)


@pytest.mark.parametrize(
    ("key", "attempt", "words"), [(key, *pair) for key in FAILED for pair in FAILED[key]]
)
def test_a_wrong_function_is_met_with_its_mistake(key, attempt, words):
    feedback = check(key, attempt)
    assert feedback.kind == "wrong"
    assert words in feedback.message


@pytest.mark.parametrize("key", SOLVED)
def test_the_starter_counts_as_not_filled_in(key):
    space = {}
    exec(ask(key).starter, space)
    assert check(key, space[ask(key).starter[4:].partition("(")[0]]).kind == "unanswered"
    assert check(key, lambda *arguments: ...).kind == "unanswered"
    assert ask(key).starter in repr(ask(key))
    assert set(ask(key)._repr_mimebundle_()) == {"text/html", "text/plain"}


@pytest.mark.parametrize("key", BANK)
def test_nothing_filled_in_runs_on(key):
    for answer in (None, ..., ""):
        assert check(key, answer).kind == "unanswered"


def test_an_endless_loop_of_the_learner_is_stopped():
    def endless(*arguments):
        while True:
            with contextlib.suppress(Exception):
                arguments = [*arguments][:1]

    assert "stopped after a million lines" in check("07-3", endless).message


@pytest.mark.parametrize("key", SOLVED)
def test_an_exception_of_the_learner_is_told_with_its_line_and_never_raised(key):
    feedback = check(key, stumbling)
    assert feedback.kind == "wrong"
    assert "`return total + None`: TypeError" in feedback.message
    assert "line 2" not in feedback.message


@pytest.mark.parametrize(
    "answer", [3, "text", print, lambda: 1, int, object(), lambda *a: 1 / 0, lambda *a: "no", [None]]
)
@pytest.mark.parametrize("key", BANK)
def test_no_answer_raises(key, answer):
    assert check(key, answer).kind in ("wrong", "unread", "right", "unanswered")


def test_an_unknown_key_lists_the_known_ones():
    with pytest.raises(ValueError, match="there is no exercise '04-9'; there are 04-1, 04-2"):
        ask("04-9")


@pytest.mark.parametrize("key", BANK)
def test_an_exercise_shows_its_key_and_no_answer(key):
    question = ask(key)
    assert key in repr(question)
    assert key in question.html
    if question.kind not in ("choice", "function"):
        assert question.solution() not in repr(question) + question.html


@pytest.mark.parametrize("key", [key for key in keys() if getattr(ask(key), "starter", None)])
def test_a_function_exercise_says_after_a_try_what_right_ones_do(key):
    question = ask(key)
    question.tries = 0  # one question serves the whole process
    assert "Try first" in question.show_me().message
    question.check(lambda *arguments: "no number")
    assert "Many functions are right" in question.show_me().message
