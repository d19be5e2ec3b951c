"""Questions that are asked before the answer is shown: a number, a choice, an order."""

import abc
import math
import re
from html import escape

from ..drawing.notation import number as written
from .feedback import RIGHT, SHOWN, UNANSWERED, UNREAD, WRONG, Feedback, marked_up
from .mistakes import named
from .reading import fits, is_unanswered, nearly_fits, read_number, read_rows

__all__ = ["Choice", "Number", "Order", "Question"]

LETTERS = "abcdefghij"
FORWARD = "That is the order of the forward run. The reverse sweep starts at the output, where the seed is."


class Question(abc.ABC):
    """A question that shows itself, reads an answer, and says what was done instead.

    text:  the question; `code` stands between backticks
    title: what stands above it
    tries: how many answers it has read
    """

    kind = "text"
    how = "Your answer"
    note = "Decide before you read on. With Python running, this is a form that answers."
    options = ()

    def __init__(self, text, title="Predict"):
        self.text, self.title, self.tries = text, title, 0
        self.widget = None

    def check(self, answer):
        """Compare an answer with the right one.

        answer:  text as a learner types it, or the thing itself: a number, an option, a list of names
        returns: Feedback; no answer, however odd, raises an error
        """
        if is_unanswered(answer):
            return Feedback(UNANSWERED, "Put your answer in its place, and check again.")
        try:
            feedback = self.judge(answer)
        except ValueError as error:
            return Feedback(UNREAD, str(error))
        self.tries += 1
        return feedback

    @abc.abstractmethod
    def judge(self, answer):
        """The Feedback to an answer; ValueError, in words, for one that means nothing here."""

    @abc.abstractmethod
    def solution(self):
        """The right answer in words."""

    def show_me(self):
        """The right answer, once you have tried; before, a friendly no."""
        if not self.tries:
            return Feedback(UNANSWERED, "Try first: a wrong guess teaches more than an answer read.")
        return Feedback(SHOWN, self.solution())

    @property
    def html(self):
        """The question for a page without a kernel: no answer in it."""
        options = "".join(f"<li>{marked_up(option)}</li>" for option in self.options)
        return (
            f'<div class="bp-question"><p><strong>{escape(self.title)}.</strong> {marked_up(self.text)}</p>'
            + (f"<ul>{options}</ul>" if options else "")
            + f"<p><em>{self.note}</em></p></div>"
        )

    def __repr__(self):
        options = "".join(f"\n  {letter}) {x}" for letter, x in zip(LETTERS, self.options, strict=False))
        return f"{self.title}. {self.text}{options}\n({self.how}: .check(…); then .show_me())"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self), "text/html": self.html}
        try:
            from .widget import form

            self.widget = self.widget or form(self)
        except ImportError:  # no widgets here: the text and .check do
            return bundle
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return bundle | {"application/vnd.jupyter.widget-view+json": view}


class Number(Question):
    """A question whose answer is a number.

    right:    the number
    says:     the right answer in words, v̄₋₁ = 5.5
    mistakes: function → ``Mistake``s, the most telling first
    find_out: how to get at the answer oneself
    noise:    how much of ``right`` may be rounding
    """

    kind = "number"
    how = "A number, such as 1.72, 11/2 or 2*5 + 0.5"

    def __init__(self, text, right, says, mistakes, find_out="", noise=0.0):
        super().__init__(text)
        if isinstance(right, complex) or not math.isfinite(right):
            raise ValueError(f"the answer would be {written(right)}, which nobody can type: ask elsewhere")
        self.right, self.says, self.mistakes = right, says, mistakes
        self.find_out, self.noise = find_out, noise

    def judge(self, answer):
        readings = self.read(answer)
        if any(fits(reading, self.right, self.noise) for reading in readings):
            return Feedback(RIGHT, self.solution())
        instead = named(self.mistakes(), readings, self.right)
        if instead:
            return Feedback(WRONG, instead)
        if any(nearly_fits(reading, self.right) for reading in readings):
            return Feedback(WRONG, "As far as it goes, it is right; but one digit may be luck. Give more.")
        return Feedback(WRONG, f"{compared(readings[0].value, self.right)} {self.find_out}".rstrip())

    def read(self, answer):
        """Every way to read an answer, the likeliest first."""
        return read_number(answer)

    def solution(self):
        return f"{self.says}."


def compared(value, right):
    """How a number that no known mistake explains lies to the right one."""
    if right == 0 or value == 0:
        return "It is another number; no mistake that I know gives this one."
    if value * right < 0:
        return "The sign is not right, and no mistake that I know gives this number."
    ratio = value / right
    if 0.95 < ratio < 1.05:
        return "Very near: is there a rounding on the way?"
    size, way = written(max(ratio, 1 / ratio), 2), "large" if ratio > 1 else "small"
    return f"The sign is right; the number is too {way}, by a factor of about {size}."


class Choice(Question):
    """A question with a few answers to choose from.

    options: texts
    right:   index of the right one
    why:     {index: what was done instead, or why it is right}
    """

    kind = "choice"
    how = "One of the options, or its letter"

    def __init__(self, text, options, right, why):
        super().__init__(text)
        self.options, self.right, self.why = tuple(options), right, why

    def judge(self, answer):
        chosen = self.place(answer)
        if chosen == self.right:
            return Feedback(RIGHT, self.solution())
        return Feedback(WRONG, self.why.get(chosen) or "That is not it. What speaks for the others?")

    def place(self, answer):
        """The index of the option meant: by its text, its letter, or its value."""
        if isinstance(answer, bool) and len(self.options) == 2:
            return 0 if answer else 1
        text = plain(str(answer))
        for known in (list(map(plain, self.options)), [*LETTERS[: len(self.options)]]):
            if text in known:
                return known.index(text)
        try:
            return list(map(as_float, self.options)).index(float(text))
        except ValueError:
            raise ValueError(f"Choose one of: {'; '.join(self.options)}.") from None

    def solution(self):
        return f"{self.options[self.right]}. {self.why.get(self.right, '')}".rstrip()


def plain(option):
    """An option as it is compared: without backticks, capitals and blanks, and with a plain prime."""
    return re.sub(r"[`\s]", "", re.sub("[′’]", "'", option)).casefold()


def as_float(option):
    """The number that an option is, or nan."""
    try:
        return float(plain(option))
    except ValueError:
        return math.nan


class Order(Question):
    """A question for the order in which a reverse sweep visits the nodes; any valid one counts."""

    kind = "order"
    how = "Names, such as v5 v4 v3"

    def __init__(self, text, run):
        super().__init__(text)
        self.run = run

    def judge(self, answer):
        problem = out_of_order(self.run, read_rows(answer, self.run))
        if problem:
            return Feedback(WRONG, problem)
        return Feedback(RIGHT, "Each node comes after all that hand on to it: its adjoint is whole by then.")

    def solution(self):
        names = " ".join(self.run[index].id for index in reversed(handing_on(self.run)))
        return f"`{names}`, or any other order in which results come before their operands."


def handing_on(run):
    """The indices of the results that take part in the reverse sweep, ascending."""
    reached = {run.output}
    for row in reversed(run.rows):
        if row.index in reached:
            reached.update(x.index for x in row.operands if x.index is not None)
    return [row.index for row in run.rows if row.index in reached and not row.is_input]


def out_of_order(run, rows):
    """What is wrong with an order of visiting nodes in a reverse sweep, in words; "" if it is valid.

    rows: the nodes in their order; inputs hand nothing on, so they may be left out
    """
    place = {row.index: i for i, row in enumerate(rows)}
    if len(place) < len(rows):
        twice = next(row for i, row in enumerate(rows) if place[row.index] != i)
        return f"{twice.name} stands there twice; a node hands on once, when its adjoint is whole."
    if len(rows) > 1 and rows[0].index != run.output and [row.index for row in rows] == sorted(place):
        return FORWARD
    for row in run.rows:
        for x in row.operands:
            if x.index in place and row.index in place and place[x.index] < place[row.index]:
                made = f"{row.name} = {row.formula}"
                return (
                    f"{run[x.index].name} came before {row.name}, which still had to hand on to it: {made}."
                )
    missing = [run[index].name for index in reversed(handing_on(run)) if index not in place]
    if missing:
        return f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: every result hands on."
    return ""
