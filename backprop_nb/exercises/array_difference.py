"""What is wrong with an array: the mistake that leads to it, its shape, or its entries."""

from ..drawing.notation import number as written
from .reading import Reading, fits

__all__ = ["difference", "same"]


def difference(grid, right, of="", mistakes=(), shapes=None):
    """What is wrong with an array, in words: the mistake that leads to it, else its shape, else its entries.

    grid, right: Grid
    of:          what it must have the shape of
    mistakes:    pairs (words, Grid)
    shapes:      {shape: words}
    returns:     "" if it is right

    >>> from .array_reading import exactly
    >>> difference(exactly([1, 2, 3]), exactly([[1], [2], [3]]), "x")
    'Yours has shape (3,), it must be that of x, (3, 1). The numbers are right.'
    """
    if same(grid, right):
        return ""
    place = f"that of {of}, {right.shape}" if of else f"{right.shape}"
    shape = "" if grid.shape == right.shape else f"Yours has shape {grid.shape}, it must be {place}."
    for words, wrong in mistakes:
        if same(grid, wrong) and not same(right, wrong):
            return f"{words} {shape}".rstrip()
    if not shape:
        return entries_differ(grid, right)
    if same(flat(grid), flat(right)):
        return f"{shape} The numbers are right."
    if same(grid, turned(right)):
        return f"{shape} It is the transpose."
    return f"{shape} {(shapes or {}).get(grid.shape, '')}".rstrip()


def same(grid, right):
    """Whether an array is another one, to the digits that its entries have."""
    return grid.shape == right.shape and all(agreeing(grid, right))


def agreeing(grid, right):
    """For each entry of an array, whether it is that of another one of the same shape."""
    noise = 1e-9 * max(map(abs, right.values), default=0.0)
    return [fits(reading, value, noise) for reading, value in zip(grid.readings, right.values, strict=True)]


def flat(grid):
    """The same entries as a vector."""
    return grid._replace(shape=(len(grid.readings),))


def turned(grid):
    """The transpose of a matrix; whatever is no matrix, as it is."""
    if len(grid.shape) != 2:
        return grid
    rows, columns = grid.shape
    order = [row * columns + column for column in range(columns) for row in range(rows)]
    return grid._replace(shape=(columns, rows), readings=tuple(grid.readings[i] for i in order))


def entries_differ(grid, right):
    """What is wrong with an array of the right shape."""
    given, wanted = grid.values, right.values
    if any(value != value for value in given):
        return "There is a nan in it: 0/0, or a number that has grown beyond every float."
    if not any(given):
        return "The shape is right, but all of it is 0."
    if same(grid, turned(right)):
        return "It is the transpose: on a square, the shape does not show that."
    if len(wanted) > 1:
        if same(grid._replace(readings=sort(grid)), right._replace(readings=sort(right))):
            return "The numbers are right, their order is not."
        ratio = next((x / y for x, y in zip(given, wanted, strict=True) if x and y), 0.0)
        scaled = right._replace(readings=tuple(Reading(ratio * y, 0.0, True) for y in wanted))
        if ratio == -1 and same(grid, scaled):
            return "The sizes are right, the sign is not."
        if ratio and same(grid, scaled):
            return f"Every entry is {written(ratio, 4)} times what it should be."
    agree = agreeing(grid, right)
    if not any(agree):
        return "The shape is right, the numbers are not; no mistake that I know gives these."
    return (
        f"The shape is right, and {sum(agree)} of {len(agree)} entries are. "
        f"Look at entry {position(agree.index(False), right.shape)}."
    )


def sort(grid):
    """The readings by size."""
    return tuple(sorted(grid.readings))


def position(i, shape):
    """Where the i-th entry stands: [1, 0]."""
    place = []
    for length in reversed(shape):
        i, at = divmod(i, length)
        place.append(at)
    return str(place[::-1])
