"""A learner's own class of nodes: each mistake is named, and the finished class is kept."""

import linecache
import sys
from dataclasses import dataclass
from types import ModuleType

import nbformat
import pytest
from support.project import PROJECT
from support.reference import passing_rows

import backprop_nb as bp
from backprop_nb.exercises import check, class_keeping
from backprop_nb.exercises.own_class import ModelNode, find_flaw
from backprop_nb.exercises.solutions import SOLUTIONS

STEPS = [f"05-own-{i}" for i in range(1, 6)]


def changed(base=ModelNode, **methods):
    """A class whose operations make nodes of itself, with other methods in it."""
    space = {name: f for name, f in vars(base).items() if not name.startswith("__weak")}
    kind = type("Node", (), {name: f for name, f in space.items() if name != "__dict__"} | methods)
    for name, operation in (("add", lambda x, y: x + y), ("mul", lambda x, y: x * y)):
        if not {f"__{name}__", f"__r{name}__"} & methods.keys():

            def method(x, y, name=name, operation=operation):
                return kind(operation(number(x), number(y)), name, (x, y))

            setattr(kind, f"__{name}__", method)
            setattr(kind, f"__r{name}__", method)
    if "backward" not in methods:
        kind.backward = sweep()
    return kind


def number(x):
    return getattr(x, "value", x)


def sweep(rows=reversed, parents=lambda v: zip(v.parents, partials(v), strict=True), reset=True, seed=1.0):
    """A ``backward``, right or with one thing changed."""

    def backward(out):
        order = out.order()
        for v in order:
            v.gradient = 0.0 if reset or v.gradient is None else v.gradient
        out.gradient = seed
        for v in rows(order):
            for x, partial in parents(v):
                if hasattr(x, "operation"):
                    x.gradient += v.gradient * partial

    return backward


def partials(v):
    values = [*map(number, v.parents)]
    return {"input": [], "add": [1, 1], "mul": values[::-1]}[v.operation]


def own_factors(v):
    return zip(v.parents, partials(v)[::-1], strict=True)


def in_a_set(v):
    return dict(zip(v.parents, partials(v), strict=True)).items()


def no_partials(v):
    return [(x, 1) for x in v.parents]


def overwriting(out):
    order = out.order()
    for v in order:
        v.gradient = 0.0
    out.gradient = 1.0
    for v in reversed(order):
        for x, partial in zip(v.parents, partials(v), strict=True):
            if hasattr(x, "operation"):
                x.gradient = v.gradient * partial


def recursive(out):
    def visit(v):
        for x, partial in zip(v.parents, partials(v), strict=True):
            if hasattr(x, "operation"):
                x.gradient += v.gradient * partial
                visit(x)

    for v in out.order():
        v.gradient = 0.0
    out.gradient = 1.0
    visit(out)


def setter(**fields):
    """An ``__init__`` with something else in some fields."""

    def __init__(self, value, operation="input", parents=()):
        self.value, self.gradient, self.operation, self.parents = value, None, operation, parents
        for name, make in fields.items():
            setattr(self, name, make(self))

    return __init__


def pushed(out):
    seen, stack, order = [out], [out], []
    while stack:
        v = stack.pop()
        order.append(v)
        for x in v.parents:
            if x not in seen:
                seen.append(x)
                stack.append(x)
    return order[::-1]


def every_visit(out):
    return [v for x in out.parents for v in every_visit(x)] + [out]


@dataclass
class Equal:
    value: float
    operation: str = "input"
    parents: tuple = ()
    gradient: float | None = None


class Shared:
    gradient = None

    def __init__(self, value, operation="input", parents=()):
        Shared.value, self.operation, self.parents = value, operation, parents


class Sharing(ModelNode):
    def __init__(self, value, operation="input", parents=[]):  # noqa: B006 - the mistake
        super().__init__(value, operation, parents)


class InPlace(ModelNode):
    def __add__(self, other):
        self.value += other.value
        return self


def product_of(x, y, **other):
    made = {"value": number(x) * number(y), "operation": "mul", "parents": (x, y)} | other
    return type(x)(*made.values())


def product(constant):
    """A class whose products with 2 have something else among the parents."""

    def method(x, y):
        return product_of(x, y, parents=(x, *constant(x)) if y == 2 else (x, y))

    return changed(__mul__=method, __rmul__=method)


def without_right(name):
    kind = changed()
    delattr(kind, name)
    return kind


class Floats(ModelNode):
    def __mul__(self, other):
        return self.value * other.value


NAMED = [  # key, class, what is said
    ("05-own-1", changed(__init__=setter(gradient=lambda v: 0.0)), "The gradient starts as 0.0, a claim"),
    ("05-own-1", changed(__init__=setter(parents=lambda v: {*v.parents})), "a set keeps each parent once"),
    ("05-own-1", changed(__init__=setter(parents=lambda v: "xy")), "`parents` is a str"),
    ("05-own-1", changed(__init__=setter(parents=lambda v: v.parents[:1])), "1 parents, not 2"),
    ("05-own-1", changed(__init__=setter(operation=lambda v: "input")), "and 'input' for a sum"),
    ("05-own-1", Equal, "a dataclass brings its own `==`"),
    ("05-own-1", Shared, "is 6.0 once other nodes are made"),
    ("05-own-1", Sharing, "share one list"),
    ("05-own-1", changed(__init__=lambda self, value: setattr(self, "value", value)), "`self.gradient`, "),
    ("05-own-1", changed(__init__=lambda self, value: None), "Write the body of `__init__`"),
    ("05-own-2", InPlace, "`x + y` changed x"),
    ("05-own-2", Floats, "gives a float, which remembers nothing"),
    ("05-own-2", changed(__mul__=lambda x, y: product_of(x, y, value=7.0)), "`x * y` is 7 for x = 2"),
    ("05-own-2", changed(__mul__=lambda x, y: product_of(x, y, operation="add")), "calls itself 'add'"),
    ("05-own-2", changed(__mul__=lambda x, y: product_of(x, y, parents=(y, x))), "have changed places"),
    ("05-own-2", changed(__mul__=lambda x, y: product_of(x, y, parents={x, y})), "a set keeps each parent"),
    ("05-own-2", changed(__mul__=lambda x, y: product_of(x, y, parents=(2.0, 5.0))), "are plain numbers"),
    (
        "05-own-2",
        changed(__mul__=lambda x, y: product_of(x, y, parents=(ModelNode(2.0), ModelNode(5.0)))),
        "other nodes than the operands",
    ),
    ("05-own-3", changed(order=lambda out: out.parents), "is missing"),
    ("05-own-3", changed(order=pushed), "marked a node as seen when it was pushed"),
    ("05-own-3", changed(order=lambda out: ModelNode.order(out)[::-1]), "results come first here"),
    ("05-own-3", changed(order=every_visit), "the input 2 is listed twice"),
    ("05-own-3", changed(order=lambda out: {out}), "this is a set"),
    ("05-own-3", changed(order=lambda out: [*ModelNode.order(out), "x"]), "no node of this graph"),
    ("05-own-4", changed(backward=overwriting), "`+=`, not `=`"),
    ("05-own-4", changed(backward=recursive), "as plain recursion does"),
    ("05-own-4", changed(backward=sweep(parents=in_a_set)), "no set of parents"),
    ("05-own-4", changed(backward=sweep(reset=False)), "a second `backward` leaves"),
    ("05-own-4", changed(backward=sweep(rows=iter)), "from the inputs to the output"),
    ("05-own-4", changed(backward=sweep(seed=0.0)), "a gradient of 1 at the output"),
    ("05-own-4", changed(backward=sweep(parents=no_partials)), "partial is missing"),
    ("05-own-4", changed(backward=sweep(parents=own_factors)), "you took the factor itself"),
    ("05-own-4", changed(backward=lambda out: None), "Write the body of `backward`"),
    ("05-own-5", product(lambda x: [type(x)(2)]), "was made into a node"),
    ("05-own-5", product(lambda x: [0]), "the 2 became 0 among the parents"),
    ("05-own-5", product(lambda x: []), "the 2 is not among the parents"),
    ("05-own-5", without_right("__rmul__"), "`Node.__rmul__`, which is missing"),
    ("05-own-5", without_right("__radd__"), "`Node.__radd__`, which is missing"),
    ("05-own-5", changed(order=lambda out: None), "Write the body of the function"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "node_class", "words"), NAMED, ids=[words for *_, words in NAMED])
def test_each_mistake_is_named(key, node_class, words):
    feedback = check(key, node_class)
    assert feedback.kind in ("wrong", "unanswered")
    assert words in feedback.message, feedback


@pytest.mark.parametrize("key", STEPS)
def test_a_finished_class_passes_every_step(key):
    assert check(key, ModelNode).right
    assert check(key, changed()).right


def test_an_earlier_step_comes_first():
    assert check("05-own-4", Sharing).message.startswith("Step 1 comes first.")
    unfilled = changed(__init__=lambda self, value: None)
    assert check("05-own-2", unfilled).message.startswith("Step 1 comes first. Write the body of `__init__`")


CELLS = [
    "import math",
    """class Node:
    def __init__(self, value, operation="input", parents=()):
        self.value, self.gradient = value, None
        self.operation, self.parents = operation, parents
""",
    """def add(x, y):  # replaced below
    return Node(x.value + y.value, "add", (x, y))
def multiply(x, y):
    return Node(number(x) * number(y), "mul", (x, y))
Node.__add__ = add
""",
    """def number(x):  # of a node, or a number itself
    return getattr(x, "value", x)
def add(x, y):
    return Node(number(x) + number(y), "add", (x, y))
Node.__add__ = Node.__radd__ = add
Node.__mul__ = Node.__rmul__ = multiply
""",
    """RULES = {"input": lambda: [], "add": lambda x, y: [1, 1], "mul": lambda x, y: [y, x]}
def order(out, done=None):
    done = [] if done is None else done
    if isinstance(out, Node) and out not in done:
        for parent in out.parents:
            order(parent, done)
        done.append(out)
    return done
""",
    """def backward(out):
    for v in order(out):
        v.gradient = 0.0
    out.gradient = 1.0
    for v in reversed(order(out)):
        for x, partial in zip(v.parents, RULES[v.operation](*map(number, v.parents))):
            if isinstance(x, Node):
                x.gradient += v.gradient * partial
raise_nothing = 1
""",
    "Node.order, Node.backward = order, backward\nprint('seen', end='')",
    "Node.log = lambda x: Node(math.log(x.value), 'log', (x,))\nRULES['log'] = lambda x: [1 / x]",
]


@pytest.fixture
def own(monkeypatch, tmp_path):
    """A class as a notebook's cells leave it, and a folder for the progress."""
    monkeypatch.setattr(class_keeping, "kept_classes", {})
    monkeypatch.setattr(class_keeping, "progress_file", lambda name: tmp_path / "own_scalar.py")
    space = {"__name__": "a_notebook"}
    for i, cell in enumerate(CELLS):
        name = f"cell {i}"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), space)
    return space["Node"]


def test_a_finished_class_is_kept_in_the_process_and_as_text_that_stands_alone(own, capsys, tmp_path):
    assert bp.exercises.keep_class(own) is own
    assert "kept: in this kernel, and as own_scalar.py" in capsys.readouterr().out
    assert bp.exercises.kept_class() is own
    text = (tmp_path / "own_scalar.py").read_text(encoding="utf-8")
    assert "of a node, or a number itself" in text, "comments are kept"
    assert "seen" not in text, "what the cells did beside is not"
    assert text.count("def add") == 1, "the function that counts"


def test_another_kernel_gets_it_by_running_the_text_when_it_is_asked_for(own, capsys, monkeypatch):
    bp.exercises.keep_class(own)
    monkeypatch.setattr(class_keeping, "kept_classes", {})
    again = bp.exercises.kept_class()
    assert again is not own
    assert "own_scalar.py in the folder of your progress was run" in capsys.readouterr().out
    x = again(3.0)
    out = (2 * x + 1).log()
    out.backward()
    assert x.gradient == pytest.approx(2 / 7)


def test_importing_runs_nothing_of_it(own, tmp_path, monkeypatch):
    bp.exercises.keep_class(own)
    (tmp_path / "own_scalar.py").write_text("# Node\nraise SystemError", encoding="utf-8")
    assert bp.exercises.kept_class() is own, "not even asked for, where this kernel has the class"
    monkeypatch.setattr(class_keeping, "kept_classes", {})
    assert bp.exercises.kept_class() is ModelNode


def test_an_unfinished_class_is_not_kept_and_a_model_stands_in(capsys, own):
    del own.backward
    assert bp.exercises.keep_class(own) is ModelNode
    assert "Not finished" in capsys.readouterr().out
    assert bp.exercises.keep_class(3) is ModelNode
    assert bp.exercises.kept_class() is ModelNode
    assert "No class is kept" in capsys.readouterr().out


def test_without_a_folder_it_is_kept_in_the_kernel_only(own, capsys, monkeypatch):
    monkeypatch.setattr(class_keeping, "progress_file", lambda name: None)
    assert bp.exercises.keep_class(own) is own
    assert "nothing is written to a disk" in capsys.readouterr().out


def test_it_lies_beside_the_progress_if_that_can_be_written(own, capsys, monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", str(tmp_path / "new"))
    bp.exercises.keep_class(own)
    assert (tmp_path / "new" / "own_scalar.py").is_file()
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", str(tmp_path / "new" / "own_scalar.py"))
    assert bp.exercises.keep_class(own) is own
    assert "cannot be written" in capsys.readouterr().out
    monkeypatch.setenv("BACKPROP_NB_PROGRESS", "off")
    assert class_keeping.progress_file(class_keeping.KEPT_NAME) is None


def test_text_that_does_not_stand_alone_is_not_written(own, capsys, tmp_path):
    linecache.cache["cell 5"] = (0, None, [], "cell 5")
    assert bp.exercises.keep_class(own) is own
    assert "does not stand alone" in capsys.readouterr().out
    assert not (tmp_path / "own_scalar.py").exists()


@passing_rows()
def test_notebook_05_works_with_a_class_that_was_filled_in(monkeypatch, tmp_path):
    monkeypatch.setattr(class_keeping, "progress_file", lambda name: tmp_path / "own_scalar.py")
    monkeypatch.setattr(class_keeping, "kept_classes", {})
    notebook = nbformat.read(PROJECT / "notebooks" / "05_the_scalar_class.ipynb", as_version=4)
    module, keys = ModuleType("filled_in"), iter(STEPS)
    monkeypatch.setitem(sys.modules, "filled_in", module)
    space = vars(module)
    for cell in notebook.cells:
        source, key = cell.source, None
        if cell.cell_type == "code" and 'check("05-own' in source:
            key = next(keys)
            source = SOLUTIONS[key].solution
        if cell.cell_type == "code" and "Printed" not in source:  # Python 3.14 has that one in silence
            linecache.cache[cell.id] = (len(source), None, source.splitlines(keepends=True), cell.id)
            exec(compile(source, cell.id, "exec"), space)
        if key:
            assert check(key, space["Node"]).right, check(key, space["Node"])
    assert space["Mine"] is space["Node"]
    text = (tmp_path / "own_scalar.py").read_text(encoding="utf-8")
    assert text.count("def order(out)") == 1
    assert "RULES = {" in text


def test_the_model_class_has_no_flaw():
    assert find_flaw(ModelNode) == ""
