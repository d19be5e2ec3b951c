"""Explorers: widgets that take your own function, each loaded when it is first used."""

from importlib import import_module

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


def __getattr__(name):
    if name not in EXPLORER_MODULES:
        raise AttributeError(f"backprop_nb.widgets has no {name!r}; it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(f".{EXPLORER_MODULES[name]}", __name__), name)
    return value


def __dir__():
    return __all__
