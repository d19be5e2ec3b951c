"""The derivation of A′G, its other half, the row-batch form, and the rules they stand on."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.derivation import derivation, inner_products, row_batch
from backprop_nb.derivation.chains import Form
from backprop_nb.derivation.equalities import Comparison, Equality
from backprop_nb.derivation.inner_products import (
    inner_product_rule,
    trace_derivative_rule,
    trace_rule,
    vec_rule,
)
from backprop_nb.derivation.matrices import matrix_text
from backprop_nb.derivation.steps import Trial, write_forms

A = np.array([[1.0, 2, 0.5], [3, -1, 4]])
X = np.array([[0.5, 1], [2, -1], [1, 3]])
G = np.array([[1.0, 0.5], [-1, 2]])
SHAPES = [(1, 1, 1), (2, 3, 4), (4, 3, 2), (1, 5, 1), (3, 1, 3), (3, 3, 3), (7, 2, 6)]


def drawn(m, k, n, size=1.0):
    rng = np.random.default_rng([m, k, n])
    return [size * rng.normal(size=shape) for shape in ((m, k), (k, n), (m, n))]


# ---- the derivation ----


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1.0, 1e-6, 1e8])
def test_every_step_holds_and_ends_in_what_addition_entry_by_entry_gives(shape, size):
    A, X, G = drawn(*shape, size)
    (m, k, n) = shape
    X_bar = [[sum(A[r, i] * G[r, j] for r in range(m)) for j in range(n)] for i in range(k)]
    A_bar = [[sum(G[i, c] * X[j, c] for c in range(n)) for j in range(k)] for i in range(m)]
    found = [
        *(derivation(A, X, G, wrt) for wrt in "XA"),
        *(row_batch(A, X, G, wrt) for wrt in "WX"),
    ]
    for one, right in zip(found, [X_bar, A_bar, X_bar, A_bar], strict=True):
        assert one.holds, str(one)
        assert one.gradient == pytest.approx(np.array(right), rel=1e-12, abs=1e-12 * size**2)
        assert one.verdict == "Every step holds on these matrices."


def test_the_chain_is_the_notes_own_and_what_they_leave_out_is_marked_as_an_addition():
    found = derivation(A, X, G)
    assert found.heading == "∂⟨AX, G⟩/∂X = ∂tr((AX)′G)/∂X = ∂tr(X′A′G)/∂X = A′G"
    assert [step.claim for step in found.steps] == ["N39", "", "N40"]
    assert found.latex == (
        r"\begin{aligned} \frac{\partial \langle AX, G \rangle}{\partial X} "
        r"&= \frac{\partial \operatorname{tr}((AX)'G)}{\partial X} "
        r"\\ &= \frac{\partial \operatorname{tr}(X'A'G)}{\partial X} \\ &= A'G \end{aligned}"
    )
    assert "notes" in found.source
    for found, ends in (
        (derivation(A, X, G, wrt="A"), "∂tr(A′GX′)/∂A = GX′"),
        (row_batch(A, X, G), "∂tr(W′X′G)/∂W = X′G"),
        (row_batch(A, X, G, wrt="X"), "∂tr(X′GW′)/∂X = GW′"),
    ):
        assert found.heading.endswith(ends)
        assert found.source.startswith("An addition to the notes")


def test_each_step_compares_numbers_differences_and_the_package_and_dimensions_are_told():
    first, second, last = derivation(A, X, G)
    for step in (first, second):
        assert [np.shape(c.left) for c in step.comparisons] == [(), (3, 2), (3, 2)]
        assert step.comparisons[0].left == float(np.sum((A @ X) * G)) == 33.75
    assert [np.shape(c.left) for c in last.comparisons] == [(3, 2), (3, 2)]
    package = bp.vjp(bp.matmul, A, X)[1](G)[1]
    assert last.comparisons[1].right.tolist() == package.tolist()
    assert 0 <= max(step.difference for step in (first, second, last)) < 1e-12
    assert "A′G is (3×2)(2×2) → 3×2, the shape of X." in derivation(A, X, G).text
    assert "GX′ is (2×2)(2×3) → 2×3, the shape of A." in derivation(A, X, G, wrt="A").text


def test_a_step_with_A_in_the_place_of_its_transpose_or_one_entry_wrong_does_not_hold():
    square = [np.arange(9.0).reshape(3, 3) ** 1.5, *drawn(3, 3, 3)[1:]]
    whole, _, turned, last = write_forms("A", "X", 1)
    wrong = Form("tr(X′AG)", lambda A, X, G: np.trace(X.T @ A @ G))
    closed = Form("AG", lambda A, X, G: A @ G, closed=True)
    trial = Trial(("A", "X"), square, 1)
    assert trial.step(whole, turned).holds
    assert trial.step(turned, last).holds
    assert [c.holds for c in trial.step(whole, wrong).comparisons] == [False, False, False]
    assert [c.holds for c in trial.step(turned, closed).comparisons] == [False, False]
    assert "does not hold" in str(trial.step(turned, closed))

    def nearly(A, X, G):
        out = A.T @ G
        out[2, 1] *= 1 + 1e-8
        return out

    found = derivation(A, X, G, answer=nearly)
    assert not found.holds
    assert "in row 3, column 2" in found[3].comparisons[0].text


# ---- the learner's own answer ----


def test_an_answer_becomes_the_last_step():
    assert derivation(A, X, G, answer=lambda A, X, G: (G.T @ A).T).holds
    assert len(derivation(A, X, G, answer=lambda A, X, G: A.T @ G)) == 4
    wrong = derivation(A, X, G, answer=lambda A, X, G: X @ G)
    assert not wrong
    assert [step.holds for step in wrong] == [True, True, True, False]
    assert wrong.verdict == "Step 4 does not hold on these matrices."
    assert wrong[3].latex.endswith(r"{\partial X} = \text{your answer}")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda A, X, G: G, "the package's vJp is 3×2, but your answer is 2×2"),
        (lambda A, X, G: A @ G,
         "your answer: a product in it has two sizes that differ where they meet: A is 2×3"),
        (lambda A, X, G: (A.T @ G) * np.nan, "finite"),
        (lambda A, X, G: "A'G", "real numbers"),
        (lambda A, X, G: None, "real numbers"),
        (lambda A: A, "TypeError"),
        (lambda A, X, G: A.T @ G + 1, "apart by up to 1: "),
    ],
)  # fmt: skip
def test_an_answer_that_is_wrong_or_fails_is_told_and_nothing_breaks(answer, says):
    found = derivation(A, X, G, answer=answer)
    assert not found.holds
    assert says in found.text


def test_an_answer_may_use_the_packages_functions_and_a_symmetric_matrix_hides_a_lost_transpose():
    assert derivation(A, X, G, answer=lambda A, X, G: bp.vjp(lambda X: A @ X, X)[1](G)[0]).holds
    assert derivation(A, X, G, answer=lambda A, X, G: bp.Tensor(A).T @ bp.Tensor(G)).holds
    assert derivation(A.T @ A, X, X, answer=lambda A, X, G: A @ G).holds


def test_what_an_answer_does_to_its_arrays_stays_with_it():
    def spoiling(A, X, G):
        out = A.T @ G
        for x in (A, X, G):
            x[:] = 7
        return out

    before = [x.copy() for x in (A, X, G)]
    assert derivation(A, X, G, answer=spoiling).holds
    assert all(np.array_equal(x, y) for x, y in zip(before, (A, X, G), strict=True))


# ---- what is taken, and what is refused ----


def test_lists_integers_float32_tensors_and_views_are_taken():
    exact = derivation(A, X, G).gradient
    assert derivation(A.tolist(), X.tolist(), G.tolist()).gradient.tolist() == exact.tolist()
    assert derivation(bp.Tensor(A), bp.Tensor(X), bp.Tensor(G)).holds
    assert derivation(A.astype(np.float32), X.T.copy().T, G[::-1][::-1]).gradient.tolist() == exact.tolist()
    assert derivation([[2]], [[3]], [[5]]).gradient.tolist() == [[10.0]]
    assert derivation(A, X, np.zeros((2, 2))).holds


@pytest.mark.parametrize(
    ("call", "kind", "says"),
    [
        (lambda: derivation(A, A, G), ValueError, r"received A 2×3 and X 2×3; did you mean A\.T or X\.T\?"),
        (lambda: derivation(A, X.T, G), ValueError,
         r"as many columns of A as rows of X.*did you mean A\.T or X\.T\?"),
        (lambda: row_batch(X, A[:1].T, G), ValueError, r"XW needs .* W 3×1; did you mean X\.T\?"),
        (lambda: derivation(A[:1, :1], X, G), ValueError, "received A 1×1 and X 3×2$"),
        (lambda: derivation(A, X, A), ValueError, "so it is 2×2; received 2×3"),
        (lambda: derivation(A[:1], X, G[:, :1]), ValueError,
         r"so it is 1×2; received 2×1; did you mean G\.T\?"),
        (lambda: derivation(A[0], X, G), ValueError, r"A is a matrix.*A\[:, None\] makes it a column"),
        (lambda: derivation([[1], [2, 3]], X, G), ValueError, "rows of equal length"),
        (lambda: derivation(A * 1j, X, G), TypeError, "real numbers; received complex128"),
        (lambda: derivation([["a"]], X, G), TypeError, "real numbers"),
        (lambda: derivation([[True]], X, G), TypeError, "real numbers; received bool"),
        (lambda: derivation(A * np.nan, X, G), ValueError, "finite numbers"),
        (lambda: derivation(A[:0], X, G), ValueError, "at least one entry"),
        (lambda: derivation(A * 1e200, X * 1e200, G), ValueError, "overflows"),
        (lambda: derivation(A, X, G, wrt="G"), ValueError, '"A" or "X"; received \'G\''),
        (lambda: row_batch(A, X, G, wrt="A"), ValueError, '"X" or "W"; received \'A\''),
        (lambda: derivation(*[np.ones((40, 40))] * 3), ValueError, "40×40 = 1,600 entries"),
    ],
)  # fmt: skip
def test_errors_say_the_rule_what_was_received_and_what_to_try(call, kind, says):
    with pytest.raises(kind, match=says):
        call()


# ---- how it is shown ----


def test_a_derivation_shows_itself_as_html_latex_and_text():
    found = derivation(A, X, G, answer=lambda A, X, G: A)
    bundle = found._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/latex", "text/plain"}
    assert bundle["text/plain"] == repr(found) == found.text
    assert bundle["text/html"].count("<li") == 4
    for sign in ("✓ holds", "✗ does not hold"):
        assert sign in bundle["text/html"]
    for step in found:
        assert step.text in bundle["text/html"]
        assert step.reason in found.text


def test_what_is_shown_does_not_depend_on_rounding():
    one = derivation(A * 0.1, X * 0.3, G * 0.7)
    last = one.steps[-1].comparisons[0]
    assert 0 < last.difference < last.allowed
    assert f"{last.difference}" not in one.text + one.html
    exact = Comparison(last.names, last.left, last.left, last.allowed)
    assert exact.text == last.text


def test_a_message_that_looks_like_markup_stays_text():
    def nasty(A, X, G):
        raise ValueError("<script>alert(1)</script>")

    html = derivation(A, X, G, answer=nasty).html
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_large_matrices_are_written_small():
    assert matrix_text(np.ones((9, 9))).count("\n") == 6
    assert "…" in matrix_text(np.ones((9, 9)))
    assert matrix_text(np.array([1e-17, 2.0]), 1e-12) == "0  2"


# ---- the rules, each by itself ----

x = np.array([0.5, 1.25, 2.0])
SMOOTH = {
    "powers": (lambda x: x * x, lambda x: x**3),
    "elementwise": (np.sin, lambda x: np.exp(-x)),
    "mixing": (lambda x: A @ x, lambda x: np.tanh(A) @ (x * x)),
    "package": (bp.softmax, lambda x: bp.log(x) / bp.sum(x)),
    "longer than x": (lambda x: np.concatenate([x, x * x]), lambda x: np.concatenate([x[::-1], 1 / x])),
    "one of them constant": (lambda x: x * x, lambda x: np.ones(3)),
    "the same twice": (bp.cos, bp.cos),
    "one number": (lambda x: x[:1] * x[1], lambda x: x[2:] - x[0]),
}


@pytest.mark.parametrize("pair", SMOOTH.values(), ids=SMOOTH)
def test_the_derivative_of_an_inner_product_of_two_functions(pair):
    found = inner_product_rule(*pair, x)
    assert found.holds, str(found)
    assert found.claim == "N36"
    swapped = inner_product_rule(*pair[::-1], x)
    assert found.comparisons[0].left == pytest.approx(swapped.comparisons[0].left)


def test_with_one_side_constant_it_is_the_vjp():
    a, g = np.array([2.0, -1.0, 0.5]), np.array([1.0, 3.0, -2.0])
    for found in (inner_product_rule(lambda x: a * x, g, x), inner_product_rule(g, lambda x: a * x, x)):
        assert found.claim == "N37"
        assert len(found.comparisons) == 2
        assert found.holds
        assert found.comparisons[0].left.tolist() == (a * g).tolist()
    assert inner_product_rule(lambda x: A @ x, [1, -1], x).comparisons[0].left == pytest.approx(A.T @ [1, -1])


def test_the_wrong_layout_does_not_hold(monkeypatch):
    J = bp.jacobian
    monkeypatch.setattr(inner_products, "jacobian", lambda f, x, layout: J(f, x, layout="usual"))
    S = np.arange(9.0).reshape(3, 3)
    assert not inner_product_rule(lambda x: S @ x, lambda x: x * x, x).holds
    assert "does not hold" in str(inner_product_rule(lambda x: S @ x, [1, 2, 3], x))


def test_at_a_kink_the_rule_does_not_hold_and_says_where():
    found = inner_product_rule(bp.relu, [1.0, 1.0], [0.0, 1.0])
    assert [comparison.holds for comparison in found.comparisons] == [False, True]
    assert "in entry 1" in found.comparisons[0].text


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (([1], [2], [3]), TypeError, "two constants"),
        ((lambda x: x, lambda x: x[:2], x), ValueError, "f(x) is a vector of 3, g(x) a vector of 2"),
        ((lambda x: x, [1], x), ValueError, "g(x) a vector of 1"),
        ((lambda x: x, bp.sum, x), ValueError, "g(x) is a vector, with one axis; received one number"),
        ((lambda x: x, lambda x: x, A), ValueError, "x is a vector, with one axis; received 2×3"),
        ((lambda x: "x", lambda x: x, x), TypeError, "f(x) holds real numbers"),
    ],
)
def test_functions_that_have_no_inner_product_are_refused(arguments, kind, says):
    with pytest.raises(kind) as caught:
        inner_product_rule(*arguments)
    assert says in str(caught.value)


def test_vec_stacks_columns_and_ravel_does_not():
    found = vec_rule([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    facts = dict(found.facts)
    assert found.holds
    assert facts["vec A"].split() == ["1", "3", "2", "4"]
    assert facts["A.ravel(), by rows"].split() == ["1", "2", "3", "4"]
    assert facts["vec A with B.ravel(), orders mixed"] == "69"


@pytest.mark.parametrize("shape", SHAPES)
def test_inner_product_trace_and_its_derivative(shape):
    A, _, _ = drawn(*shape)
    B = A[::-1] ** 2 - 1
    rules = {"N38": vec_rule, "N39": trace_rule, "N40": trace_derivative_rule}
    for claim, found in {claim: rule(A, B) for claim, rule in rules.items()}.items():
        assert found.holds, str(found)
        assert found.claim == claim
        assert found.difference < 1e-11
        assert found
    assert trace_derivative_rule(A, B).comparisons[1].right.tolist() == B.tolist()


def test_matrices_of_different_shapes_have_no_inner_product():
    for rule in (vec_rule, trace_rule, trace_derivative_rule):
        with pytest.raises(ValueError, match=r"one shape; received .* 2×3, . 3×2; did you mean .\.T\?"):
            rule(A, X)


def test_a_rule_shows_itself():
    bundle = trace_rule(A, A)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/latex", "text/plain"}
    assert "<strong>⟨A, B⟩ = tr(A′B)</strong><br>✓ holds" in bundle["text/html"]
    assert bundle["text/latex"] == r"$$\langle A, B \rangle = \operatorname{tr}(A' B)$$"


def test_an_equality_holds_only_if_all_its_comparisons_do():
    good, bad = Comparison(("a", "b"), 1.0, 1.0, 0.0), Comparison(("a", "b"), 1.0, 2.0, 0.5)
    assert Equality("a = b", "a = b", "", (good,)).holds
    assert not Equality("a = b", "a = b", "", (good, bad))
    assert Equality("a = b", "a = b", "", (good, bad)).difference == 1.0
    assert not Comparison(("a", "b"), np.ones(2), np.array([1.0, np.nan]), 1.0).holds
