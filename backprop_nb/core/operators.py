"""Python's operators and NumPy's functions, given once to every carrier."""

import operator

from . import primitives
from .conversions import Conversions
from .primitives import Primitive, Unary
from .refusals import LostDerivative, no_rule

__all__ = ["COMPARISONS", "OPERATORS", "UFUNC_COMPARISONS", "install"]

# fmt: off
OPERATORS = {
    "add": primitives.add, "sub": primitives.sub, "mul": primitives.mul, "truediv": primitives.div,
    "floordiv": primitives.floordiv, "mod": primitives.mod, "pow": primitives.pow,
}
COMPARISONS = {name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")}
UFUNC_COMPARISONS = {"less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge",
                     "equal": "eq", "not_equal": "ne"}
# fmt: on


def compare_values(test):
    """The method for one comparison of values; nothing flows back through it."""
    return lambda x, y: test(x.value, y.value if isinstance(y, Conversions) else y)


def install(carrier, unary, binary, compare=compare_values):
    """Install every operation on ``carrier`` as methods and operators, and those that join the table later.

    unary(row):    gives a function of one carrier
    binary(row):   gives two: ``forward(x, y)`` where x is the carrier, ``reflected(y, x)`` where y is
    compare(test): gives a method that applies one of ``COMPARISONS``; without it, to the values

    The functions are made once per row and take fixed arguments: ``*args`` would cost half the time.
    """
    rules = carrier.__primitives__ = {}

    def add_row(row):
        rule = rules[row] = unary(row) if isinstance(row, Unary) else binary(row)
        # NumPy calls a method of this name on each element of an object array
        setattr(carrier, row.name, rule if isinstance(row, Unary) else rule[0])

    for row in Primitive.made:
        add_row(row)
    Primitive.listeners.append(add_row)
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
    carrier.__array_ufunc__, carrier.__array_function__ = call_ufunc, call_function


def call_ufunc(self, ufunc, method, *operands, **options):
    """NumPy's way in: ``numpy.log(x)`` on a carrier runs the row that bears NumPy's name."""
    name = ufunc.__name__
    if method != "__call__" or options:
        raise no_rule(type(self), name if method == "__call__" else f"{name}.{method}", options)
    if any(hasattr(x, "dtype") and getattr(x, "shape", ()) for x in operands):
        if name in UFUNC_COMPARISONS and hasattr(self, "value"):  # a nan is no cause for a warning
            return ufunc(*(x.value if type(x) is type(self) else x for x in operands))
        import numpy

        # a carrier in an array of no dimensions is broadcast against a real array
        return ufunc(*(x if hasattr(x, "dtype") else numpy.array(x, object) for x in operands))
    if row := Primitive.by_array_name.get(name):
        return row(*operands)
    if test := UFUNC_COMPARISONS.get(name):
        return COMPARISONS[test](*operands)
    if name in ("isnan", "isinf", "isfinite", "signbit") and hasattr(self, "value"):
        return ufunc(self.value)
    if name == "positive":
        return self
    raise no_rule(type(self), name)


def call_function(self, function, types, arguments, options):
    """NumPy's way in for the others: a row of that name, or what NumPy makes of the carrier as an object."""
    if any(hasattr(kind, "__structural__") for kind in types):
        return NotImplemented  # a carrier of arrays takes it
    name = ".".join([*function.__module__.split(".")[1:], function.__name__])
    if len(arguments) == 1 and not options and (row := Primitive.by_array_name.get(name)):
        return row(*arguments)
    try:
        return function._implementation(*arguments, **options)
    except LostDerivative:
        raise
    except (AttributeError, TypeError) as error:
        raise no_rule(type(self), name) from error
