"""The error of a difference quotient against its step: what is left out, what is rounded, and the best h."""

import math
from dataclasses import dataclass

import numpy as np

from ..arrays.differences import SCHEMES
from ..drawing.notation import number
from ..drawing.sheets import Displayed, Sheet
from ..runs.tracing import title_of
from .exactness import choose_input, derivatives, exact_gradient

__all__ = ["Curve", "Steps", "try_steps"]

PRECISIONS = {"float32": np.float32, "float64": np.float64}
USUAL_STEPS = tuple(10.0 ** (-i / 4) for i in range(81))  # from 1 down to 1e-20 …
LOST_STEPS = 16  # … of which so many, the smallest, are for the complex step alone


@dataclass(frozen=True)
class Curve:
    """One scheme in one precision, at many steps.

    scheme, precision: names of ``SCHEMES`` and of NumPy's types
    steps:      h, falling
    quotients:  what the scheme gives for the derivative; nan where f fails
    errors:     how far it is from ``exact``
    truncation: what Taylor's series says the scheme leaves out, from f″ or f‴
    rounding:   what one unit in the last place of f comes to; both are computed, none is fitted
    best:       the largest step at which their sum is the least, but for a tenth of it
    unit:       one unit in the last place of f, or what one of x moves f by, if that is more
    exact:      the derivative by a reverse sweep in the finest floats
    value:      f itself
    """

    scheme: str
    precision: str
    steps: tuple
    quotients: tuple
    errors: tuple
    truncation: tuple
    rounding: tuple
    best: float
    unit: float
    exact: float
    value: float

    @property
    def label(self):
        """Scheme and precision in words."""
        return f"{self.scheme}, {self.precision}"

    @property
    def lines(self):
        """What is left out, and rounding: twice a pair of the formula and its numbers."""
        return tuple(zip(SCHEMES[self.scheme].formulas, (self.truncation, self.rounding), strict=True))


def try_steps(f, *x, wrt=None, schemes=tuple(SCHEMES), precisions=tuple(PRECISIONS), steps=None):
    """Difference quotients of ``f`` at many steps h, judged by a reverse sweep (N02, N04, N05).

    f, x:       a function of numbers, and the numbers where it is differentiated
    wrt:        with respect to which of them: its name or its place; needed where there are several
    schemes:    names of ``differences.SCHEMES``: "forward", "central", "complex step"
    precisions: "float32", "float64": all that is computed is of this type
    steps:      the h to try; None for four in each power of ten
    returns:    Steps; a notebook shows figure and table
    raises:     ValueError for an unknown name, a step that is not above 0, or a value that a precision cannot
                hold; what ``f`` raises at x

    >>> tried = try_steps(lambda x: x * x, 3.0, steps=(0.5, 2.0**-10))
    >>> tried["forward", "float64"].errors == tried["forward", "float64"].truncation == (0.5, 2.0**-10)
    True
    """
    for given, known in ((schemes, SCHEMES), (precisions, PRECISIONS)):
        if isinstance(given, str) or not set(given) <= set(known):
            raise ValueError(f"give a tuple of some of {', '.join(known)}; received {given!r:.60}")
    if steps is None:
        steps = USUAL_STEPS if "complex step" in schemes else USUAL_STEPS[:-LOST_STEPS]
    steps = tuple(sorted(map(float, steps), reverse=True))
    if not steps or not 0 < steps[-1] <= steps[0] < math.inf:
        raise ValueError(f"steps are finite and above 0, at least one of them; received {steps!r:.60}")
    _, _, name = choose_input(f, x, wrt)
    curves = {}
    for precision in precisions:
        kind = PRECISIONS[precision]
        g, at, _ = choose_input(f, tuple(map(kind, x)), wrt)
        plain, here, _ = choose_input(f, tuple(float(kind(value)) for value in x), wrt)
        plain.__name__ = title_of(f)
        exact, slopes = exact_gradient(plain, here)[0], derivatives(plain, here, 3)
        for scheme in schemes:
            curves[scheme, precision] = measure_curve(g, at, scheme, precision, steps, exact, slopes)
    return Steps(title_of(f), name, tuple(map(float, x)), curves)


def measure_curve(g, at, scheme, precision, steps, exact, slopes):
    """One Curve; ``at`` is of the precision's type, as is what ``g`` makes of it."""
    row, kind = SCHEMES[scheme], PRECISIONS[precision]
    quotients = tuple(float(quotient_at(row, g, at, kind(h))) for h in steps)
    with np.errstate(over="ignore"):
        held = np.isfinite([kind(slopes[0]), kind(slopes[1]), kind(exact)]).all()
    if not held:
        raise ValueError(
            f"f = {slopes[0]:g} or f′ = {slopes[1]:g} is beyond {precision} here: try another x, or "
            'precisions=("float64",)'
        )
    unit = float(max(np.spacing(kind(abs(slopes[0]))), abs(slopes[1]) * np.spacing(abs(at))))
    slope_unit = float(np.spacing(kind(abs(exact)) or kind(1)))
    truncation = tuple(row.truncation(slopes, h) for h in steps)
    rounding = tuple(row.rounding(unit, slope_unit, h) for h in steps)
    totals = [t + r for t, r in zip(truncation, rounding, strict=True)]
    errors = tuple(float(abs(quotient - exact)) for quotient in quotients)
    best = next(h for h, total in zip(steps, totals, strict=True) if total <= 1.1 * min(totals))
    told = best, unit, float(exact), slopes[0]
    return Curve(scheme, precision, steps, quotients, errors, truncation, rounding, *told)


def quotient_at(row, g, at, h):
    """One quotient; nan where f fails, as it may one step away from where it is differentiated."""
    kind = type(at)
    try:
        with np.errstate(all="ignore"):
            quotient = row.quotient(lambda x: in_precision(g(x), kind), at, h)
        return quotient if math.isfinite(quotient) else math.nan
    except Exception:  # noqa: BLE001  whatever the learner's function raises: a gap in the curve
        return math.nan


def in_precision(value, kind):
    """A result in the precision that is asked for, real or complex; some functions give a plain float."""
    return np.result_type(kind, np.complex64).type(value) if np.iscomplexobj(value) else kind(value)


@dataclass(frozen=True, repr=False)
class Steps(Displayed):
    """What ``try_steps`` returns: ``steps[scheme, precision]`` is a Curve."""

    title: str
    name: str
    at: tuple
    curves: dict

    def __getitem__(self, key):
        if key not in self.curves:
            raise KeyError(f"no curve {key!r}: there is {', '.join(map(str, self.curves))}")
        return self.curves[key]

    @property
    def heading(self):
        """What is differentiated, with respect to what, and where."""
        return f"∂{self.title}/∂{self.name} at ({', '.join(map(number, self.at))})"

    @property
    def sheet(self):
        """The errors as a table, a row a power of ten, and the best steps below."""
        steps = next(iter(self.curves.values())).steps
        shown = [i for i, h in enumerate(steps) if len(steps) <= 24 or math.log10(h) == round(math.log10(h))]
        rows = [(f"{steps[i]:.3g}", *(f"{c.errors[i]:.2g}" for c in self.curves.values())) for i in shown]
        notes = [
            f"{c.label}: of these h the two lines say {c.best:.2g}, where the error is "
            f"{c.errors[c.steps.index(c.best)]:.2g}." for c in self.curves.values()
        ]  # fmt: skip
        head = ("h", *(c.label for c in self.curves.values()))
        return Sheet(f"Error of {self.heading}", head, tuple(rows), tuple(notes))

    def figure(self):
        """The errors with the two lines of each scheme, one picture a precision."""
        from ..drawing import plots

        panels = {}
        for curve in self.curves.values():
            panels.setdefault(curve.precision, []).append(curve)

        def draw(precision, ax):
            plots.draw_error_curves(panels[precision], f"{self.heading}, {precision}", ax)

        return plots.side_by_side(draw, list(panels))

    @property
    def text(self):
        """The table in plain text; it stands alone."""
        return self.sheet.text
