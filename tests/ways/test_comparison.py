"""Every way side by side: values judged by mpmath, work counted by whoever is called, branches tried."""

import math

import mpmath
import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.ways.comparison import Way, follows_branches, units_off, ways_table

WAYS = ["forward differences", "central differences", "complex step", "symbolic", "forward mode",
        "reverse mode"]  # fmt: skip


def f(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


@pytest.fixture(scope="module")
def sheet():
    return bp.ways.compare(f, 2, 5)


def test_every_way_gives_the_gradient_within_what_it_can(sheet):
    with mpmath.workdps(40):
        right = [mpmath.mpf(1) / 2 + 5, 2 - mpmath.cos(5)]
    assert list(sheet.data) == WAYS
    for name, bound in zip(WAYS, (1e-7, 1e-9, 1e-15, 1e-15, 1e-15, 1e-15), strict=True):
        found = sheet[name]["gradient"]
        assert all(abs(a - b) <= bound * abs(b) for a, b in zip(found, right, strict=True)), name
        units = max(float(abs(a - b)) / math.ulp(float(b)) for a, b in zip(found, right, strict=True))
        assert sheet[name]["units"] == pytest.approx(units, rel=0.01, abs=0.01), name


def test_calls_are_counted_and_branches_tried(sheet):
    assert [sheet[name]["calls"] for name in WAYS] == [3, 4, 2, 1, 2, 1]
    assert [name for name in WAYS if not sheet[name]["follows"]] == ["symbolic"]
    assert all(sheet[name]["bytes"] > 0 for name in WAYS)
    assert all(sheet[name]["seconds"] > 0 for name in WAYS)


def test_a_way_that_stops_says_why_and_the_others_go_on():
    sheet = bp.ways.compare(lambda a, b: a * b if a > 0 else a + b, 2, 5)
    assert isinstance(sheet["symbolic"]["error"], TypeError)
    assert sheet["reverse mode"]["gradient"] == [5.0, 2.0]
    row = next(row for row in sheet.rows if row[0] == "symbolic")
    assert row == ("symbolic", *["–"] * 5, "no")
    assert any(note.startswith("symbolic stops: TypeError: whether x1 > 0") for note in sheet.notes)


def test_what_the_complex_step_loses_shows_as_an_error():
    sheet = bp.ways.compare(lambda x: abs(x) * x, 2.0)  # |x| has no imaginary part: half of 2|x| is lost
    assert sheet["complex step"]["units"] > 1e15
    assert sheet["forward mode"]["units"] == 0


def test_a_way_that_ignores_the_branch_does_not_follow():
    assert not follows_branches(Way(lambda f, x: [4.0], "guess"))
    assert follows_branches(ways_table["forward mode"])


def test_where_the_right_slope_is_0_the_unit_is_that_of_the_largest():
    assert units_off([2.0**-52, 1.0], [0.0, 1.0]) == 1
    assert units_off([2.0**-52], [0.0]) == 1


def test_a_constant_has_the_gradient_0_every_way():
    sheet = bp.ways.compare(lambda x: 3.0, 2.0)
    assert [sheet[name]["gradient"] for name in WAYS if name != "complex step"] == [[0.0]] * 5
    assert "complex step is lost" in str(sheet["complex step"]["error"])


def test_the_table_reads_as_text_and_as_html(sheet):
    assert sheet.text.startswith("∇f at (2, 5)\n  way ")
    assert "2 forward sweeps" in sheet.text
    assert '<th scope="col"' in sheet.html


def test_it_asks_for_numbers():
    with pytest.raises(ValueError, match="give the numbers"):
        bp.ways.compare(f)
