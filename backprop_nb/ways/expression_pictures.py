"""Pictures of expressions: the tree that is written, and the graph that is left when copies are merged."""

import functools
import re
from dataclasses import dataclass
from html import escape

from ..core.expressions import TEXT_SPELLING, name_shared
from ..core.symbolic import Symbol
from ..drawing import palette
from ..drawing.notation import TEXT, number
from ..drawing.sheets import Displayed
from ..drawing.text_columns import quantity, shorten_text, text_width
from ..runs.graph import ADVANCE, LINE, NODE_SIZE, Picture, set_text, start_drawing
from ..runs.rows import write_symbol
from .sharing import name_parts, nodes_of, operands_of_symbol, share, sizes

__all__ = ["ExpressionPicture", "dag", "tree", "tree_and_dag"]

MOST_DRAWN_NODES = 400  # beyond, a picture shows nothing but that there is much
PAGE = {"rankdir": "TB", "ranksep": "0.22", "nodesep": "0.06", "ordering": "out"}
MARKED_NODE = {"fillcolor": palette.REPEATED, "color": palette.REPEATED_FRAME, "penwidth": "2"}
FIGURE = '<figure style="margin:0;min-width:0"><figcaption>{}</figcaption>{}</figure>'


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
        """What it is, and how large."""
        return f"{'tree' if self.copies else 'graph'} of {quantity(self.size, 'node')}"

    @property
    def too_many(self):
        """Why it is not drawn; "" if it is."""
        words = f"Not drawn: {self.size:,} nodes, and more than {self.limit:,} show nothing."
        return words * (self.size > self.limit)

    @functools.cached_property
    def text(self):
        """The whole in words: what is written, and what of it is marked."""
        written, _, marked = name_parts(self.expression).partition(" where ")
        if self.copies:
            written, marked = write_symbol(self.expression, TEXT), f"\nmarked: {marked}" * bool(marked)
        else:
            marked = f" where {marked}" * bool(marked)
        return f"{self.summary}: {written}{marked}" + f"\n{self.too_many}" * bool(self.too_many)

    @functools.cached_property
    def dot(self):
        """The picture in the DOT language. Raises NoPicture where the package graphviz is missing."""
        if self.too_many:
            raise ValueError(self.too_many)
        nodes, edges = place_parts(self.expression, self.copies)
        order = nodes_of(self.expression)
        names = name_shared(order, TEXT_SPELLING) if order else {}
        drawing, label = start_drawing(PAGE, {"dir": "none"}, {"style": "filled"})
        for i, v in enumerate(nodes):
            lines = [write_sign(v), *([names[v]] if v in names else [])]
            size = max(map(text_width, lines)) * ADVANCE * NODE_SIZE + 12, len(lines) * LINE * NODE_SIZE + 6
            box = {name: f"{points / 72:.3f}" for name, points in zip(("width", "height"), size, strict=True)}
            drawing.node(f"n{i}", label(*lines), id=f"n{i}", **box, **(MARKED_NODE if v in names else {}))
        for i, (above, below) in enumerate(edges):
            drawing.edge(f"n{above}", f"n{below}", id=f"m{i}")
        return drawing.source

    @functools.cached_property
    def finishers(self):
        """{id: function that sets how this node or edge looks}."""
        return dict.fromkeys(re.findall(r"\bid=(\w+)", self.dot), finish_part)


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


def finish_part(group):
    """The group of a node or an edge in the SVG: its classes, and the style of its texts."""
    texts = list(group.iter("text"))  # the sign, and the name of a part that is marked
    group.set("class", f"node bp-node{' bp-repeated' * (len(texts) > 1)}" if texts else "edge bp-edge")
    group.remove(group.find("title"))
    for text in texts:
        group.find("polygon").set("class", "bp-box")
        set_text(text, "bp-formula", palette.INK, NODE_SIZE)


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
class PicturePair(Displayed):
    """Two pictures side by side; one below the other where the page is narrow."""

    tree: ExpressionPicture
    dag: ExpressionPicture

    @property
    def text(self):
        """Both in words, and why one is not drawn."""
        return "\n".join(picture._repr_mimebundle_()["text/plain"] for picture in (self.tree, self.dag))

    @property
    def html(self):
        """Both with their sizes above them, or the reason why one is not drawn below it."""
        bundles = {picture.summary: picture._repr_mimebundle_() for picture in (self.tree, self.dag)}
        figures = (
            FIGURE.format(name, shown.get("text/html") or f"<pre>{escape(shown['text/plain'])}</pre>")
            for name, shown in bundles.items()
        )
        return f'<div style="display:flex;flex-wrap:wrap;gap:2em">{"".join(figures)}</div>'
