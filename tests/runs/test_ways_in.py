"""One way in: what a function may be given, what it may do with it, and how long it may run."""

import copy
import math
import random
import sys
from collections import OrderedDict, defaultdict, namedtuple
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.runs.comparing import DifferentValue

Pair = namedtuple("Pair", "w b")


@dataclass
class Layer:
    w: float
    b: float = 0.5
    name: str = "first"


@dataclass(frozen=True)
class Net:
    layers: list
    rates: dict = field(default_factory=dict)


def affine(p):
    return p.w * 3.0 + p.b * p.b


@pytest.mark.parametrize("p", [Pair(2.0, 5.0), Layer(2.0, 5.0), Pair(np.array(2.0), np.array([5.0])[0])])
def test_fields_are_inputs_under_their_names(p):
    run = bp.record(affine, p)
    assert {name: float(g) for name, g in run.gradient.items()} == {"p.w": 3.0, "p.b": 10.0}
    if isinstance(p, Pair):
        g = bp.grad(affine)(p)
        assert (type(g), float(g.w), float(g.b)) == (Pair, 3.0, 10.0)


def test_dataclasses_nest_and_keep_their_type():
    net = Net([Layer(2.0), Layer(3.0, 1.0)], {"rate": 0.5})
    run = bp.record(lambda net: net.layers[0].w * net.layers[1].b * net.rates["rate"], net)
    assert run.gradient["net.layers[0].w"] == 0.5
    assert run.gradient["net.layers[1].b"] == 1.0
    assert net.layers[0] == Layer(2.0)


@pytest.mark.parametrize("kind", [dict, OrderedDict, lambda pairs: defaultdict(float, pairs)])
def test_dicts_keep_their_type(kind):
    p = kind({"w": 2.0, "z": 1.0})
    f = lambda p: p["w"] * p["w"] + (p["b"] if isinstance(p, defaultdict) else 0.0)  # noqa: E731
    assert bp.record(f, p).gradient == {"p[w]": 4.0, "p[z]": 0.0}
    g = bp.grad(f)(p)
    assert (type(g), g["w"]) == (type(p), 4.0)
    assert list(p) == ["w", "z"]


def test_an_object_without_numbers_in_sight_is_named():
    class Model:
        w = 2.0

    with pytest.raises(TypeError, match=r"in a Model: give numbers or arrays"):
        bp.record(lambda model: model.w, Model())
    assert bp.record(lambda model, x: model.w * x, Model(), 3.0).gradient == {"x": 2.0}
    with pytest.raises(TypeError, match="Model"):
        bp.grad(lambda model: model.w)(Model())


def power(x, n):
    out = 1.0
    for _ in range(n):
        out = out * x
    return out


def test_a_whole_number_counts_and_the_record_says_so():
    run = bp.record(power, 2.0, 3)
    assert run.gradient == {"x": 12.0, "n": 0.0}
    assert run.notes[0].startswith("n was used as a whole number, a count or an index")
    assert "Note: n was used" in str(run)
    assert bp.record(lambda p, i: p[i] * i, [2.0, 5.0], 1).gradient == {"p[0]": 0.0, "p[1]": 1.0, "i": 5.0}
    assert bp.record(lambda x, n: x * n, 2.0, 3).notes == ()
    with pytest.raises(TypeError, match="whole number, and this is a Scalar: give the input as an int"):
        bp.record(power, 2.0, 3.0)
    with pytest.raises(TypeError, match="whole number"):
        bp.record(lambda x, n: power(x, n + 1), 2.0, 3)


def test_a_forgotten_return_and_a_parameter_called_f():
    with pytest.raises(TypeError, match="returned None: its last line must be `return …`"):
        bp.record(lambda x: None, 2.0)
    assert bp.record(lambda f: f * f, f=2.0).gradient == {"f": 4.0}


def test_copies_inside_a_function_stay_in_the_graph():
    def step(w):
        w = copy.deepcopy(w)
        for i in range(len(w)):
            w[i] = copy.copy(w[i]) * 0.5
        return w[0] * w[0] + w[1]

    assert bp.record(step, [2.0, 1.0]).gradient == {"w[0]": 1.0, "w[1]": 0.5}
    assert bp.grad(step)([2.0, 1.0]) == [1.0, 0.5]


def newton(a):
    x = a
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


def spin(x):
    while x > 0:
        pass
    return x


def swallow(x):
    while True:
        with suppress(Exception):
            x = x * 1.0


@pytest.mark.parametrize(("f", "limits", "words"), [
    (newton, {"rows": 500}, "more than 500 rows"),
    (spin, {"seconds": 0.05}, r"more than 0\.05 seconds"),
    (swallow, {"rows": 500}, "more than 500 rows"),
    (swallow, {"bytes": 2000, "rows": 10**9}, "values of more than 0 MiB"),
])  # fmt: skip
def test_a_function_without_an_end_is_stopped_in_words(f, limits, words):
    x = np.array([-1.5]) if "bytes" in limits else -1.5
    with bp.limited(**limits), pytest.raises(ValueError, match=rf"^{f.__name__} was stopped after {words}"):
        bp.record(f, -x if f is spin else x)
    assert bp.record(newton, 2.0).value == pytest.approx(2**0.5)


def test_a_record_of_large_arrays_is_refused_before_it_takes_the_memory():
    with bp.limited(bytes=10**6), pytest.raises(ValueError, match="more than 1 MiB"):
        bp.record(lambda x: sum((x * float(i) for i in range(100)), start=0.0).sum(), np.ones(10_000))
    with pytest.raises(ValueError, match=r"Jacobian of 30,000 outputs.*bp\.vjp"):
        bp.jacobian(bp.exp, np.ones(30_000))
    with pytest.raises(ValueError, match=r"10,000 outputs with respect to 10,000 inputs"):
        bp.hessian(lambda x: bp.sum(x * x), np.ones(10_000))
    with bp.limited(bytes=192):  # 3 × (3 + 5) numbers, what it gives and the stack on the way
        bp.jacobian(lambda x: x[:3], np.ones(5))
    with bp.limited(bytes=191), pytest.raises(ValueError, match="of 3 outputs with respect to 5"):
        bp.jacobian(lambda x: x[:3], np.ones(5))
    with bp.limited(bytes=263), pytest.raises(ValueError, match="of 3 outputs with respect to 8"):
        bp.jacobian(lambda x, y: x[:3] + y, np.ones(5), np.ones(3), argnums=(0, 1))


def raise_on_floats(x):
    if type(x) is float:
        raise ValueError(1)
    return x


def by_type(x):
    return x * x if type(x) in (float, np.ndarray) else 2 * x


def test_another_value_than_the_plain_calls_is_said():
    with pytest.warns(DifferentValue, match="has the value 6, but the same call on plain numbers gives 9"):
        run = bp.record(by_type, 3.0)
    assert "Note: this run of by_type has the value 6" in str(run)
    with pytest.warns(DifferentValue, match="the same call on plain numbers raises ValueError: 1"):
        bp.record(raise_on_floats, 3.0)
    with bp.limited(compare=False):
        assert bp.record(by_type, 3.0).notes == ()


@pytest.mark.filterwarnings("error::backprop_nb.runs.comparing.DifferentValue")
@pytest.mark.parametrize("factor", [1.0 + 1e-14, math.nan])
def test_rounding_and_nan_on_both_sides_are_no_difference(factor):
    run = bp.record(lambda x: x * (factor if type(x) is float else factor * (1 + 1e-14)), 2.0)
    assert run.notes == ()


def test_a_difference_of_a_millionth_is_said_and_an_array_of_the_learners_is_not_written_into():
    def spoil(x):
        if type(x) is np.ndarray:
            x *= 1 + 1e-6
        return x.sum()

    x = np.ones(2)
    with pytest.warns(DifferentValue) as caught:
        bp.record(spoil, x)
    assert x.tolist() == [1, 1]
    assert caught[0].filename == __file__


def test_in_another_thread_the_plain_call_leaves_standard_output_alone():
    seen = []
    thread = Thread(target=bp.record, args=(lambda x: seen.append(sys.stdout) or 2 * x, 2.0))
    thread.start(), thread.join()
    assert len(seen) == 2
    assert seen[0] is seen[1]


def test_what_chance_and_print_do_is_no_difference(capsys):
    def noisy(x):
        print("once")
        return x * np.random.rand() * random.random()  # noqa: NPY002

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    first, second = bp.record(noisy, 2.0), bp.record(noisy, 2.0)
    assert (first.notes, second.notes) == ((), ())
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    capsys.readouterr()
    assert [noisy(2.0), noisy(2.0)] == [first.value, second.value]  # nothing was drawn twice
    bp.record(noisy, 2.0)
    assert capsys.readouterr().out.count("once") == 3


def test_np_matrix_is_refused():
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0]])
    for run in (bp.record, lambda f, x: bp.grad(f)(x)):
        with pytest.raises(TypeError, match=r"np\.matrix"):
            run(bp.sum, matrix)
