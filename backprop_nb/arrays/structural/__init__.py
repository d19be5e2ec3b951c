"""The second table: operations that move or mix the elements of arrays, each with one vJp per operand."""

from importlib import import_module
from pkgutil import iter_modules

from .row import Gathering, Structural

__all__ = ["Gathering", "Structural"]

for theme in iter_modules(__path__):  # every file of this folder adds its rows
    import_module(f".{theme.name}", __name__)
Structural.built_in = frozenset(Structural.table)
