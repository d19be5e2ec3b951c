"""Wrong answers differ: a mistake has a number of its own, and a number made up at random has no mistake."""

import pytest
from support.mistakes_page import MISTAKES_PAGE, tell_apart, write_mistakes

from backprop_nb.exercises import ask, keys
from backprop_nb.exercises.questions import Number

NUMBERS = [key for key in keys() if isinstance(ask(key), Number)]
UNNAMED = "no mistake that I know", "Very near", "As far as it goes", "cannot read"
ONE_NUMBER = {"07-2"}  # with a derivative of 0, several mistakes leave 1


def test_the_page_of_mistakes_is_up_to_date():
    known = MISTAKES_PAGE.read_text(encoding="utf-8").splitlines()
    assert known == write_mistakes().splitlines(), "python tests/support/mistakes_page.py"


@pytest.mark.parametrize("key", keys())
def test_the_mistakes_that_an_exercise_lists_give_different_answers(key):
    question = ask(key)
    listed = [words for words in tell_apart(question).values() if len(words) > 1]
    if getattr(question, "find_out", ""):  # a number of a run: paths and sweeps may meet in one
        assert len(listed) <= 2 or key in ONE_NUMBER
    else:
        assert [words for words in listed if not any("The size is right" in x for x in words)] == []


def make_up(right):
    """Kinds of numbers that one without an idea may type: whole ones, and some with two or three digits."""
    size = abs(right) or 1.0
    reach = 3 * size + 3
    yield map(str, range(-30, 31))
    yield (str(round(-reach + 2 * reach * i / 200)) for i in range(201))
    yield (f"{i / 10:.1f}" for i in range(-100, 101))
    yield (f"{i / 100:.2f}" for i in range(-1000, 1001, 7))
    for _ in range(2):  # as likely as two of the other kinds
        yield (f"{sign * size * 10 ** (i / 100):.3g}" for sign in (-1, 1) for i in range(-100, 101))


def is_named(question, typed):
    said = question.judge(typed)
    return not said.right and not any(x in said.message for x in UNNAMED)


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_made_up_is_called_a_mistake_in_three_of_a_hundred_at_most(key, monkeypatch):
    question = ask(key)
    known = list(question.mistakes())
    monkeypatch.setattr(question, "mistakes", lambda: known)
    kinds = [[is_named(question, typed) for typed in kind] for kind in make_up(question.right)]
    shares = [sum(named) / len(named) for named in kinds]
    assert sum(shares) <= 0.03 * len(shares)
    assert shares[-1] <= 0.015  # with three digits, a mistake is seldom met by chance
