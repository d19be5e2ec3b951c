"""Runs as straight-line programs: ``emit`` writes one to read and to save, ``replay`` keeps some to run."""

__all__ = []
