"""What a run of a function leaves behind, as plain data: rows, operands and steps of the reverse sweep."""

from functools import cached_property
from typing import NamedTuple

from ..core.primitives import Primitive
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from ..drawing import notation

__all__ = ["Operand", "Row", "Step", "Trace", "flows", "label_latex", "near"]


class Operand(NamedTuple):
    """One operand of a row: another row by its index, or a plain constant (index and partial None)."""

    index: int | None
    value: float
    partial: float | None


def operand_part(operand, variable, number):
    """An operand as a pair (string, level): the name of a row, or a constant."""
    if operand.index is None:
        return notation.number_part(operand.value, number)
    return variable(operand.index), notation.ATOM


class Row(NamedTuple):
    """One line of the forward run: v₁ = log(v₋₁), its value, and its adjoint after the reverse sweep.

    index:     the number in its name: inputs count up to 0, results from 1 (claim N15)
    label:     the learner's own name of an input, else ""
    operation: the row of the table, or "input", or "constant" for a plain number that was returned
    level:     the longest distance from an input
    """

    index: int
    label: str
    operation: str
    operands: tuple
    value: float
    adjoint: float
    level: int

    is_array = False
    seed, zero = 1.0, 0.0
    shape = kept_by = ()
    kept, beside = "", 0

    @property
    def name(self):
        """v₋₁"""
        return notation.variable(self.index)

    @property
    def latex(self):
        """v_{-1}"""
        return notation.variable_latex(self.index)

    @property
    def bar(self):
        """v̄₋₁"""
        return notation.bar(self.index)

    @property
    def bar_latex(self):
        r"""\\bar{v}_{-1}"""
        return notation.bar_latex(self.index)

    @property
    def id(self):
        """The name in pictures: v-1."""
        return f"v{self.index}"

    @property
    def is_input(self):
        """Whether this row was given, not computed."""
        return self.operation == "input"

    @property
    def formula(self):
        """How it was computed, in text: log(v₋₁), or the label of an input."""
        if self.is_input:
            return self.label
        if self.operation == "constant":
            return notation.number(self.value)
        parts = [operand_part(x, notation.variable, notation.number) for x in self.operands]
        return Primitive.table[self.operation].notation.write_text(parts)[0]

    @property
    def formula_latex(self):
        """How it was computed, in LaTeX."""
        if self.is_input:
            return label_latex(self.label)
        if self.operation == "constant":
            return notation.number_latex(self.value)
        parts = [operand_part(x, notation.variable_latex, notation.number_latex) for x in self.operands]
        return Primitive.table[self.operation].notation.write_latex(parts)[0]

    def partial(self, slot):
        """The formula of a local partial: the table's own, run on symbols named like the rows."""
        row = Primitive.table[self.operation]
        unknowns = [
            x.value
            if x.index is None
            else Symbol(notation.variable(x.index), notation.variable_latex(x.index))
            for x in self.operands
        ]
        return row.partials[slot](Symbol(self.name, self.latex), *unknowns)

    def partial_text(self, slot):
        """The formula of a local partial as text: 1 / v₋₁."""
        formula = self.partial(slot)
        return str(formula) if isinstance(formula, Symbol) else notation.number(formula)

    def partial_latex(self, slot):
        """The formula of a local partial in LaTeX."""
        formula = self.partial(slot)
        return formula.latex if isinstance(formula, Symbol) else notation.number_latex(formula)

    @property
    def keeps(self):
        """Indices of the rows whose values the local partials read."""
        numbers = {notation.variable(x.index): x.index for x in (self, *self.operands) if x.index is not None}
        found = [self.partial(slot) for slot, x in enumerate(self.operands) if x.index is not None]
        met = [v for formula in found if isinstance(formula, Symbol) for v in operands_first(formula)]
        return tuple(sorted({numbers[v.name] for v in met if v.operation is None}))

    def vjp(self, slot):
        """What flows to an operand, the adjoint times the local partial, as the pair (text, LaTeX)."""
        g, partial = Symbol(self.bar, self.bar_latex), self.partial(slot)
        flow = partial * g if not isinstance(partial, Symbol) else g * partial
        flow = -g if not isinstance(partial, Symbol) and partial == -1 else flow
        if isinstance(flow, Symbol):
            return str(flow), flow.latex
        return notation.number(flow), notation.number_latex(flow)

    def vjp_text(self, slot):
        """What flows to an operand, in text: v̄₂ × v₀."""
        return self.vjp(slot)[0]

    def vjp_latex(self, slot):
        r"""What flows to an operand, in LaTeX: \bar{v}_{2} v_{0}."""
        return self.vjp(slot)[1]

    def edge_text(self, slot):
        """What stands on an edge of the graph: the number of the local partial."""
        return notation.number(self.operands[slot].partial)

    def edge_words(self, slot):
        """An edge in words: ∂v₁/∂v₋₁ = 1 / v₋₁ = 0.5."""
        ratio = f"∂{self.name}/∂{notation.variable(self.operands[slot].index)}"
        return " = ".join(dict.fromkeys([ratio, self.partial_text(slot), self.edge_text(slot)]))

    @property
    def boxed(self):
        """The value as a node of the graph shows it."""
        return notation.number(self.value)

    @property
    def boxed_adjoint(self):
        """The adjoint as a node of the graph shows it."""
        return notation.number(self.adjoint)

    @property
    def signature(self):
        """The operation and what it met, hashable: equal for rows that were computed alike."""
        return (self.operation, *(x.value if x.index is None else ("v", x.index) for x in self.operands))

    def handed(self, slot, g, flow, before, after):
        """The step in which this row hands something to one operand."""
        x = self.operands[slot]
        return Step("flow", x.index, self.index, slot, before is None, g, x.partial, flow, before, after)

    def seeded(self):
        """The step that starts the sweep at this row."""
        return Step("seed", self.index, None, None, True, None, None, 1.0, None, 1.0)


class Step(NamedTuple):
    """One line of the reverse sweep: v̄₋₁ += v̄₁ ∂v₁/∂v₋₁ (claim N16).

    kind:         "seed" for the first line, else "flow"
    target:       index of the operand that receives
    source, slot: index of the result that hands on, and which of its operands this is; None for the seed
    first:        whether the target receives for the first time: written = then, += after
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

    @property
    def sign(self):
        """= or +="""
        return "=" if self.first else "+="

    @property
    def text(self):
        """The line as the notes write it: v̄₋₁ += v̄₁ ∂v₁/∂v₋₁."""
        target = notation.bar(self.target)
        if self.source is None:
            return f"{target} = {notation.number(self.after)}"
        by = f"∂{notation.variable(self.source)}/∂{notation.variable(self.target)}"
        return f"{target} {self.sign} {notation.bar(self.source)} {by}"

    @property
    def latex(self):
        """The line in LaTeX."""
        target = notation.bar_latex(self.target)
        if self.source is None:
            return f"{target} = {notation.number_latex(self.after)}"
        source = notation.variable_latex(self.source)
        by = rf"\frac{{\partial {source}}}{{\partial {notation.variable_latex(self.target)}}}"
        sign = "=" if self.first else r"\mathrel{+}="
        return rf"{target} {sign} {notation.bar_latex(self.source)} {by}"

    @property
    def numbers(self):
        """The line in numbers, = 0.5 + 1 × 5 = 5.5."""
        after = notation.number(self.after)
        if self.source is None:
            return f"= {after}"
        if self.first:
            return f"= {notation.number(self.g)} × {notation.factor(self.partial)} = {after}"
        product = f"{notation.factor(self.g)} × {notation.factor(self.partial)}"
        return f"= {notation.number(self.before)} + {product} = {after}"

    @property
    def edge(self):
        """The name of the edge in pictures: e1_-1_0; None for the seed."""
        return None if self.source is None else f"e{self.source}_{self.target}_{self.slot}"


class Trace:
    """A whole run: its rows in the order of their numbers, and the reverse sweep as steps.

    >>> from backprop_nb.runs.tracing import trace
    >>> run = trace(lambda x, y: x * y + x, 2, 5)
    >>> [f"{row.name} = {row.formula}" for row in run.rows]
    ['v₋₁ = x', 'v₀ = y', 'v₁ = v₋₁ × v₀', 'v₂ = v₁ + v₋₁']
    >>> run.gradient
    {'x': 6.0, 'y': 2.0}
    """

    def __init__(self, rows, output, title="f"):
        self.rows, self.output, self.title = tuple(rows), output, title
        self.notes = ()  # sentences: what there is to say about the run beside its rows
        self.first_index = self.rows[0].index

    def __getitem__(self, index):
        if not self.first_index <= index < self.first_index + len(self.rows):
            raise IndexError(f"there is no v with the number {index}")
        return self.rows[index - self.first_index]

    def __len__(self):
        return len(self.rows)

    @property
    def inputs(self):
        """The rows that were given."""
        return tuple(row for row in self.rows if row.is_input)

    @property
    def value(self):
        """What the function returned."""
        return self[self.output].value

    @property
    def gradient(self):
        """The derivative by each input: label → number."""
        return {row.label: row.adjoint for row in self.inputs}

    @property
    def shape(self):
        """Which operations met which operands: equal for two runs that took the same way through the code."""
        return tuple(row.signature for row in self.rows)

    @property
    def is_named(self):
        """The call as it is written: f(x1, x2); of many inputs the first and the last."""
        return f"{self.title}({', '.join(shortened([row.label for row in self.inputs], '…'))})"

    @property
    def is_named_latex(self):
        """``is_named`` for LaTeX: f(x_{1}, x_{2})."""
        labels = shortened([label_latex(row.label) for row in self.inputs], r"\ldots")
        return f"{label_latex(self.title)}({', '.join(labels)})"

    @cached_property
    def steps(self):
        """The reverse sweep: the seed, then from the newest row down, operands left to right (claim N16)."""
        return tuple(reverse_steps(self.rows, self[self.output]))

    def find(self, which):
        """The row meant by a label, a name, an id, an index or a row.

        >>> from backprop_nb.runs.tracing import trace
        >>> trace(lambda x: x * x, 3).find("x").name
        'v₀'
        """
        if hasattr(which, "operands"):
            return which
        for row in self.rows:
            if which in (row.label, row.name, row.id, row.index) and which != "":
                return row
        known = ", ".join(row.label for row in self.inputs[:12])
        raise ValueError(f"there is no {which!r} in this run; its inputs are {known}, its rows "
                         f"{self.rows[0].name} … {self.rows[-1].name}")  # fmt: skip


def shortened(labels, gap):
    """A long list of labels without its middle."""
    return labels if len(labels) <= 8 else [*labels[:3], gap, labels[-1]]


def flows(x):
    """Whether a number, or any number of an array, is not 0."""
    return bool((x != 0).any()) if hasattr(x, "any") else x != 0


def near(x, y):
    """Whether two numbers, or all numbers of two arrays, are equal but for rounding."""
    if getattr(y, "ndim", 0):
        return bool(((x == y) | (abs(x - y) <= 1e-9 * abs(y))).all())
    return bool(x == y or abs(x - y) <= 1e-9 * abs(y))


def label_latex(label):
    r"""A learner's name for LaTeX: x1 → x_{1}; what is no plain name is set as text, escaped.

    >>> label_latex("x1"), label_latex("a_b")
    ('x_{1}', '\\text{a\\_b}')
    """
    letters = label.rstrip("0123456789")
    if letters.isalpha() and len(letters) == 1:
        return f"{letters}_{{{label[1:]}}}" if len(label) > 1 else label
    escapes = {"\\": r"\textbackslash ", "^": r"\char94 ", "~": r"\char126 "}
    text = "".join(escapes.get(c, "\\" + c if c in "#$%&_{}" else c) for c in label)
    return rf"\text{{{text}}}"


def reverse_steps(rows, output):
    """The reverse sweep as a list of steps; ``=`` where an operand receives first, ``+=`` after."""
    so_far = {output.index: output.seed}
    yield output.seeded()
    for row in reversed(rows):
        for slot, x in enumerate(row.operands):
            if x.index is None:
                continue
            g, before = so_far[row.index], so_far.get(x.index)
            flow = g * x.partial
            so_far[x.index] = flow if before is None else before + flow
            yield row.handed(slot, g, flow, before, so_far[x.index])
