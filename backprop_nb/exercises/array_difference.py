"""What is wrong with an array: the mistake that leads to it, its shape, or its entries."""

import itertools

from ..core.typed_numbers import TypedNumber, fits
from ..drawing.notation import number as written
from .mistakes import tell_ways

__all__ = ["NEAR", "NEARLY", "same_array", "tell_difference"]

NEAR = 1e-3  # relative: the error of a difference quotient, which no formula makes
NEARLY = "Very near, and not right: is it a difference quotient? A formula is asked for, which has no step."


def tell_difference(grid, right, of="", mistakes=(), shapes=None):
    """What is wrong with an array, in words: the mistake that leads to it, else its shape, else its entries.

    grid, right: Grid
    of:          what it must have the shape of
    mistakes:    pairs (words, Grid)
    shapes:      {shape: words}
    returns:     "" if it is right

    >>> from .array_reading import read_result
    >>> tell_difference(read_result([1, 2, 3]), read_result([[1], [2], [3]]), "x")
    'Yours has shape (3,), it must be that of x, (3, 1). The numbers are right.'
    """
    if same_array(grid, right):
        return ""
    place = f"that of {of}, {right.shape}" if of else f"{right.shape}"
    shape = "" if grid.shape == right.shape else f"Yours has shape {grid.shape}, it must be {place}."
    made = [words for words, x in mistakes if same_array(grid, x) and not same_array(right, x)]
    if made:
        return f"{tell_ways(made)} {shape}".rstrip()
    if not shape:
        return compare_entries(grid, right)
    if len(grid.readings) == len(right.readings) and same_array(grid._replace(shape=right.shape), right):
        return f"{shape} The numbers are right."
    if same_array(grid, transpose_grid(right)):
        return f"{shape} It is the transpose."
    hint = "Is it the transpose?" if grid.shape == right.shape[::-1] else ""
    return f"{shape} {(shapes or {}).get(grid.shape, hint)}".rstrip()


def same_array(grid, right):
    """Whether an array is another one, to the digits that its entries have."""
    return grid.shape == right.shape and all(agreeing(grid, right))


def agreeing(grid, right):
    """For each entry of an array, whether it is that of another one of the same shape."""
    noise = 1e-9 * max(map(abs, right.values), default=0.0)
    return [fits(reading, value, noise) for reading, value in zip(grid.readings, right.values, strict=True)]


def transpose_grid(grid):
    """The transpose of a matrix; whatever is no matrix, as it is."""
    if len(grid.shape) != 2:
        return grid
    rows, columns = grid.shape
    readings = tuple(grid.readings[i] for j in range(columns) for i in range(j, rows * columns, columns))
    return grid._replace(shape=(columns, rows), readings=readings)


def compare_entries(grid, right):
    """What is wrong with an array of the right shape."""
    given, wanted = grid.values, right.values
    if any(value != value for value in given):
        return "There is a nan in it: 0/0, or a number that has grown beyond every float."
    if not any(given):
        return "The shape is right, but all of it is 0."
    if same_array(grid, transpose_grid(right)):
        return "It is the transpose: on a square, the shape does not show that."
    if len(wanted) > 1:
        if same_array(sort_entries(grid), sort_entries(right)):
            return "The numbers are right, their order is not."
        ratio = next((x / y for x, y in zip(given, wanted, strict=True) if x and y), 0.0)
        scaled = right._replace(readings=tuple(TypedNumber(ratio * y, 0.0, True) for y in wanted))
        if ratio == -1 and same_array(grid, scaled):
            return "The sizes are right, the sign is not."
        if ratio and same_array(grid, scaled):
            return f"Every entry is {written(ratio, 4)} times what it should be."
    if all(abs(x - y) <= NEAR * abs(y) for x, y in zip(given, wanted, strict=True)):
        return NEARLY
    agree = agreeing(grid, right)
    if not any(agree):
        return "The shape is right, the numbers are not; no mistake that I know gives these."
    place = list(itertools.product(*map(range, right.shape)))[agree.index(False)]
    words = f"The shape is right, and {sum(agree)} of {len(agree)} entries are."
    return f"{words} Look at entry {list(place)}."


def sort_entries(grid):
    """The same entries by size."""
    return grid._replace(readings=tuple(sorted(grid.readings)))
