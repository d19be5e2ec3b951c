"""Where a matrix falls into blocks: along its diagonal, interleaved, of equal or of uneven sizes."""

import math

import numpy as np

__all__ = ["almost_equal", "blocks_of", "same_blocks", "splits", "uneven_blocks"]

ROUNDINGS = 64  # numbers that differ by fewer roundings than this count as equal


def splits(inputs, outputs):
    """The ways to see a matrix as ``a × b`` blocks, ``b`` of them interleaved; most blocks first."""
    common = math.gcd(inputs, outputs)
    divisors = [d for d in range(1, common + 1) if common % d == 0]
    pairs = [(count // b, b) for count in divisors if count > 1 for b in divisors if count % b == 0]
    return sorted(pairs, key=lambda pair: (-pair[0] * pair[1], pair[1]))


def blocks_of(samples, pattern, a, b):
    """Array (points, a, b, p, q) of the blocks of I_a ⊗ · ⊗ I_b; None if anything lies outside them."""
    inputs, outputs = pattern.shape
    p, q = inputs // (a * b), outputs // (a * b)
    inside = np.einsum("apbaqb->abpq", pattern.reshape(a, p, b, a, q, b))
    if p * q == 1 or inside.sum() != pattern.sum():
        return None
    return np.einsum("sapbaqb->sabpq", samples.reshape(-1, a, p, b, a, q, b))


def same_blocks(blocks):
    """Whether the blocks are equal, up to rounding, at every point."""
    return bool(np.all(np.isfinite(blocks))) and all(almost_equal(x, x[:1, :1]) for x in blocks)


def uneven_blocks(pattern):
    """Sizes (inputs, outputs) of the smallest blocks along the diagonal; [] if a row or column is zero."""
    if not (pattern.any(axis=0).all() and pattern.any(axis=1).all()):
        return []
    last_output = pattern.shape[1] - np.argmax(pattern[:, ::-1], axis=1)
    last_input = pattern.shape[0] - np.argmax(pattern[::-1], axis=0)
    sizes, row, column = [], 0, 0
    while row < pattern.shape[0]:
        down, right = row + 1, column
        while True:
            wide = max(right, last_output[row:down].max())
            deep = max(down, last_input[column:wide].max())
            if (deep, wide) == (down, right):
                break
            down, right = deep, wide
        sizes.append((int(down - row), int(right - column)))
        row, column = down, right
    return sizes


def almost_equal(one, other):
    """Whether two arrays are equal but for a few roundings of their largest number."""
    gap = ROUNDINGS * np.finfo(one.dtype).eps * np.abs(one).max(initial=0)
    with np.errstate(invalid="ignore"):  # infinities are equal to nothing
        return bool(np.all(np.abs(one - other) <= gap))
