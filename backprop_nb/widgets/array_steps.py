"""The steps of a run on arrays, told with their vJps and with small pictures of what they take and give."""

from functools import partial

from ..drawing import palette
from ..drawing.text_columns import shorten_text
from ..runs.array_rows import box_text
from ..runs.graph import EDGE_LONGEST
from .grids import Grids
from .mathml import mathml
from .number_steps import tell_backward, tell_forward, tell_row

__all__ = ["tell_arrays"]

NO_NUMBER = {"x": None, "slope": None, "op": None, "args": []}  # the browser does not compute with arrays


def tell_arrays(run, lines):
    """What the stepper shows of a run on arrays: in place of numbers, small pictures and the vJps."""
    grids = Grids(run)
    steps = zip(run.steps, lines, strict=True)
    return {
        "rows": [tell_row(row) | NO_NUMBER | {"kept": row.kept} for row in run.rows],
        "forward": [tell_operands(row, run, grids) for row in run.rows],
        "backward": [tell_vjp(step, line, run, grids) for step, line in steps],
        "grids": grids.found,
        "colours": [palette.BELOW, palette.ABOVE],
    }


def name_with_shape(row):
    """A row with its shape: v₃ (4, 5)."""
    return f"{row.name} {row.shape}" if row.shape else row.name


def tell_operands(row, run, grids):
    """One line of the forward sweep: from which arrays which array."""
    told = tell_forward(row, run, name_with_shape)
    operands = {x.index: run[x.index] for x in row.operands if x.index is not None}
    kept = f" It is needed on the way back: {row.kept}." if row.kept else ""
    cards = [*map(grids.value, operands.values()), grids.value(row) | {"out": True}]
    math = mathml(row.definition_latex) if operands else ""
    return told | {"words": told["words"] + kept, "numbers": f"= {row.boxed}", "cards": cards, "math": math}


def tell_vjp(step, line, run, grids):
    """One line of the reverse sweep: the vJp, and the arrays that it takes and gives."""
    target = run[step.target]
    told = tell_backward(step, line, run, partial(box_text, with_shape=False))
    told |= {"numbers": f"= {told['after']}", "math": mathml(step.latex)}
    if step.source is None:
        return told | {"contribution": "1", "cards": [grids.adjoint(target)]}
    source = run[step.source]
    words = source.edge_words(step.slot) + "."
    if target.shape:
        words += f" Like {target.name}, {target.bar} has the shape {target.shape}."
    if not step.first:
        words += f" {target.bar} had received something before: now it is the sum."
    return told | {
        "partial": told["line"],
        "local": shorten_text(step.rule, EDGE_LONGEST),
        "plain": True,
        "product": step.rule,
        "words": words,
        "cards": grids.step(step, source, target),
    }
