"""Which Python is chosen, and that a set-up that breaks off does not stand in the next one's way."""

import contextlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.project import PROJECT

from backprop_nb.cli import environment
from backprop_nb.cli.environment import MARKER, SetupError, lacking, prepare

NEED = "no-such-package>=1"


class Machine:
    """A stand-in for pip and for the Pythons of the environments: tells what was run and answers as told."""

    def __init__(self, monkeypatch):
        self.has, self.ran, self.said = {}, [], []
        self.breaks = None  # the exit code, or the exception, that the next installation ends with
        monkeypatch.setattr(environment, "lacking_in", self.lacking_in)

    def lacking_in(self, folder, wanted):
        if folder.name not in self.has:
            return None
        return [requirement for requirement in wanted if requirement not in self.has[folder.name]]

    def run(self, command, folder):
        kind = "venv" if "venv" in command else "pip"
        self.ran.append(kind)
        if kind == "venv":
            self.has[Path(command[-1]).name] = set()
            return 0, []
        if self.breaks is not None:
            how, self.breaks = self.breaks, None
            if isinstance(how, BaseException):
                raise how
            return how, ["Collecting numpy", "ERROR: No matching distribution found for numpy"]
        name = Path(command[0]).parent.parent.name
        extra = "test" if command[-1].endswith("[test]") else None
        self.has[name] |= set(environment.requirements(folder, extra))
        return 0, []


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def clone(tmp_path):
    wanted = f'dependencies = ["{NEED}"]\n[project.optional-dependencies]\ntest = ["no-such-tester"]\n'
    (tmp_path / "pyproject.toml").write_text(f"[project]\n{wanted}", encoding="utf-8")
    return tmp_path


def prepared(clone, machine, extra=None):
    return prepare(clone, extra, run=machine.run, say=machine.said.append)


def test_a_python_that_has_everything_is_used_as_it_is(clone, machine):
    (clone / "pyproject.toml").write_text('[project]\ndependencies = ["pytest>=1"]', encoding="utf-8")
    assert prepared(clone, machine) == sys.executable
    assert machine.ran == machine.said == []
    assert not (clone / ".venv").exists()


def test_else_an_environment_is_made_once_and_an_extra_added_to_it(clone, machine):
    python = prepared(clone, machine)
    assert Path(python).is_relative_to(clone / ".venv")
    assert prepared(clone, machine) == python
    assert machine.ran == ["venv", "pip"]
    for extra in ("test", None, "test"):
        prepared(clone, machine, extra)
        assert machine.ran == ["venv", "pip", "pip"]


@pytest.mark.parametrize("how", [1, KeyboardInterrupt(), OSError("killed")], ids=repr)
def test_after_a_set_up_that_broke_off_the_next_one_starts_anew(clone, machine, how):
    machine.breaks = how
    with pytest.raises(SetupError if how == 1 else type(how)):
        prepared(clone, machine)
    (clone / ".venv" / "half-made").touch()
    prepared(clone, machine)
    assert machine.ran == ["venv", "pip", "venv", "pip"]
    assert not (clone / ".venv" / "half-made").exists()


def test_when_an_extra_cannot_be_had_that_is_told_and_the_rest_goes_on_working(clone, machine):
    python = prepared(clone, machine)
    machine.breaks = 1
    with pytest.raises(SetupError, match=r"stopped at numpy: no release of it fits .*try another"):
        prepared(clone, machine, "test")
    assert prepared(clone, machine) == python
    assert machine.ran == ["venv", "pip", "pip"]


def test_an_extra_that_broke_off_half_way_makes_the_environment_anew(clone, machine):
    prepared(clone, machine)
    machine.breaks = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        prepared(clone, machine, "test")
    prepared(clone, machine)
    assert machine.ran == ["venv", "pip", "pip", "venv", "pip"]


@pytest.mark.parametrize(
    "marker", [None, b"{", b"{}", b"5", b"null", b"[1, [2]]", b"\xff\xfe", b"[" * 100_000]
)
def test_an_environment_that_is_not_whole_is_made_again(clone, machine, marker):
    prepared(clone, machine)
    if marker is None:
        machine.has.clear()  # its Python is gone
    else:
        (clone / ".venv" / MARKER).write_bytes(marker)
    prepared(clone, machine)
    assert machine.ran == ["venv", "pip", "venv", "pip"]


def test_a_package_removed_by_hand_is_installed_again(clone, machine):
    prepared(clone, machine)
    machine.has[".venv"].clear()
    (clone / ".venv" / "the-learners-own").touch()
    prepared(clone, machine)
    assert machine.ran == ["venv", "pip", "pip"]
    assert (clone / ".venv" / "the-learners-own").exists()


def test_somebodys_own_environment_is_used_if_it_has_everything_and_never_changed(clone, machine):
    (clone / ".venv" / "bin").mkdir(parents=True)
    assert Path(prepared(clone, machine)).is_relative_to(clone / ".venv-backprop_nb")
    assert any(".venv was not made by backprop_nb" in text for text in machine.said)
    machine.has[".venv"], machine.ran = {NEED}, []
    assert Path(prepared(clone, machine)).is_relative_to(clone / ".venv")
    assert machine.ran == []
    assert [path.name for path in (clone / ".venv").iterdir()] == ["bin"]


def test_a_venv_that_leads_nowhere_is_left_alone_too(clone, machine):
    (clone / ".venv").symlink_to(clone / "gone")
    assert Path(prepared(clone, machine)).parents[1].name == ".venv-backprop_nb"
    assert (clone / ".venv").is_symlink()


@pytest.mark.parametrize("when", range(4))
def test_an_interrupt_while_an_old_environment_is_removed_leaves_its_marker(
    clone, machine, monkeypatch, when
):
    prepared(clone, machine)
    for name in ("a", "b", "c"):
        (clone / ".venv" / name).mkdir()
    machine.has.clear()
    left = iter([None] * when)

    def stop_at(folder, rmtree=environment.shutil.rmtree):
        if next(left, "now") == "now":
            raise KeyboardInterrupt
        rmtree(folder)

    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
        patched.setattr(environment.shutil, "rmtree", stop_at)
        prepared(clone, machine)
    assert Path(prepared(clone, machine)).parents[1].name == ".venv"
    assert not environment.made_elsewhere(clone / ".venv")


def test_a_venv_that_is_a_file_is_left_alone_too(clone, machine):
    (clone / ".venv").write_text("an-environment-elsewhere", encoding="utf-8")
    assert Path(prepared(clone, machine)).is_relative_to(clone / ".venv-backprop_nb")
    assert (clone / ".venv").read_text(encoding="utf-8") == "an-environment-elsewhere"


def test_two_environments_of_somebody_else_are_too_many(clone, machine):
    for name in environment.FOLDERS:
        (clone / name / "bin").mkdir(parents=True)
    with pytest.raises(SetupError, match="remove or rename one of them"):
        prepared(clone, machine)


def test_a_python_without_ensurepip_says_which_package_brings_it(clone, machine, monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="apt install python3-venv"):
        prepared(clone, machine)
    assert not (clone / ".venv").exists()


def test_the_running_environment_is_not_removed_from_under_itself(clone, machine, monkeypatch):
    (clone / ".venv").mkdir()
    (clone / ".venv" / MARKER).write_text("[]", encoding="utf-8")
    monkeypatch.setattr(sys, "prefix", str(clone / ".venv"))
    with pytest.raises(SetupError, match="deactivate"):
        prepared(clone, machine)
    assert (clone / ".venv" / MARKER).exists()


@pytest.mark.parametrize("outlived", [False, True], ids=["a set-up", "a pip that outlives its set-up"])
def test_a_set_up_waits_for_another_in_the_same_clone(clone, machine, outlived):
    pytest.importorskip("fcntl", reason="Windows cannot lock a folder")
    waiting = threading.Event()
    with ThreadPoolExecutor() as threads, contextlib.ExitStack() as held:
        lock = held.enter_context(environment.lock_clone(clone, machine.said.append))
        if outlived:
            command = [sys.executable, "-c", "input()"]  # to the end of its input
            pip = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=[lock])
            held.close()
            held.enter_context(pip)
        second = threads.submit(prepare, clone, run=machine.run, say=lambda text: waiting.set())
        assert waiting.wait(60)
        assert machine.ran == []
        held.close()
        second.result(60)
    assert machine.ran == ["venv", "pip"]


@pytest.mark.parametrize("wanted", ["pytest", "PyTest >= 1.0", "pytest>=1,<1000"])
def test_requirements_are_compared_by_number(wanted):
    assert lacking([wanted, "pytest>=1000", "pytest>=1,<2", "no-such-package"]) == [
        "pytest>=1000", "pytest>=1,<2", "no-such-package",
    ]  # fmt: skip
    assert environment.release_of("8.10") > environment.release_of("8.9.post1"), "no decimal fractions"
    assert environment.release_of("8.0") == environment.release_of("8")


@pytest.mark.parametrize("form", ["a[b]>=1", "a; python_version<'4'", "a~=1.0", "a==1"])
def test_a_requirement_of_another_form_is_refused(form):
    with pytest.raises(ValueError, match="unreadable requirement"):
        lacking([form])


def test_another_python_answers_what_it_lacks(tmp_path):
    folder = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    assert environment.lacking_in(folder, ["pytest", "no-such-package"]) == ["pytest", "no-such-package"]
    assert environment.lacking_in(folder, []) == []
    assert environment.lacking_in(tmp_path / "none", []) is None


def test_the_projects_own_requirements_can_all_be_read():
    assert "numpy>=" in str(environment.requirements(PROJECT))
    assert lacking(environment.requirements(PROJECT, "test")) == []
