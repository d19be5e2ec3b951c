"""What was answered, when and how often: noted as it happens, written as one file, judged again when read."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..drawing.html_tables import WRAPPED_TABLE, html_table
from .bank import LISTENING, ask, keys
from .class_keeping import run_text, write_source
from .feedback import UNANSWERED
from .keeping import hold_lock, progress_file

__all__ = ["Report", "Tried", "read_report", "report"]

FORMAT = "backprop_nb answers 1"
NOTED_NAME = "answers.jsonl"
MOST_NOTED = 20_000  # characters of one answer
NOTED = []  # of this process, where no file can be written
REPORT_HEADS = "question", "last answer", "tries", "first", "last", "judged now"


class Tried(NamedTuple):
    """One answer: the key of its question, its text, the name of a function if it is one, and when."""

    key: str
    answer: str
    name: str
    when: str


def note(key, answer, said):
    """Note an answer in the folder of the progress; where nothing is kept, in this process alone."""
    if said.kind == UNANSWERED:
        return
    text, name = write_answer(answer)
    tried = Tried(key, text[:MOST_NOTED], name, datetime.now().astimezone().isoformat(timespec="minutes"))
    if path := progress_file(NOTED_NAME):
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with hold_lock(path.with_suffix(".lock")), path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(tried) + "\n")
            return
    NOTED.append(tried)


LISTENING.append(note)


def write_answer(answer):
    """An answer as text, and the name of a function or class, whose text is that of its cells."""
    if isinstance(answer, str):
        return answer, ""
    try:
        if isinstance(answer, bool):
            return ("no", "yes")[answer], ""
        if callable(answer):
            return write_source(answer), answer.__name__
        if getattr(answer, "size", 0) <= MOST_NOTED:
            return str(answer.tolist() if hasattr(answer, "tolist") else answer), ""
    except Exception:  # noqa: BLE001 - an object may raise anything when it is looked at
        pass
    return f"of type {type(answer).__name__}", ""


def noted():
    """Every ``Tried`` so far, the same answer in a row once."""
    path, found = progress_file(NOTED_NAME), []
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines() if path else ():
            with suppress(ValueError, TypeError):  # half a line: Python was killed while it wrote
                found.append(Tried(*json.loads(line)))
    last, every = {}, []
    for tried in [*found, *NOTED]:
        if last.get(tried.key) != tried.answer:
            every.append(tried)
        last[tried.key] = tried.answer
    return every


class Report:
    """Answers, and what they are worth when judged now; shows itself as a table.

    tried: of ``Tried``
    run:   whether functions are run; else their text is shown, and not judged
    """

    def __init__(self, tried, run=False):
        self.tried, self.run = tuple(tried), run

    @property
    def rows(self):
        """(key, last answer, tries, first, last, judged now) of each question that was answered."""
        found = {}
        for tried in self.tried:
            found.setdefault(tried.key, []).append(tried)
        return [
            (key, tries[-1].answer, len(tries), tries[0].when, tries[-1].when, self.judge(tries[-1]))
            for key, tries in sorted(found.items())
        ]

    def judge(self, tried):
        """right, wrong, unread, or why that is not said."""
        if tried.key not in keys():
            return "no such question"
        if not tried.name:
            return ask(tried.key).judge(tried.answer).kind
        if not self.run:
            return "a function: not run"
        try:
            return ask(tried.key).judge(run_text(tried.answer, tried.name)).kind
        except Exception as error:  # noqa: BLE001  whatever the text of somebody's cells raises
            return f"stopped: {type(error).__name__}"

    def __repr__(self):
        lines = [f"{key}: {now}, tries: {count}, last {when}" for key, _, count, _, when, now in self.rows]
        return "\n".join(lines) or "Nothing was answered yet."

    def _repr_mimebundle_(self, include=None, exclude=None):
        rows = [tuple(map(str, row)) for row in self.rows]
        shown = html_table("Answers", REPORT_HEADS, rows, look=WRAPPED_TABLE)
        return {"text/plain": repr(self), "text/html": shown}


def report(path="answers.json"):
    """Write what you were asked and answered, when and how often, as one file to hand in; it bears no name.

    path:    where; an older file is replaced
    returns: Report, which a notebook shows
    raises:  OSError if the file cannot be written
    """
    tried = noted()
    asked = {x.key: ask(x.key).text for x in tried if x.key in keys()}
    whole = {"format": FORMAT, "asked": asked, "answers": [x._asdict() for x in tried]}
    Path(path).write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    return Report(tried)


def read_report(path, run=False):
    """Read a file that ``report`` wrote; every answer is judged again, whatever the file says.

    run:     whether to run the functions that were handed in. It is somebody's code: look at it first
    returns: Report
    raises:  OSError if there is no such file, ValueError if it is no report
    """
    try:
        whole = json.loads(Path(path).read_text(encoding="utf-8"))
        tried = [Tried(**{name: str(answer[name]) for name in Tried._fields}) for answer in whole["answers"]]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is no file of answers: {error}; bp.exercises.report() writes one") from None
    return Report(tried, run)
