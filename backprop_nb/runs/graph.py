"""The graph of a run: as DOT, as an SVG picture where a drawing program is found, and as text anywhere."""

import functools
import itertools
import math
import operator
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from ..drawing import palette
from ..drawing.graphviz_engines import FILE_MARKS, NoPicture, draw
from ..drawing.html_tables import embed_svg
from ..drawing.notation import number
from ..drawing.text_columns import keep_ends, printable, quantity, shorten_text, text_width
from .adjoints import edges_of
from .rows import Trace
from .windows import Stub

__all__ = ["EDGE_LONGEST", "Graph", "Picture", "edges_of", "graph", "points_of", "set_text", "start_drawing"]

ARROWS = {"notes": "back", "flow": "forward"}  # the layout is one: operand → result
DIRECTIONS = {"right": {"rankdir": "LR", "ranksep": "0.35"}, "down": {"rankdir": "TB", "ranksep": "0.55"}}
FORMULA_LONGEST, EDGE_LONGEST = 28, 32  # characters of a formula that a box shows, and of a vJp on an edge
PATIENT = 5000  # nodes up to which drawing all of them may be worth the wait
MARGIN = 8  # points between the picture of an array and what stands beside it
ROOM = 12  # characters kept free for a number: while stepping or sliding, boxes stay as they are
FONT, NODE_SIZE, EDGE_SIZE = "Courier", 13, 12  # the one font whose widths every drawing program knows
ADVANCE = 0.602  # width of a character of the common monospace fonts, over the font size
LINE = 1.2  # distance of two lines, over the font size
PAGE_STYLE = {"nodesep": "0.3", "pad": "0.1", "bgcolor": "transparent", "outputorder": "edgesfirst"}
NODE_STYLE = {"fontname": FONT, "fontsize": f"{NODE_SIZE}", "fontcolor": palette.INK, "color": palette.FRAME,
              "fillcolor": palette.NODE, "shape": "box", "style": "rounded,filled",
              "fixedsize": "true"}  # fmt: skip
EDGE_STYLE = {"fontname": FONT, "fontsize": f"{EDGE_SIZE}", "fontcolor": palette.PARTIAL.light,
              "color": palette.ARROW, "arrowsize": "0.8"}  # fmt: skip


def graph(trace, arrows="flow", adjoints=True, limit=200, direction=None):
    """The graph of a run: data flow from the inputs to the output.

    trace:     Trace
    arrows:    "flow" (as the data go) or "notes" (from a result to its operands, as in the notes' Figure 2)
    adjoints:  whether the nodes show their adjoints, too
    limit:     the largest number of nodes that is drawn
    direction: "right" (inputs on the left, as in the notes) or "down" (each input above its first use);
               None: right for numbers, down for arrays, whose boxes are wide
    returns:   Graph; a notebook shows it as a picture, a terminal as text
    raises:    ValueError for other arrows, limits or directions

    >>> from .tracing import trace
    >>> graph(trace(lambda a, b: a * b, 2, 5))
    f: 3 nodes, 2 edges, from the output back to the inputs
    v₁ = a × b (output), value 10, adjoint 1; partial 5 from a, partial 2 from b
    b, value 5, adjoint 2
    a, value 2, adjoint 5
    """
    if arrows not in ARROWS:
        raise ValueError(f"no arrows {arrows!r}: choose one of {', '.join(map(repr, ARROWS))}")
    if not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit is a number of nodes, 1 or more; received {limit!r}")
    if direction not in (None, *DIRECTIONS):
        raise ValueError(f"no direction {direction!r:.40}: choose 'right' or 'down'")
    direction = direction or ("down" if trace.rows[0].is_array else "right")
    return Graph(trace, arrows, bool(adjoints), limit, direction)


class Picture:
    """What shows itself as a picture, and as text where nothing draws.

    A subclass gives ``dot`` and ``text``, which may raise ValueError (too large); ``summary``, the whole in
    one sentence; and ``finishers``: for the id of each node and edge, what sets how its <g> looks.
    """

    @functools.cached_property
    def svg(self):
        """The picture, a string to stand inside a page. Raises NoPicture where no program can draw it."""
        return finish(draw(self.dot, "svg").decode(), self)

    @property
    def standalone(self):
        """``svg`` with colours for dark pages, too, as a file or an image of its own."""
        head, _, rest = self.svg.partition(">")
        return f"{head}><style>{palette.dark_picture()}</style>{rest}"

    @property
    def html(self):
        """The picture as an <img>: JupyterLab neither fits a bare SVG to the page nor trusts a stored one."""
        return embed_svg(self.standalone, self.summary)

    def __repr__(self):
        try:
            return self.text
        except ValueError as refusal:
            return str(refusal)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """What a notebook shows: picture and text; never an exception."""
        shown = {"text/plain": repr(self)}
        try:
            shown |= {"image/svg+xml": self.svg, "text/html": self.html}
        except NoPicture as reason:
            shown["text/plain"] += f"\n\n{reason}"
        except ValueError:  # over the limit: the text says so already
            pass
        return shown

    def save(self, path):
        """Write the picture to ``path``: .svg, .dot, or .pdf and .png if the drawing program knows them.

        raises: ValueError for another ending, NoPicture where no program can draw it
        """
        path = Path(path)
        form = path.suffix.lower().removeprefix(".")
        if form not in ("svg", "dot", *FILE_MARKS):
            raise ValueError(f"cannot save a graph as {path.name!r}: name it .svg, .dot, .pdf or .png")
        texts = {"svg": "standalone", "dot": "dot"}
        path.write_bytes(getattr(self, texts[form]).encode() if form in texts else draw(self.dot, form))


@dataclass(frozen=True, repr=False)
class Graph(Picture):
    """What ``graph`` returns: ``dot``, ``svg`` and ``text`` are made when first asked for.

    All three raise ValueError where the run has more nodes than ``limit``.
    """

    trace: Trace
    arrows: str
    adjoints: bool
    limit: int
    direction: str = "right"

    @functools.cached_property
    def dot(self):
        """The graph in the DOT language, a string. Raises NoPicture where the package graphviz is missing."""
        self.check()
        return write_dot(self)

    @functools.cached_property
    def text(self):
        """The graph in words, one line a node, complete without the picture."""
        self.check()
        rows, whole = self.trace.rows, getattr(self.trace, "whole", self.trace).rows
        size = f"{quantity(len(whole), 'node')}, {quantity(sum(len(edges_of(row)) for row in whole), 'edge')}"
        part = f"; {quantity(len(rows), 'box')[:-1]}es of them" if len(rows) < len(whole) else ""
        heading = f"{self.trace.title}: {size}, from the output back to the inputs{part}"
        return "\n".join([heading, *(self.sentence(row) for row in reversed(rows))])

    @functools.cached_property
    def unused(self):
        """Indices of the rows that nothing uses."""
        used = {operand.index for row in self.trace.rows for operand in row.operands}
        rows = {row.index for row in self.trace.rows if not isinstance(row, Stub)}
        return rows - used - {self.trace.output}

    def check(self):
        """Refuse a graph over the limit (ValueError)."""
        if (size := len(self.trace.rows)) > self.limit:
            whole = f", or ask for it all with limit={size}" * (size <= PATIENT)
            raise ValueError(
                f"the graph of {self.trace.title} has {size:,} nodes, over the limit of {self.limit:,}: draw "
                f"a smaller piece{whole}; the table shows long runs, too"
            )

    def sentence(self, row):
        """One row of ``text``."""
        if isinstance(row, Stub):
            names = keep_ends([self.trace[x.index].name for x in row.operands], 6, 3, 2, "…")
            return printable(f"{row.definition}; takes {', '.join(names) or 'nothing'}")
        output = " (output)" * (row.index == self.trace.output)
        said = [f"{printable(row.definition)}{output}", f"value {row.boxed}"]
        said += [f"adjoint {row.boxed_adjoint}"] * self.adjoints
        said += [row.kept] if row.kept else []
        said += ["not used"] * (row.index in self.unused)
        way, what = "to" if self.arrows == "notes" else "from", "vJp" if row.is_array else "partial"
        edges = [f"{what} {printable(row.edge_text(slot))} {way} {self.trace[x.index].name}"
                 for _, slot, x in edges_of(row)]  # fmt: skip
        return "; ".join(filter(None, [", ".join(said), ", ".join(edges)]))

    def parts(self, row):
        """The lines in the row's box by what they are: formula, value, adjoint if wanted, what is kept."""
        if isinstance(row, Stub):
            return {"formula": row.formula} | ({"kept": row.kept} if row.kept else {})
        name, formula, bar = (shorten_text(x, FORMULA_LONGEST) for x in (row.name, row.formula, row.bar))
        first = " = ".join(dict.fromkeys([name, formula])) + ", not used" * (row.index in self.unused)
        lines = {"formula": first, "value": row.boxed}
        if self.adjoints:
            lines["adjoint"] = f"{bar} = {row.boxed_adjoint}"
        return lines | {"kept": row.kept} if row.kept else lines

    @functools.cached_property
    def thumbnails(self):
        """{index: ``thumbnail`` of the value} of the rows that hold arrays; stubs have none."""
        if not any(row.is_array for row in self.trace.rows):
            return {}
        from .thumbnails import thumbnail  # here, because numbers need no NumPy

        found = {row.index: thumbnail(row.value) for row in self.trace.rows if hasattr(row, "value")}
        return {index: shown for index, shown in found.items() if shown}

    def box(self, row):
        """Width and height of a row's box, in points, with room for the picture of an array."""
        width, height = box(self.lines(row))
        if shown := self.thumbnails.get(row.index):
            return width + shown[0] + MARGIN, max(height, shown[1] + 2 * MARGIN)
        return width, height

    def label_edge(self, row, slot):
        """What stands on an edge."""
        return shorten_text(row.edge_text(slot), EDGE_LONGEST)

    def lines(self, row):
        """``parts`` without their names."""
        return [*self.parts(row).values()]

    @functools.cached_property
    def summary(self):
        """The whole picture in one sentence, for those who do not see it."""
        return summarize(self)

    @functools.cached_property
    def finishers(self):
        """{id: function that sets how the <g> of this node or edge looks}."""
        rows, inner = self.trace.rows, self.direction == "down"
        found = {row.id: partial(finish_node, picture=self, row=row) for row in rows}
        return found | {name: partial(finish_edge, row=row, slot=slot, inner=inner)
                        for row in rows for name, slot, _ in edges_of(row)}  # fmt: skip


def box(lines):
    """Width and height of a node, in points; the second and third line end in a number, which may change."""
    starts = (text_width(line.rpartition(" ")[0] + " ") for line in lines[1:3])
    widest = max([*map(text_width, lines), *(start + ROOM for start in starts)])
    return widest * ADVANCE * NODE_SIZE + 14, len(lines) * LINE * NODE_SIZE + 14


def start_drawing(page, edge, node=()):
    """An empty drawing in the style of the house, and the function that makes a label of lines.

    page, edge, node: what is to be set beside that style, as graphviz has it
    raises: NoPicture where the package graphviz is missing
    """
    try:
        import graphviz  # here, because tables and text work where it is missing
    except ImportError:
        raise NoPicture("No picture: the Python package graphviz is missing; pip install graphviz.") from None

    def label(*lines):  # the DOT language reads backslashes, entities, and <…> as markup
        return graphviz.nohtml(r"\n".join(graphviz.escape(line.replace("&", "&amp;")) for line in lines))

    node = NODE_STYLE | dict(node)
    return graphviz.Digraph(graph_attr=PAGE_STYLE | page, node_attr=node, edge_attr=EDGE_STYLE | edge), label


def write_dot(picture):
    """DOT text of a Graph."""
    drawing, label = start_drawing(DIRECTIONS[picture.direction], {"dir": ARROWS[picture.arrows]})
    with drawing.subgraph(graph_attr={"rank": "source"}) as left:
        for row in picture.trace.rows:
            lines = picture.lines(row)
            width, height = (f"{points / 72:.3f}" for points in picture.box(row))
            side = left if row.is_input and picture.direction == "right" else drawing
            side.node(row.id, label(*lines), id=row.id, width=width, height=height)
    ordered = picture.trace.inputs if picture.direction == "right" else ()
    for above, below in itertools.pairwise(ordered):
        drawing.edge(above.id, below.id, style="invis")  # inputs stand in their order, wherever they are used
    ends = getattr(picture.trace, "ends", {})  # where a stub stands for the operand
    for row in picture.trace.rows:
        for name, slot, operand in edges_of(row):
            text = label(f" {picture.label_edge(row, slot)} ")
            drawing.edge(ends.get(operand.index, f"v{operand.index}"), row.id, text, id=name)
    return drawing.source


def finish(svg, picture):
    """A drawing program's SVG made fit for a page: the same on every machine, scaling, named in words."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for group in root.iter("g"):
        picture.finishers.get(group.get("id"), finish_page)(group)
    for element in root.iter():  # engines break their lines in different places
        element.tail = None
        element.text = (element.text or "").strip() or None
    view = root.get("viewBox")
    width, height = (f"{float(size):.0f}" for size in view.split()[2:])
    root.attrib = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view, "width": width, "height": height,
                   "style": "max-width:100%;height:auto", "class": "bp-drawing", "role": "img",
                   "aria-label": picture.summary}  # fmt: skip
    return ElementTree.tostring(root, encoding="unicode")


def finish_page(group):
    """Drop from the whole drawing what the engine adds: its background and its tooltip."""
    group.attrib.pop("id", None)
    for child in [child for child in group if child.tag in ("title", "polygon")]:
        group.remove(child)


def finish_node(group, picture, row):
    """A row's box: tooltip, classes, and one colour for each line."""
    named = {"constant": "constant", "more": "more"}
    role = "input" if row.is_input else named.get(row.operation, "result")
    more = " bp-output" * (row.index == picture.trace.output) + " bp-unused" * (row.index in picture.unused)
    group.set("class", f"node bp-node bp-{role}{more}")
    group.find("title").text = picture.sentence(row)
    shape = group.find("path")
    shape.set("class", "bp-box")
    if row.index == picture.trace.output:
        shape.set("stroke-width", "2.5")
    ink = palette.INK
    if row.index in picture.unused or isinstance(row, Stub):
        shape.set("stroke-dasharray", "4 3")
        ink = palette.DIM
    inks = {"value": palette.VALUE.light, "adjoint": palette.ADJOINT.light, "kept": palette.KEPT}
    shown = picture.thumbnails.get(row.index)
    for text, name in zip(group.iter("text"), picture.parts(row), strict=False):
        set_text(text, f"bp-{name}", inks.get(name, ink), NODE_SIZE)
        if shown:
            text.set("x", f"{float(text.get('x')) + (shown[0] + MARGIN) / 2:.2f}")
    if shown:
        group.append(draw_thumbnail(*shown, points_of(shape.get("d"))))


def draw_thumbnail(width, height, paths, points):
    """The picture of an array on the left inside of a box, given by the points of its outline."""
    xs, ys = zip(*points, strict=True)
    x, y = min(xs) + MARGIN, (min(ys) + max(ys) - height) / 2
    place = {"class": "bp-thumbnail", "transform": f"translate({x:.2f} {y:.2f})"}
    group = ElementTree.Element("g", place)
    for colour, path in paths.items():
        ElementTree.SubElement(group, "path", {"d": path, "fill": colour})
    frame = {"d": f"M0 0h{width}v{height}h-{width}z", "fill": "none", "stroke": palette.FRAME}
    ElementTree.SubElement(group, "path", frame | {"stroke-width": "0.7"})
    return group


def points_of(path):
    """The points of SVG path data, those that a curve is drawn towards among them."""
    numbers = map(float, re.findall(r"-?[\d.]+", path))
    return list(zip(numbers, numbers, strict=True))  # two at a time


def finish_edge(group, row, slot, inner):
    """An edge: tooltip, classes, and a light pill under its number, so that it reads on any page."""
    group.set("class", "edge bp-edge")
    group.find("title").text = printable(row.edge_words(slot))
    text = group.find("text")
    shown = set_text(text, "bp-partial", palette.PARTIAL.light, EDGE_SIZE)
    width, height, base = text_width(shown) * ADVANCE * EDGE_SIZE + 10, EDGE_SIZE * LINE + 3, 0.35 * EDGE_SIZE
    x, y = nearest(group.find("path").get("d"), float(text.get("x")), float(text.get("y")) - base, inner)
    text.attrib |= {"x": f"{x:.2f}", "y": f"{y + base:.2f}"}
    box = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height, "rx": height / 2}
    look = {"class": "bp-pill", "fill": palette.PILL, "stroke": palette.PARTIAL.mark, "stroke-width": "0.7"}
    pill = ElementTree.Element("rect", look | {name: f"{size:.2f}" for name, size in box.items()})
    group.remove(text)
    group.extend([pill, text])


def nearest(path, x, y, inner=False):
    """The point of a curve (SVG path data) nearest to x, y: a number there belongs to no other edge.

    inner: of the middle of the curve only, away from the boxes at its ends
    """
    points = points_of(path)
    curve = [bezier(*points[i : i + 4], t / 16) for i in range(0, len(points) - 3, 3) for t in range(17)]
    if inner:
        curve = curve[2 * len(curve) // 5 : 3 * len(curve) // 5 + 1]
    return min(curve, key=lambda point: math.dist(point, (x, y)))


def bezier(a, b, c, d, t):
    """The point at ``t``, from 0 to 1, of a cubic curve with the control points a, b, c, d."""
    weights = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return tuple(sum(map(operator.mul, weights, along)) for along in zip(a, b, c, d, strict=True))


def set_text(element, name, ink, size):
    """Set how a <text> looks, where the engine put it; what it says is returned."""
    element.text = element.text.replace("\N{NO-BREAK SPACE}", " ").strip()
    place = {"x": element.get("x"), "y": element.get("y"), "text-anchor": "middle", "xml:space": "preserve"}
    font = {"font-family": "monospace", "font-size": f"{size}", "fill": ink}
    element.attrib = {"class": name, **place, **font}
    return element.text


def summarize(picture):
    """The whole picture in one sentence, for those who do not see it."""
    trace = getattr(picture.trace, "whole", picture.trace)
    some = trace.inputs[:6]
    more = [f"{len(trace.inputs) - len(some)} more"] * (len(trace.inputs) > len(some))
    given = ", ".join([f"{row.label} = {number(row.value)}" for row in some] + more) or "none"
    slopes = [f"{number(row.adjoint)} with respect to {row.label}" for row in some]
    gradient = ", ".join(slopes + more) or "none"
    out = trace[trace.output]
    words = f"Graph of {trace.title}, {quantity(len(trace.rows), 'node')}: inputs {given}; output {out.name}"
    return printable(f"{words} = {number(out.value)}" + f"; derivatives {gradient}" * picture.adjoints)
