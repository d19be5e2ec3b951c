"""Notebook 07, control flow."""

import math

from ...core.primitives import exp, log
from ...runs.tracing import trace
from .. import number
from ..bank import register
from ..tasks import Task
from ..trials import Trials, run_traced, value_and_slope

__all__ = []

NO_PATH = "What is returned there does not come from x: no path leads to it, so nothing flows."


def sum_by_sign(a, b, c):
    return a + b if a > 0 else a + c


# fmt: off
register("07-a", claim="N24", make=lambda: number(
    "`x = a + b if a > 0 else a + c`, at a = -2.5, b = 3.2, c = 4.4. What is ∂x/∂c?",
    sum_by_sign, -2.5, 3.2, 4.4, wrt="c", derived=False, mistakes={
        "That is the derivative on the other branch: at these inputs the condition sends the run along this "
        "one.": 0,
        "That is the derivative with respect to b, not c.": lambda run: run.gradient["b"],
        "You kept an addend that does not move with c: its derivative is 0.": 1 - 2.5,
        "That is the value of x, not its derivative.": lambda run: run.value,
        "That is the value of c: the question is how fast x changes with c.": 4.4}))

register("07-1", lambda: Task(
    "Write a function with an `if`: up to x = 1 its value is x, above it rises three times as fast, "
    "with no jump at 1.", "kinked(x)", Trials(
        lambda: ({"x": x} for x in (-2.0, 0.5, 1.0, 1.5, 4.0)),
        lambda x: x if x <= 1 else 3 * x - 2, {
            "The slopes have changed places.": lambda x: 3 * x - 2 if x <= 1 else x,
            "The two pieces do not meet: 3·x would be 3 at x = 1, not 1.": lambda x: 3 * x,
            NO_PATH: lambda *inputs: math.nan},
        where="At x = {x:g}", run=run_traced,
        split=lambda run, x: value_and_slope(run) if x != 1 else {"the value": run.value}),  # 1 or 3 there
    "Two branches, two graphs, and the gradient follows whichever was taken."))

register("07-2", lambda: number(
    "`x = a + b if a > 0 else a + c`, at a = -2.5, b = 3.2, c = 4.4. What is ∂x/∂b?",
    sum_by_sign, -2.5, 3.2, 4.4, wrt="b"))


def power_in_a_loop(x, n):
    out = 1
    for _ in range(n):
        out = out * x
    return out


def find_power(power):
    """What is wrong with a right power if there is no loop in it; or ""."""
    if any(row.operation in ("pow", "square", "exp") for row in trace(lambda x: power(x, 3), 2.0).rows):
        return "The numbers are right, but there is no loop: multiply n times, without `**`."
    return ""


register("07-3", lambda: Task(
    "Write x to the power n (a whole number, 0 or more) as a loop of multiplications, without `**`.",
    "power(x, n)", Trials(
        lambda: ({"x": 2.0, "n": n} for n in (3, 1, 5, 0)), power_in_a_loop, {
            NO_PATH: lambda *inputs: math.nan,
            "One turn of the loop too many.": lambda x, n: x ** (n + 1),
            "One turn of the loop is missing.": lambda x, n: x ** (n - 1),
            "That is n · x: the loop adds where it should multiply.": lambda x, n: n * x,
            "The product starts at 0, and stays there: start at 1.": lambda x, n: 0 * x},
        where="For n = {n} at x = {x:g}", run=lambda f, x, n: run_traced(lambda x: f(x, n), x),
        split=value_and_slope, also=find_power),
    "Each n makes another graph, and each graph gives n · xⁿ⁻¹."))

register("07-4", lambda: Task(
    "`1 if x == 0 else (bp.exp(x) - 1) / x` has the right value everywhere, but at x = 0 its gradient "
    "comes out as 0, and it should be 1/2. Repair it.", "repaired(x)", Trials(
        lambda: ({"x": x} for x in (1.0, -2.0, 0.0)),
        lambda x: 1 + x / 2 if x == 0 else (exp(x) - 1) / x, {
            "The branch at 0 returns a plain number: no path leads from it to x, so nothing flows. Return "
            "something that has the same value at 0, and the right slope.":
                lambda x: 1 if x == 0 else (exp(x) - 1) / x,
            "The idea is right, the slope is not yet: (eˣ - 1)/x = 1 + x/2 + x²/6 + …":
                lambda x: 1 + x if x == 0 else (exp(x) - 1) / x,
            NO_PATH: lambda *inputs: math.nan}, where="At x = {x:g}", run=run_traced, split=value_and_slope),
    "The condition carries no gradient, so the branch has to: value and slope must both be right."))

def log_or_line(x):
    try:
        return log(x)
    except ValueError:
        return x - 1


def find_try(rescued):
    """What is wrong with a right function that asks beforehand, instead of catching; or ""."""
    if getattr(getattr(rescued, "__code__", None), "co_exceptiontable", True):
        return ""
    return "The numbers are right, but nothing is caught here: `try` the logarithm, and write an `except`."


register("07-5", lambda: Task(
    "Return `bp.log(x)`; where that raises a ValueError, catch it and return x - 1 instead.", "rescued(x)",
    Trials(
        lambda: ({"x": x} for x in (2.0, 0.25, -3.0, 0.0)), log_or_line, {
            "log exists here: there was nothing to rescue.": lambda x: x - 1,
            NO_PATH: lambda *inputs: math.nan},
        where="At x = {x:g}", run=run_traced, split=value_and_slope, also=find_try),
    "An exception is control flow like any other: what counts is which operations were recorded."))
