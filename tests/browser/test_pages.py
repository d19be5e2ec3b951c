"""What is left of an explorer where no kernel is: exported pages, and stored notebooks opened again."""

import subprocess
import sys

import looks
import nbformat
import pytest
from conftest import EQUATION, KERNEL
from driving import press
from support.kernels import socket_files

STEPPER = "bp.widgets.stepper(f, x1=2, x2=5)"
BRANCHES = "bp.widgets.branches(lambda a, b, c: a + b if a > 0 else a + c, a=(-2, 2), b=1, c=3)"
VIEW = "application/vnd.jupyter.widget-view+json"


def jupyter(lab, *arguments):
    command = [sys.executable, "-m", "jupyter", *map(str, arguments)]
    subprocess.run(command, env=lab.env, cwd=lab.folder, check=True, capture_output=True, timeout=180)


@pytest.fixture(scope="module")
def stored(lab):
    """A notebook with both explorers, executed without widget state and stored."""
    path = lab.folder / "stored.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in (EQUATION, STEPPER, BRANCHES)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
    stateless = "--ExecutePreprocessor.store_widget_state=False"
    own = [f"--KernelManager.{name}={value}" for name, value in socket_files(lab.runtime).items()]
    jupyter(lab, "nbconvert", "--to", "notebook", "--inplace", "--execute", stateless, *own, path)
    return path


def reopened(stored, lab, open_page, name, keep_view, trust):
    """The stored notebook in JupyterLab, none of its cells run again."""
    notebook = nbformat.read(stored, as_version=4)
    notebook.metadata.title = name  # trust goes by content: each test brings its own
    for cell in notebook.cells:
        for output in cell.outputs:
            if not keep_view:
                output.data.pop(VIEW, None)
    path = lab.folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    if trust:
        jupyter(lab, "trust", path)
    page = open_page(f"{lab.url}/lab/tree/{path.name}?reset&token={lab.token}", width=1366)
    page.wait_for_selector(".jp-Notebook .jp-OutputArea-output")
    return page


def steps(page):
    """Both explorers answer keys."""
    page.focus(".bp-stepper")
    press(page, "Home", "ArrowRight*10")
    assert "v₅ hands 1 × (-1) = -1 to v₃." in page.inner_text(".bp-stepper .bp-words")
    page.focus(".bp-branches")
    press(page, "ArrowRight")
    assert "graph 2 of 2" in page.inner_text(".bp-branches .bp-words")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_exported_page_steps_on_without_kernel_and_network(stored, lab, open_page, scheme):
    jupyter(lab, "nbconvert", "--to", "html", stored)
    page = open_page(stored.with_suffix(".html").as_uri(), scheme=scheme)
    page.wait_for_selector(".bp-branches")
    steps(page)
    looks.check(page, ".bp-stepper")
    looks.check(page, ".bp-branches")


@pytest.mark.parametrize("keep_view", [True, False])
def test_a_trusted_stored_notebook_steps_before_any_cell_is_run(stored, lab, open_page, keep_view):
    page = reopened(stored, lab, open_page, f"trusted-{keep_view}", keep_view, trust=True)
    page.wait_for_selector(".bp-branches")
    steps(page)
    assert page.locator(".bp-stepper:visible").count() == 1
    assert all(lost.is_hidden() for lost in page.get_by_text("model not found").all())


def test_a_notebook_with_widget_state_steps_before_any_cell_is_run(stored, lab, open_page):
    stated = lab.folder / "stated-source.ipynb"
    stated.write_bytes(stored.read_bytes())
    own = [f"--KernelManager.{name}={value}" for name, value in socket_files(lab.runtime).items()]
    jupyter(lab, "nbconvert", "--to", "notebook", "--inplace", "--execute", *own, stated)
    assert "widgets" in nbformat.read(stated, as_version=4).metadata
    page = reopened(stated, lab, open_page, "stated", keep_view=True, trust=True)
    page.wait_for_selector(".bp-branches")
    steps(page)
    assert page.locator(".bp-stepper:visible").count() == 1


@pytest.mark.parametrize("keep_view", [True, False])
def test_an_untrusted_stored_notebook_shows_picture_and_table(stored, lab, open_page, keep_view):
    page = reopened(stored, lab, open_page, f"untrusted-{keep_view}", keep_view, trust=False)
    picture = page.locator('.jp-OutputArea-output img[src^="data:image/svg+xml"]').first
    picture.wait_for()
    assert picture.evaluate("img => img.complete && img.naturalWidth > 300")
    assert "v₅ = v₄ - v₃" in picture.get_attribute("alt")
    assert "= 5 + 1 × 0.5 = 5.5" in page.locator(".jp-OutputArea-output").first.inner_text()
    assert page.locator(".bp").count() == 0
