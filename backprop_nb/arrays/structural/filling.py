"""An array that may be filled element by element, and becomes one operation when it is used."""

import math
import operator

import numpy as np

from .row import Gathering, Structural, data_of, lead, shape_of

__all__ = ["Buffer", "used", "zeros", "zeros_like"]


def put_together(values, sources, shape, dtype):
    """An array of zeros with the elements of several arrays in their places; bp.zeros makes it.

    sources: one array of whole numbers per value, of its shape: the place of each element among all elements
             of the result, row by row; -1 for an element that a later one has replaced
    """
    return tuple(values), (tuple(sources), tuple(shape), np.dtype(dtype))


def fill_in(values, sources, shape, dtype):
    out = np.zeros(math.prod(shape), dtype)
    for x, source in zip(values, sources, strict=True):
        out[source[source >= 0]] = np.asarray(x)[source >= 0]
    return out.reshape(shape)[()]


def take_out(g, i, _out, _values, sources, shape, _dtype):
    line = g.reshape((*lead(g, len(shape)), math.prod(shape)))
    flow = line[..., sources[i]]
    return flow if (sources[i] >= 0).all() else np.where(sources[i] >= 0, flow, 0)


fill = Gathering("_fill", put_together, fill_in, take_out,
                 rules=r"\operatorname{{entries}}_{{{i}}}\left({g}\right)")  # fmt: skip


class Store:
    """What several views of one buffer share: whose element stands where, later entries before earlier ones.

    entries: what was put in, arrays and numbers, plain ones and carriers
    owner:   for each place the number of the entry that stands there, -1 for none
    slot:    which element of that entry it is
    whole:   all of it as one array or carrier; None when something has been put in since
    """

    def __init__(self, shape, dtype):
        self.places = np.arange(math.prod(shape)).reshape(shape)
        self.dtype, self.entries, self.whole = dtype, [], None
        self.owner, self.slot = np.full(self.places.size, -1), np.zeros(self.places.size, int)

    def put(self, places, value):
        """One more entry, for these places, with their shape."""
        self.owner[places] = len(self.entries)
        self.slot[places] = np.arange(places.size).reshape(places.shape)
        self.entries.append(value)
        self.whole = None

    def read(self, places):
        """What stands at these places: the entry itself, if it is one; zeros where nothing was put in."""
        owners = np.unique(self.owner[places])
        if owners.tolist() == [-1]:
            return np.zeros(places.shape, self.dtype)[()]
        if len(owners) == 1:
            entry, slots = self.entries[owners[0]], self.slot[places]
            if np.array_equal(slots.ravel(), np.arange(math.prod(shape_of(entry)))):
                return entry if shape_of(entry) == places.shape else np.reshape(entry, places.shape)
            return np.reshape(entry, -1)[slots]
        return np.reshape(self.together(), -1)[places]

    def together(self):
        """All of it: one operation on Tensors; an array of objects where the entries are Scalars."""
        if self.whole is None:
            order = np.argsort(self.owner, kind="stable")  # all places, those of one entry side by side
            owners, starts = np.unique(self.owner[order], return_index=True)
            values, sources = [], []
            for k, places in zip(owners.tolist(), np.split(order, starts[1:]), strict=True):
                if k >= 0:
                    x = self.entries[k]
                    source = np.full(math.prod(shape_of(x)), -1)
                    source[self.slot[places]] = places
                    values.append(x)
                    sources.append(source.reshape(shape_of(x)))
            if any(getattr(x, "dtype", None) == np.dtype(object) or is_number_carrier(x) for x in values):
                self.whole = fill_in(values, sources, self.places.shape, object)
            else:
                self.whole = fill(values, sources, self.places.shape, self.dtype)
            if type(self.whole) is np.ndarray:
                self.whole.flags.writeable = False  # who writes is to write into the buffer, not into this
        return self.whole


def is_number_carrier(x):
    """Whether this is a Scalar, or another carrier of single numbers."""
    return hasattr(type(x), "__primitives__") and not hasattr(type(x), "__structural__")


class Buffer:
    """An array of zeros that may be filled: ``Z[i, j] = x``, ``Z[1:] = y``, ``Z[i] += x``.

    With Tensors put in, it becomes one Tensor when it is first used, by one operation that the graph shows
    as ``fill``; with plain numbers an array, with Scalars an array of objects. A slice of it is a view, as
    in NumPy. Later entries win; what an entry receives on the way back is what arrives at its places.

    >>> from backprop_nb import grad
    >>> def f(x):
    ...     squares = zeros(3)
    ...     for i in range(3):
    ...         squares[i] = x[i] * x[i]
    ...     return squares.sum()
    >>> f(np.array([1.0, 2.0, 3.0])).item(), grad(f)(np.array([1.0, 2.0, 3.0]))
    (14.0, array([2., 4., 6.]))
    """

    __array_priority__ = 2000.0

    def __init__(self, store, places=None):
        self.store, self.places = store, store.places if places is None else places

    shape = property(lambda self: self.places.shape, doc="The sizes of the axes.")
    ndim = property(lambda self: self.places.ndim, doc="The number of axes.")
    size = property(lambda self: self.places.size, doc="The number of elements.")
    dtype = property(lambda self: self.store.dtype, doc="The type of the elements.")
    __class__ = property(lambda self: np.ndarray, doc="For isinstance: it passes for an array.")

    def whole(self):
        """What it holds now: a Tensor, or an array where no Tensor was put in."""
        everything = self.places is self.store.places
        return self.store.together() if everything else self.store.read(self.places)

    def __setitem__(self, index, value):
        places, value = self.places[plain_index(index)], used(value)
        shape = shape_of(value)
        if len(shape) > places.ndim and set(shape[: len(shape) - places.ndim]) == {1}:
            value = np.reshape(value, shape[len(shape) - places.ndim :])
        if shape_of(value) != places.shape:
            value = Structural.table["broadcast_to"](value, places.shape)
        self.store.put(places, value if hasattr(type(value), "__primitives__") else np.array(value)[()])

    def __getitem__(self, index):
        index = plain_index(index)
        places = self.places[index]
        if np.ndim(places) and all(i is None or isinstance(i, (int, np.integer, slice, type(...)))
                                   for i in (index if type(index) is tuple else (index,))):  # fmt: skip
            return Buffer(self.store, places)
        found = self.store.read(np.asarray(places))
        if type(found) is not np.ndarray:
            return found
        copy = zeros(found.shape, found.dtype) if found.dtype.kind == "f" else found
        copy[...] = found  # a copy, as in NumPy; a buffer, so that Tensors may be added to it
        return copy

    def __len__(self):
        return len(self.places)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.whole())

    def __repr__(self):
        return f"<buffer of the shape {self.shape}: {self.whole()!r}>"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.whole(), name)

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.whole(), dtype)

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        return getattr(ufunc, method)(*map(used, operands), **options)

    def __array_function__(self, function, types, arguments, options):
        return function(*used(arguments), **used(options))

    @staticmethod
    def __structural__(row, operands, options):
        operands = tuple(map(used, operands))
        for x in operands:
            if hasattr(type(x), "__structural__"):
                return type(x).__structural__(row, operands, options)
        return row.evaluate(operands, options)


def used(x):
    """The same with each buffer in it replaced by what it holds."""
    if type(x) is Buffer:
        return x.whole()
    if type(x) in (list, tuple):
        return type(x)(map(used, x))
    return {key: used(value) for key, value in x.items()} if type(x) is dict else x


def plain_index(index):
    """An index without carriers."""
    return tuple(map(plain_index, index)) if type(index) is tuple else data_of(used(index))


def zeros(shape, dtype=float):
    """An array of zeros that may be filled with anything: ``Z = bp.zeros((2, 3))``, ``Z[i, j] = x``.

    returns: Buffer, which goes wherever an array goes
    raises:  TypeError for whole numbers as ``dtype``, which have no derivative
    """
    if np.dtype(dtype).kind not in "fc":
        raise TypeError(f"bp.zeros holds floating-point numbers; received dtype={dtype!r:.40}: take np.zeros")
    shape = tuple(map(operator.index, shape)) if np.iterable(shape) else (operator.index(shape),)
    return Buffer(Store(shape, np.dtype(dtype)))


def zeros_like(x, dtype=None):
    """As ``bp.zeros``, of the shape and, for floats, the type of ``x``."""
    kind = getattr(x, "dtype", np.dtype(float))
    return zeros(shape_of(x), dtype or (kind if kind.kind == "f" else float))


def on_whole(function, flipped=False):
    """A method that works on what the buffer holds."""
    if flipped:
        return lambda self, other: function(used(other), self.whole())
    return lambda self, *others: function(self.whole(), *map(used, others))


def in_place(function):
    """A method that puts its result into the buffer: one more entry, for all places."""

    def method(self, other):
        self[...] = function(self.whole(), used(other))
        return self

    return method


for name in "add sub mul truediv floordiv mod pow matmul".split():
    function = getattr(operator, name)
    setattr(Buffer, f"__{name}__", on_whole(function))
    setattr(Buffer, f"__r{name}__", on_whole(function, flipped=True))
    setattr(Buffer, f"__i{name}__", in_place(function))
for name in "lt le gt ge eq ne neg pos abs".split():
    setattr(Buffer, f"__{name}__", on_whole(getattr(operator, name)))
for name in "float int complex".split():
    setattr(Buffer, f"__{name}__", on_whole({"float": float, "int": int, "complex": complex}[name]))
Buffer.__hash__ = object.__hash__


class OnWholes:
    """For the rows of the first table: each is applied to what the buffers hold."""

    def __getitem__(self, row):
        if len(row.partials) == 1:
            return lambda x: row(used(x))
        return (lambda x, y: row(used(x), used(y)), lambda y, x: row(used(x), used(y)))


Buffer.__primitives__ = OnWholes()
