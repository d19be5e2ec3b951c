"""The graph of a run: what is drawn, what stands in the page around it, and the same in words."""

import itertools
import math
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support.project import PROJECT
from support.small_programs import f

from backprop_nb import graph as boxes
from backprop_nb.core.primitives import Primitive
from backprop_nb.drawing import graphviz_engines as drawing
from backprop_nb.drawing import palette
from backprop_nb.drawing.text_columns import text_width
from backprop_nb.runs.graph import graph
from backprop_nb.runs.objects import objects
from backprop_nb.runs.tracing import Trace, trace

ODD_NAMES = ["<script>alert(1)</script>", '"]', "\\N", "\\N\\G\\l\\", "&amp;", "<b>", "a  b", "変数", "{a|b}",
             "]]>", "\\"]  # fmt: skip
ENGINES = [path for path in (drawing.find_shipped(), shutil.which("dot")) if path]


def parsed(picture):
    """The SVG as a tree, tags without their namespace."""
    root = ElementTree.fromstring(picture.svg)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def parts(picture):
    """The groups of the picture: id → element."""
    return {group.get("id"): group for group in parsed(picture).iter("g") if group.get("id")}


def texts(group):
    return [text.text for text in group.iter("text")]


def middle(group):
    return float(next(group.iter("text")).get("x")), float(next(group.iter("text")).get("y"))


def named(name):
    """The graph of a function of one input with any name at all."""
    return graph(trace(lambda **x: next(iter(x.values())) * 2, **{name: 1}))


@pytest.fixture
def eq1():
    return trace(f, 2, 5)


@pytest.fixture
def figure2(eq1):
    return graph(eq1.in_notation("notes"), arrows="notes")


# What is drawn


def test_the_picture_of_equation_1_has_the_notes_nodes_and_edges_and_tooltips_with_numbers(figure2):
    found = parts(figure2)
    nodes = {"v-1", "v0", "v1", "v2", "v3", "v4", "v5"}
    edges = {"e1_-1_0", "e2_-1_0", "e2_0_1", "e3_0_0", "e4_1_0", "e4_2_1", "e5_4_0", "e5_3_1"}
    assert set(found) == nodes | edges
    assert texts(found["v5"]) == ["v₅ = v₄ - v₃", "11.6521", "v̄₅ = 1"]
    assert texts(found["v-1"]) == ["v₋₁ = x1", "2", "v̄₋₁ = 5.5"]
    assert texts(found["e3_0_0"]) == ["0.283662"]
    assert found["v5"].get("class").split()[:2] == ["node", "bp-node"]
    assert found["e5_4_0"].get("class").split()[:2] == ["edge", "bp-edge"]
    assert found["v1"].find("title").text == "v₁ = log(v₋₁), value 0.693147, adjoint 1; partial 0.5 to v₋₁"
    assert found["e1_-1_0"].find("title").text == "∂v₁/∂v₋₁ = 1 / v₋₁ = 0.5"
    assert found["e5_3_1"].find("title").text == "∂v₅/∂v₃ = -1"


def test_data_flow_from_left_to_right_and_inputs_stand_in_their_order(eq1):
    found = parts(graph(eq1))
    for row in eq1.rows:
        for operand in row.operands:
            assert middle(found[f"v{operand.index}"])[0] < middle(found[row.id])[0]
    assert middle(found["v-1"])[1] < middle(found["v0"])[1]


def test_turning_the_arrows_moves_nothing_but_the_arrowheads(eq1):
    notes, flow = parts(graph(eq1, arrows="notes")), parts(graph(eq1))
    for row in eq1.rows:
        assert middle(notes[row.id]) == middle(flow[row.id])
    tips = [
        float(found["e5_4_0"].find("polygon").get("points").split()[1].split(",")[0])
        for found in (notes, flow)
    ]
    assert tips[0] < middle(notes["e5_4_0"])[0] < tips[1]


def test_unknown_arrows_and_limits_are_refused_with_the_legal_ones(eq1):
    with pytest.raises(ValueError, match=r"'sideways'.*'notes', 'flow'"):
        graph(eq1, arrows="sideways")
    for limit in (0, -3, 2.5, None, "many"):
        with pytest.raises(ValueError, match="limit is a number of nodes"):
            graph(eq1, limit=limit)


def test_without_adjoints_none_is_shown_anywhere(eq1):
    picture = graph(eq1, adjoints=False)
    assert texts(parts(picture)["v5"]) == ["v₅ = v₄ - v₃", "11.6521"]
    for shown in (picture.svg, picture.text, picture.dot):
        for word in ("adjoint", "derivative", "v\N{COMBINING MACRON}"):
            assert word not in shown


def test_a_constant_operand_stands_in_the_formula_and_is_no_node():
    picture = graph(trace(lambda x: 3 * x + 1, 2))
    assert {name for name in parts(picture) if name.startswith("v")} == {"v0", "v1", "v2"}
    assert texts(parts(picture)["v1"])[0] == "v₁ = 3 × x"


@pytest.mark.parametrize("twice", [lambda x: x * x, lambda x: x + x])
def test_a_value_used_twice_has_two_edges_each_with_its_number(twice):
    found = parts(graph(trace(twice, 3)))
    first, second = found["e1_0_0"], found["e1_0_1"]
    assert texts(first) == texts(second) != []
    assert abs(middle(first)[1] - middle(second)[1]) > 15, "the two numbers lie on each other"


@pytest.mark.parametrize(
    ("run", "node", "shown", "kind", "told"),
    [
        (trace(lambda a, b: a * a, 2, 3), "v0", ["b, not used", "3", "b̄ = 0"], "bp-unused",
         "b, value 3, adjoint 0, not used"),
        (trace(lambda a, b: a, 2, 3), "v-1", ["a", "2", "ā = 1"], "bp-output",
         "a (output), value 2, adjoint 1"),
        (trace(lambda a: 3.0, 2), "v1", ["v₁ = 3", "3", "v̄₁ = 1"], "bp-constant", "v₁ = 3 (output)"),
    ],
    ids=["an unused input", "an input as the output", "a plain number"],
)  # fmt: skip
def test_special_nodes_draw_and_say_what_they_are(run, node, shown, kind, told):
    found = parts(graph(run))
    assert texts(found[node]) == shown
    assert kind in found[node].get("class")
    assert told in graph(run).text
    assert not any(name.startswith("e1_0") and "_0_" in name for name in found)


@pytest.mark.parametrize("row", Primitive.table.values(), ids=lambda row: row.name)
def test_every_operation_of_the_table_draws(row):
    arity = len(row.partials)
    first = 1.5 if row.name == "arccosh" else 0.5
    given = dict(zip("ab"[:arity], (first, 0.25), strict=False))
    picture = graph(trace(lambda **x: row(*x.values()), **given))
    assert len(parts(picture)) == 2 * arity + 1


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e-300, -1.23456789e300, 10**30, True])
def test_any_number_draws_inside_its_box(value):
    picture = graph(trace(lambda x: x * 1.0, value))
    for row in picture.trace.rows:
        lines = picture.lines(row)
        assert max(map(text_width, lines)) * boxes.ADVANCE * boxes.NODE_SIZE < boxes.box(lines)[0]


# Boxes and their texts


def test_a_box_keeps_room_for_the_longest_usual_number(eq1):
    picture = graph(eq1)
    for row in eq1.rows:
        formula, _, adjoint = picture.lines(row)
        width = boxes.box([formula, "–", f"{row.bar} = –"])[0]
        longest = text_width(f"{row.bar} = -1.23457e-05")
        assert longest * boxes.ADVANCE * boxes.NODE_SIZE <= width
        assert boxes.box([formula, "–", adjoint])[0] == width, "a changing number would move the boxes"


def test_a_long_formula_is_shortened_in_the_box_and_whole_in_the_tooltip_and_text():
    name = "the_length_of_the_spring_before_it_was_pulled"
    picture = named(name)
    assert texts(parts(picture)["v0"])[0] == "v₀ = the_length_of_the_spring_be…"
    assert name in parts(picture)["v0"].find("title").text
    assert name in picture.text


@pytest.mark.parametrize("engine", ENGINES, ids=lambda path: Path(path).name)
@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_draws_as_text(name, engine, monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_DOT", engine)
    picture = named(name)
    numbered = "v₀ = " * (len(name) > 20)  # a name too long for formulas stands beside its number
    assert texts(parts(picture)["v0"])[0] == numbered + name
    assert "<script" not in picture.svg
    assert name in picture.text


def test_control_characters_in_names_become_harmless():
    picture = named("a\nb\0\x1b[1m\u202e\ud800")
    assert texts(parts(picture)["v0"])[0] == "a�b��[1m��"
    assert len(picture.text.splitlines()) == 3


# The page around it


def test_the_svg_stands_alone_in_a_page(eq1):
    picture = graph(eq1)
    assert picture.svg.startswith("<svg ")
    for left_over in ("<?xml", "<!DOCTYPE", "<!--", "xlink", "v4-&gt;v5", "Courier", 'pt"'):
        assert left_over not in picture.svg
    root = parsed(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == (
        "Graph of f, 7 nodes: inputs x1 = 2, x2 = 5; output v₅ = 11.6521; "
        "derivatives 5.5 with respect to x1, 1.71634 with respect to x2"
    )
    assert root.get("style") == "max-width:100%;height:auto"
    sizes = [f"{float(n):.0f}" for n in root.get("viewBox").split()[2:]]
    assert [root.get("width"), root.get("height")] == sizes


def test_the_same_run_gives_the_same_bytes_in_every_process(eq1):
    program = "import sys; sys.path[:0] = ['tests', 'tests/runs']; from test_graph import *; "
    program += "print(graph(trace(f, 2, 5)).svg)"
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, cwd=PROJECT, capture_output=True, check=True
        )
        assert done.stdout.decode().strip() == graph(eq1).svg


def test_texts_and_lines_have_enough_contrast_in_both_themes(eq1):
    pages = (palette.LIGHT_PAGE, palette.DARK_PAGE)
    for colour in (palette.VALUE, palette.ADJOINT, palette.PARTIAL, palette.PRESENT, palette.FAULTY):
        for ground in (palette.LIGHT_PAGE, palette.NODE, palette.PILL):
            assert palette.contrast(colour.light, ground) >= 4.5
        assert palette.contrast(colour.dark, palette.DARK_PAGE) >= 4.5
    for colour in (palette.VALUE, palette.ADJOINT, palette.PARTIAL, palette.FAULTY):
        assert palette.contrast(colour.light, palette.PRESENT.mark) >= 4.5
        assert min(palette.contrast(colour.mark, page) for page in pages) >= 3
    assert palette.contrast(palette.INK, palette.PRESENT.mark) >= 4.5
    assert palette.contrast(palette.DIM, palette.NODE) >= 4.5
    assert palette.contrast(palette.INK, palette.REPEATED) >= 4.5
    assert palette.contrast(palette.ON_DARK["formula"], palette.ON_DARK["repeated .bp-box"]) >= 4.5
    for line in (palette.ARROW, palette.FRAME, palette.REPEATED_FRAME):
        assert min(palette.contrast(line, page) for page in pages) >= 3
    inks = {text.get("fill") for text in parsed(graph(eq1)).iter("text")}
    assert inks == {palette.INK, palette.VALUE.light, palette.ADJOINT.light, palette.PARTIAL.light}


def test_meanings_do_not_share_a_colour():
    colours = [palette.VALUE, palette.ADJOINT, palette.PARTIAL, palette.PRESENT, palette.FAULTY]
    for one, other in itertools.combinations(colours, 2):
        assert not {one.mark, one.light, one.dark} & {other.mark, other.light, other.dark}
    with pytest.raises(ValueError, match='"light" or "dark"'):
        palette.css("sepia")


def test_numbers_of_edges_lie_on_a_light_pill(eq1):
    for name, group in parts(graph(eq1)).items():
        if name.startswith("e"):
            pill, text = group.find("rect"), group.find("text")
            assert pill.get("fill") == palette.PILL
            assert list(group).index(pill) < list(group).index(text)
            left, width = float(pill.get("x")), float(pill.get("width"))
            assert float(text.get("x")) == pytest.approx(left + width / 2, abs=0.02)


def test_on_a_dark_page_a_picture_that_stands_alone_is_dark_and_can_be_read(eq1):
    looks = palette.ON_DARK
    for name in ("formula", "kept", "value", "adjoint", "faulty"):
        assert palette.contrast(looks[name], looks["box"]) >= 4.5
    assert palette.contrast(looks["partial"], looks["pill"]) >= 4.5
    for ground in ("box", "pill"):
        assert palette.contrast(palette.FRAME, looks[ground]) >= 3
    picture = graph(eq1)
    rules = parsed(Standalone(picture)).find("style").text
    assert rules.startswith("@media (prefers-color-scheme: dark)")
    classes = {element.get("class") for element in parsed(picture).iter()}
    assert {f"bp-{name}" for name in ("box", "pill", "formula", "value", "adjoint", "partial")} <= classes
    assert "<style" not in picture.svg, "inside a page its rules would reach other pictures"


class Standalone:
    """What ``parsed`` reads of a picture."""

    def __init__(self, picture):
        self.svg = picture.standalone


# In words


def test_the_text_is_complete_in_itself(eq1, figure2):
    assert figure2.text.splitlines() == [
        "f: 7 nodes, 8 edges, from the output back to the inputs",
        "v₅ = v₄ - v₃ (output), value 11.6521, adjoint 1; partial 1 to v₄, partial -1 to v₃",
        "v₄ = v₁ + v₂, value 10.6931, adjoint 1; partial 1 to v₁, partial 1 to v₂",
        "v₃ = sin(v₀), value -0.958924, adjoint -1; partial 0.283662 to v₀",
        "v₂ = v₋₁ × v₀, value 10, adjoint 1; partial 5 to v₋₁, partial 2 to v₀",
        "v₁ = log(v₋₁), value 0.693147, adjoint 1; partial 0.5 to v₋₁",
        "v₀ = x2, value 5, adjoint 1.71634",
        "v₋₁ = x1, value 2, adjoint 5.5",
    ]
    assert "sin(x2), value -0.958924, adjoint -1; partial 0.283662 from x2" in graph(eq1).text


def test_a_notebook_gets_picture_and_text(eq1):
    picture = graph(eq1)
    shown = picture._repr_mimebundle_()
    assert set(shown) == {"text/plain", "image/svg+xml", "text/html"}
    assert shown["text/plain"] == repr(picture) == picture.text
    assert shown["image/svg+xml"] == picture.svg


def test_the_html_form_is_one_image_with_the_same_picture_and_a_description():
    picture = named("\">'&amp;#%")
    image = ElementTree.fromstring(picture.html.removesuffix(">") + "/>")
    kind, _, source = image.get("src").partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b64decode(source).decode() == picture.standalone
    assert image.get("alt") == parsed(picture).get("aria-label")
    assert image.get("style") == "max-width:100%;height:auto"


# Too large


class Unread(tuple):
    """Rows that may be counted, and must not be gone through."""

    def __iter__(self):
        raise AssertionError("the rows of a run that is too large were read")


def test_a_million_nodes_are_refused_unread_with_size_limit_and_advice(eq1):
    million = Trace(eq1.rows, 5)
    million.rows = Unread((eq1[5],) * 10**6)
    for ask in ("dot", "svg", "text"):
        with pytest.raises(ValueError, match=r"1,000,000 nodes.*limit of 200.*smaller piece; the table"):
            getattr(graph(million), ask)
    shown = graph(million)._repr_mimebundle_()  # where it is only displayed, in words
    assert list(shown) == ["text/plain"]
    assert "1,000,000 nodes" in shown["text/plain"] == repr(graph(million))


def test_the_limit_is_the_learners(eq1):
    with pytest.raises(ValueError, match="limit of 6"):
        _ = graph(eq1, limit=6).svg
    assert graph(eq1, limit=7).svg


def test_reading_this_module_loads_no_drawing_package():
    check = "import sys, backprop_nb.runs.graph; print({'graphviz', 'numpy', 'IPython'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_objects_point_at_their_parents_and_hold_plain_numbers_themselves():
    picture = objects(trace(lambda x: x * x + 2 * x, 3))
    assert picture.dot.count("dir=back") == 1
    assert [picture.svg.count(f">parent{i}<") for i in (1, 2)] == [2, 3]
    assert ">parent1 = 2<" in picture.svg
    assert ">gradient 8<" in picture.svg
