"""The steps of a run on numbers, in words and with their products."""

from ..drawing.notation import factor, number

__all__ = ["forward_step", "numbers_told", "row_of"]


def numbers_told(run, drawing, lines):
    """What the stepper shows of a run on numbers: its rows, and its steps forward and backward."""
    return {
        "rows": [row_of(row, caption) for row, caption in zip(run.rows, drawing.captions, strict=True)],
        "forward": [forward_step(row, run) for row in run.rows],
        "backward": [backward_step(step, line, run) for step, line in zip(run.steps, lines, strict=True)],
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
    return {"target": row.id, "line": f"{row.name} = {row.formula}", "numbers": f"= {value}", "words": words}


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
