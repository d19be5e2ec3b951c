"""Runs as straight-line programs: to read and save, to run again, and in the words of other libraries."""

from importlib import import_module

PARTS = {
    "Changed": "emitting", "LeftTheRun": "following", "PASSES": "passes", "Program": "emitting",
    "Stale": "replaying", "lines_beside": "showing", "to_jax": "bridges", "to_pytorch": "bridges",
}  # fmt: skip
__all__ = list(PARTS)


def __getattr__(name):
    if name not in PARTS:
        raise AttributeError(f"backprop_nb.programs has no {name!r}; it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(f".{PARTS[name]}", __name__), name)
    return value


def __dir__():
    return __all__
