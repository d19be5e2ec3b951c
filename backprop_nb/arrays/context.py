"""What watches the operations on Tensors: one context for each thread and asyncio task."""

from contextvars import ContextVar

__all__ = ["OPEN", "RUNNING", "Watcher", "watch_flows", "watchers"]

ENTERED = ContextVar("watchers that this thread or task has entered", default=())
OPEN = set()  # of all threads: the watchers whose blocks have not been left; mostly none, so asking is quick
RUNNING = set()  # of all threads: the runs of transforms whose function has not returned yet


class Watcher:
    """Looks at every operation on Tensors in its thread or task, from ``with`` until the block is left.

    Blocks may be left in any order (those of two suspended generators, say): each takes out itself alone.
    """

    def plant(self, node, value):
        """An input of a graph, before anything is computed from it; returns the value to take."""
        return value

    def change(self, node, value):
        """The result of an operation, before anything is computed from it; returns the value to take."""
        return value

    def record(self, node, value, operands):
        """The result of an operation; ``operands`` are what it was given, Tensors and constants."""

    leaves = ()  # the Tensors that it will differentiate with respect to
    watch_flow = None  # what to call with (node, operand number, contribution) on the way back

    def __enter__(self):
        try:
            OPEN.add(self)
            ENTERED.set((*watchers(), self))
        except BaseException:  # Ctrl-C, just here
            OPEN.discard(self)
            raise
        return self

    def __exit__(self, *_):
        OPEN.discard(self)  # from here on it is asked no more, whatever interrupts the next line
        ENTERED.set(tuple(watchers()))

    def run(self, work):
        """``work()`` under this watcher. No ``with``: Ctrl-C may fall into the first moment of an exit."""
        before = tuple(watchers())
        try:
            OPEN.add(self)
            ENTERED.set((*before, self))
            return work()
        finally:
            OPEN.discard(self)
            ENTERED.set(before)


def watchers():
    """Those that watch this thread or task, the outermost first."""
    return [watcher for watcher in ENTERED.get() if watcher in OPEN]


def watch_flows():
    """What looks at each contribution of a sweep, or None: ``(node, operand number, contribution)``."""
    return next((x.watch_flow for x in watchers() if x.watch_flow), None) if OPEN else None
