"""The carrier that stands for an unknown: run a function on symbols and get its expression."""

from typing import NamedTuple

from ..drawing.notation import infix, label_latex
from . import primitives
from .conversions import is_constant
from .expressions import LATEX_SPELLING, TEXT_SPELLING, operands_in, write_expression
from .operators import COMPARISONS, install
from .sweep import operands_first

__all__ = ["Symbol", "symbols"]


class Symbol:
    """An expression: a name, or an operation on other expressions.

    Formulas of the table run on symbols too; that is where the edge labels of a graph come from. In what is
    longer than 1,000 characters shared parts are named, "s2 × s2 where s1 = …", and after 10,000 it is cut.

    >>> x = Symbol("x")
    >>> print(1 / (2 * x ** 2))
    1 / (2 × x ** 2)
    >>> print((x + 1).latex)
    x + 1
    """

    __slots__ = ("gradient", "name", "name_latex", "operation", "parent1", "parent2")

    def __init__(self, name, name_latex=None):
        self.name, self.name_latex = name, name_latex or label_latex(name)
        self.operation = self.parent1 = self.parent2 = self.gradient = None

    def __str__(self):
        return write_expression(self, TEXT_SPELLING)

    def __repr__(self):
        return f"Symbol({str(self)!r})"

    def __reduce__(self):
        state = None if self.gradient is None else (None, {"gradient": self.gradient})
        if self.operation is None:
            return Symbol, (self.name, self.name_latex), state
        return rebuild_symbol, (list_steps(self),), state

    @property
    def latex(self):
        """The expression in LaTeX, without dollar signs."""
        return write_expression(self, LATEX_SPELLING)

    def _repr_latex_(self):
        return f"$\\displaystyle {self.latex}$"

    def __bool__(self):
        raise TypeError(
            f"whether {excerpt(self)} holds is not known: a symbol has no value, so an if cannot choose a "
            "branch. The if is Python's, and no part of the expression: run the function on numbers or "
            "Scalars, which take one branch, or write the choice as an operation, such as relu or maximum"
        )

    def __float__(self):
        raise TypeError(f"{excerpt(self)} has no value: it is a symbol")


Symbol.node_type = Symbol


def symbols(names):
    """Several symbols at once.

    >>> symbols("x y")
    (Symbol('x'), Symbol('y'))
    """
    return tuple(Symbol(name) for name in names.split())


def excerpt(symbol):
    """An expression in the few characters that an error message has room for."""
    return write_expression(symbol, TEXT_SPELLING, most=200)


class Condition(NamedTuple):
    """A comparison of symbols: it can be written down, and its truth is what nobody knows."""

    sign: str

    @property
    def notation(self):
        return infix(self.sign, self.sign, 0, (0, 0))


def list_steps(root):
    """An expression as plain data, operands first: leaves, and (operation, operands); (place,) is a node."""
    order = operands_first(root)
    place = {v: (i,) for i, v in enumerate(order)}

    def step(v):
        return v.operation, *(place[x] if isinstance(x, Symbol) else x for x in operands_in(v))

    return [v if v.operation is None else step(v) for v in order]


def rebuild_symbol(steps):
    """The expression that ``list_steps`` was given; without recursion, so that depth does not matter."""
    nodes = []
    for step in steps:
        if isinstance(step, Symbol):
            nodes.append(step)
        else:
            operands = (nodes[x[0]] if isinstance(x, tuple) else x for x in step[1:])
            nodes.append(new_symbol(step[0], *operands))
    return nodes[-1]


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
    return lambda x, y: new_symbol(Condition(sign), x, y)


install(Symbol, apply_to_symbol, apply_to_symbols, write_comparison)
