"""The carrier that stands for an unknown: run a function on symbols and get its expression."""

from typing import NamedTuple

from ..drawing.notation import ATOM, Notation, infix, number_latex, number_part
from . import primitives
from .conversions import is_constant
from .operators import COMPARISONS, install
from .primitives import Unary
from .sweep import operands_first

__all__ = ["Symbol", "symbols"]


class Symbol:
    """An expression: a name, or an operation on other expressions.

    Formulas of the table run on symbols too; that is where the edge labels of a graph come from.

    >>> x = Symbol("x")
    >>> print(1 / (2 * x ** 2))
    1 / (2 × x ** 2)
    >>> print((x + 1).latex)
    x + 1
    """

    __slots__ = ("gradient", "name", "name_latex", "operation", "parent1", "parent2")

    def __init__(self, name, name_latex=None):
        self.name, self.name_latex = name, name_latex or name
        self.operation = self.parent1 = self.parent2 = self.gradient = None

    def __str__(self):
        return write_expression(self, "name", number_part, "write_text")

    def __repr__(self):
        return f"Symbol({str(self)!r})"

    @property
    def latex(self):
        """The expression in LaTeX, without dollar signs."""
        return write_expression(self, "name_latex", lambda x: number_part(x, number_latex), "write_latex")

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex}$"

    def __bool__(self):
        raise TypeError(
            f"whether {self} holds is not known: a symbol has no value, so an if cannot choose a branch; "
            "run the function on numbers or Scalars, which do"
        )

    def __float__(self):
        raise TypeError(f"{self} has no value: it is a symbol")


Symbol.node_type = Symbol


def symbols(names):
    """Several symbols at once.

    >>> symbols("x y")
    (Symbol('x'), Symbol('y'))
    """
    return tuple(Symbol(name) for name in names.split())


def write_expression(root, leaf, constant, style):
    """Put an expression into a string, operands first, without recursion."""
    parts = {}

    def part(x):
        return parts[x] if isinstance(x, Symbol) else constant(x)

    for node in operands_first(root):
        row = node.operation
        if row is None:
            parts[node] = (getattr(node, leaf), ATOM)
        else:
            operands = (node.parent1,) if isinstance(row, Unary) else (node.parent1, node.parent2)
            parts[node] = getattr(row.notation, style)([part(x) for x in operands])
    return parts[root][0]


class Condition(NamedTuple):
    """A comparison of symbols: it can be written down, and its truth is what nobody knows."""

    notation: Notation


def new_symbol(row, x, y=None):
    out = Symbol.__new__(Symbol)
    out.name = out.name_latex = out.gradient = None
    out.operation, out.parent1, out.parent2 = row, x, y
    return out


def equals(x, value):
    return is_constant(x) and x == value


# What a reader would not write down: 1·x, x + 0, x¹ and their kin. Anything further is algebra.
UNWRITTEN = {
    primitives.add: lambda x, y: y if equals(x, 0) else x if equals(y, 0) else None,
    primitives.sub: lambda x, y: -y if equals(x, 0) else x if equals(y, 0) else None,
    primitives.mul: lambda x, y: (
        y if equals(x, 1) else x if equals(y, 1) else 0.0 if equals(x, 0) or equals(y, 0) else None
    ),
    primitives.div: lambda x, y: x if equals(y, 1) else 0.0 if equals(x, 0) else None,
    primitives.pow: lambda x, y: x if equals(y, 1) else 1.0 if equals(y, 0) else None,
}


def apply_to_symbol(row):
    return lambda x: new_symbol(row, x)


def apply_to_symbols(row):
    shorter = UNWRITTEN.get(row, lambda x, y: None)

    def build(x, y):
        if not all(isinstance(v, Symbol) or is_constant(v) for v in (x, y)):
            return NotImplemented
        short = shorter(x, y)
        return new_symbol(row, x, y) if short is None else short

    return build, lambda y, x: build(x, y)


def write_comparison(test):
    """The method for one comparison: what it gives can be written, and has no truth."""
    sign = dict(zip(COMPARISONS.values(), "<≤>≥=≠", strict=True))[test]
    return lambda x, y: new_symbol(Condition(infix(sign, sign, 0, (0, 0))), x, y)


install(Symbol, apply_to_symbol, apply_to_symbols, write_comparison)
