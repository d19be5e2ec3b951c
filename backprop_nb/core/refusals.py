"""What is refused, in words: no rule for a function, a derivative about to be lost; and what to write."""

import math
from traceback import walk_stack

from .frames import is_learners, line_of, place_of
from .primitives import Primitive

__all__ = ["INSTEAD", "LostDerivative", "lost_derivative", "no_rule"]

RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh",
           "acosh": "arccosh", "atanh": "arctanh", "fabs": "abs"}  # fmt: skip
# fmt: off
INSTEAD = {name: words for names, words in {  # what to write for a function of NumPy's that has no rule
    "fmax":                       "maximum(x, y)",
    "fmin":                       "minimum(x, y)",
    "copysign":                   "abs(x) * sign(y)",
    "logaddexp2":                 "logaddexp(x * np.log(2), y * np.log(2)) / np.log(2)",
    "ldexp":                      "x * 2.0 ** k",
    "divmod":                     "x // y, or x % y",
    "modf":                       "x - trunc(x), or trunc(x)",
    "matvec":                     "x @ y",
    "vecmat":                     "y.T @ x",
    "unwrap":                     "x + (np.unwrap(x.value) - x.value)",
    "asarray":                    "array([x, y])",
    "logspace":                   "10.0 ** linspace(x, y, 4)",
    "geomspace":                  "exp(linspace(log(x), log(y), 4))",
    "fill_diagonal":              "where(np.eye(len(x)), 0.0, x)",
    "partition":                  "sort(x)",
    "unique":                     "take(x, np.unique(x.value, return_index=True)[1])",
    "put place putmask put_along_axis copyto":
                                  "where(condition, y, x), or full_like(x, y)",
    "piecewise":                  "where(condition, x, y)",
    "apply_along_axis apply_over_axes":
                                  "stack([sum(row) for row in x])",
    "nanvar nanstd":              "sqrt(nanmean((x - nanmean(x)) ** 2))",
    "nanmedian nanquantile nanpercentile":
                                  "median(x[~np.isnan(x.value)])",
    "nancumsum nancumprod":       "cumsum(nan_to_num(x))",
    "lstsq polyfit":
                                  "solve(x.T @ x, x.T @ y) where x has the columns vander(v, n), or others",
    "pinv":                       "solve(x.T @ x, x.T)",
    "eig eigh eigvals eigvalsh svd svdvals qr cholesky cond matrix_rank":
                                  "nothing: no decomposition has a rule here; det, inv, solve and norm have",
    "fft":                        "nothing: there are no complex numbers",
    "angle":                      "nothing: there are no complex numbers; arctan2(y, x) is an angle",
    "histogram bincount":
                                  "nothing: counts have no derivative; np.eye(n)[labels].T @ x sums by label",
    "gcd lcm ravel_multi_index bitwise_and bitwise_or bitwise_xor bitwise_not invert left_shift "
    "right_shift":
                                  "nothing: whole numbers have no derivative",
    "frexp nextafter spacing":    "nothing: how a float is stored has no derivative",
    "union1d setdiff1d intersect1d setxor1d":
                                  "nothing: sets of numbers have no derivative; x[mask] picks some of x",
    "trim_zeros":                 "nothing: slice it yourself, x[first:last]",
    "roots":                      "nothing: find a root by Newton's steps, x - f(x) / grad(f)(x)",
    "polyder polyint":            "nothing: p[:-1] * np.arange(len(p) - 1, 0, -1) are the coefficients",
    "i0":                         "nothing: Bessel's functions are not in the table",
}.items() for name in names.split()}
# fmt: on


def no_rule(carrier, name, options=(), others=()):
    """The TypeError for a NumPy function that has no rule: what to write instead, by ``INSTEAD``.

    name:    what NumPy calls it: "flip", "linalg.inv", "add.reduce"
    options: those that are refused where the plain call has a rule
    others:  names that have a rule besides the table's; one that is nearly the same is named

    >>> no_rule(complex, "ldexp")
    TypeError('numpy.ldexp has no rule for a complex; instead: x * 2.0 ** k')
    """
    given = f" with {', '.join(sorted(options))}=" if options else ""
    words = f"numpy.{name}{given} has no rule for a {carrier.__name__}"
    if options:
        return TypeError(f"{words}: call numpy.{name}(x) plainly")
    import difflib  # slow to load, and needed for this hint only

    room, _, last = name.rpartition(".")
    if instead := INSTEAD.get("fft" if room == "fft" else last):
        words += f"; instead: {instead}"
    elif near := difflib.get_close_matches(name, [*Primitive.by_array_name, *others], 1, 0.9):
        words += f"; did you mean {near[0]}?"
    return TypeError(words + "; on x.value it works, without a derivative" * hasattr(carrier, "value"))


class LostDerivative(TypeError):
    """A number of a graph was about to turn into a plain float, or to be written into an array of floats.

    place: the learner's line, in words; "" where it is not known
    """

    place = ""


def lost_derivative(x, asking):
    """The error for what turns ``x`` into a float: the learner's line, and what to write there."""
    frame = next((frame for frame, _ in walk_stack(asking) if is_learners(frame)), None)
    error = LostDerivative(
        f"a {type(x).__name__} does not turn into a float by itself, for its derivative would be lost"
        f"{place_of(frame)}. Write x.value to look at the number, {instead_of_math(frame)}, and "
        "bp.zeros(shape) or bp.stack([…]) for an array that is filled element by element"
    )
    error.place = place_of(frame)
    return error


def instead_of_math(frame):
    """What to write for the function of the module math that a line calls."""
    line = line_of(frame, frame.f_lineno) if frame else ""
    for name in frame.f_code.co_names if frame else ():
        function = getattr(math, name, None)
        imported = frame.f_globals.get(name) is function and name in line
        if callable(function) and (f"math.{name}" in line or imported or not line):
            row = RENAMED.get(name, name)
            known = row in Primitive.table
            return f"bp.{row} for math.{name}" if known else f"bp's own functions: none is math.{name}"
    return "bp.exp for math.exp and the like"
