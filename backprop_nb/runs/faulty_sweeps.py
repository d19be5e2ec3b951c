"""Reverse sweeps with one mistake each, and where on a run each of them first goes wrong.

Every sweep takes a recorded run and returns {index of a row: its adjoint}. All are written like
``sweep_back``, the right one: the line that differs is wrong.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..drawing.notation import bar, number, variable
from .adjoints import edges_of, newest_first, parents, zero_adjoints

__all__ = ["MISTAKES", "FaultySweep", "TooManyVisits", "no_reset", "overwrite", "parent_set", "recursion",
           "recursion_last_first"]  # fmt: skip

MOST_VISITS = 200_000  # after which plain recursion is given up


def overwrite(trace):
    """The last contribution replaces the others: = stands where += belongs."""
    adjoint = zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in parents(row):
            adjoint[operand.index] = adjoint[row.index] * operand.partial  # wrong: = stands where += belongs
    return adjoint


def recursion(trace):
    """Plain recursion, no order: a row hands on all it has each time it is reached."""
    adjoint = zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace):  # wrong: a row comes up once for every path to it
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def recursion_last_first(trace):
    """Plain recursion again, the last operand entered first."""
    adjoint = zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace, last_first=True):  # wrong: a row comes up once for every path to it
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def no_reset(trace):
    """A second sweep adds to what the first one left behind."""
    adjoint = zero_adjoints(trace)
    for _ in ("first sweep", "second sweep"):  # wrong: the line above belongs inside
        adjoint[trace.output] = 1.0
        for row in newest_first(trace):
            for operand in parents(row):
                adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def parent_set(trace):
    """The parents of a result are kept in a set, where an operand used twice stands once."""
    adjoint = zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in {x.index: x for x in parents(row)}.values():  # wrong: a set holds each parent once
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


class TooManyVisits(ValueError):
    """Plain recursion would take too long; the message says how many visits it would make."""


def as_reached(trace, last_first=False):
    """The rows in the order in which plain recursion reaches them, which is not an order at all.

    What ``def visit(row)`` does that hands on and then calls ``visit`` for each operand, without Python's own
    recursion, so that depth does not matter. A row comes as often as there are paths to it.

    raises: TooManyVisits beyond 200,000 of them; a chain of 40 times x = x + x has 2^41 - 1
    """
    visits = count_visits(trace)
    if visits > MOST_VISITS:
        size = f"{visits:,}" if visits < 10**18 else "more than 10^18"
        raise TooManyVisits(
            f"Not run: plain recursion would visit rows {size} times, and is given up beyond "
            f"{MOST_VISITS:,}; the right sweep visits each of the {len(trace.rows):,} rows once."
        )
    waiting = [trace.output]
    while waiting:
        row = trace[waiting.pop()]
        yield row
        reached = [operand.index for operand in parents(row)]
        waiting.extend(reached if last_first else reversed(reached))


def count_visits(trace):
    """How many visits plain recursion makes, without making them; 10^18 stands for more, too."""
    visits = dict.fromkeys(zero_adjoints(trace), 0)
    visits[trace.output] = 1
    for row in newest_first(trace):
        for operand in parents(row):
            visits[operand.index] = min(visits[operand.index] + visits[row.index], 10**18)
    return min(sum(visits.values()), 10**18)


def find_overwrite(trace):
    """The first contribution that replaced another; None if there is none."""
    for step in trace.steps:
        if not step.first and any_nonzero(step.before):
            v, v_bar, new = variable(step.target), bar(step.target), number(step.contribution)
            words = (
                f"At {v}, {number(step.before)} was overwritten by {new}, the contribution of "
                f"{variable(step.source)}: {v_bar} became {new}, not {number(step.after)}."
            )
            return step.source, step.target, step.slot, words
    return None


def find_recursion(trace, last_first=False):
    """The first time that a row handed on what it had handed on before; None if that never happens."""
    adjoint, handed = zero_adjoints(trace), zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace, last_first):
        g, before = adjoint[row.index], handed[row.index]
        for _, slot, x in edges_of(row):
            twice = before * x.partial
            if any_nonzero(twice):
                product = "" if row.is_array else f"{number(before)} × {number(x.partial)} = "
                words = (
                    f"{row.name} was reached again and handed on its whole adjoint, {number(g)}, of which "
                    f"{number(before)} was handed on before: "
                    f"{variable(x.index)} got {product}{number(twice)} twice."
                )
                return row.index, x.index, slot, words
            adjoint[x.index] = adjoint[x.index] + g * x.partial
        handed[row.index] = g
    return None


def find_no_reset(trace):
    """The first contribution that the second sweep added to what the first left; None if there is none."""
    for step in trace.steps[1:]:
        rest = trace[step.target].adjoint
        if any_nonzero(rest):
            words = (
                f"{bar(step.target)} still held {number(rest)} from the first sweep when the second added "
                f"{number(step.contribution)}: {number(rest + step.contribution)}, not {number(step.after)}."
            )
            return step.source, step.target, step.slot, words
    return None


def find_parent_set(trace):
    """The first contribution lost because its operand stands once more in the same row; None if none is."""
    for row in newest_first(trace):
        for _, slot, x in edges_of(row):
            later = [y for y in row.operands[slot + 1 :] if y.index == x.index]
            if later and any_nonzero(row.adjoint * x.partial):
                lost, came = (number(row.adjoint * operand.partial) for operand in (x, later[-1]))
                words = (
                    f"{row.name} = {row.formula} takes {variable(x.index)} twice and the set keeps it once: "
                    f"{came} came to {variable(x.index)}, the other contribution, {lost}, was lost."
                )
                return row.index, x.index, slot, words
    return None


def any_nonzero(x):
    """Whether a number, or any number of an array, is not 0."""
    return bool((x != 0).any()) if hasattr(x, "any") else x != 0


class FaultySweep(NamedTuple):
    """A faulty sweep, which functions hide it, and a function that finds where it first goes wrong on a run.

    find: returns result, operand and slot of the edge, and in words what happened there; or None
    """

    sweep: Callable
    find: Callable
    hidden: str

    @property
    def instead(self):
        """What the sweep does instead, in a sentence."""
        return (self.sweep.__doc__ or "").strip()


SINGLE = "no computed value is reached twice with something to hand on; inputs hand nothing on."
MISTAKES = {
    "overwrite": FaultySweep(overwrite, find_overwrite, "no value receives a second contribution."),
    "recursion": FaultySweep(recursion, find_recursion, SINGLE),
    "recursion_last_first": FaultySweep(
        recursion_last_first, partial(find_recursion, last_first=True), SINGLE
    ),
    "no_reset": FaultySweep(no_reset, find_no_reset, "nothing flowed, so nothing was left behind."),
    "parent_set": FaultySweep(parent_set, find_parent_set, "no operation takes the same value twice."),
}
