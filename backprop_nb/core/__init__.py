"""Section 2's engine: the table of operations, the carriers, the reverse sweep; standard library only."""

__all__ = []
