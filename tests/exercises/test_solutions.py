"""Every exercise that asks for a function, solved and failed in other ways than its own file does."""

import contextlib
import math

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import check
from backprop_nb.runs.timing import peak_bytes


def add_up(paths):
    return sum(map(math.prod, paths))


def backward_order(output, operands):
    order, opened, stack = [], set(), [(output, False)]
    while stack:
        node, closing = stack.pop()
        if closing:
            order.append(node)
        elif node not in opened:
            opened.add(node)
            stack.append((node, True))
            stack += [(operand, False) for operand in operands[node]]
    return order[::-1]


def preorder(output, operands):
    order, stack = [], [output]
    while stack:
        node = stack.pop()
        if node not in order:
            order.append(node)
            stack += operands[node]
    return order


def sweep(run, add=True):
    adjoint = {row.index: 0.0 for row in run.rows} | {run.output: 1.0}
    for row in reversed(run.rows):
        for x in row.operands:
            if x.index is not None:
                flow = adjoint[row.index] * x.partial
                adjoint[x.index] = flow + (adjoint[x.index] if add else 0)
    return adjoint


def power(x, n, start=1):
    for _ in range(n):
        start = start * x
    return start


def rescued(x):
    try:
        return bp.log(x)
    except ValueError:
        return x - 1


def pull(X, W, G):
    return G @ W.T, X.T @ G


def shared_pull(A, X, G):
    return (G @ X.swapaxes(1, 2)).sum(axis=0), A.T @ G


def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy_pull(logits, labels, softmax=softmax):
    p = softmax(logits)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


def softmax_pull(s, g):
    return s * (g - (s * g).sum(axis=-1, keepdims=True))


def softmax_by_loops(s, g):
    if s.ndim > 1:
        return np.array([softmax_by_loops(*row) for row in zip(s, g, strict=True)])
    out = np.zeros(len(s))
    for i in range(len(s)):
        for j in range(len(s)):
            out[i] += s[i] * ((i == j) - s[j]) * g[j]
    return out


def softmax_by_jacobian(s, g):
    if s.ndim > 1:
        return np.array([softmax_by_jacobian(*row) for row in zip(s, g, strict=True)])
    return (np.diag(s) - np.outer(s, s)) @ g


def jacobian_of(pull, inputs, outputs):
    return np.array([pull(unit) for unit in np.eye(outputs)]).T


def one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


SOLVED = {
    "04-2": [add_up],
    "04-4": [lambda x: x + x + x, lambda x: x * x * x, lambda x: x * x + bp.sin(x)],
    "05-1": [lambda out, x: -2 * x * out],
    "05-2": [lambda g, x, y: (g / y, -g * x / y**2), lambda g, x, y: np.array([g / y, -g * (x / y) / y])],
    "06-1": [backward_order],
    "06-2": [sweep],
    "07-1": [lambda x: x if x <= 1 else 3 * x - 2, lambda x: x if x < 1 else 1 + 3 * (x - 1)],
    "07-3": [power],
    "07-4": [lambda x: 1 + x / 2 if x == 0 else (bp.exp(x) - 1) / x],
    "07-5": [rescued],
    "08-3": [lambda g, out: g * out * (1 - out), lambda g, out: (g * (out - out**2)).tolist()],
    "09-5": [
        jacobian_of,
        lambda pull, n, m: [[pull([float(k == j) for k in range(m)])[i] for j in range(m)] for i in range(n)],
    ],
    "09-6": [
        softmax_pull,
        softmax_by_loops,  # which end within patience
        lambda s, g: s * g - s * np.sum(s * g, axis=-1, keepdims=True),
    ],
    "10-3": [pull, lambda X, W, G: [(W @ G.T).T, np.einsum("bi,bo->io", X, G)]],
    "10-5": [shared_pull, lambda A, X, G: (np.einsum("bmn,bkn->mk", G, X), np.matmul(A.T, G))],
    "11-2": [
        lambda G: G.sum(axis=0),
        lambda G: np.ones(len(G)) @ G,
        lambda G: [sum(c) for c in zip(*G, strict=True)],
    ],
    "11-7": [cross_entropy_pull, lambda z, labels: (softmax(z) - one_hot(z, labels)) / len(z)],
    "11-8": [unbroadcast],
}
FAILED = {  # beside the mistakes that the exercises name: test_bank makes those
    "04-2": [
        (lambda paths: add_up(paths) if paths else 1, "For []"),
        (lambda paths: paths, "A number is asked for"),
        (lambda paths: None if len(paths) > 2 else add_up(paths), "returns nothing"),
    ],
    "04-4": [
        (lambda x: x, "x itself"),
        (lambda x: 3.0, "No path"),
        (lambda x: x + x, "2 paths to x"),
        (lambda x: (x + x) * (x + x), "4 paths to x"),
        (bp.sin, "1 path to x"),
        (lambda x: [x], "returned a list"),
    ],
    "05-1": [
        (lambda out, x: (math.exp(-((x + 1e-5) ** 2)) - out) / 1e-5, "is it a difference quotient?"),
        (lambda out, x: 7, "another"),
        (lambda out, x: "x", "cannot read `x`"),
    ],
    "05-2": [
        (lambda g, x, y: (1 / y, 0), "left out g"),
        (lambda g, x, y: (-g * x / y**2, g / y), "have changed places; first comes to_x, then to_y"),
        (lambda g, x, y: g / y, "A pair of numbers is asked for: `return to_x, to_y`"),
    ],
    "06-1": [
        (lambda output, operands: backward_order(output, operands)[::-1], "order of the forward run"),
        (preorder, "still had to hand on to it"),
        (lambda output, operands: [output], "are missing"),
        (lambda output, operands: sorted(operands, key=lambda v: -int(v[1:])), "still had to hand on"),
        (lambda output, operands: [output, output], "comes twice"),
        (lambda output, operands: 5, "Names of nodes"),
        (lambda output, operands: ["v77"], "no node `v77`"),
    ],
    "06-2": [
        (lambda run: sweep(run, add=False), "overwrite"),
        (lambda run: 4, "A dict"),
        (lambda run: {}, "missing"),
        (lambda run: {"zz": 1}, "no 'zz'"),
        (lambda run: {row.label: row.adjoint for row in run.inputs}, "A number is asked for"),
        (lambda run: dict.fromkeys(run.gradient, 0.0) | {s.target: s.after for s in run.steps}, "I get 0"),
    ],
    "07-1": [
        (lambda x: float(x) if x < 1 else 3 * x - 2, "into a plain float"),
        (lambda x: x if x < 1 else None, "returns nothing"),
        (lambda x: x if x < 1 else 3 if x == 1 else 3 * x - 2, "At x = 1, the value"),
    ],
    "07-3": [
        (lambda x, n: 2.0**n, "no path"),
        (lambda x, n: x**n, "no loop"),
        (lambda x, n: float(x) ** n, "into a plain float"),
    ],
    "07-4": [
        (lambda x: 1 if x == 0 else (bp.exp(x) - 1) / x, "plain number"),
        (lambda x: (bp.exp(x) - 1) / x, "divides by zero"),
    ],
    "07-5": [
        (bp.log, "ValueError, log(-3)"),
        (lambda x: bp.log(x) if x > 0 else x - 1, "nothing is caught here"),
        (lambda x: bp.log(x) if x > 0 else float(x) - 1, "into a plain float"),
    ],
    "08-3": [
        (lambda g, out: g / (2 + np.exp(out) + np.exp(-out)), "`out` is the sigmoid already"),
        (lambda g, out: -g * out * (1 - out), "sign"),
        (lambda g, out: g * out * (1 - out) + 1e-5 * g * out, "is it a difference quotient?"),
        (lambda g, out: (g * out * (1 - out)).ravel(), "it must be that of x, (3, 3)"),
        (lambda g, out: "no", "of type str"),
        (lambda g, out: (g, out), "Yours has shape (2, 4)"),
        (lambda g, out: g + 0j, "of type complex"),
        (lambda g, out: g * np.nan, "nan"),
        (lambda g, out: 0 * g, "all of it is 0"),
    ],
    "09-5": [
        (lambda pull, n, m: [pull(unit) for unit in np.eye(n)], "usual layout"),
        (lambda pull, n, m: np.array([pull(unit) for unit in np.eye(n)]).T, "per output, shape (2,)"),
        (lambda pull, n, m: np.zeros((m, n)), "all of it is 0"),
        (lambda pull, n, m: np.zeros((m, n + 1)), "(3, 4), it must be that of the notes' layout"),
        (lambda pull, n, m: jacobian_of(pull, n, m) if n == m else np.ones((m, n)), "the usual layout"),
    ],
    "09-6": [
        (softmax_by_jacobian, "a Jacobian is in it"),
        (lambda s, g: s * (g - s @ g), "For s (3, 3), g (3, 3)"),
    ],
    "10-3": [
        (lambda X, W, G: (G @ W.T, (X.T @ G).reshape(G.shape[1], -1).T), "dW: It is the transpose"),
        (lambda X, W, G: (G @ W.T, np.zeros((X.shape[1], G.shape[1]))), "all of it is 0"),
        (lambda X, W, G: pull(X, W, G)[::-1], "the two have changed places"),
        (lambda X, W, G: X.T @ G, "A pair of arrays is asked for: `return dX, dW`"),
        (lambda X, W, G: ((G @ W.T).reshape(3, 3), X.T @ G), "G (5, 2): your function"),
        (lambda X, W, G: pull(X, W, G) if len(X) != 5 else (G @ W, X), "axes of a product differ, 2 and 3"),
        (lambda X, W, G: (np.sum(G) @ W, X), "a product `@` takes arrays"),
        (
            lambda X, W, G: pull(X, W, G) if len(X) < 5 else (G @ W.T, G.T @ X),
            "and (P Q)′ = Q′ P′. Yours has shape (2, 3), it must be that of W, (3, 2).",
        ),
        (lambda X, W, G: pull(X, W, G) if len(X) < 5 else (G @ W.T, np.ones((2, 3))), "Is it the transpose?"),
        (
            lambda X, W, G: pull(X, W, G) if len(X) < 5 else (np.ones((3, 5)), X.T @ G),
            "dX: Yours has shape (3, 5)",
        ),
        (lambda X, W, G: ([[1, 2], [3]], 0), "Its rows differ"),
        (lambda X, W, G: pull(X, W, G) if len(X) < 5 else (None, G), "returns nothing"),
    ],
    "10-5": [(lambda A, X, G: (2 * G @ X.swapaxes(1, 2), A.T @ G), "that of A, (3, 3). You forgot to sum")],
    "11-2": [
        (lambda G: G * 2, "Yours has shape (4, 3), it must be that of b, (3,). You forgot to sum over the"),
        (lambda G: 3 * G.sum(axis=0), "Every entry is 3 times"),
        (lambda G: G.sum(axis=0)[::-1], "their order is not"),
        (lambda G: G.sum(axis=0) + np.eye(G.shape[1])[1], "2 of 3 entries are. Look at entry [1]"),
        (lambda G: G.sum(axis=0) + np.arange(1, 4), "no mistake that I know"),
    ],
    "11-7": [
        (
            lambda z, labels: cross_entropy_pull(
                z, labels, lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            ),
            "exp overflows",
        ),
        (lambda z, labels: cross_entropy_pull(z * (abs(z) < 10), labels), "logits (2, 3)"),
    ],
}


@pytest.mark.parametrize(("key", "solution"), [(key, f) for key in SOLVED for f in SOLVED[key]])
def test_a_right_function_is_right(key, solution):
    assert check(key, solution).right, check(key, solution)


@pytest.mark.parametrize(
    ("key", "attempt", "words"), [(key, *pair) for key in FAILED for pair in FAILED[key]]
)
def test_a_wrong_function_is_met_with_its_mistake(key, attempt, words):
    feedback = check(key, attempt)
    assert feedback.kind == "wrong"
    assert words in feedback.message


def test_an_endless_loop_is_stopped_and_a_pair_of_nothing_is_not_filled_in():
    def endless(*arguments):
        while True:
            with contextlib.suppress(Exception):
                arguments = [*arguments][:1]

    for key in ("07-3", "10-3"):
        assert "stopped after a million lines" in check(key, endless).message
    assert check("10-3", lambda X, W, G: (None, None)).kind == "unanswered"


def test_the_peak_counts_the_arrays_of_a_call():
    assert peak_bytes(np.zeros, 10**5) >= 8 * 10**5
    assert peak_bytes(np.zeros, 10) < 4 * 10**5, "half of that: other threads may take something meanwhile"
