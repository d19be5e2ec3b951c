"""The table test for arrays: every row of both tables on Tensors, against differences and another library.

A row says itself what it is tried on; ``array_reference`` knows what the other library calls it.
"""

import itertools
from inspect import signature

import numpy as np
import pytest
from support.array_cases import ALL, CASES, Trial, every_case, layouts, normal, operands, trials_of
from support.array_making import random_program
from support.array_programs import check, drawn
from support.array_reference import as_list
from support.reference import passing_rows, walking_the_table

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.structural import Structural
from backprop_nb.arrays.structural.row import at, data_of
from backprop_nb.core.primitives import Primitive

UNIT = 2.0**-53
ONE_OUTPUT = [case for case in ALL if case.row != "split"]


def values_of(outs):
    return [np.asarray(getattr(out, "value", out)) for out in as_list(outs)]


def cotangents_of(case, xs):
    return [normal(case, out.shape, i) for i, out in enumerate(values_of(case.run(*xs)))]


def directions_of(case, xs):
    return [normal(case, x.shape, 10 + i) for i, x in enumerate(xs)]


def pulled(case, xs, gs):
    """What this package pulls back to each operand from the cotangents of the outputs."""
    out, pull = bp.vjp(case.run, *xs)
    return pull(gs[0] if not isinstance(out, (list, tuple)) else type(out)(gs))


def weighed(case, gs):
    """⟨g, f⟩ as a function of the operands: one number."""

    def f(*xs):
        return sum(bp.sum(out * g) for out, g in zip(as_list(case.run(*xs)), gs, strict=True))

    return f


def close(got, truth, scale=1.0):
    """Right to some hundred units of the largest number about: sums of a few dozen terms."""
    largest = max(scale, float(np.max(np.abs(truth), initial=0.0)))
    assert np.shape(got) == np.shape(truth)
    np.testing.assert_allclose(got, truth, rtol=0, atol=500 * UNIT * largest)


def quotients(f, xs, slot, steps=(2.0**-17, 2.0**-16)):
    """Central differences of ``f`` by every element of one operand, and how far they can be trusted."""
    found = []
    for step in steps:
        slopes = np.zeros(xs[slot].shape)
        for i in np.ndindex(xs[slot].shape):
            ends = [xs[slot].copy(), xs[slot].copy()]
            ends[0][i] -= step
            ends[1][i] += step
            before, after = (f(*xs[:slot], end, *xs[slot + 1 :]) for end in ends)
            slopes[i] = (after - before) / (ends[1][i] - ends[0][i])
        found.append(slopes)
    near, far = found
    return near, np.max(np.abs(near - far), initial=0.0) + 2e-9 * (1 + np.max(np.abs(near), initial=0.0))


def number_along(f, vs):
    """⟨f(x), v⟩ for a function with several results, as a plain number."""
    return lambda *xs: sum(float(np.sum(s * v)) for s, v in zip(f(*xs), vs, strict=True))


# Every row has its cases


PUBLIC_ROWS = [name for name in (*Structural.table, *Primitive.table) if not name.startswith("_")]


@pytest.mark.parametrize("name", PUBLIC_ROWS)
def test_every_row_of_both_tables_has_a_case(name):
    assert CASES.get(name), f"no case: say in the row of {name}, by cases=, what it is to be tried on"


def test_no_two_cases_are_the_same():
    assert len({case.label for case in ALL}) == len(ALL)


@pytest.mark.parametrize("row", Structural.table.values(), ids=lambda row: row.name)
def test_a_row_goes_by_its_name_unless_it_begins_with_an_underscore(row):
    assert getattr(bp, row.name, None) is (None if row.name.startswith("_") else row)
    assert repr(row) == f"<primitive {row.name}>"
    assert row.__doc__
    assert len(row.rules) == len(row.words) == len(row.vjps)


def fliplr(scale=1.0):
    """A row that joins the table; NumPy, PyTorch and JAX know it by its name, its cases stand on it."""
    return Structural("fliplr", lambda x: ((x,), (1 - np.ndim(data_of(x)),)), lambda x, axis: np.fliplr(x),
                      lambda g, _out, _x, axis: g[at(axis, slice(None, None, -1))] * scale,
                      rules=r"\operatorname{{fliplr}}\left({g}\right)",
                      cases=[((2, 3),), ((2, 3, 2),), ((1, 1),), ((0, 2),)])  # fmt: skip


def test_a_row_that_joins_the_table_is_tested_without_writing_a_test(peer, monkeypatch):
    """The tests here, on the row's own cases, and random programs; a rule that is off is caught."""
    known = {"peer": peer, "layout": "notes"}
    monkeypatch.delitem(vars(bp), "fliplr", raising=False)  # a formula of that name, were it asked for before
    with passing_rows():
        row = fliplr()
        assert bp.fliplr is row
        for case, test in itertools.product(trials_of(row), walking_the_table(globals(), "case")):
            given = known | {"case": case}
            test(**{name: given[name] for name in signature(test).parameters})
        programs = (random_program(*recipe) for recipe in drawn(200, 1))
        using = [p for p in programs if "fliplr" in [step.name for step in p.instructions]]
        assert len(using) > 5
        assert not any(check(program).mismatches for program in using[:5])
    for wrong in (1 + 1e-9, -1.0):
        with passing_rows(), pytest.raises(AssertionError):
            test_values_and_gradients_agree_with_another_library(trials_of(fliplr(wrong))[0], peer)


# Values


@every_case
def test_the_value_on_tensors_is_the_value_on_arrays(case):
    xs = operands(case)
    plain, carried = as_list(case.run(*xs)), as_list(case.run(*map(Tensor, xs)))
    assert len(plain) == len(carried)
    for a, t in zip(plain, carried, strict=True):
        assert type(t) is Tensor
        assert not isinstance(a, Tensor)
        assert (t.shape, t.dtype) == (np.shape(a), float)
        close(t.value, a)


@every_case
def test_values_and_gradients_agree_with_another_library(case, peer):
    xs = operands(case)
    gs = cotangents_of(case, xs)
    values, slopes = peer.gradients(case.twin, xs, gs)
    for got, truth in zip(values_of(case.run(*map(Tensor, xs))), values, strict=True):
        close(got, truth)
    for got, truth in zip(pulled(case, xs, gs), slopes, strict=True):
        close(got, truth)


# Gradients


@every_case
def test_gradients_agree_with_central_differences(case):
    xs = operands(case)
    gs = cotangents_of(case, xs)

    def f(*xs):
        return sum(float(np.sum(out * g)) for out, g in zip(values_of(case.run(*xs)), gs, strict=True))

    for slot, got in enumerate(pulled(case, xs, gs)):
        truth, doubt = quotients(f, xs, slot)
        assert np.shape(got) == truth.shape
        assert np.max(np.abs(got - truth), initial=0.0) <= doubt
        assert doubt < 1e-3 * (1 + np.max(np.abs(truth), initial=0.0))


@every_case
def test_backward_fills_in_what_the_pullback_gives(case):
    xs = operands(case)
    gs = cotangents_of(case, xs)
    leaves = [Tensor(x) for x in xs]
    weighed(case, gs)(*leaves).backward()
    for leaf, truth in zip(leaves, pulled(case, xs, gs), strict=True):
        assert np.shape(leaf.gradient) == leaf.shape
        close(leaf.gradient, truth)


@every_case
def test_forward_and_back_agree_by_the_inner_product(case):
    """⟨g, J v⟩ = ⟨J'g, v⟩."""
    xs = operands(case)
    gs, vs = cotangents_of(case, xs), directions_of(case, xs)
    out, tangent = bp.jvp(case.run, tuple(xs), tuple(vs))
    slopes = pulled(case, xs, gs)
    for a, b, t in zip(values_of(out), values_of(case.run(*xs)), as_list(tangent), strict=True):
        close(a, b)
        assert np.shape(t) == b.shape
    terms = [np.sum(g * t) for g, t in zip(gs, as_list(tangent), strict=True)]
    terms_back = [np.sum(s * v) for s, v in zip(slopes, vs, strict=True)]
    scale = sum(np.sum(np.abs(s * v)) for s, v in zip(slopes, vs, strict=True))
    close(sum(terms), sum(terms_back), scale)


@pytest.mark.parametrize("case", ONE_OUTPUT, ids=lambda case: case.label)
@pytest.mark.parametrize("layout", ["notes", "usual"])
def test_a_stack_of_cotangents_gives_what_a_loop_over_them_gives(case, layout):
    xs = operands(case)
    outs = values_of(case.run(*xs))
    everything = tuple(range(len(xs)))
    found = bp.jacobian(case.run, *xs, argnums=everything, layout=layout)
    out, pull = bp.vjp(case.run, *xs)
    rows = [pull(one_hot(outs[0].shape, i)) for i in np.ndindex(outs[0].shape)]
    for slot, x in enumerate(xs):
        loop = np.array([row[slot] for row in rows]).reshape(np.shape(out) + x.shape)
        if layout == "notes":
            back = [*range(np.ndim(out), loop.ndim), *range(np.ndim(out))]
            loop = loop.transpose(back)
        close(found[slot], loop)


def one_hot(shape, i):
    g = np.zeros(shape)
    g[i] = 1.0
    return g


# Second order


@every_case
def test_hessian_vector_products_agree_with_differences_and_another_library(case, peer):
    xs = operands(case)
    gs, vs = cotangents_of(case, xs), directions_of(case, xs)
    everything = tuple(range(len(xs)))
    slopes = bp.grad(weighed(case, gs), argnums=everything)

    def along(*xs):
        return sum(bp.sum(s * v) for s, v in zip(slopes(*xs), vs, strict=True))

    found = bp.grad(along, argnums=everything)(*xs)
    for got, truth in zip(found, peer.second(case.twin, xs, gs, vs), strict=True):
        close(got, truth, 10.0)
    for slot, got in enumerate(found):
        truth, doubt = quotients(number_along(slopes, vs), xs, slot)
        assert np.max(np.abs(got - truth), initial=0.0) <= doubt


@every_case
def test_a_stack_of_cotangents_goes_through_the_second_sweep_too(case):
    """The Hessian, from one sweep with a stack, against forward mode through the gradient, by columns."""
    xs = operands(case)
    f, everything = weighed(case, cotangents_of(case, xs)), tuple(range(len(xs)))
    found = bp.hessian(f, *xs, argnums=everything)
    for slot, x in enumerate(xs):
        for place in np.ndindex(x.shape):
            along = [one_hot(y.shape, place) if i == slot else np.zeros(y.shape) for i, y in enumerate(xs)]
            _, column = bp.jvp(bp.grad(f, argnums=everything), tuple(xs), tuple(along))
            for rows, truth in zip(found, column, strict=True):
                close(np.asarray(rows[slot])[(..., *place)], truth, 10.0)


# What the operands may be


@every_case
def test_how_an_array_lies_in_memory_makes_no_difference(case):
    xs = operands(case)
    gs = cotangents_of(case, xs)
    truths = pulled(case, xs, gs)
    for lain in zip(*map(layouts, xs), strict=True):
        for out, truth in zip(values_of(case.run(*map(Tensor, lain))), values_of(case.run(*xs)), strict=True):
            close(out, truth)
        for seeds in zip(*map(layouts, gs), strict=True):
            for got, truth in zip(pulled(case, lain, seeds), truths, strict=True):
                close(got, truth)
    for one in () if case.row in ("inv", "solve", "logabsdet") else broadcasts(xs):  # overlapping memory
        pulled(case, one, gs)


def broadcasts(xs):
    """The operands once more as views of a single number each."""
    yield [np.broadcast_to(next(iter(x.flat), 0.5), x.shape) for x in xs]


@every_case
def test_float32_stays_float32(case):
    xs = operands(case)
    gs = cotangents_of(case, xs)
    wide = pulled(case, xs, gs)
    narrow = [Tensor(x.astype(np.float32)) for x in xs]
    outs = as_list(case.run(*narrow))
    total = sum(bp.sum(out * g.astype(np.float32)) for out, g in zip(outs, gs, strict=True))
    total.backward()
    assert {out.dtype for out in [*outs, total]} == {np.dtype(np.float32)}
    for x, truth in zip(narrow, wide, strict=True):
        assert x.gradient.dtype == np.float32
        near = 1e-5 * (1 + np.max(np.abs(truth), initial=0))
        np.testing.assert_allclose(x.gradient, truth, rtol=2e-4, atol=near)


@pytest.mark.parametrize("case", [c for c in ALL if len(c.shapes) > 1], ids=lambda case: case.label)
def test_beside_a_wider_array_each_gradient_keeps_its_own_type(case):
    xs = [x.astype(np.float32) if i == 0 else x for i, x in enumerate(operands(case))]
    slopes = bp.grad(weighed(case, cotangents_of(case, xs)), argnums=tuple(range(len(xs))))(*xs)
    assert [g.dtype for g in slopes] == [x.dtype for x in xs]


BINARY = [name for name, row in Primitive.table.items() if len(row.partials) == 2]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("shape", [(2, 3), ()])
def test_a_number_beside_a_tensor_does_not_change_its_type(name, shape, dtype, peer):
    """Python's numbers are weak, whole ones too; the other operand is differentiated as ever."""
    row, near = Primitive.table[name], 1e-6 if dtype == np.float32 else 1e-14
    x = np.resize(np.linspace(0.3, 1.7, 6), shape).astype(dtype)
    for constant, place in itertools.product((2.5, 3), (0, 1)):
        t = Tensor(x)
        out = row(t, constant) if place == 0 else row(constant, t)
        out.sum().backward()
        assert out.dtype == t.gradient.dtype == dtype
        pair = [x.astype(float), np.full(shape, float(constant))][:: 1 - 2 * place]
        values, slopes = peer.gradients(lambda library, a, b: library.row(name)(a, b), pair, [np.ones(shape)])
        np.testing.assert_allclose(out.value, values[0], rtol=near, atol=near)
        np.testing.assert_allclose(t.gradient, slopes[place], rtol=near, atol=near)


# Conventions, where there is no single derivative


def slopes_of(f, *xs):
    slopes = bp.grad(lambda *xs: bp.sum(f(*xs)), argnums=tuple(range(len(xs))))
    return [g.tolist() for g in slopes(*map(np.array, xs))]


@pytest.mark.parametrize("name", ["max", "min"])
def test_of_equal_elements_the_first_takes_the_whole_derivative(name):
    row = Structural.table[name]
    ties = [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    assert slopes_of(lambda x: row(x[0]), ties) == [[[1, 0, 0], [0, 0, 0]]]
    assert slopes_of(lambda x: row(x, axis=1), ties) == [[[1, 0, 0], [1, 0, 0]]]
    assert slopes_of(lambda x: row(x * 0.0 + 1.0 + (x - x), axis=0), ties) == [[[0, 0, 0], [0, 0, 0]]]
    assert slopes_of(lambda x: row(x, axis=(0, 1)), [[3.0, 3.0], [3.0, 3.0]]) == [[[1, 0], [0, 0]]]
    assert slopes_of(lambda x: row(x, axis=-2, keepdims=True), [[3.0, 3.0], [3.0, 3.0]]) == [[[1, 1], [0, 0]]]
    assert slopes_of(lambda x: row(x, axis=(-1, -3)), [[[3.0, 3.0]], [[3.0, 3.0]]]) == [[[[1, 0]], [[0, 0]]]]


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_of_two_equal_operands_the_first_takes_the_whole_derivative(name):
    row = Primitive.table[name]
    assert slopes_of(row, [1.0, 2.0], [1.0, 2.0]) == [[1, 1], [0, 0]]
    assert slopes_of(lambda x: row(x, 1.0), [1.0, 1.0]) == [[1, 1]]
    assert slopes_of(lambda x: row(1.0, x), [1.0, 1.0]) == [[0, 0]]


def test_equal_elements_that_are_sorted_keep_their_order():
    weights = np.array([1.0, 10.0, 100.0])
    assert slopes_of(lambda x: bp.sort(x) * weights, [2.0, 1.0, 1.0]) == [[100, 1, 10]]
    assert slopes_of(lambda x: bp.sort(x) * weights, [1.0, 1.0, 1.0]) == [[1, 10, 100]]


def test_at_0_norm_abs_relu_step_and_sign_have_the_derivative_0():
    for f in (bp.norm, bp.abs, bp.relu, bp.step, bp.sign):
        assert slopes_of(f, [0.0, 0.0]) == [[0, 0]]
    assert slopes_of(lambda x: bp.norm(x, axis=1), [[0.0, 0.0], [8.0, 0.0]]) == [[[0, 0], [1, 0]]]
    assert bp.hessian(bp.norm, np.zeros(2)).shape == (2, 2)


def test_where_all_are_equal_std_has_the_derivative_0():
    assert slopes_of(bp.std, [3.0]) == [[0]]
    assert slopes_of(lambda x: bp.std(x, axis=1), [[2.0, 2.0], [1.0, 3.0]]) == [[[0, 0], [-0.5, 0.5]]]


def test_clip_lets_through_what_lies_on_its_bounds():
    assert slopes_of(lambda x: bp.clip(x, -1.0, 1.0), [-2.0, -1.0, 0.0, 1.0, 2.0]) == [[0, 1, 1, 1, 0]]
    assert slopes_of(lambda x: bp.clip(x, 1.0, None), [0.0, 1.0, 2.0]) == [[0, 1, 1]]


@pytest.mark.parametrize(
    "zeros", [[0.0, 2.0, 3.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [[0.0, 2.0], [3.0, 4.0]]]
)
def test_a_product_with_zeros_has_all_its_derivatives(zeros, peer):
    """Not by division: the product of the others."""
    x = np.array(zeros)
    axis = -1 if x.ndim > 1 else None
    f = Trial("prod", (x.shape,), (), {"axis": axis})
    gs, v = cotangents_of(f, [x]), np.arange(1.0, x.size + 1).reshape(x.shape)
    _, slopes = peer.gradients(f.twin, [x], gs)
    close(pulled(f, [x], gs)[0], slopes[0])
    along = bp.grad(lambda x: bp.sum(bp.grad(weighed(f, gs))(x) * v))(x)
    close(along, peer.second(f.twin, [x], gs, [v])[0])


def test_powers_at_0_and_below():
    assert slopes_of(lambda x: x**2, [-3.0, 0.0]) == [[-6, 0]]
    assert slopes_of(lambda x: x**1, [0.0]) == [[1]]
    assert slopes_of(lambda x: x**0, [0.0, -2.0]) == [[0, 0]]
    assert bp.hessian(lambda x: bp.sum(x**2), np.zeros(2)).tolist() == [[2, 0], [0, 2]]


def test_what_is_far_away_counts_for_nothing_in_a_softmax():
    far = [0.0, -np.inf, -1e300]
    assert slopes_of(bp.logsumexp, far) == [[1, 0, 0]]
    assert bp.jacobian(bp.softmax, np.array(far)).tolist() == [[0, 0, 0]] * 3
    assert slopes_of(lambda x: bp.softmax_cross_entropy(x, np.array(0)), [1000.0, -1000.0]) == [[0, 0]]
