"""The memory of a long chain, measured in a process of its own: ``python alone.py 1000000`` prints JSON."""

import gc
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def memory(field):
    """Megabytes (10⁶ bytes) that the process holds now (VmRSS), or held at most (VmHWM).

    Read from the system's own table: ``resource.getrusage`` would count in the peak of the process
    that started this one.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError(f"the system tells no {field}: this benchmark needs Linux")


def long_chain(n):
    """Forward and backward through a chain of n operations, then drop it with the collector disabled."""
    from backprop_nb.scalar import Scalar

    gc.collect()
    gc.disable()
    imported, blocks = memory("VmRSS"), sys.getallocatedblocks()
    x = Scalar(1.0)
    out = x
    for _ in range(n // 2):
        out = out * 1.0000001 + 0.1
    held = memory("VmRSS")
    out.backward()
    peak = memory("VmHWM")
    del out
    return {
        "gradient": x.gradient,
        "expected": 1.0000001 ** (n // 2),
        "held": held - imported,
        "above": peak - imported,
        "left": memory("VmRSS") - imported,
        "blocks_left": sys.getallocatedblocks() - blocks,
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(json.dumps(long_chain(int(sys.argv[1]))))
