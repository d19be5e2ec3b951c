"""Rows that move elements as a function of NumPy's does: flips, rolls, repeats, diagonals, triangles."""

import inspect
import math

import numpy as np

from .picking import PUT, gather, put_back
from .row import Structural, data_of, shape_of

__all__ = ["bind"]


def bind(function, arguments, options):
    """The arguments of a call by their names, with arrays in the place of carriers; TypeError in words."""
    try:
        return inspect.signature(function).bind(*arguments, **options)
    except TypeError as error:
        raise TypeError(f"{function.__name__}{inspect.signature(function)}: {error}") from None


def moving(name, *cases, shown=()):
    """The row of a function that moves elements: asked where each place goes, it says which are gathered.

    shown: the names of the options that a formula shows
    """
    function = getattr(np, name)

    def prepare(x, *arguments, **options):
        shape = shape_of(x)
        places = np.arange(math.prod(shape)).reshape(shape)
        call = bind(function, (places, *map(data_of, arguments)), options)
        try:
            places = np.array(function(*call.args, **call.kwargs), order="C")
        except (ValueError, IndexError, TypeError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"{name} of the shape {shape}: {error}") from None
        return (x,), (None, places, shape, *(call.arguments.get(option) for option in shown))

    prepare.__doc__ = f"As numpy.{name}{inspect.signature(function)}."
    Structural(name, prepare, gather, put_back, rules=PUT,
               shown={option: 3 + i for i, option in enumerate(shown)}, cases=cases)  # fmt: skip


ANY = [((3,),), ((2, 3),), ((2, 3, 2),), ((),), ((0, 3),)]
moving("flip", *ANY, ((2, 3), 0), ((2, 3), -1), ((2, 3, 2), (0, 2)), shown=("axis",))
moving("roll", ((4,), 1), ((2, 3), 2), ((2, 3), -1, 1), ((2, 3, 2), (1, 2), (0, -1)), ((0, 3), 1),
       shown=("shift", "axis"))  # fmt: skip
moving("rot90", ((2, 3),), ((2, 3), 2), ((2, 3, 2), {"axes": (1, 2)}), ((0, 3), -1), shown=("k",))
moving("repeat", ((3,), 2), ((2, 3), 2), ((2, 3), 2, 0), ((2, 3), np.array([1, 0, 2]), -1), ((), 3),
       ((0, 2), 2, 1), shown=("repeats", "axis"))  # fmt: skip
moving("tile", ((3,), 2), ((2, 3), (2, 1)), ((2,), (2, 1, 2)), ((), 2), ((0, 3), 2), ((3,), 0),
       shown=("reps",))  # fmt: skip
moving("diagonal", ((3, 3),), ((2, 3), 1), ((2, 3), -1), ((2, 3, 2),), ((2, 3, 2), 0, 1, 2), ((0, 3),),
       shown=("offset",))  # fmt: skip
moving("take_along_axis", ((4,), np.array([3, 3]), -1), ((2, 3), np.array([[2, 0], [1, 1]]), 1),
       ((2, 3), np.array([[1, 0, 0]]), 0), ((2, 3, 2), np.array([[[0]], [[1]]]), 1),
       ((0, 3), np.zeros((0, 1), int), 1), shown=("axis",))  # fmt: skip
