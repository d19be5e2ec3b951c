"""A run that shows itself: as a table, a graph, paths and chain rules."""

from collections.abc import Callable
from typing import Any

from ..core.frames import fold_frames
from ..core.limits import LIMITS
from .chain_rule import chain_rule
from .comparing import compare_with_plain_call, keep_chance
from .graph import graph
from .objects import objects
from .paths import paths
from .rules import rules
from .table import table
from .tracing import Trace, trace
from .windows import shorten_run

__all__ = ["Record", "record"]


class Record(Trace):
    """A run of a function as plain rows, with every way to look at it.

    Inputs stand under the names of your parameters; ``notation="notes"``, to any of the ways to look or to
    ``in_notation``, calls them v₋₁, v₀ as the notes do. ``str`` gives the table as text; a notebook shows the
    graph, with the table as its text twin. The text has v₁, × and ∂: a stream that cannot encode them (ASCII,
    cp1252) needs PYTHONIOENCODING=utf-8, or ``print(str(run).encode("ascii", "replace").decode())``.
    """

    def __str__(self):
        return "\n".join([table(self).text, *(f"Note: {note}." for note in self.notes)])

    def __repr__(self):
        return f"<record of {self.is_named}: {len(self)} rows, {len(self.inputs)} of them inputs>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.graph()._repr_mimebundle_()
        return bundle | {"text/plain": f"{self}\n\n{bundle['text/plain']}"}

    def table(self, notation=None, **options):
        """Figure 1 of the notes for this run: forward lines, backward lines (claims N15, N16)."""
        return table(self.in_notation(notation), **options)

    def graph(self, notation=None, centre=None, **options):
        """Figure 2 of the notes for this run; ``arrows="flow"`` or ``"notes"`` (claim N17).

        Of more than 150 rows, loops are folded and those around ``centre`` drawn, unless ``limit`` is given.
        """
        run = self.in_notation(notation)
        return graph(run if "limit" in options else shorten_run(run, centre), **options)

    def objects(self):
        """The run as it lies in memory: an object for each row, and pointers to its parents (claim N21)."""
        return objects(self)

    def paths(self, wrt, notation=None):
        """Every path from the output to one input, with what it contributes (claims N18, N19)."""
        return paths(self.in_notation(notation), wrt)

    def rules(self, notation=None, **options):
        """The vJp of each operation, with the rows' own names, and what it keeps (claim N30)."""
        return rules(self.in_notation(notation), **options)

    def chain_rule(self, wrt, notation=None, **options):
        """The derivative with respect to one input by the chain rule, nested or multiplied out (N14)."""
        return chain_rule(self.in_notation(notation), wrt, **options)


def record(f: Callable[..., Any], /, *inputs: Any, **named: Any) -> Record:
    """Run ``f`` once and keep the run: values, local partials, adjoints, and the reverse sweep step by step.

    inputs:  numbers, or lists, tuples and dicts of numbers; also by name, ``record(f, x1=2, x2=5)``.
             An array is one row per operation; a list, or ``x.astype(object)``, one row per number. Beside
             arrays, floats are recorded as arrays of one number, and whole numbers are handed to ``f`` as
             they are: so are, at all times, arrays of whole numbers (labels, indices) and masks
    returns: Record
    raises:  TypeError for a missing argument or a result that is not one number; whatever ``f`` raises

    >>> run = record(lambda x1, x2: x1 * x2 + x1, 2, 5)
    >>> run.value, run.gradient
    (12.0, {'x1': 6.0, 'x2': 2.0})
    >>> import numpy as np
    >>> X, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.5])
    >>> print(record(lambda X, w: (X @ w).sum(), X, w))
    forward: values                  backward: adjoints
    X             = [[1 2] [3 4]]    v̄₂ = 1           = 1
    w             = [1 0.5]          v̄₁ = spread(v̄₂)  = [1 1]
    v₁ = X @ w    = [2 5]            X̄  = v̄₁ w′       = [[1 0.5] [1 0.5]]
    v₂ = sum(v₁)  = 7                w̄  = X′ v̄₁       = [4 6]
    f(X, w) = v₂  = 7
    """
    before = keep_chance()
    try:
        run = trace(f, *inputs, **named)
    except Exception as error:
        fold_frames(error)
        raise
    found = Record(run.rows, run.output, run.title)
    vars(found).update(vars(run))
    if LIMITS.get().compare:
        note = compare_with_plain_call(f, inputs, named, found, before)
        found.notes += (note,) * bool(note)
    return found
