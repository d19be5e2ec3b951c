"""How a notebook asks for a number: one of a run, or one known beforehand."""

import math

from ..drawing.notation import number as written
from ..drawing.notation import variable
from ..runs.paths import paths
from ..runs.tracing import trace
from .mistakes import WrongNumber, adjoint_mistakes, branch_mistakes, called, partial_mistakes, value_mistakes
from .questions import Number

__all__ = ["count", "known_mistakes", "number"]


def number(question, f, *inputs, wrt=None, of=None, partial=None, answer=None, mistakes=None, derived=True,
           **named):  # fmt: skip
    """Ask for a number of a run of ``f``; the right one is computed, never typed in.

    question: the text
    f, inputs, named: the function and where it is run, as in ``record(f, …)``
    wrt:      asks for the derivative with respect to this input (its label), or for the adjoint of this row
              (its name)
    of:       asks for the value of this row
    partial:  asks for the local partial of a row with respect to an operand: ("v₅", "v₃")
    answer:   asks for something else: a function of the run
    mistakes: more wrong numbers that have a name: {what was done instead: number, or function of the run}
    derived:  whether the mistakes that can be made on this run are named, too: wrong paths, partials, sweeps
    returns:  a question that shows itself; ``.check(answer)`` gives its Feedback in code
    raises:   ValueError if not exactly one of wrt, of, partial, answer is given (a single input needs none)

    >>> ask = number("How steep is it?", lambda x1, x2: x1 * x1 - x2, 3, 5, wrt="x2")
    >>> ask.check("1")
    ✗ Not yet. This comes out if you lost the sign of the second operand of a subtraction.
    For `v₂ = v₁ - x2` the local partial ∂v₂/∂x2 is `-1`.
    >>> ask.check("-1")
    ✓ Right. x̄2 = -1.
    """
    run = trace(f, *inputs, **named)
    run.rows = tuple(run.rows)  # each is looked at many times
    asked = [x for x in (wrt, of, partial, answer) if x is not None]
    if not asked and len(run.inputs) == 1:
        wrt = run.inputs[0].label
    elif len(asked) != 1:
        first = run.inputs[0].label if run.inputs else run.rows[0].name
        raise ValueError(
            f'a question asks for one thing, and {len(asked)} were given: try wrt="{first}" (a derivative), '
            f'of="{run[run.output].name}" (a value), partial=(…, …) or answer=…'
        )
    given = {words: x(run) if callable(x) else x for words, x in (mistakes or {}).items()}
    extra = known_mistakes(given)
    if wrt is not None:
        row = run.find(wrt)
        plain = row.is_input and not named and len(run.inputs) == len(inputs)
        question = ask_adjoint(question, run, row, extra, (f, inputs) if plain else None, derived)
    elif of is not None:
        question = ask_value(question, run, run.find(of), extra)
    elif partial is not None:
        question = ask_partial(question, run, *map(run.find, partial), extra)
    else:
        question = count(question, answer(run), given)
    question.names = {row.label: row.value for row in run.inputs}
    return question


def count(question, right, mistakes=None):
    """Ask for a number that is known beforehand.

    mistakes: {what was done instead: the number that gives}

    >>> count("How many entries has a 3 × 2 matrix?", 6, {"You added.": 5}).check("5")
    ✗ Not yet. This comes out if you added.
    """
    return Number(question, right, f"It is {written(right)}", lambda: known_mistakes(mistakes))


def known_mistakes(mistakes):
    """{what was done instead: number} as ``WrongNumber``s."""
    return [WrongNumber(value, words, True) for words, value in (mistakes or {}).items()]


def ask_adjoint(question, run, row, extra, plain_call, derived):
    """The question for the derivative with respect to a row; ``plain_call``: (f, numbers) or None."""
    found = paths(run, row)
    ends = f"from {variable(run.output)} to {called(row)}"
    find_out = f"To find out, walk the paths {ends} in the stepper: multiply along each, then add."
    if not found.count:
        find_out = f"Look at the graph of this run: does any path lead {ends}?"
    arriving = [abs(step.contribution) for step in run.steps if step.target == row.index]
    noise = 1e-12 * max(arriving, default=0.0)

    def mistakes():
        if not derived:
            return extra
        beyond = branch_mistakes(*plain_call, run, row) if plain_call else ()
        return [*extra, *beyond, *adjoint_mistakes(run, row)]

    noise = noise if math.isfinite(noise) else 0.0
    return Number(question, row.adjoint, found.total, mistakes, find_out, noise)


def ask_value(question, run, row, extra):
    """The question for the value of a row."""
    says = f"{called(row)} = {written(row.value)}"
    find_out = f"Compute line by line, from {run.rows[0].name} to {row.name}."
    return Number(question, row.value, says, lambda: [*extra, *value_mistakes(run, row)], find_out)


def ask_partial(question, run, source, target, extra):
    """The question for one local partial."""
    inner = paths(run, target).network.get(source.index, ())
    edge = next((edge for edge in inner if edge.target == target.index), None)
    if edge is None:
        raise ValueError(f"{target.name} is no operand of {source.name} = {source.formula}")
    says = f"{edge.text} = {source.partial_text(edge.slot)} = {written(edge.partial)}"
    find_out = f"Differentiate `{source.name} = {source.formula}` with respect to {target.name} alone."
    return Number(question, edge.partial, says, lambda: [*extra, *partial_mistakes(run, edge)], find_out)
