"""A function reads from every kind of place outside, and these change at random between the calls."""

import sys
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest

import backprop_nb as bp

gain = 1.0
nested = {"x": [1.0, {"y": 2.0}], "z": np.ones(3)}


class Holder:
    def __init__(self):
        self.rate, self.array, self.items, self.hidden = 0.5, np.array([1.0, 2.0, 3.0]), [1.0, 2.0], 1.0

    def scale(self, x):
        return x * self.rate

    @property
    def doubled(self):
        return self.hidden * 2


class Slotted:
    __slots__ = ("k", "w")

    def __init__(self):
        self.k, self.w = 2.0, np.array([0.1, 0.2, 0.3])


@dataclass
class Fields:
    a: float = 1.5
    b: list = field(default_factory=lambda: [1.0, [2.0]])


def helped(x):
    return x * gain + nested["x"][1]["y"]


def scale_less(self, x):
    return x * self.rate * 0.5


def scale_more(self, x):
    return x * self.rate * 3.0


helped_at_first = helped


def helped_more(x):
    return x * 2.5


def function_and_changes(rng):
    """A function of an array, a word and a number, and functions that each change what it reads."""
    holder, slotted, fields, names = Holder(), Slotted(), Fields(), SimpleNamespace(c=3.0, f=bp.tanh)
    pair, line, flag = (1.0, [2.0, 3.0]), deque([1.0, 2.0]), [True]
    scaled, A, B = partial(lambda a, x: x * a, 1.5), np.array([0.5, -0.5, 1.0]), np.array(2.0)

    def f(x, mode="times", n=2, *, offset=[1.0]):  # noqa: B006
        y = (
            holder.scale(x)
            + holder.array * slotted.k
            + slotted.w * fields.a
            + fields.b[1][0] * holder.doubled
        )
        y = y + helped(x) * names.c + names.f(x) * pair[1][0] + scaled(x) + line[0] * nested["z"]
        y = y * A + B if flag[0] else y
        y = y * n if mode == "times" else y
        z = (y + x if n > 2 else y).sum()
        return (z * 2 if z > holder.items[0] else z) + offset[0]

    here, number = sys.modules[__name__], rng.random
    return f, [
        lambda: setattr(holder, "rate", rng.choice([number(), 0.0, -0.0, float(str(holder.rate))])),
        lambda: holder.array.__setitem__(rng.randrange(3), number()),
        lambda: setattr(holder, "array", np.array([number(), 1.0, 2.0])),
        lambda: holder.items.__setitem__(0, number() * 10 - 5),
        lambda: setattr(holder, "hidden", number()),
        lambda: setattr(slotted, "k", number()),
        lambda: slotted.w.__setitem__(0, number()),
        lambda: setattr(fields, "a", number()),
        lambda: fields.b[1].__setitem__(0, number()),
        lambda: setattr(here, "gain", number()),
        lambda: nested["x"][1].__setitem__("y", number()),
        lambda: nested.__setitem__("z", np.array([number(), 1.0, 1.0])),
        lambda: setattr(names, "f", rng.choice([bp.tanh, bp.sin, bp.exp])),
        lambda: pair[1].__setitem__(0, number()),
        lambda: line.appendleft(number()),
        lambda: flag.__setitem__(0, number() < 0.5),
        lambda: A.__setitem__(0, number()),
        lambda: B.__setitem__((), number()),
        lambda: f.__kwdefaults__["offset"].__setitem__(0, number()),
        lambda: setattr(Holder, "scale", rng.choice([scale_less, scale_more])),
        lambda: setattr(here, "helped", rng.choice([helped_at_first, helped_more])),
    ]


def arguments(rng, x):
    """An array, now and then of another type or backwards, and settings."""
    x = rng.choice([x, x, x, np.array([rng.gauss(0, 1) for _ in range(3)]), x.astype(np.float32), x[::-1]])
    return x, *rng.choice([(), (), (), ("times",), ("plain",), ("plain", 3), ("times", True)])


@pytest.mark.parametrize("reuse", [False, True])
def test_whatever_changes_between_the_calls_a_program_gives_what_the_graph_gives(reuse, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "gain", 1.0)  # and all of these are put back in the end
    monkeypatch.setattr(sys.modules[__name__], "helped", helped)
    monkeypatch.setattr(Holder, "scale", Holder.scale)
    rng, quick = Random(int(reuse)), 0
    for _ in range(8):
        f, changes = function_and_changes(rng)
        replayed, graph, x = bp.replay(f, reuse=reuse), bp.value_and_grad(f), np.array([0.1, -0.2, 0.3])
        for _ in range(9):
            if rng.random() < 0.45:
                rng.choice(changes)()
            x, *settings = arguments(rng, x)
            for _ in range(rng.choice([1, 3])):
                value, gradient = graph(x.copy(), *settings)
                found, other = replayed(x, *settings)
                np.testing.assert_allclose([found, *other], [value, *gradient], 1e-4)
                assert other.dtype == gradient.dtype
                if reuse and rng.random() < 0.3:
                    x = other  # and its memory comes back
                    x /= 1 + abs(x).max()
        quick += replayed.entry is not None
    assert quick
