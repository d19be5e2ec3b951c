"""How far you are: a row for one notebook, or a map across all, as HTML and as text."""

import os
import re
import sys
from typing import NamedTuple

from ..drawing.html_tables import WRAPPED_TABLE, Html, html_table
from .bank import LISTENING, ask, keys_by_notebook, load_bank, notebook_of
from .feedback import mark_up
from .keeping import FAILURES, kept, progress_folder

__all__ = ["Standing", "progress"]

SHOWN = {}  # notebook, or "" for the map → what shows it, and the handle of its display
MARKS = '<span aria-hidden="true" style="overflow-wrap:anywhere">{}</span> '  # screen readers read counts
NOT_KEPT = "What you answer right is counted here while Python runs, unless BACKPROP_NB_PROGRESS=off."


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
    return Standing(notebook)


class Lesson(NamedTuple):
    """How far you are in one notebook, in words; no ``marks`` and no ``following`` if nothing is kept."""

    notebook: str
    title: str
    marks: str
    count: str
    following: str


def tell_lesson(notebook, keys):
    """The ``Lesson`` of a notebook with these questions."""
    title = sys.modules[load_bank()[keys[0]].__module__].__doc__.partition(", ")[2].rstrip(".")
    right = kept(notebook)
    if right is None:
        return Lesson(notebook, title, "", f"{len(keys)} question{'s' * (len(keys) > 1)}", "")
    left = [key for key in keys if key not in right]
    marks = "".join("○" if key in left else "●" for key in keys)
    following = name_question(left[0]) if left else ""
    return Lesson(notebook, title, marks, f"{marks.count('●')} of {len(keys)}", following)


def name_question(key):
    """A question as one finds it: an exercise by its title, a prediction by its last sentence."""
    question = ask(key)
    last = re.split(r"(?<=[.:]) ", question.text)[-1]
    return f"{question.title}, “{last[:1].upper()}{last[1:]}”" if question.claim else question.title


class Standing:
    """How far you are in one notebook, or in all (""); where it is shown, it grows with each right answer."""

    def __init__(self, notebook):
        self.notebook = notebook

    @property
    def lessons(self):
        """The ``Lesson`` of each notebook."""
        questions = keys_by_notebook()
        return [tell_lesson(*pair) for pair in questions.items() if self.notebook in ("", pair[0])]

    @property
    def note(self):
        """Where it is kept, in words."""
        try:
            place = progress_folder() and str(progress_folder()).replace(os.path.expanduser("~"), "~")
        except RuntimeError:
            place = "your home folder"
        if place is None:
            return NOT_KEPT
        if FAILURES:
            return f"This lasts until Python ends: {place} cannot be written."
        if "BINDER_SERVICE_HOST" in os.environ or "BINDER_REPO_URL" in os.environ:
            return "On Binder this is lost when the session ends."
        return f"Kept on this machine alone, in {place}; BACKPROP_NB_PROGRESS=off keeps nothing."

    def __repr__(self):
        lines = []
        for x in self.lessons:
            following = f"; next: {x.following}" if x.following else ""
            lines.append(f"{x.notebook} {x.title}: {f'{x.marks} {x.count}'.strip()}{following}")
        return "\n".join([*lines, self.note])

    @property
    def html(self):
        """The row, or the map, in the colours of the page; a screen reader reads the counts alone."""
        note, rows = f"<p><em>{mark_up(self.note)}</em></p>", []
        for x in self.lessons:
            marks = MARKS.format(x.marks) if x.marks else ""
            following = f". Next: {mark_up(x.following)}" if x.following else ""
            rows.append([x.notebook, x.title, Html(marks + x.count + following)])
        if self.notebook:
            return f"<p><strong>Notebook {self.notebook}:</strong> {rows[0][2]}</p>{note}"
        heads = ("notebook", "about", "asks" if self.note == NOT_KEPT else "answered right")
        return html_table("Your progress", heads, rows, look=WRAPPED_TABLE) + note

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self.html}

    def _ipython_display_(self):
        from IPython.display import display

        SHOWN[self.notebook] = self, display(self._repr_mimebundle_(), raw=True, display_id=True)


def refresh(key, answer, said):
    """After a right answer, show its notebook's row, and the map, anew where this Python has shown them."""
    for name in ({notebook_of(key), ""} if said.right else set()) & SHOWN.keys():
        standing, handle = SHOWN[name]
        handle.update(standing._repr_mimebundle_(), raw=True)


LISTENING.append(refresh)
