"""The benchmarks of Section 2: one function each, yielding the lines that ``run.py`` prints."""

import statistics
from typing import NamedTuple

import numpy

import backprop_nb as bp

from .measure import alone, bytes_kept, race, ratio, seconds
from .programs import CONTENDERS, backward_of, chain, demo_step, moons, network, random_dag

__all__ = ["BENCHMARKS", "Line"]

OURS, THEIRS = CONTENDERS


class Line(NamedTuple):
    """One line of the table; ``met`` says whether the result meets its target, None where there is none."""

    what: str
    ours: str = ""
    theirs: str = ""
    result: str = ""
    target: str = ""
    met: bool | None = None


def compared(what, runs, rounds, steps=1, target=None):
    """The line for one race between both classes."""
    times = race(runs, rounds, steps)
    ours, theirs = (f"{statistics.median(times[c.name]) * 1e3:.2f} ms" for c in CONTENDERS)
    faster = ratio(times, THEIRS.name, OURS.name)
    met = (f"≥ {target}×", faster >= target) if target else ()
    return Line(what, ours, theirs, f"{faster:.1f}×", *met)


def dag(rounds):
    """A random DAG of 10,000 scalar nodes, forward and backward, beside micrograd."""
    graph = random_dag()
    runs = {c.name: lambda c=c: backward_of(c, graph) for c in CONTENDERS}
    # micrograd's graphs are cycles, which the collector alone can free: a single step never pays for its own
    yield compared(f"DAG of {len(graph):,} nodes: one step after a collection", runs, rounds)
    yield compared("  five steps after a collection, as in training", runs, rounds, steps=5, target=5)
    yield compared("  25 steps after a collection", runs, max(3, rounds // 3), steps=25)


def programs(rounds):
    """Functions of numbers as programs that emit writes: 200 operations, and that DAG."""

    def chain200(x):
        for _ in range(50):
            x = bp.tanh(x * 1.1 + 0.2) - 0.1
        return x

    def by_graph():
        node = bp.Scalar(0.5)
        chain200(node).backward()
        return node.gradient

    step = bp.emit(chain200, 0.5, passes=bp.programs.PASSES)
    times = race({"program": lambda: step(0.5), "graph": by_graph}, rounds, 20)
    yield program_line("200 operations as a program, beside the graph", times, "graph", 15)
    graph = random_dag()

    def of_inputs(*leaves):
        return graph.run(OURS._replace(node=lambda x: x, tanh=bp.tanh, exp=bp.exp), leaves)[1]

    step = bp.emit(of_inputs, *graph.inputs, passes=bp.programs.PASSES)
    runs = {"program": lambda: step(*graph.inputs)}
    runs |= {c.name: lambda c=c: backward_of(c, graph) for c in CONTENDERS}
    times = race(runs, rounds)
    yield program_line(f"DAG of {len(graph):,} nodes as a program, beside the graph", times, OURS.name, 15)
    yield program_line("  beside micrograd", times, THEIRS.name, 40)


def program_line(what, times, other, target):
    """The line for a program beside something else."""
    ours, theirs = (f"{statistics.median(times[name]) * 1e3:.2f} ms" for name in ("program", other))
    faster = ratio(times, other, "program")
    return Line(what, ours, theirs, f"{faster:.1f}×", f"≥ {target}×", faster >= target)


def memory(rounds):
    """Bytes that a node of that DAG takes after backward, by tracemalloc."""
    graph = random_dag()

    def run(contender):
        leaves, out = graph.run(contender)
        out.backward()
        return leaves, out

    ours, theirs = (bytes_kept(lambda c=c: run(c)) / len(graph) for c in CONTENDERS)
    kept = [f"{size:.0f} B" for size in (ours, theirs, ours)]
    yield Line("memory of a node after backward", *kept, "≤ 130 B", ours <= 130)


def demo(rounds):
    """micrograd's own demo, one step: a 2-16-16-1 perceptron, 100 points on two moons, a max-margin loss."""
    points, labels = moons(100)
    arrays = numpy.array(points), numpy.array(labels, dtype=int)
    rounds = max(3, rounds // 2)  # a step of micrograd takes about a second, and a thousand collections
    yield demo_compared("demo as it is written: points and labels from NumPy", *arrays, rounds)
    yield demo_compared("  from Python's floats", points, labels, rounds)
    yield demo_compared("  from Python's floats, coordinates not made nodes", points, labels, rounds, False)


def demo_compared(what, points, labels, rounds, wrapped=True):
    """The line for one way of handing the points to the demo."""
    layers = {c: network(c.node) for c in CONTENDERS}
    runs = {c.name: lambda c=c: demo_step(c, layers[c], points, labels, wrapped) for c in CONTENDERS}
    return compared(what, runs, rounds, target=8)


def long_chain(rounds):
    """A chain of a million nodes: memory above import, and what is left once it is dropped, gc disabled."""
    run = alone(1_000_000)
    above, left, blocks = run["above"], run["left"], run["blocks_left"]
    error = abs(run["gradient"] / run["expected"] - 1)
    yield Line("chain of 10⁶ nodes, error of its gradient", "", "", f"{error:.0e}", "≤ 1e-9", error <= 1e-9)
    yield Line("  memory above import, at most", "", "", f"{above:.0f} MB", "≤ 350 MB", above <= 350)
    yield Line("    of which the graph before backward", f"{run['held']:.0f} MB")
    yield Line("  left in the process when it is dropped", "", "", f"{left:.0f} MB", "≤ 35 MB", left <= 35)
    yield Line("    objects left, gc disabled", "", "", f"{blocks}", "≤ 1000", blocks <= 1000)


def recording(rounds):
    """record() of a function of 100,000 operations: time and memory, for information."""
    n = 100_000

    def run():
        return bp.record(lambda x: chain(x, n), 1.0)

    taken = statistics.median(seconds(run) for _ in range(max(3, rounds // 5)))
    each = f"{taken / n * 1e6:.1f} µs a row"
    yield Line(f"record() of {n:,} operations", f"{taken * 1e3:.0f} ms", "", each)
    yield Line("  kept by the record", "", "", f"{bytes_kept(run) / n:.0f} B a row")


BENCHMARKS = {
    "dag": dag, "programs": programs, "memory": memory, "demo": demo, "chain": long_chain,
    "record": recording,
}  # fmt: skip
