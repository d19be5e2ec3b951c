"""A stand-in for anywidget in a page without Jupyter: traits and messages go to the page, and come back."""

import contextlib
import json
from typing import ClassVar

import traitlets

__all__ = ["AnyWidget"]


class AnyWidget(traitlets.HasTraits):
    """A widget whose model is in the page around Python, under the same number.

    What this class adds is named page_…, since widgets have names of their own, such as ``hear``.
    """

    page_made: ClassVar[list] = []  # by number
    page_tell = staticmethod(lambda number, kind, text: None)  # the page puts its own function here

    def __init__(self, **state):
        super().__init__(**state)
        self._listeners, self._held = [], None
        self.page_number = len(AnyWidget.page_made)
        AnyWidget.page_made.append(self)
        self.observe(self._changed, self.trait_names(sync=True))

    def _changed(self, change):
        with self.hold_sync():
            self._held[change["name"]] = change["new"]

    @contextlib.contextmanager
    def hold_sync(self):
        """What changes in the block goes to the page at its end, all at once."""
        outer, self._held = self._held, {} if self._held is None else self._held
        try:
            yield
        finally:
            held, self._held = self._held, outer
            if outer is None and held:
                AnyWidget.page_tell(self.page_number, "state", json.dumps(held))

    def on_msg(self, listener):
        self._listeners.append(listener)

    def send(self, content):
        AnyWidget.page_tell(self.page_number, "message", json.dumps(content))

    def page_hear(self, kind, text):
        """What the page set or sent."""
        content = json.loads(text)
        if kind == "message":
            for listener in self._listeners:
                listener(self, content, [])
            return
        with self.hold_sync():
            for name, value in content.items():
                with contextlib.suppress(traitlets.TraitError, ValueError):
                    setattr(self, name, value)

    @property
    def page_whole(self):
        """All that the page needs to show it, as JSON."""
        state = {name: getattr(self, name) for name in self.trait_names(sync=True)}
        return json.dumps({"number": self.page_number, "esm": self._esm, "css": self._css, "state": state})
