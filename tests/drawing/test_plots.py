"""Figures: what they show, in which colours, and that matplotlib is loaded only for them."""

import base64
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from support.project import PROJECT

from backprop_nb import plots
from backprop_nb.drawing import palette, tiles
from backprop_nb.drawing.sheets import Sheet

M = np.array([[1.0, 0.0, -2.0], [0.5, 0.0, 3.0]])


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_small_heat_map_shows_its_numbers_and_names():
    figure = plots.heat_map(M, "title", "inputs", "outputs", ["x₁", "x₂"], ["y₁", "y₂", "y₃"])
    ax = figure.axes[0]
    assert texts(figure) == ["1", "0", "-2", "0.5", "0", "3"]
    assert (ax.get_ylabel(), ax.get_xlabel(), ax.get_title()) == ("inputs", "outputs", "title")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["y₁", "y₂", "y₃"]
    assert len(figure.axes) == 1, "numbers need no colour bar"


def test_a_figure_shows_itself_with_words_for_those_who_do_not_see_it():
    figure = plots.heat_map(M, "two by three", "inputs", "outputs")
    assert 'alt="two by three: inputs and outputs"' in figure._repr_html_()
    figure.words = "1 & 2"
    assert figure._repr_html_().startswith('<img alt="1 &amp; 2" src="data:image/svg+xml;base64,')
    assert 'alt="t: y and x"' in plots.log_log({"a": ([1, 2], [1, 2])}, "x", "y", "t")._repr_html_()


def test_limits_are_symmetric_and_zero_is_no_colour_of_the_scale():
    figure = plots.heat_map(M)
    image = figure.axes[0].images[0]
    assert image.get_clim() == (-3, 3)
    assert image.get_array().mask.tolist() == [[False, True, False], [False, True, False]]
    assert tuple(image.cmap(np.ma.masked)) == (1.0, 1.0, 1.0, 1.0), "0 is white"
    near_zero = image.cmap(image.norm([-1e-9, 1e-9]))
    assert all(colour[:3].min() < 0.9 for colour in near_zero), "the smallest entry is no white"


def test_a_larger_heat_map_has_a_colour_bar_and_marks_negative_cells():
    figure = plots.heat_map(np.where(np.eye(20, dtype=bool), -1.0, 0))
    assert (len(figure.axes), texts(figure), len(figure.axes[0].lines)) == (2, [], 20)


def test_it_draws_into_axes_that_it_is_given_or_in_a_figure_that_pyplot_forgets():
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    figure, before = Figure(), pyplot.get_fignums()
    assert plots.heat_map(M, ax=figure.subplots()) is figure
    assert plots.log_log({"a": ([1, 2], [3, 4])}, "n", "seconds", ax=figure.subplots()) is figure
    plots.heat_map(M)
    plots.log_log({"a": ([1, 2], [3, 4])}, "n", "seconds")
    plots.side_by_side(lambda name, ax: plots.heat_map(M, name, ax=ax), ("one", "two"))
    assert pyplot.get_fignums() == before


@pytest.mark.parametrize(
    "strange", [np.zeros((3, 4)), np.zeros((0, 0)), np.array([[np.nan, np.inf], [-np.inf, 1.0]])]
)
def test_zeros_nothing_and_no_numbers_can_be_drawn_each_time_as_the_same_svg(strange):
    svg = plots.svg_of(plots.heat_map(strange))
    assert "<svg" in svg
    assert svg == plots.svg_of(plots.heat_map(strange))
    alt = 'alt="a &quot;matrix&quot;&#10;&lt;1&gt;"'
    assert alt in plots.image_of(plots.heat_map(strange), 'a "matrix"\n<1>')


def test_a_figure_turns_dark_on_a_dark_page_but_not_on_paper():
    data = re.search("base64,([^\"]+)", plots.image_of(plots.heat_map(np.eye(2)), "a matrix"))[1]
    assert "@media screen and (prefers-color-scheme: dark) { svg { filter:" in base64.b64decode(data).decode()


def test_lines_differ_in_colour_mark_and_dashes_and_what_cannot_be_shown_is_refused():
    series = {name: ([1, 10], [1, factor]) for factor, name in enumerate("abcd", 2)}
    lines = plots.log_log(series, "n", "seconds").axes[0].lines
    looks = [(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines]
    assert [len(set(column)) for column in zip(*looks, strict=True)] == [4, 4, 4]
    with pytest.raises(ValueError, match="at most 4"):
        plots.log_log(series | {"e": ([1], [1])}, "n", "seconds")
    with pytest.raises(ValueError, match="two axes"):
        plots.heat_map(np.ones(3))


# ---- colours ----


@pytest.mark.parametrize("value", [*np.linspace(-1, 1, 41).tolist(), float("nan"), float("inf")])
def test_numbers_can_be_read_on_every_colour(value):
    colour = tiles.shade(value, 1.0)
    assert palette.contrast(tiles.ink_on(colour), colour) >= 4.5


def test_signs_differ_without_colour_vision_and_grow_with_size():
    for size in (0.01, 0.3, 1.0):
        assert tiles.shade(size, 1.0) != tiles.shade(-size, 1.0)
    greys = [palette.contrast(tiles.shade(size, 1.0), "#FFFFFF") for size in (0.0, 0.01, 0.3, 0.6, 1.0)]
    assert greys == sorted(greys)
    assert greys[1] > 1.15, "the smallest entry is told from 0"
    assert palette.contrast(tiles.ABOVE_ZERO, tiles.BELOW_ZERO) > 1.5


def test_a_legend_stands_beside_its_curves_and_a_white_picture_has_a_frame():
    figure = plots.draw_lines({f"rate {n}": [n, -n] for n in range(4)})
    figure.draw_without_rendering()
    (ax,) = figure.axes
    assert ax.get_legend().get_window_extent().x0 > ax.get_window_extent().x1
    ax, *_ = plots.draw_images([np.zeros((4, 4))] * 3, "abc").axes
    assert ax.axison
    assert all(spine.get_visible() for spine in ax.spines.values())


def test_what_a_table_says_wraps_in_a_narrow_window():
    cells = re.findall(r"<t[hd][^>]*style='?\"?([^\"]*)", Sheet("a title", ("a", "b"), (("x", "y"),)).html)
    assert len(cells) == 4
    assert all(style.rpartition("white-space:")[2].startswith("normal") for style in cells)


def test_the_colours_of_the_meanings_are_written_in_one_file_only():
    colours = [*palette.VALUE, *palette.ADJOINT, *palette.PARTIAL]
    files = [x for end in ("py", "js", "css") for x in (PROJECT / "backprop_nb").rglob(f"*.{end}")]
    texts = {x.name: x.read_text(encoding="utf-8") for x in files}
    for path in (PROJECT / "notebooks").glob("*.ipynb"):  # what they show is drawn anew whenever they run
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts[path.name] = "".join(line for cell in cells for line in cell["source"])
    assert [name for name, text in texts.items() if any(x in text.upper() for x in colours)] == ["palette.py"]


def test_a_tile_has_a_square_for_each_entry_and_a_bar_for_each_negative_one():
    svg = tiles.tile(M.tolist(), "<words>")
    assert svg.count("<rect") == 1 + 4
    assert svg.count("stroke-width") == 1 + 1
    assert 'aria-label="&lt;words&gt;"' in svg
    assert tiles.tile([], "nothing").count("<rect") == 1


def test_matplotlib_is_loaded_only_when_a_picture_is_asked_for():
    program = """
import sys
import numpy as np
from backprop_nb.jacobians.looking import look
from backprop_nb.jacobians.gallery import gallery
import backprop_nb.drawing.plots
from backprop_nb.jacobians import kronecker, races, sizes
seen = look(lambda x: 2 * x, np.ones(3))
print(seen, gallery("exp").html)
assert "matplotlib" not in sys.modules
seen.figure()
assert "matplotlib" in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
