"""Symbolic differentiation: the textbook rules run on expressions, and the reverse sweep run on them, too."""

from ..core import primitives
from ..core.primitives import ARITHMETIC, Primitive
from ..core.symbolic import Symbol, equals, excerpt, new_symbol
from .expression_pictures import dag, tree, tree_and_dag
from .sharing import copy_out, name_parts, nodes_of, operands_of_symbol, share, sizes

__all__ = ["apply_rules", "copy_out", "dag", "differentiate", "evaluate", "evaluate_all", "gradient",
           "name_parts", "share", "sizes", "tree", "tree_and_dag"]  # fmt: skip


def differentiate(expression, symbol, naive=False):
    """The derivative of an expression by the textbook rules: local partial × inner derivative (N07).

    expression: Symbol, or a number
    symbol:     what to differentiate with respect to: a Symbol, or its name
    naive:      exactly what the rules give: 4 × 1 stays, and every part is copied to wherever it is needed.
                Otherwise 0 and 1 are left out, and a part that is needed twice is one node
    returns:    Symbol, or a number where nothing is left of the symbols
    raises:     TypeError for what has no derivative; ValueError for a naive one that is too large

    Two things are no terms and no factors even so: an operand without the symbol, (4u)′ = 4u′, and a local
    partial of 1 or -1, (u − v)′ = u′ − v′.

    >>> from backprop_nb import exp, sin
    >>> x = Symbol("x")
    >>> print(differentiate(sin(exp(x)), x), "or", differentiate(sin(exp(x)), x, naive=True))
    cos(exp(x)) × exp(x) or cos(exp(x)) × (exp(x) × 1)
    """
    name = getattr(symbol, "name", symbol)
    if not isinstance(name, str):
        raise TypeError(f"differentiate with respect to one symbol, such as x; received {symbol!r:.60}")
    out = apply_rules(expression, name, naive)
    return copy_out(out) if naive else out


def apply_rules(expression, name, naive):
    """The derivative with respect to the symbols of that name; no part of it is copied."""
    apply, slope = new_symbol if naive else apply_lightly, {}
    for v in nodes_of(expression):
        if v.operation is None and v.name == name:
            slope[v] = 1.0
        for slot, x in enumerate(operands_of_symbol(v)):
            if isinstance(x, Symbol) and x in slope:
                slope[v] = add_term(apply, slope.get(v), partial_of(v, slot), slope[x])
    return slope[expression] if slope else 0.0


def gradient(expression, naive=False):
    """The derivative with respect to every symbol, by one reverse sweep that is run on expressions.

    expression: Symbol
    naive:      whether factors of 1 stay; nothing is copied, for a sweep has each adjoint once
    returns:    {name: Symbol or number}
    raises:     as ``differentiate``

    >>> x, y = Symbol("x"), Symbol("y")
    >>> {name: str(slope) for name, slope in gradient(x * y + x).items()}
    {'x': '1 + y', 'y': 'x'}
    """
    apply, whole = new_symbol if naive else apply_lightly, share(expression)
    adjoint = {whole: 1.0}
    for v in reversed(nodes_of(whole)):
        for slot, x in enumerate(operands_of_symbol(v)):
            if isinstance(x, Symbol):
                adjoint[x] = add_term(apply, adjoint.get(x), partial_of(v, slot), adjoint[v])
    return {v.name: adjoint[v] for v in nodes_of(whole) if v.operation is None}


def partial_of(v, slot):
    """A local partial of a node, as an expression of its operands: the table's own formula."""
    row, operands = row_of(v), operands_of_symbol(v)
    try:
        return row.partials[slot](v, *operands)
    except ARITHMETIC as error:
        raise row.explain_partial(error, *operands) from None


def row_of(v):
    """The row of the table that made a node; TypeError for a comparison."""
    if not isinstance(v.operation, Primitive):
        raise TypeError(f"{excerpt(v)} is a comparison: it is no number, and has no derivative")
    return v.operation


def add_term(apply, total, partial, inner):
    """``total`` and one more term of the chain rule, partial × inner; ``apply(row, …)`` makes the nodes."""
    minus = equals(partial, -1)
    term = inner if minus or equals(partial, 1) else apply(primitives.mul, partial, inner)
    if total is None:
        return apply(primitives.neg, term) if minus else term
    return apply(primitives.sub if minus else primitives.add, total, term)


def apply_lightly(row, *operands):
    """An operation, where little can be left out: a product with 0, 1 or -1, a sum with 0, two minuses."""
    x, y = operands[0], operands[-1]
    if row is primitives.mul and (equals(x, -1) or equals(y, -1)):
        return apply_lightly(primitives.neg, y if equals(x, -1) else x)
    if row is primitives.neg and is_negated(x):
        return x.parent1
    if row in (primitives.add, primitives.sub) and is_negated(y):
        return x - y.parent1 if row is primitives.add else x + y.parent1
    if row is primitives.add and is_negated(x):
        return y - x.parent1
    return row(*operands)


def is_negated(x):
    """Whether an expression is -x."""
    return isinstance(x, Symbol) and x.operation is primitives.neg


def evaluate(expression, /, **values):
    """The value of an expression at numbers, arrays or any carriers; each of its nodes is computed once.

    values: one for each name in it
    raises: ValueError for a name without a value; what an operation raises outside its domain

    >>> x = Symbol("x")
    >>> evaluate(x * x + 1, x=3.0)
    10.0
    """
    return evaluate_all(expression, **values)[expression] if isinstance(expression, Symbol) else expression


def evaluate_all(expression, /, **values):
    """As ``evaluate``, the value of every node: {node: value}, operands first."""
    known = {}
    for v in nodes_of(expression):
        if v.operation is not None:
            operands = (known[x] if isinstance(x, Symbol) else x for x in operands_of_symbol(v))
            known[v] = row_of(v)(*operands)
        elif v.name in values:
            known[v] = values[v.name]
        else:
            raise ValueError(f"{v.name} has no value: give evaluate(…, {v.name}=…) a number")
    return known
