"""Notebook 05, the Scalar class."""

import math

from .. import choice, number
from ..bank import register
from ..own_class import examine_steps
from ..tasks import Task
from ..trials import Trials
from . import EXAMPLE, running_example

__all__ = []

# fmt: off
register("05-c", claim="N13", make=lambda: choice(
    EXAMPLE + "how far will back-propagation's ∂f/∂x2 be from the exact one, in double precision?",
    right="about 1e-16: in the last digit", why={
        "about 1e-16: in the last digit": "Each operation rounds once, and nothing else goes wrong.",
        "about 1e-8, like a good difference quotient":
            "You thought of a difference quotient; no difference of near values is taken here.",
        "about 1e-5, the size of h": "You thought of a difference quotient; there is no h here."}))

register("05-a", claim="N21", make=lambda: number(
    EXAMPLE + "x1 and x2 are Scalars. How many new Scalars does it make to compute f once?",
    running_example, 2, 5, answer=lambda run: len(run) - len(run.inputs), mistakes={
        "You counted x1 and x2 as well; those were there before.": len,
        "You counted f's addends; every operation makes a Scalar, + and - too.": 3}))

register("05-b", claim="N22", make=lambda: choice(
    "`f` is written with `numpy.log` and `numpy.sin`. What does `f(Scalar(2.0), Scalar(5.0))` give?",
    right="a Scalar", why={
        "an error: NumPy does not know Scalar":
            "NumPy asks its operands first, by `__array_ufunc__`, and Scalar has it.",
        "a float": "Then the graph would be lost; what is computed from a Scalar is a Scalar.",
        "a Scalar": "NumPy asks its operands first, and Scalar answers with a node of the graph."}))

register("05-1", lambda: Task(
    "A new row for the table: `gauss(x)` = exp(-x²). Return its local partial; `out` is the value that "
    "the forward sweep has computed already, so use it.", "gauss_partial(out, x)", Trials(
        lambda: ({"out": math.exp(-x * x), "x": x} for x in (0.75, -1.25, 2.0)),
        lambda out, x: -2 * x * out, {
            "You lost the minus sign of the exponent.": lambda out, x: 2 * x * out,
            "That is the derivative of the exponent alone; `out`, the outer one, is a factor too.":
                lambda out, x: -2 * x,
            "That is the value; the inner derivative, that of -x², is missing as a factor.":
                lambda out, x: out,
            "The inner derivative is that of -x², which is -2x: the 2 is missing.": lambda out, x: -x * out,
            "The inner derivative is that of -x², not -x² itself.": lambda out, x: -x * x * out,
            "The exponent of exp does not come down: exp is its own derivative.":
                lambda out, x: -x * x * math.exp(-x * x - 1)}, where="At x = {x}"),
    "With this one line the operation is drawn, stepped and differentiated like all the others."))

register("05-2", lambda: Task(
    "`out = x / y` has received the adjoint g. Return what flows to x and what flows to y, as a pair.",
    "flows(g, x, y)", Trials(
        lambda: ({"g": g, "x": x, "y": y} for g, x, y in (
            (1.5, -2.75, 1.25), (-2.5, 1.25, 2.75), (-1.25, -2.25, -1.5), (2.25, 1.5, -2.5))),
        lambda g, x, y: (g / y, -g * x / y**2), {
            "You took x / y for x × y.": lambda g, x, y: (g * y, g * x),
            "You left out g: what arrives from above is a factor of both.":
                lambda g, x, y: (1 / y, -x / y**2),
            "That is what flows to the other operand.":
                (lambda g, x, y: {"to_x": -g * x / y**2}, lambda g, x, y: {"to_y": g / y}),
            "You lost the minus sign: a quotient falls as its denominator grows.":
                lambda g, x, y: {"to_y": g * x / y**2},
            "It is divided by y once more: 1/y has the derivative -1/y².":
                lambda g, x, y: {"to_y": -g * x / y},
            "The numerator is missing as a factor.": lambda g, x, y: {"to_y": -g / y**2}},
        where="For g = {g}, x = {x}, y = {y}", parts={"to_x": "", "to_y": ""}),
    "The adjoint times the local partial, once per operand: an operation need know no more."))


def polynomial(x):
    return 3 * x**2 + 2 * x + 1


def count_constants(run):
    """How many plain numbers there are in the formulas of a run."""
    return sum(x.index is None for row in run.rows for x in row.operands)


register("05-3", lambda: number(
    "`x = Scalar(4.0)`, then `3 * x**2 + 2 * x + 1`. How many Scalars are in the graph, x among them?",
    polynomial, 4.0, answer=len, mistakes={
        "You counted the results only; x is a Scalar, too.": lambda run: len(run) - 1,
        "You counted the constants as well; a plain number stays a plain number in its parent's slot.":
            lambda run: len(run) + count_constants(run),
        "You counted x once per use, perhaps: it is one Scalar, used twice.": lambda run: len(run) + 1}))

register("05-4", lambda: choice(
    "A class has `__mul__`, but no `__rmul__`, and x is one of its objects. Which of these fails?",
    right="`2 * x`", why={
        "`x * 2`": "Here x is on the left, so Python calls `x.__mul__(2)`, and that exists.",
        "`2 * x`": "int does not know the class, and Python then looks for `__rmul__` on the right.",
        "`x * x`": "Here x is on the left, so Python calls `x.__mul__(x)`, and that exists."}))

OWN_CLASS = {  # what is asked, the code to begin with, what its being right means
    "05-own-1": (
        "A number that remembers. `Node(3.0)` is an input; `Node(6.0, 'add', (v, v))` was made by an "
        "operation from its parents. Keep all three, and `gradient`, which is None until it is computed.",
        'class Node:\n    def __init__(self, value, operation="input", parents=()):\n        ...',
        "Each node keeps its own four, and two nodes are the same only if they are one."),
    "05-own-2": (
        "Two operations. Each makes a new node of the values of x and y, calls itself `'add'` or `'mul'`, "
        "and keeps x and y as its parents, in this order.",
        "def add(x, y):\n    return None\n\ndef multiply(x, y):\n    return None\n\n"
        "Node.__add__, Node.__mul__ = add, multiply",
        "Formulas now leave a graph behind, and nobody had to write it down."),
    "05-own-3": (
        "An order. List every node that `out` was computed from: each once, parents before what was made of "
        "them, `out` last.",
        "def order(out):\n    return None\n\nNode.order = order",
        "From its end, no node of this list hands on before all has arrived. (An order that calls itself "
        "serves graphs up to nearly a thousand nodes deep.)"),
    "05-own-4": (
        "The sweep. Set `gradient` to 0 at every node below `out`, and to 1 at `out`. Then, from the end of "
        "the order, each node hands to each parent its gradient times the local partial; `partials(v)` lists "
        "those, one for each parent.",
        "def backward(out):\n    return None\n\nNode.backward = backward",
        "So it is on every graph tried, a second time too: small changes of the inputs say the same."),
    "05-own-5": (
        "Constants. Let `x * 2`, `2 * x`, `x + 4` and `4 + x` work. A plain number is no node: it stays a "
        "number among the parents, and nothing flows to it. So `order` and `backward` meet it, too.",
        "Node.__radd__, Node.__rmul__ = None, None",
        "Formulas as people write them, `sum` of a list, too. This class can be trained."),
}
for step, (key, told) in enumerate(OWN_CLASS.items(), 1):
    register(key, lambda step=step, told=told: Task(told[0], told[1], examine_steps(step), told[2]))
