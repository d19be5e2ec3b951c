"""How the kernels that tests start are reached: through files where the system can, not through ports.

As a plugin of pytest (``-p tests.support.kernels``) it has nbval start its kernels like that.
"""

import functools
import os

from jupyter_core.paths import jupyter_runtime_dir
from nbval import kernel as nbval_kernel

__all__ = ["transport"]

LONGEST = 90  # characters of a socket's path, of which systems allow 103 or 107


def transport(folder):
    """The transport for kernels whose connection files lie in ``folder``: "ipc", or "tcp" on Windows.

    jupyter_client looks for free ports, lets go of them, and the kernel takes them when it has started: in
    between another program may have them, and the kernel dies. A socket that is a file has a name of its own.

    >>> transport("x" * 100)
    'tcp'
    """
    name = os.path.join(folder, "kernel-01234567-89ab-cdef-0123-456789abcdef-ipc-1")
    return "ipc" if os.name == "posix" and len(name) <= LONGEST else "tcp"


def pytest_configure():
    starting = functools.partial(nbval_kernel.KernelManager, transport=transport(jupyter_runtime_dir()))
    nbval_kernel.KernelManager = starting
