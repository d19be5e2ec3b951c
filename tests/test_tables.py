"""Every table in HTML of the package: one writer, and names that look like markup stay text."""

from xml.etree import ElementTree

import numpy as np
import pytest
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.drawing.html_tables import RULED_TABLE, Html, html_table, write_cell
from backprop_nb.drawing.sheets import Sheet
from backprop_nb.widgets.multiplying import Matmul, Shown

HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><b>",
    "&amp; &lt;",
    "\"' onclick='x' \"",
    "<!-- ]]>",
]
TAGS = {"div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "strong", "br", "p"}


def of_numbers(name):
    return bp.record(lambda w, x: w[name] * 2 * x, {name: 3.0}, 1.0)


def of_arrays(name):
    return bp.record(lambda w: (w[name] * 2.0).sum(), {name: np.ones(2)})


def product_of(name):
    shown = Shown("A", name, name, name, [["1"]])._asdict()
    return Matmul(scene={"columns": [shown] * 6}, place=["A", 0, 0])


TABLES = {  # each with the name in as many places as it can get into
    "values and adjoints": lambda name: of_numbers(name).table().html,
    "values and adjoints of arrays": lambda name: of_arrays(name).table().html,
    "paths": lambda name: of_numbers(name).paths(f"w[{name}]").html,
    "paths of arrays": lambda name: of_arrays(name).paths(f"w[{name}]").html,
    "no path": lambda name: bp.record(lambda x, w: x * 2, 1.0, {name: 3.0}).paths(f"w[{name}]").html,
    "faulty sweeps": lambda name: bp.faults.gallery(of_numbers(name)).html,
    "faulty sweeps of arrays": lambda name: bp.faults.gallery(of_arrays(name)).html,
    "sheet": lambda name: Sheet(name, (name, "x"), ((name, name), ("", name)), (name,)).html,
    "matrix product": lambda name: product_of(name).still,
    "any": lambda name: html_table(name, (name,), [(name, name)], [[write_cell(name, "")]], foot=(name,)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
def test_a_name_that_looks_like_markup_is_text_in_every_table(write, name):
    html = write(name)
    root = ElementTree.fromstring(f"<div>{html.replace('<br>', '<br/>')}</div>")
    assert {element.tag for element in root.iter()} <= TAGS
    attributes = {key for element in root.iter() for key in element.attrib}
    assert attributes <= {"class", "style", "scope", "rowspan", "colspan", "role", "tabindex", "aria-label"}
    assert name in "".join(root.itertext())
    assert name not in html


def test_what_is_marked_as_html_stays_as_it_is():
    cell = Html("<strong>1 &lt; 2</strong>")
    assert cell in html_table("t", (), [("row", cell)])
    assert html_table("t", (), [("row", html_table("inner", (), [("a", "b")]))]).count("<table") == 2


def test_a_table_says_what_each_cell_belongs_to():
    wide = write_cell("wide", RULED_TABLE.cell, "rowgroup", rowspan=2)
    groups = [("r", "1")], [[wide, "2"], [write_cell("3", "")]]
    table = ElementTree.fromstring(html_table("title", ("a", "b"), *groups, foot=("sum", "4")))
    assert [part.tag for part in table] == ["caption", "thead", "tbody", "tbody", "tfoot"]
    heads = [(x.text, x.get("scope")) for x in table.iter("th")]
    assert heads == [("a", "col"), ("b", "col"), ("r", "row"), ("wide", "rowgroup"), ("sum", "row")]
    assert [x.text for x in table.iter("td")] == ["1", "2", "3", "4"]
    assert [part.tag for part in ElementTree.fromstring(html_table("t", (), []))] == ["caption", "tbody"]


def test_no_other_module_writes_tables_by_hand():
    files = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "backprop_nb").rglob("*.py")}
    tags = ("<table", "<caption", "<tr", "<td", "<th ")
    assert [name for name, text in files.items() if any(tag in text for tag in tags)] == ["html_tables.py"]
