"""Notebook 02, symbolic differentiation."""

import math

from ...core.primitives import add, cos, sin
from ...core.symbolic import Symbol, symbols
from ...ways.expressions import apply_rules, differentiate, evaluate, sizes
from .. import choice, count, number
from ..bank import register
from ..tasks import Task
from ..trials import Trials

__all__ = []

X, Y = symbols("x y")
PLACE = {"x": 0.7, "y": 1.3}  # where two derivatives are compared


def iterate_logistic(x, times):
    for _ in range(times):
        x = 4 * x * (1 - x)
    return x


def derivative_sizes(depth):
    """The Sizes of the derivative of the logistic map, applied ``depth`` times."""
    return sizes(apply_rules(iterate_logistic(X, depth), "x", naive=True))


# fmt: off
register("02-a", claim="N07", make=lambda: choice(
    "x1 and x2 are symbols: names without a value. What does `f(x1, x2)` give?", right="a formula", why={
        "an error: a logarithm needs a number": "`math.log` would say so; a symbol answers for itself.",
        "nan": "nan is a number that went wrong; here nothing is computed at all.",
        "a formula": "Each operation returns a new symbol that remembers what it was made of."}))

register("02-b", claim="N08", make=lambda: count(
    "The map 4x(1 − x) is applied to itself, and the derivative is written out by the rules. Applied once, "
    "it has 14 nodes, twice 52. How many are there if it is applied three times?",
    derivative_sizes(3).tree, {
        "You added 38 once more; each time the function that is copied has grown.": 90,
        "You doubled; the derivative is copied twice, and the function itself, too.": 104,
        "You multiplied by 52/14 again; it grows a little more slowly.": 193,
        "You multiplied by 3; there are two copies of the derivative, and two of the function.": 156}))

register("02-c", claim="N09", make=lambda: choice(
    "The derivative of sin(e^x) is written out as a tree. How many of its nodes are e^x?", right="2", why={
        "0": "Look again: sin′ is cos, of the same e^x.",
        "1": "e^x is inside the cosine, and it is the inner derivative, too.",
        "2": "One stands inside the cosine, and one is the inner derivative.",
        "3": "You counted the e^x of the function itself; it is not in the derivative a third time."}))

register("02-d", claim="N10", make=lambda: choice(
    "Applied eight times, the derivative has 12,544 nodes. How many of them are different?",
    right="fewer than 100", why={
        "about 6,000": "That is half. But copies contain copies, eight levels deep.",
        "about 1,000": "Think of what one step adds that was not there before: a handful.",
        "fewer than 100": "Each of the eight steps brings only a few that were not there before."}))

register("02-e", claim="N11", make=lambda: choice(
    "`x * x if x > 0 else -x` is run on a symbol. What happens?", right="it stops with an error", why={
        "it takes the first branch": "That would be a wrong derivative, in silence, wherever x is negative.",
        "the formula gets both branches":
            "The symbol is only asked whether it is true; it never sees the `if`, nor the branches.",
        "it stops with an error":
            "Python's `if` needs yes or no, and a name without a value gives neither."}))


def with_rules(of_sum=lambda u, v, du, dv: du + dv, of_product=lambda u, v, du, dv: v * du + u * dv,
               of_sine=lambda u, du, x: cos(u) * du, of_number=lambda c: 0.0, of_other=0.0):
    """A function ``differentiate(e, x)`` with these rules: the right ones, unless others are given."""
    def apply(e, x):
        if not isinstance(e, Symbol):
            return of_number(e)
        if e.operation is None:
            return 1.0 if e is x else of_other
        u, v = e.parent1, e.parent2
        if e.operation is sin:
            return of_sine(u, apply(u, x), x)
        return (of_sum if e.operation is add else of_product)(u, v, apply(u, x), apply(v, x))
    return apply


def value_there(result, *arguments):
    """The value of what a learner's function returned, where derivatives are compared."""
    return {"at x = 0.7, y = 1.3": evaluate(result, **PLACE)}


def trials_on(expressions, mistakes):
    """Trials of a ``differentiate(e, x)`` on these expressions."""
    return Trials(lambda: ({"e": e, "x": X} for e in expressions), differentiate, mistakes,
                  where="For {e}", split=value_there)  # fmt: skip


LEAF_MISTAKES = {
    "The derivative of a number is 0: it does not move with x.":
        (with_rules(of_number=lambda c: c), with_rules(of_number=lambda c: 1.0)),
    "y is a constant here: with respect to x its derivative is 0.": with_rules(of_other=1.0),
    "You returned the expression, not its derivative.": lambda e, x: e}
SUM_MISTAKES = {
    "You multiplied the derivatives of a sum; they are added.": with_rules(lambda u, v, du, dv: du * dv),
    "Of a sum you took one derivative only; both count.":
        (with_rules(lambda u, v, du, dv: du), with_rules(lambda u, v, du, dv: dv))}
PRODUCT_MISTAKES = {
    "(uv)′ is not u′v′: each factor has its turn, while the other stays as it is.":
        with_rules(of_product=lambda u, v, du, dv: du * dv),
    "The product rule has two terms, u′v and uv′; one is missing.":
        (with_rules(of_product=lambda u, v, du, dv: v * du),
         with_rules(of_product=lambda u, v, du, dv: u * dv)),
    "Each derivative goes with the other factor: u′v, not u′u.":
        with_rules(of_product=lambda u, v, du, dv: u * du + v * dv),
    "The two terms of the product rule are added, not subtracted.":
        (with_rules(of_product=lambda u, v, du, dv: v * du - u * dv),
         with_rules(of_product=lambda u, v, du, dv: u * dv - v * du))}
SINE_MISTAKES = {
    "The inner derivative is missing: sin(u)′ = cos(u) · u′.": with_rules(of_sine=lambda u, du, x: cos(u)),
    "You kept the sine: sin′ is cos.": with_rules(of_sine=lambda u, du, x: sin(u) * du),
    "sin′ is +cos; the minus comes with cos′.": with_rules(of_sine=lambda u, du, x: -cos(u) * du),
    "Outer and inner derivative are multiplied, not added.": with_rules(of_sine=lambda u, du, x: cos(u) + du),
    "The outer derivative is cos(u), taken at u, not at u′.":
        with_rules(of_sine=lambda u, du, x: cos(du) * du),
    "The outer derivative is cos(u), taken at u, not at x.": with_rules(of_sine=lambda u, du, x: cos(x) * du)}

register("02-1", lambda: Task(
    "Differentiate sums with respect to x. `e` is the symbol x itself (`e is x`), a number "
    "(`isinstance(e, (int, float))`), another name (`e.operation is None`), or a sum: then `e.operation` is "
    "`bp.add`, and its two operands, `e.parent1` and `e.parent2`, may be sums again.",
    "differentiate(e, x)",
    trials_on([X, (X + Y) + X, Y + X, X + 3, (X + Y) + (X + 2), X + (X + (X + 5.0))],
              LEAF_MISTAKES | SUM_MISTAKES),
    "The rule of a sum, and the three cases at its ends."))

register("02-2", lambda: Task(
    "Now products, too: `e.operation` may be `bp.mul` as well. Copy what you have, and add a case.",
    "differentiate(e, x)",
    trials_on([X * Y, X * X, 3 * X, (X + 2) * (X * Y), (X * X) * (X + Y) + 4 * X, X + 3],
              PRODUCT_MISTAKES | SUM_MISTAKES | LEAF_MISTAKES),
    "The product rule: two terms, and both factors in each of them."))

register("02-3", lambda: Task(
    "And the sine: `e.operation` may be `bp.sin`, and then `e.parent1` is what stands inside. "
    "Return `bp.cos(…)` times something.",
    "differentiate(e, x)",
    trials_on([sin(X), sin(Y), sin(X * X), X * sin(X + 2),
               sin(sin(X) * Y), X * X * X + 3 * X],
              SINE_MISTAKES | PRODUCT_MISTAKES | SUM_MISTAKES | LEAF_MISTAKES),
    "A rule for each operation, and the chain rule between them: that is symbolic differentiation."))

register("02-4", lambda: number(
    "On paper: what is the derivative of `x * sin(x)` at x = 3?",
    lambda x: x * sin(x), 3.0))

register("02-5", lambda: count(
    "`u = x + 1`, and 40 factors u are multiplied, one after the other. As a tree that has 159 nodes. How "
    "many does the graph without copies have?", sizes(math.prod([X + 1] * 39, start=X + 1)).dag, {
        "You counted the operations; x and 1 are nodes, too.": 40,
        "x, 1 and u are three nodes, and the products are 39 more.": 41,
        "That is the tree, with each of its copies.": 159,
        "All 40 u are one node, and so are the x in them, and the 1.": 81}))


def count_with(name=1, constant=1, operation=1):
    """A function that counts the nodes of a tree, each kind with a weight of its own."""
    def nodes(e):
        if not isinstance(e, Symbol):
            return constant
        if e.operation is None:
            return name
        operands = [x for x in (e.parent1, e.parent2) if x is not None]
        return operation + sum(map(nodes, operands))
    return nodes


register("02-6", lambda: Task(
    "Count the nodes of the tree. A name or a number is 1; an operation is 1 and what its operands are, "
    "`e.parent1` and `e.parent2`, which is None where there is only one.",
    "count(e)", Trials(
        lambda: ({"e": e} for e in [X, X * X * X + 1, X + Y, (X + 1) * (X + 1), sin(X * X), 4 * X * (1 - X)]),
        count_with(), {
            "You counted the operations only; names and numbers are nodes, too.":
                count_with(name=0, constant=0),
            "Numbers are nodes, too.": count_with(constant=0),
            "Names are nodes, too.": count_with(name=0),
            "The operation itself is a node, too.": count_with(operation=0),
            "You counted what is different; in a tree each copy counts.": lambda e: sizes(e).dag,
        }, where="For {e}"),
    "Written like this, it visits every copy: that is why it is slow where the tree is large."))
