"""Long runs in a picture: loops folded, a window around a row, and every row and edge somewhere in it."""

import random
from xml.etree import ElementTree

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.runs.adjoints import edges_of
from backprop_nb.runs.graph import graph
from backprop_nb.runs.tracing import trace
from backprop_nb.runs.windows import AROUND, DRAWN, Stub, find_loops, page_run, shorten_run


def newton(a):
    x = a
    for _ in range(40):
        y = x * x - a
        x = x - y / (2 * x)
    return x


def total(a, b):
    s = a
    for i in range(100):
        s = s + i * b
    return bp.sin(s)


def tangle(*xs):
    """No two turns of which are alike."""
    choose, values = random.Random(1), list(xs)
    for _ in range(400):
        one, other = choose.sample(values[-40:], 2)
        mix = choose.choice([lambda x, y: x * y, lambda x, y: x - y, lambda x, y: bp.sin(x) + y])
        values.append(mix(one, other))
    return sum(values[-40:])


LONG = [(newton, (2.0,)), (total, (1.0, 2.0)), (tangle, tuple(0.01 * i for i in range(50)))]
every_long_run = pytest.mark.parametrize(("f", "inputs"), LONG, ids=lambda x: getattr(x, "__name__", ""))


def stubs(part):
    return [row for row in part.rows if isinstance(row, Stub)]


def test_a_run_of_up_to_150_rows_is_drawn_as_it_is():
    run = trace(lambda x: sum(x * k for k in range(DRAWN // 2 - 1)), 1.0)
    assert shorten_run(run) is run
    assert not stubs(run)


def test_the_turns_of_a_loop_are_one_box_with_its_lines_and_the_first_and_the_last_stay():
    part = shorten_run(trace(newton, 2.0))
    (folded,) = stubs(part)
    assert (folded.formula, folded.kept) == ("× 38: v₆ … v₁₉₅", "lines 4 – 5")
    assert len(folded.hidden) == 38 * 5
    assert [row.name for row in part.rows if row is not folded] == [
        "a", "v₁", "v₂", "v₃", "v₄", "v₅", "v₁₉₆", "v₁₉₇", "v₁₉₈", "v₁₉₉", "v₂₀₀",
    ]  # fmt: skip
    texts = {row.kept for row in stubs(shorten_run(trace(total, 1.0, 2.0)))}
    assert texts == {"line 4: s = s + i * b"}


def test_the_turn_that_is_looked_at_is_shown_too():
    run = trace(newton, 2.0)
    part = shorten_run(run, "v₁₀₂")
    assert [stub.formula.partition(":")[0] for stub in stubs(part)] == ["× 19", "× 18"]
    assert run.find("v₁₀₂") in part.rows


@every_long_run
def test_each_row_is_on_its_page_with_all_that_it_takes(f, inputs):
    run = trace(f, *inputs)
    for start, page in zip(range(0, len(run), 40), page_run(run, 40), strict=True):
        shown = {row.id for row in page.rows} - {stub.id for stub in stubs(page)}
        rows = run.rows[start : start + 40]
        taken = [run[x.index] for row in rows for x in row.operands if x.index is not None]
        assert {row.id for row in [*rows, *taken]} <= shown
        assert len(page.rows) <= max(2 * AROUND, len({*rows, *taken})) + AROUND


@every_long_run
def test_each_row_and_each_edge_has_its_place_in_the_picture(f, inputs):
    run = trace(f, *inputs)
    for centre in (None, run.inputs[0], run.rows[len(run) // 2], "v1"):
        part = shorten_run(run, centre)
        shown = {row.id for row in part.rows}
        assert len(part.rows) <= max(DRAWN, AROUND + 2)
        assert {row.index for row in run.rows} == part.ends.keys()
        assert set(part.ends.values()) == shown
        assert sum(len(row.hidden) if isinstance(row, Stub) else 1 for row in part.rows) == len(run)
        drawn = {name for row in part.rows for name, _, _ in edges_of(row)}
        assert set(part.edges.values()) == drawn
        assert part.ends[run.find(run.output if centre is None else centre).index] in shown - {
            stub.id for stub in stubs(part)
        }


def test_a_window_says_how_many_rows_lie_before_and_after_it():
    run = trace(tangle, *(0.01 * i for i in range(50)))
    part = shorten_run(run, run.rows[len(run) // 2])
    words = {stub.id: (stub.formula, len(stub.hidden)) for stub in stubs(part)}
    assert {"before", "after"} <= words.keys()
    for side in ("before", "after"):
        assert words[side][0] == f"… {words[side][1]:,} more {side}"


def test_loops_are_found_where_the_same_lines_do_the_same_and_nowhere_else():
    run = trace(newton, 2.0)
    (turns,) = find_loops(run)
    assert ([row for turn in turns for row in turn], len(turns)) == (list(run.rows[1:]), 40)
    for turns in find_loops(trace(tangle, *(0.01 * i for i in range(50)))):
        assert len({tuple((row.operation, row.line) for row in turn) for turn in turns}) == 1


def test_a_record_draws_what_can_be_read_and_all_of_it_for_the_asking():
    run = bp.record(newton, 2.0)
    picture = run.graph()
    root = ElementTree.fromstring(picture.svg)
    boxes = [g for g in root.iter("{http://www.w3.org/2000/svg}g") if "bp-node" in g.get("class", "")]
    assert len(boxes) == 12
    assert sum("bp-more" in g.get("class") for g in boxes) == 1
    assert "201 nodes" in root.get("aria-label")
    assert picture.text.splitlines()[0].startswith("newton: 201 nodes, ")
    assert "× 38: v₆ … v₁₉₅, lines 4 – 5; takes v₅, a" in picture.text
    assert "v₁₀₂" in run.graph(centre="v₁₀₂").text
    assert len(run.graph(limit=500).trace.rows) == 201
    assert "v₋₁" not in picture.text
    assert "v₀" in run.graph("notes").text
    assert "not used" not in picture.text
    assert "image/svg+xml" in run._repr_mimebundle_()


def test_arrays_are_folded_too():
    def deep(X, W):
        for _ in range(80):
            X = bp.tanh(X @ W)
        return X.sum()

    part = shorten_run(trace(deep, np.ones((2, 3)), np.ones((3, 3))))
    assert [stub.formula for stub in stubs(part)] == ["× 77: v₄ … v₁₅₇"]
    assert graph(part).svg


def test_nothing_up_to_2000_operations_is_too_many_and_beyond_20000_it_is_said():
    run = bp.record(lambda x: sum(x * k for k in range(1000)), 1.0)
    assert len(run) > 2000
    assert run.graph().svg
    million = trace(lambda x: x * x, 1.0)
    million.rows = million.rows * 10_001
    with pytest.raises(ValueError, match="20,002 rows is too long for a picture"):
        shorten_run(million)
