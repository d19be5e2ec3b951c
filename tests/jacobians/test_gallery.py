"""The gallery shows every operation of both tables."""

import numpy as np
import pytest
from support.operations_page import PAGE, write_page
from support.reference import passing_rows

from backprop_nb.arrays.structural import Structural
from backprop_nb.core.primitives import Primitive
from backprop_nb.jacobians.examples import example
from backprop_nb.jacobians.gallery import gallery


@pytest.fixture(scope="module")
def whole():
    return gallery()


INTERNAL = {"_alias", "_astype", "_fill"}


def test_every_public_row_of_both_tables_is_shown_once_per_operand(whole):
    shown = [(card.name, card.operand) for card in whole.cards]
    assert len(set(shown)) == len(shown)
    assert {name for name, _ in shown} == {*Primitive.table, *Structural.table} - INTERNAL
    assert not whole.without
    for name, row in Primitive.table.items():
        assert [letter for other, letter in shown if other == name] == list("xy"[: len(row.partials)])
    for name, row in Structural.table.items():
        assert name in INTERNAL or len(row.cases[0].shapes) == sum(other == name for other, _ in shown)


def test_elementwise_rows_are_diagonal_identity_or_zero(whole):
    kinds = {card.seen.kind for card in whole.cards if card.table == "elementwise"}
    assert kinds == {"diagonal", "identity", "scaled identity", "zero"}


KINDS = {
    "reshape": "identity", "transpose": "permutation", "getitem": "one-hot columns", "sort": "permutation",
    "max": "one-hot columns", "sum": "one-hot rows", "cumsum": "upper triangular", "norm": "one column",
    "softmax": "block diagonal", "matmul": "I₂ ⊗ B",
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of(name, whole):
    assert whole[name].kind == KINDS[name]


def test_the_second_operand_can_be_had(whole):
    assert whole["matmul", "y"].kind == "B ⊗ I₂"
    with pytest.raises(KeyError, match="no_such"):
        whole["no_such"]


def test_every_example_lies_inside_its_domain():
    for row in [*Primitive.table.values(), *Structural.table.values()]:
        if row.name == "_fill":
            continue
        shown = example(row)
        assert np.all(np.isfinite(np.asarray(shown.f(*shown.operands)))), row.name


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("sum", "sum(x, axis=1)"), ("getitem", "x[[2, 0, 0]]"), ("transpose", "x′"), ("matmul", "x @ y"),
        ("concatenate", "concatenate([x, y])"), ("where", "where([True, False, True], x, y)"),
        ("einsum", "einsum('ij,ij->i', x, y)"), ("reshape", "reshape(x, (3, 2))"), ("softmax", "softmax(x)"),
        ("mul", "x × y"), ("relu", "relu(x)"),
    ],
)  # fmt: skip
def test_an_example_is_written_as_it_is_called(name, call):
    assert example(name).call == call


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


def test_a_row_that_joins_later_is_shown_or_the_reason_is_told():
    def prepare(x):
        if x.shape != (4,):
            raise ValueError("only vectors of four")
        return (x,), ()

    with passing_rows():
        for name, cases in (("choosy", []), ("shown", [((4,),)])):
            Structural(name, prepare, lambda x: 2 * x, lambda g, _out, _x: 2 * g, rules="2{g}", cases=cases)
        found = gallery("exp", "choosy", "shown")
        assert "not shown: choosy has no example: give its row cases: only vectors of four" in found.text
        assert found["shown"].kind == "scaled identity"


def test_unknown_names_and_layouts_are_refused():
    with pytest.raises(ValueError, match="no operation 'tnah'; did you mean tanh"):
        gallery("tnah")
    with pytest.raises(ValueError, match="layout"):
        gallery("tanh", layout="rows")


def test_the_page_of_all_operations_is_current():
    wanted = write_page().splitlines()
    assert PAGE.read_text(encoding="utf-8").splitlines() == wanted, "python tests/support/operations_page.py"
