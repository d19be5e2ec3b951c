"""Explorers with sliders: Python computes anew where one is moved, and says what goes wrong there."""

from dataclasses import asdict

import traitlets

from ..core.typed_numbers import read_number
from ..drawing.notation import number
from .explorer import Explorer, describe_failure

__all__ = ["ComputingExplorer"]


class ComputingExplorer(Explorer):
    """An explorer with sliders.

    inputs: {name: number}; setting it computes anew, names left out keep their numbers
    error:  what went wrong at the present inputs, in words; "" if nothing did

    A subclass gives ``compute(values)``, and ``show(result)``, which makes what that returned the present.
    """

    controls = traitlets.List().tag(sync=True, type="Control[]")
    inputs = traitlets.Dict().tag(sync=True, type="Inputs")
    heard = traitlets.Dict(help="the inputs that picture or error belong to").tag(sync=True, type="Inputs")
    error = traitlets.Unicode().tag(sync=True)
    answered = traitlets.Unicode(help="the last question of the browser that is answered").tag(sync=True)

    def __init__(self, controls, **state):
        self.sliders = {control.name: control for control in controls}
        self.shown_at = start = {name: control.value for name, control in self.sliders.items()}
        super().__init__(controls=list(map(asdict, controls)), inputs=start, heard=start, **state)
        self.observe(self.compute_again, "inputs")
        self.on_msg(self.hear)

    def hear(self, _widget, message, _buffers):
        """A question of the browser: what went wrong is an answer, too."""
        with self.hold_sync():
            try:
                self.answer(message)
            except (ValueError, TypeError) as reason:
                self.error = str(reason)
            self.answered = str(message.get("token", ""))

    def answer(self, message):
        """Do what the browser asks for; ValueError, in words, where that cannot be done."""
        if message.get("action") == "type":
            name = message["name"]
            try:
                value = read_number(message["text"])[0].value
            except ValueError as reason:
                raise ValueError(f"{name}: {reason} Nothing was changed.") from None
            self.error = ""
            self.inputs = self.inputs | {name: value}

    def compute_again(self, change):
        """New inputs: compute there; where that fails, say so and keep the last good picture."""
        values = change["new"]
        try:
            result = self.compute(values)
        except Exception as failure:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            at, before = self.tell_inputs(values), self.tell_inputs(self.shown_at)
            why = describe_failure(failure)
            with self.hold_sync():
                self.error = f"At {at}: {why}\nThe picture is still the one at {before}."
                self.heard = values
            return
        self.shown_at = values
        with self.hold_sync():
            self.error, self.heard = "", values
            self.show(result)

    def tell_inputs(self, values):
        """Inputs in words: "x₁ = 2, x₂ = 5"."""
        return ", ".join(f"{name} = {number(value)}" for name, value in values.items())

    @traitlets.validate("inputs")
    def check_inputs(self, proposal):
        """Every slider gets a finite number; ValueError for anything else."""
        values, known = proposal["value"], self.sliders
        if unknown := [str(name) for name in values if name not in known]:
            raise ValueError(f"no slider for {', '.join(unknown)}: there is {', '.join(known) or 'none'}")
        full = self.shown_at | self.inputs | values
        return {name: control.read(full[name]) for name, control in known.items()}
