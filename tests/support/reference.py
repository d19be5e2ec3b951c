"""An independent opinion on every row: its value and its derivatives, computed by mpmath.

A row is found under the name NumPy gives it, or its array formula is run with mpmath in NumPy's place. So a
new row is compared with mpmath without a line here, unless mpmath calls the function otherwise.
"""

import itertools
import math
import operator
import time
from contextlib import contextmanager
from functools import cache, partial
from inspect import signature
from typing import NamedTuple

import mpmath
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive, Unary
from backprop_nb.core.scalar import Scalar
from backprop_nb.core.sweep import operands_first
from backprop_nb.core.symbolic import Symbol
from backprop_nb.drawing.notation import function

__all__ = ["LARGEST", "MP", "ROWS", "UNIT", "Mismatch", "Mpmath", "Outcome", "allowed", "balanced", "bell",
           "compared", "derivative", "distances", "doubtful", "evaluated", "every_row", "fits_a_float",
           "gradients", "in_domain", "long_run", "mpmath_function", "numbers_in", "numpy_function",
           "operands_of", "passing_rows", "slope_at_0", "value", "walking_the_table"]  # fmt: skip

UNIT = 2.0**-53  # half of a last place
SMALLEST = 2.0**-960  # below, digits are lost to underflow
LARGEST = math.ldexp(1 - 2**-53, 1024)
MP = mpmath.MPContext()  # of its own: nobody else's precision is touched
STEPS = (-1.0, -0.61803, 0.41421, 1.0)  # with no common measure, or a sawtooth could look smooth


class Mpmath:
    """NumPy's names, computed by mpmath on single numbers."""

    def __getattr__(self, name):
        short = "a" + name.removeprefix("arc") if name.startswith("arc") else name
        if f := SPELLED.get(name) or getattr(MP, short, None):
            return f
        raise LookupError(f"mpmath knows no {name!r}: say in SPELLED of support/reference.py what it is")


SPELLED = {  # what mpmath calls otherwise, or lacks
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "negative": operator.neg, "square": lambda x: x * x, "absolute": MP.fabs, "log": MP.ln,
    "log2": lambda x: MP.ln(x) / MP.ln(2), "maximum": max, "minimum": min,
    "floor_divide": lambda x, y: MP.floor(x / y), "remainder": lambda x, y: x - y * MP.floor(x / y),
    "heaviside": lambda x, at_zero: at_zero if x == 0 else MP.mpf(x > 0),
    "logaddexp": lambda x, y: max(x, y) + MP.log1p(MP.exp(-abs(x - y))),
    "where": lambda condition, x, y: x if condition else y, "exp2": lambda x: MP.mpf(2) ** x,
    "cbrt": lambda x: MP.sign(x) * MP.cbrt(abs(x)), "arctan2": MP.atan2, "sinc": MP.sincpi,
    "erfc": lambda x: MP.erfc(max(x, -1000) if x < 1000 else 1000),  # beyond, there is nothing to see
    "gelu": lambda x: x * SPELLED["erfc"](-x / MP.sqrt(2)) / 2, "rint": MP.nint,
    "trunc": lambda x: MP.sign(x) * MP.floor(abs(x)), "fmod": lambda x, y: x - y * SPELLED["trunc"](x / y),
}  # fmt: skip


ROWS = list(Primitive.table.values())
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def walking_the_table(names, parameter="row"):
    """The tests among some names that go through the table."""
    tests = [f for name, f in names.items() if name.startswith("test_")]
    return [f for f in tests if parameter in signature(f).parameters]


def bell(error=0.0):
    """A row that joins the table, its partial off by ``error``."""
    return Unary("bell", function("bell", r"\operatorname{bell}"), lambda x: math.exp(-x * x),
                 lambda np, x: np.exp(-x * x),
                 lambda out, x: -2 * (x * out) + error)  # fmt: skip


def gradients(f, *values):
    """What one sweep from ``f`` leaves at its inputs, as Scalars."""
    nodes = [Scalar(x) for x in values]
    f(*nodes).backward()
    return [x.gradient for x in nodes]


@contextmanager
def passing_rows():
    """Rows that join the tables meanwhile leave them at the end."""
    tables = Primitive.table, Primitive.by_array_name, Structural.table
    kept = list(map(dict, tables))
    try:
        yield
    finally:
        for table, rows in zip(tables, kept, strict=True):
            table.clear()
            table.update(rows)


def mpmath_function(row):
    """The function that a row stands for, on mpmath's numbers."""
    names = Mpmath()
    return getattr(names, row.array) if isinstance(row.array, str) else partial(row.array, names)


def numpy_function(row):
    """What NumPy calls an elementwise row; the row itself where NumPy has no function for it."""
    return getattr(np, row.array, row) if isinstance(row.array, str) else row


def slope_at_0(f):
    """The derivative of a function of mpmath's numbers at 0, as a difference quotient of many digits."""
    for digits in (80, 400):  # a derivative of 1e-65 is lost among 80 digits
        with MP.workdps(digits):
            step = MP.mpf(10) ** -30
            before, after = f(-step), f(step)
            if abs(after - before) > abs(after) * MP.mpf(10) ** (25 - digits):
                break
    return (after - before) / (2 * step)


def value(row, operands):
    """What the row should give, to 60 digits."""
    with MP.workdps(800 if len(operands) > 1 else 60):  # x/y can have 616 digits before the point
        return mpmath_function(row)(*map(MP.mpf, operands))


def derivative(row, operands, slot):
    """The true partial derivative with respect to one operand, to 20 digits; None at a kink or a jump.

    Slopes of mpmath's function over steps to the left and to the right: where it is smooth they agree. The
    step is so small, and the digits so many, that neither truncation nor rounding shows; beside a kink, and
    between the stairs of a staircase, the step must be smaller still.
    """
    f = mpmath_function(row)
    others = [1 / max(1.0, abs(v)) for i, v in enumerate(operands) if i != slot]
    scale = min(
        [1.0, *others, *(abs(v) for v in operands if v), *distances(operands[slot], row.domain[slot])]
    )
    spread = math.log10(max(1.0, *map(abs, operands))) - math.log10(scale)
    digits = 720 if row.kink else 40
    for spare in (60, 420, 1000):  # a flat spot needs more digits
        with MP.workdps(int(digits + spread) + spare):
            h = scale * MP.mpf(10) ** -digits
            at, *beside = (f(*shifted(operands, slot, k * h)) for k in (0, *STEPS))
            slopes = [(y - at) / (k * h) for k, y in zip(STEPS, beside, strict=True)]
            if min(abs(y - at) for y in beside) > abs(at) * MP.mpf(10) ** (30 - digits - spare):
                break
    smooth = max(slopes) - min(slopes) <= 1e-20 * max(*map(abs, slopes), 1e-15)
    return (slopes[0] + slopes[-1]) / 2 if smooth else None


def shifted(operands, slot, step):
    """The operands in mpmath's numbers, one of them moved."""
    return [MP.mpf(v) + step if i == slot else MP.mpf(v) for i, v in enumerate(operands)]


def evaluated(expression, values):
    """The value of a Symbol's expression; ``values`` maps symbols to numbers."""
    found = dict(values)

    def known(x):
        return found[x] if isinstance(x, Symbol) else x

    if not isinstance(expression, Symbol):
        return expression
    for node in operands_first(expression):
        if node.operation is not None:
            parents = (node.parent1,) if isinstance(node.operation, Unary) else (node.parent1, node.parent2)
            found[node] = node.operation(*map(known, parents))
    return found[expression]


# How exact the rows are

# Values and partials are right to 4 units of themselves; any other row's to 16 units of max(1, |truth|).
KEEP_ALL_DIGITS = set(
    "add sub mul div neg square mod floordiv sqrt exp expm1 log log2 log10 log1p sin cos tan arcsin arccos "
    "arctan sinh cosh softplus step sign relu abs maximum minimum".split()
)
# 1 - out² and out·(1 - out) cancel where the function is flat: their partials are right to 4 units of 1.
FLAT_SPOTS = {"tanh", "sigmoid"}


def allowed(row, operands, truth, slot=None):
    """How far off a row's value may be, or its partial with respect to the operand in ``slot``."""
    truth = abs(truth)
    exact = KEEP_ALL_DIGITS | (FLAT_SPOTS if slot is None else set()) | ({"pow"} if slot != 0 else set())
    if row.name in exact:
        return 4 * UNIT * max(truth, SMALLEST)
    if row.name in FLAT_SPOTS:
        return 4 * UNIT * max(1.0, truth)
    if row.name == "pow":  # y·x^(y-1): the logarithm magnifies the rounding of y - 1
        x, y = operands
        return (4 + abs((y - 1) * math.log(x))) * UNIT * max(truth, SMALLEST)
    return 16 * UNIT * max(1.0, truth)


# Where to look


def in_domain(x, domain):
    """Whether an operand lies where the row says that its value and its partials exist."""
    return domain.low < x < domain.high and x != domain.hole


def edges_of(domain):
    return [e for e in (domain.low, domain.high, domain.hole) if e is not None and math.isfinite(e)]


def distances(x, domain):
    """How far an operand is from each edge of its domain."""
    return [abs(x - e) for e in edges_of(domain)]


@cache
def numbers_in(domain):
    """Numbers of a domain: ordinary ones, huge ones, tiny ones, and those that hug its edges."""
    low, high = domain.low, domain.high
    sign = st.sampled_from([s for s in (1.0, -1.0) if any(low < s * x < high for x in (1e-300, 1e300))])
    ordinary = st.floats(max(low, -4.0), min(high, 4.0))
    wide = st.floats(max(low, -750.0), min(high, 750.0))
    exponent = st.floats(-323.0, math.log10(high) if math.isfinite(high) else 308.2)
    magnitude = st.builds(math.copysign, exponent.map(lambda e: 10.0**e), sign)
    extremes = [x for x in (0.0, 1.0, 2.0, 5e-324, 2.3e-308, 1e-16, LARGEST) if x < high]
    special = st.builds(math.copysign, st.sampled_from(extremes), sign)
    edges = [e for e in (1.0, -1.0, *edges_of(domain)) if low <= e <= high]
    distance = st.floats(-17.0, -0.5).map(lambda e: 10.0**e) | st.just(0.0)
    hugging = st.builds(
        lambda e, d, side: math.nextafter(e, side * math.inf) if d == 0 else e + side * d,
        st.sampled_from(edges), distance, st.sampled_from([1.0, -1.0]),
    )  # fmt: skip
    return st.one_of(ordinary, wide, magnitude, special, hugging).filter(lambda x: in_domain(x, domain))


@cache  # building a strategy takes longer than drawing from it
def operands_of(row):
    """Operands for a row, as a tuple; two of them are sometimes equal, or close to it."""
    each = st.tuples(*map(numbers_in, row.domain))
    if len(row.domain) == 1:
        return each

    def fit(xs):
        if row.name == "arctan2" and xs[0] == 0:
            return False  # mpmath knows no -0.0, whose angle is -π
        return all(math.isfinite(x) and in_domain(x, d) for x, d in zip(xs, row.domain, strict=True))

    close = st.builds(lambda xs, k: (xs[0], xs[0] * (1 + k * 2**-50)), each, st.integers(-3, 3)).filter(fit)
    moderate = st.tuples(*[st.floats(-30.0, 30.0)] * 2).filter(fit)
    return st.one_of(moderate, each.filter(fit), close)


def fits_a_float(*truths):
    """Go on only where the truth is no larger than the largest float."""
    for truth in truths:
        assume(abs(truth) <= LARGEST)


def balanced(text):
    """Whether brackets and braces of all kinds close in order, LaTeX's own included."""
    closing, opened = {")": "(", "]": "[", "}": "{"}, []
    for sign in text.replace(r"\{", "").replace(r"\}", ""):
        if sign in "([{":
            opened.append(sign)
        elif sign in closing and (not opened or opened.pop() != closing[sign]):
            return False
    return not opened and text.count(r"\left") == text.count(r"\right") and text.count("|") % 2 == 0


# Random programs, by several roads


class Outcome(NamedTuple):
    """One program compared: what rounding does not explain, how often mpmath decided, how much was used."""

    mismatches: list
    settled: int
    largest: float


class Mismatch(NamedTuple):
    """A derivative, or in an array program with slot -1 the result, off by more than rounding can explain."""

    slot: int
    place: tuple
    ours: float
    theirs: float
    truth: float
    bound: float


def doubtful(ours, theirs, bounds):
    """Where two roads differ by more than rounding can explain."""
    return [~(np.abs(a - b) <= bound) for a, b, bound in zip(ours, theirs, bounds, strict=True)]


def compared(ours, theirs, truths, bounds, first=0):
    """The Outcome. Where the other road is the one that is wrong, mpmath has settled it.

    first: the slot that the first of the arrays stands for
    """
    mismatches, settled, largest = [], 0, 0.0
    arrays = [list(map(np.asarray, column)) for column in (ours, theirs, truths, bounds)]
    for slot, columns in enumerate(zip(*arrays, doubtful(*arrays[:2], arrays[3]), strict=True), first):
        for place in np.ndindex(columns[0].shape):
            a, b, truth, bound, doubt = (column[place] for column in map(np.asarray, columns))
            error = float(abs(a - truth))
            if not error <= bound:
                mismatches.append(Mismatch(slot, place, float(a), float(b), float(truth), float(bound)))
            settled += bool(doubt and error <= bound)
            largest = max(largest, error / bound if error else 0.0)
    return Outcome(mismatches, settled, largest)


def long_run(count, outcomes, other):
    """Compare ``count`` programs and say how it goes; the exit code of a script.

    outcomes: iterator of pairs, what a program follows from and its Outcome
    other:    the library that this package is compared with
    """
    began, wrong, settled, worst = time.time(), 0, 0, 0.0
    for done, (origin, outcome) in enumerate(itertools.islice(outcomes, count), 1):
        wrong, settled = wrong + len(outcome.mismatches), settled + outcome.settled
        worst = max(worst, outcome.largest)
        for mismatch in outcome.mismatches:
            print(origin, mismatch, flush=True)
        if done % 1000 == 0 or done == count:
            print(f"{done} programs, {time.time() - began:.0f} s: {wrong} mismatches beyond rounding, "
                  f"largest difference {worst:.3f} of the bound, {settled} times {other} was wrong",
                  flush=True)  # fmt: skip
    return 1 if wrong else 0
