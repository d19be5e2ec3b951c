"""The paths of a recorded run from its output to one row: counted without walking them, and walked."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import accumulate, islice
from operator import mul
from typing import NamedTuple

from ..drawing.html_tables import WRAPPED_TABLE, html_table, scroll_box, write_cell
from ..drawing.notation import SUBSCRIPTS, TEXT, factor, in_both_scripts, number, variable
from ..drawing.text_columns import keep_ends, quantity
from .adjoints import edges_of
from .rows import Row, Trace

__all__ = ["Edge", "Path", "Paths", "add_value", "paths"]

PATHS_SHOWN = 20  # paths listed before the rest is only counted
LONG_LIST = 9  # factors of a path, or addends of a sum, beyond which a listing is cut


class Edge(NamedTuple):
    """From a result to an operand; ``mark`` says which one where two edges have the same ends (x*x, a+a)."""

    source: int
    target: int
    slot: int
    partial: float
    mark: str = ""
    rule: str = ""  # of arrays: the vJp

    def write(self, script):
        """The local partial, "∂v₅/∂v₄", or "(∂v₁/∂x)₂"."""
        partial = script.partial(self.source, self.target)
        if not self.mark:
            return partial
        return f"({partial}){self.mark}" if script is TEXT else rf"\left.{partial}\right|_{{{self.slot + 1}}}"

    text, latex = in_both_scripts(write)

    @property
    def notation(self):
        """The edge as the notes write it, "(v₅,v₃)", or "(v₁,x)₂"."""
        return f"({variable(self.source)},{variable(self.target)})" + self.mark


class Path(NamedTuple):
    """One path from the output; its product is a contribution, not the derivative (claims N18, N19)."""

    start: int
    steps: tuple

    @property
    def nodes(self):
        """The rows passed, as indices, both ends included."""
        return (self.start, *(edge.target for edge in self.steps))

    @property
    def edges(self):
        """The edges as pairs of indices (result, operand)."""
        return tuple((edge.source, edge.target) for edge in self.steps)

    @property
    def edge_ids(self):
        """The edges' ids in the drawn graph."""
        return tuple(f"e{edge.source}_{edge.target}_{edge.slot}" for edge in self.steps)

    @property
    def products(self):
        """What has been multiplied at each edge, from the output side."""
        return tuple(accumulate((edge.partial for edge in self.steps), mul, initial=1.0))[1:]

    @property
    def contribution(self):
        """The product of the local partials; 1 for a path without edges."""
        return self.products[-1] if self.steps else 1.0

    @property
    def text(self):
        """The local partials, "∂v₅/∂v₃ · ∂v₃/∂x2"; of arrays the vJps, "v̄₅ v₁′, then v̄₃ ⊙ X"."""
        if self.steps and self.steps[0].rule:
            return ", then ".join(edge.rule for edge in self.steps)
        return " · ".join(edge.text for edge in self.steps) or "1"

    @property
    def latex(self):
        """``text`` for LaTeX."""
        return " ".join(edge.latex for edge in self.steps) or "1"

    @property
    def notation(self):
        """The path as the notes write it, "((v₅,v₃),(v₃,x2))"."""
        return f"({','.join(edge.notation for edge in self.steps)})"


@dataclass(frozen=True, repr=False, eq=False)
class Paths:
    """All paths from a run's output to one row; walked only as far as you ask, so there may be 2^40 of them.

    Iterating gives one ``Path`` after the other, operands by ascending index (v₃ before v₄) as in the notes.

    network: {index of a result: its ``Edge``s that lie on a path}, operands before results
    """

    trace: Trace
    row: Row
    network: dict

    @cached_property
    def count(self):
        """How many paths there are, exactly, without walking them."""
        return self.fold(1, lambda parts: sum(below for _, below in parts), 0)

    @property
    def sum(self):
        """The sum of all contributions, which no path need be walked for: the adjoint of the row."""
        return self.row.adjoint if self.count else 0.0

    @property
    def contributions(self):
        """The contribution of each path, one at a time."""
        return (path.contribution for path in self)

    def fold(self, start, combine, nothing):
        """Upwards: ``start`` at the row, at each result ``combine`` of pairs (edge, what came from below)."""
        waiting = Counter(edge.target for edges in self.network.values() for edge in edges)
        kept = {self.row.index: start}
        for source, edges in self.network.items():
            kept[source] = combine([(edge, kept[edge.target]) for edge in edges])
            for edge in edges:
                waiting[edge.target] -= 1
                if not waiting[edge.target]:
                    del kept[edge.target]  # a count may have thousands of digits: never one for each row
        return kept.get(self.trace.output, nothing)

    def __iter__(self):
        output, end = self.trace.output, self.row.index
        if output == end:
            yield Path(output, ())
        trail, ways = [], [iter(self.network.get(output, ()))]
        while ways:
            edge = next(ways[-1], None)
            if edge is None:
                ways.pop()
                del trail[-1:]
            elif edge.target == end:
                yield Path(output, (*trail, edge))
            else:
                trail.append(edge)
                ways.append(iter(self.network[edge.target]))

    def shown(self, limit=PATHS_SHOWN):
        """The first ``limit`` paths, as a tuple."""
        return tuple(islice(self, limit))

    @property
    def heading(self):
        """How many paths lead from where to where, and what each of them is worth."""
        start, row = variable(self.trace.output), self.row
        end = row.name if row.name == row.label or not row.label else f"{row.name} ({row.label})"
        if not self.count:
            return f"No path leads from {start} to {end}: nothing flows there, and the derivative is 0."
        if not self.network:
            return f"{end} is the output itself: one path without edges, and the derivative is 1."
        if self.count == 1:
            return f"1 path leads from {start} to {end}, so its contribution is the whole derivative."
        worth = "The product along a path is a contribution, not the derivative: all of them add up to it."
        return f"{quantity(self.count, 'path')} lead from {start} to {end}. {worth}"

    @property
    def total(self):
        """The sum of the contributions as an equation, "x̄1 = 0.5 + 5 = 5.5"."""
        if not 1 < self.count < LONG_LIST:
            return f"{self.row.bar} = {number(self.sum)}"
        first, *others = self.contributions
        return f"{self.row.bar} = {' + '.join([number(first), *map(factor, others)])} = {number(self.sum)}"

    @property
    def rest(self):
        """What a listing leaves out, "… and 12 more", as a list of at most one line."""
        left_out = self.count - PATHS_SHOWN
        return [f"… and {quantity(left_out)} more"] if left_out > 0 else []

    @property
    def text(self):
        """The listing as plain text: one line a path, and the sum."""
        if not self.network:
            return self.heading
        lines = [f"{path}  {told} = {value}" for path, told, _, value in map(list_path, self.shown())]
        return "\n".join([self.heading, *lines, *self.rest, f"Sum: {self.total}"])

    @property
    def html(self):
        """The listing as an HTML table, in the colours of the page."""
        if not self.network:
            return f"<p>{escape(self.heading)}</p>"
        heads = ("path", "local partials", "multiplied from the output side", "contribution")
        style = WRAPPED_TABLE.cell
        rows = [*map(list_path, self.shown()), *([write_cell(x, style, colspan=4)] for x in self.rest)]
        foot = (write_cell("Sum", style, "row", colspan=3), self.total)
        table = html_table(self.heading, heads, rows, foot=foot, look=WRAPPED_TABLE)
        return scroll_box(table, self.heading, kind="bp-paths")

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def paths(trace, wrt):
    """All paths from the output of a run to one of its rows (claims N18 and N19).

    wrt:     the label of an input, or the name, id or index of any row
    returns: ``Paths``: counted and summed at once, walked when you iterate over it
    raises:  ValueError for an unknown row

    >>> from backprop_nb.runs.tracing import trace
    >>> print(paths(trace(lambda a, b: (a + b) * b, 2, 5), "b").total)
    b̄ = 7 + 5 = 12
    """
    row = trace.find(wrt)
    return Paths(trace, row, network(trace, row.index))


def network(trace, end):
    """{index of a result: its edges on a path from the output to ``end``, by ascending operand}."""
    leading, edges = {end}, {}
    for row in trace.rows:  # a run keeps only what leads to its output
        targets, inner = [x.index for x in row.operands], []
        for _, slot, x in edges_of(row):
            if x.index in leading:
                mark = str(slot + 1).translate(SUBSCRIPTS) * (targets.count(x.index) > 1)
                rule = row.vjp_text(slot) if row.is_array else ""
                inner.append(Edge(row.index, x.index, slot, x.partial, mark, rule))
        if inner and row.index != end:
            leading.add(row.index)
            edges[row.index] = sorted(inner, key=lambda edge: edge[:3])
    return edges


def list_path(path):
    """What a listing says of a path: its notation, local partials, running products and contribution."""
    steps, value = path.steps, number(path.contribution)
    name, products = cut(",", steps, lambda edge: edge.notation), cut(", then ", path.products, number)
    if steps[0].rule:
        return f"({name})", cut(", then ", steps, lambda edge: edge.rule), products, value
    factors = cut(" · ", steps, lambda edge: factor(edge.partial))
    return f"({name})", cut(" · ", steps, lambda edge: edge.text), products, add_value(factors, value)


def cut(separator, parts, write):
    """``parts`` written and joined; of more than ``LONG_LIST``, the first and last three only."""
    return separator.join(keep_ends(parts, LONG_LIST, 3, 3, "… {} more …", write))


def add_value(formula, value):
    """A formula in numbers with its value, or the value alone where there is nothing to work out."""
    return value if formula in (value, f"({value})") else f"{formula} = {value}"
