"""What a run on arrays leaves behind, as plain data: rows and steps as of numbers, one row an operation."""

from typing import NamedTuple

import numpy as np

from ..arrays.pullback import fold
from ..core.primitives import Primitive
from ..drawing.array_text import array_text, bytes_text, range_text, shape_text
from ..drawing.notation import TEXT, factor, number, variable
from .array_formulas import BOXED, copied_axes, operation_of, write_formula, write_rule
from .digests import Digest
from .rows import Row, Step

__all__ = ["ArrayRow", "ArrayStep", "Pull", "box_text", "freeze_copy"]


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

    def __setstate__(self, state):  # from pickle and copy, whose arrays may be written
        for name, x in state[1].items():
            setattr(self, name, freeze_in_place(x))

    def __rmul__(self, g):
        if self.saved is None or isinstance(g, Digest):
            raise ValueError(
                "this run keeps the shapes and ranges of its large arrays and not their numbers, so nothing "
                "more is multiplied along its edges: record it with smaller arrays"
            )
        shape, dtype = self.out
        g = np.broadcast_to(np.asarray(g, getattr(g, "dtype", dtype)), shape)[()]
        row = operation_of(self.operation)
        if isinstance(row, Primitive):
            slope = row.partials[self.slot](*self.saved)
            flow = np.zeros_like(g) if type(slope) is float and slope == 0 else g * slope
        else:
            flow = row.flow(self.slot, g, self.saved)
        self.axes = copied_axes(np.shape(flow), self.wanted)
        return freeze_copy(fold(flow, self.wanted) if self.axes else flow)


def freeze_copy(x):
    """An array that nobody can change, sharing memory with nothing that can change; a number as it is."""
    x = np.array(x)
    x.flags.writeable = False
    return x[()] if x.ndim == 0 else x


def freeze_in_place(x):
    """The same arrays, wherever they are in tuples and lists, as nobody can change them."""
    if isinstance(x, np.ndarray):
        x.flags.writeable = False
    elif isinstance(x, (list, tuple)):
        for item in x:
            freeze_in_place(item)
    return x


def rebuild_frozen(kind, fields):
    """A row or a step as it comes from pickle and copy, read-only again."""
    return kind(*freeze_in_place(fields))


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
    line: int | None = None

    is_array = True
    name, latex, bar, bar_latex = Row.name, Row.latex, Row.bar, Row.bar_latex
    formula, formula_latex, write = Row.formula, Row.formula_latex, Row.write
    definition, definition_latex, write_definition = (
        Row.definition,
        Row.definition_latex,
        Row.write_definition,
    )
    write_name = Row.write_name
    id, is_input, vjp_text, vjp_latex = Row.id, Row.is_input, Row.vjp_text, Row.vjp_latex
    partial_text, partial_latex, edge_text = vjp_text, vjp_latex, vjp_text
    write_operation, vjp = write_formula, write_rule

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __reduce__(self):
        return rebuild_frozen, (ArrayRow, tuple(self))

    def __repr__(self):
        return f"<row {self.name} = {self.formula}: {self.boxed}>"

    @property
    def shape(self):
        """The sizes of the axes."""
        return np.shape(self.value)

    @property
    def signature(self):
        """The operation and what it met, hashable: equal for rows that were computed alike."""
        met = [x.index if x.index is not None else number(x.value) for x in self.operands]
        return self.operation, self.shape, repr(self.options)[:200], *met

    def edge_words(self, slot):
        """An edge in words: the rule, with what a sum over copies stands for."""
        x = self.operands[slot]
        target, axes = variable(x.index), x.partial.axes
        words = f"{self.name} hands {self.vjp_text(slot)} to {target}"
        if axes:
            along = "all axes" if axes == "all" else f"axis {', '.join(map(str, axes))}"
            words += f", summed over {along}, along which {target} was copied"
        return words

    @property
    def boxed(self):
        """The value as a node of the graph shows it, with its shape."""
        return box_text(self.value)

    @property
    def boxed_adjoint(self):
        """The adjoint as a node of the graph shows it."""
        return box_text(self.adjoint, with_shape=False)

    @property
    def bytes(self):
        """How many bytes the value takes."""
        return int(getattr(self.value, "nbytes", 8))

    @property
    def kept(self):
        """Whether the way back needs the value, and for which rows: "kept 96 B for v₃"; else empty."""
        if not self.kept_by:
            return ""
        later = [variable(i) for i in self.kept_by]
        names = ", ".join(later[:3]) + f", {len(later) - 3} more" * (len(later) > 3)
        return f"kept {bytes_text(self.bytes)} for {names}"

    @property
    def zero(self):
        """The adjoint of a row that nothing flows to; may be written into."""
        return np.zeros(self.shape, getattr(self.value, "dtype", float))[()]

    def receive(self, adjoint):
        """The same row with its adjoint, made like the value."""
        return self._replace(adjoint=freeze_copy(self.zero + adjoint))

    def rename(self, numbers):
        """The same row, with all numbers of rows from ``numbers``."""
        keeps, kept_by = (tuple(numbers[i] for i in rows) for rows in (self.keeps, self.kept_by))
        return Row.rename(self, numbers)._replace(keeps=keeps, kept_by=kept_by)

    def hand_on(self, slot, flow, before, after):
        """The step in which this row hands ``flow`` on to one operand, whose adjoint it changes."""
        return ArrayStep(*Row.hand_on(self, slot, flow, before, freeze_in_place(after))[:-1], self)

    def start(self):
        """The step that starts the sweep at this row."""
        return ArrayStep(*Row.start(self))


def coarse(x, _digits):
    """A number in three digits."""
    return number(x, 3)


def box_text(x, with_shape=True):
    """An array in the few characters of a box: its shape, and its numbers or from where to where they go."""
    if not np.ndim(x):
        return number(x)
    small = 0 < x.size <= BOXED
    shown = array_text(x, coarse) if small else range_text(x, number, mean=False)
    return f"{shape_text(x.shape)} {shown}" if with_shape else shown


class ArrayStep(Step):
    """One line of the reverse sweep over arrays."""

    __slots__ = ()

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __reduce__(self):
        return rebuild_frozen, (ArrayStep, tuple(self))

    def __repr__(self):
        return f"<step {self.text}: {box_text(self.contribution)}>"

    @property
    def rule(self):
        """The vJp in text: v̄₁ X′."""
        return self.write_right(TEXT)

    def write_right(self, script):
        """What stands on the right of the sign: the vJp, with the rows' own names."""
        return self.row.vjp(self.slot, script) if self.row else script.number(self.after)

    @property
    def numbers(self):
        """The same in numbers: what there was, what is added, what there is now."""
        after = number(self.after)
        if self.first:
            return f"= {after}"
        parts = [number(x) for x in (self.before, self.contribution)]
        if np.ndim(self.after) and not all(part.startswith("[") for part in parts):
            return f"= {after}"
        return f"= {parts[0]} + {factor(self.contribution)} = {after}"
