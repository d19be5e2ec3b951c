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
    "Record": "record",
    "record": "record",
}
MODULES = ("exercises", "faults", "graph", "paths", "primitives", "table", "widgets")
# spelled out, since asking the table would load it
FUNCTIONS = (
    "abs add arccos arcsin arctan cos cosh div exp expm1 floordiv log log10 log1p log2 maximum minimum mod "
    "mul neg pow relu sigmoid sign sin sinh softplus sqrt square step sub tan tanh"
).split()

__all__ = [*HOMES, *MODULES, *FUNCTIONS, "__version__"]  # noqa: PLE0604 — all of them are strings


def __getattr__(name):
    if name in HOMES:
        value = getattr(importlib.import_module(f".{HOMES[name]}", __name__), name)
    elif name in FUNCTIONS:
        value = getattr(importlib.import_module(".primitives", __name__), name)
    elif name in MODULES:
        return importlib.import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"backprop_nb has no {name!r}; it has {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__():
    return __all__
