"""What the text invites the learner to change works, and every assertion still holds."""

import nbformat
import pytest
from support.notebook_cells import FOLDER, failing_cells, later_cells, slice_cells

CHANGES = [  # notebook, what stands there, what a learner puts in its place
    ("00", "mine, at = rosenbrock, (-1, 2)", "mine, at = (lambda a: a**3 + abs(a)), (-2,)"),
    ("00", "mine, at = rosenbrock, (-1, 2)", "mine, at = (lambda a, b, c: max(a, b) * c), (1, 2, 3)"),
    ("01", "rate, start = 0.5", "rate, start = 0.01"),
    ("01", "rate, start = 0.5", "rate, start = -0.5"),
    ("02", "bp.widgets.swell(lambda x: 4 * x * (1 - x))", "bp.widgets.swell(lambda x: bp.sin(x) * x)"),
    ("02", "bp.widgets.swell(lambda x: 4 * x * (1 - x))",
     "bp.widgets.swell(lambda x, n: math.prod([x + k for k in range(n)]))"),
    ("03", 'run.table(tangents="x1")', 'run.table(tangents="x2")'),
    ("04", "return c * c + np.exp(-a)", "return np.tanh(c) / b if a > 0 else a"),
    ("04", "return c * c + np.exp(-a)", "return a"),
    ("06", 'bp.widgets.faulty_sweeps(g, "overwrite", 3)',
     'bp.widgets.faulty_sweeps(lambda a, b: a * b + a, "overwrite", 3, 2)'),
    ("08", "n, pointer, width = 1024, 4, 4", "n, pointer, width = 1024, 8, 8"),
    ("08", "n, pointer, width = 1024, 4, 4", "n, pointer, width = 7, 4, 2"),
    ("09", "return np.stack([x[0] * x[1], x[1] + np.sin(x[2])])  #", "return np.tanh(x) * x[0]  #"),
    ("09", "return np.stack([x[0] * x[1], x[1] + np.sin(x[2])])  #", "return np.sum(x**2)  #"),
    ("10", "A = np.array([[1, 2, 0.5], [-1, 3, 4]])", "A = np.array([[0, -2, 0.5], [-1, 3, 0]])"),
    ("10", "n, width = 1024, 4", "n, width = 300, 4"),
    ("10", "n, width = 1024, 4", "n, width = 5, 8"),
    ("10", "return x * x", "return np.exp(x) + bp.sum(x)"),
    ("10", "return bp.softmax(x)\n\n\nx =", "return x[::-1]\n\n\nx ="),
    ("10", "return bp.softmax(x)  # change this", "return np.sin(x) * x[0]  # change this"),
    ("10", "return A @ G  #", "return A.T @ G  #"),
    ("10", "return A @ G  #", "return G  #"),
    ("10", "return A @ G  #", "return A[:1]  #"),
    ("10", "P = np.array([[1.0, 2.0], [3.0, 4.0]])", "P = np.array([[0.0, -2.0], [3.0, 0.5]])"),
    ("12", "step=training.momentum(0.05)", "step=training.adam(0.01)"),
    ("90", "pointer = 4", "pointer = 8"),
]  # fmt: skip
SIZES = {  # notebook 10, matrices of other sizes
    "A = np.array([[1, 2, 0.5], [-1, 3, 4]])": "A = np.array([[1, 2], [-1, 3], [0.5, 0], [2, 2]])",
    "X = np.array([[1, 0, 2, -1], [0.5, 1, 0, 1], [2, -1, 1, 0]])": "X = np.array([[1, 0.5, 3], [2, -1, 0]])",
    "G = np.array([[1.0, 0, -1, 2], [3, 1, 0, -2]])": "G = np.arange(12.0).reshape(4, 3)",
}
CHANGES = [(number, {old: new}) for number, old, new in CHANGES] + [("10", SIZES)]


def read_cells(number):
    """All code cells of a notebook."""
    (path,) = FOLDER.glob(f"{number}_*.ipynb")
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize(("number", "change"), CHANGES)
def test_an_invited_change_breaks_nothing(number, change):
    cells = read_cells(number)
    (changed,) = {cell.id for cell in cells for old in change if old in cell.source}
    (changed,) = (cell for cell in cells if cell.id == changed)
    for old, new in change.items():
        assert changed.source.count(old) == 1
        changed.source = changed.source.replace(old, new)
    assert failing_cells(slice_cells(cells, later_cells(cells, changed))) == {}
