"""Gradient descent over minibatches: seeded, stopped and resumed at any step."""

import math
import random
from functools import partial

from ..arrays.trees import flatten, map_leaves
from ..core.scalar import Scalar
from .checkpoints import load_state, save_state
from .data import take_rows
from .optimisers import sgd

__all__ = ["Fit", "TrainingError", "fit", "on_numbers", "shuffle"]


class TrainingError(FloatingPointError):
    """A loss or a gradient is no finite number; ``run`` holds all that was learned before that step."""

    def __init__(self, message, run):
        super().__init__(message)
        self.run = run


class Fit:
    """The state of a training, from which it goes on.

    parameters: built as they were given, after the last step
    losses:     the loss of each step, on its batch and before the step
    epochs:     how many times all examples were seen; ``part`` batches of the next were seen, too
    memory:     what the optimiser keeps
    note:       why it stopped early, "" if it did not
    """

    def __init__(self, parameters, seed=0, batch=32):
        self.parameters, self.seed, self.batch = parameters, seed, batch
        self.losses, self.epochs, self.part, self.memory, self.note = [], 0, 0, None, ""

    def save(self, path):
        """Write all of it to one ``.npz`` file, in one move; ``fit(resume=path)`` reads it."""
        save_state(path, vars(self))

    @classmethod
    def load(cls, path):
        """The Fit that ``save`` wrote."""
        run = cls(None)
        vars(run).update(load_state(path))
        return run

    def __repr__(self):
        last = f", last loss {self.losses[-1]:.4g}" if self.losses else ""
        note = f"; {self.note}" if self.note else ""
        return f"<Fit: {len(self.losses)} steps, {self.epochs} epochs{last}{note}>"


def fit(loss, parameters, data, *, epochs=10, batch=32, step=None, seed=0, progress=True, save=None,
        resume=None, watch=None, carrier=Scalar):  # fmt: skip
    """Make ``loss(parameters, *columns)`` small by gradient descent over minibatches.

    loss:       function of the parameters and a batch of each column of ``data``; returns one number. With
                ``bp.replay(loss)`` in its place the steps are taken by programs, without a graph
    parameters: dict, list or tuple of arrays; or of floats: then ``loss`` runs on ``carrier``, without NumPy
    data:       columns of one length, such as ``moons()``: inputs and labels
    epochs:     how many times all examples are seen, in an order that ``seed`` and the epoch decide
    step:       what ``sgd(rate)``, ``momentum(rate)`` or ``adam(rate)`` returns; sgd(0.1) if None
    progress:   whether a bar shows how far it is, where tqdm is
    save:       path of an ``.npz`` file that is replaced after each epoch and where training stops
    resume:     a Fit, or such a path: goes on from there up to ``epochs`` in all, with the steps that
                training without a stop would have taken
    watch:      function called with the Fit after each step; where it returns True, training stops
    returns:    Fit; Ctrl-C returns it, too
    raises:     TrainingError at the first loss or gradient that is not finite, naming step and operation;
                ValueError for columns of unlike length, or a ``resume`` with another seed or batch

    >>> def loss(p, x):
    ...     return (p["w"] - x[0]) ** 2
    >>> run = fit(loss, {"w": 5.0}, ([2.0],), epochs=50, progress=False)
    >>> round(run.parameters["w"], 3), len(run.losses)
    (2.0, 50)
    """
    leaves = flatten(parameters)[0]
    numbers = bool(leaves) and not any(hasattr(p, "dtype") for p in leaves)
    by_graph = on_numbers(loss, carrier) if numbers else on_arrays(loss)
    differentiate = loss if getattr(loss, "gives_gradient", False) else by_graph
    columns = [column if numbers else as_array(column) for column in data]
    run = begin_fit(parameters, seed, min(batch, check_columns(columns)), resume)
    take = partial(take_step, run, differentiate, step or sgd())
    descend(run, take, columns, epochs, progress, save, watch)
    return run


def begin_fit(parameters, seed, batch, resume):
    """A Fit before its first step, or the one to go on from; ValueError where that began otherwise."""
    run = Fit.load(resume) if isinstance(resume, str) or hasattr(resume, "__fspath__") else resume
    run = run or Fit(parameters, seed, batch)
    if (run.seed, run.batch) != (seed, batch):
        raise ValueError(
            f"a training goes on with the seed and the batch it began with: {run.seed} and {run.batch}; "
            f"received {seed} and {batch}"
        )
    run.note = ""
    return run


def descend(run, take, columns, epochs, progress, save, watch):
    """Step after step, ``take(examples)``, until ``epochs`` are full or something stops it: see ``fit``."""
    n, batch = len(columns[0]), run.batch
    steps = -(-n // batch)
    bar = Bar(progress, epochs * steps, len(run.losses))
    try:
        while run.epochs < epochs and not run.note:
            order = shuffle(n, run.seed, run.epochs)
            order = as_array(order) if hasattr(columns[0], "dtype") else order
            while run.part < steps and not run.note:
                chosen = order[run.part * batch : (run.part + 1) * batch]
                take([take_rows(column, chosen) for column in columns])
                bar.show(run.losses[-1])
                if watch is not None and watch(run) is True:
                    run.note = "stopped by watch"
            if run.part == steps:
                run.epochs, run.part = run.epochs + 1, 0
                if save:
                    run.save(save)
    except KeyboardInterrupt:
        del run.losses[run.epochs * steps + run.part :]  # of a step that did not end
        run.note = (
            f"interrupted in epoch {run.epochs + 1} after {run.part} of {steps} batches: resume= goes on"
        )
    finally:
        bar.close()
        if save and run.part:
            run.save(save)


def take_step(run, differentiate, step, examples):
    """One batch: loss, gradient, step; the run changes only where all of them are finite numbers."""
    value, gradient = differentiate(run.parameters, *examples)
    value = float(value)
    if not (math.isfinite(value) and all(map(is_finite, flatten(gradient)[0]))):
        number, what = len(run.losses) + 1, "loss" if not math.isfinite(value) else "gradient"
        raise TrainingError(
            f"step {number}, batch {run.part + 1} of epoch {run.epochs + 1}: the {what} is "
            f"{value if what == 'loss' else 'not finite'}. {find_cause(differentiate, run, examples)}"
            "Try a smaller rate; what was learned before this step is in this error's .run",
            run,
        )
    parameters, memory = step(run.parameters, gradient, run.memory)
    run.losses.append(value)
    # In one instruction, so that Ctrl-C finds the state before the step or after it
    vars(run).update(parameters=parameters, memory=memory, part=run.part + 1)


def find_cause(differentiate, run, examples):
    """The first operation that made a nan, in a sentence; "" where none did (numbers beyond the largest)."""
    from ..arrays.nan_check import detect_nan

    try:
        with detect_nan():
            differentiate(run.parameters, *examples)
    except FloatingPointError as error:
        return f"{str(error).rstrip('.')}. "
    return ""


def on_arrays(loss):
    """Function: parameters, batch → (loss, gradient), on Tensors."""
    from ..arrays.transforms import value_and_grad

    return value_and_grad(loss)


def on_numbers(loss, carrier=Scalar):
    """The same on numbers, by any class with ``value``, ``gradient`` and ``backward()``.

    >>> on_numbers(lambda p, x: p["w"] * p["w"] * x)({"w": 3.0}, 2.0)
    (18.0, {'w': 12.0})
    """

    def differentiate(parameters, *examples):
        nodes = map_leaves(carrier, parameters)
        out = loss(nodes, *examples)
        out.backward()
        return out.value, map_leaves(lambda node: node.gradient or 0.0, nodes)

    return differentiate


def shuffle(n, seed, epoch):
    """The numbers below n in the order of one epoch; the same for the same seed.

    >>> sorted(shuffle(5, 0, 0)), shuffle(5, 0, 1) == shuffle(5, 0, 1), shuffle(9, 0, 1) == shuffle(9, 0, 2)
    ([0, 1, 2, 3, 4], True, False)
    """
    order = list(range(n))
    random.Random(f"{seed} {epoch}").shuffle(order)
    return order


def check_columns(columns):
    """How many examples there are; ValueError where the columns do not agree, or there is none."""
    sizes = {len(column) for column in columns}
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(
            f"data is columns of one length, such as (inputs, labels), with an example or more; received "
            f"{len(columns)} of the lengths {', '.join(str(len(column)) for column in columns) or 'none'}"
        )
    return sizes.pop()


def as_array(column):
    """A column as an array; an array as it is."""
    import numpy as np

    return np.asarray(column)


def is_finite(x):
    """Whether a number, or all of an array, is finite: quickly by its squares, where they do not overflow."""
    if not hasattr(x, "dtype"):
        return math.isfinite(x)
    import numpy as np

    return math.isfinite(np.vdot(x, x)) or bool(np.isfinite(x).all())


class Bar:
    """A progress bar, where one is wanted and tqdm is installed."""

    def __init__(self, wanted, total, done):
        self.bar = None
        if wanted:
            try:
                from tqdm.auto import tqdm
            except ModuleNotFoundError:
                return
            self.bar = tqdm(total=total, initial=done, unit="step")

    def show(self, loss):
        """One step more."""
        if self.bar is not None:
            self.bar.set_postfix(loss=f"{loss:.4g}", refresh=False)
            self.bar.update()

    def close(self):
        """Leave it as it stands."""
        if self.bar is not None:
            self.bar.close()
