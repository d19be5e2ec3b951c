"""The derivative of a run as the chain rule writes it: nested or multiplied out, in symbols and numbers."""

from dataclasses import dataclass
from functools import cached_property

from ..drawing.notation import LATEX, TEXT, factor
from ..drawing.text_columns import quantity
from .paths import Paths, add_value, paths

__all__ = ["ChainRule", "chain_rule"]

FACTORS = 60  # the longest formula that is written out


@dataclass(frozen=True, repr=False, eq=False)
class ChainRule:
    r"""The derivative of a run's output with respect to one row, as the chain rule writes it (claim N14).

    Of arrays the factors are Jacobians in the notes' layout, a row for each input: they stand in the order in
    which values flow, and only the result is put in numbers.

    Where an operation takes the same row twice (x*x, a+a), its two local partials are told apart by the
    operand's place: \left.\frac{\partial v_1}{\partial v_0}\right|_{2}, in text (∂v₁/∂v₀)₂.
    """

    paths: Paths
    expanded: bool
    limit: int

    @cached_property
    def factors(self):
        """How many factors the formula has, counted without writing it."""

        def combine(parts):
            times = sum(n for _, (n, _) in parts) if self.expanded else 1  # how often each edge stands there
            return times, sum(n + size for _, (n, size) in parts)

        return self.paths.fold((1, 0), combine, (0, 0))[1]

    @cached_property
    def refusal(self):
        """In two lines, why the formula is not written out, and what to do; empty where it is."""
        if self.factors <= self.limit:
            return ()
        edges = sum(map(len, self.paths.network.values()))
        size = f"{quantity(self.paths.count, 'path')}, {quantity(self.factors, 'factor')}"
        todo = f"the sweep needs {quantity(edges, 'product')}; paths(…).shown(5) gives the first paths"
        return f"{size}: beyond the limit of {self.limit};", todo

    def formula(self, numbers=False, script=TEXT):
        """The right-hand side: of symbols, or of ``numbers`` with their value; as TEXT or LATEX."""
        value, row, latex = script.number(self.paths.sum), self.paths.row, script is LATEX
        if numbers and row.is_array:
            return value
        if self.refusal:
            lines = r" \\ ".join(rf"\text{{{line}}}" for line in self.refusal)
            why = rf"{row.bar_latex} \quad \begin{{array}}{{l}} {lines} \end{{array}}"
            return value if numbers else why if latex else f"{row.bar} ({' '.join(self.refusal)})"

        def write(edge):
            return factor(edge.partial, script.number) if numbers else edge.latex if latex else edge.text

        times = (r" \cdot " if numbers else " ") if latex else " · "
        if self.expanded:
            way = reversed if row.is_array else iter  # a row of a Jacobian is an input: the notes' layout
            formula = " + ".join(times.join(map(write, way(path.steps))) or "1" for path in self.paths) or "0"
        else:
            formula = self.nested(write, times, *((r"\left(", r"\right)") if latex else "()"))
        return add_value(formula, value) if numbers else formula

    def nested(self, write, times, left, right):
        """The formula with its common factors before parentheses ``left`` and ``right``."""

        def combine(parts):
            addends = []
            for edge, (below, count) in parts:
                rest = f"{left}{below}{right}" if count > 1 else below
                both = [rest, write(edge)] if self.paths.row.is_array else [write(edge), rest]
                addends.append(times.join(both) if count else write(edge))
            return " + ".join(addends), len(addends)

        return self.paths.fold(("1", 0), combine, ("0", 0))[0]

    def name(self, script):
        """The left-hand side, ∂f(x1, x2)/∂x1."""
        row = self.paths.row
        wrt = script.label(row.label) if row.label else script.variable(row.index)
        return script.ratio.format(self.paths.trace.write_call(script), wrt)

    @property
    def latex(self):
        r"""The line in LaTeX: \frac{\partial f(x_{1}, x_{2})}{\partial x_{1}} = …."""
        return f"{self.name(LATEX)} = {self.formula(script=LATEX)}"

    @property
    def numbers_latex(self):
        """The same line with numbers put in, ending in the derivative."""
        return f"{self.name(LATEX)} = {self.formula(True, LATEX)}"

    @property
    def text(self):
        """Formula and numbers in plain text, one below the other."""
        name = self.name(TEXT)
        return f"{name} = " + self.lines("\n" + " " * len(name) + " = ", TEXT)

    def lines(self, separator, script):
        """The formula, and unless that says the same, the formula in numbers."""
        return separator.join(dict.fromkeys(self.formula(numbers, script) for numbers in (False, True)))

    def __repr__(self):
        return self.text

    def _repr_latex_(self):
        lines = self.lines(r" \\ &= ", LATEX)
        return rf"$$\begin{{aligned}} {self.name(LATEX)} &= {lines} \end{{aligned}}$$"


def chain_rule(trace, wrt, expanded=False, limit=FACTORS):
    r"""The derivative of a run's output with respect to a row, as the chain rule writes it (claim N14).

    wrt:      the label of an input, or the name, id or index of any row
    expanded: multiplied out, one addend a path; else nested, common factors before parentheses
    limit:    the most factors to write out; of a longer formula only the size is told
    returns:  ``ChainRule``: ``.latex``, ``.numbers_latex``, ``.text``; a notebook shows it as a formula
    raises:   ValueError for an unknown row

    >>> from backprop_nb.runs.tracing import trace
    >>> print(chain_rule(trace(lambda a: (a + 1) * a, 2), "a"))
    ∂f(a)/∂a = ∂v₂/∂a + ∂v₂/∂v₁ · ∂v₁/∂a
             = 3 + 2 · 1 = 5
    """
    return ChainRule(paths(trace, wrt), expanded, limit)
