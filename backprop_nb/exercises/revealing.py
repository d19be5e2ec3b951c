"""What answers a prediction, a picture or a number, as HTML and as text."""

from html import escape
from typing import NamedTuple

from .feedback import mark_up

__all__ = ["REVEAL_TITLE", "Revealed", "show"]

DISPLAYED = r"\displaystyle "  # how formulas ask for their large form
REVEAL_TITLE = "What comes out"


class Revealed(NamedTuple):
    """Something to be shown, as HTML and as text."""

    html: str
    text: str


def show(things):
    """Anything that a notebook can show, one below the other; strings that follow each other are lines.

    >>> show(["It is `a`.", 1.5])
    Revealed(html='<p>It is <code>a</code>.</p><pre>1.5</pre>', text='It is `a`.\\n\\n1.5')
    >>> print(show(["a < b", "b < c"]).html)
    <pre>a &lt; b
    b &lt; c</pre>
    """
    whole = []
    for thing in things:
        if whole and isinstance(thing, str) and isinstance(whole[-1], str):
            whole[-1] += f"\n{thing}"
        else:
            whole.append(thing)
    html = "".join(map(find_html, whole))
    return Revealed(html, "\n\n".join(x if isinstance(x, str) else repr(x) for x in whole))


def find_html(thing):
    """One thing as HTML: its own, its formula as MathML, which a form can show, or its text."""
    bundle = thing._repr_mimebundle_() if hasattr(thing, "_repr_mimebundle_") else {}
    if "text/html" in bundle:
        return bundle["text/html"]
    if hasattr(thing, "_repr_html_"):
        return thing._repr_html_()
    if hasattr(thing, "_repr_latex_"):
        from ..widgets.mathml import mathml

        return f"<p>{mathml(thing._repr_latex_().strip('$').removeprefix(DISPLAYED))}</p>"
    if isinstance(thing, str) and "\n" not in thing:
        return f"<p>{mark_up(thing)}</p>"
    return f"<pre>{escape(thing if isinstance(thing, str) else repr(thing))}</pre>"
