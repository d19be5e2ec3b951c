"""Rows of both tables and records are whole and read-only after pickle and copy, in any process."""

import copy
import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive
from backprop_nb.core.row import row_named


def loss(W, x):
    return np.sum(np.tanh(W @ x) ** 2) + x[1] * np.concatenate([x, x]).sum()


def numbers(x, y):
    return bp.exp(x) * y + x


INPUTS = (np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.1, 0.2]))


def arrays_in(x):
    """Every array that can be reached from an object of the record's."""
    if isinstance(x, np.ndarray):
        yield x
    elif isinstance(x, (tuple, list)):
        for item in x:
            yield from arrays_in(item)
    elif hasattr(x, "saved"):
        yield from arrays_in(x.saved)
    elif hasattr(x, "rows"):
        yield from arrays_in([x.rows, x.steps])


def by_another_process(x):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(copy.copy, (x,))


@pytest.mark.parametrize(
    "come_back", [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy, by_another_process]
)
@pytest.mark.parametrize(("f", "inputs"), [(loss, INPUTS), (numbers, (0.5, 2.0))])
def test_a_record_comes_back_whole_and_read_only(come_back, f, inputs):
    run = bp.record(f, *inputs)
    assert str(run) == str(come_back(run))
    assert run.steps
    again = come_back(run)  # with its steps made
    assert str(run) == str(again)
    assert type(again) is type(run)
    met = list(arrays_in(again))
    assert bool(met) == (f is loss)
    assert not any(x.flags.writeable for x in met)


@pytest.mark.parametrize("part", [lambda run: run.rows[3], lambda run: run.steps[6]])
def test_a_row_and_a_step_come_back_read_only(part):
    for come_back in (lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy):
        again = come_back(part(bp.record(loss, *INPUTS)))
        met = list(arrays_in(again))
        assert met
        assert not any(x.flags.writeable for x in met)


def test_rows_of_both_tables_are_found_by_a_process_that_has_loaded_nothing():
    rows = [*Primitive.table.values(), *Structural.table.values()]
    rows = [row for row in rows if row.name in type(row).built_in]
    assert all(pickle.loads(pickle.dumps(row)) is row and copy.deepcopy(row) is row for row in rows)
    code = (
        "import pickle, sys; [print(pickle.loads(bytes.fromhex(x)).name) for x in sys.stdin.read().split()]"
    )
    sent = "\n".join(pickle.dumps(row).hex() for row in rows)
    told = subprocess.run(
        [sys.executable, "-c", code], input=sent, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [row.name for row in rows]


@pytest.mark.parametrize("kind", [Primitive, Structural])
def test_a_row_that_this_process_lacks_is_named(kind):
    with pytest.raises(KeyError, match="no row 'cube' here: import the module that adds it"):
        row_named(kind, "cube")
