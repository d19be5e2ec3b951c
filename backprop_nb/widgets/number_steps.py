"""The steps of a run on numbers, in words and with their products."""

import math

from ..drawing.notation import number

__all__ = ["SentStep", "finite_or_none", "tell_line", "tell_numbers", "tell_row"]


def tell_numbers(run, lines):
    """What the stepper shows of a run on numbers: its rows, and its steps forward and backward.

    run:   Record
    lines: the lines of its table's backward half, one for each step
    """
    return {
        "rows": [tell_row(row) | tell_replay(row, run) for row in run.rows],
        "forward": [tell_line(row) for row in run.rows],
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


class SentStep(dict):
    """A step as it is sent; its ``words``, which the page writes for itself, are made when asked for.

    >>> SentStep(line="v₁ = a × b", numbers="= 10")["words"]
    'v₁ = a × b = 10'
    """

    def __missing__(self, key):
        if key == "words":
            return f"{self['line']} {self['numbers']}"
        raise KeyError(key)

    def __or__(self, more):
        return SentStep({**self, **more})


def tell_line(row):
    """One line of the forward sweep."""
    return SentStep(target=row.id, line=row.definition, numbers=f"= {number(row.value)}")


def tell_product(step, line, run):
    """One line of the reverse sweep: who hands what to whom. What its numbers say, the browser reads there.

    contribution: what is handed on, where it is not all that the target has
    local:        the local partial; ``formula``, where it has one, how it was found
    """
    told = SentStep(target=run[step.target].id, source=None, edge=step.edge, numbers=line.numbers,
                line=f"{line.left} {line.sign} {line.right}")  # fmt: skip
    if step.source is None:
        return told
    source, local = run[step.source], number(step.partial)
    formula = source.partial_text(step.slot)
    told |= {"source": source.id, "local": local} | ({"formula": formula} if formula != local else {})
    if not step.first:
        told["contribution"] = number(step.contribution)
    return told
