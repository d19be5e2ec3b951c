"""The vJps of a run as a table: each operation, what it hands to each operand, and what it keeps for that."""

from dataclasses import dataclass

from ..drawing.array_text import bytes_text
from ..drawing.notation import LATEX, TEXT
from ..drawing.text_columns import align_columns
from .adjoints import edges_of
from .rows import Trace
from .table import LIMIT, check_limit, escape_markdown, keep_within, latex_gap

__all__ = ["Rules", "rules"]

HEADS = ("operation", "shape", "vJp of each operand", "keeps")


@dataclass(frozen=True, repr=False)
class Rules:
    """All vJps of a run: a table that MathJax renders in a notebook, aligned text everywhere else.

    limit: how many operations are shown before the middle is left out; None for all
    """

    trace: Trace
    limit: int | None = LIMIT

    def lines(self, script):
        """The operations in the order of the sweep, four cells each; a ``str`` where some are left out.

        The cells: v₃ = v₂ @ v₁; the shape, "" for a number; a tuple of the vJps, v̄₂ += v̄₃ v₁′; what is kept
        """
        results = [row for row in reversed(self.trace.rows) if row.operands]
        return keep_within(self.limit, results, lambda row: write_cells(row, script), "operations")

    @property
    def text(self):
        """The table in plain text, its columns aligned."""
        rows = [HEADS]
        for line in self.lines(TEXT):
            name, shape, vjps, keeps = (line, "", [""], "") if isinstance(line, str) else line
            first, *others = vjps or ["none: its operands are constants"]
            rows += [(name, shape, first, keeps), *(("", "", vjp, "") for vjp in others)]
        return "\n".join(align_columns(rows))

    @property
    def markdown(self):
        """The table in Markdown, its formulas between dollar signs."""
        lines = [f"| {' | '.join(HEADS)} |", "|:--|:--|:--|:--|"]
        for line, in_text in zip(self.lines(LATEX), self.lines(TEXT), strict=True):
            if isinstance(line, str):
                lines.append(f"| {line} | | | |")
                continue
            formulas = "<br>".join(map(dollars, line[2]))
            lines.append(f"| {dollars(line[0])} | {line[1]} | {formulas} | {escape_markdown(in_text[3])} |")
        return "\n".join(lines)

    @property
    def latex(self):
        """The table as a LaTeX array."""
        body = " \\\\\n".join(map(latex_row, self.lines(LATEX)))
        return f"\\begin{{array}}{{l|l|l}}\n{body}\n\\end{{array}}"

    def __repr__(self):
        return self.text

    def _repr_latex_(self):
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self):
        return self.markdown


def rules(trace, limit=LIMIT):
    """What each operation hands to each of its operands: the vJps, with the rows' own names (claim N30).

    limit:   operations to show before the middle is left out, at least 2; None shows them all
    returns: a ``Rules``: ``.text``, ``.markdown``, ``.latex``; a notebook shows its formulas
    raises:  ValueError for any other limit

    >>> from backprop_nb.runs.tracing import trace
    >>> print(rules(trace(lambda a, b: (a + 1) * b, 2, 5)))
    operation    shape  vJp of each operand  keeps
    v₂ = v₁ × b         v̄₁ += v̄₂ × b         b, v₁
                        b̄ += v̄₂ × v₁
    v₁ = a + 1          ā += v̄₁
    """
    return Rules(trace, check_limit(limit, "operations"))


def write_cells(row, script):
    """One operation in four cells."""
    formula, sign = (row.formula, "+=") if script is TEXT else (row.formula_latex, r"\mathrel{+}=")
    edges = edges_of(row)
    vjps = tuple(f"{script.bar(x.index)} {sign} {row.vjp(slot, script)}" for _, slot, x in edges)
    kept = [", ".join(map(script.variable, row.keeps))] if row.keeps else []
    beside = "and " * bool(kept) + bytes_text(row.beside) if row.beside else ""
    if beside:
        kept.append(beside if script is TEXT else rf"\text{{{beside}}}")
    keeps = (" " if script is TEXT else r"\ ").join(kept)
    return f"{script.variable(row.index)} = {formula}", str(row.shape or ""), vjps, keeps


def dollars(latex):
    """A formula for a cell of a Markdown table, where a bar would end the cell."""
    return "$" + latex.replace("|", r"\vert ") + "$"


def latex_row(line):
    """One line of the LaTeX array."""
    if isinstance(line, str):
        return f"{latex_gap(line)} & &"
    name, _, vjps, keeps = line
    kept = rf"\text{{keeps }} {keeps}" if keeps else ""
    return " & ".join([name, r",\quad ".join(vjps), kept])
