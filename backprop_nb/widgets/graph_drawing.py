"""Graphs for explorers: laid out once for each shape; the browser draws them and puts in the numbers."""

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

__all__ = ["Drawing", "draw_run", "structure"]

LONG_NUMBER = -0.123456  # as many characters as most numbers take
MOST_NODES = 150  # of one picture; of longer runs each PIECE rows have their own, with what they take
PIECE = 40


class Drawing(NamedTuple):
    """Where everything of a graph stands.

    layouts:  of the whole, or of each ``PIECE`` rows in turn, a dict: ``size`` [width, height]; ``output``
              its id; ``nodes`` {id: [x, y, width, height]}; ``edges`` {id: [path of the curve from operand
              to result, corners of the arrow head, x and y of the number]}
    why_not:  why there is none, or ""
    captions: what stands in the first line of each node
    """

    layouts: list
    why_not: str
    captions: tuple

    @property
    def layout(self):
        """The layout of the whole; None where there is none."""
        return self.layouts[0] if self.layouts else None


class Piece(Trace):
    """Some rows of a run, and before them the other rows that they take, as rows without operands."""

    def __init__(self, run, rows):
        inside = {row.index for row in rows}
        taken = {x.index for row in rows for x in row.operands if x.index is not None} - inside
        edge = [run[index]._replace(operands=()) for index in sorted(taken)]
        super().__init__([*edge, *rows], run.output, run.title)
        self.run = run

    def __getitem__(self, index):
        return self.run[index]


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
        sets = zip(*(other.lines(other.trace[row.index]) for other in self.others), strict=True)
        return [max(lines, key=text_width) for lines in sets]


def mark_node(group):
    """The class by which a layout knows a node."""
    group.set("class", "bp-node")


def structure(run):
    """Which operations met which rows: equal for runs that took the same way, whatever their constants."""
    return tuple((row.operation, row.label, *(operand.index for operand in row.operands)) for row in run.rows)


def draw_run(run, direction=None, in_pieces=False):
    """The Drawing of a run; ``direction`` as for ``graph``.

    in_pieces: of more than ``MOST_NODES`` nodes, whether each ``PIECE`` rows get a picture; else none is
    """
    others = tuple(graph(widen_numbers(run.in_notation(name))) for name in ("yours", "notes"))
    captions = tuple(graph(run).lines(row)[0] for row in run.rows)
    if len(run) > MOST_NODES and not in_pieces:
        return Drawing([], f"{len(run):,} nodes are too many for a picture: read the lines.", captions)
    size = len(run) if len(run) <= MOST_NODES else PIECE
    pieces = [Piece(run, run.rows[start : start + size]) for start in range(0, len(run), size)]
    try:
        pictures = [Roomy(**vars(graph(piece, direction=direction)), others=others) for piece in pieces]
        return Drawing([read_layout(x.svg) | {"output": run[run.output].id} for x in pictures], "", captions)
    except NoPicture as reason:
        return Drawing([], str(reason), captions)


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
            nodes[group.get("id")] = [min(xs), min(ys), *(round(max(v) - min(v), 1) for v in (xs, ys))]
        else:
            pill = {name: float(x) for name, x in group.find("{*}rect").items() if name in SIDES}
            x, y = (pill[at] + pill[size] / 2 + by for (at, size), by in zip(MIDDLES, shift, strict=True))
            curve = [write_point(point) for point in shifted_points(group.find("{*}path").get("d"), shift)]
            head = shifted_points(group.find("{*}polygon").get("points"), shift)[:3]
            path = f"M{curve[0]}C{' '.join(curve[1:])}"
            edges[group.get("id")] = [path, " ".join(map(write_point, head)), round(x, 1), round(y, 1)]
    return {"size": [int(root.get("width")), int(root.get("height"))], "nodes": nodes, "edges": edges}


SIDES, MIDDLES = ("x", "y", "width", "height"), (("x", "width"), ("y", "height"))


def shifted_points(path, shift):
    """The points of SVG path data, moved by ``shift``."""
    return [(round(x + shift[0], 1), round(y + shift[1], 1)) for x, y in points_of(path)]


def write_point(point):
    """A point as SVG writes it: "12,3.5"."""
    return ",".join(f"{x:g}" for x in point)


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
