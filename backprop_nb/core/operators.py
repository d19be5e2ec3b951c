"""Python's operators and NumPy's functions, given once to every carrier."""

import operator

from . import primitives
from .primitives import Primitive, Unary

__all__ = ["COMPARISONS", "install"]

OPERATORS = {
    "add": primitives.add,
    "sub": primitives.sub,
    "mul": primitives.mul,
    "truediv": primitives.div,
    "floordiv": primitives.floordiv,
    "mod": primitives.mod,
    "pow": primitives.pow,
}
COMPARISONS = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
UFUNC_COMPARISONS = {
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "equal": "eq",
    "not_equal": "ne",
}


def install(carrier, unary, binary, compare):
    """Teach a class every row of the table, under all the names by which people call it.

    unary(row):    gives a function of one carrier
    binary(row):   gives two: ``forward(x, y)`` where x is the carrier, ``reflected(y, x)`` where y is
    compare(test): gives a method that applies one of ``COMPARISONS``

    The functions are made once per row and take fixed arguments: ``*args`` would cost half the time.
    """
    rules = carrier.__primitives__ = {}

    def learn(row):
        rule = rules[row] = unary(row) if isinstance(row, Unary) else binary(row)
        # NumPy calls a method of this name on each element of an object array
        setattr(carrier, row.name, rule if isinstance(row, Unary) else rule[0])

    for row in Primitive.table.values():
        learn(row)
    Primitive.pupils.append(learn)  # a row that joins later reaches every carrier too
    for name, row in OPERATORS.items():
        setattr(carrier, f"__{name}__", rules[row][0])
        setattr(carrier, f"__r{name}__", rules[row][1])
    for name, test in COMPARISONS.items():
        setattr(carrier, f"__{name}__", compare(test))
    carrier.__neg__ = rules[primitives.neg]
    carrier.__abs__ = rules[primitives.abs]
    carrier.__pos__ = lambda x: x
    carrier.__divmod__ = lambda x, y: (x // y, x % y)
    carrier.__rdivmod__ = lambda y, x: (x // y, x % y)
    carrier.__hash__ = object.__hash__  # nodes are told apart by identity, though == compares values
    carrier.__array_ufunc__ = array_ufunc


def array_ufunc(self, ufunc, method, *operands, **options):
    """NumPy's way in: ``numpy.log(x)`` on a carrier runs the row that bears NumPy's name."""
    name = ufunc.__name__
    if method != "__call__" or options:
        called = name if method == "__call__" else f"{name}.{method}"
        extra = f" with {', '.join(sorted(options))}=" if options else ""
        raise TypeError(
            f"numpy.{called}{extra} has no rule for a {type(self).__name__}: call numpy.{name}(x) plainly"
        )
    if any(hasattr(x, "dtype") and getattr(x, "shape", ()) for x in operands):
        return ufunc(*(boxed(x) for x in operands))
    if row := Primitive.by_array_name.get(name):
        return row(*operands)
    if test := UFUNC_COMPARISONS.get(name):
        return COMPARISONS[test](*operands)
    if name in ("isnan", "isinf", "isfinite", "signbit"):
        return ufunc(self.value)
    if name == "positive":
        return self
    import difflib  # slow to load, and needed for this hint only

    near = difflib.get_close_matches(name, Primitive.by_array_name, n=3, cutoff=0.4)
    hint = f"; the nearest that have one: {', '.join(near)}" if near else ""
    raise TypeError(f"numpy.{name} has no rule for a {type(self).__name__}{hint}")


def boxed(x):
    """A carrier inside an object array of no dimensions, so that NumPy broadcasts it against a real array."""
    if hasattr(x, "dtype"):
        return x
    import numpy

    box = numpy.empty((), object)
    box[()] = x
    return box
