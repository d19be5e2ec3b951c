"""A state of training as one ``.npz`` file: there whole, or as it was before."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

__all__ = ["load_state", "save_state"]


def save_state(path, state):
    """Write numbers, texts, and dicts, lists, tuples of arrays; a crash leaves the old file."""
    import numpy as np

    path, arrays = Path(path), {}
    words = json.dumps(pack(state, arrays))
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, state=np.array(words), **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def load_state(path):
    """What ``save_state`` wrote; nothing in the file is run. ValueError where it is another file."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            return unpack(json.loads(str(file["state"])), file)
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} is no state of training that fit(save=…) wrote whole: {error}") from error


def pack(tree, arrays):
    """The tree for JSON, each array by the name under which it joins ``arrays``."""
    if isinstance(tree, dict):
        return {"dict": [[key, pack(value, arrays)] for key, value in tree.items()]}
    if isinstance(tree, (list, tuple)):
        return {type(tree).__name__: [pack(item, arrays) for item in tree]}
    if hasattr(tree, "dtype"):
        name = f"a{len(arrays)}"
        arrays[name] = tree
        return {"array": name}
    return tree


def unpack(tree, arrays):
    """The tree that ``pack`` was given."""
    if not isinstance(tree, dict):
        return tree
    ((kind, inside),) = tree.items()
    if kind == "dict":
        return {key: unpack(value, arrays) for key, value in inside}
    if kind == "array":
        return arrays[inside]
    return {"list": list, "tuple": tuple}[kind](unpack(item, arrays) for item in inside)
