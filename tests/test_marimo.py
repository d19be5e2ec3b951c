"""Notebooks as marimo's programs: pip install "backprop_nb[marimo]"."""

import subprocess
import sys

import pytest
from support.project import PROJECT

pytest.importorskip("marimo")


@pytest.mark.parametrize("number", ["00", "04"])
def test_a_notebook_converts_and_every_cell_of_it_runs(number, tmp_path):
    (notebook,) = PROJECT.glob(f"notebooks/{number}_*.ipynb")
    lesson = tmp_path / "lesson.py"
    for command in (["-m", "marimo", "convert", notebook, "-o", lesson], [lesson]):
        done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert lesson.read_text(encoding="utf-8").count("@app.cell") > 15
