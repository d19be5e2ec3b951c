"""Back-propagation, run, drawn and stepped through: the lecture notes come alive.

Names are loaded when they are first used, so that importing the package loads nothing else.
"""

import importlib
import sys

__version__ = "0.1.0"

HOMES = {
    "Primitive": "primitives",
    "Scalar": "scalar",
    "Dual": "dual",
    "Symbol": "symbolic",
    "symbols": "symbolic",
    "Tensor": "tensor",
    "Structural": "structural",
    "detect_nan": "watching",
    "grad": "transforms",
    "value_and_grad": "transforms",
    "vjp": "transforms",
    "jvp": "transforms",
    "jacobian": "transforms",
    "hessian": "transforms",
    "check_grad": "differences",
    "Record": "recording",
    "record": "recording",
    "dot": "structural.products",
    "hstack": "structural.joining",
    "split": "structural.joining",
    "std": "numpy_names",
    "vstack": "structural.joining",
    "look": "jacobians",
    "vec": "jacobians.kronecker",
    "unvec": "jacobians.kronecker",
}
TOP = "derivation differences exercises faults graph jacobians paths plots primitives structural table"
MODULES = {name: name for name in [*TOP.split(), "widgets"]}
MODULES |= {name: f"jacobians.{name}" for name in "gallery kronecker races sizes".split()}
ARRAY_FUNCTIONS = frozenset(  # the second table, by name: to ask it would load NumPy
    "broadcast_to clip concatenate cumsum einsum expand_dims getitem logsumexp matmul max mean min moveaxis "
    "norm outer pad prod put_at ravel reshape softmax softmax_cross_entropy sort squeeze stack sum swapaxes "
    "take trace transpose var where".split()
)


def __getattr__(name):
    if name == "__all__":
        return sorted(
            [*HOMES, *MODULES, *ARRAY_FUNCTIONS, *functions(), "__version__"]
        )  # not kept: rows may join the table
    if name in HOMES:
        value = getattr(importlib.import_module(f".{HOMES[name]}", __name__), name)
    elif name in MODULES:
        return importlib.import_module(f".{MODULES[name]}", __name__)
    elif name in ARRAY_FUNCTIONS:
        value = array_functions()[name]
    elif name in functions():
        return functions()[name]
    elif name in array_functions(load=False):
        return array_functions()[name]
    else:
        raise AttributeError(f"backprop_nb has no {name!r}; it has {', '.join(__dir__())}")
    globals()[name] = value
    return value


def __dir__():
    return __getattr__("__all__")


def functions():
    """The table: every primitive is a public function by its own name."""
    return importlib.import_module(".primitives", __name__).Primitive.table


def array_functions(load=True):
    """The second table, whose rows are public, too; without ``load`` only if it is there already."""
    name = f"{__name__}.structural"
    table = importlib.import_module(name) if load else sys.modules.get(name)
    return table.Structural.table if table else {}
