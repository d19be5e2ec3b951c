"""The stepper: forward and backward through a run, with graph, table and words side by side."""

import traitlets

from ..core.limits import LIMITS, limited
from ..runs.graph import graph
from ..runs.recording import record
from ..runs.table import table
from ..runs.tracing import is_array
from .controls import plan
from .drawing import drawn
from .explorer import Explorer, in_words, picture_of, program
from .steps import told

__all__ = ["Stepper", "stepper"]

ROWS = 2000  # the longest run that is stepped through; beyond, the page itself gets slow
ARRAYS = 400  # the same for arrays, each of which brings a picture
SECONDS = 5  # the longest that a slider keeps Python busy
PICTURES = 16  # shapes of graph that are kept drawn


def stepper(f, /, *arguments, **named):
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


class Stepper(Explorer):
    """What ``stepper`` returns. Each control is an attribute; setting it moves the widget.

    position: steps taken, from 0 to the end; beyond an end means that end
    inputs:   {name: number}; setting it runs ``f`` again, names left out keep their numbers
    playing:  whether it steps by itself, ``speed`` steps a second
    chosen:   the input whose paths are walked, "" for none; ``path`` counts them from 0
    error:    what went wrong at the present inputs, in words; "" if nothing did
    record:   the Record that is shown
    """

    _esm = program("shared.js", "run.js", "paths.js", "arrays.js", "stepper.js")
    state_names = (
        "run",
        "controls",
        "inputs",
        "heard",
        "error",
        "position",
        "playing",
        "speed",
        "chosen",
        "path",
    )

    run = traitlets.Dict().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True)
    heard = traitlets.Dict(help="the inputs that run or error belongs to").tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    position = traitlets.Int().tag(sync=True)
    playing = traitlets.Bool().tag(sync=True)
    speed = traitlets.Float(1.0, min=0.1, max=50).tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    path = traitlets.Int(min=0).tag(sync=True)

    def __init__(self, plan, **options):
        self.plan, self.drawings, self.shown = plan, {}, plan.start
        self.record = self.recorded(plan.start)
        controls = [control.as_dict() for control in plan.controls]
        start = {"inputs": plan.start, "heard": plan.start, "controls": controls}
        super().__init__(run=self.told(self.record), **start, **options)
        self.observe(self.run_again, "inputs")

    def recorded(self, values):
        """The Record of ``f`` at ``values``; ValueError where it is too long to step through."""
        g, inputs = self.plan.bind(values)
        usual, most = LIMITS.get(), ARRAYS if any(map(is_array, inputs)) else ROWS
        with limited(rows=min(most, usual.rows), seconds=min(SECONDS, usual.seconds)):
            return record(g, *inputs)

    def told(self, run):
        """A record as the browser needs it, with a picture that is drawn once for each shape of graph."""
        if run.shape not in self.drawings:
            if len(self.drawings) >= PICTURES:
                self.drawings.clear()
            self.drawings[run.shape] = drawn(run)
        return told(run, self.plan, self.drawings[run.shape])

    def run_again(self, change):
        """New inputs: run ``f`` there; where it fails, say so and keep the last good picture."""
        try:
            run = self.recorded(change["new"])
            shown = self.told(run)
        except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            at, before = self.plan.at(change["new"]), self.plan.at(self.shown)
            with self.hold_sync():
                self.error = f"At {at}: {in_words(failure)}\nThe picture is still the one at {before}."
                self.heard = change["new"]
            return
        self.record, self.shown = run, change["new"]
        with self.hold_sync():
            self.error, self.run, self.heard = "", shown, change["new"]
            self.position = self.position  # checked anew: the run may have become shorter

    @traitlets.validate("inputs")
    def check_inputs(self, proposal):
        """Every control gets a finite number; ValueError for anything else."""
        values, controls = proposal["value"], self.plan.controls
        known = [control.name for control in controls]
        if unknown := [str(name) for name in values if name not in known]:
            raise ValueError(f"no slider for {', '.join(unknown)}: there is {', '.join(known) or 'none'}")
        full = self.plan.start | self.inputs | values
        return {control.name: control.read(full[control.name]) for control in controls}

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
        heading = f"{self.plan.heading} at {self.plan.at(self.shown)}"
        return f"{heading}\n{table(self.record).text}\n{self.run['done']}"

    @property
    def still(self):
        """The run's last state, for pages where no script runs."""
        return picture_of(graph(self.record)) + table(self.record).html
