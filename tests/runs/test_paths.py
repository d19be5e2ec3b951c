"""The paths of a run: which there are, what each contributes, and the chain rule they make."""

import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.small_programs import doubled, f, programs, running

from backprop_nb.runs.chain_rule import chain_rule
from backprop_nb.runs.paths import paths
from backprop_nb.runs.tracing import trace


def doublings(times):
    return trace(lambda x: doubled(x, times), 1.5)


def figure2():
    return trace(f, 2, 5).in_notation("notes")


def d(*edges):
    """A product of local partials as the notes write it, without spaces: ∂v₅/∂v₄ ∂v₄/∂v₁."""
    names = [(f"v_{result}", f"v_{operand}" if operand >= 0 else "v_{-1}") for result, operand in edges]
    return "".join(rf"\frac{{\partial{result}}}{{\partial{operand}}}" for result, operand in names)


# Paths


def test_the_path_that_the_notes_name_comes_first():
    first, second = paths(figure2(), "x2")
    assert first.notation == "((v₅,v₃),(v₃,v₀))"
    assert first.edges == ((5, 3), (3, 0))
    assert first.nodes == (5, 3, 0)
    assert first.text == "∂v₅/∂v₃ · ∂v₃/∂v₀"
    assert first.edge_ids == ("e5_3_1", "e3_0_0")
    assert second.edges == ((5, 4), (4, 2), (2, 0))


def test_a_path_is_multiplied_from_the_output_side_to_a_contribution_and_their_sum_is_the_derivative():
    found = paths(figure2(), "x1")
    assert [path.products for path in found] == [(1, 1, 0.5), (1, 1, 5)]
    assert list(found.contributions) == [0.5, 5]
    assert found.sum == 5.5
    assert found.total == "v̄₋₁ = 0.5 + 5 = 5.5"
    assert "a contribution, not the derivative" in found.text


@pytest.mark.parametrize("square", [lambda a: a * a, lambda a: a + a])
def test_both_operands_of_a_square_are_paths_and_can_be_told_apart(square):
    found = paths(trace(square, 3), "a")
    assert found.count == 2
    assert [path.text for path in found] == ["(∂v₁/∂a)₁", "(∂v₁/∂a)₂"]
    assert [path.notation for path in found] == ["((v₁,a)₁)", "((v₁,a)₂)"]
    assert [path.edge_ids for path in found] == [("e1_0_0",), ("e1_0_1",)]
    assert found.sum == found.row.adjoint
    first, second = chain_rule(trace(square, 3), "a").latex.partition(" = ")[2].split(" + ")
    assert first == r"\left.\frac{\partial v_{1}}{\partial a}\right|_{1}"
    assert second == r"\left.\frac{\partial v_{1}}{\partial a}\right|_{2}"


@pytest.mark.parametrize("wrt", ["x2", "v₀", "v0", 0])
def test_a_row_goes_by_its_label_name_id_or_number(wrt):
    assert paths(trace(f, 2, 5), wrt).row.label == "x2"


def test_paths_may_end_at_any_row_and_an_unknown_one_is_refused_with_the_names_there_are():
    found = paths(trace(f, 2, 5), "v₄")
    assert [path.edges for path in found] == [((5, 4),)]
    assert found.text.startswith("1 path leads from v₅ to v₄, so its contribution is the whole derivative.")
    for ask in (paths, chain_rule):
        with pytest.raises(ValueError, match="x1, x2"):
            ask(trace(f, 2, 5), "x3")


def test_no_path_leads_to_an_unused_input_or_out_of_a_plain_number():
    found = paths(trace(lambda x, y: x * x, 3, 4), "y")
    assert (found.count, found.sum, list(found)) == (0, 0, [])
    assert found.text == "No path leads from v₁ to y: nothing flows there, and the derivative is 0."
    assert paths(trace(lambda x: 7, 3), "x").count == 0


def test_an_output_that_is_the_input_has_one_path_without_edges():
    found = paths(trace(lambda x: x, 3), "x")
    (path,) = found
    assert (path.edges, path.nodes, path.products, path.contribution) == ((), (0,), (), 1)
    assert (found.count, found.sum) == (1, 1)
    assert "is the output itself" in found.html


def test_two_to_the_forty_paths_are_counted_and_summed_at_once():
    found = paths(doublings(40), "x")
    assert found.count == found.sum == 2**40
    assert len(found.shown(limit=3)) == 3
    for shown in (found.text, found.html):
        assert "… and 1,099,511,627,756 more" in shown
    assert paths(doublings(1000), "x").text.startswith("about 10^301 paths lead")


def test_a_run_of_a_ten_thousand_operations_is_walked_without_recursion():
    def deep(x):
        for i in range(10_000):
            x = 0.5 * x if i % 2 else x + x
        return x

    found = paths(trace(deep, 1), "x")
    assert found.count == 2**5_000
    assert len(next(iter(found)).edges) == 10_000
    assert "… 9,994 more …" in found.text
    assert "about 10^1505 paths" in chain_rule(found.trace, "x").latex


def test_paths_are_found_only_as_far_as_they_are_asked_for():
    walking = iter(paths(doublings(60), "x"))
    assert len({path.edge_ids for path in itertools.islice(walking, 100)}) == 100


@given(programs())
def test_counting_is_as_good_as_listing_and_the_contributions_sum_to_the_adjoint(program):
    run = trace(running(program), 0.7, -1.3)
    for row in run.rows:
        found = paths(run, row)
        listed = list(found)
        assert found.count == len(listed) == len({path.edge_ids for path in listed})
        ways = [[(edge.target, edge.slot) for edge in path.steps] for path in listed]
        assert ways == sorted(ways)
        assert found.sum == row.adjoint
        whole, size = math.fsum(found.contributions), sum(map(abs, found.contributions))
        assert math.isclose(whole, row.adjoint, rel_tol=1e-9, abs_tol=1e-12 * size + 1e-300)
        for path in listed:
            assert all(any(x.index == b for x in run[a].operands) for a, b in path.edges)


def test_the_listing_in_html_says_what_each_cell_belongs_to():
    table = ElementTree.fromstring(paths(figure2(), "x1").html)
    assert [head.text for head in table.iter("th")] == [
        "path", "local partials", "multiplied from the output side", "contribution",
        "((v₅,v₄),(v₄,v₁),(v₁,v₋₁))", "((v₅,v₄),(v₄,v₂),(v₂,v₋₁))", "Sum",
    ]  # fmt: skip
    assert all(head.get("scope") for head in table.iter("th"))
    assert "1, then 1, then 0.5" in [cell.text for cell in table.iter("td")]


# The chain rule


@given(programs(), st.booleans())
def test_the_chain_rule_in_numbers_comes_to_the_derivative(program, expanded):
    run = trace(running(program), 0.7, -1.3)
    for row in run.inputs:
        rule = chain_rule(run, row, expanded, limit=10**6)
        numbers = rule.text.splitlines()[-1].partition(" = ")[2].replace("·", "*")
        left, _, _ = numbers.partition(" = ")
        size = sum(map(abs, rule.paths.contributions))  # the factors are rounded to six digits
        assert abs(eval(left) - row.adjoint) <= 1e-3 * size
        assert rule.factors == rule.formula().count("/")


@pytest.mark.parametrize(
    ("wrt", "expanded", "line"),
    [
        ("x1", False, d((5, 4)) + r"\left(" + d((4, 1), (1, -1)) + "+" + d((4, 2), (2, -1)) + r"\right)"),
        ("x1", True, d((5, 4), (4, 1), (1, -1)) + "+" + d((5, 4), (4, 2), (2, -1))),
        ("x2", False, d((5, 3), (3, 0)) + "+" + d((5, 4), (4, 2), (2, 0))),  # nothing is shared: both forms
        ("x2", True, d((5, 3), (3, 0)) + "+" + d((5, 4), (4, 2), (2, 0))),
    ],
)  # fmt: skip
def test_the_chain_rule_nested_or_multiplied_out_is_the_line_of_the_notes(wrt, expanded, line):
    latex = chain_rule(figure2(), wrt, expanded).latex
    plain = re.sub(r"_\{(\w)\}", r"_\1", latex).replace(" ", "")  # no braces around a single digit
    assert plain == rf"\frac{{\partialf(x_1,x_2)}}{{\partial{wrt[0]}_{wrt[1]}}}={line}"


def test_with_numbers_put_in_the_chain_rule_ends_in_the_derivative():
    run = trace(f, 2, 5)
    numbers = r"= 1 \cdot \left(1 \cdot 0.5 + 1 \cdot 5\right) = 5.5"
    assert chain_rule(run, "x1").numbers_latex.endswith(numbers)
    assert chain_rule(run, "x2").numbers_latex.endswith(
        r"= (-1) \cdot 0.283662 + 1 \cdot 1 \cdot 2 = 1.71634"
    )
    assert str(chain_rule(run, "x1", expanded=True)).splitlines() == [
        "∂f(x1, x2)/∂x1 = ∂v₅/∂v₄ · ∂v₄/∂v₁ · ∂v₁/∂x1 + ∂v₅/∂v₄ · ∂v₄/∂v₂ · ∂v₂/∂x1",
        "               = 1 · 1 · 0.5 + 1 · 1 · 5 = 5.5",
    ]
    latex = chain_rule(run, "x1")._repr_latex_()
    assert latex.startswith(r"$$\begin{aligned} \frac{\partial f(x_{1}, x_{2})}{\partial x_{1}} &= ")
    assert latex.endswith(rf"\\ &{numbers} \end{{aligned}}$$")


@pytest.mark.parametrize("expanded", [False, True])
def test_the_chain_rule_is_0_for_an_unused_input_and_1_for_the_output_itself(expanded):
    unused = chain_rule(trace(lambda x, y: x * x, 3, 4), "y", expanded)
    itself = chain_rule(trace(lambda x: x, 3), "x", expanded)
    assert (unused.text, itself.text) == ("∂f(x, y)/∂y = 0", "∂f(x)/∂x = 1")
    assert unused.numbers_latex == unused.latex == r"\frac{\partial f(x, y)}{\partial y} = 0"
    assert itself.numbers_latex == itself.latex == r"\frac{\partial f(x)}{\partial x} = 1"


def test_a_single_partial_is_not_said_to_equal_itself():
    assert chain_rule(trace(lambda x: -x, 3), "x").text == "∂f(x)/∂x = ∂v₁/∂x\n         = -1"
    assert paths(trace(lambda x: -x, 3), "x").text.splitlines()[1] == "((v₁,x))  ∂v₁/∂x = -1"


@pytest.mark.parametrize("expanded", [False, True])
def test_a_chain_rule_too_long_to_write_is_replaced_by_its_size(expanded):
    rule = chain_rule(doublings(40), "x", expanded)
    assert rule.factors == (40 * 2**40 if expanded else 2**41 - 2)
    assert len(rule.latex) < 400
    assert f"1,099,511,627,776 paths, {rule.factors:,} factors" in rule.latex
    assert rule.numbers_latex.endswith(r"= 1.09951 \cdot 10^{12}")
    assert "paths(…).shown(5)" in rule.text
