"""Arguments that hold several arrays: tuples, lists and dicts of them, in any nesting."""

__all__ = ["leaves_of", "mapped"]


def mapped(change, tree, *others):
    """The same containers with ``change(leaf, …)`` in the place of each leaf; ``others`` are built alike.

    A leaf is whatever is no tuple, list or dict; None stays None.

    >>> mapped(lambda x, y: x + y, {"w": [1, 2], "b": (3,)}, {"w": [10, 20], "b": (30,)})
    {'w': [11, 22], 'b': (33,)}
    """
    kind = type(tree)
    if isinstance(tree, dict):
        check(tree, others)
        items = {key: mapped(change, x, *(other[key] for other in others)) for key, x in tree.items()}
        return items if kind is dict else kind(items)
    if isinstance(tree, (list, tuple)):
        check(tree, others)
        items = [mapped(change, *xs) for xs in zip(tree, *others, strict=True)]
        return kind(*items) if hasattr(tree, "_fields") else items if kind is list else kind(items)
    return None if tree is None else change(tree, *others)


def check(tree, others):
    """Refuse containers that do not match: ValueError with both."""
    for other in others:
        keys = isinstance(tree, dict) and isinstance(other, dict) and tree.keys() == other.keys()
        line = not isinstance(tree, dict) and isinstance(other, (list, tuple)) and len(tree) == len(other)
        if not (keys or line):
            raise ValueError(f"containers must be alike: one is {layout(tree)}, the other {layout(other)}")


def layout(tree):
    """A container in few words."""
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, list(tree)[:6]))}"
    return f"a {type(tree).__name__}" + (f" of {len(tree)}" if isinstance(tree, (list, tuple)) else "")


def leaves_of(tree):
    """The leaves in their order, without None.

    >>> leaves_of({"w": [1, 2], "b": (3, None)})
    [1, 2, 3]
    """
    found = []
    mapped(found.append, tree)
    return found
