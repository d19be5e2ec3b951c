"""What the faulty sweeps make of a run: the wrong numbers beside the right ones, and where they part."""

from dataclasses import dataclass, replace

from ..drawing.html_tables import (
    FAINT_LINE,
    WRAPPED_TABLE,
    Html,
    escape_text,
    html_table,
    scroll_box,
    write_cell,
)
from ..drawing.notation import number, variable
from .faulty_sweeps import MISTAKES, TooManyVisits
from .rows import Trace
from .tracing import trace as recorded

__all__ = ["Fault", "FaultGallery", "compare_sweeps", "run_fault"]

INPUTS_SHOWN = 6  # of one fault


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
        return all(wrong is not None and (self.edge is None or nearly_equal(wrong, x)) for wrong, x in pairs)

    @property
    def numbers(self):
        """The first inputs as triples of strings: label, wrong number, right number."""
        pairs = list(self.right.items())
        shown = [(label, number(self.wrong[label]), number(x)) for label, x in pairs[:INPUTS_SHOWN]]
        rest = len(pairs) - INPUTS_SHOWN
        return [*shown, (f"{rest:,} more inputs", "…", "…")] if rest > 0 else shown

    @property
    def edge_text(self):
        """The edge by its names, "(v₂,v₀)"; a dash if there is none."""
        return f"({variable(self.edge[0])},{variable(self.edge[1])})" if self.edge else "–"

    @property
    def text(self):
        """The fault in plain text, indented below its name."""
        numbers = [f"{label}: {x}" + f" instead of {y}" * (x != y) for label, x, y in self.numbers]
        story = f"edge {self.edge_text}: {self.story}" if self.edge else self.story
        return "\n  ".join([f"{self.name}: {self.instead}", *numbers, story])

    def __repr__(self):
        return self.text


@dataclass(frozen=True, repr=False)
class FaultGallery:
    """All mistakes on one run, side by side with the right sweep: a sequence of ``Fault``s."""

    heading: str
    faults: tuple

    def __iter__(self):
        return iter(self.faults)

    def __getitem__(self, name):
        return {fault.name: fault for fault in self.faults}[name_of_mistake(name)]

    @property
    def text(self):
        """One paragraph a mistake."""
        return "\n\n".join([self.heading, *(fault.text for fault in self.faults)])

    @property
    def html(self):
        """One group of rows a mistake, one row an input."""
        heads = ("mistake", "input", "wrong", "right", "edge", "what happened")
        plain = "background:transparent"  # the page's stripes would break cells over several rows
        groups = map(fault_rows, self.faults)
        table = html_table(self.heading, heads, *groups, look=WRAPPED_TABLE, row_style=plain)
        return scroll_box(table, self.heading, kind="bp-faults")

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html


def run_fault(fault, f, *inputs, **named):
    """Run one faulty sweep and the right one on the same run (claims N16, N20 and N23).

    fault:   name of the mistake, or the sweep itself
    f:       a function, run once on ``inputs``; or a recorded run, without inputs
    returns: Fault
    raises:  ValueError for an unknown mistake; TypeError for inputs to a recorded run

    >>> def f(x):
    ...     b = 2 * x
    ...     c = 5 * b
    ...     return b + c
    >>> run_fault("recursion", f, 3)
    recursion: Plain recursion, no order: a row hands on all it has each time it is reached.
      x: 14 instead of 12
      edge (v₁,x): v₁ was reached again and handed on its whole adjoint, 6, of which 1 was handed on before:
      x got 1 × 2 = 2 twice.
    """
    name, trace = name_of_mistake(fault), take_run(f, inputs, named)
    mistake, truth = MISTAKES[name], trace.gradient
    hidden = f"This function hides the mistake: {mistake.hidden}"
    fault = Fault(name, mistake.instead, dict.fromkeys(truth), truth, None, None, hidden)
    try:
        faulty, found = mistake.sweep(trace), mistake.find(trace)
    except TooManyVisits as refusal:
        return replace(fault, story=str(refusal))
    fault = replace(fault, wrong={row.label: faulty[row.index] for row in trace.inputs})
    if found is None:
        return fault
    source, target, slot, story = found
    fault = replace(fault, edge=(source, target), edge_id=f"e{source}_{target}_{slot}", story=story)
    return replace(fault, story=f"{story} No input shows it here.") if fault.is_hidden else fault


def compare_sweeps(f, *inputs, **named):
    """Run every faulty sweep on one function: the wrong numbers beside the right ones, and where they part.

    f:       a function, run once on ``inputs``; or a recorded run, without inputs
    returns: FaultGallery, which shows itself as a table

    >>> [fault.wrong["x"] for fault in compare_sweeps(lambda x: x * x, 3)]
    [3.0, 6.0, 6.0, 12.0, 3.0]
    """
    trace = take_run(f, inputs, named)
    at = [f"{row.label} = {number(row.value)}" for row in trace.inputs[:INPUTS_SHOWN]]
    at += ["…"] * (len(trace.inputs) > INPUTS_SHOWN)
    heading = f"{trace.title} at {', '.join(at)}: wrong sweeps beside the right one"
    return FaultGallery(heading, tuple(run_fault(name, trace) for name in MISTAKES))


def name_of_mistake(fault):
    """The name of a mistake, given its name or its sweep."""
    for name, mistake in MISTAKES.items():
        if fault in (name, mistake.sweep):
            return name
    raise ValueError(f"there is no mistake {fault!r:.60}: choose one of {', '.join(MISTAKES)}")


def take_run(f, inputs, named):
    """A recorded run as it is, a function run once."""
    if not isinstance(f, Trace):
        return recorded(f, *inputs, **named)
    if inputs or named:
        raise TypeError("a recorded run has its inputs already: hand over the function to run it on others")
    return f


def fault_rows(fault):
    """One fault as the rows of a table, one an input; what is told once spans them all."""
    style, many = f"{WRAPPED_TABLE.cell};vertical-align:top", max(1, len(fault.numbers))
    ruled = f"{style};border-top:{FAINT_LINE}"
    head = Html(f"<strong>{escape_text(fault.name)}</strong><br>{escape_text(fault.instead)}")
    rows = []
    for label, wrong, truth in fault.numbers or [("–", "–", "–")]:
        shown = wrong if wrong == truth else Html(f"<strong>{escape_text(wrong)}</strong>")
        rows.append([write_cell(text, style if rows else ruled) for text in (label, shown, truth)])
    told = [write_cell(text, ruled, rowspan=many) for text in (fault.edge_text, fault.story)]
    rows[0] = [write_cell(head, ruled, "rowgroup", rowspan=many), *rows[0], *told]
    return rows


def nearly_equal(x, y):
    """Whether two numbers, or all numbers of two arrays, are equal but for rounding."""
    if getattr(y, "ndim", 0):
        return bool(((x == y) | (abs(x - y) <= 1e-9 * abs(y))).all())
    return bool(x == y or abs(x - y) <= 1e-9 * abs(y))
