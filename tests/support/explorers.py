"""What tests of the widgets explore, and what a widget leaves in a page."""

import base64
import json
import re
import zlib

import numpy as np

import backprop_nb as bp

__all__ = ["branching", "f", "layer_arrays", "two_layers", "unpack"]


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def branching(a, b, c):
    return a + b if a > 0 else a + c


def two_layers(X, W, b, V, c, labels):
    return bp.softmax_cross_entropy(bp.tanh(X @ W + b) @ V + c, labels)


def layer_arrays(batch, inputs=2, hidden=5, classes=3):
    """Arguments of ``two_layers`` by name, the same every time."""
    chance = np.random.default_rng(0)
    shapes = {"X": (batch, inputs), "W": (inputs, hidden), "b": hidden, "V": (hidden, classes), "c": classes}
    values = {name: chance.normal(size=shape) for name, shape in shapes.items()}
    return values | {"labels": chance.integers(0, classes, batch)}


def unpack(html):
    """The state that an explorer has packed into its page."""
    packed = re.search(r'class="bp-state">([\w+/=]+)</script>', html)[1]
    return json.loads(zlib.decompress(base64.b64decode(packed)))
