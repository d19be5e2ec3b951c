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
        warnings.simplefilter("ignore", DeprecationWarning)
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
