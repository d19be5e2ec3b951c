"""``emit``: a run of a function as a straight-line program, to read, to call and to save."""

import math
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import Any

from ..arrays.trees import flatten
from ..core.frames import fold_frames
from ..runs.tracing import is_array
from .drafts import BRANCH, constant_text
from .entries import write_entry
from .following import LeftTheRun, follow_run
from .number_programs import draft_numbers
from .passes import apply_passes

__all__ = ["Changed", "Program", "emit", "give_kind_of", "program_from_run"]


MATH = re.compile(r"\bmath\.(\w+)")


class Changed(ValueError):
    """A program met numbers that take another branch than the one that it was written from."""

    def __init__(self, words=BRANCH):
        super().__init__(words)


def has_gradient(place):
    """Whether an argument is one that a gradient is taken with respect to."""
    return place is not None and type(place).__name__ != "WholeNumbers"


CHANGED = f'''class Changed(ValueError):
    """Raised for {BRANCH}."""'''


def form_of(x):
    """What a program depends on in most arguments: shape and type, or that it is a float."""
    return (x.shape, x.dtype) if hasattr(x, "dtype") else type(x)


def give_kind_of(x, g):
    """A gradient of one number in the type of its argument, any other as it is."""
    if g is None or getattr(x, "ndim", 0):
        return g
    if hasattr(x, "dtype"):
        import numpy as np

        return np.asarray(g, x.dtype)
    return float(g)


def fixed_in_words(x, is_setting):
    """What a program depends on in an argument, in words that are the same for all arguments that fit."""
    if is_setting:
        return f"the setting {x.tolist()!r}" if hasattr(x, "tolist") else f"the setting {x!r}"
    if not getattr(x, "shape", ()):
        return "a number" if isinstance(x, (int, float)) or hasattr(x, "dtype") else f"a {type(x).__name__}"
    kind = {"f": "floats", "i": "whole numbers", "u": "whole numbers"}.get(x.dtype.kind, x.dtype)
    return f"an array of {kind} of the shape {x.shape}"


class Program:
    """A run as a program: forward, then backward, one line an operation.

    source:     its text, complete: it runs by itself, with ``math`` or NumPy and nothing else
    statements: its lines as data: target, text, and whether it belongs to the way back
    wanted:     the places, among all leaves of the arguments, of those with a gradient, in its order
    entry:      the quick way in, from the first call on; None where there is none
    """

    def __init__(self, draft, run, wanted):
        self.draft, self.run, self.entry = draft, run, None
        self.lock = Lock()  # two threads would write into the same buffers
        self.forms = [form_of(getattr(v, "held", 0.0)) for v in run.places]
        self.wanted = wanted
        space = {"Changed": Changed, **draft.constants, **draft.buffers}
        if draft.facts:
            import numpy

            space["np"] = numpy
        text = "\n".join([*(helper.text for helper in draft.helpers.values()), *draft.body()])
        space |= {f"math_{name}": getattr(math, name) for name in MATH.findall(text)}
        text = MATH.sub(r"math_\1", text)  # one name is found faster than a module and then its function
        exec(compile(text, f"<program of {draft.title}>", "exec"), space)
        self.function = space[draft.title]

    source = cached_property(lambda self: source_text(self.draft))
    statements = property(lambda self: tuple(self.draft.statements), doc="Its lines as data.")

    def __call__(self, *inputs):
        """The value, and a tuple of one gradient an argument, each built like it."""
        if self.entry and (found := self.entry(inputs)):
            return found
        parts = list(map(flatten, inputs))
        leaves = [leaf for found, _ in parts for leaf in found]
        if len(leaves) != len(self.run.places):
            raise TypeError(f"this program takes {len(self.run.places)} arguments; received {len(leaves)}")
        if self.run.fixed or list(map(form_of, leaves)) != self.forms:
            self.refuse_misfit(leaves)
        with self.lock:
            value, gradients = self.run_on(leaves)
        found = dict(zip(self.wanted, gradients, strict=True))
        every = iter([give_kind_of(x, found.get(k)) for k, x in enumerate(leaves)])
        self.entry = self.entry or write_entry(inputs, range(len(inputs)), self.wanted, self, self.lock)
        return value, tuple(rebuild(list(islice(every, len(found)))) for found, rebuild in parts)

    def refuse_misfit(self, leaves):
        """ValueError for a leaf of another shape or kind, or another setting, than the run was given."""
        fixed = iter(self.run.fixed)
        for x, place in zip(leaves, self.run.places, strict=True):
            held = next(fixed) if place is None else getattr(place, "held", 0.0)
            written, received = fixed_in_words(held, place is None), fixed_in_words(x, place is None)
            if written != received:
                raise ValueError(
                    f"this program was written from a run with {written:.80}; received {received:.80}. "
                    "Another run is another program: write it with bp.emit, or have bp.replay write each"
                )

    def run_on(self, leaves):
        """The function on all leaves of the arguments, of which it takes those that are its inputs."""
        if self.run.fixed:
            leaves = [x for x, place in zip(leaves, self.run.places, strict=True) if place is not None]
        return self.function(*(leaves if self.draft.facts else map(float, leaves)))

    def save(self, path):
        """Write the source to a file, which runs by itself."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.source)

    def __str__(self):
        return "\n".join(self.draft.body())

    def __repr__(self):
        return f"<program of {self.draft.title}: {len(self.draft.statements)} lines>\n{self}"


def source_text(draft):
    """The whole file: imports, constants, helpers, the function, which first looks at shapes."""
    head, *lines = draft.body()
    shapes = {name: draft.facts[name].shape for name in draft.inputs if name in draft.facts}
    for name, shape in shapes.items():
        text = f"if np.shape({name}) != {shape}: raise Changed('another shape of {name}')"
        lines.insert(0, f"    {text}")
    body = "\n".join([head, *lines])
    helpers = [helper.text for helper in draft.helpers.values()]
    buffers = [f"{name} = np.empty({x.shape}, {x.dtype.str!r})" for name, x in draft.buffers.items()]
    constants = [*buffers, *(f"{name} = {array_text_exact(x)}" for name, x in draft.constants.items())]
    helpers = ["\n".join(constants)] * bool(constants) + helpers
    guarded = shapes or any(not s.target and not s.back for s in draft.statements)
    text = "\n\n\n".join([CHANGED] * bool(guarded) + helpers + [body])
    threads = "; for one thread at a time" if buffers else ""
    modules = [line for name, line in MODULES_OF.items() if f"{name}." in text]
    return "\n\n".join(
        [f'"""{draft.title}, written from one run of it: its value and gradient{threads}."""', *modules]
    ) + (f"\n\n{text}\n")


def array_text_exact(x):
    """An array as Python source, number by number; a large one as its bytes."""
    if x.size > 1000:
        data = b64encode(x.tobytes()).decode()
        return f"np.frombuffer(base64.b64decode({data!r}), {x.dtype.str!r}).reshape({x.shape})"
    numbers = [constant_text(v) if x.dtype.kind == "f" else repr(v) for v in x.reshape(-1).tolist()]
    line = f"np.array([{', '.join(numbers)}], {x.dtype.str!r})"
    line = line if x.ndim == 1 else f"{line}.reshape({x.shape})"
    by_columns = x.flags.f_contiguous and not x.flags.c_contiguous
    return f"np.asfortranarray({line})" if by_columns else line  # sums go by the layout


MODULES_OF = {"base64": "import base64", "math": "import math", "np": "import numpy as np"}


def program_from_run(
    f, inputs, wanted=None, in_order=False, passes=(), reuse=False, jacobian=False, arrays=False
):
    """The program of one run.

    wanted:   places, among all leaves of the inputs, of those that get a gradient; all without it
    in_order: of evaluation, as the graph is swept; else by level, as ``record`` numbers its rows
    reuse:    whether the gradients' memory may be that of the call before
    jacobian: whether the result may be an array, of which all derivatives are taken
    arrays:   whether of single numbers arrays are made, as is done where ``f`` fails on numbers
    """
    given = flatten(inputs)[0]
    arrays = arrays or any(is_array(x) or (hasattr(x, "dtype") and not isinstance(x, float)) for x in given)
    try:
        run = follow_arrays(f, inputs) if arrays else follow_run(f, inputs)
    except Exception as error:
        as_record = isinstance(error, LeftTheRun) and not in_order
        if arrays or as_record or not all(isinstance(x, float) for x in given):
            raise
        try:  # of a float f may ask what only arrays have, x.sum()
            run, arrays = follow_arrays(f, inputs), True
        except Exception:  # noqa: BLE001
            raise error from None
    every = range(len(run.places)) if wanted is None else wanted
    wanted = [k for k in every if has_gradient(run.places[k])]
    leaves = [run.places[k] for k in wanted]
    if arrays:
        from .array_programs import draft_arrays

        draft = draft_arrays(run, leaves, in_order, jacobian)
    else:
        draft = draft_numbers(run, leaves)
    return Program(apply_passes(draft, passes, reuse), run, wanted)


def follow_arrays(f, inputs):
    """``follow_run`` on arrays."""
    from .array_following import plant_followed_array  # here, because numbers need no NumPy

    return follow_run(f, inputs, plant_followed_array)


def emit(
    f: Callable[..., Any],
    /,
    *inputs: Any,
    passes: Iterable[str] = (),
    argnums: int | Sequence[int] | None = None,
    jacobian: bool = False,
) -> Program:
    """Write one run of ``f`` as a program: forward, then backward, with the names of ``record``.

    inputs:   as for ``record``
    passes:   names of ``bp.programs.PASSES`` to apply; without them every line is one of the record
    argnums:  the argument, or arguments, that want a gradient; all of them without it
    jacobian: take the derivatives of each element of the result, as ``bp.jacobian``: a row an input
    returns:  Program; ``program(*inputs)`` gives the value and one gradient an argument
    raises:   LeftTheRun (a TypeError) where ``f`` takes numbers out of the run, which a program would freeze

    >>> program = emit(lambda x1, x2: x1 * x2 + x1, 2.0, 5.0)
    >>> print(program)
    def f(x1, x2):
        # forward: values
        v1 = x1 * x2
        v2 = v1 + x1
        # backward: adjoints
        v2_bar = 1.0
        v1_bar = v2_bar
        x1_bar = v2_bar
        x1_bar += v1_bar * x2
        x2_bar = v1_bar * x1
        return v2, (x1_bar, x2_bar)
    >>> program(2.0, 5.0)
    (12.0, (6.0, 2.0))
    """
    try:
        sizes = [len(flatten(x)[0]) for x in inputs]
        chosen = None if argnums is None else [argnums] if isinstance(argnums, int) else argnums
        wanted = chosen and [sum(sizes[:i]) + k for i in chosen for k in range(sizes[i])]
        return program_from_run(f, inputs, wanted, passes=tuple(passes), jacobian=jacobian)
    except Exception as error:
        fold_frames(error)
        raise
