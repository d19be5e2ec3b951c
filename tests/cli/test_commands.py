"""``lab`` and ``test``: where notebooks are opened, whose edits are kept, what is run and summed up."""

import json
import os
import sys
from pathlib import Path

import pytest

from backprop_nb.cli import commands
from backprop_nb.cli.commands import FIRST, Outcome, copy_lessons, jupyter_command, outcome, parts, summary
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
    wanted = ["pytest>=1", 'no; extra == "test"']
    monkeypatch.setattr(commands.importlib.metadata, "requires", lambda name: wanted)
    monkeypatch.chdir(tmp_path / "empty")
    return package


def option(command, name):
    return [word.split("=", 1)[1] for word in command if word.startswith(f"{name}=")]


def test_lab_opens_the_notebooks_of_a_clone_where_they_are(clone, started):
    assert commands.run("lab", ["--no-browser"]) == 0
    assert option(started[0], "--ServerApp.root_dir") == [str(clone / "notebooks")]
    assert option(started[0], "--LabApp.default_url") == [f"/lab/tree/{FIRST}"]


def test_lab_goes_on_in_the_python_that_has_everything(clone, started, monkeypatch):
    monkeypatch.setattr(commands, "prepare", lambda project, say: "another-python")
    commands.run("lab", ["--port", "8899"])
    assert started == [["another-python", "-m", "backprop_nb", "lab", "--port", "8899"]]


def test_lab_copies_the_notebooks_of_a_clone_when_a_folder_is_named(clone, started, tmp_path):
    commands.run("lab", [str(tmp_path / "mine"), "--no-browser"])
    assert option(started[0], "--ServerApp.root_dir") == [str(tmp_path / "mine")]
    assert (tmp_path / "mine" / FIRST).read_text(encoding="utf-8") == "first"
    assert started[0][-1] == "--no-browser"


def test_the_value_of_an_option_is_no_folder(clone, started):
    commands.run("lab", ["--port", "8899"])
    assert started[0][-2:] == ["--port", "8899"]
    assert option(started[0], "--ServerApp.root_dir") == [str(clone / "notebooks")]


def test_lab_of_an_installed_package_opens_copies(installed, started):
    commands.run("lab", [])
    copies = Path.cwd() / "backprop_nb_notebooks"
    assert option(started[0], "--ServerApp.root_dir") == [str(copies)]
    assert sorted(path.name for path in copies.iterdir()) == [commands.MANIFEST, FIRST, "01_next.ipynb"]


def test_an_installed_package_that_lacks_something_says_so(installed, started, monkeypatch, capsys):
    monkeypatch.setattr(commands.importlib.metadata, "requires", lambda name: ["no-such-package>=1"])
    assert commands.run("lab", []) == 1
    assert "missing: no-such-package>=1; try: " in capsys.readouterr().err
    assert not started


def test_a_folder_that_cannot_be_written_is_told_kindly(installed, started, capsys):
    Path("file").touch()
    assert commands.run("lab", ["file"]) == 1
    assert "cannot copy the notebooks" in capsys.readouterr().err
    assert not started


def test_jupyterlab_is_for_this_machine_only_and_keeps_its_token():
    command = jupyter_command(Path("here"), [])
    assert option(command, "--ServerApp.ip") == ["127.0.0.1"]
    assert not [word for word in command if "token" in word or "password" in word]


def test_jupyterlab_fetches_no_news_and_looks_for_no_update():
    command = jupyter_command(Path("here"), [])
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
    command = jupyter_command(Path("here"), given)
    assert command[-len(given) :] == given
    assert not option(command[: -len(given)], ours)


def test_kernels_import_the_clone_and_belong_to_this_python():
    around = commands.around({"PYTHONPATH": "other", "HOME": "home"}, Path("clone"))
    assert Path(around["JUPYTER_CONFIG_PATH"], "labconfig", "default_setting_overrides.json").is_file()
    assert around["PYTHONPATH"].split(os.pathsep) == ["clone", "other"]
    assert around["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert around["HOME"] == "home"
    assert "PYTHONPATH" not in commands.around({}, None)


class Learner:
    """A folder of copies, and the lessons it was copied from."""

    def __init__(self, lessons, folder):
        self.lessons, self.folder = lessons, folder

    def copy(self):
        copy_lessons(self.lessons, self.folder)
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


def test_an_edited_notebook_is_never_written_over(learner):
    assert learner.edit("my words").copy().copy().files == {FIRST: "my words"}


def test_a_lesson_that_changed_replaces_a_copy_that_did_not(learner):
    assert learner.publish("better").copy().files == {FIRST: "better"}


def test_a_lesson_that_changed_is_put_beside_an_edited_copy_once(learner, capsys):
    learner.edit("my words").publish("better").copy().copy()
    assert learner.files == {FIRST: "my words", "00_start_here.v2.ipynb": "better"}
    assert "00_start_here.v2.ipynb" in capsys.readouterr().out
    learner.publish("best").copy()
    assert learner.files["00_start_here.v3.ipynb"] == "best"


def test_a_notebook_that_was_deleted_comes_back(learner):
    (learner.folder / FIRST).unlink()
    assert learner.copy().files == {FIRST: "first"}


def test_a_file_of_the_same_name_that_was_there_before_is_kept(lessons, tmp_path):
    (tmp_path / "mine").mkdir()
    learner = Learner(lessons, tmp_path / "mine").edit("of old").copy().copy()
    assert learner.files == {FIRST: "of old", "00_start_here.v2.ipynb": "first"}


@pytest.mark.parametrize("manifest", ["", "{", "[]"])
def test_without_a_readable_manifest_nothing_is_lost(learner, manifest):
    learner.edit("my words")
    (learner.folder / commands.MANIFEST).write_text(manifest, encoding="utf-8")
    assert learner.copy().files[FIRST] == "my words"
    assert json.loads((learner.folder / commands.MANIFEST).read_text(encoding="utf-8")).keys() >= {FIRST}


def words(clone, *options, fast=False):
    return {part: command[1:] for part, command in parts(list(options), clone, fast)}


def test_test_runs_lint_unit_tests_notebooks_and_browser(clone):
    said = words(clone)
    assert list(said) == ["lint", "unit", "notebooks", "browser"]
    assert "--nbval" in said["notebooks"]
    assert said["browser"][-1] == "tests/browser"


def test_fast_leaves_out_what_is_slow(clone):
    assert list(words(clone, fast=True)) == ["lint", "unit"]


def test_options_reach_every_pytest(clone):
    said = words(clone, "-x", "-k", "graph")
    for part in ("unit", "notebooks", "browser"):
        assert "-x -k graph" in " ".join(said[part])
    assert "-x" not in said["lint"]


def test_notebooks_and_browser_run_serially_whatever_is_asked(clone):
    said = words(clone, "-n", "4", "--dist=load", "-v")
    assert said["unit"][-4:] == ["-n", "4", "--dist=load", "-v"]
    for part in ("notebooks", "browser"):
        assert "no:xdist" in said[part]
        assert "-v" in said[part]
        assert not {"-n", "4", "--dist=load"} & set(said[part])


@pytest.mark.parametrize("path", ["tests", "notebooks/00_start_here.ipynb", "tests/browser::test_x"])
def test_a_path_is_run_alone(clone, path):
    assert words(clone, path, "-x") == {"chosen": ["-m", "pytest", path, "-x"]}


def test_the_tests_of_an_installed_package_are_in_the_clone(installed, capsys):
    assert commands.run("test", []) == 1
    assert "the tests come with a clone" in capsys.readouterr().err


def report(tmp_path, *cases):
    skipped = '<skipped message="no Chromium"/>'
    inside = {"passed": "", "failed": "<failure/>", "error": "<error/>", "skipped": skipped}
    text = "".join(f"<testcase>{inside[case]}</testcase>" for case in cases)
    path = tmp_path / "report.xml"
    path.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>", encoding="utf-8")
    return path


def test_an_outcome_is_read_from_pytests_report(tmp_path):
    path = report(tmp_path, "passed", "passed", "failed", "error", "skipped")
    assert outcome("unit", 1, path) == Outcome("unit", 2, 2, 1, "2 passed, 2 failed, 1 skipped")


def test_a_part_that_was_skipped_whole_says_why(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKPROP_NB_REQUIRE_BROWSER", raising=False)
    assert outcome("browser", 0, report(tmp_path, "skipped")).words == "0 passed, 1 skipped: no Chromium"


def test_with_a_browser_required_skipping_is_failing(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_REQUIRE_BROWSER", "1")
    assert outcome("browser", 0, report(tmp_path, "skipped")).failed == 1
    assert outcome("unit", 0, report(tmp_path, "skipped")).failed == 0
    assert outcome("browser", 0, report(tmp_path, "passed")).failed == 0


def test_a_part_that_breaks_off_has_failed(tmp_path):
    assert outcome("unit", 3, tmp_path / "none").failed == 1
    assert outcome("unit", 2, report(tmp_path, "passed")).failed == 1


def test_no_tests_at_all_is_a_failure_unless_they_were_chosen(tmp_path):
    assert outcome("notebooks", 5, report(tmp_path)).failed == 1
    assert outcome("notebooks", 5, report(tmp_path), chosen=True).failed == 0


def test_the_last_line_adds_up_the_parts():
    unit = Outcome("unit", 4, 1, 2, "4 passed, 1 failed, 2 skipped")
    text, code = summary([Outcome("lint", 1, 0, 0, "1 passed"), unit])
    assert text.splitlines()[-1] == "5 passed, 1 failed, 2 skipped"
    assert "FAILED unit" in text
    assert code == 1


def test_a_run_of_nothing_is_no_success():
    assert summary([Outcome("chosen", 0, 0, 0, "nothing chosen here")])[1] == 1
    assert summary([Outcome("lint", 1, 0, 0, "1 passed")])[1] == 0


def test_stopping_by_hand_is_told_without_a_traceback(clone, monkeypatch, capsys):
    def interrupt(options, project):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "lab", interrupt)
    assert commands.run("lab", []) == 130
    assert "type the same command again" in capsys.readouterr().err


def test_another_package_beside_a_pyproject_is_no_clone(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "something_else"\n', encoding="utf-8")
    assert commands.clone_of(tmp_path / "backprop_nb") is None


def test_a_failed_set_up_is_told_without_a_traceback(clone, monkeypatch, capsys):
    def fail(project, say):
        raise SetupError("the disk is full; buy a bigger one")

    monkeypatch.setattr(commands, "prepare", fail)
    assert commands.run("lab", []) == 1
    assert capsys.readouterr().err == "backprop_nb: the disk is full; buy a bigger one\n"
