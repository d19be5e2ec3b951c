"""A run as the plain dict that stepper.js reads: strings only, ready to be shown."""

import zlib

from ..drawing.notation import number
from ..drawing.text_columns import quantity
from ..runs.paths import paths
from ..runs.table import table
from .drawing import structure
from .number_steps import numbers_told

__all__ = ["told"]

SHOWN = 20  # paths listed to one input, at most
PATHS = 240  # paths listed in all, shared out among the inputs
FEWER = 4  # paths listed to an array: each is a chain of vJps to be computed
NAMED = 6  # derivatives that the closing sentence names


def told(run, plan, drawing):
    """Everything that the stepper shows of a run, step by step.

    run:     Record
    plan:    Plan of the arguments
    drawing: Drawing of the run's graph
    returns: dict; a position p between 0 and len(forward) + len(backward) says how many steps are taken
    """
    lines = table(run, limit=None).backward
    if run.rows[0].is_array:
        from .array_steps import arrays_told

        return common(run, plan, drawing) | arrays_told(run, drawing, lines)
    return common(run, plan, drawing) | numbers_told(run, drawing, lines)


def common(run, plan, drawing):
    """What is told of numbers and of arrays alike."""
    return {
        "title": plan.title,
        "heading": plan.heading,
        "fixed": plan.at({}),
        "shape": f"{zlib.crc32(repr(structure(run)).encode()):08x}",
        "svg": drawing.svg,
        "picture": drawing.why_not,
        "output": run[run.output].id,
        "start": "Nothing is computed yet. Press Next, or the → key.",
        "done": " ".join([outcome(run), *(f"Note: {note}." for note in getattr(run, "notes", ()))]),
        "paths": {row.label: paths_to(row, run) for row in run.inputs},
    }


def shown(x):
    """A number, or an array in the few characters of a box."""
    if not getattr(x, "ndim", 0):
        return number(x)
    from ..runs.array_rows import box_text

    return box_text(x)


def paths_to(row, run):
    """The paths from the output to one input: counted, summed, and the first ones listed."""
    found = paths(run, row)
    limit = max(1, min(SHOWN, PATHS // len(run.inputs)))
    if row.is_array:
        limit = min(limit, FEWER)
    listed = [
        {
            "nodes": [run[index].id for index in path.nodes],
            "edges": list(path.edge_ids),
            "products": [shown(product) for product in path.products],
            "contribution": shown(path.contribution),
        }
        for path in found.shown(limit)
    ]
    return {"target": row.id, "count": quantity(found.count), "sum": shown(found.sum), "shown": listed}


def outcome(run):
    """What the whole sweep has found: the gradient, in words."""
    parts = [f"∂{run.title}/∂{label} = {shown(adjoint)}" for label, adjoint in run.gradient.items()]
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return f"The gradient: {', '.join(parts[:NAMED])}{more}."
