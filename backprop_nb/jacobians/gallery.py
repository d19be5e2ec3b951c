"""A gallery: every operation of the package with the picture, the kind and the density of its Jacobian."""

from html import escape
from typing import NamedTuple

from ..arrays.structural import Structural
from ..core.primitives import Primitive
from ..drawing.notation import number
from ..drawing.sheets import Sheet
from ..drawing.tiles import tile
from .dense import Jacobian
from .entries import LAYOUT_NAMES, LAYOUT_SIDES, require_choice
from .examples import example
from .looking import look

__all__ = ["Card", "JacobianGallery", "gallery"]

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5em,1fr));gap:1em;margin:0.5em 0 1.2em"
CARD = ("border:1px solid rgba(128,128,128,0.45);border-radius:4px;padding:0.5em;min-width:0;"
        "overflow-wrap:anywhere")  # fmt: skip
CODE = "font-family:var(--jp-code-font-family,monospace);font-size:0.9em"


class Card(NamedTuple):
    """One Jacobian of the gallery.

    name:    of the operation
    table:   "elementwise" or "mixing": which table its row is in
    call:    how it was called
    operand: the letter of the operand that it was differentiated with respect to
    seen:    dense.Jacobian
    """

    name: str
    table: str
    call: str
    operand: str
    seen: Jacobian

    @property
    def derivative(self):
        """The derivative as it is written: "∂/∂x"."""
        return f"∂/∂{self.operand}"

    @property
    def size(self):
        """Rows × columns."""
        return "×".join(map(str, self.seen.shape))


class JacobianGallery:
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
        rows, columns = LAYOUT_SIDES[self.layout]
        name = LAYOUT_NAMES[self.layout]
        return f"{len(self)} Jacobians, {name}: rows = {rows}, columns = {columns}"

    @property
    def sheet(self):
        """The gallery as a table without pictures."""
        head = ("operation", "called", "derivative", "kind", "shape", "density")
        rows = [
            (card.name, card.call, card.derivative, card.seen.kind, card.size, percent(card.seen.density))
            for card in self.cards
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
        """A grid of small pictures for each kind; kinds with one operation stand together, at the end."""
        parts = [
            f"<p><strong>{escape(self.title)}</strong>; green above 0, purple with a bar below, white 0.</p>"
        ]
        groups = {}
        for kind, names in self.kinds.items():
            alone = len(names) == 1
            cards = [html_card(card, alone) for card in self.cards if card.seen.kind == kind]
            groups.setdefault("of a kind of their own" if alone else kind, []).extend(cards)
        for kind, cards in groups.items():
            head = f"<p><strong>{len(cards)} {escape(kind)}</strong></p>"
            parts.append(f"{head}<div style='{GRID}'>{''.join(cards)}</div>")
        return "".join(parts) + "".join(f"<p>{escape(note)}</p>" for note in self.notes)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def gallery(*names, layout="notes"):
    """The Jacobian of every operation of the package, at a small example each (N32).

    names:   of operations; without any, all rows of both tables
    layout:  "notes": row = input, column = output; "usual": the transpose
    returns: JacobianGallery; shows itself as pictures in a notebook, as a table in a terminal;
             ``["softmax"]`` is one Jacobian, ``["matmul", "y"]`` that of the second operand
    raises:  ValueError for a name that neither table has, or another layout

    >>> shown = gallery("exp", "sum", "cumsum", "matmul")
    >>> [(card.call, card.derivative, card.seen.kind) for card in shown.cards]
    [('exp(x)', '∂/∂x', 'diagonal'), ('sum(x, axis=1)', '∂/∂x', 'one-hot rows'),
     ('cumsum(x)', '∂/∂x', 'upper triangular'),
     ('x @ y', '∂/∂x', 'I₂ ⊗ B'), ('x @ y', '∂/∂y', 'B ⊗ I₂')]
    """
    require_choice("layout", layout, LAYOUT_SIDES)
    cards, without = [], {}
    for name in names or [name for name in (*Primitive.table, *Structural.table) if not name.startswith("_")]:
        try:
            cards += cards_of(example(name), layout)
        except LookupError as why:
            without[name] = str(why)
    return JacobianGallery(layout, cards, without)


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


def html_card(card, alone):
    """A Card as HTML: the small picture, and what it is; its kind where it stands ``alone`` in it."""
    seen = card.seen
    words = f"{card.derivative} of {card.call}: {seen.kind}, {percent(seen.density)} not 0"
    picture = tile(seen.matrix.tolist(), words)
    head = f'<div style="{CODE};font-weight:bold">{escape(card.call)}</div>'
    kind = f"<br>{escape(seen.kind)}" * alone
    density = percent(seen.density).replace(" ", "&nbsp;")
    facts = f"{card.derivative}, {card.size}{kind}<br>density {density}"
    return f'<div style="{CARD}">{head}<div style="margin:0.4em 0">{picture}</div><div>{facts}</div></div>'
