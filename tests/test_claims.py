"""Every claim of the notes is shown by an executed cell, and the README says where."""

import re

import nbformat
import pytest
from support.lecturers_page import CLAIMS, PAGE, write_page
from support.project import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
REACHED = [f"claim-N{number:02}" for number in range(1, 43)]


def shown():
    """claim → names of the notebooks with an executed cell that carries it."""
    where = {}
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and cell.execution_count and cell.source.strip():
                for tag in cell.metadata.get("tags", []):
                    if tag.startswith("claim-"):
                        where.setdefault(tag, set()).add(path.stem)
    return where


@pytest.mark.parametrize("claim", REACHED)
def test_an_executed_cell_shows_the_claim(claim):
    assert shown().get(claim), f"no executed cell carries the tag {claim}"


def test_no_cell_carries_a_tag_that_is_no_claim_of_the_notes():
    known = {f"claim-N{number:02d}" for number in range(1, 43)}
    assert shown().keys() <= known


def test_the_readme_lists_the_claims_of_each_notebook_as_the_tags_have_them():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    listed = readme.partition("<!-- claims:begin -->")[2].partition("<!-- claims:end -->")[0]
    for path in NOTEBOOKS:
        claims = sorted(claim[len("claim-") :] for claim, names in shown().items() if path.stem in names)
        line = next((line for line in listed.splitlines() if path.name in line), None)
        assert line is not None, f"the README does not list {path.name}"
        assert re.findall(r"N\d\d", line) == claims, f"{path.name}: the tags say {', '.join(claims)}"


def test_the_lecturers_page_says_in_which_cell_each_claim_is_shown():
    assert [f"claim-{claim}" for claim in CLAIMS] == REACHED
    wanted = write_page().splitlines()
    assert PAGE.read_text(encoding="utf-8").splitlines() == wanted, "python tests/support/lecturers_page.py"
