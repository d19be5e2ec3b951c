"""Open the notebooks (``lab``), run every check (``test``), build the ``site``; standard library only."""

import errno
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from .environment import SetupError, lacking, prepare

__all__ = ["run_command"]

PACKAGE = Path(__file__).resolve().parents[1]
SETTINGS = PACKAGE / "cli" / "jupyter"  # no question about news
FIRST = "00_start_here.ipynb"
MANIFEST = ".backprop_nb.json"  # in a folder of copies: what each lesson was when it was copied
NOTHING_COLLECTED = 5  # pytest's exit code
JAVASCRIPT = "tests/widgets/test_javascript.py"  # needs Node and tools of npm
REQUIRED = {"browser": "BACKPROP_NB_REQUIRE_BROWSER", "javascript": "BACKPROP_NB_REQUIRE_NODE"}


def run_command(command, options):
    """Do ``lab``, ``test`` or ``site`` with its options; the exit code, unless another program takes over."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character gets a question mark
            stream.reconfigure(errors="replace")
    try:
        commands = {"lab": open_lab, "site": build_site, "test": run_tests}
        return commands[command](options, clone_of(PACKAGE))
    except SetupError as error:
        print(f"backprop_nb: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"backprop_nb: {describe_os_error(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Nothing half-made is kept in use: type the same command again.", file=sys.stderr)
        return 130


def describe_os_error(error):
    """What the operating system refused, and a way on, in a sentence.

    >>> print(describe_os_error(OSError(errno.ENOSPC, "No space left on device", ".venv")))
    the disk is full (.venv): free half a gigabyte, then type the same command again
    """
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{place}: free half a gigabyte, then type the same command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"this may not be read or written{place}: clone into a folder of your own, and try there"
    return f"{error.strerror or error}{place}: remove or rename what is in the way, and try again"


def clone_of(package):
    """The folder of the clone that the package is part of, or None if it is installed on its own."""
    settings = package.parent / "pyproject.toml"
    ours = settings.is_file() and 'name = "backprop_nb"' in settings.read_text(encoding="utf-8")
    return package.parent if ours else None


def say(text):
    """Print at once, in order with what the programs that are started print."""
    print(text, flush=True)


def become(command, project=None):
    """Go on as another program; on Windows, where a process cannot become another, wait for it."""
    variables = child_environment(os.environ, project)
    if os.name == "nt":
        return subprocess.call(command, env=variables)
    sys.stdout.flush()
    os.execve(command[0], command, variables)


def child_environment(variables, project):
    """The environment variables for what is started: kernels import the clone and are of the same Python."""
    changed = {**variables, "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONUTF8": "1"}  # on Windows, too
    settings = [str(SETTINGS), variables.get("JUPYTER_CONFIG_PATH")]
    changed["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    if project:
        changed["PYTHONPATH"] = os.pathsep.join(filter(None, [str(project), variables.get("PYTHONPATH")]))
    return changed


def open_lab(options, project):
    """Open the first notebook in JupyterLab."""
    if project:
        python = prepare(project, "lab", say=say)
        if python != sys.executable:
            return become([python, "-m", "backprop_nb", "lab", *options], project)
    elif absent := lacking(asked_of_lab(importlib.metadata.requires("backprop_nb"))):
        install = f'{sys.executable} -m pip install "backprop_nb[lab]"'
        raise SetupError(f"missing: {', '.join(absent)}; try: {install}")
    given = options.pop(0) if options and not options[0].startswith("-") else None
    folder = lessons = (project or PACKAGE) / "notebooks"
    if given or not project:
        folder = Path(given or "backprop_nb_notebooks").expanduser().resolve()
        try:
            copy_lessons(lessons, folder)
        except OSError as error:
            raise SetupError(f"cannot copy the notebooks: {error}; name another: lab FOLDER") from error
    make_home(os.environ)
    return become(jupyter_command(folder, options), project)


def asked_of_lab(requires):
    """Of what an installed package requires, all that ``lab`` needs: no other extras, no markers.

    >>> asked_of_lab(['numpy>=2.0', "jupyterlab>=4.2; extra == 'lab'", "nbval>=0.11; extra == 'test'"])
    ['numpy>=2.0', 'jupyterlab>=4.2']
    """
    parts = [requirement.partition(";") for requirement in requires]
    return [name for name, _, marker in parts if "extra" not in marker or re.search("\\blab\\b", marker)]


def make_home(variables):
    """Give Jupyter a temporary folder for its files where the home folder may not be written, and say so."""
    try:
        with tempfile.TemporaryFile(dir=Path.home()):
            return
    except (OSError, RuntimeError):  # no home at all
        scratch = tempfile.mkdtemp(prefix="backprop_nb-")
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        variables.setdefault(name, os.path.join(scratch, name.lower()))
    say(f"The home folder cannot be written: Jupyter keeps its own files in {scratch}")


def jupyter_command(folder, options):
    """JupyterLab on the first notebook; this machine only, with a token, unless options say otherwise."""
    given = {option.split("=")[0] for option in options}
    ours = {
        "--LabApp.default_url": f"/lab/tree/{FIRST}",  # the address it prints leads there, too
        "--ServerApp.ip": "127.0.0.1",
        "--ServerApp.root_dir": folder,
        "--LabApp.news_url": "None",  # nothing is fetched at run time
        "--LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    short = {"--ServerApp.ip": "--ip", "--ServerApp.root_dir": "--notebook-dir"}
    wanted = [f"{name}={value}" for name, value in ours.items() if not given & {name, short.get(name)}]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        wanted.append("--allow-root")  # who types the command as root, in a container mostly, means it
    return [sys.executable, "-m", "jupyterlab", *wanted, *options]


def copy_lessons(lessons, folder):
    """Copy the notebooks into the learner's ``folder``; what the learner edited stays as it is.

    A lesson that changed since it was copied replaces an unedited copy; beside an edited one it is put, once,
    under a name of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copied = copied_before(folder)
    for lesson in sorted(lessons.rglob("*")):
        if not lesson.is_file() or ".ipynb_checkpoints" in lesson.parts:
            continue
        name, target = lesson.relative_to(lessons).as_posix(), folder / lesson.relative_to(lessons)
        new, present = digest(lesson), digest(target)
        if present in (None, copied.get(name)):
            copy_whole(lesson, target)
        elif new not in (present, copied.get(name)):
            beside = free_name(target)
            copy_whole(lesson, beside)
            say(f"{name} holds your edits and is kept; the lesson has changed: its new form is {beside.name}")
        copied[name] = new
    part = folder / f"{MANIFEST}.part"
    part.write_text(json.dumps(copied, indent=1), encoding="utf-8")
    part.replace(folder / MANIFEST)
    say(f"The notebooks are in {folder}")


def copied_before(folder):
    """What each lesson was when it was last copied; nothing if that cannot be read: no edit is lost."""
    try:
        copied = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return copied if isinstance(copied, dict) else {}


def digest(path):
    """What tells whether a file has changed; None if it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def free_name(target):
    """The name beside ``target`` with the lowest number that is not taken."""
    number = 2
    while (beside := target.with_stem(f"{target.stem}.v{number}")).exists():
        number += 1
    return beside


def copy_whole(source, target):
    """Copy so that the target is at no moment half there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def build_site(options, project):
    """Build the notebooks as a static site."""
    if not project or not (project / "site").is_dir():
        raise SetupError("the site is built from a clone of the repository, not from the installed package")
    return become([prepare(project, "site", say=say), str(project / "site" / "build.py"), *options], project)


class Outcome(NamedTuple):
    """How a part of the tests went; ``words`` is what the summary says of it."""

    part: str
    passed: int
    failed: int
    skipped: int
    words: str


def run_tests(options, project):
    """Run every check, and say at the end how each part went."""
    if not project or not (project / "tests").is_dir():
        raise SetupError("the tests come with a clone of the repository, not with the installed package")
    python = prepare(project, "test", say=say)
    if python != sys.executable:
        return become([python, "-m", "backprop_nb", "test", *options], project)
    fast, options = "--fast" in options, [option for option in options if option != "--fast"]
    outcomes = []
    with tempfile.TemporaryDirectory() as scratch:
        for part, command in list_parts(options, project, fast):
            say(f"\n{part}: {' '.join(command[1:])}")
            report = Path(scratch, f"{part}.xml")
            reporting = [f"--junitxml={report}"] if "pytest" in command else []
            variables = child_environment(os.environ, project)
            code = subprocess.call(command + reporting, cwd=project, env=variables)
            outcomes.append(read_outcome(part, code, report, chosen=bool(options)))
    text, code = summarise(outcomes)
    say(text)
    return code


def list_parts(options, project, fast=False):
    """The parts of the tests with their commands; options that name a path are a part by themselves."""
    python = [sys.executable, "-m"]
    pytest = [*python, "pytest"]
    if any((project / option.split("::")[0]).exists() for option in options if not option.startswith("-")):
        return [("chosen", [*pytest, *options])]
    side_by_side = [] if options else ["-n", str(min(4, os.cpu_count() or 1))]
    serial = [*pytest, "-p", "no:xdist", *without_xdist(options)]  # xdist would spread one notebook
    unit = [*pytest, "--ignore=tests/browser", f"--ignore={JAVASCRIPT}", *side_by_side, *options]
    notebooks = ["-p", "tests.support.kernels", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120",
                 "--nbval-kernel-startup-timeout=120", "--nbval-sanitize-with=tests/nbval_sanitise.cfg",
                 "notebooks"]  # fmt: skip
    chosen = {
        "lint": [*python, "ruff", "check", "--output-format=concise", "."],
        "types": [*python, "mypy"],
        "javascript": [*serial, JAVASCRIPT],
        "unit": unit,
        "notebooks": [*serial, *notebooks],
        "browser": [*pytest, *side_by_side, *options, "tests/browser"],
    }
    slow = ("notebooks", "browser")
    return [(part, command) for part, command in chosen.items() if not (fast and part in slow)]


def without_xdist(options):
    """The options of pytest without those of its plugin xdist, such as ``-n 4``."""
    kept = []
    for before, option in zip(["", *options], options, strict=False):
        if before not in ("-n", "--dist") and not re.match(r"-n|--dist|--numprocesses", option):
            kept.append(option)
    return kept


def read_outcome(part, code, report, chosen=False):
    """Read how a part went from its exit code and, where there is one, pytest's report."""
    passed, failed, skipped, reason = int(not code), int(bool(code)), 0, None
    if report.exists():
        cases = list(ElementTree.parse(report).iter("testcase"))
        failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
        left = [case.find("skipped").get("message") for case in cases if case.find("skipped") is not None]
        skipped, passed = len(left), len(cases) - failed - len(left)
        reason = left[0] if left and not passed else None
    if code == NOTHING_COLLECTED and chosen:
        return Outcome(part, 0, 0, 0, "nothing chosen here")
    if code and not failed:
        return Outcome(part, passed, 1, skipped, f"broke off with exit code {code}")
    if not passed and os.environ.get(REQUIRED.get(part, "")) == "1":
        return Outcome(part, 0, failed or 1, skipped, f"no test ran, though {REQUIRED[part]}=1: {reason}")
    words = f"{passed} passed" + f", {failed} failed" * bool(failed) + f", {skipped} skipped" * bool(skipped)
    return Outcome(part, passed, failed, skipped, words + (f": {reason}" if reason else ""))


def summarise(outcomes):
    """The closing lines and the exit code: 0 if something ran and nothing failed."""
    lines = [f"{'FAILED' if o.failed else 'ok':7}{o.part:11}{o.words}" for o in outcomes]
    passed, failed, skipped = (sum(o[i] for o in outcomes) for i in (1, 2, 3))
    total = f"{passed} passed, {failed} failed" + f", {skipped} skipped" * bool(skipped)
    return "\n".join(["", *lines, total]), int(failed > 0 or not passed)
