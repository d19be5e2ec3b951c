"""A function over a whole slider, as the plain dict that branches.js reads: which graph it has where."""

import math
from itertools import groupby
from operator import itemgetter

from ..drawing.notation import number
from ..drawing.text_columns import shorten_text
from ..runs.graph import EDGE_LONGEST, edges_of
from .controls import round_step
from .curves import Frame, join_places, tell_plot, tick
from .explorer import describe_failure
from .graph_drawing import Drawing, draw_run, structure
from .number_steps import finite_or_none

__all__ = ["list_stops", "make_scene"]

POSITIONS = 60  # steps of the slider, at most; a few places of their own come on top
MOST_DRAWN = 12  # graphs that are drawn; of others the lines are shown
MOST_TOGETHER = 4  # graphs that are shown together
VALUE_PLOT, TANGENT = Frame(360, 150, 56), 60  # of the plot, and half the length of a tangent in it
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
            words = f"At {slid.name} = {place['at']} {plan.title} fails."
            shown.append(place | {"error": describe_failure(failure), "words": words})
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
    tell_gradients(shown)
    told["about"] = tell_graphs(len(graphs), plan.title)
    for place in shown:
        if not place["error"]:
            place["words"] = tell_place(place, graphs, plan.title, slid.name)
    return told | {"graphs": graphs, "places": shown, "plot": draw_values(shown, plan.title, slid.name)}


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


def tell_place(place, graphs, title, slid):
    """One place in words: which graph is taken there, and its value."""
    which = "the one graph" if len(graphs) == 1 else f"graph {place['graph'] + 1} of {len(graphs)}"
    size = graphs[place["graph"]]["size"]
    return f"At {slid} = {place['at']}: {which}, {size}. {title} = {place['value']}."


def tell_graphs(count, title):
    """What there is to say about the graphs as a whole."""
    if count == 1:
        return f"Wherever {title} has a value on this slider, it has this one graph."
    few = count <= MOST_TOGETHER
    return "" if few else f"{count} different graphs on this slider: only the one that is taken now is shown."


def at_share(values, part):
    """One of the sorted values: 0.5 for the middle one."""
    return sorted(values)[math.floor(part * (len(values) - 1))]


def tell_gradients(places):
    """In place of each slope of a gradient the bar that shows it: left end and width, in percent.

    All bars share one scale over the whole slider, so that they can be compared.
    """
    rows = [row for place in places for row in place.get("gradient", [])]
    sizes = [abs(slope or 0) for _, _, slope in rows] or [0]
    most = at_share(sizes, 0.95) or max(sizes) or 1  # one pole must not flatten the rest
    for row in rows:
        slope = row.pop() or 0
        part = round(50 * min(1, abs(slope) / most), 1)
        row += [50 - part if slope < 0 else 50, part]


def draw_values(places, title, slid):
    """f against what slides: a line for each stretch with one graph, and the tangent that the sweep found."""
    known = [place for place in places if place.get("y") is not None]
    ys = [place["y"] for place in known]
    low, high = (at_share(ys, 0.02), at_share(ys, 0.98)) if ys else (0, 1)  # a pole may leave the picture
    pad = (high - low or 1) / 10
    start, end = places[0], places[-1]
    put = VALUE_PLOT.place_in(start["x"], end["x"], low - pad, high + pad)
    corners = put(start["x"], high + pad), put(end["x"], low - pad)
    across = (corners[1][0] - corners[0][0]) / (end["x"] - start["x"] or 1)
    down = (corners[0][1] - corners[1][1]) / (high - low + 2 * pad)
    value_of = {place["y"]: place["value"] for place in known}
    still = [
        tick(4, put(0, high)[1] + 3, "start", value_of.get(high, "")),
        tick(4, put(0, low)[1] + 3, "start", value_of.get(low, "") if low != high else ""),
        tick(put(start["x"], 0)[0], VALUE_PLOT.high - 3, "start", start["at"]),
        tick(put(end["x"], 0)[0], VALUE_PLOT.high - 3, "end", end["at"]),
    ]
    for _, group in groupby(places, lambda place: (place["graph"], place.get("y") is None)):
        points = [put(place["x"], place["y"]) for place in group if place.get("y") is not None]
        if len(points) == 1:
            still.append(["circle", "bp-alone", [*points[0], 3]])
        elif points:
            still.append(["polyline", "bp-curve", [join_places(points)]])

    def move(place):
        x = put(place["x"], 0)[0]
        here = [x, 0, x, VALUE_PLOT.high]
        if place.get("y") is None:
            return [here, None, None]
        dot = put(place["x"], place["y"])
        slope = place["slope"]
        return [here, None if slope is None else tangent_at(dot, slope * down / across), [*dot, 5]]

    slopes = any(place.get("slope") is not None for place in places)
    caption = f"{title} against {slid}{', with the slope that the sweep found' * slopes}"
    words = [
        f"{title} against {slid}: "
        + ("no value here" if place["error"] else f"{title} is {place['value']} at {slid} = {place['at']}")
        for place in places
    ]
    moving = [["line", "bp-here"], ["line", "bp-tangent"], ["circle", "bp-dot"]]
    return tell_plot(VALUE_PLOT, caption, still, moving, [move(place) for place in places], words)


def tangent_at(dot, steep):
    """The ends of a short line through a point of a plot, which falls by ``steep`` a unit."""
    right = TANGENT / math.hypot(1, steep)
    return [round(end, 1) for side in (-right, right) for end in (dot[0] + side, dot[1] + steep * side)]
