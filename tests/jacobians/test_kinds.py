"""Kinds of Jacobians: each is recognised, and what almost is one is not."""

import numpy as np
import pytest

from backprop_nb.jacobians.blocks import splits, uneven_blocks
from backprop_nb.jacobians.kinds import recognise

RANDOM = np.random.default_rng(1)


def full(*shape):
    """Random numbers away from 0 and from each other."""
    return RANDOM.uniform(0.5, 2, shape) * RANDOM.choice([-1, 1], shape)


def kind(*samples, layout="notes"):
    return recognise(samples)[0].said(layout)[0]


def names(*samples, layout="notes"):
    return [found.said(layout)[0] for found in recognise(samples)]


def one_hot(places, size):
    """A row per place, with a single 1."""
    return np.eye(size)[list(places)]


def twice(make):
    """The same structure with other numbers, as two points give it."""
    return make(), make()


SELECTION = one_hot([2, 0, 0], 4)  # 3 rows, 4 columns
A = full(2, 3)
EXACT = {
    "empty": (np.zeros((0, 3)),),
    "zero": (np.zeros((3, 4)),),
    "one number": ([[3.0]],),
    "identity": (np.eye(4),),
    "scaled identity": (-np.eye(3), -2 * np.eye(3)),
    "diagonal": twice(lambda: np.diag(full(4))),
    "permutation": (one_hot([2, 0, 1, 3], 4),),
    "one-hot columns": (SELECTION.T,),
    "one-hot rows": (SELECTION,),
    "one column": twice(lambda: full(4, 1)),
    "one row": twice(lambda: full(1, 4)),
    "one entry per column": twice(lambda: SELECTION.T * full(4, 3)),
    "one entry per row": twice(lambda: SELECTION * full(3, 4)),
    "I₃ ⊗ B": (np.kron(np.eye(3), A),),
    "B ⊗ I₃": (np.kron(A, np.eye(3)),),
    "I₂ ⊗ B ⊗ I₂": (np.kron(np.kron(np.eye(2), A), np.eye(2)),),
    "block diagonal": twice(lambda: np.kron(np.eye(2), np.ones((2, 2))) * full(4, 4)),
    "banded": twice(lambda: np.triu(np.tril(full(5, 6), 1))),
    "upper triangular": twice(lambda: np.triu(full(4, 4))),
    "lower triangular": twice(lambda: np.tril(full(4, 4))),
    "rank one": twice(lambda: np.outer(full(3), full(4))),
    "sparse": (np.array([[1.0, 0, 2, 0], [0, 3, 0, 0], [4, 0, 0, 5], [0, 0, 0, 6]])[[0, 2, 1, 3]],),
    "dense": twice(lambda: full(3, 4)),
}


@pytest.mark.parametrize("name", EXACT)
def test_each_kind_is_recognised(name):
    assert kind(*EXACT[name]) == name


@pytest.mark.parametrize("name", EXACT)
def test_in_the_other_layout_the_words_change_sides(name):
    found = recognise([np.transpose(sample) for sample in EXACT[name]])[0]
    pairs = ("row", "column"), ("rows", "columns"), ("upper", "lower")
    words = dict([*pairs, *(pair[::-1] for pair in pairs)])
    assert found.said("usual")[0] == " ".join(
        words.get(word, word) for word in found.said("notes")[0].split(" ")
    )
    assert found.said("usual")[0] == name or "⊗" in name, "the transpose is the same in the other layout"


def damaged(name, size):
    """The same samples with a small number at one place that is 0, or one entry changed by as much."""
    samples = [np.array(sample, float) for sample in EXACT[name]]
    zeros = np.argwhere(np.all([sample == 0 for sample in samples], axis=0))
    i, j = zeros[len(zeros) // 2] if len(zeros) else (0, 0)
    for sample in samples:
        sample[i, j] += size
    return samples


NEAR_MISSES = sorted(set(EXACT) - {"empty", "zero", "one number", "one column", "one row", "sparse", "dense"})


@pytest.mark.parametrize("size", [1e-9, 1e-3])
@pytest.mark.parametrize("name", NEAR_MISSES)
def test_what_is_almost_of_a_kind_is_not_of_that_kind(name, size):
    assert kind(*damaged(name, size)) != name


@pytest.mark.parametrize("name", [name for name in NEAR_MISSES if name != "rank one"])
def test_a_number_that_rounding_explains_does_not_hide_the_kind_and_is_told(name):
    found, words = recognise(damaged(name, 1e-17))[0], recognise(EXACT[name])[0].words
    assert found.said("notes")[0] == name
    assert found.words in (words, words + ", up to rounding")


def test_an_entry_that_is_0_by_chance_is_found_out_at_another_point():
    by_chance = full(3, 3)
    by_chance[~np.eye(3, dtype=bool)] = 0
    assert kind(by_chance) == "diagonal"
    assert kind(by_chance, full(3, 3)) == "dense"


def test_small_entries_beside_large_ones_count():
    assert kind(np.diag([1.0, 1e30])) == "diagonal"
    assert kind([[1.0, 0], [1e-9, 1e30]]) != "diagonal"
    assert kind([[1.0, 1e-30], [0, 1e-30]]) == "upper triangular", "1e-30 is the largest of its column"


def test_blocks_that_differ_by_a_millionth_are_no_kronecker_product():
    blocks = np.kron(np.eye(2), A)
    blocks[0, 0] += 1e-6
    assert kind(blocks) == "block diagonal"
    blocks[0, 0] -= 1e-6
    assert kind(blocks) == "I₂ ⊗ B"


def test_the_block_is_found():
    np.testing.assert_array_equal(recognise([np.kron(np.eye(3), A)])[0].block, A)
    np.testing.assert_array_equal(recognise([np.kron(A, np.eye(4))])[0].block, A)


def test_interleaved_and_uneven_blocks_are_block_diagonal():
    wide = np.zeros((2, 3, 2, 3))
    for b in range(3):
        wide[:, b, :, b] = full(2, 2)
    found = recognise([wide.reshape(6, 6)])[0]
    assert found.name == "block diagonal"
    assert "interleaved" in found.words
    uneven = np.zeros((5, 4))
    uneven[:2, :3], uneven[2:, 3:] = full(2, 3), full(3, 1)
    assert "2×3, 3×1" in recognise([uneven])[0].words
    assert uneven_blocks(uneven != 0) == [(2, 3), (3, 1)]


def test_further_facts_are_told_too():
    symmetric = full(3, 3)
    assert names(symmetric + symmetric.T) == ["dense", "symmetric"]
    assert names(np.full((3, 2), 5.0)) == ["rank one", "constant"]
    assert names(np.kron(np.eye(2), np.ones((3, 1))))[0] == "one-hot rows"
    assert "I₂ ⊗ B" in names(np.kron(np.eye(2), np.ones((3, 1))))


def test_how_many_numbers_and_multiplications_a_kind_needs():
    def needs(*samples):
        return recognise(samples)[0][2:4]

    assert needs(np.eye(4)) == (0, 0)
    assert needs(3 * np.eye(4)) == (1, 4)
    assert needs(*EXACT["diagonal"]) == (4, 4)
    assert needs(SELECTION) == (0, 0)
    assert needs(np.kron(np.eye(5), A)) == (6, 30)
    assert needs(np.triu(np.ones((4, 4)))) == (0, 0)
    assert needs(*EXACT["rank one"]) == (7, 7)
    assert needs(full(3, 4)) == (12, 12)


def test_infinite_and_missing_numbers_break_nothing():
    for strange in (np.nan, np.inf):
        sample = full(3, 3)
        sample[1, 1] = strange
        assert kind(sample) == "dense"
        assert kind(np.diag([1.0, strange])) == "diagonal"


def test_a_matrix_that_is_no_sample_of_points_is_refused():
    with pytest.raises(ValueError, match="axes"):
        recognise(np.eye(3))


def test_splits_name_the_finest_blocks_first():
    assert splits(6, 4) == [(2, 1), (1, 2)]
    assert splits(4, 4)[0] == (4, 1)
    assert splits(3, 5) == []


def test_an_output_that_is_one_input_is_a_selection_and_an_input_that_reaches_nothing_is_no_single_1():
    assert names([[0.0], [1.0], [0.0]])[0] == "one-hot columns"
    name, words = recognise([np.array([[1.0, 0, 0], [1.0, 0, 0], [0, 0, 0]])])[0].said("notes")
    assert (name, words) == ("one-hot rows", "at most one 1 in each row: outputs are sums of inputs")
