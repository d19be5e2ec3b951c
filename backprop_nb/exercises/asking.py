"""How a notebook asks: for a number of a run, for one of a few answers, for an order."""

import functools
import math

from ..drawing.notation import number as written
from ..drawing.notation import variable
from ..runs.paths import paths
from ..runs.tracing import trace
from .mistakes import (
    Mistake,
    adjoint_mistakes,
    branch_mistakes,
    called,
    partial_mistakes,
    plain_mistakes,
    value_mistakes,
)
from .questions import Choice, Number, Order

__all__ = ["choice", "number", "order"]

ORDERED = 40  # the most nodes that somebody is asked to put into order by hand


def number(question, f, *inputs, wrt=None, of=None, partial=None, answer=None, mistakes=None, **named):
    """Ask for a number of a run of ``f``; the right one is computed, never typed in.

    question: the text
    f, inputs, named: the function and where it is run, as in ``record(f, …)``
    wrt:      asks for the derivative by this input (its label), or for the adjoint of this row (its name)
    of:       asks for the value of this row
    partial:  asks for the local partial of a row by an operand: ("v₅", "v₃")
    answer:   asks for something else: a function of the run
    mistakes: more wrong numbers that have a name: {what was done instead: number, or function of the run}
    returns:  a question that shows itself; ``.check(answer)`` gives its Feedback in code
    raises:   ValueError if not exactly one of wrt, of, partial, answer is given (a single input needs none)

    >>> ask = number("How steep is it?", lambda x1, x2: x1 * x1 - x2, 3, 5, wrt="x2")
    >>> ask.check("1")
    ✗ Not yet. You lost the sign of the second operand of a subtraction.
    For `v₂ = v₁ - v₀` the local partial ∂v₂/∂v₀ is `-1`.
    >>> ask.check("-1")
    ✓ Right. v̄₀ = -1.
    """
    run = trace(f, *inputs, **named)
    asked = [x for x in (wrt, of, partial, answer) if x is not None]
    if not asked and len(run.inputs) == 1:
        wrt = run.inputs[0].label
    elif len(asked) != 1:
        first = run.inputs[0].label if run.inputs else run.rows[0].name
        raise ValueError(
            f'a question asks for one thing, and {len(asked)} were given: try wrt="{first}" (a derivative), '
            f'of="{run[run.output].name}" (a value), partial=(…, …) or answer=…'
        )
    extra = [
        Mistake(value(run) if callable(value) else value, words, True)
        for words, value in (mistakes or {}).items()
    ]
    if wrt is not None:
        row = run.find(wrt)
        return ask_adjoint(question, run, row, extra, functools.partial(across, f, inputs, named, run, row))
    if of is not None:
        return ask_value(question, run, run.find(of), extra)
    if partial is not None:
        return ask_partial(question, run, *map(run.find, partial), extra)
    right = answer(run)
    return Number(question, right, f"It is {written(right)}", lambda: [*extra, *near_misses(right)])


def across(f, inputs, named, run, row):
    """Mistakes that come from a condition in ``f``; none where the inputs are more than plain numbers."""
    if row.is_input and not named and len(run.inputs) == len(inputs):
        plain = [float(x) for x in inputs]
        yield from branch_mistakes(run, lambda xs: trace(f, *xs), lambda xs: float(f(*xs)), plain, row)


def ask_adjoint(question, run, row, extra, beyond):
    """The question for the derivative of the output by a row; ``beyond`` gives mistakes beyond this run."""
    found = paths(run, row)
    ends = f"from {variable(run.output)} to {called(row)}"
    find_out = f"To find out, walk the paths {ends} in the stepper: multiply along each, then add."
    if not found.count:
        find_out = f"Look at the graph of this run: does any path lead {ends}?"
    arriving = [abs(step.contribution) for step in run.steps if step.target == row.index]
    noise = 1e-12 * max(arriving, default=0.0)
    return Number(
        question,
        row.adjoint,
        found.total,
        lambda: [*extra, *beyond(), *adjoint_mistakes(run, row)],
        find_out,
        noise if math.isfinite(noise) else 0.0,
    )


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
    find_out = f"Differentiate `{source.name} = {source.formula}` by {target.name} alone."
    return Number(question, edge.partial, says, lambda: [*extra, *partial_mistakes(run, edge)], find_out)


def near_misses(right):
    """What can be said of a wrong count, or of any wrong number."""
    if float(right).is_integer():
        yield Mistake(right + 1, "One too many.")
        yield Mistake(right - 1, "One is missing.")
    yield from plain_mistakes(right)


def choice(question, options, right, why=None):
    """Ask for one of a few answers.

    options: texts or numbers; or {text: value}
    right:   the right one: its text, its value, or (so that it stands nowhere) a function without arguments
             that computes it; True and False stand for the first and the second of two options
    why:     {option: what was done instead}; for the right option, why it is right
    raises:  ValueError if ``right`` or a key of ``why`` is none of the options

    >>> ask = choice("Which comes first?", ["v₄", "v₅"], right="v₅", why={"v₄": "v₅ hands on to it."})
    >>> ask.check("a")
    ✗ Not yet. v₅ hands on to it.
    """
    texts = [text_of(option) for option in options]
    values = list(options.values()) if isinstance(options, dict) else list(options)
    wanted = right() if callable(right) else right
    wanted = wanted.item() if hasattr(wanted, "item") else wanted  # NumPy's True is not Python's
    if isinstance(wanted, bool) and len(texts) == 2 and not any(isinstance(value, bool) for value in values):
        wanted = values[0 if wanted else 1]
    place = next((i for i in range(len(texts)) if wanted in (values[i], texts[i])), None)
    if place is None:
        raise ValueError(f"the right answer, {wanted!r}, is none of the options: {', '.join(texts)}")
    reasons = {text_of(option): words for option, words in (why or {}).items()}
    strangers = sorted(reasons.keys() - set(texts))
    if strangers:
        raise ValueError(f"why tells of {', '.join(strangers)}, and the options are {', '.join(texts)}")
    return Choice(question, texts, place, {texts.index(text): words for text, words in reasons.items()})


def text_of(option):
    """An option as it is shown."""
    return option if isinstance(option, str) else written(option)


def order(question, f, *inputs, **named):
    """Ask in which order the reverse sweep of ``f`` visits its nodes; every valid order counts.

    raises: ValueError for a run of more than 40 nodes

    >>> ask = order("In which order?", lambda x: (x + 1) * x, 3)
    >>> ask.check("v1 v2")
    ✗ Not yet. That is the order of the forward run.
    The reverse sweep starts at the output, where the seed is.
    >>> ask.check("v2 v1").right
    True
    """
    run = trace(f, *inputs, **named)
    if len(run) > ORDERED:
        raise ValueError(f"this run has {len(run):,} nodes; at most {ORDERED} can be put into order by hand")
    return Order(question, run)
