"""What a learner is told about an answer, and how words become HTML."""

import re
from dataclasses import dataclass
from html import escape

__all__ = ["HINT", "RIGHT", "SOLUTION", "UNANSWERED", "UNREAD", "WRONG", "Feedback", "is_unanswered",
           "mark_up"]  # fmt: skip

RIGHT, WRONG, UNREAD, UNANSWERED = "right", "wrong", "unread", "unanswered"
HINT, SOLUTION = "hint", "shown"
FEEDBACK_SIGNS = {
    RIGHT: "✓ Right.",
    WRONG: "✗ Not yet.",
    UNREAD: "? Not understood.",
    UNANSWERED: "○ Not filled in yet.",
    HINT: "→ Hint:",
    SOLUTION: "→ The answer:",
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer to an answer; true where the learner was right.

    kind:    "right"; "wrong"; "unread": what was typed means nothing here; "unanswered": nothing is filled
             in; "hint" and "shown": a hint, or the answer, asked for
    message: what was done, or done instead, in words; `code` stands between backticks
    code:    lines of Python that belong to it

    >>> print(Feedback("wrong", "That is the value, not the derivative."))
    ✗ Not yet. That is the value, not the derivative.
    """

    kind: str
    message: str
    code: str = ""

    @property
    def right(self):
        """Whether the answer was right."""
        return self.kind == RIGHT

    @property
    def sign(self):
        """How it went, in a sign and words: never by colour alone."""
        return FEEDBACK_SIGNS[self.kind]

    @property
    def html(self):
        """The feedback as HTML, in the colours of the page."""
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        return f'<p class="bp-feedback"><strong>{self.sign}</strong> {mark_up(self.message)}</p>{code}'

    def __bool__(self):
        return self.right

    def __str__(self):
        return "\n\n".join(filter(None, [f"{self.sign} {self.message}".rstrip(), self.code]))

    __repr__ = __str__

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": str(self)}


def is_unanswered(answer):
    """Whether nothing has been filled in: None, ``...`` or empty text."""
    return answer is None or answer is Ellipsis or (isinstance(answer, str) and not answer.strip())


def mark_up(text):
    """Words as HTML: everything is escaped, `code` between backticks is set as code, lines stay lines.

    >>> mark_up("is `a<b`?")
    'is <code>a&lt;b</code>?'
    """
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text, quote=False)).replace("\n", "<br>")
