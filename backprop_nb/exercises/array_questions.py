"""Questions whose answer is an array, a shape, an amount of memory or a plain count."""

import re

from ..drawing.notation import number as written
from .array_difference import difference
from .array_reading import exactly, read_array, read_shape, shape_text
from .asking import near_misses
from .feedback import RIGHT, WRONG, Feedback
from .mistakes import Mistake
from .questions import Number, Question
from .reading import Reading, fits, read_number

__all__ = ["Amount", "Array", "Shape", "amount", "array", "count", "shape"]

BINARY = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
DECIMAL = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
UNITS = {name.casefold(): size for name, size in (BINARY | DECIMAL | {"byte": 1, "bytes": 1}).items()}
WITH_UNIT = re.compile(r"(.*?[\d.)\s])\s*([kmgtp]?i?b|bytes?)\.?\s*", re.IGNORECASE | re.DOTALL)


class Array(Question):
    """A question whose answer is an array.

    right:    Grid
    of:       what it must have the shape of, as in "W"; may be empty
    mistakes: pairs (words, Grid), the most telling first
    shapes:   {shape: words}: what a wrong shape tells
    says:     why it is right
    """

    kind = "array"
    how = "Numbers, such as [[1, 2], [3, 4]] or 1 2; 3 4"

    def __init__(self, text, right, of, mistakes, shapes, says):
        super().__init__(text)
        self.right, self.of, self.mistakes, self.shapes, self.says = right, of, mistakes, shapes, says

    def judge(self, answer):
        problem = difference(read_array(answer), self.right, self.of, self.mistakes, self.shapes)
        return Feedback(WRONG, problem) if problem else Feedback(RIGHT, self.solution())

    def solution(self):
        return f"`{listed(self.right)}`. {self.says}".rstrip()


def listed(grid):
    """An array as nested lists."""
    numbers = [written(value) for value in grid.values]
    for length in reversed(grid.shape):
        numbers = [f"[{', '.join(numbers[i : i + length])}]" for i in range(0, len(numbers), length)]
    return numbers[0]


def array(question, right, of="", mistakes=None, shapes=None, says=""):
    """Ask for an array.

    question: the text
    right:    the right array: nested lists or an array
    of:       what it must have the shape of, as in "W"
    mistakes: {what was done instead: the array that gives}
    shapes:   {a wrong shape: what it tells}
    says:     why it is right

    >>> ask = array("What is vec [[1, 2], [3, 4]]?", [1, 3, 2, 4], mistakes={"Row by row.": [1, 2, 3, 4]})
    >>> ask.check("1, 2, 3, 4")
    ✗ Not yet. Row by row.
    """
    wrong = [(words, exactly(value)) for words, value in (mistakes or {}).items()]
    return Array(question, exactly(right), of, wrong, shapes or {}, says)


class Shape(Question):
    """A question whose answer is the shape of an array.

    right:    tuple of int
    mistakes: {shape: what was done instead}
    says:     why it is right
    """

    kind = "shape"
    how = "A shape, such as (3, 2)"

    def __init__(self, text, right, mistakes, says):
        super().__init__(text)
        self.right, self.mistakes, self.says = right, mistakes, says

    def judge(self, answer):
        given = read_shape(answer)
        if given == self.right:
            return Feedback(RIGHT, self.solution())
        if given in self.mistakes:
            return Feedback(WRONG, self.mistakes[given])
        if sorted(given) == sorted(self.right):
            return Feedback(WRONG, "These are the right lengths; their order is not.")
        return Feedback(WRONG, f"That is {shape_text(given)}. What does each axis count?")

    def solution(self):
        return f"`{self.right}`. {self.says}".rstrip()


def shape(question, right, mistakes=None, says=""):
    """Ask for the shape of an array.

    right:    tuple of int
    mistakes: {shape: what was done instead}
    says:     why it is right

    >>> shape("X is 2 × 3. X′?", (3, 2), {(2, 3): "That is X itself."}).check("2 x 3")
    ✗ Not yet. That is X itself.
    """
    return Shape(question, tuple(right), dict(mistakes or {}), says)


class Amount(Number):
    """A question for an amount of memory, in any unit: "8 MiB", "8388608 bytes", or the number alone.

    unit: the unit that is asked for; a number alone is taken in it
    """

    def __init__(self, text, right, unit, mistakes):
        super().__init__(text, right, f"{written(right)} {unit}", mistakes)
        self.unit, self.how = unit, f"A number of {unit}, or with another unit"

    def judge(self, answer):
        number, named = split_unit(answer)
        if named in map(str.casefold, DECIMAL):
            meant = named[0] + "ib"
            if any(fits(one, self.right) for one in self.readings(number, meant)):
                spelling = next(name for name in BINARY if name.casefold() == meant)
                words = f"You mean {spelling}, in powers of 1024; {named.upper()} counts in powers of 1000."
                return Feedback(WRONG, words)
        return super().judge(answer)

    def read(self, answer):
        return self.readings(*split_unit(answer))

    def readings(self, number, named):
        """The readings of a number in one unit, in the unit asked for."""
        scale = UNITS[named] / BINARY[self.unit] if named else 1.0
        return tuple(Reading(x * scale, half * scale, short) for x, half, short in read_number(number))


def split_unit(answer):
    """An amount as (number, unit): ("8", "mib"); without a unit, (answer, "")."""
    found = WITH_UNIT.fullmatch(answer) if isinstance(answer, str) and len(answer) < 200 else None
    return (found[1].strip(), found[2].casefold()) if found else (answer, "")


def amount(question, right, unit, mistakes=None):
    """Ask for an amount of memory.

    right:    int or float, in ``unit``
    unit:     B, KiB, MiB, GiB, TiB or PiB
    mistakes: {what was done instead: the number that gives, in ``unit``}

    >>> amount("How much?", 8, "MiB").check("8 MB")
    ✗ Not yet. You mean MiB, in powers of 1024; MB counts in powers of 1000.
    """
    return Amount(question, right, unit, lambda: known(mistakes, right))


def count(question, right, mistakes=None):
    """Ask for a number that is known beforehand.

    mistakes: {what was done instead: the number that gives}

    >>> count("How many entries has a 3 × 2 matrix?", 6, {"You added.": 5}).check("5")
    ✗ Not yet. You added.
    """
    return Number(question, right, f"It is {written(right)}", lambda: known(mistakes, right))


def known(mistakes, right):
    """Wrong numbers that have a name, the most telling first."""
    yield from (Mistake(value, words, True) for words, value in (mistakes or {}).items())
    yield from near_misses(right)
