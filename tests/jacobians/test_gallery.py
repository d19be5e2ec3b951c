"""The gallery shows every operation of both tables."""

import numpy as np
import pytest

from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive
from backprop_nb.jacobians.examples import Example, example
from backprop_nb.jacobians.gallery import gallery


@pytest.fixture(scope="module")
def whole():
    return gallery()


def test_every_row_of_both_tables_is_shown_once_per_operand(whole):
    shown = [(card.name, card.operand) for card in whole.cards]
    assert len(set(shown)) == len(shown)
    assert {name for name, _ in shown} == {*Primitive.table, *Structural.table} - {"alias"}
    assert not whole.without
    for name, row in Primitive.table.items():
        assert [letter for shown_name, letter in shown if shown_name == name] == list(
            "xy"[: len(row.partials)]
        )


def test_elementwise_rows_are_diagonal_identity_or_zero(whole):
    kinds = {card.seen.kind for card in whole.cards if card.table == "elementwise"}
    assert kinds == {"diagonal", "identity", "scaled identity", "zero"}


KINDS = {
    "reshape": "identity",
    "transpose": "permutation",
    "getitem": "one-hot columns",
    "sort": "permutation",
    "max": "one-hot columns",
    "sum": "one-hot rows",
    "cumsum": "upper triangular",
    "softmax": "block diagonal",
    "matmul": "I₂ ⊗ B",
    "norm": "one column",
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of(name, whole):
    assert whole[name].kind == KINDS[name]


def test_the_second_operand_can_be_had(whole):
    assert whole["matmul", "y"].kind == "B ⊗ I₂"
    with pytest.raises(KeyError, match="no_such"):
        whole["no_such"]


def test_every_example_lies_inside_its_domain():
    for row in [*Primitive.table.values(), *Structural.table.values()]:
        shown = example(row)
        out = np.asarray(shown.f(*shown.operands))
        assert np.all(np.isfinite(out)), row.name


def test_the_table_names_kind_and_layout(whole):
    lines = whole.text.splitlines()
    assert "the notes' layout" in lines[0]
    assert len(lines) == len(whole) + 2
    assert "the usual layout" in gallery("exp", layout="usual").text
    assert gallery("sum", layout="usual")["sum"].kind == "one-hot columns"


def test_each_picture_has_words(whole):
    assert whole.html.count("<svg") == whole.html.count("aria-label=") == len(whole)
    assert "the notes&#x27; layout" in whole.html


def test_kinds_gathers_the_names(whole):
    kinds = whole.kinds
    assert next(iter(kinds)) == "diagonal"
    assert {"transpose", "swapaxes", "moveaxis", "sort"} <= set(kinds["permutation"])


def test_a_row_that_joins_later_is_shown_or_the_reason_is_told(monkeypatch):
    class Later:
        name, vjps = "later", (None,)

        def __call__(self, x):
            return 2 * x

    class Picky(Later):
        name = "picky"

        def __call__(self, x):
            raise ValueError("only on Tuesdays")

    assert isinstance(example(Later()), Example)
    with pytest.raises(LookupError, match="only on Tuesdays"):
        example(Picky())
    monkeypatch.setitem(Structural.table, "picky", Picky())
    assert "not shown: picky" in gallery("exp", "picky").text


def test_unknown_names_and_layouts_are_refused():
    with pytest.raises(ValueError, match="no operation 'tnah'"):
        gallery("tnah")
    with pytest.raises(ValueError, match="layout"):
        gallery("tanh", layout="rows")
