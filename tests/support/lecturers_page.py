"""The lecturer's page, from the notebooks' tags: ``python tests/support/lecturers_page.py`` writes it."""

import re
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a script, from anywhere, installed or not
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import nbformat

from support.notebook_cells import FOLDER, asserts, tagged_claims
from support.project import PROJECT

__all__ = ["CLAIMS", "PAGE", "write_page"]

PAGE = PROJECT / "docs" / "lecturers.md"
CLAIMS = {  # what the notes say, in a line
    "N01": "weights set a network's task; a loss and gradient descent find them",
    "N02": "the derivative is a limit; a small h stands for it",
    "N03": "the running example, eq. (1), and its gradient at (2, 5)",
    "N04": "in float32, h = 1e-5 misses by 0.095",
    "N05": "two errors, of rounding and of the method: a U-shaped curve",
    "N06": "n elements of a gradient take O(n) evaluations",
    "N07": "symbolic: an expression is a graph, and rules are applied to it",
    "N08": "naive rules swell the expression",
    "N09": "eˣ stands twice in the derivative of sin eˣ",
    "N10": "sharing common subexpressions cures that",
    "N11": "the real obstacle: another language, and control flow",
    "N12": "back-propagation is reverse mode; forward mode is another",
    "N13": "the gradient is exact to machine precision",
    "N14": "the chain rule of eq. (1), nested and multiplied out",
    "N15": "Figure 1, left: the values, line by line",
    "N16": "Figure 1, right: the nine lines of the sweep",
    "N17": "Figure 2: the graph",
    "N18": "paths are the addends of the chain rule",
    "N19": "one path is multiplied from the output side, and is one contribution",
    "N20": "an adjoint at each node, found step by step",
    "N21": "a class holds value, gradient, operation, parents",
    "N22": "ordinary functions run unchanged",
    "N23": "the sweep needs a topological order",
    "N24": "control flow is free: another graph at each run; and its limits",
    "N25": "16 bytes an operation, 8 of them overhead",
    "N26": "scattered values rule out BLAS",
    "N27": "the Jacobian in the notes' layout: row = input",
    "N28": "back is multiplying by a Jacobian",
    "N29": "a ⊙ x: store a, not its diagonal Jacobian",
    "N30": "that product is the vJp",
    "N31": "Ax: not every Jacobian is sparse",
    "N32": "many are, and that saves space and time",
    "N33": "∂F(X)/∂X: four indices, or vec",
    "N34": "n⁴ numbers: 4 TiB at n = 1024",
    "N35": "I ⊗ A: its structure lets the vJp be implicit",
    "N36": "the product rule of an inner product",
    "N37": "one side held fixed gives the vJp",
    "N38": "vec stacks columns; ⟨A, B⟩ = ⟨vec A, vec B⟩",
    "N39": "⟨A, B⟩ = tr(A′B)",
    "N40": "∂tr(X′A)/∂X = A",
    "N41": "∂⟨AX, G⟩/∂X = A′G",
    "N42": "the six references",
}
ABOUT = """# For lecturers

Written from the notebooks' tags by `tests/support/lecturers_page.py`.

- A notebook says in its first cell what it needs, and how long it takes with and without the exercises.
- What a page claims is checked in cells that are folded to a line, `# Checked: …`; a click opens them.
- For each claim a test breaks the package, and the unchanged cell must fail: `tests/test_claim_mutations.py`.
  Another makes each change that the text invites: `tests/test_invited_changes.py`.
- [Glossary](../notebooks/91_glossary.ipynb): all words. [Errata](../notebooks/90_errata.ipynb): where the
  notes are loose. [All operations](operations.md): both tables.
  [Mistakes](mistakes.md): what the exercises tell apart.

## Where each claim of the notes is shown

*Cell* is the number that Run All gives it, in brackets where it only shows and another one checks.

| claim | the notes say | notebook, section | cell |
|---|---|---|---|"""


def find_cells():
    """{claim: [(notebook, section, number, whether it asserts)]}, in the order of the notebooks."""
    found = {claim: [] for claim in CLAIMS}
    for path in sorted(FOLDER.glob("*.ipynb")):
        section = ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                section = ([section, *re.findall(r"^#{1,2} (.*)", cell.source, re.M)])[-1]
                continue
            for claim in tagged_claims(cell):
                found[claim].append((path.name, section, cell.execution_count, asserts(cell)))
    return found


def write_page():
    """The page as text: a line for each claim and section."""
    lines = [ABOUT]
    for claim, cells in find_cells().items():
        places = {}
        for name, section, number, checks in cells:
            places.setdefault((name, section), []).append(f"{number}" if checks else f"({number})")
        for i, ((name, section), numbers) in enumerate(places.items()):
            what = (claim, CLAIMS[claim]) if i == 0 else ("", "")
            link = f"[{name[:2]}](../notebooks/{name}), {section}".replace("|", "\\|")
            lines.append(f"| {what[0]} | {what[1]} | {link} | {', '.join(numbers)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8", newline="\n")
