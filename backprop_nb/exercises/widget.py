"""A question as a form in the notebook: keyboard, words, the colours of the page.

The radio buttons of ipywidgets would do, did JupyterLab not take the arrow keys from them; and its HTML is no
region that screen readers are told of. So the form is a small module of its own.
"""

import functools
import secrets

from .feedback import UNREAD, Feedback, mark_up

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
    )

    def heard(widget, message, buffers):
        try:
            said = (
                question.show_me() if message.get("action") == "show" else question.check(message["answer"])
            )
        except Exception as error:  # noqa: BLE001 - without an answer the form would say that Python is busy
            said = Feedback(UNREAD, f"Python failed here: {type(error).__name__}, {error!s:.200}")
        widget.send({"said": said.html, "tries": question.tries})

    widget.on_msg(heard)
    return widget
