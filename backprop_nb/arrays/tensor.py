"""The carrier of Section 3: an array that remembers how it was computed and can propagate back."""

import sys

import numpy as np
from numpy import ndarray

from ..core.conversions import Conversions
from ..core.operators import install
from ..core.primitives import pow as pow_row
from .context import OPEN, watch_flows, watchers
from .elementwise import elementwise_flow, kept_by
from .formulas import Formula
from .numpy_names import METHODS, Joined, call_function_on_tensors, call_ufunc_on_tensors, no_attribute
from .pullback import Input, Node, ages, ancestors, own_arrays, pull_back
from .structural import Structural, products
from .structural.filling import Buffer

__all__ = ["Tensor", "floating", "seed_of"]


class Tensor(Conversions):
    """An array of a computation: its value, and the node of the graph that it came from.

    value:    NumPy array or number, float16, float32 or float64; keeps its type
    gradient: d root / d self, an array of the same shape, filled in by ``root.backward()``; None before

    Data and graph are apart: the graph keeps shapes and what its vJps need, so that an array which nobody
    needs any more is freed at once. Comparisons compare values; ``hash`` goes by identity.

    >>> x = Tensor([1.0, 2.0, 3.0])
    >>> out = (x * x).sum()
    >>> out.backward()
    >>> out.item(), x.gradient
    (14.0, array([2., 4., 6.]))
    """

    __slots__ = ("node", "value")
    __array_priority__ = 1000.0

    def __new__(cls, value):
        return Tensor.leaf(np.array(floating(value))[()])

    @property
    def gradient(self):
        """d root / d self after ``root.backward()``; None before."""
        g = getattr(self.node, "gradient", None)
        return g if g is None or g.dtype == self.dtype else g.astype(self.dtype)

    shape = property(lambda self: self.value.shape, doc="The sizes of the axes.")
    ndim = property(lambda self: self.value.ndim, doc="The number of axes.")
    size = property(lambda self: self.value.size, doc="The number of elements.")
    dtype = property(lambda self: self.value.dtype, doc="The type of the elements.")
    T = property(lambda self: self.transpose(), doc="The axes in the opposite order.")
    real = property(lambda self: self, doc="Itself: its numbers are real.")
    imag = property(lambda self: np.zeros(self.shape, self.dtype), doc="Zeros: its numbers are real.")
    flat = property(lambda self: iter(self.ravel()), doc="One element after the other, row by row.")
    mT = property(lambda self: swapaxes(self, -1, -2), doc="Each matrix transposed.")

    def backward(self, seed=None, accumulate=False):
        """Fill in ``gradient`` of everything this was computed from.

        seed:       the adjoint to start from, of this shape; 1 without it, if this is a single number
        accumulate: add to the inputs' gradients instead of starting anew
        raises:     ValueError for a seed of another shape, or none where there is more than one number
        """
        nodes = ancestors([self.node])
        seed = seed_of(self.value, seed)
        adjoints = pull_back({self.node: seed}, keep=True, watch=watch_flows())
        for v, g in zip(nodes, own_arrays(map(adjoints.get, nodes), [seed]), strict=True):
            whole = np.zeros(v.shape, self.dtype) if g is None else np.asarray(g)
            more = accumulate and v.operation is None and hasattr(v, "gradient")
            v.gradient = v.gradient + whole if more else whole

    def __repr__(self):
        made = "" if self.node.operation is None else f", operation={self.node.operation.name}"
        array = np.array2string(np.asarray(self.value), separator=", ", prefix="Tensor(", threshold=60)
        kind = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        return f"Tensor({array}{kind}{made})"

    def __len__(self):
        if not self.ndim:
            raise TypeError("a Tensor of one number has no length")
        return len(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index):
        return getitem(self, index)

    def __setitem__(self, index, value):
        raise TypeError(
            "a Tensor is not assigned into: the graph would still hold the old elements; write "
            "bp.where(mask, new, x) or bp.concatenate([x[:i], new, x[i + 1:]]) and use the result"
        )

    def dot(self, other):
        """As ``numpy.dot``: the inner product of vectors, the product of matrices."""
        return products.dot(self, other)

    def item(self):
        """The single number as Python's own; ValueError if there are more."""
        if self.size != 1:
            raise ValueError(f"only a Tensor of one element is a number; this one has the shape {self.shape}")
        return self.value.item()

    def reshape(self, *shape, order="C"):
        """The same elements in another shape: ``reshape(2, 3)`` or ``reshape((2, 3))``."""
        return reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def copy(self, order="C"):
        """Itself: nothing writes into a Tensor, and its numbers are real."""
        return self

    conj = conjugate = copy

    def compress(self, condition, axis=None):
        """The elements along an axis, or of all in one line, where the condition holds."""
        return Formula.table["compress"](condition, self, axis=axis)

    def transpose(self, *axes):
        """The axes in another order; without ``axes`` in the opposite one."""
        return transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)

    def __array__(self, dtype=None, copy=None):
        if sys._getframe(1).f_code is STACKING and dtype is None:
            return Joined.of(self)
        raise TypeError(
            "a Tensor does not turn into an array by itself, since the graph would be lost without a word: "
            "leave np.asarray(x) out, a Tensor goes where an array does; write X @ w for X.dot(w); take "
            "x.value for its numbers; a list of Tensors becomes one by bp.array, bp.stack or bp.concatenate; "
            "bp.zeros(shape) is an array to be filled"
        )

    def __reduce__(self):
        raise TypeError("a graph is not pickled: keep the arrays, x.value")

    __getattr__ = no_attribute

    @staticmethod
    def leaf(x):
        """An input of a graph, around an array of floats."""
        t = new(Tensor)
        t.node = v = new(Input)
        v.shape = x.shape
        if OPEN:
            for watcher in watchers():
                x = watcher.plant(v, x)
        t.value = x
        return t

    @staticmethod
    def made(out, row, parents, saved, operands):
        """The result of an operation, as a new node."""
        t = new(Tensor)
        t.value = out
        t.node = v = new(Node)  # skipping __init__ saves half the time of a node
        v.age = next(ages)
        v.operation = row
        v.parents = parents
        v.saved = saved
        v.shape = out.shape
        if OPEN:
            for watcher in watchers():
                t.value = out = watcher.change(v, out)
                watcher.record(v, out, operands)
        return t


STACKING = type(np.c_).__getitem__.__code__  # np.c_[x, y] and np.r_[x, y]
new, make = object.__new__, Tensor.made
transpose, swapaxes, reshape, getitem = (
    Structural.table[name] for name in ("transpose", "swapaxes", "reshape", "getitem")
)


def floating(value):
    """What a Tensor may hold, as an array: real floats; a Python number or list of numbers becomes float64.

    >>> floating([1, 2]).dtype
    dtype('float64')
    """
    array = value.value if type(value) is Tensor else np.asarray(value)
    if isinstance(value, np.matrix):
        raise TypeError("np.matrix turns * into a product of matrices, as nothing else does: np.asarray(x)")
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iu" and not hasattr(value, "dtype"):
        return array.astype(float)
    hint = {
        **dict.fromkeys("iu", "whole numbers have no derivative: write x.astype(float)"),
        "b": "a mask has no derivative: write x.astype(float), or use it in bp.where",
        "c": "the derivative of a complex function is another story: give real and imaginary part apart",
    }
    why = hint.get(array.dtype.kind, "give an array of numbers, all rows of one length")
    what = f"{array.dtype} of the shape {array.shape}"
    what = f"a {type(value).__name__}" if array.dtype.kind == "O" else what
    raise TypeError(f"a Tensor holds real floating-point numbers; received {what}: {why}")


def seed_of(value, seed):
    """The cotangent to start from, in the type of ``value``: float64 would widen a whole float32 graph."""
    if seed is None:
        if value.size != 1:
            raise ValueError(
                f"a gradient starts from one number, and this result has the shape {value.shape}: take "
                "its sum or mean, or give a seed of that shape"
            )
        return value.dtype.type(1) if value.ndim == 0 else np.ones(value.shape, value.dtype)
    seed = np.asarray(seed)
    if seed.shape != value.shape:
        raise ValueError(f"a seed has the shape of the result, {value.shape}; received {seed.shape}")
    return seed.astype(value.dtype, copy=False)[()]


# Operators, methods and NumPy's functions


def as_method(row):
    """A row as a method."""

    def call(self, *arguments, **options):
        return row(self, *arguments, **options)

    call.__name__, call.__doc__ = row.__name__, row.__doc__
    return call


def array_column(row):
    """How arrays compute an elementwise row.

    Python's operators where they are meant: on single numbers a fifth of a ufunc's time, −19 % on a function
    of floats.
    """
    if row is pow_row:
        return lambda x, y: x**y  # knows squares and roots, which numpy.power does not
    return row.compute if row.compute.__module__ == "_operator" else row.on_arrays


def apply_to_one(row):
    """The function that applies ``row`` to one Tensor."""
    compute = array_column(row)
    row.flow = row.flow or elementwise_flow(row)
    ((places, _),) = kept_by(row)
    out_kept, x_kept = 0 in places, 1 in places

    def forward(x):
        a = x.value
        out = compute(a)
        return make(out, row, (x.node,), (out if out_kept else None, a if x_kept else None), (x,))

    return forward


def apply_to_two(row):
    """Two functions that apply ``row``: to a Tensor and anything, to anything and a Tensor."""
    compute = array_column(row)
    row.flow = row.flow or elementwise_flow(row)
    left, right = (tuple(i in places for i in range(3)) for places, _ in kept_by(row))
    both = tuple(map(max, left, right))

    def forward(x, y):
        (a, p), (b, q) = value_and_node(x), value_and_node(y)
        if a is NotImplemented or b is NotImplemented:
            return NotImplemented
        try:
            out = compute(a, b)
        except ValueError as error:
            raise mismatch(row, error, a, b) from None
        keep, keep_a, keep_b = both if p and q else left if p else right
        a = None if not keep_a else a if p else own_copy(a)
        b = None if not keep_b else b if q else own_copy(b)
        return make(out, row, (p, q), (out if keep else None, a, b), (x, y))

    return forward, lambda y, x: forward(x, y)


def value_and_node(x):
    """An operand in two: its value, as ``plain_operand`` has it, and its node; None for a constant."""
    return (x.value, x.node) if isinstance(x, Tensor) else (plain_operand(x), None)


def plain_operand(x):
    """The other operand of a Tensor: a plain number or an array; NotImplemented for other carriers."""
    kind = type(x)
    if kind is float or kind is int or (kind is ndarray and x.dtype.kind in "fiub"):
        return x
    if kind is Buffer:
        return NotImplemented  # and so its own operator, which knows what it holds, is asked
    if hasattr(kind, "__primitives__"):
        raise TypeError(
            f"a {kind.__name__} and a Tensor do not mix: give the number as an array, "
            "np.array(2.0), and all of it is one graph"
        )
    if isinstance(x, (list, tuple)):
        return plain_operand(np.asarray(x))
    if isinstance(x, (ndarray, np.generic, complex)) and np.asarray(x).dtype.kind not in "fiub":
        floating(x)  # says what is wrong with another kind
    return x if isinstance(x, (ndarray, np.generic, float, int)) else NotImplemented


def mismatch(row, error, a, b):
    """NumPy's refusal to broadcast, with the rule and the sizes that do not fit."""
    a, b = np.shape(a), np.shape(b)
    at = next(
        (i for i in range(-1, -min(len(a), len(b)) - 1, -1) if a[i] != b[i] and 1 not in (a[i], b[i])), None
    )
    if at is None:
        return type(error)(f"{row.name}: {error}")
    return ValueError(
        f"{row.name} of shapes {a} and {b}: read from the right, two sizes must be equal or one of them 1; "
        f"axis {at} has {a[at]} and {b[at]}. Try bp.expand_dims or bp.reshape, or sum over the axis first"
    )


def own_copy(x):
    """A constant as it is kept for the way back: whoever has the array may write into it before."""
    return x.copy() if type(x) is ndarray else x


def apply_structural(row, operands, options):
    """Apply a row of the second table where at least one operand is a Tensor."""
    values, parents = [], []
    for x in operands:
        if type(x) is Buffer:
            return Buffer.__structural__(row, operands, options)
        a, p = value_and_node(x)
        values.append(a if p else own_copy(np.asarray(a)))
        parents.append(p)
    out = row.evaluate(values, options)
    return make(out, row, tuple(parents), row.kept(out, values, options, parents), operands)


def times(x, y):
    """x @ y; two matrices go straight to BLAS: −15 % on a small perceptron."""
    (a, p), (b, q) = value_and_node(x), value_and_node(y)
    if type(a) is type(b) is ndarray and a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]:
        kept_a = None if not q else a if p else own_copy(a)
        kept_b = None if not p else b if q else own_copy(b)
        return make(a.dot(b), products.matmul, (p, q), (None, kept_a, kept_b, 2, 2), (x, y))
    return products.matmul(x, y)


install(Tensor, apply_to_one, apply_to_two)
Tensor.__array_ufunc__, Tensor.__array_function__ = call_ufunc_on_tensors, call_function_on_tensors
Tensor.__structural__ = staticmethod(apply_structural)
Tensor.__matmul__, Tensor.__rmatmul__ = times, lambda y, x: times(x, y)
for method, name in METHODS.items():
    setattr(Tensor, method, as_method(Structural.table.get(name) or Formula.table[name]))
