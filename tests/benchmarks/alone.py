"""Memory measured in a process of its own: ``python alone.py 1000000``, or ``peak PyTorch``, prints JSON."""

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
    from backprop_nb.core.scalar import Scalar

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


def peak(name, n=10**6):
    """Megabytes that the chain of 20 operations on n elements takes at most beyond its input.

    name: a library, or "by hand"; the buffers that one makes beforehand by hand count too

    Everything runs twice before, so that what is loaded, compiled or recorded at first does not count.
    Meant for a process with MALLOC_MMAP_THRESHOLD_ set low: each array then comes from the system and goes
    back to it at once, and what the process holds is what is in use.
    """
    from benchmarks.peers import LIBRARIES
    from benchmarks.tensor_works import elementwise

    problem = elementwise(n)

    def by_hand():
        return problem.twin(problem.parameters).run()

    run = by_hand if name == "by hand" else problem.by_library(LIBRARIES[name]())
    run()
    run()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # VmHWM begins again
    before = memory("VmRSS")
    kept = run()
    highest = memory("VmHWM")
    del kept
    return {"peak": highest - before}


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    what, *words = sys.argv[1:]
    print(json.dumps(peak(words[0], *map(int, words[1:])) if what == "peak" else long_chain(int(what))))
