"""A function over a whole slider, as the plain dict that branches.js reads: which graph it has where."""

import math

from ..drawing.notation import number
from ..drawing.text_columns import shorten_text
from ..runs.graph import EDGE_LONGEST, edges_of
from .controls import round_step
from .drawing import Drawing, drawn, structure
from .explorer import in_words

__all__ = ["places", "scene_of"]

POSITIONS = 60  # steps of the slider, at most; a few places of their own come on top
DRAWN = 12  # graphs that are drawn; of others the lines are shown
NOT_DRAWN = Drawing("", "", ())


def places(control):
    """Where a slider stops: at multiples of a round step, so at 0 if that is inside, at its ends and start.

    >>> from .controls import between
    >>> places(between("a", -1, 0.25, 1))[19:22]
    [-0.05, 0.0, 0.05]
    """
    if control.kind == "integer":
        return list(range(control.min, control.max + 1, control.step))
    low, high = control.min, control.max
    step = round_step(low, high, POSITIONS)
    grid = [float(f"{k * step:.12g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return sorted({*grid, low, high, control.value})


def scene_of(plan, slid, values, run_at):
    """Everything that the branches show.

    plan:    Plan of the arguments
    slid:    the Control that slides
    values:  where it stops
    run_at:  a function from such a value to the Record there; what it raises is shown at that place
    returns: dict: ``graphs``, one for each shape; ``places``, what each value puts into its graph
    raises:  ValueError if it fails at every value
    """
    shapes, graphs, shown = {}, [], []
    for x in values:
        place = {"at": number(x), "x": x, "graph": -1, "error": ""}
        try:
            run = run_at(x)
        except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            shown.append(place | {"error": in_words(failure)})
            continue
        index = shapes.setdefault(structure(run), len(graphs))
        if index == len(graphs):
            graphs.append(graph_of(run, x, drawn(run) if index < DRAWN else NOT_DRAWN))
        shown.append(place | place_of(run, index, graphs[index], slid.name))
    if not graphs:
        raise ValueError(f"{plan.title} fails wherever {slid.name} slides; {shown[0]['error']}")
    for index, graph in enumerate(graphs):
        graph["where"] = stretches([(place["at"], place["graph"] == index) for place in shown])
    rest = {name: value for name, value in plan.start.items() if name != slid.name}
    told = {"title": plan.title, "heading": plan.heading, "slid": slid.name, "fixed": plan.at(rest)}
    return told | {"graphs": graphs, "places": shown}


def graph_of(run, first, drawing):
    """One shape of graph: its picture, what its texts belong to, its lines, and where it came first."""
    edges = [name for row in run.rows for name, _, _ in edges_of(row)]
    return {
        "svg": drawing.svg,
        "picture": drawing.why_not,
        "captions": list(drawing.captions),
        "size": f"{len(run)} node{'s' * (len(run) != 1)}",
        "first": first,
        "nodes": [row.id for row in run.rows],
        "bars": [row.bar for row in run.rows],
        "edges": edges,
        "lines": [f"{row.name} = {row.formula}" for row in run.rows],
    }


def place_of(run, index, graph, slid):
    """What one value of the slider puts into its graph; ``lines`` only where a constant has changed them."""
    lines = [f"{row.name} = {row.formula}" for row in run.rows]
    told = {
        "graph": index,
        "y": finite(run.value),
        "value": number(run.value),
        "slope": finite(run.gradient.get(slid)),
        "values": [row.boxed for row in run.rows],
        "adjoints": [row.boxed_adjoint for row in run.rows],
        "partials": [
            shorten_text(row.edge_text(slot), EDGE_LONGEST)
            for row in run.rows
            for _, slot, _ in edges_of(row)
        ],
        "gradient": [[row.label, row.boxed_adjoint, finite(row.adjoint)] for row in run.inputs],
    }
    return told if lines == graph["lines"] else told | {"lines": lines}


def finite(x):
    """A number as JSON can carry it: None for infinities, for arrays, and where there is none."""
    return float(x) if x is not None and not getattr(x, "ndim", 0) and math.isfinite(x) else None


def stretches(marks):
    """Where something holds, of pairs (value in words, whether it holds there).

    >>> stretches([("-1", True), ("0", True), ("1", False), ("2", True)])
    '-1 … 0 and 2'
    """
    runs, inside = [], False
    for at, holds in marks:
        if holds and inside:
            runs[-1] = (runs[-1][0], at)
        elif holds:
            runs.append((at, at))
        inside = holds
    words = [low if low == high else f"{low} … {high}" for low, high in runs]
    return " and ".join(words[:3]) + (f" and {len(words) - 3} more places" if len(words) > 3 else "")
