"""The code cells of a notebook, run in this process as a learner runs them: from the top."""

import io
from contextlib import redirect_stdout
from functools import cache

import nbformat

from support.project import PROJECT
from support.reference import passing_rows

__all__ = ["code_cells", "failing_cells", "tagged_claims"]

SHOWN_ONLY = ("bp.widgets.", "bp.exercises.")  # cells that begin so leave nothing that the next ones need


@cache
def code_cells(notebook):
    """The code cells of the notebook whose name begins so, without those that only ask or show."""
    (path,) = (PROJECT / "notebooks").glob(f"{notebook}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and not cell.source.startswith(SHOWN_ONLY)]


def tagged_claims(cell):
    """The claims that a cell shows: {"N04"}."""
    return {tag.removeprefix("claim-") for tag in cell.metadata.get("tags", []) if tag.startswith("claim-")}


def failing_cells(cells, change=lambda source: source):
    """Run cells one after the other, each as ``change`` writes it: {index: exception} of those that fail."""
    names, failed = {}, {}
    with redirect_stdout(io.StringIO()), passing_rows():
        for i, cell in enumerate(cells):
            try:
                exec(compile(change(cell.source), "<cell>", "exec"), names)
            except Exception as error:  # noqa: BLE001  whatever a broken package or a changed cell raises
                failed[i] = error
    return failed
