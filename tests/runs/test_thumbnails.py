"""Small pictures of arrays in the boxes of a graph: of their shapes, and where the boxes have room."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.drawing.palette import ABOVE, BELOW
from backprop_nb.runs.graph import points_of
from backprop_nb.runs.thumbnails import LONGEST_SIDE, MOST_CELLS, side_of, thumbnail

SVG = "{http://www.w3.org/2000/svg}"
X, W = np.arange(6.0).reshape(3, 2) - 2, np.ones((2, 4))


@pytest.fixture
def picture():
    return bp.record(lambda X, W: bp.tanh(X @ W).sum(), X, W).graph()


def test_shapes_fit_the_sides_that_a_product_joins_are_of_one_length(picture):
    x, w, y = (picture.thumbnails[row.index] for row in picture.trace.rows[:3])
    assert x[0] == w[1]
    assert (x[1], w[0]) == (y[1], y[0])
    assert y[2].keys() != x[2].keys()
    assert side_of(2) < side_of(3) < side_of(10**6) == LONGEST_SIDE


def test_numbers_have_no_picture_and_neither_have_empty_arrays():
    assert bp.record(lambda x: x * x, 2.0).graph().thumbnails == {}
    assert thumbnail(np.float64(1.0)) is None
    assert thumbnail(np.ones((0, 3))) is None


def test_cells_are_purple_below_0_and_brown_above_and_few_however_large_the_array():
    assert list(thumbnail(np.array([2.0, -2.0, 0.0, np.nan]))[2]) == [ABOVE, BELOW, "#FFFFFF", "#A8A8A8"]
    for shape in ((500, 400), (7, 1, 900), (1000,)):
        cells = "".join(thumbnail(np.random.default_rng(0).normal(size=shape))[2].values())
        assert cells.count("z") <= MOST_CELLS**2


def test_the_picture_stands_inside_its_box_and_the_words_beside_it(picture):
    found = 0
    for group in ElementTree.fromstring(picture.svg).iter(SVG + "g"):
        inner = group.find(f"{SVG}g[@class='bp-thumbnail']")
        if inner is None:
            continue
        found += 1
        xs, ys = zip(*points_of(group.find(SVG + "path").get("d")), strict=True)
        x, y = map(float, inner.get("transform")[10:-1].split())
        width, height = map(float, re.findall(r"[hv]([\d.]+)", inner.findall(SVG + "path")[-1].get("d"))[:2])
        right, bottom = x + width, y + height
        assert min(xs) < x < right < max(xs)
        assert min(ys) < y < bottom < max(ys)
        text = group.find(SVG + "text")
        assert float(text.get("x")) - right > (max(xs) - float(text.get("x"))) - 20
    assert found == 4
