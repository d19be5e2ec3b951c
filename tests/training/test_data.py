"""Data: drawn by a seed, or as it was published."""

import math
import subprocess
import sys

import numpy as np
import pytest

from backprop_nb import training


@pytest.mark.parametrize("draw", [training.moons, training.spirals])
def test_a_seed_draws_the_same_points_and_classes_are_equal_in_number(draw):
    one, other = draw(101, seed=4), draw(101, seed=4)
    assert one == other != draw(101, seed=5)
    assert abs(one.labels.count(0) - one.labels.count(1)) <= 1


def test_moons_are_half_circles_of_radius_one():
    data = training.moons(100, noise=0)
    middles = [(0, 0), (1, 0.5)]
    for point, label in zip(*data, strict=True):
        assert math.dist(point, middles[label]) == pytest.approx(1)


def test_penguins_are_scaled_and_none_is_missing():
    measures = np.array(training.penguins().inputs)
    assert measures.shape == (342, 4)
    np.testing.assert_allclose(measures.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(measures.std(0), 1)


def test_what_is_held_out_and_what_is_left_are_all_examples_once():
    data = training.moons(50)
    train, held_out = training.hold_out(data, 0.2, seed=1)
    assert len(held_out.labels) == 10
    assert sorted(map(tuple, train.inputs + held_out.inputs)) == sorted(map(tuple, data.inputs))


def test_numbers_train_where_numpy_is_absent():
    program = """
import sys
sys.modules["numpy"] = None
import backprop_nb as bp
from backprop_nb import training as t
def loss(p, rows, labels):
    scores = [t.mlp(p, x, bp.tanh, t.neurons)[0] for x in rows]
    return t.max_margin(scores, [2 * label - 1 for label in labels])
run = t.fit(loss, t.start_mlp([2, 4, 1], numbers=True), t.moons(20), epochs=20, batch=10, progress=False)
print(len(run.losses), run.losses[-1] < run.losses[0])
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["40", "True"]
