"""Every exercise and prediction by its key, found in the files of ``content``: one file a notebook."""

import functools
import importlib
import pkgutil

from .keeping import keep
from .solutions import SOLUTIONS

__all__ = ["LISTENING", "ask", "check", "keys", "keys_by_notebook", "notebook_of",
           "register"]  # fmt: skip

BANK = {}
CLAIMED = {}  # key of a prediction → the claim of the notes that it asks about
ASKED = []  # keys in the order in which they were asked first
LISTENING = []  # functions (key, answer, Feedback), called when something was answered


def register(key, make=None, claim=""):
    """Put an exercise into the bank; the files in ``content`` do so, and a new file is found by itself.

    key:    "07-1" is the first exercise of notebook 07, "07-a" its first prediction
    make:   function without arguments that makes the question when it is asked for; without it, register
            is a decorator of that function
    claim:  of a prediction, the claim of the notes that it asks about
    raises: ValueError for a key that another file has
    """
    if make is None:
        return functools.partial(register, key)
    if key in BANK and BANK[key].__module__ != make.__module__:
        raise ValueError(f"{BANK[key].__module__} has an exercise {key!r} already: give yours another key")
    BANK[key] = make
    if claim:
        CLAIMED[key] = claim
    return make


@functools.cache
def load_bank():
    """The bank with every file of ``content`` in it, sorted by key."""
    content = importlib.import_module(".content", __package__)
    for file in pkgutil.iter_modules(content.__path__):
        importlib.import_module(f".{file.name}", content.__name__)
    return dict(sorted(BANK.items()))


def keys():
    """Every key: "04-1" is the first exercise of notebook 04, "04-a" its first prediction."""
    return tuple(load_bank())


def notebook_of(key):
    """The number of the notebook that an exercise belongs to, "04": its file of ``content`` says so."""
    return load_bank()[key].__module__[-2:]


def keys_by_notebook():
    """{notebook: its keys}: first those that were asked, in that order, then predictions, then exercises."""
    place = {key: i for i, key in enumerate(ASKED)}
    found = {}
    for key in sorted(keys(), key=lambda key: (place.get(key, len(place)), key not in CLAIMED)):
        found.setdefault(notebook_of(key), []).append(key)
    return dict(sorted(found.items()))


@functools.cache
def ask(key):
    """The exercise of this key: it shows itself, and what can be answered in a form has one.

    key:    as ``keys()`` has it; for a prediction also the claim of the notes that it belongs to, "N19"
    raises: ValueError for an unknown key
    """
    bank, by_claim = load_bank(), {claim: prediction for prediction, claim in CLAIMED.items()}
    if key in by_claim:
        return ask(by_claim[key])
    if key not in bank:
        raise ValueError(f"there is no exercise {key!r}; there are {', '.join(keys())}")
    question = bank[key]()
    question.help = SOLUTIONS.get(key, question.help)
    question.when_tried = functools.partial(tell_listening, key)
    question.claim = CLAIMED.get(key, "")
    ASKED.append(key)
    if not question.claim:
        question.title = f"Exercise {key}"
        return question
    return question.reveal()  # a prediction tells its answer; a notebook adds what shows it


def tell_listening(key, answer, said):
    """Keep that an answer was right, and hand it to all who listen."""
    if said.right:
        keep(notebook_of(key), key)
    for listener in LISTENING:
        listener(key, answer, said)


def check(key, answer):
    """What there is to say about an answer; with nothing filled in, just that.

    key:     of an exercise, such as "04-1"
    answer:  a number, text, an array, a shape, a list of names or a function, as the exercise asks; None,
             or a function that returns None, is not filled in
    returns: Feedback; only an unknown key raises, a ValueError

    >>> check("04-1", None)
    ○ Not filled in yet. Put your answer in its place, and check again.
    >>> check("04-1", 135)
    ✗ Not yet. That is the derivative with respect to a, not b.
    """
    return ask(key).check(answer)
