"""A Jacobian to walk through: a heat map in either layout, its entries in words, sliders for the inputs."""

import numpy as np
import traitlets

from ..drawing import plots
from ..drawing.notation import number
from ..drawing.tiles import ink_on, shade
from ..jacobians.dense import Jacobian
from ..jacobians.entries import LAYOUTS, chosen, named
from ..jacobians.looking import differentiated, look
from .controls import around
from .explorer import Explorer, in_words, program

__all__ = ["JacobianMap", "jacobian"]

SIDE = 64  # rows and columns that can be walked through
SLIDERS = 8  # entries of x up to which each has a slider
NUMBERED = 8  # rows and columns up to which each cell shows its number


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


class JacobianMap(Explorer):
    """What ``jacobian`` returns. Each control is an attribute; setting it moves the widget.

    layout_name: "notes" or "usual" (``layout`` itself is how a notebook places any widget)
    cell:   [input, output], counted from 0: the entry that is told in words
    inputs: {name: number} of the entries of x that have sliders; setting it computes the Jacobian anew
    x:      the whole array that is differentiated by; setting it does the same
    error:  what went wrong at the present x, in words; "" if nothing did
    seen:   the dense.Jacobian that is shown
    """

    _esm = program("explorer.js", "inputs.js", "jacobian.js")

    view = traitlets.Dict().tag(sync=True, type="JacobianView")
    layout_name = traitlets.Enum(tuple(LAYOUTS), "notes").tag(sync=True)
    cell = traitlets.List([0, 0]).tag(sync=True, type="number[]")
    controls = traitlets.List().tag(sync=True, type="Control[]")
    inputs = traitlets.Dict().tag(sync=True, type="Inputs")
    heard = traitlets.Dict(help="the inputs that view or error belongs to").tag(sync=True, type="Inputs")
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, f, x, argnums, layout, order, **options):
        self.f, self.given, self.argnums, self.order = f, x, argnums, order
        chosen("layout", layout, LAYOUTS)
        self.array = differentiated(f, x, argnums)
        self.scalar = isinstance(x[argnums], (int, float))
        self.seen = self.seen_at(self.array)
        names = named(self.seen.input_name, self.array.shape)
        finite = self.array.size <= SLIDERS and np.all(np.isfinite(self.array))
        sliders = zip(names, self.array.ravel().tolist(), strict=True) if finite else ()
        self.sliders = [around(name, value) for name, value in sliders]
        start = {control.name: control.value for control in self.sliders}
        controls = [control.as_dict() for control in self.sliders]
        told = {"view": told_of(self.seen), "controls": controls, "inputs": start, "heard": start}
        super().__init__(layout_name=layout, **told, **options)
        self.observe(self.run_again, "inputs")

    def seen_at(self, array):
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
        """The array that is differentiated by; setting it computes the Jacobian there, or raises."""
        return self.array.item() if self.scalar else self.array.copy()

    @x.setter
    def x(self, value):
        array = np.asarray(value, dtype=self.array.dtype)
        if array.shape != self.array.shape:
            raise ValueError(f"x keeps its shape, {self.array.shape}; received {array.shape}")
        if self.sliders:
            values = array.ravel().tolist()
            self.inputs = {c.name: value for c, value in zip(self.sliders, values, strict=True)}
            if self.error:
                raise ValueError(self.error)
        else:
            self.show(self.seen_at(array), array)

    def run_again(self, change):
        """New inputs: compute there; where ``f`` fails, say so and keep the last good picture."""
        values = [change["new"][control.name] for control in self.sliders]
        array = np.array(values, self.array.dtype).reshape(self.array.shape)
        try:
            seen = self.seen_at(array)
        except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            with self.hold_sync():
                self.error = f"At {at(change['new'])}: {in_words(failure)}\n{self.unchanged}"
                self.heard = change["new"]
            return
        self.show(seen, array)

    @property
    def unchanged(self):
        """What the learner still sees after an error."""
        shown = dict(
            zip(named(self.seen.input_name, self.array.shape), self.array.ravel().tolist(), strict=True)
        )
        return f"The picture is still the one at {at(shown)}."

    def show(self, seen, array):
        """Make another Jacobian the one that is shown."""
        self.seen, self.array = seen, array
        with self.hold_sync():
            self.error, self.view, self.heard = "", told_of(seen), self.inputs
            self.cell = self.cell  # checked anew: there may be fewer outputs

    @traitlets.validate("inputs")
    def check_inputs(self, proposal):
        """Every slider gets a finite number; ValueError for anything else."""
        known = {control.name: control for control in self.sliders}
        if unknown := [str(name) for name in proposal["value"] if name not in known]:
            raise ValueError(f"no slider for {', '.join(unknown)}: there is {', '.join(known) or 'none'}")
        full = self.inputs | proposal["value"]
        return {name: control.read(full[name]) for name, control in known.items()}

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


def told_of(seen: Jacobian):
    """A Jacobian as the browser needs it: names, numbers and colours in the notes' layout, words for each."""
    matrix = seen.notes.matrix
    finite = np.abs(matrix[np.isfinite(matrix)])
    most = float(finite.max(initial=0))
    values = matrix.ravel().tolist()
    fills = ["" if value == 0 else shade(value, most) for value in values]
    words = {}
    for layout in LAYOUTS:
        one = seen.notes if layout == "notes" else seen.usual
        words[layout] = {"heading": one.heading, "kind": one.kind, "facts": [*one.words, *one.costs]}
    return {
        "title": seen.title,
        "inputs": list(seen.notes.row_names),
        "outputs": list(seen.notes.column_names),
        "texts": [number(value) for value in values],
        "short": [shortly(value) for value in values] if max(matrix.shape) <= NUMBERED else [],
        "fills": fills,
        "inks": [ink_on(fill) if fill else "" for fill in fills],
        "words": words,
    }


def shortly(value):
    """A number that fits into a cell."""
    text = number(value, 3)
    return number(value, 2) if len(text) > 6 else text


def at(values):
    """Inputs in words: "x₁ = 2, x₂ = 5"; of many only the first ones."""
    told = [f"{name} = {number(value)}" for name, value in list(values.items())[:SLIDERS]]
    return ", ".join(told) + ", …" * (len(values) > SLIDERS)
