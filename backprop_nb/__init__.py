"""Back-propagation, run, drawn and stepped through: the lecture notes come alive.

Names are loaded when they are first used, so that importing the package loads nothing else.
"""

import importlib

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
        "arrays.structural.joining": "split",
        "arrays.structural.filling": "zeros zeros_like",
        "arrays.nan_check": "detect_nan",
        "arrays.transforms": "grad value_and_grad vjp jvp jacobian hessian",
        "arrays.differences": "check_grad",
        "runs.recording": "Record record",
        "core.limits": "limited",
        "drawing.terms": "glossary",
        "programs.emitting": "Program emit",
        "programs.replaying": "replay",
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
        "jacobians.sizes ways ways.expressions programs training widgets exercises cli.commands"
    ).split()
}


def __getattr__(name):
    if name == "__all__":  # not kept: rows may join the tables
        rows = (row for kind in tables() for row in kind.table if not row.startswith("_"))
        return sorted({*HOMES, *MODULES, *rows, "__version__"})
    if name in MODULES:
        return importlib.import_module(f".{MODULES[name]}", __name__)
    if name in HOMES:
        globals()[name] = getattr(importlib.import_module(f".{HOMES[name]}", __name__), name)
        return globals()[name]
    for kind in () if name.startswith("_") else tables():
        if name in kind.built_in:
            globals()[name] = kind.table[name]
        if name in kind.table:
            return kind.table[name]
    from difflib import get_close_matches

    instead = importlib.import_module(".core.refusals", __name__).INSTEAD
    if name in instead:
        raise AttributeError(f"backprop_nb has no {name!r}; instead: {instead[name]}")
    near = [] if name.startswith("_") else get_close_matches(name, __dir__(), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "dir(backprop_nb) lists what it has"
    raise AttributeError(f"backprop_nb has no {name!r}; {hint}")


def __dir__():
    return __getattr__("__all__")


def tables():
    """The two tables, and the one of formulas, whose names are public functions; one without NumPy."""
    yield importlib.import_module(".core.primitives", __name__).Primitive
    try:
        yield importlib.import_module(".arrays.structural", __name__).Structural
        yield importlib.import_module(".arrays.formulas", __name__).Formula
    except ModuleNotFoundError as missing:
        if missing.name != "numpy":
            raise
