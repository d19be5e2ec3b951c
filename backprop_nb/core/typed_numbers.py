"""Numbers as people type them, small sums and functions among them: read without evaluating anything."""

import ast
import operator
import re
import unicodedata
import warnings
from decimal import Decimal, InvalidOperation
from math import copysign, e, inf, isfinite, pi
from typing import NamedTuple

from .conversions import plain_number
from .primitives import ARITHMETIC, Primitive

__all__ = ["TypedNumber", "fits", "nearly_fits", "parse_typed", "quote_typed", "read_number",
           "read_one", "tidy_typed", "wrong_kind"]  # fmt: skip

LONGEST_TYPED = 200  # characters; what is longer is no number that somebody typed
ALLOWED_OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.UAdd: operator.pos, ast.USub: operator.neg,
}  # fmt: skip
ALLOWED_FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "abs")
CONSTANTS = {"pi": pi, "e": e}
SPELLINGS = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "⁄": "/", "^": "**", "π": "pi", "≈": "", "~": ""}
)
MODULE_NAME = re.compile(r"\b(?:np|numpy|math|bp)\s*\.\s*(?=[a-z])")  # of a function, np.cos(5)
VULGAR = re.compile(r"(\d+)\s*([¼-¾⅐-⅞])")  # 5½; made of plain signs it would be 51/2
MIXED_NUMBER = re.compile(r"(?<![\w.*/])(\d+)\s+(\d+\s*/\s*\d+)(?![\w.*])")  # 5 1/2
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
HOW_TO_TYPE = "Type a number such as 1.72, -3 or 1.5e-7, or a sum such as 11/2 or 2*5 + 0.5."


class TypedNumber(NamedTuple):
    """One way to read what was typed.

    value: the number
    half:  half a unit of the last place that was typed: how far from it the true number may lie
    short: whether there is one digit only; then nothing but the number itself will do
    """

    value: float
    half: float
    short: bool


def fits(typed, number, noise=0.0):
    """Whether ``number`` was typed, to the digits that were typed; from four on they may be cut off.

    noise: how much of ``number`` may be rounding

    >>> [fits(read_number(text)[0], 1.71634) for text in ("1.7", "1.72", "1.716", "1.73", "2")]
    [True, True, True, False, False]
    """
    allowed = max(1e-6 * abs(number), noise)
    if not typed.short:
        allowed = max(allowed, typed.half * (1 + 1e-9))
    beyond = (number - typed.value) * copysign(1, typed.value)  # what was cut off
    cut_off = 0 <= beyond < 2 * typed.half <= 1e-3 * abs(typed.value)
    return abs(typed.value - number) <= allowed or cut_off


def nearly_fits(typed, number):
    """Whether the one digit that was typed is right, which may be luck."""
    return typed.short and abs(typed.value - number) <= typed.half


def read_number(answer, names=()):
    """Every way to read an answer as a number, the likeliest first: "1,716" is 1.716, or 1716.

    answer:  text, or anything with ``__float__``
    names:   {name: number}, what may stand in a formula
    returns: tuple of ``TypedNumber``
    raises:  ValueError, in words for the learner; nothing that was typed is ever evaluated

    >>> [read_number(text)[0].value for text in ("11/2", "5½", "5 1/2", "−1,5", "11/np.sqrt(4)")]
    [5.5, 5.5, 5.5, -1.5, 5.5]
    >>> read_number("1/x1 + x2", {"x1": 2, "x2": 5})[0].value
    5.5
    """
    text = answer if isinstance(answer, str) else spell_number(answer)
    text = tidy_typed(text, LONGEST_TYPED, HOW_TO_TYPE).rpartition("=")[2].strip().rstrip(".;")
    text = MIXED_NUMBER.sub(r"(\1+\2)", MODULE_NAME.sub("", text))
    return tuple(read_one(spelling, names) for spelling in resolve_commas(text))


def tidy_typed(text, longest, how):
    """Typed text in the signs of Python: "−½" becomes "-1/2", "5½" becomes "(5+1/2)".

    longest: the most characters that are read
    how:     what to type instead, for the ValueError to a longer text
    """
    if len(text) > longest:
        raise ValueError(f"That is {len(text):,} characters long, and at most {longest} are read. {how}")
    return unicodedata.normalize("NFKC", VULGAR.sub(r"(\1+\2)", text)).translate(SPELLINGS)


def spell_number(answer):
    """A number from code, as somebody would type it: 5.0 is "5"."""
    if isinstance(answer, bool) or not hasattr(answer, "__float__"):
        raise wrong_kind("A number", answer)
    try:
        number = float(plain_number(answer))
    except ARITHMETIC:  # an array of several numbers has __float__, too
        raise ValueError(f"One number is asked for, and this {type(answer).__name__} is none.") from None
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def wrong_kind(wanted, answer, how=""):
    """The error for an answer of another kind than what is wanted, such as "A number"."""
    words = f"{wanted} is asked for, and this is of type {type(answer).__name__}. {how}"
    return ValueError(words.rstrip())


def resolve_commas(text):
    """The spellings that commas allow: a comma may be a decimal point, or part thousands."""
    if "," not in text:
        return [text]
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d*", text):  # 1.716,5
        return [text.replace(".", "").replace(",", ".")]
    spellings = [text.replace(",", ".")] if text.count(",") == 1 or not THOUSANDS.fullmatch(text) else []
    return spellings + [text.replace(",", "")] * bool(THOUSANDS.fullmatch(text))


def read_one(text, names=()):
    """One spelling, in the signs of Python, as a ``TypedNumber``; ValueError, in words, if it is none."""
    if PLAIN_NUMBER.fullmatch(text):
        return read_plain(text)
    try:
        number = compute(parse_typed(text), CONSTANTS | dict(names))
    except (SyntaxError, RecursionError):
        raise ValueError(f"I cannot read {quote_typed(text)} as a number. {HOW_TO_TYPE}") from None
    except OverflowError:
        raise beyond_floats(text) from None
    except ARITHMETIC as error:
        raise ValueError(f"{quote_typed(text)} has no value: {error}. {HOW_TO_TYPE}") from None
    if isinstance(number, complex) or not isfinite(number):
        raise ValueError(f"{quote_typed(text)} is not a finite real number. {HOW_TO_TYPE}")
    decimals = [len(found) for found in re.findall(r"\.(\d+)", text)]
    if not decimals:
        return TypedNumber(number, 0.0, False)
    return TypedNumber(number, 0.5 * 10.0 ** -min(decimals), min(decimals) < 2)


def read_plain(text):
    """A plain number, with the precision that its digits have."""
    try:
        digits, exponent = Decimal(text).as_tuple()[1:]
        number = float(text)
    except (InvalidOperation, OverflowError):
        number = inf
    if not isfinite(number):
        raise beyond_floats(text)
    return TypedNumber(number, 0.5 * 10.0 ** min(exponent, 300), len(digits) < 2)  # 0e9999 is a number, too


def beyond_floats(text):
    """The error for a number that no float can hold."""
    return ValueError(f"{quote_typed(text)} is beyond every number that a float can hold. {HOW_TO_TYPE}")


def parse_typed(text):
    """The syntax tree of a typed expression; SyntaxError, whatever Python's parser has against it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the parser has opinions on "5or 3"; the learner gets ours
            return ast.parse(text, mode="eval").body
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from None


def compute(tree, names):
    """The number of a formula: numbers and names, + - * / **, brackets, and a few functions of the table."""
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in names:
            return float(names[name])
        case ast.UnaryOp(op=op, operand=x) if type(op) in ALLOWED_OPERATORS:
            return ALLOWED_OPERATORS[type(op)](compute(x, names))
        case ast.BinOp(left=x, op=op, right=y) if type(op) in ALLOWED_OPERATORS:
            return ALLOWED_OPERATORS[type(op)](compute(x, names), compute(y, names))
        case ast.Call(func=ast.Name(id=name), args=[x], keywords=[]) if name in (*ALLOWED_FUNCTIONS, "ln"):
            return Primitive.table["log" if name == "ln" else name](compute(x, names))
    raise SyntaxError("nothing else is read")


def quote_typed(text):
    """What was typed, between backticks, cut so that it stays one line."""
    text = text.replace("`", "'")
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
