"""The table of a run: the notes' Figure 1 line by line, in four ways of writing it."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest

from backprop_nb import primitives
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


def f(x1, x2):
    return primitives.log(x1) + x1 * x2 - primitives.sin(x2)


def chain(x):
    for _ in range(999):
        x = x * 1.001
    return x


def written(lines):
    return [(f"{line.left} {line.sign} {line.right}", line.numbers) for line in lines]


def elements(html, tag):
    return list(ElementTree.fromstring(html).iter(tag))


def columns_of(line, marks):
    """In which columns of a terminal the marks of a line stand; combining characters take none."""
    spans = [match.start() for match in re.finditer(marks, line)]
    return [sum(not unicodedata.combining(c) for c in line[:start]) for start in spans]


def test_the_left_side_is_the_forward_run_of_figure_1():
    assert written(table(trace(f, 2, 5)).forward) == LEFT


def test_the_right_side_is_the_nine_backward_lines_of_figure_1_in_their_order():
    assert written(table(trace(f, 2, 5)).backward) == RIGHT


def test_the_text_holds_every_line_beside_its_numbers():
    text = re.sub(" +", " ", str(table(trace(f, 2, 5))))
    for line, numbers in LEFT + RIGHT:
        assert f"{line} {numbers}" in text


def test_the_columns_of_the_text_stand_below_each_other():
    head, *lines = table(trace(f, 2, 5)).text.splitlines()
    backward = columns_of(head, "backward")
    assert len({tuple(columns_of(line, "v̄")[:1]) for line in lines} | {tuple(backward)}) == 1
    assert len({columns_of(line, "= ")[-1] for line in lines[:1]}) == 1
    assert {columns_of(line, r" = ")[0] for line in lines[:7]} == {3}


def test_the_latex_is_the_array_of_figure_1():
    latex = table(trace(f, 2, 5)).latex.replace(r"\mathrel{+}=", "+=")
    latex = re.sub(r"_\{(\w)\}", r"_\1", latex).splitlines()
    assert latex[0] == r"\begin{array}{l|l}"
    assert latex[-1] == r"\end{array}"
    assert latex[1] == r"v_{-1} = x_1 & \bar{v}_5 = 1 \\"
    assert latex[4].endswith(r"& \bar{v}_1 = \bar{v}_4 \frac{\partial v_4}{\partial v_1} \\")
    assert latex[8] == r"f(x_1, x_2) = v_5 & \bar{v}_0 += \bar{v}_2 \frac{\partial v_2}{\partial v_0} \\"
    assert len(latex) == 2 + 9


def test_the_html_says_what_each_cell_belongs_to():
    html = table(trace(f, 2, 5)).html
    assert [caption.text for caption in elements(html, "caption")] == [
        "Forward: the values of f(x1, x2)",
        "Backward: the adjoints of f(x1, x2)",
    ]
    assert [head.text for head in elements(html, "th") if head.get("scope") == "row"] == [
        line for line, _ in LEFT + RIGHT
    ]
    assert all(head.get("scope") in ("row", "col") for head in elements(html, "th"))
    assert [cell.text for cell in elements(html, "td")] == [numbers for _, numbers in LEFT + RIGHT]


def test_the_html_brings_no_colours_that_a_theme_could_clash_with():
    html = table(trace(f, 2, 5)).html
    assert "background" not in html
    assert set(re.findall(r"(?<!-)color:([^;\"]+)", html)) <= {"inherit"}


def test_a_notebook_gets_html_and_text():
    shown = table(trace(f, 2, 5))
    assert shown._repr_mimebundle_() == {"text/html": shown.html, "text/plain": str(shown)}


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_names_are_text_in_every_form(key):
    shown = table(trace(lambda w: abs(w[key]), {key: -3.0}))
    label = f"w[{key}]"
    heads = [head.text for head in elements(shown.html, "th") if head.get("scope") == "row"]
    assert heads[0] == f"v₀ = {label}"
    assert f"v₀ = {label}" in re.sub(" +", " ", shown.text)
    for line in shown.markdown.splitlines():
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 5, (
            "a bar or a backslash in a name moved the columns"
        )
    assert "<script" not in shown.markdown


def test_a_long_run_shows_its_ends_and_says_how_much_is_left_out():
    shown = table(trace(chain, 1))
    assert len(shown.forward) == 30 + 1 + 30 + 1
    assert "… 940 rows …" in shown.text
    assert "… 940 steps …" in shown.html
    assert r"\text{940 rows}" in shown.latex
    assert written(shown.forward[-2:-1])[0][0] == "v₉₉₉ = v₉₉₈ × 1.001"


def test_sixty_rows_are_shown_whole():
    assert not re.search(r"… [\d,]+ (rows|steps) …", table(trace(lambda *xs: sum(xs), *range(30))).text)


def test_without_a_limit_everything_is_shown():
    shown = table(trace(chain, 1), limit=None)
    assert len(shown.forward) == 1001
    assert "…" not in shown.text


def test_a_limit_of_two_leaves_the_ends():
    shown = table(trace(chain, 1), limit=2)
    assert [line if isinstance(line, str) else line.left for line in shown.forward] == [
        "v₀",
        "… 998 rows …",
        "v₉₉₉",
        "chain(x)",
    ]


@pytest.mark.parametrize("limit", [0, 1, -5, 2.5, "all"])
def test_another_limit_is_refused_with_what_to_give_instead(limit):
    with pytest.raises(ValueError, match="2 or more, or None"):
        table(trace(f, 2, 5), limit=limit)


def test_an_unused_input_stands_on_the_left_only():
    shown = table(trace(lambda x, y: x * x, 3, 4))
    assert written(shown.forward)[1] == ("v₀ = y", "= 4")
    assert [line.left for line in shown.backward] == ["v̄₁", "v̄₋₁", "v̄₋₁"]


def test_an_output_that_is_an_input_has_one_backward_line():
    shown = table(trace(lambda x: x, 3))
    assert written(shown.forward) == [("v₀ = x", "= 3"), ("f(x) = v₀", "= 3")]
    assert written(shown.backward) == [("v̄₀ = 1", "= 1")]


def test_a_plain_number_is_an_output_too():
    assert written(table(trace(lambda x: 7, 3)).forward) == [
        ("v₀ = x", "= 3"),
        ("v₁ = 7", "= 7"),
        ("f(x) = v₁", "= 7"),
    ]
