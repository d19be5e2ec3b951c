"""The notes' derivation ∂⟨AX,G⟩/∂X = A′G, step by step, each evaluated on the learner's matrices."""

from itertools import pairwise

import numpy as np

from ..arrays.transforms import vjp
from .chains import Chain, Form
from .equalities import Comparison, Equality
from .inner_products import ROUNDING
from .matrices import check_fit, measure_slope, read_matrix, size_text

__all__ = ["derivation", "row_batch"]

BY_NOTES = "The notes' derivation"
OTHER_HALF = "An addition to the notes: the other half, which a layer's weights need"
BY_ROWS = "An addition to the notes: a batch with one example in each row, as NumPy users write it"


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
    return build_chain(("A", "X"), (A, X, G), wrt, answer, BY_NOTES if wrt == "X" else OTHER_HALF)


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
    return build_chain(("X", "W"), (X, W, G), wrt, answer, BY_ROWS)


def build_chain(names, given, wrt, answer, source):
    """The Chain for a product of two factors with these names, differentiated with respect to one of them."""
    if wrt not in names:
        raise ValueError(f'wrt names a factor: "{names[0]}" or "{names[1]}"; received {wrt!r:.60}')
    matrices = check_fit(names, [read_matrix(name, x) for name, x in zip((*names, "G"), given, strict=True)])
    trial = Trial(names, matrices, names.index(wrt))
    steps = [trial.step(one, other) for one, other in pairwise(trial.forms)]
    if answer is not None:
        steps.append(trial.check_answer(answer))
    gradient = trial.forms[-1].compute(*matrices)
    return Chain(trial.forms, wrt, tuple(steps), gradient, source, trial.dimensions, trial.noise)


def write_forms(left, right, place):
    """The members of the chain for a product, differentiated with respect to its first or second factor."""
    product, swapped = f"{left}{right}", f"{right}′{left}′"
    chain = [
        Form(f"⟨{product}, G⟩", lambda L, R, G: np.sum((L @ R) * G)),
        Form(
            f"tr(({product})′G)",
            lambda L, R, G: np.trace((L @ R).T @ G),
            f"An inner product is a trace: ⟨P, Q⟩ = tr(P′Q), with P = {product} and Q = G.",
            "N39",
        ),
        Form(
            f"tr({swapped}G)",
            lambda L, R, G: np.trace(R.T @ L.T @ G),
            f"Transposing a product turns its order round: ({product})′ = {swapped}.",
        ),
    ]
    if place == 1:
        wrt, last, compute = right, f"{left}′G", lambda L, R, G: L.T @ G
    else:
        wrt, last, compute = left, f"G{right}′", lambda L, R, G: G @ R.T
        reason = (
            f"In a trace the first factor may go to the end: tr(PQ) = tr(QP), P = {right}′ and Q = {left}′G."
        )
        chain.append(Form(f"tr({left}′G{right}′)", lambda L, R, G: np.trace(L.T @ G @ R.T), reason))
    rule = (
        f"The derivative is what stands beside {wrt}′ in the trace: ∂tr({wrt}′B)/∂{wrt} = B, with B = {last}."
    )
    return (*chain, Form(last, compute, rule, "N40", closed=True))


class Trial:
    """The members of a chain, evaluated on one set of matrices and compared.

    names:    of the two factors
    matrices: both factors and G
    place:    with respect to which factor it is differentiated: 0 or 1
    """

    def __init__(self, names, matrices, place):
        self.names, self.matrices, self.place, self.wrt = names, matrices, place, names[place]
        self.forms = write_forms(*names, place)
        sizes = [np.abs(x) for x in matrices]
        with np.errstate(over="ignore", invalid="ignore"):
            addends = [np.sum(form.compute(*sizes)) for form in (self.forms[0], self.forms[-1])]
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
            self.measured[form] = measure_slope(form.compute, list(self.matrices), self.place)
        return self.measured[form]

    def step(self, one, other):
        """One equality sign of the chain as an Equality."""
        texts, package = (one.derivative(self.wrt), other.derivative(self.wrt)), "the package's vJp"
        before, after = self.slope(one), self.slope(other)
        measured = [f"{text} by central differences" for text in texts]
        if other.closed:
            first = Comparison((measured[0], other.text), before, after, self.noise)
            found = [first, Comparison((other.text, package), after, self.package, self.noise)]
        else:
            values = [float(form.compute(*self.matrices)) for form in (one, other)]
            both = f"{texts[1]}, both by central differences"
            found = [
                Comparison((one.text, other.text), *values, self.value_noise),
                Comparison((texts[0], both), before, after, self.noise),
                Comparison((measured[1], package), after, self.package, self.noise),
            ]
        latex = f"{one.derivative_latex(self.wrt)} = {other.derivative_latex(self.wrt)}"
        return Equality(" = ".join(texts), latex, other.reason, tuple(found), other.claim)

    def check_answer(self, answer):
        """The learner's own formula as a last step."""
        names, right, failure = ("the package's vJp", "your answer"), None, ""
        try:
            right = read_matrix("your answer", answer(*(x.copy() for x in self.matrices)))
        except Exception as problem:  # noqa: BLE001 - whatever the learner's function raises, the learner reads
            failure = f"{type(problem).__name__}: {problem}"
            if "core dimension" in str(problem):  # NumPy's words on inner axes are for programmers
                failure = f"a product in it has two sizes that differ where they meet: {self.shapes}"
        found = Comparison(names, self.package, right, self.noise, failure)
        text, latex = self.forms[0].derivative(self.wrt), self.forms[0].derivative_latex(self.wrt)
        reason = "Your own formula, on the same matrices."
        return Equality(f"{text} = your answer", rf"{latex} = \text{{your answer}}", reason, (found,))

    @property
    def shapes(self):
        """The shapes of the matrices, in words."""
        pairs = zip((*self.names, "G"), self.matrices, strict=True)
        return ", ".join(f"{name} is {size_text(x.shape)}" for name, x in pairs)

    @property
    def dimensions(self):
        """The dimension analysis: what is multiplied with what, and what comes out."""
        L, R, G = (x.shape for x in self.matrices)
        factors = (L[::-1], G) if self.place == 1 else (G, R[::-1])
        product = "".join(f"({size_text(shape)})" for shape in factors)
        like = size_text(self.matrices[self.place].shape)
        return f"{self.shapes}. {self.forms[-1].text} is {product} → {like}, the shape of {self.wrt}."
