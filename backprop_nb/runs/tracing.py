"""Run a function once and keep the run as plain rows: what was computed, in which order, what flowed back."""

import inspect
import itertools
import numbers
from typing import NamedTuple

from ..core.primitives import ARITHMETIC
from ..core.scalar import Scalar, install_scalar, one_number
from ..core.sweep import operands_first
from .rows import Operand, Row, Step, Trace

__all__ = ["Operand", "Row", "Step", "Trace", "trace"]

births = itertools.count()


class Traced(Scalar):
    """A Scalar that knows when it was born, so that rows can be numbered in the order of evaluation."""

    __slots__ = ("born",)

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.born = next(births)
        return self


install_scalar(Traced)


def trace(f, *inputs, **named):
    """Run ``f`` once and return the run as plain rows.

    inputs:  numbers, or lists, tuples and dicts of numbers, one row a number; or arrays of floats and
             Tensors, also in lists, tuples and dicts: these become Tensors, with one row an operation, and
             floats beside them become Tensors, too. ``x.astype(object)`` gives one row a number. ``named``
             ones go by parameter; anything else (whole numbers beside arrays, arrays of whole numbers or
             masks, a bool, a string, None, a function) is handed to ``f`` as it is
    returns: Trace
    raises:  TypeError for a missing argument or a result that is not one number; whatever ``f`` itself raises
    """
    call = bind_arguments(f, inputs, named)
    arrays = any(is_array(x) for x in (*inputs, *named.values()))
    plant = plant_array if arrays else plant_number
    leaves = {}

    def run():
        arguments = [plant_leaves(x, label, leaves, plant) for label, x in call.positional]
        keywords = {name: plant_leaves(x, name, leaves, plant) for name, x in call.named.items()}
        if not arrays:
            check_floats(leaves, inputs, named)
        return one_result(f(*arguments, **keywords), title_of(f))

    if arrays:
        from .array_tracing import Recorder  # here, because numbers need no NumPy

        recorder = Recorder()
        return Trace(*number_array_rows(recorder.run(run), leaves, recorder), title_of(f)).find_adjoints()
    return Trace(*number_rows(run(), leaves), title_of(f)).find_adjoints()


def title_of(f):
    """What to call the function in pictures: its own name, or f."""
    name = getattr(getattr(f, "func", f), "__name__", "f")
    return name if name.isidentifier() else "f"


class Call(NamedTuple):
    """Arguments with their labels: positional ones as pairs, the others by name."""

    positional: list
    named: dict


def bind_arguments(f, inputs, named):
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


def is_array(x):
    """Whether an argument is, or holds, an array of floats or a Tensor."""
    if isinstance(x, (list, tuple)):
        return any(map(is_array, x))
    if isinstance(x, dict):
        return any(map(is_array, x.values()))
    return hasattr(type(x), "__structural__") or bool(getattr(x, "ndim", 0) and x.dtype.kind == "f")


def plant_leaves(x, label, leaves, plant):
    """The argument with a fresh leaf for each number or array; ``leaves`` collects them with their labels."""
    if isinstance(x, (list, tuple)):
        items = [plant_leaves(item, f"{label}[{i}]", leaves, plant) for i, item in enumerate(x)]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {key: plant_leaves(item, f"{label}[{key}]", leaves, plant) for key, item in x.items()}
    if getattr(x, "ndim", 0) and x.dtype.kind in "Oc":
        copy = x.astype(object)
        for place in itertools.product(*map(range, x.shape)):
            copy[place] = plant_leaves(x[place], f"{label}[{', '.join(map(str, place))}]", leaves, plant)
        return copy
    leaf = plant(x)
    if leaf is None:
        return x
    leaves[leaf] = label
    return leaf


def plant_number(x):
    """A Scalar for a number; None for anything else, an array of whole numbers or a mask among it."""
    is_number = isinstance(x, (numbers.Number, Scalar)) or hasattr(x, "dtype")
    if isinstance(x, bool) or getattr(x, "ndim", 0) or not is_number:
        return None
    return Traced(x.value if isinstance(x, Scalar) else x)


def plant_array(x):
    """A Tensor for a Tensor, for an array of floats, and for a float beside them; None for anything else."""
    from ..arrays.tensor import Tensor, floating

    if isinstance(x, (float, Scalar)) or hasattr(type(x), "__structural__") or is_float(x):
        return Tensor.planted(floating(getattr(x, "value", x)))
    return None


def is_float(x):
    """Whether this is NumPy's: an array of floats, or one."""
    return hasattr(x, "dtype") and x.dtype.kind == "f"


def check_floats(leaves, inputs, named):
    """Refuse a run whose only inputs are arrays of whole numbers (TypeError)."""
    for x in (*inputs, *named.values()):
        if not leaves and getattr(x, "ndim", 0) and x.dtype.kind in "iu":
            raise TypeError(
                f"whole numbers have no derivative, and this array of {x.dtype} of the shape {x.shape} is "
                "the only input: write x.astype(float)"
            )


def one_result(out, title):
    """The single number that a function returned: a Scalar, or a plain number if it used no input."""
    if isinstance(out, Scalar):
        return out
    if hasattr(type(out), "__structural__") and out.size == 1:
        return out
    if hasattr(out, "dtype") and getattr(out, "shape", ()) == ():
        return one_result(out.item(), title)
    if isinstance(out, numbers.Number):
        return one_number(out)
    kind = "Tensor" if hasattr(type(out), "__structural__") else type(out).__name__
    raise TypeError(
        f"{title} must return one number; it returned a {kind}{size_of(out)}: return one of its elements, or "
        "their sum" + ", out.sum()" * hasattr(out, "sum")
    )


def size_of(out):
    """How large a result is, in words."""
    if getattr(out, "ndim", 0):
        return f" of the shape {out.shape}"
    return f" of {len(out)}" if hasattr(out, "__len__") else ""


def number_rows(out, leaves):
    """Rows in the order of their numbers, and the number of the output.

    Inputs come first, v₁₋ₙ … v₀; leaves that the function brought along itself count as inputs. Results
    follow by level, ties in the order of evaluation: that gives the notes' Figure 1 (claim N15).
    """
    nodes = operands_first(out) if isinstance(out, Scalar) else []
    labels, index, level = place_nodes(nodes, leaves, lambda v: (v.parent1, v.parent2))
    drafts = [draft(v, index, labels.get(v, ""), level[v]) for v in index]
    if isinstance(out, Scalar):
        return drafts, index[out]
    return [*drafts, Row(1, "", "constant", (), out, 1.0, 0)], 1


def number_array_rows(out, leaves, run):
    """As ``numbered``, for a run on arrays."""
    from .array_rows import ArrayRow
    from .array_tracing import array_rows

    root = getattr(out, "node", None)
    nodes = run.history(root) if root else []
    leaves = {x.node: label for x, label in leaves.items()}
    labels, index, level = place_nodes(nodes, leaves, lambda v: v.parents)
    rows = array_rows(run, root, index, labels, level)
    if root:
        return rows, index[root]
    return [*rows, ArrayRow(1, "", "constant", (), out, 1.0, 0)], 1


def place_nodes(nodes, leaves, parents):
    """Labels of the inputs, the number of each node, and its level.

    nodes:   operands before results
    parents: the function that gives a node's operands; what is no node is a constant
    """
    brought = [v for v in nodes if v.operation is None and v not in leaves]
    labels = make_distinct(leaves | {v: f"w{i}" for i, v in enumerate(brought, 1)})
    level = dict.fromkeys(labels, 0)
    results = [v for v in nodes if v.operation is not None]
    for v in results:
        level[v] = 1 + max(level[x] for x in parents(v) if x in level)
    results.sort(key=lambda v: (level[v], getattr(v, "born", -1)))
    return labels, {v: i for i, v in enumerate([*labels, *results], 1 - len(labels))}, level


def make_distinct(labels):
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
