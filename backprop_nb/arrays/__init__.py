"""A run on arrays as plain rows: recorded, written with its vJps, and read like a run on numbers."""

from .rows import ArrayRow, ArrayStep, Pull

__all__ = ["ArrayRow", "ArrayStep", "Pull"]
