"""``lab`` and ``test``: where notebooks are opened, whose edits are kept, what is run and summed up."""

import errno
import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from backprop_nb.cli import commands
from backprop_nb.cli.commands import FIRST, JAVASCRIPT, Outcome, list_parts, read_outcome, run_command
from backprop_nb.cli.environment import SetupError


@pytest.fixture
def started(monkeypatch):
    """What would take this process over."""
    calls = []
    monkeypatch.setattr(commands, "become", lambda command, project=None: calls.append(command) or 0)
    return calls


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / FIRST).write_text("first", encoding="utf-8")
    (folder / "01_next.ipynb").write_text("next", encoding="utf-8")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / FIRST).write_text("of Jupyter", encoding="utf-8")
    return folder


@pytest.fixture
def clone(tmp_path, monkeypatch, lessons):
    """A clone, seen from the package in it."""
    project = tmp_path / "clone"
    (project / "backprop_nb").mkdir(parents=True)
    (project / "tests" / "browser").mkdir(parents=True)
    (project / "pyproject.toml").write_text('[project]\nname = "backprop_nb"\n', encoding="utf-8")
    lessons.rename(project / "notebooks")
    monkeypatch.setattr(commands, "PACKAGE", project / "backprop_nb")
    monkeypatch.setattr(commands, "prepare", lambda project, extra=None, say=None: sys.executable)
    return project


@pytest.fixture
def installed(tmp_path, monkeypatch, lessons):
    """An installed package, and an empty folder to type its command in."""
    package = tmp_path / "site-packages" / "backprop_nb"
    package.mkdir(parents=True)
    lessons.rename(package / "notebooks")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(commands, "PACKAGE", package)
    wanted = ["pytest>=1", "nbval>=0.1; sys_platform != 'emscripten'", 'no; extra == "test"']
    monkeypatch.setattr(commands.importlib.metadata, "requires", lambda name: wanted)
    monkeypatch.chdir(tmp_path / "empty")
    return package


def option(command, name):
    return [word.split("=", 1)[1] for word in command if word.startswith(f"{name}=")]


def test_lab_opens_the_notebooks_of_a_clone_where_they_are(clone, started):
    assert run_command("lab", ["--port", "8899"]) == 0  # the value of an option is no folder
    assert option(started[0], "--ServerApp.root_dir") == [str(clone / "notebooks")]
    assert option(started[0], "--LabApp.default_url") == [f"/lab/tree/{FIRST}"]
    assert started[0][-2:] == ["--port", "8899"]


def test_lab_goes_on_in_the_python_that_has_everything(clone, started, monkeypatch):
    monkeypatch.setattr(commands, "prepare", lambda project, extra, say: "another-python")
    run_command("lab", ["--port", "8899"])
    assert started == [["another-python", "-m", "backprop_nb", "lab", "--port", "8899"]]


def test_lab_copies_the_notebooks_of_a_clone_when_a_folder_is_named(clone, started, tmp_path):
    run_command("lab", [str(tmp_path / "mine"), "--no-browser"])
    assert option(started[0], "--ServerApp.root_dir") == [str(tmp_path / "mine")]
    assert (tmp_path / "mine" / FIRST).read_text(encoding="utf-8") == "first"
    assert started[0][-1] == "--no-browser"


def test_lab_of_an_installed_package_opens_copies(installed, started):
    run_command("lab", [])
    copies = Path.cwd() / "backprop_nb_notebooks"
    assert option(started[0], "--ServerApp.root_dir") == [str(copies)]
    assert sorted(path.name for path in copies.iterdir()) == [commands.MANIFEST, FIRST, "01_next.ipynb"]


def test_what_an_installed_package_lacks_or_cannot_write_is_told(installed, started, monkeypatch, capsys):
    Path("file").touch()
    assert run_command("lab", ["file"]) == 1
    assert "cannot copy the notebooks" in capsys.readouterr().err
    monkeypatch.setattr(commands.importlib.metadata, "requires", lambda name: ['no-lab>=1; extra == "lab"'])
    assert run_command("lab", []) == 1
    assert re.search(r'missing: no-lab>=1; try: .* "backprop_nb\[lab\]"', capsys.readouterr().err)
    assert run_command("site", []) == 1
    assert "the site is built from a clone" in capsys.readouterr().err
    assert run_command("test", []) == 1
    assert "the tests come with a clone" in capsys.readouterr().err
    assert not started


def test_jupyterlab_is_for_this_machine_only_keeps_its_token_and_fetches_nothing():
    command = commands.jupyter_command(Path("here"), [])
    assert option(command, "--ServerApp.ip") == ["127.0.0.1"]
    assert not [word for word in command if "token" in word or "password" in word]
    assert option(command, "--LabApp.news_url") == ["None"]
    assert option(command, "--LabApp.check_for_updates_class") == ["jupyterlab.NeverCheckForUpdate"]


@pytest.mark.parametrize(
    ("given", "ours"),
    [
        (["--ip=0.0.0.0"], "--ServerApp.ip"),
        (["--ip", "0.0.0.0"], "--ServerApp.ip"),
        (["--ServerApp.root_dir=/"], "--ServerApp.root_dir"),
        (["--LabApp.default_url=/lab"], "--LabApp.default_url"),
    ],
)
def test_what_is_given_on_the_command_line_goes_before_ours(given, ours):
    command = commands.jupyter_command(Path("here"), given)
    assert command[-len(given) :] == given
    assert not option(command[: -len(given)], ours)


def test_without_a_home_that_can_be_written_jupyter_gets_a_folder(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    variables = {"IPYTHONDIR": "my own"}
    commands.make_home(variables)
    assert variables == {"IPYTHONDIR": "my own"}
    monkeypatch.setenv("HOME", str(tmp_path / "gone"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "gone"))
    commands.make_home(variables)
    assert variables["IPYTHONDIR"] == "my own"
    folder = Path(variables["JUPYTER_RUNTIME_DIR"]).parent
    assert folder.is_dir()
    assert str(folder) in capsys.readouterr().out
    folder.rmdir()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_a_character_stops_no_command(clone, monkeypatch, encoding):
    def stop(project, extra, say):
        raise SetupError("v̄₁ → 変数")

    terminal = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(commands, "prepare", stop)
    assert run_command("lab", []) == 1
    terminal.flush()
    assert terminal.buffer.getvalue().startswith(b"backprop_nb: v")


def test_kernels_import_the_clone_and_belong_to_this_python():
    around = commands.child_environment({"PYTHONPATH": "other", "HOME": "home"}, Path("clone"))
    assert Path(around["JUPYTER_CONFIG_PATH"], "labconfig", "default_setting_overrides.json").is_file()
    assert around["PYTHONPATH"].split(os.pathsep) == ["clone", "other"]
    assert around["JUPYTER_PREFER_ENV_PATH"] == around["PYTHONUTF8"] == "1"
    assert around["HOME"] == "home"
    assert "PYTHONPATH" not in commands.child_environment({}, None)


class Learner:
    """A folder of copies, and the lessons it was copied from."""

    def __init__(self, lessons, folder):
        self.lessons, self.folder = lessons, folder

    def copy(self):
        commands.copy_lessons(self.lessons, self.folder)
        return self

    def edit(self, text):
        (self.folder / FIRST).write_text(text, encoding="utf-8")
        return self

    def publish(self, text):
        (self.lessons / FIRST).write_text(text, encoding="utf-8")
        return self

    @property
    def files(self):
        found = {path.name: path.read_text(encoding="utf-8") for path in self.folder.glob("00*")}
        assert not list(self.folder.glob(".*.part"))
        return found


@pytest.fixture
def learner(lessons, tmp_path):
    return Learner(lessons, tmp_path / "mine").copy()


def test_an_edited_notebook_is_never_written_over_and_one_that_was_not_is_replaced(learner):
    assert learner.publish("better").copy().files == {FIRST: "better"}
    assert learner.edit("my words").copy().copy().files == {FIRST: "my words"}
    (learner.folder / FIRST).unlink()  # a notebook that was deleted comes back
    assert learner.copy().files == {FIRST: "better"}


def test_a_lesson_that_changed_is_put_beside_an_edited_copy_once(learner, capsys):
    learner.edit("my words").publish("better").copy().copy()
    assert learner.files == {FIRST: "my words", "00_start_here.v2.ipynb": "better"}
    assert "00_start_here.v2.ipynb" in capsys.readouterr().out
    learner.publish("best").copy()
    assert learner.files["00_start_here.v3.ipynb"] == "best"


def test_a_file_of_the_same_name_that_was_there_before_is_kept(lessons, tmp_path):
    (tmp_path / "mine").mkdir()
    learner = Learner(lessons, tmp_path / "mine").edit("of old").copy().copy()
    assert learner.files == {FIRST: "of old", "00_start_here.v2.ipynb": "first"}


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"[]", b"[1, 2]", b"3", b"null", b'"x"', b"\xff", b"[" * 100_000]
)
def test_without_a_readable_manifest_nothing_is_lost(learner, manifest):
    learner.edit("my words")
    (learner.folder / commands.MANIFEST).write_bytes(manifest)
    assert learner.copy().files[FIRST] == "my words"
    assert json.loads((learner.folder / commands.MANIFEST).read_text(encoding="utf-8")).keys() >= {FIRST}


def words(clone, *options, fast=False):
    return {part: command[1:] for part, command in list_parts(list(options), clone, fast)}


def test_test_runs_every_part_and_fast_leaves_out_what_is_slow(clone, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    said = words(clone)
    assert list(said) == ["lint", "types", "javascript", "unit", "notebooks", "browser"]
    assert list(words(clone, fast=True)) == ["lint", "types", "javascript", "unit"]
    assert said["unit"][-2:] == ["-n", "2"]
    assert said["javascript"][-1] == JAVASCRIPT
    assert f"--ignore={JAVASCRIPT}" in said["unit"]
    assert "--nbval" in said["notebooks"]
    assert said["browser"][-1] == "tests/browser"


def test_options_reach_every_pytest_and_no_notebook_runs_beside_another(clone):
    said = words(clone, "-n", "4", "--dist=load", "-x", "-k", "graph")
    assert said["unit"][-6:] == ["-n", "4", "--dist=load", "-x", "-k", "graph"]
    assert said["browser"][-7:] == ["-n", "4", "--dist=load", "-x", "-k", "graph", "tests/browser"]
    for part in ("javascript", "notebooks"):
        assert "no:xdist" in said[part]
        assert "-x -k graph" in " ".join(said[part])
        assert not {"-n", "4", "--dist=load"} & set(said[part])
    assert not {"-x", "graph"} & {*said["lint"], *said["types"]}
    assert words(clone, "-x")["unit"][-2:] == [f"--ignore={JAVASCRIPT}", "-x"], "what is asked for, alone"


@pytest.mark.parametrize("path", ["tests", "notebooks/00_start_here.ipynb", "tests/browser::test_x"])
def test_a_path_is_run_alone(clone, path):
    assert words(clone, path, "-x") == {"chosen": ["-m", "pytest", path, "-x"]}


def report(tmp_path, *cases):
    skipped = '<skipped message="no Chromium"/>'
    inside = {"passed": "", "failed": "<failure/>", "error": "<error/>", "skipped": skipped}
    text = "".join(f"<testcase>{inside[case]}</testcase>" for case in cases)
    path = tmp_path / "report.xml"
    path.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>", encoding="utf-8")
    return path


def test_an_outcome_is_read_from_pytests_report(tmp_path):
    path = report(tmp_path, "passed", "passed", "failed", "error", "skipped")
    assert read_outcome("unit", 1, path) == Outcome("unit", 2, 2, 1, "2 passed, 2 failed, 1 skipped")


@pytest.mark.parametrize(("part", "variable"), commands.REQUIRED.items())
def test_a_part_that_was_skipped_whole_says_why_and_has_failed_where_it_is_required(
    tmp_path, monkeypatch, part, variable
):
    monkeypatch.delenv(variable, raising=False)
    assert read_outcome(part, 0, report(tmp_path, "skipped")).words == "0 passed, 1 skipped: no Chromium"
    monkeypatch.setenv(variable, "1")
    assert read_outcome(part, 0, report(tmp_path, "skipped")).failed == 1
    assert read_outcome("unit", 0, report(tmp_path, "skipped")).failed == 0
    assert read_outcome(part, 0, report(tmp_path, "passed")).failed == 0


def test_a_part_that_breaks_off_or_runs_no_test_has_failed_unless_tests_were_chosen(tmp_path):
    assert read_outcome("unit", 3, tmp_path / "none").failed == 1
    assert read_outcome("unit", 2, report(tmp_path, "passed")).failed == 1
    assert read_outcome("notebooks", 5, report(tmp_path)).failed == 1
    assert read_outcome("notebooks", 5, report(tmp_path), chosen=True).failed == 0


def test_the_last_line_adds_up_the_parts_and_a_run_of_nothing_is_no_success():
    lint, unit = Outcome("lint", 1, 0, 0, "1 passed"), Outcome("unit", 4, 1, 2, "4 passed, …")
    text, code = commands.summarise([lint, unit])
    assert text.splitlines()[-1] == "5 passed, 1 failed, 2 skipped"
    assert "FAILED unit" in text
    assert (code, commands.summarise([lint])[1]) == (1, 0)
    assert commands.summarise([Outcome("chosen", 0, 0, 0, "nothing chosen here")])[1] == 1


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (SetupError("the disk is full; empty it"), 1, "backprop_nb: the disk is full; empty it"),
        (OSError(errno.ENOSPC, "No space", "x"), 1,
         "backprop_nb: the disk is full (x): free half a gigabyte, then type the same command again"),
        (PermissionError(errno.EACCES, "Permission denied", ".venv"), 1,
         "backprop_nb: this may not be read or written (.venv): clone into a folder of your own, "
         "and try there"),
        (OSError(errno.EROFS, "Read-only"), 1,
         "backprop_nb: this may not be read or written: clone into a folder of your own, and try there"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "x"), 1,
         "backprop_nb: Not a directory (x): remove or rename what is in the way, and try again"),
        (KeyboardInterrupt(), 130, "Stopped. Nothing half-made is kept in use: type the same command again."),
    ],
)  # fmt: skip
def test_what_stops_a_command_is_told_without_a_traceback(clone, monkeypatch, capsys, error, code, words):
    def stop(project, extra, say):
        raise error

    monkeypatch.setattr(commands, "prepare", stop)
    assert run_command("lab", []) == code
    assert capsys.readouterr().err.strip("\n") == words


def test_another_package_beside_a_pyproject_is_no_clone(tmp_path):
    (tmp_path / "pyproject.toml").write_text('name = "something_else"', encoding="utf-8")
    assert commands.clone_of(tmp_path / "backprop_nb") is None
