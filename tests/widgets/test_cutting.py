"""The secant without a browser: where it opens, what it says at each step, where its lines lie."""

import json
import math

import numpy as np
import pytest
from support.explorers import f

import backprop_nb as bp


@pytest.fixture(scope="module")
def widget():
    return bp.widgets.secant(f, 2, 5, wrt="x2", precision="float32")


def place(widget, h):
    widget.h = h
    return widget.scene["places"][widget.position]


def test_it_opens_at_the_best_step():
    widget = bp.widgets.secant(f, 2, 5, wrt="x2")
    assert widget.h == widget.curve.best == pytest.approx(5.6e-8, rel=0.01)
    assert repr(widget) == "<secant of f at h = 5.6e-08>"


def test_at_each_step_it_says_what_is_left_out_what_is_rounded_and_how_far_f_moves(widget):
    assert place(widget, 1e-5)["words"] == (
        "Slope 1.62125, off by 0.095. Left out: ½ |f″| h = 4.8e-06; rounding: about ulp(f) / h = 0.095; "
        "f moves by 17 units in its last place."
    )
    assert place(widget, 1e-8)["words"] == "Slope 0, off by 1.7. The step is lost: x2 + h rounds to x2."
    assert "units" not in place(widget, 0.1)["words"]
    assert all(f"\n{h}" in widget.text for h in ("0.1 ", "1e-05 ", "1e-08 "))


def shapes(widget, kind, plot=0):
    """Where the shapes of a class lie that do not move."""
    return [where for _, name, where, *_ in widget.scene["plots"][plot]["still"] if name == kind]


def moved(widget, h, plot=0):
    """Where the shapes lie that move."""
    widget.h = h
    return widget.scene["plots"][plot]["places"][widget.position]


def slope_drawn(line):
    x1, y1, x2, y2 = line
    return (y1 - y2) / (x2 - x1)


def test_the_secant_that_is_drawn_has_the_slope_that_is_said(widget):
    tangent = slope_drawn(*shapes(widget, "bp-tangent"))
    for h, quotient in zip(widget.curve.steps, widget.curve.quotients, strict=True):
        drawn = slope_drawn(moved(widget, h)[0])
        assert drawn / tangent == pytest.approx(quotient / widget.curve.exact, abs=2e-3)


def test_the_second_point_lies_on_the_secant_and_on_the_curve(widget):
    ((x, y, _),) = shapes(widget, "bp-alone")
    secant, (right, up, _) = moved(widget, 1.0)
    assert (y - up) / (right - x) == pytest.approx(slope_drawn(secant), abs=2e-3)
    ((points,),) = shapes(widget, "bp-curve")
    near = min((tuple(map(float, p.split(","))) for p in points.split()), key=lambda p: abs(p[0] - right))
    assert math.dist(near, (right, up)) < 3


def test_each_error_has_its_point_and_the_best_one_its_ring(widget):
    dots, (ring,) = shapes(widget, "bp-alone", 1), shapes(widget, "bp-best", 1)
    assert len(dots) == len(widget.scene["places"]) == len(widget.curve.steps)
    assert ring[:2] == dots[widget.stops.index(widget.curve.best)][:2]
    assert moved(widget, widget.curve.best, 1)[0][:2] == ring[:2]
    lowest = max(range(len(dots)), key=lambda i: dots[i][1])
    assert widget.stops[lowest] == widget.curve.steps[np.argmin(widget.curve.errors)]


def test_where_f_has_no_value_it_says_so_and_draws_nothing():
    widget = bp.widgets.secant(lambda x: bp.log(1.5 - x), 1.0)
    told = place(widget, 1)
    assert told["words"] == "f has no value at x + h: no secant there."
    assert moved(widget, 1) == [None, None]
    assert shapes(widget, "bp-alone", 1)[-1] is None
    json.dumps(widget.scene, allow_nan=False)


def test_beyond_an_end_means_that_end(widget):
    widget.position = 10**6
    assert widget.h == 1.0
    widget.h = 1e-300
    assert widget.position == 0


def test_what_cannot_be_shown_is_refused_in_words(widget):
    with pytest.raises(ValueError, match="float32, float64; received 'half'"):
        bp.widgets.secant(f, 2, 5, wrt="x2", precision="half")
    with pytest.raises(ValueError, match="above 0"):
        widget.h = 0
    with pytest.raises(ValueError, match="one of x1, x2"):
        bp.widgets.secant(f, 2, 5)
