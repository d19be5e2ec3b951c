"""No answer, however odd, makes a check raise, and a form never leaves its question unanswered."""

import decimal
import fractions

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import amount, array, choice, number, order, shape
from backprop_nb.exercises.questions import FAILED, Question


class Raises:
    """An object that raises at every touch."""

    def __float__(self):
        raise RuntimeError("no")

    __str__ = __repr__ = __iter__ = __len__ = __bool__ = __index__ = __eq__ = __float__
    __hash__ = None


class NoAttributes:
    def __getattr__(self, name):
        raise RuntimeError("no")


LOOP = []
LOOP.append(LOOP)
ODD = [
    bp.Tensor(1.0), bp.Tensor([1.0, 2.0]), bp.Scalar(2.5), bp.Dual(1.0, 2.0), True, False, np.True_,
    "0e9999", "5e-324", "1e-400", 5e-324, "9" * 5000, 10**5000, -(10**5000), [10**5000],
    (10**5000,), float("nan"), "nan", float("inf"), 1j, np.zeros(3), np.zeros((2, 2, 2)),
    np.array(["a"]), np.array([None]), np.zeros(0), object(), {1: 2}, {1, 2}, b"x", "(" * 500, "\0",
    "2**2**2**99", decimal.Decimal("sNaN"), fractions.Fraction(1, 3), print, range(10**9),
    range(10**30), iter([1]), ..., "²", "٣", "1/0", "[1,[2]]", "[[[[[[[[1]]]]]]]]", "[1e999]", "½",
    np.datetime64("2020"), np.ma.masked, memoryview(b"ab"), "\ud800", float,
]  # fmt: skip
WORST = [Raises(), NoAttributes(), LOOP, [Raises()], bp.Symbol("x")]
QUESTIONS = {
    "number": lambda: number("?", lambda x: x * x, 0.15, wrt="x"),
    "choice": lambda: choice("?", ["here", "there"], right="here"),
    "order": lambda: order("?", lambda x: (x + 1) * x, 3),
    "amount": lambda: amount("?", 37, "MiB"),
    "array": lambda: array("?", [[1, 2], [3, 4]]),
    "shape": lambda: shape("?", (3, 7)),
}


def shortly(x):
    return type(x).__name__


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("answer", [*ODD, *WORST], ids=shortly)
def test_an_odd_answer_is_answered_in_words(question, answer):
    said = QUESTIONS[question]().check(answer)
    assert said.kind in ("right", "wrong", "unread", "unanswered")
    assert len(said.message) < 400
    assert said.html
    assert not said.right or isinstance(answer, bool) or answer is np.True_
    if answer is not LOOP and not any(answer is x for x in WORST):
        assert FAILED not in said.message  # it was read, and its own fault is named


def test_a_tensor_as_a_shape_is_no_shape():
    assert "A shape is asked for" in shape("?", (3, 2)).check(bp.Tensor(1.0)).message
    assert shape("?", (2, 3)).check(bp.Tensor(np.zeros((2, 3)))).right
    assert shape("?", (3, 2)).check(np.array([3, 2])).right


class Broken(Question):
    """A question of which everything fails."""

    def find_problem(self, answer):
        raise ZeroDivisionError("inside")

    def solution(self):
        raise ZeroDivisionError("inside")


@pytest.mark.parametrize(
    "message", [{"action": "check", "answer": "1"}, {"action": "show"}, {"action": "check"}]
)
def test_a_form_says_that_python_failed_where_it_failed(message, monkeypatch):
    question = Broken("?")
    question.tries = 1
    question._repr_mimebundle_()
    sent = []
    monkeypatch.setattr(
        type(question.widget), "send", lambda self, content, buffers=None: sent.append(content)
    )
    question.widget._handle_custom_msg(message, [])
    assert "failed" in sent[0]["said"]
    assert sent[0]["answered"] is True


class Interrupt(BaseException):
    """As KeyboardInterrupt is, which would end the tests."""


@pytest.mark.parametrize("error", [Interrupt, SystemExit, MemoryError])
def test_a_form_is_answered_when_its_check_is_interrupted(error):
    def interrupt(answer):
        raise error

    question, sent = Broken("?"), []
    question.check = interrupt
    question._repr_mimebundle_()
    question.widget.send = sent.append
    question.widget._handle_custom_msg({"action": "check", "answer": "1"}, [])
    assert [error.__name__ in message["said"] for message in sent] == [True]
