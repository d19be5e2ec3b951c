"""Build the course as a static site: ``python3 -m backprop_nb site`` calls this."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sphinx.cmd.build import build_main

sys.path.insert(0, str(Path(__file__).parent))
from in_browser import build_lite, build_python, build_try
from reference import write_reference

HERE = Path(__file__).parent
PROJECT = HERE.parent
PAGES = ("notebooks/*.ipynb", "docs/*.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE")
START = "notebooks/00_start_here.ipynb"
CONTENTS = """
```{toctree}
:hidden:
:caption: Notebooks
{notebooks}
```

```{toctree}
:hidden:
:caption: Reference
:glob:
docs/*
reference
CONTRIBUTING
CHANGELOG
```
"""
SPHINX = ("-q", "-j", "auto", "-W", "--keep-going", "-c", str(HERE))
LACKING = "npm is missing or failed: formulas stay TeX, and neither live pages nor try.html are built."


def main(arguments=None):
    """Build everything; the exit code."""
    parser = argparse.ArgumentParser(prog="backprop_nb site", description=__doc__.partition(":")[0])
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "site", help="folder of the site")
    where = "a folder with Pyodide to copy, or the address that serves it; without, npm's, which has no NumPy"
    parser.add_argument("--pyodide", help=where)
    parser.add_argument("--no-live", action="store_true", help="without JupyterLite")
    options = parser.parse_args(arguments)
    started, out = time.monotonic(), options.out.resolve()

    def say(words):
        print(f"{time.monotonic() - started:5.1f} s  {words}", flush=True)

    say("what comes from npm: MathJax, viz-js, Pyodide")
    modules = fetch_modules()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        say("the pages' sources")
        gather(scratch / "pages")
        say("Sphinx")
        if code := build_main([*SPHINX, "-d", str(scratch / "read"), str(scratch / "pages"), str(out)]):
            return code
        if modules:
            copy_mathjax(modules, out)
            say("Python for the browser")
            build_try(build_python(modules, out, scratch, options.pyodide), out)
        if modules and not options.no_live:
            say("JupyterLite")
            build_lite(out, scratch)
    if not modules:
        say(LACKING)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    say(f"built: {size / 1e6:.1f} MB in {out}; to look at it: {sys.executable} -m http.server -d {out}")
    return 0


def fetch_modules():
    """The folder of what npm brings, by version and checksum; None without npm. Fetched once."""
    modules, lock = HERE / "node_modules", HERE / "package-lock.json"
    fetched = modules / ".package-lock.json"
    if fetched.exists() and fetched.stat().st_mtime >= lock.stat().st_mtime:
        return modules
    npm = shutil.which("npm")
    command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    return modules if npm and not subprocess.call(command, cwd=HERE) else None


def gather(source):
    """A folder that mirrors the clone's texts, so that links between them hold."""
    for file in (file for pattern in PAGES for file in PROJECT.glob(pattern)):
        text, copy = file.read_text(encoding="utf-8"), source / file.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text.replace("README.md", "index.md") if file.suffix == ".md" else text, "utf-8")
    (source / "index.md").write_text(front_page(), encoding="utf-8")
    (source / "reference.rst").write_text(write_reference(), encoding="utf-8")


def front_page():
    """The README, with the network that learns below its first paragraph."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    story, start = readme.split("\n## ", 1)
    cells = json.loads((PROJECT / START).read_text(encoding="utf-8"))["cells"]
    outputs = next(cell["outputs"] for cell in cells if "playground()" in "".join(cell["source"]))
    playing = "".join("".join(output["data"].get("text/html", "")) for output in outputs)
    entries = map(entry, sorted(PROJECT.glob("notebooks/*.ipynb")))
    contents = CONTENTS.replace("{notebooks}", "\n".join(entries))
    return f'{story}\n````{{raw}} html\n<div class="playing">{playing}</div>\n````\n\n## {start}\n{contents}'


def entry(notebook):
    """A line of the table of contents: number and title of a notebook."""
    title = json.loads(notebook.read_text(encoding="utf-8"))["cells"][0]["source"]
    title = "".join(title).partition("\n")[0].lstrip("# ")
    number = notebook.name[:2]
    return f"{title if title.startswith(number) else f'{number} · {title}'} <notebooks/{notebook.stem}>"


def copy_mathjax(modules, out):
    """MathJax as it is served: one script, and its fonts beside it."""
    shutil.copytree(modules / "mathjax/es5/output/chtml/fonts", out / "_static/mathjax/output/chtml/fonts",
                    dirs_exist_ok=True)  # fmt: skip
    shutil.copy(modules / "mathjax/es5/tex-chtml.js", out / "_static/mathjax")


if __name__ == "__main__":
    sys.exit(main())
