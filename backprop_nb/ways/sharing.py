"""Expressions as trees and as graphs: how large either is, and how one becomes the other."""

from typing import NamedTuple

from ..core.expressions import (
    LATEX_SPELLING,
    LONGEST_WRITTEN,
    TEXT_SPELLING,
    name_shared,
    operands_in,
    write_outermost,
)
from ..core.sweep import operands_first
from ..core.symbolic import Symbol, new_symbol
from ..drawing.notation import number, number_latex
from ..drawing.text_columns import quantity

__all__ = ["Sizes", "copy_out", "name_parts", "nodes_of", "operands_of_symbol", "share", "sizes"]

MOST_COPIED = 200_000  # nodes up to which an expression is written out with every part copied


class Sizes(NamedTuple):
    """How large an expression is.

    tree:       nodes when it is written out: every occurrence counts, of names and numbers, too
    dag:        different nodes: what is written alike counts once
    operations: operations to be evaluated as it is stored: a node that is shared is evaluated once
    """

    tree: int
    dag: int
    operations: int


def sizes(expression):
    """The Sizes of an expression, or of a number.

    So counted, the derivative of 4·x·(1 − x), iterated, has 14, 52, 152, 400 … nodes (claim N08) by the
    textbook rules, which leave a factor 1 where it is: (1 − x) × (4 × 1) + 4 × x × (-1).

    >>> from backprop_nb.ways.expressions import differentiate
    >>> x = Symbol("x")
    >>> sizes(differentiate(4 * x * (1 - x), x, naive=True))
    Sizes(tree=14, dag=10, operations=7)
    """
    if not isinstance(expression, Symbol):
        return Sizes(1, 1, 0)
    stored = sum(v.operation is not None for v in nodes_of(expression))
    return Sizes(count_tree(expression), merge_alike(expression)[1], stored)


def nodes_of(expression):
    """The nodes of an expression, operands first; a number has none."""
    return operands_first(expression) if isinstance(expression, Symbol) else []


def operands_of_symbol(v):
    """The operands of an operation; a name or a number has none."""
    return operands_in(v) if isinstance(v, Symbol) and v.operation is not None else ()


def count_tree(expression):
    """Nodes of an expression when it is written out; nothing is, the number may have thousands of digits."""
    written, total = {expression: 1}, 0
    for v in reversed(operands_first(expression)):
        times = written.pop(v)
        total += times
        for x in operands_of_symbol(v):
            if isinstance(x, Symbol):
                written[x] = written.get(x, 0) + times
            else:
                total += times
    return total


def share(expression):
    """The same expression with one node for all that is written alike: common sub-expressions are found.

    expression: Symbol, or a number, which is returned as it is
    returns:    Symbol; of names, the first that was met stands for all that are written so

    >>> x = Symbol("x")
    >>> out = share((1 - x) * (1 - x))
    >>> out.parent1 is out.parent2
    True
    """
    return merge_alike(expression)[0] if isinstance(expression, Symbol) else expression


def merge_alike(expression):
    """The shared expression, and how many different nodes it has, numbers among them."""
    known, numbers, new = {}, set(), {}

    def key(x):
        if isinstance(x, Symbol):
            return id(new[x])
        numbers.add(signed := (x, str(x)[:1] == "-"))  # 0.0 and -0.0 are equal, and two numbers
        return signed

    for v in operands_first(expression):
        operands = operands_of_symbol(v)
        alike = (v.operation, *map(key, operands)) if operands else (v.name, v.name_latex)
        if alike not in known:
            inner = (new[x] if isinstance(x, Symbol) else x for x in operands)
            known[alike] = new_symbol(v.operation, *inner) if operands else v
        new[v] = known[alike]
    return new[expression], len(known) + len(numbers)


def copy_out(expression, most=MOST_COPIED):
    """The same expression as a tree: every operation that occurs several times is there several times.

    raises: ValueError for a tree of more than ``most`` nodes

    >>> x = Symbol("x")
    >>> y = x * x
    >>> sizes(y * y).operations, sizes(copy_out(y * y)).operations
    (2, 3)
    """
    if not isinstance(expression, Symbol):
        return expression
    if (size := count_tree(expression)) > most:
        raise ValueError(
            f"written out, this expression has {quantity(size, 'node')}, over the limit of {most:,}: keep it "
            "as it is, without copies (naive=True asks for them); sizes() counts the nodes of either form"
        )
    waiting, finished = [(expression, False)], []
    while waiting:
        v, opened = waiting.pop()
        operands = operands_of_symbol(v)
        if not operands:
            finished.append(v)
        elif opened:
            inner = finished[-len(operands) :]
            finished[-len(operands) :] = [new_symbol(v.operation, *inner)]
        else:
            waiting += [(v, True), *((x, False) for x in reversed(operands))]
    return finished[0]


def name_parts(expression, latex=False):
    """An expression with a name for each operation that occurs in it more than once.

    >>> from backprop_nb import exp
    >>> x = Symbol("x")
    >>> name_parts(exp(x) / (1 + exp(x)))
    's1 / (1 + s1) where s1 = exp(x)'
    """
    if not isinstance(expression, Symbol):
        return (number_latex if latex else number)(expression)
    spelling, whole = LATEX_SPELLING if latex else TEXT_SPELLING, share(expression)
    order = operands_first(whole)
    names = name_shared(order, spelling)
    text = write_outermost(whole, order, len(order), names, spelling, LONGEST_WRITTEN)
    return text or (whole.latex if latex else str(whole))
