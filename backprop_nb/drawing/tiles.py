"""Colours for the entries of a matrix, and small pictures of matrices that need no other program."""

import math
from html import escape

from .palette import FRAME, PARTIAL, contrast

__all__ = ["ABOVE_ZERO", "BELOW_ZERO", "UNKNOWN", "ZERO", "ink_on", "mix", "shade", "tile"]

ABOVE_ZERO = PARTIAL.mark  # green, since an entry of a Jacobian is a partial derivative
BELOW_ZERO = "#7B3294"  # purple: told from green with any kind of colour vision
ZERO = "#FFFFFF"
UNKNOWN = "#A8A8A8"  # nan
FAINTEST = 0.2  # of the full colour: what the smallest entry still gets, so that 0 stands out


def mix(one, other, part):
    """The colour ``part`` of the way from ``one`` to ``other``, all "#rrggbb"."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)


def shade(value, most):
    """The colour of an entry where ``most`` is the largest size: green above 0, purple below, white at 0.

    >>> shade(0.0, 2.0), shade(2.0, 2.0) == ABOVE_ZERO, shade(-5.0, 2.0) == BELOW_ZERO
    ('#FFFFFF', True, True)
    """
    if math.isnan(value):
        return UNKNOWN
    if value == 0:
        return ZERO
    part = min(1.0, abs(value) / most) if most and math.isfinite(value) else 1.0
    return mix(ZERO, ABOVE_ZERO if value > 0 else BELOW_ZERO, FAINTEST + (1 - FAINTEST) * part)


def ink_on(colour):
    """Whichever of black and white text is read more easily on ``colour``: one of them always can be."""
    return max("#000000", "#FFFFFF", key=lambda ink: contrast(ink, colour))


def tile(matrix, words, size=72):
    """A small SVG of a matrix: a square for each entry; negative ones have a bar, so that colour is not all.

    matrix: nested sequences of numbers, (rows, columns)
    words:  what a screen reader says instead
    size:   length of the longer side, in pixels

    >>> tile([[1.0, 0.0], [0.0, -2.0]], "diagonal").count("<rect")
    3
    """
    rows, columns = len(matrix), len(matrix[0]) if len(matrix) else 0
    cell = size / max(rows, columns, 1)
    finite = [abs(value) for row in matrix for value in row if math.isfinite(value)]
    most = max(finite, default=0)
    wide, high = max(1.0, columns * cell), max(1.0, rows * cell)
    parts = [f'<rect x="0" y="0" width="{wide:.4g}" height="{high:.4g}" fill="{ZERO}"/>']
    for i, row in enumerate(matrix):
        parts += [entry(value, most, j * cell, i * cell, cell) for j, value in enumerate(row) if value != 0]
    outline = f'<path d="M0 0H{wide:.4g}V{high:.4g}H0Z" fill="none" stroke="{FRAME}" stroke-width="1.5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words)}" '
        f'width="{wide:.4g}" height="{high:.4g}" viewBox="0 0 {wide:.4g} {high:.4g}">'
        f"{''.join(parts)}{outline}</svg>"
    )


def entry(value, most, x, y, cell):
    """One entry that is not zero: a square, and a bar across it if it is negative."""
    fill = shade(value, most)
    box = f'<rect x="{x:.4g}" y="{y:.4g}" width="{cell:.4g}" height="{cell:.4g}" fill="{fill}"/>'
    if not value < 0 or cell < 4:
        return box
    ends = f"M{x + cell / 4:.4g} {y + cell / 2:.4g}h{cell / 2:.4g}"
    return box + f'<path d="{ends}" stroke="{ink_on(fill)}" stroke-width="{max(1, cell / 9):.3g}"/>'
