"""The matrix product: which entry of G reaches which entry of the gradients, by mouse and by keyboard."""

from html import escape
from typing import NamedTuple

import traitlets

from ..drawing.html_tables import html_table, scroll_box, write_cell
from ..drawing.notation import factor, number
from .explorer import Explorer, join_scripts
from .products import align_rows, multiply_rows, read, transpose_rows

__all__ = ["Matmul", "matmul"]

FACTOR_NAMES = {"columns": ("A", "X"), "rows": ("X", "W")}
MACRON = "\N{COMBINING MACRON}"
ENTRY_DIGITS = 4
EXAMPLES = {"columns": "An example is a column of X, Y and G.", "rows": "An example is a row of X, Y and G."}
ENTRY = "padding:0.15em 0.6em;text-align:right;background:none"
LIT, UNLIT = "border:2px solid currentColor;font-weight:bold", "border:2px solid transparent"


def matmul(A, X, G=None, /, *, batch="columns"):
    """Point at an entry of a matrix product or of its gradients: where it comes from, where it goes (N41).

    A, X, G: matrices m×k, k×n and m×n, all sizes at most 8; or three whole numbers, the sizes m, k, n.
             Without G, small numbers fill it. With ``batch="rows"`` they are X, W and G of Y = XW.
    batch:   "columns": an example is a column, Y = AX, as in the notes; "rows": an example is a row, Y = XW,
             as NumPy users write it. The widget has a switch: the same layer and examples, transposed.
    returns: Matmul; a notebook shows it
    raises:  TypeError or ValueError for sizes and matrices that do not fit, or are too large to be read

    >>> widget = matmul(2, 3, 4)
    >>> widget.entry = ("X_bar", 1, 2)
    >>> widget.told
    'X̄ row 1, column 2: column 1 of A times column 2 of G = 1 × (-1) + 3 × (-0.5) = -2.5'
    """
    if batch not in FACTOR_NAMES:
        raise ValueError(f'batch is "columns" (Y = AX) or "rows" (Y = XW); received {batch!r:.60}')
    left, right, g = read(*FACTOR_NAMES[batch], A, X, G)
    scene = {batch: lay_out(batch, left, right, g)}
    for other in FACTOR_NAMES.keys() - scene.keys():
        scene[other] = lay_out(other, transpose_rows(right), transpose_rows(left), transpose_rows(g))
    return Matmul(scene=scene, batch=batch)


def lay_out(batch, left, right, g):
    """The six matrices of ``batch``, each a Shown as a dict: factors, Y, G, gradients of the factors."""
    first, second = FACTOR_NAMES[batch]
    m, k, n = len(left), len(right), len(right[0])
    of_left, of_right = multiply_rows(g, transpose_rows(right)), multiply_rows(transpose_rows(left), g)
    matrices = (
        (first, "", f"{m}×{k}", left),
        (second, "", f"{k}×{n}", right),
        ("Y", first + second, f"({m}×{k})({k}×{n}) → {m}×{n}", multiply_rows(left, right)),
        ("G", "", f"{m}×{n}", g),
        (first + MACRON, f"G{second}′", f"({m}×{n})({n}×{k}) → {m}×{k}", of_left),
        (second + MACRON, f"{first}′G", f"({k}×{m})({m}×{n}) → {k}×{n}", of_right),
    )
    told = []
    for name, formula, shapes, rows in matrices:
        texts = [[number(x, ENTRY_DIGITS) for x in row] for row in rows]
        told.append(Shown(name.replace("W", "A"), name, formula, shapes, texts)._asdict())
    return told


class Shown(NamedTuple):
    """One matrix as it is shown.

    place:   its name in Y = AX
    name:    its name, such as "X̄"
    formula: what it is, such as "A′G", or "" for what is given
    shapes:  the dimension analysis, such as "(3×2)(2×4) → 3×4", or just "2×3"
    rows:    its entries, as strings
    """

    place: str
    name: str
    formula: str
    shapes: str
    rows: list

    @property
    def title(self):
        """What it is and its shapes, as in "X̄ = A′G, (3×2)(2×4) → 3×4" with its dimension analysis."""
        name = f"{self.name} = {self.formula}" if self.formula else self.name
        return f"{name}, {self.shapes}"


class Matmul(Explorer):
    """What ``matmul`` returns.

    batch: "columns" (Y = AX) or "rows" (Y = XW); setting it transposes everything
    entry: the entry that is explained, as (name, row, column), counted from 1; the bar may be typed: "X_bar"
    scene: {batch: its six matrices, each a dict of strings}; the widget itself needs no kernel
    place: the entry as it stands in Y = AX: [name, row, column], counted from 0
    """

    _esm = join_scripts("explorer.js", "matmul.js")

    scene = traitlets.Dict().tag(sync=True, type="Matrices")
    batch = traitlets.Enum(list(FACTOR_NAMES), "columns").tag(sync=True)
    place = traitlets.List(["X" + MACRON, 0, 0]).tag(sync=True, type="Entry")

    @traitlets.validate("place")
    def check_place(self, proposal):
        """An entry that there is; ValueError otherwise."""
        name, row, column = proposal["value"]
        rows = next((shown["rows"] for shown in self.scene["columns"] if shown["place"] == name), [])
        if not (0 <= row < len(rows) and 0 <= column < len(rows[0])):
            raise ValueError(f"no entry {name!r:.20}, {row}, {column}; matrices and shapes: {self.sizes}")
        return proposal["value"]

    @property
    def shown(self):
        """The six matrices: left factor, right factor, Y, G, gradient of the left, gradient of the right."""
        return tuple(Shown(**shown) for shown in self.scene[self.batch])

    @property
    def sizes(self):
        """Names and shapes of all matrices, as they are shown."""
        return ", ".join(f"{x.name} {len(x.rows)}×{len(x.rows[0])}" for x in self.shown)

    @property
    def entry(self):
        """The entry that is explained, as it is shown: (name, row, column), counted from 1."""
        place, *where = self.place
        row, column = where if self.batch == "columns" else where[::-1]
        return next(x.name for x in self.shown if x.place == place), row + 1, column + 1

    @entry.setter
    def entry(self, wanted):
        places = {x.name: x.place for x in self.shown}
        name, *where = wanted if isinstance(wanted, (tuple, list)) and wanted else (None,)
        name = str(name).replace("_bar", MACRON)
        if name not in places or len(where) != 2 or not all(isinstance(i, int) for i in where):
            raise ValueError(f'an entry is (name, row, column), such as ("G", 1, 2); received {wanted!r:.60}')
        row, column = where if self.batch == "columns" else where[::-1]
        self.place = [places[name], row - 1, column - 1]

    @property
    def sources(self):
        """What the entry is made from, as two lines of numbers: ("row" or "column", its number, Shown)."""
        name, row, column = self.entry
        left, right, out, g, left_bar, right_bar = self.shown
        made = {
            out.name: (("row", row, left), ("column", column, right)),
            left_bar.name: (("row", row, g), ("row", column, right)),
            right_bar.name: (("column", row, left), ("column", column, g)),
        }
        return made.get(name, ())

    @property
    def told(self):
        """Where the entry comes from: the sum in numbers if it is computed, else its value."""
        name, row, column = self.entry
        value = next(x for x in self.shown if x.name == name).rows[row - 1][column - 1]
        if not self.sources:
            return f"{name} row {row}, column {column}: {value}"
        words = " times ".join(f"{line} {i} of {x.name}" for line, i, x in self.sources)
        numbers = [
            [factor(float(text)) for text in (transpose_rows(x.rows) if line == "column" else x.rows)[i - 1]]
            for line, i, x in self.sources
        ]
        addends = " + ".join(f"{p} × {q}" for p, q in zip(*numbers, strict=True))
        return f"{name} row {row}, column {column}: {words} = {addends} = {value}"

    @property
    def heading(self):
        """The product with its dimension analysis."""
        out = self.shown[2]
        return f"Y = {out.formula}: {out.shapes}. {EXAMPLES[self.batch]}"

    def __repr__(self):
        return f"<matmul Y = {self.shown[2].formula}: {self.told}>"

    @property
    def text(self):
        """All matrices, and the entry's sum: the twin of the widget in a terminal."""
        parts = [f"{x.title}\n{align_rows(x.rows)}" for x in self.shown]
        return "\n".join([self.heading, *parts, self.told])

    @property
    def still(self):
        """The matrices as tables, the entry and what it is made from framed, for pages without scripts."""
        tables = "".join(self.table(x) for x in self.shown)
        box = scroll_box(tables, self.heading, "display:flex;flex-wrap:wrap;gap:1em 2em")
        return f"<p>{escape(self.heading)}</p>{box}<p>{escape(self.told)}</p>"

    def table(self, x):
        """One matrix of the still picture."""
        name, *where = self.entry
        lit = {(name, *where)}
        for line, i, source in self.sources:
            many = range(1, 1 + (len(source.rows[0]) if line == "row" else len(source.rows)))
            lit |= {(source.name, i, j) if line == "row" else (source.name, j, i) for j in many}
        rows = [
            [
                write_cell(text, f"{ENTRY};{LIT if (x.name, i, j) in lit else UNLIT}")
                for j, text in enumerate(row, 1)
            ]
            for i, row in enumerate(x.rows, 1)
        ]
        return html_table(x.title, (), rows)
