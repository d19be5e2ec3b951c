"""Softmax and its kin: the largest element is taken out before exp, so that nothing overflows."""

import numpy as np

from ...core.primitives import exp, log
from .reductions import SPREAD, divide_by_count, over_axes, reduction, spread
from .row import (
    Structural,
    array_of,
    axes_of,
    axis_of,
    data_of,
    plain_values,
    roomy,
    shape_of,
    short_vector,
    to_floats,
)

__all__ = ["softmax"]


def shift(x, axes):
    """The largest element along some axes, 0 in place of an infinite one."""
    largest = np.max(plain_values(x), axes, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, largest.dtype.type(0))


def log_of_sum(x, axes, keepdims, _shape):
    narrow, x = x.dtype, roomy(x)
    top = shift(x, axes)
    with np.errstate(divide="ignore"):  # log 0 = -inf is right where every element is -inf
        out = log(np.sum(exp(x - top), axes, keepdims=True)) + top
    out = array_of(out).astype(narrow)
    return out if keepdims else out.reshape([n for a, n in enumerate(x.shape, -x.ndim) if a not in axes])[()]


def shares(g, out, x, axes, keepdims, shape):
    base = np.where(data_of(out) == -np.inf, 0, out)  # where every element is -inf, none has a share
    with np.errstate(invalid="ignore"):
        return spread(g, axes, keepdims, shape) * np.exp(x - spread(base, axes, keepdims, shape))


reduction("logsumexp", log_of_sum, shares, SPREAD + r"\odot \operatorname{{softmax}}\,{x}",
          prepare=over_axes("logsumexp", to_floats))  # fmt: skip


def along_axis(x, axis=-1):
    """Positive numbers that sum to 1 along an axis, or several: exp of each over the sum of them."""
    x = to_floats(x)
    several = isinstance(axis, (tuple, list)) or axis is None
    return (x,), ((axes_of if several else axis_of)(axis, len(shape_of(x)), "softmax"),)


def normalised(x, axis):
    wide = roomy(x)
    out = exp(wide - shift(wide, axis))
    out /= np.sum(out, axis, keepdims=True)
    return out.astype(x.dtype, copy=False)


def centred_by_shares(g, out, _x, axis):
    flow = g * out
    return flow - out * np.sum(flow, axis=axis, keepdims=True)


softmax = Structural("softmax", along_axis, normalised, centred_by_shares, shown={"axis": 0},
                     rules=r"{out}\odot({g}-\langle {g},{out}\rangle)", cases=[
    ((2, 3),), ((3,),), ((1,),), ((2, 1),), ((2, 3, 2),), ((0, 3),),
    *[((2, 3, 2), {"axis": axis}) for axis in (0, 1, -1, -2, -3, (0, -1))],
    ((2, 3), {"axis": None})])  # fmt: skip


def scores_and_labels(logits, labels):
    """The mean of -log softmax(logits)[label]; logits (…, classes), labels (…) whole numbers: one number."""
    logits = to_floats(logits)
    followed = hasattr(type(logits), "held")  # of a run that becomes a program nothing is worked out here
    scores, labels = logits if followed else data_of(logits), data_of(labels)
    labels = labels if type(labels) is np.ndarray or hasattr(labels, "held") else np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.shape != scores.shape[:-1] or not scores.ndim:
        raise ValueError(
            "softmax_cross_entropy takes logits of the shape (…, classes) and one class number per row; "
            f"received the shapes {scores.shape} and {labels.shape} of {labels.dtype}: one-hot rows become "
            "class numbers by np.argmax(rows, -1)"
        )
    if followed:
        return (logits,), (None, None, labels if hasattr(labels, "held") else labels.astype(np.int64))
    labels = labels.astype(np.int64)  # a copy, in a type that holds their products
    classes, narrow = scores.shape[-1], scores.dtype
    if scores.ndim != 2:
        scores, labels = scores.reshape(-1, classes), labels.reshape(-1)
    n = len(labels)
    if np.maximum.reduce(labels.view(np.uint64), initial=0) >= classes:  # -1 becomes huge
        raise ValueError(
            f"softmax_cross_entropy: labels are 0 … {classes - 1}; received {labels.min()} … {labels.max()}"
        )
    if narrow.kind == "O":
        chosen = np.mean(scores[counting(n), labels])
        return (logits,), (np.mean(log_of_sum(scores, (-1,), False, None)) - chosen, None, labels)
    places = labels * n + counting(n)
    half = narrow.itemsize == 2
    # A row for each class, so that reductions run along the long axis
    turned = scores.T.astype(np.float32, "C") if half else scores.T.copy()
    turned -= np.maximum.reduce(turned, 0)
    line = turned.reshape(-1)
    right = line[places]
    np.exp(turned, out=turned)
    total = np.add.reduce(turned, 0)
    loss = np.add.reduce(np.log(total) - right) / n
    turned /= total
    line[places] -= 1  # softmax minus one-hot: the derivative of the sum
    return (logits,), (narrow.type(loss), turned.T.astype(narrow) if half else turned.T, labels)


counting = short_vector(np.arange)


def loss_back(g, _out, x, _loss, slope, labels):
    if hasattr(g, "value"):  # differentiated again, the shares depend on the logits
        slope = softmax(x).reshape(slope.shape) - (np.arange(slope.shape[-1]) == labels[:, None])
    flow = divide_by_count(g, len(labels))
    return (flow.reshape((*g.shape, 1, 1)) * slope if g.ndim else flow * slope).reshape(g.shape + x.shape)


Structural("softmax_cross_entropy", scores_and_labels, lambda x, loss, slope, labels: loss, loss_back,
           rules=r"\tfrac{{{g}}}{{n}}(\operatorname{{softmax}}\,{x}-\operatorname{{one\text{{-}}hot}})",
           cases=[
    ((2, 3), [2, 0]), ((4, 3), [0, 2, 1, 2]), ((3,), 1), ((2, 2, 3), [[0, 2], [1, 1]]), ((1, 1), [0]),
    ((2, 3), np.array([0, 1], np.uint8))])  # fmt: skip
