"""Answers of real learners, played back: wrong ones are named, right ones are not refused."""

import math

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import check, number


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def rises(x):
    return x * x * bp.sin(x) + 3 * x + 7


RIGHT = [
    ("01-c", ["5½", "5 1/2", "1/x1 + x2", "x2 + ½", "11 / 2", "1/2 + 5", "np.log(2) + 4.80685", "5,5"]),
    ("04-d", ["-0.2837", "-0.2836", "-cos(5)", "−np.cos(5)", "-math.cos(x2)", "-bp.cos(x2)"]),
    ("09-e", ["1 4\n2 5\n3 6", "1, 4\n2, 5\n3, 6\n", "[[1 4]\n [2 5]\n [3 6]]"]),
    ("09-b", ["4\n3\n7", "4 3 7"]),
    ("10-i", ["A.T @ G", "A^T G", "A'G", "A' * G", "Aᵀ G", r"A^\top G", "A^{T}G", "A.T*G", "A⊤·G"]),
    ("03-8", [False, "no", "No"]),
    ("04-e", [False, "no"]),
]
NOT_RIGHT = [
    ("09-d", False),  # two options that are neither yes nor no
    ("01-c", "x1"),
    ("01-f", "9610"),
    ("09-e", "A.T"),
]
SLIPS = [  # what was asked, what was typed, a word of what is said
    ((bp.sin, 1.2), math.sin(1.2), "operation itself"),
    ((lambda x: bp.sin(x * x), 1.2), math.cos(1.44) + 2.4, "along a path they are multiplied"),
    ((lambda x: bp.sin(x * x), 1.2), math.cos(1.2) * 2.4, "at what stands inside"),
    ((lambda x: x * x * bp.sin(x), 1.2), 2.4 * math.cos(1.2), "each factor in its turn"),
    ((lambda x: 3 * x * x + 7, 1.2), 7.2 + 7, "kept an addend"),
    ((lambda x: 7 - x * x, 1.2), -2.4 + 7, "kept an addend"),
    ((rises, 1.2), (rises(1.3) - rises(1.2)) / 0.1, "secant, with h = 0.1"),
]


@pytest.mark.parametrize(("key", "answers"), RIGHT, ids=lambda x: x if isinstance(x, str) else "")
def test_a_right_answer_is_not_refused(key, answers):
    assert [answer for answer in answers if not check(key, answer).right] == []


@pytest.mark.parametrize(("key", "answer"), NOT_RIGHT)
def test_a_wrong_answer_is_not_accepted(key, answer):
    assert not check(key, answer).right


@pytest.mark.parametrize(("call", "typed", "words"), SLIPS)
def test_a_slip_has_a_name(call, typed, words):
    assert words in number("?", *call).check(f"{typed:.4f}").message


def entrywise(X, W, G):
    return (G * W if G.shape == W.shape else G @ W.T), X.T @ G


FUNCTIONS = [
    ("08-3", lambda g, out: g * out * (1 - g), "1 - out, not 1 - g"),
    ("10-3", entrywise, "entry by entry"),
    ("11-2", np.sum, "a bias of its own"),
    ("07-5", lambda x: bp.log(x) if x > 0 else x - 1, "nothing is caught"),
    ("06-1", lambda output, operands: sorted(operands, key=lambda v: -int(v[1:])), "still had to hand on"),
    ("06-2", lambda run: {row.index: row.adjoint for row in run.rows}, "A number is asked for"),
]


@pytest.mark.parametrize(("key", "answer", "words"), FUNCTIONS)
def test_a_function_that_goes_around_its_task_is_told(key, answer, words):
    said = check(key, answer)
    assert said.kind == "wrong"
    assert words in said.message


def test_all_that_gives_a_number_is_listed():
    said = number("?", lambda x: (b := 2 * x) + 5 * b, 3).check("10").message
    assert said.count("•") > 1
    assert "one path only" in said
    assert "overwrote" in said
