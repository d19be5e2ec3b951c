"""The branches without a browser: which graph there is at which place of the slider."""

import json

import numpy as np
import pytest
from support.explorers import branching, f

import backprop_nb as bp


def test_each_side_of_a_condition_has_its_graph():
    widget = bp.widgets.branches(branching, a=(-1, 1), b=2, c=3)
    assert [graph["where"] for graph in widget.scene["graphs"]] == ["-1 … 0", "0.05 … 1"]
    widget.value = 0.51
    assert widget.value == 0.5
    assert widget.record.gradient == {"a": 1.0, "b": 1.0, "c": 0.0}
    widget.value = 0
    assert widget.record.gradient == {"a": 1.0, "b": 0.0, "c": 1.0}
    assert repr(widget) == "<branches of branching at a = 0>"


def test_a_condition_carries_no_gradient_at_its_one_point():
    widget = bp.widgets.branches(lambda x: 0 if x == 0 else x, x=(-1, 0, 1))
    assert widget.record.gradient == {"x": 0.0}
    assert widget.scene["graphs"][1]["where"] == "0"


def test_places_where_the_function_fails_say_so():
    widget = bp.widgets.branches(f, x1=(-1, 1, 2), x2=5)
    errors = {place["x"]: place["error"] for place in widget.scene["places"] if place["error"]}
    assert set(errors) == {x for x in widget.places if x <= 0}
    assert "log(0)" in errors[0.0]
    assert "log(-1)" in widget.text


def test_the_length_of_a_loop_can_slide():
    def loop(n, x):
        for _ in range(n):
            x = x * x
        return x

    widget = bp.widgets.branches(loop, n=range(20), x=1)
    assert len(widget.scene["graphs"]) == 20
    assert sum(bool(graph["layout"]) for graph in widget.scene["graphs"]) == 12
    widget.position = 3
    assert widget.record.gradient == {"x": 8.0}


def test_over_an_array_a_number_slides():
    widget = bp.widgets.branches(lambda a, X: (X * a if a > 0 else bp.exp(X)).sum(), a=(-1, 1), X=np.ones(3))
    assert len(widget.scene["graphs"]) == 2
    json.dumps(widget.scene)


def test_the_tangent_lies_along_the_curve_and_bars_share_one_scale():
    widget = bp.widgets.branches(lambda x: 1000 * x, x=(-1e6, 0, 1e6))
    plot, places = widget.scene["plot"], widget.scene["places"]
    (points,) = (where[0] for tag, _, where, *_ in plot["still"] if tag == "polyline")
    (x0, y0), *_, (x1, y1) = (map(float, point.split(",")) for point in points.split())
    _, (left, top, right, bottom), dot = plot["places"][widget.position]
    assert (bottom - top) / (right - left) == pytest.approx((y1 - y0) / (x1 - x0), abs=0.02)
    assert dot[:2] == [(left + right) / 2, (top + bottom) / 2]
    assert [row[2:] for row in places[0]["gradient"]] == [[50, 50.0]]

    scene = bp.widgets.branches(lambda a, b: 3 * b - a, a=(0, 1), b=1).scene
    (_, _, *falls), (_, _, *rises) = scene["places"][0]["gradient"]
    assert (falls, rises) == ([50 - 16.7, 16.7], [50, 50])
