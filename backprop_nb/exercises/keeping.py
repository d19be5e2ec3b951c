"""Which exercises were answered right, kept on the learner's own machine, in one file a notebook."""

import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["FAILURES", "hold_lock", "keep", "kept", "progress_file", "progress_folder",
           "replace_file"]  # fmt: skip

NOT_A_LEARNER = ("CI", "PYTEST_VERSION", "PYTEST_CURRENT_TEST")  # nbval's kernels have pytest's variables
LOCK_TRIES, LOCK_PAUSE = 250, 0.02  # then on without the lock: a lost mark is better than a kernel that hangs
ANSWERED = {}  # notebook → what was answered right in this process, which a file that cannot be written lacks
FAILURES = []  # why the last attempt to keep something failed; empty if it did not


def progress_folder():
    """Where it is kept, a Path; None where nothing is kept.

    The environment variable BACKPROP_NB_PROGRESS names another folder, or is "off". Unless it names one,
    tests, nbval and CI keep nothing.
    raises: RuntimeError for a user without a home
    """
    chosen = os.environ.get("BACKPROP_NB_PROGRESS", "")
    if chosen.casefold() in ("off", "no", "0"):
        return None
    if chosen:
        return Path(chosen).expanduser()
    if any(map(os.environ.get, NOT_A_LEARNER)):
        return None
    if os.name == "nt":
        base = os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "backprop_nb" / "progress"


def progress_file(name):
    """Where a file of this name is kept, a Path; None where nothing is, and for a user without a home."""
    try:
        folder = progress_folder()
    except RuntimeError:
        return None
    return folder and folder / name


def keep(notebook, key):
    """Note that an exercise of a notebook was answered right; where nothing can be written, for now."""
    mine = ANSWERED.setdefault(notebook, set())
    FAILURES.clear()
    try:
        folder = progress_folder()
        if folder is None:
            return
        mine.add(key)
        folder.mkdir(parents=True, exist_ok=True)
        with hold_lock(folder / f"{notebook}.lock"):
            path = folder / f"{notebook}.json"
            replace_file(path, json.dumps({"right": sorted(read_keys(path) | mine)}))
    except (OSError, RuntimeError) as error:
        mine.add(key)
        FAILURES.append(error)


def kept(notebook):
    """The keys that were answered right, a set; None where nothing is kept."""
    mine = ANSWERED.get(notebook, set())
    try:
        folder = progress_folder()
        return None if folder is None else read_keys(folder / f"{notebook}.json") | mine
    except RuntimeError:
        return mine


def read_keys(path):
    """What a file holds; nothing if it is not there or broken."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["right"]
        return {key for key in told if isinstance(key, str)}
    except (OSError, ValueError, TypeError, KeyError):
        return set()


def replace_file(path, text):
    """Write a file in one go: whoever reads meanwhile finds the old one or the new one, whole."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@contextlib.contextmanager
def hold_lock(path):
    """Hold a lock file, so that of several Pythons one after the other reads, merges and replaces."""
    with path.open("ab") as file:
        for _ in range(LOCK_TRIES):
            try:
                lock_file(file)
                break
            except OSError:
                time.sleep(LOCK_PAUSE)
        yield  # closing the file, or the end of its process, lets go


def lock_file(file):
    """Lock an open file; OSError where another has it. A system without locks goes without."""
    try:
        import fcntl
    except ImportError:
        with contextlib.suppress(ImportError):
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
