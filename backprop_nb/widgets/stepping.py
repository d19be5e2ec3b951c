"""The stepper: forward and backward through a run, with graph, table and words side by side."""

from collections.abc import Callable
from typing import Any

import traitlets

from ..core.limits import LIMITS, limited
from ..runs.graph import graph
from ..runs.recording import record
from ..runs.table import table
from ..runs.tracing import is_array
from .computing import ComputingExplorer
from .controls import plan
from .explorer import embed_picture, join_scripts
from .graph_drawing import draw_run
from .steps import tell_run

__all__ = ["Stepper", "stepper"]

MOST_ROWS = 2000  # the longest run that is stepped through; beyond, the page itself gets slow
MOST_ARRAYS = 400  # the same for arrays, each of which brings a picture
MOST_SECONDS = 5  # the longest that a slider keeps Python busy
PICTURES = 16  # shapes of graph that are kept drawn


def stepper(f: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Stepper":
    """Step through back-propagation of ``f``: forward and back, by button, key or click (N18-N20).

    arguments, named: where to evaluate: a number (a slider around it), ``(low, high)`` or
             ``(low, start, high)`` (a slider between), ``range(1, 9)`` (an integer setting such as the length
             of a loop: handed on as a plain int, not differentiated), anything else as ``record`` takes it:
             arrays stay as they are given, and each step shows those that it takes and gives, in numbers
             where they fit, else as heat maps, with the vJp as a formula
    returns: Stepper; a notebook shows it
    raises:  TypeError or ValueError for arguments that do not fit; whatever ``f`` raises where it starts

    >>> steps = stepper(lambda x1, x2: x1 * x2 + x1, x1=2, x2=5)
    >>> steps.position, steps.inputs, steps.record.gradient
    (0, {'x1': 2.0, 'x2': 5.0}, {'x1': 6.0, 'x2': 2.0})
    """
    return Stepper(plan(f, arguments, named))


class Stepper(ComputingExplorer):
    """What ``stepper`` returns. Each control is an attribute; setting it moves the widget.

    position: steps taken, from 0 to the end; beyond an end means that end
    inputs:   {name: number}; setting it runs ``f`` again, names left out keep their numbers
    playing:  whether it steps by itself, ``speed`` steps a second
    chosen:   the input whose paths are walked, "" for none; ``path`` counts them from 0
    error:    what went wrong at the present inputs, in words; "" if nothing did
    record:   the Record that is shown
    """

    _esm = join_scripts(
        "explorer.js", "inputs.js", "graph.js", "view.js", "motion.js", "run.js", "replay.js", "transport.js",
        "stage.js", "lines.js", "story.js", "paths.js", "arrays.js", "stepper.js"
    )

    run = traitlets.Dict().tag(sync=True, type="Run")
    position = traitlets.Int().tag(sync=True)
    playing = traitlets.Bool().tag(sync=True)
    speed = traitlets.Float(1.0, min=0.1, max=50).tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    path = traitlets.Int(min=0).tag(sync=True)

    def __init__(self, plan, **options):
        self.plan, self.drawings = plan, {}
        self.record, run = self.compute(plan.start)
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
        if run.shape not in self.drawings:
            if len(self.drawings) >= PICTURES:
                self.drawings.clear()
            self.drawings[run.shape] = draw_run(run)
        return run, tell_run(run, self.plan, self.drawings[run.shape])

    def show(self, result):
        """Make another run the one that is shown."""
        self.record, self.run = result
        self.position = self.position  # checked anew: the run may have become shorter

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
