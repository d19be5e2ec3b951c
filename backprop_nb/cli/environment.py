"""Find or make a Python environment that has what the package needs, with the standard library alone."""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

from .installing import follow, why_pip_failed

__all__ = ["SetupError", "lacking", "prepare", "requirements"]

FOLDERS = (".venv", ".venv-backprop_nb")  # the second is for a clone whose .venv is somebody else's
MARKER = "backprop_nb-setup.json"  # in every environment made here: what was installed, once all of it was
ELSEWHERE = """(?:;sys_platform!=["']emscripten["'])?"""  # in a browser no command runs that could ask
REQUIREMENT = re.compile(rf"([\w.-]+)((?:(?:>=|<)[\d.]+,?)*){ELSEWHERE}")
QUESTION = """
import json, sys
sys.path.insert(0, sys.argv[1])
from backprop_nb.cli.environment import lacking
print(json.dumps(lacking(json.loads(sys.argv[2]))))
"""


class SetupError(Exception):
    """The set-up stopped; the text says why and what to try."""


def requirements(project, extra=None):
    """What ``pyproject.toml`` in ``project`` asks for, as strings; with an extra, that as well."""
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table["dependencies"] + (table["optional-dependencies"][extra] if extra else [])


def lacking(wanted):
    """Those of the ``wanted`` requirements that this Python does not meet.

    Reads ``name``, ``name>=1.2`` and ``name>=1.2,<2``; ValueError for any other form.

    >>> lacking(["pip>=1", "pip>=1,<2", "no-such-package"])
    ['pip>=1,<2', 'no-such-package']
    """
    return [requirement for requirement in wanted if not is_met(requirement)]


def is_met(requirement):
    """Whether this Python has what one requirement asks for."""
    form = REQUIREMENT.fullmatch(requirement.replace(" ", ""))
    if not form:
        raise ValueError(f"unreadable requirement {requirement!r}; write: name, name>=1.2 or name>=1.2,<2")
    try:
        present = release_of(importlib.metadata.version(form[1]))
    except importlib.metadata.PackageNotFoundError:
        return False
    bounds = re.findall(r"(>=|<)([\d.]+)", form[2])
    return all((present >= release_of(bound)) == (sign == ">=") for sign, bound in bounds)


def release_of(version):
    """The release of a version as a tuple that compares: "8.2" is below "8.10", "8.2.0" equals "8.2"."""
    release = [int(part) for part in re.match(r"[\d.]*", version)[0].split(".") if part]
    while release and not release[-1]:
        release.pop()
    return tuple(release)


def prepare(project, extra=None, *, run=None, say=print):
    """A Python that has the requirements of ``project``: this one, or that of an environment in the clone.

    project: folder of the clone
    extra:   name of an extra in ``pyproject.toml``, such as "test", or None
    run:     what runs a command and returns (exit code, lines of output); ``follow`` unless told
    returns: path of the Python as a string

    An environment that was not made here is used if it has everything and never changed. Raises SetupError.
    """
    wanted = requirements(project, extra)
    absent = lacking(wanted)
    if not absent:
        return sys.executable
    lack = f"This Python ({sys.executable}) lacks {name_some(absent)}"
    for name in FOLDERS:
        folder = project / name
        if made_elsewhere(folder):
            absent = lacking_in(folder, wanted)
            if absent == []:
                say(f"{lack}: using {name}.")
                return str(python_of(folder))
            fault = f"lacks {name_some(absent)}" if absent else "does not run"
            say(f"{name} was not made by backprop_nb and {fault}: it is left as it is.")
            continue
        with lock_clone(project, say) as lock:
            if is_ready(folder, wanted):
                say(f"{lack}: using {name}.")
            else:
                say(f"{lack}.")
                install_into(folder, project, extra, wanted, run or partial(follow, keep=lock), say)
        return str(python_of(folder))
    raise SetupError(f"neither {' nor '.join(FOLDERS)} was made by backprop_nb: remove or rename one of them")


def name_some(wanted):
    """The first names of the requirements, and how many more there are."""
    names = [re.match(r"[\w.-]+", requirement)[0] for requirement in wanted]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more packages" if len(names) > 3 else "")


def made_elsewhere(folder):
    """Whether the folder is something that was not made here, and must be left as it is."""
    if not folder.exists():
        return folder.is_symlink()  # to a folder that is gone
    if (folder / MARKER).exists():
        return False
    return not folder.is_dir() or any(folder.iterdir())


def is_ready(folder, wanted):
    """Whether the environment was made whole with all that is ``wanted``, and still runs and has it."""
    return set(wanted) <= set(read_marker(folder)) and lacking_in(folder, wanted) == []


def read_marker(folder):
    """The requirements that were installed when the environment was last whole; none if it is half made."""
    try:
        installed = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    whole = isinstance(installed, list) and all(isinstance(x, str) for x in installed)
    return installed if whole else []


def write_marker(folder, wanted):
    """Say in the environment what it has; nothing while it is being made."""
    (folder / MARKER).write_text(json.dumps(sorted(wanted), indent=1), encoding="utf-8")


def python_of(folder):
    """The path of an environment's Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def lacking_in(folder, wanted):
    """What that environment's Python says it lacks; None if it does not run."""
    here = str(Path(__file__).parents[2])
    command = [str(python_of(folder)), "-I", "-c", QUESTION, here, json.dumps(wanted)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


@contextlib.contextmanager
def lock_clone(project, say):
    """One set-up at a time in a clone: another waits until the first, and the pip it started, have ended.

    Gives the lock, for what is started to keep open.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where a folder cannot be locked: two set-ups at once are up to the user
        yield None
        return
    lock = os.open(project, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is under way in this clone; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def install_into(folder, project, extra, wanted, run, say):
    """Make the environment, or add to a whole one; until all is there, its marker counts it as half made."""
    before = read_marker(folder)
    if not before or lacking_in(folder, before) is None:  # half made, or its Python is gone
        before = []
        create_environment(folder, run, say)
    write_marker(folder, [])
    say(f"Installing {len(wanted)} packages and what they need into {folder.name}, from the package index.")
    say("That takes one to five minutes and about half a gigabyte of disk, and happens only once.")
    pip = [str(python_of(folder)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
           "--progress-bar", "off", "-e", f".[{extra}]" if extra else "."]  # fmt: skip
    code, lines = run(pip, project)
    if code:
        if before and lacking_in(folder, before) == []:  # pip gave up before it changed anything
            write_marker(folder, before)
        raise SetupError(why_pip_failed(lines))
    write_marker(folder, {*before, *wanted})
    say("All installed.")


def empty_folder(folder):
    """Empty an environment but for its marker, which says at every moment that it was made here."""
    if any(folder.iterdir()):
        write_marker(folder, [])
    for inner in folder.iterdir():
        if inner.is_dir() and not inner.is_symlink():
            shutil.rmtree(inner)
        elif inner.name != MARKER:
            inner.unlink()


def create_environment(folder, run, say):
    """Make an empty environment in place of a half-made one."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "this Python cannot make virtual environments, since its module venv or ensurepip is missing. "
            "On Debian and Ubuntu: sudo apt install python3-venv. Then type the same command again."
        )
    if Path(sys.prefix).resolve() == folder.resolve():
        raise SetupError(f"this is the Python of {folder.name}, which is to be made again: deactivate it")
    if folder.exists():
        say(f"{folder.name} is from a set-up that did not finish, or no longer runs: making it again.")
        empty_folder(folder)
    try:
        folder.mkdir(exist_ok=True)
        write_marker(folder, [])
    except OSError as error:
        raise SetupError(f"cannot write here: {error}; clone into a folder of your own") from error
    say(f"Making a virtual environment in {folder.name} with Python {sys.version.split()[0]}.")
    code, lines = run([sys.executable, "-m", "venv", str(folder)], folder.parent)
    if code:
        raise SetupError("making the virtual environment failed; it said:\n" + "\n".join(lines[-8:]))
