"""NumPy's own names for the rows of both tables: ``numpy.log(t)``, ``numpy.sum(t, axis=0)``."""

import numpy as np

from ..core.operators import COMPARISONS, INSTEAD, UFUNC_COMPARISONS, no_rule
from ..core.primitives import Primitive, sqrt
from .structural import Structural, joining, products
from .structural.row import data_of

__all__ = ["call_function", "call_ufunc_on_tensors", "no_attribute", "std"]


def call_ufunc_on_tensors(self, ufunc, method, *operands, **options):
    """NumPy's way in for elementwise functions: ``numpy.log(t)`` runs the row that bears NumPy's name."""
    name = ufunc.__name__
    if method == "__call__" and not options:
        if row := Primitive.by_array_name.get(name):
            return row(*operands)
        if name == "matmul":
            x, y = operands
            return x.__matmul__(y) if hasattr(x, "node") else y.__rmatmul__(x)
        plain_ones = list(map(data_of, operands))
        if test := UFUNC_COMPARISONS.get(name):
            return COMPARISONS[test](*plain_ones)
        if name in VALUES_ONLY or name.startswith("logical"):
            return ufunc(*plain_ones)
        if name == "positive":
            return operands[0]
    if "out" in options:
        raise TypeError(
            f"numpy.{name} cannot write into an array here: a graph keeps its values; write a new name, "
            "such as y = y + x instead of y += x"
        )
    if method == "reduce" and name in REDUCTIONS and set(options) <= {"axis", "keepdims"}:
        return Structural.table[REDUCTIONS[name]](*operands, **{"axis": 0} | options)
    raise no_tensor_rule(type(self), name if method == "__call__" else f"{name}.{method}", options)


def call_function(kind, function, arguments, options):
    """NumPy's way in for the others: ``numpy.sum(t, axis=0)`` runs the row of that name."""
    name = OTHER_NAMES.get(function.__name__, function.__name__)
    if name in VALUES_ONLY:
        return function(*map(values, arguments), **{key: values(x) for key, x in options.items()})
    row = FUNCTIONS.get(name) or Structural.table.get(name)
    inner = function.__module__.removeprefix("numpy").removeprefix(".")
    if row is None or (inner and (inner, name) not in INNER):
        raise no_tensor_rule(kind, f"{inner}.{name}" if inner else name)
    if len(arguments) > 2 and name in ONE_OPERAND:
        raise TypeError(f"numpy.{name} on a Tensor takes its options by name, such as keepdims=True")
    refused = {key for key, x in options.items() if key in REFUSED and x is not None and x is not np._NoValue}
    if refused:
        raise no_tensor_rule(kind, name, refused)
    return row(*arguments, **{SPELLED.get(key, key): x for key, x in options.items() if key not in REFUSED})


def std(x, axis=None, ddof=0, keepdims=False):
    """The square root of the variance along some axes, as ``numpy.std``; no row of its own.

    >>> float(std(np.array([1.0, 3.0])))
    1.0
    """
    return sqrt(Structural.table["var"](x, axis=axis, ddof=ddof, keepdims=keepdims))


INNER = {("linalg", name) for name in ("norm", "trace", "outer", "matmul", "matrix_transpose")}
ONE_OPERAND = {"sum", "mean", "max", "min", "prod", "var", "std", "cumsum"}
REFUSED = {"out", "where", "initial", "dtype", "kind", "casting", "correction", "mean", "stable"}
REDUCTIONS = {"add": "sum", "maximum": "max", "minimum": "min", "multiply": "prod"}
OTHER_NAMES = {"amax": "max", "amin": "min", "permute_dims": "transpose", "matrix_transpose": "mT",
               "concat": "concatenate"}  # fmt: skip
FUNCTIONS = {"split": joining.split, "std": std, "dot": products.dot, "vstack": joining.vstack,
             "hstack": joining.hstack, "mT": lambda x: Structural.table["swapaxes"](x, -1, -2)}  # fmt: skip
SPELLED = {"newshape": "shape", "array": "x", "a": "x", "pad_width": "width", "indices_or_sections": "parts",
           "a_min": "low", "a_max": "high", "min": "low", "max": "high"}  # fmt: skip
VALUES_ONLY = set(
    "shape ndim size zeros_like ones_like full_like empty_like argmax argmin argsort allclose "
    "array_equal isclose any all result_type can_cast may_share_memory shares_memory count_nonzero "
    "nonzero flatnonzero argwhere searchsorted isnan isinf isfinite signbit sign_bit broadcast_shapes "
    "array_repr array_str array2string common_type iscomplexobj isrealobj isscalar".split()
)


def values(x):
    """An argument with every Tensor in it replaced by its value."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(values, x))
    return data_of(x)


def no_tensor_rule(kind, name, options=()):
    """The TypeError for a function of NumPy's that has no rule for arrays."""
    return no_rule(kind, name, options, [*public_rows(), *FUNCTIONS])


def public_rows():
    """The names of the rows that are functions of the package."""
    return [name for name in Structural.table if not name.startswith("_")]


def no_attribute(self, name):
    """Refuse a method that NumPy's arrays have and a carrier lacks: AttributeError with what to write."""
    words = f"{type(self).__name__!r} object has no attribute {name!r}"
    instead = f"bp.{name}(x)" if name in public_rows() else INSTEAD.get(name)
    raise AttributeError(f"{words}; instead: {instead}" if instead else words)
