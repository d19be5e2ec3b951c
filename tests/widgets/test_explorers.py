"""What explorers have in common: twins in text and in a page, names that are markup, what they load."""

import math
import subprocess
import sys

import numpy as np
import pytest
from support.explorers import branching, f, unpack

import backprop_nb as bp

VIEW = "application/vnd.jupyter.widget-view+json"
EXPLORERS = {  # with a trait of it, what its text says, and what its page shows without scripts
    "stepper": (lambda: bp.widgets.stepper(f, x1=2, x2=5), "run", "v₁ = ", "<img"),
    "branches": (lambda: bp.widgets.branches(branching, a=1, b=2, c=3), "position", "v₁ = ", "<img"),
    "jacobian": (lambda: bp.widgets.jacobian(lambda x: x * x, np.ones(2)), "view", "x₁ 2 ·", "<img"),
    "secant": (lambda: bp.widgets.secant(f, 2, 5, wrt="x2"), "position", "Left out: ½ |f″| h", "<img"),
    "matmul": (lambda: bp.widgets.matmul(2, 3, 4), "scene", "Y = AX", "<table"),
    "brackets": (lambda: bp.widgets.brackets([8, 4, 2, 1]), "dims", "reverse (J₃ J₂) J₁ 40", "<table"),
    "swell": (lambda: bp.widgets.swell(lambda x: x * x, deepest=4), "scene", "depth tree graph", "<img"),
}


@pytest.mark.parametrize(("make", "name", "words", "picture"), EXPLORERS.values(), ids=EXPLORERS)
def test_an_explorer_leaves_text_and_a_page_behind(make, name, words, picture):
    widget = make()
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {VIEW, "text/plain", "text/html"}
    assert data["text/plain"] == widget.text
    state = unpack(data["text/html"])
    assert state[name] == getattr(widget, name)
    assert set(state) == {*state["state_names"], "_esm", "_css"}
    assert state["_esm"] == widget._esm
    assert words in " ".join(widget.text.split())
    assert picture in widget.still
    assert widget.still.count("<img") == widget.still.count('src="data:image/')


@pytest.mark.parametrize("make", [make for make, *_ in EXPLORERS.values()], ids=EXPLORERS)
def test_what_the_page_says_does_not_come_back_later(make, monkeypatch):
    """The echo of an earlier key would undo those pressed since then, where Python is slow."""
    widget, sent = make(), []
    monkeypatch.setattr(widget, "_send", lambda message, buffers=None: sent.append(message["method"]))
    for name in widget.state_names:
        widget.set_state({name: getattr(widget, name)})
    assert "echo_update" not in sent


def test_names_that_look_like_markup_stay_text():
    nasty = {"</script><script>alert(1)//": 2.0, '"]<b>&amp;': 3.0}
    pages = [
        make(lambda w, x: x * math.prod(w.values()), w=nasty, x=1).html
        for make in (bp.widgets.stepper, bp.widgets.branches)
    ]

    def g(x):
        return x

    g.__name__ = "</script><script>alert(1)</script><b>"
    for html in [*pages, bp.widgets.jacobian(g, np.ones(2)).html]:
        assert "<b>" not in html
        assert "<script>alert" not in html


def test_an_explorer_of_numbers_needs_neither_numpy_nor_matplotlib():
    program = """
import sys
sys.modules["numpy"] = sys.modules["matplotlib"] = None  # importing them fails
import backprop_nb as bp
steps = bp.widgets.stepper(lambda x: x * x, x=3)
steps.inputs = {"x": 4}
slid = bp.widgets.branches(lambda x: x if x > 0 else -x, x=(-1, 1))
print(steps.record.gradient, len(slid.scene["graphs"]), "bp-state" in steps.html, "bp-state" in slid.html)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == "{'x': 8.0} 2 True True"
