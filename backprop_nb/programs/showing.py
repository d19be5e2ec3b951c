"""A record and the program that was written from the same run, line beside line."""

from itertools import zip_longest

from ..drawing.html_tables import Html, TableLook, html_table, scroll_box
from ..drawing.text_columns import align_columns

__all__ = ["Beside", "lines_beside"]

LIT_UP = "<style>.bp-beside tbody tr:hover{background:rgba(255,190,60,0.35)}</style>"
LINES = TableLook("text-align:left;white-space:pre;font-family:monospace;padding:0.1em 2em 0.1em 0", "", "")
TWO_SIDES = ("record", "program")


class Beside:
    """What ``lines_beside`` returns: in a notebook the line under the pointer is lit on both sides."""

    def __init__(self, lines):
        self.lines = lines

    def __str__(self):
        return "\n".join(align_columns([TWO_SIDES, *self.lines]))

    __repr__ = __str__

    def _repr_html_(self):
        table = html_table("a record and its program, line beside line", TWO_SIDES, self.lines, look=LINES)
        return Html(LIT_UP + scroll_box(table, "record and program", kind="bp-beside"))


def lines_beside(program, run):
    """The lines of a program, as ``emit`` writes it without passes, with what ``record`` has for each.

    >>> from backprop_nb import emit, record
    >>> f = lambda x1, x2: x1 * x2 + x1
    >>> print(lines_beside(emit(f, 2.0, 5.0), record(f, 2.0, 5.0)))
    record             program
    v₁ = x1 × x2       v1 = x1 * x2
    v₂ = v₁ + x1       v2 = v1 + x1
    v̄₂ = 1             v2_bar = 1.0
    v̄₁ = v̄₂ ∂v₂/∂v₁    v1_bar = v2_bar
    x̄1 = v̄₂ ∂v₂/∂x1    x1_bar = v2_bar
    x̄1 += v̄₁ ∂v₁/∂x1   x1_bar += v1_bar * x2
    x̄2 = v̄₁ ∂v₁/∂x2    x2_bar = v1_bar * x1
    """
    known = {row.id: row.definition for row in run.rows if not row.is_input}
    known |= {f"{row.id}_bar": row.bar for row in run.rows}
    names = [row.id for row in run.inputs]
    known |= {f"{name}_bar": known[f"{v}_bar"] for name, v in zip(program.draft.inputs, names, strict=False)}
    lines = [(known.get(s.target, ""), str(s)) for s in program.statements if not s.back]
    back = [program.draft.line(s) for s in program.statements if s.back]
    if not program.draft.facts:  # of numbers each step has a line
        return Beside(lines + list(zip_longest([step.text for step in run.steps], back, fillvalue="")))
    targets = [s.target for s in program.statements if s.back]
    return Beside(lines + [(known.get(name, ""), text) for name, text in zip(targets, back, strict=True)])
