"""Both modes on one function: runs and sweeps counted from outside, and the same Jacobian."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.ways.counting_sweeps import MODES


@pytest.mark.parametrize(("inputs", "outputs"), [(5, 3), (3, 5), (1, 7), (7, 1)])
def test_forward_mode_runs_once_for_an_input_and_reverse_mode_sweeps_once_for_an_output(inputs, outputs):
    A, calls = np.random.default_rng(1).normal(size=(outputs, inputs)), []

    def f(x):
        calls.append(1)
        return np.tanh(A @ x)

    x = np.linspace(0.1, 0.9, inputs)
    forward = bp.ways.count_sweeps(f, x, "forward mode")
    assert (forward.runs, forward.sweeps) == (len(calls), 0) == (inputs, 0)
    calls.clear()
    reverse = bp.ways.count_sweeps(f, x, "reverse mode")
    assert (reverse.runs, reverse.sweeps) == (len(calls), outputs) == (1, outputs)
    by_hand = (1 - np.tanh(A @ x) ** 2)[:, None] * A
    for swept in (forward, reverse):
        np.testing.assert_allclose(swept.jacobian, by_hand, rtol=1e-14)


def test_a_function_that_gives_one_number_has_one_row():
    for mode in MODES:
        assert bp.ways.count_sweeps(lambda x: (x * x).sum(), np.ones(3), mode).jacobian.tolist() == [
            [2, 2, 2]
        ]


def test_another_mode_is_refused():
    with pytest.raises(ValueError, match="forward mode, reverse mode; received 'sideways'"):
        bp.ways.count_sweeps(np.tanh, np.ones(2), "sideways")


def test_sizes_are_counted_in_a_table_and_drawn():
    seen = bp.ways.time_sweeps([(1, 6), (2, 3), (6, 1)])
    assert (seen["forward mode"], seen["reverse mode"]) == ([1, 2, 6], [6, 3, 1])
    assert len(seen["seconds"]) == 3
    assert "6 → 1" in seen.text
    assert "6 runs in" in seen.text
    assert "1 run, 1 sweep in" in seen.text
    (ax,) = seen.figure().axes
    assert [line.get_label() for line in ax.lines] == list(MODES)
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 6]
