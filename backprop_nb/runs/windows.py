"""A long run in pictures that can be read: repeated loop bodies folded, and a window around some rows."""

from collections import defaultdict
from itertools import groupby
from typing import NamedTuple

from ..drawing.text_columns import shorten_text
from .adjoints import edges_of
from .rows import Operand, Trace

__all__ = ["DRAWN", "MOST_FOLDED", "Excerpt", "Stub", "page_run", "shorten_run"]

DRAWN = 150  # rows up to which all are drawn
AROUND = 24  # boxes in a window
TURNS = 4  # of a loop, from which on it is folded
LINE_LONGEST = 40  # characters of a line that a stub shows
LONGEST_BODY = 24  # rows of a loop's body that is looked for
MOST_FOLDED = 20_000  # rows up to which a run is searched; longer ones are for the table


class Stub(NamedTuple):
    """A box that stands for many rows: the turns of a loop, or all that lies outside of the window.

    index:    its id, "more1", which no row bears
    hidden:   the indices of the rows that it stands for
    formula:  what it says: "× 35: v₅ … v₃₉", "… 212 more before"
    kept:     what else it says: the lines of a loop
    operands: the rows outside that its own take, each once
    """

    index: str
    hidden: tuple
    formula: str
    kept: str
    operands: tuple
    is_array: bool

    is_input, operation = False, "more"
    id = name = property(lambda self: self.index, doc="Its id in pictures.")

    @property
    def definition(self):
        """What it says, in one line."""
        return ", ".join(filter(None, [self.formula, self.kept]))

    def edge_text(self, slot):
        """Nothing in particular flows to one of its operands."""
        return "…"

    def edge_words(self, slot):
        """An edge in words."""
        return f"to rows that are not drawn: {self.formula}"


class Excerpt(Trace):
    """A run of which a picture shows some rows, and stubs for the others; drawn like any run.

    whole: the run itself
    rows:  those that are shown, and stubs
    ends:  {index of any row: id of the box that shows it or stands for it}
    edges: {id of any edge: id of the drawn edge that shows it or stands for it}; inside a stub there is none
    """

    def __init__(self, whole, rows, ends):
        super().__init__(whole.rows[:1], whole.output, whole.title)
        self.rows, self.whole, self.ends = tuple(rows), whole, ends
        self.notes, self.source, self.left = whole.notes, whole.source, whole.left
        self.stubs = {row.index: row for row in self.rows if isinstance(row, Stub)}

    def __getitem__(self, index):
        return self.stubs.get(index) or self.whole[index]

    @property
    def steps(self):
        """Those of the whole run."""
        return self.whole.steps

    @property
    def edges(self):
        """Which drawn edge stands for which."""
        into = {(stub.index, self.ends[x.index]): name for stub in self.stubs.values()
                for name, _, x in edges_of(stub)}  # fmt: skip
        return {
            name: into.get((self.ends[row.index], self.ends[x.index]), name)
            for row in self.whole.rows
            for name, _, x in edges_of(row)
            if self.ends[x.index] != self.ends[row.index]
        }


def shorten_run(trace, centre=None, most=DRAWN, around=AROUND):
    """What a picture shows of a long run: loops folded, and where that is not enough, the boxes around a row.

    centre:  a row, or its label, name, id or index, that is shown in any case; None for the output
    most:    rows (and boxes) up to which all are shown
    around:  boxes that a window shows
    returns: the run itself where it has no more rows than ``most``, else an Excerpt
    raises:  ValueError for an unknown row, or a run of more than 20,000 rows

    >>> from .tracing import trace
    >>> def chain(x):
    ...     for _ in range(100):
    ...         x = x * 1.01 + 0.5
    ...     return x
    >>> [row.definition for row in shorten_run(trace(chain, 1.0)).rows][1:4]
    ['v₁ = x × 1.01', 'v₂ = v₁ + 0.5', '× 98: v₃ … v₁₉₈, line 3: x = x * 1.01 + 0.5']
    """
    if len(trace.rows) <= most:
        return trace
    if len(trace.rows) > MOST_FOLDED:
        raise ValueError(
            f"a run of {len(trace.rows):,} rows is too long for a picture, even of a part of it; the table "
            "shows its ends"
        )
    middle = trace.find(trace.output if centre is None else centre)
    loops = list(find_loops(trace))
    ends = {turn[0].index for turns in loops for turn in (turns[0], turns[-1])}
    return take_excerpt(trace, loops, {middle.index}, ends, most, around)


def page_run(trace, size):
    """Pictures of a long run, one for each ``size`` rows, which it shows with all that they take.

    >>> from .tracing import trace
    >>> pages = page_run(trace(lambda x: sum(x * k for k in range(100)), 1.0), 40)
    >>> [sum(isinstance(row, Stub) for row in page.rows) for page in pages]
    [2, 3, 2, 2, 2, 2]
    """
    loops = list(find_loops(trace))
    for start in range(0, len(trace.rows), size):
        rows = trace.rows[start : start + size]
        taken = {x.index for row in rows for x in row.operands if x.index is not None}
        yield take_excerpt(trace, loops, taken.union(row.index for row in rows), (), size + AROUND, 0)


def take_excerpt(trace, loops, kept, open_rows, most, around):
    """The Excerpt that shows the rows of the indices ``kept``.

    Turns that have neither these nor ``open_rows`` in them are folded; if that leaves more than ``most``
    boxes, at least ``around`` of them are shown.
    """
    ends = {row.index: row.id for row in trace.rows}
    words = {}  # of each stub
    for rows, turns in fold_turns(loops, {*kept, *open_rows}):
        stub = f"more{len(words) + 1}"
        words[stub] = f"× {turns}: {rows[0].name} … {rows[-1].name}", describe_lines(rows, trace.source)
        ends |= dict.fromkeys((row.index for row in rows), stub)
    if len(set(ends.values())) > most:
        takes, gives = link_boxes(trace, ends)
        ways = {*takes, *gives} - words.keys()  # a window does not go on behind a stub
        onward = {end: [*takes[end], *gives[end]] for end in ways}
        shown = reach([ends[index] for index in kept], lambda end: onward.get(end, ()), around)
        before = reach(shown, takes.__getitem__) - shown
        beyond = {end: "before" if end in before else "after" for end in ends.values() if end not in shown}
        ends = {index: beyond.get(end, end) for index, end in ends.items()}
        for side in ("before", "after"):
            words[side] = f"… {sum(end == side for end in ends.values()):,} more {side}", ""
    return Excerpt(trace, boxes_of(trace, ends, words), ends)


def link_boxes(trace, ends):
    """Which boxes a box takes from, and which it gives to: two dicts, {id: {id: None}}."""
    takes, gives = defaultdict(dict), defaultdict(dict)
    for row in trace.rows:
        for x in row.operands:
            if x.index is not None and ends[x.index] != ends[row.index]:
                takes[ends[row.index]][ends[x.index]] = gives[ends[x.index]][ends[row.index]] = None
    return takes, gives


def reach(starts, onward, most=None):
    """The boxes that can be reached, themselves too, the nearest first; ``most`` of them."""
    met, waiting = dict.fromkeys(starts), list(starts)
    for end in waiting:
        for other in onward(end):
            if other not in met and (most is None or len(met) < most):
                met[other] = None
                waiting.append(other)
    return met.keys()


def boxes_of(trace, ends, words):
    """The rows that are shown, and a stub for each group of others, where the first of them stood."""
    hidden, taken = defaultdict(list), defaultdict(dict)
    for row in trace.rows:
        end = ends[row.index]
        if end in words:
            hidden[end].append(row.index)
            taken[end] |= {ends[x.index]: x.index for x in row.operands
                           if x.index is not None and ends[x.index] != end}  # fmt: skip
    for row in trace.rows:
        end = ends[row.index]
        if end not in words:
            yield row
        elif row.index == hidden[end][0]:
            operands = tuple(Operand(index, None, None) for index in taken[end].values())
            yield Stub(end, tuple(hidden[end]), *words[end], operands, row.is_array)


def fold_turns(loops, kept):
    """Turns of loops that have no row of ``kept`` in them: pairs of their rows, and how many they are."""
    for body in loops:
        told = {i for i, turn in enumerate(body) if any(row.index in kept for row in turn)}
        for shown, group in groupby(range(len(body)), told.__contains__):
            folded = [] if shown else list(group)
            if len(folded) > 1:
                yield [row for turn in folded for row in body[turn]], len(folded)


def find_loops(trace):
    """Where the same lines do the same again and again: for each loop the list of its turns, lists of rows.

    Turns are the same where line, operation and the way to the operands are: the same row each time, or one
    that is as far on each time. Constants may differ.
    """
    rows = [row for row in trace.rows if row.operands]
    codes = [(row.line, row.operation) for row in rows]
    start = 0
    while start < len(rows):
        best = max(((repeat(rows, codes, start, n), -n) for n in range(1, LONGEST_BODY + 1)), default=(0, 0))
        if best[0] >= -TURNS * best[1]:
            yield [rows[at : at - best[1]] for at in range(start, start + best[0], -best[1])]
            start += best[0]
        else:
            start += 1


def repeat(rows, codes, start, length):
    """How many rows from ``start`` on are whole turns of a body of this length."""
    moves, at = {}, start
    while at + length < len(rows) and codes[at] == codes[at + length]:
        move = steps_between(rows[at], rows[at + length])
        if moves.setdefault((at - start) % length, move) != move or None in move:
            break
        at += 1
    same = at - start + length
    return same - same % length if at > start else 0


def steps_between(one, other):
    """How much further on each operand of the other row is; None where only one of them is a constant."""
    pairs = zip(one.operands, other.operands, strict=False)
    return tuple(
        0 if x.index is y.index is None else None if None in (x.index, y.index) else y.index - x.index
        for x, y in pairs
    )


def describe_lines(rows, source):
    """The lines of a loop's body, with the text if it is one."""
    lines = sorted({row.line for row in rows if row.line})
    if len(lines) == 1:
        text = source.lines[lines[0] - 1].strip() if source.lines else ""
        return shorten_text(f"line {lines[0]}" + f": {text}" * bool(text), LINE_LONGEST)
    return f"lines {lines[0]} – {lines[-1]}" if lines else ""
