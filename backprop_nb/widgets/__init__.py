"""Explorers: widgets that take your own function."""

from .branches import Branches, branches
from .jacobian import JacobianMap, jacobian
from .matmul import Matmul, matmul
from .stepper import Stepper, stepper

__all__ = ["Branches", "JacobianMap", "Matmul", "Stepper", "branches", "jacobian", "matmul", "stepper"]
