"""What asks a carrier about its value, and lets nothing flow back: NumPy's predicates, and comparisons."""

import operator

import numpy as np
import pytest

import backprop_nb as bp

VALUES = [-3.0, -0.0, 0.0, 1.5, np.inf, -np.inf, np.nan]
ARRAY = np.array(VALUES)
MAKERS = {"Scalar": bp.Scalar, "Dual": lambda x: bp.Dual(x, 1.0), "Tensor": bp.Tensor}
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("ask", [np.isnan, np.isinf, np.isfinite, np.signbit])
def test_a_predicate_reads_the_value(make, ask):
    assert [bool(ask(make(x))) for x in VALUES] == ask(ARRAY).tolist()
    answer = ask(bp.Tensor(ARRAY))
    assert type(answer) is np.ndarray
    assert answer.tolist() == ask(ARRAY).tolist()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("compare", COMPARISONS)
@pytest.mark.parametrize("x", VALUES)
def test_a_comparison_with_an_array_is_a_mask_from_either_side(make, compare, x):
    for answer, expected in (
        (compare(make(x), ARRAY), compare(x, ARRAY)),
        (compare(ARRAY, make(x)), compare(ARRAY, x)),
        (compare(bp.Tensor(ARRAY), x), compare(ARRAY, x)),
    ):
        assert type(answer) is np.ndarray
        assert answer.dtype == bool
        assert answer.tolist() == expected.tolist()


@pytest.mark.parametrize("ask", [np.isnan, np.isinf, np.isfinite, np.signbit, lambda x: x > 1.0])
def test_a_mask_chooses_and_nothing_flows_back_through_it(ask):
    x = np.array([-1.0, 0.5, 2.0])
    assert (
        bp.grad(lambda x: np.where(ask(x), 3.0 * x, x).sum())(x).tolist()
        == np.where(ask(x), 3.0, 1.0).tolist()
    )
