"""NumPy as learners write it: a list of calls, each right in value and gradient, or refused with a way on."""

import re
import warnings

import numpy as np
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb import Tensor
from backprop_nb.arrays.trees import flatten

LINES = (PROJECT / "tests" / "support" / "numpy_calls.txt").read_text(encoding="utf-8").splitlines()
CALLS = [line.partition("  # ")[::2] for line in LINES if line and not line.startswith("#")]
RIGHT, REFUSED = ([call for call in CALLS if bool(call[1]) is refused] for refused in (False, True))
NEEDS = {"asin": "2.0", "unstack": "2.1", "cumulative": "2.1", "trapezoid": "2.0"}

chance = np.random.default_rng(13)
GIVEN = {
    "x": chance.permutation(np.linspace(-1.83, 2.17, 6)).reshape(2, 3), "y": chance.normal(size=(2, 3)),
    "v": np.array([0.7, -1.2, 1.9]), "w": np.array([-0.4, 1.3, 0.6]), "s": np.array(0.65),
    "m": np.array([[2.1, 0.3, -0.4], [0.6, 1.7, 0.5], [-0.2, 0.8, 2.6]]),
    "p": chance.uniform(0.4, 1.8, (2, 3)), "u": chance.uniform(-0.8, 0.8, (2, 3)),
}  # fmt: skip
PLAIN = {"mask": np.array([[True, False, True], [False, True, True]]), "i": np.array([2, 0, 2]), "np": np}


def evaluated(text, given, **names):
    """What a call gives: a list of its results, and which of them may carry a derivative."""
    with warnings.catch_warnings():
        for kind in (DeprecationWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", kind)
        found = eval(text, PLAIN | given | names)
    return flatten(found)[0]


def number(text, given, **names):
    """The results weighed and summed, with weights that depend on their places alone."""
    total = 0.0
    for k, out in enumerate(evaluated(text, given, **names)):
        if getattr(out, "dtype", np.dtype(int)).kind == "f":
            weights = np.cos(1.0 + k + np.arange(np.size(getattr(out, "value", out)))).reshape(np.shape(out))
            total = total + (out * weights).sum()
    return total


def gradients_by_differences(text, names, step=1e-6):
    found = []
    for name in names:
        slopes = np.zeros(GIVEN[name].shape)
        for at in np.ndindex(slopes.shape):
            ends = [GIVEN[name].copy() for _ in range(2)]
            ends[0][at] -= step
            ends[1][at] += step
            before, after = (number(text, GIVEN | {name: end}) for end in ends)
            slopes[at] = (after - before) / (2 * step)
        found.append(slopes)
    return found


@pytest.mark.parametrize("text", [text for text, _ in RIGHT])
def test_a_call_gives_numpys_value_and_the_gradient_of_differences(text):
    names = [name for name in GIVEN if re.search(rf"\b{name}\b", text)]
    leaves = {name: Tensor(GIVEN[name]) for name in names}
    ours, truths = evaluated(text, GIVEN | leaves), evaluated(text, GIVEN)
    assert len(ours) == len(truths)
    for out, truth in zip(ours, truths, strict=True):
        got = out.value if hasattr(out, "node") else out
        assert np.shape(got) == np.shape(truth)
        if not isinstance(truth, np.dtype | bytes):
            np.testing.assert_allclose(got, truth, rtol=1e-12, atol=1e-12)
    slopes = bp.grad(lambda *xs: number(text, GIVEN | dict(zip(names, xs, strict=True))) + 0.0 * xs[0].sum(),
                     argnums=tuple(range(len(names))))(*(GIVEN[name] for name in names))  # fmt: skip
    for got, truth in zip(slopes, gradients_by_differences(text, names), strict=True):
        np.testing.assert_allclose(got, truth, rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_a_call_without_a_rule_says_what_to_write(text, words):
    with pytest.raises((TypeError, ValueError, AttributeError), match=re.escape(words.strip())) as caught:
        evaluated(text, {name: Tensor(x) for name, x in GIVEN.items()})
    assert len(str(caught.value)) < 420


def test_of_359_calls_and_more_at_least_300_work():
    assert len({text for text, _ in CALLS}) == len(CALLS) >= 359
    assert len(RIGHT) >= 300


# Lists, whole numbers, single numbers of a graph

ON_VECTORS = {
    "softmax": bp.softmax, "log_softmax": bp.log_softmax, "logsumexp": bp.logsumexp, "var": bp.var,
    "std": bp.std, "norm": bp.norm, "norm 1": lambda x: bp.norm(x, 1), "mean": bp.mean,
    "median": bp.median, "diff": bp.diff,
    "cumprod": bp.cumprod, "flip": bp.flip, "average": lambda x: bp.average(x, weights=[1.0, 2.0, 3.0]),
    "trapezoid": bp.trapezoid,
}  # fmt: skip


@pytest.mark.parametrize("f", ON_VECTORS.values(), ids=ON_VECTORS)
def test_lists_whole_numbers_and_scalars_give_what_an_array_of_floats_gives(f):
    plain = np.array([1.0, 4.0, 2.0])
    value = f(plain)
    for x in ([1, 4, 2], (1.0, 4, 2), np.array([1, 4, 2]), np.array([1, 4, 2], np.uint8)):
        np.testing.assert_allclose(f(x), value, rtol=1e-15)
    weights = np.arange(1.0, 1 + np.size(value)).reshape(np.shape(value))
    scalars = [bp.Scalar(x) for x in plain]
    out = f(scalars) * weights
    (out.sum() if np.size(value) > 1 else out).backward()
    slopes = bp.grad(lambda x: bp.sum(f(x) * weights))(plain)
    np.testing.assert_allclose([x.gradient or 0.0 for x in scalars], slopes, rtol=1e-14, atol=1e-15)


def test_of_single_scalars_numpys_functions_give_what_floats_give_or_are_refused_in_words():
    floats, right, words = dict.fromkeys("xyvwsmpu", 0.3) | {"y": 0.4, "w": 0.5}, 0, {}
    for text, _ in CALLS:
        if not text.startswith("np.") or "pad" in text or "np.outer" in text:  # arrays of objects, in NumPy
            continue
        try:
            truths = evaluated(text, floats)
        except (TypeError, ValueError, LookupError, AttributeError, RuntimeWarning):
            continue
        try:
            found = evaluated(text, {name: bp.Scalar(x) for name, x in floats.items()})
        except TypeError as error:
            words[text] = str(error)
            continue
        for out, truth in zip(found, truths, strict=True):
            numbers = [getattr(x, "value", x) for x in np.ravel(np.asarray(out))]
            np.testing.assert_allclose(np.array(numbers, float), np.ravel(truth), rtol=1e-12, err_msg=text)
            right += 1
    assert right > 180
    assert all(re.search("has no rule for a Scalar|not turn into a float", said) for said in words.values())
    x = bp.Scalar(0.3)
    np.sinc(x).backward()
    assert x.gradient == pytest.approx(bp.grad(np.sinc)(0.3))


def test_linear_algebra_refuses_single_scalars_in_words():
    m = [[bp.Scalar(2.0), 1.0], [1.0, 3.0]]
    for f in (bp.inv, bp.det, bp.logabsdet, lambda m: bp.solve(m, [1.0, 2.0])):
        with pytest.raises(TypeError, match="no rule for an array of Scalars: give one array of floats"):
            f(m)


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "gelu", "silu", "log_softmax", "mse"])
def test_what_networks_are_made_of_agrees_with_pytorch(name):
    torch = pytest.importorskip("torch")
    x = np.concatenate([np.linspace(-30, 30, 13), [0.0, -1e-8, 0.3]])
    peer = {"mse": "mse_loss"}.get(name, name)
    others = {"mse": [x[::-1].copy()], "log_softmax": [-1]}.get(name, [])
    t = torch.tensor(x, requires_grad=True)
    given = [torch.tensor(o) if isinstance(o, np.ndarray) else o for o in others]
    out = getattr(torch.nn.functional, peer)(t, *given)
    (slope,) = torch.autograd.grad((out * torch.arange(1.0, 1 + out.numel())).sum(), t)
    f = getattr(bp, name)
    np.testing.assert_allclose(f(x, *others), out.detach().numpy(), rtol=1e-13, atol=1e-14)
    weights = np.arange(1.0, 1 + out.numel()).reshape(out.shape)
    ours = bp.grad(lambda x: bp.sum(f(x, *others) * weights))(x)
    elsewhere = x != 0 if name == "elu" else slice(None)
    np.testing.assert_allclose(ours[elsewhere], slope.numpy()[elsewhere], rtol=1e-12, atol=1e-13)


def test_a_parameter_of_an_activation_takes_a_derivative_and_shapes_that_differ_are_refused():
    assert bp.grad(bp.leaky_relu, argnums=1)(-3.0, 0.2) == -3.0
    assert bp.leaky_relu(bp.Scalar(-2.0), 3.0).value == -6.0
    with pytest.raises(ValueError, match=r"one shape; received \(3, 1\) and \(3,\): broadcasting would"):
        bp.mse(np.ones((3, 1)), np.ones(3))


def test_a_quantile_of_nan_is_nan_and_so_is_its_derivative():
    value, slope = bp.value_and_grad(bp.median)(np.array([1.0, np.nan, 3.0]))
    assert np.isnan(value)
    assert np.isnan(slope).any()
    rows = np.array([[np.nan, 0.0, 1.0], [3.0, 1.0, 2.0]])
    assert np.isnan(bp.median(rows, axis=1)).tolist() == [True, False]


def test_joined_by_c_and_r_float32_stays_float32_and_nothing_else_turns_into_an_array():
    x = np.ones((2, 2), np.float32)
    assert bp.vjp(lambda x: np.c_[x, np.ones(2, np.float32)], x)[0].dtype == np.float32
    for f in (np.asarray, np.array, np.ascontiguousarray, np.asanyarray):
        with pytest.raises(TypeError, match="does not turn into an array by itself"):
            f(Tensor(x))
