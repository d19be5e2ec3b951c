"""Notebook 06, order and accumulation."""

import random

from ...core import primitives
from ...core.typed_numbers import wrong_kind
from ...runs import faults
from ...runs.rows import Trace
from ...runs.tracing import trace
from .. import number
from ..bank import register
from ..mistakes import called
from ..ordering import order, out_of_order, read_rows
from ..own_class import SWEEP_MISTAKES
from ..slips import sweep_with
from ..tasks import Task, require_filled
from ..trials import Trials
from . import running_example

__all__ = []


def chained(x, first=2, second=5):
    b = first * x
    c = second * b
    return b + c


def log_and_exp(x, y):
    z = x * y
    return primitives.log(z) + primitives.exp(z)


def diamonds(x):
    for _ in range(12):
        y = 0.5 * x
        x = y + x * y
    return x


GRAPHS = {  # on which the functions of 06-1 and 06-2 are tried
    "log(x1) + x1*x2 - sin(x2) at (2, 5)": (running_example, 2, 5),
    "b = 2x, c = 5b, b + c at x = 3": (chained, 3),
    "x*x + x at x = 3": (lambda x: x * x + x, 3),
    "log(z) + exp(z) with z = x*y at (2, 3)": (log_and_exp, 2, 3),
    "twelve times y = 0.5*x, x = y + x*y": (diamonds, 1.0),
}

# fmt: off
register("06-a", claim="N23", make=lambda: number(
    "x = 3, `b = 2 * x`, `c = 5 * b`, and the result is `b + c`. Plain recursion visits b, and all below "
    "it, before c, and again after it. Which gradient does it leave at x?",
    chained, 3, answer=lambda run: faults.recursion(run)[run.find("x").index], mistakes={
        "That is the right gradient. But b hands on 1, and then, visited again, all of its 6.":
            lambda run: run.gradient["x"],
        "That comes out where c is visited before b.":
            lambda run: faults.recursion_last_first(run)[run.find("x").index],
        "You overwrote instead of adding; recursion adds, but too much.":
            lambda run: faults.overwrite(run)[run.find("x").index]}))


def shuffle_names(run, seed):
    """The same run with its numbers dealt out anew, so that neither names nor places tell an order."""
    dealt = random.Random(seed).sample(range(len(run)), len(run))
    new = {row.index: number for row, number in zip(run.rows, dealt, strict=True)}
    rows = [
        row._replace(index=new[row.index], operands=tuple(x.rename(new) for x in row.operands))
        for row in run.rows
    ]
    return Trace(sorted(rows, key=lambda row: row.index), new[run.output])


def examine_order(backward_order):
    """What is wrong with a function that puts the nodes of a graph into a backward order; or ""."""
    for i, (name, call) in enumerate(GRAPHS.items()):
        run = shuffle_names(trace(*call), i)
        operands = {row.id: tuple(f"v{x.index}" for x in faults.parents(row)) for row in run.rows}
        result = backward_order(run[run.output].id, operands)
        try:
            problem = out_of_order(run, read_rows(require_filled(result), run), run.rows[::-1])
        except ValueError as error:
            problem = str(error)
        if problem:
            return f"For {name}: {problem}"
    return ""


register("06-1", lambda: Task(
    "Put the nodes of a graph into an order for the reverse sweep: each result before its operands. "
    "`operands` says for every node which nodes it was computed from, {'v1': ('v0',), …}, in no order "
    "at all. Return a list of names; every valid order is right.",
    "backward_order(output, operands)", examine_order,
    "No node comes before one that still has to hand on to it, in any of the graphs tried."))


def traced_graphs():
    """The arguments of 06-2: each graph's run, called by its formula, without what is asked for."""
    for name, call in GRAPHS.items():
        known = trace(*call)
        run = Trace([row._replace(adjoint=None) for row in known.rows], known.output, name)
        run.steps = ()
        yield {"run": run}


def adjoints_by_name(result, run):
    """What a learner's sweep returned as {name of a row: adjoint}, the output first; ValueError in words."""
    if not hasattr(result, "items"):
        raise wrong_kind("A dict, {index: adjoint},", result)
    found = {run.find(key).index: adjoint for key, adjoint in result.items()}
    lost = [called(row) for row in run.inputs if row.index not in found]
    if lost:
        raise ValueError(f"The adjoint of {', '.join(lost)} is missing.")
    return {f"at {called(row)}": found[row.index] for row in reversed(run.rows) if row.index in found}


register("06-2", lambda: Task(
    "Write the reverse sweep over a recorded run. `run.rows` are its rows, operands first, and "
    "`run.output` is the index of the output; a row has `row.index` and `row.operands`, and each operand "
    "has `x.index` (None for a constant) and `x.partial`. Return {index: adjoint}.",
    "sweep(run)", Trials(traced_graphs, sweep_with, SWEEP_MISTAKES | {
        "The seed is missing: the adjoint of the output is 1 before anything flows.":
            lambda run: sweep_with(run, seed=0.0)}, where="For {run.title}", split=adjoints_by_name),
    "Seed, results before operands, adjoint times partial, added: that is back-propagation, whole."))

register("06-3", lambda: order(
    "`z = x * y`, and the result is `log(z) + exp(z)`. In which order may the reverse sweep visit the "
    "nodes? v₁ = z, v₂ = log(v₁), v₃ = exp(v₁), v₄ = v₂ + v₃.", log_and_exp, 2, 3))

register("06-4", lambda: number(
    "x = 3, `b = 4 * x`, `c = 9 * b`, and the result is `b + c`. A sweep goes through the nodes in the "
    "right order, but writes `=` where `+=` belongs. What does it leave at x?",
    lambda x: chained(x, 4, 9), 3, answer=lambda run: faults.overwrite(run)[run.find("x").index], mistakes={
        "That is the right gradient; this sweep keeps only the last of what arrives at b.":
            lambda run: run.gradient["x"],
        "You kept the first that arrives at b, not the last: c hands on after the output does.": 4.0,
        "That is what plain recursion gives; this sweep has the right order, and overwrites.":
            lambda run: faults.recursion(run)[run.find("x").index]}))
