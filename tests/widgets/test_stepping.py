"""The stepper without a browser: what it tells of a run, and its controls as attributes."""

import json
import math
import re

import numpy as np
import pytest
from support.explorers import branching, f, layer_arrays, two_layers

import backprop_nb as bp
from backprop_nb.widgets.stepping import MOST_ROWS


@pytest.fixture
def steps():
    return bp.widgets.stepper(f, x1=2, x2=5)


def test_equation_1_is_told_as_the_notes_print_it(steps):
    run = steps.run
    lines = "x1; x2; v₁ = log(x1); v₂ = x1 × x2; v₃ = sin(x2); v₄ = v₁ + v₂; v₅ = v₄ - v₃"
    assert "; ".join(step["line"] for step in run["forward"]) == lines
    starts = [" ".join(step["line"].split(" ")[:2]) for step in run["backward"]]
    assert starts == ["v̄₅ =", "v̄₄ =", "v̄₃ =", "v̄₁ =", "v̄₂ =", "x̄2 =", "x̄1 =", "x̄2 +=", "x̄1 +="]
    assert (run["forward"][3]["numbers"], run["rows"][3]["args"]) == ("= 10", [0, 1])
    assert run["backward"][8]["numbers"] == "= 5 + 1 × 0.5 = 5.5"
    assert (run["backward"][8]["contribution"], run["backward"][8]["formula"]) == ("0.5", "1 / x1")
    assert run["backward"][5]["numbers"] == "= -1 × 0.283662 = -0.283662"
    assert run["done"] == "The gradient: ∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634."


def test_the_paths_to_an_input_add_up_to_its_adjoint(steps):
    paths = steps.run["paths"]
    assert paths["x1"]["count"] == "2"
    assert [path["contribution"] for path in paths["x1"]["shown"]] == ["0.5", "5"]
    assert paths["x1"]["shown"][0]["edges"] == ["e5_4_0", "e4_1_0", "e1_-1_0"]
    assert paths["x2"]["sum"] == "1.71634"


def test_every_edge_and_node_that_is_named_is_in_the_picture(steps):
    (layout,) = steps.run["layouts"]
    assert {row["id"] for row in steps.run["rows"]} == set(layout["nodes"])
    assert {step["edge"] for step in steps.run["backward"][1:]} == set(layout["edges"])
    width, height = layout["size"]
    for x, y, wide, high in layout["nodes"].values():
        assert 0 <= x <= x + wide <= width
        assert 0 <= y <= y + high <= height


def test_two_to_the_forty_paths_are_counted_and_only_some_listed():
    def doubled(x):
        for _ in range(40):
            x = x + x
        return x

    paths = bp.widgets.stepper(doubled, x=1).run["paths"]["x"]
    assert (paths["count"], paths["sum"]) == ("1,099,511,627,776", "1.09951e+12")
    assert len(paths["shown"]) == 20


ODD = [(lambda x: x * x, 6), (lambda x: x + x, 2), (lambda x: x, 1), (lambda x: 7, 0)]


@pytest.mark.parametrize(("odd", "slope"), [*ODD, (lambda x: x * 2 + 1, 2)])
def test_odd_functions_are_told_too(odd, slope):
    widget = bp.widgets.stepper(odd, x=3)
    assert widget.record.gradient == {"x": slope}
    assert widget.run["rows"][0]["adjoint"] == str(slope)
    assert json.dumps(widget.run, allow_nan=False)
    assert bp.widgets.branches(odd, x=3).scene["graphs"]


def repeated(x, w, n):
    for _ in range(n):
        x = bp.sin(x * w) + 0.5 * x
    return x


def test_a_long_run_is_drawn_in_pages_that_hold_every_step_and_fold_the_other_turns():
    run = bp.widgets.stepper(repeated, x=1, w=1.3, n=range(75, 76)).run
    assert (len(run["rows"]), len(run["layouts"])) == (302, 13)
    assert [box[1].split(":")[0] for box in run["layouts"][1]["folded"].values()] == ["× 4", "× 63"]
    folded = [box[0] for page in run["layouts"] for box in page["folded"].values()]
    assert {row["id"] for row in run["rows"]} >= set(folded)
    for i, row in enumerate(run["rows"]):
        assert row["id"] in run["layouts"][i // run["page"]]["nodes"]
    place = {row["id"]: i // run["page"] for i, row in enumerate(run["rows"])}
    for step in run["backward"][1:]:
        piece = run["layouts"][place[step["source"]]]
        assert step["edge"] in piece["edges"]
        assert {step["source"], step["target"]} <= set(piece["nodes"])


def test_what_is_sent_of_200_operations_is_small():
    chain = lambda x, n: repeated(x, 1.0, n)  # noqa: E731
    for g, more in [(repeated, {"w": 1.3}), (chain, {})]:
        widget = bp.widgets.stepper(g, x=0.5, n=range(50, 51), **more)
        assert len(widget.run["rows"]) > 200
        sent = {name: getattr(widget, name) for name in widget.state_names}
        assert len(json.dumps(sent, ensure_ascii=False).encode()) <= 250_000


def test_two_thousand_rows_are_the_most():
    with pytest.raises(ValueError, match=f"more than {MOST_ROWS:,} rows: a loop"):
        bp.widgets.stepper(repeated, x=1, w=1.3, n=range(700, 701))


def test_new_inputs_run_the_function_again_and_keep_the_place(steps):
    steps.position = 9
    before = steps.run["shape"], steps.run["layouts"]
    steps.inputs = {"x1": 4}
    assert (steps.inputs, steps.position) == ({"x1": 4.0, "x2": 5.0}, 9)
    assert steps.record.gradient["x1"] == 5.25
    assert (steps.run["shape"], steps.run["layouts"]) == before


def test_a_failure_of_the_function_is_told_and_the_next_good_value_clears_it(steps):
    steps.inputs = {"x1": -1}
    assert re.match(r"At x1 = -1, x2 = 5: ValueError: in your function, line 2: .*\nlog\(-1\)", steps.error)
    assert steps.error.endswith("still the one at x1 = 2, x2 = 5.")
    assert steps.record.gradient["x1"] == 5.5
    steps.inputs = {"x1": 1}
    assert steps.error == ""
    assert steps.record.gradient["x1"] == 6.0


def test_a_shorter_run_moves_the_place_to_its_end():
    widget = bp.widgets.stepper(branching, a=1, b=2, c=3)
    widget.position = 99
    assert widget.position == 7
    shape = widget.run["shape"]
    widget.inputs = {"a": -1}
    assert widget.run["shape"] != shape
    assert widget.position == 7


def test_controls_refuse_what_they_cannot_show(steps):
    with pytest.raises(ValueError, match="no slider for y"):
        steps.inputs = {"y": 1}
    with pytest.raises(ValueError, match="finite"):
        steps.inputs = {"x1": math.inf}
    with pytest.raises(ValueError, match="choose x1, x2"):
        steps.chosen = "x3"
    assert steps.inputs == {"x1": 2.0, "x2": 5.0}


def test_callbacks_know_their_function_and_not_the_notebooks_names():
    namespace = {"bp": bp}
    exec("def g(x): return x * x\nw = bp.widgets.stepper(g, x=2)\ndel g", namespace)
    namespace["w"].inputs = {"x": 3}
    assert namespace["w"].record.value == 9


def test_arrays_have_no_sliders_and_numbers_beside_them_do():
    widget = bp.widgets.stepper(lambda X, a: (X * a).sum(), X=np.ones((2, 2)), a=3.0)
    assert [control["name"] for control in widget.controls] == ["a"]
    widget.inputs = {"a": 5.0}
    assert widget.record.value == 20
    assert widget.record.gradient["X"].tolist() == [[5, 5], [5, 5]]
    assert "X = float64(2, 2)" in repr(widget)


def test_a_step_tells_the_rule_the_arrays_and_what_is_kept():
    run = bp.widgets.stepper(two_layers, **layer_arrays(4)).run
    step = next(step for step in run["backward"] if step["edge"] == "e4_-1_1")
    assert (step["line"], step["local"]) == ("V̄ = v₃′ v̄₄", "v₃′ v̄₄")
    assert step["words"] == "v₄ hands v₃′ v̄₄ to V. Like V, V̄ has the shape (5, 3)."
    assert step["math"].startswith("<math>")
    assert [card["title"] for card in step["cards"]] == ["v₃", "v̄₄", "V̄"]
    assert [card.get("out", False) for card in step["cards"]] == [False, False, True]
    assert run["grids"]["v-1"]["numbers"][0][0] == f"{layer_arrays(4)['V'][0, 0]:.3g}"
    forward = next(step for step in run["forward"] if step["target"] == "v3")
    assert forward["line"] == "v₃ = tanh(v₂)"


def test_every_card_names_a_picture_and_every_edge_a_rule():
    run = bp.widgets.stepper(two_layers, **layer_arrays(4)).run
    for step in run["forward"] + run["backward"]:
        assert step["cards"]
        assert all(card["grid"] in run["grids"] for card in step["cards"])
    for key, picture in run["grids"].items():
        assert ("numbers" in picture) != ("heat" in picture), key
        assert picture["words"]


def test_large_arrays_stay_small_in_the_browser():
    widget = bp.widgets.stepper(two_layers, **layer_arrays(100, 784, 128, 10))
    assert len(json.dumps(widget.run)) < 80_000
    for picture in widget.run["grids"].values():
        wide, high = picture.get("heat", {"size": [0, 0]})["size"]
        assert max(wide, high) <= 116
    assert "each square is the mean of 4 × 25 numbers" in widget.run["grids"]["v-4"]["words"]


def test_every_step_of_numbers_and_arrays_has_words_for_programs_that_read_it():
    for steps in (
        bp.widgets.stepper(lambda x, y: x * y + x, x=2, y=3),
        bp.widgets.stepper(lambda X, w: (X @ w).sum(), X=np.ones((2, 3)), w=np.ones(3)),
    ):
        assert all(step["words"] for step in steps.run["forward"] + steps.run["backward"])
        with pytest.raises(KeyError):
            steps.run["forward"][0]["word"]
