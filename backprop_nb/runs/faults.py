"""Reverse sweeps with one mistake each, to be run on any function and compared with the right one.

Every sweep takes a recorded run and returns {index of a row: its adjoint}. All are written alike: the line
that differs from ``right`` is the one that is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import NamedTuple

from ..drawing.notation import bar, number, variable
from .rows import Trace, flows, near
from .tracing import trace as recorded

__all__ = ["MISTAKES", "Fault", "Gallery", "TooManyVisits", "gallery", "no_reset", "overwrite", "parent_set",
           "recursion", "recursion_last_first", "right", "run"]  # fmt: skip

MOST = 200_000  # visits after which plain recursion is given up
SHOWN = 6  # inputs of one fault that are listed
CELL = "text-align:left;vertical-align:top;padding:0.2em 1.2em 0.2em 0;font-weight:normal"
RULE = "border-top:1px solid rgba(128,128,128,0.45)"


def right(trace):
    """The sweep as it should be: results before their operands, every contribution added."""
    adjoint = zeros(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def overwrite(trace):
    """The last contribution replaces the others: = stands where += belongs."""
    adjoint = zeros(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in parents(row):
            adjoint[operand.index] = adjoint[row.index] * operand.partial  # wrong: = stands where += belongs
    return adjoint


def recursion(trace):
    """Plain recursion, no order: a row hands on all it has each time it is reached."""
    adjoint = zeros(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace):  # wrong: a row comes up once for every path to it
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def recursion_last_first(trace):
    """Plain recursion again, the last operand entered first."""
    adjoint = zeros(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace, last_first=True):  # wrong: a row comes up once for every path to it
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def no_reset(trace):
    """A second sweep adds to what the first one left behind."""
    adjoint = zeros(trace)
    for _ in ("first sweep", "second sweep"):  # wrong: adjoint = zeros(trace) belongs inside this loop
        adjoint[trace.output] = 1.0
        for row in newest_first(trace):
            for operand in parents(row):
                adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def parent_set(trace):
    """The parents of a result are kept in a set, where an operand used twice stands once."""
    adjoint = zeros(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in {x.index: x for x in parents(row)}.values():  # wrong: a set holds each parent once
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def zeros(trace):
    """An adjoint of 0 for every row."""
    return {row.index: row.zero for row in trace.rows}


def newest_first(trace):
    """The rows in an order in which every result comes before its operands."""
    return reversed(trace.rows)


def parents(row):
    """The operands of a row that are rows themselves, not constants."""
    return [operand for operand in row.operands if operand.index is not None]


class TooManyVisits(ValueError):
    """Plain recursion would take too long; the message says how many visits it would make."""


def as_reached(trace, last_first=False):
    """The rows in the order in which plain recursion reaches them, which is not an order at all.

    What ``def visit(row)`` does that hands on and then calls ``visit`` for each operand, without Python's own
    recursion, so that depth does not matter. A row comes as often as there are paths to it.

    raises: TooManyVisits beyond 200,000 of them; a chain of 40 times x = x + x has 2^41 - 1
    """
    visits = count_visits(trace)
    if visits > MOST:
        size = f"{visits:,}" if visits < 10**18 else "more than 10^18"
        raise TooManyVisits(
            f"Not run: plain recursion would visit rows {size} times, and is given up beyond {MOST:,}; "
            f"the right sweep visits each of the {len(trace.rows):,} rows once."
        )
    waiting = [trace.output]
    while waiting:
        row = trace[waiting.pop()]
        yield row
        reached = [operand.index for operand in parents(row)]
        waiting.extend(reached if last_first else reversed(reached))


def count_visits(trace):
    """How many visits plain recursion makes, without making them; 10^18 stands for more, too."""
    visits = dict.fromkeys(zeros(trace), 0)
    visits[trace.output] = 1
    for row in newest_first(trace):
        for operand in parents(row):
            visits[operand.index] = min(visits[operand.index] + visits[row.index], 10**18)
    return min(sum(visits.values()), 10**18)


def find_overwrite(trace):
    """The first contribution that replaced another; None if there is none."""
    for step in trace.steps:
        if not step.first and flows(step.before):
            v, v_bar, new = variable(step.target), bar(step.target), number(step.contribution)
            words = (
                f"At {v}, {number(step.before)} was overwritten by {new}, the contribution of "
                f"{variable(step.source)}: {v_bar} became {new}, not {number(step.after)}."
            )
            return step.source, step.target, step.slot, words
    return None


def find_recursion(trace, last_first=False):
    """The first time that a row handed on what it had handed on before; None if that never happens."""
    adjoint, handed = zeros(trace), zeros(trace)
    adjoint[trace.output] = 1.0
    for row in as_reached(trace, last_first):
        g, before = adjoint[row.index], handed[row.index]
        for slot, x in enumerate(row.operands):
            if x.index is None:
                continue
            twice = before * x.partial
            if flows(twice):
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
        if flows(rest):
            words = (
                f"{bar(step.target)} still held {number(rest)} from the first sweep when the second added "
                f"{number(step.contribution)}: {number(rest + step.contribution)}, not {number(step.after)}."
            )
            return step.source, step.target, step.slot, words
    return None


def find_parent_set(trace):
    """The first contribution lost because its operand stands once more in the same row; None if none is."""
    for row in newest_first(trace):
        for slot, x in enumerate(row.operands):
            later = [y for y in row.operands[slot + 1 :] if x.index is not None and y.index == x.index]
            if later and flows(row.adjoint * x.partial):
                lost, came = (number(row.adjoint * operand.partial) for operand in (x, later[-1]))
                words = (
                    f"{row.name} = {row.formula} takes {variable(x.index)} twice and the set keeps it once: "
                    f"{came} came to {variable(x.index)}, the other contribution, {lost}, was lost."
                )
                return row.index, x.index, slot, words
    return None


class Mistake(NamedTuple):
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
    "overwrite": Mistake(overwrite, find_overwrite, "no value receives a second contribution."),
    "recursion": Mistake(recursion, find_recursion, SINGLE),
    "recursion_last_first": Mistake(recursion_last_first, partial(find_recursion, last_first=True), SINGLE),
    "no_reset": Mistake(no_reset, find_no_reset, "nothing flowed, so nothing was left behind."),
    "parent_set": Mistake(parent_set, find_parent_set, "no operation takes the same value twice."),
}


@dataclass(frozen=True, repr=False)
class Fault:
    """What one faulty sweep made of one run.

    name:    of the mistake, a key of ``MISTAKES``
    instead: what it does instead, in a sentence
    wrong:   {label of an input: the wrong number}; None where the sweep was given up
    right:   {label of an input: the right number}
    edge:    (result, operand), as indices, where it first went wrong; None if nowhere
    edge_id: the edge's id in the drawn graph; None if there is no edge
    story:   what happened there, or why this function hides the mistake
    """

    name: str
    instead: str
    wrong: dict
    right: dict
    edge: tuple | None
    edge_id: str | None
    story: str

    @property
    def is_hidden(self):
        """Whether every input came out right all the same."""
        pairs = [(self.wrong[label], x) for label, x in self.right.items()]
        return all(wrong is not None and (self.edge is None or near(wrong, x)) for wrong, x in pairs)

    @property
    def edge_text(self):
        """The edge by its names, "(v₂,v₀)"; a dash if there is none."""
        return f"({variable(self.edge[0])},{variable(self.edge[1])})" if self.edge else "–"

    @property
    def text(self):
        """The fault in plain text, indented below its name."""
        numbers = [f"{label}: {x}" + f" instead of {y}" * (x != y) for label, x, y in compared(self)]
        story = f"edge {self.edge_text}: {self.story}" if self.edge else self.story
        return "\n  ".join([f"{self.name}: {self.instead}", *numbers, story])

    def __repr__(self):
        return self.text


@dataclass(frozen=True, repr=False)
class Gallery:
    """All mistakes on one run, side by side with the right sweep: a sequence of ``Fault``s."""

    heading: str
    faults: tuple

    def __iter__(self):
        return iter(self.faults)

    def __getitem__(self, name):
        return {fault.name: fault for fault in self.faults}[known(name)]

    @property
    def text(self):
        """One paragraph a mistake."""
        return "\n\n".join([self.heading, *(fault.text for fault in self.faults)])

    @property
    def html(self):
        """One group of rows a mistake, one row an input."""
        return html_table(self.faults, self.heading)

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html


def run(fault, f, *inputs, **named):
    """Run one faulty sweep and the right one on the same run (claims N16, N20 and N23).

    fault:   name of the mistake, or the sweep itself
    f:       a function, run once on ``inputs``; or a recorded run, without inputs
    returns: Fault
    raises:  ValueError for an unknown mistake; TypeError for inputs to a recorded run

    >>> def f(x):
    ...     b = 2 * x
    ...     c = 5 * b
    ...     return b + c
    >>> run("recursion", f, 3)
    recursion: Plain recursion, no order: a row hands on all it has each time it is reached.
      x: 14 instead of 12
      edge (v₁,v₀): v₁ was reached again and handed on its whole adjoint, 6, of which 1 was handed on before:
      v₀ got 1 × 2 = 2 twice.
    """
    name, trace = known(fault), one_run(f, inputs, named)
    mistake, adjoint = MISTAKES[name], right(trace)
    truth = {row.label: adjoint[row.index] for row in trace.inputs}
    try:
        faulty, found = mistake.sweep(trace), mistake.find(trace)
    except TooManyVisits as refusal:
        return Fault(name, mistake.instead, dict.fromkeys(truth), truth, None, None, str(refusal))
    wrong = {row.label: faulty[row.index] for row in trace.inputs}
    if found is None:
        story = f"This function hides the mistake: {mistake.hidden}"
        return Fault(name, mistake.instead, wrong, truth, None, None, story)
    *edge, slot, story = found
    fault = Fault(name, mistake.instead, wrong, truth, tuple(edge), "e{}_{}_{}".format(*edge, slot), story)
    return replace(fault, story=f"{story} No input shows it here.") if fault.is_hidden else fault


def gallery(f, *inputs, **named):
    """Run every faulty sweep on one function: the wrong numbers beside the right ones, and where they part.

    f:       a function, run once on ``inputs``; or a recorded run, without inputs
    returns: Gallery, which shows itself as a table

    >>> [fault.wrong["x"] for fault in gallery(lambda x: x * x, 3)]
    [3.0, 6.0, 6.0, 12.0, 3.0]
    """
    trace = one_run(f, inputs, named)
    at = ", ".join(f"{row.label} = {number(row.value)}" for row in trace.inputs[:SHOWN])
    heading = f"{trace.title} at {at}{', …' * (len(trace.inputs) > SHOWN)}: wrong sweeps beside the right one"
    return Gallery(heading, tuple(run(name, trace) for name in MISTAKES))


def known(fault):
    """The name of a mistake, given its name or its sweep."""
    for name, mistake in MISTAKES.items():
        if fault in (name, mistake.sweep):
            return name
    raise ValueError(f"there is no mistake {fault!r:.60}: choose one of {', '.join(MISTAKES)}")


def one_run(f, inputs, named):
    """A recorded run as it is, a function run once."""
    if not isinstance(f, Trace):
        return recorded(f, *inputs, **named)
    if inputs or named:
        raise TypeError("a recorded run has its inputs already: hand over the function to run it on others")
    return f


def compared(fault):
    """The first inputs as triples of strings: label, wrong number, right number."""
    shown = [(label, number(fault.wrong[label]), number(x)) for label, x in list(fault.right.items())[:SHOWN]]
    rest = len(fault.right) - SHOWN
    return [*shown, (f"{rest:,} more inputs", "…", "…")] if rest > 0 else shown


def html_table(faults, caption):
    """Faults as a table: a group of rows each, wrong beside right for each input."""
    heads = ("mistake", "input", "wrong", "right", "edge", "what happened")
    top = "".join(f'<th scope="col" style="{CELL};font-weight:bold">{head}</th>' for head in heads)
    return (
        '<div class="bp-faults" style="overflow-x:auto"><table style="border-collapse:collapse;margin:0">'
        f'<caption style="text-align:left;color:inherit">{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead>{''.join(map(html_group, faults))}</table></div>"
    )


def html_group(fault):
    """One fault as a group of rows; what is told once spans them all."""
    numbers = compared(fault) or [("–", "–", "–")]
    rows = []
    for label, wrong, truth in numbers:
        cells = escape(label), escape(wrong) if wrong == truth else f"<strong>{escape(wrong)}</strong>", truth
        style = CELL if rows else f"{CELL};{RULE}"
        rows.append("".join(f'<td style="{style}">{cell}</td>' for cell in cells))
    whole = f'rowspan="{len(rows)}" style="{CELL};{RULE}"'
    first = (
        f'<th scope="rowgroup" {whole}><strong>{fault.name}</strong><br>{escape(fault.instead)}</th>{rows[0]}'
        f"<td {whole}>{fault.edge_text}</td><td {whole}>{escape(fault.story)}</td>"
    )
    lines = "".join(f'<tr style="background:transparent">{row}</tr>' for row in [first, *rows[1:]])
    return f"<tbody>{lines}</tbody>"  # without the page's stripes, which cells over several rows would break
