"""Section 1 of the notes: ways to differentiate one function."""

__all__ = []
