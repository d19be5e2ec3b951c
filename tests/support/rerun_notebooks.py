"""Run notebooks from top to bottom and store them with what they gave, and nothing of the machine.

``python tests/support/rerun_notebooks.py`` runs all, ``… 08 90`` those whose names begin so. Two runs store
the same bytes, but for cells that measure (tagged nbval-ignore-output). One that fails is left as it was.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from support.kernels import socket_files
from support.project import PROJECT

__all__ = ["rerun", "stripped"]

FOLDER = PROJECT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"  # of no use without the kernel that made it
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def rerun(path):
    """Run the notebook at ``path`` in its own folder and store it; raises CellExecutionError."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, kernel_name=KERNEL["name"], timeout=600, coalesce_streams=True, record_timing=False,
        store_widget_state=False, resources={"metadata": {"path": str(path.parent)}},
        config=Config(KernelManager=socket_files()),
    )  # fmt: skip
    client.execute()
    path.write_text(stripped(nbformat.writes(notebook)), encoding="utf-8", newline="\n")


def stripped(text):
    """The text of a notebook without widgets, timings, versions, and the place of this clone."""
    notebook = nbformat.reads(text.replace(f"{PROJECT}{os.sep}", ""), as_version=4)
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        folded = {"jupyter": {"source_hidden": True}} if "hide-input" in tags else {}  # to one line
        cell.metadata = ({"tags": tags} if tags else {}) | folded
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return nbformat.writes(notebook) + "\n"


def main(names):
    """Rerun the notebooks whose names begin with one of ``names``, or all; the exit code."""
    paths = [p for p in sorted(FOLDER.glob("*.ipynb")) if not names or p.name.startswith(tuple(names))]
    from backprop_nb.drawing.graphviz_engines import find_shipped

    os.environ["BACKPROP_NB_DOT"] = find_shipped() or ""  # one drawing program wherever this runs
    os.environ["BACKPROP_NB_PROGRESS"] = "off"  # who stores the notebooks answers nothing
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel is of this Python …
    os.environ["PYTHONPATH"] = str(PROJECT)  # … and imports this clone
    failed = 0
    for path in paths:
        print(path.name, end=" ", flush=True)
        try:
            rerun(path)
            print("stored")
        except CellExecutionError as error:
            failed += 1
            print(f"failed and left as it was:\n{error}")
    from support.lecturers_page import PAGE, write_page

    PAGE.write_text(write_page(), encoding="utf-8", newline="\n")  # the numbers of cells may have changed
    return int(failed > 0 or not paths)


if __name__ == "__main__":
    sys.exit(main([Path(name).name for name in sys.argv[1:]]))
