"""The second table: operations that move or mix the elements of arrays, each with one vJp per operand."""

import re
from functools import lru_cache
from inspect import signature
from typing import ClassVar, NamedTuple

import numpy as np

from ...core.conversions import plain_number
from ...drawing.notation import PRODUCT, Notation, Style, function, latex_to_text

__all__ = ["ALL", "ANY_SHAPE", "Case", "Gathering", "Structural", "array_of", "at", "axes_of", "axis_of",
           "data_of", "freeze", "juxtaposed", "lead", "ones", "plain_values", "reads", "roomy", "shape_of",
           "short_vector", "to_floats"]  # fmt: skip


class Case(NamedTuple):
    """A call to try a row on: the shapes of its operands, further arguments, and those given by name."""

    shapes: tuple
    arguments: tuple
    options: dict


ANY_SHAPE = [((2, 3),), ((),), ((3,),), ((1,),), ((1, 3),), ((2, 1),), ((2, 3, 2),), ((0, 2),)]


class Structural:
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
        self.reads, self.needed = [reads(vjp, 1, 2 + len(vjps)) for vjp in vjps], {}
        self.cases = [self.case(*given) for given in cases]
        self.__name__, self.__doc__ = name, f"{prepare.__doc__ or name} {kink}".rstrip()
        Structural.table[name] = self

    def __repr__(self):
        return f"<primitive {self.name}>"

    def __reduce__(self):
        return find_structural, (self.name,)

    @property
    def listed(self):
        """Whether it takes its operands as one list."""
        return self.gathers and not self.before

    def case(self, *given):
        """The Case of a call in which a shape stands for each operand."""
        *given, options = given if isinstance(given[-1], dict) else (*given, {})
        first, given = given[: self.before], given[self.before :]
        n = len(given) if self.gathers else len(self.vjps)
        shapes, rest = (given[0], given[1:]) if self.listed else (given[:n], given[n:])
        return Case(tuple(shapes), (*first, *rest), options)

    def call(self, f, operands, arguments=(), **options):
        """Call ``f``, this row or another library's function for it, in the way this row is called."""
        operands = [list(operands)] if self.listed else operands
        return f(*arguments[: self.before], *operands, *arguments[self.before :], **options)

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
        try:
            return self.compute(*operands, *options)
        except (ValueError, TypeError, IndexError) as error:
            raise self.explain(error, operands) from None

    def explain(self, error, operands):
        """The same kind of error, naming the operation and the shapes that it received."""
        shapes = ", ".join(str(np.shape(x)) for x in operands)
        kind = type(error) if type(error) in (ValueError, TypeError, IndexError) else ValueError
        explained = kind(f"{self.name} of shapes {shapes}: {error}")
        explained.operation = self.name
        return explained

    def kept(self, out, operands, options, tracked):
        """What the way back needs: out and the operands, None for what nobody reads, then the options."""
        needed = self.needed.get(tracked)
        if needed is None:
            places = set().union(*(self.reads[i] for i in tracked))
            needed = self.needed[tracked] = [place in places for place in range(1 + len(self.vjps))]
        if len(operands) == 1:
            return (out if needed[0] else None, operands[0] if needed[1] else None, *options)
        return (*(x if keep else None for x, keep in zip((out, *operands), needed, strict=True)), *options)

    def rewrapped(self, saved, out, operands):
        """``saved`` with nodes in the place of arrays, for a sweep that is itself differentiated."""
        values = (out, *operands)
        return [
            x if x is None or place >= len(values) else values[place](x)
            for place, x in enumerate(saved)
        ]  # fmt: skip

    def rule(self, i, g="G", out="Y", operands=None):
        r"""The vJp of operand ``i`` in LaTeX, with names for its places: G\,Y'."""
        names = dict(zip(self.letters, operands or ("X", "Y", "Z"), strict=False))
        return self.templates[i].format(g=g, out=out, **names)

    @property
    def rules(self):
        """Each operand's vJp in LaTeX; G is the incoming cotangent."""
        return [self.rule(i, out="F") for i in range(len(self.templates))]

    @property
    def words(self):
        """``rules`` in plain text."""
        return [latex_to_text(rule) for rule in self.rules]

    def options_text(self, options):
        """The options as a formula shows them: ", axis=-1"; nothing where they are the usual ones."""
        given = ((name, options[place]) for name, place in self.shown.items())
        return "".join(f", {name}={shortly(x)}" for name, x in given if x is not None and x is not False)

    def notation_of(self, count):
        """How it is written with this many operands."""
        return self.notation

    def write_text(self, parts, options=()):
        """Operands as pairs (text, level) → the operation's own pair."""
        text, level = self.notation_of(len(parts)).write_text(parts)
        extra = self.options_text(options)
        return (text[:-1] + extra + ")" if text.endswith(")") else text + extra.replace(",", "")), level

    def write_latex(self, parts, options=()):
        """Operands as pairs (LaTeX, level) → the operation's own pair, with the options inside."""
        latex, level = self.notation_of(len(parts)).write_latex(parts)
        return with_options(latex, self.options_text(options)), level


def find_structural(name):
    """The row of that name, for ``pickle``; KeyError, in words, for one that this process does not have."""
    if name not in Structural.table:
        raise KeyError(f"the table has no row {name!r} here: import the module that adds it first")
    return Structural.table[name]


class Gathering(Structural):
    """A row with any number of operands and one vJp for all of them, ``(g, i, out, operands, *options)``."""

    gathers = True

    def __init__(self, name, prepare, compute, vjp, **columns):
        super().__init__(name, prepare, compute, vjp, **columns)
        self.flow = lambda i, g, saved: vjp(g, i, *saved)
        self.reads = [reads(vjp, 2, 4)]

    def kept(self, out, operands, options, tracked):
        """As in ``Structural``; the operands are kept as one list or not at all."""
        needed = self.reads[0]
        return (out if 0 in needed else None, list(operands) if 1 in needed else None, *options)

    def rewrapped(self, saved, out, operands):
        """As in ``Structural``, with a list for the operands."""
        first, values, *options = saved
        lists = None if values is None else [wrap(x) for wrap, x in zip(operands, values, strict=True)]
        return [None if first is None else out(first), lists, *options]

    def evaluate(self, operands, options):
        """The value on plain arrays; the operands go in as one list."""
        try:
            return self.compute(list(operands), *options)
        except (ValueError, TypeError, IndexError) as error:
            raise self.explain(error, operands) from None

    def rule(self, i, g="G", out="Y", operands=None):
        """The vJp of any operand in LaTeX: all of them share one rule."""
        return self.templates[0].format(g=g, out=out, i=i + 1)

    def notation_of(self, count):
        """As in ``Structural``; in text the operands stand in a list."""
        name, inside = self.name.lstrip("_"), ["{}"] * count
        latex = function(name, rf"\operatorname{{{name}}}", count).latex
        return Notation(Style(f"{name}([{', '.join(inside)}])", latex.level, latex.needs), latex)


def with_options(latex, options):
    """LaTeX of a function with its options, a text such as ", axis=0", inside its parenthesis."""
    end = r"\right)"
    if not options or not latex.endswith(end):
        return latex
    text = re.sub(r"([#$%&_{}])", r"\\\1", options.removeprefix(", "))
    return rf"{latex.removesuffix(end)},\ \text{{{text}}}{end}"


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


def shortly(x):
    """An option in few characters."""
    if isinstance(x, np.ndarray):
        return f"array{x.shape}" if x.size > 6 else np.array2string(x, separator=", ")
    return f"{x!r:.40}"


def juxtaposed(text):
    """The notation of a product of matrices: an infix sign in text, side by side in LaTeX."""
    needs = (PRODUCT, PRODUCT + 1)
    return Notation(Style(f"{{}} {text} {{}}", PRODUCT, needs), Style(r"{}\,{}", PRODUCT, needs))
