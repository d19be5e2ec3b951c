"""A function over a whole slider, as the plain dict that branches.js reads: which graph it has where."""

import math
from itertools import groupby
from operator import itemgetter

from ..drawing.notation import number
from ..drawing.text_columns import shorten_text
from ..runs.graph import EDGE_LONGEST, edges_of
from .controls import round_step
from .explorer import describe_failure
from .graph_drawing import Drawing, draw_run, structure
from .number_steps import finite_or_none

__all__ = ["list_stops", "make_scene"]

POSITIONS = 60  # steps of the slider, at most; a few places of their own come on top
MOST_DRAWN = 12  # graphs that are drawn; of others the lines are shown
NOT_DRAWN = Drawing([], "", (), 0)


def list_stops(control):
    """Where a slider stops: at multiples of a round step, so at 0 if that is inside, at its ends and start.

    >>> from .controls import control_between
    >>> list_stops(control_between("a", -1, 0.25, 1))[19:22]
    [-0.05, 0.0, 0.05]
    """
    if control.kind == "integer":
        return list(range(control.min, control.max + 1, control.step))
    low, high = control.min, control.max
    step = round_step(low, high, POSITIONS)
    grid = [float(f"{k * step:.12g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return sorted({*grid, low, high, control.value})


def make_scene(plan, slid, values, record_at):
    """Everything that the branches show.

    plan:      Plan of the arguments
    slid:      the Control that slides
    values:    where it stops
    record_at: a function from such a value to the Record there; what it raises is shown at that place
    returns:   dict: ``graphs``, one for each shape; ``places``, what each value puts into its graph
    raises:    ValueError if it fails at every value
    """
    shapes, graphs, shown = {}, [], []
    for x in values:
        place = {"at": number(x), "x": x, "graph": -1, "error": ""}
        try:
            run = record_at(x)
        except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            shown.append(place | {"error": describe_failure(failure)})
            continue
        index = shapes.setdefault(structure(run), len(graphs))
        if index == len(graphs):
            graphs.append(describe_graph(run, x, draw_run(run) if index < MOST_DRAWN else NOT_DRAWN))
        shown.append(place | describe_place(run, index, graphs[index], slid.name))
    if not graphs:
        raise ValueError(f"{plan.title} fails wherever {slid.name} slides; {shown[0]['error']}")
    for index, graph in enumerate(graphs):
        graph["where"] = name_stretches([(place["at"], place["graph"] == index) for place in shown])
    rest = {name: value for name, value in plan.start.items() if name != slid.name}
    told = {"title": plan.title, "heading": plan.heading, "slid": slid.name, "fixed": plan.at(rest)}
    return told | {"graphs": graphs, "places": shown}


def describe_graph(run, first, drawing):
    """One shape of graph: its picture, what its texts belong to, its lines, and where it came first."""
    edges = [name for row in run.rows for name, _, _ in edges_of(row)]
    return {
        "layout": drawing.layout,
        "picture": drawing.why_not,
        "captions": list(drawing.captions),
        "size": f"{len(run)} node{'s' * (len(run) != 1)}",
        "first": first,
        "nodes": [row.id for row in run.rows],
        "bars": [row.bar for row in run.rows],
        "edges": edges,
        "lines": [row.definition for row in run.rows],
    }


def describe_place(run, index, graph, slid):
    """What one value of the slider puts into its graph; ``lines`` only where a constant has changed them."""
    lines = [row.definition for row in run.rows]
    told = {
        "graph": index,
        "y": finite_or_none(run.value),
        "value": number(run.value),
        "slope": finite_or_none(run.gradient.get(slid)),
        "values": [row.boxed for row in run.rows],
        "adjoints": [row.boxed_adjoint for row in run.rows],
        "partials": [
            shorten_text(row.edge_text(slot), EDGE_LONGEST)
            for row in run.rows
            for _, slot, _ in edges_of(row)
        ],
        "gradient": [[row.label, row.boxed_adjoint, finite_or_none(row.adjoint)] for row in run.inputs],
    }
    return told if lines == graph["lines"] else told | {"lines": lines}


def name_stretches(marks):
    """Where something holds, of pairs (value in words, whether it holds there).

    >>> name_stretches([("-1", True), ("0", True), ("1", False), ("2", True)])
    '-1 … 0 and 2'
    """
    inside = [[at for at, _ in group] for holds, group in groupby(marks, itemgetter(1)) if holds]
    words = [ats[0] if len(ats) == 1 else f"{ats[0]} … {ats[-1]}" for ats in inside]
    return " and ".join(words[:3]) + (f" and {len(words) - 3} more places" if len(words) > 3 else "")
