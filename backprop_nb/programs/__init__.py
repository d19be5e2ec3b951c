"""Runs as straight-line programs: to read and save, to run again, and in the words of other libraries."""

from .bridges import to_jax, to_pytorch

__all__ = ["to_jax", "to_pytorch"]
