"""A run as it lies in memory: one object for each row, and pointers to its parents."""

from ..drawing.text_columns import quantity
from .graph import Graph

__all__ = ["Objects", "objects"]


def objects(trace):
    """The objects of a run, with the fields that the notes give a Scalar, and pointers to their parents.

    returns: Objects; a notebook shows it as a picture, a terminal as text

    >>> from .tracing import trace
    >>> objects(trace(lambda x: x * x + 2, 3))
    f: 3 objects, from the output back to the inputs
    operation add, value 11, gradient 1, parent2 = 2; parent1 is v₁
    operation mul, value 9, gradient 1; parent1 is x, parent2 is x
    operation None, value 3, gradient 6
    """
    return Objects(trace, "notes", True, limit=60)


class Objects(Graph):
    """What ``objects`` returns."""

    @property
    def text(self):
        """The objects in words, one line each."""
        self.check()
        count = quantity(len(self.trace), "object")
        heading = f"{self.trace.title}: {count}, from the output back to the inputs"
        return "\n".join([heading, *map(self.sentence, reversed(self.trace.rows))])

    def parts(self, row):
        """The fields of an object, but for the parents that are objects themselves."""
        made = None if row.is_input else row.operation
        shown = {"formula": f"operation {made}", "value": f"value {row.boxed}"}
        shown["adjoint"] = f"gradient {row.boxed_adjoint}"
        plain = [f"parent{i} = {x.value:g}" for i, x in enumerate(row.operands, 1) if x.index is None]
        return shown | ({"kept": ", ".join(plain)} if plain else {})

    def label_edge(self, row, slot):
        """Which parent a pointer leads to."""
        return f"parent{slot + 1}"

    def sentence(self, row):
        """One object in words."""
        links = [(i, x) for i, x in enumerate(row.operands, 1) if x.index is not None]
        pointers = ", ".join(f"parent{i} is {self.trace[x.index].name}" for i, x in links)
        return "; ".join(filter(None, [", ".join(self.lines(row)), pointers]))
