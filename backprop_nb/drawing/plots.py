"""Figures: the one module that loads matplotlib, and only when a picture is asked for."""

import functools
import io

import numpy as np

from .html_tables import embed_svg
from .notation import number
from .palette import ADJOINT, DIM, INK, LIGHT_PAGE, PARTIAL, VALUE
from .tiles import BELOW_ZERO, UNKNOWN, ZERO, ink_on, shade

__all__ = ["draw_error_curves", "draw_guesses", "draw_images", "draw_lines", "draw_lines_through",
           "heat_map", "image_of", "log_log", "side_by_side", "svg_of"]  # fmt: skip

NUMBERS_UP_TO = 8  # rows and columns up to which each cell shows its number
LINES_UP_TO = 40  # … up to which lines part the cells
NAMES_UP_TO = 16  # … up to which every row and column shows its name
SERIES = (  # a colour, a mark and dashes for each line
    (VALUE.mark, "o", "-"), (ADJOINT.mark, "s", "--"), (PARTIAL.mark, "^", "-."), (BELOW_ZERO, "D", ":")
)  # fmt: skip
FIGURE_STYLE = {"layout": "constrained", "facecolor": LIGHT_PAGE}  # dark ink on a light ground …
TURNED_ON_DARK = (  # … which a dark page turns round, hues as they were
    "@media screen and (prefers-color-scheme: dark) { svg { filter: invert(0.93) hue-rotate(180deg) } }"
)


def heat_map(matrix, title="", rows="", columns="", row_names=(), column_names=(), ax=None):
    """A matrix as a heat map: green above 0, purple below, white exactly at 0; limits are symmetric.

    matrix:                  array (rows, columns)
    rows, columns:           what the rows and the columns are: "inputs", "outputs"
    row_names, column_names: one short name each, shown where there is room
    ax:                      axes to draw in; None makes a figure
    returns:                 matplotlib Figure
    raises:                  ValueError if ``matrix`` has not two axes

    Up to 8 × 8 each cell shows its number; up to 24 × 24 a bar marks the negative cells.
    """
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2:
        raise ValueError(f"a heat map shows a matrix, two axes; received shape {matrix.shape}")
    high, wide = matrix.shape
    ax = ax if ax is not None else new_axes(figure_size(high, wide))
    most = float(np.max(np.abs(matrix), initial=0, where=np.isfinite(matrix))) or 1.0
    image = draw_cells(ax, matrix, most)
    ax.set_title(title, fontsize=10, color=INK, wrap=True)
    ax.set_ylabel(rows, color=INK)
    ax.set_xlabel(columns, color=INK)
    ax.xaxis.set_label_position("top")
    name_ticks(ax, row_names, column_names, matrix.shape)
    if max(high, wide) <= NUMBERS_UP_TO:
        write_numbers(ax, matrix, most)
    elif matrix.any():
        mark_negative(ax, matrix, most)
        bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, pad=0.04)
        bar.set_ticks([-most, 0, most], labels=[f"−{number(most, 3)}", "0", number(most, 3)])
    return ax.figure


def draw_cells(ax, matrix, most):
    """The coloured cells with the lines between them; returns matplotlib's image."""
    from matplotlib.colors import ListedColormap, Normalize
    from matplotlib.patches import Rectangle

    steps = np.linspace(-1, 1, 256)  # an even number: none is 0, which is drawn as a masked cell
    colours = ListedColormap([shade(float(step), 1.0) for step in steps], "partials").with_extremes(bad=ZERO)
    high, wide = matrix.shape
    extent = (0, max(wide, 1), max(high, 1), 0)
    cells = np.ma.masked_where((matrix == 0) | np.isnan(matrix), matrix)
    cells = cells if cells.size else np.ma.masked_all((1, 1))
    limits = Normalize(-most, most)
    image = ax.imshow(cells, cmap=colours, norm=limits, extent=extent, interpolation="nearest")
    for i, j in np.argwhere(np.isnan(matrix)):
        ax.add_patch(Rectangle((j, i), 1, 1, linewidth=0, facecolor=UNKNOWN, hatch="xx", edgecolor=INK))
    if max(high, wide) <= LINES_UP_TO:
        ax.hlines(np.arange(1, high), 0, wide, color="#C9C9C9", linewidth=0.6)
        ax.vlines(np.arange(1, wide), 0, high, color="#C9C9C9", linewidth=0.6)
    for spine in ax.spines.values():
        spine.set_color(DIM)
    return image


def name_ticks(ax, row_names, column_names, shape):
    """Names beside the rows and above the columns, as many as there is room for."""
    ax.tick_params(top=False, bottom=False, left=False, labeltop=True, labelbottom=False, colors=INK)
    for axis, names, count in ((ax.yaxis, row_names, shape[0]), (ax.xaxis, column_names, shape[1])):
        every = 1 if count <= NAMES_UP_TO else -(-count // NAMES_UP_TO)
        places = range(0, len(names), every)
        longest = max((len(names[i]) for i in places), default=0)
        axis.set_ticks([i + 0.5 for i in places], labels=[names[i] for i in places], fontsize=9)
        if axis is ax.xaxis and longest * len(places) > 40:
            ax.tick_params(axis="x", labelrotation=90)


def write_numbers(ax, matrix, most):
    """The number of each cell, in ink that can be read on its colour."""
    for (i, j), value in np.ndenumerate(matrix):
        text = number(value, 3)
        text = number(value, 2) if len(text) > 6 else text
        ink = DIM if value == 0 else ink_on(shade(float(value), most))
        size = min(9, 56 / max(4, len(text)))
        ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=ink, fontsize=size)


def mark_negative(ax, matrix, most):
    """A bar in each negative cell, for those who do not see its colour, while it can be seen at all."""
    if max(matrix.shape) > 24:
        return
    for i, j in np.argwhere(matrix < 0):
        ink = ink_on(shade(float(matrix[i, j]), most))
        ax.plot([j + 0.3, j + 0.7], [i + 0.5, i + 0.5], color=ink, linewidth=1)


def side_by_side(draw, names):
    """Several heat maps in one figure: ``draw(name, ax)`` fills one of the axes for each name.

    returns: matplotlib Figure
    """
    axes = np.atleast_1d(new_axes((4.6 * len(names), 4.2), len(names)))
    for name, ax in zip(names, axes, strict=True):
        draw(name, ax)
    return axes[0].figure


def log_log(series, x, y, title="", ax=None):
    """Lines over two logarithmic axes, each with its own colour, mark and dashes.

    series:  {name: (numbers along x, numbers along y)}, at most 4
    x, y:    what the axes show, with the unit
    ax:      axes to draw in; None makes a figure
    returns: matplotlib Figure
    raises:  ValueError for more than 4 series
    """
    if len(series) > len(SERIES):
        raise ValueError(f"{len(series)} lines cannot be told apart: show at most {len(SERIES)} in a figure")
    ax = ax if ax is not None else new_axes((6, 4))
    for (name, (along, up)), (colour, mark, dashes) in zip(series.items(), SERIES, strict=False):
        ax.loglog(along, up, label=name, color=colour, marker=mark, linestyle=dashes, markersize=5)
    sizes = sorted({size for along, _ in series.values() for size in along})
    ax.set_xticks(sizes, labels=[number(size) for size in sizes])
    ax.set_xticks([], minor=True)
    ax.set_xlabel(x, color=INK)
    ax.set_ylabel(y, color=INK)
    ax.set_title(title, fontsize=10, color=INK)
    ax.tick_params(colors=INK, which="both")
    ax.grid(color="#D8D8D8", linewidth=0.6)
    ax.legend(frameon=False, labelcolor=INK)
    return ax.figure


def draw_error_curves(curves, title="", ax=None):
    """Errors against the step, on two logarithmic axes; beside each curve its two computed lines.

    curves:  at most 4 ``ways.error_curves.Curve``s
    returns: matplotlib Figure

    What is left out, by Taylor's series, is dotted, rounding dashed; a ring marks the best step. An error of
    0 is drawn at the bottom.
    """
    ax = ax if ax is not None else new_axes((6, 4.2))
    known = [error for curve in curves for error in curve.errors if error > 0]
    low, high = min(known, default=1e-16) / 4, max(known, default=1.0) * 20
    for curve, (colour, mark, _) in zip(curves, SERIES, strict=False):
        errors = np.maximum(curve.errors, low)
        every = min(len(curves), 2)  # of many, half of the points
        ax.loglog(curve.steps, errors, mark, label=curve.scheme, color=colour, markersize=4, markevery=every)
        for (words, line), (dashes, side) in zip(curve.lines, ((":", "right"), ("--", "left")), strict=True):
            seen = [(h, value) for h, value in zip(curve.steps, line, strict=True) if low <= value <= high]
            if seen:
                ax.loglog(*zip(*seen, strict=True), color=colour, linestyle=dashes)
            if seen and len(curves) == 1:
                end = max((point for point in seen if point[1] < high / 9), key=lambda point: point[1])
                ax.annotate(f"  {words}  ", end, ha=side, color=colour)
        best = errors[curve.steps.index(curve.best)]
        ax.loglog([curve.best], [best], marker="o", markersize=12, color=colour, fillstyle="none")
    if len(curves) > 1:
        ax.loglog([], [], ":", color=INK, label="left out, by Taylor's series")
        ax.loglog([], [], "--", color=INK, label="rounding")
    ax.loglog([], [], "o", color=INK, markersize=10, fillstyle="none", label="best h by the two lines")
    ax.set(ylim=(low / 4, high), xlabel="step h", ylabel="error of the derivative")
    ax.set_title(title, fontsize=10, color=INK)
    ax.locator_params(axis="x", numticks=7)
    ax.minorticks_off()
    ax.tick_params(colors=INK)
    ax.grid(color="#D8D8D8", linewidth=0.6)
    ax.legend(frameon=False, labelcolor=INK, fontsize=8)
    return ax.figure


def draw_lines_through(points, point, slopes, title="", ax=None):
    """A curve, and lines through one point of it.

    points: pairs (x, y) of the curve; a y of nan is a gap
    slopes: {name of a line: its slope}, at most 4; the last one is drawn through
    """
    ax = ax if ax is not None else new_axes((6, 4.2))
    along, up = np.transpose(points)
    ax.plot(along, up, color=INK, linewidth=2.5)
    limits = ax.get_ylim()
    for (name, slope), (colour, _, dashes) in zip(reversed(slopes.items()), SERIES, strict=False):
        ax.plot(along, point[1] + (along - point[0]) * slope, color=colour, linestyle=dashes, label=name)
    ax.plot(*point, "o", color=INK)
    ax.set_ylim(limits)
    ax.set_title(title, fontsize=10, color=INK)
    ax.tick_params(colors=INK)
    ax.legend(frameon=False, labelcolor=INK, fontsize=8)
    return ax.figure


def draw_guesses(images, truth, guesses):
    """Small pictures in a row, and below each what was said of it at different times; wrong ones are marked.

    images:  arrays (rows, columns), dark where high
    truth:   a word for each
    guesses: {time: words}
    returns: matplotlib Figure
    """
    axes = new_axes((0.62 * len(images) + 1.2, 0.8 + 0.28 * len(guesses)), len(images))
    for i, (ax, image) in enumerate(zip(axes, images, strict=True)):
        ax.imshow(image, cmap="Greys", interpolation="nearest")
        ax.set_axis_off()
        for row, (time, words) in enumerate(guesses.items()):
            right = words[i] == truth[i]
            style = {"transform": ax.transAxes, "fontsize": 11, "color": INK if right else ADJOINT.mark}
            ax.text(0.5, -0.35 - 0.5 * row, words[i] if right else f"✗ {words[i]}", ha="center", **style)
            if not i:
                ax.text(-0.4, -0.35 - 0.5 * row, time, ha="right", **style | {"color": INK})
    return axes[0].figure


def draw_images(images, titles, pulls=()):
    """Small pictures in a row, each below its title.

    images: arrays (rows, columns), dark where high
    pulls:  arrays of the same shapes, drawn in a second row: green above 0, purple below, one scale for all
    returns: matplotlib Figure
    """
    axes = new_axes((1.0 * len(images), 1.4 + 1.0 * bool(len(pulls))), len(images), 2 if len(pulls) else 1)
    axes = np.reshape(axes, (-1, len(images)))
    most = float(np.abs(pulls).max()) if len(pulls) else 1.0
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes[0, i].imshow(image, cmap="Greys", interpolation="nearest")
        axes[0, i].set_title(title, fontsize=9, color=INK)
        if len(pulls):
            draw_cells(axes[1, i], np.asarray(pulls[i], float), most or 1.0)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])  # the frame stays: where all is white, it says where the picture ends
        for spine in ax.spines.values():
            spine.set_color(DIM)
    return axes[0, 0].figure


def draw_lines(series, x="", y=""):
    """Curves in one picture, {name: numbers, one a step}; returns a matplotlib Figure."""
    ax = new_axes((6, 2.6))
    for (name, numbers), (colour, _, dashes) in zip(series.items(), SERIES, strict=False):
        ax.plot(numbers, color=colour, linestyle=dashes, label=name)
    ax.set_xlabel(x, color=INK)
    ax.set_ylabel(y, color=INK)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))  # beside the curves, over none of them
    return ax.figure


def new_axes(size, count=1, rows=1):
    """Axes in a figure of their own, which pyplot forgets: a notebook shows it once, when it is returned."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(rows, count, figsize=size, FigureClass=figure_class(), **FIGURE_STYLE)
    pyplot.close(figure)
    return axes


@functools.cache
def figure_class():
    """A Figure that a notebook shows as an image with words: those in its ``words``, else its titles."""
    from matplotlib.figure import Figure

    class WordedFigure(Figure):
        words = ""

        def _repr_html_(self):
            titles = (f"{ax.get_title()}: {ax.get_ylabel()} and {ax.get_xlabel()}" for ax in self.axes)
            return image_of(self, self.words or "; ".join(titles))

    return WordedFigure


def figure_size(high, wide):
    """Inches for a matrix: its own proportions, within what a page holds."""
    cell = min(0.6, 5.0 / max(high, wide, 1))
    return max(2.6, wide * cell + 1.4), max(2.0, high * cell + 1.1)


def image_of(figure, words):
    """A figure as an HTML image; ``words`` stand in for it where it cannot be seen."""
    return embed_svg(svg_of(figure).replace("<defs>", f"<style>{TURNED_ON_DARK}</style><defs>", 1), words)


def svg_of(figure):
    """A figure as SVG text, the same each time it is drawn."""
    from matplotlib import rc_context

    out = io.StringIO()
    with rc_context({"svg.hashsalt": "backprop_nb"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
