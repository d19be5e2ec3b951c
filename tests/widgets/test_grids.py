"""Arrays and formulas as the browser draws them."""

from xml.etree import ElementTree

import numpy as np
import pytest

from backprop_nb.drawing.notation import label_latex
from backprop_nb.widgets.grids import LEVELS, make_grid
from backprop_nb.widgets.mathml import mathml


@pytest.mark.parametrize(
    "shape", [(), (1,), (6,), (7,), (6, 6), (6, 7), (2, 3, 2), (3, 2, 9), (0,), (0, 3), (1000,)]
)
def test_a_picture_has_the_shape_of_its_array(shape):
    size = int(np.prod(shape))
    picture = make_grid(np.arange(float(size)).reshape(shape))
    rows = picture.get("numbers") or picture.get("heat")
    width = shape[-1] if shape else 1
    if size > 0 and width <= 6 and size / width <= 6:
        assert [len(row) for row in rows] == [width] * (size // width)
    elif size:
        assert len(rows) == -(-(size // width) // -(-(size // width) // 32))
    assert picture["shape"] == (str(shape) if shape else "")


def test_the_colours_of_a_heat_map_meet_at_zero():
    x = np.linspace(-1, 1, 31)
    line = make_grid(x)["heat"][0]
    levels = [LEVELS.index(letter) for letter in line]
    assert levels == sorted(levels)
    assert (levels[0], levels[15], levels[30]) == (1, 32, 63)
    assert make_grid(np.array([np.nan] * 3 + [1.0] * 5))["heat"] == ["   -----".replace("-", LEVELS[63])]
    assert set(make_grid(np.zeros(9))["heat"][0]) == {LEVELS[32]}


@pytest.mark.parametrize(
    "latex", ["", "{", "}", r"\left", r"\bar", "_", "^x", "'", r"\frac{1}", r"\begin{pmatrix}", "\\", "é"]
)
def test_mathml_of_broken_latex_is_still_well_formed(latex):
    assert ElementTree.fromstring(mathml(latex)).tag == "math"


def test_mathml_shows_a_learners_name_as_text():
    math = mathml(label_latex("<script>alert(1)</script>"))
    assert "<script>" not in math
    assert "".join(ElementTree.fromstring(math).itertext()) == "<script>alert(1)</script>"
