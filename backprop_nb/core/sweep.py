"""The order of a graph and the reverse sweep through it, once for every carrier."""

__all__ = ["operands_first", "sweep"]


def operands_first(root):
    """Every node that ``root`` was computed from, itself last: each stands after its own operands.

    root:    a node, with ``parent1``, ``parent2``, ``node_type``; an operand of another type is a constant
    returns: list of nodes, a topological order (claim N23)

    Iterative, so that depth does not matter: down along first operands, then up again to the nearest second
    operand that is still unopened. A node is marked when it is *opened*: marked when first met as an operand,
    it could close before an operand of its own that another path reaches later.
    """
    order, opened, path, v, node = [], set(), [], root, root.node_type
    while True:
        while isinstance(v, node) and v not in opened:
            opened.add(v)
            path.append(v)
            v = v.parent1
        while path:
            out = path.pop()
            v = out.parent2
            if isinstance(v, node) and v not in opened:
                path.append(out)
                break
            order.append(out)
        else:
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
