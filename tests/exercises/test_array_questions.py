"""Arrays, shapes and amounts of memory: read as people write them, and told apart kindly."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_nb.exercises import amount, array, count, shape

TWO_BY_TWO = array("?", [[1, 2], [3, 4]], "W")


@pytest.mark.parametrize(
    "answer",
    [
        "[[1, 2], [3, 4]]", "[[1. 2.]\n [3. 4.]]", "array([[1., 2.],\n       [3., 4.]], dtype=float32)",
        "np.array([[1,2],[3,4]])", "W = [[1, 2], [3, 4]]", "1 2; 3 4", "[1, 2; 3, 4]", "(1, 2), (3, 4)",
        "[1 2] [3 4]", "[[1,2][3,4]]", "[[2/2, 4 - 2], [6/2, 2**2]]", [["1", "4/2"], [3, 4.0]],
        ((1, 2), (3, 4)), [np.array([1, 2]), np.array([3, 4])], np.array([[1, 2], [3, 4]], dtype=np.float32),
    ],
    ids=repr,
)  # fmt: skip
def test_an_array_is_read_as_people_write_it(answer):
    assert TWO_BY_TWO.check(answer).right


@pytest.mark.parametrize(
    "answer",
    [
        "[[1, 2], [3]]", "1 2; 3", "[1, 2", "__import__('os')", "[open('x')]", "[x, y]", "[" * 100,
        "[1]" * 900, "\0", "[1j]", "[True]", "9" * 3000, "[[], 1]", print, {1: 2}, b"1 2", np.ndarray,
        [None], [[1, 2], [3]], 1j, object(), np.zeros(5000), np.array(["a"]), [[[[[[[[1]]]]]]]], "lambda: 1",
        "[i for i in range(9)]", [print], "[relu(1)]", "[" + "-" * 1900 + "1, 2]",
    ],
    ids=lambda answer: repr(answer)[:20],
)  # fmt: skip
def test_what_is_no_array_is_refused_kindly_and_never_evaluated(answer):
    feedback = TWO_BY_TWO.check(answer)
    assert feedback.kind == "unread"
    assert 10 < len(feedback.message) < 400


@pytest.mark.parametrize(
    ("question", "typed", "words"),
    [
        (array("?", [1]), "1" + " " * 2000, "2,001 characters long, and at most 2000 are read"),
        (shape("?", (1,)), "(1" + " " * 199, "201 characters long, and at most 200 are read"),
        (amount("?", 1, "MiB"), "1" + " " * 200 + "MiB", "at most 200 are read"),
    ],
)
def test_what_is_too_long_is_not_read(question, typed, words):
    feedback = question.check(typed)
    assert feedback.kind == "unread"
    assert words in feedback.message


@given(st.text(alphabet="[](),; \n0123456789.-+*/e=x×′arybBiMdt\"'`½\0"))
def test_no_text_raises(text):
    for question in (TWO_BY_TWO, shape("?", (3, 2)), amount("?", 8, "MiB"), count("?", 6)):
        assert question.check(text).kind in ("right", "wrong", "unread", "unanswered")


@given(st.recursive(st.integers(-9, 9) | st.floats() | st.none() | st.text("1/2."), st.lists, max_leaves=8))
def test_no_nested_list_raises(answer):
    for question in (TWO_BY_TWO, shape("?", (3, 2)), amount("?", 8, "MiB")):
        assert question.check(answer).kind in ("right", "wrong", "unread", "unanswered")


@given(st.lists(st.lists(st.integers(-999, 999), min_size=2, max_size=2), min_size=1, max_size=4))
def test_an_array_is_read_back_from_what_numpy_and_python_print(rows):
    question = array("?", rows)
    assert question.check(str(rows)).right
    assert question.check(str(np.array(rows))).right
    assert question.check(repr(np.array(rows, dtype=float))).right
    assert question.check("; ".join(" ".join(map(str, row)) for row in rows) + ";").right


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    assert "more than 6 axes" in TWO_BY_TWO.check(endless).message


SAID = {
    "1 2 3; 4 5 6": "Yours has shape (2, 3), it must be that of W, (2, 2).",
    "1 2 3 4": "Yours has shape (4,), it must be that of W, (2, 2). The numbers are right.",
    "1; 2; 3; 4": "Yours has shape (4, 1), it must be that of W, (2, 2). The numbers are right.",
    "1 3; 2 4": "It is the transpose: on a square, the shape does not show that.",
    "2 1; 4 3": "The numbers are right, their order is not.",
    "-1 -2; -3 -4": "The sizes are right, the sign is not.",
    "2 4; 6 8": "Every entry is 2 times what it should be.",
    "0 0; 0 0": "The shape is right, but all of it is 0.",
    "1 2; 3 5": "The shape is right, and 3 of 4 entries are. Look at entry [1, 1].",
    "9 8; 7 1": "The shape is right, the numbers are not; no mistake that I know gives these.",
    "5": "Yours has shape (), it must be that of W, (2, 2).",
}


@pytest.mark.parametrize("answer", SAID)
def test_a_wrong_array_is_told_by_its_shape_then_by_its_entries(answer):
    assert TWO_BY_TWO.check(answer).message == SAID[answer]


def test_a_transpose_is_told_from_what_may_be_one():
    question = array("?", [[1, 2], [3, 4], [5, 6]])
    assert "It is the transpose." in question.check("1 3 5; 2 4 6").message
    assert "Is it the transpose?" in question.check("1 3 5; 2 4 7").message


def test_digits_that_were_typed_count_as_rounded():
    question = array("?", [1 / 3, 2 / 3], "x")
    assert question.check("0.33, 0.67").right
    assert question.check([1 / 3, 2 / 3]).right
    assert not question.check("0.33, 0.66").right


@pytest.mark.parametrize(
    "answer",
    ["(3, 2)", "3 x 2", "3×2", "3 by 2", "[3, 2]", "shape = (3, 2)", (3, 2), [3, 2], np.zeros((3, 2)),
     np.array([3, 2])],
    ids=repr,
)  # fmt: skip
def test_a_shape_is_read_as_people_write_it(answer):
    assert shape("?", (3, 2)).check(answer).right


@pytest.mark.parametrize(
    "answer",
    ["three", "(3, -2)", "3.0", 3.5, True, [1.5], print, {"a": 1}, "9" * 300, object(), (1,) * 9, [[3, 2]],
     (-1,)],
    ids=lambda answer: repr(answer)[:20],
)  # fmt: skip
def test_what_is_no_shape_is_refused_kindly(answer):
    assert shape("?", (3, 2)).check(answer).kind == "unread"


def test_a_wrong_shape_is_told():
    question = shape("?", (3, 2))
    assert "their order is not" in question.check((2, 3)).message
    assert "That is (6,), 6 numbers" in question.check(6).message
    assert "a single number" in question.check("()").message
    assert shape("?", ()).check("a number").right


@pytest.mark.parametrize(
    "answer", ["8", 8, "8 MiB", "8MiB", "8388608 bytes", "8,388,608 B", "8192 KiB", "2**3 mib"]
)
def test_an_amount_is_read_in_any_unit(answer):
    assert amount("?", 8, "MiB").check(answer).right


def test_an_amount_in_another_unit_is_told():
    question = amount("?", 8, "MiB", {"That is in bytes.": 2**23})
    assert question.check("8 MB").message.startswith("You mean MiB")
    assert question.check("8.389 MB").right
    assert question.check(2**23).message == "That is in bytes."
    assert question.check("8 apples").kind == "unread"
    assert question.check("MiB").kind == "unread"
    assert question.check("b" * 10**5).kind == "unread"


def test_what_an_array_question_shows_holds_no_answer():
    for question in (
        array("Which <one>?", [[7, 8]], "W", says="therefore"),
        shape("?", (7, 8), says="therefore"),
    ):
        bundle = question._repr_mimebundle_()
        stored = json.dumps([bundle, question.widget.get_state()], ensure_ascii=False, default=str)
        assert not any(secret in stored for secret in ("7, 8", "therefore"))
        assert "<one>" not in bundle["text/html"]
        assert question.show_me().kind == "unanswered"
        question.check("1 2")
        assert "7, 8" in question.show_me().message


def test_a_count_that_is_off_by_one_is_no_mistake_with_a_name():
    assert "too large" in count("?", 6).check(7).message
