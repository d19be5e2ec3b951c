"""Questions whose answer is an array, a shape or an amount of memory."""

import re

from ..core.typed_numbers import TypedNumber, fits, read_number
from ..drawing.notation import number as written
from .array_difference import tell_difference
from .array_reading import describe_shape, read_array, read_result, read_shape
from .asking import known_mistakes
from .questions import Number, Question

__all__ = ["Amount", "Array", "Shape", "amount", "array", "shape"]

BINARY = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
DECIMAL = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
MEMORY_UNITS = {name.casefold(): size for name, size in (BINARY | DECIMAL | {"byte": 1, "bytes": 1}).items()}
WITH_UNIT = re.compile(r"(.*?[\d.)\s])\s*([kmgtp]i?b|b|bytes?)\.?\s*", re.IGNORECASE | re.DOTALL)


class Array(Question):
    """Ask for an array.

    question: the text
    right:    the right array: nested lists or an array
    of:       what it must have the shape of, as in "W"
    mistakes: {what was done instead: the array that gives}, the most telling first
    shapes:   {a wrong shape: what it tells}
    says:     why it is right

    >>> ask = array("What is vec [[1, 2], [3, 4]]?", [1, 3, 2, 4], mistakes={"Row by row.": [1, 2, 3, 4]})
    >>> ask.check("1, 2, 3, 4")
    ✗ Not yet. Row by row.
    """

    kind = "array"
    how = "Numbers, such as [[1, 2], [3, 4]] or 1 2; 3 4"

    def __init__(self, question, right, of="", mistakes=None, shapes=None, says=""):
        super().__init__(question)
        self.right, self.of, self.shapes, self.says = read_result(right), of, shapes, says
        self.mistakes = [(words, read_result(wrong)) for words, wrong in (mistakes or {}).items()]

    def find_problem(self, answer):
        return tell_difference(read_array(answer), self.right, self.of, self.mistakes, self.shapes)

    def solution(self):
        return f"`{write_nested(self.right)}`. {self.says}".rstrip()


def write_nested(grid):
    """An array as nested lists."""
    numbers = [written(value) for value in grid.values]
    for length in reversed(grid.shape):
        numbers = [f"[{', '.join(numbers[i : i + length])}]" for i in range(0, len(numbers), length)]
    return numbers[0]


class Shape(Question):
    """Ask for the shape of an array.

    right:    tuple of int
    mistakes: {shape: what was done instead}
    says:     why it is right

    >>> shape("X is 2 × 3. X′?", (3, 2), {(2, 3): "That is X itself."}).check("2 x 3")
    ✗ Not yet. That is X itself.
    """

    kind = "shape"
    how = "A shape, such as (3, 2)"

    def __init__(self, question, right, mistakes=None, says=""):
        super().__init__(question)
        self.right, self.mistakes, self.says = tuple(right), mistakes or {}, says

    def find_problem(self, answer):
        given = read_shape(answer)
        if given == self.right:
            return ""
        if sorted(given) == sorted(self.right) and given not in self.mistakes:
            return "These are the right lengths; their order is not."
        return self.mistakes.get(given) or f"That is {describe_shape(given)}. What does each axis count?"

    def solution(self):
        return f"`{self.right}`. {self.says}".rstrip()


class Amount(Number):
    """Ask for an amount of memory, which may be typed in any unit: "8 MiB", "8388608 bytes".

    right:    int or float, in ``unit``
    unit:     B, KiB, MiB, GiB, TiB or PiB; a number alone is taken in it
    mistakes: {what was done instead: the number that gives, in ``unit``}

    >>> amount("How much?", 8, "MiB").check("8 MB")
    ✗ Not yet. You mean MiB, in powers of 1024; MB counts in powers of 1000.
    """

    def __init__(self, question, right, unit, mistakes=None):
        says = f"{written(right)} {unit}"
        super().__init__(question, right, says, lambda: known_mistakes(mistakes))
        self.unit, self.how = unit, f"A number of {unit}, or with another unit"

    def find_problem(self, answer):
        number, named = split_unit(answer)
        if named in map(str.casefold, DECIMAL):
            meant = named[0] + "ib"
            if any(fits(one, self.right) for one in self.convert(number, meant)):
                spelling = next(name for name in BINARY if name.casefold() == meant)
                return f"You mean {spelling}, in powers of 1024; {named.upper()} counts in powers of 1000."
        return super().find_problem(answer)

    def read(self, answer):
        return self.convert(*split_unit(answer))

    def convert(self, number, named):
        """The readings of a number in one unit, in the unit asked for."""
        scale = MEMORY_UNITS[named] / BINARY[self.unit] if named else 1.0
        return tuple(TypedNumber(x * scale, half * scale, short) for x, half, short in read_number(number))


def split_unit(answer):
    """An amount as (number, unit): ("8", "mib"); without a unit, (answer, "")."""
    found = WITH_UNIT.fullmatch(answer) if isinstance(answer, str) and len(answer) < 200 else None
    return (found[1].strip(), found[2].casefold()) if found else (answer, "")


amount, array, shape = Amount, Array, Shape  # a notebook asks by these names
