"""What was answered right is kept on the learner's machine, whole, and nowhere else."""

import json
import os
import re
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.exercises import bank, check, keeping, standing
from backprop_nb.exercises.bank import keys_by_notebook
from backprop_nb.exercises.keeping import keep, kept, progress_folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to keep it in, and a process that has answered nothing."""
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", str(tmp_path / "a" / "b"))
    monkeypatch.setattr(keeping, "ANSWERED", {})
    monkeypatch.setattr(bank, "ASKED", [])
    keeping.FAILURES.clear()
    return tmp_path / "a" / "b"


def right(folder, notebook="04"):
    return json.loads((folder / f"{notebook}.json").read_text(encoding="utf-8"))["right"]


def test_a_right_answer_is_kept_and_a_wrong_one_is_not(folder):
    check("04-1", -216)
    check("04-3", 5)
    check("04-f", -1)
    check("07-2", 0)
    assert (right(folder), right(folder, "07")) == (["04-1", "04-f"], ["07-2"])
    assert kept("04") == {"04-1", "04-f"}
    assert sorted(path.name for path in folder.glob("0*")) == ["04.json", "04.lock", "07.json", "07.lock"]
    assert {"04-1", "04-f", "right"} == set(re.findall(r"[\w-]+", (folder / "04.json").read_text()))


def test_several_pythons_at_once_lose_nothing(folder):
    program = "from backprop_nb.exercises.keeping import keep\nfor i in range(20): keep('04', f'{}-{{i}}')"
    env = os.environ | {"PYTHONPATH": str(PROJECT)}
    started = [
        subprocess.Popen([sys.executable, "-c", program.format(name)], cwd=PROJECT, env=env)
        for name in "abcd"
    ]
    assert [process.wait(120) for process in started] == [0] * 4
    assert len(right(folder)) == 4 * 20


def test_threads_lose_nothing_either(folder, monkeypatch):
    class Forgetful(dict):  # as other processes are: none knows what another has answered
        def setdefault(self, *_):
            return set()

    monkeypatch.setattr(keeping, "ANSWERED", Forgetful())
    threads = [threading.Thread(target=keep, args=("04", f"{i}")) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(right(folder)) == 12


BROKEN = ["", "{", "[1]", '{"right": 3}', '{"left": []}', "\0", '{"right": [3, "04-f"]}']


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_made_anew(folder, broken):
    folder.mkdir(parents=True)
    (folder / "04.json").write_text(broken, encoding="utf-8")
    assert kept("04") <= {"04-f"}
    check("04-1", -216)
    assert "04-1" in right(folder)


def test_the_old_file_stays_until_the_new_one_is_whole(folder, monkeypatch):
    keep("04", "04-1")

    def fail(*arguments, **named):
        raise OSError("the disk is full")

    monkeypatch.setattr(keeping.os, "replace", fail)
    keep("04", "04-3")
    assert right(folder) == ["04-1"]
    assert kept("04") == {"04-1", "04-3"}, "until Python ends"
    assert not list(folder.glob("*.tmp"))
    assert "This lasts until Python ends" in repr(bp.exercises.progress("04"))
    monkeypatch.undo()


def test_where_nothing_can_be_written_an_answer_is_right_all_the_same(folder, monkeypatch):
    folder.parent.mkdir(parents=True)
    folder.write_text("a file stands in the way")
    assert check("04-1", -216).right
    assert kept("04") == {"04-1"}
    assert repr(bp.exercises.progress("04")).count("cannot be written") == 1

    def homeless():
        raise RuntimeError("no home")

    monkeypatch.setattr(keeping, "progress_folder", homeless)
    assert check("04-3", 32).right
    assert kept("04") == {"04-1", "04-3"}


@pytest.mark.parametrize("variables", [{"BACKPROP_NB_PROGRESS": "off"}, {"CI": "1"}, {"PYTEST_VERSION": "9"}])
def test_nothing_is_kept_where_nobody_learns(variables, folder, monkeypatch, tmp_path):
    monkeypatch.delenv("BACKPROP_NB_PROGRESS")
    for name in keeping.NOT_A_LEARNER:
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert tmp_path in progress_folder().parents
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert progress_folder() is None
    check("04-1", -216)
    assert kept("04") is None
    assert not list(tmp_path.iterdir())
    assert "0 of" not in repr(bp.exercises.progress())


def test_a_row_says_how_far_you_are_and_what_comes_next(folder):
    questions = keys_by_notebook()["07"]
    assert f"0 of {len(questions)}; next: Predict, “What is ∂x/∂c?”" in repr(bp.exercises.progress("07"))
    check("07-a", 1)
    check("07-2", 0)
    row = bp.exercises.progress("07")
    assert "2 of 6; next: Exercise 07-1" in repr(row)
    assert repr(row).count("●") == row.html.count("●") == 2
    assert ". Next: Exercise 07-1</p>" in row.html
    with pytest.raises(ValueError, match=r"notebook '99' asks nothing; those that do are .*04, 05"):
        bp.exercises.progress("99")


def test_the_map_has_a_row_for_each_notebook_that_asks(folder):
    check("90-a", "[4] Magnus")
    shown = bp.exercises.progress()
    assert "90 where the notes are loose: ● 1 of 1\n" in repr(shown)
    assert shown.html.count('<th scope="row"') == len(keys_by_notebook())


@pytest.mark.parametrize("name", ["BINDER_SERVICE_HOST", "BINDER_REPO_URL"])
def test_on_binder_it_says_that_it_will_be_lost(name, folder, monkeypatch):
    monkeypatch.setenv(name, "1")
    assert "On Binder this is lost when the session ends." in bp.exercises.progress("04").html


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_question_of_the_bank_is_asked_in_its_notebook(path):
    asked = re.findall(r"exercises\.ask\(\\\"([^\"\\]+)", path.read_text(encoding="utf-8"))
    assert sorted(asked) == sorted(keys_by_notebook().get(path.name[:2], []))


def test_what_shows_the_progress_grows_with_right_answers_only(folder, monkeypatch):
    told = []
    handle = SimpleNamespace(update=lambda bundle, raw: told.append(bundle["text/plain"]))
    monkeypatch.setattr(standing, "SHOWN", {"04": (bp.exercises.progress("04"), handle)})
    check("04-1", 7)
    check("05-4", "2 * x")
    assert told == []
    check("04-1", -216)
    assert told == [repr(bp.exercises.progress("04"))]
