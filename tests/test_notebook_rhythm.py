"""In a notebook that has been looked through for it, reading and running take turns with doing."""

import re

import nbformat
import pytest
from support.project import PROJECT

LOOKED_THROUGH = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "90"]


@pytest.mark.parametrize("number", LOOKED_THROUGH)
def test_after_four_code_cells_comes_a_question_a_widget_or_a_picture(number):
    (path,) = (PROJECT / "notebooks").glob(f"{number}_*.ipynb")
    alone = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
            asks = re.search(r"bp\.(widgets|exercises)\.", cell.source)
            drawn = [kind for kind in kinds if kind.startswith("image/")] or "<img" in str(cell.outputs)
            folded = "hide-input" in cell.metadata.get("tags", [])
            alone = [] if asks or drawn else alone if folded else [*alone, cell.id]
            assert len(alone) <= 4, alone
