"""What a learner types, read without ever being evaluated: numbers, small sums, names of rows."""

import ast
import operator
import re
import unicodedata
import warnings
from decimal import Decimal, InvalidOperation
from math import e, inf, isfinite, pi
from typing import NamedTuple

from ..core.primitives import ARITHMETIC, Primitive

__all__ = ["Reading", "fits", "is_unanswered", "nearly_fits", "read_number", "read_rows", "shortened"]

LONGEST = 200  # characters; what is longer is no number that somebody typed
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "abs")
CONSTANTS = {"pi": pi, "e": e}
SPELLINGS = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "⁄": "/", "^": "**", "π": "pi", "≈": "", "~": ""}
)
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
HOW = "Type a number such as 1.72, -3 or 1.5e-7, or a sum such as 11/2 or 2*5 + 0.5."


class Reading(NamedTuple):
    """One way to read what was typed.

    value: the number
    half:  half a unit of the last place that was typed: how far from it the true number may lie
    short: whether there is one digit only; then nothing but the number itself will do
    """

    value: float
    half: float
    short: bool


def is_unanswered(answer):
    """Whether nothing has been filled in: None, ``...`` or empty text."""
    return answer is None or answer is Ellipsis or (isinstance(answer, str) and not answer.strip())


def fits(reading, number, noise=0.0):
    """Whether ``number`` was typed, to the digits that were typed.

    noise: how much of ``number`` may be rounding

    >>> [fits(read_number(text)[0], 1.71634) for text in ("1.7", "1.72", "1.716", "1.73", "2")]
    [True, True, True, False, False]
    """
    allowed = max(1e-6 * abs(number), noise)
    if not reading.short:
        allowed = max(allowed, reading.half * (1 + 1e-9))
    return abs(reading.value - number) <= allowed


def nearly_fits(reading, number):
    """Whether the one digit that was typed is right, which may be luck."""
    return reading.short and abs(reading.value - number) <= reading.half


def read_number(answer):
    """Every way to read an answer as a number, the likeliest first: "1,716" is 1.716, or 1716.

    answer:  text, or anything with ``__float__``
    returns: tuple of ``Reading``
    raises:  ValueError, in words for the learner; nothing that was typed is ever evaluated

    >>> read_number("11/2")[0].value, read_number("−1,5")[0].value
    (5.5, -1.5)
    """
    if not isinstance(answer, str):
        answer = as_text(answer)
    if len(answer) > LONGEST:
        raise ValueError(f"That is {len(answer):,} characters long, and at most {LONGEST} are read. {HOW}")
    text = unicodedata.normalize("NFKC", answer).translate(SPELLINGS).rpartition("=")[2].strip().rstrip(".;")
    return tuple(read_one(spelling) for spelling in without_commas(text))


def as_text(answer):
    """A number from code, as somebody would type it: 5.0 is "5"."""
    if isinstance(answer, bool) or not hasattr(answer, "__float__"):
        raise ValueError(f"A number is asked for, and this is of type {type(answer).__name__}.")
    try:
        number = float(answer)
    except ARITHMETIC:  # an array of several numbers has __float__, too
        raise ValueError(f"One number is asked for, and this {type(answer).__name__} is none.") from None
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def without_commas(text):
    """The spellings that commas allow: a comma may be a decimal point, or part thousands."""
    if "," not in text:
        return [text]
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d*", text):  # 1.716,5
        return [text.replace(".", "").replace(",", ".")]
    spellings = [text.replace(",", ".")] if text.count(",") == 1 or not THOUSANDS.fullmatch(text) else []
    return spellings + [text.replace(",", "")] * bool(THOUSANDS.fullmatch(text))


def read_one(text):
    """One spelling as a ``Reading``."""
    if PLAIN.fullmatch(text):
        return read_plain(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser has opinions on "5or 3"; the learner gets ours
            tree = ast.parse(text, mode="eval").body
        number = worth(tree)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"I cannot read `{shortened(text)}` as a number. {HOW}") from None
    except OverflowError:
        raise ValueError(f"`{shortened(text)}` is beyond every number that a float can hold. {HOW}") from None
    except ARITHMETIC as error:
        raise ValueError(f"`{shortened(text)}` has no value: {error}. {HOW}") from None
    if isinstance(number, complex) or not isfinite(number):
        raise ValueError(f"`{shortened(text)}` is not a finite real number. {HOW}")
    decimals = [len(found) for found in re.findall(r"\.(\d+)", text)]
    return Reading(
        number, 0.5 * 10.0 ** -min(decimals) if decimals else 0.0, bool(decimals and min(decimals) < 2)
    )


def read_plain(text):
    """A plain number, with the precision that its digits have."""
    try:
        exact = Decimal(text).as_tuple()
        number = float(text)
    except (InvalidOperation, OverflowError):
        number = inf
    if not isfinite(number):
        raise ValueError(f"`{shortened(text)}` is beyond every number that a float can hold. {HOW}")
    return Reading(number, 0.5 * 10.0**exact.exponent, len(exact.digits) < 2)


def worth(tree):
    """The number that a sum stands for: numbers, + - * / **, brackets, and a few functions of the table."""
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=op, operand=x) if type(op) in OPERATORS:
            return OPERATORS[type(op)](worth(x))
        case ast.BinOp(left=x, op=op, right=y) if type(op) in OPERATORS:
            return OPERATORS[type(op)](worth(x), worth(y))
        case ast.Call(func=ast.Name(id=name), args=[x], keywords=[]) if name in (*FUNCTIONS, "ln"):
            return Primitive.table["log" if name == "ln" else name](worth(x))
    raise SyntaxError("nothing else is read")


def shortened(text):
    """What was typed, cut so that it stays one line."""
    text = text.replace("`", "'")
    return text if len(text) <= 60 else text[:57] + "…"


def read_rows(answer, trace):
    """The rows that an answer names, in its order: "v5 v4 v₃", ["v5", "x1"], [5, 4, 3] or rows themselves.

    returns: list of ``Row``
    raises:  ValueError, in words, for a name that this run does not have
    """
    if isinstance(answer, str):
        if len(answer) > 40 * (len(trace) + 10):
            raise ValueError(f"That is {len(answer):,} characters long, for a run of {len(trace)} rows.")
        answer = [part for part in re.split(r"(?:->|[\s,;→>⟶])+|(?<=\w)-(?=[vV])", answer) if part]
    try:
        return [row_called(name, trace) for name in answer]
    except TypeError:
        raise ValueError(
            f"Names of nodes are asked for, and this is of type {type(answer).__name__}."
        ) from None


def row_called(name, trace):
    """The row meant by a name as people type it: v5, v₅, v_5, v̄₅, x1, 5."""
    if isinstance(name, str):
        plain = name.replace("\N{COMBINING MACRON}", "").strip("()[]{}.\"'`")
    else:
        plain = operator.index(name.index if hasattr(name, "operands") else name)
    try:
        return trace.find(plain)
    except ValueError:
        tidy = unicodedata.normalize("NFKC", str(plain)).translate(SPELLINGS).replace("_", "").lower()
    for row in trace.rows:
        if tidy in (row.id, str(row.index)):
            return row
    names = " ".join(row.id for row in reversed(trace.rows[:40]))
    raise ValueError(f"There is no node `{shortened(str(name))}` in this run; its nodes are `{names}`.")
