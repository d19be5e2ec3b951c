"""What is around the package: its wheel, its licence, Binder's environment, the README and the CI script."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from nbval.plugin import get_sanitize_patterns
from support.project import PROJECT

import backprop_nb
from backprop_nb.cli.commands import REQUIRED

SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
README, CONTRIBUTING = ((PROJECT / f"{name}.md").read_text("utf-8") for name in ("README", "CONTRIBUTING"))
CONDA = {"matplotlib": "matplotlib-base", "graphviz": "python-graphviz"}  # where conda-forge differs in name
PIP_ONLY = {"graphviz-pure"}


def run(*command, cwd=PROJECT):
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def split(requirement):
    return re.fullmatch(r"([\w.-]+)([^;]*).*", requirement).groups()


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))


def test_binder_gets_what_the_package_asks_for_and_nothing_else(conda):
    plain = [it for it in conda["dependencies"] if isinstance(it, str)]
    by_pip = next(it["pip"] for it in conda["dependencies"] if isinstance(it, dict))
    extras = SETTINGS["project"]["optional-dependencies"]
    wanted = dict(map(split, [*SETTINGS["project"]["dependencies"], *extras["lab"]]))
    from_conda = {CONDA.get(name, name): bound for name, bound in wanted.items() if name not in PIP_ONLY}
    assert dict(map(split, plain[:1])) == {"python": "=3.12"}
    assert plain[-1] == "pip"
    assert dict(map(split, plain[1:-1])) == from_conda
    assert by_pip == [*(f"{name}{wanted[name]}" for name in sorted(PIP_ONLY)), "-e ."]
    assert conda["channels"] == ["conda-forge", "nodefaults"]


def test_binder_builds_from_environment_yml(tmp_path):
    tool = Path(sys.executable).with_name("jupyter-repo2docker")
    assert tool.exists(), 'missing; pip install -e ".[test]"'
    for name in ("environment.yml", "pyproject.toml", "README.md", "LICENSE", "backprop_nb", "notebooks"):
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
        copy(PROJECT / name, tmp_path / name)
    said = run(str(tool), "--no-build", "--debug", ".", cwd=tmp_path)
    assert "Building conda environment for python=3.12" in said
    assert re.search(r'env update .* --file "environment.yml"', said)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        yield archive


def test_the_wheel_holds_the_modules_their_javascript_and_the_notebooks(wheel):
    files = [file for file in (PROJECT / "backprop_nb").rglob("*") if file.is_file()]
    wanted = {file.relative_to(PROJECT).as_posix() for file in files if file.suffix != ".pyc"}
    wanted |= {f"backprop_nb/notebooks/{file.name}" for file in (PROJECT / "notebooks").glob("*.ipynb")}
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert wanted == held
    assert {Path(name).suffix for name in wanted} >= {".py", ".js", ".css", ".json", ".ipynb"}
    assert "backprop_nb/py.typed" in held


def test_the_wheel_brings_the_licence_and_the_command(wheel):
    files = [name for name in wheel.namelist() if ".dist-info/" in name]
    about = {Path(name).name: wheel.read(name).decode() for name in files}
    assert about["LICENSE"].startswith("MIT License\n\nCopyright (c) 2026 backprop_nb contributors")
    assert "backprop-nb = backprop_nb.__main__:main" in about["entry_points.txt"]
    assert "License-Expression: MIT" in about["METADATA"]


def test_the_version_is_written_alike_everywhere():
    newest = re.search(r"^## (\S+)", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.M)[1]
    assert SETTINGS["project"]["version"] == backprop_nb.__version__ == newest


def test_the_readmes_code_runs():
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(code) == 2  # numbers, arrays
    said = run(sys.executable, "-c", "".join(code))
    assert "{'x1': 5.5, 'x2': 1.7163" in said


def test_readme_and_contributing_name_only_files_that_are_there():
    named = r"(?:notebooks|tests|\.ci)/[\w./]+\w|(?<=\]\()[A-Z]+(?:\.md)?\b"
    said = set(re.findall(named, README + CONTRIBUTING))
    assert said >= {"notebooks/00_start_here.ipynb", "tests/benchmarks/run.py", "LICENSE", "CONTRIBUTING.md"}
    assert {name for name in said if not (PROJECT / name).exists()} == set()


def test_every_exception_from_the_lint_rules_says_why():
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    lint = text[text.index("[tool.ruff.lint]") :].partition("ignore = [")[2]
    exceptions = [line for line in lint.splitlines() if re.match(r'\s*"[^"]+"(,| = )', line)]
    assert exceptions == [line for line in exceptions if "  # " in line] != []


def test_the_ci_script_is_bash_and_calls_the_readmes_command():
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    if os.name == "posix":
        run("bash", "-n", ".ci/run")
    for said in ("set -euo pipefail", *(f"{name}=1" for name in REQUIRED.values()), "npm ci"):
        assert said in script
    command = script.splitlines()[-1].removeprefix("exec ")
    assert f"\n{command} " in README
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    last = {name: job["steps"][-1]["run"] for name, job in workflow["jobs"].items()}
    fast = "python -m backprop_nb test --fast"
    assert last == {"test": "bash .ci/run", "lowest": fast, "bridges": fast, "elsewhere": fast}
    beside = " ".join(step.get("run", "") for step in workflow["jobs"]["bridges"]["steps"])
    assert "torch jax" in beside, "one job runs to_pytorch and to_jax side by side"
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<function f at 0x7f8ac7951410>", "<function f at 0xADDRESS>"),
        ("35 ms, 1.2 µs and 3.14 s", "TIME, TIME and TIME"),
        ('<path d="M1.5,-2C3e1,4" x1="2" id="e1_0_0">', '<path d="PLACE" x1="PLACE" id="e1_0_0">'),
        ("v̄₋₁ = 5 + 1 × 0.5 = 5.5, x1=2", "v̄₋₁ = 5 + 1 × 0.5 = 5.5, x1=2"),
        ("9 steps, 2 seconds, 0x1f", "9 steps, 2 seconds, 0x1f"),
        ('<text x="1" class="bp-value">11.6521</text>', '<text x="PLACE" class="bp-value">11.6521</text>'),
    ],
)
def test_notebooks_are_compared_but_for_addresses_times_and_places(raw, clean):
    config = (PROJECT / "tests" / "nbval_sanitise.cfg").read_text(encoding="utf-8")
    for pattern, replacement in get_sanitize_patterns(config):
        raw = re.sub(pattern, replacement, raw)
    assert raw == clean
