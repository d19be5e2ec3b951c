"""Jacobians one can look at: their kind, their size, their picture, in both layouts."""

from .dense import Jacobian
from .looking import from_matrix, look

__all__ = ["Jacobian", "from_matrix", "look"]
