"""Meanings stay apart for eyes that see fewer colours."""

import itertools
import math

import pytest

from backprop_nb.drawing import palette

APART = 14  # of the difference of two colours in CIELAB (CIE 1976); about 2.3 is just seen side by side
VISIONS = {  # Machado, Oliveira and Fernandes 2009, severity 1.0: matrices on linear RGB
    "every colour": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
MEANINGS = {
    "value": palette.VALUE,
    "adjoint": palette.ADJOINT,
    "partial": palette.PARTIAL,
    "wrong": palette.FAULTY,
}


def linear(colour):
    """Linear RGB of "#rrggbb", each from 0 to 1 (sRGB, IEC 61966-2-1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def lab(colour, vision):
    """CIELAB of a colour as somebody with this vision sees it."""
    seen = [sum(map(math.prod, zip(row, linear(colour), strict=True))) for row in VISIONS[vision]]
    r, g, b = (min(1.0, max(0.0, c)) for c in seen)
    white = {
        "x": (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        "y": 0.2126 * r + 0.7152 * g + 0.0722 * b,
        "z": (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    }
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else 841 / 108 * t + 4 / 29 for t in white.values())
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other, vision):
    return math.dist(lab(one, vision), lab(other, vision))


def test_the_difference_is_the_known_one():
    assert lab("#FFFFFF", "every colour") == pytest.approx((100, 0, 0), abs=0.05)
    assert difference("#FF0000", "#00FF00", "every colour") == pytest.approx(170.6, abs=0.3)
    red, olive = "#FF0000", "#998A00"
    assert difference(red, olive, "protanopia") < difference(red, olive, "every colour") / 2


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("strength", ["mark", "light", "dark"])
def test_meanings_stay_apart(strength, vision):
    """Areas and strokes; texts on light and on dark pages. The yellow of the present step is an area only."""
    more = {"present": palette.PRESENT} if strength == "mark" else {}
    for (name, one), (other_name, other) in itertools.combinations((MEANINGS | more).items(), 2):
        apart = difference(getattr(one, strength), getattr(other, strength), vision)
        assert apart >= APART, f"{name} and {other_name}: {apart:.1f}"


@pytest.mark.parametrize("vision", VISIONS)
def test_above_and_below_zero_stay_apart(vision):
    from backprop_nb.drawing.tiles import ABOVE_ZERO, BELOW_ZERO

    assert difference(palette.ABOVE, palette.BELOW, vision) >= APART
    assert difference(ABOVE_ZERO, BELOW_ZERO, vision) >= APART
