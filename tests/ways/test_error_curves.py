"""Difference quotients at many steps: their errors judged by mpmath, both lines by formulas of their own."""

import json
import math

import mpmath
import numpy as np
import pytest
from support.store_digits_run import STORED, train

import backprop_nb as bp
from backprop_nb.arrays.differences import SCHEMES
from backprop_nb.ways.exactness import choose_input, derivatives

PRECISE = mpmath.mp.clone()
PRECISE.dps = 60
FUNCTIONS = {  # for the package, for mpmath, and where
    "the notes'": (lambda x: 2 * x - np.sin(x), lambda x: 2 * x - PRECISE.sin(x), 5.0),
    "sin": (np.sin, PRECISE.sin, 0.7),
    "exp": (lambda x: bp.exp(-x * x), lambda x: PRECISE.exp(-x * x), 1.25),
    "a quotient": (lambda x: 1 / (1 + x * x), lambda x: 1 / (1 + x * x), -2.0),
    "a power": (lambda x: x**3 - 2 * x, lambda x: x**3 - 2 * x, 0.5),
}
functions = pytest.mark.parametrize(("f", "precise", "x"), FUNCTIONS.values(), ids=FUNCTIONS)


def f(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


@functions
def test_the_derivatives_are_those_of_mpmath(f, precise, x):
    right = [float(PRECISE.diff(precise, x, n)) for n in range(4)]
    assert derivatives(f, x, 3) == pytest.approx(right, rel=1e-13, abs=1e-13)
    assert float(bp.ways.exact_gradient(f, x)[0]) == pytest.approx(float(PRECISE.diff(precise, x)), rel=1e-15)


@functions
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_error_is_that_of_the_quotient_and_no_more_than_the_lines_say(f, precise, x, scheme, precision):
    curve = bp.ways.try_steps(f, x, precisions=(precision,))[scheme, precision]
    right = PRECISE.diff(precise, float(np.dtype(precision).type(x)))
    for h, quotient, error, *lines in zip(
        curve.steps, curve.quotients, curve.errors, curve.truncation, curve.rounding, strict=True
    ):
        assert error == pytest.approx(float(abs(quotient - right)), rel=1e-3, abs=1e-18)
        if h <= 0.1:
            assert error <= 1.3 * lines[0] + 4 * lines[1] + 1e-18 or error == pytest.approx(abs(curve.exact))
    assert curve.errors[curve.steps.index(curve.best)] <= 10 * min(
        t + r for t, r in zip(curve.truncation, curve.rounding, strict=True)
    )


@functions
def test_what_is_left_out_is_the_next_term_of_taylors_series(f, precise, x):
    """In 60 digits nothing is rounded: the errors of the quotients are the truncation lines."""
    tried, h = bp.ways.try_steps(f, x, precisions=("float64",)), PRECISE.mpf(10) ** -5
    right = PRECISE.diff(precise, x)
    for scheme in ("forward", "central"):
        left_out = abs(SCHEMES[scheme].quotient(precise, PRECISE.mpf(x), h) - right)
        line = tried[scheme, "float64"].truncation[tried[scheme, "float64"].steps.index(1e-5)]
        assert line == pytest.approx(float(left_out), rel=1e-3, abs=1e-20)


def test_the_notes_miss_is_one_unit_in_the_last_place_of_f_over_h():
    curve = bp.ways.try_steps(f, 2, 5, wrt="x2", steps=(1e-5,))["forward", "float32"]
    unit = float(np.spacing(np.float32(f(2, 5))))
    assert curve.unit == unit == 2.0**-20
    assert curve.rounding == pytest.approx([0.09536743])
    assert curve.errors[0] == pytest.approx(0.09509146, abs=unit / 1e-5)


def test_best_steps_lie_where_the_lines_cross():
    tried = bp.ways.try_steps(f, 2, 5, wrt="x2")
    bends, turns = abs(math.sin(5)), abs(math.cos(5))
    for precision in ("float32", "float64"):
        unit = tried["forward", precision].unit
        assert tried["forward", precision].best == pytest.approx(math.sqrt(2 * unit / bends), rel=1.0)
        assert tried["central", precision].best == pytest.approx((3 * unit / 2 / turns) ** (1 / 3), rel=1.0)


def test_the_complex_step_has_no_left_arm():
    curve = bp.ways.try_steps(f, 2, 5, wrt="x2")["complex step", "float64"]
    assert max(error for h, error in zip(curve.steps, curve.errors, strict=True) if h < 1e-9) <= 4.5e-16
    assert min(curve.steps) == pytest.approx(1e-20)


def test_a_real_number_for_a_complex_x_is_told():
    with pytest.raises(TypeError, match="complex step is lost"):
        bp.differences.difference_quotients(lambda x: np.abs(x).sum(), np.array([2.0]), "complex step")
    curve = bp.ways.try_steps(abs, 2.0)["complex step", "float64"]
    assert all(map(math.isnan, curve.errors))


def test_where_f_fails_there_is_a_gap():
    tried = bp.ways.try_steps(bp.log, 0.5, steps=(1.0, 0.1))
    assert math.isnan(tried["central", "float64"].errors[0]), "log(-0.5)"
    assert tried["central", "float64"].errors[1] < 0.1
    assert "nan" in tried.text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"schemes": ("sideways",)}, "some of forward, central, complex step"),
        ({"schemes": "forward"}, "give a tuple"),
        ({"precisions": ("float16",)}, "float32, float64"),
        ({"steps": (0.0, 1.0)}, "above 0"),
        ({"steps": ()}, "at least one"),
        ({"wrt": "x3"}, "one of x1, x2; received 'x3'"),
        ({"wrt": 2}, "one of x1, x2; received 2"),
        ({"wrt": None}, "with respect to which"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(arguments, says):
    with pytest.raises(ValueError, match=says):
        bp.ways.try_steps(f, 2, 5, **{"wrt": "x2"} | arguments)


def test_what_no_error_can_be_measured_of_is_refused_in_words():
    with pytest.raises(ValueError, match=r"f = 1\.01423e\+304 .* is beyond float32 here"):
        bp.ways.try_steps(bp.exp, 700.0)
    with pytest.raises(TypeError, match="must return one number; it returned a list"):
        bp.ways.try_steps(lambda x: [x], 1.0)
    with pytest.raises(TypeError, match=r"bp\.sin for math\.sin"):
        bp.ways.try_steps(lambda x: math.sin(x), 1.0)  # noqa: PLW0108  (the line is to be told)


EDGES = [(bp.relu, 0.0), (lambda x: x * 0 + 3, 1.0), (lambda x: 1 / x, 1e-3), (np.sin, 0)]


@pytest.mark.parametrize(("f", "x"), EDGES)
def test_where_lines_or_errors_vanish_or_have_no_end_there_is_a_figure_all_the_same(f, x):
    tried = bp.ways.try_steps(f, x)
    assert len(tried.figure().axes) == 2
    assert all(curve.best in curve.steps for curve in tried.curves.values())


def test_an_input_is_chosen_by_name_or_place_and_the_others_stay():
    for wrt in ("x2", 1):
        g, at, name = choose_input(f, (2.0, 5.0), wrt)
        assert (g(3.0), at, name) == (f(2.0, 3.0), 5.0, "x2")


def test_figure_and_text_show_the_same_curves():
    tried = bp.ways.try_steps(f, 2, 5, wrt="x2")
    figure = tried.figure()
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["∂f/∂x2 at (2, 5), float32", "∂f/∂x2 at (2, 5), float64"]
    assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in figure.axes)
    styles = [line.get_linestyle() for line in figure.axes[1].get_lines()]
    assert (styles.count(":"), styles.count("--")) == (4, 4), "a line for each scheme, and the legend's"
    html = tried._repr_mimebundle_()["text/html"]
    assert html.startswith("<img alt=")
    assert "1e-05" in html.partition("src=")[0]


@pytest.mark.parametrize(("scheme", "evaluations"), [("forward", 21), ("central", 40), ("complex step", 20)])
def test_evaluations_are_counted_by_whoever_is_called(scheme, evaluations):
    calls = []

    def g(x):
        calls.append(x.dtype.kind)
        return (x * x * np.arange(20.0)).sum()

    counted = bp.ways.count_evaluations(g, np.ones(20), scheme)
    assert counted.evaluations == len(calls) == evaluations
    assert counted.gradient == pytest.approx(2 * np.arange(20.0), abs=1e-5)
    assert set(calls) == {"c" if scheme == "complex step" else "f"}


def test_a_reverse_sweep_takes_one_evaluation_whatever_n_is():
    growth = bp.ways.time_gradients(lambda x: (x * x).sum(), sizes=(1, 30))
    assert growth["forward"] == [2, 31]
    assert growth["reverse sweep"] == [1, 1]
    assert growth.figure().axes[0].get_ylabel() == "evaluations of f"
    with pytest.raises(ValueError, match="reverse sweep"):
        bp.ways.count_evaluations(np.sum, np.ones(2), "backward")


def test_the_beginning_of_the_stored_run_is_what_its_recipe_gives():
    pytest.importorskip("sklearn")
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    again = train(2)
    assert again["recipe"] == stored["recipe"]
    assert again["images"] == stored["images"]
    for new, old in zip(again["epochs"], stored["epochs"], strict=False):
        assert new["loss"] == pytest.approx(old["loss"], rel=1e-4)
        assert new["accuracy"] == pytest.approx(old["accuracy"], abs=2 / 360)


def test_the_stored_run_is_small_and_shows_each_digit_once():
    run = bp.ways.digits_run()
    assert STORED.stat().st_size < 30_000
    assert run.labels == list(range(10))
    assert len(run.epochs) == run.recipe["epochs"] + 1
    shown = [text.get_text() for text in run.figure().axes[3].texts]
    assert shown == ["✗ 0", "3", "3", "3"]
