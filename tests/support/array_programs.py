"""Random programs over arrays and every row of both tables, and their gradients by three roads.

By this package; by PyTorch, or JAX, with derivatives of their own; and where these two differ by more than
rounding can explain, by mpmath as difference quotients with 80 digits or more.
``python tests/support/array_programs.py 100000`` makes the long run and says how it went.
"""

import itertools
import operator
import sys
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.core.operators import OPERATORS
from backprop_nb.core.primitives import Primitive
from support.array_edges import compare_at_edges
from support.array_making import Instruction, Program, edge_program, random_program, recipes, result, run
from support.array_reference import MISSING, other_library
from support.reference import (
    KEEP_ALL_DIGITS,
    MP,
    UNIT,
    compared,
    doubtful,
    long_run,
    mpmath_function,
    numpy_function,
    slope_at_0,
)

__all__ = ["by_library", "by_mpmath", "by_tensors", "check", "check_at_edges", "drawn", "rounding",
           "simplified"]  # fmt: skip

PYTHONS = {row.name: getattr(operator, name) for name, row in OPERATORS.items()}
NUMPYS = {"getitem": operator.getitem, "matmul": operator.matmul, "norm": np.linalg.norm,
          "inv": np.linalg.inv, "det": np.linalg.det, "solve": np.linalg.solve}  # fmt: skip


# Three roads to the gradient


def by_tensors(program):
    """This package: rows, Python's operators and NumPy's functions by turns."""
    leaves = [Tensor(x) for x in program.inputs]
    out = run(program, leaves, spelled)[-1]
    out.backward()
    return out.value, [x.gradient for x in leaves]


def spelled(name, position):
    row = getattr(bp, name)
    if name not in Primitive.table:
        ways = [row, NUMPYS.get(name) or getattr(np, name, row)]
    else:
        ways = [row, PYTHONS.get(name, row), numpy_function(row)]
    return ways[position % len(ways)]


def by_library(program):
    """PyTorch or JAX on the same program."""

    def f(library, *xs):
        return run(program, xs, lambda name, position: library.row(name), library.array)[-1]

    (value,), gradients = other_library().gradients(f, program.inputs, [np.ones(())])
    return value, gradients


def by_mpmath(program):
    """The truth: difference quotients of mpmath's functions on arrays of its numbers."""
    plain = simplified(program)

    def result(slot, place, step):
        inputs = [exact(x) for x in plain.inputs]
        inputs[slot][place] += step
        return one_exact(run(plain, inputs, exactly, exact)[-1].item())

    found = []
    for slot, x in enumerate(program.inputs):
        slopes = [slope_at_0(partial(result, slot, place)) for place in np.ndindex(x.shape)]
        found.append(np.array(slopes, object).reshape(x.shape))
    return found


def one_exact(x):
    return MP.mpf(x.item() if isinstance(x, np.generic) else x)


def exact(x):
    return np.asarray(np.frompyfunc(one_exact, 1, 1)(x), object)


def exactly(name, position):
    if name in Primitive.table:
        f = mpmath_function(Primitive.table[name])
        row = np.frompyfunc(lambda *xs: f(*map(one_exact, xs)), len(Primitive.table[name].partials), 1)
    else:
        row = NUMPYS.get(name) or getattr(np, name)
    return lambda *xs, **options: np.asarray(row(*xs, **options), object)


# How much of a difference is rounding

SUMS = set("sum mean cumsum trace matmul dot outer einsum prod cumprod".split())


def rounding(program):
    """The most that rounding can do to the result and to each derivative, to first order: (number, arrays).

    An operation may be off by some units of its result, a sum or product of n terms by 4 + n of the same
    without signs; so may what flows back through it. An error in a value reaches the gradient by a second
    derivative, d²f / dx dv, and an error in what flows back to a value v by dv / dx. The other library gives
    both: after every operation the program is nudged by v + p and f + ⟨q, v⟩, and the mixed derivatives
    ∂²/∂x∂p and ∂²/∂x∂q at 0 are those two. Operations made of several are written out first.
    """
    plain = simplified(program)
    values = run(plain, program.inputs, lambda name, position: getattr(bp, name))
    made = values[len(program.inputs) :]

    def f(library, xs, nudges):
        ps, qs = nudges[: len(made)], nudges[len(made) :]
        seen, total = list(xs), 0.0
        for instruction, p, q in zip(plain.instructions, ps, qs, strict=True):
            seen.append(result(instruction, seen, library.row(instruction.name), library.array) + p)
            total = total + (q * seen[-1]).sum()
        return seen[-1] + total

    zeros = [np.zeros(np.shape(v)) for v in made]
    adjoints, mixed = other_library().mixed(f, program.inputs, zeros + zeros)
    forward = [error_of(i, values, out) for i, out in zip(plain.instructions, made, strict=True)]
    back = errors_back(plain, values, made, adjoints[: len(made)])
    bounds = []
    for slot, x in enumerate(program.inputs):
        by_p, by_q = mixed[slot][: len(made)], mixed[slot][len(made) :]
        total = back[slot].reshape(-1).copy()
        for second, first, e, m in zip(by_p, by_q, forward, back[len(program.inputs) :], strict=True):
            total += np.abs(second).reshape(x.size, -1) @ e.reshape(-1)
            total += np.abs(first).reshape(x.size, -1) @ m.reshape(-1)
        bounds.append(total.reshape(x.shape))
    off = sum(float(np.sum(np.abs(a) * e)) for a, e in zip(adjoints, forward, strict=False))
    return off, bounds


def operands_of(instruction, values):
    return [values[x] if type(x) is int else np.asarray(x) for x in instruction.operands]


def error_of(instruction, values, out):
    """How far off the result of one operation may be, element by element."""
    xs = operands_of(instruction, values)
    if instruction.name in Primitive.table:
        return slack(instruction.name, xs, out)
    if instruction.name not in SUMS:
        return np.zeros(np.shape(out))  # moved as they are
    alone = Instruction(instruction.name, tuple(range(len(xs))), instruction.rest, instruction.options)
    return UNIT * units(xs, out) * np.asarray(result(alone, list(map(np.abs, xs)), getattr(bp, alone.name)))


def units(xs, out):
    return 4 + max(np.size(x) for x in (*xs, out))


def slack(name, xs, truth):
    """8 units of the truth, four last places; of 1 at least where a row's formula may cancel."""
    size = np.abs(np.asarray(truth, float))
    if name == "pow":
        return (8 + np.abs(xs[1] * np.log(xs[0]))) * UNIT * size
    return 8 * UNIT * (size if name in KEEP_ALL_DIGITS else np.maximum(1.0, size))


def errors_back(program, values, made, adjoints):
    """How far off what flows back to each value may be."""
    errors = [np.zeros(np.shape(v)) for v in values]
    uses = Counter(x for instruction in program.instructions for x in instruction.operands if type(x) is int)
    for instruction, out, g in zip(program.instructions, made, adjoints, strict=True):
        xs = operands_of(instruction, values)
        back = by_elements(instruction, xs, out, np.abs(g)) or by_another(instruction, xs, np.abs(g))
        for number, (flow, error) in zip(instruction.operands, back, strict=True):
            if type(number) is int:
                errors[number] += error + UNIT * (units(xs, out) + uses[number]) * flow
    return errors


def by_elements(instruction, xs, out, g):
    """For each operand of an elementwise row: what flows back, without signs, and the partials' error."""
    found, row = [], Primitive.table.get(instruction.name)
    for slot, x in enumerate(xs if row else ()):
        partial = np.abs(row.partials[slot](out, *xs))
        terms = g * partial, g * slack(row.name, xs, partial)
        found.append([folded(t, np.shape(x)) for t in terms])
    return found


def by_another(instruction, xs, g):
    """The same for a structural row, whose partials are copies of its operands."""
    alone = Instruction(instruction.name, tuple(range(len(xs))), instruction.rest, instruction.options)
    xs = list(map(np.abs, xs)) if alone.name in SUMS else xs
    peer = other_library()
    _, flows = peer.gradients(lambda _, *ts: result(alone, ts, peer.row(alone.name)), xs, [g])
    return [(flow, 0.0) for flow in flows]


def folded(a, shape):
    """The sum over what broadcasting copied."""
    a = a.sum(axis=tuple(range(a.ndim - len(shape))))
    return a.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


# Operations made of several, written out


class Simpler(list):
    """Instructions, written one by one; each returns the number of its value."""

    def __init__(self, program):
        self.values = run(program, program.inputs, lambda name, position: getattr(bp, name))
        self.count = len(program.inputs)

    def __call__(self, name, *operands, rest=(), **options):
        self.append(Instruction(name, operands, rest, options))
        self.count += 1
        return self.count - 1


def simplified(program):
    """The same program with each operation that is made of several written out."""
    write = Simpler(program)
    places = list(range(len(program.inputs)))
    for name, operands, rest, options in program.instructions:
        numbers = [places[x] if type(x) is int else x for x in operands]
        if name in WRITTEN_OUT:
            value = write.values[operands[0]]
            places.append(WRITTEN_OUT[name](write, numbers[0], value, *numbers[1:], *rest, **options))
        else:
            places.append(write(name, *numbers, rest=rest, **options))
    return Program(program.inputs, tuple(write))


def softmax(write, x, value, axis=-1):
    powers = write("exp", write("sub", x, np.max(value, axis=axis, keepdims=True)))
    return write("div", powers, write("sum", powers, axis=axis, keepdims=True))


def logsumexp(write, x, value, axis=None, keepdims=False):
    largest = np.max(value, axis=axis, keepdims=True)
    powers = write("exp", write("sub", x, largest))
    total = write("log", write("sum", powers, axis=axis, keepdims=keepdims))
    return write("add", total, largest if keepdims else largest.reshape(np.max(value, axis=axis).shape))


def softmax_cross_entropy(write, x, value, labels):
    n = value.shape[-1]
    rows = (np.arange(labels.size), labels.reshape(-1))
    chosen = write("getitem", write("reshape", x, rest=((labels.size, n),)), rest=(rows,))
    totals = write("ravel", logsumexp(write, x, value, axis=-1))
    return write("mean", write("sub", totals, chosen))


def var(write, x, value, axis=None, keepdims=False, ddof=0):
    """The mean of (x - mean) times (x - a number that happens to be the mean): var, and its derivatives too.

    In the first factor the middle is added and taken off again, twice: x - mean is no more exact than x.
    By the second factor that reaches the gradient as it does when the rule is 2 (x - mean) / n.
    """
    middle = np.mean(value, axis=axis, keepdims=True)
    off = write("sub", x, write("mean", x, axis=axis, keepdims=True))
    for _ in range(2):
        off = write("sub", write("add", off, middle), middle)
    out = write("mean", write("mul", off, write("sub", x, middle)), axis=axis, keepdims=keepdims)
    n = value.size / middle.size
    return write("mul", out, n / (n - ddof)) if ddof else out


def norm(write, x, value, axis=None, keepdims=False):
    return write("sqrt", write("sum", write("square", x), axis=axis, keepdims=keepdims))


def std(write, x, value, axis=None, keepdims=False, ddof=0):
    return write("sqrt", var(write, x, value, axis, keepdims, ddof))


def det(write, x, value):
    """By the elements of the first row and their minors."""
    n, total = value.shape[-1], None
    if n == 1:
        return write("getitem", x, rest=((..., 0, 0),))
    for j in range(n):
        first = write("getitem", x, rest=((..., 0, j),))
        term = write("mul", first, minor(write, x, value, 0, j))
        total = term if total is None else write("sub" if j % 2 else "add", total, term)
    return total


def minor(write, x, value, i, j):
    """The determinant without one row and one column; 1 for a matrix of one number."""
    rows, columns = ([k for k in range(value.shape[-1]) if k != left_out] for left_out in (i, j))
    if not rows:
        return np.ones(value.shape[:-2])
    index = (..., np.array(rows)[:, None], np.array(columns))
    return det(write, write("getitem", x, rest=(index,)), value[index])


def inv(write, x, value):
    """The minors with alternating signs, transposed, over the determinant."""
    n = value.shape[-1]
    minors = [minor(write, x, value, i, j) for j in range(n) for i in range(n)]
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    every = write("reshape", write("stack", *minors, axis=-1), rest=(value.shape,))
    whole = write("expand_dims", det(write, x, value), rest=((-1, -2),))
    return write("div", write("mul", every, signs), whole)


def solve(write, x, value, y):
    return write("matmul", inv(write, x, value), y)


def logabsdet(write, x, value):
    return write("log", write("abs", det(write, x, value)))


WRITTEN_OUT = {f.__name__: f for f in (
    softmax, logsumexp, softmax_cross_entropy, var, norm, std, det, inv, solve, logabsdet)}  # fmt: skip


# The comparison


def check(program, exact=False):
    """Compare the result and the gradients of one program.

    Where all of them agree to 4 units, which the last rounding alone may take, no bound is computed. Where
    this package and the other library differ by more than the bound, mpmath decides which is wrong; if it
    is the other library, that counts as settled.

    exact: ask mpmath in any case
    """
    (value, ours), (other, theirs) = by_tensors(program), by_library(program)
    pairs = list(zip([np.asarray(value), *ours], [other, *theirs], strict=True))
    assert all(a.shape == b.shape for a, b in pairs)
    if not exact and all(np.all(np.abs(a - b) <= 4 * UNIT * np.abs(b)) for a, b in pairs):
        return compared([], [], [], [])
    off, bounds = rounding(program)
    limits = [np.asarray(off), *bounds]
    ours, theirs = zip(*pairs, strict=True)
    asked = exact or any(map(np.any, doubtful(ours, theirs, limits)))
    truths = [value_by_mpmath(program), *by_mpmath(program)] if asked else theirs
    return compared(ours, theirs, truths, limits, first=-1)


def check_at_edges(program):
    """Compare a program whose numbers may be nan, infinite or equal; None where this package refuses it."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compare_at_edges(program, by_tensors(program))
        except (ValueError, ArithmeticError) as error:
            if not hasattr(error, "operation"):  # said in words, by a row of the table
                raise


def value_by_mpmath(program):
    with MP.workdps(80):
        plain = simplified(program)
        return run(plain, [exact(x) for x in plain.inputs], exactly, exact)[-1]


def drawn(count, number):
    """``count`` different recipes of programs; the same ones for the same number."""
    found = {}

    @seed(number)
    @settings(max_examples=2 * count, database=None, deadline=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate])  # fmt: skip
    @given(recipes())
    def each(recipe):
        found[recipe] = None

    each()
    return list(found)[:count]


def stream(count, batch=1000):
    """Recipes by the batch, ``count`` in all."""
    for number in itertools.count():
        found = drawn(batch, number)[:count]
        yield found
        count -= len(found)
        if not count:
            return


def check_either(i, recipe):
    """Every other program of the long run is one of the edges."""
    if i % 2:
        return check_at_edges(edge_program(*recipe)) or compared([], [], [], [])
    return check(random_program(*recipe), exact=i % 100 == 0)


if __name__ == "__main__":
    if other_library() is None:
        raise SystemExit(MISSING)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    made = (recipe for recipes_now in stream(count) for recipe in recipes_now)
    outcomes = ((r, check_either(i, r)) for i, r in enumerate(made))
    sys.exit(long_run(count, outcomes, other_library().library))
