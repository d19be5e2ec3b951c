"""What a learner reads where their function fails: their own line first, and no frame of this package."""

import functools
import pickle
import re
import subprocess
import sys
import traceback

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.core.frames import code_of, learners_frames

X = np.array([0.5, -0.5])
WAYS = {
    "record": bp.record,
    "grad": lambda f, x: bp.grad(f)(x),
    "value_and_grad": lambda f, x: bp.value_and_grad(f)(x),
    "vjp": bp.vjp,
    "jvp": lambda f, x: bp.jvp(f, (x,), (x,)),
    "jacobian": bp.jacobian,
    "hessian": bp.hessian,
    "stepper": bp.widgets.stepper,
}
SESSION = r"""
import contextlib, io, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell(colors="nocolor")
shown = io.StringIO()
with contextlib.redirect_stdout(shown):
    for cell in sys.argv[1:]:
        shell.run_cell(cell, store_history=True)
print(shown.getvalue())
"""


def typo(x):
    y = 2 * x
    return bp.lgo(y)


def raised(run, f, x):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the caller looks at it
        run(f, x)
    return caught.value


@pytest.mark.parametrize("run", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("x", [2.0, X], ids=["number", "array"])
def test_an_error_leads_with_the_learners_line_and_keeps_its_type_and_words(run, x):
    error = raised(run, typo, x)
    assert type(error) is AttributeError
    assert str(error).splitlines() == [
        "in your function, line 3: return bp.lgo(y)",
        "backprop_nb has no 'lgo'; did you mean log?",
    ]


@pytest.mark.parametrize("run", [WAYS["record"], WAYS["grad"], WAYS["hessian"]])
def test_of_the_frames_below_the_learners_function_none_are_left(run):
    entries = traceback.extract_tb(raised(run, lambda x: bp.log(x - 9.0), 2.0).__traceback__)
    assert entries[-1].filename == __file__
    assert "bp.log(x - 9.0)" in entries[-1].line
    assert "folded" not in {entry.name for entry in entries}


def test_the_whole_traceback_is_there_for_the_asking(monkeypatch):
    monkeypatch.setenv("BACKPROP_NB_TRACEBACK", "whole")
    error = raised(bp.record, lambda x: bp.log(x - 9.0), 2.0)
    assert str(error).startswith("in your function, line 1: ")
    assert traceback.extract_tb(error.__traceback__)[-1].filename.endswith("primitives.py") or (
        "backprop_nb" in traceback.extract_tb(error.__traceback__)[-1].filename
    )


def helper(x):
    return [bp.log(v) for v in (x, -x)][1]


def test_a_helper_is_named_and_a_comprehension_is_a_line_of_its_function():
    error = raised(bp.record, lambda x: 2 * helper(x), 2.0)
    assert str(error).startswith("in your function helper, line 2: return [bp.log(v) for v in (x, -x)][1]\n")


def test_a_nested_derivative_names_the_line_once():
    error = raised(bp.record, lambda x: 2 * bp.grad(typo)(x), 2.0)
    assert str(error).count("in your function") == 1


def test_what_an_error_says_otherwise_than_by_its_argument_stays_and_the_line_is_a_note():
    def f(x):
        return {}["a"] * x

    error = raised(bp.record, f, 2.0)
    assert (type(error), error.args) == (KeyError, ("a",))
    assert error.__notes__ == ['in your function, line 2: return {}["a"] * x']


def test_an_error_without_words_and_one_with_several_arguments():
    def silent(x):
        raise ArithmeticError

    def several(x):
        raise ValueError("a", 2)

    def own(x):
        raise Refusal(3)

    assert str(raised(bp.record, silent, 2.0)) == "in your function, line 2: raise ArithmeticError"
    assert raised(bp.record, several, 2.0).args == ("a", 2)
    assert raised(bp.record, own, 2.0).args == (3,)


class Refusal(Exception):
    """One that says more than its argument."""

    def __str__(self):
        return f"refused {self.args[0]} times"


def test_an_error_of_the_learners_can_still_be_pickled():
    error = pickle.loads(pickle.dumps(raised(bp.record, typo, 2.0)))
    assert str(error).startswith("in your function, line 3")


def test_where_no_line_is_the_learners_the_error_is_left_alone():
    assert str(raised(bp.record, bp.log, -1.0)).startswith("log(-1) is outside its domain")


@pytest.mark.parametrize("call", ["bp.record(f, 2.0)", "bp.grad(f)(2.0)", "bp.widgets.stepper(f, 2)"])
def test_ipython_shows_the_learners_cells_and_no_frame_of_the_package(call):
    cells = ["import backprop_nb as bp", "def f(x):\n    y = bp.lgo(x)\n    return y", call]
    done = subprocess.run([sys.executable, "-c", SESSION, *cells], capture_output=True, text=True, check=True)
    lines = done.stdout.strip().splitlines()
    assert len(lines) <= 14, done.stdout
    assert lines[-2:] == [
        "AttributeError: in your function, line 2: y = bp.lgo(x)",
        "backprop_nb has no 'lgo'; did you mean log?",
    ]
    assert not re.search(r"File .*backprop_nb", done.stdout), done.stdout
    assert f"----> 1 {call}" in lines, done.stdout
    assert any(re.fullmatch(r"-+> 2 +y = bp\.lgo\(x\)", line) for line in lines), done.stdout


def test_the_code_of_a_function_is_found_behind_what_wraps_it():
    class Model:
        def __call__(self, x):
            return x

        def method(self, x):
            return x

    @functools.wraps(typo)
    def wrapper(*x):
        return typo(*x)

    assert code_of(wrapper) is code_of(functools.partial(typo, 1)) is typo.__code__
    assert code_of(Model()) is Model.__call__.__code__
    assert code_of(Model().method) is Model.method.__code__
    assert code_of(abs) is code_of(bp.log) is code_of(3) is None
    assert learners_frames(None) == []
