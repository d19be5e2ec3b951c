"""A run as the notes' Figure 1: the forward lines, and beside them the backward lines, with their numbers."""

from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import NamedTuple
from unicodedata import combining

from ..drawing.notation import bar_latex, number, number_latex
from .rows import Trace

__all__ = ["LIMIT", "Table", "table"]

LIMIT = 60  # rows shown of a longer run, half of them from each end
MARKDOWN = str.maketrans({character: "\\" + character for character in "\\`*_[]|~$"})
CELL = "text-align:left;white-space:nowrap;padding:0.2em 0.9em 0.2em 0;font-weight:normal"
SIDES = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:1em 3em;overflow-x:auto"
CAPTION = "text-align:left;white-space:nowrap;font-weight:bold;color:inherit"
RULE = "border-bottom:1px solid rgba(128,128,128,0.45)"
FRAME = "border-collapse:collapse;table-layout:auto;margin:0"  # no colours: the page's own serve both themes


class Line(NamedTuple):
    """One line of the figure: what is set, by ``=`` or ``+=``, to what, and the same in numbers."""

    left: str
    sign: str
    right: str
    numbers: str
    latex: str


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Figure 1 for any run: HTML in a notebook, aligned text everywhere else (claims N15 and N16).

    limit: how many rows, and how many steps, are shown before the middle is left out; None for all
    """

    trace: Trace
    limit: int | None = LIMIT

    @property
    def forward(self):
        """The left side: one ``Line`` a row, and one for the result; a ``str`` where lines are left out."""
        trace = self.trace
        lines = shortened(trace.rows, self.limit, forward_line, "rows")
        result = trace[trace.output]
        latex = rf"{trace.is_named_latex} = {result.latex}"
        return [*lines, Line(trace.is_named, "=", result.name, f"= {number(result.value)}", latex)]

    @property
    def backward(self):
        """The right side: one ``Line`` a step of the sweep; a ``str`` where lines are left out."""
        return shortened(self.trace.steps, self.limit, lambda step: backward_line(step, self.trace), "steps")

    @property
    def text(self):
        """The figure in plain text, its columns aligned; it stands alone."""
        left = columns("forward: values", self.forward)
        right = columns("backward: adjoints", self.backward)
        wide = width(left[0])
        return "\n".join(f"{pad(a, wide)}    {b}".rstrip() for a, b in zip_longest(left, right, fillvalue=""))

    @property
    def markdown(self):
        """The figure as a Markdown table of four columns."""
        head = "| forward | value | backward | numbers |\n|:--|:--|:--|:--|"
        pairs = zip_longest(self.forward, self.backward, fillvalue="")
        rows = ["| " + " | ".join(markdown_cells(a) + markdown_cells(b)) + " |" for a, b in pairs]
        return "\n".join([head, *rows])

    @property
    def html(self):
        """The figure as two captioned HTML tables, side by side where there is room."""
        name = escape(self.trace.is_named)
        return (
            f'<div class="bp-table" style="{SIDES}">'
            + html_table(f"Forward: the values of {name}", ("row", "value"), self.forward)
            + html_table(f"Backward: the adjoints of {name}", ("step", "numbers"), self.backward)
            + "</div>"
        )

    @property
    def latex(self):
        """The figure as a LaTeX array, without numbers, as in the notes."""
        pairs = zip_longest(self.forward, self.backward, fillvalue="")
        body = " \\\\\n".join(f"{latex_cell(a)} & {latex_cell(b)}" for a, b in pairs)
        return f"\\begin{{array}}{{l|l}}\n{body}\n\\end{{array}}"

    @property
    def numbers_latex(self):
        """The figure in numbers as a LaTeX array: small arrays are matrices, of others the sizes are told."""
        rows = shortened(self.trace.rows, self.limit, valued, "rows")
        steps = shortened(self.trace.steps, self.limit, numbered, "steps")
        pairs = zip_longest(rows, steps, fillvalue="")
        body = " \\\\\n".join(f"{latex_cell(a)} & {latex_cell(b)}" for a, b in pairs)
        return f"\\begin{{array}}{{l|l}}\n{body}\n\\end{{array}}"

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def table(trace, limit=LIMIT):
    """The notes' Figure 1 for any run: forward lines beside backward lines (claims N15 and N16).

    limit:   rows (and steps) to show before the middle is left out, at least 2; None shows them all
    returns: a ``Table``: ``.text``, ``.markdown``, ``.html``, ``.latex``; shows itself in a notebook
    raises:  ValueError for any other limit

    >>> from backprop_nb.runs.tracing import trace
    >>> print(table(trace(lambda a: a * a, 3)))
    forward: values      backward: adjoints
    v₀ = a        = 3    v̄₁  = 1           = 1
    v₁ = v₀ × v₀  = 9    v̄₀  = v̄₁ ∂v₁/∂v₀  = 1 × 3 = 3
    f(a) = v₁     = 9    v̄₀ += v̄₁ ∂v₁/∂v₀  = 3 + 1 × 3 = 6
    """
    if limit is not None and (not isinstance(limit, int) or limit < 2):
        raise ValueError(f"limit is a number of rows, 2 or more, or None for all; received {limit!r:.60}")
    return Table(trace, limit)


def shortened(items, limit, write, noun):
    """``write(item)`` for each item; of more than ``limit`` the ends, and how many are left out between."""
    if limit is None or len(items) <= limit:
        return [write(item) for item in items]
    tail = limit // 2
    head = limit - tail
    lines = [write(item) for item in items[:head]]
    lines.append(f"… {len(items) - limit:,} {noun} …")
    return lines + [write(item) for item in items[len(items) - tail :]]


def forward_line(row):
    """A row of the run as a line: what it is, and its value."""
    return Line(row.name, "=", row.formula, f"= {number(row.value)}", f"{row.latex} = {row.formula_latex}")


def backward_line(step, trace):
    """A step of the sweep as a line: ``=`` where a value first receives, ``+=`` after that."""
    _, _, right = step.text.partition(f" {step.sign} ")
    return Line(trace[step.target].bar, step.sign, right, step.numbers, step.latex)


def width(text):
    """How many columns ``text`` takes on a terminal: the bar of v̄ takes none.

    >>> width("v̄₅")
    2
    """
    return sum(not combining(character) for character in text)


def pad(text, wide):
    """``text`` filled with spaces to ``wide`` columns."""
    return text + " " * (wide - width(text))


def columns(heading, lines):
    """One side of the figure as strings of equal width: names, signs and numbers stand below each other."""
    named = [line for line in lines if isinstance(line, Line)]
    name = max((width(line.left) for line in named if "(" not in line.left), default=0)
    sign = max((len(line.sign) for line in named), default=0)
    texts = [
        f"{pad(line.left, name)} {line.sign:>{sign}} {line.right}" if isinstance(line, Line) else line
        for line in lines
    ]
    wide = max(map(width, texts))
    numbers = [line.numbers if isinstance(line, Line) else "" for line in lines]
    rows = [heading, *(f"{pad(text, wide)}  {x}".rstrip() for text, x in zip(texts, numbers, strict=True))]
    wide = max(map(width, rows))
    return [pad(row, wide) for row in rows]


def markdown_cells(line):
    """The two cells of one side, every character that Markdown or HTML would act on made harmless."""
    cells = (f"{line.left} {line.sign} {line.right}", line.numbers) if isinstance(line, Line) else (line, "")
    return [escape(cell, quote=False).translate(MARKDOWN) for cell in cells]


def html_table(caption, heads, lines):
    """One side of the figure as a table; each line's formula is the head of its row."""
    top = "".join(f'<th scope="col" style="{CELL};{RULE}">{head}</th>' for head in heads)
    body = "".join(f"<tr>{html_cells(line)}</tr>" for line in lines)
    title = f'<caption style="{CAPTION}">{caption}</caption>'
    return f'<table style="{FRAME}">{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def html_cells(line):
    """A line as the cells of a table row."""
    if not isinstance(line, Line):
        return f'<td colspan="2" style="{CELL}">{line}</td>'
    formula = escape(f"{line.left} {line.sign} {line.right}")
    return f'<th scope="row" style="{CELL}">{formula}</th><td style="{CELL}">{escape(line.numbers)}</td>'


def valued(row):
    """A row in LaTeX: its name and its value."""
    return row.latex, number_latex(row.value)


def numbered(step):
    """The adjoint that a step leaves, in LaTeX: its name and its value so far."""
    return bar_latex(step.target), number_latex(step.after)


def latex_cell(line):
    """A line as the cell of an array; what is left out as dots and a count."""
    if isinstance(line, tuple) and not isinstance(line, Line):
        return " = ".join(line)
    if isinstance(line, Line):
        return line.latex
    return rf"\ldots\ \text{{{line.strip('… ')}}}\ \ldots" if line else ""
