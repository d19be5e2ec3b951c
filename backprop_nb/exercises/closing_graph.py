"""The exercises that close the notebooks on the graph (04) and on the class (05)."""

import math
import random

from ..core import primitives
from ..drawing.notation import number as written
from ..runs.paths import paths
from ..runs.tracing import trace
from .asking import choice, number
from .mistakes import Mistake, named
from .reading import fits, read_number
from .tasks import Task, filled

__all__ = ["EXERCISES", "compared", "running_example"]


def running_example(x1, x2):
    """The notes' equation (1)."""
    return primitives.log(x1) + x1 * x2 - primitives.sin(x2)


def h(a, b):
    return (a - b) * (a * b)


def doubled(x):
    for _ in range(5):
        x = x + x
    return x


def polynomial(x):
    return 3 * x**2 + 2 * x + 1


def compared(result, right, mistakes, where):
    """What is wrong with a number that a learner's function returned; "" if it is right.

    mistakes: [(what was done instead, the number that gives)]
    where:    for which arguments
    """
    try:
        readings = read_number(result)
    except ValueError as error:
        return f"{where}: {error}"
    if fits(readings[0], right, 1e-9):
        return ""
    instead = named([Mistake(value, words, True) for words, value in mistakes], readings, right)
    returned = written(float(result)) if hasattr(result, "__float__") else result
    return f"{where} I get {returned} from your function. {instead or 'That is another number.'}"


def examine_sum(add_up):
    """04-2: sum over paths of products."""
    runs = trace(running_example, 2, 5), trace(h, 2, 3)
    cases = [
        [[edge.partial for edge in path.steps] for path in paths(run, row)]
        for run in runs
        for row in run.inputs
    ]
    cases += [[[2.0], [3.0, 4.0], [5.0, 1.0, 2.0]], [[0.5, -3.0]], []]
    for case in cases:
        result = add_up([list(path) for path in case])
        if case is cases[0]:
            filled(result)
        products = [math.prod(path) for path in case]
        mistakes = [
            ("That is the first path only: the contributions of all of them are added.", [*products, 1.0][0]),
            ("That is the last path only: the contributions of all of them are added.", [1.0, *products][-1]),
            ("You multiplied everything; along a path one multiplies, paths are added.", math.prod(products)),
            ("You added everything; along a path the partials are multiplied.", sum(map(sum, case))),
            ("You added along the paths and multiplied the sums: it is the other way round.",
             math.prod(map(sum, case))),
            ("That is the number of paths.", len(case)),
        ]  # fmt: skip
        problem = compared(result, sum(products), mistakes, f"For {case}")
        if problem:
            return problem
    return ""


def examine_three_paths(three_paths):
    """04-4: exactly three paths to the input."""
    filled(three_paths(2.0))
    run = trace(three_paths, 2.0)
    found = paths(run, run.inputs[0])
    if found.count == 3:
        return ""
    if run[run.output].is_input:
        return "Your function returns x itself: one path, without an edge."
    if not found.count:
        return f"No path leads to {run.inputs[0].label}: the result does not depend on it."
    listing = "; ".join(path.notation for path in found.shown(6))
    more = (
        " Where a value is used again whose own operands are shared, paths multiply."
        if found.count > 3
        else ""
    )
    ways = "path" if found.count == 1 else "paths"
    return f"Your graph has {found.count:,} {ways} to {run.inputs[0].label}: {listing}.{more}"


def examine_partial(gauss_partial):
    """05-1: the local partial of a new row, exp(-x²)."""
    for x in (0.75, -1.25, 2.0):
        out = math.exp(-x * x)
        result = gauss_partial(out, x)
        if x == 0.75:
            filled(result)
        mistakes = [
            ("You lost the minus sign of the exponent.", 2 * x * out),
            ("That is the derivative of the exponent alone; `out`, the outer one, is a factor too.", -2 * x),
            ("That is the value; the inner derivative, that of -x², is missing as a factor.", out),
            ("The inner derivative is that of -x², which is -2x: the 2 is missing.", -x * out),
            ("The inner derivative is that of -x², not -x² itself.", -x * x * out),
            ("The exponent of exp does not come down: exp is its own derivative.",
             -x * x * math.exp(-x * x - 1)),
        ]  # fmt: skip
        problem = compared(result, -2 * x * out, mistakes, f"At x = {x}")
        if problem:
            return problem
    return ""


def examine_quotient(flows):
    """05-2: what a division hands on."""
    chance = random.Random(5)
    for i in range(4):
        g, x, y = (chance.choice((-1, 1)) * chance.uniform(1.2, 3) for _ in range(3))
        result = flows(g, x, y)
        if i == 0:
            filled(result)
        pair = list(result) if hasattr(result, "__iter__") and not isinstance(result, str) else []
        if len(pair) != 2:
            return "Two numbers are asked for, what flows to x and what flows to y: `return to_x, to_y`."
        for name, flow, right, mistakes in zip("xy", pair, *quotient(g, x, y), strict=True):
            where = f"For g = {written(g)}, x = {written(x)}, y = {written(y)}, to {name},"
            problem = compared(flow, right, mistakes, where)
            if problem:
                return problem
    return ""


def quotient(g, x, y):
    """What x / y hands on to x and to y, and the mistakes on the way to each."""
    to_x, to_y = g / y, -g * x / y**2
    without_g = "You left out g: what arrives from above is a factor of both."
    wrong_x = [
        ("You took x / y for x × y.", g * y),
        (without_g, 1 / y),
        ("What flows to y stands here.", to_y),
    ]
    wrong_y = [
        ("You lost the minus sign: a quotient falls as its denominator grows.", -to_y),
        ("It is divided by y once more: 1/y has the derivative -1/y².", to_y * y),
        ("You took x / y for x × y.", g * x),
        (without_g, -x / y**2),
        ("What flows to x stands here.", to_x),
        ("The numerator is missing as a factor.", -g / y**2),
    ]
    return (to_x, to_y), (wrong_x, wrong_y)


def constants(run):
    """How many plain numbers stand in the formulas of a run."""
    return sum(x.index is None for row in run.rows for x in row.operands)


# fmt: off
EXERCISES = {
    "04-1": lambda: number(
        "`h(a, b) = (a - b) * (a * b)`. What is ∂h/∂b at a = 2, b = 3? Do it on paper: name the variables, "
        "write the local partials on the edges, multiply along each path, add the paths.", h, 2, 3, wrt="b"),
    "04-2": lambda: Task(
        "The chain rule, multiplied out. `paths` is a list of paths, and each path is the list of its local "
        "partials: [[1.0, 1.0, 0.5], [1.0, 1.0, 5.0]]. Return the derivative. (With no path at all there is "
        "one, too.)",
        "def add_up(paths):\n    return None", examine_sum,
        "Products along the paths, and their sum: that is the whole chain rule."),
    "04-3": lambda: number(
        "`x = x + x`, five times over. How many paths lead from the result to the first x?",
        doubled, 1.0, answer=lambda run: paths(run, "x").count, mistakes={
            "You counted the edges; a path chooses one of the two at each step, and choices multiply.":
                lambda run: len(run.steps) - 1,
            "You counted the steps of one path.": lambda run: len(run) - 1,
            "You squared the number of steps; each step doubles the number of ways.":
                lambda run: (len(run) - 1) ** 2,
            "One doubling is missing.": lambda run: paths(run, "x").count // 2,
            "One doubling too many.": lambda run: paths(run, "x").count * 2}),
    "04-4": lambda: Task(
        "Write a function of one number in whose graph exactly three paths lead from the result to x.",
        "def three_paths(x):\n    return None", examine_three_paths,
        "Three paths: three addends in the chain rule."),
    "05-1": lambda: Task(
        "A new row for the table: `gauss(x)` = exp(-x²). Return its local partial; `out` is the value that "
        "the forward sweep has computed already, so use it.",
        "def gauss_partial(out, x):\n    return None", examine_partial,
        "With this one line the operation is drawn, stepped and differentiated like all the others."),
    "05-2": lambda: Task(
        "`out = x / y` has received the adjoint g. Return what flows to x and what flows to y, as a pair.",
        "def flows(g, x, y):\n    return None", examine_quotient,
        "The adjoint times the local partial, once per operand: an operation need know no more."),
    "05-3": lambda: number(
        "`x = Scalar(4.0)`, then `3 * x**2 + 2 * x + 1`. How many Scalars are in the graph, x among them?",
        polynomial, 4.0, answer=len, mistakes={
            "You counted the results only; x is a Scalar, too.": lambda run: len(run) - 1,
            "You counted the constants as well; a plain number stays a plain number in its parent's slot.":
                lambda run: len(run) + constants(run),
            "You counted x once per use, perhaps: it is one Scalar, used twice.": lambda run: len(run) + 1}),
    "05-4": lambda: choice(
        "A class has `__mul__`, but no `__rmul__`, and x is one of its objects. Which of these fails?",
        ["`x * 2`", "`2 * x`", "`x * x`"], right="`2 * x`", why={
            "`2 * x`": "int does not know the class, and Python then looks for `__rmul__` on the right.",
            "`x * 2`": "Here x stands on the left, so Python calls `x.__mul__(2)`, and that exists.",
            "`x * x`": "Here x stands on the left, so Python calls `x.__mul__(x)`, and that exists."}),
}
# fmt: on
