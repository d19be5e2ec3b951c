"""Every way to differentiate one function, side by side: numbers, costs, and whether it follows an if."""

import math
from collections.abc import Callable
from typing import NamedTuple

from ..core.dual import Dual
from ..core.scalar import Scalar
from ..core.symbolic import Symbol
from ..drawing.array_text import bytes_text
from ..drawing.notation import number
from ..drawing.sheets import Sheet, seconds_text
from ..runs.timing import fastest, peak_bytes
from ..runs.tracing import title_of
from .exactness import FINEST, exact_gradient
from .expressions import evaluate, gradient

__all__ = ["Way", "compare", "ways_table"]

ELEMENTS_SHOWN = 3  # elements of a gradient, in the table


class Way(NamedTuple):
    """One way to differentiate: its gradient, and what of its work is counted.

    gradient: (f, x) → list of derivatives, f of plain numbers x
    work:     what one call of ``f`` is on this way
    """

    gradient: Callable
    work: str


def by_quotients(scheme):
    """The gradient by a scheme of ``differences``, an element at a time."""

    def gradient_of(f, x):
        from ..arrays.differences import difference_quotients

        return difference_quotients(lambda moved: f(*moved), x, scheme).tolist()

    return gradient_of


def by_symbols(f, x):
    """The gradient as expressions, evaluated at the numbers."""
    names = [f"x{i + 1}" for i in range(len(x))]
    out = f(*map(Symbol, names))
    slopes = gradient(out) if isinstance(out, Symbol) else {}
    return [float(evaluate(slopes.get(name, 0.0), **dict(zip(names, x, strict=True)))) for name in names]


def by_duals(f, x):
    """The gradient in forward mode: one run for each input."""
    runs = (f(*(Dual(v, float(i == j)) for j, v in enumerate(x))) for i in range(len(x)))
    return [float(out.tangent) if isinstance(out, Dual) else 0.0 for out in runs]


def by_sweep(f, x):
    """The gradient in reverse mode: one run and one sweep for all inputs."""
    nodes = [Scalar(v) for v in x]
    out = f(*nodes)
    if isinstance(out, Scalar):
        out.backward()
    return [float(node.gradient or 0.0) for node in nodes]


ways_table = {
    "forward differences": Way(by_quotients("forward"), "evaluation"),
    "central differences": Way(by_quotients("central"), "evaluation"),
    "complex step": Way(by_quotients("complex step"), "complex evaluation"),
    "symbolic": Way(by_symbols, "run on symbols"),
    "forward mode": Way(by_duals, "forward sweep"),
    "reverse mode": Way(by_sweep, "run, 1 reverse sweep"),
}


def compare(f, *x):
    """The gradient of ``f`` by every way, each judged, counted and timed here and now (N12).

    f, x:    a function of numbers, and the numbers
    returns: Sheet; ``[way]`` is a dict with ``gradient``, ``units``, ``calls``, ``seconds``, ``bytes``,
             ``follows``, and ``error``, the exception that stopped this way, or None
    raises:  ValueError without numbers; what ``f`` raises on a reverse sweep

    The judge is a reverse sweep in the finest floats of the machine; ``units`` are units in the last place of
    a float64, the worst over the gradient. Whether a way follows an ``if`` is tried on a function with one.

    >>> sheet = compare(lambda x, y: x * y + x, 3.0, 2.0)
    >>> sheet["reverse mode"]["gradient"], sheet["forward mode"]["calls"], sheet["symbolic"]["follows"]
    ([3.0, 3.0], 2, False)
    """
    x = [float(value) for value in x]
    if not x:
        raise ValueError("give the numbers at which f is differentiated: compare(f, 2, 5)")
    exact, data, rows, notes = exact_gradient(f, *x), {}, [], []
    for name, way in ways_table.items():
        found = data[name] = try_way(way, f, x, exact)
        follows = "yes" if found["follows"] else "no"
        if error := found["error"]:
            rows.append((name, "–", "–", "–", "–", "–", follows))
            notes.append(f"{name} stops: {type(error).__name__}: {error}")
            continue
        shown = [number(v, 9) for v in found["gradient"][:ELEMENTS_SHOWN]] + ["…"] * (len(x) > ELEMENTS_SHOWN)
        calls = f"{found['calls']:,} {way.work}{'s' * (found['calls'] != 1)}"
        costs = seconds_text(found["seconds"]), bytes_text(found["bytes"])
        rows.append((name, ", ".join(shown), f"{found['units']:,.3g}", calls, *costs, follows))
    notes.append(f"Judged by a reverse sweep in {FINEST.__name__}; units in the last place of a float64.")
    head = ("way", "gradient", "error in units", "calls of f", "time", "peak memory", "follows an if")
    return Sheet(f"∇{title_of(f)} at ({', '.join(map(number, x))})", head, tuple(rows), tuple(notes), data)


def try_way(way, f, x, exact):
    """What one way gives for ``f``, and what it takes."""
    calls = 0

    def counting(*numbers):
        nonlocal calls
        calls += 1
        return f(*numbers)

    told = {"error": None, "follows": follows_branches(way)}
    try:
        found = way.gradient(counting, x)
    except Exception as error:  # noqa: BLE001  what stops a way is what the table tells
        return told | {"error": error}
    told |= {"gradient": found, "calls": calls, "units": units_off(found, exact)}
    return told | {"bytes": peak_bytes(way.gradient, f, x), "seconds": fastest(lambda: way.gradient(f, x))}


def units_off(found, exact):
    """The worst error of a gradient in units in the last place of an element, of the largest if that is 0."""
    largest = float(max(map(abs, exact))) or 1.0
    return max(float(abs(v - e)) / math.ulp(float(e) or largest) for v, e in zip(found, exact, strict=True))


def branching_probe(x):
    """A function with an ``if``: its derivative is 2x above 0 and -3 below."""
    return x * x if x > 0 else -3 * x


def follows_branches(way):
    """Whether a way differentiates a function with an ``if``, on both sides; tried, not known."""
    sides = (2.0, 4.0), (-1.0, -3.0)
    try:
        return all(abs(way.gradient(branching_probe, [x])[0] - slope) < 1e-3 for x, slope in sides)
    except Exception:  # noqa: BLE001  a way that stops does not follow
        return False
