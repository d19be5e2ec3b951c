"""What the text invites the learner to change works, and every assertion still holds."""

import pytest
from support.notebook_cells import code_cells, failing_cells

CHANGES = [  # notebook, what stands there, what a learner puts in its place
    ("01", "rate, start = 0.5", "rate, start = 0.01"),
    ("01", "rate, start = 0.5", "rate, start = -0.5"),
    ("03", 'run.table(tangents="x1")', 'run.table(tangents="x2")'),
]


@pytest.mark.parametrize(("notebook", "old", "new"), CHANGES)
def test_an_invited_change_breaks_nothing(notebook, old, new):
    cells = code_cells(notebook)
    assert sum(old in cell.source for cell in cells) == 1
    assert failing_cells(cells, lambda source: source.replace(old, new)) == {}
