"""The table test: every row, on everything it runs on, against central differences and against mpmath.

How exact: one unit here is 2**-53, half of a last place; ``reference.allowed`` says what each row is held to.
Nothing of a domain is left out but where the truth is beyond the largest float.
"""

import math
import sys
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import reference as ref
from support.reference import UNIT, every_row

from backprop_nb import Dual, Scalar, Symbol

# Whether a draw is slow, or many are thrown away, depends on the machine and on chance: no reason to fail.
tolerant = partial(settings, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
rarely, often = partial(tolerant, max_examples=15), partial(tolerant, max_examples=50)


def assert_exact(got, truth, row, operands, slot=None):
    assert math.isfinite(got)
    assert abs(got - truth) <= ref.allowed(row, operands, truth, slot), f"{got!r} is not {float(truth)!r}"


def subnormal_base(row, operands):
    """pow: x^(y-1) overflows at a subnormal x although y·x^(y-1) need not; hypot itself has few digits."""
    if row.name in ("hypot", "arctan2"):
        return math.hypot(*operands) < 2.3e-308
    return row.name == "pow" and abs(operands[0]) < 2.3e-308


def same(a, b):
    return a == b or (a != a and b != b)


# What a row computes


@every_row
@often()
@given(data=st.data())
def test_the_value_on_floats_agrees_with_mpmath(row, data):
    operands = data.draw(ref.operands_of(row))
    truth = ref.value(row, operands)
    ref.fits_a_float(truth)
    assert_exact(row(*operands), truth, row, operands)


@every_row
@often()
@given(data=st.data())
def test_the_partials_agree_with_mpmath(row, data):
    operands = data.draw(ref.operands_of(row))
    ref.fits_a_float(ref.value(row, operands))
    out = row(*operands)
    for slot, formula in enumerate(row.partials):
        truth = ref.derivative(row, operands, slot)
        if truth is None:
            assert row.kink, f"{row.name} has a kink at {operands}, and its row does not say what is taken"
            assert not math.isnan(formula(out, *operands))
        elif abs(truth) < sys.float_info.max and not subnormal_base(row, operands):
            assert_exact(formula(out, *operands), truth, row, operands, slot)


@every_row
@often()
@given(data=st.data())
def test_the_partials_agree_with_central_differences(row, data):
    """Within what the difference may miss: truncation, seen from a second step, and rounding over a step."""
    operands = data.draw(ref.operands_of(row))
    reach = 100 if row.kink else 1e100  # on huge stairs no difference is fine enough
    assume(all(1 / reach < abs(x) < min(reach, 1e4) for x in operands))
    out = row_value(row)(operands)
    assume(abs(out) < 1e200)
    for slot, formula in enumerate(row.partials):
        step = 2.0**-17 * min([1.0, *map(abs, operands), *ref.distances(operands[slot], row.domain[slot])])
        if step < 4 * math.ulp(operands[slot]):
            continue  # so close to an edge that no float lies between
        near, far = slope(row, operands, slot, step, step), slope(row, operands, slot, 2 * step, 2 * step)
        left, right = slope(row, operands, slot, step, 0), slope(row, operands, slot, 0, step)
        bound = abs(near - far) + 8 * UNIT * (abs(out) + abs(near * operands[slot]) + 1e-280) / step
        # Beside a kink, or where the difference has lost its digits, it says nothing.
        if bound <= 1e-3 * max(1.0, abs(near)) and abs(left - right) <= 1e-2 * max(1.0, abs(near)):
            assert abs(near - formula(out, *operands)) <= bound


def row_value(row):
    def f(operands):
        try:
            return row(*operands)
        except OverflowError:
            return math.inf

    return f


def slope(row, operands, slot, left, right):
    """A difference quotient, over the step that the floats really took."""
    before, after = (tuple(x + s * (i == slot) for i, x in enumerate(operands)) for s in (-left, right))
    width = after[slot] - before[slot]
    return (row(*after) - row(*before)) / width if width else math.nan  # too near an edge for any difference


# What it runs on


@every_row
@often()
@given(data=st.data())
def test_an_array_gives_what_its_elements_give(row, data):
    points = data.draw(st.lists(ref.operands_of(row), min_size=1, max_size=4))
    truths = [ref.value(row, p) for p in points]
    ref.fits_a_float(*truths)
    columns = [np.array(column) for column in zip(*points, strict=True)]
    with np.errstate(all="ignore"):
        out = row(*columns)
        assert out.dtype == float
        assert out.shape == (len(points),)
        for got, truth in zip(out, truths, strict=True):
            assert abs(got - truth) <= 8 * UNIT * max(1.0, abs(truth))
        for formula in row.partials:
            partials = np.broadcast_to(formula(out, *columns), out.shape)
            for got, v, point in zip(partials, out.tolist(), points, strict=True):
                expected = number_or_none(formula, v, *point)
                if expected is not None and not subnormal_base(row, point):
                    assert same(got, expected) or abs(got - expected) <= 16 * UNIT * max(1.0, abs(expected))


def number_or_none(formula, *operands):
    """What a formula gives on floats; None where it refuses or overflows."""
    try:
        found = formula(*operands)
    except ArithmeticError:
        return None
    return found if math.isfinite(found) else None


@every_row
@rarely()
@given(data=st.data())
def test_float32_stays_float32(row, data):
    """The value and every gradient: of the type, and right to 8 of its own units."""
    number = st.floats(-30.0, 30.0, width=32) | st.floats(-2.0, 2.0, width=32)
    operands = [
        data.draw(number.filter(lambda x, d=d: abs(x) > 1e-6 and ref.in_domain(x, d))) for d in row.domain
    ]
    out, partials = expected_of(row, operands)
    assume(all(abs(x) < 1e37 for x in [out, *partials]))
    narrow = [np.float32(x) for x in operands]
    scalars = [Scalar(x) for x in narrow]
    root = row(*scalars)
    root.backward()
    for got in (row(*narrow), root.value):
        assert type(got) is np.float32
        assert abs(got - out) <= 8 * 2.0**-24 * max(1.0, abs(out))
    for x, p in zip(scalars, partials, strict=True):
        assert type(x.gradient) is np.float32
        units = 8 + abs(operands[1] * math.log(operands[0])) if row.name == "pow" else 8
        assert abs(x.gradient - p) <= units * 2.0**-24 * max(1.0, abs(p))


@every_row
@rarely()
@given(data=st.data())
def test_a_scalar_carries_the_value_and_gathers_the_partials(row, data):
    operands = data.draw(ref.operands_of(row))
    out, partials = expected_of(row, operands)
    nodes = [Scalar(x) for x in operands]
    root = row(*nodes)
    root.backward()
    assert root.value == out
    assert root.operation is row
    for node, p in zip(nodes, partials, strict=True):
        assert node.gradient == p
    if len(operands) == 2:
        for slot in (0, 1):  # the other one a plain number, for which no partial is asked
            beside = list(operands)
            x = beside[slot] = Scalar(operands[slot])
            root = row(*beside)
            root.backward()
            assert root.value == out
            assert x.gradient == partials[slot]


def expected_of(row, operands):
    """The value and the partials on floats, where all of them exist and are finite."""
    out = row_value(row)(operands)
    assume(math.isfinite(out))
    partials = [number_or_none(f, out, *operands) for f in row.partials]
    assume(None not in partials)
    return out, partials


@every_row
@rarely()
@given(data=st.data())
def test_a_dual_number_carries_the_tangent(row, data):
    operands = data.draw(ref.operands_of(row))
    out, partials = expected_of(row, operands)
    for slot, p in enumerate(partials):
        for rest in (lambda x: x, Dual):  # plain numbers beside it, or Duals that stand still
            dual = row(*(Dual(x, 1.0) if i == slot else rest(x) for i, x in enumerate(operands)))
            assert dual.value == out
            assert dual.tangent == p


@every_row
@rarely()
@given(data=st.data())
def test_symbols_give_expressions_that_evaluate_to_the_value_and_the_partials(row, data):
    operands = data.draw(ref.operands_of(row))
    assume(not subnormal_base(row, operands))
    assume(row.name != "sinc" or abs(operands[0]) > 0.32)  # nearer to 0 floats take the power series
    out, partials = expected_of(row, operands)
    unknowns, result = [Symbol(name) for name in "ab"[: len(operands)]], Symbol("out")
    values = dict(zip(unknowns, operands, strict=True)) | {result: out}
    assert same(ref.evaluated(row(*unknowns), values), out)
    for formula, p in zip(row.partials, partials, strict=True):
        expression = formula(result, *unknowns)
        assert same(ref.evaluated(expression, values), p)
        for text in (str(expression), getattr(expression, "latex", "")):
            assert ref.balanced(text)


@every_row
@rarely()
@given(data=st.data())
def test_the_complex_step_gives_the_partials(row, data):
    """f(x + ih) = f(x) + ih f'(x) for analytic f; where a row is not, it refuses complex numbers."""
    operands = data.draw(ref.operands_of(row))
    if row.complex is None:
        with pytest.raises(TypeError, match=f"{row.name}.*no meaning for complex"):
            row(*(complex(x, 1.0) for x in operands))
        return
    assume(all(1e-10 < abs(x) < 300 for x in operands))
    out, partials = expected_of(row, operands)
    assume(abs(out) < 1e150)
    for slot, p in enumerate(partials):
        step = 1e-60
        moved = row(*(complex(x, step) if i == slot else x for i, x in enumerate(operands)))
        assert abs(moved.imag / step - p) <= 2000 * UNIT * max(1.0, abs(p))
        assert abs(moved.real - out) <= 2000 * UNIT * max(1.0, abs(out))


@every_row
def test_a_nan_is_handed_on(row):
    """What goes wrong must show: maximum, relu and step are no hiding place."""
    for slot in range(len(row.partials)):
        other = 0.0 if row.name == "heaviside" else 1.5  # elsewhere the second operand counts for nothing
        operands = [math.nan if i == slot else other for i in range(len(row.partials))]
        with np.errstate(invalid="ignore"):
            assert math.isnan(row(*(np.array([x]) for x in operands))[0])
        assert math.isnan(row(*operands))


# A row that joins


def test_a_row_that_joins_the_table_is_tested_without_writing_a_test():
    """The tests above take it, too, and catch a partial that is off by 1e-12."""
    with ref.passing_rows():
        for test in ref.walking_the_table(globals()):
            test(row=ref.bell())
        with pytest.raises(AssertionError, match="is not"):
            test_the_partials_agree_with_mpmath(row=ref.bell(1e-12))
