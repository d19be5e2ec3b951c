"""The order of a graph and the reverse sweep through it, once for every carrier."""

__all__ = ["operands_first", "sweep"]


def operands_first(root):
    """Every node that ``root`` was computed from, itself last: each stands after its own operands.

    root:    a node, with ``parent1``, ``parent2``, ``node_type``; an operand of another type is a constant
    returns: list of nodes, a topological order (claim N23)

    Iterative, so that depth does not matter. A node is marked when it is *opened*: marked when pushed, it
    could close before an operand of its own that another path reaches later.
    """
    order, opened, stack, node = [], set(), [root], root.node_type
    push, pop, mark, close = stack.append, stack.pop, opened.add, order.append
    while stack:
        v = pop()
        if v is None:  # all that was pushed above this marker is closed: now the node beneath it
            close(pop())
        elif v not in opened:
            mark(v)
            push(v)
            push(None)
            x, y = v.parent1, v.parent2
            if isinstance(y, node) and y not in opened:
                push(y)
            if isinstance(x, node) and x not in opened:
                push(x)
    return order


def sweep(root, seed, hand_on, accumulate=False):
    """Back-propagate from ``root``, results before operands: an adjoint is whole before it is handed on.

    root:       the node whose derivatives are wanted; its adjoint is ``seed``
    hand_on:    the carrier's rule: takes one node and adds to its operands' ``gradient`` what flows to them
    accumulate: add to what earlier sweeps left at the leaves; otherwise every gradient starts at zero

    When a rule fails, no gradient is left half made: all are None again.
    """
    order = operands_first(root)
    for v in order:
        if not (accumulate and v.operation is None and v.gradient is not None):
            v.gradient = 0.0
    root.gradient += seed
    try:
        for v in reversed(order):
            hand_on(v)
    except BaseException:
        for v in order:
            v.gradient = None
        raise
