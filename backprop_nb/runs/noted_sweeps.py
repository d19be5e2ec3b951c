"""What a sweep did, step by step: each product that flowed along an edge, in its order, right or wrong."""

from .faulty_sweeps import overwrite
from .rows import Trace

__all__ = ["find_wrong_step", "note_steps"]


class Noted:
    """A local partial, or a vJp, that notes down whatever flows through it."""

    __array_ufunc__ = None  # an array times it asks it, not NumPy

    def __init__(self, partial, row, slot, notes):
        self.partial, self.row, self.slot, self.notes = partial, row, slot, notes

    def __rmul__(self, g):
        flow = g * self.partial
        self.notes.append((self.row, self.slot, g, flow))
        return flow


def note_steps(sweep, trace):
    """The steps of a sweep, the seed first: what flowed from which row to which, and the sum there so far.

    sweep:   the right sweep, or a faulty one: trace → {index: adjoint}
    returns: list of Step
    raises:  TooManyVisits, as the sweep does

    >>> from .faulty_sweeps import recursion
    >>> from .tracing import trace
    >>> run = trace(lambda x: (lambda b: b + 5 * b)(2 * x), 3)
    >>> [f"{step.text} {step.numbers}" for step in note_steps(recursion, run)][-2:]
    ['v̄₁ += v̄₂ ∂v₂/∂v₁ = 1 + 1 × 5 = 6', 'x̄ += v̄₁ ∂v₁/∂x = 2 + 6 × 2 = 14']
    """
    notes, so_far = [], {}

    def noting(row, slot, x):
        return x if x.index is None else x._replace(partial=Noted(x.partial, row, slot, notes))

    rows = [
        row._replace(operands=tuple(noting(row, slot, x) for slot, x in enumerate(row.operands)))
        for row in trace.rows
    ]
    sweep(Trace(rows, trace.output, trace.title))
    steps = [trace[trace.output].start()]
    so_far[trace.output] = steps[0].after
    for row, slot, g, flow in notes:
        target = row.operands[slot].index
        before = None if sweep is overwrite else so_far.get(target)
        so_far[target] = flow if before is None else before + flow
        steps.append(row.receive(g).hand_on(slot, flow, before, so_far[target]))
    return steps


def find_wrong_step(steps, edge):
    """The index of the step in which a sweep first went wrong, at an edge (result, operand, slot).

    Handed on twice, it is the second time; lost because its operand stands twice, the other time.
    """
    there = [i for i, step in enumerate(steps) if (step.source, step.target, step.slot) == edge]
    beside = [i for i, step in enumerate(steps) if (step.source, step.target) == edge[:2]]
    return [*there[1:2], *there, *beside][0]
