"""What axe-core finds in every notebook's outputs and in the live explorers, light and dark: nothing.

axe-core is one of the tools of the tests: npm ci --prefix tests/javascript
"""

import os

import looks
import nbformat
import pytest
from conftest import EQUATION
from driving import in_both_themes, press, resize, wait_for_words
from support.project import PROJECT
from test_all_explorers import EXPLORERS, FOCUS, LOOKED_AT, show, wear

AXE = PROJECT / "tests" / "javascript" / "node_modules" / "axe-core" / "axe.min.js"
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
ASK = """(where) => axe.run({ include: where }, { resultTypes: ["violations"] }).then((found) =>
  found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`)))"""

SCHEMES = ["light", "dark"]


def violations(page, *where):
    """What axe-core finds inside these selectors, all its rules on."""
    if not AXE.is_file():
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_NODE") == "1" else pytest.skip
        refuse("no axe-core: npm ci --prefix tests/javascript")
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(ASK, [[selector] for selector in where])


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """``exported(path, scheme)``: a stored notebook as a page, as nbconvert makes it; none of it is run."""
    from nbconvert import HTMLExporter

    same = {"exclude_input": True, "embed_images": True}
    exporters = {scheme: HTMLExporter(theme=scheme, **same) for scheme in SCHEMES}

    def exported(path, scheme):
        page = tmp_path_factory.mktemp("exported") / f"{path.stem}.html"
        notebook = nbformat.read(path, as_version=4)
        page.write_text(exporters[scheme].from_notebook_node(notebook)[0], encoding="utf-8")
        return page.as_uri()

    return exported


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_outputs_of_a_notebook(path, scheme, exported, open_page):
    page = open_page(exported(path, scheme), scheme=scheme)
    page.wait_for_function("() => !document.querySelector('.bp-still:not(:has(.bp))')")
    for width in (1100, 420):
        resize(page, width)
        assert violations(page, ".jp-OutputArea-output") == [], f"{width} pixels wide"


NAMELESS = """() => [...document.querySelectorAll(".bp :is(button, select, input, [tabindex='0'])")]
  .filter((el) => !el.ariaLabel && !el.labels?.length && !el.ariaLabelledByElements)
  .filter((el) => !el.textContent.trim()).map((el) => el.outerHTML)"""


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer(name, open_widget):
    page = show(open_widget, name)
    assert page.evaluate(NAMELESS) == []
    for look in LOOKED_AT:
        wear(page, *look)
        assert violations(page, ".bp") == [], look


SHOWN = [  # one of each kind of output beside the explorers
    "bp.record(f, 2, 5)",
    "bp.record(f, 2, 5).table()",
    "bp.faults.gallery(f, 2, 5)",
    "bp.plots.heat_map(np.eye(3), 'identity', 'inputs', 'outputs')",
    "bp.jacobians.look(lambda x: x * x, np.ones(3)).both()",
    "bp.jacobians.look(lambda x: x * x, np.ones(3))",
    "bp.exercises.choice('Same?', ['a', 'b'], right='b')",
]
IN_JUPYTERLAB = {  # an explorer, and what is pressed before the looks
    "stepper": ("bp.widgets.stepper(f, x1=2, x2=5)", "ArrowRight*12"),
    "branches": ("bp.widgets.branches(f, x1=(-1, 2), x2=5)", "End"),
    "sweeps": ("bp.widgets.faulty_sweeps(f, 'overwrite', 2, 5)", "End"),
    "jacobian": ("w = bp.widgets.jacobian(lambda x: x if x[0] > 0 else 1 / 0, np.ones(3))\nw", "PageDown"),
    "matmul": ("bp.widgets.matmul(2, 3, 4)", "Home"),
    "secant": ("bp.widgets.secant(f, 2, 5, wrt='x2')", "Home"),
}


@in_both_themes
def test_in_jupyterlab(open_notebook, set_theme, theme):
    set_theme(theme)
    cells = [*SHOWN, *(cell for cell, _ in IN_JUPYTERLAB.values())]
    page = open_notebook(theme.replace(" ", "-"), EQUATION, *cells, "w.inputs = {'x₁': -1}", width=1366)
    wait_for_words(page, "ZeroDivisionError", ".bp-error")
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(theme.endswith("Light")).lower()
    assert violations(page, ".jp-OutputArea-output") == []
    images = page.locator(".jp-OutputArea-output img")
    assert all(images.evaluate_all("(images) => images.map((image) => image.alt.length > 20)"))
    for width in (1366, 760):
        resize(page, width)
        page.wait_for_function("() => document.querySelector('.bp-stepper').clientWidth < innerWidth - 60")
        for kind, (_, key) in IN_JUPYTERLAB.items():
            page.locator(f".bp-{kind}").locator(FOCUS.get(kind, ":scope")).first.focus()
            press(page, key)
            looks.check(page, f".bp-{kind}")
