"""How the arguments of an explorer, ``x1=2`` or ``x1=(-3, 2, 7)`` or ``n=range(1, 9)``, become controls."""

import inspect
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral, Real

from ..drawing.array_text import shape_text
from ..drawing.notation import number
from ..drawing.text_columns import shorten_text
from ..runs.tracing import is_array, title_of

__all__ = ["Control", "Plan", "keep_inside", "plan", "round_step"]


CONTAINER_WANTED = re.compile(r"subscriptable|iterable|unpack|len\(\)|has no len")
ADDRESSED = re.compile(r"<((?:<\w+>|[^<>])*) at 0x[0-9a-fA-F]+>")  # what Python writes for any object


@dataclass(frozen=True, slots=True)
class Control:
    """One slider.

    name:     the argument that it sets
    value:    where it starts
    min, max: its ends
    step:     by how much a key moves it
    kind:     "number": an input, differentiated; "integer": a plain setting, such as the length of a loop
    """

    name: str
    value: float
    min: float
    max: float
    step: float
    kind: str = "number"

    def read(self, value):
        """``value`` as the function gets it, a float, or an int for a setting; ValueError if neither."""
        if not is_number(value) or not math.isfinite(value):
            raise ValueError(f"{self.name} is a finite number; received {value!r:.60}")
        if self.kind == "integer" and value != round(value):
            raise ValueError(f"{self.name} is a whole number; received {value!r:.60}")
        return round(value) if self.kind == "integer" else float(value)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an explorer does with its arguments: sliders for some, the others as they are.

    f:        the learner's function
    controls: tuple of Control, in the order of the arguments
    others:   {name: value} of the other arguments; numbers in a list are inputs, too, without sliders
    order:    names of all arguments
    places:   how many of them, the first ones, ``f`` takes by place; the rest go by name
    pairs:    names of those that were given as (low, high), which may have been meant as points
    """

    f: Callable
    controls: tuple
    others: dict
    order: tuple
    places: int
    pairs: tuple = ()

    @property
    def start(self):
        """{name: value} of the controls as they start."""
        return {control.name: control.value for control in self.controls}

    @property
    def title(self):
        """The name of the function, "f" for a lambda."""
        return title_of(self.f)

    @property
    def heading(self):
        """The call as it is written: "f(x1, x2)"."""
        return f"{self.title}({', '.join(self.order)})"

    def bind(self, values):
        """``(g, inputs)`` for ``values`` = {name: number}: what to record, and at which arguments.

        Integer settings are built into ``g``, so that they stay plain integers. ``g`` has the name of ``f``,
        and the names of the arguments that are left, from which a record takes its labels.
        """
        read = {control.name: control.read(values[control.name]) for control in self.controls}
        settings = {
            control.name: read.pop(control.name) for control in self.controls if control.kind == "integer"
        }
        given = self.others | read
        names = [name for name in self.order if name in given]
        by_place, by_name = self.order[: self.places], self.order[self.places :]

        def g(*inputs):
            full = settings | dict(zip(names, inputs, strict=True))
            try:
                return self.f(*(full[name] for name in by_place), **{name: full[name] for name in by_name})
            except TypeError as error:
                if not self.pairs or not CONTAINER_WANTED.search(str(error)):
                    raise
                raise TypeError(
                    f"{error}. A tuple of two or three numbers is a slider (low, high), as given for "
                    f"{' and '.join(self.pairs)}; a point is a list, such as [3.0, 4.0]"
                ) from error

        g.__name__, g.__wrapped__ = self.title, self.f  # whose lines are told and shown
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        g.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])
        return g, [given[name] for name in names]

    def at(self, values):
        """All arguments in words, the controls at ``values``: "x1 = 2, x2 = 5"."""
        words = {name: shorten_text(describe_argument(value), 40) for name, value in self.others.items()}
        words |= {name: number(value) for name, value in values.items()}
        return ", ".join(f"{name} = {words[name]}" for name in self.order if name in words)


def plan(f, arguments, named):
    """Read the arguments of an explorer.

    f:         a function
    arguments: by place, each a number (a slider around it), ``(low, high)`` or ``(low, start, high)`` (a
               slider between), a ``range`` (an integer setting, not differentiated), or anything else
    named:     the same by name
    returns:   Plan
    raises:    TypeError if ``f`` is no function or does not take these arguments; ValueError for a slider
               without room, or if there is nothing to differentiate

    >>> read = plan(lambda x1, x2: x1 * x2, (), {"x1": 2, "x2": (0, 4)})
    >>> [(control.name, control.min, control.value, control.max) for control in read.controls]
    [('x1', -3.0, 2.0, 7.0), ('x2', 0.0, 2.0, 4.0)]
    """
    if not callable(f):
        raise TypeError(
            f"the first argument is your function; received {f!r:.60}; try stepper(f, x1=2, x2=5)"
        )
    names = argument_names(f, arguments, named)
    given = dict(zip(names, [*arguments, *named.values()], strict=True))
    beside_arrays = any(map(is_array, given.values()))
    sliding = {name: value for name, value in given.items() if has_control(value, beside_arrays)}
    controls = [make_control(name, value) for name, value in sliding.items()]
    others = {name: value for name, value in given.items() if name not in sliding}
    if not others and all(control.kind == "integer" for control in controls):
        raise ValueError("no input to differentiate: give an argument a number, such as x1=2, or (low, high)")
    pairs = tuple(name for name, value in sliding.items() if isinstance(value, tuple))
    return Plan(f, tuple(controls), others, tuple(names), len(arguments), pairs)


def argument_names(f, arguments, named):
    """The function's own names of all arguments, or x1, x2, …; TypeError where they do not fit."""
    if not arguments and not named:
        raise ValueError("give values for f's arguments: stepper(f, x1=2, x2=5)")
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):  # some built-in functions have none
        return [f"x{i + 1}" for i in range(len(arguments))] + list(named)
    try:
        signature.bind(*arguments, **named)
    except TypeError as error:
        raise TypeError(f"{title_of(f)}{signature} cannot take these arguments: {error}") from None
    single = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    own = [name for name, parameter in signature.parameters.items() if parameter.kind in single]
    extra = [f"x{i + 1}" for i in range(len(own), len(arguments))]
    return own[: len(arguments)] + extra + list(named)


def is_number(value):
    """Whether f may be differentiated with respect to this: a real number, and no bool, which is a choice."""
    return isinstance(value, Real) and not isinstance(value, bool)


def has_control(value, beside_arrays=False):
    """Whether an argument gets a slider: a range, a number, or a plain tuple of two or three numbers.

    Beside arrays a whole number is a label, an index or a count, and stays what it is, as in a record.
    """
    pair = type(value) is tuple and len(value) in (2, 3) and all(map(is_number, value))
    whole = isinstance(value, Integral) and beside_arrays
    return pair or (is_number(value) and not whole) or isinstance(value, range)


def make_control(name, value):
    """The Control for one argument."""
    if isinstance(value, range):
        return control_over(name, value)
    if isinstance(value, tuple):
        return control_between(name, *map(float, value))
    return control_around(name, float(value))


def control_over(name, choices):
    """A slider over a ``range``; it starts in the middle."""
    if not choices or choices.step < 0:
        raise ValueError(f"{name}={choices!r} has no room: give a rising range, such as range(1, 6)")
    middle = choices[len(choices) // 2]
    return Control(name, middle, choices[0], choices[-1], choices.step, "integer")


def control_around(name, value):
    """A slider for one number: 5 to either side for numbers from 1 to 5, and so on in proportion."""
    if not math.isfinite(value):
        raise ValueError(f"{name} is a finite number; received {value}")
    size = 10.0 ** math.floor(math.log10(abs(value))) if value else 1.0
    reach = (5 if abs(value) <= 5 * size else 10) * size
    return Control(name, value, tidy(value - reach), tidy(value + reach), tidy(reach / 50))


def control_between(name, low, *rest):
    """A slider from ``low`` to ``high``; it starts in the middle or where told."""
    *start, high = rest
    value = start[0] if start else tidy((low + high) / 2)
    if not low < high or not low <= value <= high or not math.isfinite(high - low):
        ends = f"({number(low)}, …, {number(high)})"
        raise ValueError(f"{name} goes from low to high: {ends} has no room for {number(value)}")
    return Control(name, value, low, high, round_step(low, high, 120))


def keep_inside(plan, answers):
    """The same Plan, its sliders ending where f still answers; those given as (low, high) were asked for.

    answers: a function from {name: number} to whether f has a value there

    >>> read = plan(lambda x: math.log(x), (2,), {})
    >>> keep_inside(read, lambda values: values["x"] > 0).controls[0].min
    0.1
    """

    def reach(control, end):
        """The slider's place farthest towards ``end`` where f answers, found by halving."""
        value, steps = control.value, round(abs(end - control.value) / control.step)
        if answers(plan.start | {control.name: end}):
            return end
        inside, outside = 0, steps
        while outside - inside > 1:
            middle = (inside + outside) // 2
            place = tidy(value + math.copysign(middle * control.step, end - value))
            answered = answers(plan.start | {control.name: place})
            inside, outside = (middle, outside) if answered else (inside, middle)
        return tidy(value + math.copysign(inside * control.step, end - value))

    def narrow(control):
        if control.kind == "integer" or control.name in plan.pairs:
            return control
        low, high = reach(control, control.min), reach(control, control.max)
        return replace(control, min=low, max=high) if low < high else control

    return replace(plan, controls=tuple(map(narrow, plan.controls)))


def round_step(low, high, most):
    """The smallest of the steps 1, 2, 5, 10, … that takes at most ``most`` steps from ``low`` to ``high``.

    >>> round_step(-3, 7, 60), round_step(0, 1, 100)
    (0.2, 0.01)
    """
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    return next(
        tidy(fit * size) for fit in (1, 2, 5, 10, 20) if (high - low) / (fit * size) <= most * (1 + 1e-9)
    )


def describe_argument(value):
    """An argument in words: an array by its shape and type, an object by its type, without an address."""
    value = getattr(value, "value", value) if hasattr(type(value), "__structural__") else value
    if getattr(value, "ndim", 0):
        return f"{value.dtype}{shape_text(value.shape)}"
    return ADDRESSED.sub(lambda found: bare_name(found[1]), repr(value))


def bare_name(words):
    """The name in what Python writes for an object.

    >>> bare_name("__main__.Model object"), bare_name("function f.<locals>.<lambda>")
    ('Model', 'lambda')
    """
    words = words.removesuffix(" object").replace("<", "").replace(">", "")
    return re.split(r"[ .]", words)[-1]


def tidy(x):
    """``x`` without the last digits, where binary fractions leave dirt: 0.1 + 0.2 is 0.3."""
    return float(f"{x:.12g}")
