"""What a function reads from outside, closures and globals: compared before a program runs."""

import copy
from types import FunctionType

from ..arrays.trees import branches_of, flatten
from ..core.frames import code_of

__all__ = ["Outside", "outside_of"]

MOST_LEAVES = 1000  # of a container; a longer one is not looked into
PLAIN = (int, float, bool, str, type(None))


class Outside:
    """Numbers and arrays that a function, and the functions it names, read from outside.

    places:     triples (cell or globals, name there, the object that was there)
    arrays:     triples (array, its bytes, how to get at its bytes now)
    containers: pairs (list, dict …, a copy)
    """

    def __init__(self, f, arrays):
        self.places, self.arrays, self.containers = [], [], []
        for array in arrays:
            self.watch_array(array)
        waiting, met = [f], set()
        while waiting:
            g = waiting.pop()
            g = getattr(g, "__func__", g)
            code = code_of(g)
            if code is None or code in met or not isinstance(g, FunctionType):
                continue
            met.add(code)
            for place, name, x in outside_of(g):
                if isinstance(x, FunctionType) and not x.__module__.startswith("backprop_nb."):
                    waiting.append(x)
                self.watch(place, name, x)

    def watch(self, place, name, x):
        """Keep one value: a number, an array, a function, or a container of them."""
        leaves = flatten(x)[0]
        known = len(leaves) <= MOST_LEAVES and all(type(v) in PLAIN or is_ndarray(v) for v in leaves)
        if known or isinstance(x, FunctionType):
            self.places.append((place, name, x))
        if known:
            for v in filter(is_ndarray, leaves):
                self.watch_array(v)
            if type(x) not in PLAIN and not is_ndarray(x):
                self.containers.append((x, copy.copy(x) if len(leaves) == len(x) else copy.deepcopy(x)))

    def watch_array(self, array):
        if array.flags.writeable and not any(array is known for known, *_ in self.arrays):
            by_rows = array.flags.c_contiguous and array.dtype.kind in "biufc"
            look = memoryview(array).toreadonly if by_rows else array.tobytes  # the first without a copy
            self.arrays.append((array, bytearray(array.tobytes()), look))

    def has_changed(self):
        """Whether anything is no longer what it was."""
        for place, name, x in self.places:
            now = place.cell_contents if name is None else place.get(name)
            if now is not x and not (type(x) in PLAIN and is_as_it_was(now, x)):
                return True
        for _, before, look in self.arrays:
            if before != look():
                return True
        return not all(is_as_it_was(x, before) for x, before in self.containers)


def is_as_it_was(x, before):
    """Whether a value, or all that a container holds, is what it was: to the bit, so that 0.0 is not -0.0.

    >>> is_as_it_was([0.5, {"n": 1}], [0.5, {"n": 1}]), is_as_it_was([0.5, {"n": 1}], [0.5, {"n": 2}])
    (True, False)
    """
    if x is before or type(x) is not type(before):
        return x is before
    if is_ndarray(x):
        return (x.shape, x.dtype) == (before.shape, before.dtype) and x.tobytes() == before.tobytes()
    if type(x) in PLAIN:
        return repr(x) == repr(before)
    inside, held = branches_of(x), branches_of(before)
    return bool(inside) and inside[0] == held[0] and all(map(is_as_it_was, inside[1], held[1]))


def is_ndarray(x):
    return type(x).__module__ == "numpy" and type(x).__name__ == "ndarray"


def outside_of(f):
    """Triples (cell, None, value) and (globals, name, value) of what a function and those inside it read."""
    for cell in f.__closure__ or ():
        try:
            yield cell, None, cell.cell_contents
        except ValueError:  # not filled yet
            continue
    codes = [f.__code__]
    for code in codes:
        codes += [x for x in code.co_consts if hasattr(x, "co_names")]
        yield from (
            (f.__globals__, name, f.__globals__[name]) for name in code.co_names if name in f.__globals__
        )
