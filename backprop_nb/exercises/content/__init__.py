"""The questions and exercises of each notebook, a file each, and the notes' example, on which many ask."""

from ...core import primitives

__all__ = ["EXAMPLE", "running_example"]

EXAMPLE = "`f(x1, x2) = log(x1) + x1*x2 - sin(x2)` at (2, 5): "


def running_example(x1, x2):
    """The notes' equation (1)."""
    return primitives.log(x1) + x1 * x2 - primitives.sin(x2)


running_example.__name__ = "f"  # as the questions call it
