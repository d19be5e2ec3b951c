"""Right and wrong sweep side by side: what the widget holds, and what it leaves in a page without scripts."""

import re

import numpy as np
import pytest
from support.explorers import f

import backprop_nb as bp
from backprop_nb.drawing import palette
from backprop_nb.runs.adjoints import sweep_back
from backprop_nb.runs.faulty_sweeps import MISTAKES
from backprop_nb.runs.noted_sweeps import note_steps
from backprop_nb.runs.tracing import trace
from backprop_nb.widgets import comparing_sweeps, faulty_sweeps


def chain(x):
    b = 2 * x
    c = 5 * b
    return b + c


def halves(x):
    for _ in range(40):
        x = x + x
    return x


RUNS = {
    "equation": (f, 2, 5),
    "chain": (chain, 3),
    "square": (lambda x: x * x, 3),
    "arrays": (lambda X: (X @ X * X).sum(), np.eye(2) + 1),
}


@pytest.mark.parametrize("fault", MISTAKES)
@pytest.mark.parametrize("name", RUNS)
def test_the_steps_add_up_to_what_the_sweep_leaves(name, fault):
    run = trace(*RUNS[name])
    last = {step.target: step.after for step in note_steps(MISTAKES[fault].sweep, run)}
    for index, adjoint in MISTAKES[fault].sweep(run).items():
        assert np.allclose(last.get(index, 0.0), adjoint)


def test_the_steps_of_the_right_sweep_are_those_of_the_record():
    run = trace(f, 2, 5)
    told = [(step.text, step.numbers) for step in note_steps(sweep_back, run)]
    assert told == [(step.text, step.numbers) for step in run.steps]


# By hand: b = 2x, c = 5b, b + c. The wrong line, and which adjoints end up wrong.
WRONG = {
    "overwrite": ("v̄₁ = v̄₂ ∂v₂/∂v₁ = 1 × 5 = 5", {"v1", "v0"}),
    "recursion": ("x̄ += v̄₁ ∂v₁/∂x = 2 + 6 × 2 = 14", {"v0"}),
    "recursion_last_first": ("x̄ += v̄₁ ∂v₁/∂x = 12 + 6 × 2 = 24", {"v0"}),
    "no_reset": ("v̄₁ += v̄₃ ∂v₃/∂v₁ = 6 + 1 × 1 = 7", {"v2", "v1", "v0"}),
}


@pytest.mark.parametrize("fault", WRONG)
def test_the_wrong_line_is_the_one_found_by_hand(fault):
    told = faulty_sweeps(chain, fault, 3).scene["faults"][fault]
    assert (told["steps"][told["at"]]["line"], set(told["wrong"])) == WRONG[fault]
    assert told["edge"] == told["steps"][told["at"]]["edge"]


def test_it_begins_where_it_goes_wrong_and_positions_stay_inside():
    widget = faulty_sweeps(chain, bp.faults.overwrite, 3)
    assert (widget.fault, widget.position) == ("overwrite", 4)
    widget.position = 99
    assert widget.position == 5
    widget.fault = "recursion"
    widget.position = 99
    assert widget.position == 6
    with pytest.raises(ValueError, match="no mistake 'typo': choose one of overwrite, recursion"):
        widget.fault = "typo"
    with pytest.raises(ValueError, match="no mistake"):
        faulty_sweeps(chain, "typo", 3)


def test_a_function_that_hides_the_mistake_says_so():
    told = faulty_sweeps(f, "recursion", 2, 5).scene["faults"]["recursion"]
    assert (told["at"], told["wrong"], told["start"]) == (-1, [], 9)
    assert told["story"].startswith("This function hides the mistake")


def test_what_would_take_too_long_is_not_stepped_through():
    widget = faulty_sweeps(halves, "recursion", 1.0)
    assert widget.scene["faults"]["recursion"]["steps"] == []
    assert "would visit rows 2,199,023,255,551 times" in widget.text
    assert len(widget.scene["faults"]["overwrite"]["steps"]) == 81
    many = faulty_sweeps(lambda x: sum([2 * x] * 260, 0.0), "recursion", 1.0)
    assert "steps are too many to be stepped" in many.scene["faults"]["recursion"]["story"]


def test_a_recorded_run_and_a_class_of_ones_own_will_do():
    assert faulty_sweeps(bp.record(chain, 3), "recursion").fault_shown.wrong == {"x": 14.0}
    own = bp.exercises.run_on(bp.exercises.own_class.ModelNode, chain)
    assert faulty_sweeps(own, "recursion", 3).fault_shown.wrong == {"x": 14.0}


def test_the_still_picture_has_both_graphs_the_wrong_edge_in_red_and_words():
    widget = faulty_sweeps(chain, "recursion", 3)
    marked = comparing_sweeps.MarkedGraph(bp.record(chain, 3).graph(), "e1_0_1", {"v0"}).svg
    red = re.findall(rf'stroke="{palette.FAULTY.mark}"', marked)
    assert len(red) == 3, "line, arrow and pill"
    assert "stroke-dasharray" in marked
    assert marked.count("✗") == 1
    assert widget.still.count("<img") == 2
    assert "14" in re.findall(r'alt="([^"]*)"', widget.still)[1]
    assert "v₁ was reached again" in widget.still
    assert "x: 14 instead of 12" in widget.text
    assert "x̄ += v̄₁ ∂v₁/∂x = 2 + 6 × 2 = 14" in widget.text
