"""What is shown while something is installed, and the words for a failure."""

import contextlib
import io
import subprocess
import sys
import threading

import pytest

from backprop_nb.cli import installing
from backprop_nb.cli.installing import Progress, follow, headline, why_pip_failed


def test_a_command_is_followed_to_its_end_and_what_either_stream_says_is_kept():
    code, lines = follow([sys.executable, "-c", "print('one'); print('two'); raise SystemExit(3)"], None)
    assert (code, lines) == (3, ["one", "two"])
    code, lines = follow([sys.executable, "-c", "import sys; sys.exit('no space')"], None)
    assert (code, lines) == (1, ["no space"])


@pytest.fixture
def started(monkeypatch):
    """The processes that are started while the test runs."""
    processes = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return processes


@pytest.mark.parametrize("how", [None, KeyboardInterrupt, OSError])
def test_on_every_way_out_the_process_has_ended_and_its_pipe_is_closed(monkeypatch, started, how):
    def leave(self, news):
        raise how

    threads, last = threading.enumerate(), "time.sleep(60)" if how else ""
    if how:
        monkeypatch.setattr(Progress, "__call__", leave)
    with pytest.raises(how) if how else contextlib.nullcontext():
        follow([sys.executable, "-c", f"import time; print('started', flush=True); {last}"], None)
    assert (started[0].returncode == 0) is (how is None)
    assert started[0].stdout.closed
    assert set(threading.enumerate()) <= set(threads)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Collecting ipywidgets>=8.1 (from backprop_nb==0.1.0)", "looking up ipywidgets"),
        ("  Downloading jupyterlab-4.6.6-py3-none-any.whl (12.4 MB)", "downloading jupyterlab (12.4 MB)"),
        ("  Using cached micrograd-0.1.0.tar.gz (3 kB)", "downloading micrograd (3 kB)"),
        ("  Downloading numpy-2.4.6-cp312-cp312-linux_x86_64.whl.metadata (62 kB)", None),
        ("Installing collected packages: six, numpy", "unpacking 2 packages, the last and longest step"),
        ("Requirement already satisfied: six in /somewhere", None),
    ],
)
def test_headlines(line, words):
    assert headline(line) == words


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_one_line_that_is_wiped_at_the_end():
    out = Terminal()
    show = Progress(out)
    show("looking up numpy")
    show("downloading numpy (16.6 MB)")
    show.close()
    shown = out.getvalue()
    assert "\n" not in shown
    assert "downloading numpy" in shown
    assert shown.endswith("\r\x1b[K")


def test_elsewhere_a_line_comes_now_and_then_and_never_twice():
    out = io.StringIO()
    show = Progress(out, every=0)
    for news in ("looking up numpy", "looking up numpy", "unpacking"):
        show(news)
    show.close()
    lines = [line.split(" s  ")[1] for line in out.getvalue().splitlines()]
    assert lines == ["looking up numpy", "unpacking"]


NO_NETWORK = "WARNING: Retrying (total=4) after connection broken by 'NewConnectionError(': /numpy/"


@pytest.mark.parametrize(
    ("lines", "package", "advice"),
    [
        (f"{NO_NETWORK}\nERROR: No matching distribution found for numpy", "numpy", "could not be reached"),
        ("ERROR: No matching distribution found for graphviz-pure", "graphviz-pure", "try another Python"),
        ("Collecting pyzmq\n  ERROR: Failed building wheel for pyzmq", "pyzmq", "compiled"),
        ("Collecting jupyterlab\n[Errno 28] No space left on device", "jupyterlab", "disk is full"),
        ("something else", "its first step", "may tell why"),
    ],
)
def test_a_failure_is_told_in_words(lines, package, advice):
    lines = lines.splitlines()
    told = why_pip_failed(lines)
    assert told.startswith(f"installing stopped at {package}: ")
    assert advice in told.splitlines()[0]
    assert lines[-1].strip() in told
    assert "type the same command again" in told


def test_every_reason_says_what_to_do_about_it():
    assert all(";" in words for _, words in installing.REASONS)
