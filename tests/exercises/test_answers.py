"""Every answer worked out in another way than the exercise does, some by the package itself."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import check

J = np.array([[1, 2], [0, 3], [4, -1]])
A, X, G = np.array([[1, 2], [0, 3]]), np.array([[2, 1], [1, -1]]), np.array([[1, 4], [2, -1]])
P, Q = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])

RIGHT = {  # computed in another way than the exercises do, wherever there is one
    "04-1": -216,
    "04-3": 32,
    "05-3": 6,
    "05-4": "2 * x",
    "06-3": "v4 v2 v3 v1",
    "06-4": 36,
    "07-2": 0,
    "05-c": "a",
    "04-c": 2,
    "04-a": "sin(v₀)",
    "04-f": -1,
    "04-b": 8,
    "04-d": "-0.2837",
    "04-e": "no",
    "04-g": 5,
    "05-a": 5,
    "05-b": "a Scalar",
    "06-a": 14,
    "07-a": 1,
    "08-1": (2 * 1024**3 - 1024**2) * 16 / 1024**3,
    "08-2": 3 * 2 * (4 + 3),
    "08-4": "b",
    "08-5": "x + b",
    "09-1": [[2, 1, 2 * 3], [3, -1, 0]],
    "09-2": np.array([2, 1]) @ [[1, 2], [0, 3]],
    "09-3": np.array([1, 3]) @ [[2, 1], [4, 0]],
    "09-4": "37.5",
    "09-7": "upper triangular",
    "10-1": "X' G",
    "10-2": "G'X",
    "10-4": np.einsum("ji,jk->ik", A, G),
    "10-6": 100**4 / 100**3,
    "11-1": [9, 12],
    "11-3": 40 + 40,
    "11-4": "7/20",
    "11-5": [0, 1, 0, 0],
    "11-6": "0.2, -0.5, 0.3",
    "08-a": "8 MiB",
    "08-b": "c",
    "09-a": (3, 2),
    "09-b": J @ [2, 1],
    "09-c": 1000,
    "09-d": "J'g",
    "09-e": "[[1, 4], [2, 5], [3, 6]]",
    "09-f": "softmax",
    "10-a": "(2, 3, 4, 3)",
    "10-c": 4,
    "10-d": np.count_nonzero(np.kron(np.eye(4), np.ones((4, 4)))),
    "10-e": 2 * np.array([1, 4]) * [3, 1],
    "10-f": "2 -4",
    "10-b": P.ravel(order="F"),
    "10-g": int(np.trace(P.T @ Q)),
    "10-h": "A",
    "10-i": "b",
    "90-a": "[4] Magnus",
}
WRONG = {
    "04-1": {
        144: "sign of the second operand",
        -180: "one path only",
        6480: "multiplied the contributions",
        135: "with respect to a",
    },
    "04-3": {10: "counted the edges", 5: "steps of one path", 25: "squared", 16: "missing", 64: "too many"},
    "05-3": {5: "results only", 10: "constants", 7: "once per use"},
    "05-4": {"x * 2": "x is on the left", "c": "x is on the left"},
    "06-3": {"v4 v1 v2 v3": "v₁ came before v₂", "v1 v2 v3 v4": "forward", "v4 v3 v2": "v₁ is missing"},
    "06-4": {40: "right gradient", 4: "the first that arrives", 44: "plain recursion"},
    "07-2": {1: "other branch", -2.5: "does any path lead"},
    "05-c": {"b": "difference quotient", "c": "no h"},
    "04-c": {4: "both inputs", 1: "one more place", 3: "addends"},
    "04-a": {"v₁ + v₂": "Python evaluates", "v₄ - v₃": "last one"},
    "04-f": {1: "sign of the second operand of a subtraction"},
    "04-b": {7: "nodes", 5: "one arrow", 10: "two arrows", 9: "lines of the sweep"},
    "04-d": {
        "0.2837": "sign",
        "1.716": "whole",
        "2.0": "other path",
        "0.9589": "took sin",
        "-0.9589": "lost the sign",
    },
    "04-e": {"yes": "one path only"},
    "04-g": {"5.5": "That is the end", "0.5": "will bring", 0: "already"},
    "05-a": {7: "x1 and x2", 3: "addends"},
    "05-b": {"b": "lost", "a": "__array_ufunc__"},
    "06-a": {12: "right gradient", 24: "c is visited before b", 10: "overwrote"},
    "07-a": {0: "other branch"},
}


@pytest.mark.parametrize("key", RIGHT)
def test_the_right_answer_is_right(key):
    for answer in (RIGHT[key], str(RIGHT[key]), np.asarray(RIGHT[key]).tolist()):
        assert check(key, answer).right, check(key, answer)


@pytest.mark.parametrize(
    ("key", "answer", "words"), [(key, *pair) for key in WRONG for pair in WRONG[key].items()]
)
def test_a_wrong_answer_is_met_with_its_mistake(key, answer, words):
    feedback = check(key, answer)
    assert feedback.kind == "wrong"
    assert words in feedback.message


def curve(x):
    return bp.stack([x[0] * x[1], x[0] - x[1], x[0] ** 2])


def chosen_loss(z):
    return bp.softmax_cross_entropy(z, np.array([1]))


def copied(full, shape):
    return bp.vjp(lambda b: b + np.zeros(full), np.zeros(shape))[1]


BY_THE_PACKAGE = {
    "09-1": lambda: bp.jacobian(curve, np.array([3.0, 2.0]), layout="notes"),
    "10-3": lambda: lambda X, W, G: bp.vjp(bp.matmul, X, W)[1](G),
    "10-4": lambda: bp.vjp(lambda x: A @ x, X.astype(float))[1](G.astype(float))[0],
    "10-5": lambda: lambda A, X, G: bp.vjp(bp.matmul, A, X)[1](G),
    "11-2": lambda: lambda G: copied(G.shape, G.shape[1])(G)[0],
    "11-3": lambda: bp.grad(lambda x: bp.sum(x + x.T))(np.ones((40, 1)))[0, 0],
    "11-4": lambda: 7 * bp.grad(bp.mean)(np.ones((4, 5)))[0, 0],
    "11-5": lambda: bp.grad(bp.max)(np.array([3.0, 7, 7, 1])),
    "11-6": lambda: bp.grad(chosen_loss)(np.log([[0.2, 0.5, 0.3]]))[0],
    "11-7": lambda: lambda z, labels: bp.grad(lambda z: bp.softmax_cross_entropy(z, labels))(z),
    "11-8": lambda: lambda g, shape: copied(g.shape, shape)(g)[0],
    "09-e": lambda: bp.jacobian(lambda x: np.array([[1.0, 2, 3], [4, 5, 6]]) @ x, np.ones(3), layout="notes"),
    "10-a": lambda: bp.jacobian(lambda x: np.ones((4, 2)) @ x, np.ones((2, 3)), layout="notes"),
    "10-e": lambda: bp.grad(lambda x: bp.sum(np.array([1.0, 4.0]) * x * x))(np.array([3.0, 1.0])),
    "10-f": lambda: bp.vjp(lambda x: np.array([2.0, -1.0]) * x, np.ones(2))[1](np.array([1.0, 4.0]))[0],
}


@pytest.mark.parametrize("key", BY_THE_PACKAGE)
def test_what_the_package_finds_is_right(key):
    assert check(key, BY_THE_PACKAGE[key]()).right
