"""The benchmarks of training: the digits beside other libraries, the playground, and a cluster of two."""

import statistics
import time
import warnings
from functools import partial

import numpy as np

import backprop_nb as bp
from backprop_nb import training

from .measure import race, ratio, seconds, turn
from .peers import LIBRARIES, installed
from .scalars import Line

__all__ = ["LEARNING", "epoch_of", "epochs_of_all"]

OURS, SIZES, BATCH, RATE = "backprop_nb", [64, 128, 10], 32, 0.1


def loss(p, x, labels):
    return training.cross_entropy(training.mlp(p, x), labels)


def learn(columns, parameters):
    """The losses of an epoch, by ``training.fit``, as a learner calls it."""
    options = {"epochs": 1, "batch": BATCH, "step": training.sgd(RATE), "progress": False}
    return training.fit(loss, parameters, columns, **options).losses


def epoch_of(library, batches, parameters):
    """A function () → the losses of one epoch from the first weights, in the library's own words."""
    ops, held, now = library.ops, [tuple(map(library.constant, pair)) for pair in batches], []

    def perceptron(p, x, y):
        return ops.cross_entropy(ops.affine(ops.relu(ops.affine(x, p["W1"], p["b1"])), p["W2"], p["b2"]), y)

    def descend(leaves, x, y):
        value, gradients = library.jax.value_and_grad(perceptron)(leaves, x, y)
        return value, {name: p - RATE * gradients[name] for name, p in leaves.items()}

    if hasattr(library, "jax"):
        compiled = library.jax.jit(descend)

        def epoch():
            leaves, losses = library.leaves(parameters), []
            for pair in held:
                value, leaves = compiled(leaves, *pair)
                losses.append(float(value))
            return losses

        return epoch

    replayed = library.value_and_grad(perceptron) if library.name == "replay" else None

    def epoch():
        leaves, losses = library.leaves(parameters), []
        run = library.running(lambda p: perceptron(p, *now), leaves)
        if replayed:  # takes the batch as arguments: what is outside may not change
            run = partial(replayed, leaves)
        for pair in held:
            now[:] = pair
            value, gradients = run(*now) if replayed else run()
            library.descend(leaves, gradients, RATE)
            losses.append(float(value))
        return losses

    return epoch


def epochs_of_all(columns):
    """{library: a function () → the losses of one epoch}, the same weights and batches for all.

    Ours is ``training.fit``, which shuffles, picks and checks; the others, ours once more, are bare loops.
    """
    parameters = training.start_mlp(SIZES)
    n = len(columns[1]) - len(columns[1]) % BATCH
    columns = [column[:n] for column in columns]
    order = training.fitting.shuffle(n, 0, 0)
    batches = [[column[order[i : i + BATCH]] for column in columns] for i in range(0, n, BATCH)]
    found = {OURS: lambda: learn(columns, parameters)}
    for name in installed():
        key = "its own value_and_grad" if name == OURS else name
        found[key] = epoch_of(LIBRARIES[name](), batches, parameters)
    return found


def scikit_learn(columns):
    """An epoch of scikit-learn's perceptron of the same sizes, with its own first weights."""
    from sklearn.neural_network import MLPClassifier

    options = {"hidden_layer_sizes": SIZES[1:-1], "solver": "sgd", "learning_rate_init": RATE, "momentum": 0,
               "alpha": 0, "batch_size": BATCH}  # fmt: skip
    net, classes = MLPClassifier(**options), np.unique(columns[1])
    return lambda: net.partial_fit(*columns, classes=classes)


def digits(rounds):
    """The digits, 64-128-10 in batches of 32: epochs a second beside other libraries; and up to 97 %."""
    train, held_out = training.hold_out(training.digits())
    runs = epochs_of_all(train) | {"scikit-learn": scikit_learn(train)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        times = race(runs, rounds, {name: turn(run, wanted=0.1) for name, run in runs.items()})
    rate = {name: 1 / statistics.median(t) for name, t in times.items()}
    for name in runs:
        if name != OURS:
            pair = f"{rate[OURS]:.0f} a s", f"{rate[name]:.0f} a s"
            yield Line(f"epochs of the digits, beside {name}", *pair, f"{ratio(times, name, OURS):.2f}×")

    def whole():
        options = {"epochs": 25, "step": training.momentum(0.05), "progress": False}
        run = training.fit(loss, training.start_mlp(SIZES), train, **options)
        scores.append(training.accuracy(training.mlp(run.parameters, held_out.inputs), held_out.labels))

    scores = []
    taken = statistics.median(seconds(whole) for _ in range(3))
    result = f"{taken:.1f} s", "", f"{scores[0]:.1%} right", "≤ 20 s", taken <= 20
    yield Line("25 epochs of the digits", *result)


def playground(rounds):
    """Frames that the playground makes in a second, 2-8-8-1 on 80 points, five steps each."""
    play = bp.widgets.playground(frames=1)

    def frame():
        play.wanted = play.wanted + 5

    each = statistics.median(seconds(frame, 10) / 10 for _ in range(rounds))
    yield Line("frames of the playground", f"{1 / each:.0f} a s", "", f"{each * 1e3:.0f} ms", "≥ 10 a s",
               each <= 0.1)  # fmt: skip


def cluster(rounds):
    """``gradient_on`` with one worker process and with two, 784-512-10 on 12,000 rows, by the clock."""
    from dask.distributed import Client, LocalCluster

    chance = np.random.default_rng(0)
    data = chance.normal(size=(12_000, 784)), chance.integers(0, 10, 12_000)
    parameters, taken = training.start_mlp([784, 512, 10]), {}
    for count in (1, 2):
        options = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
        with warnings.catch_warnings(), LocalCluster(**options) as made, Client(made) as client:
            warnings.simplefilter("ignore")  # that the data are large
            differentiate = training.gradient_on(client, loss, data)
            differentiate(parameters)  # the shards travel once
            laps = [seconds(lambda: differentiate(parameters), clock=time.perf_counter)  # noqa: B023
                    for _ in range(max(3, rounds // 3))]  # fmt: skip
            taken[count] = statistics.median(laps)
    one, two = (f"{taken[count] * 1e3:.0f} ms" for count in (1, 2))
    yield Line("gradient on a cluster, two workers beside one", two, one, f"{taken[1] / taken[2]:.2f}×")


LEARNING = {"digits": digits, "playground": playground, "cluster": cluster}
