"""Train a small network on the digits of scikit-learn, and store what notebook 01 shows of it.

``python tests/support/store_digits_run.py`` writes backprop_nb/ways/digits_run.json anew. The recipe is all
here: the seed decides the split, the weights, and the order of the examples.
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np

import backprop_nb as bp
from support.project import PROJECT

__all__ = ["STORED", "train"]

STORED = PROJECT / "backprop_nb" / "ways" / "digits_run.json"
RECIPE = {"seed": 0, "hidden": 128, "batch": 32, "rate": 0.1, "epochs": 15, "held_out": 360}


def predict(weights, X):
    """The scores of every digit, one row an image."""
    W1, b1, W2, b2 = weights
    return bp.relu(X @ W1 + b1) @ W2 + b2


def loss(weights, X, labels):
    return bp.softmax_cross_entropy(predict(weights, X), labels)


def train(epochs):
    """The run, as plain data: one row an epoch, the first before any step."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    chance = np.random.default_rng(RECIPE["seed"])
    order = chance.permutation(len(digits.target))
    X, labels = digits.data[order] / 16, digits.target[order]
    held = RECIPE["held_out"]
    hidden = RECIPE["hidden"]
    weights = (
        chance.normal(0, np.sqrt(2 / 64), (64, hidden)), np.zeros(hidden),
        chance.normal(0, np.sqrt(1 / hidden), (hidden, 10)), np.zeros(10),
    )  # fmt: skip
    shown = [int(np.argmax(labels[:held] == digit)) for digit in range(10)]  # the first of each
    rows = [describe(weights, X, labels, shown)]
    for _ in range(epochs):
        shuffled = held + chance.permutation(len(X) - held)
        for start in range(0, len(shuffled), RECIPE["batch"]):
            some = shuffled[start : start + RECIPE["batch"]]
            slopes = bp.grad(loss)(weights, X[some], labels[some])
            weights = tuple(w - RECIPE["rate"] * g for w, g in zip(weights, slopes, strict=True))
        rows.append(describe(weights, X, labels, shown))
    images = digits.images[order][shown].astype(int).tolist()
    return {"recipe": RECIPE, "images": images, "labels": labels[shown].tolist(), "epochs": rows}


def describe(weights, X, labels, shown):
    """Loss on the examples trained on; on those held out, how many are right; what it says of a few."""
    held = RECIPE["held_out"]
    guesses = np.argmax(predict(weights, X[:held]), axis=1)
    return {
        "loss": round(float(loss(weights, X[held:], labels[held:])), 6),
        "accuracy": round(float(np.mean(guesses == labels[:held])), 6),
        "guesses": guesses[shown].tolist(),
    }


if __name__ == "__main__":
    STORED.write_text(json.dumps(train(RECIPE["epochs"]), separators=(",", ":")) + "\n", encoding="utf-8")
