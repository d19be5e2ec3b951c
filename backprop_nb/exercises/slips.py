"""Slips at a single operation, as a table: the wrong local partial or value, and what was done instead."""

import math
from typing import NamedTuple

from ..core.primitives import ARITHMETIC, Primitive
from ..runs import faults
from ..runs.adjoints import sweep_back
from ..runs.rows import Trace

__all__ = ["MISCOMPUTED", "SLIPS", "Slip", "Slipped", "at_edge", "attempted", "rerun",
           "sweep_with"]  # fmt: skip


class Slip(NamedTuple):
    """A wrong local partial.

    operation, slot: where it happens: a row of the table, and which of its operands
    wrong:           the formula that was used, ``(out, *operands)`` like those of the table
    common:          whether it is frequent enough to be named when only two digits were typed
    words:           what was done; the right formula follows by itself
    """

    operation: str
    slot: int
    wrong: object
    common: bool
    words: str


RIGHT_ONE = " For `{formula}` the local partial {partial} is `{right}`."
LOST_SIGN = "You lost the sign of the second operand of a subtraction."
OTHER_FACTOR = "You took a factor itself: in a product, the partial with respect to one is the other."
FALLING = "You lost the minus sign of the denominator: a quotient falls as its denominator grows."
ONCE_MORE = "The denominator divides once more: the derivative of 1/y is -1/y²."
POWER_RULE = "The exponent comes down as a factor, and the new exponent is one less; you did half of it."
NO_POWER = "You used the rule for powers; here the exponent varies, and exp is its own derivative."
MINUS_TOO_MANY = "A minus sign too many: the derivative of sin is cos; it is cos whose derivative has it."
NEGATION = "You lost the sign of a negation."
COS_MINUS = "The derivative of cos has a minus sign: it is -sin."
TIMES_BELOW = "You multiplied by the denominator instead of dividing by it."
NO_TWO = "The 2 below the fraction line of the root's derivative is missing."
RESULT_SQUARED = "It is the result of tanh that is squared there."
ONLY_HALF = "That is only half of the sigmoid's derivative."
ITS_RESULT = "The formula takes the result of the sigmoid, not its operand."

# fmt: off
SLIPS = (
    Slip("sub",     1, lambda out, x, y: 1.0,               True,  LOST_SIGN),
    Slip("mul",     0, lambda out, x, y: x,                 True,  OTHER_FACTOR),
    Slip("mul",     1, lambda out, x, y: y,                 True,  OTHER_FACTOR),
    Slip("div",     1, lambda out, x, y: out / y,           True,  FALLING),
    Slip("div",     1, lambda out, x, y: -out,              False, ONCE_MORE),
    Slip("div",     0, lambda out, x, y: y,                 False, TIMES_BELOW),
    Slip("neg",     0, lambda out, x: 1.0,                  True,  NEGATION),
    Slip("pow",     0, lambda out, x, y: x ** (y - 1),      True,  POWER_RULE),
    Slip("pow",     0, lambda out, x, y: y * out,           True,  POWER_RULE),
    Slip("square",  0, lambda out, x: x,                    True,  POWER_RULE),
    Slip("square",  0, lambda out, x: 2 * out,              True,  POWER_RULE),
    Slip("sqrt",    0, lambda out, x: 1 / out,              False, NO_TWO),
    Slip("exp",     0, lambda out, x: x * math.exp(x - 1),  False, NO_POWER),
    Slip("cos",     0, lambda out, x: math.sin(x),          True,  COS_MINUS),
    Slip("sin",     0, lambda out, x: -math.cos(x),         True,  MINUS_TOO_MANY),
    Slip("tanh",    0, lambda out, x: 1 - out,              False, RESULT_SQUARED),
    Slip("tanh",    0, lambda out, x: 1 - x * x,            False, RESULT_SQUARED),
    Slip("sigmoid", 0, lambda out, x: x * (1 - x),          False, ITS_RESULT),
    Slip("sigmoid", 0, lambda out, x: 1 - out,              False, ONLY_HALF),
)
GENERAL = (  # at any operation: wrong partial from the right one, result and operand; common; words
    (lambda p, out, x: out,                     True,  "You took the operation itself for its derivative."),
    (lambda p, out, x: None if p == -1 else 1.0, True, "You left out a factor."),
    (lambda p, out, x: -p,                      False, "The sign of one local partial is reversed."),
    (lambda p, out, x: 1 / p,                   False, "One local partial is upside down."),
    (lambda p, out, x: x,                       False, "You took the operand itself for a derivative."),
)

DEGREES = {  # operation → (what it computes, its partial) when a calculator counts in degrees
    "sin": (lambda x: math.sin(math.radians(x)), lambda out, x: math.cos(math.radians(x))),
    "cos": (lambda x: math.cos(math.radians(x)), lambda out, x: -math.sin(math.radians(x))),
    "tan": (lambda x: math.tan(math.radians(x)), lambda out, x: 1 + out * out),
}
BASE_10 = {"log": (math.log10, lambda out, x: 1 / (x * math.log(10)))}
NATURAL = "`log` is the natural logarithm here, to the base e; you took the one to the base {}."

MISCOMPUTED = (  # (words, whether it is a slip in derivatives, too, {operation: (compute, *partials)})
    ("The angle was taken in degrees: sin, cos and tan take radians here. Which way is your calculator set?",
     True, DEGREES),
    (NATURAL.format(10), True, BASE_10),
    (NATURAL.format(2), False, {"log": (math.log2,)}),
    ("You added where the function subtracts.", False, {"sub": (lambda x, y: x + y,)}),
    ("You subtracted the wrong way round: second operand less first.", False, {"sub": (lambda x, y: y - x,)}),
    ("You divided the wrong way round: denominator by numerator.", False, {"div": (lambda x, y: y / x,)}),
    ("You multiplied by the exponent instead of raising to it.", False, {"pow": (lambda x, y: x * y,)}),
    ("You added the factors of a product.", False, {"mul": (lambda x, y: x + y,)}),
    ("You multiplied the addends of a sum.", False, {"add": (lambda x, y: x * y,)}),
)
# fmt: on


class Slipped(NamedTuple):
    """A slip at one edge: its place in the tables, the wrong local partial, what was done, whether common."""

    rank: int
    wrong: float
    words: str
    common: bool


def at_edge(trace, edge):
    """Every ``Slipped`` at one edge of a run."""
    row = trace[edge.source]
    operands = [x.value for x in row.operands]
    facts = {
        "formula": f"{row.name} = {row.formula}",
        "partial": f"∂{row.name}/∂{trace[edge.target].name}",
        "right": row.partial_text(edge.slot),
    }
    found = [
        (rank, attempted(slip.wrong, row.value, *operands), slip.common, slip.words)
        for rank, slip in enumerate(SLIPS)
        if (slip.operation, slip.slot) == (row.operation, edge.slot)
    ]
    if row.operation not in ("add", "sub"):  # their partials are 1 and -1: nothing more to mistake
        found += [
            (rank, attempted(formula, edge.partial, row.value, operands[edge.slot]), common, words)
            for rank, (formula, common, words) in enumerate(GENERAL, len(SLIPS))
        ]
    first = {wrong: slipped for slipped in reversed(found) if (wrong := slipped[1]) is not None}
    return [
        Slipped(rank, wrong, (words + RIGHT_ONE).format(**facts), common)
        for rank, wrong, common, words in sorted(first.values())
    ]


def attempted(formula, *operands):
    """What the formula gives, or None where it has no value."""
    try:
        return formula(*operands)
    except ARITHMETIC:
        return None


def rerun(trace, changed):
    """Compute a run again with some operations computed wrongly.

    changed: {operation: (compute, *partials)}; without partials the table's own are kept
    returns: ({index: value}, {index: adjoint}), or None where a value does not exist
    """
    values, partials = {}, {}
    try:
        for row in trace.rows:
            if row.is_input or row.operation == "constant":
                values[row.index] = row.value
                continue
            operands = [x.value if x.index is None else values[x.index] for x in row.operands]
            primitive = Primitive.table[row.operation]
            compute, *rules = changed.get(row.operation, (primitive.compute,))
            values[row.index] = compute(*operands)
            partials[row.index] = [
                None if x.index is None else partial(values[row.index], *operands)
                for x, partial in zip(row.operands, rules or primitive.partials, strict=True)
            ]
    except ARITHMETIC:
        return None
    return values, adjoints(trace, partials)


def adjoints(trace, partials):
    """{index: adjoint} of a reverse sweep with the local partials given as {index: one per operand}."""
    rows = []
    for row in trace.rows:
        pairs = zip(row.operands, partials.get(row.index, ()), strict=False)
        rows.append(row._replace(operands=[x._replace(partial=partial) for x, partial in pairs]))
    return sweep_back(Trace(rows, trace.output))


def sweep_with(run, step=lambda arrived, row, x: arrived * x.partial, seed=1.0, rows=reversed):
    """The reverse sweep, {index: adjoint}; or a wrong one.

    step: (adjoint of a row, the row, one of its operands) → what is handed on to that operand
    rows: in which order the run's rows hand on
    """
    adjoint = dict.fromkeys((row.index for row in run.rows), 0.0)
    adjoint[run.output] = seed
    for row in rows(run.rows):
        for x in faults.parents(row):
            adjoint[x.index] += step(adjoint[row.index], row, x)
    return adjoint
