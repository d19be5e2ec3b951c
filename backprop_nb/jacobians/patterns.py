"""The rules that recognise a Jacobian's structure: one function for each kind, the most telling first."""

from typing import NamedTuple

import numpy as np

from ..drawing.notation import SUBSCRIPTS
from .blocks import almost_equal, blocks_of, same_blocks, splits, uneven_blocks

__all__ = ["MAIN", "MORE", "SIMPLE", "Kind", "Seen"]


class Kind(NamedTuple):
    """One fact about a Jacobian. ``{input}`` and ``{output}`` in its texts become row or column.

    name:    in few words: "diagonal", "one-hot {output}s", "I₂ ⊗ B"
    words:   one sentence
    numbers: how many numbers are enough to hold the matrix, once its kind is known
    times:   how many multiplications J g takes, once its kind is known
    block:   the block B of a Kronecker product, in the notes' layout; None for other kinds
    """

    name: str
    words: str
    numbers: int
    times: int
    block: np.ndarray | None = None

    def said(self, layout):
        """``(name, words)`` for one layout: in the notes' an input is a row, in the usual one a column."""
        rows = ("row", "column") if layout == "notes" else ("column", "row")
        terms = dict(zip(("input", "output"), rows, strict=True))
        terms["side"] = "upper" if layout == "notes" else "lower"
        terms["other"] = "lower" if layout == "notes" else "upper"
        return self.name.format(**terms), self.words.format(**terms)


class Seen(NamedTuple):
    """What the rules look at.

    samples: array (points, inputs, outputs): the Jacobian at several points, in the notes' layout
    pattern: bool array (inputs, outputs): where it is not zero at one of these points at least
    """

    samples: np.ndarray
    pattern: np.ndarray

    @property
    def entries(self):
        """Array (points, how many): the entries in the pattern."""
        return self.samples[:, self.pattern]

    @property
    def ones(self):
        """Whether every entry that is not zero is 1, at all points."""
        return bool(np.all(self.entries == 1))

    @property
    def times(self):
        """How many multiplications the entries take: none if every one is 1 or -1, else one each."""
        return 0 if np.all(np.abs(self.entries) == 1) else int(self.pattern.sum())

    @property
    def square(self):
        return self.pattern.shape[0] == self.pattern.shape[1]


def empty(seen):
    if not seen.pattern.size:
        return Kind("empty", "there is no input or no output, so there is nothing to differentiate", 0, 0)


def zero(seen):
    if not seen.pattern.any():
        return Kind("zero", "no output moves with any input", 0, 0)


def single_entry(seen):
    if seen.pattern.shape == (1, 1):
        return Kind("one number", "one input, one output: the Jacobian is the derivative", 1, 1)


def diagonal(seen):
    """Identity, scaled identity, diagonal."""
    n = len(seen.pattern)
    if not seen.square or n == 1 or np.any(seen.pattern & ~np.eye(n, dtype=bool)):
        return None
    entries = np.diagonal(seen.samples, axis1=1, axis2=2)
    if np.all(entries == 1):
        return Kind("identity", "every output is the input at the same place", 0, 0)
    if np.all(entries == entries[:, :1]):
        times = 0 if np.all(entries == -1) else n
        return Kind("scaled identity", "one number on the whole diagonal", 1, times)
    words = "each output depends on the input at the same place, and on no other"
    return Kind("diagonal", words, n, 0 if np.all(np.isin(entries, (0, 1, -1))) else n)


def one_hot(seen):
    """Nothing but ones, at most one of them per output (a selection) or per input (sums)."""
    if not seen.ones:
        return None
    per_input, per_output = seen.pattern.sum(axis=1), seen.pattern.sum(axis=0)
    if seen.square and np.all(per_input == 1) and np.all(per_output == 1):
        return Kind("permutation", "the inputs in another order: a single 1 in each row and column", 0, 0)
    if per_output.max() == 1:
        none = int(np.sum(per_output == 0))
        rest = f"; {none} of the outputs depend on no input" if none else ""
        words = (
            f"{'at most one 1' if none else 'a single 1'} in each {{output}}: an output is one of the inputs"
        )
        return Kind("one-hot {output}s", words + rest, 0, 0)
    if per_input.max() == 1 and len(per_input) > 1:
        ones = "a single 1" if per_input.min() else "at most one 1"
        return Kind("one-hot {input}s", f"{ones} in each {{input}}: outputs are sums of inputs", 0, 0)


def one_line(seen):
    """A single output (the Jacobian is a gradient) or a single input."""
    inputs, outputs = seen.pattern.shape
    numbers = int(seen.pattern.sum())
    if outputs == 1:
        return Kind("one {output}", "a single output: the Jacobian is its gradient", numbers, seen.times)
    if inputs == 1:
        return Kind("one {input}", "a single input: how each output moves with it", numbers, seen.times)


def one_entry(seen):
    """At most one entry, of any size, per output or per input."""
    numbers = int(seen.pattern.sum())
    if seen.pattern.sum(axis=0).max() == 1:
        words = "each output depends on one input at most"
        return Kind("one entry per {output}", words, numbers, seen.times)
    if seen.pattern.sum(axis=1).max() == 1:
        words = "each input is used by one output at most"
        return Kind("one entry per {input}", words, numbers, seen.times)


def kronecker(seen):
    """I ⊗ B, B ⊗ I or I ⊗ B ⊗ I, with one and the same block B."""
    for a, b in splits(*seen.pattern.shape):
        blocks = blocks_of(*seen, a, b)
        if blocks is None or not same_blocks(blocks):
            continue
        block = blocks[0, 0, 0]
        name = f"{identity(a)} ⊗ " * (a > 1) + "B" + f" ⊗ {identity(b)}" * (b > 1)
        times = a * b * Seen(blocks[:, 0, 0], np.any(blocks[:, 0, 0] != 0, axis=0)).times
        words = (
            f"one and the same block B, {block.shape[0]} inputs by {block.shape[1]} outputs, {a * b} times"
        )
        return Kind(name, words, block.size if times else 0, times, block)


def block_diagonal(seen):
    """Blocks beside each other, of equal sizes (perhaps interleaved) or of any sizes."""
    numbers = int(seen.pattern.sum())
    for a, b in splits(*seen.pattern.shape):
        blocks = blocks_of(*seen, a, b)
        if blocks is not None:
            p, q = blocks.shape[-2:]
            where = "" if b == 1 else f", interleaved: {b} steps apart"
            words = f"{a * b} blocks, {p} inputs by {q} outputs each{where}"
            return Kind("block diagonal", words, numbers, seen.times)
    sizes = uneven_blocks(seen.pattern)
    if len(sizes) > 1:
        shown = ", ".join(f"{p}×{q}" for p, q in sizes[:6]) + ", …" * (len(sizes) > 6)
        words = f"{len(sizes)} blocks of sizes (inputs × outputs) {shown}"
        return Kind("block diagonal", words, numbers, seen.times)


def banded(seen):
    """Few diagonals beside each other: an output depends on a few inputs around its own place."""
    rows, columns = np.nonzero(seen.pattern)
    low, high = int((columns - rows).min()), int((columns - rows).max())
    if 2 * (high - low + 1) > min(seen.pattern.shape):
        return None
    words = f"{high - low + 1} diagonals beside each other: an output depends on a few neighbours"
    return Kind("banded", words, int(seen.pattern.sum()), seen.times)


def triangular(seen):
    """An output depends on the inputs up to its own place only, or from it on."""
    numbers = 0 if seen.ones else int(seen.pattern.sum())
    if seen.square and not np.any(np.tril(seen.pattern, -1)):
        words = "an output depends on the inputs up to its own place, on none after it"
        return Kind("{side} triangular", words, numbers, seen.times)
    if seen.square and not np.any(np.triu(seen.pattern, 1)):
        words = "an output depends on the inputs from its own place on, on none before it"
        return Kind("{other} triangular", words, numbers, seen.times)


def rank_one(seen):
    """J = u v': every row is a multiple of one row."""
    first = seen.samples[0]
    if not np.all(np.isfinite(seen.samples)) or min(first.shape) < 2:
        return None
    for sample in seen.samples:
        i, j = np.unravel_index(np.argmax(np.abs(sample)), sample.shape)
        if sample[i, j] == 0 or not almost_equal(sample, np.outer(sample[:, j], sample[i] / sample[i, j])):
            return None
    words = "every row is a multiple of every other: a column times a row"
    return Kind("rank one", words, sum(first.shape), sum(first.shape))


def sparse_or_dense(seen):
    numbers = int(seen.pattern.sum())
    if 2 * numbers <= seen.pattern.size:
        return Kind("sparse", "most entries are 0, in no pattern that is known here", numbers, seen.times)
    words = "most outputs depend on most inputs" if numbers < seen.pattern.size else "no entry is 0"
    return Kind("dense", words, numbers, seen.times)


def all_equal(seen):
    if seen.pattern.all() and np.all(seen.samples == seen.samples[:, :1, :1]):
        return Kind("constant", "all entries are equal", 1, 1)


def symmetric(seen):
    if seen.square and all(almost_equal(sample, sample.T) for sample in seen.samples):
        return Kind("symmetric", "equal to its transpose, so both layouts are the same here", 0, 0)


MAIN = (empty, zero, single_entry, diagonal, one_hot, one_line, one_entry, kronecker, block_diagonal, banded,
        triangular, rank_one, sparse_or_dense)  # fmt: skip
MORE = (kronecker, all_equal, symmetric)


def identity(n):
    """The name of an identity matrix: "I₃"."""
    return f"I{str(n).translate(SUBSCRIPTS)}"


SIMPLE = ("empty", "one number", "zero", "identity", "scaled identity", "diagonal")  # that say it all
