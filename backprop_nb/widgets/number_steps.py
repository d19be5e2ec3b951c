"""The steps of a run on numbers, in words and with their products."""

import math

from ..drawing.notation import factor, number

__all__ = ["finite_or_none", "tell_backward", "tell_forward", "tell_numbers", "tell_row"]


def tell_numbers(run, lines):
    """What the stepper shows of a run on numbers: its rows, and its steps forward and backward.

    run:   Record
    lines: the lines of its table's backward half, one for each step
    """
    return {
        "rows": [tell_row(row) | tell_replay(row, run) for row in run.rows],
        "forward": [tell_forward(row, run, name_with_value) for row in run.rows],
        "backward": [tell_product(step, line, run) for step, line in zip(run.steps, lines, strict=True)],
    }


def tell_row(row):
    """One row of the run."""
    told = {"id": row.id, "name": row.name, "bar": row.bar, "label": row.label, "formula": row.definition}
    return told | {"value": row.boxed, "adjoint": row.boxed_adjoint}


def tell_replay(row, run):
    """What the browser replays a row with: its numbers, its operation, the rows or [constants] it takes."""
    first = run.rows[0].index
    args = [[finite_or_none(x.value)] if x.index is None else x.index - first for x in row.operands]
    numbers = {"x": finite_or_none(row.value), "slope": finite_or_none(row.adjoint)}
    return numbers | {"op": row.operation if args else None, "args": args}


def finite_or_none(x):
    """A number as JSON can carry it: None for infinities, for arrays, and where there is none."""
    return float(x) if x is not None and not getattr(x, "ndim", 0) and math.isfinite(x) else None


def name_with_value(row):
    """A row with its value: v₁ = 0.693147."""
    return f"{row.name} = {number(row.value)}"


def tell_forward(row, run, name_row):
    """One line of the forward sweep: what is computed, and from what; ``name_row`` puts a row into words."""
    if row.is_input:
        words = f"{row.definition} is an input."
    elif not row.operands:
        words = f"{row.name} is a plain number: {run.title} used no input."
    else:
        known = dict.fromkeys(name_row(run[x.index]) for x in row.operands if x.index is not None)
        words = f"{' and '.join(known)} give{'s' * (len(known) == 1)} {name_row(row)}."
    if row is run.rows[-1]:
        words += f" All values are known: {run.title} = {number(run.value)}."
    line, numbers = row.definition, f"= {number(row.value)}"
    return {"target": row.id, "line": line, "numbers": numbers, "words": words}


def tell_backward(step, line, run, write):
    """What each line of the reverse sweep tells, and all of the seed's; ``write`` puts a value into text."""
    target = run[step.target]
    words = f"The sweep starts at the output: {target.bar} = 1, for it changes exactly as fast as itself."
    return {
        "target": target.id,
        "source": None if step.source is None else run[step.source].id,
        "edge": step.edge,
        "line": f"{line.left} {line.sign} {line.right}",
        "numbers": line.numbers,
        "contribution": write(step.contribution),
        "after": write(step.after),
        "words": words,
    }


def tell_product(step, line, run):
    """One line of the reverse sweep: who hands what to whom.

    partial: the formula of the local partial; the browser adds its number, ``local``, unless it is ``plain``
    product: the adjoint handed on, times the local partial
    """
    told = tell_backward(step, line, run, number)
    if step.source is None:
        return told
    source, target = run[step.source], run[step.target]
    formula, local = source.partial_text(step.slot), number(step.partial)
    product = f"{number(step.g)} × {factor(step.partial)}"
    words = f"{source.name} hands {product} = {told['contribution']} to {target.name}"
    words += "." if step.first else f", which had {number(step.before)} and now has {told['after']}."
    partial = f"∂{source.name}/∂{target.name} = {formula}"
    more = {"partial": partial, "local": local, "plain": formula == local, "product": product}
    return told | more | {"words": words}
