"""Questions for the order of a reverse sweep: names of nodes as people type them, and what is wrong."""

import operator
import re

from ..core.typed_numbers import quote_typed, tidy_typed
from ..runs.tracing import trace
from .questions import Question

__all__ = ["Order", "order", "out_of_order", "read_rows"]

MOST_ORDERED = 40  # the most nodes that somebody is asked to put into order by hand
FORWARD = "That is the order of the forward run. The reverse sweep starts at the output, where the seed is."


class Order(Question):
    """Ask in which order the reverse sweep of ``f`` visits its nodes; every valid order counts.

    raises: ValueError for a run of more than 40 nodes

    >>> ask = order("In which order?", lambda x: (x + 1) * x, 3)
    >>> ask.check("v1 v2")
    ✗ Not yet. That is the order of the forward run.
    The reverse sweep starts at the output, where the seed is.
    >>> ask.check("v2 v1").right
    True
    """

    kind = "order"
    how = "Names, such as v5 v4 v3"

    def __init__(self, question, f, *inputs, **named):
        super().__init__(question)
        self.run = trace(f, *inputs, **named)
        if len(self.run) > MOST_ORDERED:
            raise ValueError(f"{len(self.run):,} nodes: at most {MOST_ORDERED} can be put in order by hand")

    def find_problem(self, answer):
        return out_of_order(self.run, read_rows(answer, self.run), handing_on(self.run))

    def confirm(self):
        return "Each node comes after all that hand on to it: its adjoint is whole by then."

    def solution(self):
        names = " ".join(row.id for row in handing_on(self.run))
        return f"`{names}`, or any other order in which results come before their operands."


order = Order  # a notebook asks by this name


def handing_on(run):
    """The results that take part in the reverse sweep, newest first."""
    reached = {run.output}
    for row in reversed(run.rows):
        if row.index in reached:
            reached.update(x.index for x in row.operands if x.index is not None)
    return [row for row in reversed(run.rows) if row.index in reached and not row.is_input]


def out_of_order(run, rows, needed):
    """What is wrong with an order of visiting nodes in a reverse sweep, in words; "" if it is valid.

    rows:   the nodes in their order
    needed: the rows that must be among them
    """
    place = {row.index: i for i, row in enumerate(rows)}
    if len(place) < len(rows):
        twice = next(row for i, row in enumerate(rows) if place[row.index] != i)
        return f"{twice.name} comes twice; a node hands on once, when its adjoint is whole."
    edges = [
        (row, run[x.index])
        for row in run.rows
        for x in row.operands
        if x.index in place and row.index in place
    ]
    wrong = [(row, x) for row, x in edges if place[x.index] < place[row.index]]
    if wrong and wrong == edges and rows[0].index != run.output:
        return FORWARD
    if wrong:
        row, early = wrong[0]
        made = f"{row.name} = {row.formula}"
        return f"{early.name} came before {row.name}, which still had to hand on to it: {made}."
    missing = [row.name for row in needed if row.index not in place]
    if missing:
        are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        return f"{', '.join(missing)} {are} missing: the sweep visits {them}, too."
    return ""


def read_rows(answer, run):
    """The rows that an answer names, in its order: "v5 v4 v₃", ["v5", "x1"], [5, 4, 3] or rows themselves.

    returns: list of ``Row``
    raises:  ValueError, in words, for a name that this run does not have
    """
    if isinstance(answer, str):
        if len(answer) > 40 * (len(run) + 10):
            raise ValueError(f"That is {len(answer):,} characters long, for a run of {len(run)} rows.")
        answer = [part for part in re.split(r"(?:->|[\s,;→>⟶])+|(?<=\w)-(?=[vV])", answer) if part]
    try:
        return [row_called(name, run) for name in answer]
    except TypeError:
        kind = type(answer).__name__
        raise ValueError(f"Names of nodes are asked for, and this is of type {kind}.") from None


def row_called(name, run):
    """The row meant by a name as people type it: v5, v₅, v_5, v̄₅, x1, 5."""
    if isinstance(name, str):
        plain = name.replace("\N{COMBINING MACRON}", "").strip("()[]{}.\"'`")
    else:
        plain = operator.index(name.index if hasattr(name, "operands") else name)
    try:
        return run.find(plain)
    except ValueError:
        tidy = tidy_typed(str(plain), 200, "Type names such as v5.").replace("_", "").lower()
    for row in run.rows:
        if tidy in (row.id, str(row.index)):
            return row
    names = " ".join(row.id for row in reversed(run.rows[:40]))
    raise ValueError(f"There is no node {quote_typed(str(name))} in this run; its nodes are `{names}`.")
