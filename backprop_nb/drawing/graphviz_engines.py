"""The programs and libraries that draw: where one is found, and the picture it makes of a text in DOT."""

import os
import shutil
import subprocess
import sysconfig
import warnings
from functools import partial
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
    """Have ``dot`` (DOT text) drawn as ``form`` ("svg", "pdf" or "png") by the first engine that can: bytes.

    raises: NoPicture. An engine that fails is named in a warning when a later one draws.
    """
    failures, slow = [], False
    for engine in [*engines(), *DRAWING_LIBRARIES]:
        try:
            data, complaint = DRAWING_LIBRARIES.get(engine, partial(run_program, engine))(dot, form)
        except subprocess.TimeoutExpired:
            slow = True
            failures.append(f"{engine} gave no picture in {PATIENCE} seconds")
        except ImportError:  # a library that is not here
            continue
        except OSError as error:
            failures.append(f"{engine} does not run: {error.strerror or error}")
        else:
            if is_picture(data, form):
                if failures:
                    warnings.warn(f"{'; '.join(failures)}. The picture is by {engine}.", stacklevel=2)
                return data
            failures.append(f"{engine} gave no {form} ({complaint})")
    tried = "; ".join(failures) or "no drawing program was found"
    raise NoPicture(f"No picture: {tried}. {SLOW if slow else HELP}")


def run_program(program, dot, form):
    """What a drawing program prints, bytes, and its complaint; it may exit with 1 beside a whole picture."""
    command = [program, "-Kdot", f"-T{form}"]
    run = subprocess.run(command, input=dot.encode(), capture_output=True, timeout=PATIENCE, check=False)
    complaint = run.stderr.decode(errors="replace").strip().partition("\n")[0] or "no word why"
    return run.stdout, f"exit code {run.returncode}, {complaint}"


def draw_in_process(dot, form):
    """By pygraphviz, where it is installed, and no program draws: bytes and a complaint."""
    import pygraphviz

    try:
        return pygraphviz.AGraph(string=dot).draw(format=form, prog="dot"), "no word why"
    except ValueError as error:
        return b"", str(error)


def draw_in_browser(dot, form):
    """By viz-js, which the page that starts Python holds ready: bytes and a complaint; it knows SVG alone."""
    from js import backpropDraw

    return (str(backpropDraw(dot)).encode() if form == "svg" else b""), "viz-js draws svg, or nothing"


DRAWING_LIBRARIES = {"pygraphviz": draw_in_process, "viz-js": draw_in_browser}  # after every program


def is_picture(data, form):
    """Whether ``data`` (bytes) holds a whole picture of that form."""
    try:
        return FILE_MARKS[form] in data and (
            form != "svg" or "viewBox" in ElementTree.fromstring(data).attrib
        )
    except ElementTree.ParseError:
        return False
