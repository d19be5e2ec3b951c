"""The code cells of a notebook, run in this process as a learner runs them: from the top."""

import ast
import io
import symtable
from contextlib import chdir, redirect_stdout
from functools import cache

import nbformat

from support.project import PROJECT
from support.reference import passing_rows

__all__ = ["FOLDER", "asserts", "code_cells", "failing_cells", "later_cells", "slice_cells", "tagged_claims"]

SHOWN_ONLY = ("bp.widgets.", "bp.exercises.")  # cells that begin so leave nothing that the next ones need
FOLDER = PROJECT / "notebooks"


@cache
def code_cells(notebook):
    """The code cells of the notebook whose name begins so, without those that only ask or show."""
    (path,) = FOLDER.glob(f"{notebook}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and not cell.source.startswith(SHOWN_ONLY)]


def tagged_claims(cell):
    """The claims that a cell shows: {"N04"}."""
    return {tag.removeprefix("claim-") for tag in cell.metadata.get("tags", []) if tag.startswith("claim-")}


def asserts(cell):
    """Whether a cell asserts something."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))


@cache
def names_of(source):
    """``(stored, loaded, touched)``: names that a cell sets, reads, changes the objects of."""
    table, tree = symtable.symtable(source, "<cell>", "exec"), ast.parse(source)
    inner, tables = set(), [table]
    while tables:
        each = tables.pop()
        tables += each.get_children()
        inner |= {s.get_name() for s in each.get_symbols() if s.is_referenced() and s.is_global()}
    stored = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    loaded = inner | {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    return stored, loaded, set(filter(None, map(changed_name, ast.walk(tree))))


def changed_name(node):
    """The name whose object a statement changes: ``x`` of ``x.backward()`` and of ``x[0] = 1``, else None."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        node = node.value.func
    elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Load):
        return None
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) and node.id not in ("bp", "np") else None


def slice_cells(cells, wanted):
    """Those of ``wanted``, and the cells before them that they need, in order."""
    needed, kept = set(), []
    for cell in reversed(cells):
        stored, loaded, touched = names_of(cell.source)
        if cell in wanted or (stored | touched) & needed:
            needed = needed - stored | loaded
            kept.insert(0, cell)
    return kept


def later_cells(cells, changed):
    """``changed`` and the cells after it that use, directly or not, what it sets."""
    known, kept = set(), []
    for cell in cells:
        stored, loaded, touched = names_of(cell.source)
        if cell is changed or loaded & known:
            known |= stored | touched
            kept.append(cell)
    return kept


def failing_cells(cells, change=lambda source: source):
    """Run cells one after the other, each as ``change`` writes it: {index: exception} of those that fail."""
    names, failed = {}, {}
    with chdir(FOLDER), redirect_stdout(io.StringIO()), passing_rows():
        for i, cell in enumerate(cells):
            try:
                exec(compile(change(cell.source), "<cell>", "exec"), names)
            except Exception as error:  # noqa: BLE001  whatever a broken package or a changed cell raises
                failed[i] = error
    return failed
