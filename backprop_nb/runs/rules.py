"""The vJps of a run as a table: each operation, what it hands to each operand, and what it keeps for that."""

from dataclasses import dataclass

from ..drawing.array_text import bytes_text
from ..drawing.notation import bar, bar_latex, variable, variable_latex
from ..drawing.text_columns import align_columns
from .adjoints import edges_of
from .rows import Trace
from .table import LIMIT, check_limit, escape_markdown, keep_within, latex_gap

__all__ = ["Rule", "Rules", "rules"]

HEADS = ("operation", "shape", "vJp of each operand", "keeps")


@dataclass(frozen=True)
class Rule:
    """One operation in four cells, as text and as LaTeX.

    name, latex:   v₃ = v₂ @ v₁
    shape:         of the result; "" for a number
    vjps:          per operand a pair, v̄₂ += v̄₃ v₁′ as text and as LaTeX
    keeps:         the values that the way back needs: "v₁, v₂ and 48 B"; keeps_latex the same
    """

    name: str
    latex: str
    shape: str
    vjps: tuple
    keeps: str
    keeps_latex: str


@dataclass(frozen=True, repr=False)
class Rules:
    """All vJps of a run: a table that MathJax renders in a notebook, aligned text everywhere else.

    limit: how many operations are shown before the middle is left out; None for all
    """

    trace: Trace
    limit: int | None = LIMIT

    @property
    def lines(self):
        """A ``Rule`` per operation, in the order of the sweep; a ``str`` where some are left out."""
        results = [row for row in reversed(self.trace.rows) if row.operands]
        return keep_within(self.limit, results, rule_of, "operations")

    @property
    def text(self):
        """The table in plain text, its columns aligned."""
        rows = [HEADS]
        for line in self.lines:
            if isinstance(line, str):
                rows.append((line, "", "", ""))
                continue
            texts = [text for text, _ in line.vjps] or ["none: its operands are constants"]
            rows.append((line.name, line.shape, texts[0], line.keeps))
            rows += [("", "", text, "") for text in texts[1:]]
        return "\n".join(align_columns(rows))

    @property
    def markdown(self):
        """The table in Markdown, its formulas between dollar signs."""
        head = f"| {' | '.join(HEADS)} |\n|:--|:--|:--|:--|"
        return "\n".join([head, *map(markdown_row, self.lines)])

    @property
    def latex(self):
        """The table as a LaTeX array."""
        body = " \\\\\n".join(latex_row(line) for line in self.lines)
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
    operation     shape  vJp of each operand  keeps
    v₂ = v₁ × v₀         v̄₁ += v̄₂ × v₀        v₀, v₁
                         v̄₀ += v̄₂ × v₁
    v₁ = v₋₁ + 1         v̄₋₁ += v̄₁
    """
    return Rules(trace, check_limit(limit, "operations"))


def rule_of(row):
    """The Rule of one row."""
    vjps = []
    for _, slot, x in edges_of(row):
        text, latex = row.vjp(slot)
        vjps.append((f"{bar(x.index)} += {text}", rf"{bar_latex(x.index)} \mathrel{{+}}= {latex}"))
    shape = str(row.shape) if row.shape else ""
    name, latex = f"{row.name} = {row.formula}", f"{row.latex} = {row.formula_latex}"
    beside = bytes_text(row.beside) if row.beside else ""
    kept = ", ".join(map(variable, row.keeps)), ", ".join(map(variable_latex, row.keeps))
    keeps = " and ".join(filter(None, [kept[0], beside]))
    rest = rf"\text{{{'and ' * bool(row.keeps)}{beside}}}" if beside else ""
    keeps_latex = r"\ ".join(filter(None, [kept[1], rest]))
    return Rule(name, latex, shape, tuple(vjps), keeps, keeps_latex)


def markdown_row(line):
    """One line of the Markdown table."""
    if isinstance(line, str):
        return f"| {line} | | | |"
    formulas = "<br>".join(dollars(latex) for _, latex in line.vjps)
    return f"| {dollars(line.latex)} | {line.shape} | {formulas} | {escape_markdown(line.keeps)} |"


def dollars(latex):
    """A formula for a cell of a Markdown table, where a bar would end the cell."""
    return "$" + latex.replace("|", r"\vert ") + "$"


def latex_row(line):
    """One line of the LaTeX array."""
    if isinstance(line, str):
        return f"{latex_gap(line)} & &"
    formulas = r",\quad ".join(latex for _, latex in line.vjps)
    keeps = rf"\text{{keeps }} {line.keeps_latex}" if line.keeps else ""
    return f"{line.latex} & {formulas} & {keeps}"
