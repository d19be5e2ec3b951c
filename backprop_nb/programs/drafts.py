"""A program while it is being written: statements, one name each, which passes may rewrite."""

import builtins
import keyword
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from ..core.primitives import Primitive
from ..drawing.text_columns import shorten_text

__all__ = ["BRANCH", "NAME", "Draft", "Fact", "Statement", "constant_text", "forget_names", "input_names",
           "names_read", "rename", "rename_text"]  # fmt: skip

NAME = re.compile(r"(?<![\w.'])[^\W\d]\w*")
BRANCH = "another branch: this program follows the one that was taken when it was written"


class Statement(NamedTuple):
    """One line: ``target = text``; without a target a guard, which ends the program where ``text`` holds.

    back: whether it belongs to the way back
    """

    target: str
    text: str
    back: bool = False

    def __str__(self):
        return f"{self.target} = {self.text}" if self.target else f"if {self.text}: raise Changed"


class Fact(NamedTuple):
    """What is known of the array behind a name.

    owner:   the name whose memory it lies in
    by_rows: whether it lies there row by row, as a buffer would; sums and products go by the layout
    """

    shape: tuple
    dtype: object
    owner: str
    by_rows: bool = True


@dataclass
class Draft:
    """A program: from inputs by statements to a value and one gradient an input.

    title:      what the function is called
    inputs:     names of the parameters
    statements: forward, then backward
    value:      name, or a constant, of what is returned; gradients: the same, one per input that wants one
    helpers:    {name: text of a function that statements call}
    constants:  {name: array}
    facts:      of arrays {name: Fact}
    """

    title: str
    inputs: list
    statements: list
    value: str
    gradients: list
    helpers: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    buffers: dict = field(default_factory=dict)

    @property
    def results(self):
        """The names that are returned."""
        return {*names_read(self.value), *self.gradients}

    def line(self, s):
        """A statement as it is written: among numbers, a contribution to a sum with +=."""
        start = f"{s.target} + "
        is_sum = not self.facts and s.text.startswith(start)
        return f"{s.target} += {s.text[len(start) :]}" if is_sum else str(s)

    def body(self):
        """The function as lines of Python, forward and backward under headings."""
        lines = [f"def {self.title}({', '.join(self.inputs)}):"]
        for back, heading in ((False, "forward: values"), (True, "backward: adjoints")):
            found = [self.line(s) for s in self.statements if s.back == back]
            lines += [f"    # {heading}", *(f"    {line}" for line in found)] if found else []
        gradients = ", ".join(self.gradients) + "," * (len(self.gradients) == 1)
        return [*lines, f"    return {self.value}, ({gradients})"]


def rename(draft, names):
    """The same program with other names, {old: new}, all at once."""

    def change(text):
        return rename_text(text, names)

    draft.statements = [
        Statement(names.get(s.target, s.target), change(s.text), s.back) for s in draft.statements
    ]
    draft.value, draft.gradients = change(draft.value), list(map(change, draft.gradients))
    facts = {names.get(name, name): fact for name, fact in draft.facts.items()}
    draft.facts = {
        name: fact._replace(owner=names.get(fact.owner, fact.owner)) for name, fact in facts.items()
    }
    return draft


def forget_names(draft, names):
    """The draft after {name: another with its value} are gone: what shared their memory, shares theirs."""
    facts = draft.facts
    owners = {name: facts[other].owner for name, other in names.items() if other in facts}
    moved = [(name, fact) for name, fact in facts.items() if fact.owner in owners]
    facts |= {name: fact._replace(owner=owners[fact.owner]) for name, fact in moved}
    return draft


def rename_text(text, names):
    """A piece of Python with other names, {old: new}."""
    return NAME.sub(lambda found: names.get(found[0], found[0]), text)


def names_read(text):
    """The names that a piece of Python reads, those of modules and functions among them."""
    return NAME.findall(text)


def constant_text(x):
    """A plain number as Python source, exactly; TypeError for anything that is no real number.

    >>> constant_text(0.1), constant_text(2), constant_text(-math.inf), constant_text(True)
    ('0.1', '2', '-math.inf', 'True')
    """
    if type(x) in (bool, int):
        return repr(x)
    if isinstance(x, complex) or not hasattr(x, "__float__"):
        raise TypeError(f"a program holds real numbers, and {x!r:.60} is a {type(x).__name__}")
    x = float.__float__(x) if isinstance(x, float) else float(x)  # a class of floats may write itself oddly
    if math.isfinite(x):
        return float.__repr__(x)
    return "math.nan" if x != x else "math.inf" if x > 0 else "-math.inf"


def input_names(labels):
    """A name of Python for each label of an input: its letters and digits, x1, x2 … where that is no name.

    >>> input_names(["x1", "p[W0]", "lambda", "v1", "x; import os"])
    ['x1', 'p_W0', 'lambda_', 'v1_', 'x_import_os']
    """
    taken = {*keyword.kwlist, *dir(builtins), *Primitive.table, *"math np torch jax jnp Changed g".split()}
    found = []
    for i, label in enumerate(labels, 1):
        name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", shorten_text(label, 40))).strip("_")
        name = name if name.isidentifier() else f"x{i}"
        while name in taken or re.fullmatch(r"[cmotv]\d+(_bar)?|\w*_bar|math_\w*[^\W_]", name):
            name = f"{name}_"
        taken.add(name)
        found.append(name)
    return found
