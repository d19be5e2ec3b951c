"""What a learner typed, run: a widget, a picture or words, or what went wrong and on which line."""

import ast
import itertools
import json
import linecache
import os
import traceback

import anywidget

import backprop_nb as bp

__all__ = ["hear", "run"]

LIMITS = {"rows": 1000, "seconds": 10}  # Pyodide dies where a much deeper graph is freed
os.environ["MPLBACKEND"] = "Agg"  # where NumPy and matplotlib are: figures are shown as images
COUNT = itertools.count(1)
NO_NUMPY = "NumPy is not in this page: write bp.sin(x) instead of np.sin(x), and numbers instead of arrays"


def run(source, names=None):
    """Run ``source`` among ``names``: JSON, {"widget"}, {"html"} or {"text"}, or {"error"}, in words."""
    names = {"bp": bp, "__name__": "__main__"} if names is None else names
    name = f"<your code, run {next(COUNT)}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    try:
        with bp.limited(**LIMITS):
            return json.dumps(show(evaluate(source, name, names)))
    except BaseException as error:  # noqa: BLE001 - whatever the learner's code raises, the learner reads
        return json.dumps({"error": tell(error, name)})


def hear(number, kind, text):
    """What the page set, or sent to, the widget of that number."""
    with bp.limited(**LIMITS):
        anywidget.AnyWidget.page_made[number].page_hear(kind, text)


def evaluate(source, name, names):
    """Run it, and return the value of the last line, if that is an expression."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if last:
        return eval(compile(ast.Expression(last.value), name, "eval"), names)
    functions = [key for key, value in names.items() if callable(value)]
    hint = f": add a last line, such as bp.widgets.stepper({functions[-1]}, 2)" if functions else ""
    return f"Done, and nothing to show{hint}"


def show(value):
    """How the page shows a value."""
    if hasattr(value, "show_me"):  # a question
        from backprop_nb.exercises.widget import form

        value = value.widget = value.widget or form(value)
    if isinstance(value, anywidget.AnyWidget):
        return {"widget": value.page_whole}
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    html = bundle.get("text/html") or (value._repr_html_() if hasattr(value, "_repr_html_") else None)
    return {"html": html} if html else {"text": value if isinstance(value, str) else repr(value)}


def tell(error, name):
    """An error in words, led by the learner's own line."""
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    if isinstance(error, ModuleNotFoundError):
        words = NO_NUMPY if error.name == "numpy" else f"there is no {error.name} in this page"
    else:
        words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"line {lines[-1]}: {words}" if lines else words
