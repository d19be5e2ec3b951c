"""A run as a straight-line program: one line of source a row."""

from .bridges import to_jax, to_pytorch

__all__ = ["to_jax", "to_pytorch"]
