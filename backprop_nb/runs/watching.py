"""Where in the learner's function a run is, and what it takes out of the graph there."""

import dis
import linecache
import textwrap
from typing import NamedTuple

from ..core.frames import code_of, is_learners, line_within
from ..core.limits import Budget

__all__ = ["Left", "Source", "Watch", "codes_in", "find_source", "list_reads"]

READS = {"value", "item"}  # the attributes by which a number or an array is taken out of a graph


class Source(NamedTuple):
    """The text of a function of the learner's; ``row.line`` counts its lines from 1.

    lines:   tuple of str, without the indentation that they share; empty where there is no text
    why_not: in words, why there is none; "" where there is one
    """

    lines: tuple = ()
    why_not: str = ""

    def __str__(self):
        return "\n".join(self.lines) or self.why_not


class Left(NamedTuple):
    """A number that left the graph: nothing flows back through it.

    line: of the learner's function, from 1; None where the function was not found at work
    what: the piece of code that took it out: "x.value", "x > 0"; kind: "value", or "comparison"
    """

    line: int | None
    what: str
    kind: str

    @property
    def words(self):
        """In a sentence: x.value left the graph in line 3: nothing flows back through it."""
        where = f" in line {self.line}" * bool(self.line)
        if self.kind == "comparison":
            return f"{self.what} chose a way{where}: nothing flows back through a comparison"
        return f"{self.what} left the graph{where}: nothing flows back through it"


def find_source(f):
    """The source of a learner's function, from its first line to its last, as it stands in file or cell."""
    code = code_of(f)
    if code is None:
        return Source((), "this function has no lines of its own: an operation, or not written in Python")
    first = code.co_firstlineno
    lines = linecache.getlines(code.co_filename, getattr(f, "__globals__", None))[first - 1 : last_line(code)]
    if not lines:
        return Source((), "the text of this function is not at hand: made by exec, or its file is gone")
    return Source(tuple(textwrap.dedent("".join(lines)).splitlines()))


def codes_in(code):
    """The code of a function and of all that is defined inside it."""
    return [code, *(x for inner in code.co_consts if hasattr(inner, "co_code") for x in codes_in(inner))]


def last_line(code):
    """The last line that any of a function's code stands on."""
    return max(place[1] or 0 for inner in codes_in(code) for place in inner.co_positions())


def list_reads(f):
    """Where the code of ``f`` reads ``.value`` or ``.item``: of arrays this is all that can be known."""
    code = code_of(f)
    found = [
        Left(line_within(code, step.positions.lineno), text_at(inner, step.offset), "value")
        for inner in (codes_in(code) if code else ())
        for step in dis.get_instructions(inner)
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD") and step.argval in READS
    ]
    return tuple(dict.fromkeys(found))


def text_at(code, offset):
    """The piece of source that an instruction stands for; "a number" where there is no source."""
    line, last, start, end = list(code.co_positions())[offset // 2]
    text = linecache.getline(code.co_filename, line or 0).encode()[start:end] if line == last else b""
    return text.decode() or "a number"


class Watch(Budget):
    """The limits of a run, and its place in the learner's function, whose ``code`` is set once it runs."""

    __slots__ = ("code", "reads")

    def __init__(self):
        super().__init__()
        self.code, self.reads = None, {}

    def find_line(self, frame):
        """The line on which the learner's function is, from 1, seen from a frame; None outside of it."""
        code = self.code
        while frame is not None and code is not None:
            if frame.f_code is code:
                return frame.f_lineno - code.co_firstlineno + 1
            frame = frame.f_back
        return None

    def note(self, frame, kind):
        """A number is taken out of the graph by the code at a frame; kept where that is the learner's."""
        code, at = frame.f_code, frame.f_lasti
        key = id(code), at
        if key not in self.reads:
            line = self.find_line(frame) if is_learners(frame) else None
            self.reads[key] = line and (code, at, line, kind)

    def list_left(self):
        """What left the graph, as ``Left``, in the order in which it first did."""
        found = filter(None, self.reads.values())
        return tuple(dict.fromkeys(Left(line, text_at(code, at), kind) for code, at, line, kind in found))
