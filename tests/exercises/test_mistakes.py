"""Numbers of a run: right ones are right to the digits that were typed, wrong ones are met by name."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_nb as bp
from backprop_nb import faults
from backprop_nb.core.typed_numbers import read_number
from backprop_nb.exercises import count, number
from backprop_nb.exercises.mistakes import adjoint_mistakes, name_mistake
from backprop_nb.exercises.patience import patiently
from backprop_nb.exercises.slips import SLIPS
from backprop_nb.runs.tracing import trace


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def chained(x):
    b = 2 * x
    c = 5 * b
    return b + c


def h(a, b):
    return (a - b) * (a * b)


def chosen(a, b, c):
    return a + b if a > 0 else a + c


def ladder(x, steps):
    for _ in range(steps):
        x = x + 0.5 * x
    return x


def test_a_number_is_right_to_the_digits_that_were_typed_at_least_two():
    question = number("?", f, 2, 5, wrt="x2")  # 1.71634
    right = ["1.7", "1.72", "1.716", "1.7163", "1.71634", "1.716337815", "2 - cos(5)", "1.7163378", "1,72"]
    assert all(question.check(typed).right for typed in [*right, 1.7163378])
    assert not any(question.check(typed).right for typed in ["1.71", "1.73", "1.8", "2", "1.717", "17/10"])
    assert number("?", lambda x: 1716 * x, 1).check("1,716").right


def test_one_digit_may_be_luck():
    assert number("?", lambda x: 0.52 * x, 1).check("0.5").message.startswith("As far as it goes")


ON_F_BY_X1 = {
    "0.5": "along one path only, v₅ → v₄ → v₁ → x1",
    "5": "along one path only, v₅ → v₄ → v₂ → x1",
    "2.5": "a product, the partial with respect to one is the other",
    "1.71634": "the derivative with respect to x2, not x1",
    "11.652": "the value of f(x1, x2)",
    "2.0": "the value of x1",
    "0": "seed",
    "5.693": "the operation itself for its derivative. For `v₁ = log(x1)`",
    "7.00": "added local partials",
    "1.5": "left out a factor. For `v₂ = x1 × x2`",
    "11": "counted twice",
    "-5.5": "The size is right, the sign is not",
    "2/11": "upside down",
    "5.217": "base 10",
}
ON_F_BY_X2 = {
    "2.28": "sign of the second operand of a subtraction. For `v₅ = v₄ - v₃`",
    "2.28366": "sign of the second operand of a subtraction",
    "2": "along one path only, v₅ → v₄ → v₂ → x2",
    "-0.2837": "along one path only, v₅ → v₃ → x2",
    "1.0038": "degrees",
    "2.96": "operation itself for its derivative. For `v₃ = sin(x2)`",
    "4.716": "the other",
    "-0.5673": "multiplied the contributions of the paths",
    "5.5": "the derivative with respect to x1",
}
ON_CHAINED = {
    "2": "along one path only, v₃ → v₁ → x",
    "10": "You overwrote instead of adding",
    "14": "plain recursion",
    "24": "plain recursion",
    "20": "multiplied the contributions",
    "36": "the value of chained(x)",
    "3.0": "the value of x",
    "6": "left out a factor",
}
ON_H = {
    "4": "sign of the second operand of a subtraction",
    "-6": "one path only, v₃ → v₁ → b",
    "-2": "one path only, v₃ → v₂ → b",
    "12": "multiplied the contributions",
    "8": "sign is not",
    "3": "the derivative with respect to a",
    "2.0": "number of paths",
}
KNOWN = [
    *[("∂f/∂x1", (f, 2, 5), "x1", *pair) for pair in ON_F_BY_X1.items()],
    *[("∂f/∂x2", (f, 2, 5), "x2", *pair) for pair in ON_F_BY_X2.items()],
    *[("b + c", (chained, 3), "x", *pair) for pair in ON_CHAINED.items()],
    *[("h", (h, 2, 3), "b", *pair) for pair in ON_H.items()],
    ("x·x", (lambda x: x * x * 1.5, 3), "x", "4.5", "one path only"),
    ("x·y", (lambda x, y: x * y, 2, 5), "x", "2", "with respect to one is the other"),
    ("a+a", (lambda a: a + a, 3), "a", "1", "one path only"),
    ("x³", (lambda x: x**3, 2), "x", "4", "new exponent is one less"),
    ("x³", (lambda x: x**3, 2), "x", "24", "new exponent is one less"),
    ("x/y", (lambda x, y: x / y, 3, 2), "y", "0.75", "lost the minus sign of the denominator"),
    ("cos", (bp.cos, 1.0), "x", "0.841", "cos has a minus sign"),
    ("sin", (bp.sin, 1.0), "x", "-0.540", "minus sign too many"),
    ("-x", (lambda x: -x * x, 3), "x", "6", "sign"),
    ("four paths", (lambda x: x + 2 * x + 4 * x + 8 * x, 1), "x", "13", "left out one path"),
    ("branch", (chosen, -2, 3, 4), "b", "1", "the other branch"),
    ("x == 0", (lambda x: 0 if x == 0 else x, 0), "x", "1", "the other branch"),
    ("kink", (lambda x: 3 * x if x == 1 else x * x + 2, 1), "x", "2", "branch"),
    ("every ·", (lambda a, b, c: a * b + a * c, 2, 3, 5), "a", "4", "In every product"),
    ("outside", (lambda x1, x2: math.log(x1.value) + x1 * x2, 2, 5), "x1", "5.5", "outside the graph"),
]


@pytest.mark.parametrize(
    ("name", "call", "wrt", "typed", "words"), KNOWN, ids=lambda x: x if isinstance(x, str) else ""
)
def test_a_wrong_derivative_is_met_with_what_was_done_instead(name, call, wrt, typed, words):
    feedback = number("?", *call, wrt=wrt).check(typed)
    assert feedback.kind == "wrong"
    assert words in feedback.message


@pytest.mark.parametrize(
    "sweep",
    [faults.overwrite, faults.recursion, faults.recursion_last_first, faults.parent_set, faults.no_reset],
    ids=lambda sweep: sweep.__name__,
)
def test_the_number_of_every_faulty_sweep_is_known(sweep):
    def tangled(x):
        y = bp.sin(x) * x
        z = y * y + bp.exp(y)
        return z / x - y * z

    run = trace(tangled, 1.1)
    feedback = number("?", tangled, 1.1).check(sweep(run)[0])
    assert feedback.kind == "wrong"
    assert "no mistake" not in feedback.message
    assert "To find out" not in feedback.message


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.operation}-{slip.slot}")
def test_every_slip_of_the_table_is_recognised(slip):
    row = bp.primitives.Primitive.table[slip.operation]
    inputs = [0.7, 1.9][: len(row.partials)]
    wrong = slip.wrong(row(*inputs), *inputs) * 3.3
    wrt = f"x{slip.slot + 1}"
    feedback = number("?", lambda *xs: row(*xs) * 3.3, *inputs, wrt=wrt).check(wrong)
    assert feedback.kind == "wrong"
    assert slip.words.removeprefix("You ") in feedback.message


def test_overwriting_is_named_where_there_are_too_many_paths_to_compare():
    question = number("?", lambda x: ladder(x, 8), 1.0)
    wrong = faults.overwrite(trace(lambda x: ladder(x, 8), 1.0))[0]
    assert question.check(wrong).message.startswith("This comes out if you overwrote instead of adding: v")


def test_a_loop_that_would_not_end_elsewhere_is_given_up():
    def heron(x):
        y = x
        while abs((y * y - x).value if hasattr(x, "value") else y * y - x) > 1e-9:
            y = (y + x / y) / 2
        return y

    assert number("?", heron, 3.0).check("0.289").right
    assert number("?", heron, 3.0).check("77").kind == "wrong"


def test_a_function_that_fails_elsewhere_does_no_harm():
    question = number("?", lambda x: {3.0: 2}[getattr(x, "value", x)] * x, 3.0)
    assert question.check("2").right
    assert question.check("77").kind == "wrong"


@pytest.mark.parametrize(
    ("call", "asked", "right", "typed", "words"),
    [
        ((f, 2, 5), {"of": "v₄"}, "10.69", "10.301", "base 10"),
        ((f, 2, 5), {"of": "v₄"}, "10.69", "10", "value of v₂, not of v₄"),
        ((f, 2, 5), {"of": "v₄"}, "10.69", "0.6931", "value of v₁"),
        ((f, 2, 5), {"of": "v₄"}, "10.69", "1.0", "adjoint v̄₄, not the value"),
        ((f, 2, 5), {"of": "v₄"}, "10.69", "-10.693", "sign"),
        ((lambda x: bp.sin(x) + 1, 5), {"of": "v₂"}, "0.0411", "1.0872", "degrees"),
        ((lambda x, y: (x - y) * 2, 2, 5), {"of": "v₂"}, "-6", "6", "wrong way round"),
        ((lambda x: x**3, 2.5), {"of": "v₁"}, "15.625", "7.5", "multiplied by the exponent"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "-0.9589", "operation itself"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "0.99619", "degrees"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "1", "left out"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "-0.28366", "sign"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "1.71634", "over all paths"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "3.525", "upside down"),
        ((f, 2, 5), {"partial": ("v₃", "v₀")}, "0.284", "77", "with respect to x2 alone"),
        (
            (lambda x, y: x / y, 3, 2),
            {"partial": ("v1", "x")},
            "0.5",
            "-0.75",
            "respect to the other operand",
        ),
        ((chained, 3), {"wrt": "v₁"}, "6", "5", "one path only"),
        ((f, 2, 5), {"wrt": "v₃"}, "-1", "1.716", "with respect to x2, not v₃"),
        ((chained, 3), {"wrt": "v₁"}, "6", "36", "the value of chained(x), not its derivative"),
    ],
)
def test_a_wrong_value_or_partial_is_met_with_what_was_done_instead(call, asked, right, typed, words):
    question = number("?", *call, **asked)
    assert question.check(right).right
    assert words in question.check(typed).message


def test_a_question_of_ones_own_names_its_own_mistakes():
    mistakes = {"Nodes.": len, "Ten.": 10}
    question = number("How many?", f, 2, 5, answer=lambda run: len(run.steps), mistakes=mistakes)
    assert question.check(9).right
    assert question.check("7").message == "Nodes."
    assert question.check("10").message == "Ten."
    assert "no mistake" in question.check("8").message


@given(st.floats(0.5, 3), st.floats(-3, 3), st.integers(2, 12))
def test_a_right_number_is_never_called_a_mistake(x1, x2, digits):
    question = number("?", f, x1, x2, wrt="x2")
    if abs(question.right) > 1e-6:
        assert question.check(f"{question.right:.{digits - 1}e}").right


@given(st.floats(0.5, 3), st.floats(-3, 3))
def test_what_is_called_a_mistake_is_wrong_and_has_words(x1, x2):
    run = trace(f, x1, x2)
    row = run.find("x2")
    for mistake in adjoint_mistakes(run, row):
        readings = read_number(mistake.value)
        assert mistake.words
        assert "{" not in mistake.words
        if math.isclose(mistake.value, row.adjoint, rel_tol=1e-7):
            assert name_mistake([mistake], readings, row.adjoint) == ""


def test_a_coincidence_of_two_digits_is_named_for_common_mistakes_only():
    question = number("?", f, 2, 5, wrt="x1")
    assert "upside down" not in question.check("0.18").message
    assert "upside down" in question.check("0.1818").message


def test_a_number_that_no_mistake_explains_gets_a_hint_and_a_way():
    question = number("?", f, 2, 5, wrt="x1")
    assert "too large, by a factor of about 18" in question.check("100").message
    assert "too small" in question.check("0.0123").message
    assert "The sign is not right" in question.check("-77.7").message
    assert "Very near" in question.check("5.4321").message
    assert "no mistake that I know" in count("?", 6).check("5e-324").message
    assert "no mistake that I know" in count("?", 1e-10).check("1e308").message
    assert all("walk the paths from v₅ to x1" in question.check(typed).message for typed in ("100", "-77.7"))
    assert "does any path lead" in number("?", chosen, -2, 3, 4, wrt="b").check("77").message


def test_no_known_mistake_tells_the_answer():
    question = number("?", f, 2, 5, wrt="x1")
    assert not any("5.5" in question.check(typed).message for typed in [*ON_F_BY_X1, "100", "-3", "7.77"])


def test_rounding_is_no_mistake_where_contributions_cancel():
    question = number("?", lambda x: 0.1 * x + 0.2 * x - 0.3 * x, 1.0)
    assert question.check("0").right
    assert question.check(0).right


def test_large_runs_are_answered_within_patience():
    def chain(x):
        for _ in range(3000):
            x = bp.sin(x) + 0.001
        return x

    for question in (number("?", lambda x: ladder(x, 40), 1.0), number("?", chain, 1.0)):
        assert patiently(question.check, "3", lines=4_000_000).kind == "wrong"


def test_a_question_asks_for_one_thing_that_there_is():
    assert number("?", chained, 3).check("12").right  # one input needs no name
    for asked, words in (
        ({}, r'asks for one thing, and 0 were given: try wrt="x1"'),
        ({"wrt": "x1", "of": "v₄"}, "2 were given"),
        ({"wrt": "x7"}, "there is no 'x7'"),
        ({"partial": ("v₅", "v₀")}, "no operand of"),
        ({"answer": lambda run: math.nan}, "ask elsewhere"),
    ):
        with pytest.raises(ValueError, match=words):
            number("?", f, 2, 5, **asked)


def test_inputs_may_go_by_name_and_rows_by_every_name():
    for wrt in ("v₃", "v3", 3):
        assert number("?", f, x1=2, x2=5, wrt=wrt).check("-1").right
    assert number("?", lambda xs: xs[0] * xs[1], [2, 5], wrt="xs[1]").check("2").right


def test_a_function_with_numpy_in_it_may_be_asked_about():
    assert number("?", lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2), 2, 5, wrt="x2").check("1.716").right
