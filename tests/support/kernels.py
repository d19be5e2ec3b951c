"""How the kernels that tests start are reached: through files where the system can, not through ports.

jupyter_client looks for free ports and lets go of them, and the kernel takes them when it has started: in
between another program may have them, and the kernel dies. A socket that is a file has a name of its own.
As a plugin of pytest (``-p tests.support.kernels``) this has nbval start its kernels like that.
"""

import os
import uuid

from jupyter_core.paths import jupyter_runtime_dir
from nbval import kernel as nbval_kernel

__all__ = ["socket_files"]

LONGEST = 95  # characters of a socket's path; systems allow 103 or more


def socket_files(folder=None):
    """The settings of a KernelManager for sockets in ``folder``; none where they cannot be, as on Windows.

    folder: of connection files; Jupyter's own unless told

    >>> socket_files("a" * 100)
    {}
    """
    folder = str(folder or jupyter_runtime_dir())
    name = os.path.join(folder, f"kernel-{uuid.uuid4()}")
    if os.name != "posix" or len(f"{name}-ipc-1") > LONGEST:
        return {}
    os.makedirs(folder, exist_ok=True)
    return {"transport": "ipc", "connection_file": f"{name}.json"}


def pytest_configure():
    manager = nbval_kernel.KernelManager
    nbval_kernel.KernelManager = lambda **options: manager(**options, **socket_files())
