"""Wrong numbers that have a name: what comes out when one thing is done instead of another."""

import math
from typing import NamedTuple

from ..drawing.notation import bar, variable
from ..runs import faults
from ..runs.paths import paths
from .patience import TooLong, patiently
from .slips import MISCOMPUTED, SLIPS, adjoints, at_edge, rerun

__all__ = ["Mistake", "adjoint_mistakes", "branch_mistakes", "called", "named", "partial_mistakes",
           "plain_mistakes", "value_mistakes"]  # fmt: skip

PATHS, EDGES = 64, 200  # beyond these, a run is too large to look for every mistake
LINES = 100_000  # of a learner's function at inputs that nobody asked for
H = 1e-5  # of the difference quotient across a condition

# fmt: off
ONE_PATH = ("You multiplied along one path only, {way}. {count} paths lead from {output} to {row}, and "
            "what they contribute is added up.")
LEFT_OUT = "You left out one path, {way}."
OVERWROTE = ("You overwrote instead of adding: {shared} receives more than once, and from the second time "
             "on it is `+=`.",
             "Or you overwrote instead of adding: a sweep with `=` for `+=` leaves this number, too.")
RECURSION = ("That is what plain recursion gives, without an order: a node handed its adjoint on before "
             "all of it had arrived, and handed the first part on again later.",
             "Plain recursion, without an order, leaves this number, too.")
ONE_PARENT = ("You counted an operand once that an operation uses twice: `x*x` has two edges to x, and "
              "both carry something.")
TWICE = ("Everything is counted twice: two sweeps, and no reset to 0 between them, add up.",
         "Two sweeps with no reset between them leave this number, too.")
EVERY_SIGN = "You lost the sign of the second operand of every subtraction: by it, the partial is -1."
EVERY_FACTOR = "In every product you took the factor itself; the partial by one factor is the other factor."
OTHER_INPUT = "That is the derivative by {other}; asked is the one by {row}."
VALUE = "That is the value of {f}, not its derivative by {row}."
OWN_VALUE = "That is the value of {row}; asked is {bar}, how fast {output} changes with it."
NO_SEED = ("Something does flow from {output} to {row}. A sweep leaves 0 everywhere when its seed is "
           "forgotten, {seed} = 1.")
ADDED = "You added the local partials along a path; along a path they are multiplied."
ADDED_ALL = "You added all local partials; along a path they are multiplied."
MULTIPLIED = ("You multiplied the contributions of the paths; along a path one multiplies, but paths are "
              "added.")
COUNTED = ("That is the number of paths: it comes out where every local partial is taken as 1, that is, "
           "forgotten.")
ONE_PARTIAL = ("That is one local partial, {edge}; from {output} to {row} the partials of all edges on the "
               "way are multiplied.")
OTHER_ROW = "That is {what}; asked is {asked}."
OTHER_OPERAND = "That is the partial by the other operand, {other}."
WHOLE_ADJOINT = "That is {bar}, over all paths; asked is the local partial of this one edge."
FLOW = "You multiplied by {bar} as well: that is what flows along the edge; asked is the local partial alone."
SIGN = "The size is right, the sign is not."
UPSIDE_DOWN = "That is one over it: something stands upside down."
OTHER_BRANCH = ("That is the derivative on the other branch: at these inputs the condition sends the run "
                "along this one.")
SLOPE = ("That is the slope of the function, as a difference quotient finds it. The sweep knows only what "
         "was recorded: the branch taken, and no number computed outside the graph.")
# fmt: on


class Mistake(NamedTuple):
    """A wrong number and what was done to get it.

    common: whether it is frequent enough to be named when only two digits were typed
    also:   what to add where another mistake explains the same number
    """

    value: float
    words: str
    common: bool = False
    also: str = ""


def named(mistakes, readings, right):
    """What was done instead, in words, where a known mistake gives the number that was typed; else "".

    mistakes: ``Mistake``s, the most telling first
    readings: the ways to read what was typed
    right:    the right number: whatever equals it is no mistake
    """
    matching = []
    for mistake in mistakes:
        if isinstance(mistake.value, complex) or not math.isfinite(mistake.value):
            continue
        if math.isclose(mistake.value, right, rel_tol=1e-6, abs_tol=1e-12):
            continue
        degree = min(distance(reading, mistake.value) for reading in readings)
        if degree < (3 if mistake.common else 2):
            matching.append((degree, mistake))
    if not matching:
        return ""
    nearest = min(degree for degree, _ in matching)
    first, *others = [mistake for degree, mistake in matching if degree == nearest]
    also = next((mistake.also for mistake in others if mistake.also and mistake.also != first.also), "")
    return f"{first.words} {also}".rstrip()


def distance(reading, value):
    """0: the very number; 1: three digits or more agree; 2: two digits agree; 3: another number."""
    gap, size = abs(reading.value - value), abs(value)
    if gap <= 1e-6 * size + 1e-12:
        return 0
    if reading.short or gap > reading.half * (1 + 1e-9):
        return 3
    return 1 if reading.half <= 0.005 * size else 2


def adjoint_mistakes(trace, row):
    """Wrong derivatives of a run's output by one of its rows, the most telling first."""
    found = paths(trace, row)
    edges = [edge for inner in found.network.values() for edge in inner]
    telling, common, rare = at_edges(trace, row, edges) if len(edges) <= EDGES else ([], [], [])
    yield from along_paths(found)
    yield from faulty_sweeps(trace, row)
    yield from telling
    yield from something_else(trace, row)
    yield Mistake(-row.adjoint, SIGN, True)
    yield from everywhere(trace, row)
    yield from common
    yield from misread_paths(found, edges)
    yield from miscomputed(trace, lambda values, totals: totals[row.index], of_derivative=True)
    yield from plain_mistakes(row.adjoint)
    yield from rare
    yield Mistake(2 * row.adjoint, TWICE[0], True, TWICE[1])
    yield Mistake(faults.no_reset(trace)[row.index], TWICE[0], True)
    yield from other_rows(trace, row, "adjoint")
    for edge in edges[:EDGES]:
        words = ONE_PARTIAL.format(edge=edge.text, output=variable(trace.output), row=called(row))
        yield Mistake(edge.partial, words)


def along_paths(found):
    """One path only, or all but one."""
    if not 1 < found.count <= PATHS:
        return
    every = [(path.contribution, " → ".join(map(variable, path.nodes))) for path in found]
    ends = {"output": variable(found.trace.output), "row": called(found.row), "count": found.count}
    for contribution, way in every:
        yield Mistake(contribution, ONE_PATH.format(way=way, **ends), True)
    for contribution, way in every if found.count > 2 else ():
        yield Mistake(found.sum - contribution, LEFT_OUT.format(way=way), True)


def faulty_sweeps(trace, row):
    """What the sweeps of ``faults`` leave, each with one thing done instead of another."""
    shared = ", ".join(dict.fromkeys(variable(step.target) for step in trace.steps if not step.first))
    for sweep, words, also in (
        (faults.overwrite, OVERWROTE[0].format(shared=shared), OVERWROTE[1]),
        (faults.recursion, *RECURSION),
        (faults.recursion_last_first, *RECURSION),
        (faults.parent_set, ONE_PARENT, ""),
    ):
        try:
            yield Mistake(sweep(trace)[row.index], words, True, also)
        except faults.TooManyVisits:
            continue


def at_edges(trace, row, edges):
    """Mistakes with a wrong local partial at one edge.

    returns: three lists: slips that belong to an operation and are common, other common ones, rare ones
    """
    reach = {row.index: 1.0}  # how much each row changes with ``row``
    for edge in edges:
        reach[edge.source] = reach.get(edge.source, 0.0) + edge.partial * reach[edge.target]
    telling, common, rare = [], [], []
    found = [(edge, slip) for edge in edges for slip in at_edge(trace, edge)]
    for edge, slip in sorted(found, key=lambda pair: pair[1].rank):
        through = trace[edge.source].adjoint * reach[edge.target]
        kind = rare if not slip.common else telling if slip.rank < len(SLIPS) else common
        kind.append(Mistake(row.adjoint + through * (slip.wrong - edge.partial), slip.words, slip.common))
    return telling, common, rare


def everywhere(trace, row):
    """The same common slip at every operation of a kind."""
    for words, operation, wrong in (
        (EVERY_SIGN, "sub", lambda x, y: (1.0, 1.0)),
        (EVERY_FACTOR, "mul", lambda x, y: (x, y)),
    ):
        partials = {v.index: [x.partial for x in v.operands] for v in trace.rows}
        for v in trace.rows:
            if v.operation == operation:
                partials[v.index] = wrong(*(x.value for x in v.operands))
        yield Mistake(adjoints(trace, partials)[row.index], words, True)


def something_else(trace, row):
    """Another number of the run in the place of the derivative."""
    ends = {"output": variable(trace.output), "row": called(row)}
    for other in trace.inputs:
        if other.index != row.index:
            yield Mistake(other.adjoint, OTHER_INPUT.format(other=other.label, **ends), True)
    yield Mistake(trace.value, VALUE.format(f=trace.is_named, **ends), True)
    yield Mistake(row.value, OWN_VALUE.format(bar=row.bar, **ends), True)
    yield Mistake(0.0, NO_SEED.format(seed=bar(trace.output), **ends), True)


def misread_paths(found, edges):
    """Sums and products exchanged; every partial taken as 1."""
    if not edges:
        return
    if found.count <= PATHS:
        every = list(found)
        sums = [math.fsum(edge.partial for edge in path.steps) for path in every]
        yield Mistake(math.fsum(sums), ADDED)
        if len(every) > 1:
            yield Mistake(math.prod(path.contribution for path in every), MULTIPLIED, True)
            yield from (Mistake(total, ADDED) for total in sums)
    yield Mistake(math.fsum(edge.partial for edge in edges), ADDED_ALL)
    if found.count < 10**9:
        yield Mistake(found.count, COUNTED, True)


def miscomputed(trace, pick, of_derivative):
    """Angles in degrees, another base of the logarithm, and other ways to compute an operation wrongly."""
    used = {row.operation for row in trace.rows}
    for words, in_derivatives, changed in MISCOMPUTED:
        if used & changed.keys() and (in_derivatives or not of_derivative):
            again = rerun(trace, changed)
            if again:
                yield Mistake(pick(*again), words, True)


def other_rows(trace, row, field):
    """The value or adjoint of another row; of long runs the last rows only."""
    for other in trace.rows[-EDGES:]:
        if other.index != row.index:
            what = f"the adjoint {other.bar}" if field == "adjoint" else f"the value of {called(other)}"
            asked = row.bar if field == "adjoint" else called(row)
            yield Mistake(getattr(other, field), OTHER_ROW.format(what=what, asked=asked))


def value_mistakes(trace, row):
    """Wrong values of a row, the most telling first."""
    yield from miscomputed(trace, lambda values, totals: values[row.index], of_derivative=False)
    yield from other_rows(trace, row, "value")
    asked = f"the value of {called(row)}"
    yield Mistake(row.adjoint, OTHER_ROW.format(what=f"the adjoint {row.bar}", asked=asked))
    yield from plain_mistakes(row.value)


def partial_mistakes(trace, edge):
    """Wrong local partials of one row by one of its operands, the most telling first."""
    source, target = trace[edge.source], trace[edge.target]
    for slip in at_edge(trace, edge):
        yield Mistake(slip.wrong, slip.words, slip.common)
    operands = [x.value for x in source.operands]
    for words, in_derivatives, changed in MISCOMPUTED:
        if in_derivatives and source.operation in changed:
            compute, *rules = changed[source.operation]
            yield Mistake(rules[edge.slot](compute(*operands), *operands), words, True)
    for x in source.operands:
        if x.partial is not None and x.index != edge.target:
            yield Mistake(x.partial, OTHER_OPERAND.format(other=variable(x.index)), True)
    yield Mistake(target.adjoint, WHOLE_ADJOINT.format(bar=target.bar))
    yield Mistake(source.adjoint * edge.partial, FLOW.format(bar=source.bar))
    yield from plain_mistakes(edge.partial)


def plain_mistakes(right):
    """What can be said of any number: turned round, upside down."""
    yield Mistake(-right, SIGN, True)
    if right:
        yield Mistake(1 / right, UPSIDE_DOWN)


def branch_mistakes(here, retry, compute, inputs, row):
    """The derivative on the other side of a condition, and the one that a difference quotient finds.

    here:    the run that was asked about
    retry:   function: inputs → Trace
    compute: function: inputs → number
    inputs:  list of numbers
    row:     the input by which the derivative is taken
    """
    for i, x in enumerate(inputs):
        there = elsewhere(retry, [*inputs[:i], -x if x else 1.0, *inputs[i + 1 :]])
        if there and there.shape != here.shape:
            yield Mistake(there.gradient.get(row.label, 0.0), OTHER_BRANCH, True)
    place = [v.label for v in here.inputs].index(row.label)
    before, x, after = inputs[:place], inputs[place], inputs[place + 1 :]
    high, low = (elsewhere(compute, [*before, x + side, *after]) for side in (H, -H))
    if high is not None and low is not None:
        slope = round((high - low) / (2 * H), 8)
        if not math.isclose(slope, row.adjoint, rel_tol=1e-4, abs_tol=1e-4):
            yield Mistake(slope, SLOPE, True)


def elsewhere(f, inputs):
    """What a learner's function gives at inputs that nobody asked for; None where it fails or runs on."""
    try:
        return patiently(f, inputs, lines=LINES)
    except (Exception, TooLong):  # noqa: BLE001  it does not matter why
        return None


def called(row):
    """How a row is called: the learner's name of an input, else its own."""
    return row.label or row.name
