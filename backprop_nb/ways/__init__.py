"""Section 1 of the notes: ways to differentiate one function."""

from importlib import import_module

WAYS = {
    "compare": "comparison",
    "compare_brackets": "chain_orders",
    "count_evaluations": "evaluations",
    "count_sweeps": "counting_sweeps",
    "digits_run": "stored_run",
    "exact_gradient": "exactness",
    "time_gradients": "evaluations",
    "time_sweeps": "counting_sweeps",
    "try_steps": "error_curves",
}
__all__ = list(WAYS)


def __getattr__(name):
    if name not in WAYS:
        raise AttributeError(f"backprop_nb.ways has no {name!r}; it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(f".{WAYS[name]}", __name__), name)
    return value


def __dir__():
    return __all__
