"""Pictures of expressions: the tree that is written, and the graph that is left when copies are merged."""

import functools
import re
from dataclasses import dataclass
from functools import partial

from ..core.expressions import TEXT_SPELLING, name_shared
from ..core.symbolic import Symbol, excerpt
from ..drawing import palette
from ..drawing.notation import TEXT, number
from ..drawing.text_columns import quantity, shorten_text, text_width
from ..runs.graph import ADVANCE, LINE, NODE_SIZE, Picture, set_text, start_drawing
from ..runs.rows import write_symbol
from .sharing import name_parts, nodes_of, operands_of_symbol, share, sizes

__all__ = ["MOST_DRAWN_NODES", "ExpressionPicture", "dag", "tree", "tree_and_dag"]

MOST_DRAWN_NODES = 400  # beyond, a picture shows nothing but that there is much
PAGE = {"rankdir": "TB", "ranksep": "0.22", "nodesep": "0.06", "ordering": "out"}
FIGURE_ROW = '<div style="display:flex;flex-wrap:wrap;gap:2em">{}</div>'
FIGURE = '<figure style="margin:0;min-width:0"><figcaption>{}</figcaption>{}</figure>'
MARKED_NODE = {"fillcolor": palette.REPEATED, "color": palette.INK, "penwidth": "2"}


def tree(expression, limit=MOST_DRAWN_NODES):
    """The tree of an expression: each occurrence is a node, and what occurs more than once is marked (N09).

    limit:   the largest number of nodes that is drawn
    returns: ExpressionPicture; a notebook shows it as a picture, a terminal as text

    >>> x = Symbol("x")
    >>> tree((x + 1) * (x + 1))
    tree of 7 nodes: (x + 1) × (x + 1)
    marked: s1 = x + 1
    """
    return ExpressionPicture(share(expression), True, limit)


def dag(expression, limit=MOST_DRAWN_NODES):
    """The same as a graph, with one node for all that is written alike.

    >>> x = Symbol("x")
    >>> dag((x + 1) * (x + 1))
    graph of 4 nodes: s1 × s1 where s1 = x + 1
    """
    return ExpressionPicture(share(expression), False, limit)


@dataclass(frozen=True, repr=False)
class ExpressionPicture(Picture):
    """What ``tree`` and ``dag`` return: ``dot``, ``svg`` and ``text`` are made when first asked for.

    A node that is marked bears the name of its part, as ``name_parts`` gives it. ``dot`` and ``svg`` raise
    ValueError where there are more nodes than ``limit``.
    """

    expression: Symbol
    copies: bool
    limit: int

    @property
    def size(self):
        """How many nodes there are."""
        return sizes(self.expression)[0 if self.copies else 1]

    @property
    def summary(self):
        """What is drawn, and how large it is."""
        return f"{'tree' if self.copies else 'graph'} of {quantity(self.size, 'node')}"

    @property
    def too_many(self):
        """Why it is not drawn; "" if it is."""
        return f"Not drawn: {self.size:,} nodes, and more than {self.limit:,} show nothing." * (
            self.size > self.limit
        )

    @functools.cached_property
    def marked(self):
        """{node: name} of the operations that are used more than once."""
        nodes = nodes_of(self.expression)
        return name_shared(nodes, TEXT_SPELLING) if nodes else {}

    @functools.cached_property
    def text(self):
        """The whole in words: what is written, and what of it is marked."""
        whole = name_parts(self.expression)
        lines = [f"{self.summary}: {whole}"]
        if self.copies:
            marked = whole.partition(" where ")[2]
            lines = [
                f"{self.summary}: {write_symbol(self.expression, TEXT)}",
                f"marked: {marked}" * bool(marked),
            ]
        return "\n".join(filter(None, [*lines, self.too_many]))

    @functools.cached_property
    def parts(self):
        """The nodes to be drawn, and the edges between their places. ValueError beyond the limit."""
        if self.too_many:
            raise ValueError(self.too_many)
        return place_parts(self.expression, self.copies)

    @functools.cached_property
    def dot(self):
        """The picture in the DOT language. Raises NoPicture where the package graphviz is missing."""
        nodes, edges = self.parts
        drawing, label = start_drawing(PAGE, {"dir": "none"})
        for i, v in enumerate(nodes):
            lines = [write_sign(v), *([self.marked[v]] if v in self.marked else [])]
            wide, high = (
                max(map(text_width, lines)) * ADVANCE * NODE_SIZE + 12,
                len(lines) * LINE * NODE_SIZE + 6,
            )
            look = MARKED_NODE if v in self.marked else {}
            drawing.node(
                f"n{i}",
                label(*lines),
                id=f"n{i}",
                width=f"{wide / 72:.3f}",
                height=f"{high / 72:.3f}",
                **look,
            )
        for i, (above, below) in enumerate(edges):
            drawing.edge(f"n{above}", f"n{below}", id=f"m{i}")
        return drawing.source

    @functools.cached_property
    def finishers(self):
        """{id: function that sets how this node or edge looks}."""
        nodes, edges = self.parts
        return {f"m{i}": finish_line for i in range(len(edges))} | {
            f"n{i}": partial(finish_part, v=v, name=self.marked.get(v)) for i, v in enumerate(nodes)
        }


def place_parts(expression, copies):
    """Nodes, and edges as pairs of their places: of every occurrence, or of each only once.

    >>> x = Symbol("x")
    >>> [len(place_parts(share(x * x + 1), copies)[0]) for copies in (True, False)]
    [5, 4]
    """
    places, nodes, edges, waiting = {}, [], [], [(expression, None)]
    while waiting:
        v, above = waiting.pop()
        is_new = copies or v not in places
        if is_new:
            places[v] = len(nodes)
            nodes.append(v)
        if above is not None:
            edges.append((above, places[v]))
        if is_new:
            waiting += [(x, places[v]) for x in reversed(operands_of_symbol(v))]
    return nodes, edges


def write_sign(v):
    """What stands in a node: the sign of an operation, a name, a number.

    >>> x = Symbol("x")
    >>> [write_sign(v) for v in (x + 1, x, 2.5, 1 / x)]
    ['+', 'x', '2.5', '/']
    """
    if not isinstance(v, Symbol):
        return number(v)
    if v.operation is None:
        return shorten_text(v.name, 12)
    sign = re.sub(r"[\s{}(),]", "", v.operation.notation.text.template)
    return "abs" if sign == "||" else sign


def finish_part(group, v, name):
    """A node's group in the SVG: its classes, the style of its texts, and what a marked one stands for."""
    group.set("class", f"node bp-node{' bp-repeated' * bool(name)}")
    if name:
        group.find("title").text = f"{name} = {excerpt(v)}"
    else:
        group.remove(group.find("title"))
    outline = group.find("path")  # of curves, in six times the characters of a <rect>
    corners = [float(n) for n in re.findall(r"-?[\d.]+", outline.attrib.pop("d"))]
    outline.tag = "rect"
    for axis, size, along in (("x", "width", corners[::2]), ("y", "height", corners[1::2])):
        outline.attrib |= {axis: f"{min(along):.1f}", size: f"{max(along) - min(along):.1f}"}
    outline.attrib |= {"rx": "6", "class": "bp-box"}
    for text in group.iter("text"):
        set_text(text, "bp-formula", palette.INK, NODE_SIZE)


def finish_line(group):
    """An edge's group in the SVG: a plain line."""
    group.set("class", "edge bp-edge")
    group.remove(group.find("title"))


def tree_and_dag(expression, limit=MOST_DRAWN_NODES):
    """The tree of an expression, and beside it the graph that is left when its copies are merged (N09).

    >>> x = Symbol("x")
    >>> tree_and_dag((x + 1) * (x + 1))
    tree of 7 nodes: (x + 1) × (x + 1)
    marked: s1 = x + 1
    graph of 4 nodes: s1 × s1 where s1 = x + 1
    """
    return PicturePair(tree(expression, limit), dag(expression, limit))


@dataclass(frozen=True, repr=False)
class PicturePair:
    """Two pictures side by side; one below the other where the page is narrow."""

    tree: ExpressionPicture
    dag: ExpressionPicture

    def __repr__(self):
        return f"{self.tree!r}\n{self.dag!r}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """What a notebook shows: both with their sizes above them, and text."""
        bundles = [picture._repr_mimebundle_() for picture in (self.tree, self.dag)]
        text = "\n".join(data["text/plain"] for data in bundles)
        if not any("text/html" in data for data in bundles):
            return {"text/plain": text}
        figures = (
            FIGURE.format(picture.summary, data.get("text/html", picture.too_many))
            for picture, data in zip((self.tree, self.dag), bundles, strict=True)
        )
        return {"text/plain": text, "text/html": FIGURE_ROW.format("".join(figures))}
