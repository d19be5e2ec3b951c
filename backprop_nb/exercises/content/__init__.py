"""The exercises and predictions of each notebook, in a file of its own; ``bank`` finds the files itself."""

__all__ = []
