"""Graphs for explorers: drawn once for each shape, with room for the numbers that sliders bring."""

from typing import NamedTuple

from ..drawing.graphviz_engines import NoPicture
from ..drawing.notation import number
from ..runs.graph import graph
from ..runs.tracing import Trace

__all__ = ["Drawing", "draw_run", "structure"]

LONG_NUMBER = -0.123456  # as many characters as most numbers take


class Drawing(NamedTuple):
    """A graph, whose numbers the browser puts in.

    svg:      the picture, or ""
    why_not:  why there is none, or ""
    captions: what stands in the first line of each node
    """

    svg: str
    why_not: str
    captions: tuple


def structure(run):
    """Which operations met which rows: equal for runs that took the same way, whatever their constants."""
    return tuple((row.operation, row.label, *(operand.index for operand in row.operands)) for row in run.rows)


def draw_run(run, direction=None):
    """The Drawing of a run; ``direction`` as for ``graph``."""
    picture = graph(widen_numbers(run), direction=direction)
    captions = tuple(picture.lines(row)[0] for row in run.rows)
    try:
        return Drawing(picture.svg, "", captions)
    except NoPicture as reason:
        return Drawing("", str(reason), captions)
    except ValueError:
        return Drawing("", f"{len(run):,} nodes are too many for a picture: read the lines.", captions)


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
