"""NumPy's own names for the rows of both tables: ``numpy.log(t)``, ``numpy.sum(t, axis=0)``."""

import inspect

import numpy as np

from ..core.operators import COMPARISONS, UFUNC_COMPARISONS
from ..core.primitives import Primitive
from ..core.refusals import INSTEAD, no_rule
from .formulas import Formula
from .moving import MOVED
from .structural import Structural, joining, products
from .structural.row import data_of

__all__ = ["METHODS", "Joined", "call_function_on_tensors", "call_ufunc_on_tensors", "no_attribute"]


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
        if f := UFUNCS.get(name):
            return f(*operands)
    if "out" in options:
        raise TypeError(
            f"numpy.{name} cannot write into an array here: a graph keeps its values; write a new name, "
            "such as y = y + x instead of y += x"
        )
    if name in (rows := ALONG_AXIS.get(method, ())) and options.keys() <= AS_THE_ROWS:
        return Structural.table[rows[name]](*operands, **{"axis": 0} | options)
    if method == "outer" and not options and (row := Primitive.by_array_name.get(name)):
        x, y = (Structural.table["reshape"](v, np.shape(data_of(v)) + (1,) * n) if n else v
                for v, n in zip(operands, (np.ndim(data_of(operands[1])), 0), strict=True))  # fmt: skip
        return row(x, y)
    raise no_tensor_rule(type(self), name if method == "__call__" else f"{name}.{method}", options)


def call_function_on_tensors(self, function, types, arguments, options):
    """NumPy's way in for the others: ``numpy.sum(t, axis=0)`` runs the row of that name."""
    name = OTHER_NAMES.get(function.__name__, function.__name__)
    inner = function.__module__.removeprefix("numpy").removeprefix(".")
    if name in VALUES_ONLY and not inner:
        return function(*map(values, arguments), **{key: values(x) for key, x in options.items()})
    if name == "full_like" and not hasattr(type((*arguments[1:], *options.values())[0]), "__structural__"):
        return function(*map(values, arguments), **options)
    row = FUNCTIONS.get(name) or Structural.table.get(name) or Formula.table.get(name) or (
        Primitive.table.get(name) if len(arguments) + len(options) == 1 else None)  # fmt: skip
    if row is None or (inner and (inner, name) not in INNER):
        raise no_tensor_rule(type(self), f"{inner}.{name}" if inner else name)
    if len(arguments) > BY_PLACE.get(name, 99):
        raise TypeError(f"numpy.{name} on a Tensor takes its options by name, such as keepdims=True")
    if options.keys() <= AS_THE_ROWS:
        return row(*arguments, **options)
    given = {SPELLED.get(key, key): x for key, x in options.items() if x is not np._NoValue}
    given = {key: x for key, x in given.items() if not is_usual(key, x)}
    named = name in Formula.table and name not in (*MOVED, "ptp")
    known = inspect.signature(row).parameters if named else given
    if refused := (REFUSED & given.keys()) | (given.keys() - known):
        raise no_tensor_rule(type(self), name, refused)
    return row(*arguments, **given)


def is_usual(key, x):
    """Whether an option says what is done in any case."""
    if key in REFUSED:
        return x is None or x is False
    return isinstance(x, (str, bool)) and SAID_ANYWAY.get(key) == x


INNER = {("linalg", name) for name in (
    "norm trace outer matmul mT inv solve det slogdet matrix_power multi_dot cross vecdot tensordot diagonal"
).split()}  # fmt: skip
BY_PLACE = {  # how many arguments mean by their places what they mean in NumPy
    "cov": 1, "corrcoef": 1, "nan_to_num": 1, "average": 3, "quantile": 3, "percentile": 3, "linspace": 4,
    **dict.fromkeys("sum mean max min prod var std cumsum cumprod ptp median nansum nanmean nanmax nanmin "
                    "nanprod cross".split(), 2)}  # fmt: skip
AS_THE_ROWS = {"axis", "keepdims"}  # as the rows have them
REFUSED = {"out", "kind", "casting", "mean", "stable", "returned", "overwrite_input", "include_initial"}
ALONG_AXIS = {"reduce": {"add": "sum", "maximum": "max", "minimum": "min", "multiply": "prod"},
              "accumulate": {"add": "cumsum", "multiply": "cumprod"}}  # fmt: skip
OTHER_NAMES = {"amax": "max", "amin": "min", "permute_dims": "transpose", "matrix_transpose": "mT",
               "concat": "concatenate", "around": "_round", "round": "_round", "gradient": "_gradient",
               "astype": "_astype", "cumulative_sum": "cumsum", "cumulative_prod": "cumprod", "fix": "trunc",
               "trapz": "trapezoid", "matrix_norm": "norm", "vector_norm": "norm", "row_stack": "vstack",
               "copy": "conjugate", "real_if_close": "conjugate", "real": "conjugate"}  # fmt: skip
FUNCTIONS = {"split": joining.split, "dot": products.dot,
             "mT": lambda x: Structural.table["swapaxes"](x, -1, -2), "conjugate": lambda x: x,
             "imag": lambda x: np.zeros(x.shape, x.dtype)}  # fmt: skip
UFUNCS = {  # with one operand, or two
    "positive": lambda x: x, "conjugate": lambda x: x, "divmod": lambda x, y: (x // y, x % y),
    "modf": lambda x: (x - Primitive.table["trunc"](x), Primitive.table["trunc"](x)),
    "logaddexp2": lambda x, y: Primitive.table["logaddexp"](x * LOG2, y * LOG2) / LOG2,
    "vecdot": Formula.table["vecdot"], "fmax": Formula.table["_fmax"], "fmin": Formula.table["_fmin"],
    "copysign": lambda x, y: Primitive.table["abs"](x) * np.copysign(1.0, data_of(y)),
}  # fmt: skip
LOG2 = float(np.log(2))
SPELLED = {"newshape": "shape", "array": "x", "a": "x", "pad_width": "width", "indices_or_sections": "parts",
           "a_min": "low", "a_max": "high", "min": "low", "max": "high", "correction": "ddof",
           "fill_value": "value", "x1": "x", "x2": "y", "arr": "x", "condlist": "conditions",
           "choicelist": "choices"}  # fmt: skip
SAID_ANYWAY = {"order": "C", "copy": True, "method": "linear"}  # they change nothing
VALUES_ONLY = set(
    "shape ndim size zeros_like ones_like empty_like argmax argmin argsort allclose nanargmax nanargmin "
    "array_equal isclose any all result_type can_cast may_share_memory shares_memory count_nonzero "
    "nonzero flatnonzero argwhere searchsorted isnan isinf isfinite signbit sign_bit broadcast_shapes "
    "array_repr array_str array2string common_type iscomplexobj isrealobj isscalar digitize argpartition "
    "array_equiv isneginf isposinf iscomplex isreal lexsort tril_indices_from triu_indices_from "
    "diag_indices_from savetxt save isin in1d einsum_path".split()
)
METHODS = {name: name for name in (  # of Tensor: the rows and formulas that NumPy's arrays have as methods
    "sum mean var std max min prod cumsum cumprod ravel swapaxes squeeze take trace clip repeat diagonal ptp"
).split()} | {"flatten": "ravel", "round": "_round", "astype": "_astype"}  # fmt: skip
LOOKED_AT = set(  # what is asked of the value, and has no derivative
    "argmax argmin argsort argpartition nonzero all any searchsorted tolist itemsize nbytes strides flags "
    "tobytes tofile dump dumps device ctypes data base".split()
)
IN_PLACE = {  # methods that write into an array: what makes a new one instead
    "sort": "x = bp.sort(x)", "partition": "x = bp.sort(x)", "fill": "x = np.full(x.shape, value)",
    "put": "x = bp.where(mask, new, x)", "itemset": "x = bp.where(mask, new, x)", "setfield": "a new array",
    "resize": "x = bp.resize(x, shape)", "setflags": "x.value.copy()", "byteswap": "x.value.byteswap()",
    "getfield": "x.value.getfield(…)",
    "view": "x.reshape(…), or x.astype(…) for another type; for a np.matrix x itself, or x[None], and @",
    "choose": "np.choose(places, [x, y]), with whole numbers as places",
    "newbyteorder": "x.astype(float)", "to_device": "x itself: there is one device",
}  # fmt: skip


def values(x):
    """An argument with every Tensor in it replaced by its value."""
    if isinstance(x, (list, tuple)):
        return type(x)(map(values, x))
    return data_of(x)


def no_tensor_rule(kind, name, options=()):
    """The TypeError for a function of NumPy's that has no rule for arrays."""
    return no_rule(kind, name, options, [*public_rows(), *FUNCTIONS])


def public_rows():
    """The names of the rows and formulas that are functions of the package."""
    return [name for name in (*Structural.table, *Formula.table) if not name.startswith("_")]


def no_attribute(self, name):
    """What NumPy's arrays have as a method and no graph needs; else AttributeError with what to write."""
    if name in LOOKED_AT:
        return getattr(np.asarray(self.value), name)
    words = f"{type(self).__name__!r} object has no attribute {name!r}"
    if name in IN_PLACE:
        raise AttributeError(f"{words}, for nothing writes into a Tensor; instead: {IN_PLACE[name]}")
    instead = f"bp.{name}(x)" if name in public_rows() or name in Primitive.table else INSTEAD.get(name)
    raise AttributeError(f"{words}; instead: {instead}" if instead else words)


class Joined(np.ndarray):
    """What np.c_ and np.r_ get for a Tensor: where each of its elements goes, until they are concatenated.

    They ask for an array, and let subclasses pass; nothing else that asks a Tensor for an array does.
    """

    tensor = None

    def __array_finalize__(self, other):
        self.tensor = getattr(other, "tensor", None)

    @classmethod
    def of(cls, tensor):
        exact = tensor.size <= 2 ** np.finfo(tensor.dtype).nmant
        places = np.arange(tensor.size, dtype=tensor.dtype if exact else float)
        places = places.reshape(tensor.shape).view(cls)
        places.tensor = tensor
        return places

    def __array_function__(self, function, types, arguments, options):
        def carried(x):
            if type(x) is not Joined:
                return x
            places = np.asarray(x).astype(int)
            if np.array_equal(places.ravel(), np.arange(x.tensor.size)):
                return Structural.table["reshape"](x.tensor, places.shape)
            return Structural.table["take"](x.tensor, places)

        return Structural.table["concatenate"]([carried(x) for x in arguments[0]], **options)
