"""NumPy's functions that move the elements of arrays: each takes its derivative along."""

import math

import numpy as np

from .structural import Structural
from .structural.rearranging import bind
from .structural.row import data_of, shape_of
from .trees import flatten, map_leaves

__all__ = ["MOVED", "move"]

MOVED = {  # the arguments that hold arrays
    "array": "object", "insert": "arr values", "block": "arrays", "atleast_1d": "arys", "atleast_2d": "arys",
    "atleast_3d": "arys", "hsplit": "ary", "vsplit": "ary", "dsplit": "ary", "array_split": "ary",
    "rollaxis": "a", "delete": "arr", "extract": "arr", "compress": "a", "resize": "a", "meshgrid": "xi",
    "broadcast_arrays": "args", "fliplr": "m", "flipud": "m", "unstack": "x", "diag": "v", "diagflat": "v",
    "choose": "choices",
}  # fmt: skip


def move(name, data):
    """The function of NumPy's of that name, asked where each place of its arguments ``data`` goes."""
    function = getattr(np, name)
    parameters = arguments_of_array if name == "array" else function

    def moved(*arguments, **options):
        call = bind(parameters, arguments, options)
        kind = call.arguments.pop("dtype", None)
        leaves, rebuild = flatten({key: call.arguments[key] for key in data if key in call.arguments})
        carriers = [x for x in leaves if hasattr(type(x), "__structural__")]
        if not carriers:
            return function(*map(data_of, arguments), **options)
        weak = carriers[0].dtype.type
        leaves = [weak(x) if type(x) in (int, float) else x for x in (np.zeros(1, weak), *leaves)]
        ends = np.cumsum([0, *(math.prod(shape_of(x)) for x in leaves)])  # place 0 is a zero
        places = [np.arange(*ends[i : i + 2]).reshape(shape_of(x)) for i, x in enumerate(leaves)]
        others = call.arguments.keys() - set(data)
        call.arguments |= {key: map_leaves(data_of, call.arguments[key]) for key in others}
        call.arguments |= rebuild(places[1:])

        def pick(found):
            out = pick_up(leaves, ends[:-1], np.asarray(found))
            return out if kind is None else Structural.table["_astype"](out, kind)

        return map_leaves(pick, function(*call.args, **call.kwargs))

    moved.__name__ = name
    moved.__doc__ = f"As numpy.{name}: it moves elements, and each takes its derivative along."
    return moved


def arguments_of_array(object, dtype=None, copy=True):
    """What np.array takes, which has no signature."""


def pick_up(leaves, starts, found):
    """The elements of several arrays at some places, counted through all of them."""
    owner = np.searchsorted(starts, found, "right") - 1
    used = np.unique(owner) if found.size else [1]
    if len(used) == 1:
        x, places = leaves[used[0]], found - starts[used[0]]
        if not np.array_equal(places.ravel(), np.arange(math.prod(shape_of(x)))):
            return Structural.table["take"](x, places)
        return x if shape_of(x) == found.shape else Structural.table["reshape"](x, found.shape)
    together = np.cumsum([0, *(math.prod(shape_of(leaves[i])) for i in used)])
    shift = together[np.searchsorted(used, owner)] - starts[owner]
    line = Structural.table["concatenate"]([Structural.table["ravel"](leaves[i]) for i in used])
    return Structural.table["take"](line, found + shift)
