"""Which program draws a graph, what stands in where there is none, and the files it is saved in."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.small_programs import f

from backprop_nb.drawing import graphviz_engines as drawing
from backprop_nb.drawing.graphviz_engines import NoPicture
from backprop_nb.runs.graph import graph
from backprop_nb.runs.tracing import trace


def program(folder, name, body):
    """A little program of that name, to be taken for a drawing program."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\nsource = sys.stdin.buffer.read()\n{body}\n")
    path.chmod(0o755)
    return str(path)


def painting(colour, code=0):
    """What a fake program does that paints."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0" fill="{colour}"/></svg>'
    return f"print({svg!r})\nsys.exit({code})"


@pytest.fixture
def eq1():
    return trace(f, 2, 5)


@pytest.fixture
def no_engine(monkeypatch, tmp_path):
    """A machine with no drawing program at all; the folder that is its PATH."""
    monkeypatch.delenv("BACKPROP_NB_DOT", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(drawing, "find_shipped", lambda: None)
    return tmp_path


def test_programs_are_tried_in_order_variable_path_package(eq1, monkeypatch, tmp_path):
    chosen = program(tmp_path, "mine", painting("red"))
    (tmp_path / "bin").mkdir()
    on_path = program(tmp_path / "bin", "dot", painting("green"))
    shipped = program(tmp_path, "graphviz-pure", painting("blue"))
    monkeypatch.setattr(drawing, "find_shipped", lambda: shipped)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("BACKPROP_NB_DOT", chosen)
    assert drawing.engines() == [chosen, on_path, shipped]
    assert "red" in graph(eq1).svg
    monkeypatch.delenv("BACKPROP_NB_DOT")
    assert "green" in graph(eq1).svg, "the change of the environment came too late"
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert "blue" in graph(eq1).svg


def test_the_shipped_program_is_found_off_the_path(monkeypatch, tmp_path):
    pytest.importorskip("graphviz")
    beside = drawing.find_shipped()
    assert beside
    assert Path(beside).stem == "graphviz-pure"
    monkeypatch.setattr(drawing.sysconfig, "get_path", lambda name: str(tmp_path))
    assert Path(drawing.find_shipped()).resolve() == Path(beside).resolve()


def test_a_picture_is_taken_though_the_program_exits_with_1(eq1, no_engine):
    program(no_engine, "dot", painting("red", code=1))
    assert "red" in graph(eq1).svg


BROKEN = {
    "crashes": ("sys.exit('out of memory')", "exit code 1, out of memory"),
    "says nothing": ("sys.exit(3)", "exit code 3, no word why"),
    "is cut short": ("print('<svg viewBox=\"0 0 1 1\"><g>')", "gave no svg"),
    "writes rubbish": ("print('<svg viewBox=\"0 0 1 1\"><g></svg>')", "gave no svg"),
    "hangs": ("import time; time.sleep(60)", "no picture in 30 seconds"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_program_is_named_and_the_next_one_draws(how, eq1, no_engine, monkeypatch):
    body, complaint = BROKEN[how]
    broken, start = program(no_engine, "broken", body), subprocess.run

    def impatient(command, timeout, **options):  # but only with the program that hangs, whatever else runs
        return start(command, timeout=1 if command[0] == broken and how == "hangs" else timeout, **options)

    monkeypatch.setenv("BACKPROP_NB_DOT", broken)
    monkeypatch.setattr(drawing.subprocess, "run", impatient)
    with pytest.raises(NoPicture, match=complaint) as caught:
        _ = graph(eq1).svg
    assert ("pip install" in str(caught.value)) == (how != "hangs")  # another copy would hang as long
    assert ("Draw fewer nodes" in str(caught.value)) == (how == "hangs")
    program(no_engine, "dot", painting("green"))
    with pytest.warns(UserWarning, match=complaint) as warned:
        assert "green" in graph(eq1).svg
    assert broken in str(warned[0].message)


def test_where_no_program_is_a_library_or_the_page_around_python_draws(eq1, no_engine, monkeypatch):
    def AGraph(string):
        return SimpleNamespace(draw=lambda **options: picture if "v5" in string else b"")

    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="teal"/></svg>'
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(backpropDraw=lambda dot: picture.decode()))
    monkeypatch.setitem(sys.modules, "pygraphviz", None)  # cannot be imported
    assert "teal" in graph(eq1).svg
    with pytest.raises(NoPicture, match="viz-js draws svg, or nothing"):
        drawing.draw("digraph {}", "png")
    monkeypatch.setitem(sys.modules, "js", None)
    monkeypatch.setitem(sys.modules, "pygraphviz", SimpleNamespace(AGraph=AGraph))
    assert drawing.draw("v5", "svg") == picture


def test_a_program_that_cannot_be_run_is_named(eq1, no_engine, monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_DOT", str(no_engine / "nowhere"))
    with pytest.raises(NoPicture, match="nowhere does not run: No such file"):
        _ = graph(eq1).svg
    plain = no_engine / "plain.txt"
    plain.write_text("not a program")
    monkeypatch.setenv("BACKPROP_NB_DOT", str(plain))
    with pytest.raises(NoPicture, match=r"plain\.txt does not run: Permission denied"):
        _ = graph(eq1).svg


def test_without_a_program_or_graphviz_the_text_stands_in_and_one_line_says_how_to_get_pictures(
    eq1, no_engine, monkeypatch
):
    picture = graph(eq1)
    shown = picture._repr_mimebundle_()
    assert list(shown) == ["text/plain"]
    text, _, line = shown["text/plain"].rpartition("\n\n")
    assert text == picture.text
    assert "\n" not in line
    assert "pip install graphviz-pure" in line
    assert "BACKPROP_NB_DOT" in line
    program(no_engine, "dot", painting("red"))
    assert "red" in picture.svg, "a program that came later was not noticed"
    monkeypatch.setitem(sys.modules, "graphviz", None)
    shown = graph(eq1)._repr_mimebundle_()
    assert list(shown) == ["text/plain"]
    assert "pip install graphviz" in shown["text/plain"]


def test_a_picture_is_saved_in_the_form_its_name_says(eq1, tmp_path):
    picture = graph(eq1)
    for form, start in [("svg", b"<svg "), ("dot", b"digraph"), ("png", b"\x89PNG")]:
        picture.save(tmp_path / f"f.{form}")
        assert (tmp_path / f"f.{form}").read_bytes().startswith(start)


def test_a_form_that_nobody_knows_or_that_the_program_lacks_is_refused(eq1, no_engine):
    for name in ("f.jpeg", "f"):
        with pytest.raises(ValueError, match=r"\.svg, \.dot, \.pdf or \.png"):
            graph(eq1).save(no_engine / name)
    program(no_engine, "dot", "sys.exit('Format: \"pdf\" not recognized')")
    with pytest.raises(NoPicture, match=r'dot gave no pdf .*"pdf" not recognized'):
        graph(eq1).save(no_engine / "f.pdf")
    assert not (no_engine / "f.pdf").exists()
