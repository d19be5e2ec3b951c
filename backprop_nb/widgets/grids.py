"""Arrays as the browser draws them: a table of numbers where they fit, else a heat map of few squares."""

import re

import numpy as np

from ..drawing.array_text import COARSE, array_text, range_text, shape_text
from ..drawing.indexed_images import image_source
from ..drawing.notation import number
from ..drawing.palette import ABOVE, BELOW
from ..drawing.tiles import ZERO, mix
from ..runs.digests import SQUARES, Digest, same_numbers, shrink

__all__ = ["Grids", "make_grid"]

NUMBERS = 6  # rows and columns of a table of numbers, at most
TONES = 32  # of each of the two colours
HEAT_ROOM, LEAST_SQUARE, MOST_SQUARE = (116, 96), 3, 14  # pixels: of a heat map, and of its squares
NOT_FINITE = "#222222"
MANY = 60  # rows of a run beyond which heat maps are coarser, so that the page stays small
COARSER = 12


def make_grid(x, squares=SQUARES):
    """An array as a plain dict: ``numbers`` (rows of strings), or ``heat`` (an image of a pixel a square).

    x:       array of any number of axes; all but the last are counted off as rows
    squares: rows and columns of a heat map, at most; each square is the mean of the elements in it
    returns: dict with ``words``, which says the same without a picture

    >>> make_grid(np.array([[1.0, -2.0]]))["numbers"], make_grid(np.ones((100, 64)))["heat"]["size"]
    ([['1', '-2']], [96, 75])
    """
    whole = not isinstance(x, Digest)
    x = np.asarray(x) if whole else x
    words = array_text(x, number, 0) if x.ndim else number(x[()])
    told = {"shape": shape_text(x.shape) if x.ndim else "", "words": words}
    if whole:
        flat = x.reshape(1, -1) if x.ndim < 2 else x.reshape(-1, x.shape[-1]) if x.size else x.reshape(0, 0)
        if max(flat.shape) <= NUMBERS:
            return told | {"numbers": [[number(item, COARSE) for item in row] for row in flat.tolist()]}
    small, block = shrink(flat, squares) if whole else (x.means, x.block)
    finite = np.abs(small[np.isfinite(small)])
    limit = float(finite.max(initial=0.0))
    if block != (1, 1):
        told["words"] += f"; each square is the mean of {block[0]} × {block[1]} numbers"
    if x.ndim > 2:
        told["words"] += "; the last axis goes to the right, all others down"
    counts = zip(HEAT_ROOM, small.shape[::-1], strict=True)
    sides = [n * max(LEAST_SQUARE, min(MOST_SQUARE, room // n)) for room, n in counts]
    heat = {"source": paint(small, limit), "size": sides, "limit": number(limit, COARSE)}
    return told | {"heat": heat, "range": range_text(x, number)}


def paint(x, limit):
    """Numbers from -limit to limit as the source of an image: white is 0, dark what is not finite."""
    finite = np.isfinite(x)
    shades = np.rint(np.where(finite, x, 0) / (limit or 1.0) * TONES)
    used, pixels = np.unique(np.where(finite, shades, TONES + 1), return_inverse=True)
    colours = [
        NOT_FINITE if shade > TONES else mix(ZERO, ABOVE if shade > 0 else BELOW, abs(shade) / TONES)
        for shade in used.tolist()
    ]
    return image_source(pixels.reshape(x.shape).tolist(), colours)


class Grids:
    """The pictures of one run, each stored once; cards name them.

    found: {key: grid}: v3 is the value of v₃, a3 its adjoint, c7 and s7 contribution and sum of step 7
    """

    def __init__(self, run):
        self.run, self.found = run, {}
        self.squares = SQUARES if len(run) <= MANY else COARSER
        self.number = {step.edge: i for i, step in enumerate(run.steps)}

    def card(self, key, title, x, kind):
        """A picture with its title; ``kind`` is "value" or "adjoint"."""
        if key not in self.found:
            self.found[key] = make_grid(x, self.squares)
        return {"title": title, "grid": key, "kind": kind}

    def value(self, row):
        """The card of a row's value."""
        title = row.definition if row.is_input else row.name
        return self.card(f"v{row.index}", title, row.value, "value")

    def adjoint(self, row):
        """The card of a row's whole adjoint."""
        return self.card(f"a{row.index}", row.bar, row.adjoint, "adjoint")

    def step(self, step, source, target):
        """The cards of a step: what comes in, what the rule reads, what is handed on, and the sum."""
        met = (source, *(self.run[x.index] for x in source.operands if x.index is not None))
        places = {find_name(step.rule, source.bar): self.adjoint(source)}
        places |= {find_name(step.rule, row.name): self.value(row) for row in met}
        cards = [places[place] for place in sorted(places) if place >= 0]
        i = self.number[step.edge]
        if step.after is step.contribution and same_numbers(step.after, target.adjoint):
            return [*cards, self.adjoint(target) | {"out": True}]
        cards.append(self.card(f"c{i}", step.rule, step.contribution, "adjoint") | {"out": True})
        if not step.first:
            cards.append(self.card(f"s{i}", f"{target.bar} so far", step.after, "adjoint"))
        return cards


def find_name(rule, name):
    """Where a rule in text has the name of a row, -1 if nowhere: v₁ is not read where v₁₂ is.

    >>> find_name("v̄₃ ⊙ v₁₂", "v₁"), find_name("v₁′ v̄₃", "v₁"), find_name("max(x)", "x")
    (-1, 0, 4)
    """
    found = re.search(rf"(?<!\w){re.escape(name)}(?![\w\N{{COMBINING MACRON}}₀-₉])", rule)
    return found.start() if found else -1
