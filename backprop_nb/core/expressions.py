"""How an expression is written: a long one with shared parts named, a very long one cut."""

from collections import Counter, deque
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from ..drawing.notation import ATOM, number_latex, number_part
from .primitives import Unary
from .sweep import operands_first

__all__ = ["LATEX_SPELLING", "LONGEST_WRITTEN", "LONG_EXPRESSION", "TEXT_SPELLING", "write_expression"]

LONG_EXPRESSION = 1_000  # characters; in a longer expression, parts that occur more than once are named
LONGEST_WRITTEN = 10_000  # characters; of a longer one, what is innermost is left out


class Spelling(NamedTuple):
    """Text or LaTeX: how the leaves, constants, operations and the names of shared parts are written."""

    leaf: str
    constant: Callable
    style: str
    dots: str
    named: str
    where: str
    left_out: str


TEXT_SPELLING = Spelling(
    "name", number_part, "write_text", "…", "s{}", " where ", " (… stands for {:,} operations left out)"
)
LATEX_SPELLING = Spelling(
    "name_latex", lambda x: number_part(x, number_latex), "write_latex", r"\ldots", "s_{{{}}}",
    r"\quad\text{where } ", r"\quad\left(\ldots\text{{ stands for {:,} operations left out}}\right)",
)  # fmt: skip


def write_expression(root, spelling, most=LONGEST_WRITTEN):
    """An expression as a string, in time linear in its nodes, each counted once, and without recursion.

    most: characters; of what is longer the outermost operations are written, and how many are left out

    >>> from backprop_nb import Symbol
    >>> x = Symbol("x")
    >>> for _ in range(9):
    ...     x = x + x
    >>> write_expression(x, TEXT_SPELLING, most=60)
    's8 + s8 where s6 = … + …, s7 = s6 + s6, s8 = s7 + s7 (… stands for 5 operations left out)'
    """
    order = operands_first(root)
    text = write_root(order, {}, spelling, min(LONG_EXPRESSION, most))
    if text is not None:
        return text
    operations = [v for v in order if v.operation is not None]
    names, kept = name_shared(order, spelling), min(len(operations), most)
    while True:
        text = write_outermost(root, order, kept, names, spelling, most)
        if text is not None or not kept:
            left = len(operations) - kept
            return (text or spelling.dots) + spelling.left_out.format(left) * bool(left)
        kept //= 2


def operands_in(v):
    """The operands of an operation, in their order."""
    return (v.parent1,) if isinstance(v.operation, Unary) else (v.parent1, v.parent2)


def name_shared(order, spelling):
    """{node: name} of the operations that are used more than once, by names that no leaf has."""
    kind = type(order[-1])
    uses = Counter(x for v in order if v.operation is not None for x in operands_in(v) if isinstance(x, kind))
    taken = {getattr(v, spelling.leaf) for v in order if v.operation is None}
    free = (name for name in map(spelling.named.format, count(1)) if name not in taken)
    return {v: next(free) for v in order if v.operation is not None and uses[v] > 1}


def write_outermost(root, order, kept, names, spelling, most):
    """The expression with its ``kept`` outermost operations, and the shared ones of these by name."""
    shown, waiting = set(), deque([root])
    while waiting and len(shown) < kept:
        v = waiting.popleft()
        if v not in shown and v.operation is not None:
            shown.add(v)
            waiting.extend(x for x in operands_in(v) if isinstance(x, type(root)))
    parts, definitions, length = {}, [], 0
    for v in order:
        if v.operation is not None and v not in shown:
            parts[v] = (spelling.dots, ATOM)
            continue
        text = write_part(v, parts, spelling)
        length += len(text[0]) if v in names else 0
        if len(text[0]) + length > most:
            return None
        if v in names and v is not root:
            definitions.append(f"{names[v]} = {text[0]}")
            text = (names[v], ATOM)
        parts[v] = text
    text = parts[root][0] + spelling.where * bool(definitions) + ", ".join(definitions)
    return text if len(text) <= most else None


def write_root(order, parts, spelling, most):
    """The expression written out in full; None as soon as a part of it is longer than ``most``."""
    for v in order:
        parts[v] = write_part(v, parts, spelling)
        if len(parts[v][0]) > most and v.operation is not None:
            return None
    return parts[order[-1]][0]


def write_part(v, parts, spelling):
    """A node as a pair (string, level), from those of its operands."""
    if v.operation is None:
        return getattr(v, spelling.leaf), ATOM
    operands = [parts[x] if isinstance(x, type(v)) else spelling.constant(x) for x in operands_in(v)]
    return getattr(v.operation.notation, spelling.style)(operands)
