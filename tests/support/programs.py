"""Random programs over every row of the table, and their gradients by three roads.

By this package; by HIPS autograd, which knows nothing of the table's partials; and by mpmath, as difference
quotients with 80 digits or more. ``python tests/support/programs.py 100000`` makes the long run and says
how it went.
"""

import operator
import random
import sys
import warnings
from functools import cache, partial
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import autograd
import autograd.extend
import autograd.numpy
import numpy as np

from backprop_nb import Dual, Scalar
from backprop_nb.core.operators import OPERATORS
from backprop_nb.core.primitives import Primitive, Unary
from backprop_nb.core.sweep import operands_first
from support.array_making import Instruction, Program
from support.reference import (
    MP,
    UNIT,
    Mpmath,
    allowed,
    compared,
    doubtful,
    in_domain,
    long_run,
    mpmath_function,
    numpy_function,
    slope_at_0,
)

__all__ = ["LONGEST", "by_autograd", "by_mpmath", "by_scalars", "check", "random_program", "rounding", "run"]

LONGEST = 200
PYTHONS = {row.name: getattr(operator, name) for name, row in OPERATORS.items()}


def run(program, inputs, apply):
    """The result; ``apply(name, position)`` is the function for an instruction."""
    values = list(inputs)
    for position, (name, operands, *_) in enumerate(program.instructions):
        values.append(apply(name, position)(*(values[x] if type(x) is int else x for x in operands)))
    return values[-1]


# Making programs


def random_program(seed):
    """A program of 1 to 200 operations in which every value counts.

    An operation is taken only where the gradient can be told to many digits: in the domains, off the kinks,
    values below 1000, and the sum over all paths of their products, taken without signs, below a million.
    """
    chance = random.Random(seed)
    inputs = tuple(round(chance.uniform(-3.0, 3.0), 3) or 1.0 for _ in range(chance.randint(1, 4)))
    values, reach, instructions = list(inputs), [1.0] * len(inputs), []
    unused = list(range(len(inputs)))
    length = max(len(inputs), chance.randint(1, chance.choice([20, LONGEST])))
    while len(instructions) + len(unused) <= length:
        name = chance.choice(list(Primitive.table))
        operands = tuple(chosen(chance, values, unused) for _ in Primitive.table[name].partials)
        if isinstance(operands[0], float) and isinstance(operands[-1], float):
            continue
        made = computed(Primitive.table[name], operands, values, reach)
        if made:
            append(instructions, values, reach, unused, Instruction(name, operands), made)
    while len(unused) > 1:  # what nothing has used yet is summed, so that it counts
        x, y = unused[:2]
        total = values[x] + values[y], reach[x] + reach[y]
        append(instructions, values, reach, unused, Instruction("add", (x, y)), total)
    return Program(inputs, tuple(instructions))


def append(instructions, values, reach, unused, instruction, made):
    instructions.append(instruction)
    used = [x for x in instruction.operands if type(x) is int]  # the constant 1.0 is not the value number 1
    unused[:] = [x for x in unused if x not in used] + [len(values)]
    values.append(made[0])
    reach.append(made[1])


def chosen(chance, values, unused):
    """An operand: something unused, something recent, anything, or a constant."""
    kind = chance.random()
    if kind < 0.15:
        return round(chance.uniform(-3.0, 3.0), 2)
    if kind < 0.5:
        return chance.choice(unused)
    return chance.randrange(max(0, len(values) - 10) if kind < 0.8 else 0, len(values))


def computed(row, operands, values, reach):
    """The value and how far the inputs reach into it; None where the gradient would be hard to tell."""
    xs = [values[x] if type(x) is int else x for x in operands]
    try:
        if not is_smooth(row, xs):
            return None
        out, slopes = value_and_partials(row, xs)
    except (ArithmeticError, ValueError):
        return None
    far = sum(abs(p) * reach[x] for p, x in zip(slopes, operands, strict=True) if type(x) is int)
    return (out, far) if abs(out) < 1e3 and far < 1e6 else None


def is_smooth(row, xs):
    """Whether the operands are inside the domain, and no kink or jump is near."""
    if any(not in_domain(x, d) for x, d in zip(xs, row.domain, strict=True)):
        return False
    out, slopes = value_and_partials(row, xs)
    for signs in ((1, 1), (-1, -1), (1, -1), (-1, 1))[: 2 * len(xs)]:
        steps = [1e-4 * sign * (1 + abs(x)) for x, sign in zip(xs, signs, strict=False)]
        there, others = value_and_partials(row, [x + step for x, step in zip(xs, steps, strict=True)])
        straight = sum(p * step for p, step in zip(slopes, steps, strict=True))
        if abs(there - out - straight) > 1e-3 * (1 + abs(straight)):
            return False
        if any(abs(p - q) > 0.1 * (1 + abs(p)) for p, q in zip(slopes, others, strict=True)):
            return False
    return True


def value_and_partials(row, xs):
    out = row(*xs)
    return out, [p(out, *xs) for p in row.partials]


# Three roads to the gradient


def by_scalars(program):
    """This package: rows, Python's operators and NumPy's functions by turns."""
    nodes = [Scalar(x) for x in program.inputs]
    run(program, nodes, spelled).backward()
    return [x.gradient for x in nodes]


def spelled(name, position):
    row = Primitive.table[name]
    return [row, PYTHONS.get(name, row), numpy_function(row)][position % 3]


class Autograd:
    """autograd's NumPy; what it lacks or cannot differentiate is mpmath's, or written here."""

    def __getattr__(self, name):
        found = getattr(autograd.numpy, name, None)
        unruled = found is None or (hasattr(found, "fun") and found not in autograd.core.primitive_vjps)
        return lent_by_mpmath(name) if unruled else found

    @staticmethod
    def heaviside(x, at_zero):
        return autograd.numpy.where(x > 0, 1.0, autograd.numpy.where(x < 0, 0.0, at_zero))

    hypot = property(lambda self: lent_by_mpmath("hypot"))  # its own divide by 0 at 0
    sinc = property(lambda self: lent_by_mpmath("sinc"))


@cache
def lent_by_mpmath(name):
    """A function of one or two numbers with its derivatives, all from mpmath."""
    f = getattr(Mpmath(), name)
    lent = autograd.extend.primitive(lambda *xs: float(f(*(MP.mpf(float(x)) for x in xs))))

    def slope(slot, *xs):
        given = [MP.mpf(float(x)) for x in xs]
        return float(slope_at_0(lambda step: f(*given[:slot], given[slot] + step, *given[slot + 1 :])))

    autograd.extend.defvjp(
        lent, *(lambda out, *xs, slot=slot: lambda g: g * slope(slot, *xs) for slot in (0, 1))
    )
    return lent


def by_autograd(program):
    """HIPS autograd on the same program: NumPy's functions with derivatives that autograd's authors wrote."""
    names = Autograd()

    def apply(name, position):
        array = Primitive.table[name].array
        return getattr(names, array) if isinstance(array, str) else lambda *xs: array(names, *xs)

    gradient = autograd.grad(lambda *xs: run(program, xs, apply), tuple(range(len(program.inputs))))
    with warnings.catch_warnings(), np.errstate(over="ignore"):  # its tanh divides by cosh², be that infinite
        warnings.simplefilter("ignore", UserWarning)  # a program of steps only: "seems independent of input"
        return [float(g) for g in gradient(*program.inputs)]


def by_mpmath(program):
    """The truth: difference quotients of mpmath's functions, with as many digits as it takes."""

    def result(slot, step):
        return run(program, [MP.mpf(x) + step * (i == slot) for i, x in enumerate(program.inputs)], exactly)

    return [slope_at_0(partial(result, slot)) for slot in range(len(program.inputs))]


def exactly(name, position):
    f = mpmath_function(Primitive.table[name])
    return lambda *xs: f(*map(MP.mpf, xs))


# How much of a difference is rounding


def rounding(program):
    """The most that rounding can do to each derivative, to first order: an array, one bound an input.

    Every value may be off by 4 units and every partial by what the table test allows; the product and the sum
    that follow it by 4 more. What an error in a value does to the gradient is a second derivative, d²f / dxdδ
    for a relative error δ of the value: the tangent of v̄·v when the sweep runs on dual numbers. An error in a
    partial reaches the gradient along every path through its edge, taken without signs.
    """
    directions = np.eye(len(program.inputs))
    leaves = [Scalar(Dual(x, along)) for x, along in zip(program.inputs, directions, strict=True)]
    out = run(program, leaves, lambda name, position: Primitive.table[name])
    out.backward()
    order = operands_first(out)
    bound = 4 * UNIT * sum(np.abs(getattr(v.gradient * v.value, "tangent", 0.0)) for v in order)
    reach, edges = dict(zip(leaves, directions, strict=True)), {}
    for v in order:
        if v.operation is not None:
            edges[v] = list(edges_of(v))
            reach[v] = sum(abs(p) * reach[x] for x, p, _ in edges[v])
    flow = dict.fromkeys(order, 0.0) | {out: 1.0}
    for v in reversed(order):
        for x, p, error in edges.get(v, ()):
            flow[x] += flow[v] * abs(p)
            bound = bound + flow[v] * (error + 4 * UNIT * abs(p)) * reach[x]
    return bound


def edges_of(v):
    """For each operand that is a node: the operand, the partial, and the error the table test allows it."""
    parents = (v.parent1,) if isinstance(v.operation, Unary) else (v.parent1, v.parent2)
    xs = [plain(x) for x in parents]
    for slot, x in enumerate(parents):
        if isinstance(x, Scalar):
            p = v.operation.partials[slot](plain(v), *xs)
            yield x, p, allowed(v.operation, xs, p, slot)


def plain(x):
    """The float inside a Scalar of a Dual."""
    while hasattr(x, "value"):
        x = x.value
    return x


def check(seed, exact=False):
    """Compare the gradients of one program.

    Where this package and autograd differ by more than the bound, mpmath decides which is wrong; if it is
    autograd, whose formulas round elsewhere, that counts as settled.

    exact: ask mpmath in any case
    """
    program = random_program(seed)
    ours, theirs, bounds = by_scalars(program), by_autograd(program), rounding(program).tolist()
    asked = exact or any(doubtful(ours, theirs, bounds))
    return compared(ours, theirs, by_mpmath(program) if asked else theirs, bounds)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    outcomes = ((seed, check(seed, exact=seed % 10 == 0)) for seed in range(count))
    sys.exit(long_run(count, outcomes, "autograd"))
