"""What the stepper makes of its arguments: the same as a record, but for numbers, pairs and ranges."""

import re
from collections import namedtuple

import numpy as np
import pytest

import backprop_nb as bp

W, X = np.array([[0.1, 0.2], [0.3, -0.4]]), np.array([1.0, 2.0])
Point = namedtuple("Point", "across up")


class Model:
    w = 2.0


def length(p):
    return (p[0] ** 2 + p[1] ** 2) ** 0.5


def loss(W, x, y):
    return -(W @ x)[y]


@pytest.mark.parametrize("point", [[3.0, 4.0], Point(3.0, 4.0), {0: 3.0, 1: 4.0}, (3.0, 4.0, 0.0, 0.0)])
def test_a_point_is_the_same_to_stepper_and_record(point):
    steps = bp.widgets.stepper(length, point)
    assert steps.controls == []
    assert steps.record.gradient == bp.record(length, point).gradient


def test_a_pair_is_a_slider_and_where_that_fails_it_is_said_in_words():
    for f in (length, lambda p: len(p) * 1.0, lambda p: p[0], lambda p: p[0] + p[1]):
        with pytest.raises(TypeError, match=r"slider \(low, high\), as given for p; a point is a list"):
            bp.widgets.stepper(f, (3.0, 4.0))
    with pytest.raises(TypeError) as other:
        bp.widgets.stepper(lambda p: p + "1", (3.0, 4.0))
    assert "slider" not in str(other.value)


@pytest.mark.parametrize("label", [1, np.int64(1)])
def test_a_whole_number_beside_arrays_stays_one(label):
    steps = bp.widgets.stepper(loss, W, X, label)
    assert steps.controls == []
    run = bp.record(loss, W, X, label)
    assert {name: g.tolist() for name, g in steps.record.gradient.items()} == {
        name: g.tolist() for name, g in run.gradient.items()
    }
    assert [control["name"] for control in bp.widgets.stepper(lambda x, n: x * n, 2.0, 3).controls] == [
        "x",
        "n",
    ]


def test_an_object_is_shown_by_its_type_without_an_address():
    def apply(model, f, x):
        return f(x) * model[0].w

    steps = bp.widgets.stepper(apply, [Model()], lambda x: x * x, 0.5)
    assert steps.run["fixed"] == "model = [Model], f = lambda"
    assert " at 0x" not in steps.text + repr(steps)


def test_a_slider_into_an_endless_loop_is_answered_in_words():
    def root(a):
        x = a
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x

    steps = bp.widgets.stepper(root, 2.0)
    steps.inputs = {"a": -1.5}
    assert re.search(r"root was stopped after more than 2,000 rows: a loop may have no end", steps.error)


def test_what_a_record_notes_stands_beside_the_gradient():
    def pick(p, i):
        return p[i] * 1.0

    with pytest.raises(TypeError, match="whole number"):
        bp.widgets.stepper(pick, [1.0, 2.0], 1)
    with pytest.warns(UserWarning, match="plain numbers"):
        steps = bp.widgets.stepper(lambda x: x * (2.0 if type(x) is float else 3.0), 1.0)
    assert (
        "Note: this run of f has the value 3, but the same call on plain numbers gives 2" in steps.run["done"]
    )
    assert steps.run["done"] in steps.text


def test_a_record_says_that_a_range_is_the_steppers():
    def power(x, n):
        out = 1.0
        for _ in range(n):
            out = out * x
        return out

    with pytest.raises(
        TypeError, match="n was given as a range, which is how a stepper is told of a setting"
    ):
        bp.record(power, 2.0, range(1, 4))
    assert bp.record(lambda x, steps: sum(x * k for k in steps), 2.0, range(4)).gradient == {"x": 6.0}
