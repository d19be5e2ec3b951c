"""Explorers: widgets that take your own function, each loaded when it is first used."""

from importlib import import_module

__all__ = ["Branches", "JacobianMap", "Matmul", "Stepper", "Swell", "branches", "jacobian", "matmul",
           "stepper", "swell"]  # fmt: skip

EXPLORER_MODULES = {
    "Branches": "branching",
    "JacobianMap": "jacobian_map",
    "Matmul": "multiplying",
    "Stepper": "stepping",
    "Swell": "swelling",
    "branches": "branching",
    "jacobian": "jacobian_map",
    "matmul": "multiplying",
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
