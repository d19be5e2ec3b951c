"""Arguments that hold several arrays: tuples, lists and dicts of them, in any nesting."""

__all__ = ["flattened", "mapped", "rebuilt"]


def flattened(tree, leaves):
    """Append the leaves of ``tree`` to a list, and return its plan: the same containers, holding their numbers.

    A leaf is whatever is no tuple, list or dict; None stays where it is.

    >>> found = []
    >>> flattened({"w": [1.5, 2.5], "b": (3.5, None)}, found), found
    ({'w': [0, 1], 'b': (2, None)}, [1.5, 2.5, 3.5])
    """
    if isinstance(tree, dict):
        items = {key: flattened(x, leaves) for key, x in tree.items()}
        return items if type(tree) is dict else type(tree)(items)
    if isinstance(tree, (list, tuple)):
        return alike(tree, [flattened(x, leaves) for x in tree])
    if tree is None:
        return None
    leaves.append(tree)
    return len(leaves) - 1


def rebuilt(plan, leaves):
    """The containers of a plan, with ``leaves`` in them.

    >>> rebuilt({"w": [0, 1], "b": (2, None)}, [10, 20, 30])
    {'w': [10, 20], 'b': (30, None)}
    """
    kind = type(plan)
    if kind is int:
        return leaves[plan]
    if kind is dict:
        return {key: rebuilt(x, leaves) for key, x in plan.items()}
    if isinstance(plan, dict):
        return kind({key: rebuilt(x, leaves) for key, x in plan.items()})
    return None if plan is None else alike(plan, [rebuilt(x, leaves) for x in plan])


def alike(tree, items):
    """A list or tuple, or a named tuple, of the same type with other items."""
    kind = type(tree)
    return items if kind is list else kind(*items) if hasattr(tree, "_fields") else kind(items)


def mapped(change, tree, *others):
    """The same containers with ``change(leaf, …)`` in the place of each leaf; ``others`` are built alike.

    raises: ValueError where they are not

    >>> mapped(lambda x, y: x + y, {"w": [1, 2], "b": (3,)}, {"w": [10, 20], "b": (30,)})
    {'w': [11, 22], 'b': (33,)}
    """
    if not isinstance(tree, BOXES):
        return change(tree, *others)
    if others:
        check(tree, others)
    if isinstance(tree, dict):
        if others:
            items = {key: mapped(change, x, *(other[key] for other in others)) for key, x in tree.items()}
        else:
            items = {key: mapped(change, x) if isinstance(x, BOXES) else change(x) for key, x in tree.items()}
        return items if type(tree) is dict else type(tree)(items)
    return None if tree is None else alike(tree, [mapped(change, *xs) for xs in zip(tree, *others, strict=True)])


BOXES = (dict, list, tuple, type(None))


def check(tree, others):
    """Refuse containers that do not match: ValueError with both."""
    for other in others:
        if tree is other is None:
            continue
        keys = isinstance(tree, dict) and isinstance(other, dict) and tree.keys() == other.keys()
        line = isinstance(tree, (list, tuple)) and isinstance(other, (list, tuple)) and len(tree) == len(other)
        if not (keys or line):
            raise ValueError(f"containers must be alike: one is {layout(tree)}, the other {layout(other)}")


def layout(tree):
    """A container in few words."""
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, list(tree)[:6]))}"
    return f"a {type(tree).__name__}" + (f" of {len(tree)}" if isinstance(tree, (list, tuple)) else "")
