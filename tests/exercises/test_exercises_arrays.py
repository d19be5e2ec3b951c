"""The exercises on arrays: each is solved rightly and wrongly, and every mistake they know is made here."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import ask, check, closing_broadcasting, keys
from backprop_nb.exercises import closing_arrays as arrays
from backprop_nb.exercises import closing_matrices as matrices
from backprop_nb.exercises.array_questions import Array, Shape
from backprop_nb.exercises.array_tasks import numbers, peak
from backprop_nb.exercises.asking import near_misses
from backprop_nb.exercises.bank import ARRAYS, BROADCASTING, MATRICES
from backprop_nb.exercises.predictions_arrays import PREDICTIONS
from backprop_nb.exercises.questions import Choice, Number
from backprop_nb.exercises.tasks import Task

HERE = [*ARRAYS, *MATRICES, *BROADCASTING, *PREDICTIONS]
J = np.array([[1, 2], [0, 3], [4, -1]])
A, X, G = np.array([[1, 2], [0, 3]]), np.array([[2, 1], [1, -1]]), np.array([[1, 4], [2, -1]])
P, Q = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])

RIGHT = {  # computed in another way than the exercises do, wherever there is one
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
    "11-3": 3 + 3,
    "11-4": "1/20",
    "11-5": [0, 1, 0, 0],
    "11-6": "0.2, -0.5, 0.3",
    "N25": "8 MiB",
    "N26": "c",
    "N27": (3, 2),
    "N28": J @ [2, 1],
    "N29": 1000,
    "N30": "J'g",
    "N31": "[[1, 4], [2, 5], [3, 6]]",
    "N32": "softmax",
    "N33": "(2, 3, 4, 3)",
    "N34": 4,
    "N35": np.count_nonzero(np.kron(np.eye(4), numbers(1, 4, 4))),
    "N36": 2 * np.array([1, 4]) * [3, 1],
    "N37": "2 -4",
    "N38": P.ravel(order="F"),
    "N39": int(np.trace(P.T @ Q)),
    "N40": "A",
    "N41": "b",
    "N42": "[4] Magnus",
}


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


def softmax(x, axis=-1):
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def cross_entropy_pull(logits, labels, axis=1):
    p = softmax(logits, axis)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)


def softmax_pull(s, g, total=lambda sg: sg.sum(axis=-1, keepdims=True)):
    return s * (g - total(s * g))


def softmax_by_jacobian(s, g):
    if s.ndim > 1:
        return np.array([softmax_by_jacobian(*row) for row in zip(s, g, strict=True)])
    return (np.diag(s) - np.outer(s, s)) @ g


def jacobian_of(pull, inputs, outputs):
    return np.array([pull(unit) for unit in np.eye(outputs)]).T


def one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


SOLVED = {
    "08-3": [lambda g, out: g * out * (1 - out), lambda g, out: (g * (out - out**2)).tolist()],
    "09-5": [
        jacobian_of,
        lambda pull, n, m: [[pull([float(k == j) for k in range(m)])[i] for j in range(m)] for i in range(n)],
    ],
    "09-6": [softmax_pull, lambda s, g: s * g - s * np.sum(s * g, axis=-1, keepdims=True)],
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


def scaled(factor):
    return lambda X, W, G: (G @ W.T, factor(X, G))


def writing(*arguments):
    array = next(x for x in arguments if hasattr(x, "ndim"))
    array += 1
    return array


FAILED = {
    "08-3": [
        (lambda g, out: out * (1 - out), "left out g"),
        (
            lambda g, out: g @ (out * (1 - out)) if out.ndim == 2 else g * out * (1 - out),
            "product of matrices",
        ),
        (
            lambda g, out: (out * (1 - out)) @ g if out.ndim == 2 else g * out * (1 - out),
            "product of matrices",
        ),
        (lambda g, out: np.sum(g * out * (1 - out)), "added everything up"),
        (lambda g, out: g @ (out * (1 - out)), "added everything up"),
        (lambda g, out: np.diag(out * (1 - out)), "That is the Jacobian"),
        (lambda g, out: np.outer(g, out * (1 - out)), "every pair"),
        (lambda g, out: g * out, "half of it"),
        (lambda g, out: g * (1 - out), "half of it"),
        (lambda g, out: g / (2 + np.exp(out) + np.exp(-out)), "`out` is the sigmoid already"),
        (lambda g, out: -g * out * (1 - out), "sign"),
        (lambda g, out: (g * out * (1 - out)).ravel(), "it must be that of x, (3, 3)"),
        (lambda g, out: "no", "of type str"),
        (lambda g, out: (g, out), "Yours has shape (2, 4)"),
        (lambda g, out: g + 0j, "of type complex"),
        (lambda g, out: g * np.nan, "nan"),
        (lambda g, out: 0 * g, "all of it is 0"),
    ],
    "09-5": [
        (lambda pull, n, m: jacobian_of(pull, n, m).T, "usual layout"),
        (lambda pull, n, m: pull(np.ones(m)), "with a g of ones"),
        (lambda pull, n, m: pull(np.eye(m)[0]), "one column"),
        (lambda pull, n, m: np.array([pull(unit) for unit in np.eye(n)]), "usual layout"),
        (
            lambda pull, n, m: np.array([pull(unit) for unit in np.eye(n)]).T,
            "one number per output, shape (2,)",
        ),
        (lambda pull, n, m: np.zeros((m, n)), "all of it is 0"),
        (
            lambda pull, n, m: np.zeros((m, n + 1)),
            "Yours has shape (3, 4), it must be that of the notes' layout",
        ),
    ],
    "09-6": [
        (lambda s, g: g * s * (1 - s), "the diagonal alone"),
        (lambda s, g: g * s, "softmax for exp"),
        (lambda s, g: -softmax_pull(s, g), "sign is turned"),
        (lambda s, g: s * (g - g.sum(axis=-1, keepdims=True)), "added up g alone"),
        (lambda s, g: s * (g - g.mean(axis=-1, keepdims=True)), "the plain mean"),
        (lambda s, g: softmax_pull(s, g, np.sum), "over all rows"),
        (
            lambda s, g: s * (g - s @ g) if s.ndim < 2 else softmax_pull(s, g, lambda sg: sg.sum(axis=0)),
            "down the columns",
        ),
        (lambda s, g: softmax_pull(s, g, lambda sg: sg.sum(axis=-1)), "keepdims=True"),
        (lambda s, g: g - (s * g).sum(axis=-1, keepdims=True), "factor s is missing"),
        (lambda s, g: s * (1 - s), "left out g"),
        (lambda s, g: np.diag(s) - np.outer(s, s), "That is the Jacobian"),
        (softmax_by_jacobian, "a Jacobian is in it"),
        (lambda s, g: s * (g - s @ g), "For s (3, 3), g (3, 3)"),
    ],
    "10-3": [
        (lambda X, W, G: (G @ W, X.T @ G), "dX: A transpose is missing: G W fits on squares only"),
        (lambda X, W, G: (W.T @ G, X.T @ G), "dX: That is the notes' rule"),
        (lambda X, W, G: (W @ G, X.T @ G), "dX: The order is swapped, and a transpose"),
        (lambda X, W, G: (W @ G.T, X.T @ G), "dX: It is the transpose"),
        (lambda X, W, G: (G.T @ W, X.T @ G), "dX: G is transposed"),
        (lambda X, W, G: (X.T @ G, X.T @ G), "dX: That is the gradient of W"),
        (lambda X, W, G: (np.ones_like(G) @ W.T, X.T @ G), "dX: You left out G"),
        (lambda X, W, G: (G @ W.T / len(G), X.T @ G), "dX: You divided by the number of examples"),
        (scaled(lambda X, G: X @ G), "dW: A transpose is missing: X G fits on squares only"),
        (scaled(lambda X, G: G @ X.T), "dW: That is the notes' rule"),
        (scaled(lambda X, G: G @ X), "dW: The order is swapped"),
        (scaled(lambda X, G: G.T @ X), "dW: It is the transpose"),
        (scaled(lambda X, G: X @ G.T), "dW: G is transposed"),
        (lambda X, W, G: (G @ W.T, G @ W.T), "dW: That is the gradient of X"),
        (scaled(lambda X, G: X[:, :, None] * G[:, None, :]), "forgot to sum over the batch"),
        (scaled(lambda X, G: np.outer(X[0], G[0])), "the first example only"),
        (scaled(lambda X, G: X.T @ G / len(X)), "averaged over the batch"),
        (scaled(lambda X, G: X.T @ np.ones_like(G)), "dW: You left out G"),
        (scaled(lambda X, G: (X.T @ G).reshape(G.shape[1], -1).T), "dW: It is the transpose"),
        (scaled(lambda X, G: np.zeros((X.shape[1], G.shape[1]))), "all of it is 0"),
        (lambda X, W, G: pull(X, W, G)[::-1], "the two have changed places"),
        (lambda X, W, G: X.T @ G, "A pair of arrays is asked for: `return dX, dW`"),
        (
            lambda X, W, G: ((G @ W.T).reshape(3, 3), X.T @ G),
            "G (5, 2): your function",
        ),
        (
            lambda X, W, G: pull(X, W, G) if len(X) != 5 else (G @ W, X),
            "inner axes of a product differ, 2 and 3",
        ),
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
    ],
    "10-5": [
        (lambda A, X, G: (G @ X.swapaxes(1, 2), A.T @ G), "forgot to sum over the batch"),
        (lambda A, X, G: ((G @ X.swapaxes(1, 2)).mean(axis=0), A.T @ G), "averaged over the batch"),
        (lambda A, X, G: (G[0] @ X[0].T, A.T @ G), "first of the batch only"),
        (lambda A, X, G: (shared_pull(A, X, G)[0].T, A.T @ G), "It is the transpose"),
        (lambda A, X, G: ((G @ X.T).sum(axis=0), A.T @ G), "`.T` reverses all of them"),
        (lambda A, X, G: (G @ X.T, A.T @ G), "And sum over the batch"),
        (lambda A, X, G: ((G @ X).sum(axis=0), A.T @ G), "G X fits on squares only"),
        (
            lambda A, X, G: ((X.swapaxes(1, 2) @ G).sum(axis=0), A.T @ G),
            "The order is swapped: A stands on the left, and so does G",
        ),
        (lambda A, X, G: (shared_pull(A, X, G)[0], A @ G), "A G fits on squares only"),
        (lambda A, X, G: (shared_pull(A, X, G)[0], G @ A.T), "and so does A′"),
        (lambda A, X, G: (shared_pull(A, X, G)[0], (A.T @ G).sum(axis=0)), "You summed over the batch"),
        (lambda A, X, G: (shared_pull(A, X, G)[0], A.T @ np.ones_like(G)), "You left out G"),
        (
            lambda A, X, G: (2 * G @ X.swapaxes(1, 2), A.T @ G),
            "it must be that of A, (3, 3). You forgot to sum",
        ),
    ],
    "11-2": [
        (lambda G: G, "forgot to sum over the batch"),
        (
            lambda G: G * 2,
            "Yours has shape (4, 3), it must be that of b, (3,). You forgot to sum over the batch",
        ),
        (lambda G: G.sum(axis=1), "over the features"),
        (lambda G: G.sum(axis=0, keepdims=True), "leave out `keepdims`"),
        (lambda G: G.mean(axis=0), "You took the mean"),
        (lambda G: G.sum(), "added up everything"),
        (lambda G: G[0], "the first row only"),
        (lambda G: np.full(G.shape[1], len(G)), "counted the rows"),
        (lambda G: np.ones(G.shape[1]), "You left out G"),
        (lambda G: 3 * G.sum(axis=0), "Every entry is 3 times"),
        (lambda G: G.sum(axis=0)[::-1], "their order is not"),
        (lambda G: G.sum(axis=0) + np.eye(G.shape[1])[1], "2 of 3 entries are. Look at entry [1]"),
        (lambda G: G.sum(axis=0) + np.arange(1, 4), "no mistake that I know"),
    ],
    "11-7": [
        (lambda z, labels: softmax(z) - one_hot(z, labels), "divide by their number"),
        (lambda z, labels: (softmax(z) - one_hot(z, labels)) / z.size, "number of all entries"),
        (lambda z, labels: (softmax(z) - one_hot(z, labels)) / z.shape[1], "number of classes"),
        (lambda z, labels: -cross_entropy_pull(z, labels), "a step down raises"),
        (lambda z, labels: one_hot(z, labels) - softmax(z), "and the mean over the rows forgotten"),
        (lambda z, labels: softmax(z) / len(z), "You forgot the labels: at each"),
        (lambda z, labels: softmax(z), "forgot the labels, and the mean"),
        (lambda z, labels: cross_entropy_pull(z, labels, 0), "down the columns"),
        (
            lambda z, labels: (softmax(z.ravel()).reshape(z.shape) - one_hot(z, labels)) / len(z),
            "all entries together",
        ),
        (lambda z, labels: (softmax(z) - 1) / len(z), "1 off everywhere"),
        (lambda z, labels: -one_hot(z, labels) / softmax(z) / len(z), "derivative by the probabilities"),
        (lambda z, labels: (z - one_hot(z, labels)) / len(z), "the logits themselves"),
        (
            lambda z, labels: (
                (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - one_hot(z, labels)) / len(z)
            ),
            "exp overflows",
        ),
    ],
    "11-8": [
        (lambda g, shape: g, "Nothing is summed"),
        (lambda g, shape: unbroadcast(g, shape).squeeze(), "keeps its place"),
        (
            lambda g, shape: g.sum(axis=0, keepdims=True) if len(shape) == 1 else unbroadcast(g, shape),
            "gone in the operand",
        ),
        (
            lambda g, shape: g.sum(axis=0) if g.ndim == 3 and len(shape) == 2 else unbroadcast(g, shape),
            "were stretched, and are summed, too",
        ),
        (
            lambda g, shape: (
                g.sum(axis=2, keepdims=True) if g.ndim == 3 and len(shape) == 2 else unbroadcast(g, shape)
            ),
            "those added in front are summed, too",
        ),
        (lambda g, shape: unbroadcast(g, shape) * unbroadcast(g, shape).size / g.size, "You took the mean"),
        (
            lambda g, shape: unbroadcast(g, shape) / unbroadcast(g, shape).size * g.size,
            "counted the copies twice",
        ),
        (lambda g, shape: g[0] if len(shape) == 1 else unbroadcast(g, shape), "one of the copies"),
        (lambda g, shape: g.sum(), "added up everything"),
        (lambda g, shape: g.sum(axis=-1), "wrong axis"),
        (lambda g, shape: g.sum(axis=-1, keepdims=True), "wrong axis"),
        (
            lambda g, shape: g.sum(axis=0, keepdims=True) if shape == (4, 1) else unbroadcast(g, shape),
            "wrong axis",
        ),
    ],
}


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
    "11-3": lambda: bp.grad(lambda x: bp.sum(x + x.T))(np.ones((3, 1)))[0, 0],
    "11-4": lambda: bp.grad(bp.mean)(np.ones((4, 5)))[0, 0],
    "11-5": lambda: bp.grad(bp.max)(np.array([3.0, 7, 7, 1])),
    "11-6": lambda: bp.grad(chosen_loss)(np.log([[0.2, 0.5, 0.3]]))[0],
    "11-7": lambda: lambda z, labels: bp.grad(lambda z: bp.softmax_cross_entropy(z, labels))(z),
    "11-8": lambda: lambda g, shape: copied(g.shape, shape)(g)[0],
    "N31": lambda: bp.jacobian(lambda x: np.array([[1.0, 2, 3], [4, 5, 6]]) @ x, np.ones(3), layout="notes"),
    "N33": lambda: bp.jacobian(lambda x: np.ones((4, 2)) @ x, np.ones((2, 3)), layout="notes"),
    "N36": lambda: bp.grad(lambda x: bp.sum(np.array([1.0, 4.0]) * x * x))(np.array([3.0, 1.0])),
    "N37": lambda: bp.vjp(lambda x: np.array([2.0, -1.0]) * x, np.ones(2))[1](np.array([1.0, 4.0]))[0],
}


@pytest.mark.parametrize("key", BY_THE_PACKAGE)
def test_what_the_package_finds_is_right(key):
    assert check(key, BY_THE_PACKAGE[key]()).right


def test_every_notebook_of_section_3_closes_with_three_exercises_or_more():
    for notebook in ("08", "09", "10", "11"):
        assert sum(key.startswith(notebook) for key in keys()) >= 3
    assert list(PREDICTIONS) == [f"N{claim}" for claim in range(25, 43)]


def test_every_exercise_is_solved_and_every_function_failed_here():
    assert sorted([*RIGHT, *SOLVED]) == sorted(HERE)
    assert SOLVED.keys() == FAILED.keys() == {key for key in HERE if isinstance(ask(key), Task)}


@pytest.mark.parametrize("key", RIGHT)
def test_the_right_answer_is_right(key):
    assert check(key, RIGHT[key]).right, check(key, RIGHT[key])
    if hasattr(RIGHT[key], "tolist"):
        assert check(key, str(RIGHT[key])).right
        assert check(key, np.asarray(RIGHT[key]).tolist()).right


def wrong_answers(question):
    """(answer, what is to be said to it) for all that a question knows to be wrong."""
    if isinstance(question, Array):
        yield from ((listed(wrong), words) for words, wrong in question.mistakes)
    elif isinstance(question, Shape):
        yield from question.mistakes.items()
    elif isinstance(question, Choice):
        others = [i for i in range(len(question.options)) if i != question.right]
        yield from ((question.options[i], question.why[i]) for i in others)
    elif isinstance(question, Number):
        for mistake in question.mistakes():
            if mistake.words not in {generic.words for generic in near_misses(question.right)}:
                yield mistake.value, mistake.words


def listed(grid):
    return np.reshape(grid.values, grid.shape).tolist()


ASKED = [key for key in HERE if not isinstance(ask(key), Task)]


@pytest.mark.parametrize("key", ASKED)
def test_every_mistake_that_a_question_knows_is_named_when_it_is_made(key):
    known = list(wrong_answers(ask(key)))
    assert known
    for answer, words in known:
        feedback = check(key, answer)
        assert feedback.kind == "wrong", (answer, words)
        assert feedback.message.startswith(words), answer


@pytest.mark.parametrize("key", ASKED)
def test_no_word_said_to_a_wrong_answer_holds_the_right_one(key):
    question = ask(key)
    if isinstance(question, (Array, Shape)):
        right = question.solution().partition("`")[2].partition("`")[0]
        assert not any(right in check(key, answer).message for answer, _ in wrong_answers(question))


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


MISTAKES = {
    "08-3": arrays.wrong_sigmoid(numbers(1, 3, 3), numbers(2, 3, 3))
    + arrays.wrong_sigmoid(numbers(1, 3), numbers(2, 3)),
    "09-5": arrays.wrong_jacobian(numbers(1, 3, 3)),
    "09-6": arrays.wrong_softmax(softmax(numbers(1, 3)), numbers(2, 3))
    + arrays.wrong_softmax(softmax(numbers(1, 3, 3)), numbers(2, 3, 3)),
    "10-3": matrices.wrong_left(*(numbers(i, 3, 3) for i in range(3)))
    + matrices.wrong_right(*(numbers(i, 3, 3) for i in range(3))),
    "10-5": matrices.wrong_shared(*(numbers(i, 3, 3, 3) for i in range(3)))
    + matrices.wrong_single(numbers(1, 3, 3), numbers(2, 3, 3, 3)),
    "11-2": closing_broadcasting.wrong_bias(numbers(1, 3, 3)),
    "11-7": closing_broadcasting.wrong_cross_entropy(numbers(1, 3, 3), np.eye(3)),
    "11-8": closing_broadcasting.wrong_sums(numbers(1, 2, 4, 3), numbers(1, 4, 1), (0,), (2,)),
}


@pytest.mark.parametrize("key", MISTAKES)
def test_every_mistake_that_a_function_can_make_is_made_here(key):
    said = " ".join(check(key, attempt).message for attempt, _ in FAILED[key])
    assert {words for words, _ in MISTAKES[key] if words not in said} == set()


def test_a_function_that_writes_into_what_it_is_given_is_told():
    for key in SOLVED.keys() - {"09-5"}:
        assert "wrote into" in check(key, writing).message


def test_an_endless_loop_is_stopped_and_a_pair_of_nothing_is_not_filled_in():
    def endless(X, W, G):
        while True:
            assert W.shape

    assert "stopped after a million lines" in check("10-3", endless).message
    assert check("10-3", lambda X, W, G: (None, None)).kind == "unanswered"


def test_plain_loops_without_a_jacobian_end_within_patience():
    def looped(s, g):
        if s.ndim > 1:
            return np.array([looped(*row) for row in zip(s, g, strict=True)])
        out = np.zeros(len(s))
        for i in range(len(s)):
            for j in range(len(s)):
                out[i] += s[i] * ((i == j) - s[j]) * g[j]
        return out

    assert check("09-6", looped).right


def test_the_peak_counts_the_arrays_of_a_call():
    assert peak(np.zeros, 10**5) >= 8 * 10**5
    assert peak(np.zeros, 10) < 4 * 10**5, "half of that: other threads may take something meanwhile"
