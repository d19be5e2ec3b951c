"""Arguments that hold several arrays: tuples, lists, dicts and dataclasses of them, in any nesting."""

import copy
from functools import lru_cache

__all__ = ["branches_of", "flatten", "map_labelled", "map_leaves"]


def branches_of(tree):
    """What a container holds, and how it is built again; None for a leaf, which is anything else.

    returns: ``(labels, items, rebuild)``: "[0]", "[key]" or ".name" per item, and the function that puts
             other items into a container like this one, of its type
    """
    if isinstance(tree, dict):
        return [f"[{key}]" for key in tree], list(tree.values()), lambda items: refill(tree, items)
    if isinstance(tree, (list, tuple)):
        names = getattr(tree, "_fields", None)
        labels = [f".{name}" for name in names] if names else [f"[{i}]" for i in range(len(tree))]
        return labels, list(tree), lambda items: type(tree)(*items) if names else type(tree)(items)
    if tree is None:
        return [], [], lambda items: None
    if is_leaf(type(tree)):
        return None
    fields = type(tree).__dataclass_fields__
    return [f".{name}" for name in fields], [getattr(tree, name) for name in fields], (
        lambda items: with_fields(tree, items))  # fmt: skip


def refill(tree, items):
    """A dict of the same type (a defaultdict with its default) with other values."""
    new = {} if type(tree) is dict else copy.copy(tree)
    new.update(zip(tree, items, strict=True))
    return new


def with_fields(tree, items):
    """A copy of a dataclass with other values in its fields."""
    new = copy.copy(tree)
    for name, item in zip(type(tree).__dataclass_fields__, items, strict=True):
        object.__setattr__(new, name, item)  # a frozen one, too
    return new


def flatten(tree):
    """The leaves of a tree in their order, and the function that puts others into the same containers.

    A leaf is whatever is no tuple, list, dict or dataclass; None stays where it is.

    >>> leaves, rebuild = flatten({"w": [1.5, 2.5], "b": (3.5, None)})
    >>> leaves, rebuild([10, 20, 30])
    ([1.5, 2.5, 3.5], {'w': [10, 20], 'b': (30, None)})
    """
    kind = type(tree)
    if is_leaf(kind):
        return [tree], lambda others: next(iter(others))
    if kind in CONTAINERS:
        items = list(tree.values() if kind is dict else tree)
        kinds = set(map(type, items))
        if len(kinds) == 1 and is_leaf(*kinds):
            return items, kind if kind is not dict else lambda others: dict(zip(tree, others, strict=True))
    leaves = []
    map_leaves(leaves.append, tree)

    def rebuild(others):
        others = iter(others)
        return map_leaves(lambda leaf: next(others), tree)

    return leaves, rebuild


CONTAINERS = (dict, list, tuple)
BOXES = (*CONTAINERS, type(None))


@lru_cache(maxsize=256)
def is_leaf(kind):
    """Whether objects of this type are leaves."""
    return not issubclass(kind, BOXES) and not hasattr(kind, "__dataclass_fields__")


def map_leaves(change, tree, *others):
    """The same containers with ``change(leaf, …)`` in the place of each leaf; ``others`` are built alike.

    raises: ValueError where they are not

    >>> map_leaves(lambda x, y: x + y, {"w": [1, 2], "b": (3,)}, {"w": [10, 20], "b": (30,)})
    {'w': [11, 22], 'b': (33,)}
    """
    if is_leaf(type(tree)):
        return change(tree, *others)
    labels, items, rebuild = branches_of(tree)
    beside = [aligned(tree, labels, other) for other in others]
    return rebuild([map_leaves(change, *xs) for xs in zip(items, *beside, strict=True)])


def map_labelled(change, tree, label):
    """The same containers with ``change(leaf, label)`` in the place of each leaf.

    >>> map_labelled(lambda x, label: label, {"W": [1.0, 2.0], "b": 0.5}, "p")
    {'W': ['p[W][0]', 'p[W][1]'], 'b': 'p[b]'}
    """
    found = branches_of(tree)
    if found is None:
        return change(tree, label)
    labels, items, rebuild = found
    return rebuild([map_labelled(change, x, label + more) for x, more in zip(items, labels, strict=True)])


def aligned(tree, labels, other):
    """The items of ``other`` in the order of ``tree``'s; ValueError where the two are not alike."""
    found = branches_of(other)
    if found is not None and (tree is None) == (other is None):
        if found[0] == labels:
            return found[1]
        items = dict(zip(found[0], found[1], strict=True))
        if items.keys() == set(labels):
            return [items[name] for name in labels]
        if isinstance(tree, (list, tuple)) and isinstance(other, (list, tuple)) and len(tree) == len(other):
            return found[1]
    one, two = describe_container(tree), describe_container(other)
    raise ValueError(f"containers must be alike: one is {one}, the other {two}")


def describe_container(tree):
    """A container in few words."""
    if isinstance(tree, dict):
        return f"a dict with the keys {', '.join(map(repr, list(tree)[:6]))}"
    return f"a {type(tree).__name__}" + (f" of {len(tree)}" if isinstance(tree, (list, tuple)) else "")
