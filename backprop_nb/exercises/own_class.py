"""Tries a learner's own class of nodes, one step after the other, and says in words what is wrong."""

import functools
import math

from ..drawing.notation import number as written
from ..runs import faults
from ..runs.own_nodes import OPERATION_SIGNS, list_operands_first
from ..runs.tracing import trace
from .questions import NotFilledIn
from .slips import sweep_with
from .tasks import require_filled

__all__ = ["OWN_STEPS", "SWEEP_MISTAKES", "ModelNode", "examine_steps", "find_flaw"]

CLOSE = 1e-5  # step of the central difference that judges a gradient
NO_SET = (
    "a set keeps each parent once and in no order: in `x + x` one of the two would be lost, and with it half "
    "of the gradient. Keep a tuple."
)
EQUAL = (
    "Two different nodes that are both 3 count as equal, or have no hash: a dataclass brings its own `==`. "
    "Write a plain class, or `@dataclass(eq=False)`."
)
NEW_NODE = (
    "the {0} was made into a node, with a gradient that nobody asked for. A plain number stays one, in its "
    "parent's place."
)
PUSHED = (
    " Perhaps you marked a node as seen when it was pushed: then it is listed before a parent that another "
    "way reaches later. Mark it once its parents are listed."
)
NO_RESET = (
    "a second `backward` leaves {0} at x, the first left {1}. Set every gradient to 0 before the sweep, "
    "those in between, too."
)


def plain_value(x):
    """The number of a node; a number as it is."""
    return getattr(x, "value", x)


class ModelNode:
    """A finished class of nodes, as short as it goes: it stands in for a learner's until that is finished."""

    def __init__(self, value, operation="input", parents=()):
        self.value, self.gradient = value, None
        self.operation, self.parents = operation, parents

    def __add__(self, other):
        return ModelNode(self.value + plain_value(other), "add", (self, other))

    def __mul__(self, other):
        return ModelNode(self.value * plain_value(other), "mul", (self, other))

    __radd__, __rmul__, order = __add__, __mul__, list_operands_first

    def backward(self):
        """Fill in every gradient below this node, from zero."""
        order = self.order()
        for v in order:
            v.gradient = 0.0
        self.gradient = 1.0
        for v in reversed(order):
            x, y = v.parents or (0.0, 0.0)
            both = {"add": (1.0, 1.0), "mul": (plain_value(y), plain_value(x))}.get(v.operation, ())
            for parent, partial in zip(v.parents, both, strict=True):
                if isinstance(parent, ModelNode):
                    parent.gradient += v.gradient * partial


def try_node(node_class):
    """Whether nodes keep the four things, each its own."""
    v = require_filled(node_class(3.0))
    if not hasattr(v, "value"):
        raise NotFilledIn("Write the body of `__init__`, and check again.")
    lost = [f"`self.{name}`" for name in ("gradient", "operation", "parents") if not hasattr(v, name)]
    if lost:
        return f"Your node does not keep {', '.join(lost)}."
    other, twin, made = node_class(5.0), node_class(3.0), node_class(6.0, "add", (v, v))
    if v.value != 3.0:
        return f"`Node(3.0).value` is {v.value!r:.40} once other nodes are made: write `self.value = value`."
    if v.gradient is not None:
        return f"The gradient starts as {v.gradient!r:.40}, a claim: nothing is computed yet. Take None."
    if v == twin or node_class.__hash__ is None:
        return EQUAL
    if (v.operation, made.operation) != ("input", "add"):
        found = f"{v.operation!r:.20} for an input and {made.operation!r:.20} for a sum"
        return f"`operation` is {found}: keep what came in."
    if isinstance(v.parents, list) and v.parents is other.parents:
        return "All inputs share one list of parents: a default is made once. Write `parents=()`."
    return flaw_of_parents("Node(6.0, \"add\", (v, v))", made, (v, v))


def flaw_of_parents(text, out, wanted):
    """What is wrong with the parents of a node, in words, or ""."""
    found, problem = out.parents, ""
    if isinstance(found, (set, frozenset)):
        problem = NO_SET
    elif not isinstance(found, (tuple, list)):
        problem = f"`parents` is a {type(found).__name__}; keep a tuple, `(x, y)`."
    elif len(found) != len(wanted):
        problem = f"{len(found)} parents, not {len(wanted)}: each operand counts, one that stands twice, too."
    elif not any(hasattr(x, "operation") for x in found):
        problem = "the parents are plain numbers. Keep the nodes: along them the gradient finds its way."
    elif [*map(id, found)] == [*map(id, wanted[::-1])] != [*map(id, wanted)]:
        problem = "the parents have changed places; the left operand comes first."
    elif [*map(id, found)] != [*map(id, wanted)]:
        problem = "the parents are other nodes than the operands: keep those that came in, not copies."
    return problem and f"`{text}`: {problem}"


def try_operations(node_class):
    """Whether + and × make new nodes that know where they come from."""
    x, y = node_class(2.0), node_class(5.0)
    for text, name, f, wanted in (
        ("x + y", "add", lambda x, y: x + y, (x, y)),
        ("x * y", "mul", lambda x, y: x * y, (x, y)),
        ("x + x", "add", lambda x, y: x + x, (x, x)),
        ("x * x", "mul", lambda x, y: x * x, (x, x)),
    ):
        if not hasattr(node_class, f"__{name}__"):
            return f"`{text}` means nothing yet: Python looks for `Node.__{name}__`."
        out, right = require_filled(f(x, y)), f(2.0, 5.0)
        if x.value != 2.0 or out is x:
            return f"`{text}` changed x. An operation makes a new node; its operands stay as they are."
        if not hasattr(out, "operation"):
            return f"`{text}` gives a {type(out).__name__}, which remembers nothing: make a `Node` of it."
        if out.value != right:
            return f"`{text}` is {written(out.value)} for x = 2, y = 5; it should be {written(right)}."
        if OPERATION_SIGNS.get(out.operation, out.operation) != name:
            return f'`{text}` calls itself {out.operation!r:.20}; the sweep will look for "{name}".'
        if problem := flaw_of_parents(text, out, wanted):
            return problem
    return ""


def use_twice(x):
    b = x + x
    c = b * x
    return b + c


def use_late(x, y):
    a = x * y
    b = a + y
    return a * b + a


GRAPHS_TO_TRY = {  # formula → function, numbers
    "x * y + x at (2, 5)": (lambda x, y: x * y + x, (2.0, 5.0)),
    "x * x + x at 3": (lambda x: x * x + x, (3.0,)),
    "b = x + x, c = b * x, b + c at 3": (use_twice, (3.0,)),
    "a = x * y, b = a + y, a * b + a at (2, 5)": (use_late, (2.0, 5.0)),
}


def try_order(node_class):
    """Whether ``order`` lists a graph, parents before what was made of them."""
    for name, (f, numbers) in GRAPHS_TO_TRY.items():
        out = f(*map(node_class, numbers))
        if problem := flaw_of_order(require_filled(out.order()), out):
            return f"For {name}: {problem}"
    return ""


def flaw_of_order(found, out):
    """What is wrong with a list of nodes, in words, or ""."""
    if not isinstance(found, (list, tuple)):
        return f"a list of nodes is asked for; this is a {type(found).__name__}."
    wanted = {id(v): v for v in list_operands_first(out)}
    place = {id(v): i for i, v in enumerate(found)}
    if strangers := [v for v in found if id(v) not in wanted]:
        return f"{strangers[0]!r:.40} is in the list, and is no node of this graph."
    if len(place) < len(found):
        twice = next(v for i, v in enumerate(found) if place[id(v)] != i)
        return f"{name_node(twice)} is listed twice, so it would hand on twice: list what is not listed yet."
    if lost := [v for key, v in wanted.items() if key not in place]:
        return f"{name_node(lost[0])} is missing."
    edges = [(v, x) for v in wanted.values() for x in v.parents]
    early = [(v, x) for v, x in edges if place[id(x)] > place[id(v)]]
    if early and early == edges:
        return "results come first here. So goes the sweep; the list is asked the other way round."
    if early:
        pushed = PUSHED * ([*place] == [*map(id, list_as_pushed(out))])
        return f"{name_node(early[0][0])} comes before a parent of its own, {name_node(early[0][1])}.{pushed}"
    return ""


def name_node(v):
    """A node as a message calls it."""
    return f"{({'add': 'the sum', 'mul': 'the product'}).get(v.operation, 'the input')} {written(v.value)}"


def list_as_pushed(out):
    """What those list who mark a node as seen when it is pushed."""
    seen, stack, order = {id(out)}, [out], []
    while stack:
        order.append(stack.pop())
        fresh = [x for x in order[-1].parents if not (id(x) in seen or seen.add(id(x)))]
        stack += fresh
    return order[::-1]


def try_sweep(node_class):
    """Whether ``backward`` leaves at each input the derivative of the output, each time it is called."""
    for name, (f, numbers) in GRAPHS_TO_TRY.items():
        nodes = [*map(node_class, numbers)]
        out = f(*nodes)
        values = [v.value for v in list_operands_first(out)]
        out.backward()
        if out.gradient is None and all(v.gradient is None for v in nodes):
            raise NotFilledIn("Write the body of `backward`, and check again.")
        if values != [v.value for v in list_operands_first(out)]:
            return f"For {name}: the sweep changed a value; it is to fill in gradients only."
        for i, v in enumerate(nodes):
            if problem := flaw_of_gradient(v, f, numbers, i):
                return f"For {name}: {problem}"
        first = [v.gradient for v in nodes]
        out.backward()
        if [v.gradient for v in nodes] != first:
            return f"For {name}: {NO_RESET.format(written(nodes[0].gradient), written(first[0]))}"
    return ""


def take_factor(arrived, row, x):
    """A step of a sweep that takes x × y for the product's partial with respect to x: x, not y."""
    return arrived * (x.value if row.operation == "mul" else x.partial)


# fmt: off
SWEEP_MISTAKES = {  # what was done instead: a sweep that does it
    "You overwrite what an earlier contribution left: `+=`, not `=`.": faults.overwrite,
    "A node hands on each time it is reached, as plain recursion does: go along the order, once.":
        faults.recursion,
    "A node hands on each time it is reached, the second parent first: go along the order, once.":
        faults.recursion_last_first,
    "A parent that stands twice, as in `x * x`, receives twice: no set of parents.": faults.parent_set,
    "The local partial is missing as a factor.":
        functools.partial(sweep_with, step=lambda arrived, row, x: arrived),
    "What has arrived at the result is missing as a factor.":
        functools.partial(sweep_with, step=lambda arrived, row, x: x.partial),
    "In a product you took the factor itself; the partial with respect to one is the other.":
        functools.partial(sweep_with, step=take_factor),
    "You went from the inputs to the output; results hand on first: walk the order from its end.":
        functools.partial(sweep_with, rows=iter),
    "Everything came twice: is the sweep run twice?": faults.no_reset,
}
# fmt: on


def flaw_of_gradient(v, f, numbers, i=0):
    """What is wrong with the gradient at input ``i``, in words, or ""; a difference quotient judges."""
    above, below = (f(*[x + (j == i) * h for j, x in enumerate(numbers)]) for h in (CLOSE, -CLOSE))
    right, at = (above - below) / (2 * CLOSE), "xy"[i]
    if v.gradient is None:
        return f"nothing arrived at {at}: its gradient is still None."
    if math.isclose(v.gradient, right, rel_tol=1e-6, abs_tol=1e-6):
        return ""
    if v.gradient == 0:
        return f"0 arrived at {at}. Does the sweep start with a gradient of 1 at the output?"
    run = trace(f, *numbers)
    index = run.inputs[i].index
    left = {words: sweep(run)[index] for words, sweep in SWEEP_MISTAKES.items()}
    fitting = [words for words, wrong in left.items() if math.isclose(wrong, v.gradient)]
    found = f"{written(v.gradient)} arrived at {at}; a small change of {at} says {written(round(right, 6))}."
    return " ".join([found, *fitting[:2]])


WITH_CONSTANTS = {  # text → function, the plain number in it
    "x * 2": (lambda x: x * 2, 2),
    "2 * x": (lambda x: 2 * x, 2),
    "x + 4": (lambda x: x + 4, 4),
    "4 + x": (lambda x: 4 + x, 4),
    "sum([x, x])": (lambda x: sum([x, x]), None),
    "3 * x * x + 2 * x + 1": (lambda x: 3 * x * x + 2 * x + 1, None),
}


def try_constants(node_class):
    """Whether plain numbers may stand beside nodes, on both sides, and nothing flows to them."""
    turned = [name for name in ("__rmul__", "__radd__") if getattr(node_class, name, None) is None]
    if len(turned) == 2:
        raise NotFilledIn("Write `__radd__` and `__rmul__`, let plain numbers in, and check again.")
    if turned:
        return f"A plain number on the left has Python look for `Node.{turned[0]}`, which is missing."
    for text, (f, constant) in WITH_CONSTANTS.items():
        x = node_class(3.0)
        out = require_filled(f(x))
        if plain_value(out) != f(3.0) or out is x:
            return f"`{text}` is {written(plain_value(out))} at x = 3; it should be {written(f(3.0))}."
        beside = [p for p in out.parents if p is not x]
        if constant and any(hasattr(p, "operation") for p in beside):
            return f"`{text}`: {NEW_NODE.format(constant)}"
        if constant and beside != [constant]:
            kept = f"became {beside[0]!r:.20}" if beside else "is not"
            return f"`{text}`: the {constant} {kept} among the parents, and a product's partial needs it."
        out.backward()
        if problem := flaw_of_gradient(x, f, (3.0,)):
            return f"`{text}`: {problem}"
    return ""


OWN_STEPS = (try_node, try_operations, try_order, try_sweep, try_constants)


def examine_steps(count):
    """What examines the first ``count`` steps of a class: class → the first problem in words, or ""."""

    def examine(node_class):
        for i, step in enumerate(OWN_STEPS[:count], 1):
            first = f"Step {i} comes first. " * (i < count)
            try:
                if problem := step(node_class):
                    return first + problem
            except NotFilledIn as empty:
                raise NotFilledIn(f"{first}{empty}") from None
        return ""

    return examine


find_flaw = examine_steps(len(OWN_STEPS))
