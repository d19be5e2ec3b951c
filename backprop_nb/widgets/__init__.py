"""Explorers: widgets that take your own function."""

from .branching import Branches, branches
from .jacobian_map import JacobianMap, jacobian
from .multiplying import Matmul, matmul
from .stepping import Stepper, stepper

__all__ = ["Branches", "JacobianMap", "Matmul", "Stepper", "branches", "jacobian", "matmul", "stepper"]
