"""A prediction for each claim of the notes' Section 3: what arrays, Jacobians and products do."""

from .array_questions import amount, array, count, shape
from .asking import choice

__all__ = ["PREDICTIONS"]

FASTER = "about 10 times", "about 100 times", "more than 1,000 times"
PAPERS = {
    "[1] Baydin and others": "Automatic differentiation in machine learning: a survey of the whole field.",
    "[2] Griewank and Walther": "Evaluating Derivatives: the textbook of the whole field.",
    "[3] Laue": "On the equivalence of forward mode and symbolic differentiation.",
    "[4] Magnus": "On the concept of matrix derivative: compares the layouts, and argues for vec.",
    "[6] Petersen and Pedersen": "The Matrix Cookbook: formulas to look up, such as ∂tr(X′A)/∂X.",
}

# fmt: off
PREDICTIONS = {
    "N25": lambda: amount(
        "Written out in scalars, say the notes, each operation takes 8 bytes for the pointers to its two "
        "parents. With only n² operations, n = 1024: how many MiB of pointers is that?", 8, "MiB", {
            "You took all 16 bytes; value and gradient are needed anyway, the two pointers are overhead.": 16,
            "You counted one parent; an operation has two, of 4 bytes each.": 4,
            "That is in MB, in powers of 1000; MiB counts in powers of 1024.": 8.388608,
            "You counted the naive product's operations, 2n³ − n²; the notes take n², the least possible.":
                (2 * 1024**3 - 1024**2) * 8 / 2**20,
            "You took n³ operations; the notes take n², the least possible.": 8192,
            "You counted the operations, not their bytes.": 1,
            "That is in bytes.": 8 * 2**20}),
    "N26": lambda: choice(
        "Two 48 × 48 matrices: a loop over Scalars against NumPy's `@`. How much faster is NumPy?",
        FASTER, right=FASTER[-1], why={
            FASTER[0]: "There are 200,000 operations, and Python takes each one up by itself.",
            FASTER[1]: "Even a loop over plain floats is slower than that, and a Scalar is an object.",
            FASTER[2]: "BLAS finds its numbers side by side; those of Scalars lie all over memory."}),
    "N27": lambda: shape(
        "f maps 3 numbers to 2. Which shape has its Jacobian in the notes' layout?", (3, 2), {
            (2, 3): "That is the usual layout, row = output; in the notes' a row is an input.",
            (3, 3): "An entry belongs to one input and one output; there are only 2 outputs.",
            (2, 2): "An entry belongs to one input and one output; there are 3 inputs.",
            (6,): "There are 6 partials, and they are laid out with a row per input.",
            (3,): "That is a gradient's shape, with one output; here there are 2.",
            (2,): "That is the shape of the value."},
        "Row = input, column = output."),
    "N28": lambda: array(
        "In the notes' layout, J = `[[1, 2], [0, 3], [4, -1]]`, and the outputs have received g = `[2, 1]`. "
        "What flows back to the inputs?", [4, 3, 7], "x", {
            "You multiplied entry by entry; each input adds up what comes from all outputs.":
                [[2, 2], [0, 3], [8, -1]],
            "You added the rows of J: g is a factor of the columns.": [3, 3, 3],
            "You multiplied by g the wrong way round: its first entry belongs to the first column.":
                [5, 6, 2],
            "You added down the columns: a column belongs to an output, a row to an input.": [10, 4]},
        {(2,): "g has that shape; what flows back has one number per input."},
        says="J g: a row of J holds how one input moves every output."),
    "N29": lambda: count(
        "f(x) = a ⊙ x with n = 1000. Its Jacobian, all entries stored, takes how many times the memory of "
        "a?", 1000, {
            "That is how many entries it has, n²; a has 1000 itself.": 10**6,
            "That is without the zeros; all entries are stored here.": 1,
            "You counted twice the length of a: a matrix has n · n entries.": 2000}),
    "N30": lambda: choice(
        "Most texts have a Jacobian with a row per output. Which product with it takes the gradient g of the "
        "outputs back to the inputs?", ["`J g`", "`J′ g`"], right="`J′ g`", why={
            "`J′ g`": "Also written g′ J: vector times Jacobian, hence vJp. The notes' J is the transpose.",
            "`J g`": "That holds in the notes' layout. In this one, J times a vector is the Jvp: it pushes a "
                     "change of the inputs forward."}),
    "N31": lambda: array(
        "f(x) = A x with A = `[[1, 2, 3], [4, 5, 6]]`. What is ∂f/∂x in the notes' layout?",
        [[1, 4], [2, 5], [3, 6]], "the notes' layout", {
            "That is A, the usual layout, row = output; in the notes' a row is an input.":
                [[1, 2, 3], [4, 5, 6]],
            "The shape fits, the numbers are only read in another order; a transpose exchanges the axes.":
                [[1, 2], [3, 4], [5, 6]],
            "You added the columns of A: each output has a column of its own.": [5, 7, 9]},
        says="A′, and nothing in it need be 0."),
    "N32": lambda: choice(
        "Vectors in, vectors out. Which of these has a Jacobian without a single 0?",
        ["`exp`", "`sort`", "`cumsum`", "`softmax`"], right="`softmax`", why={
            "`softmax`": "Every output has the sum of all below its fraction line.",
            "`exp`": "Elementwise: an output depends on its own input alone, so J is diagonal.",
            "`sort`": "It moves elements: each output is one of the inputs, a single 1 in each column.",
            "`cumsum`": "Half of it is 0: a sum so far does not know what comes later."}),
    "N33": lambda: shape(
        "F(X) = A X, A is 4 × 2, X is 2 × 3. Keep all axes: which shape has ∂F/∂X in the notes' order, input "
        "axes first?", (2, 3, 4, 3), {
            (4, 3, 2, 3): "That is the usual order, the output's axes first.",
            (6, 12): "Those are the right numbers as a matrix, with vec twice; here all axes are kept.",
            (12, 6): "Those are the right numbers as a matrix, in the usual layout; here all axes are kept.",
            (2, 4): "That is A′'s shape, what the Jacobian of A x has: X has several columns.",
            (4, 2): "That is A's shape; but every entry of X has a partial for each entry of F.",
            (2, 3): "That is the gradient's shape, where the output is one number.",
            (4, 3): "That is F's shape."},
        "A partial for every entry of X and every entry of F: 6 times 12 of them."),
    "N34": lambda: amount(
        "F(X) = A X, all matrices n × n: ∂F/∂X holds n⁴ numbers. For n = 1024 in float32, how many TiB?",
        4, "TiB", {
            "You took one byte a number; float32 takes 4.": 1,
            "You took float64; float32 takes 4 bytes.": 8,
            "That is in TB, in powers of 1000.": 4 * 1.024**4,
            "That is in GiB.": 4096,
            "That is n³ numbers; it is one for every pair of an entry of X and an entry of F, n⁴.": 4 / 1024,
            "That is n² numbers, a matrix like X.": 4 / 1024**2}),
    "N35": lambda: count(
        "F(X) = A X, all matrices 4 × 4, and A has no zeros. How many of the 4⁴ = 256 entries of ∂F/∂X are "
        "not 0?", 64, {
            "That is how many different numbers there are, those of A; each stands there n times.": 16,
            "All of them would be; but a column of F depends on the same column of X alone.": 256,
            "That is the number of blocks that are not 0; each of them is a whole A′.": 4,
            "Those are the zeros.": 192}),
    "N36": lambda: array(
        "a = `[1, 4]`, x = `[3, 1]`. What is ∂⟨a ⊙ x, x⟩/∂x? Both sides move with x.", [6, 8], "x", {
            "You kept the right side constant: the product rule has two addends, one for each side.": [3, 4],
            "You left a out.": [6, 2],
            "You left x out.": [2, 8],
            "That is a, without x: each side brings a factor x.": [1, 4],
            "That is the value of the inner product.": 13},
        says="(∂f/∂x) g + (∂g/∂x) f: a ⊙ x twice."),
    "N37": lambda: array(
        "a = `[2, -1]`, x = `[7, 3]`, and g = `[1, 4]` is held fixed. What is ∂⟨a ⊙ x, g⟩/∂x?",
        [2, -4], "x", {
            "That is a ⊙ x: you held the wrong side fixed.": [14, -3],
            "That is the derivative by a.": [7, 12],
            "You left out g.": [2, -1],
            "You left out a.": [1, 4],
            "That is the value of the inner product; its derivative has a number per input.": 2,
            "You added what belongs to two inputs.": -2},
        says="a ⊙ g: the vJp, and x is not in it."),
    "N38": lambda: array(
        "What is vec `[[1, 2], [3, 4]]`?", [1, 3, 2, 4], "", {
            "That is row by row, the order of NumPy's `ravel`; vec stacks the columns.": [1, 2, 3, 4],
            "That is row by row, the order of NumPy's `ravel`; vec stacks the columns, one below the other.":
                [[1], [2], [3], [4]],
            "That is the transpose; vec makes a vector of it, too.": [[1, 3], [2, 4]],
            "The columns are stacked from the left: 1 and 3 come first.": [2, 4, 1, 3]},
        says="First column, then second."),
    "N39": lambda: count(
        "A = `[[1, 2], [3, 4]]`, B = `[[5, 6], [7, 8]]`. What is tr(A′B)?", 70, {
            "That is tr(A B): the transpose is missing.": 69,
            "That is tr(A) tr(B).": 65,
            "You took the diagonals only, 1·5 + 4·8; a row of A′ meets a whole column of B.": 37,
            "You added up all of A′B; the trace is its diagonal.": 26 + 30 + 38 + 44,
            "You added the entries; in an inner product they are multiplied in pairs.": 36,
            "That is tr(A) + tr(B).": 18}),
    "N40": lambda: choice(
        "X and A are 2 × 3. What is ∂tr(X′A)/∂X?", ["`A`", "`A′`", "`X`", "`X′A`"], right="`A`", why={
            "`A`": "tr(X′A) adds up x_ij a_ij: the partial by x_ij is a_ij.",
            "`A′`": "That is 3 × 2; a gradient has the shape of what it is taken by, 2 × 3.",
            "`X`": "That is the derivative by A.",
            "`X′A`": "The trace of it is the value; it is linear in X, so no X is left in the derivative."}),
    "N41": lambda: choice(
        "A is 2 × 3, X is 3 × 5, so A X and G are 2 × 5. What is ∂⟨A X, G⟩/∂X? Only one of these has X's "
        "shape.", ["`A G`", "`A′ G`", "`G A′`", "`G′ A`"], right="`A′ G`", why={
            "`A′ G`": "(3 × 2)(2 × 5) is 3 × 5.",
            "`A G`": "(2 × 3)(2 × 5) cannot be multiplied: the transpose is missing.",
            "`G A′`": "(2 × 5)(3 × 2) cannot be multiplied: the order is swapped.",
            "`G′ A`": "(5 × 2)(2 × 3) is 5 × 3: the transpose of it."}),
    "N42": lambda: choice(
        "Whatever ∂F(X)/∂X is, say the notes, is debated. Which of their references is about that?",
        list(PAPERS), right="[4] Magnus", why=PAPERS),
}
# fmt: on
