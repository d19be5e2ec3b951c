"""A Jacobian as a whole matrix: in either layout, with its kind, its costs and its picture."""

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import numpy as np

from ..drawing import plots
from ..drawing.array_text import bytes_text
from ..drawing.notation import number
from ..drawing.sheets import count_text
from ..drawing.text_columns import align_columns
from .entries import LAYOUT_NAMES, LAYOUT_SIDES, ORDERS, name_entries, require_choice
from .kinds import recognise

__all__ = ["Jacobian"]

IN_NUMBERS = 12  # rows and columns up to which the text shows numbers
IN_SIGNS = 60  # … up to which it shows signs
IN_COLOUR = 400  # … up to which there is a picture


@dataclass(frozen=True, repr=False)
class Jacobian:
    """A Jacobian as a matrix, inputs and outputs flattened; ``look`` makes it.

    samples: array (points, inputs, outputs) in the notes' layout: at x first, then at points nearby
    inputs, outputs: shapes of what goes in and what comes out
    layout:  "notes": a row is an input, a column an output (claim N27); "usual": the transpose of that
    order:   how arrays become vectors: "rows" (NumPy's ravel) or "columns" (vec)
    title, input_name, output_name: what they are called
    kept:    bytes that this package's graph keeps for the vJp; None if not known
    raises:  ValueError for another layout or order
    """

    samples: np.ndarray
    inputs: tuple
    outputs: tuple
    layout: str = "notes"
    order: str = "rows"
    title: str = "f"
    input_name: str = "x"
    output_name: str = "y"
    kept: int | None = None

    def __post_init__(self):
        require_choice("layout", self.layout, LAYOUT_SIDES)
        require_choice("order", self.order, ORDERS)

    @property
    def notes(self):
        """The same in the notes' layout."""
        return replace(self, layout="notes")

    @property
    def usual(self):
        """The same in the layout of most texts, the transpose of the notes'."""
        return replace(self, layout="usual")

    @cached_property
    def matrix(self):
        """Array of two axes: rows are inputs in the notes' layout, outputs in the usual one."""
        return self.samples[0] if self.layout == "notes" else self.samples[0].T

    @property
    def shape(self):
        """(rows, columns) in this layout."""
        return self.matrix.shape

    @cached_property
    def kinds(self):
        """Every ``kinds.Kind`` that fits, the most telling one first."""
        return recognise(self.samples)

    @property
    def kind(self):
        """The most telling kind in a few words of this layout: "diagonal", "one-hot rows", "I₂ ⊗ B"."""
        return self.kinds[0].said(self.layout)[0]

    @property
    def words(self):
        """What was recognised, one sentence each, and how it was found."""
        facts = [": ".join(kind.said(self.layout)) for kind in self.kinds]
        more = len(self.samples) - 1
        if not more:
            return [*facts, "found from this one matrix, where an entry may be 0 by chance"]
        if self.matrix.any():
            same = np.array_equal(self.samples, np.broadcast_to(self.samples[:1], self.samples.shape))
            facts.append("it is the same at every point tried" if same else "its numbers depend on the point")
        points = "a random point" if more == 1 else f"{more} random points"
        return [*facts, f"found from which entries are exactly 0, here and at {points} nearby"]

    @property
    def block(self):
        """The block B of a Kronecker product, in this layout; None for other kinds."""
        blocks = [kind.block for kind in self.kinds if kind.block is not None]
        return None if not blocks else blocks[0] if self.layout == "notes" else blocks[0].T

    @property
    def nonzeros(self):
        """How many entries are not 0."""
        return int(np.count_nonzero(self.matrix))

    @property
    def density(self):
        """The part of the entries that are not 0, from 0 to 1."""
        return self.nonzeros / self.matrix.size if self.matrix.size else 0.0

    @property
    def bytes(self):
        """What the whole matrix takes."""
        return self.matrix.nbytes

    @property
    def numbers(self):
        """How many numbers are enough to hold it, once its kind is known."""
        return self.kinds[0].numbers

    @property
    def multiplications(self):
        """How many J g takes with the whole matrix."""
        return self.matrix.size

    @property
    def vjp_multiplications(self):
        """How many J g takes once the kind is known: none where every entry is 0, 1 or -1."""
        return self.kinds[0].times

    @cached_property
    def row_names(self):
        """A name for each row: x₁, x₂, … in the notes' layout."""
        notes = self.layout == "notes"
        letter, shape = (self.input_name, self.inputs) if notes else (self.output_name, self.outputs)
        return name_entries(letter, shape, self.order)

    @cached_property
    def column_names(self):
        """A name for each column: y₁, y₂, … in the notes' layout."""
        return (self.usual if self.layout == "notes" else self.notes).row_names

    @property
    def heading(self):
        """What is shown, and in which layout; never left out."""
        high, wide = self.shape
        rows, columns = LAYOUT_SIDES[self.layout]
        vec = ", arrays by vec" if self.order == "columns" else ""
        counts = f"{count_sides(high, 'row', rows)}, {count_sides(wide, 'column', columns)}"
        return f"Jacobian of {self.title}, {LAYOUT_NAMES[self.layout]}{vec}: {counts}"

    @property
    def costs(self):
        """Density, bytes and multiplications in words."""
        size, held = self.matrix.size, self.numbers * self.matrix.itemsize
        kept = "" if self.kept is None else f"; this package keeps {bytes_text(self.kept)} for the vJp"
        return [
            f"density {number(100 * self.density, 3)} %: {self.nonzeros:,} of {size:,} entries are not 0",
            f"J takes {bytes_text(self.bytes)}; knowing its kind, {bytes_text(held)} are enough{kept}",
            f"J g takes {count_text(size)} multiplications with all of J, {self.vjp_multiplications:,} "
            "knowing its kind",
        ]

    @property
    def grid(self):
        """The matrix as lines of text: numbers if it is small, else signs, a dot for 0; [] if too large."""
        if max(self.shape) > IN_SIGNS or not self.matrix.size:
            return []
        if max(self.shape) > IN_NUMBERS:
            return ["".join(sign_of(value) for value in row) for row in self.matrix]
        cells = [["·" if value == 0 else number(value, 4) for value in row] for row in self.matrix]
        lines = [["", *self.column_names], *([n, *row] for n, row in zip(self.row_names, cells, strict=True))]
        return align_columns(lines)

    @property
    def text(self):
        """Heading, numbers, kind and costs in plain text; it stands alone."""
        lines = [*(f"  {line}" for line in self.grid), *(f"- {line}" for line in [*self.words, *self.costs])]
        return "\n".join([self.heading, *lines])

    def figure(self, ax=None):
        """The heat map as a matplotlib Figure; ValueError for more than 400 rows or columns."""
        if max(self.shape) > IN_COLOUR:
            raise ValueError(f"{self.shape} is too large for a picture: at most {IN_COLOUR} rows and columns")
        title = f"{self.title}, {LAYOUT_NAMES[self.layout]}\n{self.kind}"
        names = {"row_names": self.row_names, "column_names": self.column_names}
        figure = plots.heat_map(self.matrix, title, *LAYOUT_SIDES[self.layout], **names, ax=ax)
        if ax is None:
            figure.words = self.picture_words
        return figure

    def both(self):
        """Both layouts side by side as a matplotlib Figure (claim N27)."""
        layouts = {name: replace(self, layout=name) for name in LAYOUT_SIDES}
        figure = plots.side_by_side(lambda name, ax: layouts[name].figure(ax), tuple(layouts))
        figure.words = "\n\n".join(seen.picture_words for seen in layouts.values())
        return figure

    @property
    def picture_words(self):
        """What stands in for the picture: its heading, and its numbers or signs."""
        return "\n".join([self.heading, *self.grid])

    @property
    def picture(self):
        """The heat map as an HTML image whose words are the text twin; "" for a matrix that is too large."""
        if max(self.shape) > IN_COLOUR or not self.matrix.size:
            return ""
        return plots.image_of(self.figure(), self.picture_words)

    @property
    def html(self):
        """Heading, heat map, kind and costs as HTML, without colours of its own around the picture."""
        facts = "".join(f"<li>{escape(line)}</li>" for line in [*self.words, *self.costs])
        head = f'<p style="margin:0.3em 0"><strong>{escape(self.heading)}</strong></p>'
        return f'{head}{self.picture}<ul style="margin:0.3em 0;padding-left:1.4em">{facts}</ul>'

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def count_sides(count, one, what):
    """ "3 rows = inputs", "1 column = output"."""
    return f"{count} {one} = {what[:-1]}" if count == 1 else f"{count} {one}s = {what}"


def sign_of(value):
    """One character for an entry: a dot for 0."""
    return "·" if value == 0 else "+" if value > 0 else "-" if value < 0 else "?"
