"""The stepper: forward and backward through a run, with graph, table and words side by side."""

import inspect
import json
import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

import traitlets

from ..core.limits import LIMITS, limited
from ..core.typed_numbers import read_number
from ..drawing.notation import number
from ..runs.graph import graph
from ..runs.recording import record
from ..runs.table import table
from ..runs.tracing import is_array
from .computing import ComputingExplorer
from .controls import keep_inside, plan
from .descending import contours, is_inside, read_state, tell_move, value_at
from .explorer import embed_picture, join_scripts
from .graph_drawing import draw_run
from .steps import tell_run

__all__ = ["Stepper", "stepper"]

MOST_ROWS = 2000  # the longest run that is stepped through; beyond, the page itself gets slow
MOST_ARRAYS = 400  # the same for arrays, each of which brings a picture
MOST_SECONDS = 5  # the longest that a slider keeps Python busy
PICTURES = 16  # shapes of graph that are kept drawn
MOST_PROBED, PROBING = 500, 1  # rows of a run whose sliders' ends are tried, and the seconds for all of them


def stepper(f: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Stepper":
    """Step through back-propagation of ``f``: forward and back, by button, key or click (N18-N20).

    arguments, named: where to evaluate: a number (a slider around it), ``(low, high)`` or
             ``(low, start, high)`` (a slider between), ``range(1, 9)`` (an integer setting such as the length
             of a loop: handed on as a plain int, not differentiated), anything else as ``record`` takes it:
             arrays stay as they are given, and each step shows those that it takes and gives, in numbers
             where they fit, else as heat maps, with the vJp as a formula.
             ``state="…"``, what ``steps.state()`` gave, opens the same step; where it says all that is
             needed, the other arguments may be left out; ``notation="notes"`` calls the inputs v₋₁, v₀
    returns: Stepper; a notebook shows it
    raises:  TypeError or ValueError for arguments that do not fit; whatever ``f`` raises where it starts

    >>> steps = stepper(lambda x1, x2: x1 * x2 + x1, x1=2, x2=5)
    >>> steps.position, steps.inputs, steps.record.gradient
    (9, {'x1': 2.0, 'x2': 5.0}, {'x1': 6.0, 'x2': 2.0})
    >>> stepper(lambda x1, x2: x1 * x2, state=steps.state()).inputs
    {'x1': 2.0, 'x2': 5.0}
    """
    own = parameters_of(f)
    place = read_state(named.pop("state")) if "state" in named and "state" not in own else None
    notation = named.pop("notation", "yours") if "notation" not in own else "yours"
    if place and not arguments and not named:
        named = place["inputs"]
    steps = Stepper(plan(f, arguments, named), notation=notation)
    if place:
        steps.go_to(place)
    return steps


def parameters_of(f):
    """The names of the learner's own parameters, which come before options of the same name."""
    try:
        return list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # some built-in functions have no signature
        return []


class Stepper(ComputingExplorer):
    """What ``stepper`` returns. Each control is an attribute; setting it moves the widget.

    position: steps taken, from 0 to the end; beyond an end means that end
    inputs:   {name: number}; setting it runs ``f`` again, names left out keep their numbers
    playing:  whether it steps by itself, ``speed`` steps a second
    chosen:   the input whose paths are walked, "" for none; ``path`` counts them from 0
    error:    what went wrong at the present inputs, in words; "" if nothing did
    record:   the Record that is shown
    downhill: whether the walk downhill is shown; ``step_downhill()`` and ``undo()`` take and give back a step
    """

    _esm = join_scripts(
        "explorer.js", "inputs.js", "graph.js", "view.js", "run.js", "replay.js", "transport.js",
        "stage.js", "lines.js", "story.js", "downhill.js", "paths.js", "arrays.js", "stepper.js"
    )

    run = traitlets.Dict().tag(sync=True, type="Run")
    position = traitlets.Int().tag(sync=True)
    playing = traitlets.Bool().tag(sync=True)
    speed = traitlets.Float(1.0, min=0.1, max=50).tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    path = traitlets.Int(min=0).tag(sync=True)
    downhill = traitlets.Bool().tag(sync=True)
    eta = traitlets.Unicode("0.1", help="the size of a step downhill, as it was typed").tag(sync=True)
    valley = traitlets.Dict({"names": [], "ends": [], "lines": []}, help="f over two inputs: contour lines")
    valley.tag(sync=True, type="Valley")
    trail = traitlets.List(help="where the walk has been").tag(sync=True, type="Inputs[]")
    notation = traitlets.Enum(["yours", "notes"], "yours", help="how inputs are called").tag(sync=True)
    nudged = traitlets.Dict({"id": "", "by": 0, "moves": ""}, help="what a nudge really did")
    nudged.tag(sync=True, type="Nudged")
    moved = traitlets.Unicode(help="what the last step downhill did, in words").tag(sync=True)

    def __init__(self, plan, **options):
        self.plan, self.drawings = plan, {}
        self.record, run = self.compute(plan.start)
        if len(self.record) <= MOST_PROBED:
            end = perf_counter() + PROBING
            self.plan = plan = keep_inside(plan, lambda at: perf_counter() > end or is_inside(plan, at))
        options.setdefault("position", len(run["forward"]) + len(run["backward"]))
        super().__init__(plan.controls, run=run, **options)

    def compute(self, values):
        """The Record of ``f`` at ``values``, and the same as the browser needs it; each shape is drawn once.

        raises: ValueError where the run is too long to step through; whatever ``f`` raises
        """
        g, inputs = self.plan.bind(values)
        usual, most = LIMITS.get(), MOST_ARRAYS if any(map(is_array, inputs)) else MOST_ROWS
        with limited(rows=min(most, usual.rows), seconds=min(MOST_SECONDS, usual.seconds)):
            run = record(g, *inputs)
        run.rows = tuple(run.rows)  # read over and over, so made once
        if run.shape not in self.drawings:
            if len(self.drawings) >= PICTURES:
                self.drawings.clear()
            self.drawings[run.shape] = draw_run(run, in_pages=True)
        return run, tell_run(run, self.plan, self.drawings[run.shape])

    def show(self, result):
        """Make another run the one that is shown."""
        self.record, self.run = result
        self.position = self.position  # checked anew: the run may have become shorter

    def answer(self, message):
        """Also a step downhill, and one back."""
        if message.get("action") == "downhill":
            self.eta = str(message["eta"])
            self.step_downhill(read_number(self.eta)[0].value)
        elif message.get("action") == "undo":
            self.undo()
        elif message.get("action") == "nudge":
            self.nudged = self.nudge(str(message["id"]), float(message["by"]))
        else:
            super().answer(message)

    def step_downhill(self, eta):
        """x ← x − η x̄ for every slider that is an input; ValueError where f has no value or gradient there.

        >>> steps = stepper(lambda x: x * x, x=4)
        >>> steps.step_downhill(0.25)
        >>> steps.inputs, steps.moved
        ({'x': 2.0}, 'f fell from 16 to 4.')
        """
        before, gradient = self.shown_at, self.record.gradient
        sliding = [name for name, control in self.sliders.items() if control.kind == "number"]
        after = before | {name: before[name] - eta * float(gradient[name]) for name in sliding}
        if not sliding or not all(map(math.isfinite, after.values())):
            raise ValueError(f"a step needs sliders and a finite gradient; η = {eta:g} leads to {after}")
        value = float(self.record.value)
        self.inputs = after
        if self.error:
            why, self.inputs = self.error.partition("\n")[0], before
            raise ValueError(f"{why} Nothing was changed: try a smaller η.")
        self.trail = [*(self.trail or [before]), after]
        self.moved = tell_move(self.plan.title, value, float(self.record.value))

    def nudge(self, name, by):
        """What the output really does where an input, or each number of any array, grows by ``by``.

        >>> stepper(lambda x: x * x, x=4).nudge("x", 0.5)
        {'id': 'v0', 'by': 0.5, 'moves': '4.25'}
        """
        row = self.record.find(name)
        value = value_at(self.plan, self.shown_at, row, by)
        moves = "no number" if value is None else number(value - float(self.record.value))
        return {"id": row.id, "by": by, "moves": moves}

    def undo(self):
        """Go back to where the last step downhill began; nothing where there was none."""
        if len(self.trail) > 1:
            self.trail = self.trail[:-1]
            self.inputs, self.moved = self.trail[-1], ""

    @traitlets.observe("downhill")
    def draw_valley(self, _change):
        """The map, drawn once, where there are two inputs."""
        pair = [control for control in self.sliders.values() if control.kind == "number"]
        if self.downhill and not self.valley["lines"] and len(pair) == 2:
            self.valley = contours(self.plan, pair, self.shown_at, len(self.record))

    def state(self):
        """The present place as a short text: ``stepper(f, state=…)`` opens it again.

        >>> stepper(lambda x: x * x, x=4).state()
        '{"inputs": {"x": 4.0}, "step": 5}'
        """
        walked = {"chosen": self.chosen, "path": self.path} if self.chosen else {}
        return json.dumps({"inputs": self.inputs, "step": self.position} | walked)

    def go_to(self, place):
        """Go where a state says, a dict; ValueError for inputs or paths that are not there."""
        self.inputs = place["inputs"]
        if self.error:
            raise ValueError(self.error)
        self.position = place.get("step", self.position)
        self.chosen, self.path = place.get("chosen", ""), max(0, place.get("path", 0))

    def tell_inputs(self, values):
        """All arguments in words."""
        return self.plan.at(values)

    @traitlets.validate("position")
    def check_position(self, proposal):
        """Beyond an end means that end."""
        return max(0, min(proposal["value"], len(self.run["forward"]) + len(self.run["backward"])))

    @traitlets.validate("chosen")
    def check_chosen(self, proposal):
        """The label of an input, or nothing; ValueError for anything else."""
        chosen, known = proposal["value"], self.run["paths"]
        if chosen and chosen not in known:
            raise ValueError(f"no input {chosen!r}: choose {', '.join(known)}, or '' for none")
        return chosen

    def __repr__(self):
        return f"<stepper of {self.plan.title} at {self.plan.at(self.inputs)}, step {self.position}>"

    @property
    def text(self):
        """The whole run as text: the twin of the widget in a terminal."""
        heading = f"{self.plan.heading} at {self.plan.at(self.shown_at)}"
        return f"{heading}\n{table(self.record).text}\n{self.run['done']}"

    @property
    def still(self):
        """The run's last state, for pages where no script runs."""
        return embed_picture(graph(self.record)) + table(self.record).html
