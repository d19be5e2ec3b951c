"""Questions that a notebook asks before it shows the answer: for a number, or for a choice."""

import abc
import math
import re
from html import escape

from ..core.typed_numbers import fits, nearly_fits, read_number
from ..drawing.notation import number as written
from .feedback import HINT, RIGHT, SOLUTION, UNANSWERED, UNREAD, WRONG, Feedback, is_unanswered, mark_up
from .mistakes import name_mistake
from .revealing import REVEAL_TITLE, show
from .solutions import Help

__all__ = ["Choice", "NotFilledIn", "Number", "Question", "choice"]

OPTION_LETTERS = "abcdefghij"
TRANSPOSED = re.compile(r"\s*(?:[′’ᵀ⊤]|\.m?T\b|\^\s*\{?\s*(?:T\b|⊤|\\top|\\intercal)\s*\}?)")
FAILED = "Reading this answer failed with"


class NotFilledIn(BaseException):
    """The answer is still empty; no Exception, so that what catches a learner's errors lets it pass."""


class Question(abc.ABC):
    """A question that shows itself, reads an answer, and says what was done instead.

    text:    the question; `code` stands between backticks
    title:   what stands above it
    help:    Help, its hints and its solution
    claim:   of a prediction in the bank, the claim of the notes that it asks about; else ""
    tries:   how many answers it has read
    hinted:  how many hints it has given
    reveals: Revealed, what shows the answer, which stored pages then tell; else None
    """

    kind = "text"
    how = "Your answer"
    note = "Decide before you read on. With Python running, this is a form that answers."
    options = ()

    def __init__(self, text):
        self.text, self.title, self.help = text, "Predict", Help()
        self.claim, self.tries, self.hinted = "", 0, 0
        self.reveals = self.widget = None
        self.when_tried = lambda answer, said: None

    def reveal(self, *things):
        """Give the question what answers it: folded in the form until it is answered, open in stored pages.

        things:  what a notebook can show below the answer in words: a graph, a table; strings are lines
        returns: the question
        """
        self.reveals = show(things)
        return self

    def check(self, answer):
        """Compare an answer with the right one, and count it as a try.

        answer:  text as a learner types it, or the thing itself: a number, an option, a list of names
        returns: Feedback; no answer, however odd, raises an error
        """
        said = self.judge(answer)
        self.tries += said.kind in (RIGHT, WRONG)
        self.when_tried(answer, said)
        return said

    def judge(self, answer):
        """The Feedback to an answer, of which nothing is kept."""
        try:
            if is_unanswered(answer):
                return Feedback(UNANSWERED, "Put your answer in its place, and check again.")
            problem = self.find_problem(answer)
        except NotFilledIn as error:
            return Feedback(UNANSWERED, str(error))
        except ValueError as error:
            return Feedback(UNREAD, str(error))
        except Exception as error:  # noqa: BLE001 - an object may raise anything when it is looked at
            return Feedback(UNREAD, f"{FAILED} {type(error).__name__}. {self.how}.")
        return Feedback(WRONG, problem) if problem else Feedback(RIGHT, self.confirm())

    @abc.abstractmethod
    def find_problem(self, answer):
        """What is wrong with an answer, in words, or ""; ValueError, in words, if it means nothing here."""

    @abc.abstractmethod
    def solution(self):
        """The right answer in words."""

    def confirm(self):
        """What is said to a right answer."""
        return self.solution()

    def hint(self):
        """The next hint, below those that were given before."""
        self.hinted = min(self.hinted + 1, len(self.help.hints))
        given = "\n".join(self.help.hints[: self.hinted])
        return Feedback(HINT, given or "there is none for this question: guess, and see what is said.")

    def show_me(self):
        """The right answer, once you have tried or read every hint; before, a friendly no."""
        hints = self.help.hints
        if self.tries or (hints and self.hinted == len(hints)):
            return Feedback(SOLUTION, self.solution(), self.help.solution)
        return Feedback(UNANSWERED, "Try first: a wrong guess teaches more than an answer read.")

    @property
    def html(self):
        """The question for a page without a kernel: no answer in it until ``reveal`` is called."""
        options = "".join(f"<li>{mark_up(option)}</li>" for option in self.options)
        answer = ""
        if self.reveals:
            words = f"<p><strong>{REVEAL_TITLE}:</strong> {mark_up(self.solution())}</p>"
            answer = f'<div class="bp-reveal">{words}{self.reveals.html}</div>'
        return (
            f'<div class="bp-question"><p><strong>{escape(self.title)}.</strong> {mark_up(self.text)}</p>'
            + (f"<ul>{options}</ul>" if options else "")
            + f"<p><em>{self.note}</em></p>{answer}</div>"
        )

    def __repr__(self):
        lettered = zip(OPTION_LETTERS, self.options, strict=False)
        options = "".join(f"\n  {letter}) {option}" for letter, option in lettered)
        return f"{self.title}. {self.text}{options}\n({self.how}: .check(…); then .show_me())"

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self), "text/html": self.html}
        if self.reveals:
            answer = f"\n\n{REVEAL_TITLE}: {self.solution()}\n\n{self.reveals.text}"
            bundle["text/plain"] += answer.rstrip()
        try:
            from .widget import form

            self.widget = self.widget or form(self)
            self.widget.reveal = self.reveals.html if self.reveals else ""
        except ImportError:  # no widgets here: the text and .check do
            return bundle
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return bundle | {"application/vnd.jupyter.widget-view+json": view}


class Number(Question):
    """A question whose answer is a number.

    right:    the number
    says:     the right answer in words, v̄₋₁ = 5.5
    mistakes: function → ``WrongNumber``s, the most telling first
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
        self.names = {}  # name → number, what a formula may be typed of

    def find_problem(self, answer):
        readings = self.read(answer)
        if any(fits(reading, self.right, self.noise) for reading in readings):
            return ""
        instead = name_mistake(self.mistakes(), readings, self.right)
        if not instead and any(nearly_fits(reading, self.right) for reading in readings):
            return "As far as it goes, it is right; but one digit may be luck. Give more."
        return instead or f"{describe_error(readings[0].value, self.right)} {self.find_out}".rstrip()

    def read(self, answer):
        """Every way to read an answer, the likeliest first."""
        return read_number(answer, self.names)

    def solution(self):
        return f"{self.says}."


def describe_error(value, right):
    """How a number that no known mistake explains compares to the right one."""
    ratio = value / right if right else 0.0
    if not 0 < abs(ratio) < math.inf:
        return "It is another number; no mistake that I know gives this one."
    if ratio < 0:
        return "The sign is not right, and no mistake that I know gives this number."
    size, way = written(max(ratio, 1 / ratio), 2), "large" if ratio > 1 else "small"
    if 0.95 < ratio < 1.05:
        return f"Very near, but too {way}: was something rounded on the way?"
    return f"The number is too {way}, by a factor of about {size}, and no mistake that I know gives it."


class Choice(Question):
    """Ask for one of a few answers.

    options: texts or numbers; or {text: value}; without, those of ``why``
    right:   the right one: its text, its value, or, so that it is written nowhere, a function without
             arguments that computes it; True and False mean the options yes and no
    why:     {option: what was done instead}; for the right option, why it is right
    raises:  ValueError if ``right`` or a key of ``why`` is none of the options

    >>> ask = choice("Which comes first?", ["v₄", "v₅"], right="v₅", why={"v₄": "v₅ hands on to it."})
    >>> ask.check("a")
    ✗ Not yet. v₅ hands on to it.
    """

    kind = "choice"
    how = "One of the options, or its letter"

    def __init__(self, question, options=None, right=None, why=None):
        super().__init__(question)
        options = list(why or ()) if options is None else options
        self.options = tuple(option if isinstance(option, str) else written(option) for option in options)
        values = list(options.values()) if isinstance(options, dict) else list(options)
        wanted = right() if callable(right) else right
        wanted = wanted.item() if hasattr(wanted, "item") else wanted  # NumPy's True is not Python's
        wanted = ("no", "yes")[wanted] if isinstance(wanted, bool) else wanted
        known = ", ".join(self.options)
        if wanted not in values and wanted not in self.options:
            raise ValueError(f"the right answer, {wanted!r}, is none of the options: {known}")
        self.right = (values if wanted in values else self.options).index(wanted)
        self.why = {x if isinstance(x, str) else written(x): words for x, words in (why or {}).items()}
        strangers = sorted(self.why.keys() - set(self.options))
        if strangers:
            raise ValueError(f"why tells of {', '.join(strangers)}, and the options are {known}")

    def find_problem(self, answer):
        chosen = self.place(answer)
        words = self.why.get(self.options[chosen]) or "That is not it. What speaks for the others?"
        return "" if chosen == self.right else words

    def place(self, answer):
        """The index of the option meant: by its text, its first word yes or no, its letter, or its value."""
        if isinstance(answer, bool):
            answer = "yes" if answer else "no"
        text, folded = fold_option(str(answer)), [*map(fold_option, self.options)]
        first_words = [option.partition(":")[0] for option in folded]
        for known in (folded, first_words, OPTION_LETTERS[: len(folded)]):
            if text in known and known.count(text) == 1:
                return known.index(text)
        try:
            return list(map(as_float, folded)).index(float(text))
        except ValueError:
            raise ValueError(f"Choose one of: {'; '.join(self.options)}.") from None

    def solution(self):
        option = self.options[self.right]
        return f"{option}. {self.why.get(option, '')}".rstrip()


choice = Choice  # a notebook asks by this name


def fold_option(option):
    """An option as it is compared: A.T @ G, A^T G and A′ G are one, and so are small letters and capitals.

    >>> fold_option("`A′ G`"), fold_option("A.T @ G"), fold_option("Aᵀ·G")
    ("a'g", "a'g", "a'g")
    """
    plain = re.sub(r"[`\s@·]", "", TRANSPOSED.sub("'", option))
    return re.sub(r"(?<=['A-Z])\*", "", plain).casefold()


def as_float(option):
    """The number that an option is, or nan."""
    try:
        return float(option)
    except ValueError:
        return math.nan
