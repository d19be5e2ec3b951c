"""The notebooks keep their own rules: executed, clean, short cells, public names only."""

import ast
import re

import nbformat
import pytest
from support.project import PROJECT
from support.rerun_notebooks import stripped

import backprop_nb

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))

TO_FOLD = ("12",)  # has assertions in a reader's sight yet

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind="code"):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == kind and c.source.strip()]


def outputs(path):
    return [(cell, output) for cell in cells(path) for output in cell.outputs]


def test_it_is_a_valid_notebook(path):
    nbformat.validate(nbformat.read(path, as_version=4))


def test_every_cell_was_run_from_top_to_bottom(path):
    assert [cell.execution_count for cell in cells(path)] == list(range(1, len(cells(path)) + 1))


def test_no_error_and_no_warning_is_stored(path):
    for cell, output in outputs(path):
        if output.output_type == "error":
            assert "raises-exception" in cell.metadata.get("tags", []), output.evalue
        assert output.get("name") != "stderr", output.text


def test_no_machine_is_stored(path):
    text = path.read_text(encoding="utf-8")
    assert text == stripped(text), "store it by python tests/support/rerun_notebooks.py"
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|usr|opt)/\w", text)
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", text), "an address differs from run to run"


def test_no_cell_asserts_how_long_something_took(path):
    """A measurement is shown: what is asserted must hold on a busy machine, too."""
    timed = r"^assert .*(perf_counter|seconds|timeit|race\[\"(?!bytes|kept|difference)|curves\[)"
    assert not [cell.id for cell in cells(path) if re.search(timed, cell.source, re.M)]


def test_no_code_cell_is_long(path):
    lengths = [len(cell.source.splitlines()) for cell in cells(path)]
    assert max(lengths) <= 25
    assert sum(length < 10 for length in lengths) >= 0.9 * len(lengths)


def test_words_and_code_take_turns(path):
    seen = [cell for cell in cells(path) if "hide-input" not in cell.metadata.get("tags", [])]
    assert len(cells(path, "markdown")) >= 0.7 * len(seen)


def test_what_is_checked_is_folded_and_says_so_in_its_first_line(path):
    for cell in cells(path):
        if "hide-input" in cell.metadata.get("tags", []):
            assert cell.metadata.jupyter == {"source_hidden": True}
            assert cell.source.startswith(("# Checked: ", "# A question")), cell.id
        elif path.name[:2] not in TO_FOLD:
            assert not re.search(r"^\s*assert ", cell.source, re.M), cell.id


def test_a_cell_that_asserts_one_thing_says_why_it_fails(path):
    for cell in cells(path):
        asserted = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Assert)]
        assert len(asserted) != 1 or asserted[0].msg, cell.id


def test_it_uses_public_names_only(path):
    for cell in cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backprop_nb"):
                assert node.module == "backprop_nb", f"import {node.module} through bp. instead"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "bp":
                assert node.attr in backprop_nb.__all__, f"bp.{node.attr} is not public"


def test_widget_cells_are_not_compared_and_others_are(path):
    for cell in cells(path):
        tags = cell.metadata.get("tags", [])
        assert "nbval-ignore-output" in tags or not re.search(r"bp\.widgets\.\w+\(", cell.source)
        assert "nbval-skip" not in tags
