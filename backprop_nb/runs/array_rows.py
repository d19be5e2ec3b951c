"""What a run on arrays leaves behind, as plain data: rows and steps as of numbers, one row an operation."""

from typing import NamedTuple

import numpy as np

from ..arrays.pullback import fold
from ..core.primitives import Primitive
from ..drawing import notation
from ..drawing.array_text import array_text, bytes_text, range_text, shape_text
from ..drawing.notation import ATOM
from .array_formulas import Name, formula, operation_of, rule, summed
from .rows import Row, Step, label_latex

__all__ = ["ArrayRow", "ArrayStep", "Pull"]

BOXED = 4  # numbers that a node of the graph shows


class Pull:
    """What takes a cotangent back along one edge: ``g * pull`` is the vJp, as ``g * partial`` is for numbers.

    So everything that multiplies along edges, sweeps right and wrong, paths and steps, runs on arrays alike.

    operation: name of the row in its table
    saved:     what its formulas read, private copies
    out:       shape and type of the result
    axes:      along which the operand had been copied, so that the contribution was summed; known once pulled
    """

    __slots__ = ("axes", "operation", "out", "saved", "slot", "wanted")
    __array_ufunc__ = None  # NumPy leaves the product to __rmul__

    def __init__(self, operation, slot, saved, out, wanted):
        self.operation, self.slot, self.saved = operation, slot, saved
        self.out, self.wanted, self.axes = out, wanted, ()

    def __rmul__(self, g):
        shape, dtype = self.out
        g = np.broadcast_to(np.asarray(g, getattr(g, "dtype", dtype)), shape)[()]
        row = operation_of(self.operation)
        if isinstance(row, Primitive):
            slope = row.partials[self.slot](*self.saved)
            flow = np.zeros_like(g) if type(slope) is float and slope == 0 else g * slope
        else:
            flow = row.flow(self.slot, g, self.saved)
        self.axes = summed(np.shape(flow), self.wanted)
        return frozen(fold(flow, self.wanted) if self.axes else flow)


def frozen(x):
    """An array that nobody can change, sharing memory with nothing that can change; a number as it is."""
    x = np.array(x)
    x.flags.writeable = False
    return x[()] if x.ndim == 0 else x


class ArrayRow(NamedTuple):
    """One line of a run on arrays; ``Row`` says what the first seven are, of which two are arrays here.

    options: of a structural row: axes, shapes, indices
    keeps:   indices of the rows whose values this row's vJps read
    beside:  bytes that they read besides: constants, and what was worked out on the way forward
    kept_by: indices of the rows that keep this value for their vJps
    """

    index: int
    label: str
    operation: str
    operands: tuple
    value: np.ndarray
    adjoint: np.ndarray
    level: int
    options: tuple = ()
    keeps: tuple = ()
    beside: int = 0
    kept_by: tuple = ()

    is_array = True
    name, latex, bar, bar_latex = Row.name, Row.latex, Row.bar, Row.bar_latex
    id, is_input = Row.id, Row.is_input

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<row {self.name} = {self.formula}: {self.boxed}>"

    @property
    def shape(self):
        """The sizes of the axes."""
        return np.shape(self.value)

    @property
    def signature(self):
        """The operation and what it met, hashable: equal for rows that were computed alike."""
        met = [x.index if x.index is not None else notation.number(x.value) for x in self.operands]
        return self.operation, self.shape, repr(self.options)[:200], *met

    @property
    def names(self):
        """A ``Name`` per operand."""
        return [name_of(x) for x in self.operands]

    @property
    def formula(self):
        """How it was computed, in text: v₁ @ v₀, or the label of an input."""
        return self.written("text", self.label, notation.number)

    @property
    def formula_latex(self):
        """How it was computed, in LaTeX."""
        return self.written("latex", label_latex(self.label), notation.number_latex)

    def written(self, style, label, number):
        """The formula in one style."""
        if self.is_input:
            return label
        if self.operation == "constant":
            return number(self.value)
        return formula(self.operation, self.names, self.options, style)

    def vjp(self, slot):
        """What flows to an operand, as the pair (text, LaTeX): v̄₃ v₁′."""
        out = Name((self.name, ATOM), (self.latex, ATOM), self.shape)
        bar = Name((self.bar, ATOM), (self.bar_latex, ATOM), self.shape)
        x, axes = self.operands[slot], self.operands[slot].partial.axes
        total, each = np.size(x.value), max(1, np.size(self.value))
        count = len(self.options[-1]) if self.operation == "softmax_cross_entropy" else total // each
        return rule(self.operation, slot, self.names, out, bar, self.options, axes, count)

    def vjp_text(self, slot):
        """What flows to an operand, in text: Σ₀ v̄₃."""
        return self.vjp(slot)[0]

    def vjp_latex(self, slot):
        r"""What flows to an operand, in LaTeX: \sum_{0} \bar{v}_{3}."""
        return self.vjp(slot)[1]

    def vjp_words(self, slot):
        """The rule in words, with what a sum over copies stands for."""
        x = self.operands[slot]
        target, axes = notation.variable(x.index), x.partial.axes
        words = f"{self.name} hands {self.vjp_text(slot)} to {target}"
        if axes:
            along = "all axes" if axes == "all" else f"axis {', '.join(map(str, axes))}"
            words += f", summed over {along}, along which {target} was copied"
        return words

    partial_text, partial_latex = vjp_text, vjp_latex

    def edge_text(self, slot):
        """What stands on an edge of the graph: the vJp."""
        return self.vjp_text(slot)

    def edge_words(self, slot):
        """An edge in words."""
        return self.vjp_words(slot)

    @property
    def boxed(self):
        """The value as a node of the graph shows it, with its shape."""
        return boxed(self.value)

    @property
    def boxed_adjoint(self):
        """The adjoint as a node of the graph shows it."""
        return boxed(self.adjoint, with_shape=False)

    @property
    def bytes(self):
        """How many bytes the value takes."""
        return int(np.asarray(self.value).nbytes)

    @property
    def kept(self):
        """Whether the way back needs the value, and for which rows: "kept 96 B for v₃"; else empty."""
        if not self.kept_by:
            return ""
        later = [notation.variable(i) for i in self.kept_by]
        names = ", ".join(later[:3]) + f", {len(later) - 3} more" * (len(later) > 3)
        return f"kept {bytes_text(self.bytes)} for {names}"

    @property
    def seed(self):
        """The adjoint that the sweep starts with."""
        return frozen(np.ones_like(self.value))

    @property
    def zero(self):
        """The adjoint of a row that nothing flows to; may be written into."""
        return np.zeros_like(self.value)[()]

    def handed(self, slot, g, flow, before, after):
        """The step in which this row hands something to one operand."""
        x = self.operands[slot]
        more = self.vjp(slot)
        return ArrayStep(
            "flow", x.index, self.index, slot, before is None, g, x.partial, flow, before, after, *more
        )

    def seeded(self):
        """The step that starts the sweep at this row."""
        return ArrayStep("seed", self.index, None, None, True, None, None, self.seed, None, self.seed)


def name_of(operand):
    """How an operand is called in formulas: by its row, or as a constant."""
    if operand.index is not None:
        index = operand.index
        names = notation.variable(index), notation.variable_latex(index)
        return Name((names[0], ATOM), (names[1], ATOM), np.shape(operand.value))
    value = operand.value
    if not np.ndim(value):
        value = value.item() if hasattr(value, "item") else value
        parts = [notation.number_part(value, form) for form in (notation.number, notation.number_latex)]
        return Name(*parts, (), value)
    text = array_text(value, notation.number, BOXED)
    shape = shape_text(value.shape)
    text = text if text.startswith("[") else f"array{shape}"
    latex = notation.number_latex(value) if text.startswith("[") else rf"\text{{array}}{shape}"
    return Name((text, ATOM), (latex, ATOM), value.shape)


def coarse(x, _digits):
    """A number in three digits."""
    return notation.number(x, 3)


def boxed(x, with_shape=True):
    """An array in the few characters of a box: its shape, and its numbers or from where to where they go."""
    if not np.ndim(x):
        return notation.number(x)
    small = 0 < x.size <= BOXED
    shown = array_text(x, coarse) if small else range_text(x, notation.number, mean=False)
    return f"{shape_text(x.shape)} {shown}" if with_shape else shown


class ArrayStep(NamedTuple):
    """One line of the reverse sweep over arrays; ``Step`` says what the first ten are.

    rule, rule_latex: the vJp with the rows' own names
    """

    kind: str
    target: int
    source: int | None
    slot: int | None
    first: bool
    g: np.ndarray
    partial: Pull
    contribution: np.ndarray
    before: np.ndarray | None
    after: np.ndarray
    rule: str = ""
    rule_latex: str = ""

    sign, edge = Step.sign, Step.edge

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<step {self.text}: {boxed(self.contribution)}>"

    @property
    def text(self):
        """The line: v̄₀ += v̄₁ v₋₁′."""
        right = self.rule or seed_text(self.after, "text")
        return f"{notation.bar(self.target)} {self.sign} {right}"

    @property
    def latex(self):
        """The line in LaTeX."""
        sign = "=" if self.first else r"\mathrel{+}="
        right = self.rule_latex or seed_text(self.after, "latex")
        return f"{notation.bar_latex(self.target)} {sign} {right}"

    @property
    def numbers(self):
        """The same in numbers: what there was, what is added, what there is now."""
        after = notation.number(self.after)
        if self.first:
            return f"= {after}"
        parts = [notation.number(x) for x in (self.before, self.contribution)]
        if np.ndim(self.after) and not all(part.startswith("[") for part in parts):
            return f"= {after}"
        return f"= {parts[0]} + {notation.factor(self.contribution)} = {after}"


def seed_text(seed, style):
    """What the sweep starts with: 1."""
    return (notation.number if style == "text" else notation.number_latex)(seed)
