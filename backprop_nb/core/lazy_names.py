"""Names of a package that load their module when they are first used, so that an import stays light."""

import sys
from importlib import import_module

__all__ = ["load_when_used"]


def load_when_used(package, modules):
    """``__getattr__`` and ``__dir__`` for a package's own module.

    package: its full name
    modules: dict of each public name to the module of the package that has it
    raises:  AttributeError, from what is returned, for a name that is not in ``modules``

    >>> get, _ = load_when_used("backprop_nb.ways", {"compare": "comparison"})
    >>> get("compares")
    Traceback (most recent call last):
    AttributeError: backprop_nb.ways has no 'compares'; it has compare
    """

    def get(name):
        if name not in modules:
            raise AttributeError(f"{package} has no {name!r}; it has {', '.join(modules)}")
        value = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)  # from now on without this function
        return value

    return get, lambda: list(modules)
