"""Looks for the first nan, forward and on the way back."""

import numpy as np

from .context import Watcher

__all__ = ["detect_nan"]


class detect_nan(Watcher):
    """While the block lasts, operations on Tensors, and so all transforms, stop at the first nan and name it.

    It holds for the thread or asyncio task that entered the block; a generator that is suspended inside
    leaves it on for whoever resumes it, as ``decimal.localcontext`` does.

    raises: FloatingPointError with the operation, the shapes and the range of its operands

    >>> from backprop_nb import Tensor
    >>> with np.errstate(invalid="ignore"), detect_nan():
    ...     Tensor([1.0, -1.0]).sqrt()
    Traceback (most recent call last):
        ...
    FloatingPointError: sqrt made the first nan, 1 of 2 elements of the shape (2,), from (2,) with elements
    from -1 to 1. Try: keep the operands where they are allowed (operand 1 must be above 0).
    """

    def record(self, node, value, operands):
        """Refuse a result that holds a nan where no operand does."""
        if not np.isnan(value).any():
            return
        values = [np.asarray(getattr(x, "value", x)) for x in operands]
        if any(np.isnan(x).any() for x in values if x.dtype.kind == "f"):
            return
        shapes = ", ".join(f"{x.shape} with elements {span(x)}" for x in values)
        raise FloatingPointError(
            f"{node.operation.name} made the first nan, {int(np.isnan(value).sum()):,} of {np.size(value):,} "
            f"elements of the shape {np.shape(value)}, from {shapes}. {advise(node.operation)}"
        )

    def watch_flow(self, node, i, flow):
        """Refuse a contribution to operand ``i`` that holds a nan."""
        if np.isnan(np.asarray(getattr(flow, "value", flow))).any():
            raise FloatingPointError(
                f"on the way back, {node.operation.name} of the shape {node.shape} made the first nan, in "
                f"what flows to operand {i + 1}: often 0 × inf, where the function has a value but no "
                f"derivative. {advise(node.operation)}"
            )


def span(x):
    """From the smallest to the largest element, in words."""
    return f"from {x.min():.6g} to {x.max():.6g}" if x.size else "none"


def advise(row):
    """What the operation needs, if its row says so."""
    if needs := getattr(row, "needs", ""):
        return f"Try: keep the operands where they are allowed ({needs})."
    return "Try: look at these operands first."
