"""Notebook 09, Jacobians and vJps."""

from ...runs.timing import peak_bytes
from .. import amount, array, choice, count, shape
from ..bank import register
from ..tasks import Task
from ..trials import Trials, draw_arrays

__all__ = []

USUAL = "That is the usual layout, a row per output; the notes have a row per input."
LONG_VECTOR = 400  # at this length a Jacobian shows in the memory taken, and loops still end within patience
PIXELS = 128 * 784  # of the batch in 09-4

# fmt: off
register("09-a", claim="N27", make=lambda: shape(
    "f maps 3 numbers to 2. What shape does its Jacobian have in the notes' layout?", (3, 2), {
        (2, 3): "That is the usual layout, row = output; in the notes' a row is an input.",
        (3, 3): "An entry belongs to one input and one output; there are only 2 outputs.",
        (2, 2): "An entry belongs to one input and one output; there are 3 inputs.",
        (6,): "There are 6 partials, and they are laid out with a row per input.",
        (3,): "That is a gradient's shape, with one output; here there are 2.",
        (2,): "That is the shape of the value."},
    "Row = input, column = output."))

register("09-b", claim="N28", make=lambda: array(
    "In the notes' layout, J = `[[1, 2], [0, 3], [4, -1]]`, and the outputs have received g = `[2, 1]`. "
    "What flows back to the inputs?", [4, 3, 7], "x", {
        "You multiplied entry by entry; each input adds up what comes from all outputs.":
            [[2, 2], [0, 3], [8, -1]],
        "You added the rows of J: g is a factor of the columns.": [3, 3, 3],
        "You multiplied by g the wrong way round: its first entry belongs to the first column.": [5, 6, 2],
        "You added down the columns: a column belongs to an output, a row to an input.": [10, 4]},
    {(2,): "g has that shape; what flows back has one number per input."},
    says="J g: a row of J holds how one input moves every output."))

register("09-c", claim="N29", make=lambda: count(
    "f(x) = a ⊙ x with n = 1000. Its Jacobian, all entries stored, takes how many times the memory of "
    "a?", 1000, {
        "That is how many entries it has, n²; a has 1000 itself.": 10**6,
        "That is without the zeros; all entries are stored here.": 1,
        "You counted twice the length of a: a matrix has n · n entries.": 2000}))

register("09-d", claim="N30", make=lambda: choice(
    "Most texts have a Jacobian with a row per output. Which product with it takes the gradient g of the "
    "outputs back to the inputs?", right="`J′ g`", why={
        "`J g`": "That holds in the notes' layout. In this one, J times a vector is the Jvp: it pushes a "
                 "change of the inputs forward.",
        "`J′ g`": "Also written g′ J: vector times Jacobian, hence vJp. The notes' J is the transpose."}))

register("09-e", claim="N31", make=lambda: array(
    "f(x) = A x with A = `[[1, 2, 3], [4, 5, 6]]`. What is ∂f/∂x in the notes' layout?",
    [[1, 4], [2, 5], [3, 6]], "the notes' layout", {
        "That is A, the usual layout, row = output; in the notes' a row is an input.":
            [[1, 2, 3], [4, 5, 6]],
        "The shape fits, the numbers are only read in another order; a transpose exchanges the axes.":
            [[1, 2], [3, 4], [5, 6]],
        "You added the columns of A: each output has a column of its own.": [5, 7, 9]},
    says="A′, and nothing in it need be 0."))

register("09-f", claim="N32", make=lambda: choice(
    "Vectors in, vectors out. Which of these has a Jacobian without a single 0?", right="`softmax`", why={
        "`exp`": "Elementwise: an output depends on its own input alone, so J is diagonal.",
        "`sort`": "It moves elements: each output is one of the inputs, a single 1 in each column.",
        "`cumsum`": "Half of it is 0: a sum so far does not know what comes later.",
        "`softmax`": "Every output has the sum of all below its fraction line."}))

register("09-1", lambda: array(
    "`f(x1, x2) = (x1 · x2, x1 - x2, x1²)` at (3, 2). What is its Jacobian in the notes' layout?",
    [[2, 1, 6], [3, -1, 0]], "the notes' layout", {
        USUAL: [[2, 3], [1, -1], [6, 0]],
        "You took the factor itself: in a product, the partial with respect to one factor is the other one.":
            [[3, 1, 6], [2, -1, 0]],
        "You lost the sign of the second operand of a subtraction.": [[2, 1, 6], [3, 1, 0]],
        "Both slips at once: the usual layout, and the factor itself for the other factor.":
            [[3, 2], [1, -1], [6, 0]],
        "That is the value of f, not its derivative.": [6, 1, 9]}, {(3, 2): USUAL},
    says="Row i says where x_i goes, column j where y_j comes from."))

register("09-2", lambda: array(
    "In the usual layout, row = output, a Jacobian is `[[1, 2], [0, 3]]`. The outputs have received "
    "`g = [2, 1]`. What flows back to the inputs?",
    [2, 7], "x", {
        "That is J g: in this layout the Jvp, which pushes a tangent forward. Back goes J′ g.": [4, 3],
        "You multiplied entry by entry; each input adds up what comes from all outputs.": [[4, 2], [0, 3]],
        "You left out g.": [1, 5]},
    says="J′ g: in the usual layout, going back takes the transpose."))

register("09-3", lambda: array(
    "In the notes' layout, row = input, a Jacobian is `[[2, 1], [4, 0]]`. The inputs change by "
    "`v = [1, 3]`. By how much do the outputs change?",
    [14, 1], "y", {
        "That is J v: in the notes' layout the vJp, which takes a gradient back. Forward goes J′ v.": [5, 4],
        "You multiplied entry by entry; each output adds up what comes from all inputs.": [[2, 1], [12, 0]],
        "You left out v.": [6, 1]},
    says="J′ v, the Jvp: in the notes' layout it is forward that takes the transpose."))

register("09-4", lambda: amount(
    "relu on a batch of 128 pictures of 784 numbers, in float32. How many GiB would its Jacobian take, "
    "all entries stored?", PIXELS**2 * 4 / 2**30, "GiB", {
        "You stored the diagonal alone, which is what the vJp does; the question is about all entries.":
            PIXELS * 4 / 2**30,
        "That is one picture's Jacobian; the batch is one operation, from 128 · 784 numbers to as many.":
            784**2 * 4 / 2**30,
        "That is a Jacobian for each picture, the diagonal blocks; the question is about all entries.":
            128 * 784**2 * 4 / 2**30,
        "You took float64; float32 takes 4 bytes.": PIXELS**2 * 8 / 2**30,
        "You counted entries, not bytes.": PIXELS**2 / 2**30,
        "That is in MiB.": PIXELS**2 * 4 / 2**20,
        "That is in GB, powers of 1000.": PIXELS**2 * 4 / 1e9}))


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


@register("09-5")
def jacobian_task():
    import numpy as np

    def calls():
        for seed, (inputs, outputs) in enumerate([(3, 3), (4, 2), (2, 5), (1, 3), (3, 1)]):
            jacobian = draw_arrays(seed, jacobian=(inputs, outputs))["jacobian"]
            yield {"pull": pull_of(jacobian), "inputs": inputs, "outputs": outputs}

    def rows(pull, inputs, outputs):
        return np.array([pull(unit) for unit in np.eye(outputs)])

    return Task(
        "You have a function `pull`: it takes the gradient of the outputs and returns that of the inputs (a "
        "vJp). Build the whole Jacobian from it, in the notes' layout: `inputs` rows, `outputs` columns.",
        "jacobian_of(pull, inputs, outputs)", Trials(calls, lambda *call: rows(*call).T, {
            USUAL: rows,
            "That is one vJp, with a g of ones: it adds all columns. Take one unit vector at a time.":
                lambda pull, inputs, outputs: pull(np.ones(outputs)),
            "That is one column; each output's unit vector gives another.": lambda *call: rows(*call)[0],
        }, "For {inputs} inputs and {outputs} outputs", {"the Jacobian": "the notes' layout"}, (USUAL,)),
        "One vJp per output, with a unit vector, gives one column: that is what materialising costs.")


@register("09-6")
def softmax_task():
    import numpy as np

    mixing = "Each output depends on every input of its row: the part that all of them share is missing."

    def draw(seed, size):
        x, g = draw_arrays(seed, x=size, g=size).values()
        powers = np.exp(x)
        return {"s": powers / powers.sum(axis=-1, keepdims=True), "g": g}

    def less(weigh):
        return lambda s, g: s * (g - weigh(s, g))

    def total(s, g):
        return (s * g).sum(axis=-1, keepdims=True)

    def find_jacobian(pull):
        taken = peak_bytes(pull, *draw(8, (LONG_VECTOR,)).values())
        if taken <= 3 * LONG_VECTOR**2:  # bytes; even in float32 a Jacobian has four of them an entry
            return ""
        return (
            f"The numbers are right. But for {LONG_VECTOR} of them your function takes {taken / 1024:,.0f} "
            f"KiB at once, and s itself {8 * LONG_VECTOR / 1024:.0f}: a Jacobian is in it. It can do with a "
            "few vectors.")

    return Task(
        "`s = softmax(x)` along the last axis, and g, of the same shape, has arrived. Return what flows back "
        "to x, without building a Jacobian; s may be a vector or a batch of rows.", "softmax_pull(s, g)",
        Trials(lambda: (draw(*case) for case in enumerate([(4,), (3, 3), (2, 4), (2, 2, 3)])), less(total), {
            "You took the diagonal alone, s · (1 - s). " + mixing: lambda s, g: g * s * (1 - s),
            "You took softmax for exp, elementwise. " + mixing: lambda s, g: g * s,
            "The sign is reversed: it is g less the weighted sum, not the other way.":
                lambda s, g: s * (total(s, g) - g),
            "What is taken off is the sum of s · g; you added up g alone.":
                less(lambda s, g: g.sum(axis=-1, keepdims=True)),
            "What is taken off is a mean of g with the weights s, the sum of s · g; you took the plain mean.":
                less(lambda s, g: g.mean(axis=-1, keepdims=True)),
            "You added over all rows; a softmax is along the last axis, and each row has its own sum.":
                less(lambda s, g: np.sum(s * g)),
            "You added down the columns; each row is a softmax of its own.":
                less(lambda s, g: (s * g).sum(axis=0)),
            "The sums of the rows met the columns: keep the axis, with `keepdims=True`.":
                less(lambda s, g: (s * g).sum(axis=-1)),
            "The factor s is missing in front.": lambda s, g: g - total(s, g),
            "You left out g.": lambda s, g: s * (1 - s),
            "That is the Jacobian; the question is what it makes of g.":
                lambda s, g: np.diag(s) - np.outer(s, s),
        }, parts={"what flows back": "s"}, also=find_jacobian),
        "s ⊙ (g - ⟨s, g⟩), row by row: diag(s) - s s′ has structure, and so needs no n × n numbers.")

register("09-7", lambda: choice(
    "`y = cumsum(x)`: y_j = x_1 + … + x_j. What does its Jacobian look like in the notes' layout?",
    right="upper triangular", why={
        "diagonal": "Then y_j would depend on x_j alone; it collects all before.",
        "lower triangular": "That is the usual layout, row = output; in the notes' a row is an input.",
        "upper triangular": "x_i goes into y_i and all later ones: row i is 1 from the diagonal on.",
        "full": "y_1 does not depend on x_2: what comes later goes into no earlier sum."}))
