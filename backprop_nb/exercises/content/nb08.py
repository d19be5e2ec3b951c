"""Notebook 08, from scalars to arrays."""

from .. import amount, choice, count
from ..bank import register
from ..tasks import Task
from ..trials import Trials, draw_arrays

__all__ = []

OPERATIONS = 2 * 1024**3 - 1024**2  # of the naive product of two 1024 × 1024 matrices

# fmt: off
register("08-a", claim="N25", make=lambda: amount(
    "Written out in scalars, say the notes, each operation takes 8 bytes for the pointers to its two "
    "parents. With only n² operations, n = 1024: how many MiB of pointers is that?", 8, "MiB", {
        "You took all 16 bytes; value and gradient are needed anyway, the two pointers are overhead.": 16,
        "You counted one parent; an operation has two, of 4 bytes each.": 4,
        "That is in MB, in powers of 1000; MiB counts in powers of 1024.": 8.388608,
        "You counted the naive product's operations, 2n³ − n²; the notes take n², the least possible.":
            OPERATIONS * 8 / 2**20,
        "You took n³ operations; the notes take n², the least possible.": 8192,
        "You counted the operations, not their bytes.": 1,
        "That is in bytes.": 8 * 2**20}))

register("08-b", claim="N26", make=lambda: choice(
    "Two 48 × 48 matrices: a loop over Scalars against NumPy's `@`. How much faster is NumPy?",
    right="more than 1,000 times", why={
        "about 10 times": "There are 200,000 operations, and Python takes each one up by itself.",
        "about 100 times": "Even a loop over plain floats is slower than that, and a Scalar is an object.",
        "more than 1,000 times":
            "BLAS finds its numbers side by side; those of Scalars lie all over memory."}))

register("08-1", lambda: amount(
    "A product of two 1024 × 1024 matrices, written out in Scalars, makes 2n³ − n² of them, one for each "
    "multiplication and addition. Each holds two pointers of 8 bytes. How many GiB are pointers?",
    OPERATIONS * 16 / 2**30, "GiB", {
        "You counted one pointer for each of them, or n³ of them: it is two pointers, and 2n³ − n².":
            OPERATIONS * 8 / 2**30,
        "That is n² operations, the least there can be; the naive product takes 2n³ − n².":
            1024**2 * 16 / 2**30,
        "You counted the operations, not their bytes.": OPERATIONS / 2**30,
        "That is in MiB.": OPERATIONS * 16 / 2**20,
        "That is in bytes.": OPERATIONS * 16}))

register("08-2", lambda: count(
    "A 3 × 4 matrix times a 4 × 2 matrix, written out in Scalars: each entry is a sum of products. How "
    "many new Scalars does it make?", 42, {
        "You started each sum at 0, with an addition too many: four products take three additions.": 48,
        "You counted the products only.": 24,
        "You counted the additions only.": 18,
        "You counted the entries of the result; each takes four products and three additions.": 6,
        "You counted the operands as well; those were there before.": 62}))


@register("08-3")
def sigmoid_task():
    import numpy as np

    def calls():
        for seed, shape in enumerate([(4,), (3, 3), (2, 3), (2, 1, 3), ()]):
            g, x = draw_arrays(seed, g=shape, x=shape).values()
            yield {"g": g, "out": 1 / (1 + np.exp(-x))}

    return Task(
        "`out = sigmoid(x)` on a whole array, and g, of the same shape, has arrived. Return what flows back "
        "to x. The rule is the scalar one.", "pull(g, out)",
        Trials(calls, lambda g, out: g * out * (1 - out), {
            "You left out g: what arrives from above is a factor of every element.":
                lambda g, out: out * (1 - out),
            "You added everything up, with a sum or with `@`; each element hands back a number of its own.":
                lambda g, out: np.sum(g * out * (1 - out)),
            "You took the product of matrices, `@`; elementwise it is `*`.":
                (lambda g, out: g @ (out * (1 - out)), lambda g, out: (out * (1 - out)) @ g),
            "That is the Jacobian, with the derivatives on its diagonal; `*` does the same without it.":
                lambda g, out: np.diag(out * (1 - out)),
            "That is every pair of elements; an element of out comes from its own element of x alone.":
                lambda g, out: np.multiply.outer(g, out * (1 - out)),
            "The sigmoid's derivative is out · (1 - out): you have half of it.":
                (lambda g, out: g * out, lambda g, out: g * (1 - out)),
            "The factor beside out is 1 - out, not 1 - g: g is what has arrived.":
                (lambda g, out: g * out * (1 - g), lambda g, out: out * (1 - g), lambda g, out: g * (1 - g)),
            "`out` is the sigmoid already: its derivative is out · (1 - out).":
                lambda g, out: g / (2 + np.exp(out) + np.exp(-out)),
        }, parts={"what flows back": "x"}),
        "g ⊙ partial: a diagonal Jacobian, never built. The scalar row of the table serves every shape.")

register("08-4", lambda: choice(
    "A and B are NumPy arrays of dtype object, full of Scalars. Who multiplies in `A @ B`?",
    right="Python, one Scalar at a time", why={
        "BLAS": "BLAS needs the numbers side by side in memory; an object array holds pointers.",
        "Python, one Scalar at a time":
            "The array holds pointers, and NumPy asks each Scalar for its `__mul__` and `__add__`.",
        "nobody: it is refused": "NumPy does it, with each object's own `__mul__` and `__add__`."}))

register("08-5", lambda: choice(
    "x, w and b are arrays of the same shape, and all need gradients. For which of these must the "
    "backward sweep keep no array at all?", right="`x + b`", why={
        "`x * w`": "The partial with respect to each factor is the other one, so both are kept.",
        "`x + b`": "Both partials are 1: what arrives is handed on as it is.",
        "`exp(x)`": "exp is its own derivative, so its result is kept."}))
