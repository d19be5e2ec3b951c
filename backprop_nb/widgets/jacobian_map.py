"""A Jacobian to walk through: a heat map in either layout, its entries in words, sliders for the inputs."""

import numpy as np
import traitlets

from ..drawing import plots
from ..drawing.notation import number
from ..drawing.tiles import ink_on, shade
from ..jacobians.dense import Jacobian
from ..jacobians.entries import LAYOUT_SIDES, name_entries, require_choice
from ..jacobians.looking import differentiated, look
from .computing import ComputingExplorer
from .controls import control_around
from .explorer import join_scripts

__all__ = ["JacobianMap", "jacobian"]

SIDE = 64  # rows and columns that can be walked through
SLIDERS = 8  # entries of x up to which each has a slider
NUMBERED_CELLS = 8  # rows and columns up to which each cell shows its number


def jacobian(f, /, *x, argnums=0, layout="notes", order="rows"):
    """Walk through the Jacobian of ``f``: each entry in words, both layouts, sliders for x (N27, N32).

    f, x, argnums, layout, order: as for ``jacobians.look``
    returns: JacobianMap; a notebook shows it
    raises:  as ``look``; ValueError for more than 64 inputs or outputs, or none

    >>> seen = jacobian(lambda x: np.array([2.0, 3.0]) * x, np.array([1.0, 4.0]))
    >>> seen.seen.kind, seen.inputs
    ('diagonal', {'x₁': 1.0, 'x₂': 4.0})
    """
    return JacobianMap(f, x, argnums, layout, order)


class JacobianMap(ComputingExplorer):
    """What ``jacobian`` returns. Each control is an attribute; setting it moves the widget.

    layout_name: "notes" or "usual" (``layout`` itself is how a notebook places any widget)
    cell:   [input, output], counted from 0: the entry that is put into words
    inputs: {name: number} of the entries of x that have sliders; setting it computes the Jacobian anew
    x:      the whole array that f is differentiated with respect to; setting it does the same
    error:  what went wrong at the present x, in words; "" if nothing did
    seen:   the dense.Jacobian that is shown
    """

    _esm = join_scripts("explorer.js", "inputs.js", "jacobian.js")

    view = traitlets.Dict().tag(sync=True, type="JacobianView")
    layout_name = traitlets.Enum(tuple(LAYOUT_SIDES), "notes").tag(sync=True)
    cell = traitlets.List([0, 0]).tag(sync=True, type="number[]")

    def __init__(self, f, x, argnums, layout, order, **options):
        self.f, self.given, self.argnums, self.order = f, x, argnums, order
        require_choice("layout", layout, LAYOUT_SIDES)
        self.array = differentiated(f, x, argnums)
        self.scalar = isinstance(x[argnums], (int, float))
        self.seen = self.look_at(self.array)
        names = name_entries(self.seen.input_name, self.array.shape)
        finite = self.array.size <= SLIDERS and np.all(np.isfinite(self.array))
        sliders = zip(names, self.array.ravel().tolist(), strict=True) if finite else ()
        controls = [control_around(name, value) for name, value in sliders]
        super().__init__(controls, layout_name=layout, view=tell_jacobian(self.seen), **options)

    def look_at(self, array):
        """The Jacobian at another x; ValueError where it is too large to walk through."""
        given = array.item() if self.scalar else array
        arguments = (*self.given[: self.argnums], given, *self.given[self.argnums + 1 :])
        with np.errstate(all="ignore"):  # nan and infinity are shown in the picture
            seen = look(self.f, *arguments, argnums=self.argnums, order=self.order)
        if not 0 < min(seen.shape) <= max(seen.shape) <= SIDE:
            inputs, outputs = seen.shape
            raise ValueError(
                f"{inputs} inputs and {outputs} outputs: from 1 to {SIDE} of each can be walked through; "
                "jacobians.look(f, x) shows any Jacobian"
            )
        return seen

    @property
    def x(self):
        """The array that f is differentiated with respect to; setting it computes there, or raises."""
        return self.array.item() if self.scalar else self.array.copy()

    @x.setter
    def x(self, value):
        array = np.asarray(value, dtype=self.array.dtype)
        if array.shape != self.array.shape:
            raise ValueError(f"x keeps its shape, {self.array.shape}; received {array.shape}")
        if self.sliders:
            self.inputs = dict(zip(self.sliders, array.ravel().tolist(), strict=True))
            if self.error:
                raise ValueError(self.error)
        else:
            self.show((self.look_at(array), array))

    def compute(self, values):
        """The Jacobian at these inputs, and x there."""
        array = np.array([values[name] for name in self.sliders], self.array.dtype).reshape(self.array.shape)
        return self.look_at(array), array

    def show(self, result):
        """Make another Jacobian the one that is shown."""
        self.seen, self.array = result
        with self.hold_sync():
            self.view = tell_jacobian(self.seen)
            self.cell = self.cell  # checked anew: there may be fewer outputs

    @traitlets.validate("cell")
    def check_cell(self, proposal):
        """Two whole numbers; beyond an end means that end."""
        if len(proposal["value"]) != 2 or not all(isinstance(i, int) for i in proposal["value"]):
            raise ValueError(f"cell is [input, output], counted from 0; received {proposal['value']!r:.60}")
        most = self.seen.notes.shape
        return [max(0, min(i, count - 1)) for i, count in zip(proposal["value"], most, strict=True)]

    def __repr__(self):
        return f"<jacobian of {self.seen.title}, {self.layout_name} layout, {self.shown.kind}>"

    @property
    def shown(self):
        """The Jacobian in the layout that is chosen."""
        return self.seen.notes if self.layout_name == "notes" else self.seen.usual

    @property
    def text(self):
        """The Jacobian as text: the twin of the widget in a terminal."""
        return self.shown.text

    @property
    def still(self):
        """Both layouts as a picture, for pages where no script runs."""
        return plots.image_of(self.seen.both(), self.text)


def tell_jacobian(seen: Jacobian):
    """A Jacobian as the browser needs it: names, numbers and colours in the notes' layout, words for each."""
    matrix = seen.notes.matrix
    finite = np.abs(matrix[np.isfinite(matrix)])
    most = float(finite.max(initial=0))
    values = matrix.ravel().tolist()
    fills = ["" if value == 0 else shade(value, most) for value in values]
    words = {}
    for layout in LAYOUT_SIDES:
        one = seen.notes if layout == "notes" else seen.usual
        words[layout] = {"heading": one.heading, "kind": one.kind, "facts": [*one.words, *one.costs]}
    return {
        "title": seen.title,
        "inputs": list(seen.notes.row_names),
        "outputs": list(seen.notes.column_names),
        "texts": [number(value) for value in values],
        "short": [write_shortly(value) for value in values] if max(matrix.shape) <= NUMBERED_CELLS else [],
        "fills": fills,
        "inks": [ink_on(fill) if fill else "" for fill in fills],
        "words": words,
    }


def write_shortly(value):
    """A number that fits into a cell."""
    text = number(value, 3)
    return number(value, 2) if len(text) > 6 else text
