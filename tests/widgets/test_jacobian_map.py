"""The Jacobian's widget without a browser: what it tells the page, its controls, its twins, its errors."""

import json

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.arrays.structural import Structural
from backprop_nb.widgets import JacobianMap, jacobian

A = np.array([[1.5, -2.0, 3.0], [4.0, 5.0, -6.0]])


def scaled(x):
    return np.array([2.0, -3.0]) * x * x


@pytest.fixture
def seen():
    return jacobian(scaled, np.array([1.0, 0.5]))


def test_it_tells_the_browser_names_numbers_and_colours(seen):
    view = seen.view
    assert (view["inputs"], view["outputs"]) == (["x₁", "x₂"], ["y₁", "y₂"])
    assert view["texts"] == ["4", "0", "0", "-3"]
    assert [bool(fill) for fill in view["fills"]] == [True, False, False, True]
    assert view["words"]["notes"]["kind"] == "diagonal"
    assert "the notes' layout" in view["words"]["notes"]["heading"]
    assert "the usual layout" in view["words"]["usual"]["heading"]


def test_the_order_of_numbers_is_that_of_the_notes_layout_whatever_is_chosen():
    f = lambda x: A @ x  # noqa: E731
    views = [jacobian(f, np.ones(3), layout=layout).view for layout in ("notes", "usual")]
    assert views[0] == views[1]
    assert views[0]["texts"] == ["1.5", "4", "-2", "5", "3", "-6"], "row x₁ first: A′"


def test_every_entry_of_a_small_x_has_a_slider(seen):
    assert [control["name"] for control in seen.controls] == ["x₁", "x₂"]
    assert seen.inputs == {"x₁": 1.0, "x₂": 0.5}
    assert jacobian(lambda x: x, np.ones(9)).controls == []


def test_moving_a_slider_computes_again(seen):
    seen.inputs = {"x₂": 2.0}
    assert seen.inputs == {"x₁": 1.0, "x₂": 2.0} == seen.heard
    assert seen.view["texts"] == ["4", "0", "0", "-12"]
    np.testing.assert_array_equal(seen.x, [1.0, 2.0])
    assert seen.seen.matrix[1, 1] == -12


def test_x_can_be_set_as_a_whole(seen):
    seen.x = [2.0, 2.0]
    assert seen.inputs == {"x₁": 2.0, "x₂": 2.0}
    large = jacobian(lambda x: x * x, np.ones(9))
    large.x = np.arange(9.0)
    assert large.view["texts"][-1] == "16"
    with pytest.raises(ValueError, match="keeps its shape"):
        large.x = np.ones(3)


def picky(x):
    if x[0] < 0:
        raise ValueError("only above 0")
    return x * x


def test_an_error_is_shown_in_words_and_loses_nothing():
    seen = jacobian(picky, np.array([1.0, 3.0]))
    before = seen.view
    seen.inputs = {"x₁": -1.0}
    assert "At x₁ = -1, x₂ = 3: ValueError: only above 0" in seen.error
    assert "still the one at x₁ = 1, x₂ = 3" in seen.error
    assert seen.view == before
    assert seen.heard == seen.inputs, "the browser knows that it was answered"
    np.testing.assert_array_equal(seen.x, [1.0, 3.0])
    seen.inputs = {"x₁": 2.0}
    assert seen.error == ""
    assert seen.view["texts"][0] == "4"
    with pytest.raises(ValueError, match="only above 0"):
        seen.x = [-1.0, 1.0]


def test_numbers_that_are_none_are_shown_not_raised():
    seen = jacobian(lambda x: bp.log(x), np.array([1.0, 2.0]))  # noqa: PLW0108  a function of one's own
    seen.inputs = {"x₁": 0.0}
    assert seen.error == ""
    assert seen.view["texts"][0] == "inf"
    json.dumps(seen.stored, allow_nan=False)


def test_the_cell_stays_inside(seen):
    seen.cell = [7, -3]
    assert seen.cell == [1, 0]
    for wrong in ([1], [0.5, 0], ["a", "b"]):
        with pytest.raises(ValueError, match="counted from 0"):
            seen.cell = wrong


def test_the_cell_stays_inside_when_there_are_fewer_outputs():
    seen = jacobian(lambda x: x if x[0] > 0 else x[:1], np.array([1.0, 2.0]))
    seen.cell = [1, 1]
    seen.inputs = {"x₁": -1.0}
    assert seen.view["outputs"] == ["y₁"]
    assert seen.cell == [1, 0]


def test_what_cannot_be_shown_is_refused(seen):
    with pytest.raises(ValueError, match="no slider for x₃"):
        seen.inputs = {"x₃": 1.0}
    with pytest.raises(ValueError, match="finite"):
        seen.inputs = {"x₁": float("nan")}
    with pytest.raises(Exception, match="layout"):
        seen.layout_name = "rows"
    with pytest.raises(ValueError, match="'notes' or 'usual'"):
        jacobian(scaled, np.ones(2), layout="rows")
    for size in (65, 0):
        with pytest.raises(ValueError, match="from 1 to 64"):
            jacobian(lambda x: x, np.ones(size))
    with pytest.raises(ValueError, match="only above 0"):
        jacobian(picky, np.array([-1.0]))
    with pytest.raises(TypeError, match="your function"):
        jacobian(3, np.ones(2))


def test_a_second_argument_and_vec_order():
    seen = jacobian(lambda a, x: a @ x, A, np.ones((3, 2)), argnums=1, order="columns")
    assert seen.seen.kind == "I₂ ⊗ B"
    assert seen.view["inputs"][:2] == ["x₁₁", "x₂₁"]
    assert list(seen.inputs)[:2] == ["x₁₁", "x₁₂"], "sliders in the order of the array itself"
    seen.inputs = {"x₁₂": 3.0}
    assert seen.x[0, 1] == 3


def test_a_single_number_stays_one():
    seen = jacobian(lambda x: x**3, 2.0)
    assert (seen.inputs, seen.x) == ({"x": 2.0}, 2.0)
    seen.inputs = {"x": 3.0}
    assert seen.view["texts"] == ["27"]


def test_a_float32_array_stays_float32():
    seen = jacobian(lambda x: x * x, np.ones(2, np.float32))
    seen.inputs = {"x₁": 0.1}
    assert seen.x.dtype == seen.seen.matrix.dtype == np.float32


def test_its_twins_are_text_in_the_layout_that_is_chosen_and_a_picture(seen):
    assert seen.text == seen.seen.text
    seen.layout_name = "usual"
    assert "the usual layout" in seen.text
    assert '<img alt="' in seen.still


def test_every_row_of_the_second_table_can_be_walked_through():
    assert isinstance(jacobian(Structural.table["softmax"], A), JacobianMap)
    assert repr(jacobian(Structural.table["cumsum"], np.ones(3))).endswith("upper triangular>")
