"""Wrong numbers that have a name: what comes out when one thing is done instead of another."""

import functools
import math
import re
from typing import NamedTuple

from ..core.conversions import plain_number
from ..core.primitives import Primitive
from ..core.scalar import Scalar
from ..drawing.notation import bar, variable
from ..runs import faults
from ..runs.paths import paths
from ..runs.tracing import trace
from .patience import TooLong, patiently
from .slips import MISCOMPUTED, SLIPS, at_edge, attempted, rerun, sweep_with

__all__ = ["WrongNumber", "adjoint_mistakes", "branch_mistakes", "called", "inversions", "name_mistake",
           "partial_mistakes", "tell_ways", "value_mistakes"]  # fmt: skip

MOST_PATHS, MOST_EDGES = 64, 200  # beyond these, a run is too large to look for every mistake
MOST_LINES = 100_000  # of a learner's function at inputs that nobody asked for
MOST_WAYS = 4  # to get at one number, that are listed
QUOTIENT_STEP = 1e-5  # of the difference quotient across a condition
COARSE_STEPS = 1, 0.1, 0.01, 0.001  # of those that a learner may take for the derivative

# fmt: off
ONE_PARENT = ("You counted an operand once that an operation uses twice: `x*x` has two edges to x, and "
              "both carry something.")
TWICE = "Everything is counted twice: two sweeps, and no reset to 0 between them, add up."
RECURSION = ("That is what plain recursion gives, without an order: a node handed its adjoint on before "
             "all of it had arrived, and handed the first part on again later.")
EVERYWHERE = (  # words, operation, its local partials when the slip is made every time
    ("You lost the sign of the second operand of every subtraction: there the local partial is -1.",
     "sub", lambda out, x, y: 1.0, lambda out, x, y: 1.0),
    ("In every product you took the factor itself; the partial with respect to one factor is the other one.",
     "mul", lambda out, x, y: x, lambda out, x, y: y),
)
WRONG_SIGN = "The size is right, the sign is not."
ONE_PARTIAL = "That is one local partial, {}; {}."
ARRIVING = "You left out what had arrived: each local partial is multiplied by the adjoint of its result."
KEPT_ADDEND = "You kept an addend that does not move with {}: its derivative is 0."
BOTH_PRIMES = "You multiplied two derivatives: (uv)′ is u′v + uv′, each factor in its turn."
OUTER_AT_X = "You took an outer derivative at {}; it is taken at what stands inside, {}."
QUOTIENT = "That is the slope of a secant, with h = {}; the derivative is what it tends to."
ADDED = "You added local partials; along a path they are multiplied."
OTHER_BRANCH = ("That is the derivative on the other branch: at these inputs the condition sends the run "
                "along this one.")
SLOPE = ("That is the slope of the function, as a difference quotient finds it. The sweep knows only what "
         "was recorded: the branch taken, and no number computed outside the graph.")
# fmt: on


class WrongNumber(NamedTuple):
    """A wrong number and what was done to get it.

    common: whether it is frequent enough to be named when fewer than three digits were typed
    """

    value: float
    words: str
    common: bool = False


def name_mistake(mistakes, readings, right):
    """What may have been done instead, in words: every known mistake that gives what was typed; else "".

    mistakes: ``WrongNumber``s, the most telling first
    readings: the ways to read what was typed
    right:    the right number: whatever equals it is no mistake
    """
    found = {}
    for mistake in mistakes:
        if isinstance(mistake.value, complex) or not math.isfinite(mistake.value):
            continue
        if math.isclose(mistake.value, right, rel_tol=1e-6, abs_tol=1e-12):
            continue
        degree = min(distance(reading, mistake.value) for reading in readings)
        if degree < (3 if mistake.common else 2):
            found.setdefault(degree, []).append(mistake)
    words = [mistake.words for mistake in found.get(min(found, default=None), [])]
    more = [x for x in words if x != WRONG_SIGN]
    return tell_ways(more if any("sign" in x for x in more) else words)


def tell_ways(words):
    """All that may have been done instead, the most telling first: a number does not say which it was.

    >>> tell_ways(["You added."])
    'This comes out if you added.'
    >>> print(tell_ways(["You added.", "That is the value."]))
    More than one thing gives this:
    • You added.
    • That is the value.
    """
    first, *others = dict.fromkeys(words) or [""]
    if others:
        return "\n• ".join(["More than one thing gives this:", first, *others[: MOST_WAYS - 1]])
    return re.sub(r"^You (?!mean)", "This comes out if you ", first)


def distance(reading, value):
    """0: the very number, of two digits or more; 1: three agree; 2: fewer agree; 3: another number."""
    gap, size = abs(reading.value - value), abs(value)
    if gap <= 1e-6 * size + 1e-12:
        return 0 if reading.half <= 0.05 * size else 2
    if reading.short or gap > reading.half * (1 + 1e-9):
        return 3
    return 1 if reading.half <= 0.005 * size else 2


def adjoint_mistakes(run, row):
    """Wrong derivatives of a run's output with respect to one of its rows, the most telling first."""
    found = paths(run, row)
    edges = [edge for inner in found.network.values() for edge in inner]
    telling, common, rare = at_edges(run, row, edges) if len(edges) <= MOST_EDGES else ([], [], [])
    yield from along_paths(found)
    yield from sweep_mistakes(run, row)
    yield from telling
    yield from something_else(run, row)
    yield WrongNumber(-row.adjoint, WRONG_SIGN, True)
    yield from everywhere(run, row)
    yield from common
    yield from misread_paths(found, edges)
    yield from miscomputed(run, lambda values, totals: totals[row.index], of_derivative=True)
    yield from inversions(row.adjoint)
    yield from rare
    yield WrongNumber(2 * row.adjoint, TWICE)
    yield WrongNumber(faults.no_reset(run)[row.index], TWICE)
    yield from other_rows(run, row, "adjoint")
    way = f"from {variable(run.output)} to {called(row)} the partials of all edges on the way are multiplied"
    for edge in edges[:MOST_EDGES]:
        yield WrongNumber(edge.partial, ONE_PARTIAL.format(edge.text, way))


def along_paths(found):
    """One path only, or all but one."""
    if not 1 < found.count <= MOST_PATHS:
        return
    every = [(path.contribution, " → ".join(map(variable, path.nodes))) for path in found]
    ends = f"from {variable(found.trace.output)} to {called(found.row)}"
    rule = f"{found.count} paths lead {ends}, and what they contribute is added up."
    for contribution, way in every:
        yield WrongNumber(contribution, f"You multiplied along one path only, {way}. {rule}", True)
    for contribution, way in every if found.count > 2 else ():
        yield WrongNumber(found.sum - contribution, f"You left out one path, {way}.", True)


def sweep_mistakes(run, row):
    """What the sweeps of ``faults`` leave, each with one thing done instead of another."""
    shared = ", ".join(dict.fromkeys(variable(step.target) for step in run.steps if not step.first))
    overwrote = (
        f"You overwrote instead of adding: {shared} receive{'s' * (',' not in shared)} more than once, and "
        "from the second time on it is `+=`."
    )
    for sweep, words in (
        (faults.overwrite, overwrote),
        (faults.recursion, RECURSION),
        (faults.recursion_last_first, RECURSION),
        (faults.parent_set, ONE_PARENT),
        (functools.partial(sweep_with, step=lambda arrived, row, x: x.partial), ARRIVING),
    ):
        try:
            yield WrongNumber(sweep(run)[row.index], words, words is not ARRIVING)
        except faults.TooManyVisits:
            continue


def at_edges(run, row, edges):
    """Mistakes with a wrong local partial at one edge.

    returns: three lists: slips that belong to an operation and are common, other common ones, rare ones
    """
    reach = {row.index: 1.0}  # how much each row changes with ``row``
    for edge in edges:
        reach[edge.source] = reach.get(edge.source, 0.0) + edge.partial * reach[edge.target]
    telling, common, rare = [*at_formulas(run, row, reach)], [], []
    found = [(edge, slip) for edge in edges for slip in at_edge(run, edge)]
    for edge, slip in sorted(found, key=lambda pair: pair[1].rank):
        through = run[edge.source].adjoint * reach[edge.target]
        kind = rare if not slip.common else telling if slip.rank < len(SLIPS) else common
        kind.append(WrongNumber(row.adjoint + through * (slip.wrong - edge.partial), slip.words, slip.common))
    return telling, common, rare


def at_formulas(run, row, reach):
    """A rule of calculus misread at one operation: of a product, of a sum, of what stands inside.

    reach: {index: how much that row changes with ``row``}
    """
    for v in run.rows:
        moving = [x for x in v.operands if x.index in reach]
        resting = [x for x in v.operands if x.index not in reach]
        slopes = [reach[x.index] for x in moving]
        if v.operation == "mul" and len(moving) == 2:
            right = sum(slope * x.partial for slope, x in zip(slopes, moving, strict=True))
            wrong, words = math.prod(slopes), BOTH_PRIMES
        elif v.operation in ("add", "sub") and resting and moving:
            sign = -1.0 if v.operation == "sub" and v.operands[1] is resting[0] else 1.0
            right, wrong, words = 0.0, sign * resting[0].value, KEPT_ADDEND.format(called(row))
        elif len(moving) == len(v.operands) == 1 and not run[moving[0].index].is_input:
            at_x = attempted(functools.partial(slope_at, Primitive.table[v.operation]), row.value)
            if at_x is None:
                continue
            right, wrong = slopes[0] * moving[0].partial, slopes[0] * at_x
            words = OUTER_AT_X.format(called(row), called(run[moving[0].index]))
        else:
            continue
        yield WrongNumber(row.adjoint + v.adjoint * (wrong - right), words, True)


def slope_at(primitive, x):
    """The derivative of an operation of one operand."""
    return primitive.partials[0](primitive.compute(x), x)


def everywhere(run, row):
    """The same common slip at every operation of a kind."""
    for words, operation, *partials in EVERYWHERE:
        several = sum(v.operation == operation for v in run.rows) > 1
        again = several and rerun(run, {operation: (Primitive.table[operation].compute, *partials)})
        if again:
            yield WrongNumber(again[1][row.index], words, True)


def something_else(run, row):
    """Another number of the run in the place of the derivative."""
    output, name = variable(run.output), called(row)
    for other in run.inputs:
        if other.index != row.index:
            words = f"That is the derivative with respect to {other.label}, not {name}."
            yield WrongNumber(other.adjoint, words, True)
    yield WrongNumber(run.value, f"That is the value of {run.is_named}, not its derivative.")
    words = f"That is the value of {name}, not {row.bar}: how fast {output} changes with {name}."
    yield WrongNumber(row.value, words)
    forgotten = f"a sweep leaves 0 everywhere when its seed is forgotten, {bar(run.output)} = 1"
    yield WrongNumber(0.0, f"Something does flow from {output} to {name}; {forgotten}.", True)


def misread_paths(found, edges):
    """Sums and products exchanged; every partial taken as 1."""
    if not edges:
        return
    if found.count <= MOST_PATHS:
        every = list(found)
        sums = [math.fsum(edge.partial for edge in path.steps) for path in every]
        yield WrongNumber(math.fsum(sums), ADDED)
        if len(every) > 1:
            words = "You multiplied the contributions of the paths: multiply along a path, and add the paths."
            yield WrongNumber(math.prod(path.contribution for path in every), words, True)
            yield from (WrongNumber(total, ADDED) for total in sums)
    yield WrongNumber(math.fsum(edge.partial for edge in edges), ADDED)
    if found.count < 10**9:
        words = "That is the number of paths: you took every local partial as 1, that is, you left them out."
        yield WrongNumber(found.count, words)


def miscomputed(run, pick, of_derivative):
    """Angles in degrees, another base of the logarithm, and other ways to compute an operation wrongly."""
    used = {row.operation for row in run.rows}
    for words, in_derivatives, changed in MISCOMPUTED:
        if used & changed.keys() and (in_derivatives or not of_derivative):
            again = rerun(run, changed)
            if again:
                yield WrongNumber(pick(*again), words, True)


def other_rows(run, row, field):
    """The value or adjoint of another row; of long runs the last rows only."""
    for other in run.rows[-MOST_EDGES:]:
        if other.index != row.index and not (other.is_input and field == "adjoint"):
            theirs, ours = (x.bar if field == "adjoint" else f"of {called(x)}" for x in (other, row))
            yield WrongNumber(getattr(other, field), f"That is the {field} {theirs}, not {ours}.")


def value_mistakes(run, row):
    """Wrong values of a row, the most telling first."""
    yield from miscomputed(run, lambda values, totals: values[row.index], of_derivative=False)
    yield from other_rows(run, row, "value")
    yield WrongNumber(row.adjoint, f"That is the adjoint {row.bar}, not the value of {called(row)}.")
    yield from inversions(row.value)


def partial_mistakes(run, edge):
    """Wrong local partials of one row with respect to one of its operands, the most telling first."""
    source, target = run[edge.source], run[edge.target]
    for slip in at_edge(run, edge):
        yield WrongNumber(slip.wrong, slip.words, slip.common)
    operands = [x.value for x in source.operands]
    for words, in_derivatives, changed in MISCOMPUTED:
        if in_derivatives and source.operation in changed:
            compute, *rules = changed[source.operation]
            yield WrongNumber(rules[edge.slot](compute(*operands), *operands), words, True)
    for x in source.operands:
        if x.partial is not None and x.index != edge.target:
            words = f"That is the partial with respect to the other operand, {variable(x.index)}."
            yield WrongNumber(x.partial, words, True)
    words = f"That is {target.bar}, over all paths, not the local partial of this one edge."
    yield WrongNumber(target.adjoint, words)
    words = f"You multiplied by {source.bar} as well: that flows along the edge; leave it out."
    yield WrongNumber(source.adjoint * edge.partial, words)
    yield from inversions(edge.partial)


def inversions(right):
    """What can be said of any number: the sign reversed, upside down."""
    yield WrongNumber(-right, WRONG_SIGN, True)
    if right:
        yield WrongNumber(1 / right, "That is one over it: something is upside down.")


def branch_mistakes(f, inputs, run, row):
    """The derivative on the other side of a condition, and the one that a difference quotient finds.

    f, inputs: the function, and the numbers at which it was run
    run, row:  that run, and the input with respect to which the derivative is taken
    """
    inputs = [float(x) for x in inputs]
    for i, x in enumerate(inputs):
        there = elsewhere(trace, f, *inputs[:i], -x if x else 1.0, *inputs[i + 1 :])
        if there and there.shape != run.shape:
            yield WrongNumber(there.gradient.get(row.label, 0.0), OTHER_BRANCH, True)
    place = [v.label for v in run.inputs].index(row.label)
    before, x, after = inputs[:place], inputs[place], inputs[place + 1 :]
    sides = (x + QUOTIENT_STEP, x - QUOTIENT_STEP)

    def value(x):
        return elsewhere(lambda *xs: plain_number(f(*map(Scalar, xs))), *before, x, *after)

    high, low = map(value, sides)
    if high is not None and low is not None:
        slope = round((high - low) / (2 * QUOTIENT_STEP), 8)
        if not math.isclose(slope, row.adjoint, rel_tol=1e-4, abs_tol=1e-4):
            yield WrongNumber(slope, SLOPE, True)
            return
    for h in COARSE_STEPS * (len(run) <= MOST_EDGES):
        if (there := value(x + h)) is not None:
            yield WrongNumber((there - run.value) / h, QUOTIENT.format(h))


def elsewhere(compute, *arguments):
    """What a learner's function gives at inputs that nobody asked for; None where it fails or runs on."""
    try:
        return patiently(compute, *arguments, lines=MOST_LINES)
    except (Exception, TooLong):  # noqa: BLE001  it does not matter why
        return None


def called(row):
    """How a row is called: the learner's name of an input, else its own."""
    return row.label or row.name
