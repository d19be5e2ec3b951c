"""Notebook 11, broadcasting and reductions."""

from dataclasses import replace

from .. import array, count
from ..bank import register
from ..tasks import Task
from ..trials import Trials, draw_arrays

__all__ = []

UNSUMMED_ROWS = "You forgot to sum over the batch: b is copied to every row, and what comes back is added."
AXIS_KEPT = "The axis that was summed over is still there: leave out `keepdims`."
TOOK_MEAN = "You took the mean; copies are added up. Where a mean is wanted, g has it already."
OVERFLOW = (
    "For small logits it is right; in the thousands exp overflows, and nan comes out. Take each row's "
    "largest logit off before exp: the softmax does not change by that."
)

# fmt: off
register("11-1", lambda: array(
    "`Y = X @ W + b`, and Y has received `G = [[1, 2], [3, 4], [5, 6]]`: three examples, two features. "
    "What is the gradient of b?", [9, 12], "b", {
        UNSUMMED_ROWS: [[1, 2], [3, 4], [5, 6]],
        "You summed over the features; the batch is axis 0, down the columns.": [3, 7, 11],
        TOOK_MEAN: [3, 4],
        "You added up everything: each feature has a bias of its own.": 21,
        "You left out G: that is how often each bias is used.": [3, 3],
        "You left out G.": [1, 1],
        AXIS_KEPT: [[9, 12]]}, {(3, 2): UNSUMMED_ROWS},
    says="Copied to every row forward, summed over the rows backward."))

register("11-2", lambda: Task(
    "`Y = X @ W + b`: b is copied to every row of the batch. G, of Y's shape (batch, features), has "
    "arrived. Return what flows back to b.",
    "bias_pull(G)", Trials(
        lambda: (draw_arrays(i, G=shape) for i, shape in enumerate([(4, 3), (3, 3), (1, 3), (5, 1)])),
        lambda G: G.sum(axis=0), {
            UNSUMMED_ROWS: lambda G: G,
            "You summed over the features, axis 1; the batch is axis 0.": lambda G: G.sum(axis=1),
            AXIS_KEPT: lambda G: G.sum(axis=0, keepdims=True),
            TOOK_MEAN: lambda G: G.mean(axis=0),
            "You added up everything: each feature has a bias of its own.": lambda G: G.sum(),
            "That is the first row only; every row uses b.": lambda G: G[0],
            "You counted the rows and left out G.": lambda G: [float(len(G))] * G.shape[1],
            "You left out G.": lambda G: [1.0] * G.shape[1],
        }, parts={"db": "b"}, by_shape=(UNSUMMED_ROWS, AXIS_KEPT)),
    "Copied forward, summed backward: the batch axis is gone, as it is in b."))

register("11-3", lambda: count(
    "x is 40 × 1, and `Y = x + x′` is 40 × 40 by broadcasting. Y has received ones everywhere. What flows "
    "back to each element of x?", 80, {
        "That is one use of x; it is on both sides, and what both receive is added.": 40,
        "You counted the diagonal once; y_ii = x_i + x_i uses x_i twice, and both count.": 79,
        "You left out broadcasting: each x_i is copied 40 times on either side.": 2,
        "You added up the whole of G; an element of x reaches one row and one column.": 1600,
        "That is for all of x together.": 3200,
        "You counted twice: the row's 40 and the column's 40 are all there is.": 160}))

register("11-4", lambda: count(
    "`m = mean(Y)`, Y is 4 × 5, and m has received 7. What does each element of Y receive?", 7 / 20, {
        "That is the sum's; a mean is divided by the number of elements.": 7,
        "You divided by the rows only; `mean` without an axis is over all elements.": 7 / 4,
        "You divided by the columns only; `mean` without an axis is over all elements.": 7 / 5,
        "You left out the 7 that m has received.": 1 / 20,
        "Upside down: a mean divides by the number of elements.": 20 / 7,
        "You multiplied; a mean divides by the number of elements.": 7 * 20}))

register("11-5", lambda: array(
    "`y = bp.max(x)` for `x = [3, 7, 7, 1]`, and y has received 1. What does this package hand back to "
    "x?", [0, 1, 0, 0], "x", {
        "Either alone would have all of it; but both together make 2: counted twice.": [0, 1, 1, 0],
        "Shared equally: some libraries do, and it is as good a choice. Here the first takes all.":
            [0, 0.5, 0.5, 0],
        "One of the two takes all; here it is the first.": [0, 0, 1, 0],
        "You put the maximum itself there: what flows back is the 1 that y has received.": [0, 7, 0, 0],
        "That is the value of y, not what flows back.": 7,
        "Only an element that is the maximum has a say in it.": [1, 1, 1, 1]},
    says="At a tie there is no derivative; the package chooses that the first takes all."))

register("11-6", lambda: array(
    "A softmax has given the probabilities `[0.2, 0.5, 0.3]`, and the label is 1, the second. What is "
    "the gradient of the cross-entropy with respect to the logits?", [0.2, -0.5, 0.3], "the logits", {
        "You forgot the label: at it, 1 is taken off.": [0.2, 0.5, 0.3],
        "The sign is reversed: p less the one-hot row.": [-0.2, 0.5, -0.3],
        "That is -1/p at the label, the derivative with respect to the probabilities, not the logits.":
            [0, -2, 0],
        "You counted classes from 1: label 1 is the second.": [-0.8, 0.5, 0.3],
        "You took it off at the last class: label 1 is the second.": [0.2, 0.5, -0.7],
        "That is the label's entry alone; every logit changes the label's probability.": [0, -0.5, 0],
        "You took 1 off everywhere; it is taken off at the label alone.": [-0.8, -0.5, -0.7],
        "That is the loss's argument: -log of it is the value, not the gradient.": 0.5},
    says="p - one-hot: it adds up to 0, and pushes the label's logit up."))


def draw_logits(*cases):
    """Arguments of the task below, for each case (rows, classes, size of the logits)."""
    import numpy as np

    for seed, (n, classes, scale) in enumerate(cases):
        logits = draw_arrays(seed, logits=(n, classes))["logits"] * scale
        yield {"logits": logits, "labels": np.random.default_rng(seed).integers(0, classes, n)}


def cross_entropy_trials():
    """The gradient that is asked for below, and what the slips give."""
    import numpy as np

    def softmax(z, axis=-1):
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    def one_hot(z, labels):
        return np.eye(z.shape[1])[labels]

    def summed(z, labels):  # the gradient of the sum over the rows
        return softmax(z) - one_hot(z, labels)

    def right(z, labels):
        return summed(z, labels) / len(z)

    return Trials(lambda: draw_logits((4, 3, 1), (3, 3, 1), (1, 4, 1)), right, {
        "The loss is a mean over the rows: divide by their number.": summed,
        "You divided by the number of all entries; the mean is over the rows.":
            lambda z, labels: summed(z, labels) / z.size,
        "You divided by the number of classes; the mean is over the rows.":
            lambda z, labels: summed(z, labels) / z.shape[1],
        "The sign is reversed: it is p less the one-hot row, so that a step down raises the label's logit.":
            lambda z, labels: -right(z, labels),
        "The sign is reversed, and the mean over the rows forgotten.": lambda z, labels: -summed(z, labels),
        "You forgot the labels: at each label, 1 is taken off.": lambda z, labels: softmax(z) / len(z),
        "You forgot the labels, and the mean over the rows.": lambda z, labels: softmax(z),
        "The softmax goes along each row, axis 1; yours went down the columns.":
            lambda z, labels: (softmax(z, 0) - one_hot(z, labels)) / len(z),
        "The softmax goes along each row; yours took all entries together.":
            lambda z, labels: (softmax(z.ravel()).reshape(z.shape) - one_hot(z, labels)) / len(z),
        "You took 1 off everywhere; it is taken off at the label of each row.":
            lambda z, labels: (softmax(z) - 1) / len(z),
        "That is -1/p at the labels, the derivative with respect to the probabilities, not the logits.":
            lambda z, labels: -one_hot(z, labels) / softmax(z) / len(z),
        "You took the logits themselves for probabilities; softmax makes those of them.":
            lambda z, labels: (z - one_hot(z, labels)) / len(z),
    }, parts={"what flows back": "the logits"})


@register("11-7")
def cross_entropy_task():
    small = cross_entropy_trials()

    def find_overflow(pull):
        problem = replace(small, calls=lambda: draw_logits((2, 3, 1000)))(pull)
        return OVERFLOW if "nan" in problem else problem

    return Task(
        "The mean over the rows of the softmax cross-entropy: `logits` is (rows, classes), `labels` holds "
        "a class for each row, counted from 0. Return the gradient with respect to the logits. It is tried "
        "on large logits, too.", "cross_entropy_pull(logits, labels)", replace(small, also=find_overflow),
        "(softmax - one-hot) / rows: one formula, and nothing of it overflows.")

BROADCASTS = (  # the shape of g, the shape of the operand
    ((4, 3), (3,)), ((4, 3), (1, 3)), ((4, 3), (4, 1)), ((3, 3), (3, 1)), ((4, 3), (4, 3)), ((4, 3), ()),
    ((4, 3), (1, 1)), ((2, 4, 3), (4, 1)), ((2, 4, 3), (2, 1, 3)), ((1, 3), (3,)), ((1, 3), (1, 3)),
)


def find_copied_axes(g, shape, added=True, stretched=True):
    """The axes along which an operand of this shape was copied: those added in front, those stretched."""
    front = g.ndim - len(shape)
    long = [i for i, length in enumerate(shape, front) if length == 1 < g.shape[i]]
    return (*range(front * added), *(long * stretched))


def sum_copies(g, shape):
    """What flows back to an operand of this shape."""
    return g.sum(axis=find_copied_axes(g, shape)).reshape(shape)


def first_copy(g, shape):
    """What flows back from one of the copies alone."""
    axes = find_copied_axes(g, shape)
    return g[tuple(0 if axis in axes else slice(None) for axis in range(g.ndim))].reshape(shape)


register("11-8", lambda: Task(
    "An operand of shape `shape` was broadcast, and g is what has come back, in the full shape. Return "
    "what flows back to the operand, for any shapes.", "unbroadcast(g, shape)", Trials(
        lambda: (draw_arrays(i, g=full) | {"shape": shape} for i, (full, shape) in enumerate(BROADCASTS)),
        sum_copies, {
            "Nothing is summed: copying forward is summing backward.": lambda g, shape: g,
            "A stretched axis, of length 1, keeps its place: sum with `keepdims=True` there.":
                lambda g, shape: g.sum(axis=find_copied_axes(g, shape)),
            "The axes that were added in front are gone in the operand: sum without `keepdims` there.":
                lambda g, shape: g.sum(axis=find_copied_axes(g, shape), keepdims=True),
            "You summed the axes added in front; those of length 1 were stretched, and are summed, too.":
                lambda g, shape: g.sum(axis=find_copied_axes(g, shape, stretched=False)),
            "You summed the stretched axes; those added in front are summed, too.":
                lambda g, shape: g.sum(axis=find_copied_axes(g, shape, added=False), keepdims=True),
            "You took the mean; copies are added up.":
                lambda g, shape: g.mean(axis=find_copied_axes(g, shape)).reshape(shape),
            "You counted the copies twice: their sum has each of them already.":
                lambda g, shape: sum_copies(g, shape) * (g.size / sum_copies(g, shape).size),
            "That is one of the copies; what comes back from all of them is added.": first_copy,
            "You added up everything: the operand has its own axes.": lambda g, shape: g.sum(),
            "The sum is along the wrong axis.": (
                lambda g, shape: g.sum(axis=0, keepdims=True), lambda g, shape: g.sum(axis=-1),
                lambda g, shape: g.sum(axis=-1, keepdims=True)),
        }, "For g of shape {g.shape} and an operand of shape {shape}", {"what flows back": "the operand"}),
    "Axes added in front vanish, stretched ones become 1 again, and all of them are summed."))
