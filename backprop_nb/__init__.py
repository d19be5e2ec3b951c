"""Back-propagation, run, drawn and stepped through: the lecture notes come alive.

Names are loaded when they are first used, so that importing the package loads nothing else.
"""

import importlib

__version__ = "0.1.0"

HOMES = {
    "Primitive": "primitives",
    "Scalar": "scalar",
    "Dual": "dual",
    "Symbol": "symbolic",
    "symbols": "symbolic",
    "Record": "recording",
    "record": "recording",
}
MODULES = ("exercises", "faults", "graph", "paths", "primitives", "table", "widgets")


def __getattr__(name):
    if name == "__all__":
        return sorted([*HOMES, *MODULES, *functions(), "__version__"])  # not kept: rows may join the table
    if name in HOMES:
        value = getattr(importlib.import_module(f".{HOMES[name]}", __name__), name)
    elif name in MODULES:
        return importlib.import_module(f".{name}", __name__)
    elif name in functions():
        return functions()[name]
    else:
        raise AttributeError(f"backprop_nb has no {name!r}; it has {', '.join(__dir__())}")
    globals()[name] = value
    return value


def __dir__():
    return __getattr__("__all__")


def functions():
    """The table: every primitive is a public function by its own name."""
    return importlib.import_module(".primitives", __name__).Primitive.table
