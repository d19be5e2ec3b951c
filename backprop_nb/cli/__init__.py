"""The two commands, lab and test, and the environment that they make; standard library only."""

__all__ = []
