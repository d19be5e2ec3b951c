"""Back-propagation, run, drawn and stepped through: the lecture notes come alive.

Names are loaded when they are first used, so that importing the package loads nothing else.
"""

import importlib
import sys

__version__ = "0.1.0"

HOMES = {
    name: home
    for home, names in {
        "core.primitives": "Primitive",
        "core.scalar": "Scalar",
        "core.dual": "Dual",
        "core.symbolic": "Symbol symbols",
        "arrays.tensor": "Tensor",
        "arrays.structural": "Structural",
        "arrays.structural.products": "dot",
        "arrays.structural.joining": "hstack split vstack",
        "arrays.structural.filling": "zeros zeros_like",
        "arrays.numpy_names": "std",
        "arrays.nan_check": "detect_nan",
        "arrays.transforms": "grad value_and_grad vjp jvp jacobian hessian",
        "arrays.differences": "check_grad",
        "runs.recording": "Record record",
        "core.limits": "limited",
        "jacobians": "look",
        "jacobians.kronecker": "vec unvec",
    }.items()
    for name in names.split()
}
MODULES = {
    home.rpartition(".")[2]: home
    for home in (
        "core.primitives arrays.structural arrays.differences drawing.plots runs.table runs.graph runs.paths "
        "runs.faults derivation jacobians jacobians.gallery jacobians.kronecker jacobians.races "
        "jacobians.sizes widgets exercises"
    ).split()
}
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
    return importlib.import_module(".core.primitives", __name__).Primitive.table


def array_functions(load=True):
    """The second table, whose rows are public, too; without ``load`` only if it is there already."""
    name = f"{__name__}.arrays.structural"
    table = importlib.import_module(name) if load else sys.modules.get(name)
    return table.Structural.table if table else {}
