"""NumPy's own names for the rows of both tables: ``numpy.log(t)``, ``numpy.sum(t, axis=0)``."""

import numpy as np

from ..core.operators import COMPARISONS, UFUNC_COMPARISONS
from ..core.primitives import Primitive, sqrt
from .structural import Structural, joining, products
from .structural.row import plain

__all__ = ["array_function", "array_ufunc", "std"]


def array_ufunc(self, ufunc, method, *operands, **options):
    """NumPy's way in for elementwise functions: ``numpy.log(t)`` runs the row that bears NumPy's name."""
    name = ufunc.__name__
    if method == "__call__" and not options:
        if row := Primitive.by_array_name.get(name):
            return row(*operands)
        if name == "matmul":
            x, y = operands
            return x.__matmul__(y) if hasattr(x, "node") else y.__rmatmul__(x)
        plain_ones = list(map(plain, operands))
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
    raise no_rule(name if method == "__call__" else f"{name}.{method}", options)


def array_function(function, arguments, options):
    """NumPy's way in for the others: ``numpy.sum(t, axis=0)`` runs the row of that name."""
    name = NAMES.get(function.__name__, function.__name__)
    if name in VALUES_ONLY:
        return function(*map(values, arguments), **{key: values(x) for key, x in options.items()})
    row = FUNCTIONS.get(name) or Structural.table.get(name)
    inner = function.__module__.removeprefix("numpy").removeprefix(".")
    if row is None or (inner and (inner, name) not in INNER):
        raise no_rule(f"{inner}.{name}" if inner else name)
    if len(arguments) > 2 and name in ONE_OPERAND:
        raise TypeError(f"numpy.{name} on a Tensor takes its options by name, such as keepdims=True")
    refused = {key for key, x in options.items() if key in REFUSED and x is not None and x is not np._NoValue}
    if refused:
        raise no_rule(name, refused)
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
NAMES = {
    "amax": "max",
    "amin": "min",
    "permute_dims": "transpose",
    "matrix_transpose": "mT",
    "concat": "concatenate",
}
FUNCTIONS = {
    "split": joining.split,
    "std": std,
    "dot": products.dot,
    "mT": lambda x: Structural.table["swapaxes"](x, -1, -2),
    "vstack": joining.vstack,
    "hstack": joining.hstack,
}
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
    return plain(x)


def no_rule(name, options=()):
    """The error for a NumPy function that has no rule; it names the nearest that has one."""
    import difflib

    known = [*Primitive.by_array_name, *Structural.table, *FUNCTIONS]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    if options:
        return TypeError(
            f"numpy.{name} with {', '.join(sorted(options))}= has no rule for a Tensor: call it plainly"
        )
    hint = f"; the nearest that have one: {', '.join(near)}" if near else ""
    return TypeError(
        f"numpy.{name} has no rule for a Tensor{hint}; on x.value it works, without a derivative"
    )
