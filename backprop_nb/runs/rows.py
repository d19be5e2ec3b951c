"""What a run of a function leaves behind, as plain data: rows, operands and steps of the reverse sweep."""

import copy
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..core.primitives import Primitive
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from ..drawing.notation import (
    ATOM,
    LATEX,
    TEXT,
    factor,
    in_both_scripts,
    name_number,
    number,
    number_part,
    variable,
)
from ..drawing.text_columns import keep_ends, shorten_text
from .adjoints import edges_of, reverse_steps, sweep_back
from .watching import Source

__all__ = ["NOTATIONS", "Operand", "Row", "Step", "Trace"]

NOTATIONS = {  # how the number of a row is kept, which decides what the row is called
    "yours": lambda row: name_number(row.index, row.label),
    "notes": lambda row: int(row.index),
}


class Operand(NamedTuple):
    """One operand of a row: another row by its index, or a plain constant (index and partial None)."""

    index: int | None
    value: float
    partial: float | None

    def part(self, script):
        """The operand as a pair (string, level): the name of a row, or a constant."""
        if self.index is None:
            return number_part(self.value, script.number)
        return script.variable(self.index), ATOM

    def rename(self, numbers):
        """The same operand, its row under another name."""
        return self if self.index is None else self._replace(index=numbers[self.index])


class Row(NamedTuple):
    """One line of the forward run: v₁ = log(x1), its value, and its adjoint after the reverse sweep.

    index:     its number: inputs count up to 0, results from 1 (claim N15); ``Named`` for an input that is
               written under the learner's name, an int for v₋₁
    label:     the learner's own name of an input, else ""
    operation: the row of the table, or "input", or "constant" for a plain number that was returned
    level:     the longest distance from an input
    line:      of the learner's function, the one that computed it, counted from 1; None if it is not known
    """

    index: int
    label: str
    operation: str
    operands: tuple
    value: float
    adjoint: float
    level: int
    line: int | None = None

    is_array = False
    zero = 0.0
    shape = kept_by = ()
    kept, beside = "", 0

    def write_name(self, script):
        """v₁, and for an input x1, or v₋₁ in the notes' notation."""
        return script.variable(self.index)

    def write_bar(self, script):
        """v̄₁, x̄1"""
        return script.bar(self.index)

    @property
    def id(self):
        """The name in pictures: v-1."""
        return f"v{self.index}"

    @property
    def is_input(self):
        """Whether this row was given, not computed."""
        return self.operation == "input"

    def write(self, script):
        """How it was computed: log(x1), or the label of an input."""
        if self.is_input:
            return script.label(self.label)
        if self.operation == "constant":
            return script.number(self.value)
        return self.write_operation(script)

    def write_definition(self, script):
        """The row as a line: v₁ = log(x1); of an input the name, "x1", or "v₋₁ = x1"."""
        return " = ".join(dict.fromkeys([self.write_name(script), self.write(script)]))

    name, latex = in_both_scripts(write_name)
    bar, bar_latex = in_both_scripts(write_bar)
    formula, formula_latex = in_both_scripts(write)
    definition, definition_latex = in_both_scripts(write_definition)

    def write_operation(self, script):
        """The operation with its operands."""
        return script.write(
            Primitive.table[self.operation].notation, [x.part(script) for x in self.operands]
        )[0]

    def partial(self, slot):
        """The formula of a local partial: the table's own, run on symbols named like the rows."""
        unknowns = [
            x.value if x.index is None else Symbol(variable(x.index), LATEX.variable(x.index))
            for x in self.operands
        ]
        return Primitive.table[self.operation].partials[slot](Symbol(self.name, self.latex), *unknowns)

    def partial_text(self, slot):
        """The formula of a local partial as text: 1 / x1."""
        return write_symbol(self.partial(slot), TEXT)

    def partial_latex(self, slot):
        """The formula of a local partial in LaTeX."""
        return write_symbol(self.partial(slot), LATEX)

    @property
    def keeps(self):
        """Indices of the rows whose values the local partials read."""
        numbers = {variable(x.index): x.index for x in (self, *self.operands) if x.index is not None}
        found = [self.partial(slot) for _, slot, _ in edges_of(self)]
        met = [v for formula in found if isinstance(formula, Symbol) for v in operands_first(formula)]
        return tuple(sorted({numbers[v.name] for v in met if v.operation is None}))

    def vjp(self, slot, script):
        """What flows to an operand: the adjoint times the local partial."""
        g, partial = Symbol(self.bar, self.bar_latex), self.partial(slot)
        if isinstance(partial, Symbol):
            return write_symbol(g * partial, script)
        return write_symbol(-g if partial == -1 else partial * g, script)

    def vjp_text(self, slot):
        """What flows to an operand, in text: v̄₂ × x2."""
        return self.vjp(slot, TEXT)

    def vjp_latex(self, slot):
        r"""What flows to an operand, in LaTeX: \bar{v}_{2} x_{2}."""
        return self.vjp(slot, LATEX)

    def edge_text(self, slot):
        """What stands on an edge of the graph: the number of the local partial."""
        return number(self.operands[slot].partial)

    def edge_words(self, slot):
        """An edge in words: ∂v₁/∂x1 = 1 / x1 = 0.5."""
        name = TEXT.partial(self.index, self.operands[slot].index)
        return " = ".join(dict.fromkeys([name, self.partial_text(slot), self.edge_text(slot)]))

    @property
    def boxed(self):
        """The value as a node of the graph shows it."""
        return number(self.value)

    @property
    def boxed_adjoint(self):
        """The adjoint as a node of the graph shows it."""
        return number(self.adjoint)

    @property
    def signature(self):
        """The operation and what it met, hashable: equal for rows that were computed alike."""
        return (self.operation, *(x.value if x.index is None else ("v", x.index) for x in self.operands))

    def receive(self, adjoint):
        """The same row with its adjoint."""
        return self._replace(adjoint=adjoint)

    def rename(self, numbers):
        """The same row, with its own number and its operands' from ``numbers``."""
        operands = tuple(x.rename(numbers) for x in self.operands)
        return self._replace(index=numbers[self.index], operands=operands)

    def hand_on(self, slot, flow, before, after):
        """The step in which this row hands ``flow`` on to one operand, whose adjoint it changes."""
        x, first = self.operands[slot], before is None
        return Step("flow", x.index, self.index, slot, first, self.adjoint, x.partial, flow, before, after)

    def start(self):
        """The step that starts the sweep at this row."""
        return Step("seed", self.index, None, None, True, None, None, self.adjoint, None, self.adjoint)


def write_symbol(x, script):
    """A Symbol, or a number, in one script."""
    return script.number(x) if not isinstance(x, Symbol) else str(x) if script is TEXT else x.latex


class Step(NamedTuple):
    """One line of the reverse sweep: x̄1 += v̄₁ ∂v₁/∂x1 (claim N16).

    kind:         "seed" for the first line, else "flow"
    target:       index of the operand that receives
    source, slot: index of the result that hands on, and which of its operands this is; None for the seed
    first:        whether the target receives for the first time: written = then, += after
    row:          of arrays, the result that hands on
    """

    kind: str
    target: int
    source: int | None
    slot: int | None
    first: bool
    g: float
    partial: float
    contribution: float
    before: float | None
    after: float
    row: object = None

    @property
    def sign(self):
        """= or +="""
        return "=" if self.first else "+="

    def write(self, script):
        """The line as the notes write it: x̄1 += v̄₁ ∂v₁/∂x1."""
        sign = self.sign if self.first or script is TEXT else r"\mathrel{+}="
        return f"{script.bar(self.target)} {sign} {self.write_right(script)}"

    text, latex = in_both_scripts(write)

    def write_right(self, script):
        """What stands on the right of the sign: the adjoint of the result times the local partial."""
        if self.source is None:
            return script.number(self.after)
        return f"{script.bar(self.source)} {script.partial(self.source, self.target)}"

    @property
    def numbers(self):
        """The line in numbers, = 0.5 + 1 × 5 = 5.5."""
        after = number(self.after)
        if self.source is None:
            return f"= {after}"
        if self.first:
            return f"= {number(self.g)} × {factor(self.partial)} = {after}"
        return f"= {number(self.before)} + {factor(self.g)} × {factor(self.partial)} = {after}"

    @property
    def edge(self):
        """The name of the edge in pictures: e1_-1_0; None for the seed."""
        return None if self.source is None else f"e{self.source}_{self.target}_{self.slot}"

    def rename(self, rows):
        """The same step between rows under other names, {number: row}."""
        target, source = rows[self.target].index, self.source
        if source is None:
            return self._replace(target=target)
        return self._replace(target=target, source=rows[source].index, row=self.row and rows[source])


class Trace:
    """A whole run: its rows in the order of their numbers, and the reverse sweep as steps.

    >>> from backprop_nb.runs.tracing import trace
    >>> run = trace(lambda x, y: x * y + x, 2, 5)
    >>> [row.definition for row in run.rows]
    ['x', 'y', 'v₁ = x × y', 'v₂ = v₁ + x']
    >>> [row.definition for row in run.in_notation("notes").rows]
    ['v₋₁ = x', 'v₀ = y', 'v₁ = v₋₁ × v₀', 'v₂ = v₁ + v₋₁']
    >>> run.gradient
    {'x': 6.0, 'y': 2.0}
    """

    def __init__(self, rows, output, title="f"):
        self.rows = tuple(rows) if isinstance(rows, (list, Iterator)) else rows  # else columns
        self.output, self.title = output, title
        self.notes = ()  # sentences: what there is to say about the run beside its rows
        self.source = Source()  # the text of the learner's function, or why there is none
        self.left = ()  # of ``Left``: where numbers were taken out of the graph
        self.is_whole = True  # else its steps cannot be made again: large arrays are gone
        self.first_index = self.rows[0].index

    def __getstate__(self):
        kept = vars(self).items()
        return {name: x for name, x in kept if name != "steps" or not self.is_whole}  # else made again

    def __getitem__(self, index):
        if not self.first_index <= index < self.first_index + len(self.rows):
            raise IndexError(f"there is no v with the number {index}")
        return self.rows[index - self.first_index]

    def __len__(self):
        return len(self.rows)

    @property
    def inputs(self):
        """The rows that were given."""
        rows = self.rows if isinstance(self.rows, tuple) else self.rows[: 1 - self.first_index]
        return tuple(row for row in rows if row.is_input)

    @property
    def value(self):
        """What the function returned."""
        return self[self.output].value

    @property
    def gradient(self):
        """The derivative with respect to each input: label → number."""
        return {row.label: row.adjoint for row in self.inputs}

    @property
    def shape(self):
        """Which operations met which operands: equal for two runs that took the same way through the code."""
        return tuple(row.signature for row in self.rows)

    def write_call(self, script):
        """The call as the learner writes it: f(x1, x2), net(layers, x) for entries of layers and of x.

        Of many arguments the first and the last, and none in more than 40 characters.
        """
        names = dict.fromkeys(re.split(r"(?<=.)[\[.(]", row.label)[0].strip() for row in self.inputs)
        names = [script.label(shorten_text(name, 40)) for name in names]
        return f"{script.label(self.title)}({', '.join(keep_ends(names, 8, 3, 1, script.dots))})"

    is_named, is_named_latex = in_both_scripts(write_call)

    def in_notation(self, notation):
        """The same run, not run again, with its inputs called otherwise wherever it is written or drawn.

        notation: "yours" (inputs under the names of your parameters, x1, as a run comes), "notes" (v₋₁, v₀),
                  or None, which leaves it as it is
        raises:   ValueError for any other
        """
        if notation is None:
            return self
        if notation not in NOTATIONS:
            raise ValueError(f"no notation {notation!r:.40}: choose 'yours' or 'notes'")
        numbers = {row.index: NOTATIONS[notation](row) for row in self.rows}
        view = copy.copy(self)
        view.rows = tuple(row.rename(numbers) for row in self.rows)
        view.output = numbers[self.output]
        view.steps = tuple(step.rename(view) for step in self.steps)
        return view

    def find_adjoints(self):
        """The same run, each row with the adjoint that the reverse sweep gives it."""
        adjoint = sweep_back(self)
        return type(self)([row.receive(adjoint[row.index]) for row in self.rows], self.output, self.title)

    @cached_property
    def steps(self):
        """The reverse sweep: the seed, then from the newest row down, operands left to right (claim N16)."""
        return tuple(reverse_steps(self))

    def find(self, which):
        """The row meant by a label, a name, an id, an index or a row.

        >>> from backprop_nb.runs.tracing import trace
        >>> trace(lambda x: x * x, 3).find("v₁").formula
        'x × x'
        """
        if hasattr(which, "operands"):
            return which
        for row in self.rows:
            if which in (row.label, row.name, variable(int(row.index)), row.id, row.index) and which != "":
                return row
        known = ", ".join(row.label for row in self.inputs[:12])
        raise ValueError(f"there is no {which!r} in this run; its inputs are {known}, its rows "
                         f"{self.rows[0].name} … {self.rows[-1].name}")  # fmt: skip
