"""Run a function once and keep the run as plain rows: what was computed, in which order, what flowed back."""

import inspect
import itertools
import numbers
from typing import NamedTuple

from .primitives import ARITHMETIC
from .rows import Operand, Row, Step, Trace
from .scalar import Scalar, one_number, teach
from .sweep import operands_first

__all__ = ["Operand", "Row", "Step", "Trace", "trace"]

births = itertools.count()


class Traced(Scalar):
    """A Scalar that knows when it was born, so that rows can be numbered in the order of evaluation."""

    __slots__ = ("born",)

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.born = next(births)
        return self


teach(Traced)


def trace(f, *inputs, **named):
    """Run ``f`` once and return the run as plain rows.

    inputs:  numbers, or lists, tuples, dicts and arrays of numbers; ``named`` ones go by parameter;
             anything else (a bool, a string, None, a function) is handed to ``f`` as it is
    returns: Trace
    raises:  TypeError for a missing argument or a result that is not one number; whatever ``f`` itself raises
    """
    call = bound(f, inputs, named)
    leaves = {}
    arguments = [planted(x, label, leaves) for label, x in call.positional]
    keywords = {name: planted(x, name, leaves) for name, x in call.named.items()}
    out = one_result(f(*arguments, **keywords), title_of(f))
    return Trace(*numbered(out, leaves), title_of(f))


def title_of(f):
    """What to call the function in pictures: its own name, or f."""
    name = getattr(getattr(f, "func", f), "__name__", "f")
    return name if name.isidentifier() else "f"


class Call(NamedTuple):
    """Arguments with their labels: positional ones as pairs, the others by name."""

    positional: list
    named: dict


def bound(f, inputs, named):
    """Label every argument by the parameter that takes it, or x1, x2 … where parameters have no names."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some built-in functions have none
        return Call([(f"x{i}", x) for i, x in enumerate(inputs, 1)], named)
    try:
        arguments = signature.bind(*inputs, **named)
    except TypeError as error:
        given = ", ".join([f"{x!r:.30}" for x in inputs] + [f"{name}={x!r:.30}" for name, x in named.items()])
        raise TypeError(f"{title_of(f)}{signature} was given ({given}): {error}") from None
    labels = []
    for name in arguments.arguments:
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            labels += [f"x{i}" for i in range(len(labels) + 1, len(arguments.args) + 1)]
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            labels.append(name)
    return Call(list(zip(labels, arguments.args, strict=False)), arguments.kwargs)


def planted(x, label, leaves):
    """The argument with a fresh leaf for each number; ``leaves`` collects them with their labels."""
    if isinstance(x, (list, tuple)):
        items = [planted(item, f"{label}[{i}]", leaves) for i, item in enumerate(x)]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {key: planted(item, f"{label}[{key}]", leaves) for key, item in x.items()}
    if getattr(x, "shape", ()):
        copy = x.astype(object)
        for place in itertools.product(*map(range, x.shape)):
            copy[place] = planted(x[place], f"{label}[{', '.join(map(str, place))}]", leaves)
        return copy
    if isinstance(x, bool) or not (isinstance(x, (numbers.Number, Scalar)) or hasattr(x, "dtype")):
        return x
    leaf = Traced(x.value if isinstance(x, Scalar) else x)
    leaves[leaf] = label
    return leaf


def one_result(out, title):
    """The single number that a function returned: a Scalar, or a plain number if it used no input."""
    if isinstance(out, Scalar):
        return out
    if hasattr(out, "dtype") and getattr(out, "shape", ()) == ():
        return one_result(out.item(), title)
    if isinstance(out, numbers.Number):
        return one_number(out)
    size = f" of {len(out)}" if hasattr(out, "__len__") else ""
    raise TypeError(
        f"{title} returned a {type(out).__name__}{size}, and a run is followed back from one number: "
        "return one of its elements, or their sum"
    )


def numbered(out, leaves):
    """Rows in the order of their numbers, and the number of the output.

    Inputs come first, v₁₋ₙ … v₀; leaves that the function brought along itself count as inputs. Results
    follow by level, ties in the order of evaluation: that gives the notes' Figure 1 (claim N15).
    """
    nodes = operands_first(out) if isinstance(out, Scalar) else []
    brought = [v for v in nodes if v.operation is None and v not in leaves]
    labels = distinct(leaves | {v: f"w{i}" for i, v in enumerate(brought, 1)})
    level = dict.fromkeys(labels, 0)
    for v in nodes:
        if v.operation is not None:
            level[v] = 1 + max(level[x] for x in (v.parent1, v.parent2) if isinstance(x, Scalar))
    results = [v for v in nodes if v.operation is not None]
    results.sort(key=lambda v: (level[v], getattr(v, "born", -1)))
    index = {v: i for i, v in enumerate([*labels, *results], 1 - len(labels))}
    drafts = [draft(v, index, labels.get(v, ""), level[v]) for v in index]
    if isinstance(out, Scalar):
        return with_adjoints(drafts, index[out]), index[out]
    return [*drafts, Row(1, "", "constant", (), out, 1.0, 0)], 1


def distinct(labels):
    """The same labels, with a number added where one is taken: a derivative is looked up by its label."""
    taken = set()
    for v, label in labels.items():
        copies = (f"{label} ({n})" for n in itertools.count(2))
        labels[v] = label if label not in taken else next(copy for copy in copies if copy not in taken)
        taken.add(labels[v])
    return labels


def draft(v, index, label, level):
    """The row of one node, its adjoint still to come."""
    operation = v.operation.name if v.operation else "input"
    return Row(index[v], label, operation, operands_of(v, index), v.value, 0.0, level)


def operands_of(v, index):
    """The operands of a node as plain data, with the local partials where an operand is no constant."""
    row = v.operation
    if row is None:
        return ()
    nodes = [x for x in (v.parent1, v.parent2) if x is not None]
    values = [x.value if isinstance(x, Scalar) else x for x in nodes]
    try:
        return tuple(
            Operand(index[x], value, partial(v.value, *values))
            if isinstance(x, Scalar)
            else Operand(None, value, None)
            for x, value, partial in zip(nodes, values, row.partials, strict=True)
        )
    except ARITHMETIC as error:
        raise row.explain_partial(error, *values) from None


def with_adjoints(rows, output):
    """The same rows with the adjoints of a reverse sweep from ``output``."""
    adjoint = {row.index: 0.0 for row in rows}
    adjoint[output] = 1.0
    for row in reversed(rows):
        for x in row.operands:
            if x.index is not None:
                adjoint[x.index] += adjoint[row.index] * x.partial
    return [row._replace(adjoint=adjoint[row.index]) for row in rows]
