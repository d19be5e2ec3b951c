"""How far you are: a row for one notebook, or a map across all, as HTML and as text."""

import os
import re
import sys
from typing import NamedTuple

from ..drawing.html_tables import WRAPPED_TABLE, Html, html_table
from .bank import ask, keys_by_notebook, load_bank
from .feedback import mark_up
from .keeping import FAILURES, LISTENERS, kept, progress_folder

__all__ = ["Standing", "progress"]

SHOWN = {}  # notebook, or "" for the map → the handle of the display that shows it
OFF = "What you answer right is counted here while Python runs, unless BACKPROP_NB_PROGRESS=off."


def progress(notebook=""):
    """What you have answered right, and what comes next.

    notebook: its number, as "04": a row for it, which grows as you answer; "" for a map across all notebooks
    returns:  Standing, which a notebook shows
    raises:   ValueError for a notebook that asks nothing

    >>> progress("07")  # where nothing is kept, as in tests
    07 control flow: 6 questions
    What you answer right is counted here while Python runs, unless BACKPROP_NB_PROGRESS=off.
    """
    known = keys_by_notebook()
    if notebook and notebook not in known:
        raise ValueError(f"notebook {notebook!r} asks nothing; those that do are {', '.join(known)}")
    return Standing(notebook, [notebook] if notebook else list(known))


BLANK = '<span aria-hidden="true"></span> '


class Lesson(NamedTuple):
    """One notebook: its number, subject, questions, and those answered right (None where nothing is kept)."""

    notebook: str
    title: str
    keys: list
    right: set | None

    @property
    def count(self):
        """How many, in words."""
        if self.right is None:
            return f"{len(self.keys)} question{'s' * (len(self.keys) > 1)}"
        return f"{len(self.right)} of {len(self.keys)}"

    @property
    def marks(self):
        """A mark for each question."""
        return "" if self.right is None else "".join("●" if key in self.right else "○" for key in self.keys)

    @property
    def html(self):
        """Marks and count; a screen reader reads the count alone."""
        return Html(f'<span aria-hidden="true">{self.marks}</span> {self.count}'.removeprefix(BLANK))

    @property
    def following(self):
        """What to answer next, in words; "" if all is answered or nothing known."""
        left = [key for key in self.keys if key not in self.right] if self.right is not None else []
        if not left:
            return ""
        question = ask(left[0])
        last = re.split(r"(?<=[.:]) ", question.text)[-1]
        return question.title if left[0][0] != "N" else f"{question.title}, “{last[:1].upper()}{last[1:]}”"


class Standing:
    """How far you are in some notebooks; shown in a notebook, it grows with each right answer."""

    def __init__(self, name, notebooks):
        self.name, self.notebooks = name, notebooks

    @property
    def lines(self):
        """A ``Lesson`` for each notebook."""
        questions = keys_by_notebook()
        for notebook in self.notebooks:
            words = sys.modules[load_bank()[questions[notebook][0]].__module__].__doc__
            title, right = words.partition(", ")[2].rstrip("."), kept(notebook)
            known = None if right is None else right & set(questions[notebook])
            yield Lesson(notebook, title, questions[notebook], known)

    @property
    def note(self):
        """Where it is kept, in words."""
        try:
            folder = progress_folder()
        except RuntimeError:
            folder = "~"
        if folder is None:
            return OFF
        place = str(folder).replace(os.path.expanduser("~"), "~")
        if FAILURES:
            return f"This lasts until Python ends: {place} cannot be written."
        if "BINDER_SERVICE_HOST" in os.environ or "BINDER_REPO_URL" in os.environ:
            return "On Binder this is lost when the session ends."
        return f"Kept on this machine alone, in {place}; BACKPROP_NB_PROGRESS=off keeps nothing."

    def __repr__(self):
        lines = []
        for line in self.lines:
            following = f"; next: {line.following}" if line.following else ""
            lines.append(f"{line.notebook} {line.title}: {f'{line.marks} '.lstrip()}{line.count}{following}")
        return "\n".join([*lines, self.note])

    @property
    def html(self):
        """The row, or the map, in the colours of the page."""
        note = f"<p><em>{mark_up(self.note)}</em></p>"
        if not self.name:
            rows = [[x.notebook, x.title, x.html, Html(mark_up(x.following))] for x in self.lines]
            heads = ("notebook", "about", "answered right", "next")
            if self.note == OFF:
                heads, rows = (*heads[:2], "asks"), [row[:3] for row in rows]
            return html_table("Your progress", heads, rows, look=WRAPPED_TABLE) + note
        (line,) = self.lines
        following = f" Next: {mark_up(line.following)}" if line.following else ""
        return f"<p><strong>Notebook {line.notebook}:</strong> {line.html}.{following}</p>{note}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self.html}

    def _ipython_display_(self):
        from IPython.display import display

        SHOWN[self.name] = self, display(self._repr_mimebundle_(), raw=True, display_id=True)


def refresh(notebook):
    """Show a notebook's row, and the map, anew where this Python has shown them."""
    for name in (notebook, ""):
        if name in SHOWN:
            standing, handle = SHOWN[name]
            handle.update(standing._repr_mimebundle_(), raw=True)


LISTENERS.append(refresh)
