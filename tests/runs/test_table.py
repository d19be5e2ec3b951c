"""The table of a run: the notes' Figure 1 line by line, in four ways of writing it."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from support.programs import random_program, run
from support.small_programs import f

from backprop_nb import Dual
from backprop_nb.core.primitives import Primitive
from backprop_nb.drawing.text_columns import text_width
from backprop_nb.runs.adjoints import sweep_forward
from backprop_nb.runs.table import table
from backprop_nb.runs.tracing import trace

ODD_KEYS = ["<script>alert(1)</script>", '"]', "&amp;", "a|b", "`*_", "$x$", "変数", "]]>", "\\"]

LEFT = [
    ("v₋₁ = x1", "= 2"),
    ("v₀ = x2", "= 5"),
    ("v₁ = log(v₋₁)", "= 0.693147"),
    ("v₂ = v₋₁ × v₀", "= 10"),
    ("v₃ = sin(v₀)", "= -0.958924"),
    ("v₄ = v₁ + v₂", "= 10.6931"),
    ("v₅ = v₄ - v₃", "= 11.6521"),
    ("f(x1, x2) = v₅", "= 11.6521"),
]
RIGHT = [
    ("v̄₅ = 1", "= 1"),
    ("v̄₄ = v̄₅ ∂v₅/∂v₄", "= 1 × 1 = 1"),
    ("v̄₃ = v̄₅ ∂v₅/∂v₃", "= 1 × (-1) = -1"),
    ("v̄₁ = v̄₄ ∂v₄/∂v₁", "= 1 × 1 = 1"),
    ("v̄₂ = v̄₄ ∂v₄/∂v₂", "= 1 × 1 = 1"),
    ("v̄₀ = v̄₃ ∂v₃/∂v₀", "= -1 × 0.283662 = -0.283662"),
    ("v̄₋₁ = v̄₂ ∂v₂/∂v₋₁", "= 1 × 5 = 5"),
    ("v̄₀ += v̄₂ ∂v₂/∂v₀", "= -0.283662 + 1 × 2 = 1.71634"),
    ("v̄₋₁ += v̄₁ ∂v₁/∂v₋₁", "= 5 + 1 × 0.5 = 5.5"),
]


def chain(x):
    for _ in range(999):
        x = x * 1.001
    return x


def written(lines):
    return [(line.formula, line.numbers) for line in lines]


def texts(html, tag, scope=None):
    return [x.text for x in ElementTree.fromstring(html).iter(tag) if scope in (None, x.get("scope"))]


@pytest.fixture
def figure1():
    return table(trace(f, 2, 5).in_notation("notes"))


def test_both_sides_are_the_lines_of_figure_1_in_their_order(figure1):
    assert written(figure1.forward) == LEFT
    assert written(figure1.backward) == RIGHT
    text = re.sub(" +", " ", str(figure1))
    for line, numbers in LEFT + RIGHT:
        assert f"{line} {numbers}" in text
    assert figure1._repr_mimebundle_() == {"text/html": figure1.html, "text/plain": str(figure1)}


def test_the_columns_of_the_text_stand_below_each_other(figure1):
    head, *lines = figure1.text.splitlines()

    def columns_of(line, marks):
        return [text_width(line[: match.start()]) for match in re.finditer(marks, line)]

    assert {columns_of(line, "v̄")[0] for line in lines if "v̄" in line} == {*columns_of(head, "backward")}
    assert {columns_of(line, r" = ")[0] for line in lines[:7]} == {3}
    pairs = zip(lines, LEFT, strict=False)
    assert len({text_width(line.partition(numbers)[0]) for line, (_, numbers) in pairs}) == 1


def test_the_latex_is_the_array_of_figure_1(figure1):
    latex = figure1.latex.replace(r"\mathrel{+}=", "+=")
    latex = re.sub(r"_\{(\w)\}", r"_\1", latex).splitlines()
    assert latex[0] == r"\begin{array}{l|l}"
    assert latex[-1] == r"\end{array}"
    assert latex[1] == r"v_{-1} = x_1 & \bar{v}_5 = 1 \\"
    assert latex[4].endswith(r"& \bar{v}_1 = \bar{v}_4 \frac{\partial v_4}{\partial v_1} \\")
    assert latex[8] == r"f(x_1, x_2) = v_5 & \bar{v}_0 += \bar{v}_2 \frac{\partial v_2}{\partial v_0} \\"
    assert len(latex) == 2 + 9


def test_the_html_says_what_each_cell_belongs_to_and_brings_no_colours(figure1):
    html = figure1.html
    titles = ["Forward: the values of f(x1, x2)", "Backward: the adjoints of f(x1, x2)"]
    assert texts(html, "caption") == titles
    assert texts(html, "th", "row") == [line for line, _ in LEFT + RIGHT]
    assert texts(html, "th", "col") == ["row", "value", "step", "numbers"]
    assert len(texts(html, "th")) == len(LEFT + RIGHT) + 4
    assert texts(html, "td") == [numbers for _, numbers in LEFT + RIGHT]
    assert "background" not in html
    assert set(re.findall(r"(?<!-)color:([^;\"]+)", html)) <= {"inherit"}


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_names_are_text_in_every_form(key):
    shown = table(trace(lambda w: abs(w[key]), {key: -3.0}))
    numbered = "v₀ = " * (len(f"w[{key}]") > 20)
    assert texts(shown.html, "th", "row")[0] == f"{numbered}w[{key}]"
    assert f"w[{key}] = -3" in re.sub(" +", " ", shown.text)
    for line in shown.markdown.splitlines():
        bars = re.findall(r"(?<!\\)(?:\\\\)*\|", line)
        assert len(bars) == 5, "a bar or a backslash in a name moved the columns"
    assert "<script" not in shown.markdown


def test_a_long_run_shows_its_ends_and_says_how_much_is_left_out():
    shown = table(trace(chain, 1))
    assert len(shown.forward) == 30 + 1 + 30 + 1
    assert "… 940 rows …" in shown.text
    assert "… 940 steps …" in shown.html
    assert r"\text{940 rows}" in shown.latex
    assert written(shown.forward[-2:-1])[0][0] == "v₉₉₉ = v₉₉₈ × 1.001"
    whole = table(trace(chain, 1), limit=None)
    assert len(whole.forward) == 1001
    assert "…" not in whole.text
    ends = [line if isinstance(line, str) else line.left for line in table(trace(chain, 1), limit=2).forward]
    assert ends == ["x", "… 998 rows …", "v₉₉₉", "chain(x)"]
    sixty = table(trace(lambda *xs: sum(xs), *range(30))).text
    assert not re.search(r"… [\d,]+ (rows|steps) …", sixty)


@pytest.mark.parametrize("limit", [0, 1, -5, 2.5, "all"])
def test_another_limit_is_refused_with_what_to_give_instead(limit):
    with pytest.raises(ValueError, match="2 or more, or None"):
        table(trace(f, 2, 5), limit=limit)


def test_an_unused_input_stands_on_the_left_only_and_an_output_may_be_an_input_or_a_plain_number():
    shown = table(trace(lambda x, y: x * x, 3, 4))
    assert written(shown.forward)[1] == ("y", "= 4")
    assert [line.left for line in shown.backward] == ["v̄₁", "x̄", "x̄"]
    shown = table(trace(lambda x: x, 3))
    assert written(shown.forward) == [("x", "= 3"), ("f(x) = x", "= 3")]
    assert written(shown.backward) == [("x̄ = 1", "= 1")]
    lines = [("x", "= 3"), ("v₁ = 7", "= 7"), ("f(x) = v₁", "= 7")]
    assert written(table(trace(lambda x: 7, 3)).forward) == lines


@pytest.mark.parametrize(
    ("inputs", "call"),
    [
        (([{"weights": [0.1, 0.2]}, [1.0]], [2.0], 0.5), "loss(net, row, target)"),
        (({"a.b": 1.0, "c": 2.0}, 3.0, 1.0), "loss(net, row, target)"),
        ((1.0, 2.0, 3.0), "loss(net, row, target)"),
    ],
)
def test_the_call_names_the_parameters_however_many_numbers_each_holds(inputs, call):
    def loss(net, row, target):
        return target * 1.0

    run = trace(loss, *inputs)
    assert run.is_named == call
    assert table(run).text.splitlines()[-1].startswith(call)
    assert max(map(text_width, table(run).text.splitlines())) <= 120
    assert trace(lambda *xs: sum(xs), *[1.0] * 20).is_named == "f(x1, x2, x3, …, x20)"


TANGENTS = [
    ("v^₋₁ = 1", "= 1"),
    ("v^₀ = 0", "= 0"),
    ("v^₁ = v^₋₁ ∂v₁/∂v₋₁", "= 1 × 0.5 = 0.5"),
    ("v^₂ = v^₋₁ ∂v₂/∂v₋₁ + v^₀ ∂v₂/∂v₀", "= 1 × 5 + 0 × 2 = 5"),
    ("v^₃ = v^₀ ∂v₃/∂v₀", "= 0 × 0.283662 = 0"),
    ("v^₄ = v^₁ ∂v₄/∂v₁ + v^₂ ∂v₄/∂v₂", "= 0.5 × 1 + 5 × 1 = 5.5"),
    ("v^₅ = v^₄ ∂v₅/∂v₄ + v^₃ ∂v₅/∂v₃", "= 5.5 × 1 + 0 × (-1) = 5.5"),
    ("∂f/∂v₋₁ = v^₅", "= 5.5"),
]


def test_a_column_of_tangents_stands_beside_the_values_in_place_of_the_backward_lines():
    dotted = table(trace(f, 2, 5).in_notation("notes"), tangents="x1")
    lines = [(line.replace("^", "\N{COMBINING DOT ABOVE}"), numbers) for line, numbers in TANGENTS]
    assert written(dotted.forward) == LEFT
    assert written(dotted.tangents) == lines
    for shown in (re.sub(" +", " ", dotted.text), dotted.markdown, dotted.html):
        assert all(line in shown for line, _ in lines)
        assert "v̄" not in shown
    assert r"\dot{v}_{4} = \dot{v}_{1} \frac{\partial v_{4}}{\partial v_{1}} + " in dotted.latex
    assert r"\dot{v}_{5} = 5.5" in dotted.numbers_latex
    assert "bar" not in dotted.latex + dotted.numbers_latex


@pytest.mark.parametrize("wrt", ["x1", "x2"])
def test_tangents_of_the_record_are_those_of_a_run_on_duals(wrt):
    run = trace(f, 2, 5)
    out = f(*(Dual(x, float(name == wrt)) for name, x in (("x1", 2.0), ("x2", 5.0))))
    assert sweep_forward(run, run.find(wrt))[run.output] == out.tangent
    assert out.tangent == pytest.approx(run.gradient[wrt], rel=1e-15)


@pytest.mark.parametrize("seed", range(100))
def test_tangents_of_random_programs_are_those_of_duals(seed):
    program = random_program(seed)

    def apply(name, position):
        return Primitive.table[name]

    recorded = trace(lambda x: run(program, x, apply), list(program.inputs))
    for i, row in enumerate(recorded.inputs):
        out = run(program, [Dual(x, float(i == j)) for j, x in enumerate(program.inputs)], apply)
        assert sweep_forward(recorded, row)[recorded.output] == out.tangent


def test_tangents_keep_within_the_limit_beside_their_values():
    dotted = table(trace(chain, 1.0), limit=6, tangents="x")
    assert [type(x) for x in dotted.tangents] == [type(x) for x in dotted.forward]
    assert sum(isinstance(x, str) for x in dotted.tangents) == 1


def test_tangents_are_of_an_input_of_numbers():
    with pytest.raises(ValueError, match="with respect to an input, of x1, x2; received v₁"):
        table(trace(f, 2, 5), tangents="v₁")
    with pytest.raises(ValueError, match=r"this one has arrays: bp\.jvp"):
        table(trace(lambda x: x.sum(), np.ones(3)), tangents="x")


def test_a_name_too_long_for_formulas_stands_once_beside_its_number():
    def weigh(network, x):
        return network["first layer"]["weights"][0] * x + network["first layer"]["weights"][1] * x

    run = trace(weigh, {"first layer": {"weights": [0.5, 0.25]}}, 3.0)
    text = table(run).text
    assert text.count("network[first layer][weights][0]") == 1
    assert max(map(len, text.splitlines())) <= 120
    assert [row.adjoint for row in run.inputs] == [3.0, 3.0, 0.75]
