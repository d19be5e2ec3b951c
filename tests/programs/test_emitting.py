"""Programs that ``emit`` writes: Figure 1 as code, every row of both tables, files that run alone."""

import math
import re
import subprocess
import sys
import warnings
from itertools import chain

import numpy as np
import pytest
from support.array_cases import ALL, operands
from support.array_making import edge_program
from support.programs import random_program as random_number_program
from support.written_programs import array_runs, difference, number_runs, run_saved, same

import backprop_nb as bp
from backprop_nb.core.operators import install
from backprop_nb.core.primitives import Binary, Primitive, Unary, named
from backprop_nb.core.sweep import operands_first
from backprop_nb.programs import following
from backprop_nb.programs.array_spelling import Pencil
from backprop_nb.programs.drafts import constant_text, input_names
from backprop_nb.programs.emitting import Changed, program_from_run
from backprop_nb.programs.following import LeftTheRun


def f(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


FIGURE_1 = """def f(x1, x2):
    # forward: values
    v1 = math.log(x1)
    v2 = x1 * x2
    v3 = math.sin(x2)
    v4 = v1 + v2
    v5 = v4 - v3
    # backward: adjoints
    v5_bar = 1.0
    v4_bar = v5_bar
    v3_bar = -v5_bar
    v1_bar = v4_bar
    v2_bar = v4_bar
    x2_bar = v3_bar * math.cos(x2)
    x1_bar = v2_bar * x2
    x2_bar += v2_bar * x1
    x1_bar += v1_bar * (1 / x1)
    return v5, (x1_bar, x2_bar)"""


def test_figure_1_is_a_program():
    program = bp.emit(f, 2, 5)
    assert str(program) == FIGURE_1
    run = bp.record(f, 2, 5)
    assert program(2, 5) == (run.value, (run.gradient["x1"], run.gradient["x2"]))


def test_it_has_a_line_for_each_row_and_each_step_of_the_record():
    program, run = bp.emit(f, 2, 5), bp.record(f, 2, 5)
    forward = [s.target for s in program.statements if not s.back]
    assert forward == [row.id for row in run.rows if not row.is_input]
    targets = [s.target for s in program.statements if s.back]
    assert targets == [f"{run[step.target].label or run[step.target].id}_bar" for step in run.steps]


def test_it_is_right_where_it_was_not_written():
    program = bp.emit(f, 2, 5)
    assert program(1.5, -0.5) == bp.emit(f, 1.5, -0.5)(1.5, -0.5)


@pytest.mark.parametrize("row", Primitive.table.values(), ids=lambda row: row.name)
def test_every_elementwise_row_is_written_exactly_as_the_graph_computes_it(row):
    chance = np.random.default_rng(1)
    points = [[0.0] * len(row.partials), *chance.normal(size=(8, len(row.partials))).tolist()]
    points += [xs[: len(row.partials)] for xs in ([0.5, 0.0], [1.5, 2.0], [2.5, 0.0], [4.0, 3.0])]
    tried = 0
    for xs in points:
        try:
            with bp.limited(compare=False):
                run = bp.record(lambda *xs: row(*xs) * 1.5, *xs)
        except (ValueError, ArithmeticError):
            continue
        value, gradients = bp.emit(lambda *xs: row(*xs) * 1.5, *xs)(*xs)
        assert (value, list(gradients)) == (run.value, list(run.gradient.values()))
        tried += 1
    assert tried > 2


@pytest.mark.parametrize(("dtype", "step"), [(np.float64, 2), (np.float32, 5), (np.float16, 7)])
def test_every_row_of_both_tables_is_written_as_the_graph_computes_it(dtype, step):
    tried = set()
    for trial in ALL[::step]:
        xs = [np.asarray(x, dtype)[()] for x in operands(trial)]

        def total(*xs, trial=trial):
            out = trial.run(*xs)
            parts = [bp.sum(part * dtype(0.75)) for part in (out if isinstance(out, list) else [out])]
            return sum(parts[1:], start=parts[0])

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                bp.value_and_grad(total, tuple(range(len(xs))))(*xs)
            except (ValueError, TypeError, ArithmeticError):  # float16 where there is none
                continue
        assert difference(total, xs) is None, trial.label
        tried.add(trial.row)
    assert len(tried) > 60


def test_random_programs_saved_and_run_by_a_bare_interpreter_give_every_bit(tmp_path):
    written, expected = [], []
    with warnings.catch_warnings(), bp.limited(compare=False):
        warnings.simplefilter("ignore")
        for g, inputs in number_runs(range(30)):
            run = bp.record(g, *inputs)
            written.append((bp.emit(g, *inputs), inputs))
            expected.append((run.value, tuple(run.gradient.values())))
        for g, inputs in array_runs(40, 77):
            written.append((program_from_run(g, inputs, None, in_order=True), inputs))
            expected.append(bp.value_and_grad(g, tuple(range(len(inputs))))(*inputs))
    for found, truth, (program, _) in zip(run_saved(written, tmp_path), expected, written, strict=True):
        assert same(found, truth), program.source


def test_jacobians_of_random_programs_are_those_of_the_graph():
    tried = 0
    for g, inputs in chain(array_runs(30, 3, last=-2), array_runs(30, 4, edge_program, last=-3)):
        every = tuple(range(len(inputs)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = bp.jacobian(g, *inputs, argnums=every)
            except (ValueError, ArithmeticError):  # said in words, by a row of the table
                continue
            for passes in ((), bp.programs.PASSES):
                program = bp.emit(g, *inputs, jacobian=True, passes=passes)
                found = [program(*inputs)[1] for _ in range(2)][-1]  # then the buffers are used ones
                for x, y in zip(found, expected, strict=True):
                    assert np.shape(x) == np.shape(y)
                    assert np.allclose(x, y, 1e-9, 1e-12, equal_nan=True)
                tried += 1
    assert tried > 60


def test_arguments_that_do_not_fit_are_refused_in_words(tmp_path):
    x, labels = np.ones((3, 2)), np.array([0, 1, 0])
    program = bp.emit(lambda x, y, how: getattr(bp.softmax_cross_entropy(x, y) + x, how)(), x, labels, "mean")
    assert program(x, np.array([1, 1, 0], np.int8), "mean")[0] == program(x, labels, "mean")[0]
    for received, inputs in {
        r"an array of floats of the shape \(3, 2\); received an array of floats of the shape \(4, 2\)": (
            np.ones((4, 2)), labels, "mean"),
        r"floats .*; received an array of whole": (np.ones((3, 2), int), labels, "mean"),
        r"\(3,\); received .*\(2,\)": (x, labels[:2], "mean"),
        "the setting 'mean'; received the setting 'sum'": (x, labels, "sum"),
    }.items():  # fmt: skip
        with pytest.raises(ValueError, match=received):
            program(*inputs)
    mean = bp.emit(lambda x: x.mean(), np.ones(3))
    mean.save(tmp_path / "mean.py")
    space = {}
    exec((tmp_path / "mean.py").read_text(), space)
    assert space["f"](np.full(3, 2.0))[0] == 2.0
    with pytest.raises(space["Changed"], match="another shape of x"):
        space["f"](np.full(4, 2.0))


LABELS = np.array([0, 2, 1])


@pytest.mark.parametrize(
    "g",
    [
        lambda x: np.stack([bp.softmax_cross_entropy(x, LABELS), x.sum()]),
        lambda x: np.stack([bp.softmax_cross_entropy(x.reshape((3, 1, 3)), LABELS[:, None]), x[0, 0]]),
        lambda x: np.sort(x, axis=None),
        lambda x: np.sort(x, axis=0) @ x,
        lambda x: x,
        lambda x: x[0] * 0 + 1,
        lambda x: (x * x).sum(),
    ],
)
def test_a_jacobian_has_a_row_an_input(g):
    x = np.random.default_rng(0).normal(size=(3, 3))
    for y in (x, x.astype(np.float32)):
        (found,), expected = bp.emit(g, y, jacobian=True)(y)[1], bp.jacobian(g, y)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        assert np.allclose(found, expected, 1e-5)
        found[...] = 7.0  # it is nobody else's
        assert np.allclose(bp.emit(g, y, jacobian=True)(y)[1][0], expected, 1e-5)


def test_at_nan_infinities_and_ties_programs_give_what_the_graph_gives():
    for g, inputs in array_runs(40, 5, edge_program):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                bp.value_and_grad(g, tuple(range(len(inputs))))(*inputs)
            except (ValueError, ArithmeticError):  # said in words, by a row of the table
                continue
        try:
            assert difference(g, inputs) is None
        except LeftTheRun:
            continue


def test_a_program_on_numbers_runs_without_numpy(tmp_path):
    bp.emit(f, 2, 5).save(tmp_path / "step.py")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import step; print(step.f(2.0, 5.0)[1])"
    command = [sys.executable, "-I", "-S", "-c", program]  # no site-packages: there is no NumPy
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said == "(5.5, 1.7163378145367738)\n"
    assert "numpy" not in (tmp_path / "step.py").read_text()


def test_another_branch_is_refused_and_not_computed():
    program = bp.emit(lambda x: x * x if x > 0 else -x, 2.0)
    assert program(3.0) == (9.0, (6.0,))
    with pytest.raises(Changed, match="another branch"):
        program(-3.0)


def test_a_count_is_a_branch_too():
    program = bp.emit(lambda x, n: sum(x**k for k in range(n)), 2.0, 3)
    assert program(3.0, 3)[0] == 13.0
    with pytest.raises(Changed):
        program(3.0, 4)


def test_a_comparison_is_asked_once_and_in_its_turn():
    def settle(x):
        for limit in (3.0, 1.0, 3.0):
            if x > limit:
                return x * limit
        return x

    assert [s.text for s in bp.emit(settle, 0.5).statements if not s.target] == ["x > 3.0", "x > 1.0"]


def test_a_run_with_many_comparisons_is_walked_through_once(monkeypatch):
    walked = []

    def counted(root):
        walked.append(root)
        return operands_first(root)

    monkeypatch.setattr(following, "operands_first", counted)

    def steps(x):
        for _ in range(50):
            if bp.sin(x) * 2.0 > 5.0:  # leads to no result
                return x
            x = x + bp.cos(x)
        return x

    program = bp.emit(steps, 0.5)
    assert len(walked) == 1
    assert program.draft.inputs == ["x"]
    assert "w1" not in program.source  # where the ways to all comparisons meet is no input
    assert sum(not s.target for s in program.statements) == 50


X = np.array([1.0, -2.0, 3.0])


@pytest.mark.parametrize(("g", "x"), [
    (lambda x: x * x.value, 2.0), (lambda x: x * int(x), 2.0), (lambda x: x * round(x), 2.0),
    (lambda x: x if f"{x:.1f}" else -x, 2.0), (lambda x: x * bool(np.isnan(x)), 2.0),
    (lambda x: x.sum() * x.value[0], X), (lambda x: x[x > 0].sum(), X), (lambda x: x[x.argmax()], X),
    (lambda x: x[np.argmax(x)], X), (lambda x: x.sum() * x[0].item(), X), (bp.median, X),
    (lambda x: bp.where(x > 0, x, 0.0).sum(), X), (lambda x: (x * np.isfinite(x)).sum(), X),
    (lambda x: x.sum() * len(x.tolist()), X),
    (lambda x: bp.grad(lambda y: (y * y).sum())(x).sum(), X), (lambda x: (x * bp.Tensor(X)).sum(), X),
])  # fmt: skip
def test_what_leaves_the_run_is_refused_in_words(g, x):
    with pytest.raises(LeftTheRun, match=r"takes numbers out of the run|from outside") as told:
        bp.emit(g, x)
    assert "value_and_grad" in str(told.value) or "argument" in str(told.value)


def test_no_name_and_no_constant_is_smuggled_into_the_source():
    class Odd(float):
        def __repr__(self):
            return "__import__('os').getpid()"

        __str__ = __format__ = __repr__

    evil = "x'); import os; os.abort(); ('"
    program = bp.emit(lambda p, y: p[evil] * y * Odd(2.5), {evil: 3.0}, Odd(4.0))
    names = set(re.findall(r"[^\W\d]\w*", program.source.split('"""')[2]))
    own = {*program.draft.inputs, *(f"{name}_bar" for name in program.draft.inputs)}
    assert names - own <= set("def f return forward values backward adjoints v1 v2 v1_bar v2_bar".split())
    assert program({evil: 3.0}, 4.0)[0] == 30.0
    arrays = bp.emit(lambda p: (p[evil] * np.array([Odd(2.5)])).sum(), {evil: np.ones(1)})
    assert "__import__" not in arrays.source
    assert "abort" not in re.sub(r"x_import_os_os_abort\w*", "", arrays.source)


def test_a_closed_gate_lets_no_infinity_through():
    x = np.array([-1.0, 2.0])
    with np.errstate(all="ignore"):
        program = bp.emit(lambda x: bp.sum(bp.relu(x) * np.array([np.inf, 1.0])), x)
        assert program(x)[1][0].tolist() == [0.0, 1.0]


def test_a_rule_that_writes_into_an_array_is_refused():
    code, out = Pencil().code("x", np.ones(3)), np.zeros(3)
    ways = [lambda: np.add.at(out, 0, code), lambda: np.add(1.0, code, out=out)]
    for write in (*ways, lambda: np.copyto(out, code)):
        with pytest.raises(LeftTheRun, match="writes into an array"):
            write()


def test_names_stay_apart():
    labels = ["v1", "x1_bar", "t3", "lambda", "math", "relu", "a b", "a_b", "", "1", "x" * 99, "é"]
    names = input_names(labels)
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert not {"v1", "x1_bar", "t3", "lambda", "math", "relu"} & set(names)
    program = bp.emit(lambda v1, relu, math: bp.relu(v1 * relu) + bp.exp(math), 2.0, 3.0, 0.5)
    assert program(2.0, 3.0, 0.5) == (6.0 + math.exp(0.5), (3.0, 2.0, math.exp(0.5)))


def test_a_constant_is_written_to_the_last_bit():
    for x in (0.1, -1e-310, 1 / 3, -0.0, math.inf, -math.inf, 2**70, True):
        assert eval(constant_text(x), {"math": math}) == x
    with pytest.raises(TypeError, match="real numbers"):
        constant_text(1j)


def test_a_row_of_your_own_is_written_from_its_source_or_refused():
    scale = 2.5
    try:
        mine = Unary("mine", Primitive.table["sin"].notation, lambda x: scale * x * abs(x), "mine",
                     lambda out, x: 2 * scale * abs(x))  # fmt: skip
        program = bp.emit(lambda x: mine(x) * x, 3.0)
        assert program(3.0)[0] == 67.5
        Binary("hidden", Primitive.table["hypot"].notation, lambda x, y: vars(x) if y else x, "hidden",
               lambda out, x, y: 1.0, lambda out, x, y: 1.0)  # fmt: skip
        with pytest.raises(TypeError, match="hidden cannot be written into a program: it reads vars"):
            bp.emit(lambda x: Primitive.table["hidden"](x, 0.0), 3.0)
    finally:
        for name in ("mine", "hidden"):
            Primitive.table.pop(name, None)
            Primitive.by_array_name.pop(name, None)


def test_a_program_says_what_it_takes():
    with pytest.raises(TypeError, match="takes 2 arguments; received 1"):
        bp.emit(f, 2, 5)(2.0)
    assert repr(bp.emit(f, 2, 5)).startswith("<program of f: 14 lines>")


def test_a_chain_of_2_000_operations_is_written_line_by_line():
    def chain(x):
        for _ in range(1000):
            x = bp.sin(x * 1.01)
        return x

    program = bp.emit(chain, 0.5)
    assert len(program.statements) == 4_001
    with bp.limited(compare=False):
        run = bp.record(chain, 0.5)
    assert program(0.5) == (run.value, (run.gradient["x"],))
    assert random_number_program(3).instructions


def test_a_row_whose_name_a_later_one_took_runs_and_is_not_mistaken_for_it(monkeypatch):
    monkeypatch.setattr(Primitive, "table", dict(Primitive.table))
    old, new = (
        Unary("bent", named("bent"), compute, compute_arrays, lambda out, x, k=k: k)
        for k, compute, compute_arrays in (
            (2.0, lambda x: 2 * x, lambda np, x: 2 * x),
            (7.0, lambda x: 7 * x, lambda np, x: 7 * x),
        )
    )
    assert bp.value_and_grad(lambda x: old(x) + new(x))(3.0) == (27.0, 9.0)
    assert bp.record(lambda x: old(x) + new(x), 3.0).gradient == {"x": 9.0}
    assert bp.emit(lambda x: new(x) + 1, 3.0)(3.0) == (22.0, (7.0,))
    with pytest.raises(TypeError, match="a later row of the table has taken its name"):
        bp.emit(lambda x: old(x) + 1, 3.0)
    carrier = type("Late", (), {"x": 3.0})
    install(carrier, lambda row: lambda x: row.compute(x.x), lambda row: (None, None))
    assert (old(carrier()), new(carrier()), carrier().bent()) == (6.0, 21.0, 21.0)


def test_an_input_may_be_called_like_what_a_program_calls_a_function():
    program = bp.emit(lambda math_tanh, y: bp.tanh(math_tanh) * bp.tanh(y), 0.5, 2.0)
    assert program(0.3, 0.7) == bp.emit(lambda x, y: bp.tanh(x) * bp.tanh(y), 0.5, 2.0)(0.3, 0.7)
