"""The swell without a browser: what it tells the page at each depth, its controls, its twins, its errors."""

import json
import math

import pytest

import backprop_nb as bp
from backprop_nb.widgets import Swell, swell


def logistic(x):
    return 4 * x * (1 - x)


@pytest.fixture(scope="module")
def seen():
    return swell(logistic)


def test_it_opens_at_depth_3_with_both_pictures(seen):
    place = seen.scene["places"][seen.position]
    assert (seen.depth, place["at"]) == (3, "3")
    assert place["tree"]["svg"].count("bp-node") == 152
    assert place["dag"]["svg"].count("bp-node") == 26
    assert "152 nodes" in place["words"]
    assert seen.scene["heading"] == "The derivative of logistic(x) = 4 × x × (1 - x), applied to itself"


def test_sizes_at_each_depth_are_those_of_the_claim(seen):
    """Claim N08: the tree swells; N10: the graph does not."""
    assert [row[1] for row in seen.rows] == ["14", "52", "152", "400", "992", "2,368", "5,504", "12,544"]
    assert [row[2] for row in seen.rows] == [str(8 * depth + 2) for depth in range(1, 9)]
    _, tree, dag = seen.scene["plot"]["places"][1]
    height = 330 - 34 - 14
    assert [330 - 34 - dot[1] for dot in (tree, dag)] == pytest.approx(
        [height * math.log10(size) / math.log10(12_544) for size in (52, 18)], abs=0.1
    )


def test_a_tree_that_would_show_nothing_is_told_in_words(seen):
    told = seen.scene["places"][4]["tree"]
    assert told["svg"] == ""
    assert told["why"] == "Not drawn: 992 nodes, and more than 400 show nothing."
    assert seen.scene["places"][7]["dag"]["svg"].count("bp-node") == 66


def test_setting_the_depth_moves_the_slider_and_stays_inside():
    widget = swell(lambda t: t * t, depth=2, deepest=4)
    widget.depth = 4
    assert (widget.position, repr(widget)) == (3, "<swell at depth 4>")
    widget.depth = 99
    assert widget.depth == 4
    widget.position = -5
    assert widget.depth == 1
    assert "f(t) = t × t" in widget.scene["heading"]


def test_a_function_of_two_arguments_gets_the_depth():
    widget = swell(lambda x, n: math.prod([x + k for k in range(n)]), deepest=4)
    assert widget.scene["heading"] == "The derivative of f(x, n), n = depth"
    assert [row[1] for row in widget.rows] == ["1", "9", "21", "37"]
    assert isinstance(swell(lambda x, rate=2: rate * x, deepest=2), Swell), "a default is no second argument"


def test_another_function_of_one_argument():
    widget = swell(lambda x: bp.sin(x) * x, deepest=3)
    assert widget.scene["heading"] == "The derivative of f(x) = sin(x) × x, applied to itself"
    assert [row[1:] for row in widget.rows] == [("11", "8"), ("40", "15"), ("116", "22")]


def test_its_state_is_json_and_its_still_shows_the_present_depth(seen):
    json.dumps(seen.scene, allow_nan=False)
    assert seen.still.count("<img") == 2
    assert "At depth 3" in seen.still
    assert "12,544" in seen.still
    widget = swell(logistic, depth=5, deepest=5)
    assert "Not drawn: 992 nodes" in widget.still


def test_what_gives_no_expression_is_refused_in_words():
    with pytest.raises(TypeError, match=r"f must give an expression of x; on a symbol it gave 3\.0"):
        swell(lambda x: 3.0)
    with pytest.raises(TypeError, match=r"whether x > 0 holds is not known"):
        swell(lambda x: x if x > 0 else -x)
    for wrong in ({"depth": 0}, {"deepest": 0}, {"deepest": 21}, {"depth": 1.5}):
        with pytest.raises(ValueError, match="is a whole number"):
            swell(logistic, **wrong)


def test_without_a_drawing_program_sizes_and_words_remain(monkeypatch):
    monkeypatch.setattr("backprop_nb.drawing.graphviz_engines.engines", list)
    widget = swell(logistic, deepest=3)
    assert "pip install graphviz-pure" in widget.scene["places"][0]["tree"]["why"]
    assert widget.rows[2] == ("3", "152", "26")
    assert "<pre>" in widget.still


def test_a_tree_of_any_size_is_counted_though_none_is_built():
    widget = swell(lambda x: x * x, 1, 20)
    assert int(widget.rows[-1][1].replace(",", "")) > 10**7
    assert widget.rows[-1][2] == "61"
