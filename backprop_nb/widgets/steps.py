"""A run as the plain dict that stepper.js reads: strings only, ready to be shown."""

import zlib

from ..drawing.notation import number
from ..drawing.text_columns import quantity
from ..runs.graph import graph
from ..runs.paths import paths
from ..runs.table import table
from .graph_drawing import structure
from .number_steps import tell_numbers

__all__ = ["tell_run"]

PATHS_TO_INPUT = 20  # paths listed to one input, at most
HOPS_IN_ALL = 1000  # edges of all paths listed to one input, about
PATHS_IN_ALL = 240  # paths listed in all, shared out among the inputs
PATHS_TO_ARRAY = 4  # paths listed to an array: each is a chain of vJps to be computed
NAMED_PARTIALS = 6  # derivatives that the closing sentence names


def tell_run(run, plan, drawing):
    """Everything that the stepper shows of a run, step by step.

    run:     Record
    plan:    Plan of the arguments
    drawing: Drawing of the run's graph
    returns: dict; a position p between 0 and len(forward) + len(backward) says how many steps are taken
    """
    told = tell_names(run)
    return told | {
        "inNotes": find_differences(told, tell_names(run.in_notation("notes"))),
        "title": plan.title,
        "heading": plan.heading,
        "fixed": plan.at({}),
        "shape": f"{zlib.crc32(repr(structure(run)).encode()):08x}",
        "layouts": drawing.layouts,
        "page": drawing.page,
        "picture": drawing.why_not,
        "output": run[run.output].id,
        "start": "Nothing is computed yet. Press Next, or the → key.",
        "done": " ".join([tell_gradient(run), *(f"Note: {note}." for note in run.notes)]),
        "left": [*run.notes, *(left.words for left in run.left if left.kind == "value")],
        "source": list(run.source.lines),
    }


def tell_names(run):
    """The part of a telling that has names in it, so that it is other in another notation."""
    tell_steps, picture = tell_numbers, graph(run)
    if run.rows[0].is_array:
        from .array_steps import tell_arrays as tell_steps
    told = tell_steps(run, table(run, limit=None).backward)
    for row, shown in zip(run.rows, told["rows"], strict=True):
        caption = picture.lines(row)[0]
        shown |= {"line": row.line, "caption": caption if caption != shown["formula"] else ""}
    return told | {"paths": {row.label: tell_paths(row, run) for row in run.inputs}}


def find_differences(one, other):
    """What ``other`` has otherwise: its leaves by their keys; None where the two are equal.

    >>> find_differences({"a": ["x", "y"], "b": 1}, {"a": ["x", "z"], "b": 1})
    {'a': {'1': 'z'}}
    """
    if not isinstance(one, (dict, list)):
        return None if one == other else other
    pairs = one.items() if isinstance(one, dict) else enumerate(one)
    found = {str(key): find_differences(part, other[key]) for key, part in pairs}
    return {key: part for key, part in found.items() if part is not None} or None


def show_value(x):
    """A number, or an array in the few characters of a box."""
    if not getattr(x, "ndim", 0):
        return number(x)
    from ..runs.array_rows import box_text

    return box_text(x)


def tell_paths(row, run):
    """The paths from the output to one input: counted, summed, and the first ones listed."""
    found = paths(run, row)
    limit = max(1, min(PATHS_TO_INPUT, PATHS_IN_ALL // len(run.inputs), HOPS_IN_ALL // len(run)))
    if row.is_array:
        limit = min(limit, PATHS_TO_ARRAY)
    listed = [
        {
            "edges": list(path.edge_ids),
            "products": [show_value(product) for product in path.products],
            "contribution": show_value(path.contribution),
        }
        for path in found.shown(limit)
    ]
    return {"target": row.id, "count": quantity(found.count), "sum": show_value(found.sum), "shown": listed}


def tell_gradient(run):
    """What the whole sweep has found: the gradient, in words."""
    parts = [f"∂{run.title}/∂{label} = {show_value(adjoint)}" for label, adjoint in run.gradient.items()]
    more = f" and {len(parts) - NAMED_PARTIALS} more" if len(parts) > NAMED_PARTIALS else ""
    return f"The gradient: {', '.join(parts[:NAMED_PARTIALS])}{more}."
