"""A chain of Jacobians: in which order to multiply, and what each order costs."""

from operator import itemgetter
from typing import NamedTuple

from ..drawing.notation import SUBSCRIPTS
from ..drawing.sheets import Sheet, count_text

__all__ = ["BRACKET_ORDERS", "Bracketing", "compare_brackets", "multiply_in_order"]


class Bracketing(NamedTuple):
    """A product with brackets.

    text: as it is written, J₃ (J₂ J₁)
    cost: multiplications of two numbers
    """

    text: str
    cost: int


def jacobians(dims):
    """The single factors: at place i, J with dims[i + 1] rows and dims[i] columns."""
    return [Bracketing(f"J{str(i).translate(SUBSCRIPTS)}", 0) for i in range(1, len(dims))]


def multiply(left, right, rows, inner, columns):
    """The product of two products, (rows × inner) (inner × columns)."""
    texts = [f"({x.text})" if " " in x.text else x.text for x in (left, right)]
    return Bracketing(" ".join(texts), left.cost + right.cost + rows * inner * columns)


def forward_order(dims):
    """From the inputs on: J₃ (J₂ J₁), which is forward mode with all its directions."""
    out, *others = jacobians(dims)
    for i, factor in enumerate(others, 1):
        out = multiply(factor, out, dims[i + 1], dims[i], dims[0])
    return out


def reverse_order(dims):
    """From the outputs back: (J₃ J₂) J₁, which is reverse mode."""
    *others, out = jacobians(dims)
    for i in range(len(others) - 1, -1, -1):
        out = multiply(out, others[i], dims[-1], dims[i + 1], dims[i])
    return out


def best_order(dims):
    """The cheapest of all, by a dynamic programme over the stretches of the chain, short ones first."""
    best = {(i, i + 1): factor for i, factor in enumerate(jacobians(dims))}
    for length in range(2, len(dims)):
        for start in range(len(dims) - length):
            end = start + length
            best[start, end] = min(
                (
                    multiply(best[cut, end], best[start, cut], dims[end], dims[cut], dims[start])
                    for cut in range(start + 1, end)
                ),
                key=itemgetter(1),
            )
    return best[0, len(dims) - 1]


BRACKET_ORDERS = {"forward": forward_order, "reverse": reverse_order, "best": best_order}


def multiply_in_order(order, dims):
    """One order of ``BRACKET_ORDERS`` on a chain d0 → d1 → … → dk.

    returns: Bracketing
    raises:  ValueError for fewer than two sizes, or one that is no whole number from 1 on

    >>> multiply_in_order("reverse", [1000, 100, 10, 1])
    Bracketing(text='(J₃ J₂) J₁', cost=101000)
    """
    dims = list(dims)
    if len(dims) < 2 or not all(isinstance(d, int) and d >= 1 for d in dims):
        raise ValueError(f"a chain is two sizes or more, whole numbers from 1 on; received {dims!r:.60}")
    return BRACKET_ORDERS[order](dims)


def compare_brackets(dims):
    """What the product of a chain of Jacobians costs from the inputs on, from the outputs back, and at best.

    dims:    sizes d0 → d1 → … → dk; the Jacobian Jᵢ has dᵢ rows (outputs) and dᵢ₋₁ columns (inputs)
    returns: Sheet; ``[order]`` are multiplications
    raises:  ValueError for fewer than two sizes, or one that is no whole number from 1 on

    >>> print(compare_brackets([1000, 100, 10, 1]))
    1000 → 100 → 10 → 1
      order    brackets    multiplications
      forward  J₃ (J₂ J₁)  1,010,000
      reverse  (J₃ J₂) J₁  101,000
      best     (J₃ J₂) J₁  101,000
    """
    found = {order: multiply_in_order(order, dims) for order in BRACKET_ORDERS}
    rows = tuple((order, made.text, count_text(made.cost)) for order, made in found.items())
    head = "order", "brackets", "multiplications"
    return Sheet(
        " → ".join(map(str, dims)), head, rows, (), {name: made.cost for name, made in found.items()}
    )
