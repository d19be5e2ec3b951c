"""The page of all operations, from the tables: ``python tests/support/operations_page.py`` writes it."""

import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import backprop_nb as bp
from backprop_nb.arrays.formulas import Formula
from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive
from support.project import PROJECT

__all__ = ["PAGE", "write_page"]

PAGE = PROJECT / "docs" / "operations.md"
HEAD = "| operation | written | derivative | Jacobian | at a kink |\n|---|---|---|---|---|"


def write_page():
    """The page as text: one line an operation, in the order of the tables."""
    shown = bp.gallery.gallery()
    kinds, calls = {}, {card.name: f"`{card.call}`" for card in shown.cards}
    for card in shown.cards:
        kinds.setdefault(card.name, []).append(card.seen.kind)
    moving = [(name, row) for name, row in Structural.table.items() if not name.startswith("_")]
    formulas = sorted((name, f) for name, f in Formula.table.items() if not name.startswith("_"))
    return "\n".join([
        "# All operations",
        "",
        "Written from the tables by `tests/support/operations_page.py`. Every name is a function of `bp`, "
        "and NumPy's function of that name runs it on a carrier. *Jacobian* is the kind of its matrix in the "
        "notes' layout, at the example that `bp.gallery.gallery()` shows.",
        "",
        f"## Elementwise: {len(Primitive.table)} rows with one partial derivative per operand",
        "",
        "f is the result.",
        "",
        HEAD,
        *(line(name, f"${row.notation.latex.template.format(*'xy')}$", partials(row), kinds[name], row.kink)
          for name, row in Primitive.table.items()),
        "",
        f"## Moving and mixing: {len(moving)} rows with one vJp per operand",
        "",
        "G is what flows back from the result F.",
        "",
        HEAD,
        *(line(name, calls[name], row.rules, kinds[name], row.kink) for name, row in moving),
        "",
        f"## Formulas: {len(formulas)} functions made of rows, whose derivatives follow",
        "",
        "| function | what it gives |\n|---|---|",
        *(f"| `{name}` | {f.__doc__.splitlines()[0]} |" for name, f in formulas),
        "",
    ])  # fmt: skip


def partials(row):
    """The partial derivatives in LaTeX."""
    formulas = (partial(*map(bp.Symbol, "fxy"[: 1 + len(row.partials)])) for partial in row.partials)
    return [getattr(p, "latex", None) or f"{p:.6g}" for p in formulas]


def line(name, written, rules, kinds, kink):
    """One row of a table; a bar in a formula would end its cell."""
    formulas = ", ".join(f"${rule}$" for rule in rules)
    cells = [f"`{name}`", written, formulas, ", ".join(dict.fromkeys(kinds)), kink]
    return "| " + " | ".join(cell.replace("|", r"\vert ") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(write_page(), encoding="utf-8")
