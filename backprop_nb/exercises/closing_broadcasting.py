"""The exercises that close the notebook on broadcasting and reductions (11)."""

from .array_questions import array, count
from .array_tasks import Part, attempts, numbers, problem_with
from .tasks import Task

__all__ = ["EXERCISES"]

UNSUMMED = "You forgot to sum over the batch: b is copied to every row, and what comes back is added."
KEPT = "The axis that was summed over is still there: leave out `keepdims`."
OVERFLOW = (
    "For small logits it is right; in the thousands exp overflows, and nan comes out. Take each row's "
    "largest logit off before exp: the softmax does not change by that."
)
MEAN = "You took the mean; copies are added up. Where a mean is wanted, g has it already."


def examine_bias(bias_pull):
    """11-2: the gradient of a bias that every row uses."""
    for seed, (n, k) in enumerate([(4, 3), (3, 3), (1, 3), (5, 1)]):
        G = numbers(seed, n, k)
        part = Part("db", "b", G.sum(axis=0), wrong_bias(G), {(n, k): UNSUMMED, (1, k): KEPT})
        problem = problem_with(bias_pull, {"G": G}, part)
        if problem:
            return problem
    return ""


def wrong_bias(G):
    """Wrong gradients for a bias that every row of the batch uses."""
    n, k = G.shape
    return attempts(
        (UNSUMMED, lambda: G),
        ("You summed over the features, axis 1; the batch is axis 0.", lambda: G.sum(axis=1)),
        (KEPT, lambda: G.sum(axis=0, keepdims=True)),
        (MEAN, lambda: G.mean(axis=0)),
        ("You added up everything: each feature has a bias of its own.", G.sum),
        ("That is the first row only; every row uses b.", lambda: G[0]),
        ("You counted the rows and left out G.", lambda: [float(n)] * k),
        ("You left out G.", lambda: [1.0] * k),
    )


CASES = (  # the shape of g, the shape of the operand
    ((4, 3), (3,)),
    ((4, 3), (1, 3)),
    ((4, 3), (4, 1)),
    ((3, 3), (3, 1)),
    ((4, 3), (4, 3)),
    ((4, 3), ()),
    ((4, 3), (1, 1)),
    ((2, 4, 3), (4, 1)),
    ((2, 4, 3), (2, 1, 3)),
    ((1, 3), (3,)),
    ((1, 3), (1, 3)),
)


def examine_unbroadcast(unbroadcast):
    """11-8: copying forward is summing backward, for every pair of shapes."""
    for seed, (full, shape) in enumerate(CASES):
        g = numbers(seed, *full)
        added = tuple(range(len(full) - len(shape)))
        stretched = tuple(
            axis for axis, short in enumerate(shape, len(added)) if short == 1 and full[axis] > 1
        )
        right = g.sum(axis=added + stretched).reshape(shape)
        part = Part("what flows back", "the operand", right, wrong_sums(g, right, added, stretched))
        where = f"For g of shape {full} and an operand of shape {shape}"
        problem = problem_with(unbroadcast, {"g": g, "shape": shape}, part, where=where)
        if problem:
            return problem
    return ""


def wrong_sums(g, right, added, stretched):
    """Wrong ways back through broadcasting, with the axes that it added and stretched."""
    copies, both = g.size // right.size, added + stretched
    return attempts(
        ("Nothing is summed: copying forward is summing backward.", lambda: g),
        ("A stretched axis, of length 1, keeps its place: sum with `keepdims=True` there.",
         lambda: g.sum(axis=both)),
        ("The axes that were added in front are gone in the operand: sum without `keepdims` there.",
         lambda: g.sum(axis=both, keepdims=True)),
        ("You summed the axes added in front; those of length 1 were stretched, and are summed, too.",
         lambda: g.sum(axis=added)),
        ("You summed the stretched axes; those added in front are summed, too.",
         lambda: g.sum(axis=stretched, keepdims=True)),
        ("You took the mean; copies are added up.", lambda: right / copies),
        ("You counted the copies twice: their sum has each of them already.", lambda: right * copies),
        ("That is one of the copies; what comes back from all of them is added.",
         lambda: first_copy(g, both).reshape(right.shape)),
        ("You added up everything: the operand has its own axes.", g.sum),
        ("The sum is along the wrong axis.", lambda: g.sum(axis=0, keepdims=True)),
        ("The sum is along the wrong axis.", lambda: g.sum(axis=-1)),
        ("The sum is along the wrong axis.", lambda: g.sum(axis=-1, keepdims=True)),
    )  # fmt: skip


def first_copy(g, axes):
    """The entries of ``g`` at 0 along the axes."""
    return g[tuple(0 if axis in axes else slice(None) for axis in range(g.ndim))]


def probabilities(logits, axis=-1):
    """The softmax."""
    import numpy as np

    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def examine_cross_entropy(pull):
    """11-7: the gradient of the mean softmax cross-entropy; large logits last."""
    import numpy as np

    for seed, (n, classes, scale) in enumerate([(4, 3, 1), (3, 3, 1), (1, 4, 1), (2, 3, 1000)]):
        logits = numbers(seed, n, classes) * scale
        labels = np.random.default_rng(seed).integers(0, classes, n)
        hit = np.eye(classes)[labels]
        right = (probabilities(logits) - hit) / n
        part = Part("what flows back", "the logits", right, wrong_cross_entropy(logits, hit))
        problem = problem_with(pull, {"logits": logits, "labels": labels}, part)
        if problem:
            return OVERFLOW if scale > 1 and "nan" in problem else problem
    return ""


def wrong_cross_entropy(logits, hit):
    """Wrong gradients of the mean softmax cross-entropy; ``hit`` has 1 at each row's label."""
    p, n = probabilities(logits), len(logits)
    return attempts(
        ("The loss is a mean over the rows: divide by their number.", lambda: p - hit),
        ("You divided by the number of all entries; the mean is over the rows.", lambda: (p - hit) / p.size),
        ("You divided by the number of classes; the mean is over the rows.", lambda: (p - hit) / p.shape[1]),
        ("The sign is turned round: it is p less the one-hot row, so that a step down raises the label's "
         "logit.", lambda: (hit - p) / n),
        ("The sign is turned round, and the mean over the rows forgotten.", lambda: hit - p),
        ("You forgot the labels: at each label, 1 is taken off.", lambda: p / n),
        ("You forgot the labels, and the mean over the rows.", lambda: p),
        ("The softmax goes along each row, axis 1; yours went down the columns.",
         lambda: (probabilities(logits, 0) - hit) / n),
        ("The softmax goes along each row; yours took all entries together.",
         lambda: (probabilities(logits.ravel()).reshape(p.shape) - hit) / n),
        ("You took 1 off everywhere; it is taken off at the label of each row.", lambda: (p - 1) / n),
        ("That is -1/p at the labels, the derivative by the probabilities; the softmax comes before them.",
         lambda: -hit / p / n),
        ("You took the logits themselves for probabilities; softmax makes those of them.",
         lambda: (logits - hit) / n),
    )  # fmt: skip


def bias_by_hand():
    """11-1: a bias gradient from given numbers."""
    return array(
        "`Y = X @ W + b`, and Y has received `G = [[1, 2], [3, 4], [5, 6]]`: three examples, two features. "
        "What is the gradient of b?", [9, 12], "b", {
            UNSUMMED: [[1, 2], [3, 4], [5, 6]],
            "You summed over the features; the batch is axis 0, down the columns.": [3, 7, 11],
            MEAN: [3, 4],
            "You added up everything: each feature has a bias of its own.": 21,
            "You left out G: that is how often each bias is used.": [3, 3],
            "You left out G.": [1, 1],
            KEPT: [[9, 12]]}, {(3, 2): UNSUMMED},
        says="Copied to every row forward, summed over the rows backward.")  # fmt: skip


def tied():
    """11-5: the maximum of equal elements."""
    return array(
        "`y = bp.max(x)` for `x = [3, 7, 7, 1]`, and y has received 1. What does this package hand back to "
        "x?", [0, 1, 0, 0], "x", {
            "Either alone would have all of it; but both together make 2: counted twice.": [0, 1, 1, 0],
            "Shared equally: some libraries do, and it is as good a choice. Here the first takes all.":
                [0, 0.5, 0.5, 0],
            "One of the two takes all; here it is the first.": [0, 0, 1, 0],
            "You put the maximum itself there: what flows back is the 1 that y has received.": [0, 7, 0, 0],
            "That is the value of y, not what flows back.": 7,
            "Only an element that is the maximum has a say in it.": [1, 1, 1, 1]},
        says="At a tie there is no derivative; the package chooses that the first takes all.")  # fmt: skip


def loss_by_hand():
    """11-6: the gradient of a softmax cross-entropy."""
    return array(
        "A softmax has given the probabilities `[0.2, 0.5, 0.3]`, and the label is 1, the second. What is "
        "the gradient of the cross-entropy by the logits?", [0.2, -0.5, 0.3], "the logits", {
            "You forgot the label: at it, 1 is taken off.": [0.2, 0.5, 0.3],
            "The sign is turned round: p less the one-hot row.": [-0.2, 0.5, -0.3],
            "That is the derivative by the probabilities, -1/p at the label; the softmax comes before them.":
                [0, -2, 0],
            "You counted classes from 1: label 1 is the second.": [-0.8, 0.5, 0.3],
            "You took it off at the last class: label 1 is the second.": [0.2, 0.5, -0.7],
            "That is the label's entry alone; every logit changes the label's probability.": [0, -0.5, 0],
            "You took 1 off everywhere; it is taken off at the label alone.": [-0.8, -0.5, -0.7],
            "That is the loss's argument: -log of it is the value, not the gradient.": 0.5},
        says="p - one-hot: it adds up to 0, and pushes the label's logit up.")  # fmt: skip


# fmt: off
EXERCISES = {
    "11-1": bias_by_hand,
    "11-2": lambda: Task(
        "`Y = X @ W + b`: b is copied to every row of the batch. G, of Y's shape (batch, features), has "
        "arrived. Return what flows back to b.",
        "def bias_pull(G):\n    return None", examine_bias,
        "Copied forward, summed backward: the batch axis is gone, as it is in b."),
    "11-3": lambda: count(
        "x is 3 × 1, and `Y = x + x′` is 3 × 3 by broadcasting. Y has received ones everywhere. What flows "
        "back to each element of x?", 6, {
            "That is one use of x; it stands on both sides, and what both receive is added.": 3,
            "You counted the diagonal once; y_ii = x_i + x_i uses x_i twice, and both count.": 5,
            "You left out broadcasting: each x_i is copied three times on either side.": 2,
            "You added up the whole of G; an element of x reaches one row and one column.": 9,
            "That is for all of x together.": 18,
            "You counted twice: the row's 3 and the column's 3 are all there is.": 12}),
    "11-4": lambda: count(
        "`L = mean(Y)`, Y is 4 × 5. What does each element of Y receive?", 1 / 20, {
            "That is the sum's; a mean is divided by the number of elements.": 1,
            "You divided by the rows only; `mean` without an axis is over all elements.": 1 / 4,
            "You divided by the columns only; `mean` without an axis is over all elements.": 1 / 5,
            "Upside down: a mean divides by the number of elements.": 20}),
    "11-5": tied,
    "11-6": loss_by_hand,
    "11-7": lambda: Task(
        "The mean over the rows of the softmax cross-entropy: `logits` is (rows, classes), `labels` holds "
        "a class for each row, counted from 0. Return the gradient by the logits. It is tried on large "
        "logits, too.",
        "def cross_entropy_pull(logits, labels):\n    return None", examine_cross_entropy,
        "(softmax - one-hot) / rows: one formula, and nothing of it overflows."),
    "11-8": lambda: Task(
        "An operand of shape `shape` was broadcast, and g is what has come back, in the full shape. Return "
        "what flows back to the operand, for any shapes.",
        "def unbroadcast(g, shape):\n    return None", examine_unbroadcast,
        "Axes added in front vanish, stretched ones become 1 again, and all of them are summed."),
}
# fmt: on
