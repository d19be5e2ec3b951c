"""A run as the plain dict that stepper.js reads: strings only, ready to be shown."""

import zlib

from ..drawing.notation import number
from ..runs.paths import counted, factor, paths
from ..runs.table import table
from .drawing import structure

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
    return common(run, plan, drawing) | {
        "rows": [row_of(row, caption) for row, caption in zip(run.rows, drawing.captions, strict=True)],
        "forward": [forward_step(row, run) for row in run.rows],
        "backward": [backward_step(step, line, run) for step, line in zip(run.steps, lines, strict=True)],
    }


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
        "done": outcome(run),
        "paths": {row.label: paths_to(row, run) for row in run.inputs},
    }


def row_of(row, caption):
    """One row of the run."""
    return {
        "id": row.id,
        "name": row.name,
        "bar": row.bar,
        "label": row.label,
        "caption": caption,
        "formula": row.formula,
        "value": row.boxed,
        "adjoint": row.boxed_adjoint,
    }


def forward_step(row, run):
    """One line of the forward sweep: what is computed, and in words from what."""
    value = number(row.value)
    if row.is_input:
        words = f"{row.name} is the input {row.label}."
    elif not row.operands:
        words = f"{row.name} is a plain number: {run.title} used no input."
    else:
        operands = (operand for operand in row.operands if operand.index is not None)
        known = dict.fromkeys(f"{run[operand.index].name} = {number(operand.value)}" for operand in operands)
        words = f"{' and '.join(known)} give{'s' * (len(known) == 1)} {row.name} = {value}."
    if row is run.rows[-1]:
        words += f" All values are known: {run.title} = {number(run.value)}."
    return {"row": row.id, "line": f"{row.name} = {row.formula}", "numbers": f"= {value}", "words": words}


def backward_step(step, line, run):
    """One line of the reverse sweep: who hands what to whom.

    partial: the formula of the local partial; the browser adds its number, ``local``, unless it is ``plain``
    product: the adjoint handed on, times the local partial
    """
    target, contribution = run[step.target], number(step.contribution)
    shown = {
        "target": target.id,
        "line": f"{line.left} {line.sign} {line.right}",
        "numbers": line.numbers,
        "contribution": contribution,
        "after": number(step.after),
    }
    if step.source is None:
        words = f"The sweep starts at the output: {target.bar} = 1, for it changes exactly as fast as itself."
        return shown | {"kind": "seed", "source": None, "edge": None, "words": words}
    source = run[step.source]
    formula, local = source.partial_text(step.slot), number(step.partial)
    product = f"{number(step.g)} × {factor(step.partial)}"
    words = f"{source.name} hands {product} = {contribution} to {target.name}"
    words += "." if step.first else f", which had {number(step.before)} and now has {number(step.after)}."
    return shown | {
        "kind": "flow",
        "source": source.id,
        "edge": step.edge,
        "partial": f"∂{source.name}/∂{target.name} = {formula}",
        "local": local,
        "plain": formula == local,
        "product": product,
        "words": words,
    }


def shown(x):
    """A number, or an array in the few characters of a box."""
    if not getattr(x, "ndim", 0):
        return number(x)
    from ..runs.array_rows import boxed

    return boxed(x)


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
    return {"target": row.id, "count": counted(found.count), "sum": shown(found.sum), "shown": listed}


def outcome(run):
    """What the whole sweep has found: the gradient, in words."""
    parts = [f"∂{run.title}/∂{label} = {shown(adjoint)}" for label, adjoint in run.gradient.items()]
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return f"The gradient: {', '.join(parts[:NAMED])}{more}."
