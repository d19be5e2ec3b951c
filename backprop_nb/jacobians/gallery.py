"""A gallery: every operation of the package with the picture, the kind and the density of its Jacobian."""

from html import escape
from typing import NamedTuple

from ..arrays import tensor  # noqa: F401  its rows fill the second table
from ..arrays.structural import Structural
from ..core.primitives import Primitive
from ..drawing.notation import number
from ..drawing.tiles import tile
from .dense import Jacobian
from .entries import LAYOUT_NAMES, LAYOUTS, chosen
from .examples import example
from .looking import look
from .sheets import Sheet

__all__ = ["Card", "Gallery", "gallery"]

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5em,1fr));gap:1em;margin:0.5em 0 1.2em"
FRAME = "border:1px solid rgba(128,128,128,0.45);border-radius:4px"
CARD = f"{FRAME};padding:0.5em;min-width:0;overflow-wrap:anywhere"
CODE = "font-family:var(--jp-code-font-family,monospace);font-size:0.9em"
TITLES = {"elementwise": "Elementwise: the first table", "mixing": "Moves and mixes: the second table"}


class Card(NamedTuple):
    """One Jacobian of the gallery.

    name:    of the operation
    table:   "elementwise" or "mixing": which table its row is in
    call:    how it was called
    operand: the letter of the operand that it was differentiated by
    seen:    dense.Jacobian
    """

    name: str
    table: str
    call: str
    operand: str
    seen: Jacobian

    @property
    def by(self):
        """The derivative as it is written: "∂/∂x"."""
        return f"∂/∂{self.operand}"


class Gallery:
    """What ``gallery`` returns; it shows itself.

    layout: of every picture in it
    cards:  tuple of Card
    without: {name: why}: rows that there is no example for
    """

    def __init__(self, layout, cards, without):
        self.layout, self.cards, self.without = layout, tuple(cards), dict(without)

    def __getitem__(self, name):
        """The Jacobian of an operation: ``gallery()["softmax"]``, ``gallery()["mul", "y"]``."""
        wanted, letter = name if isinstance(name, tuple) else (name, None)
        for card in self.cards:
            if card.name == wanted and letter in (None, card.operand):
                return card.seen
        raise KeyError(
            f"{name!r} is not shown here; there is {', '.join({card.name: 0 for card in self.cards})}"
        )

    def __len__(self):
        return len(self.cards)

    @property
    def kinds(self):
        """{kind: names of the operations}, the kind with most operations first."""
        found = {}
        for card in self.cards:
            found.setdefault(card.seen.kind, {})[card.name] = True
        return {kind: list(names) for kind, names in sorted(found.items(), key=lambda pair: -len(pair[1]))}

    @property
    def title(self):
        rows, columns = LAYOUTS[self.layout]
        name = LAYOUT_NAMES[self.layout]
        return f"{len(self)} Jacobians, {name}: rows = {rows}, columns = {columns}"

    @property
    def sheet(self):
        """The gallery as a table without pictures."""
        head = ("operation", "called", "by", "kind", "shape", "density")
        rows = [
            (card.name, card.call, card.by, seen.kind, "×".join(map(str, seen.shape)), percent(seen.density))
            for card in self.cards
            for seen in [card.seen]
        ]
        return Sheet(self.title, head, tuple(rows), self.notes)

    @property
    def notes(self):
        """Which operations could not be shown, and why."""
        return tuple(f"not shown: {why}" for why in self.without.values())

    @property
    def text(self):
        return self.sheet.text

    @property
    def html(self):
        """A grid of small pictures, one table after the other."""
        parts = [
            f"<p><strong>{escape(self.title)}</strong>; green above 0, purple with a bar below, white 0.</p>"
        ]
        for table, title in TITLES.items():
            cards = [html_card(card) for card in self.cards if card.table == table]
            if cards:
                parts.append(f"<p><strong>{title}</strong></p><div style='{GRID}'>{''.join(cards)}</div>")
        return "".join(parts) + "".join(f"<p>{escape(note)}</p>" for note in self.notes)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def gallery(*names, layout="notes"):
    """The Jacobian of every operation of the package, at a small example each (N32).

    names:   of operations; without any, all rows of both tables
    layout:  "notes": row = input, column = output; "usual": the transpose
    returns: Gallery; shows itself as pictures in a notebook, as a table in a terminal; ``["softmax"]`` is one
             Jacobian, ``["matmul", "y"]`` that of the second operand
    raises:  ValueError for a name that neither table has, or another layout

    >>> shown = gallery("exp", "sum", "cumsum", "matmul")
    >>> [(card.call, card.by, card.seen.kind) for card in shown.cards]     # doctest: +NORMALIZE_WHITESPACE
    [('exp(x)', '∂/∂x', 'diagonal'), ('sum(x, axis=1)', '∂/∂x', 'one-hot rows'),
     ('cumsum(x)', '∂/∂x', 'upper triangular'),
     ('x @ y', '∂/∂x', 'I₂ ⊗ B'), ('x @ y', '∂/∂y', 'B ⊗ I₂')]
    """
    chosen("layout", layout, LAYOUTS)
    cards, without = [], {}
    for row in names or (
        *Primitive.table.values(),
        *(r for r in Structural.table.values() if r.name != "alias"),
    ):
        try:
            shown = example(row)
        except LookupError as why:
            without[getattr(row, "name", row)] = str(why)
            continue
        cards += cards_of(shown, layout)
    return Gallery(layout, cards, without)


def cards_of(shown, layout):
    """One Card for each operand of an example."""
    table = "mixing" if shown.name in Structural.table else "elementwise"
    for i, letter in enumerate(shown.letters):
        seen = look(shown.f, *shown.operands, argnums=i, layout=layout)
        yield Card(shown.name, table, shown.call, letter, seen)


def percent(part):
    """A part of 1 in per cent.

    >>> percent(1 / 3)
    '33.3 %'
    """
    return f"{number(100 * part, 3)} %"


def html_card(card):
    """A Card as HTML: the small picture, and what it is."""
    seen = card.seen
    words = f"Jacobian of {card.call} by {card.operand}: {seen.kind}, {percent(seen.density)} not 0"
    picture = tile(seen.matrix.tolist(), words)
    head = f'<div style="{CODE};font-weight:bold">{escape(card.call)}</div>'
    shape = "×".join(map(str, seen.shape))
    facts = f"{card.by}, {shape}<br>{escape(seen.kind)}<br>density {percent(seen.density)}"
    return f'<div style="{CARD}">{head}<div style="margin:0.4em 0">{picture}</div><div>{facts}</div></div>'
