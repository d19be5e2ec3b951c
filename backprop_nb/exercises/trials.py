"""Tries a learner's function beside a right one, and beside functions that make a mistake with a name."""

import functools
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

from ..core.refusals import LostDerivative
from ..core.typed_numbers import fits, read_number
from ..drawing.notation import number as written
from ..runs.tracing import trace
from .array_difference import NEAR, NEARLY, same_array, tell_difference
from .array_reading import read_result
from .mistakes import WrongNumber, name_mistake
from .questions import NotFilledIn
from .tasks import describe_exception, require_filled

__all__ = ["Trials", "draw_arrays", "run_traced", "value_and_slope"]

INNER_AXES = re.compile(r"matmul: .*mismatch in its core dimension.*size (\d+) is different from (\d+)\)")
NO_AXES = re.compile(r"matmul: Input operand \d does not have enough dimensions.*")
FLOATED = (
    "your function turns a number of the graph into a plain float, through which nothing would flow back: "
    "leave float() out, and take bp's functions instead of math's"
)
MISFITS = (ValueError, TypeError, ArithmeticError, LookupError)  # a mistake that cannot be made on this trial


@dataclass(frozen=True)
class Trials:
    """What a function is tried on, and the right function and the wrong ones that it is compared with.

    calls:    function without arguments → for each trial {name: argument}; f gets copies, in this order
    right:    a right function
    mistakes: {what was done instead: a function that does it, or a tuple of several}, the most telling first;
              where f returns two results, a wrong one may return {name: value} for those that it gets wrong
    where:    on what f was tried, as a format of the arguments; empty: their shapes
    parts:    {name of a result: what its array must have the shape of}
    by_shape: words of the mistakes that the shape of a result gives away, whatever numbers are in it
    run:      ``run(f, *arguments)`` instead of calling f
    split:    ``split(result, *arguments)`` → {name: number}, instead of parts; ValueError in words
    also:     a last check of a function whose results are right: function → problem in words, or ""
    """

    calls: Callable
    right: Callable
    mistakes: dict
    where: str = ""
    parts: dict = field(default_factory=lambda: {"": ""})
    by_shape: tuple = ()
    run: Callable = lambda f, *arguments: f(*arguments)
    split: Callable | None = None
    also: Callable = lambda f: ""

    def __call__(self, f):
        """What is wrong with a function, in words, or ""; NotFilledIn if its first call returns nothing."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # nan and infinity are told by name
            for i, arguments in enumerate(self.calls()):
                try:
                    problem = self.try_once(f, arguments)
                except NotFilledIn:
                    if i == 0:
                        raise
                    problem = ": your function returns nothing."
                if problem:
                    shapes = [f"{name} {getattr(x, 'shape', x)}" for name, x in arguments.items()]
                    return (self.where.format(**arguments) or f"For {', '.join(shapes)}") + problem
            return self.also(f)

    def try_once(self, f, arguments):
        """What is wrong on one trial, in words that continue those on what it was tried; or ""."""
        given = {name: deepcopy(x) if hasattr(x, "copy") else x for name, x in arguments.items()}
        try:
            result = self.run(f, *given.values())
        except LostDerivative as error:
            return f": {FLOATED}. It happens in{error.place[1:]}." if error.place else f": {FLOATED}."
        except Exception as error:  # noqa: BLE001  whatever a learner's function raises is told, never raised
            words = describe_exception(error, f)
            words = INNER_AXES.sub(r"the inner axes of a product differ, \2 and \1", words)
            words = NO_AXES.sub("a product `@` takes arrays, and one operand is a single number.", words)
            return f": {words[0].lower()}{words[1:]}"
        for name, x in arguments.items():
            if hasattr(x, "copy") and as_lists(x) != as_lists(given[name]):
                return f": your function wrote into {name}, which belongs to others: make a new one."
        try:
            found = self.results(require_filled(result), arguments)
        except ValueError as error:
            return f": {error}"
        right = self.results(self.run(self.right, *arguments.values()), arguments)
        for name, value in found.items():
            problem = self.compare(name, value, right[name], arguments)
            if problem and len(self.parts) == 2 and changed_places(found, right):
                return f": the two have changed places; first comes {', then '.join(self.parts)}."
            if problem:
                return f"{f', {name}' if name else ''}: {problem}"
        return ""

    def results(self, result, arguments):
        """{name: value} of what a function returned; ValueError, in words, if it cannot be split so."""
        if self.split:
            return self.split(result, *arguments.values())
        if len(self.parts) == 1:
            return dict.fromkeys(self.parts, result)
        if not (isinstance(result, (tuple, list)) or getattr(result, "ndim", 0) == 1) or len(result) != 2:
            kind = "arrays" if any(self.parts.values()) else "numbers"
            raise ValueError(f"A pair of {kind} is asked for: `return {', '.join(self.parts)}`.")
        return dict(zip(self.parts, map(require_filled, result), strict=True))

    def compare(self, name, value, right, arguments):
        """What is wrong with one result, in words, or ""."""
        try:
            if agrees(value, right):
                return ""
            mistakes = list(self.wrong_results(name, arguments))
            if not hasattr(right, "shape"):
                return tell_number(value, right, mistakes)
            wrong = [(words, read_result(x)) for words, x in mistakes]
            shapes = {grid.shape: words for words, grid in wrong if words in self.by_shape}
            return tell_difference(read_result(value), read_result(right), self.parts[name], wrong, shapes)
        except ValueError as error:
            return str(error)

    def wrong_results(self, name, arguments):
        """Pairs (words, wrong value) of the mistakes that can be made on these arguments."""
        for words, wrong in self.mistakes.items():
            for f in wrong if isinstance(wrong, tuple) else (wrong,):
                try:
                    result = self.run(f, *arguments.values())
                    some = isinstance(result, dict) and result.keys() <= self.parts.keys()
                    value = (result if some else self.results(result, arguments))[name]
                except MISFITS:
                    continue
                yield words, value


def agrees(value, right):
    """Whether a result is the right one; ValueError, in words, if it is no number or no array."""
    if hasattr(right, "shape"):
        return same_array(read_result(value), read_result(right))
    return fits(read_number(value)[0], right, 1e-9)


def changed_places(found, right):
    """Whether two results are right, but for their order."""
    try:
        return all(map(agrees, found.values(), reversed(right.values())))
    except ValueError:
        return False


def tell_number(value, right, mistakes):
    """What is wrong with a number that a function returned."""
    wrong = [WrongNumber(x, words, True) for words, x in mistakes]
    readings = read_number(value)
    near = NEARLY if abs(readings[0].value - right) <= NEAR * abs(right) else "That is another number."
    returned = written(float(value)) if hasattr(value, "__float__") else value
    return f"I get {returned} from your function. {name_mistake(wrong, readings, right) or near}"


def run_traced(f, *inputs):
    """The traced run of a learner's function of numbers; NotFilledIn if it returns nothing."""

    @functools.wraps(f)
    def filled_in(*numbers):
        return require_filled(f(*numbers))

    return trace(filled_in, *inputs)


def value_and_slope(run, *inputs):
    """The value of a traced function of one number, and its derivative."""
    return {"the value": run.value, "the slope (the value is right)": run.inputs[0].adjoint}


def as_lists(x):
    """An array as lists, to be compared; a list as it is."""
    return x.tolist() if hasattr(x, "tolist") else x


def draw_arrays(seed, **shapes):
    """An array of each shape, the same every time: numbers in ±(0.5, 2.5), none of them twice.

    >>> {name: x.shape for name, x in draw_arrays(1, X=(2, 3), G=(2,)).items()}
    {'X': (2, 3), 'G': (2,)}
    """
    import numpy as np

    chance = np.random.default_rng(seed)
    return {
        name: chance.uniform(0.5, 2.5, shape) * chance.choice([-1.0, 1.0], shape)
        for name, shape in shapes.items()
    }
