"""Runs a function on somebody else's class of nodes, and the graph that comes out once more on Scalars."""

import functools
import math

from ..arrays.trees import flatten, map_leaves
from ..core.primitives import Primitive
from ..core.scalar import Scalar
from ..drawing.notation import number

__all__ = ["OPERATION_SIGNS", "list_operands_first", "read_parents", "run_on"]

OPERATION_SIGNS = {"+": "add", "-": "sub", "−": "sub", "*": "mul", "×": "mul", "/": "div", "**": "pow"}


def run_on(node_class, f):
    """``f`` as it runs on ``node_class``: to be recorded, drawn and stepped through like any other function.

    node_class: makes a node of a number; a node has ``value``, ``gradient``, ``operation`` (a name or sign of
                the table: "add" or "+") and ``parents``, nodes and plain numbers in their order
    returns:    a function with the name and the arguments of ``f``. It runs ``f`` on nodes, and what the
                nodes say of themselves once more on Scalars
    raises:     (the function that is returned) ValueError where a value, or a gradient after ``backward()``,
                is not what the class's own graph gives: a picture must not hide it

    >>> from .recording import record
    >>> class Node:
    ...     def __init__(self, value, operation="input", parents=()):
    ...         self.value, self.gradient = value, None
    ...         self.operation, self.parents = operation, parents
    ...     def __mul__(self, other):
    ...         return Node(self.value * other.value, "mul", (self, other))
    >>> record(run_on(Node, lambda a, b: a * b * a), 2, 5).gradient
    {'a': 20.0, 'b': 4.0}
    """

    @functools.wraps(f)
    def replay_run(*inputs, **named):
        if not any(isinstance(x, Scalar) for x in flatten((inputs, named))[0]):
            return f(*inputs, **named)
        twins = {}

        def plant(x):
            if not isinstance(x, Scalar):
                return x
            node = node_class(x.value)
            twins[id(node)] = node, x
            return node

        out = f(*map_leaves(plant, inputs), **map_leaves(plant, named))
        if not hasattr(out, "operation"):
            return out
        for v in list_operands_first(out):
            if id(v) not in twins:
                twins[id(v)] = v, replay_node(v, twins)
        compare_gradients(out, twins)
        return twins[id(out)][1]

    return replay_run


def read_parents(v):
    """The parents of a node, a tuple; ValueError, in words, where they have no order."""
    parents = getattr(v, "parents", None)
    if not isinstance(parents, (tuple, list)):
        kind = type(parents).__name__
        raise ValueError(f"parents have an order and may be equal: keep them in a tuple; this is a {kind}")
    return tuple(parents)


def list_operands_first(out):
    """Every node that ``out`` was computed from, itself last, each after its own parents."""
    order, opened, stack = [], set(), [(out, False)]
    while stack:
        v, closing = stack.pop()
        if closing:
            order.append(v)
        elif hasattr(v, "operation") and id(v) not in opened:
            opened.add(id(v))
            stack.append((v, True))
            stack += [(parent, False) for parent in reversed(read_parents(v))]
    return order


def replay_node(v, twins):
    """What the table makes of a node's parents: a Scalar, or a number where it has no input below it."""
    operands = [twins[id(x)][1] if id(x) in twins else x for x in read_parents(v)]
    if not operands:
        return v.value  # a number that was made into a node
    name = OPERATION_SIGNS.get(v.operation, v.operation)
    row = Primitive.table.get(name)
    if row is None or len(row.partials) != len(operands):
        known = ", ".join(list(Primitive.table)[:6])
        raise ValueError(
            f"no operation {v.operation!r} of {len(operands)} operands is in the table: it has {known} …"
        )
    out = row(*operands)
    if not is_near(v.value, plain := getattr(out, "value", out)):
        given = ", ".join(number(getattr(x, "value", x)) for x in operands)
        raise ValueError(f"{name}({given}) is {number(v.value)} in your node; it should be {number(plain)}")
    return out


def compare_gradients(out, twins):
    """Have both graphs go backward; ValueError for the first node whose gradients differ."""
    twin = twins[id(out)][1]
    if not hasattr(out, "backward") or not isinstance(twin, Scalar):
        return
    out.backward()
    twin.backward()
    for v, x in reversed(twins.values()):
        right = getattr(x, "gradient", None)
        if right is not None and not is_near(v.gradient, right):
            found = "nothing" if v.gradient is None else number(v.gradient)
            raise ValueError(
                f"your backward() leaves {found} at the node {v.operation} of value {number(v.value)}; along "
                f"the graph that your class made, {number(right)} flows there"
            )


def is_near(found, right):
    """Whether a node's number is the right one, but for rounding."""
    try:
        return math.isclose(found, right, rel_tol=1e-9, abs_tol=1e-12) or (found != found and right != right)
    except TypeError:
        return False
