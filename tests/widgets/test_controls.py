"""How arguments become controls, and what an explorer says to those that it cannot take."""

import math

import pytest
from support.explorers import f

import backprop_nb as bp
from backprop_nb.widgets.controls import Control, plan
from backprop_nb.widgets.scenes import list_stops

STARTS = [(2, -3, 7, 0.1), (0, -5, 5, 0.1), (7, -3, 17, 0.2), (-0.02, -0.07, 0.03, 0.001),
          (1500, -3500, 6500, 100)]  # fmt: skip


@pytest.mark.parametrize(("value", "low", "high", "step"), STARTS)
def test_a_number_gets_a_slider_around_it(value, low, high, step):
    control = plan(abs, (value,), {}).controls[0]
    assert (control.min, control.value, control.max, control.step) == pytest.approx((low, value, high, step))
    below = (value - control.min) / control.step
    assert below == pytest.approx(round(below)), "the start is a place where the slider can stand"


def test_a_tuple_gives_the_ends_of_the_slider():
    read = plan(f, ((0, 4), (1, 2, 9)), {})
    assert [(c.name, c.min, c.value, c.max) for c in read.controls] == [("x1", 0, 2, 4), ("x2", 1, 2, 9)]


def test_the_slider_stops_at_zero_and_at_the_start():
    for start, low, high in [(0.123, -1, 2), (-7.0, -7, 0.1), (2.0, -3, 7)]:
        stops = list_stops(Control("x", start, low, high, 0.1))
        assert {0.0, start, low, high} <= set(stops)
        assert stops == sorted(set(stops))
        assert 30 <= len(stops) <= 64


def test_a_range_is_a_plain_integer_that_is_not_differentiated():
    def power(x, n, loud):
        assert type(n) is int
        assert loud is True
        out = x
        for _ in range(n):
            out = out * x
        return out

    widget = bp.widgets.stepper(power, x=3, n=range(1, 6), loud=True)
    assert widget.inputs == {"x": 3.0, "n": 3}
    assert widget.record.gradient == {"x": 4 * 3.0**3}
    widget.inputs = {"n": 1}
    assert widget.inputs == {"x": 3.0, "n": 1}
    assert widget.record.value == 9


def test_numbers_in_a_list_are_inputs_without_sliders():
    widget = bp.widgets.stepper(lambda w, x: w[0] * x + w[1], w=[3.0, 4.0], x=2)
    assert widget.record.gradient == {"w[0]": 2.0, "w[1]": 1.0, "x": 3.0}
    assert [control["name"] for control in widget.controls] == ["x"]


def test_some_by_place_and_some_by_name():
    def g(a, b, *, c):
        return a * b + c

    assert bp.widgets.stepper(g, 2, b=3, c=4).record.value == 10
    assert bp.widgets.stepper(lambda *xs: xs[0] * xs[1], 2, 5).inputs == {"x1": 2.0, "x2": 5.0}


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (lambda: bp.widgets.stepper(3, x=1), TypeError, "your function"),
        (lambda: bp.widgets.stepper(f), ValueError, "give values for f"),
        (lambda: bp.widgets.stepper(f, x1=2), TypeError, "x2"),
        (lambda: bp.widgets.stepper(f, x1=2, x2=5, x3=1), TypeError, "x3"),
        (lambda: bp.widgets.stepper(f, x1=(4, 1), x2=5), ValueError, "x1 goes from low to high"),
        (lambda: bp.widgets.stepper(f, x1=math.nan, x2=5), ValueError, "finite"),
        (lambda: bp.widgets.stepper(f, x1=2, x2=range(0)), ValueError, "no room"),
        (lambda: bp.widgets.stepper(lambda n: n, n=range(3)), ValueError, "no input to differentiate"),
        (lambda: bp.widgets.stepper(f, x1=-2, x2=5), ValueError, "log"),
        (lambda: bp.widgets.stepper(lambda x: [x, x], x=1), TypeError, "list"),
        (lambda: bp.widgets.branches(f, x1=(-3, -1), x2=5), ValueError, "fails wherever x1 slides"),
        (lambda: bp.widgets.branches(lambda w: w[0], w=[1.0]), ValueError, "no argument to slide"),
    ],
)
def test_arguments_that_do_not_fit_are_met_with_the_reason(arguments, kind, says):
    with pytest.raises(kind, match=says):
        arguments()
