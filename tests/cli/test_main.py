"""The command line: what is understood, and what an old Python is told."""

import ast
import subprocess
import sys

import pytest
from support.project import PROJECT

from backprop_nb import __main__
from backprop_nb.cli import commands


@pytest.fixture
def asked(monkeypatch):
    """What reaches the commands, which themselves do nothing."""
    calls = []
    monkeypatch.setattr(commands, "run_command", lambda *given: calls.append(given) or 0)
    return calls


def test_a_command_gets_its_options_untouched(asked):
    assert __main__.main(["lab", "my folder", "--port", "8899", "--no-browser"]) == 0
    assert asked == [("lab", ["my folder", "--port", "8899", "--no-browser"])]


@pytest.mark.parametrize("arguments", [[], ["train"], ["--fast"], ["-h"], ["--help"]])
def test_what_is_no_command_is_met_with_the_usage_and_help_is_no_fault(asked, capsys, arguments):
    helping = "h" in "".join(arguments)
    assert __main__.main(arguments) == (0 if helping else 2)
    assert "usage:" in capsys.readouterr()[0 if helping else 1]
    assert not asked


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 0), (3, 10, 13)])
def test_an_old_python_gets_one_clear_line(asked, capsys, version):
    assert __main__.main(["lab"], version=version) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "needs Python 3.11 or newer and this is {}.{};".format(*version) in said
    assert not asked


@pytest.mark.parametrize("name", ["__init__", "__main__"])
def test_what_an_old_python_reads_before_that_line_is_old_syntax(name):
    source = (PROJECT / "backprop_nb" / f"{name}.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {alias.name for node in top for alias in node.names} <= {"sys", "importlib"}


def test_the_module_runs_as_a_command():
    command = [sys.executable, "-m", "backprop_nb", "--help"]
    said = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True, timeout=60)
    assert said.stderr == ""
    assert "python3 -m backprop_nb lab" in said.stdout
