"""Follows a run on arrays that is to become a program: each operation is kept with its operands."""

import numpy as np

from ..arrays.numpy_names import call_function_on_tensors, call_ufunc_on_tensors
from ..arrays.structural import Structural
from ..arrays.structural.filling import Buffer
from ..arrays.tensor import Tensor, array_column, floating, mismatch, plain_operand
from ..core.operators import COMPARISONS, install
from .following import NOTES, LeftTheRun, birth_numbers, note_failure, note_guard, refuse_value

__all__ = ["FollowedTensor", "HoldsArray", "WholeNumbers", "array_held", "plant_followed_array"]

BY_SHAPE = {"shape", "ndim", "size", "zeros_like", "ones_like", "empty_like", "full_like", "result_type"}


class HoldsArray:
    """What stands for an array, ``held``, while a program is written: its shape and type may be asked for."""

    __slots__ = ()
    shape = property(lambda self: self.held.shape, doc="The sizes of the axes.")
    ndim = property(lambda self: self.held.ndim, doc="The number of axes.")
    size = property(lambda self: self.held.size, doc="The number of elements.")
    dtype = property(lambda self: self.held.dtype, doc="The type of the elements.")

    def __len__(self):
        return len(self.held)


class FollowedTensor(HoldsArray, Tensor):
    """A Tensor whose value the learner's function cannot look at; what it was computed from is kept.

    held:      the array; operation, operands, options: the row that made it, and what it was given
    born:      counts up
    """

    __slots__ = ("born", "held", "operands", "operation", "options")

    def __new__(cls, held, operation=None, operands=(), options=()):
        self = object.__new__(cls)
        self.node, self.born, self.held = None, next(birth_numbers), held
        self.operation, self.operands, self.options = operation, operands, options
        return self

    @property
    def value(self):
        """Not to be had: a program would keep it as it is today."""
        raise refuse_value("looking at a value, or at a mask or an order made of it,")

    __class__ = property(lambda self: type(self.held))
    def __bool__(self):
        if self.ndim:
            raise refuse_value("asking an array whether it is true")
        return note_guard("ne", self, 0.0, bool(self.held != 0))

    def __repr__(self):
        return f"<Tensor of the shape {self.shape}, in a run that becomes a program>"

    def __matmul__(self, other):
        return Structural.table["matmul"](self, other)

    def __rmatmul__(self, other):
        return Structural.table["matmul"](other, self)


class WholeNumbers(HoldsArray):
    """An argument of whole numbers, such as labels: an input that only a row's own rule reads."""

    __array_ufunc__ = None

    def __init__(self, held):
        self.held = held

    def __array__(self, *_, **__):
        raise refuse_value("computing with an argument of whole numbers, other than as labels,")

    __index__ = __getitem__ = __iter__ = __bool__ = __int__ = __float__ = __array__


def array_held(x):
    """The array behind a node or an argument; anything else as it is."""
    return x.held if type(x) in (FollowedTensor, WholeNumbers) else x


def operand_held(x):
    """The array or number of an operand; NotImplemented for what is none."""
    if type(x) is FollowedTensor:
        return x.held
    if isinstance(x, Tensor):
        raise LeftTheRun(
            "a Tensor from outside takes part in the run: give it to the function as an argument"
        )
    return plain_operand(x)


def apply_to_followed(row):
    compute = array_column(row)
    return note_failure(row, lambda x: FollowedTensor(compute(x.held), row, (x,)))


def apply_to_two_followed(row):
    compute = array_column(row)

    def build(x, y):
        a, b = operand_held(x), operand_held(y)
        if a is NotImplemented or b is NotImplemented:
            return NotImplemented
        try:
            return FollowedTensor(compute(a, b), row, (keep_constant(x), keep_constant(y)))
        except ValueError as error:
            raise mismatch(row, error, a, b) from None

    build = note_failure(row, build)
    return build, lambda y, x: build(x, y)


def keep_constant(x):
    """An operand; a plain array as it is now."""
    if type(x) is FollowedTensor or isinstance(x, (int, float)):
        return x
    copy = np.array(x)[()]
    if type(x) is np.ndarray and (notes := NOTES.get()) is not None:
        notes.arrays.append(x)
    return copy


def compare_followed_tensors(test):
    """The method for one comparison: of single numbers a guard; a mask is refused."""
    name = next(name for name, other in COMPARISONS.items() if other is test)

    def compare(x, y):
        holds = test(x.held, operand_held(y))
        if np.ndim(holds):
            raise refuse_value("comparing arrays, which makes a mask,")
        return note_guard(name, x, y, bool(holds))

    return compare


def apply_structural_to_followed(row, operands, options):
    """A row of the second table on operands of which one at least is followed."""
    if any(type(x) is Buffer for x in operands):
        return Buffer.__structural__(row, operands, options)
    values = [np.asarray(operand_held(x)) if type(x) is not FollowedTensor else x.held for x in operands]
    if row.name == "softmax_cross_entropy":  # its value is worked out where its arguments are looked at
        out = row(values[0], array_held(options[-1]))
    elif row.name == "sort":
        out = row(values[0] if options[1].ndim == values[0].ndim else values[0].reshape(-1), options[-1])
    else:
        out = row.evaluate(values, options)
    return FollowedTensor(out, row, tuple(map(keep_constant, operands)), options)


def call_function_on_followed(self, function, types, arguments, options):
    if function.__name__ in BY_SHAPE:  # these look at no number
        return function(*map(array_held, arguments), **options)
    return call_function_on_tensors(self, function, types, arguments, options)


install(FollowedTensor, apply_to_followed, apply_to_two_followed, compare_followed_tensors)
FollowedTensor.__array_ufunc__ = call_ufunc_on_tensors
FollowedTensor.__array_function__ = call_function_on_followed
FollowedTensor.__structural__ = staticmethod(
    lambda row, *given: note_failure(row, apply_structural_to_followed)(row, *given)
)
FollowedTensor.__qualname__ = FollowedTensor.__name__ = "Tensor"  # what a message calls it


def plant_followed_array(x):
    """A leaf for an array of floats or a float beside one, WholeNumbers for labels, None for the rest."""
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    if isinstance(x, float) or kind == "f":
        return FollowedTensor(np.array(floating(x))[()])
    return WholeNumbers(x) if kind in "iu" and type(x) is np.ndarray else None
