"""A question as a form in the notebook: keyboard, words, the colours of the page.

The radio buttons of ipywidgets would do, did JupyterLab not take the arrow keys from them; and its HTML is no
region that screen readers are told of. So the form is a small module of its own.
"""

import functools
import secrets

from .feedback import RIGHT, SOLUTION, UNREAD, Feedback, mark_up

__all__ = ["form"]


@functools.cache
def form_class():
    """The widget's class; ImportError where there are no widgets."""
    import anywidget
    import traitlets

    from ..widgets.explorer import SCRIPTS, join_scripts

    class Form(anywidget.AnyWidget):
        """The form; what is typed and said travels in messages, and so stays out of every saved state."""

        _esm = join_scripts("form.js")
        _css = (SCRIPTS / "form.css").read_text(encoding="utf-8")
        token = traitlets.Unicode().tag(sync=True)
        kind = traitlets.Unicode().tag(sync=True)
        text = traitlets.Unicode().tag(sync=True)
        how = traitlets.Unicode().tag(sync=True)
        options = traitlets.List().tag(sync=True, type="string[]")
        options_html = traitlets.List().tag(sync=True, type="string[]")
        hints = traitlets.Int(help="how many there are").tag(sync=True)
        reveal = traitlets.Unicode(help="HTML, shown once the question is answered").tag(sync=True)

    return Form


def form(question):
    """A widget that asks ``question``, hands the answer to its ``check`` and shows what that says.

    raises: ImportError where there are no widgets
    """
    widget = form_class()(
        token=secrets.token_hex(8),
        kind=question.kind,
        text=f"<strong>{mark_up(question.title)}.</strong> {mark_up(question.text)}",
        how=question.how,
        options=list(question.options),
        options_html=[mark_up(option) for option in question.options],
        hints=len(question.help.hints),
    )

    def heard(widget, message, buffers):
        try:
            reply = answer(question, message)
        except BaseException as error:  # noqa: BLE001 - an interrupt, too: no silence, or the form waits in vain
            said = Feedback(UNREAD, f"Python failed here: {type(error).__name__}, {error!s:.200}")
            reply = {"said": said.html, "answered": question.tries > 0, "open": False}
        widget.send(reply)

    widget.on_msg(heard)
    return widget


def answer(question, message):
    """What the form is told: the words, whether the reveal is there by now, and whether it opens."""
    if (action := message.get("action")) == "hint":
        said = question.hint()
    else:
        said = question.show_me() if action == "show" else question.check(message["answer"])
    opens = said.kind in (RIGHT, SOLUTION)
    return {"said": said.html, "answered": question.tries > 0 or opens, "open": opens}
