"""What training makes small, as plain functions; and what it is judged by."""

from ..core.primitives import Primitive

__all__ = ["accuracy", "cross_entropy", "logistic", "max_margin", "mean_squared"]

def mean(values):
    """The mean of an array's elements, or of a list of numbers."""
    return values.mean() if hasattr(values, "mean") else sum(values) / len(values)


def mean_squared(predicted, wanted):
    """The mean of the squared differences of two arrays of one shape.

    >>> import numpy as np
    >>> float(mean_squared(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    if getattr(predicted, "shape", ()) != getattr(wanted, "shape", ()):
        raise ValueError(
            f"mean_squared takes two arrays of one shape; received {getattr(predicted, 'shape', ())} and "
            f"{getattr(wanted, 'shape', ())}: broadcasting would compare each with all. "
            "Try predicted.reshape(wanted.shape)"
        )
    return mean((predicted - wanted) ** 2)


def cross_entropy(scores, labels):
    """The mean of −log of the softmax at each row's label; scores (…, classes), labels (…)."""
    from ..arrays.structural import Structural

    return Structural.table["softmax_cross_entropy"](scores, labels)


def max_margin(scores, signs):
    """The mean of relu(1 − sign·score): 0 once every score has its sign with a margin of 1.

    scores, signs: two lists of numbers, or two arrays of one shape; signs are −1 and 1

    >>> max_margin([2.0, 0.5], [1, -1])
    0.75
    """
    relu = Primitive.table["relu"]
    if hasattr(scores, "mean"):
        return relu(1 - signs * scores).mean()
    return mean([relu(1 - sign * score) for score, sign in zip(scores, signs, strict=True)])


def logistic(scores, signs):
    """The mean of log(1 + e^(−sign·score)), the smooth sister of ``max_margin``: never quite 0.

    >>> round(logistic([0.0, 3.0], [1, 1]), 4)
    0.3709
    """
    softplus = Primitive.table["softplus"]
    if hasattr(scores, "mean"):
        return softplus(-signs * scores).mean()
    return mean([softplus(-sign * score) for score, sign in zip(scores, signs, strict=True)])


def accuracy(scores, labels):
    """The share of rows whose highest score stands at their label.

    >>> import numpy as np
    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    right = scores.argmax(-1) == labels
    return float(right.mean())
