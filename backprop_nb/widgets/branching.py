"""Branches: a slider across a condition, with the graph of either side and the gradient."""

from collections.abc import Callable
from typing import Any

import traitlets

from ..drawing.notation import number
from ..runs.graph import graph
from ..runs.recording import record
from .controls import plan
from .explorer import Explorer, embed_picture, join_scripts
from .scenes import list_stops, make_scene

__all__ = ["Branches", "branches"]

PICTURED_GRAPHS = 4  # graphs in a page without scripts
NAMED_FAILURES = 3  # failing places that the text names


def branches(f: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Branches":
    """Slide one input of ``f`` across its conditions and watch the graph change its shape (N24).

    arguments, named: as for ``stepper``; the first number, tuple or ``range`` slides, the others stay put
    returns: Branches; a notebook shows it
    raises:  TypeError or ValueError for arguments that do not fit, or if ``f`` fails wherever it slides

    >>> widget = branches(lambda a, b, c: a + b if a > 0 else a * c, a=(-1, 1), b=2, c=3)
    >>> len(widget.scene["graphs"]), widget.value
    (2, 0.0)
    >>> widget.value = 0.5
    >>> widget.record.gradient
    {'a': 1.0, 'b': 1.0, 'c': 0.0}
    """
    return Branches(plan(f, arguments, named))


class Branches(Explorer):
    """What ``branches`` returns.

    value:    where the slider stands; setting it goes to the nearest place
    position: the same as a count of places, from 0; beyond an end means that end
    scene:    everything that is shown, computed beforehand: the widget itself needs no kernel
    """

    _esm = join_scripts("explorer.js", "slide.js", "plot.js", "graph.js", "branches.js")

    scene = traitlets.Dict().tag(sync=True, type="Scene")
    position = traitlets.Int().tag(sync=True)

    def __init__(self, plan, **options):
        if not plan.controls:
            raise ValueError("no argument to slide: give one of them a number, such as a=1, or (low, high)")
        self.plan, self.slid = plan, plan.controls[0]
        self.places = list_stops(self.slid)
        scene = make_scene(plan, self.slid, self.places, self.record_at)
        super().__init__(scene=scene, position=self.places.index(self.slid.value), **options)

    def record_at(self, value):
        """The Record at one value of the slider; raises what ``f`` raises."""
        g, inputs = self.plan.bind(self.plan.start | {self.slid.name: value})
        return record(g, *inputs)

    @property
    def value(self):
        """Where the slider stands."""
        return self.places[self.position]

    @value.setter
    def value(self, wanted):
        wanted = self.slid.read(wanted)
        self.position = min(range(len(self.places)), key=lambda i: abs(self.places[i] - wanted))

    @property
    def record(self):
        """The Record where the slider stands; raises what ``f`` raises there."""
        return self.record_at(self.value)

    @traitlets.validate("position")
    def check_position(self, proposal):
        """Beyond an end means that end."""
        return max(0, min(proposal["value"], len(self.places) - 1))

    def __repr__(self):
        return f"<branches of {self.plan.title} at {self.slid.name} = {number(self.value)}>"

    @property
    def text(self):
        """Each graph in words, where on the slider it belongs, and one gradient of it."""
        scene, slid = self.scene, self.slid.name
        lines = [f"{scene['heading']}, {slid} from {number(self.places[0])} to {number(self.places[-1])}"]
        for i, drawing in enumerate(scene["graphs"]):
            lines.append(f"graph {i + 1}, {drawing['size']}, at {slid} = {drawing['where']}:")
            lines += [f"    {line}" for line in drawing["lines"]]
            place = next(place for place in scene["places"] if place["graph"] == i)
            gradient = ", ".join(f"{label}: {slope}" for label, slope, *_ in place["gradient"])
            lines.append(f"    at {slid} = {place['at']}: value {place['value']}, gradient {gradient}")
        failed = [place for place in scene["places"] if place["error"]]
        lines += [f"at {slid} = {place['at']}: {place['error']}" for place in failed[:NAMED_FAILURES]]
        if len(failed) > NAMED_FAILURES:
            lines.append(f"… and at {len(failed) - NAMED_FAILURES} more places")
        return "\n".join(lines)

    @property
    def still(self):
        """Each graph as a picture with its caption, for pages where no script runs."""
        html = ""
        for i, drawing in enumerate(self.scene["graphs"][:PICTURED_GRAPHS], 1):
            picture = embed_picture(graph(self.record_at(drawing["first"])))
            html += f"<p>Graph {i}, at {self.slid.name} = {drawing['where']}:</p>{picture}"
        return html
