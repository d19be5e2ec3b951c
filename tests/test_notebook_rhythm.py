"""Reading and running take turns with doing, and words with code; headers are alike."""

import re

import nbformat
import pytest
from support.project import PROJECT

NOTEBOOKS = {path.name[:2]: path for path in sorted((PROJECT / "notebooks").glob("*.ipynb"))}
LISTS = {"91"}  # a list of words
MOST_WORDS, LONGEST = 15, 60  # words for a line of code, on average; words of a paragraph
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)


def cells(number, kind):
    return [c for c in nbformat.read(NOTEBOOKS[number], as_version=4).cells if c.cell_type == kind]


def paragraphs(number):
    """The paragraphs of a notebook, items of lists among them; a formula is a word; no tables."""
    for cell in cells(number, "markdown"):
        for text in re.split(r"\n\s*\n|\n(?=[-*\d>] ?)", FORMULA.sub("x", cell.source)):
            if not text.lstrip().startswith(("|", "#")):
                yield text


@pytest.mark.parametrize("number", sorted(NOTEBOOKS.keys() - LISTS))
def test_after_four_code_cells_comes_a_question_a_widget_or_a_picture(number):
    alone = []
    for cell in cells(number, "code"):
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        asks = re.search(r"bp\.(widgets|exercises)\.", cell.source)
        drawn = [kind for kind in kinds if kind.startswith("image/")] or "<img" in str(cell.outputs)
        folded = "hide-input" in cell.metadata.get("tags", [])
        alone = [] if asks or drawn else alone if folded else [*alone, cell.id]
        assert len(alone) <= 4, alone


@pytest.mark.parametrize("number", sorted(NOTEBOOKS.keys() - LISTS))
def test_no_paragraph_is_a_wall(number):
    assert [text for text in paragraphs(number) if len(text.split()) >= LONGEST] == []


def test_there_are_fifteen_words_for_a_line_of_code_at_most():
    words = {n: sum(len(text.split()) for text in paragraphs(n)) for n in NOTEBOOKS.keys() - LISTS}
    code = {n: sum(len(re.findall(r"^.*\S", c.source, re.M)) for c in cells(n, "code")) for n in words}
    assert sum(words.values()) <= MOST_WORDS * sum(code.values())
    assert [n for n in words if words[n] > MOST_WORDS * code[n]] == []


@pytest.mark.parametrize("number", sorted(NOTEBOOKS.keys() - LISTS))
def test_a_notebook_says_first_what_it_shows_needs_and_takes_and_keeps_its_words_plain(number):
    first, *others = cells(number, "markdown")
    assert first.source.startswith(f"# {number} · ")
    assert re.findall(r"^\| \*\*(\w+)\*\*", first.source, re.M)[:3] == ["shows", "needs", "takes"]
    plain = "\n".join(cell.source for cell in others)
    assert not re.search(r"(derivative|differentiate|partial)[ds]* by \$|in the point|crosswise", plain)
    rank = "###" if number == "90" else "##"  # 90 goes by the notes' sections
    sections = [int(found) for found in re.findall(rf"^{rank} (\d+) · ", plain, re.M)]
    assert sections == [*range(1, len(sections) + 1)]
    assert number in ("00", "90") or "## What to keep" in plain
