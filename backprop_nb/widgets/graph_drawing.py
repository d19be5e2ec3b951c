"""Graphs for explorers: laid out once for each shape; the browser draws them and puts in the numbers."""

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from xml.etree import ElementTree

from ..drawing.graphviz_engines import NoPicture
from ..drawing.notation import number
from ..drawing.text_columns import text_width
from ..runs.graph import Graph, graph, points_of
from ..runs.tracing import Trace
from ..runs.windows import DRAWN, Stub, page_run

__all__ = ["Drawing", "draw_run", "structure"]

LONG_NUMBER = -0.123456  # as many characters as most numbers take
LEAST_PAGE, MOST_PAGES = 24, 50  # rows of a long run that share a picture, and pictures of it


class Drawing(NamedTuple):
    """Where everything of a graph stands.

    layouts:  of the whole, or for each ``page`` rows in turn, a dict: ``size`` [width, height]; ``output``
              its id; ``nodes`` {id: [x, y, width, height]}; ``edges`` {id: [path of the curve from operand
              to result, corners of the arrow head, x and y of the number]}; ``folded`` {id of a box that
              stands for many rows: [the id of the first of them, its lines …]}
    why_not:  why there is none, or ""
    captions: what stands in the first line of each node
    page:     for how many rows a layout is
    """

    layouts: list
    why_not: str
    captions: tuple
    page: int

    @property
    def layout(self):
        """The layout of the whole; None where there is none."""
        return self.layouts[0] if self.layouts else None


@dataclass(frozen=True, repr=False)
class Roomy(Graph):
    """A graph whose boxes have room for the names of another notation, too: those of all ``others``."""

    others: tuple = ()

    @cached_property
    def finishers(self):
        """Of nodes only the place is wanted."""
        return super().finishers | dict.fromkeys((row.id for row in self.trace.rows), mark_node)

    def lines(self, row):
        """The widest of each set of lines."""
        if isinstance(row, Stub):
            return super().lines(row)
        sets = zip(*(other.lines(other.trace[row.index]) for other in self.others), strict=True)
        return [max(lines, key=text_width) for lines in sets]


def mark_node(group):
    """The class by which a layout knows a node."""
    group.set("class", "bp-node")


def structure(run):
    """Which operations met which rows: equal for runs that took the same way, whatever their constants."""
    return tuple((row.operation, row.label, *(operand.index for operand in row.operands)) for row in run.rows)


def draw_run(run, direction=None, in_pages=False):
    """The Drawing of a run; ``direction`` as for ``graph``.

    in_pages: whether a run of more than 150 nodes gets several pictures; else it has none
    """
    others = tuple(graph(widen_numbers(run.in_notation(name))) for name in ("yours", "notes"))
    captions = tuple(graph(run).lines(row)[0] for row in run.rows)
    size = len(run) if len(run) <= DRAWN else max(LEAST_PAGE, math.ceil(len(run) / MOST_PAGES))
    if size < len(run) and not in_pages:
        why_not = f"{len(run):,} nodes are too many for a picture: read the lines."
        return Drawing([], why_not, captions, len(run))
    pages = page_run(run, size) if size < len(run) else [run]
    try:
        pictures = [Roomy(**vars(graph(page, direction=direction)), others=others) for page in pages]
        return Drawing([tell_layout(picture) for picture in pictures], "", captions, size)
    except NoPicture as reason:
        return Drawing([], str(reason), captions, len(run))


def tell_layout(picture):
    """The layout of one picture, with its output, and what its folded boxes say."""
    run = picture.trace
    stubs = [row for row in run.rows if isinstance(row, Stub)]
    folded = {row.id: [run.whole[row.hidden[0]].id, *picture.lines(row)] for row in stubs}
    return read_layout(picture.svg) | {"output": run[run.output].id, "folded": folded}


def read_layout(svg):
    """Sizes, boxes and curves of a picture, without its texts and looks, which are the browser's.

    >>> from ..runs.recording import record
    >>> sorted(read_layout(graph(record(lambda x: x * x, 3)).svg)["nodes"])
    ['v0', 'v1']
    """
    root = ElementTree.fromstring(svg)
    shift = [float(x) for x in re.findall(r"translate\(([\d.-]+)[ ,]+([\d.-]+)", svg)[0]]
    nodes, edges = {}, {}
    for group in root.iterfind(".//{*}g[@id]"):
        if "bp-node" in group.get("class"):
            xs, ys = zip(*shifted_points(group.find("{*}path").get("d"), shift), strict=True)
            nodes[group.get("id")] = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
        else:
            pill = {name: float(x) for name, x in group.find("{*}rect").items() if name in SIDES}
            x, y = (pill[at] + pill[size] / 2 + by for (at, size), by in zip(MIDDLES, shift, strict=True))
            curve = [write_point(point) for point in shifted_points(group.find("{*}path").get("d"), shift)]
            head = shifted_points(group.find("{*}polygon").get("points"), shift)[:3]
            path = f"M{curve[0]}C{' '.join(curve[1:])}"
            edges[group.get("id")] = [path, " ".join(map(write_point, head)), round(x), round(y)]
    return {"size": [int(root.get("width")), int(root.get("height"))], "nodes": nodes, "edges": edges}


SIDES, MIDDLES = ("x", "y", "width", "height"), (("x", "width"), ("y", "height"))


def shifted_points(path, shift):
    """The points of SVG path data, moved by ``shift``, to the pixel: they are most of what is sent."""
    return [(round(x + shift[0]), round(y + shift[1])) for x, y in points_of(path)]


def write_point(point):
    """A point as SVG writes it: "12,3"."""
    return ",".join(map(str, point))


def widen_numbers(run):
    """The same run with a long number wherever a local partial depends on the inputs."""

    def wide(row, slot, operand):
        plain = operand.index is None or row.is_array or row.partial_text(slot) == number(operand.partial)
        return operand if plain else operand._replace(partial=LONG_NUMBER)

    rows = [
        row._replace(operands=tuple(wide(row, slot, operand) for slot, operand in enumerate(row.operands)))
        for row in run.rows
    ]
    return Trace(rows, run.output, run.title)
