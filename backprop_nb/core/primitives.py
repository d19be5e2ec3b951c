"""The table of operations: each is one row, with one partial derivative per operand."""

import cmath
import math
import operator
import sys

from ..drawing.notation import ATOM, NEGATIVE, POWER, PRODUCT, SUM, Notation, Style, function, infix
from .explaining import REAL, Domain
from .row import ARITHMETIC, Binary, Primitive, Unary

__all__ = ["ARITHMETIC", "REAL", "Binary", "Domain", "Primitive", "Unary"]

ONLY_POSITIVE = Domain("above 0", low=0.0)
NONZERO = Domain("other than 0", hole=0.0)
ABOVE_MINUS_ONE = Domain("above -1", low=-1.0)
NOT_HUGE = Domain("between -1e307 and 1e307", low=-1e307, high=1e307)
ABOVE_ONE = Domain("above 1", low=1.0)
INSIDE_UNIT = Domain("between -1 and 1", low=-1.0, high=1.0)

# How a float computes it, where one of math's own functions would overflow, lose digits or leave the reals.


def real_power(x, y):
    out = x**y
    if isinstance(out, complex) and not isinstance(x, complex):
        raise ValueError
    return out


def stable_sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    z = math.exp(x)
    return z / (1 + z)


def stable_softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-math.fabs(x)))


def log_of_two(x, y):
    """log(eˣ + eʸ); also for equal infinities, whose difference is nan."""
    if x == y:
        return x + math.log(2)
    return max(x, y) + math.log1p(math.exp(-math.fabs(x - y)))


def by_stairs(f):
    """One of math's functions that give whole numbers, as a float; inf and nan stay as they are."""
    return lambda x: float(f(x)) if math.isfinite(x) else x


# Partials that a formula alone would get wrong at single points. A comparison of carriers is one of their
# values; one of Symbols is a Symbol, and the formula is shown without the exception.


def power_by_base(out, x, y):
    """y·x^(y−1), and 0 at x = y = 0, where x^(−1) fails."""
    if type(y) in (int, float, bool):
        return 0.0 if y == 0 else y * x ** (y - 1)
    no_base, no_exponent = x == 0, y == 0
    if is_shown(no_base) or is_shown(no_exponent):
        return y * x ** (y - 1)
    if getattr(getattr(y, "dtype", None), "kind", "f") in "iu":
        y = y * 1.0  # in a narrow type of whole numbers y − 1 may wrap around
    return y * x ** (y - 1 + (no_base & no_exponent))


def power_by_exponent(out, x, y):
    """out·log(x), and 0 at x = 0, where 0^y is 0 for all y > 0."""
    no_base = x == 0
    return out * log(x if no_base is False or is_shown(no_base) else x + no_base)


def direction(out, x):
    """x / out, and 0 where both are 0; there a second derivative does not exist, and none is given."""
    nothing = out == 0
    return x / (out if is_shown(nothing) or hasattr(out, "value") else out + nothing)


def by_square(out, x):
    """x / out², where out² alone may leave the floats."""
    return direction(out, direction(out, x))


def sinc_slope(out, x):
    """(cos πx − out)/x; near 0, where this cancels, its power series."""
    z = math.pi * x
    near = (abs(z) < 1) if getattr(x, "shape", ()) else not is_shown(z < 1) and abs(z) < 1
    if near is False:
        return (cos(z) - out) / x
    series, square = 0.0, (near * z) ** 2
    for n in range(10, 0, -1):
        series = series * square + (-1) ** n * 2 * n / math.factorial(2 * n + 1)
    series = math.pi * (near * z) * series
    return series if near is True else series + unless(near) * (cos(z) - out) / (x + near)


def silu_slope(out, x):
    """σ(x) + x·σ(x)·(1 − σ(x)), where 1 − σ(x) is σ(−x)."""
    return sigmoid(x) + out * sigmoid(-x)


def is_shown(condition):
    """Whether a comparison is one of Symbols, to be written down."""
    return hasattr(condition, "operation")


class Closed(float):
    """The 0 of an operand that was not taken: its product with anything is 0, with inf and nan, too."""

    __slots__ = ()

    def __mul__(self, g):
        return sys.modules["numpy"].zeros_like(g)[()] if hasattr(g, "dtype") else type(g)(0.0)

    __rmul__ = __mul__

    def __array_ufunc__(self, ufunc, method, *operands, **options):
        """NumPy's numbers leave their product to this class; anything else is done with 0."""
        if ufunc.__name__ == "multiply" and method == "__call__":
            return self * operands[operands[0] is self]
        plain = [float(x) if type(x) is Closed else x for x in operands]
        return getattr(ufunc, method)(*plain, **options)


CLOSED = Closed(0.0)


class Gate:
    """A partial that is 1 where the operand was taken, 0 elsewhere: on arrays a mask, on numbers 1 or CLOSED.

    shown: the formula for Symbols
    taken: the same arguments → bool, or an array of them
    """

    __slots__ = ("shown", "taken")

    def __init__(self, shown, taken):
        self.shown, self.taken = shown, taken

    def __call__(self, *places):
        mask = self.taken(*places)
        if getattr(mask, "shape", ()):
            return mask
        return self.shown(*places) if is_shown(mask) else 1.0 if mask else CLOSED


def or_nan(taken, y):
    """A comparison that decides for y: a nan is taken, too. It does not overflow where a difference does."""
    return taken if is_shown(taken) else taken | (y != y)


def unless(mask):
    """The opposite of a bool or a mask; a Symbol stays as it is."""
    return mask if is_shown(mask) else mask == False  # noqa: E712  also of an array


def same(latex_name):
    """The notation of a function whose LaTeX command has another name than its row."""
    return function(latex_name, rf"\{latex_name}")


def named(name):
    """The notation of a function that LaTeX has no command for."""
    return function(name, rf"\operatorname{{{name}}}")


HALF_ROOT = math.sqrt(0.5)
STAIRS = "It is a staircase, and constant beside its jumps: nothing flows back, not even 0 · inf."
# fmt: off
PLUS, MINUS = (infix(sign, sign, SUM, (SUM, PRODUCT)) for sign in "+-")
TIMES     = Notation(Style("{} × {}", PRODUCT, (NEGATIVE, POWER)),
                     Style("{} {}", PRODUCT, (NEGATIVE, PRODUCT)))
FRACTION  = Notation(Style("{} / {}", PRODUCT, (NEGATIVE, POWER)),
                     Style(r"\frac{{{}}}{{{}}}", PRODUCT, (0, 0)))
NEGATED   = Notation(Style("-{}", NEGATIVE, (POWER,)),             Style("-{}", NEGATIVE, (PRODUCT,)))
RAISED    = Notation(Style("{} ** {}", POWER, (ATOM, ATOM)),       Style("{}^{{{}}}", POWER, (ATOM, 0)))
SQUARED   = Notation(Style("{}²", POWER, (ATOM,)),                 Style("{}^{{2}}", POWER, (ATOM,)))
REMAINDER = Notation(Style("{} % {}", PRODUCT, (PRODUCT, POWER)),  # how far mod reaches is not left to doubt
                     Style(r"\left({} \bmod {}\right)", ATOM, (POWER, POWER)))
WHOLE     = Notation(Style("{} // {}", PRODUCT, (PRODUCT, POWER)),
                     Style(r"\left\lfloor\frac{{{}}}{{{}}}\right\rfloor", ATOM, (0, 0)))
ROOT      = Notation(Style("sqrt({})", ATOM, (0,)),                Style(r"\sqrt{{{}}}", ATOM, (0,)))
BARS      = Notation(Style("|{}|", ATOM, (0,)),                    Style(r"\left|{}\right|", ATOM, (0,)))
EXPONENT  = Notation(Style("exp({})", ATOM, (0,)),                 Style("e^{{{}}}", POWER, (0,)))
EXPM1     = Notation(Style("expm1({})", ATOM, (0,)),               Style("e^{{{}}} - 1", SUM, (0,)))
CUBE_ROOT = Notation(Style("cbrt({})", ATOM, (0,)),                Style("{}^{{1/3}}", POWER, (ATOM,)))
TWO_TO    = Notation(Style("exp2({})", ATOM, (0,)),                Style("2^{{{}}}", POWER, (0,)))
ONE_OVER  = Notation(Style("reciprocal({})", ATOM, (0,)),          Style(r"\frac{{1}}{{{}}}", PRODUCT, (0,)))
FLOOR, CEILING = (Notation(Style(f"{name}({{}})", ATOM, (0,)),
                           Style(rf"\left\l{name} {{}}\right\r{name}", ATOM, (0,)))
                  for name in ("floor", "ceil"))
LOG1P     = Notation(Style("log1p({})", ATOM, (0,)), Style(r"\log\left(1 + {}\right)", ATOM, (PRODUCT,)))

add      = Binary("add", PLUS, operator.add, "add",
                  lambda out, x, y: 1.0,
                  lambda out, x, y: 1.0, complex=operator.add)
sub      = Binary("sub", MINUS, operator.sub, "subtract",
                  lambda out, x, y: 1.0,
                  lambda out, x, y: -1.0, complex=operator.sub)
mul      = Binary("mul", TIMES, operator.mul, "multiply",
                  lambda out, x, y: y,
                  lambda out, x, y: x, complex=operator.mul)
div      = Binary("div", FRACTION, operator.truediv, "divide",
                  lambda out, x, y: 1 / y,
                  lambda out, x, y: -out / y, complex=operator.truediv, domain=(REAL, NONZERO))
neg      = Unary("neg", NEGATED, operator.neg, "negative",
                  lambda out, x: -1.0, complex=operator.neg)
pow      = Binary("pow", RAISED, real_power, "power",
                  power_by_base,
                  power_by_exponent, complex=operator.pow, domain=(ONLY_POSITIVE, REAL))
square   = Unary("square", SQUARED, lambda x: x * x, "square",
                  lambda out, x: 2 * x, complex=lambda z: z * z)
mod      = Binary("mod", REMAINDER, operator.mod, "remainder",
                  lambda out, x, y: 1.0,
                  lambda out, x, y: -floordiv(x, y), domain=(REAL, NONZERO),
                  kink="It jumps where x/y is whole; the partials beside the jump are taken.")
fmod     = Binary("fmod", function("fmod", r"\operatorname{fmod}", 2), math.fmod, "fmod",
                  lambda out, x, y: 1.0,
                  lambda out, x, y: (out - x) / y, domain=(REAL, NONZERO),
                  kink="It jumps where x/y is whole; the partials beside the jump are taken.")
floordiv = Binary("floordiv", WHOLE, operator.floordiv, "floor_divide",
                  lambda out, x, y: CLOSED,
                  lambda out, x, y: CLOSED, domain=(REAL, NONZERO),
                  kink=STAIRS)

sqrt     = Unary("sqrt", ROOT, math.sqrt, "sqrt",
                  lambda out, x: 1 / (2 * out), domain=(ONLY_POSITIVE,))
exp      = Unary("exp", EXPONENT, math.exp, "exp",
                  lambda out, x: out)
expm1    = Unary("expm1", EXPM1, math.expm1, "expm1",
                  lambda out, x: exp(x), complex=lambda z: cmath.exp(z) - 1)
log      = Unary("log", same("log"), math.log, "log",
                  lambda out, x: 1 / x, domain=(ONLY_POSITIVE,))
log2     = Unary("log2", function("log2", r"\log_2"), math.log2, "log2",
                  lambda out, x: 1 / (math.log(2) * x),
                  complex=lambda z: cmath.log(z) / math.log(2), domain=(ONLY_POSITIVE,))
log10    = Unary("log10", function("log10", r"\log_{10}"), math.log10, "log10",
                  lambda out, x: 1 / (math.log(10) * x), domain=(ONLY_POSITIVE,))
log1p    = Unary("log1p", LOG1P, math.log1p, "log1p",
                  lambda out, x: 1 / (1 + x), complex=lambda z: cmath.log(1 + z), domain=(ABOVE_MINUS_ONE,))

sin      = Unary("sin", same("sin"), math.sin, "sin",
                  lambda out, x: cos(x))
cos      = Unary("cos", same("cos"), math.cos, "cos",
                  lambda out, x: -sin(x))
tan      = Unary("tan", same("tan"), math.tan, "tan",
                  lambda out, x: 1 + out * out)
arcsin   = Unary("arcsin", same("arcsin"), math.asin, "arcsin",
                  lambda out, x: 1 / sqrt((1 - x) * (1 + x)), complex=cmath.asin, domain=(INSIDE_UNIT,))
arccos   = Unary("arccos", same("arccos"), math.acos, "arccos",
                  lambda out, x: -1 / sqrt((1 - x) * (1 + x)), complex=cmath.acos, domain=(INSIDE_UNIT,))
arctan   = Unary("arctan", same("arctan"), math.atan, "arctan",
                  lambda out, x: 1 / (1 + x * x), complex=cmath.atan)
sinh     = Unary("sinh", same("sinh"), math.sinh, "sinh",
                  lambda out, x: cosh(x))
cosh     = Unary("cosh", same("cosh"), math.cosh, "cosh",
                  lambda out, x: sinh(x))
tanh     = Unary("tanh", same("tanh"), math.tanh, "tanh",
                  lambda out, x: 1 - out * out)

sigmoid  = Unary("sigmoid", function("sigmoid", r"\sigma"), stable_sigmoid,
                  lambda np, x: np.exp(-np.logaddexp(0, -x)),
                  lambda out, x: out * (1 - out), complex=lambda z: 1 / (1 + cmath.exp(-z)))
softplus = Unary("softplus", named("softplus"), stable_softplus, lambda np, x: np.logaddexp(0, x),
                  lambda out, x: sigmoid(x), complex=lambda z: cmath.log(1 + cmath.exp(z)))

step     = Unary("step", named("step"), lambda x: 1.0 if x > 0 else x if x != x else 0.0,
                  lambda np, x: np.heaviside(x, 0),
                  lambda out, x: CLOSED, kink=f"{STAIRS} Its value at 0 is 0.")
sign     = Unary("sign", named("sign"), lambda x: (x > 0) - (x < 0) + 0.0 if x == x else x, "sign",
                  lambda out, x: CLOSED, kink=f"{STAIRS} Its value at 0 is 0.")
relu     = Unary("relu", named("relu"), lambda x: x if x > 0 or x != x else 0.0,
                  lambda np, x: np.maximum(x, 0),
                  Gate(lambda out, x: sign(out), lambda out, x: out != 0),
                  kink="At 0 the partial is taken as 0.")
abs      = Unary("abs", BARS, operator.abs, "absolute",
                  lambda out, x: sign(x), kink="At 0 the partial is taken as 0.")
maximum  = Binary("maximum", function("max", r"\max", 2), lambda x, y: y if y > x or y != y else x, "maximum",
                  Gate(lambda out, x, y: 1 - step(y - x), lambda out, x, y: unless(or_nan(y > x, y))),
                  Gate(lambda out, x, y: step(y - x), lambda out, x, y: or_nan(y > x, y)),
                  kink="Of two equal operands the first is taken.")
minimum  = Binary("minimum", function("min", r"\min", 2), lambda x, y: y if y < x or y != y else x, "minimum",
                  Gate(lambda out, x, y: 1 - step(x - y), lambda out, x, y: unless(or_nan(y < x, y))),
                  Gate(lambda out, x, y: step(x - y), lambda out, x, y: or_nan(y < x, y)),
                  kink="Of two equal operands the first is taken.")

exp2     = Unary("exp2", TWO_TO, math.exp2, "exp2",
                 lambda out, x: math.log(2) * out, complex=lambda z: cmath.exp(z * math.log(2)))
cbrt     = Unary("cbrt", CUBE_ROOT, math.cbrt, "cbrt",
                 lambda out, x: 1 / (3 * out * out), domain=(NONZERO,))
reciprocal = Unary("reciprocal", ONE_OVER, lambda x: 1 / x, lambda np, x: 1 / x,
                   lambda out, x: -out * out, complex=lambda z: 1 / z, domain=(NONZERO,))
hypot    = Binary("hypot", function("hypot", r"\operatorname{hypot}", 2), math.hypot, "hypot",
                  lambda out, x, y: direction(out, x),
                  lambda out, x, y: direction(out, y), kink="At 0, 0 the partials are taken as 0.")
arctan2  = Binary("arctan2", function("arctan2", r"\operatorname{arctan2}", 2), math.atan2, "arctan2",
                  lambda out, x, y: by_square(hypot(x, y), y),
                  lambda out, x, y: -by_square(hypot(x, y), x),
                  kink="At 0, 0 the partials are taken as 0; at the jump, x = 0 and y < 0, those beside it.")
logaddexp = Binary("logaddexp", function("logaddexp", r"\operatorname{logaddexp}", 2),
                   log_of_two, "logaddexp",
                   lambda out, x, y: sigmoid(x - y),
                   lambda out, x, y: sigmoid(y - x),
                   complex=lambda x, y: cmath.log(cmath.exp(x) + cmath.exp(y)))
arcsinh  = Unary("arcsinh", named("arcsinh"), math.asinh, "arcsinh",
                 lambda out, x: 1 / sqrt(1 + x * x), complex=cmath.asinh)
arccosh  = Unary("arccosh", named("arccosh"), math.acosh, "arccosh",
                 lambda out, x: ((x - 1) * (x + 1)) ** -0.5, complex=cmath.acosh, domain=(ABOVE_ONE,))
arctanh  = Unary("arctanh", named("arctanh"), math.atanh, "arctanh",
                 lambda out, x: 1 / ((1 - x) * (1 + x)), complex=cmath.atanh, domain=(INSIDE_UNIT,))
degrees  = Unary("degrees", named("degrees"), math.degrees, "degrees",
                 lambda out, x: 180 / math.pi, complex=lambda z: z * (180 / math.pi))
radians  = Unary("radians", named("radians"), math.radians, "radians",
                 lambda out, x: math.pi / 180, complex=lambda z: z * (math.pi / 180))
sinc     = Unary("sinc", named("sinc"),
                 lambda x: math.sin(math.pi * x) / (math.pi * x) if x != 0 else 1.0, "sinc",
                 sinc_slope, domain=(NOT_HUGE,))
erf      = Unary("erf", named("erf"), math.erf, "erf",
                 lambda out, x: 2 / math.sqrt(math.pi) * exp(-x * x))
erfc     = Unary("erfc", named("erfc"), math.erfc, "erfc",
                 lambda out, x: -2 / math.sqrt(math.pi) * exp(-x * x))
gelu     = Unary("gelu", named("gelu"), lambda x: x * (math.erfc(-x * HALF_ROOT) / 2), "gelu",
                 lambda out, x: erfc(-x * HALF_ROOT) / 2 + x * exp(-x * x / 2) / math.sqrt(2 * math.pi))
silu     = Unary("silu", named("silu"), lambda x: x * stable_sigmoid(x),
                 lambda np, x: x * np.exp(-np.logaddexp(0, -x)),
                 silu_slope, complex=lambda z: z / (1 + cmath.exp(-z)))
floor    = Unary("floor", FLOOR, by_stairs(math.floor), "floor",
                 lambda out, x: CLOSED, kink=STAIRS)
ceil     = Unary("ceil", CEILING, by_stairs(math.ceil), "ceil",
                 lambda out, x: CLOSED, kink=STAIRS)
trunc    = Unary("trunc", named("trunc"), by_stairs(math.trunc), "trunc",
                 lambda out, x: CLOSED, kink=STAIRS)
rint     = Unary("rint", named("rint"), by_stairs(round), "rint",
                 lambda out, x: CLOSED, kink=STAIRS)
heaviside = Binary("heaviside", function("heaviside", r"\operatorname{heaviside}", 2),
                   lambda x, y: 1.0 if x > 0 else 0.0 if x < 0 else y if x == 0 else x, "heaviside",
                   lambda out, x, y: CLOSED,
                   Gate(lambda out, x, y: 1 - abs(sign(x)), lambda out, x, y: x == 0),
                   kink="It jumps at x = 0, where its value is y.")
# fmt: on

Primitive.by_array_name |= {"reciprocal": reciprocal, "fabs": abs, "float_power": pow, "rad2deg": degrees,
                            "deg2rad": radians, "round": rint}  # fmt: skip
Primitive.built_in = frozenset(Primitive.table)
