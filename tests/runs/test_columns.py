"""A run on numbers is kept as columns: what it takes, and that its rows are those of a run made at once."""

import gc
import pickle

import pytest
from support.small_programs import f

from backprop_nb.core.scalar import Scalar
from backprop_nb.runs import columns, tracing
from backprop_nb.runs.recording import record
from backprop_nb.runs.tracing import trace


def chain(x, n=3000):
    for _ in range(n // 2):
        x = x * 1.0001 + 0.1
    return x


def constants(x):
    """Constants that are equal, or not quite; a leaf of its own; a complex number; one operand twice."""
    brought = Scalar(2.0)
    return x**2 + x**2.0 + x * 0.0 + x * -0.0 + brought * x + (x + float("nan")) * 0 + 1j * x


@pytest.mark.parametrize(("f", "inputs"), [(f, (2, 5)), (constants, (3,)), (lambda x: x, (1.5,))])
def test_rows_made_when_asked_for_are_those_made_at_once(f, inputs, monkeypatch):
    now = trace(f, *inputs)
    monkeypatch.setattr(tracing, "AT_ONCE", 0)
    later = trace(f, *inputs)
    assert (type(now.rows), type(later.rows)) == (tuple, columns.Rows)
    assert repr(list(later.rows)) == repr(list(now.rows))
    assert repr(later.rows[-1:]) == repr(now.rows[-1:])
    assert list(map(str, reversed(later.rows))) == list(map(str, reversed(now.rows)))
    assert [step.text for step in later.steps] == [step.text for step in now.steps]
    assert repr(list(pickle.loads(pickle.dumps(later)).rows)) == repr(list(now.rows))
    with pytest.raises(IndexError):
        later.rows[len(later)]


def test_constants_stay_what_they_were():
    kept = [repr(x.value) for row in trace(constants, 3).rows for x in row.operands if x.index is None]
    assert sorted(kept) == sorted(["2", "2.0", "0.0", "-0.0", "nan", "0", "1j"])


def test_of_a_long_run_only_the_rows_that_are_asked_for_are_made(monkeypatch):
    made = []
    monkeypatch.setattr(columns, "Row", lambda *given: made.append(given[0]) or tracing.Row(*given))
    run = record(chain, 1.0)
    assert (len(run), repr(run)) == (3001, "<record of chain(x): 3001 rows, 1 of them inputs>")
    assert set(made) <= {0, 3000}, "the input, and the output for its value"
    assert run[1500].definition == "v₁₅₀₀ = v₁₄₉₉ + 0.1"
    assert set(made) == {0, 1500, 3000}


def test_a_row_takes_fewer_than_sixty_bytes():
    rows = trace(chain, 1.0).rows
    kept = [x for x in vars(rows).values() if hasattr(x, "itemsize")]
    assert sum(len(column) * column.itemsize for column in kept) < 60 * len(rows)
    assert sum(len(x) for x in vars(rows).values() if isinstance(x, list)) < 10, "constants once each"


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("before", [True, False])
def test_the_collector_rests_while_a_run_is_recorded(before, fails):
    seen = []

    def f(x):
        seen.append(gc.isenabled())
        return x / (0 if fails else 2)

    try:
        (gc.enable if before else gc.disable)()
        trace(f, 1.0)
    except ZeroDivisionError:
        assert fails
    finally:
        after = gc.isenabled()
        gc.enable()
    assert (seen, after) == ([False], before)
