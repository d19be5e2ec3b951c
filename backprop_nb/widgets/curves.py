"""Plots beside a slider as plain dicts: coordinates are computed here, and plot.js puts them on the page."""

import math
from typing import NamedTuple

__all__ = ["Frame", "join_places", "tell_plot", "tick"]


class Frame(NamedTuple):
    """The size of a plot, and what is kept free at its sides, in its own units."""

    wide: int
    high: int
    left: int
    right: int = 16
    top: int = 16
    bottom: int = 16

    def place_in(self, left, right, low, high):
        """A function from (x, y) to the place in the plot, [along, down], kept within reason.

        left, right, low, high: what the sides of the plot stand for

        >>> Frame(100, 50, 10, 10, 5, 5).place_in(0, 1, 0, 2)(0.5, 2)
        [50.0, 5.0]
        """

        def put(x, y):
            along = self.left + (x - left) / (right - left or 1) * (self.wide - self.left - self.right)
            up = (y - low) / (high - low or 1) * (self.high - self.top - self.bottom)
            return [round(max(-9e3, min(9e3, place)), 1) for place in (along, self.high - self.bottom - up)]

        return put


def tell_plot(frame, caption, still, moving, places, words):
    """A plot as the browser draws it.

    still:  shapes, each ``[tag, class, where, text]``: a line [x1, y1, x2, y2], a circle [x, y, r], a
            polyline [points], or a text [x, y, anchor]; where is None for what is not shown
    moving: ``[tag, class]`` of those that each place of the slider puts elsewhere
    places: for each place of the slider where these are
    words:  the plot in words, for each place
    """
    told = {"size": [frame.wide, frame.high], "caption": caption, "still": still, "moving": moving}
    return told | {"places": places, "words": words}


def tick(x, y, anchor, text):
    """A number or a name beside an axis."""
    return ["text", "bp-tick", [x, y, anchor], text]


def join_places(places):
    """Places as the points of a line; those whose y is not finite are left out."""
    return " ".join(f"{along:g},{down:g}" for along, down in places if math.isfinite(down))
