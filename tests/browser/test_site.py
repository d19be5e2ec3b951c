"""The site: built, every link followed, and its pages used in a browser that reaches nothing but loopback.

It is built once for all tests, which takes ten seconds. JupyterLite, whose test takes long, is left out:
BACKPROP_NB_LIVE=1 builds and opens that, too, as .github/workflows/site.yml does.
"""

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import run_all
from driving import press, resize
from support.project import PROJECT
from test_accessibility import violations

PAGES = ("index.html", "notebooks/10_the_matrix_product.html")
STEPPERS = "notebooks/04_chain_rule_on_a_graph.html"
HALF_A_MEGABYTE = 500_000
LIVE_ONE = PROJECT / "notebooks" / "07_control_flow.ipynb"
LIVE = os.environ.get("BACKPROP_NB_LIVE") == "1"


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, built by the first worker that asks for it."""
    if not shutil.which("npm"):
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_NODE") == "1" else pytest.skip
        refuse("no npm, which brings MathJax, viz-js and Pyodide")
    import fcntl

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    folder = tmp_path_factory.getbasetemp().parent / run if run else tmp_path_factory.mktemp("built")
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "site" / "try.html").exists():
            build = [sys.executable, PROJECT / "site" / "build.py", "--out", folder / "site"]
            build += [] if LIVE else ["--no-live"]
            env = os.environ | {"PYTHONPATH": str(PROJECT)}
            done = subprocess.run(build, env=env, check=False, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
            assert re.search(r"\d+\.\d s  Sphinx\n.*built: ", done.stdout, re.DOTALL), "no progress told"
    return folder / "site"


@pytest.fixture(scope="session")
def served(site):
    """The site's address, and whether anybody asked there for what it has not."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *given):
            pass

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Page(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self, file):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.anchors |= {given["id"]} if "id" in given else set()
        loads = (tag, given.get("rel")) in {("link", "stylesheet"), ("link", "icon")} or "src" in given
        if address := given.get("src") or given.get("href"):
            (self.loads if loads else self.links).append(address)


@pytest.fixture(scope="session")
def pages(site):
    files = [file for file in site.rglob("*.html") if "live" not in file.parts]
    return {file.relative_to(site).as_posix(): Page(file) for file in files}


def test_every_link_leads_somewhere(pages, site):
    lost = []
    for name, page in pages.items():
        for address in page.links + page.loads:
            there, fragment = urlsplit(urljoin(f"http://here/{name}", address)), urlsplit(address).fragment
            if urlsplit(address).scheme or "/live/" in there.path:
                continue
            target = unquote(there.path).lstrip("/") or name
            missing = not (site / target).exists()
            if missing or (fragment and target in pages and unquote(fragment) not in pages[target].anchors):
                lost.append((name, address))
    assert len(pages) > 20
    assert [each for each in lost if each[1] not in ("#", "#furo-main-content")] == []


def test_no_page_loads_anything_from_elsewhere(pages, site):
    loaded = [address for page in pages.values() for address in page.loads if not address.startswith("data:")]
    assert [address for address in loaded if re.match(r"\w*:?//", address)] == []
    styles = [file.read_text(encoding="utf-8") for file in site.rglob("*.css")]
    assert not any(re.search(r"(?:url\(|@import )['\"]?(?:https?:)?//", style) for style in styles)


def test_a_page_is_at_most_half_a_megabyte_packed(pages, site):
    sizes = {name: len(gzip.compress((site / name).read_bytes())) for name in pages}
    assert {name: size for name, size in sizes.items() if size > HALF_A_MEGABYTE} == {}


def test_the_wheel_for_browsers_has_a_version_of_its_own_and_no_notebooks(site):
    lock = json.loads((site / "python" / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    ours = lock["backprop-nb"]
    assert ours["version"].endswith("+browser")
    assert {"anywidget", "graphviz"} <= set(ours["depends"])
    assert (site / "python" / ours["file_name"]).stat().st_size < HALF_A_MEGABYTE * 1.2
    assert all((site / "python" / package["file_name"]).is_file() for package in lock.values())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_steps_fits_and_is_readable(name, served, open_page):
    page = open_page(served + "try.css")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served + name)
    page.wait_for_function("() => !document.querySelector('.bp-still:not(:has(.bp))')")
    page.wait_for_function("() => window.MathJax?.startup?.promise || !document.querySelector('.math')")
    page.evaluate("() => window.MathJax?.startup?.promise")
    assert [url for url in asked if not url.startswith((served, "data:", "blob:"))] == []
    for width, scheme in ((1100, "light"), (420, "dark")):
        page.emulate_media(color_scheme=scheme)
        resize(page, width)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page, "body") == [], f"{width} pixels wide, {scheme}"


def test_the_steppers_step_and_wear_the_pages_theme(served, open_page):
    page = open_page(served + STEPPERS)
    stepper = page.locator(".bp-stepper").first
    stepper.focus()
    press(page, "Home", "ArrowRight")
    assert "forward 1 of 7" in stepper.inner_text()
    paper = "(el) => [getComputedStyle(el).backgroundColor, getComputedStyle(el).colorScheme].join()"
    looks = []
    for _ in range(3):  # as the reader's system has it, light, dark
        looks.append((page.evaluate("document.body.dataset.theme"), stepper.evaluate(paper)))
        page.locator(".theme-toggle-content button").click()
    by_theme = dict(looks)
    assert by_theme["light"] == by_theme["auto"] != by_theme["dark"]
    assert by_theme["dark"].endswith(",dark")


def test_a_function_that_is_typed_is_run_and_stepped_in_the_page(served, open_page):
    page = open_page(served + "try.html")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    said, out, typed = page.locator("#said"), page.locator("#out"), page.locator("#code")

    def run(source):
        typed.fill(source)
        page.locator("#run").click()
        said.filter(has_text=re.compile("Ran in|did not run")).wait_for()
        return out.inner_text()

    run("def g(x, y):\n    return x * y + bp.sin(x)\n\nbp.widgets.stepper(g, x=2, y=3)")
    page.locator("#out .bp-stepper").focus()
    press(page, "Home", "ArrowRight")
    page.locator("#out input.bp-range").first.focus()
    node = page.locator('#out [data-id="v-1"]').first
    before = node.text_content()
    press(page, "ArrowRight")
    node.filter(has_not_text=before).wait_for()  # Python has computed anew
    assert violations(page, "body") == []
    address = page.url
    assert "line 2: NameError: in your function" in run("def g(x):\n    return y\n\nbp.record(g, 2)")
    assert "line 1: expected ':'" in run("def g(x)\n    return x")
    assert "NumPy is not in this page" in run("import numpy as np")
    endless = "def g(x):\n    while True:\n        x = x * x\n\nbp.record(g, 1)"
    assert "after more than 1,000 rows" in run(endless)
    typed.fill("while True:\n    pass")
    page.locator("#run").click()
    page.get_by_role("button", name="Stop").click()
    said.filter(has_text="Python is here").wait_for()
    assert page.get_by_role("button", name="Stop").is_disabled()
    run('bp.exercises.ask("04-b")')
    page.locator("#out .bpq-field").fill("8")
    page.get_by_role("button", name="Check").click()
    page.locator(".bpq-said", has_text="✓").wait_for()
    page.goto("about:blank")
    page.goto(address)  # the link carries the function
    assert "x * y + bp.sin(x)" in typed.input_value()
    assert [url for url in sent if not url.startswith((served, "data:", "blob:", "about:"))] == []


def count_cells(path):
    """How many code cells a notebook has."""
    return sum(cell["cell_type"] == "code" for cell in json.loads(path.read_text("utf-8"))["cells"])


def test_in_a_python_without_numpy_whole_notebooks_run(site):
    notebooks = [next(PROJECT.glob(f"notebooks/{number}_*.ipynb")) for number in ("00", "07", "91")]
    command = ["node", PROJECT / "tests" / "browser" / "run_notebooks.mjs", site / "python", *notebooks]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert [(it["ran"], it["errors"]) for it in told] == [(count_cells(path), []) for path in notebooks]
    assert min(told[0]["widgets"], told[1]["widgets"]) > 2
    assert told[0]["pictures"] > 0, "viz-js drew nothing"


# Of each code cell of the open notebook the number of its execution, and the kinds of its outputs: by
# JupyterLab's own model, as the page's document lacks the cells that are out of sight.
CELLS = """() => [...jupyterapp.shell.currentWidget.content.model.cells]
  .filter((cell) => cell.type === "code")
  .map((cell) => [cell.executionCount, cell.outputs.toJSON().map((output) => output.output_type)])"""
OVER = "(cells) => cells.every(([number]) => number) || cells.some(([, kinds]) => kinds.includes('error'))"
CLEAR = "jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"


def expose_app(route):
    """JupyterLite's settings, with one more: what JupyterLab knows can be asked in the page."""
    settings = route.fetch().json()
    settings["jupyter-config-data"]["exposeAppInBrowser"] = "true"
    route.fulfill(json=settings)


@pytest.mark.skipif(not LIVE, reason="JupyterLite takes half a minute: set BACKPROP_NB_LIVE=1")
def test_a_page_opens_live_and_every_cell_runs(served, open_page):
    page = open_page(f"{served}notebooks/{LIVE_ONE.stem}.html")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/live/jupyter-lite.json", expose_app)
    page.get_by_role("link", name="Open this page live").click()
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.evaluate(CLEAR)  # the stored outputs and numbers
    count = count_cells(LIVE_ONE)
    assert page.evaluate(CELLS) == [[None, []]] * count
    run_all(page)
    page.wait_for_function(f"() => ({OVER})(({CELLS})())", timeout=300_000)
    cells = page.evaluate(CELLS)
    assert [kinds for _, kinds in cells if "error" in kinds] == []
    assert [number for number, _ in cells] == list(range(1, count + 1))
    page.locator(".jp-OutputArea-output .bp-branches, .jp-OutputArea-output .bp-stepper").first.wait_for()
    assert [url for url in asked if not url.startswith((served, "data:", "blob:"))] == []
