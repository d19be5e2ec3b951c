"""Sliders inside the domain, numbers as they are typed, steps downhill, and the text of a place."""

import json
import math

import numpy as np
import pytest
from support.explorers import f

import backprop_nb as bp
from backprop_nb.widgets.descending import contours, read_state


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def hear(steps, action, **details):
    """What the browser would ask, and the token that it waits for."""
    steps.hear(steps, {"action": action, "token": "t", **details}, [])
    assert steps.answered == "t"
    return steps


# ---- sliders ----

DOMAINS = [(bp.log, 2, 0.1, 7), (bp.sqrt, 4, 0, 9), (bp.arcsin, 0.5, 0.0, 1.0), (bp.log1p, 0, -0.9, 5)]


@pytest.mark.parametrize(("row", "start", "low", "high"), DOMAINS)
def test_a_slider_ends_where_f_still_answers(row, start, low, high):
    control = bp.widgets.stepper(lambda x: row(x) * 1.0, x=start).controls[0]
    assert (control["min"], control["max"]) == pytest.approx((low, high), abs=2 * control["step"])
    for end in (control["min"], control["max"]):
        assert math.isfinite(row(float(end)))


def test_a_loop_without_end_is_no_edge_of_the_domain():
    def root(a):
        x = a
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x

    steps = bp.widgets.stepper(root, 2.0)
    assert steps.controls[0]["min"] < 0
    steps.inputs = {"a": -1.5}
    assert "a loop may have no end here" in steps.error


def test_a_slider_with_ends_of_its_own_keeps_them():
    assert bp.widgets.stepper(lambda x: bp.log(x) * 2, x=(-1, 2, 4)).controls[0]["min"] == -1


def test_f_is_not_probed_where_that_would_take_long():
    calls = []

    def long(x):
        calls.append(1)
        for _ in range(400):
            x = bp.sin(x + 1.0)
        return x

    bp.widgets.stepper(long, x=1.0)
    assert len(calls) == 2, "once to record it, once to compare it with a plain call"


# ---- typed numbers ----


TYPED = [("1/3", 1 / 3), ("2,5", 2.5), ("1e-3", 1e-3), ("½", 0.5), ("−2+3", 1)]


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_what_is_typed_is_read_by_the_reader_of_the_exercises(text, value):
    steps = hear(bp.widgets.stepper(f, x1=2, x2=5), "type", name="x1", text=text)
    assert (steps.inputs["x1"], steps.error) == (pytest.approx(value), "")


def test_what_cannot_be_read_changes_nothing_and_says_why():
    steps = bp.widgets.stepper(f, x1=2, x2=5)
    for text in ("two", "__import__('os')", "1" * 500, "1/0", ""):
        hear(steps, "type", name="x1", text=text)
        assert steps.error.startswith("x1: ")
        assert steps.error.endswith("Nothing was changed.")
        assert steps.inputs == {"x1": 2.0, "x2": 5.0}
    assert hear(steps, "type", name="x1", text="3").error == ""


def test_a_setting_that_is_not_whole_is_refused_and_the_picture_stays():
    steps = bp.widgets.stepper(lambda x, n: x**n, x=2, n=range(1, 6))
    hear(steps, "type", name="n", text="2.5")
    assert steps.error == "n is a whole number; received 2.5"
    assert (steps.inputs["n"], steps.record.value) == (3, 8)


# ---- downhill ----


def test_downhill_falls_and_undo_goes_back():
    steps = bp.widgets.stepper(rosenbrock, x=-1, y=2)
    values = [steps.record.value]
    for _ in range(3):
        hear(steps, "downhill", eta="1/2000")
        values.append(steps.record.value)
    assert values == sorted(values, reverse=True)
    assert steps.moved == f"rosenbrock fell from {values[2]:.6g} to {values[3]:.6g}."
    assert steps.trail[1] == {"x": -1 - 396 / 2000, "y": 2 - 200 / 2000}
    for _ in range(4):
        hear(steps, "undo")
    assert (steps.inputs, steps.record.value) == ({"x": -1.0, "y": 2.0}, values[0])


def test_a_step_that_is_too_large_says_so():
    steps = hear(bp.widgets.stepper(lambda x: x * x, x=1), "downhill", eta="2")
    assert steps.moved == "f rose from 1 to 9: η is too large here."


NOWHERE = [("10", "try a smaller η"), ("lots", "cannot read `lots`"), ("1e308*9", "finite")]


@pytest.mark.parametrize(("eta", "says"), NOWHERE)
def test_a_step_that_leads_nowhere_changes_nothing(eta, says):
    steps = hear(bp.widgets.stepper(lambda x: bp.log(x) * 1.0, x=1), "downhill", eta=eta)
    assert steps.inputs == {"x": 1.0}
    assert steps.error
    assert says in steps.error


def test_a_map_has_the_lines_of_its_heights():
    steps = bp.widgets.stepper(lambda x, y: x * x + y * y, x=1, y=1)
    steps.downhill = True
    names, ends, lines = (steps.valley[key] for key in ("names", "ends", "lines"))
    assert (names, ends, len(lines)) == (["x", "y"], [[-4, 6], [-4, 6]], 12)
    points = [(float(x) / 10 - 4, 6 - float(y) / 10) for x, y in
              (end.split() for end in lines[2].replace("L", "M").split("M")[1:])]  # fmt: skip
    heights = [x * x + y * y for x, y in points]
    assert max(heights) - min(heights) < 0.5, "all of one line at one height"


def test_a_map_leaves_out_where_f_has_no_value():
    steps = bp.widgets.stepper(lambda x, y: bp.log(x) * y, x=(-1, 1, 3), y=2)
    told = contours(steps.plan, [*steps.sliders.values()], steps.inputs, 3)
    assert told["lines"]
    assert all(float(point.split()[0]) >= 25 for line in told["lines"] for point in line.split("M")[1:])


# ---- the text of a place ----


def test_a_state_opens_the_same_step():
    steps = bp.widgets.stepper(f, x1=2, x2=5)
    steps.inputs, steps.position = {"x1": 3.5}, 11
    for given in ((), (2, 5)):
        again = bp.widgets.stepper(f, *given, state=steps.state())
        assert (again.inputs, again.position) == ({"x1": 3.5, "x2": 5.0}, 11)
    steps.chosen, steps.path = "x2", 1
    again = bp.widgets.stepper(f, state=steps.state())
    assert (again.chosen, again.path) == ("x2", 1)


BAD = ["", "x1=2", "[1]", '{"inputs": 3}', '{"inputs": {}, "step": "9"}', '{"inputs": {"x1": 1}, "run": {}}',
       "{" * 9, '{"inputs": {"x1": 1}, "step": true}', "[" * 100_000, None]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_any_other_text_is_no_state(text):
    with pytest.raises(ValueError, match="state"):
        read_state(text)


def test_a_state_is_data_and_its_inputs_are_checked():
    with pytest.raises(ValueError, match="finite number"):
        bp.widgets.stepper(f, x1=2, x2=5, state=json.dumps({"inputs": {"x1": "__import__('os')"}}))
    with pytest.raises(ValueError, match="no slider"):
        bp.widgets.stepper(f, x1=2, x2=5, state='{"inputs": {"x9": 1.0}}')
    own = bp.widgets.stepper(lambda state: state * 2.0, state=3)
    assert own.inputs == {"state": 3.0}, "a name of the learner's comes first"


# ---- names and source ----


def test_both_names_of_an_input_are_told_and_only_what_differs_twice():
    run = bp.widgets.stepper(f, x1=2, x2=5).run
    assert run["rows"][2]["formula"] == "v₁ = log(x1)"
    assert run["inNotes"]["rows"]["2"] == {"formula": "v₁ = log(v₋₁)"}
    assert "6" not in run["inNotes"]["rows"], "v₅ = v₄ - v₃ is the same in both"
    assert bp.widgets.stepper(f, x1=2, x2=5, notation="notes").notation == "notes"


def test_the_source_and_the_line_of_each_row_are_told():
    run = bp.widgets.stepper(f, x1=2, x2=5).run
    assert run["source"][0].startswith("def f(")
    assert {row["line"] for row in run["rows"] if row["op"]} == {2}


def test_a_value_that_leaves_the_graph_is_told_of():
    run = bp.widgets.stepper(lambda x: x * math.exp(x.value), x=1.0).run
    assert run["left"]
    assert "left the graph" in run["left"][0]
    assert bp.widgets.stepper(f, x1=2, x2=5).run["left"] == []


def test_a_nudge_of_an_array_is_foretold_by_the_sum_of_its_adjoint_and_computed_by_python():
    steps = bp.widgets.stepper(lambda X, a: (X * X * a).sum(), X=np.ones((2, 2)), a=3.0)
    row = next(row for row in steps.run["rows"] if row["label"] == "X")
    assert (row["x"], row["slope"]) == (None, 4 * 2 * 3.0)
    hear(steps, "nudge", id=row["id"], by=0.01)
    assert steps.nudged == {"id": row["id"], "by": 0.01, "moves": f"{4 * 3 * (1.01**2 - 1):.6g}"}
    assert steps.inputs == {"a": 3.0}, "a nudge changes nothing"


def test_a_nudge_of_an_array_on_the_way_runs_all_that_comes_after_it_anew():
    W = np.array([[0.5, -1.0], [2.0, 0.3]])
    unused = []

    def f(X):
        unused.append(X + 1.0)  # an operation that the run does not show
        hidden = bp.tanh(X @ W)
        return (hidden * hidden.T).sum()

    X = np.array([[1.0, 2.0], [3.0, 4.0]]) / 10
    steps = bp.widgets.stepper(f, X)
    rows = {row.operation: row for row in steps.record.rows}
    for name, after in [("matmul", lambda z: np.tanh(z + 0.01)), ("tanh", lambda z: np.tanh(z) + 0.01)]:
        hear(steps, "nudge", id=rows[name].id, by=0.01)
        hidden, still = after(X @ W), np.tanh(X @ W)
        moves = (hidden * hidden.T).sum() - (still * still.T).sum()
        assert steps.nudged == {"id": rows[name].id, "by": 0.01, "moves": f"{moves:.6g}"}
    hear(steps, "nudge", id=rows["transpose"].id, by=0.5)
    assert float(steps.nudged["moves"]) == pytest.approx(0.5 * still.sum()), "of what it views nothing moves"
    assert steps.record.value == pytest.approx((still * still.T).sum()), "a nudge changes nothing"


def test_a_nudge_that_leads_nowhere_says_so():
    steps = bp.widgets.stepper(lambda X: bp.log(X * 1.0).sum(), np.ones(2))
    with np.errstate(invalid="ignore"):
        assert steps.nudge("v1", -2.0)["moves"] == "no number"
