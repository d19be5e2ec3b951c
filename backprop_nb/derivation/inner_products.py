"""The rules on inner products and traces that the derivation of A′G stands on, each tried by itself."""

import numpy as np

from ..arrays.transforms import grad, jacobian, vjp
from ..drawing.notation import number
from .equalities import Comparison, Equality
from .matrices import matrix_text, measure_slope, read_matrix, size_text, take_array

__all__ = ["ROUNDING", "inner_product_rule", "trace_derivative_rule", "trace_rule", "vec_rule"]

ROUNDING = 1e-11  # times the sum of the sizes of all addends: more than any rounding of them
CURVED = 1e-6  # the same for central differences of a function that need not be linear …
SMALL_STEP = 2.0**-17  # … their step …
LOST = 2.0**-30  # … and times the value, because two near numbers are subtracted and divided by the step


def inner_product_rule(f, g, x):
    r"""∂⟨f, g⟩/∂x = (∂f/∂x) g + (∂g/∂x) f, tried at x (claim N36); with one side constant, the vJp (N37).

    f, g:    functions of a vector that return vectors of one length, written with any functions of the
             package or of NumPy that it knows; or a vector, which stays constant
    x:       vector of n numbers
    returns: Equality: the left side by central differences, the right one from the package's Jacobians in
             the notes' layout (row = input, column = output, n×m); with one side constant from its vJp too
    raises:  TypeError or ValueError for results that are no vectors of one length; what ``f`` and ``g`` raise

    At a kink (relu at 0) the two sides differ: the package takes one slope, differences the mean of both.

    >>> a, g = np.array([2.0, 3.0]), np.array([1.0, -1.0])
    >>> rule = inner_product_rule(lambda x: a * x, g, [0.5, 1.0])
    >>> rule.holds, rule.comparisons[0].left           # a ⊙ g
    (True, array([ 2., -3.]))
    """
    x = read_vector("x", x)
    if not callable(f) and not callable(g):
        raise TypeError("f or g is a function of x; received two constants: try lambda x: x * x for one")
    f_x, g_x = evaluate_both(f, g, x)
    moving = [(side, other) for side, other in ((f, g_x), (g, f_x)) if callable(side)]
    parts = [(jacobian(side, x, layout="notes"), other) for side, other in moving]
    right = sum(J @ other for J, other in parts)
    size = float(sum(np.sum(np.abs(J) @ np.abs(other)) for J, other in parts))
    measured = measure_gradient(lambda x: float(np.dot(*evaluate_both(f, g, x))), x)
    allowed = CURVED * size + LOST * float(np.abs(f_x) @ np.abs(g_x))
    text, latex, reason, claim = product_rule(f, g)
    comparisons = [Comparison((text, "central differences of ⟨f, g⟩"), right, measured, allowed)]
    if len(moving) == 1:
        side, other = moving[0]
        pulled = vjp(side, x)[1](other)[0]
        comparisons.append(Comparison((text, "the package's vJp"), right, pulled, ROUNDING * size))
    facts = ((text, matrix_text(right, ROUNDING * size)),)
    left = r"\frac{\partial \langle \mathbf{f}, \mathbf{g} \rangle}{\partial \mathbf{x}}"
    formulas = f"∂⟨f, g⟩/∂x = {text}", f"{left} = {latex}"
    return Equality(*formulas, reason, tuple(comparisons), claim, facts)


def product_rule(f, g):
    """The right side of the product rule of two functions, or of a function and a constant.

    returns: text, LaTeX, why it is so, and the claim
    """
    addends = [pair for pair, moves in (("fg", f), ("gf", g)) if callable(moves)]
    text = " + ".join(f"(∂{moves}/∂x) {stays}" for moves, stays in addends)
    latex = " + ".join(
        rf"\frac{{\partial \mathbf{{{moves}}}}}{{\partial \mathbf{{x}}}} \mathbf{{{stays}}}"
        for moves, stays in addends
    )
    if len(addends) == 2:
        return text, latex, "The product rule: each side moves in turn while the other stays.", "N36"
    moves, stays = addends[0]
    reason = f"{stays} is constant and its addend of the product rule 0: what is left is the vJp of {moves}."
    return text, latex, reason, "N37"


def evaluate_both(f, g, x):
    """Both sides at ``x``, as vectors; ValueError unless they are of one length."""
    f_x, g_x = (
        read_vector(f"{name}(x)", side(x.copy())) if callable(side) else read_vector(name, side)
        for name, side in (("f", f), ("g", g))
    )
    if f_x.shape != g_x.shape:
        sizes = f"f(x) is {size_text(f_x.shape)}, g(x) {size_text(g_x.shape)}"
        raise ValueError(f"⟨f, g⟩ needs two vectors of one length; received: {sizes}")
    return f_x, g_x


def read_vector(name, given):
    """Real, finite numbers with one axis, as float64; TypeError or ValueError for anything else."""
    found = take_array(name, given)
    if found.ndim != 1:
        raise ValueError(f"{name} is a vector, with one axis; received {size_text(found.shape)}")
    return found


def measure_gradient(phi, x):
    """The gradient of ``phi`` at a vector ``x`` by central differences of fourth order."""
    steps = np.maximum(SMALL_STEP, 2.0**-26 * np.abs(x))

    def values(k):
        return np.array([phi(x + k * step) for step in np.diag(steps)])

    return (8 * (values(1) - values(-1)) - (values(2) - values(-2))) / (12 * steps)


def read_pair(names, one, other):
    """Two matrices of one shape; ValueError otherwise."""
    first, second = (read_matrix(name, given) for name, given in zip(names, (one, other), strict=True))
    if first.shape != second.shape:
        shapes = f"{names[0]} is {size_text(first.shape)}, {names[1]} {size_text(second.shape)}"
        hint = f"; did you mean {names[1]}.T?" if first.shape == second.shape[::-1] else ""
        raise ValueError(f"⟨{names[0]}, {names[1]}⟩ needs two matrices of one shape; received {shapes}{hint}")
    return first, second


def vec_rule(A, B):
    """⟨A, B⟩ = ⟨vec A, vec B⟩, where vec stacks the columns one on top of the other (claim N38).

    A, B:    matrices of one shape
    returns: Equality; its facts show both vecs, and that NumPy's ``ravel`` goes by rows

    >>> vec_rule([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    ⟨A, B⟩ = ⟨vec A, vec B⟩: holds
      vec takes the columns one after the other, so that every entry of A meets its own of B.
      ✓ Σ Aᵢⱼ Bᵢⱼ = 70 and ⟨vec A, vec B⟩ = 70, apart by less than 1e-9
      vec A = 1  3  2  4
      vec B = 5  7  6  8
      A.ravel(), by rows = 1  2  3  4
      vec A with B.ravel(), orders mixed = 69
    """
    A, B = read_pair("AB", A, B)
    entries = float(sum(A[i, j] * B[i, j] for i, j in np.ndindex(A.shape)))
    vec_a, vec_b = A.ravel(order="F"), B.ravel(order="F")
    noise = ROUNDING * float(np.abs(vec_a) @ np.abs(vec_b))
    facts = (
        ("vec A", matrix_text(vec_a)),
        ("vec B", matrix_text(vec_b)),
        ("A.ravel(), by rows", matrix_text(A.ravel())),
        ("vec A with B.ravel(), orders mixed", number(float(vec_a @ B.ravel()))),
    )
    reason = "vec takes the columns one after the other, so that every entry of A meets its own of B."
    found = Comparison(("Σ Aᵢⱼ Bᵢⱼ", "⟨vec A, vec B⟩"), entries, float(vec_a @ vec_b), noise)
    latex = r"\langle A, B \rangle = \langle \operatorname{vec} A, \operatorname{vec} B \rangle"
    return Equality("⟨A, B⟩ = ⟨vec A, vec B⟩", latex, reason, (found,), "N38", facts)


def trace_rule(A, B):
    """⟨A, B⟩ = tr(A′B) (claim N39).

    A, B:    matrices of one shape
    returns: Equality; its facts show A′B, whose diagonal is added up

    >>> trace_rule([[1, 2], [3, 4]], [[5, 6], [7, 8]]).holds
    True
    """
    A, B = read_pair("AB", A, B)
    product = A.T @ B
    noise = ROUNDING * float(np.sum(np.abs(A) * np.abs(B)))
    found = Comparison(("⟨A, B⟩", "tr(A′B)"), float(np.sum(A * B)), float(np.trace(product)), noise)
    reason = "Entry (j, j) of A′B is column j of A with column j of B; the trace adds up all columns."
    facts = (("A′B", matrix_text(product)),)
    latex = r"\langle A, B \rangle = \operatorname{tr}(A' B)"
    return Equality("⟨A, B⟩ = tr(A′B)", latex, reason, (found,), "N39", facts)


def trace_derivative_rule(X, A):
    """∂tr(X′A)/∂X = A (claim N40).

    X, A:    matrices of one shape
    returns: Equality: A against central differences and against the package's gradient

    >>> trace_derivative_rule([[1, 2], [3, 4]], [[5, 6], [7, 8]]).holds
    True
    """
    X, A = read_pair("XA", X, A)
    measured = measure_slope(lambda X: float(np.trace(X.T @ A)), [X], 0)
    package = grad(lambda X: (X.T @ A).trace())(X)
    noise = ROUNDING * float(np.sum(np.abs(A)))
    comparisons = (
        Comparison(("A", "central differences of tr(X′A)"), A, measured, noise),
        Comparison(("A", "the package's gradient of tr(X′A)"), A, package, noise),
    )
    reason = "tr(X′A) adds up every Xᵢⱼ Aᵢⱼ, so Aᵢⱼ is what stands beside Xᵢⱼ."
    latex = r"\frac{\partial \operatorname{tr}(X' A)}{\partial X} = A"
    return Equality("∂tr(X′A)/∂X = A", latex, reason, comparisons, "N40", (("A", matrix_text(A)),))
