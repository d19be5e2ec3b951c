"""Small tables of numbers that show themselves, as aligned text and as HTML."""

from dataclasses import dataclass, field
from html import escape

from .html_tables import RULED_TABLE, TableLook, html_table, scroll_box
from .notation import SUPERSCRIPTS, number
from .text_columns import align_columns

__all__ = ["Displayed", "Growth", "Sheet", "count_text", "factor_text", "seconds_text"]


class Displayed:
    """What shows itself: a subclass gives ``text``, which stands alone, and ``html``, or ``figure()``."""

    @property
    def html(self):
        """The figure as an image, with the text in its stead where it cannot be seen."""
        from . import plots

        return plots.image_of(self.figure(), self.text)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


@dataclass(frozen=True, repr=False)
class Sheet(Displayed):
    """A table: text in a terminal, HTML in a notebook.

    title: one line above it
    head:  names of the columns; the first column holds what each row is about
    rows:  tuples of str, as long as ``head``
    notes: sentences below it
    data:  {name: number} for what is to be computed with, unrounded
    """

    title: str
    head: tuple
    rows: tuple
    notes: tuple = ()
    data: dict = field(default_factory=dict)

    def __getitem__(self, name):
        if name not in self.data:
            raise KeyError(f"no {name!r} here: there is {', '.join(map(str, self.data)) or 'nothing'}")
        return self.data[name]

    @property
    def text(self):
        """The table with its columns aligned; it stands alone."""
        table = align_columns([self.head, *self.rows])
        return "\n".join([self.title, *(f"  {line}" for line in table), *self.notes])

    @property
    def html(self):
        """The table as HTML, without colours of its own, so that it fits both themes."""
        wrap = "white-space:normal"
        cell, head, caption = RULED_TABLE
        look = TableLook(f"{cell};{wrap}", head, f"{caption};{wrap}")
        table = html_table(self.title, self.head, self.rows, look=look)
        notes = "".join(f'<p style="margin:0.3em 0">{escape(note)}</p>' for note in self.notes)
        return scroll_box(table, self.title) + notes


@dataclass(frozen=True, repr=False)
class Growth(Displayed):
    """Numbers that grow with sizes: a table, and its figure on two logarithmic axes.

    sheet:  the table
    series: {name: (sizes, numbers)}, at most 4
    x, y:   what the sizes and the numbers are, with the unit
    """

    sheet: Sheet
    series: dict
    x: str
    y: str

    def __getitem__(self, name):
        """The numbers of one line, one a size."""
        return self.sheet[name]

    def figure(self, ax=None):
        """The lines as a matplotlib Figure."""
        from . import plots

        figure = plots.log_log(self.series, self.x, self.y, self.sheet.title, ax)
        if ax is None:
            figure.words = self.text
        return figure

    @property
    def text(self):
        """The table in plain text; it stands alone."""
        return self.sheet.text

    @property
    def html(self):
        """The figure, and the table below it."""
        return super().html + self.sheet.html


def count_text(count):
    """A count in full while it can be read, else as a power of ten.

    >>> count_text(2147483648), count_text(1024**4)
    ('2,147,483,648', '1.1 × 10¹²')
    """
    if count < 10**10:
        return f"{round(count):,}"
    mantissa, exponent = f"{count:.2g}".split("e") if "e" in f"{count:.2g}" else (f"{count:.2g}", "0")
    return f"{number(float(mantissa))} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def seconds_text(seconds):
    """A time in the unit that suits it.

    >>> seconds_text(0.0000123), seconds_text(0.5), seconds_text(2.5)
    ('12.3 µs', '500 ms', '2.50 s')
    """
    for unit, factor in (("ns", 1e9), ("µs", 1e6), ("ms", 1e3)):
        if seconds * factor < 999.5:
            return f"{number(seconds * factor, 3)} {unit}"
    return f"{seconds:.2f} s"


def factor_text(ratio):
    """How many times as much, in two digits: "× 12", "× 0.3".

    >>> factor_text(11.8), factor_text(12345.0)
    ('× 12', '× 12,000')
    """
    rounded = float(f"{ratio:.2g}")
    return f"× {rounded:,.0f}" if rounded >= 10 else f"× {number(rounded)}"
