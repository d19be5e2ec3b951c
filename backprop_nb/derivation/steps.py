"""The notes' derivation ∂⟨AX,G⟩/∂X = A′G, step by step, each evaluated on the learner's matrices."""

from itertools import pairwise

import numpy as np

from ..arrays.transforms import vjp
from .chains import Chain, Form
from .equalities import Comparison, Equality
from .inner_products import (
    ROUNDING,
    inner_product_rule,
    trace_derivative_rule,
    trace_rule,
    vec_rule,
)
from .matrices import fitting, matrix, shape_text, slope

__all__ = [
    "derivation",
    "inner_product_rule",
    "row_batch",
    "trace_derivative_rule",
    "trace_rule",
    "vec_rule",
]

NOTES = "The notes' derivation (N41)"
OTHER_HALF = "An addition to the notes: the other half, which a layer's weights need"
ROWS = "An addition to the notes: a batch with one example in each row, as NumPy users write it"


def derivation(A, X, G, wrt="X", answer=None):
    r"""∂⟨AX,G⟩/∂X = ∂tr((AX)′G)/∂X = ∂tr(X′A′G)/∂X = A′G, evaluated at every sign (claim N41).

    A, X, G: matrices m×k, k×n and m×n of real numbers; G is the gradient of AX
    wrt:     "X", or "A" for the other half, G X′, which the notes leave out
    answer:  a formula of your own for the derivative, a function of (A, X, G): it becomes the last step
    returns: Chain: ``.steps`` with ``.holds`` and ``.difference`` each, ``.gradient``; shows itself
    raises:  ValueError for shapes that do not fit and for more than 1,024 entries to be moved one by one;
             TypeError for anything but real numbers

    Where two forms are numbers, the numbers are compared; their derivatives are measured by central
    differences and compared entry by entry with each other and with the package's own vJp of the product.

    >>> found = derivation([[1, 2], [3, 4]], [[0.5], [1]], [[1], [-1]])
    >>> found.holds, found.gradient.tolist()
    (True, [[-2.0], [-2.0]])
    >>> print(derivation([[1, 2], [3, 4]], [[0.5], [1]], [[1], [-1]], answer=lambda A, X, G: A @ G).verdict)
    Step 4 does not hold on these matrices.
    """
    return derived(("A", "X"), (A, X, G), wrt, answer, NOTES if wrt == "X" else OTHER_HALF)


def row_batch(X, W, G, wrt="W", answer=None):
    """The same for Y = XW, one example a row: X′G for the weights W, G W′ for X (an addition to the notes).

    X, W, G: matrices m×k, k×n and m×n of real numbers; G is the gradient of XW
    wrt:     "W" or "X"
    answer, returns, raises: as for ``derivation``

    >>> row_batch([[1, 2]], [[3], [4]], [[5]]).gradient.tolist()
    [[5.0], [10.0]]
    >>> row_batch([[1, 2]], [[3], [4]], [[5]], wrt="X").gradient.tolist()
    [[15.0, 20.0]]
    """
    return derived(("X", "W"), (X, W, G), wrt, answer, ROWS)


def derived(names, given, wrt, answer, source):
    """The Chain for a product of two factors with these names, differentiated by one of them."""
    if wrt not in names:
        raise ValueError(f'wrt names a factor: "{names[0]}" or "{names[1]}"; received {wrt!r:.60}')
    matrices = fitting(names, [matrix(name, x) for name, x in zip((*names, "G"), given, strict=True)])
    place = names.index(wrt)
    chain = forms(*names, place)
    trial = Trial(names, matrices, place)
    steps = [trial.step(one, other) for one, other in pairwise(chain)]
    if answer is not None:
        steps.append(trial.answered(answer))
    sizes = dimensions(names, matrices, place, chain[-1])
    return Chain(chain, wrt, tuple(steps), chain[-1].compute(*matrices), source, sizes, trial.noise)


def forms(left, right, place):
    """The members of the chain for the product of two factors, differentiated by the first or second."""
    product, swapped = f"{left}{right}", f"{right}′{left}′"
    chain = [
        Form(f"⟨{product}, G⟩", rf"\langle {product}, G \rangle", lambda L, R, G: np.sum((L @ R) * G)),
        Form(
            f"tr(({product})′G)",
            rf"\operatorname{{tr}}(({product})'G)",
            lambda L, R, G: np.trace((L @ R).T @ G),
            f"An inner product is a trace: ⟨P, Q⟩ = tr(P′Q), with P = {product} and Q = G.",
            "N39",
        ),
        Form(
            f"tr({swapped}G)",
            rf"\operatorname{{tr}}({right}'{left}'G)",
            lambda L, R, G: np.trace(R.T @ L.T @ G),
            f"Transposing a product turns its order round: ({product})′ = {swapped}.",
        ),
    ]
    if place == 1:
        return (*chain, ending(right, f"{left}′G", lambda L, R, G: L.T @ G))
    turned = Form(
        f"tr({left}′G{right}′)",
        rf"\operatorname{{tr}}({left}'G{right}')",
        lambda L, R, G: np.trace(L.T @ G @ R.T),
        f"In a trace the first factor may go to the end: tr(PQ) = tr(QP), P = {right}′ and Q = {left}′G.",
    )
    return (*chain, turned, ending(left, f"G{right}′", lambda L, R, G: G @ R.T))


def ending(wrt, text, compute):
    """The last member: what stands beside the transposed matrix in the trace."""
    reason = (
        f"The derivative is what stands beside {wrt}′ in the trace: ∂tr({wrt}′B)/∂{wrt} = B, with B = {text}."
    )
    return Form(text, text.replace("′", "'"), compute, reason, "N40", closed=True)


class Trial:
    """Forms evaluated on one set of matrices, and compared.

    names:    of the two factors
    matrices: both factors and G
    place:    which factor is differentiated by: 0 or 1
    """

    def __init__(self, names, matrices, place):
        self.names, self.matrices, self.place = names, matrices, place
        sizes = [np.abs(x) for x in matrices]
        with np.errstate(over="ignore", invalid="ignore"):
            addends = [np.sum((sizes[0] @ sizes[1]) * sizes[2]), np.sum(gradient(*sizes, place))]
            room = np.divide(addends, ROUNDING)  # for the steps of the central differences
        if not np.all(np.isfinite(room)):
            raise ValueError(
                "a product of these numbers overflows; divide the matrices by a large number first"
            )
        self.value_noise, self.noise = (ROUNDING * float(x) for x in addends)
        self.package = vjp(lambda L, R: L @ R, *matrices[:2])[1](matrices[2])[place]
        self.measured = {}

    def slope(self, form):
        """The derivative of a form: itself if it is one, else measured."""
        if form.closed:
            return form.compute(*self.matrices)
        if form not in self.measured:
            self.measured[form] = slope(form.compute, list(self.matrices), self.place)
        return self.measured[form]

    def step(self, one, other):
        """One equality sign of the chain as an Equality."""
        wrt, package = self.names[self.place], "the package's vJp"
        texts, slopes = (one.by(wrt), other.by(wrt)), (self.slope(one), self.slope(other))
        found, measured = [], f"{texts[0]} by central differences"
        if other.closed:
            found.append(Comparison((measured, other.text), *slopes, self.noise))
            found.append(Comparison((other.text, package), slopes[1], self.package, self.noise))
        else:
            numbers = [float(form.compute(*self.matrices)) for form in (one, other)]
            both = f"{texts[1]}, both by central differences"
            found.append(Comparison((one.text, other.text), *numbers, self.value_noise))
            found.append(Comparison((texts[0], both), *slopes, self.noise))
            found.append(
                Comparison(
                    (f"{texts[1]} by central differences", package), slopes[1], self.package, self.noise
                )
            )
        latex = f"{one.by_latex(wrt)} = {other.by_latex(wrt)}"
        return Equality(" = ".join(texts), latex, other.reason, tuple(found), other.claim)

    def answered(self, answer):
        """The learner's own formula as a last step."""
        names, right, failure = ("the package's vJp", "your answer"), None, ""
        try:
            right = matrix("your answer", answer(*(x.copy() for x in self.matrices)))
        except Exception as problem:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            failure = self.in_words(problem)
        found = Comparison(names, self.package, right, self.noise, failure)
        whole = forms(*self.names, self.place)[0]
        text, latex = (side(self.names[self.place]) for side in (whole.by, whole.by_latex))
        reason = "Your own formula, on the same matrices."
        return Equality(f"{text} = your answer", rf"{latex} = \text{{your answer}}", reason, (found,))

    def in_words(self, problem):
        """What went wrong in the learner's formula; NumPy's words on inner axes are for programmers."""
        if "core dimension" not in str(problem):
            return f"{type(problem).__name__}: {problem}"
        names = (*self.names, "G")
        shapes = ", ".join(f"{n} is {shape_text(x.shape)}" for n, x in zip(names, self.matrices, strict=True))
        return f"a product in it has two sizes that differ where they meet: {shapes}"


def gradient(left, right, g, place):
    """The derivative of ⟨left right, g⟩ by one of the factors."""
    return left.T @ g if place == 1 else g @ right.T


def dimensions(names, matrices, place, last):
    """The dimension analysis: what is multiplied with what, and what comes out."""
    L, R, G = matrices
    shapes = (L.T.shape, G.shape) if place == 1 else (G.shape, R.T.shape)
    product = "".join(f"({shape_text(shape)})" for shape in shapes)
    given = ", ".join(f"{n} is {shape_text(x.shape)}" for n, x in zip((*names, "G"), matrices, strict=True))
    like = shape_text(matrices[place].shape)
    return f"{given}. {last.text} is {product} → {like}, the shape of {names[place]}."
