"""The carrier of Section 2: a number that remembers how it was computed and can propagate back."""

import numbers
from functools import partial

from ..drawing.notation import number
from .conversions import Conversions, is_constant
from .operators import install
from .primitives import ARITHMETIC
from .sweep import sweep

__all__ = ["Scalar", "apply_to_scalar", "apply_to_scalars", "install_scalar", "one_number"]


class Scalar(Conversions):
    """One number of a computation: the notes' five fields (claim N21).

    value:     the number
    gradient:  d root / d self, filled in by ``root.backward()``; None before
    operation: the row of the table that made it; None for an input
    parent1:   its first operand, a Scalar or a plain number; None for an input
    parent2:   its second operand, None if it has only one

    Comparisons compare values, so ``if`` and ``while`` work; ``hash`` and ``in`` of a set go by identity.

    >>> x, y = Scalar(2.0), Scalar(5.0)
    >>> out = x * y + 1
    >>> out.backward()
    >>> out.value, x.gradient, y.gradient
    (11.0, 5.0, 2.0)
    """

    __slots__ = ("gradient", "operation", "parent1", "parent2", "value")

    def __init__(self, value, operation=None, parent1=None, parent2=None):
        self.value = value if type(value) is float else one_number(value)
        self.gradient = None
        self.operation = operation
        self.parent1 = parent1
        self.parent2 = parent2

    def backward(self, seed=1.0, accumulate=False):
        """Fill in ``gradient`` of everything this number was computed from.

        seed:       the adjoint to start from
        accumulate: add to the inputs' gradients instead of starting anew; two results summed by two sweeps
        raises:     ValueError or ArithmeticError where a partial does not exist: sqrt's at 0, also in
                    sqrt(relu(x)) for x < 0; arrays go on with infinity, which relu does not let through

        A second call gives the same gradients again, not their double.
        """
        if hasattr(self.value, "dtype"):
            seed = self.value.dtype.type(seed)  # else a float32 graph would get float64 gradients
        sweep(self, seed, hand_on, accumulate)

    def __repr__(self):
        made = "" if self.operation is None else f", operation={self.operation.name}"
        known = "" if self.gradient is None else f", gradient={number(self.gradient)}"
        return f"Scalar({number(self.value)}{known}{made})"

    def __reduce__(self):
        raise TypeError(
            "a graph is not pickled: keep the numbers, record(f, …) keeps the whole run as plain rows"
        )


Scalar.node_type = Scalar
PLAIN = (float, int)  # what the float column takes


def one_number(value):
    """What a Scalar may hold: a float of any width, a complex number, a carrier; integers become floats."""
    if hasattr(type(value), "__primitives__") or type(value) is complex:
        return value
    if isinstance(value, numbers.Real) and not hasattr(value, "dtype"):
        return float(value)
    if hasattr(value, "dtype") and not getattr(value, "shape", ()):
        single = value.item() if value.dtype.kind in "biu" or value.dtype.itemsize >= 8 else value[()]
        return float(single) if isinstance(single, int) else single
    raise TypeError(f"a Scalar holds one number, and {value!r:.60} is a {type(value).__name__}")


def hand_on(v):
    """Add to each operand of ``v`` what flows to it: the adjoint of ``v`` times the local partial."""
    row = v.operation
    if row is None:
        return
    g, a, b = v.gradient, v.parent1, v.parent2
    try:
        if b is None:
            a.gradient += g * row.partial1(v.value, a.value)
            return
        x = a.value if isinstance(a, Scalar) else a
        y = b.value if isinstance(b, Scalar) else b
        if x is not a:  # a is a node, and no plain number
            a.gradient += g * row.partial1(v.value, x, y)
        if y is not b:
            b.gradient += g * row.partial2(v.value, x, y)
    except ARITHMETIC as error:
        operands = (getattr(x, "value", x) for x in (a, b) if x is not None)
        raise row.explain_partial(error, *operands) from None


def install_scalar(cls):
    """Install every operation on ``cls``, Scalar itself or a class derived from it.

    Floats go straight to the float column; any other number goes through the row, which knows the rest.
    """
    install(cls, partial(apply_to_scalar, cls), partial(apply_to_scalars, cls))


def apply_to_scalar(cls, row):
    """The function that applies ``row`` to one node of ``cls``."""
    compute, new = row.compute, cls.__new__  # skipping __init__ saves a third of the time of a node

    def forward(x):
        value = x.value
        try:
            value = compute(value) if type(value) is float else row(value)
        except ARITHMETIC as error:
            raise row.explain(error, value) from None
        out = new(cls)
        out.value, out.gradient = value, None  # five at once would pass through a tuple
        out.operation, out.parent1, out.parent2 = row, x, None
        return out

    return forward


def apply_to_scalars(cls, row):
    """Two functions that apply ``row``: to a node and anything, to anything and a node."""
    compute, new, usual = row.compute, cls.__new__, (cls, *PLAIN)

    def forward(x, y):
        try:
            if type(x) not in usual and (x := operand(x)) is NotImplemented:
                return x
            if type(y) not in usual and (y := operand(y)) is NotImplemented:
                return y
            a = x.value if isinstance(x, Scalar) else x
            b = y.value if isinstance(y, Scalar) else y
            value = compute(a, b) if type(a) in PLAIN and type(b) in PLAIN else row(a, b)
        except ARITHMETIC as error:
            raise row.explain(error, getattr(x, "value", x), getattr(y, "value", y)) from None
        out = new(cls)
        out.value, out.gradient = value, None
        out.operation, out.parent1, out.parent2 = row, x, y
        return out

    return forward, lambda y, x: forward(x, y)


def operand(x):
    """The other operand as it is kept: a Scalar or a plain number; NotImplemented for other carriers."""
    if type(x) in PLAIN or isinstance(x, Scalar):
        return x
    if is_constant(x) or (hasattr(x, "dtype") and hasattr(x.dtype, "kind") and not getattr(x, "shape", ())):
        return one_number(x) if hasattr(x, "dtype") else x
    if hasattr(type(x), "__primitives__") or hasattr(type(x), "__array_ufunc__"):
        return NotImplemented
    raise TypeError


install_scalar(Scalar)
