"""The steps of a run on arrays, told with their vJps and with small pictures of what they take and give."""

from ..drawing import palette
from ..drawing.notation import number
from ..drawing.text_columns import shorten_text
from ..runs.array_rows import box_text
from ..runs.graph import EDGE_LONGEST
from .grids import Grids
from .mathml import mathml
from .number_steps import forward_step, row_of

__all__ = ["arrays_told"]


def arrays_told(run, drawing, lines):
    """What the stepper shows of a run on arrays: in place of numbers, small pictures and the vJps."""
    grids = Grids(run)
    rows = [
        row_of(row, caption) | {"kept": row.kept, "shape": str(row.shape) if row.shape else "a number"}
        for row, caption in zip(run.rows, drawing.captions, strict=True)
    ]
    return {
        "rows": rows,
        "forward": [array_forward(row, run, grids) for row in run.rows],
        "backward": [
            array_backward(step, line, run, grids) for step, line in zip(run.steps, lines, strict=True)
        ],
        "grids": grids.found,
        "colours": [palette.BELOW, palette.ABOVE],
    }


def array_forward(row, run, grids):
    """One line of the forward sweep: from which arrays which array."""
    told = forward_step(row, run)
    operands = {x.index: run[x.index] for x in row.operands if x.index is not None}
    if operands:
        met = " and ".join(sized(operand) for operand in operands.values())
        told["words"] = f"{met} give{'s' * (len(operands) == 1)} {sized(row)}."
        if row is run.rows[-1]:
            told["words"] += f" All values are known: {run.title} = {number(run.value)}."
    kept = f" It is needed on the way back: {row.kept}." if row.kept else ""
    cards = [*map(grids.value, operands.values()), grids.value(row) | {"out": True}]
    math = mathml(f"{row.latex} = {row.formula_latex}") if operands else ""
    return told | {"words": told["words"] + kept, "numbers": f"= {row.boxed}", "cards": cards, "math": math}


def sized(row):
    """A row with its shape: v₃ (4, 5)."""
    return f"{row.name} {row.shape}" if row.shape else row.name


def array_backward(step, line, run, grids):
    """One line of the reverse sweep: the vJp, and the arrays that it takes and gives."""
    target = run[step.target]
    told = {
        "target": target.id,
        "line": f"{line.left} {line.sign} {line.right}",
        "numbers": f"= {box_text(step.after, with_shape=False)}",
        "contribution": box_text(step.contribution, with_shape=False) if step.source is not None else "1",
        "after": box_text(step.after, with_shape=False),
        "math": mathml(step.latex),
    }
    if step.source is None:
        words = f"The sweep starts at the output: {target.bar} = 1, for it changes exactly as fast as itself."
        start = {"kind": "seed", "source": None, "edge": None, "words": words}
        return told | start | {"cards": [grids.adjoint(target)]}
    source = run[step.source]
    words = source.edge_words(step.slot) + "."
    if target.shape:
        words += f" Like {target.name}, {target.bar} has the shape {target.shape}."
    if not step.first:
        words += f" {target.bar} had received something before: now it is the sum."
    return told | {
        "kind": "flow",
        "source": source.id,
        "edge": step.edge,
        "partial": told["line"],
        "local": shorten_text(step.rule, EDGE_LONGEST),
        "plain": True,
        "product": step.rule,
        "words": words,
        "cards": grids.step(step, source, target),
    }
