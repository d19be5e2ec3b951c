"""Text for a terminal: its width, columns that stand below each other, quantities, long lists cut short."""

import math
import unicodedata

__all__ = ["align_columns", "keep_ends", "pad_text", "printable", "quantity", "shorten_text", "text_width"]


def text_width(text):
    """How many columns ``text`` takes in a monospace font: the bar of v̄ takes none, a wide character two.

    >>> text_width("v̄₅ = 1"), text_width("変数")
    (6, 4)
    """
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def pad_text(text, wide, right=False):
    """``text`` with spaces up to ``wide`` columns: after it, or before it to stand on the right."""
    room = " " * (wide - text_width(text))
    return room + text if right else text + room


def align_columns(rows, gap="  ", right=False):
    """Rows of texts as lines of text, columns below each other, each as wide as its widest text.

    >>> print(*align_columns([("a", "bc"), ("def", "g")]), sep="\\n")
    a    bc
    def  g
    """
    rows = list(rows)
    wide = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    padded = ([pad_text(x, w, right) for x, w in zip(row, wide, strict=True)] for row in rows)
    return [gap.join(texts).rstrip() for texts in padded]


def printable(text):
    """``text`` in one line, without characters that neither XML nor a terminal should get."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shorten_text(text, most):
    """``text`` in one line of at most ``most`` columns; where it is cut, the last one is an ellipsis.

    >>> shorten_text("a + b + c", 6)
    'a + b…'
    """
    text = printable(text)
    if text_width(text) <= most:
        return text
    while text_width(text) > most - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def keep_ends(items, most, head, tail, gap, write=str):
    """``write(item)`` for each item; of more than ``most`` only the ends, and ``gap`` in the middle.

    gap: where it has {}, the number of items left out

    >>> keep_ends(range(9), 8, 2, 1, "… {} more …")
    ['0', '1', '… 6 more …', '8']
    """
    if len(items) <= most:
        return list(map(write, items))
    left_out = gap.format(f"{len(items) - head - tail:,}")
    return [*map(write, items[:head]), left_out, *map(write, items[len(items) - tail :])]


def quantity(n, noun=""):
    """A whole number with its noun, at bearable length.

    >>> quantity(1, "path"), quantity(2000, "path"), quantity(2**1000)
    ('1 path', '2,000 paths', 'about 10^301')
    """
    text = f"{n:,}" if n < 10**18 else f"about 10^{math.log10(n):.0f}"
    return f"{text} {noun}{'s' * (n != 1)}" if noun else text
