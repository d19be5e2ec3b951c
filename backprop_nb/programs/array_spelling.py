"""The rows of both tables in NumPy's own calls: run a rule on names, and every call becomes a line."""

import operator

import numpy as np

from ..arrays.structural.picking import put_at
from ..arrays.tensor import array_column
from ..core import primitives
from ..core.operators import install
from .array_following import HoldsArray
from .drafts import Fact, Statement, constant_text
from .following import LeftTheRun
from .spelling import INFIX, SIGNS, define

__all__ = ["ArrayCode", "Pencil"]

OPERATORS_OF_ARRAYS = {"and": "&", "or": "|", "xor": "^", "matmul": "@"}
WRITING = {"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal"}
METHODS_OF_ARRAYS = (
    "reshape transpose swapaxes astype sum mean max min all any dot copy ravel squeeze take argsort cumsum"
).split()


class Pencil:
    """What writes statements down, and knows the array behind each name while the program is written.

    back: whether the statements belong to the way back
    """

    def __init__(self):
        self.statements, self.facts, self.constants, self.helpers = [], {}, {}, {}
        self.back, self.count, self.known = False, 0, {}

    def code(self, name, held):
        """An input or constant under its name."""
        self.facts[name] = fact_of(held, name)
        return ArrayCode(self, name, held)

    def write(self, text, held, *sources):
        """A statement that gives ``text`` a fresh name; ``held`` is its value, ``sources`` what it reads."""
        if isinstance(held, tuple):  # what NumPy's decompositions return
            whole = self.write(text, np.empty(0), *sources)
            return tuple(self.write(f"{whole.text}[{i}]", x) for i, x in enumerate(held))
        self.count += 1
        name = f"t{self.count}"
        owner = name
        if isinstance(held, np.ndarray):
            shared = [
                x for x in sources if isinstance(x.held, np.ndarray) and np.may_share_memory(held, x.held)
            ]
            owner = self.facts[shared[0].name].owner if shared else name
        self.facts[name] = fact_of(held, owner)
        self.statements.append(Statement(name, text, self.back))
        return ArrayCode(self, name, held)

    def call(self, text, function, arguments, options=()):
        """A call of NumPy's: computed on the arrays behind the names, and written."""
        options, met = dict(options), []
        words = [self.literal(x, met) for x in arguments]
        words += [f"{key}={self.literal(x, met)}" for key, x in options.items()]
        held = function(*map(value_held, arguments), **{key: value_held(x) for key, x in options.items()})
        return self.write(f"{text}({', '.join(words)})", held, *met)

    def literal(self, x, met):
        """An argument as source; Codes that are in it are added to ``met``."""
        if isinstance(x, ArrayCode):
            met.append(x)
            return x.text
        if isinstance(x, (tuple, list)):
            inside = ", ".join(self.literal(item, met) for item in x)
            return f"[{inside}]" if isinstance(x, list) else f"({inside}{',' * (len(x) == 1)})"
        if isinstance(x, dict):
            return "{" + ", ".join(f"{key!r}: {self.literal(item, met)}" for key, item in x.items()) + "}"
        if isinstance(x, slice):
            return f"slice({', '.join(self.literal(v, met) for v in (x.start, x.stop, x.step))})"
        if x is None or x is Ellipsis or type(x) in (bool, str):
            return repr(x)
        if isinstance(x, np.ndarray):
            return self.constant(x)
        if isinstance(x, np.generic):
            text = repr(x.item()) if x.dtype.kind in "iub" else constant_text(float(x))
            return f"np.{x.dtype.name}({text})"
        if isinstance(x, np.dtype) or (isinstance(x, type) and issubclass(x, (np.generic, float, int, bool))):
            return f"np.{np.dtype(x).name}" + "_" * (np.dtype(x).kind == "b")
        if type(x) is range:
            return repr(x)
        return constant_text(x)

    def index(self, x, met):
        """One part of an index as source."""
        if isinstance(x, slice):
            parts = ["" if v is None else self.literal(v, met) for v in (x.start, x.stop, x.step)]
            return ":".join(parts if parts[2] else parts[:2])
        return "..." if x is Ellipsis else self.literal(x, met)

    def constant(self, x):
        """The name of a constant array; the same for equal ones."""
        key = x.shape, x.dtype.str, x.tobytes()
        if key not in self.known:
            self.known[key] = f"c{len(self.known) + 1}"
            self.constants[self.known[key]] = x if x.flags.forc else np.array(x, order="C")
            self.code(self.known[key], x)
        return self.known[key]

    def help(self, function, name, *arguments):
        """A call of one of the tables' own functions, whose text the program brings along."""
        define(function, name, self.helpers)
        return self.call(name, function, arguments)

    def ask(self, code):
        """A truth that a rule asked for: from here on the program holds only where it is the same."""
        holds = bool(code.held)
        self.statements.append(Statement("", f"not {code.text}" if holds else code.text, self.back))
        return holds


def fact_of(held, owner):
    """What is known of an array or a number."""
    x = np.asarray(held)
    return Fact(x.shape, x.dtype, owner, x.flags.c_contiguous)


class ArrayCode(HoldsArray):
    """The name of an array in a program: the carrier that turns the tables' NumPy into lines.

    held: its value in the run that is written down; shapes, types and choices are read from it
    """

    __slots__ = ("held", "pencil", "text")
    __array_priority__ = 3000.0

    def __init__(self, pencil, text, held):
        self.pencil, self.text, self.held = pencil, text, held

    name = property(lambda self: self.text.removesuffix(".T"))

    @property
    def T(self):
        """Its transpose, a view without a line of its own."""
        if self.text.endswith(".T"):
            return ArrayCode(self.pencil, self.name, self.held.T)
        return ArrayCode(self.pencil, f"{self.text}.T", self.held.T)

    def __bool__(self):
        return self.pencil.ask(self)

    def __getitem__(self, index):
        met = []
        parts = [self.pencil.index(x, met) for x in (index if isinstance(index, tuple) else (index,))]
        text = ", ".join(parts) or "()"
        return self.pencil.write(f"{self.text}[{text}]", self.held[value_held(index)], self, *met)

    def __invert__(self):
        return self.pencil.write(f"~{self.text}", ~self.held, self)

    def __array__(self, *_, **__):
        raise LeftTheRun("a rule of the table turns its operand into an array, which no program can follow")

    @staticmethod
    def __structural__(row, operands, options):
        """A rule that calls another row; the function of one that writes into an array is brought along."""
        if row is put_at:
            return pencil_of(operands).help(row.compute, row.name, *operands, *options)
        return row.compute(*operands, *options)


def writes_into_array(name):
    """The error for a rule that writes into an array, which would stay as it is today."""
    return LeftTheRun(f"a rule of the table writes into an array, by {name}, which no program can follow")


def value_held(x):
    """An argument with the arrays in the place of their names."""
    if isinstance(x, (tuple, list)):
        return type(x)(map(value_held, x))
    return x.held if isinstance(x, ArrayCode) else x


def write_method(name):
    def method(self, *arguments, **options):
        met = [self]
        words = [self.pencil.literal(x, met) for x in arguments]
        words += [f"{key}={self.pencil.literal(x, met)}" for key, x in options.items()]
        given = {key: value_held(x) for key, x in options.items()}
        held = getattr(self.held, name)(*map(value_held, arguments), **given)
        return self.pencil.write(f"{self.text}.{name}({', '.join(words)})", held, *met)

    return method


def write_between(sign, function):
    """Both methods of an operator."""

    def infix(x, y):
        pencil, met = (x if isinstance(x, ArrayCode) else y).pencil, []
        words = [pencil.literal(v, met) for v in (x, y)]
        words = [f"({word})" if word.startswith("-") else word for word in words]
        return pencil.write(f"{words[0]} {sign} {words[1]}", function(value_held(x), value_held(y)), *met)

    return infix, lambda y, x: infix(x, y)


def line_writer(row):
    """The function that writes an elementwise row on names."""
    compute = row.compute
    if row is primitives.pow:
        return write_between("**", operator.pow)[0]
    if compute in INFIX and len(row.partials) == 2 and compute is not operator.floordiv:
        return write_between(INFIX[compute][0].split()[1], compute)[0]
    if compute is operator.neg:
        return lambda x: x.pencil.write(f"-{x.text}", -x.held, x)
    if not isinstance(row.array, str):
        return lambda *xs: row.array(np, *xs)
    if hasattr(np, row.array):
        return lambda *xs: pencil_of(xs).call(f"np.{row.array}", getattr(np, row.array), xs)

    def each(*xs):  # float by float, as NumPy has no function of that name
        pencil, met = pencil_of(xs), []
        words, held = [pencil.literal(x, met) for x in xs], array_column(row)(*map(value_held, xs))
        name = row.name
        if getattr(compute, "__module__", "") == "math":
            name = f"math.{compute.__name__}"
        else:
            define(compute, name, pencil.helpers)
        text = (
            f"np.asarray(np.frompyfunc({name}, {len(xs)}, 1)({', '.join(words)}), np.{held.dtype.name})[()]"
        )
        return pencil.write(text, held, *met)

    return each


def pencil_of(xs):
    return next(x for x in xs if isinstance(x, ArrayCode)).pencil


def write_rows(row):
    build = line_writer(row)
    return build, lambda y, x: build(x, y)


def compare_array_codes(test):
    return write_between(SIGNS[test], test)[0]


def call_ufunc_on_codes(self, ufunc, method, *operands, **options):
    if "out" in options or method not in ("__call__", "reduce", "accumulate"):
        raise writes_into_array(ufunc.__name__)
    text = f"np.{ufunc.__name__}" + f".{method}" * (method != "__call__")
    return self.pencil.call(text, getattr(ufunc, method), operands, options)


def call_function_on_codes(self, function, types, arguments, options):
    inner = function.__module__.removeprefix("numpy").removeprefix(".")
    if "out" in options or function.__name__ in WRITING:
        raise writes_into_array(function.__name__)
    text = f"np.linalg.{function.__name__}" if inner == "linalg" else f"np.{function.__name__}"
    return self.pencil.call(text, function, arguments, options)


install(ArrayCode, line_writer, write_rows, compare_array_codes)
ArrayCode.__array_ufunc__, ArrayCode.__array_function__ = call_ufunc_on_codes, call_function_on_codes
for name in METHODS_OF_ARRAYS:
    setattr(ArrayCode, name, write_method(name))
for name, sign in OPERATORS_OF_ARRAYS.items():
    both = write_between(sign, getattr(operator, f"{name}_" if name in ("and", "or") else name))
    setattr(ArrayCode, f"__{name}__", both[0])
    setattr(ArrayCode, f"__r{name}__", both[1])
