"""How a row of arrays is written: its formula, and the vJp of each operand, as text and as LaTeX."""

from typing import NamedTuple

from ..arrays.structural import Structural
from ..arrays.structural.row import text_of
from ..core.primitives import Primitive, Unary
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from ..drawing.notation import (
    ATOM,
    LATEX,
    NEGATIVE,
    POWER,
    PRODUCT,
    SUBSCRIPTS,
    TEXT,
    Notation,
    Style,
    number_part,
)

__all__ = ["Name", "copied_axes", "operation_of", "write_formula", "write_rule"]

HADAMARD = Notation(
    Style("{} ⊙ {}", PRODUCT, (NEGATIVE, POWER)), Style(r"{} \odot {}", PRODUCT, (NEGATIVE, PRODUCT))
)
PLACES = 4  # of an index by an array, as many as are written out
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

    def part(self, script):
        """The pair (string, level) in one script."""
        return getattr(self, script.name)


def operation_of(name):
    """The row of either table, and its kind: an elementwise row or a structural one."""
    return Primitive.table.get(name) or Structural.table[name]


def write_formula(operation, names, options, script):
    """How a row was computed: v₁ @ v₂, sum(v₃, axis=0).

    names:   a ``Name`` per operand
    options: of a structural row, as the graph keeps them
    script:  TEXT or LATEX
    """
    row = operation_of(operation)
    parts = [name.part(script) for name in names]
    if operation == "getitem":
        return f"{parts[0][0]}{write_index(options[3], script)}"
    if isinstance(row, Primitive):
        how = HADAMARD if operation == "mul" and all(name.shape for name in names) else row.notation
        return script.write(how, parts)[0]
    ndim = max((len(name.shape) for name in names), default=0)
    return script.write(row, parts, shown_options(row, options, ndim))[0]


def shown_options(row, options, ndim):
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


def write_index(index, script):
    """An index as it is written behind an array: [0, :], [1:3]; an array of places as […]."""
    words = []
    for i in index if isinstance(index, tuple) else (index,):
        if isinstance(i, slice):
            ends = ":".join("" if x is None else str(x) for x in (i.start, i.stop))
            words.append(ends + (f":{i.step}" if i.step is not None else ""))
        elif i is Ellipsis:
            words.append("..." if script is TEXT else script.dots)
        else:
            numbers = f"[{' '.join(map(str, i.ravel()))}]" if getattr(i, "ndim", 0) else str(i)
            words.append(numbers if getattr(i, "size", 1) <= PLACES else script.dots)
    return f"[{', '.join(words)}]"


def write_rule(operation, slot, names, out, bar, options, axes, count):
    r"""The vJp of one operand, as the pair (text, LaTeX): v̄₃ v₁′ and \bar{v}_{3}\,v_{1}'.

    out, bar: ``Name`` of the result and of its adjoint
    axes:     those that are summed, because the operand was copied along them; "all", or a tuple
    count:    how many elements one result was averaged over
    """
    row = operation_of(operation)
    write = write_elementwise_rule if isinstance(row, Primitive) else write_structural_rule
    rules = [(write(row, slot, names, out, bar, script, count), script) for script in (TEXT, LATEX)]
    return tuple(write_sum(*rule, axes, script) for rule, script in rules)


def write_elementwise_rule(row, slot, names, out, bar, script, _count):
    """g ⊙ partial, the partial's formula being the table's own, run on symbols (claim N29)."""
    shapes = {}

    def symbol(name):
        unknown = Symbol(name.text[0], name.latex[0])
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
    return write_product(product, shapes, script)


def write_product(root, shapes, script):
    """An expression as a pair (string, level), with ⊙ for the products of two arrays."""
    parts = {}

    def part(x):
        return parts[x] if isinstance(x, Symbol) else number_part(x, script.number)

    def shape(x):
        return shapes.get(x, ())

    for node in operands_first(root):
        if node.operation is None:
            parts[node] = (node.name if script is TEXT else node.name_latex), ATOM
            continue
        row = node.operation
        operands = (node.parent1,) if isinstance(row, Unary) else (node.parent1, node.parent2)
        both = row.name == "mul" and all(map(shape, operands))
        how = HADAMARD if both else row.notation
        parts[node] = script.write(how, list(map(part, operands)))
        shapes[node] = max(map(shape, operands), key=len)
    return parts[root]


def write_structural_rule(row, slot, names, out, bar, script, count):
    """The rule that the row itself states, with the names of this graph in its places."""
    if row.name == "broadcast_to":
        return bar.part(script)
    named = [name.part(script)[0] for name in names]
    latex = row.rule(slot, bar.part(script)[0], out.part(script)[0], named)
    if row.name in AVERAGES:
        latex = latex.replace("/n", f"/{count}").replace("{n}", f"{{{count}}}")
    text = text_of(latex) if script is TEXT else latex
    return text, NEGATIVE if text.startswith("-") else PRODUCT


def write_sum(text, level, axes, script):
    """What flows to an operand that was copied: the sum over those axes. Copy forward, sum backward."""
    if not axes or text == "0":
        return text
    numbers = "" if axes == "all" else ",".join(map(str, axes))
    if script is LATEX:
        sign = r"\sum" + (rf"_{{{numbers}}}" if numbers else "")
        return rf"{sign} \left({text}\right)" if level <= NEGATIVE else f"{sign} {text}"
    sign = "Σ" + numbers.translate(SUBSCRIPTS)
    return f"{sign} ({text})" if level < POWER else f"{sign} {text}"


def copied_axes(shape, wanted):
    """Along which axes copies are summed until a contribution has the operand's shape: "all", or a tuple.

    >>> copied_axes((4, 3), (3,)), copied_axes((4, 3), (4, 1)), copied_axes((4, 3), ())
    ((0,), (1,), 'all')
    """
    if shape == wanted:
        return ()
    if not wanted:
        return "all"
    extra = len(shape) - len(wanted)
    stretched = [i + extra for i, n in enumerate(wanted) if n == 1 and shape[i + extra] != 1]
    return (*range(extra), *stretched)
