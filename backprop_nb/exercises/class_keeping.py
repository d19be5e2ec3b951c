"""Keeps a learner's finished class for later notebooks: in this process, and as text in a file."""

import ast
import linecache
from operator import itemgetter
from types import FunctionType, ModuleType

from ..runs.watching import codes_in
from .keeping import progress_file, replace_file
from .own_class import ModelNode, find_flaw
from .questions import NotFilledIn
from .tasks import Task

__all__ = ["keep_class", "kept_class", "write_source"]

KEPT_NAME = "own_scalar.py"
kept_classes = {}


def keep_class(node_class):
    """Keep a class of nodes that you have finished, so that later notebooks compute with it.

    node_class: the class, with ``backward``
    returns:    the class; or, until it is finished, a model class that stands in for it

    The text of the cells that made it is written into the folder of your progress, where there is one, and
    run once in an empty namespace, to see that it stands alone. One printed line says what was done.
    """
    said = Task("", "", find_flaw, "").judge(node_class)
    if not said.right:
        print(f"Not finished: {said.message}\nUntil it is, a model class stands in for yours.")
        return ModelNode
    kept_classes["own"] = node_class
    print(f"{node_class.__name__} is kept: {store(node_class)}.")
    return node_class


def kept_class():
    """The class that you kept: of this process, else by running the text that ``keep_class`` has written.

    returns: the class; a model class where there is none. One printed line says which
    """
    if own := kept_classes.get("own"):
        print(f"Your class {own.__name__}, of this kernel.")
        return own
    path = progress_file(KEPT_NAME)
    if path is not None and path.is_file():
        name, _, text = path.read_text(encoding="utf-8").removeprefix("# ").partition("\n")
        own, flaw = try_text(text, name)  # the learner may have edited the file
        if not flaw:
            print(f"Your class {name}: {KEPT_NAME} in the folder of your progress was run.")
            return own
        print(f"{KEPT_NAME} does not give a finished class: {flaw}\nA model class stands in for yours.")
        return ModelNode
    print("No class is kept: finish yours in notebook 05. Until then, a model class stands in.")
    return ModelNode


def run_text(text, name):
    """What is called ``name`` once the text of a learner's cells was run in an empty namespace."""
    space = {"__name__": "own_scalar"}
    linecache.cache[KEPT_NAME] = (len(text), None, text.splitlines(keepends=True), KEPT_NAME)
    exec(compile(text, KEPT_NAME, "exec"), space)  # the learner's own cells, at the learner's call
    return space[name]


def try_text(text, name):
    """What ``run_text`` gives, or None; and what is wrong with it when it stands alone, in words, or ""."""
    try:
        own = run_text(text, name)
        return own, find_flaw(own)
    except (Exception, NotFilledIn) as error:  # noqa: BLE001  whatever a learner's cells raise is told
        return None, f"{type(error).__name__}, {error}"


def store(node_class):
    """Write a class into the folder of the progress; what was done, in words."""
    path, text = progress_file(KEPT_NAME), write_source(node_class)
    if flaw := try_text(text, node_class.__name__)[1]:
        return f"in this kernel only, for the text of its cells does not stand alone ({flaw})"
    if path is None:
        return "in this kernel; nothing is written to a disk here"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, f"# {node_class.__name__}\n{text}")
    except OSError as error:
        return f"in this kernel only, for {KEPT_NAME} cannot be written ({error.strerror})"
    return f"in this kernel, and as {KEPT_NAME} in the folder of your progress"


def write_source(made):
    """The text that makes a class or a function: imports, itself, what it uses, what was attached to it.

    Found from the class itself, through the code of its methods; what cells did beside it is left out.
    """
    name, home, is_class = made.__name__, made.__module__, isinstance(made, type)
    imports, cells, names, met = {}, {}, {name}, set()
    waiting = [*vars(made).values()] if is_class else [made]
    while waiting:
        x = waiting.pop()
        if isinstance(x, dict):
            waiting += x.values()
        if id(x) in met or not isinstance(x, FunctionType) or x.__module__ != home:
            continue
        met.add(id(x))
        names.add(x.__name__)
        cells.setdefault(x.__code__.co_filename, set()).add(x.__code__.co_firstlineno)
        for used in names_in(x.__code__) & x.__globals__.keys():
            value = x.__globals__[used]
            if isinstance(value, ModuleType):
                imports[f"import {value.__name__}" + f" as {used}" * (used != value.__name__)] = None
            elif getattr(value, "__module__", home) != home:
                imports[f"from {value.__module__} import {used}"] = None
            else:
                waiting.append(value)
                names.add(used)
    parts = []
    for cell, lines in cells.items():
        written = linecache.getlines(cell)
        for part in ast.parse("".join(written)).body:
            live = not isinstance(part, ast.FunctionDef) or part.lineno in lines
            if live and names_made(part) & names:
                text = "".join(written[part.lineno - 1 : part.end_lineno]).rstrip()
                parts.append((order_among(part), text))
    attached = [
        f"{name}.{place} = {f.__name__}"
        for place, f in vars(made).items()
        if is_class and isinstance(f, FunctionType) and f.__qualname__.isidentifier()
    ]
    parts.sort(key=itemgetter(0))
    made = "\n\n".join(["\n".join(imports), *(text for _, text in parts), "\n".join(attached)])
    return f"{made.strip()}\n"


def names_in(code):
    """Every name that a function reads, those of functions inside it too."""
    return set().union(*(inner.co_names for inner in codes_in(code)))


def names_made(part):
    """The names that a statement defines, or attaches something to."""
    if isinstance(part, ast.Assign):
        return {n.id for target in part.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return {part.name} if isinstance(part, (ast.ClassDef, ast.FunctionDef)) else set()


def order_among(part):
    """Where a statement has to stand: classes, functions, tables, and what is put into one of them."""
    if not isinstance(part, ast.Assign):
        return int(isinstance(part, ast.FunctionDef))
    return 2 if all(isinstance(target, ast.Name) for target in part.targets) else 3
