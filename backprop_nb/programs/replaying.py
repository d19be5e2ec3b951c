"""``replay``: a function like ``value_and_grad(f)`` that writes runs as programs, and runs these."""

import functools
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from ..arrays.context import OPEN, RUNNING
from ..arrays.trees import flatten, map_leaves
from ..core.frames import fold_frames
from .emitting import Changed, give_kind_of, program_from_run
from .entries import write_entry
from .following import LeftTheRun
from .outside import Outside
from .passes import PASSES

__all__ = ["Replayed", "Stale", "replay"]

MOST_PROGRAMS, MOST_SHELVES = 8, 64  # for one combination of shapes and types; combinations
GIVEN_UP_ON = (Changed, ArithmeticError, ValueError, IndexError)


class Stale(RuntimeError):
    """A program no longer gives what its function gives: something that it cannot see has changed."""


def replay(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, check: int = 0, reuse: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """The function that gives value and gradient of ``f``, as ``value_and_grad``, by programs that it writes.

    A program is written for each combination of shapes and types, and for each way through the branches; the
    first call that it fits is recorded, too, and must give the same program. From then on it runs, without
    the graph. What ``f`` has from outside, with the functions, objects and containers of yours that it names,
    is compared on each call, which costs a pass over it; of more than 8 programs the rest goes by the graph,
    which is said. What a program cannot see is a file, the system, the inside of a library's objects.
    Results are the graph's to within rounding: factors are merged, and sums go by how arrays are laid out.

    argnums: as for ``value_and_grad``
    check:   every so many calls the graph runs too, and must agree
    reuse:   gradients are written into the same arrays on each call, which is faster
    raises:  LeftTheRun (a TypeError) where ``f`` takes numbers out of the run: ``x.value``, a mask, an order;
             and where it does something else on the second call: a clock, a random number

    >>> both = replay(lambda x: x * x * x if x > 0 else -x)
    >>> both(2.0), both(3.0), both(-1.0), len(both.programs)
    ((8.0, 12.0), (27.0, 27.0), (1.0, -1.0), 2)
    """
    return Replayed(f, argnums, check, reuse)


class Replayed:
    """What ``replay`` returns: a function; ``programs`` are those that it has written so far."""

    gives_gradient = True  # for training.fit, which is handed it in the place of a loss

    def __init__(self, f, argnums, check, reuse):
        functools.update_wrapper(self, f, updated=())
        self.f, self.argnums, self.check, self.reuse = f, argnums, check, reuse
        self.shelves, self.lock, self.calls, self.entry = {}, threading.Lock(), 0, None
        self.lent = set()  # identities of the buffers that gradients are written into

    @property
    def programs(self):
        """All programs so far."""
        return [program for shelf in self.shelves.values() for program in shelf.programs]

    def graph(self, *inputs, **named):
        """The same by the graph, which is right everywhere."""
        from ..arrays.transforms import value_and_grad

        return value_and_grad(self.f, self.argnums)(*inputs, **named)

    def __call__(self, *inputs, **named):
        entry = self.entry  # of the program that ran last
        if entry and not named and (found := entry(inputs)):
            return found
        if self.lent:  # a gradient may come back as an argument, and programs write where it lies
            inputs = map_leaves(self.own_copy_of_lent, inputs)
        key, leaves, counts = [], [], []
        plain = describe(inputs, key, leaves, counts) and not named
        # What f has from a transform around this call is no constant; another thread has the buffers
        if not plain or OPEN or RUNNING or not self.lock.acquire(blocking=False):
            return self.graph(*inputs, **named)
        try:
            self.calls += 1
            if counts and any(hasattr(x, "dtype") for x in leaves):
                key += counts  # beside arrays a whole number is a setting
            shelf = self.shelves.get(key := tuple(key))
            if shelf is None and len(self.shelves) < MOST_SHELVES:
                shelf = self.shelves[key] = Shelf(self, inputs)
            found = shelf.run(inputs, leaves) if shelf and shelf.floats_alone else None
        except Exception as error:
            fold_frames(error)
            raise
        finally:
            self.lock.release()
        if found is None or (self.check and self.calls % self.check == 0):
            return self.compare(found, self.graph(*inputs))
        return found

    def own_copy_of_lent(self, x):
        """An argument, or a copy of one that lies in a buffer."""
        return x if self.lent.isdisjoint((id(x), id(getattr(x, "base", None)))) else x.copy()

    def compare(self, found, by_graph):
        """What the graph gives; Stale where a program gave something else."""
        if found is not None:
            for x, y in zip(flatten(found)[0], flatten(by_graph)[0], strict=True):
                if not within_rounding(x, y):
                    raise Stale(
                        f"{self.f!r:.60} gives {y!r:.60}, and its program {x!r:.60}: something that no "
                        "program can see has changed, such as a file; give it as an "
                        "argument, or call replay again"
                    )
        return by_graph


class Shelf:
    """The programs for one combination of shapes and types; the one that ran last is in front.

    chosen:  the number of the argument with a gradient, or a list of them
    wanted:  places, among all leaves, of those with a gradient
    sure:    {program that was recorded twice: its quick way in}
    floats_alone: whether all of these are floats; the graph has a gradient, or words, for others, too
    rebuild: puts gradients into containers like the arguments'
    """

    def __init__(self, owner, inputs):
        self.owner, self.programs, self.sure, self.full = owner, [], {}, False
        single, n = isinstance(owner.argnums, int), len(inputs)
        chosen = [i % n for i in ([owner.argnums] if single else owner.argnums)]
        self.chosen = chosen[0] if single else chosen
        sizes = [len(flatten(x)[0]) for x in inputs]
        self.wanted = [sum(sizes[:i]) + k for i in chosen for k in range(sizes[i])]
        leaves = flatten(inputs)[0]
        beside_arrays = any(hasattr(x, "dtype") for x in leaves)
        self.floats_alone = all(takes_gradient(leaves[k], not beside_arrays) for k in self.wanted)
        self.numbers = not all(getattr(leaves[k], "ndim", 0) for k in self.wanted)
        empty = tuple(map_leaves(lambda leaf: 0, inputs[i]) for i in chosen)  # no array is kept
        self.rebuild = flatten(empty[0] if single else empty)[1]

    def run(self, inputs, leaves):
        """``(value, gradient)`` by a program, an old one or a new one; None if there are too many."""
        for place, program in enumerate(self.programs):
            if program.outside.has_changed():
                continue
            try:
                found = program.run_on(leaves)
            except GIVEN_UP_ON:  # another branch; or f itself fails here, and the graph will say so
                continue
            if program not in self.sure:
                refuse_difference(program, self.write(inputs, bool(program.draft.facts)))
                self.sure[program] = self.write_entry(inputs, program)
            self.owner.entry = self.sure[program]
            if place:
                self.programs.insert(0, self.programs.pop(place))
            return self.give(found, leaves)
        if len(self.programs) == MOST_PROGRAMS:
            if not self.full:
                self.full = True
                warnings.warn(
                    f"more than {MOST_PROGRAMS} ways through {self.owner.f!r:.60}, or what it has "
                    "from outside kept changing: what fits none of its programs goes by the graph, "
                    "which is slower", RuntimeWarning, stacklevel=4)  # fmt: skip
            return None
        program = self.write(inputs)
        if self.owner.reuse:
            self.owner.lent.update(map(id, program.draft.buffers.values()))
        self.programs.insert(0, program)
        return self.give(program.run_on(leaves), leaves)

    def write(self, inputs, arrays=False):
        """A new program."""
        owner = self.owner
        program = program_from_run(owner.f, inputs, self.wanted, True, PASSES, owner.reuse, arrays=arrays)
        program.outside = Outside(self.owner.f, program.run.arrays)
        return program

    def write_entry(self, inputs, program):
        """The quick way into a program; None where the graph is to run now and then."""
        if self.owner.check:
            return None
        questions = program.outside.questions
        return write_entry(
            inputs, self.chosen, self.wanted, program, self.owner.lock, questions, self.owner.lent
        )

    def give(self, found, leaves):
        """Value and gradient as ``value_and_grad`` gives them."""
        value, gradients = found
        if self.numbers:
            gradients = [give_kind_of(leaves[k], g) for k, g in zip(self.wanted, gradients, strict=True)]
        return value, self.rebuild(gradients)


def describe(items, key, leaves, counts):
    """Add to ``key`` what a program depends on, shapes, types and settings; False for what none can take."""
    for x in items:
        kind = type(x)
        if kind.__name__ == "ndarray" and (dtype := x.dtype).kind in "fiu":
            key.append(x.shape)
            key.append(dtype)
        elif isinstance(x, (dict, list, tuple)):
            named = isinstance(x, dict)
            key += (kind, *x) if named else (kind, len(x))
            if not describe(x.values() if named else x, key, leaves, counts):
                return False
            continue
        elif kind is float:
            key.append(kind)
        elif kind is int:
            key.append(kind)
            counts.append(x)
        elif x is None:
            key.append(None)
            continue
        elif kind in (bool, str, bytes):
            key += (kind, x)
        elif fields := getattr(kind, "__dataclass_fields__", None):
            key.append(kind)
            if not describe([getattr(x, name) for name in fields], key, leaves, counts):
                return False
            continue
        elif kind.__module__ == "numpy" and hasattr(x, "dtype") and kind.__name__ != "matrix":
            key += (kind, x.shape, x.dtype, x.tobytes() if x.dtype.kind != "f" else None)
        else:
            return False
        leaves.append(x)
    return True


def takes_gradient(x, or_int):
    """Whether an argument has a gradient in a program: a float, an array of them, an int among numbers."""
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    return isinstance(x, float) or kind == "f" or (or_int and type(x) is int)


def within_rounding(x, y):
    """Whether two values or gradients differ by rounding at most."""
    import numpy as np

    narrow = min([np.asarray(v).dtype for v in (x, y)], key=lambda kind: kind.itemsize)
    return np.allclose(
        x, y, rtol=np.finfo(narrow).eps ** 0.5, atol=np.finfo(narrow).eps ** 0.5, equal_nan=True
    )


def refuse_difference(first, second):
    """LeftTheRun where the second recording gave another program than the first."""
    one, two = first.draft, second.draft
    lines = zip(one.body(), two.body(), strict=False)
    changed = next(((a.strip(), b.strip()) for a, b in lines if a != b), None)
    if changed is None and one.constants.keys() == two.constants.keys():
        names = [name for name, x in one.constants.items() if x.tobytes() != two.constants[name].tobytes()]
        changed = names and (f"the array {names[0]}", "another one")
    if changed or len(one.statements) != len(two.statements):
        before, now = changed or ("a program", f"one of {len(two.statements)} lines")
        raise LeftTheRun(
            f"{one.title} did something else on its second call, though nothing that it was given called for "
            f"it: `{before:.80}` became `{now:.80}`. A random number, a clock, or what it wrote down itself: "
            "give it as an argument, or run the graph, bp.value_and_grad"
        )
