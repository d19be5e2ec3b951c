"""Small matrices as lists of rows: read from a learner, filled, multiplied, transposed and aligned."""

from numbers import Integral

__all__ = ["align_rows", "multiply_rows", "read", "transpose_rows"]

READABLE = 8  # rows and columns that can be read at a glance
VALUES = (1, 2, -1, 3, -2, 4, -3)  # what fills matrices of which only the size is given
GRADIENTS = (0.5, -1, 1.5, 2, -0.5, 1, -1.5)


def read(first, second, A, X, G):
    """Both factors and G as lists of rows, checked; ``first`` and ``second`` are the factors' names."""
    from ..derivation.matrices import check_fit, read_matrix

    sizes = [x for x in (A, X, G) if isinstance(x, Integral) and not isinstance(x, bool)]
    if len(sizes) == 3:
        check_sizes(f"sizes {A}, {X}, {G}", sizes)
        A, X, G = fill_rows(A, X, VALUES), fill_rows(X, G, VALUES, 3), fill_rows(A, G, GRADIENTS)
    elif sizes:
        raise TypeError(
            f"matmul takes three sizes, as in matmul(2, 3, 4), or matrices {first}, {second} and perhaps G; "
            f"received {A!r:.30}, {X!r:.30} and {G!r:.30}"
        )
    left, right = read_matrix(first, A), read_matrix(second, X)
    check_sizes(f"shapes {left.shape} and {right.shape}", (*left.shape, *right.shape))
    g = fill_rows(left.shape[0], right.shape[1], GRADIENTS) if G is None else G
    return [x.tolist() for x in check_fit((first, second), [left, right, read_matrix("G", g)])]


def check_sizes(received, sizes):
    """ValueError unless every size is from 1 to 8."""
    if not all(1 <= size <= READABLE for size in sizes):
        raise ValueError(f"1 to {READABLE} rows and columns can be read at a glance; received {received}")


def fill_rows(rows, columns, numbers, start=0):
    """A matrix of small numbers, the same every time."""
    return [[numbers[(3 * i + j + start) % len(numbers)] for j in range(columns)] for i in range(rows)]


def transpose_rows(rows):
    """The transpose of a list of rows."""
    return [list(column) for column in zip(*rows, strict=True)]


def multiply_rows(left, right):
    """The product of two matrices, as lists of rows."""
    columns = transpose_rows(right)
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in left]


def align_rows(rows):
    """Strings in columns of one width.

    >>> print(align_rows([["1", "-2.5"], ["10", "0"]]))
         1  -2.5
        10     0
    """
    wide = max(len(text) for row in rows for text in row)
    return "\n".join("".join(f"  {text:>{wide}}" for text in row) for row in rows)
