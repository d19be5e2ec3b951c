"""An equality between formulas, with both sides evaluated and compared, as a notebook shows it."""

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from ..drawing.notation import number
from .matrices import size_text, value_of

__all__ = ["Comparison", "Equality", "beside", "fact_html"]

ASIDE = "display:flex;flex-wrap:wrap;gap:0.2em 2em;padding:0.4em 0"  # beside each other where there is room
WORDS, TRIED = "flex:2 1 16em;min-width:0", "flex:3 1 24em;min-width:0"
FACT = "display:flex;flex-wrap:wrap;gap:0.2em 0.8em;align-items:center;margin:0.3em 0"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Comparison:
    """Two things that should be equal, as they came out.

    names:   what they are, as two strings
    left:    number or array
    right:   number or array, None where it could not be computed
    allowed: the largest difference that counts as rounding
    failure: why there is no right side, in words, or ""

    >>> Comparison(("tr(A′B)", "⟨A, B⟩"), 5.0, 5.5, 1e-12)
    ✗ tr(A′B) = 5 and ⟨A, B⟩ = 5.5, apart by 0.5
    """

    names: tuple
    left: Any
    right: Any
    allowed: float
    failure: str = ""

    @property
    def difference(self):
        """The largest difference of two entries; infinite if the shapes differ or a side is missing."""
        if self.right is None or np.shape(self.left) != np.shape(self.right):
            return math.inf
        difference = float(np.max(np.abs(np.subtract(self.left, self.right))))
        return math.inf if math.isnan(difference) else difference

    @property
    def holds(self):
        """Whether they are equal up to rounding."""
        return self.difference <= self.allowed

    @property
    def apart(self):
        """How far they are apart, in words that no computer's rounding changes."""
        if self.holds:
            return f"apart by less than {power_above(self.allowed)}" if self.allowed else "no difference"
        if not np.ndim(self.left):
            return f"apart by {number(self.difference)}"
        gaps = np.abs(np.subtract(self.left, self.right))
        worst = np.unravel_index(np.argmax(gaps), gaps.shape)
        numbers = f"{number(self.left[worst])} against {number(self.right[worst])}"
        return f"apart by up to {number(self.difference)}: {numbers} {place_text(worst)}"

    @property
    def text(self):
        """Both sides and how far they are apart, in one line."""
        sign, (left, right) = "✓" if self.holds else "✗", self.names
        if self.failure:
            return f"{sign} {right}: {self.failure}"
        if np.shape(self.left) != np.shape(self.right):
            shapes = [size_text(np.shape(side)) for side in (self.left, self.right)]
            return f"{sign} {left} is {shapes[0]}, but {right} is {shapes[1]}"
        if np.ndim(self.left):
            size = f"{np.size(self.left)} {'entry' if np.size(self.left) == 1 else 'entries'}"
            return f"{sign} {left} and {right}: {size}, {self.apart}"
        numbers = [number(value_of(side, self.allowed)) for side in (self.left, self.right)]
        return f"{sign} {left} = {numbers[0]} and {right} = {numbers[1]}, {self.apart}"

    def __repr__(self):
        return self.text


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Equality:
    r"""A formula, why it should be true, and what came out; a notebook shows it.

    text, latex: the formula in Unicode and in LaTeX, without dollar signs
    reason:      the rule behind it, in words
    comparisons: tuple of Comparison, one for each way in which it was tried
    claim:       the claim of the notes, such as "N39", or ""
    facts:       tuple of pairs (name, text) to be shown with it

    >>> Equality("1 + 1 = 2", "1 + 1 = 2", "Counting.", (Comparison(("1 + 1", "2"), 2.0, 2.0, 0.0),))
    1 + 1 = 2: holds
      Counting.
      ✓ 1 + 1 = 2 and 2 = 2, no difference
    """

    text: str
    latex: str
    reason: str
    comparisons: tuple
    claim: str = ""
    facts: tuple = ()

    @property
    def holds(self):
        """Whether every comparison came out equal."""
        return all(comparison.holds for comparison in self.comparisons)

    @property
    def difference(self):
        """The largest difference that was measured."""
        return max(comparison.difference for comparison in self.comparisons)

    @property
    def verdict(self):
        """In words: "holds" or "does not hold"."""
        return "holds" if self.holds else "does not hold"

    @property
    def lines(self):
        """Reason, comparisons and facts as lines of text."""
        facts = [line for name, text in self.facts for line in beside(f"{name} = ", text)]
        return [self.reason, *(comparison.text for comparison in self.comparisons), *facts]

    @property
    def html(self):
        """The formula and its reason, beside them or below what came out, and the facts, as HTML."""
        return (
            f'<div class="bp-equality">{self.block()}{"".join(fact_html(*fact) for fact in self.facts)}</div>'
        )

    def block(self, number=""):
        """The equality as one block of HTML, with ``number`` before its formula."""
        sign = "✓" if self.holds else "✗"
        name = f"<strong>{number}{escape(self.text)}</strong>"
        head = f"{name}<br>{sign} {self.verdict}<br>{escape(self.reason)}"
        tried = "<br>".join(escape(comparison.text) for comparison in self.comparisons)
        return (
            f'<div style="{ASIDE}"><div style="{WORDS}">{head}</div><div style="{TRIED}">{tried}</div></div>'
        )

    def __bool__(self):
        return self.holds

    def __repr__(self):
        return "\n  ".join([f"{self.text}: {self.verdict}", *self.lines])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/latex": f"$${self.latex}$$", "text/plain": repr(self)}


def place_text(place):
    """Where an entry stands, counted from 1."""
    words = ("row", "column") if len(place) == 2 else ("entry",)
    return "in " + ", ".join(f"{word} {i + 1}" for word, i in zip(words, place, strict=True))


def power_above(x):
    """The power of ten that is at least ``x`` > 0, as text."""
    return f"1e{math.ceil(math.log10(x) - 1e-9)}"


def beside(head, text):
    """Lines of ``text`` with ``head`` before the first and room for it before the others."""
    first, *rest = text.split("\n")
    return [head + first, *(" " * len(head) + line for line in rest)]


def fact_html(name, text):
    """A name and what it is, aligned text, as HTML."""
    style = "margin:0;padding:0;background:none;max-width:100%;overflow-x:auto"
    numbers = f'<pre tabindex="0" style="{style}">{escape(text)}</pre>'
    return f'<div style="{FACT}"><span>{escape(name)} =</span>{numbers}</div>'
