"""The house: imports go down its floors, other packages come in at one door each, importing is free."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from typing import NamedTuple

import pytest
from support.project import PROJECT

import backprop_nb

PACKAGE = PROJECT / "backprop_nb"

LAYERS = [  # the ground first: imports go down; a room that is not here is not reached by any rule
    {"drawing"},
    {"core"},
    {"arrays"},
    {"runs"},
    {"ways", "programs", "derivation", "jacobians", "training"},
    {"widgets"},
    {"exercises"},
]
LAYER = {room: height for height, rooms in enumerate(LAYERS) for room in rooms}
APART = {"cli", "__main__"}  # the commands: they start other programs, and import nothing of the lessons

DOORS = {  # where another package may be imported at all: rooms, or single files
    "numpy": {"arrays", "derivation", "jacobians", "widgets", "exercises", "training", "programs", "ways",
              "drawing/plots", "core/operators", "runs/tracing", "runs/array_rows",
              "runs/array_tracing", "runs/digests", "runs/thumbnails"},
    "matplotlib": {"drawing/plots"},
    "graphviz": {"runs/graph"},
    "pygraphviz": {"drawing/graphviz_engines"},
    "js": {"drawing/graphviz_engines"},  # what Pyodide calls the page around it
    "sklearn": {"training/data"},
    "tqdm": {"training/fitting"},
    "anywidget": {"widgets", "exercises"},
    "traitlets": {"widgets", "exercises"},
    "ipywidgets": {"widgets", "exercises"},
    "IPython": {"widgets", "exercises"},
}
# What needs another package imports it when it is used
LATER = {"core", "cli", "exercises", "runs/tracing", "training"}
BLOCKED = ["numpy", "matplotlib", "ipywidgets", "anywidget", "traitlets", "IPython", "graphviz"]

FILES = sorted(PACKAGE.rglob("*.py"))


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Import(NamedTuple):
    """One import statement: what is imported, its line, and whether it runs when its module is loaded."""

    name: str
    line: int
    at_once: bool


def dotted(file):
    parts = file.relative_to(PROJECT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def room(parts):
    """The room of a dotted name within the package; of the package itself, an empty string."""
    return parts[1] if len(parts) > 1 else ""


def among(file, places):
    """Whether a file, or its room, is one of ``places``."""
    here = dotted(file)[1:]
    return bool({here[0] if here else "", "/".join(here)} & set(places))


def imports(file):
    """Every import of a module, those inside functions too, with relative ones spelled out."""
    package = dotted(file) if file.name == "__init__.py" else dotted(file)[:-1]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    later = {id(node) for f in ast.walk(tree) if isinstance(f, FUNCTIONS) for node in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (Import(name, node.lineno, id(node) not in later) for name in names)


def inside(file):
    """The modules of the package itself that a file imports, as dotted names, with their lines."""
    known = {dotted(other) for other in FILES}
    for name, line, _ in imports(file):
        parts = tuple(name.split("."))
        if parts[0] == "backprop_nb":
            yield parts if parts in known else parts[:-1], line


def outside(file):
    known = {"backprop_nb", *sys.stdlib_module_names}
    return [one for one in imports(file) if one.name.split(".")[0] not in known]


def label(file):
    return file.relative_to(PACKAGE).as_posix()


modules = pytest.mark.parametrize("file", FILES, ids=label)


def test_every_room_stands_on_a_layer():
    rooms = {room(dotted(file)) for file in FILES} - {""}
    assert rooms <= LAYER.keys() | APART, "add the new folder to LAYERS, and to Architecture in README.md"


@modules
def test_imports_go_down_only(file):
    here = room(dotted(file))
    for target, line in inside(file):
        there = room(target)
        assert there, f"line {line}: import the module that a name is at home in, not the package"
        apart = {here, there} <= APART
        down = {here, there} <= LAYER.keys() and LAYER[there] < LAYER[here]
        assert apart or down or here == there, f"line {line}: {here} imports {there}"


def test_no_two_files_of_a_room_import_each_other_in_a_circle():
    waiting = {dotted(file): {target for target, _ in inside(file)} - {dotted(file)} for file in FILES}
    while free := [name for name, targets in waiting.items() if not targets & waiting.keys()]:
        for name in free:
            del waiting[name]
    assert sorted(".".join(name) for name in waiting) == []


@modules
def test_other_packages_come_in_at_their_door(file):
    for name, line, at_once in outside(file):
        assert among(file, DOORS.get(name.split(".")[0], ())), f"line {line}: {label(file)} imports {name}"
        assert not (at_once and among(file, LATER)), f"line {line}: {name} is loaded with {label(file)}"


@modules
def test_every_module_says_in_one_sentence_what_it_is(file):
    words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert words, "no docstring"
    first = words.split("\n\n")[0]
    assert re.fullmatch(r"[^\n]+[^.\s]\.", first), "the first paragraph is one line with a full stop"
    assert not re.search(r"[.!?] +[A-Z]", first), "one sentence"


@modules
def test_every_module_lists_its_public_names(file):
    if file == PACKAGE / "__init__.py":  # asks the table: a new row is public at once
        assert {"Scalar", "record", "log"} <= set(backprop_nb.__all__)
        return
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assigned = [ast.unparse(node) for node in body if isinstance(node, ast.Assign)]
    assert len([line for line in assigned if line.startswith("__all__ = ")]) == 1


TWICE_PUBLIC = {"jacobian", "matmul", "number"}  # public in two packages


def top_level_names(file):
    """The functions, classes and constants that a module defines."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets if isinstance(node, (ast.Assign, ast.AnnAssign)) else ():
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (name.id for name in names if isinstance(name, ast.Name))


def test_no_top_level_name_stands_for_two_things():
    homes = {}
    for file in FILES:
        for name in set(top_level_names(file)):
            homes.setdefault(name, []).append(label(file))
    twice = {name: files for name, files in homes.items() if len(files) > 1 and not name.startswith("__")}
    lazy = {"HOMES"}  # of the package and of widgets: what each name's module is
    assert {name: files for name, files in twice.items() if name not in TWICE_PUBLIC | lazy} == {}


def test_no_module_bears_the_name_of_a_function_of_its_package():
    for package in (file.parent for file in FILES if file.name == "__init__.py"):
        module = importlib.import_module(".".join(package.relative_to(PROJECT).parts))
        modules = {file.stem for file in package.glob("*.py")} | {file.name for file in package.iterdir()}
        hidden = {name for name in module.__all__ if not inspect.ismodule(getattr(module, name))}
        assert hidden & modules == set(), package.name


def test_every_public_name_can_be_had():
    for name in backprop_nb.__all__:
        assert getattr(backprop_nb, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        backprop_nb.no_such_name  # noqa: B018  (reading the attribute is the test)


def test_a_public_name_stays_what_it_is_whatever_is_imported_before_it():
    """Once imported, a module of the same name would stand in its place."""
    modules = sorted(".".join(dotted(file)) for file in FILES if file.stem not in ("__init__", "__main__"))
    said = python("""
import backprop_nb as bp
owners = [bp, bp.widgets, bp.exercises, bp.jacobians, bp.derivation, bp.ways]
first, again = ([[getattr(owner, name) for name in owner.__all__] for owner in owners] for _ in range(2))
print(first == again)
""", blocked=())
    assert said == "True\n"
    said = python(f"""
import importlib, inspect
for module in {modules}:
    importlib.import_module(module)
import backprop_nb
for owner in (backprop_nb, backprop_nb.widgets, backprop_nb.exercises, backprop_nb.jacobians):
    for name in owner.__all__:
        value = getattr(owner, name)
        assert value is getattr(owner, name), name
        assert not inspect.ismodule(value) or name in backprop_nb.MODULES, name
print("well")
""", blocked=())
    assert said == "well\n"


def python(program, blocked=BLOCKED):
    """Run a program in a Python of its own, where the packages that are ``blocked`` cannot be imported."""
    blocker = f"""
import sys
class Blocked:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {list(blocked)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked)
before = set(sys.modules)
"""
    command = [sys.executable, "-c", blocker + program]
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_nothing_else():
    loaded = python("import backprop_nb; print(*(set(sys.modules) - before))").split()
    standard = {"backprop_nb", *sys.stdlib_module_names}
    assert {name for name in loaded if name.split(".")[0] not in standard} == set()
    assert [name for name in loaded if name.startswith("backprop_nb.")] == []


def test_the_house_below_the_widgets_needs_the_standard_library_alone():
    said = python("""
import backprop_nb as bp
run = bp.record(lambda x1, x2: bp.log(x1) + x1 * x2 - bp.sin(x2), 2, 5)
print(run)
print(run.gradient, run.paths("x1"), run.graph(), run.chain_rule("x2"))
x = bp.Scalar(3.0)
y = bp.tanh(x) * x
y.backward()
print(x.gradient, bp.Dual, bp.symbols("a b"), bp.faults)
""")
    assert "{'x1': 5.5, 'x2': 1.71" in said


def tracked():
    """The files of the project: what git would commit, or, where there is no git, all that is not hidden."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
        files = [PROJECT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        hidden = re.compile(r"\.venv|\.git$|\.\w+_cache|\.hypothesis|__pycache__|node_modules")
        found = [file.relative_to(PROJECT) for file in PROJECT.rglob("*")]
        files = [PROJECT / file for file in found if not any(map(hidden.match, file.parts))]
    return [file for file in files if file.is_file()]


FOREIGN = {
    "a machine's path": re.compile(r"(?<![\w.~}<>-])/(?:root|home|work|tmp|opt|Users)/\w|[A-Z]:\\+Users"),
    "a package index": re.compile(r"pythonhosted[.]org|pypi[.]org|file:///\w"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_holds(what):
    files = tracked()
    assert PROJECT / "pyproject.toml" in files
    for file in files:
        for line, text in enumerate(file.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            found = FOREIGN[what].search(text)
            assert not found, f"{file.relative_to(PROJECT)}:{line}: {found[0]}"


def test_the_readme_shows_every_room():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"## Architecture\n(.*?)\n## ", readme, re.DOTALL)[1]
    for here in {room(dotted(file)) for file in FILES} - {"", "__main__"}:
        assert f"{here}/" in shown, here
