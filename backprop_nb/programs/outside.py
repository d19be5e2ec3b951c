"""What a function has from outside, closures and globals: kept as it was, and compared before a program runs."""

from types import FunctionType

from ..arrays.trees import flatten
from ..core.frames import code_of

__all__ = ["Outside"]

MOST_LEAVES = 1000  # of a container; a longer one is not looked into
PLAIN = (int, float, bool, str, type(None))


class Outside:
    """Numbers and arrays that a function, and the functions it names, read from outside.

    scalars: triples (where it is kept, under which name, value then); arrays: pairs (array, copy)
    """

    def __init__(self, f, arrays):
        self.numbers, self.arrays, self.held = [], [], {}
        for array, copy in arrays:
            self.watch_array(array, copy)
        waiting, met = [f], set()
        while waiting:
            g = waiting.pop()
            code = code_of(g)
            g = getattr(g, "__func__", g)
            if code is None or code in met or not isinstance(g, FunctionType):
                continue
            met.add(code)
            for place, name, x in outside_of(g):
                if isinstance(x, FunctionType) and not x.__module__.startswith("backprop_nb."):
                    waiting.append(x)
                self.watch(place, name, x)

    def watch(self, place, name, x):
        """Keep one value: numbers, arrays, and containers of them."""
        if type(x) in PLAIN or isinstance(x, FunctionType):
            self.numbers.append((place, name, x))
            return
        leaves = flatten(x)[0]
        if len(leaves) <= MOST_LEAVES and all(type(v) in PLAIN or is_ndarray(v) for v in leaves):
            self.numbers.append((place, name, x))
            for v in filter(is_ndarray, leaves):
                self.watch_array(v, v.copy())
            if not is_ndarray(x):
                self.held[id(x)] = x, [v for v in leaves if not is_ndarray(v)]

    def watch_array(self, array, copy):
        if not any(array is known for known, _ in self.arrays):
            self.arrays.append((array, copy))

    def has_changed(self):
        """Whether anything is no longer what it was."""
        for place, name, x in self.numbers:
            now = place.cell_contents if name is None else place.get(name)
            if now is not x and (type(now) is not type(x) or type(x) not in PLAIN or now != x):
                return True
        for array, copy in self.arrays:
            if array.shape != copy.shape or not (array == copy).all():
                return True
        return any([v for v in flatten(x)[0] if not is_ndarray(v)] != kept for x, kept in self.held.values())


def is_ndarray(x):
    return type(x).__module__ == "numpy" and type(x).__name__ == "ndarray"


def outside_of(f):
    """Triples (cell, None, value) and (globals, name, value) of what a function reads."""
    for cell in f.__closure__ or ():
        try:
            yield cell, None, cell.cell_contents
        except ValueError:  # not filled yet
            continue
    codes = [f.__code__]
    for code in codes:
        codes += [x for x in code.co_consts if hasattr(x, "co_names")]
        yield from ((f.__globals__, name, f.__globals__[name]) for name in code.co_names if name in f.__globals__)
