"""Formulas of the table as Python source: run one on names, and get its text."""

import ast
import builtins
import copy
import linecache
import math
import operator
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import NamedTuple

from ..core import primitives
from ..core.conversions import is_constant
from ..core.operators import COMPARISONS, install
from ..core.primitives import Primitive
from .drafts import constant_text, names_read

__all__ = ["SIGNS", "SIGN_OF", "Code", "define", "helpers_in", "spell", "spell_slope"]

COMPARISON, SUM_OF, PRODUCT_OF, NEGATED_ONE, POWER_OF, ONE_NAME = range(6)  # how tightly Python binds
INFIX = {  # how Python writes it, how tightly that binds, and what its operands need for that
    operator.add: ("{} + {}", SUM_OF, (SUM_OF, PRODUCT_OF)),
    operator.sub: ("{} - {}", SUM_OF, (SUM_OF, PRODUCT_OF)),
    operator.mul: ("{} * {}", PRODUCT_OF, (PRODUCT_OF, NEGATED_ONE)),
    operator.truediv: ("{} / {}", PRODUCT_OF, (PRODUCT_OF, NEGATED_ONE)),
    operator.mod: ("{} % {}", PRODUCT_OF, (PRODUCT_OF, NEGATED_ONE)),
    operator.floordiv: ("{} // {}", PRODUCT_OF, (PRODUCT_OF, NEGATED_ONE)),
    operator.neg: ("-{}", NEGATED_ONE, (POWER_OF,)),
    operator.abs: ("abs({})", ONE_NAME, (COMPARISON,)),
}
SIGN_OF = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
SIGNS = {test: SIGN_OF[name] for name, test in COMPARISONS.items()}


class Code:
    """The source of a number: the carrier that turns a formula of the table into Python.

    >>> x, y = Code("x"), Code("y")
    >>> (1 / (2 * x - y)).text, primitives.tanh(x * y).text, (x - (y - 1)).text
    ('1 / (2 * x - y)', 'math.tanh(x * y)', 'x - (y - 1)')
    """

    __slots__ = ("level", "text")

    def __init__(self, text, level=ONE_NAME):
        self.text, self.level = text, level

    def __and__(self, other):
        return Code(f"{enclose(self, SUM_OF)} & {enclose(other, SUM_OF)}", COMPARISON)

    def __or__(self, other):
        return Code(f"{enclose(self, SUM_OF)} | {enclose(other, SUM_OF)}", COMPARISON)


def enclose(x, level):
    """An operand, in parentheses where it binds more loosely than ``level``."""
    if not isinstance(x, Code):
        text = constant_text(x)
        x = Code(text, NEGATED_ONE if text.startswith("-") else ONE_NAME)
    return x.text if x.level >= level else f"({x.text})"


def spell(row, *operands):
    """A row of the table on Codes and constants, as the float column computes it."""
    compute = row.compute
    whole = row is primitives.pow and is_constant(operands[1]) and operands[1] == int(operands[1])
    if whole:
        template, level, needs = "{} ** {}", POWER_OF, (ONE_NAME, ONE_NAME)
    elif compute in INFIX:
        template, level, needs = INFIX[compute]
    else:
        template = f"{helper_name(row)}({', '.join(['{}'] * len(operands))})"
        level, needs = ONE_NAME, (COMPARISON,) * len(operands)
    return Code(template.format(*map(enclose, operands, needs)), level)


def helper_name(row):
    """What a program calls the function of a row: math's own, or a helper that it brings along."""
    compute = row.compute
    if Primitive.table.get(row.name) is not row:
        raise cannot_write(row.name, "a later row of the table has taken its name")
    if getattr(math, getattr(compute, "__name__", ""), None) is compute:
        return f"math.{compute.__name__}"
    return row.name if row.name not in dir(builtins) else f"{row.name}_"


def apply_to_codes(row):
    def build(x, y):
        known = all(isinstance(v, Code) or is_constant(v) for v in (x, y))
        return spell(row, x, y) if known else NotImplemented

    return build, lambda y, x: build(x, y)


def compare_codes(test):
    """The method for one comparison: its text."""

    def compare(x, y):
        if y is False:
            return Code(f"not {enclose(x, SUM_OF)}", COMPARISON)
        return Code(f"{enclose(x, SUM_OF)} {SIGNS[test]} {enclose(y, SUM_OF)}", COMPARISON)

    return compare


install(Code, lambda row: lambda x: spell(row, x), apply_to_codes, compare_codes)


def spell_slope(row, slot, g, out, *operands):
    """What flows to an operand, g × partial, as text; Codes and constants as operands.

    >>> spell_slope(Primitive.table["log"], 0, "g", Code("v1"), Code("x1"))
    'g * (1 / x1)'
    """
    partial = row.partials[slot]
    if (taken := getattr(partial, "taken", None)) is not None:  # a product with 0 would turn inf into nan
        holds = taken(out, *operands)
        return f"{g} if {holds.text} else 0.0" if isinstance(holds, Code) else g if holds else "0.0"
    slope = partial(out, *operands)
    if isinstance(slope, Code):
        return f"{g} * {enclose(slope, NEGATED_ONE)}"
    return g if slope == 1 else f"-{g}" if slope == -1 else f"{g} * {constant_text(slope)}"


def helpers_in(statements):
    """The functions that statements call and Python lacks: {name: Helper}, each after those that it calls."""
    rows = {helper_name(row): row for row in Primitive.table.values()}
    met = {name for s in statements for name in names_read(s.text)} & rows.keys()
    found = {}
    for name in sorted(met):
        compute = rows[name].compute
        ours = (compute.__module__ or "").startswith("backprop_nb.")
        found |= (definitions_kept if ours else definitions)(compute, name)
    return found


def definitions(function, name):
    """``define`` into a dict of its own; of the package's own functions, which stay, kept."""
    found = {}
    define(function, name, found)
    return found


definitions_kept = lru_cache(maxsize=256)(definitions)


# The text of a table's own function, taken from its source


class Helper(NamedTuple):
    """A function that a program brings along, and the one of the tables that it was taken from."""

    text: str
    function: FunctionType


def define(function, name, found):
    """Write a function of the tables into ``found`` as ``def name(…)``, after all that it calls.

    raises: TypeError where its source is not at hand, or reads more than numbers, math, NumPy and functions
    """
    if name in found:
        if found[name].function is function:
            return
        raise cannot_write(name, "another function of that name is in the program")
    if not isinstance(function, FunctionType):
        raise cannot_write(name, f"its float column, {function!r:.60}, is not written in Python")
    node = node_of(function)
    if node is None:
        raise cannot_write(name, "its source is not at hand")
    if isinstance(node, ast.Lambda):
        node = ast.FunctionDef(name, node.args, [ast.Return(node.body)], [])
    else:
        has_words = ast.get_docstring(node) is not None
        node = ast.FunctionDef(name, node.args, node.body[has_words:], [])
    found[name] = Helper("", function)  # it may call itself
    node = ast.fix_missing_locations(Resolve(function, name, found).visit(node))
    del found[name]
    found[name] = Helper(ast.unparse(node), function)


def cannot_write(name, why):
    """The error for a row that no program can hold."""
    return TypeError(
        f"{name} cannot be written into a program: {why}; bp.value_and_grad runs it all the same"
    )


@lru_cache(maxsize=64)
def functions_by_line(text):
    """The functions in a file or a cell, {line: [node]}; none in what is not Python alone."""
    found = {}
    try:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Lambda, ast.FunctionDef)):
                found.setdefault(node.lineno, []).append(node)
    except SyntaxError:
        pass
    return found


def node_of(function):
    """The piece of source that a function was made of: the smallest that all of its code lies in."""
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    nodes = functions_by_line("".join(lines)).get(code.co_firstlineno, [])
    places = [(line, column) for line, _, column, _ in code.co_positions() if line and column]
    around = [
        node for node in nodes
        if places and (node.lineno, node.col_offset) <= min(places)
        and max(places) <= (node.end_lineno, node.end_col_offset)
    ]  # fmt: skip
    return copy.deepcopy(min(around, key=lambda node: (node.end_lineno, node.end_col_offset), default=None))


class Resolve(ast.NodeTransformer):
    """Replaces what a function reads from outside by what a program may hold."""

    def __init__(self, function, name, found):
        self.function, self.name, self.found = function, name, found
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        self.outside = function.__globals__ | {key: cell.cell_contents for key, cell in cells}
        self.own = variables(function.__code__)

    def visit_Name(self, node):
        name = node.id
        if name in self.own:
            return node
        x = self.outside[name] if name in self.outside else getattr(builtins, name, None)
        if isinstance(x, ModuleType) and x.__name__ in ("math", "numpy"):
            return ast.Name({"math": "math", "numpy": "np"}[x.__name__])
        if isinstance(x, (int, float, slice)):
            return ast.parse(repr(x) if isinstance(x, slice) else constant_text(x), mode="eval").body
        if isinstance(x, BuiltinFunctionType) and getattr(math, x.__name__, None) is x:
            return ast.parse(f"math.{x.__name__}", mode="eval").body
        if isinstance(x, FunctionType):
            called = x.__name__ if x.__name__.isidentifier() else name
            define(x, called, self.found)
            return ast.Name(called)
        if x is not None and x in ALLOWED:
            return ast.Name(x.__name__)
        raise cannot_write(self.name, f"it reads {name}")

    def visit_Attribute(self, node):
        if node.attr.startswith("_"):
            raise cannot_write(self.name, f"it reads {node.attr}")
        return self.generic_visit(node)

    def visit_Import(self, node):
        raise cannot_write(self.name, "it imports")

    visit_ImportFrom = visit_Import


ALLOWED = (float, int, complex, abs, min, max, round, isinstance, len, range, zip, tuple, list, ValueError)


def variables(code):
    """The names that a function, and what is defined inside it, have for themselves."""
    inner = [x for x in code.co_consts if isinstance(x, CodeType)]
    return {*code.co_varnames, *code.co_cellvars}.union(*map(variables, inner))
