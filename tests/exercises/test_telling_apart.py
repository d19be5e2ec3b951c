"""Wrong answers differ: a mistake has a number of its own, and a number made up at random has no mistake."""

import random

import pytest
from support.mistakes_page import MISTAKES_PAGE, tell_apart, write_mistakes

from backprop_nb.exercises import ask, keys
from backprop_nb.exercises.questions import Number

NUMBERS = [key for key in keys() if isinstance(ask(key), Number)]
UNNAMED = "no mistake that I know", "Very near", "As far as it goes", "cannot read"
ONE_NUMBER = {"N24", "07-2"}  # with a derivative of 0 or 1, several mistakes leave the other of the two


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


def make_up(right, chance):
    """Numbers that somebody might type who has no idea: whole ones, and some with two or three digits."""
    size = abs(right) or 1.0
    yield from (str(chance.randint(-30, 30)), str(round(chance.uniform(-3 * size - 3, 3 * size + 3))))
    yield from (f"{chance.uniform(-10, 10):.1f}", f"{chance.uniform(-10, 10):.2f}")
    yield from (f"{chance.choice([-1, 1]) * size * 10 ** chance.uniform(-1, 1):.3g}" for _ in range(2))


def is_named(question, typed):
    said = question.check(typed)
    return not said.right and not any(x in said.message for x in UNNAMED)


def test_a_number_made_up_at_random_is_called_a_mistake_in_three_of_a_hundred_at_most():
    chance, named, exact = random.Random(3), [], []
    for key in NUMBERS:
        question = ask(key)
        for _ in range(12):
            *rough, one, another = make_up(question.right, chance)
            exact += [is_named(question, typed) for typed in (one, another)]
            named += [is_named(question, typed) for typed in rough]
    assert sum(exact) <= 0.01 * len(exact)
    assert sum(named) <= 0.03 * len(named)  # with one digit some do meet a mistake
    assert sum(named + exact) <= 0.03 * len(named + exact)
