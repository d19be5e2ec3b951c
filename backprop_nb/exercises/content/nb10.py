"""Notebook 10, the matrix product."""

from .. import amount, array, choice, count, shape
from ..bank import register
from ..tasks import Task
from ..trials import Trials, draw_arrays

__all__ = []

NOTES_RULE = "That is the notes' rule, for Y = AX with examples in columns; here they are rows, and Y = XW. "
ALL_REVERSED = "With three axes `.T` reverses all of them; `.mT` or `swapaxes(-1, -2)` turns the matrices."
TRANSPOSE_ASKED = "It is the transpose of what is asked for; and (P Q)′ = Q′ P′."
UNSUMMED_USES = "You forgot to sum over the batch: A is shared, and what flows back from each use is added."

# fmt: off
register("10-a", claim="N33", make=lambda: shape(
    "F(X) = A X, A is 4 × 2, X is 2 × 3. Keep all axes: what shape does ∂F/∂X have in the notes' order, "
    "input axes first?", (2, 3, 4, 3), {
        (4, 3, 2, 3): "That is the usual order, the output's axes first.",
        (6, 12): "Those are the right numbers as a matrix, with vec twice; here all axes are kept.",
        (12, 6): "Those are the right numbers as a matrix, in the usual layout; here all axes are kept.",
        (2, 4): "That is A′'s shape, what the Jacobian of A x has: X has several columns.",
        (4, 2): "That is A's shape; but every entry of X has a partial for each entry of F.",
        (2, 3): "That is the gradient's shape, where the output is one number.",
        (4, 3): "That is F's shape."},
    "A partial for every entry of X and every entry of F: 6 times 12 of them."))

register("10-c", claim="N34", make=lambda: amount(
    "F(X) = A X, all matrices n × n: ∂F/∂X holds n⁴ numbers. For n = 1024 in float32, how many TiB?",
    4, "TiB", {
        "You took one byte a number; float32 takes 4.": 1,
        "You took float64; float32 takes 4 bytes.": 8,
        "That is in TB, in powers of 1000.": 4 * 1.024**4,
        "That is in GiB.": 4096,
        "That is n³ numbers; it is one for every pair of an entry of X and an entry of F, n⁴.": 4 / 1024,
        "That is n² numbers, a matrix like X.": 4 / 1024**2}))

register("10-d", claim="N35", make=lambda: count(
    "F(X) = A X, all matrices 4 × 4, and A has no zeros. How many of the 4⁴ = 256 entries of ∂F/∂X are "
    "not 0?", 64, {
        "That is how many different numbers there are, those of A; each comes n times.": 16,
        "All of them would be; but a column of F depends on the same column of X alone.": 256,
        "That is the number of blocks that are not 0; each of them is a whole A′.": 4,
        "Those are the zeros.": 192}))

register("10-e", claim="N36", make=lambda: array(
    "a = `[1, 4]`, x = `[3, 1]`. What is ∂⟨a ⊙ x, x⟩/∂x? Both sides move with x.", [6, 8], "x", {
        "You kept the right side constant: the product rule has two addends, one for each side.": [3, 4],
        "You left a out.": [6, 2],
        "You left x out.": [2, 8],
        "That is a, without x: each side brings a factor x.": [1, 4],
        "That is the value of the inner product.": 13},
    says="(∂f/∂x) g + (∂g/∂x) f: a ⊙ x twice."))

register("10-f", claim="N37", make=lambda: array(
    "a = `[2, -1]`, x = `[7, 3]`, and g = `[1, 4]` is held fixed. What is ∂⟨a ⊙ x, g⟩/∂x?",
    [2, -4], "x", {
        "That is a ⊙ x: you held the wrong side fixed.": [14, -3],
        "That is the derivative with respect to a.": [7, 12],
        "You left out g.": [2, -1],
        "You left out a.": [1, 4],
        "That is the value of the inner product; its derivative has a number per input.": 2,
        "You added what belongs to two inputs.": -2},
    says="a ⊙ g: the vJp, and x is not in it."))

register("10-b", claim="N38", make=lambda: array(
    "What is vec `[[1, 2], [3, 4]]`?", [1, 3, 2, 4], "", {
        "That is row by row, the order of NumPy's `ravel`; vec stacks the columns.": [1, 2, 3, 4],
        "That is row by row, the order of NumPy's `ravel`; vec stacks the columns, one below the other.":
            [[1], [2], [3], [4]],
        "That is the transpose; vec makes a vector of it, too.": [[1, 3], [2, 4]],
        "The columns are stacked from the left: 1 and 3 come first.": [2, 4, 1, 3]},
    says="First column, then second."))

register("10-g", claim="N39", make=lambda: count(
    "A = `[[1, 2], [3, 4]]`, B = `[[5, 6], [7, 8]]`. What is tr(A′B)?", 70, {
        "That is tr(A B): the transpose is missing.": 69,
        "That is tr(A) tr(B).": 65,
        "You took the diagonals only, 1·5 + 4·8; a row of A′ meets a whole column of B.": 37,
        "You added up all of A′B; the trace is its diagonal.": 26 + 30 + 38 + 44,
        "You added the entries; in an inner product they are multiplied in pairs.": 36,
        "That is tr(A) + tr(B).": 18}))

register("10-h", claim="N40", make=lambda: choice(
    "X and A are 2 × 3. What is ∂tr(X′A)/∂X?", right="`A`", why={
        "`A`": "tr(X′A) adds up x_ij a_ij: the partial with respect to x_ij is a_ij.",
        "`A′`": "That is 3 × 2; the gradient with respect to X has the shape of X, 2 × 3.",
        "`X`": "That is the derivative with respect to A.",
        "`X′A`": "The trace of it is the value; it is linear in X, so no X is left in the derivative."}))

register("10-i", claim="N41", make=lambda: choice(
    "A is 2 × 3, X is 3 × 5, so A X and G are 2 × 5. What is ∂⟨A X, G⟩/∂X? Only one of these has X's "
    "shape.", right="`A′ G`", why={
        "`A G`": "(2 × 3)(2 × 5) cannot be multiplied: the transpose is missing.",
        "`A′ G`": "(3 × 2)(2 × 5) is 3 × 5.",
        "`G A′`": "(2 × 5)(3 × 2) cannot be multiplied: the order is swapped.",
        "`G′ A`": "(5 × 2)(2 × 3) is 5 × 3: the transpose of it."}))

register("10-1", lambda: choice(
    "By shapes alone: Y = X W, X is 5 × 3, W is 3 × 2, and so G is 5 × 2. The gradient of W has W's "
    "shape. Which product can it be?", right="`X′ G`", why={
        "`X G`": "(5 × 3)(5 × 2) cannot be multiplied: the inner lengths are 3 and 5.",
        "`X′ G`": "(3 × 5)(5 × 2) is 3 × 2, and nothing else of X and G is.",
        "`G′ X`": "(2 × 5)(5 × 3) is 2 × 3: the transpose of W's shape.",
        "`G X′`": "(5 × 2)(3 × 5) cannot be multiplied: it is the notes' form, examples in columns."}))

register("10-2", lambda: choice(
    "Many libraries store weights as out × in: Y = X W′, X is 5 × 3, W is 2 × 3, G is 5 × 2. What is "
    "the gradient of W?", right="`G′ X`", why={
        "`X′ G`": "(3 × 5)(5 × 2) is 3 × 2: the gradient of W′, so its transpose is missing.",
        "`G′ X`": "(2 × 5)(5 × 3) is 2 × 3, the shape of W.",
        "`G X`": "(5 × 2)(5 × 3) cannot be multiplied: a transpose is missing.",
        "`X G′`": "(5 × 3)(2 × 5) cannot be multiplied: the inner lengths are 3 and 2."}))


register("10-3", lambda: Task(
    "`Y = X @ W`, one example a row, and G, of Y's shape, has arrived. Return what flows back to X and "
    "to W, as a pair. It is tried on squares and on other shapes.", "pull(X, W, G)", Trials(
        lambda: (draw_arrays(seed, X=(b, k), W=(k, n), G=(b, n)) for seed, (b, k, n) in enumerate(
            [(3, 3, 3), (5, 3, 2), (2, 4, 3), (1, 2, 4), (4, 1, 1)])),  # squares first: all transposes fit
        lambda X, W, G: (G @ W.T, X.T @ G), {
            "A transpose is missing: G W fits on squares only.": lambda X, W, G: {"dX": G @ W},
            "A transpose is missing: X G fits on squares only.": lambda X, W, G: {"dW": X @ G},
            NOTES_RULE + "W is on the right, so its transpose is, too.": lambda X, W, G: {"dX": W.T @ G},
            NOTES_RULE + "X is on the left, so its transpose is, too.": lambda X, W, G: {"dW": G @ X.T},
            "The order is swapped, and a transpose is missing.":
                (lambda X, W, G: {"dX": W @ G}, lambda X, W, G: {"dW": G @ X}),
            TRANSPOSE_ASKED: lambda X, W, G: {"dX": W @ G.T, "dW": G.T @ X},
            "You multiplied entry by entry, `*`; a product of matrices is `@`.": (
                lambda X, W, G: {"dX": G * W.T, "dW": X.T * G}, lambda X, W, G: {"dX": G * W, "dW": X * G}),
            "G is transposed, and W is not: turn it round.": lambda X, W, G: {"dX": G.T @ W},
            "G is transposed, and X is not: turn it round.": lambda X, W, G: {"dW": X @ G.T},
            "That is the gradient of W.": lambda X, W, G: {"dX": X.T @ G},
            "That is the gradient of X.": lambda X, W, G: {"dW": G @ W.T},
            "You forgot to sum over the batch: every example has a say in W.":
                lambda X, W, G: {"dW": X[:, :, None] * G[:, None, :]},
            "That is the first example only; the batch is summed over.":
                lambda X, W, G: {"dW": X[:1].T @ G[:1]},
            "You left out G.": lambda X, W, G: {"dX": G**0 @ W.T, "dW": X.T @ G**0},
            "You divided by the number of examples; where a mean is wanted, G has it already.":
                lambda X, W, G: {"dX": G @ W.T / len(G)},
            "You averaged over the batch: what flows back from each use is added. Where a mean is wanted, G "
            "has it already.": lambda X, W, G: {"dW": X.T @ G / len(X)}}, parts={"dX": "X", "dW": "W"}),
    "G W′ and X′ G: each operand's gradient has its shape, and X′ G sums over the batch by itself."))


@register("10-4")
def transpose_by_hand():
    import numpy as np

    A, X, G = np.array([[1, 2], [0, 3]]), np.array([[2, 1], [1, -1]]), np.array([[1, 4], [2, -1]])
    return array(
        "`Y = A X` with `A = [[1, 2], [0, 3]]`, `X = [[2, 1], [1, -1]]`, and Y has received "
        "`G = [[1, 4], [2, -1]]`. What flows back to X?",
        A.T @ G, "X", {
            "You forgot the transpose: that is A G, which fits on squares only.": A @ G,
            "The order is swapped: A is on the left in A X, and so is A′.": G @ A.T,
            "The order is swapped, and the transpose forgotten.": G @ A,
            "That is what flows back to A, G X′.": G @ X.T,
            TRANSPOSE_ASKED: G.T @ A,
            "You transposed G as well.": A.T @ G.T,
            "You multiplied entry by entry; A′ G is a product of matrices.": A.T * G,
            "That is A X, the value forward.": A @ X},
        says="A′ G.")


def uses_of_shared(X, G):
    """What flows back to A from each use of it in Y[i] = A X[i]."""
    return G @ X.swapaxes(-1, -2)


register("10-5", lambda: Task(
    "One matrix A for a batch: X has three axes, and `Y = A @ X` multiplies every `X[i]` by A. G, of Y's "
    "shape, has arrived. Return what flows back to A and to X, as a pair.", "shared_pull(A, X, G)", Trials(
        lambda: (draw_arrays(seed, A=(m, k), X=(b, k, n), G=(b, m, n)) for seed, (b, m, k, n) in enumerate(
            [(3, 3, 3, 3), (4, 2, 3, 5), (2, 3, 3, 3), (1, 2, 4, 3)])),
        lambda A, X, G: (uses_of_shared(X, G).sum(axis=0), A.T @ G), {
            UNSUMMED_USES: lambda A, X, G: {"dA": uses_of_shared(X, G)},
            "You averaged over the batch; what flows back from each use is added.":
                lambda A, X, G: {"dA": uses_of_shared(X, G).mean(axis=0)},
            "That is the first of the batch only; A is used by all.": lambda A, X, G: {"dA": G[0] @ X[0].T},
            TRANSPOSE_ASKED: lambda A, X, G: {"dA": uses_of_shared(X, G).sum(axis=0).T},
            ALL_REVERSED: lambda A, X, G: {"dA": (G @ X.T).sum(axis=0)},
            ALL_REVERSED + " And sum over the batch.": lambda A, X, G: {"dA": G @ X.T},
            "A transpose is missing: G X fits on squares only.": lambda A, X, G: {"dA": (G @ X).sum(axis=0)},
            "The order is swapped: A is on the left, and so is G.":
                lambda A, X, G: {"dA": (X.swapaxes(-1, -2) @ G).sum(axis=0)},
            "A transpose is missing: A G fits on squares only.": lambda A, X, G: {"dX": A @ G},
            "The order is swapped: A is on the left, and so is A′.": lambda A, X, G: {"dX": G @ A.T},
            "You summed over the batch; each X is used once, and has a gradient of its own.":
                lambda A, X, G: {"dX": (A.T @ G).sum(axis=0)},
            "You left out G.": lambda A, X, G: {"dX": A.T @ G**0},
        }, parts={"dA": "A", "dX": "X"}, by_shape=(UNSUMMED_USES,)),
    "A is copied forward, so its gradient is a sum backward; each X[i] gets A′ G[i]."))

register("10-6", lambda: count(
    "A and X are 100 × 100. The explicit Jacobian of A X times g, all its entries used, takes how many "
    "times the multiplications of A′ G?", 100, {
        "You left out the zeros: without them it is as many.": 1,
        "You compared the entries: n⁴ of the Jacobian, n² of A. A′ G takes n³ multiplications.": 10_000,
        "That is the number of its multiplications, n⁴; the question is how many times n³ that is.": 10**8,
        "That is n³, the multiplications of A′ G.": 10**6}))
