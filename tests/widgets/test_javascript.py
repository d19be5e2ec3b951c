"""The JavaScript of the widgets: biome, and TypeScript on its JSDoc types and on what real widgets send.

Both tools need Node and `npm ci --prefix tests/javascript`; nothing of that is needed to run a widget.
"""

import json
import os
import re
import shutil
import subprocess

import anywidget
import numpy as np
import pytest
import traitlets
from support.explorers import f, layer_arrays, two_layers
from support.project import PROJECT

import backprop_nb as bp
from backprop_nb.exercises.widget import form
from backprop_nb.widgets.explorer import SCRIPTS, style_sheet

TOOLS = PROJECT / "tests" / "javascript"
SITE = [PROJECT / "site" / "try", PROJECT / "site" / "static"]
MISSING = "no Node, or not its tools: npm ci --prefix tests/javascript"
FILES = sorted(SCRIPTS.glob("*.js"))
PLAIN = {"Unicode": "string", "Int": "number", "Float": "number", "Bool": "boolean"}

WIDGETS = {
    "stepper": lambda: [
        bp.widgets.stepper(f, x1=2, x2=5),
        bp.widgets.stepper(lambda x, n: x * n, x=2, n=range(1, 4)),
        bp.widgets.stepper(two_layers, **layer_arrays(4)),
        bp.widgets.stepper(two_layers, **layer_arrays(40, 9)),
    ],
    "branches": lambda: [
        bp.widgets.branches(lambda a, b: a + b if a > 0 else a / b, a=(-1, 1), b=2),
        bp.widgets.branches(lambda x: 1 / x, x=(-1, 1)),
        bp.widgets.branches(lambda n, X: (X * n).sum(), n=range(3), X=np.ones(3)),
    ],
    "sweeps": lambda: [
        bp.widgets.faulty_sweeps(f, "overwrite", 2, 5),
        bp.widgets.faulty_sweeps(lambda X: (X * X).sum(), "parent_set", np.ones(3)),
    ],
    "jacobian": lambda: [bp.widgets.jacobian(lambda x: x * x, np.ones(n)) for n in (2, 20)],
    "matmul": lambda: [bp.widgets.matmul(2, 3, 4), bp.widgets.matmul(8, 8, 8, batch="rows")],
    "swell": lambda: [bp.widgets.swell(lambda x: x * x * x, deepest=6), bp.widgets.swell(lambda x: x, 1, 1)],
    "brackets": lambda: [bp.widgets.brackets(), bp.widgets.brackets([3, 4, 5, 6])],
    "secant": lambda: [
        bp.widgets.secant(f, 2, 5, wrt="x2", precision="float32"),
        bp.widgets.secant(lambda x: bp.log(2 - x) * x, 1.5),
    ],
    "playground": lambda: [
        bp.widgets.playground(frames=3),
        bp.widgets.playground(hidden=(3,), trouble="rate"),
    ],
    "form": lambda: [
        form(bp.exercises.number("What is `∂f/∂x1`?", f, 2, 5, wrt="x1")),
        form(bp.exercises.choice("Same graph?", ["yes", "no"], right="no", why={})),
    ],
}


def node(script, *arguments):
    """Run one of the tools; skipped without Node, or failed if BACKPROP_NB_REQUIRE_NODE says so."""
    path = TOOLS / "node_modules" / script
    if not shutil.which("node") or not path.is_file():
        refuse = pytest.fail if os.environ.get("BACKPROP_NB_REQUIRE_NODE") == "1" else pytest.skip
        refuse(MISSING)
    command = [shutil.which("node"), path, *arguments]
    return subprocess.run(command, cwd=TOOLS, check=False, capture_output=True, encoding="utf-8", timeout=120)


def lint(folder):
    options = ["--config-path", TOOLS, "--error-on-warnings", "--colors=off"]
    return node("@biomejs/biome/bin/biome", "lint", *options, folder)


def own_traits(widget):
    """{name: trait} of what a widget and its JavaScript share."""
    known = anywidget.AnyWidget.class_trait_names()
    traits = type(widget).class_traits(sync=True).items()
    return {name: trait for name, trait in traits if name not in known and not name.startswith("_")}


def type_of(trait):
    """The type of a trait in TypeScript."""
    if isinstance(trait, traitlets.Enum):
        return " | ".join(map(json.dumps, trait.values))
    return trait.metadata.get("type") or PLAIN[type(trait).__name__]


def check_types(folder, widgets, scripts=SCRIPTS, drop=()):
    """TypeScript on the files of one kind of widget, on its traits, and on what such widgets send."""
    traits = own_traits(widgets[0])
    lines = [f"  {name}: {type_of(trait)};" for name, trait in traits.items()]
    sent = [{name: getattr(widget, name) for name in traits.keys() - drop} for widget in widgets]
    text = json.dumps(sent, allow_nan=False)
    source = "\n".join(["interface Traits {", *lines, "}", f"const sent: Traits[] = {text};"])
    (folder / "sent.ts").write_text(source, encoding="utf-8")
    files = [file.name for file in FILES if file.read_text(encoding="utf-8") in widgets[0]._esm]
    config = {
        "extends": str(TOOLS / "tsconfig.json"),
        "files": ["sent.ts", *(str(scripts / name) for name in [*files, "types.d.ts"])],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config), encoding="utf-8")
    return node("typescript/bin/tsc", "--project", folder, "--pretty", "false")


@pytest.mark.parametrize("folder", [SCRIPTS, *SITE], ids=lambda folder: folder.name)
def test_biome_finds_nothing(folder):
    done = lint(folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_to_try_is_one_that_can_be_read():
    scripts = [SITE[0] / name for name in ("try.js", "worker.js")]
    assert sum(len(script.read_text(encoding="utf-8").splitlines()) for script in scripts) <= 150


@pytest.mark.parametrize("kind", WIDGETS)
def test_the_types_hold_for_the_code_and_for_what_python_sends(kind, tmp_path):
    done = check_types(tmp_path, WIDGETS[kind]())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "right", "wrong", "says"),
    [
        ("matmul.js", 'model.get("place")', 'model.get("palce")', "palce"),
        ("matmul.js", 'set("batch", batch)', 'set("batch", 3)', "not assignable"),
        ("matmul.js", "matrix.place,", "matrix.plaice,", "plaice"),
        ("types.d.ts", "shapes: string;", "", "shapes"),
        ("matmul.js", "{ line: speak", "{ lines: speak", "'lines' does not exist"),
        ("matmul.js", "WORDS.gets", "WORDS.get", "gets"),
        ("keys.js", "letGo, true);\n  return", "letGo, true);\n  const unused = 1;\n  return", "unused"),
        ("explorer.js", "joinPieces(root, pieces)", "joinPieces(root)", "Expected 2 arguments"),
    ],
)
def test_a_wrong_word_is_found(file, right, wrong, says, tmp_path):
    scripts = shutil.copytree(SCRIPTS, tmp_path / "js")
    text = (scripts / file).read_text(encoding="utf-8")
    assert right in text
    (scripts / file).write_text(text.replace(right, wrong), encoding="utf-8")
    done = check_types(tmp_path, WIDGETS["matmul"](), scripts)
    assert done.returncode != 0
    assert says in done.stdout


def test_a_trait_that_python_does_not_send_is_found(tmp_path):
    assert "'place' is missing" in check_types(tmp_path, WIDGETS["matmul"](), drop={"place"}).stdout


def test_biome_finds_what_it_should(tmp_path):
    (tmp_path / "odd.js").write_text("if (a == b) c = 1;\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode != 0
    assert "noDoubleEquals" in done.stdout + done.stderr


def test_every_name_of_the_shared_scope_is_used_and_stands_for_one_thing_in_each_module():
    texts = {file.name: file.read_text(encoding="utf-8") for file in FILES}
    whole = "\n".join(texts.values())
    names = {name: re.findall(r"^(?:const|let|function) (\w+)", text, re.M) for name, text in texts.items()}
    for name in {name for found in names.values() for name in found}:
        assert len(re.findall(rf"\b{name}\b", whole)) > 1, f"{name} is not used"
    for kind, make in WIDGETS.items():
        esm = make()[0]._esm
        found = [name for file, text in texts.items() if text in esm for name in names[file]]
        assert len(found) == len(set(found)), kind


def sentences(text):
    """The literals of a script that a person would read: two words in a row, or one with a capital letter."""
    text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)
    text = re.sub(r"\bbpq?-[\w-]*|\$\{(?:[^{}]|\{[^{}]*\})*\}", "", text)
    words = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|^[A-Z][a-z]+$")
    found = ("".join(literal) for literal in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', text))
    return [one for one in found if words.search(one) and one not in {"Space", "Enter"}]


def test_what_a_page_shows_or_speaks_stands_in_one_table():
    texts = {file.name: file.read_text(encoding="utf-8") for file in FILES}
    table = texts.pop("words.js")
    assert len(sentences(table)) > 100
    assert {name: found for name, text in texts.items() if (found := sentences(text))} == {}
    whole = "".join(texts.values())
    keys = re.findall(r'(\w+): "', table)
    assert len(keys) == len(set(keys))
    assert [key for key in keys if not re.search(rf'WORDS\.{key}\b|\["{key}"|, "{key}"', whole)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_scripts_need_no_network_and_read_no_markup(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert max(map(len, text.splitlines())) <= 120
    if path.name == "form.js":  # what it sets as markup has been escaped by Python: tests/exercises
        text = text.replace("innerHTML", "")
    assert not re.search(r"https?:|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


def test_the_style_needs_no_network():
    assert not re.search(r"url\(|@import|https?:", style_sheet())
