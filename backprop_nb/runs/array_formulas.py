"""How a row of arrays is written: its formula, and the vJp of each operand, as text and as LaTeX."""

import math
from typing import NamedTuple

from ..arrays.structural import Structural
from ..core.primitives import Primitive, Unary
from ..core.sweep import operands_first
from ..core.symbolic import Symbol
from ..drawing.array_text import array_text, shape_text
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
    latex_to_text,
    number,
    number_part,
)

__all__ = ["BOXED", "copied_axes", "operation_of", "write_formula", "write_rule"]

HADAMARD = Notation(
    Style("{} ⊙ {}", PRODUCT, (NEGATIVE, POWER)), Style(r"{} \odot {}", PRODUCT, (NEGATIVE, PRODUCT))
)
BOXED = 4  # numbers of an array that are written out: in a box, of a constant, of an index
PLACES = 0xE000  # from here on Unicode leaves signs to private use
AVERAGES = {"mean", "var", "softmax_cross_entropy"}  # their rules divide by how many there were


class Name(NamedTuple):
    """What stands in a formula: a row or a constant as a pair (string, level), and the shape of its value.

    constant: the number, if it is a plain one
    """

    part: tuple
    shape: tuple
    constant: float | None = None


def names_of(row, script):
    """A ``Name`` per operand of a row."""
    return [name_of(x, getattr(x.value, "shape", ()), script) for x in row.operands]


def name_of(operand, shape, script):
    """How an operand is called in formulas: by its row, or as a constant."""
    value = operand.value
    if operand.index is not None:
        return Name(operand.part(script), shape)
    if not shape:
        constant = value.item() if hasattr(value, "item") else value
        return Name(number_part(constant, script.number), (), constant)
    if array_text(value, number, BOXED).startswith("["):
        return Name((script.number(value), ATOM), shape)
    return Name((("array" if script is TEXT else r"\text{array}") + shape_text(shape), ATOM), shape)


def operation_of(name):
    """The row of either table, and its kind: an elementwise row or a structural one."""
    return Primitive.table.get(name) or Structural.table[name]


def write_formula(row, script):
    """How a row was computed: v₁ @ v₂, sum(v₃, axis=0)."""
    how, names = operation_of(row.operation), names_of(row, script)
    parts, shapes = [name.part for name in names], [name.shape for name in names]
    if row.operation == "getitem":
        return parts[0][0] + write_index(row.options[3], script)
    if isinstance(how, Primitive):
        is_hadamard = row.operation == "mul" and all(shapes)
        return script.write(HADAMARD if is_hadamard else how.notation, parts)[0]
    return script.write(how, parts, shown_options(how, row.options, max(map(len, shapes), default=0)))[0]


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
            words.append(numbers if getattr(i, "size", 1) <= BOXED else script.dots)
    return f"[{', '.join(words)}]"


def write_rule(row, slot, script):
    r"""The vJp of one operand: v̄₃ v₁′, or \bar{v}_{3}\,v_{1}'."""
    how, names = operation_of(row.operation), names_of(row, script)
    write = write_elementwise_rule if isinstance(how, Primitive) else write_structural_rule
    text, level = write(row, how, slot, names, script)
    return write_sum(text, level, row.operands[slot].partial.axes, script)


def write_elementwise_rule(row, how, slot, names, script):
    """g ⊙ partial, the partial's formula being the table's own, run on symbols (claim N29)."""
    shapes = {}

    def symbol(name, shape):
        unknown = Symbol(name)
        shapes[unknown] = shape
        return unknown

    unknowns = [symbol(x.part[0], x.shape) if x.constant is None else x.constant for x in names]
    partial = how.partials[slot](symbol(script.variable(row.index), row.shape), *unknowns)
    g = symbol(script.bar(row.index), row.shape)
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
            parts[node] = node.name, ATOM
            continue
        row = node.operation
        operands = (node.parent1,) if isinstance(row, Unary) else (node.parent1, node.parent2)
        both = row.name == "mul" and all(map(shape, operands))
        how = HADAMARD if both else row.notation
        parts[node] = script.write(how, list(map(part, operands)))
        shapes[node] = max(map(shape, operands), key=len)
    return parts[root]


def write_structural_rule(row, how, slot, names, script):
    """The rule that the operation itself states, with the names of this graph in its places."""
    bar, own = script.bar(row.index), script.variable(row.index)
    if row.operation == "broadcast_to":
        return bar, ATOM
    # Signs stand in for the names, in which anything may be that reads as LaTeX.
    places = {chr(PLACES + i): name for i, name in enumerate([bar, own, *(name.part[0] for name in names)])}
    g, out, *operands = places
    latex = how.rule(slot, g, out, operands)
    if row.operation in AVERAGES:  # over so many elements for each result
        n = math.prod(names[slot].shape) // max(1, math.prod(row.shape))
        n = len(row.options[-1]) if row.operation == "softmax_cross_entropy" else n
        latex = latex.replace("/n", f"/{n}").replace("{n}", f"{{{n}}}")
    text = latex_to_text(latex) if script is TEXT else latex
    text = "".join(places.get(letter, letter) for letter in text)
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
