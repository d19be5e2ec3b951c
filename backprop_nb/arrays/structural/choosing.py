"""Rows that choose between elements, bound them, or set a margin around them."""

import numpy as np

from ...core.primitives import maximum, minimum
from .row import Structural, data_of, shape_of
from .writing import ANY_SHAPE

__all__ = []

# Choosing


def choose(condition, x, y):
    """Elements of ``x`` where the condition holds, of ``y`` where not; the three broadcast."""
    condition = np.asarray(data_of(condition)) != 0
    shapes = condition.shape, shape_of(x), shape_of(y)
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"where: condition, x and y of the shapes {', '.join(map(str, shapes))} do not broadcast: read "
            "from the right, sizes must be equal or 1"
        ) from None
    return (as_wide_as(x, y), as_wide_as(y, x)), (condition,)


def as_wide_as(x, y):
    """A Python number in the type of the floats beside it, which it is not to widen; else ``x`` itself."""
    kind = getattr(y, "dtype", None)
    return kind.type(x) if type(x) in (int, float, bool) and getattr(kind, "kind", "") == "f" else x


Structural("where", choose, lambda x, y, condition: np.where(condition, x, y),
           lambda g, _out, _x, _y, condition: np.where(condition, g, 0),
           lambda g, _out, _x, _y, condition: np.where(condition, 0, g),
           rules=(r"{g}\,[\,\text{{holds}}\,]", r"{g}\,[\,\text{{else}}\,]"), before=1, cases=[
    ([True, False, True], (3,), (3,)), ([[True, False, True], [False, False, True]], (2, 3), (2, 3)),
    ([True, False, True], (2, 3), (3,)), ([[True], [False]], (3,), (2, 1)), (True, (2, 3), ()),
    ([True, False], (), ()), (False, (), (2,)), ([[True], [False]], (1, 1), (4, 1, 3)),
    ([], (0,), (1,))])  # fmt: skip


def bounded(x, low=None, high=None, *, min=None, max=None):
    """Elements below ``low`` raised to it, above ``high`` lowered to it; None for no bound.

    A bound that is a carrier takes the derivative of the elements that it replaces.
    """
    low, high = min if low is None else low, max if high is None else high
    if low is None and high is None:
        raise ValueError("clip: give a lower bound, an upper bound, or both: clip(x, 0, 1)")
    if any(hasattr(type(bound), "__primitives__") for bound in (low, high)):
        x = x if low is None else maximum(x, low)
        x, low, high = x if high is None else minimum(x, high), -np.inf, None
    return (x,), tuple(b if np.isscalar(b) or b is None else np.array(b) for b in (low, high))


def inside(g, _out, x, low, high):
    x = data_of(x)
    kept = (x >= (-np.inf if low is None else low)) & (x <= (np.inf if high is None else high))
    return np.where(kept, g, 0)


Structural("clip", bounded, np.clip, inside,
           rules=r"{g}\,[\,\text{{inside}}\,]", shown={"low": 0, "high": 1}, cases=[
    *[(*x, -0.9, 0.8) for x in ANY_SHAPE], ((2, 3), None, 0.8), ((2, 3), -0.9, None), ((2, 3), -9.0, 9.0)],
           kink="At a bound the derivative is taken as 1.")  # fmt: skip


def with_margin(x, width, mode="constant", constant_values=0):
    """A margin of constant elements: ``width`` for all sides, (before, after), or such a pair per axis.

    mode: "constant", or one that repeats elements: "edge", "reflect", "symmetric", "wrap"
    """
    shape = shape_of(x)
    pairs = np.asarray(width)
    if pairs.shape not in ((), (1,), (2,), (1, 2), (len(shape), 1), (len(shape), 2)):
        raise ValueError(
            f"pad: width is one number, (before, after), or such a pair for each of the {len(shape)} "
            f"axes of the shape {shape}; received {width!r:.60}"
        )
    pairs = np.broadcast_to(pairs, (len(shape), 2))
    if pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise ValueError(f"pad: a margin is a whole number, 0 or more; received {width!r:.60}")
    width = tuple((int(a), int(b)) for a, b in pairs)
    inner = tuple(slice(a, a + n) for (a, _), n in zip(width, shape, strict=True))
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise ValueError(
            f"pad: mode is 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'; received {mode!r:.40}"
        )
    if mode != "constant":  # another gathering of the same elements, and no margin
        for axis, pair in enumerate(width):
            x = Structural.table["take"](x, np.pad(np.arange(shape[axis]), pair, mode), axis)
        width = tuple((0, 0) for _ in shape)
        inner = (slice(None),) * len(shape)
    return (x,), (width, constant_values, inner)


Structural("pad", with_margin,
           lambda x, width, constant, inner: np.pad(x, width, constant_values=constant) if width else x,
           lambda g, _out, _x, _width, _constant, inner: g[(..., *inner)],
           rules=r"\operatorname{{inner}}\left({g}\right)", shown={"width": 0}, cases=[
    ((3,), 1), ((2, 3), 2), ((2, 3), (1, 2)), ((2, 3), ((1, 0), (0, 2))), ((2, 3), ((0, 0), (0, 0))),
    ((0, 2), 1), ((2, 1, 2), ((0, 1), (2, 0), (1, 1))), ((2, 3), 1, {"constant_values": 2.5})])  # fmt: skip
