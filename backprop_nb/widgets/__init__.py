"""Explorers: widgets that take your own function, each loaded when it is first used."""

from ..core.lazy_names import load_when_used

__all__ = ["Brackets", "Branches", "FaultySweeps", "JacobianMap", "Matmul", "Playground", "Secant",
           "Stepper", "Swell", "brackets", "branches", "faulty_sweeps", "jacobian", "matmul",
           "playground", "secant", "stepper", "swell"]  # fmt: skip

EXPLORER_MODULES = {
    "Brackets": "bracketing",
    "Branches": "branching",
    "FaultySweeps": "comparing_sweeps",
    "JacobianMap": "jacobian_map",
    "Matmul": "multiplying",
    "Playground": "playing",
    "Secant": "cutting",
    "Stepper": "stepping",
    "Swell": "swelling",
    "brackets": "bracketing",
    "branches": "branching",
    "faulty_sweeps": "comparing_sweeps",
    "jacobian": "jacobian_map",
    "matmul": "multiplying",
    "playground": "playing",
    "secant": "cutting",
    "stepper": "stepping",
    "swell": "swelling",
}
__getattr__, __dir__ = load_when_used(__name__, EXPLORER_MODULES)
