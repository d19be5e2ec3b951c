"""Section 3's engine: the second table, Tensor, the sweep over arrays, and the transforms."""

__all__ = []
