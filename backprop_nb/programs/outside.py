"""What a function reads from outside: closures, globals, attributes; compared before a program runs."""

import dis
import functools
import sys
from array import array
from collections import deque
from operator import attrgetter, is_
from types import CellType, FunctionType, MemberDescriptorType, MethodType, ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from ..core.frames import is_learners_own
from ..core.scalar import Scalar
from ..runs.watching import codes_in
from .following import LeftTheRun

__all__ = ["Outside"]

MOST_VALUES = 100_000
PLAIN_TYPES = {bool, int, float, complex, str, bytes, type(None)}  # nobody can change these
UNCHANGING = {tuple, frozenset, MethodType, functools.partial, staticmethod, classmethod, property}
PARTS_OF = {  # how what an object of a type holds is read
    dict: lambda x: [*x, *x.values()],
    **dict.fromkeys([list, tuple, set, frozenset, deque, array, bytearray], list),
    Scalar: lambda x: [x.value],
    SimpleNamespace: lambda x: [*vars(x).values()],
    MethodType: lambda x: [x.__func__, x.__self__],
    functools.partial: lambda x: [x.func, x.args, x.keywords],
    functools.cached_property: lambda x: [x.func],
    property: lambda x: [x.fget],
    **dict.fromkeys([staticmethod, classmethod], lambda x: [x.__func__]),
}


class Outside:
    """What a function had from outside, and the learner's functions, objects and modules that it reaches.

    held:   triples (its Reader, an object, what it held)
    arrays: quadruples (array, its shape, its bytes, how to get at its bytes now)
    raises: LeftTheRun where that is more than ``MOST_VALUES`` values
    """

    def __init__(self, f, arrays):
        names, before = set(), None
        while before != len(names):  # of attributes those are read that any code on the way names
            before = len(names)
            self.held, self.arrays = [], []
            self.walk([f, *arrays], names)

    def walk(self, waiting, names):
        """Keep all that can be reached; the names that the code on the way reads are added to ``names``."""
        met = {}
        while waiting:
            x = waiting.pop()
            if type(x) in PLAIN_TYPES or id(x) in met:
                continue
            met[id(x)] = x
            if hasattr(x, "tobytes") and hasattr(x, "flags"):
                self.watch_array(x)
            elif reader := reader_of(x, names):
                parts = reader.read(x)
                waiting += parts
                if type(x) not in UNCHANGING:
                    self.held.append((reader, x, parts))
            if len(waiting) > MOST_VALUES:
                raise LeftTheRun(
                    f"the function reads more than {MOST_VALUES:,} values from outside, and each would be "
                    "compared on every call: give them as an argument, or run the graph, bp.value_and_grad"
                )

    def watch_array(self, array):
        if array.flags.writeable:
            by_rows = array.flags.c_contiguous and array.dtype.kind in "biufc"
            look = memoryview(array).toreadonly if by_rows else array.tobytes  # the first without a copy
            self.arrays.append((array, array.shape, bytearray(array.tobytes()), look))

    def has_changed(self):
        """Whether anything is no longer what it was."""
        try:
            for reader, x, parts in self.held:
                now = reader.read(x)
                if not the_same_objects(now, parts) and not all_the_same(now, parts):
                    return True
        except (AttributeError, ValueError):  # a cell or an attribute is empty now
            return True
        return any(data != look() or x.shape != shape for x, shape, data, look in self.arrays)

    def questions(self, keep):
        """What to ask, as source, where nothing may have changed; ``keep`` gives an object a name."""
        for reader, x, parts in self.held:
            if reader.texts:
                texts = (text.replace("x.", f"{keep(x)}.", 1) for text in reader.texts)
                yield from (f"{text} is {keep(part)}" for text, part in zip(texts, parts, strict=True))
            else:
                yield f"{keep(the_same_objects)}({keep(reader.read)}({keep(x)}), {keep(parts)})"
        for x, shape, data, look in self.arrays:
            yield f"{keep(x)}.shape == {shape} and {keep(data)} == {keep(look)}()"


class Reader(NamedTuple):
    """How what an object holds is read: a function that lists it; as source, a text a part, of ``x``."""

    read: Any
    texts: tuple = ()


def read_by_texts(texts):
    """The Reader of parts that have a text each."""
    return Reader(eval(f"lambda x: [{', '.join(texts)}]"), tuple(texts))  # names, all in quotes


def the_same_objects(xs, ys):
    """Whether two lists hold the same objects, each at its place."""
    return len(xs) == len(ys) and all(map(is_, xs, ys))


def all_the_same(xs, ys):
    """Whether two lists hold the same objects, and numbers that are the same to the bit: 0.0 is not -0.0.

    >>> all_the_same([0.5, "a"], [0.5, "a"]), all_the_same([0.0], [-0.0]), all_the_same([1], [1.0])
    (True, False, False)
    """
    return len(xs) == len(ys) and all(
        x is y or (type(x) is type(y) and cannot_change(x) and repr(x) == repr(y))
        for x, y in zip(xs, ys, strict=True)
    )


def cannot_change(x):
    """Whether x is a number or a text, which nobody can change."""
    return type(x) in PLAIN_TYPES or (type(x).__module__ == "numpy" and not hasattr(x, "__setitem__"))


def reader_of(x, names):
    """The Reader of an object; None for what is looked at as a whole: what a library made."""
    if isinstance(x, FunctionType):
        return function_reader(x, names) if is_learners_function(x) else None
    if hasattr(type(x), "table"):  # a row of one of the tables
        return Reader(read_row) if any(map(is_learners_function, read_row(x))) else None
    if isinstance(x, CellType):
        return read_by_texts(["x.cell_contents"]) if holds_something(attrgetter("cell_contents"), x) else None
    for kind in type(x).__mro__:
        if kind in PARTS_OF:
            return Reader(PARTS_OF[kind])
    if hasattr(x, "__wrapped__"):  # by functools.cache
        return Reader(lambda x: [x.__wrapped__])
    home = x.__name__ if isinstance(x, ModuleType) else (x if isinstance(x, type) else type(x)).__module__
    file = getattr(sys.modules.get(home), "__file__", None)
    fields = getattr(x, "__dataclass_fields__", ())
    known = fields or home == "__main__" or (file and is_learners_own(home, file))
    return attribute_reader(x, {*names, *fields}) if known else None


def is_learners_function(f):
    return isinstance(f, FunctionType) and is_learners_own(f.__module__, f.__code__.co_filename)


def read_row(row):
    """The functions of a row, and its rules for the way back."""
    back = getattr(row, "partials", None) or getattr(row, "vjps", ())
    return [row.compute, getattr(row, "array", None), *back]


def attribute_reader(x, names):
    """The Reader of the attributes that have one of these names, there or in the class."""
    kind = type(x)
    if isinstance(x, type):
        names = {*names, *(name for name in vars(x) if name.startswith("__"))}
    slots = [vars(base)[name] for base in kind.__mro__ for name in names & vars(base).keys()]
    slots = [slot.__get__ for slot in slots if isinstance(slot, MemberDescriptorType)]
    slots = [get for get in slots if holds_something(get, x)]
    space = getattr(x, "__dict__", {})
    chosen = [name for name in names if name in space or hasattr(kind, name)]
    texts = [f"x.__dict__.get({name!r})" for name in chosen if hasattr(x, "__dict__")]
    bases = ["x.__bases__"] * isinstance(x, type)
    whole = read_by_texts([*texts, "x.__class__", *bases])
    return Reader(lambda x: [*whole.read(x), *(get(x) for get in slots)]) if slots else whole


def holds_something(get, place):
    """Whether a slot or a cell has been filled."""
    try:
        get(place)
    except (AttributeError, ValueError):
        return False
    return True


def function_reader(f, names):
    """The Reader of the code, the defaults, the cells and the globals of a function; cells are held apart."""
    codes = codes_in(f.__code__)
    names.update(*(code.co_names for code in codes))
    steps = (step for code in codes for step in dis.get_instructions(code))
    chosen = dict.fromkeys(step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    return read_by_texts([
        "x.__code__", "x.__defaults__", "x.__kwdefaults__", "x.__closure__",
        *(f"x.__globals__.get({name!r})" for name in chosen),
    ])  # fmt: skip
