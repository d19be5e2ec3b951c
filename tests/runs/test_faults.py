"""The faulty sweeps: the wrong numbers they give, the edge where they go wrong, and what hides them."""

import inspect
import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.small_programs import doubled, f, programs, running, shared

from backprop_nb import faults, primitives
from backprop_nb.runs.faults import MISTAKES, gallery, right, run
from backprop_nb.runs.faulty_sweeps import as_reached, count_visits
from backprop_nb.runs.paths import paths
from backprop_nb.runs.tracing import trace

RECURSIONS = ("recursion", "recursion_last_first")


def logexp(x, y):
    z = x * y
    return primitives.log(z) + primitives.exp(z)


@given(programs(), st.sampled_from(list(MISTAKES)))
def test_a_wrong_number_never_comes_without_an_edge_and_no_edge_means_right(program, name):
    recorded = trace(running(program), 0.7, -1.3)
    assert right(recorded) == {row.index: row.adjoint for row in recorded.rows}
    fault, adjoint = run(name, recorded), MISTAKES[name].sweep(recorded)
    assert fault.right == recorded.gradient
    if fault.edge:
        (source, target), slot = fault.edge, int(fault.edge_id.rpartition("_")[2])
        assert recorded[source].operands[slot].index == target
        assert fault.edge_id == f"e{source}_{target}_{slot}"
        return
    assert fault.is_hidden
    assert "hides the mistake" in fault.story
    for row in recorded.rows:
        size = sum(map(abs, paths(recorded, row).contributions))  # another order of addition rounds otherwise
        assert abs(adjoint[row.index] - row.adjoint) <= 1e-9 * size


def test_overwriting_keeps_the_last_contribution():
    fault = run("overwrite", f, 2, 5)
    assert fault.wrong == {"x1": 0.5, "x2": 2}
    assert fault.right["x1"] == 5.5
    assert (fault.edge, fault.edge_id, fault.edge_text) == ((2, 0), "e2_0_1", "(v₂,x2)")
    assert "At x2, -0.283662 was overwritten by 2" in fault.story
    assert "x̄2 became 2, not 1.71634" in fault.story


def test_plain_recursion_gives_14_or_24_where_12_is_right():
    first, last = (run(name, shared, 3) for name in RECURSIONS)
    assert (first.wrong, last.wrong, first.right) == ({"x": 14}, {"x": 24}, {"x": 12})
    assert first.edge == last.edge == (1, 0)
    assert "of which 1 was handed on before: x got 1 × 2 = 2 twice" in first.story
    assert "of which 6 was handed on before: x got 6 × 2 = 12 twice" in last.story


def test_the_running_example_hides_plain_recursion():
    for fault in (run(name, f, 2, 5) for name in RECURSIONS):
        assert fault.is_hidden
        assert fault.edge is None
        assert "This function hides the mistake: no computed value is reached twice" in fault.story


def test_log_z_plus_exp_z_brings_plain_recursion_to_light():
    fault = run("recursion", logexp, 2, 0.5)
    assert fault.right["x"] == pytest.approx(0.5 * (1 + math.e))
    assert fault.wrong["x"] == pytest.approx(0.5 * (2 + math.e))
    assert fault.wrong["y"] == pytest.approx(2 * (2 + math.e))
    assert fault.edge == (1, -1)


def saddle(x):
    z = x * x  # at 0 both of its partials are 0
    return z + 2 * z


@pytest.mark.parametrize(
    ("name", "g", "at", "wrong", "true", "edge_id", "story"),
    [
        ("no_reset", lambda x: 3 * x, 2, 6, 3, "e1_0_1",
         "x̄ still held 3 from the first sweep when the second added 3: 6, not 3."),
        ("no_reset", lambda x: 1 - (1 - (1 - x)), 2, -4, -1, "e3_2_1", "v̄₂ still held -1 "),
        ("parent_set", lambda x: x * x, 3, 3, 6, "e1_0_0", "v₁ = x × x takes x twice"),
        ("parent_set", lambda x: x / x, 2, -0.5, 0, "e1_0_0",
         "-0.5 came to x, the other contribution, 0.5, was lost"),
        ("overwrite", saddle, 0, 0, 0, "e2_1_1", "v̄₁ became 2, not 3. No input shows it here."),
    ],
)  # fmt: skip
def test_where_a_mistake_shows_and_what_it_makes_of_a_derivative(name, g, at, wrong, true, edge_id, story):
    fault = run(name, g, at)
    assert (fault.wrong, fault.right, fault.edge_id) == ({"x": wrong}, {"x": true}, edge_id)
    assert fault.is_hidden == (wrong == true)
    assert story in fault.story


def test_plain_recursion_is_given_up_where_it_would_never_end():
    for name in RECURSIONS:
        fault = run(name, doubled, 1.5)
        assert (fault.wrong, fault.right, fault.is_hidden) == ({"x": None}, {"x": 2**40}, False)
        assert "2,199,023,255,551 times" in fault.story
        assert "x: – instead of 1.09951e+12" in fault.text
    with pytest.raises(faults.TooManyVisits, match="each of the 41 rows once"):
        faults.recursion(trace(doubled, 1.5))


def test_plain_recursion_does_not_die_of_depth():
    def deep(x):
        for _ in range(20_000):
            x = -x
        return x

    assert run("recursion", deep, 3).wrong == {"x": 1}


def test_counting_visits_counts_them():
    recorded = trace(shared, 3)
    for last_first in (False, True):
        assert len(list(as_reached(recorded, last_first))) == count_visits(recorded) == 6


@pytest.mark.parametrize("name", MISTAKES)
def test_each_faulty_sweep_differs_from_the_right_one_by_the_line_it_marks(name):
    source = inspect.getsource(MISTAKES[name].sweep)
    code = [line.partition("  # wrong: ")[0].strip() for line in source.splitlines()[2:]]
    truth = [line.strip() for line in inspect.getsource(right).splitlines()[2:]]
    marked = [line.partition("  # wrong: ")[0].strip() for line in source.splitlines() if "# wrong: " in line]
    assert len(marked) == 1
    assert [line for line in code if line not in truth] == marked
    assert len(code) - len(truth) in (0, 1)


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("g", [lambda x: x, lambda x: 7, lambda x: 2 * x], ids=["x", "7", "2x"])
def test_the_plainest_functions_are_swept_too(name, g):
    fault = run(name, g, 3)
    assert fault.is_hidden or name == "no_reset"
    assert fault.text


def test_an_unused_input_is_right_under_every_mistake():
    for fault in gallery(lambda x, y: x * x, 3, 4):
        assert fault.wrong["y"] == fault.right["y"] == 0


def test_a_fault_goes_by_its_name_or_by_the_sweep_itself():
    assert run(faults.overwrite, f, 2, 5).name == run("overwrite", f, 2, 5).name == "overwrite"
    with pytest.raises(ValueError, match="choose one of overwrite, recursion"):
        run("overwritten", f, 2, 5)


def test_a_recorded_run_is_taken_as_it_is_and_brings_its_inputs():
    recorded = trace(f, 2, 5)
    assert run("overwrite", recorded).wrong == run("overwrite", f, x1=2, x2=5).wrong
    with pytest.raises(TypeError, match="has its inputs already"):
        run("overwrite", recorded, 2, 5)


def test_the_gallery_shows_every_mistake_beside_the_right_number():
    shown = gallery(shared, 3)
    assert [fault.name for fault in shown] == list(MISTAKES)
    assert shown["recursion"].wrong == {"x": 14}
    for fault in shown:
        assert fault.text in shown.text
        assert fault.story in shown.text
    assert "x: 10 instead of 12" in str(shown)
    assert str(shown).startswith("shared at x = 3:")


def test_the_gallery_in_html_says_what_each_cell_belongs_to():
    table = ElementTree.fromstring(gallery(f, 2, 5)._repr_html_().replace("<br>", "<br/>"))
    heads = [head for head in table.iter("th") if head.get("scope") == "rowgroup"]
    assert [head.find("strong").text for head in heads] == list(MISTAKES)
    assert all(head.get("rowspan") == "2" for head in heads)
    titles = [head.text for head in table.iter("th") if head.get("scope") == "col"]
    assert titles == ["mistake", "input", "wrong", "right", "edge", "what happened"]
    assert {row.get("style") for row in table.iter("tr")} == {None, "background:transparent"}


def test_of_many_inputs_the_first_are_shown_and_the_others_counted():
    shown = gallery(lambda xs: sum(x * x for x in xs), [1.0] * 100)
    assert "94 more inputs" in shown.text
    assert "94 more inputs" in shown.html
    assert len(shown["overwrite"].wrong) == 100
