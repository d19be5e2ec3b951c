"""Sums of products by letters, one for each axis."""

import math
import string
from itertools import islice

import numpy as np

from .row import Gathering, Structural, shape_of

__all__ = []


def letters(subscripts, *operands, optimize=None):
    """A sum of products by NumPy's subscripts: ``einsum("ij,jk->ik", x, y)``."""
    if not isinstance(subscripts, str) and len(operands) > 0 and isinstance(operands[0], (list, tuple)):
        subscripts, operands = from_lists(subscripts, *operands)
    if not isinstance(subscripts, str):
        raise TypeError(
            f"einsum starts with its subscripts, such as 'ij,jk->ik'; received {subscripts!r:.60}"
        )
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    if len(inputs) != len(operands):
        raise ValueError(
            f"einsum {subscripts!r} names {len(inputs)} operands, and {len(operands)} were given"
        )
    dots = [len(shape_of(x)) - len(s.replace("...", "")) for s, x in zip(inputs, operands, strict=True)]
    most = max((d for d, s in zip(dots, inputs, strict=True) if "..." in s), default=0)
    hidden = "".join(islice((c for c in string.ascii_letters if c not in subscripts), most))
    inputs = [s.replace("...", hidden[len(hidden) - d :]) for s, d in zip(inputs, dots, strict=True)]
    if not arrow:
        together = "".join(inputs)
        output = hidden + "".join(sorted(c for c in set(together) - set(hidden) if together.count(c) == 1))
    output = output.replace("...", hidden)
    pairs = list(zip(inputs, operands, strict=True))
    for s, x in pairs:
        if len(s) != len(shape_of(x)):
            raise ValueError(
                f"einsum {subscripts!r}: {s!r} names {len(s)} axes, its operand has the shape {shape_of(x)}"
            )
    pairs = [once_each(s, x) for s, x in pairs]
    sizes = {}
    for s, x in pairs:
        for c, n in zip(s, shape_of(x), strict=True):
            if sizes.setdefault(c, n) != n and 1 not in (sizes[c], n):
                shapes = ", ".join(str(shape_of(x)) for x in operands)
                raise ValueError(
                    f"einsum {subscripts!r} of the shapes {shapes}: a letter has one size, and {c!r} has "
                    f"{sizes[c]} and {n}"
                )
            sizes[c] = max(sizes[c], n) if sizes[c] and n else 0
    pairs = [without_copied(s, x, sizes) for s, x in pairs]
    return tuple(x for _, x in pairs), (tuple(s for s, _ in pairs), output, sizes, subscripts)


def from_lists(*given):
    """NumPy's other way of writing it, ``einsum(x, [0, 1], y, [1, 2], [0, 2])``, as letters."""
    lists = [["..." if c is Ellipsis else string.ascii_letters[c] for c in axes] for axes in given[1::2]]
    output = [] if len(given) % 2 == 0 else [
        "->", *("..." if c is Ellipsis else string.ascii_letters[c] for c in given[-1])]  # fmt: skip
    return ",".join(map("".join, lists)) + "".join(output), given[: len(given) // 2 * 2 : 2]


def without_copied(s, x, sizes):
    """An operand without the axes of size 1 along which it is copied: others have their letters."""
    copied = [a for a, (c, n) in enumerate(zip(s, shape_of(x), strict=True)) if n != sizes[c]]
    if not copied:
        return s, x
    left = "".join(c for a, c in enumerate(s) if a not in copied)
    return left, Structural.table["squeeze"](x, tuple(copied))


def once_each(s, x):
    """An operand without repeated letters: of ``ii`` the diagonal is taken first."""
    if len(set(s)) == len(s):
        return s, x
    unique = "".join(dict.fromkeys(s))
    shape = shape_of(x)
    places = np.einsum(f"{s}->{unique}", np.arange(math.prod(shape)).reshape(shape))
    return unique, Structural.table["take"](x, places)


def sum_products(xs, inputs, output, _sizes, _subscripts):
    return np.einsum(f"{','.join(inputs)}->{output}", *xs, optimize=len(xs) > 1)


def sum_products_back(g, i, _out, xs, inputs, output, sizes, _subscripts):
    others = [(s, x) for k, (s, x) in enumerate(zip(inputs, xs, strict=True)) if k != i]
    known = set(output).union(*(s for s, _ in others))
    others += [(c, np.ones(sizes[c], bool)) for c in inputs[i] if c not in known]
    terms = ",".join(["..." + output, *(s for s, _ in others)])
    return np.einsum(f"{terms}->...{inputs[i]}", g, *(x for _, x in others), optimize=bool(others))


Gathering("einsum", letters, sum_products, sum_products_back, before=1,
          rules=r"\operatorname{{einsum}}\left({g}, \ldots\right)", shown={"subscripts": 3}, cases=[
    ("ij,ij->i", (2, 3), (2, 3)), ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ii", (3, 3)),
    ("ij,jk->ki", (2, 3), (3, 4)), ("ii->i", (3, 3)), ("ji", (2, 3)), ("ij->", (2, 3)), ("ij->j", (2, 3)),
    ("ij->ji", (2, 3)), ("i,j->ij", (2,), (3,)), ("i,i", (3,), (3,)), ("ij,j->i", (2, 3), (3,)),
    ("bij,bjk->bik", (4, 2, 3), (4, 3, 2)), ("...ij,...jk->...ik", (4, 1, 2, 3), (2, 3, 2)),
    ("...i->...", (2, 3)), ("i...->i...", (2, 3)), ("...,...", (2, 3), (3,)), ("i,i,i->", (3,), (3,), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)), ("ij,kl->", (2, 3), (3, 2)), (",ij->ij", (), (2, 3)),
    ("ijk,ijl->kl", (2, 3, 2), (2, 3, 4)), ("ii,i->i", (3, 3), (3,)), ("ij,jk->ik", (2, 0), (0, 3)),
    ("a,b,c->cab", (2,), (3,), (2,)), ("iji->j", (2, 3, 2)), ("ij , jk -> ik", (2, 3), (3, 1)),
    ("Ab,bA->A", (2, 3), (3, 2))])  # fmt: skip
