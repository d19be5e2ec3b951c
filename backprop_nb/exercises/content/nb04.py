"""Notebook 04, the chain rule on a graph."""

import math

from ...runs.paths import paths
from ...runs.tracing import trace
from .. import choice, number
from ..bank import register
from ..tasks import Task, require_filled
from ..trials import Trials
from . import EXAMPLE, running_example

__all__ = []

# fmt: off
register("04-c", claim="N14", make=lambda: choice(
    EXAMPLE + "multiplied out, the chain rule for ∂f/∂x1 is a sum. Of how many products?", right="2", why={
        "1": "x1 is used in one more place.",
        "2": "One for each path from f to x1: over the logarithm, and over the product.",
        "3": "You counted f's addends; one of the three does not contain x1.",
        "4": "You counted both inputs."}))

register("04-a", claim="N15", make=lambda: choice(
    EXAMPLE + "v₁ is log(v₋₁) and v₂ is v₋₁ × v₀. Results are numbered level by level; the level is the "
    "longest way from an input. Which one is v₃?", right="sin(v₀)", why={
        "v₁ + v₂": "That is the order in which Python evaluates; it is one level above sin(v₀).",
        "sin(v₀)": "It is one operation away from an input, as v₁ and v₂ are.",
        "v₄ - v₃": "That is the last one: it needs all the others."}))

register("04-f", claim="N16", make=lambda: number(
    EXAMPLE + "v₅ = v₄ - v₃. The sweep starts with v̄₅ = 1. What does v̄₃ become?",
    running_example, 2, 5, wrt="v₃", derived=False, mistakes={
        "You lost the sign of the second operand of a subtraction: ∂v₅/∂v₃ is -1.": 1,
        "That is the value of v₃, not v̄₃: how fast v₅ changes with v₃.": lambda run: run.find("v₃").value,
        "You kept an addend that does not move with v₃: the derivative of v₄ is 0 here.":
            lambda run: run.find("v₄").value - 1,
        "That is the value of f(x1, x2), not its derivative.": lambda run: run.value,
        "That is the derivative with respect to x2, not v₃.": lambda run: run.gradient["x2"],
        "That is the derivative with respect to x1, not v₃.": lambda run: run.gradient["x1"]}))

register("04-b", claim="N17", make=lambda: number(
    EXAMPLE + "its graph has 7 nodes. How many arrows?",
    running_example, 2, 5, answer=lambda run: len(run.steps) - 1, mistakes={
        "You counted the nodes.": len,
        "You gave each result one arrow; an operation with two operands has two.":
            lambda run: len(run) - len(run.inputs),
        "You counted two arrows for every operation; log and sin have one operand.":
            lambda run: 2 * (len(run) - len(run.inputs)),
        "You counted the lines of the sweep; v̄₅ = 1 is no arrow.": lambda run: len(run.steps)}))


def short_path(run):
    """What the path ((v₅,v₃),(v₃,v₀)) contributes to ∂f/∂x2."""
    return next(path.contribution for path in paths(run, "x2") if len(path.steps) == 2)


register("04-d", claim="N18", make=lambda: number(
    EXAMPLE + "what does the path ((v₅,v₃),(v₃,v₀)) contribute to ∂f/∂x2?",
    running_example, 2, 5, answer=short_path, mistakes={
        "You lost the sign of the second operand of a subtraction: ∂v₅/∂v₃ is -1.":
            lambda run: -short_path(run),
        "That is the whole derivative: the sum over both paths.": lambda run: run.gradient["x2"],
        "That is the other path.": lambda run: run.gradient["x2"] - short_path(run),
        "You took sin itself for its derivative, cos.": lambda run: -run.find("v₃").value,
        "You took sin itself for its derivative, cos, and lost the sign of ∂v₅/∂v₃, which is -1.":
            lambda run: run.find("v₃").value}))

register("04-e", claim="N19", make=lambda: choice(
    EXAMPLE + "the path over v₁ multiplies to 1 · 1 · 0.5. Is 0.5 the derivative of v₅ with respect to v₋₁?",
    right="no", why={
        "no": "It is one contribution; the path over v₂ brings another, 5.",
        "yes": "You multiplied along one path only: v₋₁ is used in v₂, too."}))


def first_arrival(run):
    """What v̄₋₁ holds after the first contribution has arrived."""
    return next(step.after for step in run.steps if step.target == run.find("x1").index)


register("04-g", claim="N20", make=lambda: number(
    EXAMPLE + "in the reverse sweep v₂ hands on to v₋₁ first, v₁ last. What does v̄₋₁ hold in between?",
    running_example, 2, 5, answer=first_arrival, mistakes={
        "That is the end: v₁ has not handed on yet.": lambda run: run.gradient["x1"],
        "That is what v₁ will bring.": lambda run: run.gradient["x1"] - first_arrival(run),
        "Something has arrived already, from v₂.": 0}))


def h(a, b):
    return (a - b) * (a * b)


register("04-1", lambda: number(
    "`h(a, b) = (a - b) * (a * b)`. What is ∂h/∂b at a = 12, b = 15? Do it on paper: name the variables, "
    "write the local partials on the edges, multiply along each path, add the paths.", h, 12, 15, wrt="b"))


def path_lists():
    """For each trial of 04-2 the local partials along every path; at last without any path."""
    for run in (trace(running_example, 2, 5), trace(h, 2, 3)):
        for row in run.inputs:
            yield {"paths": [[edge.partial for edge in path.steps] for path in paths(run, row)]}
    for partials in ([[2.0], [3.0, 4.0], [5.0, 1.0, 2.0]], [[0.5, -3.0]], []):
        yield {"paths": partials}


register("04-2", lambda: Task(
    "The chain rule, multiplied out. `paths` is a list of paths, and each path is the list of its local "
    "partials: [[1.0, 1.0, 0.5], [1.0, 1.0, 5.0]]. Return the derivative, also where there "
    "is no path at all.", "add_up(paths)", Trials(path_lists, lambda paths: sum(map(math.prod, paths)), {
        "That is the first path only: the contributions of all of them are added.":
            lambda paths: math.prod(paths[0]),
        "That is the last path only: the contributions of all of them are added.":
            lambda paths: math.prod(paths[-1]),
        "You multiplied everything; along a path one multiplies, paths are added.":
            lambda paths: math.prod(map(math.prod, paths)),
        "You added everything; along a path the partials are multiplied.": lambda paths: sum(map(sum, paths)),
        "You added along the paths and multiplied the sums: it is the other way round.":
            lambda paths: math.prod(map(sum, paths)),
        "That is the number of paths.": len}, where="For {paths}"),
    "Products along the paths, and their sum: that is the whole chain rule."))


def doubled(x):
    for _ in range(5):
        x = x + x
    return x


register("04-3", lambda: number(
    "`x = x + x`, five times over. How many paths lead from the result to the first x?",
    doubled, 1.0, answer=lambda run: paths(run, "x").count, mistakes={
        "You counted the edges; a path chooses one of the two at each step, and choices multiply.":
            lambda run: len(run.steps) - 1,
        "You counted the steps of one path.": lambda run: len(run) - 1,
        "You squared the number of steps; each step doubles the number of ways.":
            lambda run: (len(run) - 1) ** 2,
        "One doubling is missing.": lambda run: paths(run, "x").count // 2,
        "One doubling too many.": lambda run: paths(run, "x").count * 2}))


def examine_three_paths(three_paths):
    """What is wrong with a function that should have exactly three paths to its input; or ""."""
    require_filled(three_paths(2.0))
    run = trace(three_paths, 2.0)
    found = paths(run, run.inputs[0])
    if found.count == 3:
        return ""
    if run[run.output].is_input:
        return "Your function returns x itself: one path, without an edge."
    if not found.count:
        return f"No path leads to {run.inputs[0].label}: the result does not depend on it."
    more = " Where a value is used again whose own operands are shared, paths multiply."
    return (
        f"Your graph has {found.count:,} {'path' if found.count == 1 else 'paths'} to {run.inputs[0].label}: "
        f"{'; '.join(path.notation for path in found.shown(6))}.{more if found.count > 3 else ''}"
    )


register("04-4", lambda: Task(
    "Write a function of one number in whose graph exactly three paths lead from the result to x.",
    "three_paths(x)", examine_three_paths, "Three paths: three addends in the chain rule."))
