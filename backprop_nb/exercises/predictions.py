"""A prediction for each claim of the notes' Section 2, on the running example."""

from ..runs import faults
from ..runs.paths import paths
from .asking import choice, number
from .closing_graph import running_example as f
from .closing_order import chained, chosen

__all__ = ["PREDICTIONS"]

HERE = "`f(x1, x2) = log(x1) + x1*x2 - sin(x2)` at (2, 5): "
LAST_DIGIT, QUOTIENT = "about 1e-16: in the last digit", "about 1e-8, like a good difference quotient"
STEP, STRANGE = "about 1e-5, the size of h", "an error: NumPy does not know Scalar"


def short_path(run):
    """What the path ((v₅,v₃),(v₃,v₀)) contributes to ∂f/∂x2."""
    return next(path.contribution for path in paths(run, "x2") if len(path.steps) == 2)


def first_arrival(run):
    """What v̄₋₁ holds after the first contribution has arrived."""
    return next(step.after for step in run.steps if step.target == run.find("x1").index)


# fmt: off
PREDICTIONS = {
    "N13": lambda: choice(
        HERE + "how far will back-propagation's ∂f/∂x2 be from the exact one, in double precision?",
        [LAST_DIGIT, QUOTIENT, STEP], right=LAST_DIGIT, why={
            LAST_DIGIT: "Each operation rounds once, and nothing else goes wrong.",
            QUOTIENT: "You thought of a difference quotient; no difference of near values is taken here.",
            STEP: "You thought of a difference quotient; there is no h here."}),
    "N14": lambda: number(
        HERE + "multiplied out, the chain rule for ∂f/∂x1 is a sum. Of how many products?",
        f, 2, 5, answer=lambda run: paths(run, "x1").count, mistakes={
            "You counted both inputs.": lambda run: paths(run, "x1").count + paths(run, "x2").count,
            "x1 is used in one more place.": lambda run: paths(run, "x1").count - 1,
            "You counted f's addends; one of the three does not contain x1.": 3}),
    "N15": lambda: choice(
        HERE + "v₁ is log(v₋₁) and v₂ is v₋₁ × v₀. Results are numbered level by level; the level is the "
        "longest way from an input. Which one is v₃?",
        ["v₁ + v₂", "sin(v₀)", "v₄ - v₃"], right="sin(v₀)", why={
            "sin(v₀)": "It is one operation away from an input, as v₁ and v₂ are.",
            "v₁ + v₂": "That is the order in which Python evaluates; it stands one level above sin(v₀).",
            "v₄ - v₃": "That is the last one: it needs all the others."}),
    "N16": lambda: number(
        HERE + "v₅ = v₄ - v₃. The sweep starts with v̄₅ = 1. What does v̄₃ become?", f, 2, 5, wrt="v₃"),
    "N17": lambda: number(
        HERE + "its graph has 7 nodes. How many arrows?",
        f, 2, 5, answer=lambda run: len(run.steps) - 1, mistakes={
            "You counted the nodes.": len,
            "You gave each result one arrow; an operation with two operands has two.":
                lambda run: len(run) - len(run.inputs),
            "You counted two arrows for every operation; log and sin have one operand.":
                lambda run: 2 * (len(run) - len(run.inputs)),
            "You counted the lines of the sweep; v̄₅ = 1 is no arrow.": lambda run: len(run.steps)}),
    "N18": lambda: number(
        HERE + "what does the path ((v₅,v₃),(v₃,v₀)) contribute to ∂f/∂x2?",
        f, 2, 5, answer=short_path, mistakes={
            "You lost the sign of the second operand of a subtraction: ∂v₅/∂v₃ is -1.":
                lambda run: -short_path(run),
            "That is the whole derivative: the sum over both paths.": lambda run: run.gradient["x2"],
            "That is the other path.": lambda run: run.gradient["x2"] - short_path(run),
            "You took sin itself for its derivative, cos.": lambda run: -run.find("v₃").value,
            "You took sin itself for its derivative, cos, and lost the sign of ∂v₅/∂v₃, which is -1.":
                lambda run: run.find("v₃").value}),
    "N19": lambda: choice(
        HERE + "the path over v₁ multiplies to 1 · 1 · 0.5. Is 0.5 the derivative of v₅ by v₋₁?",
        ["no", "yes"], right="no", why={
            "no": "It is one contribution; the path over v₂ brings another, 5.",
            "yes": "You multiplied along one path only: v₋₁ is used in v₂, too."}),
    "N20": lambda: number(
        HERE + "in the reverse sweep v₂ hands on to v₋₁ first, v₁ last. What does v̄₋₁ hold in between?",
        f, 2, 5, answer=first_arrival, mistakes={
            "That is the end: v₁ has not handed on yet.": lambda run: run.gradient["x1"],
            "That is what v₁ will bring.": lambda run: run.gradient["x1"] - first_arrival(run),
            "Something has arrived already, from v₂.": 0}),
    "N21": lambda: number(
        HERE + "x1 and x2 are Scalars. How many new Scalars does it make to compute f once?",
        f, 2, 5, answer=lambda run: len(run) - len(run.inputs), mistakes={
            "You counted x1 and x2 as well; those were there before.": len,
            "You counted f's addends; every operation makes a Scalar, + and - too.": 3}),
    "N22": lambda: choice(
        "`f` is written with `numpy.log` and `numpy.sin`. What does `f(Scalar(2.0), Scalar(5.0))` give?",
        [STRANGE, "a float", "a Scalar"], right="a Scalar", why={
            STRANGE: "NumPy asks its operands first, by `__array_ufunc__`, and Scalar has it.",
            "a float": "Then the graph would be lost; what is computed from a Scalar is a Scalar.",
            "a Scalar": "NumPy asks its operands first, and Scalar answers with a node of the graph."}),
    "N23": lambda: number(
        "x = 3, `b = 2 * x`, `c = 5 * b`, and the result is `b + c`. Plain recursion visits b, and all below "
        "it, before c, and again after it. Which gradient does it leave at x?",
        chained, 3, answer=lambda run: faults.recursion(run)[run.find("x").index], mistakes={
            "That is the right gradient. But b hands on 1, and then, visited again, all of its 6.":
                lambda run: run.gradient["x"],
            "That comes out where c is visited before b.":
                lambda run: faults.recursion_last_first(run)[run.find("x").index],
            "You overwrote instead of adding; recursion adds, but too much.":
                lambda run: faults.overwrite(run)[run.find("x").index]}),
    "N24": lambda: number(
        "`x = a + b if a > 0 else a + c`, at a = -2, b = 3, c = 4. What is ∂x/∂c?",
        chosen, -2, 3, 4, wrt="c"),
}
# fmt: on
