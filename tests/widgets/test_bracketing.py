"""The brackets explorer without a browser: its sizes, its twins, what it refuses."""

import pytest

import backprop_nb as bp
from backprop_nb.widgets.bracketing import LONGEST


def test_its_text_and_its_still_tell_the_three_orders_of_the_present_sizes():
    widget = bp.widgets.brackets([8, 4, 2, 1])
    assert widget.text == bp.ways.compare_brackets([8, 4, 2, 1]).text
    widget.dims = [1, 2, 4, 8]
    assert widget.sheet["forward"] == 1 * 2 * 4 + 1 * 4 * 8
    assert "J₃ (J₂ J₁)" in widget.still
    assert repr(widget) == "<brackets on 1 → 2 → 4 → 8>"


@pytest.mark.parametrize("count", range(4, LONGEST + 2))
def test_the_chains_to_choose_from_are_as_long_as_yours(count):
    chains = bp.widgets.brackets([5] * count).scene["chains"]
    assert {len(dims) for dims in chains.values()} == {count}
    assert next(iter(chains)) == "yours"


@pytest.mark.parametrize("wrong", [[3, 4, 5], [3, 0, 4, 2], [3, 2.5, 4, 2], [3, 10_001, 4, 2], [2] * (LONGEST + 2)])
def test_sizes_that_cannot_be_shown_are_refused(wrong):
    with pytest.raises(ValueError, match="sizes are 4 to 9 whole numbers from 1 to 10,000"):
        bp.widgets.brackets(wrong)


def test_a_chain_of_another_length_is_another_widget():
    widget = bp.widgets.brackets([3, 4, 5, 6])
    with pytest.raises(ValueError, match="this chain has 4 sizes; received 5"):
        widget.dims = [1, 2, 3, 4, 5]
    assert widget.dims == [3, 4, 5, 6]
