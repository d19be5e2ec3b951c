"""Orders of a product of Jacobians: costs against products that are really multiplied, counted by hand."""

import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.ways.chain_orders import multiply_in_order


class Counted:
    """A matrix that counts the multiplications of numbers that its products take."""

    def __init__(self, matrix, cost=0):
        self.matrix, self.cost = matrix, cost

    def __matmul__(self, other):
        (rows, inner), (_, columns) = self.matrix.shape, other.matrix.shape
        return Counted(self.matrix @ other.matrix, self.cost + other.cost + rows * inner * columns)


def chains(count):
    chance = random.Random(0)
    return [[chance.randint(1, 9) for _ in range(chance.randint(2, 7))] for _ in range(count)]


def cheapest(dims):
    @cache
    def cost(i, j):
        cuts = [cost(i, k) + cost(k, j) + dims[i] * dims[k] * dims[j] for k in range(i + 1, j)]
        return min(cuts, default=0)

    return cost(0, len(dims) - 1)


@pytest.mark.parametrize("order", ["forward", "reverse", "best"])
def test_the_brackets_as_written_give_the_product_at_the_told_cost(order):
    for dims in chains(60):
        text, cost = multiply_in_order(order, dims)
        factors = [np.ones((rows, columns)) for columns, rows in pairwise(dims)]
        names = {f"J{i}": Counted(J) for i, J in enumerate(factors, 1)}
        plain = text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")).replace(" ", " @ ")
        out = eval(plain, names)
        assert out.cost == cost
        assert out.matrix.shape == (dims[-1], dims[0])


def test_the_best_is_the_least_of_all_and_never_dearer_than_both_modes():
    for dims in chains(200):
        sheet = bp.ways.compare_brackets(dims)
        assert sheet["best"] == cheapest(tuple(dims)) <= min(sheet["forward"], sheet["reverse"])


def test_forward_and_reverse_change_places_when_the_chain_is_turned():
    for dims in chains(50):
        sheet, turned = bp.ways.compare_brackets(dims), bp.ways.compare_brackets(dims[::-1])
        assert (sheet["forward"], sheet["reverse"]) == (turned["reverse"], turned["forward"])


def test_the_table_reads_as_text():
    assert "reverse  (J₃ J₂) J₁" in bp.ways.compare_brackets([8, 4, 2, 1]).text
    assert bp.ways.compare_brackets([4, 2]).rows[0] == ("forward", "J₁", "0")


@pytest.mark.parametrize("wrong", [[], [3], [3, 0], [3, 2.5]])
def test_sizes_that_are_no_chain_are_refused(wrong):
    with pytest.raises(ValueError, match="two sizes or more"):
        bp.ways.compare_brackets(wrong)
