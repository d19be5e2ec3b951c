"""Notebook 01, numerical differentiation."""

import math

from .. import choice, count, number
from ..bank import register
from ..tasks import Task
from ..trials import Trials
from . import EXAMPLE, running_example

__all__ = []

UNIT, CURVATURE = 8e-6, 4

# fmt: off
register("01-a", claim="N01", make=lambda: choice(
    "Nobody wrote a rule for a 3 or an 8. What told each of the 9,610 weights which way to go?",
    right="the derivative of the loss with respect to that weight", why={
        "rules for each digit": "There are none: the same program learns letters from letters.",
        "the derivative of the loss with respect to that weight":
            "Its sign says which way lowers the loss, its size by how much: one number for each weight.",
        "chance: whatever came out better was kept":
            "In 9,610 directions nearly every blind step is as good as none."}))

register("01-b", claim="N02", make=lambda: count(
    "f(x) = x². What is the slope of the secant from x = 3 to x + h, h = 0.5?", 6.5, {
        "That is the slope of the tangent; h is not 0 yet.": 6,
        "You forgot to divide by h.": 3.25,
        "That is f at the second point.": 12.25,
        "You took the point at 3 - h.": 5.5,
        "You multiplied by h; it divides.": 1.625}))

register("01-c", claim="N03", make=lambda: number(
    EXAMPLE + "by hand, what is ∂f/∂x1?",
    running_example, 2, 5, wrt="x1", derived=False, mistakes={
        "That is the derivative of log(x1) alone; x1 · x2 depends on x1, too.": 1 / 2,
        "That is the derivative of x1 · x2 alone; log(x1) depends on x1, too.": 5,
        "You took the factor itself: the derivative of x1 · x2 with respect to x1 is x2.": 1 / 2 + 2,
        "You left out x2: the derivative of x1 · x2 is the other factor.": 1 / 2 + 1,
        "You took the operation itself for its derivative: log′ is 1/x1.": math.log(2) + 5,
        "`log` is the natural logarithm here, to the base e; you took the one to the base 10.":
            1 / (2 * math.log(10)) + 5,
        "You kept an addend that does not move with x1: the derivative of sin(x2) is 0 here.":
            1 / 2 + 5 - math.sin(5),
        "That is the derivative with respect to x2, not x1.": lambda run: run.gradient["x2"],
        "That is the value of f(x1, x2), not its derivative.": lambda run: run.value,
        "The size is right, the sign is not.": lambda run: -run.gradient["x1"]}))

register("01-d", claim="N04", make=lambda: choice(
    EXAMPLE + "∂f/∂x2 is 1.716. The notes take the slope of the secant with h = 0.00001, in float32, which "
    "has about 7 digits. By how much will it miss?", right="about 0.1", why={
        "about 0.00001": "That would be h itself, what the secant leaves out; something else is larger.",
        "about 0.001": "More: how many of the 7 digits of f = 11.65 does so small a step move at all?",
        "about 0.1": "f can only move in steps of 0.00000095; divided by h, one of them is 0.095."}))

register("01-e", claim="N05", make=lambda: choice(
    "The notes' program misses by 0.095 with h = 0.00001. With h = 0.0000001, a hundredth, the miss is …",
    right="larger: the whole derivative is lost", why={
        "100 times smaller": "So it would be if numbers had no end. Here they have 7 digits.",
        "about the same": "The rounding of f is the same, and it is divided by a hundredth.",
        "larger: the whole derivative is lost":
            "x2 + h rounds to x2 again: f does not move, and the slope comes out as 0."}))

register("01-f", claim="N06", make=lambda: count(
    "A network with 64 inputs, 128 hidden units and 10 outputs has 9,610 weights. How many evaluations of "
    "the loss does its gradient take, by forward differences?", 9611, {
        "One for each weight moved, and one where none is: f(x) itself.": 9610,
        "Those are central differences; forward ones share f(x).": 19220,
        "f(x) is the same for every weight: it is needed once.": 19220 + 1,
        "That is what a reverse sweep will need.": 1,
        "That is one for each unit; it is the weights that are moved.": 64 + 128 + 10}))


def parabola(x):
    return x * x


def cube(x):
    return x * x * x


def slopes():
    """Functions, places and steps on which a quotient is tried: all are exact in binary."""
    for f, x, h in ((parabola, 3.0, 0.5), (cube, 2.0, 0.25), (cube, -1.0, 0.5)):
        yield {"f": f, "x": x, "h": h}


WHERE = "For {f.__name__} at x = {x:g}, h = {h:g}"

register("01-1", lambda: Task(
    "Return the slope of the secant from x to x + h.", "forward(f, x, h)", Trials(
        slopes, lambda f, x, h: (f(x + h) - f(x)) / h, {
            "You did not divide by h: that is by how much f rises.": lambda f, x, h: f(x + h) - f(x),
            "That is the secant from x - h to x.": lambda f, x, h: (f(x) - f(x - h)) / h,
            "The sign is turned: first comes the point that is further on.":
                lambda f, x, h: (f(x) - f(x + h)) / h,
            "That is the central quotient, of the next exercise.":
                lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "Brackets: the whole difference is divided.": lambda f, x, h: f(x + h) - f(x) / h,
            "You multiplied by h.": lambda f, x, h: (f(x + h) - f(x)) * h}, where=WHERE),
    "The definition of the derivative, without its limit."))

register("01-2", lambda: Task(
    "Now from x - h to x + h: the central quotient.", "central(f, x, h)", Trials(
        slopes, lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h), {
            "The two points are 2h apart, and you divided by h.": lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "`/ 2 * h` divides by 2 and multiplies by h: write `/ (2 * h)`.":
                lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "That is the forward quotient.": lambda f, x, h: (f(x + h) - f(x)) / h,
            "That is the backward quotient.": lambda f, x, h: (f(x) - f(x - h)) / h,
            "The two values are added; it is their difference that counts.":
                lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h)}, where=WHERE),
    "What bends the curve one way on the left bends it the other way on the right: h² is left, not h."))

register("01-3", lambda: count(
    "One unit in the last place of f is 0.000008, and |f″| = 4. Which h makes ½ |f″| h + ulp(f) / h least?",
    math.sqrt(2 * UNIT / CURVATURE), {
        "You lost the ½: set its derivative, ½ |f″| - ulp(f) / h², to 0.": math.sqrt(UNIT / CURVATURE),
        "That is h²: take the root.": 2 * UNIT / CURVATURE,
        "That is ulp(f): there the rounding alone is 1.": UNIT,
        "That is the error there, not the h.": math.sqrt(2 * UNIT * CURVATURE),
        "That is the best h of central differences, where the third derivative counts.":
            (3 * UNIT) ** (1 / 3)}))


@register("01-4")
def gradient_task():
    import numpy as np

    calls = []

    def rises(x):
        calls.append(1)
        return float(sum((i + 1) * v * v for i, v in enumerate(x)))

    def right(f, x, h, afresh=True):
        moved, still, out = list(x), f(x), []
        for i in range(len(x)):
            moved = list(x) if afresh else moved
            moved[i] += h
            out.append((f(moved) - still) / h)
        return np.array(out)

    def spends_little(gradient):
        calls.clear()
        gradient(rises, [1.0] * 20, 0.5)
        if len(calls) <= 21:
            return ""
        return f"The numbers are right, but 20 elements took {len(calls)} evaluations: f(x) is needed once."

    return Task(
        "Return the gradient of f at a list x of numbers as a list, by forward differences, moving one "
        "element at a time. Spend n + 1 evaluations on n elements.", "gradient(f, x, h)", Trials(
            lambda: ({"f": rises, "x": x, "h": 0.5} for x in ([3.0], [1.0, 2.0], [0.0, -1.0, 2.0])), right, {
                "Each element stays moved when the next one moves: begin with a fresh copy of x.":
                    lambda f, x, h: right(f, x, h, afresh=False),
                "All elements move at once: that is one slope, in one direction.":
                    lambda f, x, h: np.full(len(x), (f([v + h for v in x]) - f(x)) / h),
                "You did not divide by h.": lambda f, x, h: right(f, x, h) * h},
            where="At x = {x}, h = {h:g}", parts={"the gradient": "x"}, also=spends_little),
        "n + 1 evaluations. For a network that is one for every weight, at every step of its training.")

register("01-5", lambda: choice(
    "A rule agrees with central differences at x = 2 to nine digits. Is it right?",
    right="there; elsewhere it may be wrong", why={
        "yes, everywhere": "`2 * x` passes at x = 2 for a function whose derivative is `x * x`.",
        "there; elsewhere it may be wrong":
            "A check proves nothing but that it found nothing: try other places, at random."}))
