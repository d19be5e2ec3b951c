"""Arrays and shapes as a learner gives them: read without NumPy, and never evaluated."""

import ast
import itertools
import math
import operator
import re
from typing import NamedTuple

from ..core.typed_numbers import (
    TypedNumber,
    parse_typed,
    quote_typed,
    read_number,
    read_one,
    tidy_typed,
    wrong_kind,
)

__all__ = ["Grid", "describe_shape", "read_array", "read_result", "read_shape"]

LONGEST_ARRAY, MOST_TYPED, MOST_AXES = 2000, 4096, 6  # LONGEST_ARRAY: characters typed
DTYPE_ARGUMENT = re.compile(r",\s*(?:dtype|shape)\s*=\s*(?:\([^)]*\)|[\w.'\"]+)")
WRAPPED = re.compile(r"(?:\w+\s*\.\s*)?(?:array|asarray|Tensor|matrix)\s*\((.*)\)", re.DOTALL)
GAP = re.compile(r"(?<=[\w.\])])\s+(?=[\w.+\-\[(])")
HOW_ARRAY = "Type its rows in brackets, as in `[[1, 2], [3, 4]]`, or `1 2; 3 4`; a vector is `[1, 2, 3]`."
HOW_SHAPE = "Type a shape as in `(3, 2)`; a vector's is `(3,)`, a single number's is `()`."


class Grid(NamedTuple):
    """An array as it was read.

    shape:    tuple of int
    readings: a ``TypedNumber`` per entry, row by row
    """

    shape: tuple
    readings: tuple

    @property
    def values(self):
        """The entries as floats, row by row."""
        return [reading.value for reading in self.readings]


def read_array(answer):
    """Read an answer as an array of numbers, to the digits that were typed.

    answer:  text, a nested list, an array, or a Tensor
    returns: Grid
    raises:  ValueError, in words for the learner

    >>> read_array("[[1, 2], [3, 1/2]]").shape, read_array("1 2 3; 4 5 6").shape
    ((2, 2), (2, 3))
    """
    if isinstance(answer, str):
        return read_array_text(answer)
    return gather_entries(answer, lambda entry: read_number(entry)[0], HOW_ARRAY)


def read_result(answer):
    """Read the result of a function as an array: each entry as it is, nan and infinity too.

    answer:  a nested list, an array, or a Tensor
    returns: Grid
    raises:  ValueError, in words for the learner
    """
    return gather_entries(answer, read_entry)


def read_entry(entry):
    """A number of a function's result as a ``TypedNumber`` with no digits to spare."""
    if isinstance(entry, str) or not hasattr(entry, "__float__"):
        kind = type(entry).__name__
        raise ValueError(f"An array of numbers is asked for, and there is an entry of type {kind}.")
    return TypedNumber(float(entry), 0.0, True)


def gather_entries(answer, read, how=""):
    """A nested list or an array as a ``Grid``; ``read`` makes a TypedNumber of each entry."""
    readings = []

    def enter(part, depth):
        part = unwrap(part)
        if not isinstance(part, (list, tuple, range)):
            if len(readings) >= MOST_TYPED:
                raise ValueError(f"It has more than {MOST_TYPED:,} entries.")
            readings.append(read(part))
            return ()
        if depth == MOST_AXES:
            raise ValueError(f"It has more than {MOST_AXES} axes.")
        shapes = [enter(inner, depth + 1) for inner in part]
        for shape in shapes:
            if shape != shapes[0]:
                one, another = describe_length(shapes[0]), describe_length(shape)
                raise ValueError(f"Its rows differ: one {one}, another {another}.")
        return (len(shapes), *(shapes[0] if shapes else ()))

    listed = isinstance(answer, (list, tuple, range, str))
    if callable(answer) or not (listed or hasattr(answer, "tolist") or hasattr(answer, "__float__")):
        raise wrong_kind("An array", answer, how)
    return Grid(enter(answer, 0), tuple(readings))


def unwrap(part):
    """An array or a Tensor as nested lists; anything else as it is."""
    if hasattr(part, "gradient"):
        part = getattr(part, "value", part)
    if hasattr(part, "tolist") and not callable(part):
        if getattr(part, "size", 0) > MOST_TYPED:
            raise ValueError(f"It has {part.size:,} entries: more than {MOST_TYPED:,} are not read.")
        return part.tolist()
    return part


def describe_length(shape):
    """How long a part of an array is, in words."""
    return f"has {shape[0]} {'entry' if shape[0] == 1 else 'entries'}" if shape else "is a number"


def read_array_text(text):
    """Typed text as a ``Grid``."""
    plain = DTYPE_ARGUMENT.sub("", tidy_typed(text, LONGEST_ARRAY, HOW_ARRAY)).rpartition("=")[2].strip()
    wrapped = WRAPPED.fullmatch(plain)
    plain = wrapped[1].strip() if wrapped else plain
    if "[" not in plain and "\n" in plain:  # a row on each line; a number on each is a vector
        several = re.search(r"[^\s,][,\s]+[^\s,]", plain.partition("\n")[0])
        plain = plain.replace("\n", ";" if several else " ")
    if ";" in plain or not re.search(r"[\[(,]", plain):
        return gather_entries(split_rows(plain), read_one)
    plain = re.sub(r"\]\s*\[", "], [", plain)
    if not re.search(r",(?! \[)", plain):
        plain = GAP.sub(", ", plain)
    plain = " ".join(plain.split())
    try:
        return gather_entries(split_brackets(parse_typed(plain), plain), read_one)
    except SyntaxError:
        raise ValueError(f"I cannot read {quote_typed(text)} as an array. {HOW_ARRAY}") from None


def split_rows(text):
    """The text of each entry; rows end at semicolons, entries at blanks or commas: "1 2; 3 4"."""
    rows = [row.strip(" []()\n\t") for row in text.split(";")]
    rows = [[part for part in re.split(r"\s*,\s*|\s+", row) if part] for row in rows if row]
    if ";" in text:
        return rows
    row = rows[0] if rows else []
    return row[0] if len(row) == 1 else row


def split_brackets(tree, text):
    """The text of each entry, in nested lists as the brackets have it; an entry may be a small sum."""
    if isinstance(tree, (ast.List, ast.Tuple)):
        return [split_brackets(inner, text) for inner in tree.elts]
    return ast.get_source_segment(text, tree)


def read_shape(answer):
    """Read an answer as the shape of an array.

    answer:  text such as "(3, 2)" or "3 x 2", a tuple or list of int, or an int
    returns: tuple of int
    raises:  ValueError, in words for the learner

    >>> read_shape("3 × 2"), read_shape("(3,)"), read_shape("()"), read_shape([4, 1])
    ((3, 2), (3,), (), (4, 1))
    """
    if isinstance(answer, str):
        plain = tidy_typed(answer, 200, HOW_SHAPE).casefold().rpartition("=")[2].strip(" .;()[]")
        answer = [part for part in re.split(r"[\s,x*]+|by", plain) if part]
        if answer in (["scalar"], ["number"], ["a", "number"]):
            return ()
        if not all(part.isdecimal() and len(part) < 10 for part in answer):
            raise ValueError(f"I cannot read {quote_typed(plain)} as a shape. {HOW_SHAPE}")
        return tuple(map(int, answer))
    if hasattr(answer, "shape") and not callable(answer):
        answer = answer.shape if len(answer.shape) > 1 else unwrap(answer)  # the array itself, or its shape
    try:
        lengths = [answer] if hasattr(answer, "__index__") else [*itertools.islice(answer, MOST_AXES + 1)]
        if any(isinstance(length, bool) for length in lengths):
            raise TypeError
        shape = tuple(map(operator.index, lengths))
    except TypeError:
        raise wrong_kind("A shape", answer, HOW_SHAPE) from None
    if any(length < 0 for length in shape) or len(shape) > MOST_AXES:
        raise ValueError(f"No array has the shape {quote_typed(str(shape))}. {HOW_SHAPE}")
    return shape


def describe_shape(shape):
    """A shape in words, with what it holds.

    >>> describe_shape((3, 2)), describe_shape(())
    ('(3, 2), 6 numbers', '(), a single number')
    """
    size = math.prod(shape)
    return f"{shape}, {f'{size:,} numbers' if shape else 'a single number'}"
