"""The exercises that close the notebooks on order and accumulation (06) and on control flow (07)."""

import math
import random

from ..core import primitives
from ..drawing.notation import number as written
from ..runs import faults
from ..runs.tracing import trace
from .asking import number, order
from .closing_graph import compared, running_example
from .mistakes import called
from .reading import read_rows
from .tasks import Task, filled

__all__ = ["EXERCISES", "chained", "chosen"]


def chained(x):
    b = 2 * x
    c = 5 * b
    return b + c


def chosen(a, b, c):
    return a + b if a > 0 else a + c


def log_and_exp(x, y):
    z = x * y
    return primitives.log(z) + primitives.exp(z)


def used_twice(x):
    return x * x + x


def diamonds(x):
    for _ in range(12):
        y = 0.5 * x
        x = y + x * y
    return x


CASES = {
    "log(x1) + x1*x2 - sin(x2) at (2, 5)": (running_example, 2, 5),
    "b = 2x, c = 5b, b + c at x = 3": (chained, 3),
    "x*x + x at x = 3": (used_twice, 3),
    "log(z) + exp(z) with z = x*y at (2, 3)": (log_and_exp, 2, 3),
    "twelve times y = 0.5*x, x = y + x*y": (diamonds, 1.0),
}


def examine_order(backward_order):
    """06-1: a topological order, of a graph given as a plain dict."""
    for i, (name, call) in enumerate(CASES.items()):
        run = trace(*call)
        operands = {
            row.id: tuple(f"v{x.index}" for x in row.operands if x.index is not None) for row in run.rows
        }
        names = list(operands)
        random.Random(i).shuffle(names)  # so that the order of the dict is no answer
        result = backward_order(run[run.output].id, {node: operands[node] for node in names})
        if i == 0:
            filled(result)
        try:
            rows = read_rows(result, run)
        except ValueError as error:
            return f"For {name}: {error}"
        problem = disorder([row.id for row in rows], operands, run[run.output].id)
        if problem:
            return f"For {name}: {problem}"
    return ""


def disorder(names, operands, output):
    """What is wrong with a backward order of all names, in words; "" if it is valid."""
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice:
        return f"{twice} comes twice; every node hands on once, when its adjoint is whole."
    missing = [name for name in operands if name not in names]
    if missing:
        return f"{', '.join(missing[:5])} {'is' if len(missing) == 1 else 'are'} missing."
    place = {name: i for i, name in enumerate(names)}
    wrong = [(result, x) for result in operands for x in operands[result] if place[x] < place[result]]
    if not wrong:
        return ""
    if len(wrong) == sum(map(len, operands.values())):
        return f"That is the forward order, operands first; the sweep starts at the output, {output}."
    result, x = min(wrong, key=lambda pair: place[pair[1]])
    return f"{x} comes before {result}, which still had to hand on to it."


def examine_sweep(sweep):
    """06-2: the reverse sweep over plain rows."""
    for i, (name, call) in enumerate(CASES.items()):
        run = trace(*call)
        result = sweep(run)
        if i == 0:
            filled(result)
        if not hasattr(result, "items"):
            return f"A dict is asked for, {{index: adjoint}}; I get a result of type {type(result).__name__}."
        try:
            found = {run.find(key).index: adjoint for key, adjoint in result.items()}
        except ValueError as error:
            return f"For {name}: {error}."
        lost = [called(row) for row in run.inputs if row.index not in found]
        if lost:
            return f"For {name}, the adjoint of {', '.join(lost)} is missing."
        for row in reversed(run.rows):
            if row.index in found:
                where = f"At {called(row)} of {name}"
                problem = compared(found[row.index], row.adjoint, sweeps_gone_wrong(run, row), where)
                if problem:
                    return problem
    return ""


def sweeps_gone_wrong(run, row):
    """What faulty sweeps leave at one row: [(what was done instead, number)]."""
    bare = {v.index: 0.0 for v in run.rows} | {run.output: 1.0}
    forward = dict(bare)
    for v in reversed(run.rows):
        for x in faults.parents(v):
            bare[x.index] += bare[v.index]
    for v in run.rows:
        for x in faults.parents(v):
            forward[x.index] += forward[v.index] * x.partial
    seed = [("The seed is missing: the adjoint of the output is 1 before anything flows.", 0.0)]
    return (seed if row.index == run.output else []) + [
        ("You overwrote instead of adding: `+=`, not `=`.", faults.overwrite(run)[row.index]),
        ("You took the rows in the order of the forward run; what flows back needs the other one.",
         forward[row.index]),
        ("An operand that stands there twice (x*x) receives twice.", faults.parent_set(run)[row.index]),
        ("A row handed on before all had arrived, as plain recursion does.", recursive(run, row)),
        ("You handed on the adjoint alone: the local partial is a factor.", bare[row.index]),
        ("Everything is counted twice: is the seed set, or the sweep run, twice?", 2 * row.adjoint),
    ]  # fmt: skip


def recursive(run, row):
    """What plain recursion leaves at one row; nan where it would take too long."""
    try:
        return faults.recursion(run)[row.index]
    except faults.TooManyVisits:
        return math.nan


def examine_branches(f, cases, where):
    """What is wrong with the values and slopes of a learner's function of one number; "" if nothing is.

    cases: {x: (value, slope or None, mistakes in the value, mistakes in the slope)}
    where: what the function is called in messages
    """
    for i, (x, (value, slope, wrong_values, wrong_slopes)) in enumerate(cases.items()):
        if i == 0:
            filled(f(x))
        run = trace(f, x)
        problem = compared(run.value, value, wrong_values, f"For the value {where}{written(x)}")
        if not problem and slope is not None:
            place = f"The value {where}{written(x)} is right; for the slope"
            problem = compared(run.inputs[0].adjoint, slope, [*wrong_slopes, (NO_PATH, 0.0)], place)
        if problem:
            return problem
    return ""


NO_PATH = "What is returned there does not come from x: no path leads to it, so nothing flows."
CONSTANT = (
    "The branch at 0 returns a plain number: no path leads from it to x, so nothing flows. Return something "
    "that has the same value at 0, and the right slope."
)


def examine_kinked(kinked):
    """07-1: slopes 1 and 3, joined at x = 1."""
    cases = {}
    for x, value, slope in (
        (-2.0, -2.0, 1.0),
        (0.5, 0.5, 1.0),
        (1.0, 1.0, None),
        (1.5, 2.5, 3.0),
        (4.0, 10.0, 3.0),
    ):
        values = [
            ("The slopes have changed places.", 3 * x - 2 if x <= 1 else x),
            ("The two pieces do not meet: 3·x would be 3 at x = 1, not 1.", 3 * x),
        ]
        cases[x] = value, slope, values, [("The slopes have changed places.", 4 - slope if slope else 0.0)]
    return examine_branches(kinked, cases, "at x = ")


def examine_power(power):
    """07-3: a product in a loop."""
    for n in (3, 1, 5, 0):
        case = [
            ("One turn of the loop too many.", 2.0 ** (n + 1)),
            ("One turn of the loop is missing.", 2.0 ** (n - 1)),
            ("That is n · x: the loop adds where it should multiply.", 2.0 * n),
            ("The product starts at 0, and stays there: start at 1.", 0.0),
        ]
        cases = {2.0: (2.0**n, n * 2.0 ** (n - 1), case, [])}
        problem = examine_branches(lambda x, n=n: power(x, n), cases, f"for n = {n} at x = ")
        run = trace(lambda x, n=n: power(x, n), 2.0)
        if not problem and any(row.operation in ("pow", "square", "exp") for row in run.rows):
            return "The numbers are right, but there is no loop: multiply n times, without `**`."
        if problem:
            return problem
    return ""


def examine_repaired(repaired):
    """07-4: a branch condition carries no gradient, so the branch has to."""
    cases = {x: (math.expm1(x) / x, (math.exp(x) * (x - 1) + 1) / x**2, [], []) for x in (1.0, -2.0)}
    series = "The idea is right, the slope is not yet: (eˣ - 1)/x = 1 + x/2 + x²/6 + …"
    cases[0.0] = 1.0, 0.5, [], [(CONSTANT, 0.0), (series, 1.0)]
    return examine_branches(repaired, cases, "at x = ")


def examine_rescued(rescued):
    """07-5: an exception chooses the branch."""
    too_much = "log exists here: there was nothing to rescue."
    cases = {x: (math.log(x), 1 / x, [(too_much, x - 1)], []) for x in (2.0, 0.25)}
    cases |= {x: (x - 1, 1.0, [], []) for x in (-3.0, 0.0)}
    return examine_branches(rescued, cases, "at x = ")


# fmt: off
EXERCISES = {
    "06-1": lambda: Task(
        "Put the nodes of a graph into an order for the reverse sweep: each result before its operands. "
        "`operands` says for every node which nodes it was computed from, {'v1': ('v0',), …}, in no order "
        "at all. Return a list of names; every valid order is right.",
        "def backward_order(output, operands):\n    return None", examine_order,
        "No node comes before one that still has to hand on to it, in any of the graphs tried."),
    "06-2": lambda: Task(
        "Write the reverse sweep over a recorded run. `run.rows` are its rows, operands first, and "
        "`run.output` is the index of the output; a row has `row.index` and `row.operands`, and each operand "
        "has `x.index` (None for a constant) and `x.partial`. Return {index: adjoint}.",
        "def sweep(run):\n    return None", examine_sweep,
        "Seed, results before operands, adjoint times partial, added: that is back-propagation, whole."),
    "06-3": lambda: order(
        "`z = x * y`, and the result is `log(z) + exp(z)`. In which order may the reverse sweep visit the "
        "nodes? v₁ = z, v₂ = log(v₁), v₃ = exp(v₁), v₄ = v₂ + v₃.", log_and_exp, 2, 3),
    "06-4": lambda: number(
        "x = 3, `b = 2 * x`, `c = 5 * b`, and the result is `b + c`. A sweep goes through the nodes in the "
        "right order, but writes `=` where `+=` belongs. What does it leave at x?", chained, 3,
        answer=lambda run: faults.overwrite(run)[run.find("x").index], mistakes={
            "That is the right gradient; this sweep keeps only the last of what arrives at b.":
                lambda run: run.gradient["x"],
            "You kept the first that arrives at b, not the last: c hands on after the output does.": 2.0,
            "That is what plain recursion gives; this sweep has the right order, and overwrites.":
                lambda run: faults.recursion(run)[run.find("x").index]}),
    "07-1": lambda: Task(
        "Write a function with an `if`: up to x = 1 its value is x, above it rises three times as fast, "
        "with no jump at 1.",
        "def kinked(x):\n    return None", examine_kinked,
        "Two branches, two graphs, and the gradient follows whichever was taken."),
    "07-2": lambda: number(
        "`x = a + b if a > 0 else a + c`, at a = -2, b = 3, c = 4. What is ∂x/∂b?",
        chosen, -2, 3, 4, wrt="b"),
    "07-3": lambda: Task(
        "Write x to the power n (a whole number, 0 or more) as a loop of multiplications, without `**`.",
        "def power(x, n):\n    return None", examine_power,
        "Each n makes another graph, and each graph gives n · xⁿ⁻¹."),
    "07-4": lambda: Task(
        "`1 if x == 0 else (bp.exp(x) - 1) / x` has the right value everywhere, but at x = 0 its gradient "
        "comes out as 0, and it should be 1/2. Repair it.",
        "def repaired(x):\n    return None", examine_repaired,
        "The condition carries no gradient, so the branch has to: value and slope must both be right."),
    "07-5": lambda: Task(
        "Return `bp.log(x)`; where that raises a ValueError, catch it and return x - 1 instead.",
        "def rescued(x):\n    return None", examine_rescued,
        "An exception is control flow like any other: what counts is which operations were recorded."),
}
# fmt: on
