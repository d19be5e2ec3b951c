"""No gradient shares memory with anything, and nothing handed in is written to: attempts to break that."""

import itertools
from collections import namedtuple

import numpy as np
import pytest
from support.array_cases import every_case, operands
from support.array_reference import as_list

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.core.primitives import Primitive

Pair = namedtuple("Pair", "w b")


def array(shape=(3, 3), seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2.0, shape)


def apart(arrays):
    """No two of these arrays share memory, and each one may be written to."""
    for a, b in itertools.combinations(arrays, 2):
        assert not np.shares_memory(a, b)
    assert all(a.flags.writeable for a in arrays)


def fixed(x):
    """A read-only copy."""
    x = np.array(x)
    x.flags.writeable = False
    return x


def arrays_in(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [a for x in tree for a in arrays_in(x)] if isinstance(tree, (list, tuple)) else [tree]


def doubled(x):
    return x + x


# Functions that tempt a sweep to hand on one array twice; each takes two arrays of 3×3

TEMPTING = {
    "identity": lambda x, y: x, "twice the same": lambda x, y: x + x, "sum of two": lambda x, y: x + y,
    "difference": lambda x, y: x - y, "reshape": lambda x, y: x.reshape(9),
    "reshape to itself": lambda x, y: x.reshape(3, 3), "ravel": lambda x, y: bp.ravel(x),
    "transpose": lambda x, y: x.T, "transpose twice": lambda x, y: x.T.T,
    "transpose in the same order": lambda x, y: bp.transpose(x, (0, 1)),
    "swapaxes of one axis": lambda x, y: x.swapaxes(1, 1),
    "expand and squeeze": lambda x, y: bp.squeeze(bp.expand_dims(x, 0)),
    "squeeze nothing": lambda x, y: bp.squeeze(x), "broadcast": lambda x, y: bp.broadcast_to(x, (2, 3, 3)),
    "broadcast to itself": lambda x, y: bp.broadcast_to(x, (3, 3)), "sum": lambda x, y: bp.sum(x),
    "sum over no axis": lambda x, y: bp.sum(x, axis=()), "mean": lambda x, y: bp.mean(x, 0),
    "cumsum": lambda x, y: bp.cumsum(x, 0), "all of it": lambda x, y: x[...],
    "a slice of all": lambda x, y: x[:], "a slice": lambda x, y: x[1:], "reversed": lambda x, y: x[::-1],
    "repeated": lambda x, y: x[[0, 0, 1]], "diagonal": lambda x, y: bp.einsum("ii->i", x),
    "concatenate": lambda x, y: bp.concatenate([x, y]), "concatenate one": lambda x, y: bp.concatenate([x]),
    "concatenate the same": lambda x, y: bp.concatenate([x, x]),
    "stack the same": lambda x, y: bp.stack([x, x, y]),
    "split and put together": lambda x, y: bp.concatenate(bp.split(x, 3)),
    "where": lambda x, y: bp.where(np.eye(3, dtype=bool), x, y),
    "where of one": lambda x, y: bp.where(np.ones((3, 3), bool), x, x),
    "clip nothing": lambda x, y: bp.clip(x, -10, 10), "pad nothing": lambda x, y: bp.pad(x, 0),
    "max": lambda x, y: bp.max(x, 0), "sort": lambda x, y: bp.sort(x),
    "fan-out": lambda x, y: (x + y) + (x - y) + (x + y),
    "fan-out of a fan-out": lambda x, y: doubled(doubled(x + y)), "one times": lambda x, y: 1.0 * x * 1.0,
    "plus nothing": lambda x, y: x + 0.0, "twice negative": lambda x, y: bp.neg(-x),
    "product": lambda x, y: x * y, "square": lambda x, y: x * x,
    "exp, whose slope is its value": lambda x, y: bp.exp(x) * y, "sqrt": lambda x, y: bp.sqrt(x) + y,
    "matmul": lambda x, y: x @ y, "matmul with itself": lambda x, y: x @ x,
    "with the identity": lambda x, y: x @ np.eye(3), "chain": lambda x, y: bp.tanh(bp.relu(x + y) * y + y),
    "bias": lambda x, y: x @ y + y[0] + x[:, :1], "an input that is not used": lambda x, y: y,
}  # fmt: skip
tempting = pytest.mark.parametrize("f", TEMPTING.values(), ids=TEMPTING)


@tempting
def test_backward_shares_no_memory_and_writes_to_nothing(f):
    given = [fixed(array(seed=i)) for i in range(2)]
    before = [x.tobytes() for x in given]
    x, y = map(Tensor, given)
    middle, other = x * 1.0, y + 0.0
    out = f(middle, other)
    seed = fixed(array(out.shape, 2))
    out.backward(seed)
    nodes = [t for t in (x, y, middle, other) if t.gradient is not None]
    nodes += [] if any(out is t for t in nodes) else [out]
    gradients = [np.asarray(t.gradient) for t in nodes]
    apart(gradients)
    for g, a in itertools.product(gradients, (*given, seed, *(np.asarray(t.value) for t in nodes))):
        assert not np.shares_memory(g, a)
    assert [a.tobytes() for a in given] == before


@tempting
def test_a_pullback_shares_no_memory_and_can_be_used_again(f):
    given = [fixed(array(seed=i)) for i in range(2)]
    out, pull = bp.vjp(f, *given)
    seed = fixed(array(np.shape(out), 2))
    first = pull(seed)
    copies = [np.array(g) for g in first]
    apart(first)
    for g, a in itertools.product(first, (*given, seed, np.asarray(out))):
        assert not np.shares_memory(g, a)
    for g in first:
        g[...] = np.nan
    for g, expected in zip(pull(seed), copies, strict=True):
        np.testing.assert_array_equal(g, expected)


@tempting
def test_writing_over_a_gradient_changes_no_later_sweep(f):
    x, y = (Tensor(array(seed=i)) for i in range(2))
    out = bp.sum(f(x * 1.0, y * 1.0) * 1.0)
    out.backward()
    expected = [np.zeros(t.shape) if t.gradient is None else t.gradient.copy() for t in (x, y)]
    for t in (x, y, out):
        if t.gradient is not None:
            t.gradient[...] = np.nan
    out.backward()
    for t, g in zip((x, y), expected, strict=True):
        np.testing.assert_array_equal(np.zeros(t.shape) if t.gradient is None else t.gradient, g)


@tempting
def test_jacobians_and_tangents_share_no_memory(f):
    given = [fixed(array(seed=i)) for i in range(2)]
    directions = [fixed(array(seed=i)) for i in (5, 6)]
    apart(bp.jacobian(f, *given, argnums=(0, 1)))
    out, tangent = bp.jvp(f, tuple(given), tuple(directions))
    for a in (*given, *directions, out):
        assert not np.shares_memory(tangent, a)


@every_case
def test_no_operation_writes_to_its_operands_or_hands_them_back(case):
    """Every row: the same bytes before and after, gradients apart from operands, seeds and each other."""
    given = [fixed(x) for x in operands(case)]
    before = [x.tobytes() for x in given]
    tensors = [Tensor(x) for x in given]
    outs = as_list(case.run(*tensors))
    seeds = [fixed(np.ones(out.shape)) for out in outs]
    for out, seed in zip(outs, seeds, strict=True):
        out.backward(seed)
        gradients = [np.asarray(t.gradient) for t in tensors if t.gradient is not None]
        apart(gradients)
        for g, a in itertools.product(gradients, (*given, *seeds, *(np.asarray(o.value) for o in outs))):
            assert not np.shares_memory(g, a)
    _, pull = bp.vjp(case.run, *given)
    slopes = pull(type(outs)(seeds) if case.row == "split" else seeds[0])
    apart([g for g in slopes if isinstance(g, np.ndarray)])
    assert [x.tobytes() for x in given] == before


# The same array given twice


@pytest.mark.parametrize(
    "f", [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x @ y, lambda x, y: bp.stack([x, y])]
)
def test_one_array_given_as_two_arguments_is_two_arguments(f):
    x = fixed(array())
    together = bp.grad(lambda x, y: bp.sum(f(x, y) * 2), argnums=(0, 1))(x, x)
    apart_given = bp.grad(lambda x, y: bp.sum(f(x, y) * 2), argnums=(0, 1))(x, x.copy())
    apart(together)
    for a, b in zip(together, apart_given, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "tree",
    [
        lambda x: (x, x), lambda x: [x, x, x], lambda x: {"w": x, "b": x}, lambda x: Pair(x, x),
        lambda x: {"layers": [(x, x), {"w": x}], "last": x}, lambda x: (x, x.T, x[:], x.reshape(9)),
        lambda x: [x, x[0], x[0, 0]],
    ],
)  # fmt: skip
def test_containers_that_hold_one_array_twice_get_a_gradient_for_each_place(tree):
    x = fixed(array())
    before = x.tobytes()

    def f(parameters):
        return sum(bp.sum(leaf * (i + 1)) for i, leaf in enumerate(arrays_in(parameters)))

    given = tree(x)
    gradients = bp.grad(f)(given)
    assert type(gradients) is type(given)
    leaves = arrays_in(gradients)
    for i, (g, a) in enumerate(zip(leaves, arrays_in(given), strict=True)):
        np.testing.assert_array_equal(g, np.full(np.shape(a), i + 1.0))
    apart([g for g in leaves if isinstance(g, np.ndarray)])
    assert not any(np.shares_memory(g, x) for g in leaves)
    assert x.tobytes() == before


def test_two_tensors_of_one_array_or_of_views_of_it_have_gradients_apart():
    x = fixed(array())
    for a, b in ((Tensor(x), Tensor(x)), (Tensor(x), Tensor(x.T))):
        (a * b).sum().backward()
        apart([a.gradient, b.gradient])
        np.testing.assert_array_equal(a.gradient, b.value)


def test_a_value_handed_out_by_a_transform_may_be_written_over():
    x = array()
    out, pull = bp.vjp(lambda x: bp.exp(x) * 1.0, x)
    out[...] = 0.0
    np.testing.assert_allclose(pull(np.ones((3, 3)))[0], np.exp(x))
    value, slopes = bp.value_and_grad(bp.sum)(x)
    slopes[...] = np.nan
    assert value == x.sum()


def test_one_output_given_back_twice_takes_both_cotangents():
    x = fixed(array())
    _, pull = bp.vjp(lambda x: (x, x, x * 1.0), x)
    one, two = fixed(np.full((3, 3), 2.0)), fixed(np.full((3, 3), 3.0))
    (g,) = pull((one, two, one))
    np.testing.assert_array_equal(g, 7.0)
    assert not np.shares_memory(g, one)
    (g,) = pull((one, one, one))
    np.testing.assert_array_equal(g, 6.0)


def test_accumulating_does_not_write_into_the_gradient_that_was_there():
    x = Tensor(array())
    out = x.sum()
    out.backward()
    kept = x.gradient
    out.backward(accumulate=True)
    np.testing.assert_array_equal(kept, 1)
    np.testing.assert_array_equal(x.gradient, 2)


def test_a_gradient_handed_in_as_a_seed_stays_as_it_is():
    x = Tensor(array())
    (x * x).sum().backward()
    seed = x.gradient
    before = seed.tobytes()
    y = Tensor(array(seed=3))
    (y + 0.0).backward(seed)
    assert seed.tobytes() == before
    assert not np.shares_memory(seed, y.gradient)


def test_inputs_of_a_random_graph_are_never_written_to():
    """Sums that are collected in place: fan-out everywhere, each node used several times."""
    rng = np.random.default_rng(0)
    for _ in range(100):
        given = [fixed(rng.uniform(0.5, 1.5, (2, 2))) for _ in range(3)]
        before = [x.tobytes() for x in given]
        nodes = [Tensor(x) for x in given]
        for _ in range(12):
            i, j = rng.integers(0, len(nodes), 2)
            a, b = nodes[i], nodes[j]
            step = rng.integers(0, 7)
            made = [a + b, a - b, a.T, a.reshape(2, 2), b * 0.5, a + a, bp.concatenate([a[:1], b[1:]])]
            nodes.append(made[step])
        out = sum(node.sum() for node in nodes)
        values = [node.value.tobytes() for node in nodes]
        out.backward()
        apart([node.gradient for node in nodes])
        first = [node.gradient.copy() for node in nodes]
        out.backward()
        for node, expected in zip(nodes, first, strict=True):
            np.testing.assert_array_equal(node.gradient, expected)
        assert [x.tobytes() for x in given] == before
        assert [node.value.tobytes() for node in nodes] == values


# Large arrays, where the sweep walks in strips and takes memory again: the same as in small pieces

SIZE = 2**17 + 4099  # no whole number of strips
ROWS = list(Primitive.table.values())


def large(row, dtype, lain):
    """Operands inside the domains, in one of several layouts of memory, read-only."""
    chance, xs = np.random.default_rng(0), []
    for domain in row.domain:
        low, high = max(-1.5, domain.low + 0.2), min(1.5, domain.high - 0.2)
        x = chance.uniform(low, high, 2 * SIZE).astype(dtype)
        x[np.abs(x) < 0.05] = 0.3
        x = {"whole": x[:SIZE], "every second": x[::2], "backwards": x[:SIZE][::-1]}[lain]
        xs.append(x)
    for x in xs:
        x.flags.writeable = False
    return xs


def in_pieces(f, xs, seed):
    """Gradients piece by piece, each too small for strips."""
    ends = [*range(0, SIZE, 30_011), SIZE]
    parts = [bp.vjp(f, *(x[a:b] for x in xs))[1](seed[a:b]) for a, b in itertools.pairwise(ends)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


@pytest.mark.parametrize("lain", ["whole", "every second", "backwards"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_large_arrays_give_what_small_ones_give(row, dtype, lain):
    xs = large(row, dtype, lain)
    before = [x.tobytes() for x in xs]

    def f(*xs):
        middle = row(*(x * 1.0 for x in xs))
        return middle * middle * 0.5 + middle - xs[0]

    for seed in (np.random.default_rng(1).normal(size=SIZE).astype(dtype), np.broadcast_to(dtype(0.5), SIZE)):
        out, pull = bp.vjp(f, *xs)
        found, kept = pull(seed), np.array(seed)
        again = pull(seed)
        near = 1e-5 if dtype == np.float32 else 1e-13
        for a, b, expected in zip(found, again, in_pieces(f, xs, seed), strict=True):
            np.testing.assert_allclose(a, expected, rtol=near, atol=near)
            np.testing.assert_array_equal(a, b)
            assert a.dtype == dtype
        apart([*found, *again])
        np.testing.assert_array_equal(seed, kept)
        np.testing.assert_array_equal(out, f(*xs))
    assert [x.tobytes() for x in xs] == before


def test_large_matrices_of_all_layouts_give_what_small_ones_give():
    """Broadcasting, transposes, sums and fan-out above the size of a strip."""
    chance = np.random.default_rng(2)
    w, b, x = chance.normal(size=(400, 400)), chance.normal(size=400), chance.normal(size=(400, 400))

    def f(w, b, x):
        h = bp.tanh(x * w.T + b)
        h = h * bp.sigmoid(h) + bp.exp(-h * h) * h.T
        return bp.sum(h * x[::-1], axis=1) / bp.sqrt(1 + bp.sum(h * h, axis=1))

    for given in ((w, b, x), (w.T, b[::-1], np.asfortranarray(x))):
        seed = chance.normal(size=400)
        found = bp.vjp(f, *given)[1](seed)
        rng = np.random.default_rng(3)
        for slot, (x0, g) in enumerate(zip(given, found, strict=True)):
            v, h = rng.normal(size=x0.shape), 1e-6
            ends = [f(*given[:slot], x0 + s * h * v, *given[slot + 1 :]) @ seed for s in (1, -1)]
            assert np.sum(g * v) == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-6)
        leaves = [Tensor(a) for a in given]
        f(*leaves).backward(seed)
        for leaf, g in zip(leaves, found, strict=True):
            np.testing.assert_allclose(leaf.gradient, g, rtol=1e-12, atol=1e-12)
