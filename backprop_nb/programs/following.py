"""Follows a run on numbers that is to become a program: its operations, and the comparisons it made."""

import itertools
import sys
from contextvars import ContextVar
from typing import Any, NamedTuple

from ..arrays.trees import map_labelled
from ..core.calling import call_learners
from ..core.frames import is_learners, place_of
from ..core.operators import COMPARISONS, install
from ..core.scalar import Scalar, apply_to_scalar, apply_to_scalars
from ..core.sweep import operands_first
from ..runs.tracing import bind_arguments, make_distinct, one_result, title_of

__all__ = ["FollowedRun", "FollowedScalar", "Guard", "LeftTheRun", "follow_run", "refuse_value"]

birth_numbers = itertools.count()
NOTES = ContextVar("what is noted of the run that becomes a program", default=None)


class LeftTheRun(TypeError):
    """A number was taken out of a run that becomes a program, where it would stay what it is today."""


class Guard(NamedTuple):
    """A comparison that the function made: a program holds only where it comes out so again."""

    sign: str
    x: Any
    y: Any
    holds: bool


class Notes(NamedTuple):
    """What is noted while a function runs: comparisons, arrays of its own that it computed with, refusals."""

    guards: list
    arrays: list
    refused: list


class FollowedRun(NamedTuple):
    """A run that was followed.

    places: of each leaf of the arguments the node that stands for it, None for one of ``fixed``
    fixed:  what was handed to the function as it is
    leaves: {node: label} of the inputs; guards: of its comparisons, in their order; out: what f returned
    arrays: of the function's own, that it computed with
    """

    title: str
    places: list
    fixed: list
    leaves: dict
    guards: list
    arrays: list
    out: Any


def refuse_value(what):
    """LeftTheRun for a number that the learner's function takes out of a run."""
    return refuse(
        f"{what} takes numbers out of the run{learners_place()}. A program would keep today's numbers, and "
        "be wrong on the next call: write the choice as an operation, such as bp.relu or bp.maximum, compare "
        "single numbers in an if, or run the graph, bp.value_and_grad"
    )


def learners_place():
    """The learner's line that is running, in words."""
    frame = sys._getframe(2)
    while frame is not None and not is_learners(frame):
        frame = frame.f_back
    return place_of(frame)


def refuse(words):
    """LeftTheRun, which ends the run also where the learner's function goes on after it."""
    error = LeftTheRun(words)
    if (notes := NOTES.get()) is not None:
        notes.refused.append(error)
    return error


def note_failure(row, build):
    """``build``, after whose failure the run may not go on: numbers decided, which a program does not ask."""

    def call(*operands):
        try:
            return build(*operands)
        except Exception as error:
            if not isinstance(error, LeftTheRun):
                refuse(
                    f"{row.name} failed{learners_place()}, and the function went on. Whether it fails "
                    "depends on numbers, and a program would not ask them again: compare them in an if "
                    "before it, or run the graph, bp.value_and_grad"
                )
            raise

    return call


def note_guard(sign, x, y, holds):
    """Keep a comparison; ``holds`` is returned."""
    if not isinstance(holds, bool):
        raise refuse_value(f"comparing a number with a {type(y).__name__}")
    notes = NOTES.get()
    if notes is not None:
        notes.guards.append(Guard(sign, x, y, holds))
    return holds


class FollowedScalar(Scalar):
    """A Scalar whose comparisons are noted, and whose value the learner's function cannot look at.

    born:  counts up; whole: the number of an input that was given as an int: it may count and index
    """

    __slots__ = ("born", "whole")

    def __new__(cls, *_):
        self = object.__new__(cls)
        self.born, self.whole = next(birth_numbers), None
        return self

    @property
    def value(self):
        """The number, for the engine alone."""
        if sys._getframe(1).f_globals is SCALAR_MODULE:
            return number_held(self)
        raise refuse_value("looking at a value")

    value = value.setter(Scalar.value.__set__)

    @property
    def __class__(self):
        return float if self.whole is None else int

    def __bool__(self):
        return note_guard("ne", self, 0.0, number_held(self) != 0.0)

    def __repr__(self):
        return "<Scalar in a run that becomes a program>"

    def __index__(self):
        if self.whole is None:
            raise TypeError(
                "a count or an index must be a whole number: give the input as an int, such as n=3"
            )
        note_guard("eq", self, self.whole, True)
        return self.whole


number_held, SCALAR_MODULE = Scalar.value.__get__, Scalar.backward.__globals__
FollowedScalar.__qualname__ = FollowedScalar.__name__ = "Scalar"  # what a message calls it
install(
    FollowedScalar,
    lambda row: note_failure(row, apply_to_scalar(FollowedScalar, row)),
    lambda row: [note_failure(row, build) for build in apply_to_scalars(FollowedScalar, row)],
)


def compare_followed(name, test):
    def compare(x, y):
        if hasattr(type(y), "__primitives__") and type(y) is not FollowedScalar:
            return NotImplemented
        other = number_held(y) if type(y) is FollowedScalar else y
        return note_guard(name, x, y, test(number_held(x), other))

    return compare


for name, test in COMPARISONS.items():
    setattr(FollowedScalar, f"__{name}__", compare_followed(name, test))


def plant_followed(x):
    """A FollowedScalar for a number; None for anything else."""
    if isinstance(x, (bool, complex)) or getattr(x, "ndim", 0) or not hasattr(type(x), "__float__"):
        return None
    leaf = FollowedScalar(x)
    leaf.whole = x if type(x) is int else None
    return leaf


def follow_run(f, inputs, plant=plant_followed):
    """FollowedRun ``f`` once on fresh leaves, and keep what a program needs.

    plant:  gives a leaf for a number or an array; None for what is handed to ``f`` as it is
    raises: LeftTheRun where ``f`` takes numbers out; TypeError where it was given no number
    """
    call, places, fixed, leaves = bind_arguments(f, inputs, {}), [], [], {}
    notes, title = Notes([], [], []), title_of(f)

    def planted(x, label):
        leaf = plant(x)
        places.append(leaf)
        if leaf is None:
            fixed.append(x)
            return x
        leaves[leaf] = label
        return leaf

    arguments = [map_labelled(planted, x, label) for label, x in call.positional]
    if not leaves:
        raise TypeError(f"{title} was given no number to differentiate with respect to")
    before = NOTES.set(notes)
    try:
        out = call_learners(f, arguments, {})
    finally:
        NOTES.reset(before)
    if notes.refused:  # and f went on
        raise notes.refused[0]
    return FollowedRun(title, places, fixed, make_distinct(leaves), notes.guards, notes.arrays, out)


def followed_nodes(run):
    """Every node of a run on numbers: those that led to the result, and those that a comparison looked at."""
    ends = [one_result(run.out, run.title), *(v for guard in run.guards for v in (guard.x, guard.y))]
    root, joints = None, set()  # of one graph made of all, so that no node is gone to twice
    for end in dict.fromkeys(v for v in ends if type(v) is FollowedScalar):
        root = end if root is None else FollowedScalar(0.0, None, root, end)
        joints |= {root} - {end}
    return [v for v in operands_first(root) if v not in joints] if root is not None else []
