"""Explorers: widgets that take your own function."""

from .branches import Branches, branches
from .stepper import Stepper, stepper

__all__ = ["Branches", "Stepper", "branches", "stepper"]
