"""Questions and exercises: answers are read kindly, right ones are right, and wrong ones are told by name."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb import faults
from backprop_nb.exercises import choice, number, order
from backprop_nb.exercises.mistakes import adjoint_mistakes, named
from backprop_nb.exercises.patience import patiently
from backprop_nb.exercises.reading import fits, read_number, read_rows
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


# Reading what is typed.


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("5.5", 5.5),
        ("11/2", 5.5),
        ("½", 0.5),
        ("1,716", 1.716),
        ("−3", -3),
        ("1.716,5", 1716.5),
        ("1,234,567", 1234567),
        ("2 - cos(5)", 2 - math.cos(5)),
        ("0.5 + 5 = 5.5", 5.5),
        ("x1 = 7", 7),
        ("≈ 2.5", 2.5),
        ("2^3", 8),
        ("2**-1", 0.5),
        ("(1 + 2) × 3 ÷ 4", 2.25),
        ("ln(2)", math.log(2)),
        ("π", math.pi),
        ("1.5e-7", 1.5e-7),
        (".5", 0.5),
        ("5.", 5),
        (5, 5),
        (5.5, 5.5),
        (np.float64(5.5), 5.5),
        (np.int64(3), 3),
        (bp.Scalar(2.5), 2.5),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, value):
    assert read_number(typed)[0].value == pytest.approx(value, rel=1e-15)


def test_a_comma_may_stand_for_a_point_or_part_thousands():
    assert [reading.value for reading in read_number("1,716")] == [1.716, 1716]
    assert number("?", lambda x: 1716 * x, 1).check("1,716").right


@pytest.mark.parametrize(
    "typed",
    [
        "__import__('os')",
        "().__class__.__mro__",
        "9**9**9",
        "9" * 150 + "**9",
        "lambda: 1",
        "[1]",
        "1j",
        "True",
        "nan",
        "inf",
        "1e999",
        "1/0",
        "log(-1)",
        "(-8)**(1/3)",
        "exec('1')",
        "open('x')",
        "x1",
        "5 5",
        "(" * 150,
        "-" * 199,
        "f'{1}'",
        "1 if 1 else 2",
        "5or 3",
        "2;3",
        "(y:=3)",
        "'5'",
        "five",
        "5,5,5",
        "sin",
        "sin(1, 2)",
        "cos(x=1)",
        "9" * 10**6,
        "1+" * 10**5 + "1",
        "\0",
        "💥",
        object(),
        [1, 2],
        True,
        1j,
        np.array([1.0, 2.0]),
        {},
        b"5",
        "5 % 2",
        "1 << 99",
    ],
    ids=lambda typed: repr(typed)[:20],
)
def test_what_is_no_number_is_refused_kindly_at_once_and_never_evaluated(typed):
    feedback = patiently(number("?", f, 2, 5, wrt="x1").check, typed, lines=10_000)
    assert feedback.kind == "unread"
    assert not feedback
    assert 10 < len(feedback.message) < 300


def test_a_number_is_right_to_the_digits_that_were_typed_at_least_two():
    question = number("?", f, 2, 5, wrt="x2")  # 1.71634
    right = ["1.7", "1.72", "1.716", "1.7163", "1.71634", "1.716337815", "2 - cos(5)", 1.7163378, "1,72"]
    assert all(question.check(typed).right for typed in right)
    assert not any(
        question.check(typed).right for typed in ["1.71", "1.73", "1.8", "2", "1.717", "1.71", "17/10"]
    )


def test_one_digit_may_be_luck():
    assert number("?", lambda x: 0.52 * x, 1).check("0.5").message.startswith("As far as it goes")


@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3), st.integers(2, 15))
def test_a_rounded_number_fits_the_number_it_was_rounded_from(x, digits):
    assert fits(read_number(f"{x:.{digits - 1}e}")[0], x)


@pytest.mark.parametrize(
    "typed",
    [
        "v5 v4 v₃",
        "v₅, v₄, v₃",
        "v5→v4→v3",
        "v5 -> v4 -> v3",
        "v5-v4-v3",
        "v_5 v_4 v_3",
        "v̄₅ v̄₄ v̄₃",
        "5 4 3",
        "V5;V4;V3",
        ["v5", "v4", "v3"],
        [5, 4, 3],
    ],
)
def test_names_of_nodes_are_read_as_people_write_them(typed):
    assert [row.index for row in read_rows(typed, trace(f, 2, 5))] == [5, 4, 3]


def test_inputs_go_by_their_labels_and_by_negative_numbers():
    run = trace(f, 2, 5)
    assert [row.index for row in read_rows("x1 x2 v-1 v₋₁ v0 -1", run)] == [-1, 0, -1, -1, 0, -1]
    assert read_rows(reversed(run.rows), run) == list(reversed(run.rows))


# Wrong numbers that have a name.

ON_F_BY_X1 = {
    "0.5": "along one path only, v₅ → v₄ → v₁ → v₋₁",
    "5": "along one path only, v₅ → v₄ → v₂ → v₋₁",
    "2.5": "a product, the partial by one factor is the other factor",
    "1.71634": "the derivative by x2",
    "11.652": "the value of f(x1, x2)",
    "2": "the value of x1",
    "0": "seed",
    "5.693": "the operation itself for its derivative. For `v₁ = log(v₋₁)`",
    "7": "added the local partials along a path",
    "1.5": "left out a factor. For `v₂ = v₋₁ × v₀`",
    "11": "counted twice",
    "-5.5": "The size is right, the sign is not",
    "2/11": "upside down",
    "5.217": "base 10",
}
ON_F_BY_X2 = {
    "2.28": "sign of the second operand of a subtraction. For `v₅ = v₄ - v₃`",
    "2.28366": "sign of the second operand of a subtraction",
    "2": "along one path only, v₅ → v₄ → v₂ → v₀",
    "-0.2837": "along one path only, v₅ → v₃ → v₀",
    "1.0038": "degrees",
    "2.96": "operation itself for its derivative. For `v₃ = sin(v₀)`",
    "4.716": "the other factor",
    "-0.5673": "multiplied the contributions of the paths",
    "5.5": "the derivative by x1",
}
ON_CHAINED = {
    "2": "along one path only, v₃ → v₁ → v₀",
    "10": "Or you overwrote instead of adding",
    "14": "plain recursion",
    "24": "plain recursion",
    "20": "multiplied the contributions",
    "36": "the value of chained(x)",
    "3": "the value of x",
    "6": "left out a factor",
}
ON_H = {
    "4": "sign of the second operand of a subtraction",
    "-6": "one path only, v₃ → v₁ → v₀",
    "-2": "one path only, v₃ → v₂ → v₀",
    "12": "multiplied the contributions",
    "8": "sign is not",
    "3": "the derivative by a",
    "2": "number of paths",
}
KNOWN = [
    *[("∂f/∂x1", (f, 2, 5), "x1", *pair) for pair in ON_F_BY_X1.items()],
    *[("∂f/∂x2", (f, 2, 5), "x2", *pair) for pair in ON_F_BY_X2.items()],
    *[("b + c", (chained, 3), "x", *pair) for pair in ON_CHAINED.items()],
    *[("h", (h, 2, 3), "b", *pair) for pair in ON_H.items()],
    ("x·x", (lambda x: x * x * 1.5, 3), "x", "4.5", "one path only"),
    ("x·y", (lambda x, y: x * y, 2, 5), "x", "2", "the other factor"),
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
    assert slip.words in feedback.message


def test_overwriting_is_named_where_there_are_too_many_paths_to_compare():
    def ladder(x):
        for _ in range(8):
            x = x + 0.5 * x
        return x

    wrong = faults.overwrite(trace(ladder, 1.0))[0]
    assert number("?", ladder, 1.0).check(wrong).message.startswith("You overwrote instead of adding: v")


def test_a_slope_that_the_graph_cannot_know_is_recognised():
    def leaking(x1, x2):
        return math.log(float(x1)) + x1 * x2

    question = number("?", leaking, 2, 5, wrt="x1")
    assert question.check("5").right
    assert "computed outside the graph" in question.check("5.5").message


def test_a_loop_that_would_not_end_elsewhere_is_given_up():
    def heron(x):
        y = x
        while abs(float(y * y - x)) > 1e-9:
            y = (y + x / y) / 2
        return y

    assert number("?", heron, 3.0).check("0.289").right
    assert patiently(number("?", heron, 3.0).check, "77").kind == "wrong"


def test_a_function_that_fails_elsewhere_does_no_harm():
    def picky(x):
        return {3.0: 2}[float(x)] * x

    assert number("?", picky, 3.0).check("2").right
    assert number("?", picky, 3.0).check("77").kind == "wrong"


def test_a_slip_made_in_every_product_is_recognised():
    feedback = number("?", lambda a, b, c: a * b + a * c, 2, 3, 5, wrt="a").check("4")
    assert "other factor" in feedback.message


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("10.301", "base 10"),
        ("10", "value of v₂"),
        ("0.6931", "value of v₁"),
        ("1", "adjoint v̄₄"),
        ("-10.693", "sign"),
    ],
)
def test_a_wrong_value_is_met_with_what_was_done_instead(typed, words):
    question = number("?", f, 2, 5, of="v₄")
    assert question.check("10.69").right
    assert words in question.check(typed).message


def test_a_wrongly_computed_value_is_recognised():
    assert "degrees" in number("?", lambda x: bp.sin(x) + 1, 5, of="v₂").check("1.0872").message
    assert "wrong way round" in number("?", lambda x, y: (x - y) * 2, 2, 5, of="v₂").check("6").message
    assert "multiplied by the exponent" in number("?", lambda x: x**3, 2.5, of="v₁").check("7.5").message


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-0.9589", "operation itself"),
        ("0.99619", "degrees"),
        ("1", "left out"),
        ("-0.28366", "sign"),
        ("1.71634", "over all paths"),
        ("3.525", "upside down"),
    ],
)
def test_a_wrong_local_partial_is_met_with_what_was_done_instead(typed, words):
    question = number("?", f, 2, 5, partial=("v₃", "v₀"))
    assert question.check("0.284").right
    assert words in question.check(typed).message


def test_the_partial_by_the_other_operand_is_recognised():
    assert (
        "other operand" in number("?", lambda x, y: x / y, 3, 2, partial=("v1", "x")).check("-0.75").message
    )


def test_a_question_of_ones_own_names_its_own_mistakes():
    question = number(
        "How many?", f, 2, 5, answer=lambda run: len(run.steps), mistakes={"Nodes.": len, "Ten.": 10}
    )
    assert question.check(9).right
    assert question.check("7").message == "Nodes."
    assert question.check("10").message == "Ten."
    assert question.check("8").message == "One is missing."


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
            assert named([mistake], readings, row.adjoint) == ""


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
    assert all("walk the paths from v₅ to x1" in question.check(typed).message for typed in ("100", "-77.7"))
    assert "does any path lead" in number("?", chosen, -2, 3, 4, wrt="b").check("77").message


def test_no_known_mistake_tells_the_answer():
    question = number("?", f, 2, 5, wrt="x1")
    assert not any("5.5" in question.check(typed).message for typed in [*ON_F_BY_X1, "100", "-3", "7.77"])


def test_rounding_is_no_mistake_where_contributions_cancel():
    def cancelling(x):
        return 0.1 * x + 0.2 * x - 0.3 * x

    assert number("?", cancelling, 1.0).check("0").right
    assert number("?", cancelling, 1.0).check(0).right


def test_large_runs_are_answered_in_good_time():
    def ladder(x):
        for _ in range(40):
            x = x + 0.5 * x
        return x

    def chain(x):
        for _ in range(3000):
            x = bp.sin(x) + 0.001
        return x

    assert not patiently(number("?", ladder, 1.0).check, "3")
    assert not patiently(number("?", chain, 1.0).check, "3", lines=10**7)


# What can be asked.


def test_one_input_needs_no_name_and_several_do():
    assert number("?", chained, 3).check("12").right
    with pytest.raises(ValueError, match=r'asks for one thing, and 0 were given: try wrt="x1"'):
        number("?", f, 2, 5)
    with pytest.raises(ValueError, match="2 were given"):
        number("?", f, 2, 5, wrt="x1", of="v₄")
    with pytest.raises(ValueError, match="there is no 'x7'"):
        number("?", f, 2, 5, wrt="x7")
    with pytest.raises(ValueError, match="no operand of"):
        number("?", f, 2, 5, partial=("v₅", "v₀"))
    with pytest.raises(ValueError, match="ask elsewhere"):
        number("?", f, 2, 5, answer=lambda run: math.nan)


def test_inputs_may_go_by_name_and_rows_by_every_name():
    for wrt in ("v₃", "v3", 3):
        assert number("?", f, x1=2, x2=5, wrt=wrt).check("-1").right
    assert number("?", lambda xs: xs[0] * xs[1], [2, 5], wrt="xs[1]").check("2").right


def test_a_function_with_numpy_in_it_may_be_asked_about():
    assert number("?", lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2), 2, 5, wrt="x2").check("1.716").right


@pytest.mark.parametrize("answer", ["b", "B", "no", "No", " no ", False, np.False_.item()])
def test_a_choice_is_read_as_text_letter_or_truth(answer):
    question = choice(
        "Same?", ["yes", "no"], right=lambda: trace(chosen, 1, 2, 3).shape == trace(chosen, -1, 2, 3).shape
    )
    assert question.check(answer).right


def test_a_wrong_choice_is_met_with_what_was_thought():
    question = choice("How many?", [1, 2.5, "`many`"], right=2.5, why={1: "You left one out.", 2.5: "Both."})
    assert question.check("1").message == "You left one out."
    assert question.check(2.5).message == "2.5. Both."
    assert question.check("2.50").right
    assert question.check("many").kind == "wrong"
    assert question.check("z").kind == "unread"
    assert question.check(None).kind == "unanswered"


def test_a_choice_may_be_computed_and_is_checked_when_it_is_made():
    assert (
        choice("?", {"twelve": 12, "two": 2}, right=lambda: trace(chained, 3).gradient["x"]).check("a").right
    )
    assert choice("?", ["yes", "no"], right=lambda: np.float64(3) > 2).check("yes").right
    with pytest.raises(ValueError, match="none of the options: a, b"):
        choice("?", ["a", "b"], right="c")
    with pytest.raises(ValueError, match="why tells of c"):
        choice("?", ["a", "b"], right="a", why={"c": "?"})


@pytest.mark.parametrize(
    "answer", ["v5 v4 v3 v2 v1", "v5 v3 v4 v1 v2 v0 v-1", "v₅ v₄ v₁ v₂ x1 v₃ x2", [5, 3, 4, 2, 1]]
)
def test_every_order_with_results_before_operands_counts(answer):
    assert order("?", f, 2, 5).check(answer).right


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("v5 v1 v4 v3 v2", "v₁ came before v₄, which still had to hand on to it: v₄ = v₁ + v₂"),
        ("v5 v4 v3 v-1 v1 v2", "v₋₁ came before v₁"),
        ("v-1 v0 v1 v2 v3 v4 v5", "order of the forward run"),
        ("v5 v4 v4 v3 v2 v1", "v₄ stands there twice"),
        ("v5 v4", "v₃, v₂, v₁ are missing"),
        ("v5 v4 v3 v2", "v₁ is missing"),
    ],
)
def test_a_wrong_order_says_which_node_came_before_one_that_still_had_to_hand_on_to_it(answer, words):
    assert words in order("?", f, 2, 5).check(answer).message


def test_an_order_of_names_that_do_not_exist_is_not_understood():
    assert order("?", f, 2, 5).check("v9 v8").kind == "unread"
    assert order("?", f, 2, 5).check(7).kind == "unread"
    assert order("?", f, 2, 5).check([[]]).kind == "unread"
    assert order("?", f, 2, 5).check("v5 " * 10**5).kind == "unread"
    with pytest.raises(ValueError, match="at most 40"):
        order("?", lambda x: sum([x] * 60), 1)


def test_what_takes_no_part_may_be_left_out_of_an_order():
    assert order("?", lambda a, b: bp.sin(a), 1, 2).check("v1").right
    assert order("?", lambda a, b: bp.sin(a), 1, 2).check("v1 a b").right


# What a question shows.

QUESTIONS = {
    "number": lambda: number("What is `∂f/∂x1` <here>?", f, 2, 5, wrt="x1"),
    "choice": lambda: choice("Which?", ["`v₄`", "v₅"], right="v₅", why={"v₅": "because"}),
    "order": lambda: order("In which order?", f, 2, 5),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_shows_itself_without_its_answer(name):
    question = QUESTIONS[name]()
    bundle = question._repr_mimebundle_()
    stored = json.dumps([bundle, question.widget.get_state()], ensure_ascii=False, default=str)
    assert all(secret not in stored for secret in ("5.5", "because", "v5 v4 v3 v2"))
    assert "<here>" not in bundle["text/html"]
    assert bundle["text/html"] == QUESTIONS[name]()._repr_mimebundle_()["text/html"]
    assert bundle["text/plain"] == repr(QUESTIONS[name]())


def test_the_answer_is_shown_only_after_a_try():
    question = number("?", f, 2, 5, wrt="x1")
    assert question.show_me().kind == "unanswered"
    question.check("what?")
    assert question.show_me().kind == "unanswered"
    question.check("3")
    assert str(question.show_me()) == "→ The answer: v̄₋₁ = 0.5 + 5 = 5.5."


def test_the_form_hands_answers_over_and_keeps_none():
    question = number("?", f, 2, 5, wrt="x1")
    question._repr_mimebundle_()
    form, sent = question.widget, []
    form.send = sent.append
    before = form.get_state()
    for message in (
        {"action": "show"},
        {"action": "check", "answer": "0.5"},
        {"action": "show"},
        {"action": "check"},
        {},
    ):
        form._handle_custom_msg(message, [])
    said = [message["said"] for message in sent]
    assert [message["tries"] for message in sent] == [0, 1, 1, 1, 1]
    assert "Try first" in said[0]
    assert "along one path only" in said[1]
    assert "5.5" in said[2]
    assert form.get_state() == before


def test_what_is_typed_comes_back_escaped():
    feedback = number("?", f, 2, 5, wrt="x1").check("<img src=x onerror=alert(1)>`<b>`")
    assert "<img" not in feedback.html
    assert "<b>" not in feedback.html


def test_feedback_is_told_by_sign_and_word_and_is_true_when_right():
    question = number("?", chained, 3)
    assert question.check("12")
    assert not question.check("11")
    assert str(question.check("12")).startswith("✓ Right.")
    assert str(question.check("11")).startswith("✗ Not yet.")
    assert "<strong>✗ Not yet.</strong>" in question.check("11").html
    assert question.check("11")._repr_mimebundle_()["text/plain"] == str(question.check("11"))


@pytest.mark.parametrize("answer", [None, ..., "", "   "])
@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_filled_in_is_no_error(name, answer):
    assert QUESTIONS[name]().check(answer).kind == "unanswered"


def test_questions_work_where_there_are_no_widgets():
    program = """
import sys
for name in ("numpy", "ipywidgets", "anywidget", "traitlets", "IPython", "graphviz", "matplotlib"):
    sys.modules[name] = None
import backprop_nb as bp
question = bp.exercises.number("?", lambda x1, x2: bp.log(x1) + x1 * x2 - bp.sin(x2), 2, 5, wrt="x1")
print(sorted(question._repr_mimebundle_()), question.check("0.5"), bp.exercises.ask("04-2"))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("['text/html', 'text/plain'] ✗ Not yet. You multiplied along one path only")
