"""Run a function once and keep the run as plain rows: what was computed, in which order, what flowed back."""

import gc
import inspect
import itertools
import numbers
import sys
from contextvars import ContextVar
from typing import NamedTuple

from ..arrays.trees import flatten, map_labelled
from ..core.calling import call_learners
from ..core.frames import code_of
from ..core.limits import TooLongRun
from ..core.operators import COMPARISONS
from ..core.scalar import Scalar, install_scalar, one_number
from ..core.sweep import operands_first
from ..drawing.notation import Named, name_number
from .columns import Rows, held, number_results, sweep_columns
from .rows import Operand, Row, Step, Trace
from .watching import Watch, find_source, list_reads

__all__ = ["Operand", "Row", "Step", "Trace", "trace"]

AT_ONCE = 1_000  # rows of a run on numbers that are made at once; of a longer one, each when it is asked for
WATCH = ContextVar("limits and place of the run that is recorded", default=None)
births = itertools.count()


class Traced(Scalar):
    """A Scalar that knows when it was born, so that rows can be numbered in the order of evaluation.

    line:  of the learner's function, the one that made it; None for an input
    whole: for an input that was given as a whole number: that number; then ``range(x)`` and ``p[x]`` work
    uses:  how often it was asked for so, as a count or an index, through which nothing flows back
    """

    __slots__ = ("born", "line", "uses", "whole")

    def __new__(cls, *args):
        self = object.__new__(cls)
        self.born, self.whole, self.line = next(births), None, None
        if watch := WATCH.get():
            watch.spend()
            self.line = watch.find_line(sys._getframe(1))
        return self

    @property
    def value(self):
        """The number; where the learner's function looks at it, the run notes that it left the graph."""
        asking = sys._getframe(1)
        if asking.f_globals is not ENGINE and asking.f_globals is not HERE and (watch := WATCH.get()):
            watch.note(asking, "value")
        return held(self)

    value = value.setter(Scalar.value.__set__)

    @property
    def __class__(self):
        return type(self.value) if self.whole is None else int

    def __index__(self):
        if self.whole is None:
            raise TypeError(
                "a count or an index must be a whole number, and this is a Scalar: give the input as an int, "
                "such as n=3 (to a stepper as range(1, 9)), or write int(x)"
            )
        self.uses += 1
        return self.whole


ENGINE, HERE = Scalar.backward.__globals__, globals()
Traced.__name__ = Traced.__qualname__ = "Scalar"  # what a message calls it
install_scalar(Traced)


def watched(method, kind):
    """A method through which nothing flows back: noted, and counted, for a loop may do nothing else."""

    def watching(*xs):
        if watch := WATCH.get():
            watch.touch()
            watch.note(sys._getframe(1), kind)
        return method(*xs)

    return watching


for name in COMPARISONS:
    setattr(Traced, f"__{name}__", watched(getattr(Scalar, f"__{name}__"), "comparison"))
for name in ("int", "round", "floor", "ceil", "trunc"):
    setattr(Traced, f"__{name}__", watched(getattr(Scalar, f"__{name}__"), "value"))


def trace(f, /, *inputs, **named):
    """Run ``f`` once and return the run as plain rows.

    inputs:  numbers, or lists, tuples, dicts and dataclasses of numbers, one row a number; or arrays of
             floats and Tensors, also in such containers: these become Tensors, with one row an operation,
             and floats beside them become Tensors, too. ``x.astype(object)`` gives one row a number.
             ``named`` ones go by parameter; anything else (whole numbers beside arrays, arrays of whole
             numbers or masks, a bool, a string, None, a function, an object) is handed to ``f`` as it is
    returns: Trace
    raises:  TypeError for a missing argument, for arguments without any number, or a result that is not one
             number; ValueError for a run beyond the limits; whatever ``f`` itself raises
    """
    arrays, leaves, title = any(is_array(x) for x in (*inputs, *named.values())), {}, title_of(f)
    run = prepare_run(f, inputs, named, plant_array if arrays else plant_number, leaves)
    before, watch, collects = WATCH.get(), Watch(), gc.isenabled()
    try:
        WATCH.set(watch)
        if arrays:
            from .array_tracing import Recorder, sweep_arrays  # here, because numbers need no NumPy

            recorder = Recorder(watch, leaves)
            found = sweep_arrays(Trace(*number_array_rows(recorder.run(run), leaves, recorder), title))
        else:
            gc.disable()  # it would go through all nodes again and again, and none is garbage
            found = Trace(*number_rows(run(), leaves), title)
    except TooLongRun as limit:
        raise ValueError(
            f"{title} was stopped after {limit}: a loop may have no end here; try other inputs, fewer turns, "
            "or smaller arrays"
        ) from None
    finally:
        WATCH.set(before)
        if collects:
            gc.enable()
    found.source, found.left = find_source(f), list_reads(f) if arrays else watch.list_left()
    found.notes += tuple(USED.format(label) for leaf, label in leaves.items() if getattr(leaf, "uses", 0))
    return found


def prepare_run(f, inputs, named, plant, leaves):
    """A function without arguments that calls ``f`` on fresh leaves and returns its one result.

    plant:  number or array → its leaf, or None for anything else, which is handed to ``f`` as it is
    leaves: becomes {leaf: label}
    """
    call = bind_arguments(f, inputs, named)

    def planted(x, label):
        return plant_leaf(x, label, leaves, plant)

    def run():
        arguments = [map_labelled(planted, x, label) for label, x in call.positional]
        keywords = {name: map_labelled(planted, x, name) for name, x in call.named.items()}
        check_inputs(leaves, (*inputs, *named.values()))
        WATCH.get().code = code_of(f)
        try:
            return one_result(call_learners(f, arguments, keywords), title_of(f))
        except TypeError as error:
            ranges = [label for label, x in [*call.positional, *call.named.items()] if type(x) is range]
            if not ranges:
                raise
            raise TypeError(
                f"{error}. {ranges[0]} was given as a range, which is how a stepper is told of a setting: "
                "here give one whole number"
            ) from error

    return run


USED = "{} was used as a whole number, a count or an index: nothing flows back through that"


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
    leaves = flatten(x)[0]
    return any(hasattr(type(x), "__structural__") or (getattr(x, "ndim", 0) and is_float(x)) for x in leaves)


def plant_leaf(x, label, leaves, plant):
    """A fresh leaf for a number or an array, kept in ``leaves`` with its label; anything else as it is."""
    if getattr(x, "ndim", 0) and x.dtype.kind in "Oc":
        copy = x.astype(object)
        for place in itertools.product(*map(range, x.shape)):
            copy[place] = plant_leaf(x[place], f"{label}[{', '.join(map(str, place))}]", leaves, plant)
        return copy
    leaf = plant(x)
    if leaf is None:
        return x
    leaves[leaf] = label
    return leaf


def plant_number(x):
    """A Scalar for a number; None for anything else, an array of whole numbers or a mask among it."""
    is_number = isinstance(x, (numbers.Number, Scalar)) or hasattr(getattr(x, "dtype", None), "kind")
    if isinstance(x, bool) or getattr(x, "ndim", 0) or not is_number:
        return None
    leaf = Traced(x.value if isinstance(x, Scalar) else x)
    if type(x) is int:
        leaf.whole, leaf.uses = x, 0
    return leaf


def plant_array(x):
    """A Tensor for a Tensor, for an array of floats, and for a float beside them; None for anything else."""
    from ..arrays.tensor import Tensor, floating

    if isinstance(x, (float, Scalar)) or hasattr(type(x), "__structural__") or is_float(x):
        return Tensor.leaf(floating(getattr(x, "value", x)))
    return None


def is_float(x):
    """Whether this is NumPy's: an array of floats, or one."""
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


def check_inputs(leaves, arguments):
    """Refuse arguments without a single number to differentiate with respect to (TypeError)."""
    for x in flatten(arguments)[0] if not leaves else ():
        if getattr(x, "ndim", 0) and x.dtype.kind in "iu":
            raise TypeError(
                f"whole numbers have no derivative, and this array of {x.dtype} of the shape {x.shape} is "
                "the only input: write x.astype(float)"
            )
        if not callable(x) and type(x).__module__ not in ("builtins", "numpy"):
            raise TypeError(
                f"no input to differentiate with respect to can be seen in a {type(x).__name__}: give "
                "numbers or arrays, in lists, dicts or a dataclass if there are many"
            )


def one_result(out, title):
    """The single number that a function returned: a Scalar, or a plain number if it used no input."""
    if isinstance(out, Scalar):
        return out
    if type(out).__name__ == "Buffer":
        out = out.whole()
    if hasattr(type(out), "__structural__") and out.size == 1:
        return out
    if out is None:
        raise TypeError(f"{title} returned None: its last line must be `return …`, with one number")
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
    """Rows in the order of their numbers, with their adjoints, and the number of the output.

    Inputs come first, v₁₋ₙ … v₀; leaves that the function brought along itself count as inputs. Results
    follow by level, ties in the order of evaluation: that gives the notes' Figure 1 (claim N15).
    """
    nodes = operands_first(out) if isinstance(out, Scalar) else []
    labels, numbers = name_inputs(nodes, leaves)
    rows = Rows({label: held(v) for v, label in labels.items()}, numbers)
    if not isinstance(out, Scalar):
        return [*rows, Row(1, "", "constant", (), out, 1.0, 0)], 1
    output = number_results(rows, nodes, list(labels))[out]
    rows.adjoint = sweep_columns(rows, output)
    return rows if len(rows) > AT_ONCE else tuple(rows), rows.number_at(output)


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
    leaves:  {node: label} of the inputs
    parents: the function that gives a node's operands; what is no node is a constant
    """
    labels, numbers = name_inputs(nodes, leaves)
    level = dict.fromkeys(labels, 0)
    results = [v for v in nodes if v.operation is not None]
    for v in results:
        level[v] = 1 + max(level[x] for x in parents(v) if x in level)
    results.sort(key=lambda v: (level[v], getattr(v, "born", -1)))
    return labels, dict(zip([*labels, *results], [*numbers, *range(1, len(results) + 1)], strict=True)), level


def name_inputs(nodes, leaves):
    """{leaf: label} of all inputs, those that the function brought along among them, and their numbers."""
    brought = [v for v in nodes if v.operation is None and v not in leaves]
    labels = make_distinct(leaves | {v: f"w{i}" for i, v in enumerate(brought, 1)})
    short = all(isinstance(name_number(0, label), Named) for label in labels.values())  # else all by number
    counted = enumerate(labels.values(), 1 - len(labels))
    return labels, [Named(i, label) if short else i for i, label in counted]


def make_distinct(labels):
    """The same labels, with a number added where one is taken: a derivative is looked up by its label."""
    taken = set()
    for v, label in labels.items():
        copies = (f"{label} ({n})" for n in itertools.count(2))
        labels[v] = label if label not in taken else next(copy for copy in copies if copy not in taken)
        taken.add(labels[v])
    return labels
