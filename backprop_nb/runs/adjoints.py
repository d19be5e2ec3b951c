"""Both sweeps over the rows of a run: every adjoint, by which steps it came about, and every tangent."""

__all__ = ["edges_of", "newest_first", "parents", "reverse_steps", "sweep_back", "sweep_forward",
           "zero_adjoints"]  # fmt: skip


def sweep_back(trace):
    """The sweep as it should be: results before their operands, every contribution added."""
    adjoint = zero_adjoints(trace)
    adjoint[trace.output] = 1.0
    for row in newest_first(trace):
        for operand in parents(row):
            adjoint[operand.index] += adjoint[row.index] * operand.partial
    return adjoint


def sweep_forward(trace, wrt):
    """The tangent of every row, index → number: its derivative with respect to one input (forward mode).

    >>> from backprop_nb.runs.tracing import trace
    >>> run = trace(lambda x, y: x * y + x, 2, 5)
    >>> list(sweep_forward(run, run.find("x")).values())
    [1.0, 0.0, 5.0, 6.0]
    """
    tangent = {}
    for row in trace.rows:
        flows = [operand.partial * tangent[operand.index] for operand in parents(row)]
        tangent[row.index] = sum(flows, start=float(row.index == wrt.index))
    return tangent


def zero_adjoints(trace):
    """An adjoint of 0 for every row."""
    return {row.index: row.zero for row in trace.rows}


def newest_first(trace):
    """The rows in an order in which every result comes before its operands."""
    return reversed(trace.rows)


def parents(row):
    """The operands of a row that are rows themselves, not constants."""
    return [operand for operand in row.operands if operand.index is not None]


def edges_of(row):
    """Triples (id, slot, operand) of the row's edges to its operands; plain constants have none."""
    operands = enumerate(row.operands)
    return [(f"e{row.index}_{x.index}_{slot}", slot, x) for slot, x in operands if x.index is not None]


def reverse_steps(trace):
    """The sweep over a run whose adjoints are known, told step by step: how each sum came about (claim N16).

    A step is written with = where its operand receives for the first time, with += after that.
    """
    so_far = {}
    yield trace[trace.output].start()
    for row in newest_first(trace):
        for _, slot, x in edges_of(row):
            flow, before = row.adjoint * x.partial, so_far.get(x.index)
            so_far[x.index] = flow if before is None else before + flow
            yield row.hand_on(slot, flow, before, so_far[x.index])
