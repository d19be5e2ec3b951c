"""How a row of arrays is written: its formula, and the vJp of each operand, as text and as LaTeX."""

from typing import NamedTuple

from ..arrays.structural import Structural
from ..core.primitives import Primitive, Unary
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from ..drawing import notation
from ..drawing.notation import ATOM, NEGATIVE, POWER, PRODUCT, Notation, Style

__all__ = ["Name", "formula", "operation_of", "rule", "summed"]

HADAMARD = Notation(
    Style("{} ⊙ {}", PRODUCT, (NEGATIVE, POWER)), Style(r"{} \odot {}", PRODUCT, (NEGATIVE, PRODUCT))
)
FEW = 4  # numbers of an index that are written out
AVERAGES = {"mean", "var", "softmax_cross_entropy"}  # their rules divide by how many there were


class Name(NamedTuple):
    """What stands in a formula: a row or a constant, in both forms, and the shape of its value.

    text, latex: pairs (string, level)
    constant:    the number, if it is a plain one
    """

    text: tuple
    latex: tuple
    shape: tuple
    constant: float | None = None

    def part(self, style):
        """The pair (string, level) of one form, "text" or "latex"."""
        return getattr(self, style)


def operation_of(name):
    """The row of either table, and its kind: an elementwise row or a structural one."""
    return Primitive.table.get(name) or Structural.table[name]


def formula(operation, names, options, style):
    """How a row was computed: v₁ @ v₂, sum(v₃, axis=0).

    names:   a ``Name`` per operand
    options: of a structural row, as the graph keeps them
    style:   "text" or "latex"
    """
    row = operation_of(operation)
    parts = [name.part(style) for name in names]
    if isinstance(row, Primitive):
        how = HADAMARD if operation == "mul" and all(name.shape for name in names) else row.notation
        return getattr(how, f"write_{style}")(parts)[0]
    if operation == "getitem":
        return f"{parts[0][0]}{index_text(options[3], style)}"
    ndim = max((len(name.shape) for name in names), default=0)
    return getattr(row, f"write_{style}")(parts, readable(row, options, ndim))[0]


def readable(row, options, ndim):
    """The options with axes counted from the front, and left out where all axes are meant."""
    shown = list(options)
    for name, place in row.shown.items():
        value = shown[place]
        if name in ("axis", "axes") and value is not None:
            if row.name == "stack":
                ndim += 1
            several = isinstance(value, tuple)
            axes = tuple(a % ndim for a in value) if several and ndim else value % ndim if ndim else value
            whole = several and row.name not in ("transpose", "swapaxes", "moveaxis") and len(axes) == ndim
            shown[place] = None if whole or ndim <= 1 else axes[0] if several and len(axes) == 1 else axes
    return tuple(shown)


def index_text(index, style):
    """An index as it is written behind an array: [0, :], [1:3]; an array of places as […]."""
    index = index if isinstance(index, tuple) else (index,)
    dots = r"\ldots" if style == "latex" else "…"
    words = []
    for i in index:
        if isinstance(i, slice):
            ends = ":".join("" if x is None else str(x) for x in (i.start, i.stop))
            words.append(ends + (f":{i.step}" if i.step is not None else ""))
        elif i is Ellipsis:
            words.append("..." if style == "text" else dots)
        else:
            numbers = f"[{' '.join(map(str, i.ravel()))}]" if getattr(i, "ndim", 0) else str(i)
            words.append(numbers if getattr(i, "size", 1) <= FEW else dots)
    return f"[{', '.join(words)}]"


def rule(operation, slot, names, out, bar, options, axes, count):
    r"""The vJp of one operand, as the pair (text, LaTeX): v̄₃ v₁′ and \bar{v}_{3}\,v_{1}'.

    out, bar: ``Name`` of the result and of its adjoint
    axes:     those that are summed, because the operand was copied along them; "all", or a tuple
    count:    how many elements one result was averaged over
    """
    row = operation_of(operation)
    written = elementwise if isinstance(row, Primitive) else structural
    said = []
    for style in ("text", "latex"):
        text, level = written(row, slot, names, out, bar, style, count)
        said.append(sum_of(text, level, axes, style))
    return tuple(said)


def elementwise(row, slot, names, out, bar, style, _count):
    """g ⊙ partial, the partial's formula being the table's own, run on symbols (claim N29)."""
    shapes = {}

    def symbol(name):
        unknown = Symbol(name.part("text")[0], name.part("latex")[0])
        shapes[unknown] = name.shape
        return unknown

    unknowns = [symbol(x) if x.constant is None else x.constant for x in names]
    partial = row.partials[slot](symbol(out), *unknowns)
    g = symbol(bar)
    if not isinstance(partial, Symbol):
        if partial == 0:
            return "0", ATOM
        product = g if partial == 1 else -g if partial == -1 else partial * g
    elif partial.operation is Primitive.table["div"] and isinstance(partial.parent1, (float, int)):
        product = g / partial.parent2 if partial.parent1 == 1 else g * partial
    else:
        product = g * partial
    return write(product, shapes, style)


def write(root, shapes, style):
    """An expression as a pair (string, level), with ⊙ for the products of two arrays."""
    parts = {}

    def part(x):
        if isinstance(x, Symbol):
            return parts[x]
        form = notation.number if style == "text" else notation.number_latex
        return notation.number_part(x, form)

    def shape(x):
        return shapes.get(x, ())

    for node in operands_first(root):
        if node.operation is None:
            parts[node] = (getattr(node, "name" if style == "text" else "name_latex"), ATOM)
            continue
        row = node.operation
        operands = (node.parent1,) if isinstance(row, Unary) else (node.parent1, node.parent2)
        both = row.name == "mul" and all(map(shape, operands))
        parts[node] = getattr(HADAMARD if both else row.notation, f"write_{style}")(
            [part(x) for x in operands]
        )
        shapes[node] = max(map(shape, operands), key=len)
    return parts[root]


def structural(row, slot, names, out, bar, style, count):
    """The rule that the row itself states, with the names of this graph in its places."""
    if row.name == "broadcast_to":
        return bar.part(style)
    named = [name.part(style)[0] for name in names]
    latex = row.rule(slot, bar.part(style)[0], out.part(style)[0], named)
    if row.name in AVERAGES:
        latex = latex.replace("/n", f"/{count}").replace("{n}", f"{{{count}}}")
    text = latex if style == "latex" else notation.latex_to_text(latex)
    return text, NEGATIVE if text.startswith("-") else PRODUCT


def sum_of(text, level, axes, style):
    """What flows to an operand that was copied: the sum over those axes. Copy forward, sum backward."""
    if not axes or text == "0":
        return text
    numbers = "" if axes == "all" else ",".join(map(str, axes))
    if style == "latex":
        sign = r"\sum" + (rf"_{{{numbers}}}" if numbers else "")
        return rf"{sign} \left({text}\right)" if level <= NEGATIVE else f"{sign} {text}"
    sign = "Σ" + numbers.translate(notation.SUBSCRIPTS)
    return f"{sign} ({text})" if level < POWER else f"{sign} {text}"


def summed(shape, wanted):
    """Along which axes copies are summed until a contribution has the operand's shape: "all", or a tuple.

    >>> summed((4, 3), (3,)), summed((4, 3), (4, 1)), summed((4, 3), ()), summed((3,), (3,))
    ((0,), (1,), 'all', ())
    """
    if shape == wanted:
        return ()
    if not wanted:
        return "all"
    extra = len(shape) - len(wanted)
    stretched = [i + extra for i, n in enumerate(wanted) if n == 1 and shape[i + extra] != 1]
    return (*range(extra), *stretched)
