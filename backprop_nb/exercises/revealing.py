"""What answers a prediction, a picture or a number, as HTML and as text."""

from html import escape
from itertools import groupby

__all__ = ["REVEAL_TITLE", "show_as_html", "show_as_text"]

REVEAL_TITLE = "What comes out"


def show_as_html(things):
    """Anything that a notebook can show, one below the other; strings that follow each other are lines.

    >>> show_as_html(["a < b", "b < c"])
    '<pre>a &lt; b\\nb &lt; c</pre>'
    """
    return "".join(map(find_html, join_lines(things)))


def show_as_text(things):
    """The same for a terminal."""
    return "\n\n".join(x if isinstance(x, str) else repr(x) for x in join_lines(things))


def join_lines(things):
    """``things`` with strings that follow each other joined as lines."""
    for are_lines, group in groupby(things, lambda thing: isinstance(thing, str)):
        if are_lines:
            yield "\n".join(group)
        else:
            yield from group


def find_html(thing):
    """One thing as HTML: its own, its formula as MathML, which a form can show, or its text."""
    bundle = thing._repr_mimebundle_() if hasattr(thing, "_repr_mimebundle_") else {}
    if "text/html" in bundle:
        return bundle["text/html"]
    if hasattr(thing, "_repr_html_"):
        return thing._repr_html_()
    if hasattr(thing, "_repr_latex_"):
        from ..widgets.mathml import mathml

        return f"<p>{mathml(thing._repr_latex_().strip('$'))}</p>"
    return f"<pre>{escape(thing if isinstance(thing, str) else repr(thing))}</pre>"
