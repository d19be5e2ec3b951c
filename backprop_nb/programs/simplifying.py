"""The pass that says with fewer operations on arrays what some lines say."""

import re
from collections import Counter

from .drafts import forget_names, names_read, rename_text

__all__ = ["shorten_lines"]

DOT_LINE = re.compile(r"(\w+)\.dot\(([\w.]+)\)")
TWO_OPERANDS = re.compile(r"\(?(-?[\w.]+)\)? ([-+*/]) \(?(-?[\w.]+)\)?")
ALL_ONES = re.compile(r"np\.float\d+\(1\.0\)|np\.ones\(.*\)")
SPREAD_LINE = re.compile(r"np\.broadcast_to\((\w+), .*\)|(\w+)\.reshape\(.*\)")
SUM_LINE = re.compile(r"np\.sum\((\w+), (\(.*\), keepdims=\w+)\)")
NOT_OF_TWO = "", "", ""
MODEST_FACTORS = 1 / 16, 16  # with others a sum that comes first might pass the largest float64


def shorten_lines(draft):
    """x / y for x * (1 / y), c - x for -x + c, x * 2 for x + x, x for a product with ones, and the like."""
    return Shorter(draft).draft


def starts_with_digit(text):
    """Whether an operand is a number, and no name."""
    return text[:1].isdigit() or (text[:1] == "-" and text[1:2].isdigit())


def is_unit_matrix(x):
    """Whether a constant has 1 on its diagonal, and 0 elsewhere."""
    n = len(x) if x.ndim == 2 else 0
    return n > 0 and x.shape == (n, n) and not (x.diagonal() != 1).any() and (x != 0).sum() == n


class Shorter:
    """A draft whose lines are made shorter, one after the other.

    made:  {name: (x, sign, y)} of what is x sign y, or -y, x being empty then
    place: {name: number of its line}
    ones:  names of what is 1 in each element
    units: names of unit matrices
    names: {name of what has another one's value: that one}
    """

    def __init__(self, draft):
        self.draft, self.made, self.place, self.names, self.ones, self.gone = draft, {}, {}, {}, set(), set()
        self.units = {name for name, x in draft.constants.items() if is_unit_matrix(x)}
        lines = draft.statements
        self.uses = Counter(name for s in lines for name in names_read(s.text)) + Counter(draft.results)
        written = {n for s in lines if s.text.startswith("one_less(") for n in names_read(s.text)}
        for at, s in enumerate(lines):
            text = rename_text(s.text, self.names)
            lines[at] = s._replace(text=text)
            self.place[s.target] = at
            if s.target and not written.intersection([s.target, *names_read(text)]):
                self.take_line(at, s.target, text)
        draft.statements = [s for s in lines if s.target not in self.gone]
        forget_names(draft, self.names)

    def take_line(self, at, name, text):
        """Write a line anew where that is shorter."""
        patterns = SPREAD_LINE, SUM_LINE, DOT_LINE, TWO_OPERANDS
        spread, total, dot, infix = (pattern.fullmatch(text) for pattern in patterns)
        if ALL_ONES.fullmatch(text) or (spread and (spread[1] or spread[2]) in self.ones):
            self.ones.add(name)
            self.made[name] = NOT_OF_TWO
        elif text in self.units:
            self.units.add(name)
        elif dot and self.is_diagonal(dot[1]):
            self.scale_rows(at, *dot.groups())
        elif total and self.scaled(total[1]):
            self.sum_first(at, name, *total.groups())
        elif re.fullmatch(r"-\w+", text):
            self.made[name] = "", "-", text[1:]
        elif infix:
            now, before = infix.groups(), None
            while now != before:
                now, before = self.shorten(name, *now), now
            self.made[name] = now
            x, sign, y = now
            other = y if x in self.ones else x if y in self.ones else ""
            if other and sign == "*" and self.same_form(other, name) and name not in self.draft.results:
                self.names[name] = other
                self.gone.add(name)
                self.uses[other] += self.uses[name]
                self.read_less([x, y])
            else:
                self.put(at, f"{x} {sign} {f'({y})' if y.startswith('-') else y}")

    def shorten(self, name, x, sign, y):
        """The same with fewer operations, where an operand that no other line reads is one itself."""
        (a, over, b), (c, under, d) = (self.made.get(v, NOT_OF_TWO) for v in (x, y))
        x_alone, y_alone = self.uses[x] == 1, self.uses[y] == 1
        if sign == "+" and x == y:
            scaled = self.uses[x] == 2 and over == "*" and starts_with_digit(b)
            return (a, "*", repr(2.0 * float(b))) if scaled else (x, "*", "2.0")
        if sign == "+" and x_alone and over and not a:
            return y, "-", b
        if sign == "+" and y_alone and under and not c:
            return x, "-", d
        if sign == "*" and y_alone and under == "/" and c in ("1", "1.0"):
            return x, "/", d
        if sign == "*" and x_alone and over == "/" and a in ("1", "1.0"):
            return y, "/", b
        if sign == "/" and over == "/" and a in ("1", "1.0") and b == y:
            return x, "*", x
        numbers = starts_with_digit(x) and starts_with_digit(c) and float(c) != 0
        if sign == "/" and y_alone and under == "*" and numbers:
            return repr(float(x) / float(c)), "/", d
        if sign == "/" and x in self.ones and self.same_form(y, name):
            return "1.0", "/", y
        return x, sign, y

    def same_form(self, x, y):
        """Whether two names stand for arrays of one shape and type."""
        facts = self.draft.facts
        return x in facts and facts[x][:2] == facts[y][:2]

    def scaled(self, name):
        """Whether a name that one line reads is an array times a number, or over one."""
        x, sign, c = self.made.get(name, NOT_OF_TWO)
        if sign not in ("*", "/") or not starts_with_digit(c) or self.uses[name] != 1:
            return False
        wide = x in self.draft.facts and self.draft.facts[x].dtype == "float64"
        return wide and MODEST_FACTORS[0] <= abs(float(c)) <= MODEST_FACTORS[1]

    def sum_first(self, at, name, v, rest):
        """Sum what ``v`` is a multiple of, and multiply the sum."""
        (x, sign, c), facts = self.made.pop(v), self.draft.facts
        facts[v] = facts[name]._replace(owner=v)
        self.put(self.place[v], f"np.sum({x}, {rest})")
        self.put(at, f"{v} {sign} {f'({c})' if c.startswith('-') else c}")

    def is_diagonal(self, name):
        """Whether a name that one line reads is a unit matrix times a row."""
        x, sign, y = self.made.get(name, NOT_OF_TWO)
        is_row = y in self.draft.facts and len(self.draft.facts[y].shape) == 1
        return sign == "*" and x in self.units and self.uses[name] == 1 and is_row

    def scale_rows(self, at, v, other):
        """Multiply each row by its number, where a diagonal matrix would be multiplied by all."""
        (_, _, y), facts = self.made.pop(v), self.draft.facts
        facts[v] = facts[y]._replace(shape=(*facts[y].shape, 1))
        self.put(self.place[v], f"{y}.reshape({facts[v].shape})")
        self.put(at, f"{v} * {other}")

    def put(self, at, text):
        """Write a line; those go that nobody reads any more."""
        lines = self.draft.statements
        old, lines[at] = names_read(lines[at].text), lines[at]._replace(text=text)
        self.uses.update(names_read(text))
        self.read_less(old)

    def read_less(self, names):
        """Take names off the count; the lines go of those that nobody reads any more."""
        self.uses.subtract(names)
        for name in names:
            if not self.uses[name] and name in self.made and name not in self.gone:
                self.gone.add(name)
                self.read_less(names_read(self.draft.statements[self.place[name]].text))
