"""Arguments that hold several arrays: tuples, lists and dicts of them, in any nesting."""

__all__ = ["flatten", "map_leaves"]


def flatten(tree):
    """The leaves of a tree in their order, and the function that puts others into the same containers.

    A leaf is whatever is no tuple, list or dict; None stays where it is.

    >>> leaves, rebuild = flatten({"w": [1.5, 2.5], "b": (3.5, None)})
    >>> leaves, rebuild([10, 20, 30])
    ([1.5, 2.5, 3.5], {'w': [10, 20], 'b': (30, None)})
    """
    kinds = set(map(type, tree.values())) if type(tree) is dict else ()
    if len(kinds) == 1 and not issubclass(*kinds, BOXES):
        return list(tree.values()), lambda leaves: dict(zip(tree, leaves, strict=True))  # the usual case
    leaves = []
    map_leaves(leaves.append, tree)

    def rebuild(others):
        others = iter(others)
        return map_leaves(lambda leaf: next(others), tree)

    return leaves, rebuild


def rebuild_like(tree, items):
    """A list or tuple, or a named tuple, of the same type with other items."""
    kind = type(tree)
    return items if kind is list else kind(*items) if hasattr(tree, "_fields") else kind(items)


def map_leaves(change, tree, *others):
    """The same containers with ``change(leaf, …)`` in the place of each leaf; ``others`` are built alike.

    raises: ValueError where they are not

    >>> map_leaves(lambda x, y: x + y, {"w": [1, 2], "b": (3,)}, {"w": [10, 20], "b": (30,)})
    {'w': [11, 22], 'b': (33,)}
    """
    if not isinstance(tree, BOXES):
        return change(tree, *others)
    check_alike(tree, others)
    if tree is None:
        return None
    if isinstance(tree, dict):
        items = {key: map_leaves(change, x, *(other[key] for other in others)) for key, x in tree.items()}
        return items if type(tree) is dict else type(tree)(items)
    return rebuild_like(tree, [map_leaves(change, *xs) for xs in zip(tree, *others, strict=True)])


BOXES = (dict, list, tuple, type(None))


def check_alike(tree, others):
    """Refuse containers that do not match: ValueError with both."""
    for other in others:
        if tree is other is None:
            continue
        keys = isinstance(tree, dict) and isinstance(other, dict) and tree.keys() == other.keys()
        line = (
            isinstance(tree, (list, tuple)) and isinstance(other, (list, tuple)) and len(tree) == len(other)
        )
        if not (keys or line):
            one, two = describe_container(tree), describe_container(other)
            raise ValueError(f"containers must be alike: one is {one}, the other {two}")


def describe_container(tree):
    """A container in few words."""
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, list(tree)[:6]))}"
    return f"a {type(tree).__name__}" + (f" of {len(tree)}" if isinstance(tree, (list, tuple)) else "")
