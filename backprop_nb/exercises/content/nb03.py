"""Notebook 03, forward mode and reverse mode."""

import math

from ...ways.chain_orders import multiply_in_order
from .. import choice, count, number
from ..bank import register
from ..tasks import Task, require_filled
from ..trials import Trials
from . import EXAMPLE, running_example

__all__ = []

PAIR = {"the value": "", "the tangent": ""}
PAIRS = ((3.0, 1.0), (2.0, -0.5)), ((-1.5, 2.0), (0.5, 3.0)), ((4.0, 0.0), (1.25, 1.0))
CHAIN = 1000, 100, 10, 1

# fmt: off
register("03-a", claim="N12", make=lambda: count(
    "A loss is one number of 1000 weights. Forward mode carries one column of tangents in each run. How many "
    "runs does the whole gradient take?", 1000, {
        "One run tells how f moves with one input; the gradient has 1000.": 1,
        "There is no run without tangents: each gives the value, too.": 1001,
        "Those are central differences; here nothing is moved.": 2000,
        "The entries of a 1000 × 1000 Jacobian; here there is one output.": 10**6}))


def trials_on_pairs(right, mistakes, operands=2):
    """Trials of a function of pairs (value, tangent); each of the wrong ones returns a pair, too."""
    calls = [dict(zip("xy"[:operands], pairs, strict=False)) for pairs in PAIRS]
    where = "For " + ", ".join(f"{name} = {{{name}}}" for name in "xy"[:operands])
    return Trials(lambda: iter(calls), right, mistakes, where=where, parts=PAIR)


def tangent_only(rule):
    """A wrong function that has the value right, and takes this rule for the tangent."""
    return lambda *pairs: {"the tangent": rule(*(number for pair in pairs for number in pair))}


PRODUCT_SLIPS = {  # rules of a value x with tangent dx, and of y with dy
    "(xy)′ is not x′y′: each factor has its turn, while the other keeps its value.":
        lambda x, dx, y, dy: dx * dy,
    "The product rule has two terms; one is missing.":
        (lambda x, dx, y, dy: dx * y, lambda x, dx, y, dy: x * dy),
    "Value and tangent are mixed up: each tangent goes with the value of the *other* factor.":
        lambda x, dx, y, dy: x * dx + y * dy,
    "The two terms are added, not subtracted.":
        (lambda x, dx, y, dy: dx * y - x * dy, lambda x, dx, y, dy: x * dy - dx * y),
    "You added the tangents; that is the rule of the sum.": lambda x, dx, y, dy: dx + dy}


def rules_as(make, slips):
    """The same slips, each rule made into a wrong answer by ``make``."""
    return {words: tuple(map(make, rules if isinstance(rules, tuple) else (rules,)))
            for words, rules in slips.items()}


register("03-1", lambda: Task(
    "x and y are pairs (value, tangent), such as (3.0, 1.0). Return the pair of their sum.", "add(x, y)",
    trials_on_pairs(lambda x, y: (x[0] + y[0], x[1] + y[1]), {
        "Value and tangent are mixed up: values are added to values, tangents to tangents.":
            lambda x, y: {"the value": x[0] + x[1], "the tangent": y[0] + y[1]},
        "The tangents of a sum are added, too, not multiplied.": tangent_only(lambda x, dx, y, dy: dx * dy),
        "Both operands move: the tangent of one of them is missing.":
            (tangent_only(lambda x, dx, y, dy: dx), tangent_only(lambda x, dx, y, dy: dy))}),
    "Careful: `x + y` of two tuples would have put them one after the other."))

register("03-2", lambda: Task(
    "Now the pair of their product.", "multiply(x, y)",
    trials_on_pairs(lambda x, y: (x[0] * y[0], x[1] * y[0] + x[0] * y[1]),
                    rules_as(tangent_only, PRODUCT_SLIPS)),
    "The product rule, on numbers: nothing is written down, and nothing can swell."))

register("03-3", lambda: Task(
    "And the pair of the sine of x. `bp.sin` and `bp.cos` take numbers.", "sine(x)",
    trials_on_pairs(lambda x: (math.sin(x[0]), math.cos(x[0]) * x[1]), {
        "The inner derivative is forgotten: the tangent that came in is a factor.":
            tangent_only(lambda x, dx: math.cos(x)),
        "Value and tangent are mixed up: the cosine is taken at the value.":
            tangent_only(lambda x, dx: math.cos(dx) * x),
        "You took the sine of the tangent; outer derivative times inner one.":
            tangent_only(lambda x, dx: math.sin(dx)),
        "sin′ is +cos.": tangent_only(lambda x, dx: -math.cos(x) * dx),
        "You kept the sine: sin′ is cos.": tangent_only(lambda x, dx: math.sin(x) * dx),
        "Outer and inner derivative are multiplied, not added.":
            tangent_only(lambda x, dx: math.cos(x) + dx)}, operands=1),
    "The chain rule: outer derivative at the value, times the tangent that comes from inside."))

FORMULAS = {
    "x + x": lambda x: x + x,
    "x * x": lambda x: x * x,
    "x * x * x + x": lambda x: x * x * x + x,
    "(x + x) * (x * x + x)": lambda x: (x + x) * (x * x + x)}


def make_dual(tangent=lambda x, dx, y, dy: dx * y + x * dy, added=lambda dx, dy: dx + dy):
    """A class of dual numbers; with wrong rules, for its sums or its products, a wrong one."""
    class Dual:
        def __init__(self, value, tangent=0.0):
            self.value, self.tangent = value, tangent

        def __add__(self, other):
            return Dual(self.value + other.value, added(self.tangent, other.tangent))

        def __mul__(self, other):
            moved = tangent(self.value, self.tangent, other.value, other.tangent)
            return Dual(self.value * other.value, moved)

    return Dual


DUAL_STARTER = """\
class Dual:
    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        return None

    def __mul__(self, other):
        return None"""
DUAL_TRIALS = dict(zip(FORMULAS, (3.0, 3.0, 2.0, -1.5), strict=True))


def run_on_duals(dual, formula, x):
    """A formula at a number that moves with tangent 1: value and tangent."""
    out = require_filled(FORMULAS[formula](require_filled(dual(x, 1.0))))
    return out.value, out.tangent


register("03-4", lambda: Task(
    "Put both rules into a class. `x + y` and `x * y` return a new `Dual`, and so formulas work.",
    DUAL_STARTER, Trials(lambda: ({"formula": name, "x": x} for name, x in DUAL_TRIALS.items()),
           make_dual(), rules_as(make_dual, PRODUCT_SLIPS) | {
               "The tangents of a sum are added, too.": make_dual(added=lambda dx, dy: dx * dy)},
           where="For {formula} at x = {x:g}, moving with tangent 1", parts=PAIR, run=run_on_duals),
    "A whole forward mode. Every further operation is one method more."))

register("03-5", lambda: number(
    EXAMPLE + "x1 has the tangent 1 and x2 the tangent 1, both at once. Which tangent comes out?",
    running_example, 2, 5, answer=lambda run: sum(run.gradient.values()), mistakes={
        "That is with x1 moving alone.": lambda run: run.gradient["x1"],
        "That is with x2 moving alone.": lambda run: run.gradient["x2"],
        "You multiplied the two derivatives; both moves add up.":
            lambda run: math.prod(run.gradient.values()),
        "One more 1: the tangents are factors, not addends.": lambda run: sum(run.gradient.values()) + 2}))

register("03-6", lambda: count(
    "J₁ is 100 × 1000, J₂ is 10 × 100, J₃ is 1 × 10. How many multiplications does (J₃ J₂) J₁ take?",
    multiply_in_order("reverse", CHAIN).cost, {
        "That is J₃ (J₂ J₁), the order of forward mode.": multiply_in_order("forward", CHAIN).cost,
        "J₃ J₂ takes 1 · 10 · 100 more.": 1 * 100 * 1000,
        "You counted the entries of the three matrices.": 100 * 1000 + 10 * 100 + 10,
        "That is J₃ J₂ alone.": 1 * 10 * 100}))

register("03-7", lambda: choice(
    "A robot's arm has 3 joints, and 500 points of it are tracked. Is reverse mode the cheaper one?",
    right="no: 500 sweeps, against 3 runs", why={
        "yes: it always is": "It takes one sweep for each output, and there are many of those.",
        "no: 500 sweeps, against 3 runs": "Few inputs, many outputs: that is what forward mode is for."}))

register("03-8", lambda: choice(
    "Is forward mode the same as the forward pass of a network?",
    right="no: it carries tangents as well", why={
        "yes": "The forward pass computes values. Both modes have one.",
        "no: it carries tangents as well":
            "The forward pass computes values only; back-propagation begins with one, too."}))
