"""The secant: a step h on a slider, the line through two points, and the error of its slope beside it."""

import math
from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np
import traitlets

from ..drawing.notation import number
from ..drawing.text_columns import align_columns
from ..ways.error_curves import PRECISIONS, Steps, try_steps
from ..ways.exactness import choose_input
from .curves import Frame, join_places, tell_plot, tick
from .explorer import Explorer, join_scripts

__all__ = ["Secant", "secant"]

SECANT_PLOT = Frame(360, 230, 46)
DECADES = {"float32": 8, "float64": 16}
A_DECADE = 4  # stops
REACH = -0.7, 1.3  # how far f is drawn to either side


def secant(f: Callable[..., Any], /, *x: float, wrt: str | int | None = None, precision: str = "float64"):
    """Move h towards 0: the secant turns into the tangent, and then away from it again (N02, N05).

    f, x:      a function of numbers, and the numbers where it is differentiated
    wrt:       with respect to which of them, its name or its place; needed where there are several
    precision: "float64" or "float32"
    returns:   Secant, which opens at the best h; a notebook shows it
    raises:    ValueError for an unknown name; what ``f`` raises at x

    >>> widget = secant(lambda x: x * x, 3.0)
    >>> widget.h == widget.curve.best
    True
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision is one of {', '.join(PRECISIONS)}; received {precision!r:.40}")
    steps = [10.0 ** (-i / A_DECADE) for i in range(A_DECADE * DECADES[precision] + 1)]
    tried = try_steps(f, *x, wrt=wrt, schemes=("forward",), precisions=(precision,), steps=steps)
    g, at, _ = choose_input(f, tuple(map(float, x)), wrt)
    return Secant(tried, at, [(at + d, value_or_nan(g, at + d)) for d in np.linspace(*REACH, 81).tolist()])


class Secant(Explorer):
    """What ``secant`` returns.

    h:        where the slider stands; setting it goes to the nearest stop
    position: the same as a count of stops, from 0, the smallest h; beyond an end means that end
    curve:    the errors at all stops, a ``ways.error_curves.Curve``
    scene:    all that is shown, with coordinates, computed beforehand: the widget itself needs no kernel
    """

    _esm = join_scripts("explorer.js", "slide.js", "plot.js", "secant.js")

    scene = traitlets.Dict().tag(sync=True, type="SecantScene")
    position = traitlets.Int().tag(sync=True)

    def __init__(self, tried: Steps, at: float, seen: list):
        (self.curve,) = tried.curves.values()
        self.tried, self.at, self.seen = tried, at, seen
        self.stops = self.curve.steps[::-1]
        scene = {"heading": tried.heading, "title": tried.title, "slid": "h", "fixed": self.curve.precision}
        tried_at = reversed(range(len(self.stops)))
        scene["places"] = [{"at": f"{self.curve.steps[i]:.2g}", "words": self.tell(i)} for i in tried_at]
        scene["plots"] = [self.draw_lines(scene["places"]), draw_errors(self.curve)]
        super().__init__(scene=scene, position=self.stops.index(self.curve.best))

    def draw_lines(self, places):
        """The plot of f with its tangent, and at each place the secant and its second point."""
        ys = sorted(y for _, y in self.seen if math.isfinite(y))
        low, high = ys[len(ys) // 50], ys[-1 - len(ys) // 50]  # a pole may leave the picture
        pad = (high - low or 1.0) / 8
        put = SECANT_PLOT.place_in(self.seen[0][0], self.seen[-1][0], low - pad, high + pad)
        x, y, title, name = self.at, self.curve.value, self.tried.title, self.tried.name

        def line(slope):
            return [*put(x + REACH[0], y + REACH[0] * slope), *put(x + REACH[1], y + REACH[1] * slope)]

        drawn = [
            [line(slope), [*put(x + h, y + h * slope), 5]] if math.isfinite(slope) else [None, None]
            for h, slope in zip(self.curve.steps, self.curve.quotients, strict=True)
        ]
        caption = f"{title} against {name} (line), its tangent (orange), the secant (dashed)"
        still = [
            *(["polyline", "bp-curve", [join_places(map(put, *run))]] for run in unbroken(self.seen)),
            ["line", "bp-tangent", line(self.curve.exact)],
            ["circle", "bp-alone", [*put(x, y), 4]],
            *(tick(4, put(x, v)[1] + 3, "start", number(v, 3)) for v in (low, high)),
            tick(put(x, y)[0], SECANT_PLOT.high - 3, "middle", f"{name} = {number(x, 4)}"),
        ]
        words = [f"{caption} for h = {place['at']}. {place['words']}" for place in places]
        moving = [["line", "bp-secant"], ["circle", "bp-dot"]]
        return tell_plot(SECANT_PLOT, caption, still, moving, drawn[::-1], words)

    def tell(self, i):
        """What there is to say at one step."""
        curve, name = self.curve, self.tried.name
        h, slope, kind = curve.steps[i], curve.quotients[i], PRECISIONS[curve.precision]
        if not math.isfinite(slope):
            return f"{self.tried.title} has no value at {name} + h: no secant there."
        told = f"Slope {number(slope)}, off by {curve.errors[i]:.2g}. "
        if kind(self.at) + kind(h) == kind(self.at):
            return f"{told}The step is lost: {name} + h rounds to {name}."
        left_out, rounded = (f"{formula} = {values[i]:.2g}" for formula, values in curve.lines)
        told += f"Left out: {left_out}; rounding: about {rounded}"
        units = slope * h / float(np.spacing(abs(kind(curve.value))))
        return told + (f"; f moves by {units:.0f} units in its last place." if abs(units) < 100 else ".")

    @property
    def h(self):
        """Where the slider stands."""
        return self.stops[self.position]

    @h.setter
    def h(self, wanted):
        if not wanted > 0:
            raise ValueError(f"h is a number above 0; received {wanted!r:.60}")
        self.position = min(range(len(self.stops)), key=lambda i: abs(math.log(self.stops[i] / wanted)))

    @traitlets.validate("position")
    def check_position(self, proposal):
        """Beyond an end means that end."""
        return max(0, min(proposal["value"], len(self.stops) - 1))

    def __repr__(self):
        return f"<secant of {self.tried.title} at h = {self.h:.2g}>"

    @property
    def text(self):
        """What is said at each power of ten, from 1 down."""
        rows = [(place["at"], place["words"]) for place in self.scene["places"][::-A_DECADE]]
        head = f"{self.tried.heading} = {number(self.curve.exact)}, {self.curve.precision}, at steps h:"
        return "\n".join([head, *align_columns(rows), f"Best h by the two lines: {self.curve.best:.2g}."])

    @property
    def still(self):
        """Secants of a few steps beside the curve of their errors, as one picture."""
        from ..drawing import plots

        curve, few = self.curve, self.curve.steps[: A_DECADE : A_DECADE // 2]
        slopes = {h: curve.quotients[curve.steps.index(h)] for h in dict.fromkeys((*few, curve.best))}
        lines = {f"h = {h:.2g}": slope for h, slope in slopes.items()} | {"tangent": curve.exact}
        point, words = (self.at, curve.value), self.tried.heading
        draw = {
            "f": lambda ax: plots.draw_lines_through(self.seen, point, lines, words, ax),
            "errors": lambda ax: plots.draw_error_curves([curve], f"its error, {curve.precision}", ax),
        }
        return plots.image_of(plots.side_by_side(lambda name, ax: draw[name](ax), list(draw)), self.text)


def draw_errors(curve):
    """The plot of the errors: a point a stop, the two lines, and the best step."""
    known = [math.log10(error) for error in curve.errors if error > 0]
    low, high = min(known, default=-16) - 0.5, max(known, default=0) + 1
    put = SECANT_PLOT.place_in(math.log10(curve.steps[-1]), math.log10(curve.steps[0]), low, high)

    dots = [
        put(math.log10(h), math.log10(error) if error > 0 else low) if math.isfinite(error) else None
        for h, error in zip(curve.steps, curve.errors, strict=True)
    ]
    still = []
    for i, (words, values) in enumerate(curve.lines):
        pairs = [(math.log10(h), math.log10(v)) for h, v in zip(curve.steps, values, strict=True) if v > 0]
        inside = [pair for pair in pairs if low <= pair[1] <= high]
        still.append(["polyline", f"bp-bound bp-bound-{i}", [join_places(put(*pair) for pair in inside)]])
        if inside:
            top = max((pair for pair in inside if pair[1] < high - 1), key=itemgetter(1), default=inside[0])
            aside, side = ((-8, "end"), (8, "start"))[i]
            still.append(tick(put(*top)[0] + aside, put(*top)[1], side, words))
    still += [["circle", "bp-alone", dot and [*dot, 2]] for dot in dots[::-1]]
    best = dots[curve.steps.index(curve.best)]
    still.append(["circle", "bp-best", best and [*best, 9]])
    along = decades(math.log10(curve.steps[-1]), -1)
    still += [tick(put(k, low)[0], SECANT_PLOT.high - 3, "middle", f"1e{k}") for k in along]
    still += [tick(4, put(0, k)[1] + 3, "start", f"1e{k}") for k in decades(low, high)]
    caption = "Error against h: left out (dotted), rounding (dashed), best h (ring)"
    places = [[dot and [*dot, 6]] for dot in dots[::-1]]
    return tell_plot(SECANT_PLOT, caption, still, [["circle", "bp-dot"]], places, [caption] * len(dots))


def unbroken(points):
    """The stretches of points, each as (xs, ys), in which no y is missing."""
    runs = [[]]
    for point in points:
        if math.isfinite(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [tuple(zip(*run, strict=True)) for run in runs if run]


def decades(low, high):
    """About five whole powers of ten between two."""
    first, last = math.ceil(low), math.floor(high)
    return range(first, last + 1, max(1, math.ceil((last - first) / 5)))


def value_or_nan(g, x):
    """A value of a learner's function; nan where it has none."""
    try:
        with np.errstate(all="ignore"):
            return float(g(x))
    except Exception:  # noqa: BLE001  whatever the learner's function raises: a gap in its curve
        return math.nan
