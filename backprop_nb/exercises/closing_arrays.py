"""The exercises that close the notebooks on arrays (08) and on Jacobians and vJps (09)."""

from .array_questions import amount, array, count
from .array_tasks import Part, attempts, numbers, peak, problem_with
from .asking import choice
from .tasks import Task

__all__ = ["EXERCISES"]

USUAL = "That is the usual layout, a row per output; the notes have a row per input."
LARGE = 400  # at this length a Jacobian shows in the memory taken, and loops still end within patience


def pointers():
    """08-1: what the pointers of a scalar graph of the naive product take."""
    n = 1024
    taken = (2 * n**3 - n**2) * 2 * 8 / 2**30
    return amount(
        "A product of two 1024 × 1024 matrices, written out in Scalars, makes 2n³ − n² of them, one for each "
        "multiplication and addition. Each holds two pointers of 8 bytes. How many GiB are pointers?",
        taken, "GiB", {
            "You counted one pointer for each of them, or n³ of them: it is two pointers, and 2n³ − n².":
                taken / 2,
            "That is n² operations, the least there can be; the naive product takes 2n³ − n².":
                n**2 * 16 / 2**30,
            "You counted the operations, not their bytes.": (2 * n**3 - n**2) / 2**30,
            "That is in MiB.": taken * 1024,
            "That is in bytes.": taken * 2**30})  # fmt: skip


def examine_sigmoid(pull):
    """08-3: the vJp of an elementwise operation, from its partial."""
    import numpy as np

    for seed, shape in enumerate([(4,), (3, 3), (2, 3), (2, 1, 3), ()]):
        g, out = numbers(seed, *shape), 1 / (1 + np.exp(-numbers(seed + 50, *shape)))
        part = Part("what flows back", "x", g * out * (1 - out), wrong_sigmoid(g, out))
        problem = problem_with(pull, {"g": g, "out": out}, part)
        if problem:
            return problem
    return ""


def wrong_sigmoid(g, out):
    """Wrong ways back through an elementwise sigmoid."""
    import numpy as np

    partial, again = out * (1 - out), 1 / (1 + np.exp(-out))
    matrices = "You took the product of matrices, `@`; elementwise it is `*`."
    half = "The sigmoid's derivative is out · (1 - out): you have half of it."
    return attempts(
        ("You left out g: what arrives from above is a factor of every element.", lambda: partial),
        ("You added everything up, with a sum or with `@`; each element hands back a number of its own.",
         lambda: np.sum(g * partial)),
        (matrices, lambda: g @ partial),
        (matrices, lambda: partial @ g),
        ("That is the Jacobian, with the derivatives on its diagonal; `*` does the same without it.",
         lambda: np.diag(partial)),
        ("That is every pair of elements; an element of out comes from its own element of x alone.",
         lambda: np.multiply.outer(g, partial)),
        (half, lambda: g * out),
        (half, lambda: g * (1 - out)),
        ("`out` is the sigmoid already: its derivative is out · (1 - out).", lambda: g * again * (1 - again)),
    )  # fmt: skip


def examine_jacobian(jacobian_of):
    """09-5: a Jacobian in the notes' layout, one column per vJp."""
    for seed, (inputs, outputs) in enumerate([(3, 3), (4, 2), (2, 5), (1, 3), (3, 1)]):
        jacobian = numbers(seed, inputs, outputs)
        arguments = {"pull": pull_of(jacobian), "inputs": inputs, "outputs": outputs}
        shapes = {(outputs, inputs): USUAL}
        part = Part("the Jacobian", "the notes' layout", jacobian, wrong_jacobian(jacobian), shapes)
        where = f"For {inputs} inputs and {outputs} outputs"
        problem = problem_with(jacobian_of, arguments, part, where=where)
        if problem:
            return problem
    return ""


def pull_of(jacobian):
    """The vJp that a Jacobian in the notes' layout makes."""
    import numpy as np

    def pull(g):
        g = np.asarray(g, dtype=float)
        outputs = jacobian.shape[1]
        if g.shape != (outputs,):
            raise ValueError(f"pull takes one number per output, shape ({outputs},), and got {g.shape}")
        return jacobian @ g

    return pull


def wrong_jacobian(jacobian):
    """Wrong ways to put a Jacobian together."""
    return attempts(
        (USUAL, lambda: jacobian.T),
        ("That is one vJp, with a g of ones: it adds all columns. Take one unit vector at a time.",
         lambda: jacobian.sum(axis=1)),
        ("That is one column; each output's unit vector gives another.", lambda: jacobian[:, 0]),
    )  # fmt: skip


def softmax(x):
    """The softmax along the last axis."""
    import numpy as np

    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def examine_softmax(pull):
    """09-6: softmax's vJp, and that no Jacobian is built on the way."""
    for seed, shape in enumerate([(4,), (3, 3), (2, 4), (2, 2, 3)]):
        s, g = softmax(numbers(seed, *shape)), numbers(seed + 50, *shape)
        right = s * (g - (s * g).sum(axis=-1, keepdims=True))
        part = Part("what flows back", "s", right, wrong_softmax(s, g))
        problem = problem_with(pull, {"s": s, "g": g}, part)
        if problem:
            return problem
    taken = peak(pull, softmax(numbers(8, LARGE)), numbers(9, LARGE))
    if taken > 3 * LARGE**2:  # bytes; even in float32 a Jacobian has four of them an entry
        return (
            f"The numbers are right. But for {LARGE} of them your function takes {taken / 1024:,.0f} KiB at "
            f"once, and s itself {8 * LARGE / 1024:.0f}: a Jacobian is in it. It can do with a few vectors."
        )
    return ""


def wrong_softmax(s, g):
    """Wrong ways back through a softmax."""
    import numpy as np

    total = (s * g).sum(axis=-1, keepdims=True)
    mixing = "Each output depends on every input of its row: the part that all of them share is missing."
    return attempts(
        ("You took the diagonal alone, s · (1 - s). " + mixing, lambda: g * s * (1 - s)),
        ("You took softmax for exp, elementwise. " + mixing, lambda: g * s),
        ("The sign is turned round: it is g less the weighted sum, not the other way.",
         lambda: s * (total - g)),
        ("What is taken off is the sum of s · g; you added up g alone.",
         lambda: s * (g - g.sum(axis=-1, keepdims=True))),
        ("What is taken off is a mean of g with the weights s, the sum of s · g; you took the plain mean.",
         lambda: s * (g - g.mean(axis=-1, keepdims=True))),
        ("You added over all rows; a softmax is along the last axis, and each row has its own sum.",
         lambda: s * (g - np.sum(s * g))),
        ("You added down the columns; each row is a softmax of its own.",
         lambda: s * (g - (s * g).sum(axis=0))),
        ("The sums of the rows met the columns: keep the axis, with `keepdims=True`.",
         lambda: s * (g - (s * g).sum(axis=-1))),
        ("The factor s is missing in front.", lambda: g - total),
        ("You left out g.", lambda: s * (1 - s)),
        ("That is the Jacobian; asked is what it makes of g.", lambda: np.diag(s) - np.outer(s, s)),
    )  # fmt: skip


def jacobian_by_hand():
    """09-1: a Jacobian in the notes' layout."""
    return array(
        "`f(x1, x2) = (x1 · x2, x1 - x2, x1²)` at (3, 2). What is its Jacobian in the notes' layout?",
        [[2, 1, 6], [3, -1, 0]], "the notes' layout", {
            USUAL: [[2, 3], [1, -1], [6, 0]],
            "In a product, the partial by one factor is the other factor; you took the factor itself.":
                [[3, 1, 6], [2, -1, 0]],
            "You lost the sign of the second operand of a subtraction.": [[2, 1, 6], [3, 1, 0]],
            "Both slips at once: the usual layout, and the factor itself for the other factor.":
                [[3, 2], [1, -1], [6, 0]],
            "That is the value of f, not its derivative.": [6, 1, 9]}, {(3, 2): USUAL},
        says="Row i says where x_i goes, column j where y_j comes from.")  # fmt: skip


def vjp_by_hand():
    """09-2: a vJp with the usual layout, where the shapes hide a Jvp."""
    return array(
        "In the usual layout, row = output, a Jacobian is `[[1, 2], [0, 3]]`. The outputs have received "
        "`g = [2, 1]`. What flows back to the inputs?",
        [2, 7], "x", {
            "That is J g: in this layout the Jvp, which pushes a tangent forward. Back goes J′ g.": [4, 3],
            "You multiplied entry by entry; each input adds up what comes from all outputs.":
                [[4, 2], [0, 3]],
            "You left out g.": [1, 5]},
        says="J′ g: in the usual layout, going back takes the transpose.")  # fmt: skip


def jvp_by_hand():
    """09-3: a Jvp with the notes' layout."""
    return array(
        "In the notes' layout, row = input, a Jacobian is `[[2, 1], [4, 0]]`. The inputs change by "
        "`v = [1, 3]`. By how much do the outputs change?",
        [14, 1], "y", {
            "That is J v: in the notes' layout the vJp, which takes a gradient back. Forward goes J′ v.":
                [5, 4],
            "You multiplied entry by entry; each output adds up what comes from all inputs.":
                [[2, 1], [12, 0]],
            "You left out v.": [6, 1]},
        says="J′ v, the Jvp: in the notes' layout it is forward that takes the transpose.")  # fmt: skip


def materialised():
    """09-4: the memory of a Jacobian that nobody needs."""
    size = 128 * 784
    taken = size**2 * 4 / 2**30
    return amount(
        "relu on a batch of 128 pictures of 784 numbers, in float32. How many GiB would its Jacobian take, "
        "all entries stored?", taken, "GiB", {
            "You stored the diagonal alone, which is what the vJp does; asked are all entries.":
                size * 4 / 2**30,
            "That is one picture's Jacobian; the batch is one operation, from 128 · 784 numbers to as many.":
                784**2 * 4 / 2**30,
            "That is a Jacobian for each picture, the diagonal blocks; all entries are asked for.":
                128 * 784**2 * 4 / 2**30,
            "You took float64; float32 takes 4 bytes.": 2 * taken,
            "You counted entries, not bytes.": taken / 4,
            "That is in MiB.": taken * 1024,
            "That is in GB, powers of 1000.": size**2 * 4 / 1e9})  # fmt: skip


# fmt: off
EXERCISES = {
    "08-1": pointers,
    "08-2": lambda: count(
        "A 3 × 4 matrix times a 4 × 2 matrix, written out in Scalars: each entry is a sum of products. How "
        "many new Scalars does it make?", 42, {
            "You started each sum at 0, with an addition too many: four products take three additions.": 48,
            "You counted the products only.": 24,
            "You counted the additions only.": 18,
            "You counted the entries of the result; each takes four products and three additions.": 6,
            "You counted the operands as well; those were there before.": 62}),
    "08-3": lambda: Task(
        "`out = sigmoid(x)` on a whole array, and g, of the same shape, has arrived. Return what flows back "
        "to x. The rule is the scalar one.",
        "def pull(g, out):\n    return None", examine_sigmoid,
        "g ⊙ partial: a diagonal Jacobian, never built. The scalar row of the table serves every shape."),
    "08-4": lambda: choice(
        "A and B are NumPy arrays of dtype object, full of Scalars. Who multiplies in `A @ B`?",
        ["BLAS", "Python, one Scalar at a time", "nobody: it is refused"],
        right="Python, one Scalar at a time", why={
            "BLAS": "BLAS needs the numbers side by side in memory; an object array holds pointers.",
            "Python, one Scalar at a time":
                "The array holds pointers, and NumPy asks each Scalar for its `__mul__` and `__add__`.",
            "nobody: it is refused": "NumPy does it, with each object's own `__mul__` and `__add__`."}),
    "08-5": lambda: choice(
        "x, w and b are arrays of the same shape, and all need gradients. For which of these must the "
        "backward sweep keep no array at all?",
        ["`x * w`", "`x + b`", "`exp(x)`"], right="`x + b`", why={
            "`x + b`": "Both partials are 1: what arrives is handed on as it is.",
            "`x * w`": "The partial by each factor is the other one, so both are kept.",
            "`exp(x)`": "exp is its own derivative, so its result is kept."}),
    "09-1": jacobian_by_hand,
    "09-2": vjp_by_hand,
    "09-3": jvp_by_hand,
    "09-4": materialised,
    "09-5": lambda: Task(
        "You have a function `pull`: it takes the gradient of the outputs and returns that of the inputs (a "
        "vJp). Build the whole Jacobian from it, in the notes' layout: `inputs` rows, `outputs` columns.",
        "def jacobian_of(pull, inputs, outputs):\n    return None", examine_jacobian,
        "One vJp per output, with a unit vector, gives one column: that is what materialising costs."),
    "09-6": lambda: Task(
        "`s = softmax(x)` along the last axis, and g, of the same shape, has arrived. Return what flows back "
        "to x, without building a Jacobian; s may be a vector or a batch of rows.",
        "def softmax_pull(s, g):\n    return None", examine_softmax,
        "s ⊙ (g - ⟨s, g⟩), row by row: diag(s) - s s′ has structure, and so needs no n × n numbers."),
    "09-7": lambda: choice(
        "`y = cumsum(x)`: y_j = x_1 + … + x_j. What does its Jacobian look like in the notes' layout?",
        ["diagonal", "lower triangular", "upper triangular", "full"], right="upper triangular", why={
            "upper triangular": "x_i goes into y_i and all later ones: row i is 1 from the diagonal on.",
            "lower triangular": "That is the usual layout, row = output; in the notes' a row is an input.",
            "diagonal": "Then y_j would depend on x_j alone; it collects all before.",
            "full": "y_1 does not depend on x_2: what comes later goes into no earlier sum."}),
}
# fmt: on
