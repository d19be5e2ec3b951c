"""A run of a function as plain rows, and all that it can become: tables, graphs, paths, chain rules."""

__all__ = []
