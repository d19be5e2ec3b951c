"""What a function has from outside: whatever changes there is seen, or refused, before a program runs."""

import math
import os
import sys
from array import array
from collections import deque
from dataclasses import dataclass
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.core.primitives import Primitive, Unary, named
from backprop_nb.programs.following import LeftTheRun
from backprop_nb.programs.replaying import Stale

X = np.array([1.0, -2.0, 3.0])

rate = 2.0
table = [2.0, 3.0]
A = np.array([1.0, 2.0, 3.0])


def scaled(x):
    return x * rate * table[0]


def test_numbers_and_arrays_from_outside_may_change(monkeypatch):
    here = sys.modules[__name__]
    replayed = bp.replay(lambda x: scaled(x) + x)
    assert [replayed(1.0)[0] for _ in range(3)] == [5.0, 5.0, 5.0]
    monkeypatch.setattr(here, "rate", 3.0)
    assert replayed(1.0) == (7.0, 7.0)
    table[0] = 10.0
    assert replayed(1.0) == (31.0, 31.0)
    table[0] = 2.0
    B = A.copy()
    replayed = bp.replay(lambda x: (x * A * B).sum())
    assert [replayed(X)[0] for _ in range(3)] == [20.0, 20.0, 20.0]
    B[0] = 5.0
    assert replayed(X)[0] == 24.0
    monkeypatch.setattr(here, "A", np.zeros(3))
    assert replayed(X)[0] == 0.0
    monkeypatch.undo()
    double = A * 2  # what is made of it anew on each call is watched where it comes from
    replayed = bp.replay(lambda x: (x * (A * 2)).sum() + double[0] * x[0])
    assert [replayed(X)[0] for _ in range(3)] == [14.0, 14.0, 14.0]
    A[:] = 1.0
    assert replayed(X)[0] == 6.0
    A[:] = 1.0, 2.0, 3.0


def test_a_container_outside_may_hold_other_arrays_or_another_zero():
    batch = [A, {"scale": (1.0, A + 1)}]
    replayed = bp.replay(lambda x: (x * batch[0] * batch[1]["scale"][1]).sum() / batch[1]["scale"][0])
    assert [replayed(X)[0] for _ in range(3)] == [26.0] * 3
    batch[0] = A + 1
    assert replayed(X)[0] == 34.0
    batch[1]["scale"] = 2.0, A
    assert replayed(X)[0] == 13.0
    shift = {"zero": 0.0}
    replayed = bp.replay(lambda x: bp.arctan2(x * shift["zero"], x - 2.0))
    assert [replayed(1.0)[0] for _ in range(3)] == [math.pi] * 3
    shift["zero"] = -0.0
    assert replayed(1.0)[0] == -math.pi


@dataclass
class Layer:
    w: float = 2.0


class Model:
    w = 2.0

    def __init__(self):
        self.layer = Layer()

    def __call__(self, x):
        return x * self.w

    def loss(self, x):
        return x * self.layer.w


class Slotted:
    __slots__ = ("w",)

    def __init__(self):
        self.w = 2.0


def times(x, w=2.0):
    return x * w


def put(place, value):
    def change():
        place[0] = value

    return change


def outside_cases():
    """Functions that give 2x, and what changes them so that they give 5x."""
    model, callable_, slotted, space = Model(), Model(), Slotted(), SimpleNamespace(w=2.0)
    boxes, inside, long, one = [[2.0], [1.0]], {"w": [2.0]}, [2.0] * 2000, array("d", [2.0])
    queue, few, scalar, cell = deque([2.0]), {2.0}, bp.Scalar(2.0), np.float64(2.0)
    half = partial(lambda w, x: x * w, 2.0)

    @cache
    def looked_up(i):
        return boxes[i][0]

    def forget():
        boxes[0][0] = 5.0
        looked_up.cache_clear()

    def rebind():
        nonlocal cell, half
        cell, half = np.float64(5.0), partial(lambda w, x: x * w, 5.0)

    return {
        "a list in a list": (lambda x: x * boxes[0][0] * boxes[1][0], put(boxes[0], 5.0)),
        "a list in a dict": (lambda x: x * inside["w"][0], put(inside["w"], 5.0)),
        "a long list": (lambda x: x * long[0], put(long, 5.0)),
        "an array of Python's": (lambda x: x * one[0], put(one, 5.0)),
        "a queue": (lambda x: x * queue[0], put(queue, 5.0)),
        "a set": (lambda x: x * sum(few), lambda: (few.clear(), few.add(5.0))),
        "a number of NumPy's": (lambda x: x * cell, rebind),
        "a partial": (lambda x: half(x) + 0.0, rebind),
        "a Scalar": (lambda x: x * scalar, lambda: setattr(scalar, "value", 5.0)),
        "a dataclass": (lambda x: x * model.layer.w, lambda: setattr(model.layer, "w", 5.0)),
        "another object": (lambda x: x * model.layer.w, lambda: setattr(model, "layer", Layer(5.0))),
        "an attribute of a method's": (model.loss, lambda: setattr(model.layer, "w", 5.0)),
        "an attribute where the class had one": (callable_, lambda: setattr(callable_, "w", 5.0)),
        "an attribute of a class": (lambda x: x * Model.w, lambda: setattr(Model, "w", 5.0)),
        "a slot": (lambda x: x * slotted.w, lambda: setattr(slotted, "w", 5.0)),
        "a namespace": (lambda x: x * space.w, lambda: setattr(space, "w", 5.0)),
        "a function that is cached": (lambda x: x * looked_up(0), forget),
        "a default": (lambda x: times(x) + 0.0, lambda: setattr(times, "__defaults__", (5.0,))),
        "a method": (lambda x: model.loss(x) + 0.0, lambda: setattr(Model, "loss", lambda self, x: x * 5.0)),
    }


@pytest.mark.parametrize("case", outside_cases())
def test_whatever_changes_outside_is_seen(case, monkeypatch):
    monkeypatch.setattr(times, "__defaults__", times.__defaults__)  # put back at the end, as the next two
    monkeypatch.setattr(Model, "loss", Model.loss)
    monkeypatch.setattr(Model, "w", Model.w)
    f, change = outside_cases()[case]
    replayed = bp.replay(f)
    assert [replayed(3.0)[0] for _ in range(3)] == [6.0] * 3
    assert len(replayed.programs) == 1
    change()
    assert [replayed(3.0) for _ in range(3)] == [(15.0, 5.0)] * 3
    assert len(replayed.programs) == 2


def test_a_global_with_the_name_of_an_attribute_may_change(monkeypatch):
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "mean", 0, raising=False)
    replayed = bp.replay(lambda x: x.mean())
    for i in range(5):
        here.mean = i
        assert replayed(X)[0] == X.mean()
    assert len(replayed.programs) == 1


def test_a_number_that_a_row_of_the_learners_reads_may_change(monkeypatch):
    monkeypatch.setattr(Primitive, "table", dict(Primitive.table))
    here = sys.modules[__name__]
    scaled_up = Unary("scaled_up", named("scaled_up"), lambda x: rate * x, lambda np, x: rate * x,
                      lambda out, x: rate)  # fmt: skip
    replayed = bp.replay(lambda x: scaled_up(x) + 0.0)
    over_arrays = bp.replay(lambda x: scaled_up(x).sum())
    for value in (2.0, 5.0, 2.0):
        monkeypatch.setattr(here, "rate", value)
        for _ in range(2):
            assert replayed(3.0) == (3 * value, value)
            assert over_arrays(X)[0] == 2 * value
        assert bp.emit(lambda x: scaled_up(x) + 0.0, 3.0)(3.0) == (3 * value, (value,))


def test_too_much_from_outside_to_look_at_is_refused():
    many = [2.0] * 100_001
    with pytest.raises(LeftTheRun, match="more than 100,000 values from outside"):
        bp.replay(lambda x: x * many[0])(3.0)


def test_what_a_program_cannot_see_is_found_by_check(monkeypatch):
    monkeypatch.setenv("SCALE", "2.0")
    replayed = bp.replay(lambda x: x * float(os.environ["SCALE"]), check=4)
    assert [replayed(3.0)[0] for _ in range(4)] == [6.0] * 4
    monkeypatch.setenv("SCALE", "5.0")
    assert [replayed(3.0)[0] for _ in range(3)] == [6.0] * 3  # as its documentation says
    with pytest.raises(Stale, match="something that no program can see has changed"):
        replayed(3.0)
