"""The glossary: its words are those of the notebooks."""

import nbformat
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.drawing.terms import TERMS


def words_of(number):
    """What a notebook says, its code and its outputs left out."""
    (path,) = (PROJECT / "notebooks").glob(f"{number}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return " ".join(" ".join(cell.source for cell in cells if cell.cell_type == "markdown").lower().split())


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term[0])
def test_the_notebook_that_explains_a_word_uses_it(term):
    assert term[0].lower() in words_of(term[3])


def test_words_stand_once_and_in_order():
    words = [term[0].lower() for term in TERMS]
    assert words == sorted(set(words))


def test_an_unknown_word_names_those_that_are_near():
    with pytest.raises(ValueError, match="no 'adjoit' in the glossary; there is adjoint"):
        bp.glossary("adjoit")
