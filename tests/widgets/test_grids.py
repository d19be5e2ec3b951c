"""Arrays and formulas as the browser draws them."""

import base64
import io
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_nb.drawing.notation import label_latex
from backprop_nb.drawing.palette import ABOVE, BELOW
from backprop_nb.widgets.grids import NOT_FINITE, make_grid
from backprop_nb.widgets.mathml import mathml


def pixels(grid):
    """The colours of a heat map, as another program reads its image."""
    image = plt.imread(io.BytesIO(base64.b64decode(grid["heat"]["source"].partition(",")[2])))
    shades = np.rint(255 * image[..., :3]).astype(int)
    return np.array([["#{:02X}{:02X}{:02X}".format(*rgb) for rgb in row] for row in shades])


@pytest.mark.parametrize(
    "shape", [(), (1,), (6,), (7,), (6, 6), (6, 7), (2, 3, 2), (3, 2, 9), (0,), (0, 3), (1000,)]
)
def test_a_picture_has_the_shape_of_its_array(shape):
    size = int(np.prod(shape))
    picture = make_grid(np.arange(float(size)).reshape(shape))
    rows = picture.get("numbers") or (size and pixels(picture).tolist())
    width = shape[-1] if shape else 1
    if size > 0 and width <= 6 and size / width <= 6:
        assert [len(row) for row in rows] == [width] * (size // width)
    elif size:
        assert len(rows) == -(-(size // width) // -(-(size // width) // 32))
    assert picture["shape"] == (str(shape) if shape else "")


def test_the_colours_of_a_heat_map_meet_at_zero():
    (line,) = pixels(make_grid(np.linspace(-1, 1, 31)))
    assert [line[0], line[15], line[30]] == [BELOW, "#FFFFFF", ABOVE]
    assert len(set(line)) == 31
    (line,) = pixels(make_grid(np.array([np.nan] * 3 + [1.0] * 5)))
    assert line.tolist() == [NOT_FINITE] * 3 + [ABOVE] * 5
    assert set(pixels(make_grid(np.zeros(9)))[0]) == {"#FFFFFF"}


@pytest.mark.parametrize(
    "latex", ["", "{", "}", r"\left", r"\bar", "_", "^x", "'", r"\frac{1}", r"\begin{pmatrix}", "\\", "é"]
)
def test_mathml_of_broken_latex_is_still_well_formed(latex):
    assert ElementTree.fromstring(mathml(latex)).tag == "math"


def test_parentheses_grow_only_where_latex_says_so():
    plain = "<mo stretchy=\"false\">(</mo>"
    assert plain in mathml(r"\text{array}(4, 2)'"), "a prime beside it is no reason to grow"
    assert plain not in mathml(r"\left(x\right)")


def test_mathml_shows_a_learners_name_as_text():
    math = mathml(label_latex("<script>alert(1)</script>"))
    assert "<script>" not in math
    assert "".join(ElementTree.fromstring(math).itertext()) == "<script>alert(1)</script>"
