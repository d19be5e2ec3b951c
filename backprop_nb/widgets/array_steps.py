"""The steps of a run on arrays, told with their vJps and with small pictures of what they take and give."""

from ..drawing.text_columns import shorten_text
from ..runs.array_rows import box_text
from ..runs.graph import EDGE_LONGEST
from .grids import Grids
from .mathml import mathml
from .number_steps import SentStep, finite_or_none, tell_line, tell_row

__all__ = ["tell_arrays"]


def tell_arrays(run, lines):
    """What the stepper shows of a run on arrays: in place of numbers, small pictures and the vJps."""
    grids = Grids(run)
    steps = zip(run.steps, lines, strict=True)
    return {
        "rows": [tell_array(row, run) for row in run.rows],
        "forward": [tell_operands(row, grids) for row in run.rows],
        "backward": [tell_vjp(step, line, run, grids) for step, line in steps],
        "grids": grids.found,
    }


def tell_array(row, run):
    """One row of the run; the browser does not compute with arrays, and gets the sum of the adjoint only."""
    args = [x.index - run.rows[0].index for x in row.operands if x.index is not None]
    told = {"kept": row.kept, "shape": f"{row.shape or ''}", "args": args}
    slope = row.adjoint.sum() if hasattr(row.adjoint, "sum") else row.adjoint if not row.shape else None
    return tell_row(row) | told | {"op": None, "x": None, "slope": finite_or_none(slope)}


def tell_operands(row, grids):
    """One line of the forward sweep: from which arrays which array."""
    operands = {x.index: grids.run[x.index] for x in row.operands if x.index is not None}
    cards = [*map(grids.value, operands.values()), grids.value(row) | {"out": True}]
    math = mathml(row.definition_latex) if operands else ""
    return tell_line(row) | {"numbers": f"= {row.boxed}", "cards": cards, "math": math}


def tell_vjp(step, line, run, grids):
    """One line of the reverse sweep: the vJp, and the arrays that it takes and gives."""
    target, after = run[step.target], box_text(step.after, with_shape=False)
    told = SentStep(target=target.id, source=None, edge=step.edge, math=mathml(step.latex))
    told |= {"line": f"{line.left} {line.sign} {line.right}", "numbers": f"= {after}"}
    if step.source is None:
        return told | {"cards": [grids.adjoint(target)]}
    source = run[step.source]
    words = source.edge_words(step.slot) + "."
    if target.shape:
        words += f" Like {target.name}, {target.bar} has the shape {target.shape}."
    if not step.first:
        words += f" {target.bar} had received something before: now it is the sum."
    return told | {
        "source": source.id,
        "partial": told["line"],
        "local": shorten_text(step.rule, EDGE_LONGEST),
        "product": step.rule,
        "contribution": box_text(step.contribution, with_shape=False),
        "words": words,
        "cards": grids.step(step, source, target),
    }
