"""The page of the package's own names, written from their docstrings."""

import inspect
import re

import backprop_nb as bp

__all__ = ["write_reference"]

FIELD = re.compile(r"([\w*.,() |/]{1,40}):\s+(\S.*)")


def write_reference():
    """The whole page in reStructuredText."""
    lines = ["Reference", "=========", "",
             "What ``import backprop_nb as bp`` offers; ``help(bp.record)`` says the same in Python. The",
             "operations, such as ``bp.sin``, have :doc:`their own page <docs/operations>`.", ""]  # fmt: skip
    lines += heading("bp")
    for name in sorted(bp.HOMES, key=str.lower):
        lines += describe(f"bp.{name}", getattr(bp, name))
    for name, home in sorted(bp.MODULES.items()):
        module = getattr(bp, name)
        members = [member for member in module.__all__ if callable(getattr(module, member))]
        if home.startswith("cli") or not 0 < len(members) < 60:  # the tables of operations are longer
            continue
        lines += [*heading(f"bp.{name}"), *to_rest(inspect.getdoc(module))]
        for member in members:
            lines += describe(f"bp.{name}.{member}", getattr(module, member))
    return "\n".join(lines) + "\n"


def heading(name):
    return ["", name, "-" * len(name), ""]


def describe(name, it):
    """A function, or a class with its public methods."""
    kind = "class" if inspect.isclass(it) else "function"
    try:
        signature = re.sub(r" at 0x\w+", "", str(inspect.signature(it)))
    except (TypeError, ValueError):
        signature = ""
    lines = [f".. py:{kind}:: {name}{signature}", *indent(to_rest(inspect.getdoc(it) or ""))]
    for key, method in vars(it).items() if kind == "class" else ():
        function = getattr(method, "__func__", getattr(method, "fget", method))
        if key.startswith("_") or getattr(function, "__module__", "") != it.__module__:  # a table's operation
            continue
        role, call = "attribute", ""
        if not isinstance(method, property):
            role, call = "method", re.sub(r"\(\w+(?:, )?", "(", str(inspect.signature(function)), count=1)
        lines += indent(["", f".. py:{role}:: {key}{call}", *indent(to_rest(inspect.getdoc(method) or ""))])
    return [*lines, ""]


def indent(lines):
    return [f"   {line}" if line else "" for line in lines]


def to_rest(text):
    """A docstring of this package as lines of reStructuredText: paragraphs, fields, examples."""
    lines = [""]
    for paragraph in text.split("\n\n"):
        if paragraph.lstrip().startswith(">>>"):
            lines += [".. code-block:: pycon", "", *indent(paragraph.splitlines())]
        elif re.search(r"^ ", paragraph, re.M) and not FIELD.match(paragraph):
            lines += ["::", "", *indent(paragraph.splitlines())]
        elif FIELD.match(paragraph):
            lines += to_fields(paragraph)
        else:
            lines += escape(paragraph).splitlines()
        lines.append("")
    return lines


def to_fields(paragraph):
    """Lines such as ``x:  array of shape (n,)``, with what goes on below them."""
    fields = []
    for line in paragraph.splitlines():
        found = FIELD.match(line)
        if found:
            key = found[1].strip()
            fields.append([key if key in ("returns", "raises") else f"param {escape(key)}", found[2]])
        else:
            fields[-1][1] += " " + line.strip()
    return [f":{key}: {escape(words)}" for key, words in fields]


def escape(text):
    """What reStructuredText would read as markup, but for ``code``, stands for itself."""
    parts, marks = re.split(r"(``.*?``)", text, flags=re.DOTALL), re.compile(r"([*|`\\]|_(?!\w))")
    escaped = [part if part.startswith("``") else marks.sub(r"\\\1", part) for part in parts]
    return re.sub(r"(``[\w.]+``)(?=\w)", r"\1\\ ", "".join(escaped))  # ``Fault``s
