"""One file says what was answered, when and how often; it bears no name, and what it says is judged again."""

import getpass
import json
import linecache

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.exercises import check, handing_in, read_report, report

CELL = "<ipython-input-answers>"
SOURCE = """
import math

def product(path):
    return math.prod(path)

def add_up(paths):
    return sum(product(path) for path in paths)  # a function inside: it reads product, too
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", str(tmp_path / "kept"))
    monkeypatch.setattr(handing_in, "NOTED", [])
    return tmp_path


def typed_in_a_cell():
    """A learner's function, as a cell of a notebook makes it."""
    linecache.cache[CELL] = len(SOURCE), None, SOURCE.splitlines(keepends=True), CELL
    space = {"__name__": "__main__"}
    exec(compile(SOURCE, CELL, "exec"), space)
    return space["add_up"]


def answer_some():
    for key, answer in [("04-1", "144"), ("04-1", "144"), ("04-1", -216), ("04-e", False), ("04-3", None)]:
        check(key, answer)
    check("10-4", np.array([[1, 4], [8, 5]]))
    check("06-3", ["v4", "v3", "v2", "v1"])
    check("04-2", typed_in_a_cell())


def test_a_report_tells_all_that_was_answered_and_no_name(folder):
    answer_some()
    report(folder / "mine.json")
    text = (folder / "mine.json").read_text(encoding="utf-8")
    whole = json.loads(text)
    assert [x["answer"] for x in whole["answers"]][:3] == ["144", "-216", "no"]
    assert whole["asked"]["04-1"].startswith("`h(a, b)")
    assert all(x["when"][:2] == "20" for x in whole["answers"])
    assert getpass.getuser() not in text
    assert str(folder) not in text
    rows = read_report(folder / "mine.json", run=True).rows
    assert {row[0]: (row[2], row[5]) for row in rows} == {
        "04-1": (2, "right"), "04-e": (1, "right"), "10-4": (1, "right"), "06-3": (1, "right"),
        "04-2": (1, "right"),
    }  # fmt: skip


def test_an_answer_is_judged_again_and_a_function_only_if_that_is_asked_for(folder, monkeypatch):
    answer_some()
    report(folder / "mine.json")
    text = (folder / "mine.json").read_text(encoding="utf-8")
    (folder / "mine.json").write_text(text.replace("-216", "-217"), encoding="utf-8")
    monkeypatch.setattr(handing_in, "run_text", lambda *_: 1 / 0)
    again = read_report(folder / "mine.json")
    assert {row[0]: row[5] for row in again.rows} == {
        "04-1": "wrong", "04-2": "a function: not run", "06-3": "right", "10-4": "right", "04-e": "right",
    }  # fmt: skip
    assert "04-1: wrong, tries: 2" in repr(again)
    assert "<script" not in again._repr_mimebundle_()["text/html"]
    assert ask_tries("04-3") == 0, "reading counts no try"


def ask_tries(key):
    question = bp.exercises.ask(key)
    question.tries = 0
    read_report_of(key)
    return question.tries


def read_report_of(key):
    handing_in.Report([handing_in.Tried(key, "7", "", "2026")]).rows  # noqa: B018  it judges


class Raises:
    def __call__(self):
        raise RuntimeError

    __getattr__ = __repr__ = lambda self, *name: 1 / 0


def test_no_answer_however_odd_makes_noting_it_raise(folder):
    for answer in (Raises(), 10**5000, np.zeros(10**6), print, [[Raises()]], bp.Tensor([1.0, 2.0])):
        assert not check("04-3", answer).right
    report(folder / "mine.json")
    assert (folder / "mine.json").stat().st_size < 5000


def test_where_nothing_is_kept_this_process_is_reported(folder, monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", "off")
    check("04-3", "32")
    assert repr(report(folder / "mine.json")).startswith("04-3: right, tries: 1")
    assert not (folder / "kept").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"answers": 3}', '{"answers": [{}]}', "null"])
def test_what_is_no_report_is_refused(text, folder):
    (folder / "mine.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="is no file of answers"):
        read_report(folder / "mine.json")
