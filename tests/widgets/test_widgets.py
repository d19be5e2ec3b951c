"""The explorers without a browser: their arguments, what they tell the browser, and their twins."""

import base64
import json
import math
import re
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.drawing.notation import label_latex
from backprop_nb.widgets import explorer
from backprop_nb.widgets.controls import Control, plan
from backprop_nb.widgets.grids import LEVELS, grid
from backprop_nb.widgets.mathml import mathml
from backprop_nb.widgets.scenes import places
from backprop_nb.widgets.stepping import ROWS

VIEW = "application/vnd.jupyter.widget-view+json"
SCRIPTS = sorted(explorer.SCRIPTS.glob("*.js"))


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def branching(a, b, c):
    return a + b if a > 0 else a + c


@pytest.fixture
def steps():
    return bp.widgets.stepper(f, x1=2, x2=5)


# ---- arguments ----


@pytest.mark.parametrize(
    ("value", "low", "high", "step"),
    [
        (2, -3, 7, 0.1),
        (0, -5, 5, 0.1),
        (7, -3, 17, 0.2),
        (-0.02, -0.07, 0.03, 0.001),
        (1500, -3500, 6500, 100),
    ],
)
def test_a_number_gets_a_slider_around_it(value, low, high, step):
    control = plan(abs, (value,), {}).controls[0]
    assert (control.min, control.value, control.max, control.step) == pytest.approx((low, value, high, step))
    below = (value - control.min) / control.step
    assert below == pytest.approx(round(below)), "the start is a place where the slider can stand"


def test_a_tuple_gives_the_ends_of_the_slider():
    read = plan(f, ((0, 4), (1, 2, 9)), {})
    assert [(c.name, c.min, c.value, c.max) for c in read.controls] == [("x1", 0, 2, 4), ("x2", 1, 2, 9)]


def test_a_range_is_a_plain_integer_that_is_not_differentiated():
    def power(x, n, loud):
        assert type(n) is int
        assert loud is True
        out = x
        for _ in range(n):
            out = out * x
        return out

    widget = bp.widgets.stepper(power, x=3, n=range(1, 6), loud=True)
    assert widget.inputs == {"x": 3.0, "n": 3}
    assert widget.record.gradient == {"x": 4 * 3.0**3}
    widget.inputs = {"n": 1}
    assert widget.inputs == {"x": 3.0, "n": 1}
    assert widget.record.value == 9


def test_numbers_in_a_list_are_inputs_without_sliders():
    widget = bp.widgets.stepper(lambda w, x: w[0] * x + w[1], w=[3.0, 4.0], x=2)
    assert widget.record.gradient == {"w[0]": 2.0, "w[1]": 1.0, "x": 3.0}
    assert [control["name"] for control in widget.controls] == ["x"]


def test_some_by_place_and_some_by_name():
    def g(a, b, *, c):
        return a * b + c

    assert bp.widgets.stepper(g, 2, b=3, c=4).record.value == 10
    assert bp.widgets.stepper(lambda *xs: xs[0] * xs[1], 2, 5).inputs == {"x1": 2.0, "x2": 5.0}


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (lambda: bp.widgets.stepper(3, x=1), TypeError, "your function"),
        (lambda: bp.widgets.stepper(f), ValueError, "Give its arguments"),
        (lambda: bp.widgets.stepper(f, x1=2), TypeError, "x2"),
        (lambda: bp.widgets.stepper(f, x1=2, x2=5, x3=1), TypeError, "x3"),
        (lambda: bp.widgets.stepper(f, x1=(4, 1), x2=5), ValueError, "x1 goes from low to high"),
        (lambda: bp.widgets.stepper(f, x1=math.nan, x2=5), ValueError, "finite"),
        (lambda: bp.widgets.stepper(f, x1=2, x2=range(0)), ValueError, "no room"),
        (lambda: bp.widgets.stepper(lambda n: n, n=range(3)), ValueError, "no input to differentiate"),
        (lambda: bp.widgets.stepper(f, x1=-2, x2=5), ValueError, "log"),
        (lambda: bp.widgets.stepper(lambda x: [x, x], x=1), TypeError, "list"),
        (lambda: bp.widgets.branches(f, x1=(-3, -1), x2=5), ValueError, "fails wherever x1 slides"),
        (lambda: bp.widgets.branches(lambda w: w[0], w=[1.0]), ValueError, "no argument to slide"),
    ],
)
def test_arguments_that_do_not_fit_are_met_with_the_reason(arguments, kind, says):
    with pytest.raises(kind, match=says):
        arguments()


# ---- what the browser is told ----


def test_equation_1_is_told_as_the_notes_print_it(steps):
    run = steps.run
    assert [step["line"] for step in run["forward"]] == [
        "v₋₁ = x1",
        "v₀ = x2",
        "v₁ = log(v₋₁)",
        "v₂ = v₋₁ × v₀",
        "v₃ = sin(v₀)",
        "v₄ = v₁ + v₂",
        "v₅ = v₄ - v₃",
    ]
    starts = [" ".join(step["line"].split(" ")[:2]) for step in run["backward"]]
    assert starts == ["v̄₅ =", "v̄₄ =", "v̄₃ =", "v̄₁ =", "v̄₂ =", "v̄₀ =", "v̄₋₁ =", "v̄₀ +=", "v̄₋₁ +="]
    assert run["forward"][3]["words"] == "v₋₁ = 2 and v₀ = 5 give v₂ = 10."
    assert run["backward"][3]["words"] == "v₄ hands 1 × 1 = 1 to v₁."
    assert run["backward"][8]["words"] == "v₁ hands 1 × 0.5 = 0.5 to v₋₁, which had 5 and now has 5.5."
    assert run["backward"][5]["numbers"] == "= -1 × 0.283662 = -0.283662"
    assert run["done"] == "The gradient: ∂f/∂x1 = 5.5, ∂f/∂x2 = 1.71634."


def test_the_paths_to_an_input_add_up_to_its_adjoint(steps):
    paths = steps.run["paths"]
    assert paths["x1"]["count"] == "2"
    assert [path["contribution"] for path in paths["x1"]["shown"]] == ["0.5", "5"]
    assert paths["x1"]["shown"][0]["edges"] == ["e5_4_0", "e4_1_0", "e1_-1_0"]
    assert paths["x2"]["sum"] == "1.71634"


def test_every_edge_and_node_that_is_named_is_in_the_picture(steps):
    ids = set(re.findall(r'id="([^"]+)"', steps.run["svg"]))
    assert {row["id"] for row in steps.run["rows"]} <= ids
    assert {step["edge"] for step in steps.run["backward"][1:]} <= ids


def test_two_to_the_forty_paths_are_counted_and_only_some_listed():
    def doubled(x):
        for _ in range(40):
            x = x + x
        return x

    paths = bp.widgets.stepper(doubled, x=1).run["paths"]["x"]
    assert (paths["count"], paths["sum"]) == ("1,099,511,627,776", "1.09951e+12")
    assert len(paths["shown"]) == 20


@pytest.mark.parametrize(
    ("odd", "gradient"),
    [
        (lambda x: x * x, {"x": 6.0}),
        (lambda x: x + x, {"x": 2.0}),
        (lambda x: x, {"x": 1.0}),
        (lambda x: 7, {"x": 0.0}),
        (lambda x: x * 2 + 1, {"x": 2.0}),
    ],
)
def test_odd_functions_are_told_too(odd, gradient):
    widget = bp.widgets.stepper(odd, x=3)
    assert widget.record.gradient == gradient
    assert widget.run["rows"][0]["adjoint"] == f"{gradient['x']:g}"
    assert json.dumps(widget.run, allow_nan=False)
    assert bp.widgets.branches(odd, x=3).scene["graphs"]


def test_a_graph_too_large_to_draw_is_still_stepped_through():
    def chain(x, n):
        for _ in range(n):
            x = bp.sin(x)
        return x

    widget = bp.widgets.stepper(chain, x=1, n=range(300, 301))
    assert widget.run["svg"] == ""
    assert widget.run["picture"] == "301 nodes are too many for a picture: read the lines."
    assert len(widget.run["forward"]) == 301
    assert "limit" in widget.still
    with pytest.raises(ValueError, match=f"more than {ROWS:,} rows: a loop"):
        bp.widgets.stepper(chain, x=1, n=range(3000, 3001))


# ---- controls as attributes ----


def test_new_inputs_run_the_function_again_and_keep_the_place(steps):
    steps.position = 9
    before = steps.run["shape"], steps.run["svg"]
    steps.inputs = {"x1": 4}
    assert steps.inputs == {"x1": 4.0, "x2": 5.0}
    assert steps.record.gradient["x1"] == 5.25
    assert steps.position == 9
    assert (steps.run["shape"], steps.run["svg"]) == before


def test_a_failure_of_the_function_is_told_and_the_next_good_value_clears_it(steps):
    steps.inputs = {"x1": -1}
    assert re.match(r"At x1 = -1, x2 = 5: ValueError: log\(-1\)", steps.error)
    assert steps.error.endswith("still the one at x1 = 2, x2 = 5.")
    assert steps.record.gradient["x1"] == 5.5
    steps.inputs = {"x1": 1}
    assert steps.error == ""
    assert steps.record.gradient["x1"] == 6.0


def test_a_shorter_run_moves_the_place_to_its_end():
    widget = bp.widgets.stepper(branching, a=1, b=2, c=3)
    widget.position = 99
    assert widget.position == 7
    shape = widget.run["shape"]
    widget.inputs = {"a": -1}
    assert widget.run["shape"] != shape
    assert widget.position == 7


def test_controls_refuse_what_they_cannot_show(steps):
    with pytest.raises(ValueError, match="no slider for y"):
        steps.inputs = {"y": 1}
    with pytest.raises(ValueError, match="finite"):
        steps.inputs = {"x1": math.inf}
    with pytest.raises(ValueError, match="choose x1, x2"):
        steps.chosen = "x3"
    assert steps.inputs == {"x1": 2.0, "x2": 5.0}


def test_callbacks_know_their_function_and_not_the_notebooks_names():
    namespace = {"bp": bp}
    exec("def g(x): return x * x\nw = bp.widgets.stepper(g, x=2)\ndel g", namespace)
    namespace["w"].inputs = {"x": 3}
    assert namespace["w"].record.value == 9


# ---- branches ----


def test_each_side_of_a_condition_has_its_graph():
    widget = bp.widgets.branches(branching, a=(-1, 1), b=2, c=3)
    assert [graph["where"] for graph in widget.scene["graphs"]] == ["-1 … 0", "0.05 … 1"]
    widget.value = 0.51
    assert widget.value == 0.5
    assert widget.record.gradient == {"a": 1.0, "b": 1.0, "c": 0.0}
    widget.value = 0
    assert widget.record.gradient == {"a": 1.0, "b": 0.0, "c": 1.0}
    assert repr(widget) == "<branches of branching at a = 0>"


def test_the_slider_stops_at_zero_and_at_the_start():
    for start, low, high in [(0.123, -1, 2), (-7.0, -7, 0.1), (2.0, -3, 7)]:
        control = Control("x", start, low, high, 0.1)
        stops = places(control)
        assert {0.0, control.value, control.min, control.max} <= set(stops)
        assert stops == sorted(set(stops))
        assert 30 <= len(stops) <= 64


def test_a_condition_carries_no_gradient_at_its_one_point():
    widget = bp.widgets.branches(lambda x: 0 if x == 0 else x, x=(-1, 0, 1))
    assert widget.record.gradient == {"x": 0.0}
    assert widget.scene["graphs"][1]["where"] == "0"


def test_places_where_the_function_fails_say_so():
    widget = bp.widgets.branches(f, x1=(-1, 1, 2), x2=5)
    errors = {place["x"]: place["error"] for place in widget.scene["places"] if place["error"]}
    assert set(errors) == {x for x in widget.places if x <= 0}
    assert "log(0)" in errors[0.0]
    assert "log(-1)" in widget.text


def test_the_length_of_a_loop_can_slide():
    def loop(n, x):
        for _ in range(n):
            x = x * x
        return x

    widget = bp.widgets.branches(loop, n=range(20), x=1)
    assert len(widget.scene["graphs"]) == 20
    assert sum(bool(graph["svg"]) for graph in widget.scene["graphs"]) == 12
    widget.position = 3
    assert widget.record.gradient == {"x": 8.0}


# ---- twins, and what leaves the notebook ----

EXPLORERS = {
    "stepper": lambda: bp.widgets.stepper(f, x1=2, x2=5),
    "branches": lambda: bp.widgets.branches(branching, a=1, b=2, c=3),
}


@pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)
def test_an_explorer_leaves_text_and_a_page_behind(make):
    widget = make()
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {VIEW, "text/plain", "text/html"}
    assert data["text/plain"] == widget.text
    assert "v₁ = " in re.sub(" +", " ", widget.text)
    packed = re.search(r'class="bp-state">([\w+/=]+)</script>', data["text/html"])[1]
    state = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert state["position"] == widget.position
    assert state["_esm"] == widget._esm
    assert 'src="data:image/svg+xml;base64,' in data["text/html"]


def test_names_that_look_like_markup_stay_text():
    nasty = {"</script><script>alert(1)//": 2.0, '"]<b>&amp;': 3.0}
    for make in (bp.widgets.stepper, bp.widgets.branches):
        html = make(lambda w, x: x * math.prod(w.values()), w=nasty, x=1).html
        assert "<b>" not in html
        assert "<script>alert" not in html


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_need_no_network_and_read_no_markup(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    if path.name == "form.js":  # what it sets as markup has been escaped by Python: test_questions.py
        text = text.replace("innerHTML", "")
    assert not re.search(r"https?:|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


def test_the_style_needs_no_network():
    assert not re.search(r"url\(|@import|https?:", explorer.style())


# ---- arrays ----


def two_layers(X, W, b, V, c, labels):
    return bp.softmax_cross_entropy(bp.tanh(X @ W + b) @ V + c, labels)


def arrays(batch, inputs, hidden, classes):
    chance = np.random.default_rng(0)
    shapes = {"X": (batch, inputs), "W": (inputs, hidden), "b": hidden, "V": (hidden, classes), "c": classes}
    values = {name: chance.normal(size=shape) for name, shape in shapes.items()}
    return values | {"labels": chance.integers(0, classes, batch)}


def test_arrays_have_no_sliders_and_numbers_beside_them_do():
    widget = bp.widgets.stepper(lambda X, a: (X * a).sum(), X=np.ones((2, 2)), a=3.0)
    assert [control["name"] for control in widget.controls] == ["a"]
    widget.inputs = {"a": 5.0}
    assert widget.record.value == 20
    assert widget.record.gradient["X"].tolist() == [[5, 5], [5, 5]]
    assert "X = float64(2, 2)" in repr(widget)


def test_a_step_tells_the_rule_the_arrays_and_what_is_kept():
    run = bp.widgets.stepper(two_layers, **arrays(4, 2, 5, 3)).run
    step = next(step for step in run["backward"] if step["edge"] == "e4_-1_1")
    assert (step["line"], step["local"]) == ("v̄₋₁ = v₃′ v̄₄", "v₃′ v̄₄")
    assert step["words"] == "v₄ hands v₃′ v̄₄ to v₋₁. Like v₋₁, v̄₋₁ has the shape (5, 3)."
    assert step["math"].startswith("<math>")
    assert [card["title"] for card in step["cards"]] == ["v₃", "v̄₄", "v̄₋₁"]
    assert [card.get("out", False) for card in step["cards"]] == [False, False, True]
    assert run["grids"]["v-1"]["numbers"][0][0] == f"{arrays(4, 2, 5, 3)['V'][0, 0]:.3g}"
    forward = next(step for step in run["forward"] if step["row"] == "v3")
    assert forward["words"].endswith("It is needed on the way back: kept 160 B for v₃, v₄.")


def test_every_card_names_a_picture_and_every_edge_a_rule():
    run = bp.widgets.stepper(two_layers, **arrays(4, 2, 5, 3)).run
    for step in run["forward"] + run["backward"]:
        assert step["cards"]
        assert all(card["grid"] in run["grids"] for card in step["cards"])
    for key, picture in run["grids"].items():
        assert ("numbers" in picture) != ("heat" in picture), key
        assert picture["words"]


def test_large_arrays_stay_small_in_the_browser():
    widget = bp.widgets.stepper(two_layers, **arrays(100, 784, 128, 10))
    told = json.dumps(widget.run)
    assert len(told) < 80_000
    for picture in widget.run["grids"].values():
        for line in picture.get("heat", []):
            assert len(line) <= 32
        assert len(picture.get("heat", [])) <= 32
    assert "each square is the mean of 4 × 25 numbers" in widget.run["grids"]["v-4"]["words"]


@pytest.mark.parametrize(
    "shape", [(), (1,), (6,), (7,), (6, 6), (6, 7), (2, 3, 2), (3, 2, 9), (0,), (0, 3), (1000,)]
)
def test_a_picture_has_the_shape_of_its_array(shape):
    size = int(np.prod(shape))
    picture = grid(np.arange(float(size)).reshape(shape))
    rows = picture.get("numbers") or picture.get("heat")
    width = shape[-1] if shape else 1
    if size > 0 and width <= 6 and size / width <= 6:
        assert [len(row) for row in rows] == [width] * (size // width)
    elif size:
        assert len(rows) == -(-(size // width) // -(-(size // width) // 32))
    assert picture["shape"] == (str(shape) if shape else "")


def test_the_colours_of_a_heat_map_meet_at_zero():
    x = np.linspace(-1, 1, 31)
    line = grid(x)["heat"][0]
    levels = [LEVELS.index(letter) for letter in line]
    assert levels == sorted(levels)
    assert (levels[0], levels[15], levels[30]) == (1, 32, 63)
    assert grid(np.array([np.nan] * 3 + [1.0] * 5))["heat"] == ["   -----".replace("-", LEVELS[63])]
    assert set(grid(np.zeros(9))["heat"][0]) == {LEVELS[32]}


def test_branches_over_an_array_slide_a_number():
    widget = bp.widgets.branches(lambda a, X: (X * a if a > 0 else bp.exp(X)).sum(), a=(-1, 1), X=np.ones(3))
    assert len(widget.scene["graphs"]) == 2
    json.dumps(widget.scene)


@pytest.mark.parametrize(
    "latex", ["", "{", "}", r"\left", r"\bar", "_", "^x", "'", r"\frac{1}", r"\begin{pmatrix}", "\\", "é"]
)
def test_mathml_of_broken_latex_is_still_well_formed(latex):
    assert ElementTree.fromstring(mathml(latex)).tag == "math"


def test_mathml_shows_a_learners_name_as_text():
    math = mathml(label_latex("<script>alert(1)</script>"))
    assert "<script>" not in math
    assert "".join(ElementTree.fromstring(math).itertext()) == "<script>alert(1)</script>"
