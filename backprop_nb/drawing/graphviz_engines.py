"""The programs that draw: where one is found, and the picture that it makes of a text in DOT."""

import os
import shutil
import subprocess
import sysconfig
import warnings
from xml.etree import ElementTree

__all__ = ["FILE_MARKS", "NoPicture", "draw", "engines"]

PATIENCE = 30  # seconds given to a drawing program
FILE_MARKS = {"svg": b"</svg>", "pdf": b"%PDF", "png": b"\x89PNG"}  # what only a whole picture contains
SLOW = (
    "Draw fewer nodes, as by a smaller limit= or a shorter loop, or set BACKPROP_NB_DOT to the path of a "
    "faster dot."
)
HELP = "pip install graphviz-pure brings a drawing program, or set BACKPROP_NB_DOT to the path of a dot."


class NoPicture(RuntimeError):
    """No drawing program could draw; the message says what was tried and how to get one."""


def engines():
    """Paths of the drawing programs to try, in this order.

    BACKPROP_NB_DOT from the environment, dot on the PATH, then the program of the PyPI package graphviz-pure.
    Looked up at every call, so that a change of the environment counts at once.
    """
    chosen = os.environ.get("BACKPROP_NB_DOT")
    found = [chosen and (shutil.which(chosen) or chosen), shutil.which("dot"), find_shipped()]
    return list(dict.fromkeys(filter(None, found)))


def find_shipped():
    """Path of the program that graphviz-pure ships, or None; its folder need not be on the PATH."""
    beside = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
    if beside:
        return beside
    import importlib.metadata  # slow to load, and mostly not needed

    try:
        files = importlib.metadata.files("graphviz-pure") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    programs = (file.locate() for file in files if file.name in ("graphviz-pure", "graphviz-pure.exe"))
    return next(map(str, programs), None)


def draw(dot, form):
    """Have ``dot`` (DOT text) drawn as ``form`` ("svg", "pdf" or "png") by the first program that can: bytes.

    raises: NoPicture. A program that fails is named in a warning when a later one draws.
    """
    failures, slow = [], False
    for engine in engines():
        try:
            command, source = [engine, "-Kdot", f"-T{form}"], dot.encode()
            run = subprocess.run(command, input=source, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            slow = True
            failures.append(f"{engine} gave no picture in {PATIENCE} seconds")
        except OSError as error:
            failures.append(f"{engine} does not run: {error.strerror or error}")
        else:
            if is_picture(run.stdout, form):  # the exit code may be 1 ("lost edge") beside a whole picture
                if failures:
                    warnings.warn(f"{'; '.join(failures)}. The picture is by {engine}.", stacklevel=2)
                return run.stdout
            complaint = run.stderr.decode(errors="replace").strip().partition("\n")[0] or "no word why"
            failures.append(f"{engine} gave no {form} (exit code {run.returncode}, {complaint})")
    tried = "; ".join(failures) or "no drawing program was found"
    raise NoPicture(f"No picture: {tried}. {SLOW if slow else HELP}")


def is_picture(data, form):
    """Whether ``data`` (bytes) holds a whole picture of that form."""
    try:
        return FILE_MARKS[form] in data and (
            form != "svg" or "viewBox" in ElementTree.fromstring(data).attrib
        )
    except ElementTree.ParseError:
        return False
