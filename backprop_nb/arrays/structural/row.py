"""The second table: operations that move or mix the elements of arrays, each with one vJp per operand."""

from functools import lru_cache
from inspect import signature
from typing import ClassVar

import numpy as np

from ...core.conversions import plain_number
from ...core.row import row_named
from ...drawing.notation import function
from .writing import Written

__all__ = ["ALL", "Gathering", "Structural", "array_of", "at", "axes_of", "axis_of",
           "data_of", "freeze", "lead", "ones", "plain_values", "reads", "roomy", "shape_of",
           "short_vector", "to_floats"]  # fmt: skip


class Structural(Written):
    """A row of the second table: how arrays compute it, one vJp per operand, and what it is tried on.

    name:    what it is called: ``bp.<name>``, the word in error messages; one with _ in front is not public
    prepare: validates and normalises the arguments, counts axes from the end, and returns
             ``(operands, options)``; options is a tuple of plain data
    compute: ``(*operands, *options)`` → array
    vjps:    one formula ``(g, out, *operands, *options)`` per operand, in NumPy's own words, so that it runs
             on arrays and on Tensors alike. g may have more axes in front than out has: a stack of
             cotangents, one sweep for many. A parameter whose name begins with _ is not read, and what no
             formula reads is not kept for the way back. What was spread over new axes need not be summed
             here: the sweep folds it back.
    rules:   each vJp in LaTeX, with {g}, {out} and the operands' letters {x}, {y} as places
    shown:   {option: its place}: what a formula shows of the options
    cases:   calls to try it on, with a shape in the place of each array and named options last, in a dict.
             Tests and random programs run them all; the gallery shows the first. For sum(x, axis=1):
             ``((2, 3), {"axis": 1})``
    before:  how many arguments stand before the operands
    kink:    in words, which value the derivative takes where there is no single one

    From the vJps follows ``flow(i, g, saved)``, which a sweep calls: what flows to operand ``i`` from
    the cotangent g; ``saved`` is what ``kept`` gave. The tests ask PyTorch and JAX for the same call by the
    same name, or have them pick the elements that NumPy's function of this name moves.
    """

    table: ClassVar = {}
    built_in: ClassVar = frozenset()
    elementwise = gathers = False

    def __init__(
        self, name, prepare, compute, *vjps, rules, notation=None, shown=None, cases=(), before=0, kink=""
    ):
        if name in Structural.built_in:
            raise ValueError(f"the table has a row {name!r} already: give yours another name")
        self.name, self.prepare, self.compute, self.vjps = name, prepare, compute, vjps
        self.letters, self.shown, self.before, self.kink = "xyz"[: len(vjps)], shown or {}, before, kink
        self.templates = (rules,) if isinstance(rules, str) else rules
        upright = name.replace("_", r"\ ")
        self.notation = notation or function(name, rf"\operatorname{{{upright}}}", len(vjps))
        self.flow = lambda i, g, saved: vjps[i](g, *saved)
        read, places = [reads(vjp, 1, 2 + len(vjps)) for vjp in vjps], range(1 + len(vjps))
        self.readers = [{i for i, found in enumerate(read) if place in found} for place in places]
        self.cases = [self.case(*given) for given in cases]
        self.__name__, self.__doc__ = name, f"{prepare.__doc__ or name} {kink}".rstrip()
        Structural.table[name] = self

    def __repr__(self):
        return f"<primitive {self.name}>"

    def __reduce__(self):
        return row_named, (Structural, self.name)

    def __call__(self, *arguments, **options):
        try:
            operands, options = self.prepare(*arguments, **options)
        except TypeError as error:
            if error.__traceback__.tb_next is not None:
                raise
            takes = str(error).partition("() ")[2] or error
            raise TypeError(f"{self.name}{signature(self.prepare)} {takes}") from None
        for x in operands:
            if (apply := getattr(type(x), "__structural__", None)) is not None:
                return apply(self, operands, options)
        return self.evaluate(operands, options)

    def evaluate(self, operands, options):
        """The value on plain arrays; an error of NumPy's names the operation and the shapes."""
        given = [list(operands)] if self.gathers else operands
        try:
            return self.compute(*given, *options)
        except (ValueError, TypeError, IndexError) as error:
            kind = type(error) if type(error) in (TypeError, IndexError) else ValueError
            shapes = ", ".join(str(np.shape(x)) for x in operands)
            raise kind(f"{self.name} of shapes {shapes}: {error}") from None

    def kept(self, out, operands, options, parents):
        """What the way back needs: out and the operands, None for what nobody reads, then the options."""
        tracked = {i for i, p in enumerate(parents) if p}
        places = zip((out, *operands), self.readers, strict=True)
        return (*[x if readers & tracked else None for x, readers in places], *options)


class Gathering(Structural):
    """A row with any number of operands and one vJp for all of them, ``(g, i, out, operands, *options)``."""

    gathers = True

    def __init__(self, name, prepare, compute, vjp, **columns):
        super().__init__(name, prepare, compute, vjp, **columns)
        self.flow = lambda i, g, saved: vjp(g, i, *saved)
        self.read = reads(vjp, 2, 4)

    def kept(self, out, operands, options, parents):
        """As in ``Structural``; the operands are kept as one list or not at all."""
        return (out if 0 in self.read else None, list(operands) if 1 in self.read else None, *options)


def reads(formula, first, last):
    """Which of a formula's parameters, counted from ``first``, it reads: those not named with _ in front.

    >>> sorted(reads(lambda g, _out, x, _y: g * x, 1, 4))
    [1]
    """
    names = formula.__code__.co_varnames[first:last]
    return {place for place, name in enumerate(names) if not name.startswith("_")}


def shape_of(x):
    """The shape of an array, a carrier, or anything that NumPy can read."""
    return x.shape if hasattr(x, "shape") else np.shape(x)


def data_of(x):
    """The array behind a carrier, or ``x`` itself: for what is decided by values and not differentiated."""
    return getattr(x, "value", x)


def lead(g, ndim):
    """The shape of the stack in front of a cotangent that belongs to an array of ``ndim`` axes."""
    return g.shape[: g.ndim - ndim]


ALL = slice(None)


def at(axis, which):
    """The index of ``which`` along an axis counted from the end, whatever stands in front."""
    return (..., which) + (ALL,) * (-axis - 1)


def axis_of(axis, ndim, name):
    """One axis counted from the end: -1 is the last. Counted so, it is the same under a stack.

    >>> axis_of(0, 3, "sum")
    -3
    """
    if isinstance(axis, (bool, float)) or not hasattr(axis, "__index__"):
        raise TypeError(f"{name}: an axis is a whole number; received {axis!r:.60}")
    axis = axis.__index__()
    if not -ndim <= axis < ndim:
        raise ValueError(
            f"{name}: there is no axis {axis} in an array of {ndim} axes; they are numbered 0 … {ndim - 1}, "
            f"or from the end -1 … {-ndim}"
            if ndim
            else f"{name}: a single number has no axis {axis}"
        )
    return axis - ndim if axis >= 0 else axis


def axes_of(axis, ndim, name):
    """Some axes counted from the end, as a tuple; None means all of them."""
    if axis is None:
        return tuple(range(-ndim, 0))
    axes = tuple(axis_of(a, ndim, name) for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))
    if len(set(axes)) < len(axes):
        raise ValueError(f"{name}: each axis once; received axis={axis!r:.60}")
    return axes


def freeze(array):
    """The same array, no longer to be written to."""
    array.flags.writeable = False
    return array


def short_vector(make):
    """``make(n, …)`` → a vector of n numbers, read-only; a short one is kept for the next time."""
    kept = lru_cache(maxsize=12)(lambda n, *kind: freeze(make(n, *kind)))
    return lambda n, *kind: kept(n, *kind) if n <= 4096 else make(n, *kind)


ones = short_vector(np.ones)  # BLAS sums with it faster than a reduction does


def array_of(x):
    """A list as an array; an array, or what stands for one, as it is."""
    return x if hasattr(x, "reshape") else np.asarray(x)


def to_floats(x):
    """Whole numbers and lists as an array of floats, for a row that divides; carriers stay as they are.

    Numbers of a graph in a list or array become an array of objects, which is computed element by element.
    """
    if hasattr(type(x), "__structural__") or (type(x) is np.ndarray and x.dtype.kind == "f"):
        return x
    x = np.asarray(x)
    return x.astype(float) if x.dtype.kind in "iub" else x


def roomy(x):
    """float16 as float32: sums of more than 65,504 leave the narrow type."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def plain_values(x):
    """The values of an array of objects, as floats: for what is decided by them and not differentiated."""
    return np.frompyfunc(plain_number, 1, 1)(x).astype(float) if x.dtype.kind == "O" else x
