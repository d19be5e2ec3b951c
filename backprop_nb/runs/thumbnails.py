"""Small pictures of arrays for the boxes of a graph: of their shape, coloured by their numbers."""

import numpy as np

from ..drawing.palette import ABOVE, BELOW
from ..drawing.tiles import UNKNOWN, ZERO, mix

__all__ = ["LONGEST_SIDE", "side_of", "thin_out", "thumbnail"]

MOST_CELLS = 6  # rows and columns that are coloured, at most
LONGEST_SIDE = 48  # points, of a side
SHADES = 4  # of each of the two colours, so that cells of one shade are one path


def side_of(n):
    """How long the side of ``n`` elements is, in points: the same in every picture, so that shapes fit.

    >>> side_of(1), side_of(4), side_of(1000)
    (12.0, 24.0, 48)
    """
    return min(LONGEST_SIDE, 12.0 * n**0.5)


def thin_out(x):
    """A matrix of a few of the numbers, spread evenly; all axes but the last are counted off as rows.

    x: array of at least one axis, or what is kept of a large one, with ``means`` for its numbers
    """
    x = getattr(x, "means", x)
    flat = x.reshape(1, -1) if x.ndim < 2 else x.reshape(-1, x.shape[-1])
    for axis, n in enumerate(flat.shape):
        if n > MOST_CELLS:
            flat = flat.take(np.linspace(0, n - 1, MOST_CELLS).round().astype(int), axis)
    return flat


def thumbnail(x):
    """Width, height, and the coloured cells of an array; None for a single number, and where there is none.

    returns: ``(width, height, {colour: path of its cells, as SVG has it})``

    >>> thumbnail(np.array([[1.0, -1.0]]))
    (16.97, 12.0, {'#7A5200': 'M0 0h8.48v12h-8.48z', '#542788': 'M8.485 0h8.48v12h-8.48z'})
    """
    shape = getattr(x, "shape", ())
    if not shape or 0 in shape:
        return None
    rows, columns = int(np.prod(shape[:-1])), shape[-1]
    width, height = round(side_of(columns), 2), round(side_of(rows), 2)
    cells = np.asarray(thin_out(x), float)
    most = np.abs(cells[np.isfinite(cells)]).max(initial=0.0) or 1.0
    w, h = width / cells.shape[1], height / cells.shape[0]
    paths = {}
    for (i, j), value in np.ndenumerate(cells):
        colour = shade_of(value / most)
        paths[colour] = paths.get(colour, "") + f"M{j * w:.4g} {i * h:.4g}h{w:.3g}v{h:.3g}h-{w:.3g}z"
    return width, height, paths


def shade_of(part):
    """The colour of a number, as a part of the largest: purple below 0, brown above, grey for nan."""
    if not np.isfinite(part):
        return UNKNOWN
    return mix(ZERO, ABOVE if part > 0 else BELOW, np.ceil(abs(part) * SHADES) / SHADES)
