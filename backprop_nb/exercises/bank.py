"""The exercises that close the notebooks, and a prediction per claim, by key."""

import functools

from . import predictions, predictions_arrays
from .closing_arrays import EXERCISES as ARRAYS
from .closing_broadcasting import EXERCISES as BROADCASTING
from .closing_graph import EXERCISES as GRAPH
from .closing_matrices import EXERCISES as MATRICES
from .closing_order import EXERCISES as ORDER

__all__ = ["BANK", "ask", "check", "keys"]

PREDICTIONS = predictions.PREDICTIONS | predictions_arrays.PREDICTIONS
BANK = GRAPH | ORDER | ARRAYS | MATRICES | BROADCASTING | PREDICTIONS


def keys():
    """Every key: "04-1" is the first exercise of notebook 04, "N13" the prediction for claim N13."""
    return tuple(BANK)


@functools.cache
def ask(key):
    """The exercise of this key: it shows itself, and what can be answered in a form has one.

    raises: ValueError for an unknown key
    """
    if key not in BANK:
        raise ValueError(f"there is no exercise {key!r}; there are {', '.join(BANK)}")
    question = BANK[key]()
    question.title = f"Predict ({key})" if key in PREDICTIONS else f"Exercise {key}"
    return question


def check(key, answer):
    """What there is to say about an answer; with nothing filled in, just that.

    key:     of an exercise, such as "04-1"
    answer:  a number, text, an array, a shape, a list of names or a function, as the exercise asks; None,
             or a function that returns None, is not filled in
    returns: Feedback; only an unknown key raises, a ValueError

    >>> check("04-1", None)
    ○ Not filled in yet. Put your answer in its place, and check again.
    >>> check("04-1", 4)
    ✗ Not yet. You lost the sign of the second operand of a subtraction.
    For `v₁ = v₋₁ - v₀` the local partial ∂v₁/∂v₀ is `-1`.
    """
    return ask(key).check(answer)
