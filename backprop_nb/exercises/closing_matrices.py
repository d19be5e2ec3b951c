"""The exercises that close the notebook on the matrix product (10)."""

from .array_questions import array, count
from .array_tasks import Part, attempts, numbers, problem_with
from .asking import choice
from .tasks import Task

__all__ = ["EXERCISES"]

NOTES = "That is the notes' rule, for Y = AX with examples in columns; here they are rows, and Y = XW. "
REVERSED = "With three axes `.T` reverses all of them; `.mT` or `swapaxes(-1, -2)` turns the matrices."
TURNED = "It is the transpose of what is asked for; and (P Q)′ = Q′ P′."
BATCH = "You forgot to sum over the batch: A is shared, and what flows back from each use is added."


def examine_product(pull):
    """10-3: both halves of the product's vJp; squares first, where every wrong transpose fits."""
    for seed, (b, k, n) in enumerate([(3, 3, 3), (5, 3, 2), (2, 4, 3), (1, 2, 4), (4, 1, 1)]):
        X, W, G = numbers(seed, b, k), numbers(seed + 50, k, n), numbers(seed + 100, b, n)
        parts = (
            Part("dX", "X", G @ W.T, wrong_left(X, W, G), {(k, b): "Is it the transpose?"}),
            Part("dW", "W", X.T @ G, wrong_right(X, W, G), {(n, k): "Is it the transpose?"}),
        )
        problem = problem_with(pull, {"X": X, "W": W, "G": G}, *parts)
        if problem:
            return problem
    return ""


def wrong_left(X, W, G):
    """Wrong gradients for X in Y = XW."""
    import numpy as np

    return attempts(
        ("A transpose is missing: G W fits on squares only.", lambda: G @ W),
        (NOTES + "W stands on the right, so its transpose does, too.", lambda: W.T @ G),
        ("The order is swapped, and a transpose is missing.", lambda: W @ G),
        (TURNED, lambda: W @ G.T),
        ("G is transposed, and W is not: turn it round.", lambda: G.T @ W),
        ("That is the gradient of W.", lambda: X.T @ G),
        ("You left out G.", lambda: np.ones_like(G) @ W.T),
        ("You divided by the number of examples; where a mean is wanted, G has it already.",
         lambda: G @ W.T / len(G)),
    )  # fmt: skip


def wrong_right(X, W, G):
    """Wrong gradients for W in Y = XW."""
    import numpy as np

    one_by_one = X[:, :, None] * G[:, None, :]
    return attempts(
        ("A transpose is missing: X G fits on squares only.", lambda: X @ G),
        (NOTES + "X stands on the left, so its transpose does, too.", lambda: G @ X.T),
        ("The order is swapped, and a transpose is missing.", lambda: G @ X),
        (TURNED, lambda: G.T @ X),
        ("G is transposed, and X is not: turn it round.", lambda: X @ G.T),
        ("That is the gradient of X.", lambda: G @ W.T),
        ("You forgot to sum over the batch: every example has a say in W.", lambda: one_by_one),
        ("That is the first example only; the batch is summed over.", lambda: one_by_one[0]),
        ("You averaged over the batch: what flows back from each use is added. Where a mean is wanted, G has "
         "it already.", lambda: X.T @ G / len(X)),
        ("You left out G.", lambda: X.T @ np.ones_like(G)),
    )  # fmt: skip


def examine_shared(shared_pull):
    """10-5: a matrix that a whole batch of matrices is multiplied by."""
    for seed, (b, m, k, n) in enumerate([(3, 3, 3, 3), (4, 2, 3, 5), (2, 3, 3, 3), (1, 2, 4, 3)]):
        A, X, G = numbers(seed, m, k), numbers(seed + 50, b, k, n), numbers(seed + 100, b, m, n)
        each = G @ X.swapaxes(-1, -2)
        parts = (
            Part("dA", "A", each.sum(axis=0), wrong_shared(X, G, each), {(b, m, k): BATCH}),
            Part("dX", "X", A.T @ G, wrong_single(A, G)),
        )
        problem = problem_with(shared_pull, {"A": A, "X": X, "G": G}, *parts)
        if problem:
            return problem
    return ""


def wrong_shared(X, G, each):
    """Wrong gradients for A in Y[i] = A X[i]; ``each`` holds what flows back from each i."""
    return attempts(
        (BATCH, lambda: each),
        ("You averaged over the batch; what flows back from each use is added.", lambda: each.mean(axis=0)),
        ("That is the first of the batch only; A is used by all.", lambda: each[0]),
        (TURNED, lambda: each.sum(axis=0).T),
        (REVERSED, lambda: (G @ X.T).sum(axis=0)),
        (REVERSED + " And sum over the batch.", lambda: G @ X.T),
        ("A transpose is missing: G X fits on squares only.", lambda: (G @ X).sum(axis=0)),
        ("The order is swapped: A stands on the left, and so does G.",
         lambda: (X.swapaxes(-1, -2) @ G).sum(axis=0)),
    )  # fmt: skip


def wrong_single(A, G):
    """Wrong gradients for X in Y[i] = A X[i]."""
    import numpy as np

    return attempts(
        ("A transpose is missing: A G fits on squares only.", lambda: A @ G),
        ("The order is swapped: A stands on the left, and so does A′.", lambda: G @ A.T),
        ("You summed over the batch; each X is used once, and has a gradient of its own.",
         lambda: (A.T @ G).sum(axis=0)),
        ("You left out G.", lambda: A.T @ np.ones_like(G)),
    )  # fmt: skip


def product_by_hand():
    """10-4: A'G where every wrong transpose fits."""
    import numpy as np

    A, X, G = np.array([[1, 2], [0, 3]]), np.array([[2, 1], [1, -1]]), np.array([[1, 4], [2, -1]])
    return array(
        "`Y = A X` with `A = [[1, 2], [0, 3]]`, `X = [[2, 1], [1, -1]]`, and Y has received "
        "`G = [[1, 4], [2, -1]]`. What flows back to X?",
        A.T @ G, "X", {
            "You forgot the transpose: that is A G, which fits on squares only.": A @ G,
            "The order is swapped: A stands on the left in A X, and so does A′.": G @ A.T,
            "The order is swapped, and the transpose forgotten.": G @ A,
            "That is what flows back to A, G X′.": G @ X.T,
            TURNED: G.T @ A,
            "You transposed G as well.": A.T @ G.T,
            "You multiplied entry by entry; A′ G is a product of matrices.": A.T * G,
            "That is A X, the value forward.": A @ X},
        says="A′ G.")  # fmt: skip


# fmt: off
EXERCISES = {
    "10-1": lambda: choice(
        "By shapes alone: Y = X W, X is 5 × 3, W is 3 × 2, and so G is 5 × 2. The gradient of W has W's "
        "shape. Which product can it be?", ["`X G`", "`X′ G`", "`G′ X`", "`G X′`"], right="`X′ G`", why={
            "`X′ G`": "(3 × 5)(5 × 2) is 3 × 2, and nothing else of X and G is.",
            "`X G`": "(5 × 3)(5 × 2) cannot be multiplied: the inner lengths are 3 and 5.",
            "`G′ X`": "(2 × 5)(5 × 3) is 2 × 3: the transpose of W's shape.",
            "`G X′`": "(5 × 2)(3 × 5) cannot be multiplied: it is the notes' form, examples in columns."}),
    "10-2": lambda: choice(
        "Many libraries store weights as out × in: Y = X W′, X is 5 × 3, W is 2 × 3, G is 5 × 2. What is "
        "the gradient of W?", ["`X′ G`", "`G′ X`", "`G X`", "`X G′`"], right="`G′ X`", why={
            "`G′ X`": "(2 × 5)(5 × 3) is 2 × 3, the shape of W.",
            "`X′ G`": "(3 × 5)(5 × 2) is 3 × 2: the gradient of W′, so its transpose is missing.",
            "`G X`": "(5 × 2)(5 × 3) cannot be multiplied: a transpose is missing.",
            "`X G′`": "(5 × 3)(2 × 5) cannot be multiplied: the inner lengths are 3 and 2."}),
    "10-3": lambda: Task(
        "`Y = X @ W`, one example a row, and G, of Y's shape, has arrived. Return what flows back to X and "
        "to W, as a pair. It is tried on squares and on other shapes.",
        "def pull(X, W, G):\n    return None", examine_product,
        "G W′ and X′ G: each operand's gradient has its shape, and X′ G sums over the batch by itself."),
    "10-4": product_by_hand,
    "10-5": lambda: Task(
        "One matrix A for a batch: X has three axes, and `Y = A @ X` multiplies every `X[i]` by A. G, of Y's "
        "shape, has arrived. Return what flows back to A and to X, as a pair.",
        "def shared_pull(A, X, G):\n    return None", examine_shared,
        "A is copied forward, so its gradient is a sum backward; each X[i] gets A′ G[i]."),
    "10-6": lambda: count(
        "A and X are 100 × 100. The explicit Jacobian of A X times g, all its entries used, takes how many "
        "times the multiplications of A′ G?", 100, {
            "You left out the zeros: without them it is as many.": 1,
            "You compared the entries: n⁴ of the Jacobian, n² of A. A′ G takes n³ multiplications.": 10_000,
            "That is the number of its multiplications, n⁴; asked is how many times n³ that is.": 10**8,
            "That is n³, the multiplications of A′ G.": 10**6}),
}
# fmt: on
