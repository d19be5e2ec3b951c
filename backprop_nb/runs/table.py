"""A run as the notes' Figure 1: the forward lines, and beside them the backward lines, with their numbers."""

from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import NamedTuple

from ..drawing.html_tables import RULED_TABLE, html_table, scroll_box, write_cell
from ..drawing.notation import LATEX, TEXT, factor, number
from ..drawing.text_columns import align_columns, keep_ends, pad_text, text_width
from .adjoints import parents, sweep_forward
from .rows import Row, Trace

__all__ = ["LIMIT", "Table", "check_limit", "escape_markdown", "keep_within", "latex_gap", "table"]

LIMIT = 60  # rows shown of a longer run, half of them from each end
MARKDOWN = str.maketrans({character: "\\" + character for character in "\\`*_[]|~$"})
SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:1em 3em"


class Line(NamedTuple):
    """One line of the figure: what is set, by ``=`` or ``+=``, to what, and the same in numbers."""

    left: str
    sign: str
    right: str
    numbers: str
    latex: str

    @property
    def formula(self):
        """The line without its numbers; an input under its own name is that name."""
        return f"{self.left} {self.sign} {self.right}".strip()


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Figure 1 for any run: HTML in a notebook, aligned text everywhere else (claims N15 and N16).

    limit: how many rows, and how many steps, are shown before the middle is left out; None for all
    wrt:   an input: beside the values stand the tangents with respect to it, and no backward lines
    """

    trace: Trace
    limit: int | None = LIMIT
    wrt: Row | None = None

    @property
    def forward(self):
        """The left side: one ``Line`` a row, and one for the result; a ``str`` where lines are left out."""
        trace = self.trace
        lines = keep_within(self.limit, trace.rows, forward_line, "rows")
        result = trace[trace.output]
        latex = rf"{trace.is_named_latex} = {result.latex}"
        return [*lines, Line(trace.is_named, "=", result.name, f"= {number(result.value)}", latex)]

    @property
    def backward(self):
        """The right side: one ``Line`` a step of the sweep; a ``str`` where lines are left out."""
        return keep_within(
            self.limit, self.trace.steps, lambda step: backward_line(step, self.trace), "steps"
        )

    @property
    def tangents(self):
        """The dotted column: one ``Line`` beside each of ``forward``."""
        trace = self.trace
        tangent = sweep_forward(trace, self.wrt)
        lines = keep_within(self.limit, trace.rows, lambda row: tangent_line(row, tangent), "rows")
        out, wrt = trace.output, self.wrt
        ratio = rf"\frac{{\partial {LATEX.label(trace.title)}}}{{\partial {wrt.latex}}}"
        result = f"∂{TEXT.label(trace.title)}/∂{wrt.name}", "=", TEXT.dot(out), f"= {number(tangent[out])}"
        return [*lines, Line(*result, f"{ratio} = {LATEX.dot(out)}")]

    @property
    def beside(self):
        """What stands on the right: what it is, of what, its columns, and its lines."""
        if self.wrt is None:
            return "backward: adjoints", "Backward: the adjoints of", ("step", "numbers"), self.backward
        told = f"with respect to {self.wrt.name}"
        caption = f"Forward: the tangents, {told}, of"
        return f"forward: tangents, {told}", caption, ("row", "tangent"), self.tangents

    @property
    def text(self):
        """The figure in plain text, its columns aligned; it stands alone."""
        left = align_side("forward: values", self.forward)
        heading, *_, lines = self.beside
        right = align_side(heading, lines)
        return "\n".join(align_columns(zip_longest(left, right, fillvalue=""), gap="    "))

    @property
    def markdown(self):
        """The figure as a Markdown table of four columns."""
        heading, _, (_, numbers), lines = self.beside
        head = f"| forward | value | {heading.partition(':')[0]} | {numbers} |\n|:--|:--|:--|:--|"
        pairs = zip_longest(self.forward, lines, fillvalue="")
        rows = ["| " + " | ".join([*markdown_cells(a), *markdown_cells(b)]) + " |" for a, b in pairs]
        return "\n".join([head, *rows])

    @property
    def html(self):
        """The figure as two captioned HTML tables, side by side where there is room."""
        call = self.trace.is_named
        forward = html_table(f"Forward: the values of {call}", ("row", "value"), cells_of(self.forward))
        _, caption, heads, lines = self.beside
        right = html_table(f"{caption} {call}", heads, cells_of(lines))
        return scroll_box(forward + right, f"The two sweeps of {call}", SIDE_BY_SIDE, "bp-table")

    @property
    def latex(self):
        """The figure as a LaTeX array, without numbers, as in the notes."""
        return latex_array(self.forward, self.beside[-1])

    @property
    def numbers_latex(self):
        """The figure in numbers as a LaTeX array: small arrays are matrices, of others the sizes are told."""
        values = keep_within(self.limit, self.trace.rows, lambda row: (row.latex, row.value), "rows")
        if self.wrt is None:
            trace, limit = self.trace, self.limit
            right = keep_within(limit, trace.steps, lambda x: (LATEX.bar(x.target), x.after), "steps")
            return latex_array(values, right)
        right = [(LATEX.dot(i), x) for i, x in sweep_forward(self.trace, self.wrt).items()]
        return latex_array(values, keep_within(self.limit, right, lambda pair: pair, "rows"))

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def table(trace, limit=LIMIT, tangents=None):
    """The notes' Figure 1 for any run: forward lines beside backward lines (claims N15 and N16).

    limit:    rows (and steps) to show before the middle is left out, at least 2; None shows them all
    tangents: an input, such as "x1": then each value has its tangent beside it, its derivative with respect
              to that input (forward mode), in place of the backward lines
    returns:  a ``Table``: ``.text``, ``.markdown``, ``.html``, ``.latex``; shows itself in a notebook
    raises:   ValueError for any other limit, for no input of the run, and for tangents of a run on arrays

    >>> from backprop_nb.runs.tracing import trace
    >>> print(table(trace(lambda a: a * a, 3)))
    forward: values    backward: adjoints
    a           = 3    v̄₁  = 1          = 1
    v₁ = a × a  = 9    ā   = v̄₁ ∂v₁/∂a  = 1 × 3 = 3
    f(a) = v₁   = 9    ā  += v̄₁ ∂v₁/∂a  = 3 + 1 × 3 = 6
    >>> print(table(trace(lambda a: a * a, 3), tangents="a"))
    forward: values    forward: tangents, with respect to a
    a           = 3    ȧ     = 1                    = 1
    v₁ = a × a  = 9    v̇₁    = ȧ ∂v₁/∂a + ȧ ∂v₁/∂a  = 1 × 3 + 1 × 3 = 6
    f(a) = v₁   = 9    ∂f/∂a = v̇₁                   = 6
    """
    return Table(trace, check_limit(limit, "rows"), None if tangents is None else choose_wrt(trace, tangents))


def choose_wrt(trace, which):
    """The input that tangents are taken with respect to, in a run of numbers; ValueError for any other."""
    row = trace.find(which)
    if any(row.is_array for row in trace.rows):
        raise ValueError("tangents are shown for runs of numbers; this one has arrays: bp.jvp gives theirs")
    if not row.is_input:
        inputs = ", ".join(row.name for row in trace.inputs[:12])
        raise ValueError(f"tangents are taken with respect to an input, of {inputs}; received {row.name}")
    return row


def check_limit(limit, noun):
    """The limit, if it is one: a whole number from 2 on, or None; ValueError for any other."""
    if limit is not None and (not isinstance(limit, int) or limit < 2):
        raise ValueError(f"limit is a number of {noun}, 2 or more, or None for all; received {limit!r:.60}")
    return limit


def keep_within(limit, items, write, noun):
    """``write(item)`` for each item; of more than ``limit`` the ends, and how many are left out between."""
    most = len(items) if limit is None else limit
    return keep_ends(items, most, most - most // 2, most // 2, f"… {{}} {noun} …", write)


def forward_line(row):
    """A row of the run as a line: what it is, and its value."""
    is_named = row.name == row.formula
    sign, right = ("", "") if is_named else ("=", row.formula)
    return Line(row.name, sign, right, f"= {number(row.value)}", row.definition_latex)


def backward_line(step, trace):
    """A step of the sweep as a line: ``=`` where a value first receives, ``+=`` after that."""
    return Line(trace[step.target].bar, step.sign, step.write_right(TEXT), step.numbers, step.latex)


def tangent_line(row, tangent):
    """The tangent of a row as a line: over its operands, local partial times tangent, added up."""
    after, flows = f"= {number(tangent[row.index])}", parents(row)
    texts = [f"{TEXT.dot(x.index)} {TEXT.partial(row.index, x.index)}" for x in flows]
    latex = [f"{LATEX.dot(x.index)} {LATEX.partial(row.index, x.index)}" for x in flows]
    numbers = " + ".join(f"{factor(tangent[x.index])} × {factor(x.partial)}" for x in flows)
    numbers, start = f"= {numbers} {after}" if flows else after, number(tangent[row.index])
    right = LATEX.dot(row.index), " + ".join(latex) or start
    return Line(TEXT.dot(row.index), "=", " + ".join(texts) or start, numbers, " = ".join(right))


def align_side(heading, lines):
    """One side of the figure as strings: names, signs and numbers stand below each other."""
    named = [line for line in lines if isinstance(line, Line)]
    name = max((text_width(line.left) for line in named if "(" not in line.left), default=0)
    sign = max((len(line.sign) for line in named), default=0)
    pairs = [
        (f"{pad_text(line.left, name)} {line.sign:>{sign}} {line.right}", line.numbers)
        if isinstance(line, Line)
        else (line, "")
        for line in lines
    ]
    return [heading, *align_columns(pairs)]


def escape_markdown(text):
    """A text for a cell in Markdown: what Markdown or HTML would act on is made harmless."""
    return escape(text, quote=False).translate(MARKDOWN)


def markdown_cells(line):
    """The two cells of one side in Markdown."""
    return map(escape_markdown, (line.formula, line.numbers) if isinstance(line, Line) else (line, ""))


def cells_of(lines):
    """One side of the figure as rows of cells: each line's formula is the head of its row."""
    style = RULED_TABLE.cell
    return [
        (x.formula, x.numbers) if isinstance(x, Line) else [write_cell(x, style, colspan=2)] for x in lines
    ]


def latex_array(left, right):
    """Two sides as a LaTeX array."""
    pairs = zip_longest(left, right, fillvalue="")
    body = " \\\\\n".join(f"{latex_cell(a)} & {latex_cell(b)}" for a, b in pairs)
    return f"\\begin{{array}}{{l|l}}\n{body}\n\\end{{array}}"


def latex_cell(line):
    """A line, or a name with its value, as the cell of an array; what is left out as dots and a count."""
    if isinstance(line, str):
        return latex_gap(line) if line else ""
    return line.latex if isinstance(line, Line) else f"{line[0]} = {LATEX.number(line[1])}"


def latex_gap(line):
    """A line that says how much is left out, in LaTeX."""
    return rf"\ldots\ \text{{{line.strip('… ')}}}\ \ldots"
