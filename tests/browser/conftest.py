"""A real Chromium, a real JupyterLab on loopback, and notebooks made for the occasion."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from support.kernels import socket_files
from support.project import PROJECT

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing that is tested may need the network
]  # fmt: skip
PATIENCE = 90_000  # ms until what is waited for counts as absent, on a machine with other work
MISSING = "no browser: install Chromium, or set BACKPROP_NB_CHROMIUM to its path"
EQUATION = """import backprop_nb as bp
import numpy as np

def f(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)"""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium():
    """Path of the browser to drive, or None."""
    chosen = os.environ.get("BACKPROP_NB_CHROMIUM")
    names = [chosen] if chosen else ["chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():
    if not chromium():
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_BROWSER") == "1" else pytest.skip
        refuse(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_context(browser):
    """One context for all pages of JupyterLab: it keeps their scripts, which take seconds to load."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def open_page(browser, lab_context):
    """``open_page(url, width=…, scheme=…)``: a page that reaches loopback only; its errors fail the test."""
    opened, faults = [], []

    def open_page(url, width=1100, height=900, scheme="light"):
        if url.startswith("http"):
            opened.append(page := lab_context.new_page())
        else:
            opened.append(context := browser.new_context())
            page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(url)
        return page

    yield open_page
    for each in opened:
        each.close()
    assert not faults


@pytest.fixture
def open_widget(open_page, tmp_path):
    """``open_widget(widget, …)``: an explorer as an exported page without any kernel shows it."""

    def open_widget(widget, **options):
        path = tmp_path / "page.html"
        path.write_text(f'<!doctype html><meta charset="utf-8"><body>{widget.html}', encoding="utf-8")
        page = open_page(path.as_uri(), **options)
        page.wait_for_selector(".bp")
        return page

    return open_widget


@pytest.fixture(scope="session")
def lab(browser, tmp_path_factory):
    """A JupyterLab of its own: folder, settings, port, random token. Ended by its own process id."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = '{"fetchNews": "false", "checkForUpdates": false}'
    (settings / "notification.jupyterlab-settings").write_text(quiet)
    places = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR"]
    env = os.environ | {name: str(home / name.lower()) for name in places}
    env |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "JUPYTER_PREFER_ENV_PATH": "1"}
    env["JUPYTER_RUNTIME_DIR"] = runtime = str(home / "run")
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,  # the system's choice: two that start at once never choose the same
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": (token := secrets.token_hex(16)),
        "KernelManager.transport": socket_files(runtime).get("transport", "tcp"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser"]
    command += [f"--{name}={value}" for name, value in options.items()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (home / "log").open("w") as log, subprocess.Popen(
        command, env=env, cwd=folder, stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            url = address(process, Path(runtime), token, home / "log")
            yield SimpleNamespace(folder=folder, url=url, token=token, env=env, runtime=runtime)
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def address(process, runtime, token, log, seconds=90):
    """Where JupyterLab answers. It tells its address in a file, and only then begins to listen there."""
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):  # no file, or not yet whole; nobody answers there
            (told,) = runtime.glob("jpserver-*.json")
            url = json.loads(told.read_text(encoding="utf-8"))["url"].rstrip("/")
            urllib.request.urlopen(f"{url}/api/status?token={token}", timeout=10).close()
            return url
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def set_theme(lab):
    """``set_theme("JupyterLab Dark")``, for pages opened after it; light again when the test ends."""

    def set_theme(name):
        url = f"{lab.url}/lab/api/settings/@jupyterlab/apputils-extension:themes"
        body = json.dumps({"raw": json.dumps({"theme": name})}).encode()
        headers = {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT"), timeout=60).close()

    yield set_theme
    set_theme("JupyterLab Light")


@pytest.fixture
def open_notebook(lab, open_page):
    """``open_notebook(name, cells…)``: a notebook with these cells in JupyterLab, run from top to bottom."""

    def open_notebook(name, *sources, **options):
        path = lab.folder / f"{name}.ipynb"
        if sources:
            cells = [nbformat.v4.new_code_cell(source) for source in sources]
            nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), path)
        page = open_page(f"{lab.url}/lab/tree/{path.name}?reset&token={lab.token}", **options)
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        # Run before the kernel is there, and JupyterLab asks which one.
        page.locator(".jp-KernelName", has_text="Python 3").wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        run_all(page)
        return page

    return open_notebook


KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


def ask_until(page, ask, answer):
    """Ask until it is answered: what the page sends and a cell that is run reach Python in either order."""
    for _ in range(100):
        ask()
        page.wait_for_timeout(500)
        if answer.count():
            return
    pytest.fail(f"no answer: {answer}")


def run_all(page):
    """Run all cells from the menu, as a learner does."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
