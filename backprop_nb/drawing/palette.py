"""One palette for every picture: a colour for each meaning, safe for colour-blind readers, in both themes."""

from typing import NamedTuple

__all__ = ["ABOVE", "ADJOINT", "ARROW", "BELOW", "DARK_PAGE", "DIM", "FAULTY", "FRAME", "INK", "KEPT",
           "LIGHT_PAGE", "NODE", "ON_DARK", "PARTIAL", "PILL", "PRESENT", "REPEATED", "REPEATED_FRAME",
           "VALUE", "Colour", "contrast", "css", "dark_picture"]  # fmt: skip


class Colour(NamedTuple):
    """One meaning's colour in three strengths, as "#rrggbb"; apart from the others in any colour vision.

    mark:  for areas and strokes, on any page (hues near those of Okabe and Ito, jfly.uni-koeln.de/color)
    light: for text on a light ground (page, NODE, PILL, PRESENT.mark), contrast at least 4.5
    dark:  for text on a dark ground, contrast at least 4.5
    """

    mark: str
    light: str
    dark: str


VALUE = Colour("#0072B2", "#00488A", "#56B4E9")  # blue: what the forward sweep computes
ADJOINT = Colour("#D55E00", "#A34700", "#FF9A4D")  # vermillion: what the reverse sweep computes
PARTIAL = Colour("#008F4C", "#00703C", "#55E6A5")  # green: the local derivative on an edge
PRESENT = Colour("#F0E442", "#6E6700", "#F0E442")  # yellow: the step being taken
FAULTY = Colour("#C90A2A", "#700020", "#FF6670")  # red: what a mistake has made, always beside a ✗

BELOW, ABOVE = "#542788", "#7A5200"  # purple and brown: in heat maps, numbers below and above 0

INK = "#222222"  # plain text, which only ever stands on NODE, PILL or PRESENT.mark
DIM = "#6B6B6B"  # text about what plays no part, on NODE
KEPT = "#4A4A4A"  # what the way back keeps, on NODE or PRESENT.mark
NODE = "#FFFFFF"  # inside a node, in both themes
PILL = "#EFF8F4"  # behind an edge's number, in both themes
REPEATED, REPEATED_FRAME = "#F3D3E4", "#A8467C"  # inside and around what an expression has twice
FRAME = "#767676"  # the outline of a node
ARROW = "#767676"  # arrows lie on the bare page: at least 3 on white and on black alike

ON_DARK = {  # on a dark page: what stands in a picture, by its class, and its colour
    "box": "#1E1E1E", "repeated .bp-box": "#5A2A45", "pill": "#10261E",
    "formula": "#ECECEC", "kept": "#C4C4C4",
    "value": VALUE.dark, "adjoint": ADJOINT.dark, "partial": PARTIAL.dark,
    "faulty": FAULTY.dark,
}  # fmt: skip

LIGHT_PAGE, DARK_PAGE = "#FFFFFF", "#111111"  # JupyterLab's two themes


def luminance(colour):
    """Relative luminance of "#rrggbb", 0 (black) to 1 (white), as WCAG 2.1 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio of two colours "#rrggbb", from 1 (equal) to 21 (WCAG 2.1, success criterion 1.4.3).

    >>> round(contrast("#000000", "#FFFFFF"), 2), round(contrast(ARROW, LIGHT_PAGE), 2)
    (21.0, 4.54)
    """
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def dark_picture():
    """The rules by which a picture of a graph that stands alone takes the colours of a dark page.

    >>> dark_picture()[:63]
    '@media (prefers-color-scheme: dark) { .bp-box { fill: #1E1E1E }'
    """
    rules = " ".join(f".bp-{name} {{ fill: {colour} }}" for name, colour in ON_DARK.items())
    return f"@media (prefers-color-scheme: dark) {{ {rules} }}"


def css(theme="light"):
    """The palette as CSS custom properties, to stand inside a rule: ``--bp-value: #0072B2; …``.

    theme:  "light" or "dark": the page that text stands on
    raises: ValueError for any other theme

    >>> css("dark").split("; ")[1]
    '--bp-value-text: #56B4E9'
    """
    if theme not in ("light", "dark"):
        raise ValueError(f'no theme {theme!r}: choose "light" or "dark"')
    meanings = {"value": VALUE, "adjoint": ADJOINT, "partial": PARTIAL, "present": PRESENT, "wrong": FAULTY}
    pairs = []
    for name, colour in meanings.items():
        inks = {"text": getattr(colour, theme), "ink": colour.light}  # ink on yellow, in both themes
        pairs += [(name, colour.mark), *((f"{name}-{kind}", ink) for kind, ink in inks.items())]
    pairs += [("below", BELOW), ("above", ABOVE), ("repeated", REPEATED), ("repeated-frame", REPEATED_FRAME)]
    pairs += [("ink", INK), ("node", NODE), ("pill", PILL), ("frame", FRAME), ("arrow", ARROW)]
    return "; ".join(f"--bp-{name}: {colour}" for name, colour in pairs)
