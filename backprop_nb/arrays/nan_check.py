"""A Tensor that looks for the first nan, forward and on the way back."""

from contextlib import contextmanager

import numpy as np

from .tensor import Tensor, teach

__all__ = ["detect_nan"]


class Watched(Tensor):
    """A Tensor whose results must not be nan."""

    __slots__ = ()

    @staticmethod
    def made(out, row, parents, saved, operands):
        """The result of an operation, as a new node; FloatingPointError where it holds a nan."""
        values = [np.asarray(getattr(x, "value", x)) for x in operands]
        if (
            row is not None
            and np.isnan(out).any()
            and not any(np.isnan(x).any() for x in values if x.dtype.kind == "f")
        ):
            shapes = ", ".join(f"{x.shape} with elements {extent(x)}" for x in values)
            raise FloatingPointError(
                f"{row.name} made the first nan, {count(out)} of the shape {np.shape(out)}, from {shapes}. "
                f"{advice(row)}"
            )
        t = object.__new__(Watched)
        t.value, t.node = out, Tensor.made(out, row, parents, saved, operands).node
        return t

    @staticmethod
    def watch(v, i, flow):
        """Raise FloatingPointError where a contribution to operand ``i`` holds a nan."""
        if np.isnan(np.asarray(getattr(flow, "value", flow))).any():
            raise FloatingPointError(
                f"on the way back, {v.operation.name} of the shape {v.shape} made the first nan, in what "
                f"flows to operand {i + 1}: often 0 × inf, where the function has a value but no derivative. "
                f"{advice(v.operation)}"
            )


teach(Watched)


def extent(x):
    """From the smallest to the largest element, in words."""
    return f"from {x.min():.6g} to {x.max():.6g}" if x.size else "none"


def count(x):
    """How many elements are nan, in words."""
    return f"{int(np.isnan(x).sum()):,} of {np.size(x):,} elements"


def advice(row):
    """What the operation needs, if its row says so."""
    needs = getattr(row, "needs", "")
    return (
        f"Try: keep the operands where they are allowed ({needs})."
        if needs
        else "Try: look at these operands first."
    )


@contextmanager
def detect_nan():
    """While this lasts, new Tensors and all transforms stop at the first nan and name the operation.

    raises: FloatingPointError with the operation, the shapes and the range of its operands

    >>> with np.errstate(invalid="ignore"), detect_nan():
    ...     Tensor([1.0, -1.0]).sqrt()
    Traceback (most recent call last):
        ...
    FloatingPointError: sqrt made the first nan, 1 of 2 elements of the shape (2,), from (2,) with elements
    from -1 to 1. Try: keep the operands where they are allowed (operand 1 must be above 0).
    """
    Tensor.kinds.append(Watched)
    try:
        yield
    finally:
        Tensor.kinds.pop()
