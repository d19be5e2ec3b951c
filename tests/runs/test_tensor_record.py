"""Runs on arrays: the same record, table, graph, paths and mistakes as of numbers, with vJps on the edges."""

import pickle
import re
import unicodedata
from xml.etree import ElementTree

import numpy as np
import pytest
from support.array_cases import CASES, operands

import backprop_nb as bp
from backprop_nb import Tensor, record
from backprop_nb.arrays.structural import Structural
from backprop_nb.runs.adjoints import edges_of
from backprop_nb.runs.array_rows import ArrayRow
from backprop_nb.runs.faults import right
from backprop_nb.runs.table import table
from backprop_nb.widgets.array_steps import tell_arrays
from backprop_nb.widgets.mathml import mathml

ALL = [case for cases in CASES.values() for case in cases if any(case.shapes)]  # numbers are one row each
every_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.label)
SVG = "{http://www.w3.org/2000/svg}"
RNG = np.random.default_rng(3)
LABELS = np.array([0, 1, 2, 1])
MLP = {
    "X": RNG.normal(size=(4, 2)), "W": RNG.normal(size=(2, 5)), "b": np.zeros(5),
    "V": RNG.normal(size=(5, 3)), "c": np.zeros(3),
}  # fmt: skip


def loss(X, W, b, V, c):
    return bp.softmax_cross_entropy(bp.tanh(X @ W + b) @ V + c, LABELS)


@pytest.fixture(scope="module")
def run():
    return record(loss, **MLP)


def one_number(case):
    """What a case gives, as one number of which every element matters differently."""

    def f(*xs):
        outs = case.run(*xs)
        total = 0.0
        for out in outs if isinstance(outs, list) else [outs]:
            weights = np.cos(np.arange(float(out.size))).reshape(out.shape)
            total = total + (out * weights).sum()
        return total

    return f


# What is recorded


@every_case
def test_every_operation_is_recorded_with_the_gradients_of_backward_and_steps_that_add_up(case):
    xs = [np.asarray(x, float) for x in operands(case)]
    leaves = [Tensor(x) for x in xs]
    out = one_number(case)(*leaves)
    out.backward()
    run = record(one_number(case), *xs)
    np.testing.assert_array_equal(run.value, out.value)
    for row, x in zip(run.inputs, leaves, strict=True):
        scale = max(1.0, float(np.abs(x.gradient).max(initial=0.0)))
        assert row.adjoint.shape == row.value.shape == x.shape
        np.testing.assert_allclose(row.adjoint, x.gradient, rtol=0, atol=1e-13 * scale)
    last, again = {step.target: step.after for step in run.steps}, right(run)
    for row in run.rows:
        np.testing.assert_array_equal(last.get(row.index, row.adjoint), row.adjoint)
        scale = max(1.0, float(np.abs(row.adjoint).max(initial=0.0)))
        np.testing.assert_allclose(again[row.index], row.adjoint, rtol=0, atol=1e-13 * scale)


@every_case
def test_every_rule_is_written_with_the_rows_own_names(case):
    run = record(one_number(case), *(np.asarray(x, float) for x in operands(case)))
    for row in run.rows:
        for _, slot, _ in edges_of(row):
            text, latex = row.vjp_text(slot), row.vjp_latex(slot)
            assert not re.search(r"[\\{}_^]", text), text
            assert row.bar in text or text == "0"
            assert latex.count("{") == latex.count("}")
            assert ElementTree.fromstring(mathml(latex)).tag == "math"
        assert row.formula
        assert ElementTree.fromstring(mathml(row.formula_latex)).tag == "math"
        assert not re.search(r"[\\]", row.formula), row.formula


def test_one_row_is_one_operation_and_its_rules_are_those_of_the_notes(run):
    assert [row.definition for row in run.rows] == [
        "X", "W", "b", "V", "c",
        "v₁ = X @ W", "v₂ = v₁ + b", "v₃ = tanh(v₂)", "v₄ = v₃ @ V", "v₅ = v₄ + c",
        "v₆ = softmax_cross_entropy(v₅)",
    ]  # fmt: skip
    assert [row.shape for row in run.rows[5:]] == [(4, 5), (4, 5), (4, 5), (4, 3), (4, 3), ()]
    gradients = bp.grad(loss, (0, 1, 2, 3, 4))(*MLP.values())
    for label, expected in zip(MLP, gradients, strict=True):
        np.testing.assert_allclose(run.gradient[label], expected, rtol=1e-12, atol=1e-15)
    rules = {step.edge: step.text for step in run.steps[1:]}
    assert rules["e4_3_0"] == "v̄₃ = v̄₄ V′"
    assert rules["e4_-1_1"] == "V̄ = v₃′ v̄₄"
    assert rules["e3_2_0"] == "v̄₂ = v̄₃ ⊙ (1 - v₃ ⊙ v₃)"
    assert rules["e2_-2_1"] == "b̄ = Σ₀ v̄₂"
    assert rules["e6_5_0"] == "v̄₅ = v̄₆/4 (softmax v₅ - one-hot)"
    assert run[4].vjp_latex(1) == r"v_{3}'\,\bar{v}_{4}"
    words = "v₂ hands Σ₀ v̄₂ to b, summed over axis 0, along which b was copied"
    assert run[2].edge_words(1) == words


@pytest.mark.parametrize(
    ("f", "xs", "slot", "rule"),
    [
        (lambda x, y: (x * y).sum(), [(3,), (3,)], 0, "v̄₁ ⊙ y"),
        (lambda x, y: (x * y).sum(), [(2, 3), (3,)], 1, "Σ₀ (v̄₁ ⊙ x)"),
        (lambda x, y: (x / y).sum(), [(3,), (3,)], 0, "v̄₁ / y"),
        (lambda x, y: (x - y).sum(), [(2, 3), (2, 1)], 1, "Σ₁ (-v̄₁)"),
        (lambda x: (x * 2.0).sum(), [(3,)], 0, "2 × v̄₁"),
        (lambda x: (3.0 - x).sum(), [(3,)], 1, "-v̄₁"),
        (lambda x: np.cos(x).sum(), [(3,)], 0, "v̄₁ ⊙ (-sin(x))"),
        (lambda x: (x**2).sum(), [(3,)], 0, "v̄₁ ⊙ (2 × x)"),
        (lambda x: bp.sign(x).sum(), [(3,)], 0, "0"),
        (lambda x: bp.softmax(x).sum(), [(3,)], 0, "v₁ ⊙ (v̄₁ - ⟨v̄₁,v₁⟩)"),
        (lambda x: x.mean(axis=0).sum(), [(4, 3)], 0, "spread(v̄₁)/4"),
        (lambda x: bp.concatenate([x, x]).sum(), [(3,)], 1, "part₂(v̄₁)"),
    ],
)
def test_a_rule_reads_as_one_would_write_it(f, xs, slot, rule):
    run = record(f, *(np.arange(1.0, 1 + np.prod(shape)).reshape(shape) for shape in xs))
    assert run[1].vjp_text(slot) == rule


@pytest.mark.parametrize(
    ("f", "formula"),
    [
        (lambda x: x.sum(), "sum(x)"),
        (lambda x: x.sum(axis=0).sum(), "sum(x, axis=0)"),
        (lambda x: x.sum(axis=-1, keepdims=True).sum(), "sum(x, axis=1, keepdims=True)"),
        (lambda x: x.T.sum(), "x′"),
        (lambda x: x[0].sum(), "x[0]"),
        (lambda x: x[:, 1:].sum(), "x[:, 1:]"),
        (lambda x: x[..., ::2].sum(), "x[..., ::2]"),
        (lambda x: x[np.array([1, 1])].sum(), "x[[1 1]]"),
        (lambda x: x.reshape(3, 2).sum(), "reshape(x, shape=(3, 2))"),
        (lambda x: bp.softmax(x, axis=0).sum(), "softmax(x, axis=0)"),
        (lambda x: bp.stack([x, x], axis=0).sum(), "stack([x, x], axis=0)"),
        (lambda x: (x * np.ones(3)).sum(), "x ⊙ [1 1 1]"),
        (lambda x: (x * np.ones((2, 3))).sum(), "x ⊙ array(2, 3)"),
        (lambda x: (np.array([2.0, 0, 0]) @ x.T).sum(), None),
    ],
)
def test_a_formula_reads_like_the_code(f, formula):
    run = record(f, np.arange(6.0).reshape(2, 3))
    assert formula in (None, run[1].formula)


def test_inputs_may_be_arrays_tensors_floats_and_containers_of_them():
    def f(net, x, rate, k):
        assert k == 2
        h = x
        for w in net["layers"]:
            h = h @ w
        return (h * rate).sum() * net["scale"]

    W = np.eye(2)
    run = record(f, {"layers": [W, Tensor(2 * W)], "scale": 3.0}, np.ones((1, 2)), rate=0.5, k=2)
    assert list(run.gradient) == ["net[layers][0]", "net[layers][1]", "net[scale]", "x", "rate"]
    assert (run.value, run.gradient["net[scale]"], run.gradient["rate"]) == (6.0, 2.0, 12.0)
    assert all(isinstance(row, ArrayRow) for row in run.rows)


def test_an_object_array_or_a_list_is_one_row_a_number():
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert len(record(lambda X: (X * X).sum(), X)) == 3
    assert len(record(lambda X: (X * X).sum(), X.astype(object))) == 4 + 4 + 3
    assert len(record(lambda X: sum(x * x for row in X for x in row), X.tolist())) == 4 + 4 + 4


def test_whole_numbers_and_masks_are_handed_on_as_they_are():
    def f(x, index, mask):
        assert index.dtype.kind == "i"
        assert mask.dtype == bool
        return bp.where(mask, x, 0.0)[index].sum()

    run = record(f, np.array([1.0, 2.0, 3.0]), np.array([2, 2]), np.array([True, False, True]))
    assert list(run.gradient) == ["x"]
    assert run.gradient["x"].tolist() == [0.0, 0.0, 2.0]
    assert record(lambda x, i: x[0] * x[1] + i.sum(), [2.0, 3.0], np.array([1, 2])).gradient == {
        "x[0]": 3.0,
        "x[1]": 2.0,
    }


@pytest.mark.parametrize(
    ("f", "xs", "says"),
    [
        (lambda x: x * 2, [np.ones(3)], r"a Tensor of the shape \(3,\).*out\.sum\(\)"),
        (lambda x: x.value, [np.ones(3)], r"a ndarray of the shape \(3,\)"),
        (lambda x: x.sum(), [np.ones(3, int)], r"write x\.astype\(float\)"),
        (lambda x, y: (x * y).sum(), [np.ones(2), np.array([1.0, 2.0], object)], "do not mix|numbers"),
    ],
)
def test_what_cannot_be_recorded_is_met_with_the_reason(f, xs, says):
    with pytest.raises(TypeError, match=says):
        record(f, *xs)


def test_a_tensor_from_outside_is_refused_and_one_from_inside_is_an_input():
    outside = Tensor(np.ones(2)) * 2.0
    with pytest.raises(TypeError, match="from outside"):
        record(lambda x: (x * outside).sum(), np.ones(2))
    run = record(lambda x: (x * Tensor(np.array([3.0, 4.0]))).sum(), np.ones(2))
    assert run.gradient["w1"].tolist() == [1.0, 1.0]


def test_float32_stays_float32():
    run = record(lambda x: (x * x + 1.0).mean(), np.ones((2, 3), np.float32))
    assert {np.asarray(row.value).dtype for row in run.rows} == {np.dtype(np.float32)}
    assert {np.asarray(row.adjoint).dtype for row in run.rows} == {np.dtype(np.float32)}


def test_tensors_made_after_a_record_are_plain_again():
    with pytest.raises(ZeroDivisionError):
        record(lambda x: 1 / 0, np.ones(2))
    assert type(Tensor(np.ones(2))) is Tensor


def test_a_result_that_used_no_input():
    run = record(lambda x: 3.0, np.ones((2, 2)))
    assert run.value == 3.0
    assert run.gradient["x"].tolist() == [[0, 0], [0, 0]]
    assert str(run)
    assert str(run.graph())


def test_a_gradient_inside_the_function_is_recorded_too():
    run = record(lambda x: (bp.grad(lambda y: (y**3).sum())(x) * x).sum(), np.array([1.0, 2.0]))
    np.testing.assert_allclose(run.value, 3 * (1 + 8))
    np.testing.assert_allclose(run.gradient["x"], [9.0, 36.0])


# What backward keeps


def test_what_is_kept_is_what_the_graph_saved(run):
    kept = {row.name: row.kept for row in run.rows}
    assert kept["X"] == "kept 64 B for v₁"
    assert kept["v₃"] == "kept 160 B for v₃, v₄"
    assert kept["v₁"] == kept["v₂"] == kept["v₄"] == ""  # sums and products need no sum
    assert run[6].beside == 4 * 3 * 8 + 4 * 8  # the slope of the loss, and the labels
    assert run[3].keeps == (3,)
    assert run[4].keeps == (-1, 3)
    assert {row.kept for row in record(lambda X, b: (X + b).sum(), np.ones((4, 3)), np.ones(3)).rows} == {""}


# What it looks like


def test_small_arrays_stand_in_the_table_and_large_ones_are_summed_up():
    table = record(lambda X, w: (X @ w).sum(), np.array([[1.0, 2], [3, 4]]), np.array([1.0, 0.5])).table()
    text = " ".join(str(table).split())
    assert "X = [[1 2] [3 4]]" in text
    assert "X̄ = v̄₁ w′ = [[1 0.5] [1 0.5]]" in text
    assert r"\bar{w} = X'\,\bar{v}_{1}" in table.latex
    assert r"X = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}" in table.numbers_latex
    assert r"\bar{w} = \begin{pmatrix} 4 & 6 \end{pmatrix}" in table.numbers_latex
    assert r"v_{1} = 9 & \bar{a} = 3" in record(lambda a: a * a, 3).table().numbers_latex
    large = str(record(lambda X: X.mean(), np.arange(12.0, dtype=np.float32).reshape(4, 3)))
    assert "(4, 3) float32, 0 … 11, mean 5.5" in large
    twice = " ".join(str(record(lambda x: (x * x).sum(), np.array([1.0, 2.0]))).split())
    assert "x̄ += v̄₁ ⊙ x = [1 2] + [1 2] = [2 4]" in twice


def test_nodes_show_shapes_and_what_is_kept_and_edges_the_rule_and_repr_is_one_line(run):
    picture = run.graph()
    assert picture.direction == "down"
    svg = picture.svg
    for part in ("(4, 5) -", "kept 160 B for v₃, v₄", "v̄₄ V′", "Σ₀ v̄₂"):
        assert part in svg.replace("\N{NO-BREAK SPACE}", " ")
    root = ElementTree.fromstring(svg)
    titles = {g.get("id"): g.findtext(SVG + "title") for g in root.iter(SVG + "g")}
    assert titles["e2_-2_1"].endswith("summed over axis 0, along which b was copied")
    assert titles["v3"].startswith("v₃ = tanh(v₂), value (4, 5)")
    assert record(loss, **MLP).graph(direction="right").svg
    assert repr(run[4]).startswith("<row v₄ = v₃ @ V: (4, 3) -")
    assert repr(run.steps[4]).startswith("<step v̄₃ = v̄₄ V′: (4, 5) -")


def test_pills_and_boxes_do_not_overlap(run):
    """A rule stands between two boxes, not under one."""
    root = ElementTree.fromstring(run.graph().svg)
    boxes = []
    for g in root.iter(SVG + "g"):
        if "bp-node" in g.get("class", ""):
            points = [float(n) for n in re.findall(r"-?[\d.]+", g.find(SVG + "path").get("d"))]
            boxes.append((min(points[::2]), max(points[::2]), min(points[1::2]), max(points[1::2])))
    for pill in root.iter(SVG + "rect"):
        x, y, w, h = (float(pill.get(name)) for name in ("x", "y", "width", "height"))
        for left, rightmost, top, bottom in boxes:
            assert x + w <= left or x >= rightmost or y + h <= top + 1 or y >= bottom - 1


def test_names_that_read_as_latex_or_arithmetic_stand_in_rules_as_they_are():
    arrays = {"W-1": np.ones((2, 2)), "a'_{n}": np.ones(2), "x/n": np.ones(2)}
    run = record(lambda p: (p["W-1"] @ p["a'_{n}"] * p["x/n"]).mean(), arrays)
    text = run.rules().text
    for rule in ("p[a'_{n̄}] += p[W-1]′ v̄₁", "p[W̄-1] += v̄₁ p[a'_{n}]′", "v̄₂ ⊙ p[x/n]"):
        assert unicodedata.normalize("NFD", rule) in text, text
    assert r"\text{p[a'\_\{n\}]}" in run.rules().latex


def test_rules_are_shown_as_mathematics(run):
    rules = run.rules()
    assert "v₃ = tanh(v₂)" in rules.text
    assert r"$\bar{b} \mathrel{+}= \sum_{0} \bar{v}_{2}$" in rules._repr_markdown_()
    assert rules._repr_latex_().startswith("$$\n\\begin{array}")
    assert "v₅ and 128 B" in rules.text
    assert "… 2 operations …" in run.rules(limit=4).text
    with pytest.raises(ValueError, match="limit"):
        run.rules(limit=1)
    of_numbers = record(lambda a, b: bp.log(a) * b - b, 2, 5)
    assert of_numbers[2].vjp_text(0) == "v̄₂ × b"
    assert of_numbers[3].vjp_text(1) == "-v̄₃"
    assert "ā += v̄₁ × (1 / a)" in of_numbers.rules().text


def test_paths_carry_cotangents_and_add_up_and_the_chain_rule_is_a_product_of_jacobians(run):
    paths = record(
        lambda X, b: ((X + b) ** 2).sum() + (X * b).mean(), np.ones((2, 2)), np.array([1.0, 2.0])
    ).paths("b")
    assert paths.count == 2
    np.testing.assert_allclose(sum(paths.contributions), paths.row.adjoint)
    np.testing.assert_allclose(paths.sum, paths.row.adjoint)
    assert "then Σ₀" in paths.text
    assert "Σ₀" in paths.html
    text = str(run.chain_rule("W"))
    assert "∂v₁/∂W · ∂v₂/∂v₁ · ∂v₃/∂v₂ · ∂v₄/∂v₃ · ∂v₅/∂v₄ · ∂v₆/∂v₅" in text  # in the order of the notes


def test_the_gallery_of_mistakes_runs_on_arrays():
    gallery = bp.faults.gallery(lambda x: (x * x).sum(), np.array([1.0, 2.0]))
    assert gallery["parent_set"].wrong["x"].tolist() == [1.0, 2.0]
    assert gallery["no_reset"].wrong["x"].tolist() == [8.0, 16.0] or not gallery["no_reset"].is_hidden
    assert "instead of [2 4]" in gallery.text
    assert "instead of [2 4]" not in bp.faults.gallery(lambda x: x.sum(), np.ones(2)).text


def test_nan_infinities_and_empty_arrays_are_said_in_words():
    x = np.array([np.nan, np.inf, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert "1 … 7, mean 4, 1 nan, 1 infinite" in str(record(lambda x: x.sum(), x))
    assert "no elements" in str(record(lambda x: x.sum(), np.zeros((0, 3))))


def test_every_row_of_the_second_table_has_words_without_latex():
    for row in Structural.table.values():
        for words in row.words:
            assert not re.search(r"[\\{}_^]", words), (row.name, words)


# Large arrays


def shrinking(x, c):
    for _ in range(20):
        x = x - c * bp.tanh(x)
    return bp.mean(x * x)


LARGE = np.random.default_rng(3).normal(size=(400, 500)), np.array(0.1)


def test_a_record_of_large_arrays_keeps_what_it_shows_and_the_gradient():
    run = bp.record(shrinking, *LARGE)
    value, (dx, dc) = bp.value_and_grad(shrinking, (0, 1))(*LARGE)
    assert run.value == value
    np.testing.assert_allclose(run.gradient["x"], dx, rtol=1e-12)
    np.testing.assert_allclose(run.gradient["c"], dc, rtol=1e-12)
    assert not run.gradient["x"].flags.writeable
    kept = [a for row in run.rows for a in (row.value, row.adjoint, *row.options)]
    operands = [x for row in run.rows for x in row.operands]
    kept += [a for x in operands for a in (x.value, *(getattr(x.partial, "saved", ()) or ()))]
    kept += [a for step in run.steps for a in (step.before, step.contribution, step.after)]
    assert [a.size for a in kept if isinstance(a, np.ndarray) and a.size > 1] == [200_000]  # x's derivative


def test_what_a_record_of_large_arrays_shows_is_what_the_arrays_would_show(monkeypatch):
    run = bp.record(shrinking, *LARGE)
    told = tell_arrays(run, table(run, None).backward)
    monkeypatch.setattr("backprop_nb.runs.digests.LARGE", 10**9)
    whole = bp.record(shrinking, *LARGE)
    for show in (lambda r: r.table(limit=None).text, lambda r: r.graph().text,
                 lambda r: r.table().numbers_latex, lambda r: [r[i].kept for i in range(1, 20)],
                 lambda r: [(step.text, step.numbers) for step in r.steps]):  # fmt: skip
        assert show(run) == show(whole)
    monkeypatch.setattr("backprop_nb.widgets.grids.COARSER", 32)  # what it is for shorter runs
    wanted = tell_arrays(whole, table(whole, None).backward)
    nudged = [row.pop("slope") for row in told["rows"] + wanted["rows"]]
    assert None in nudged[: len(told["rows"])], "what was not kept cannot be nudged"
    assert told == wanted


def test_a_record_of_large_arrays_says_so_and_what_it_cannot_do():
    run = bp.record(shrinking, *LARGE)
    assert "Note: of large arrays (x, v₁, v₂, v₃, … 55 more …, v₅₉, v₆₀, v₆₁) the shape" in str(run)
    for more in (lambda: list(run.paths("c").contributions), lambda: bp.faults.overwrite(run)):
        with pytest.raises(ValueError, match="record it with smaller arrays"):
            more()
    again = pickle.loads(pickle.dumps(run))
    assert (str(again), len(again.steps)) == (str(run), len(run.steps))


def test_an_array_filled_anew_after_a_large_constant_was_read_is_shown_as_it_was():
    c = np.zeros(200_000)

    def f(x):
        s = 0.0
        for i in range(3):
            c[:] = i
            s = s + (x * c).sum()
        return s

    run = bp.record(f, np.ones(200_000))
    assert [float(row.operands[1].value.extent[0]) for row in run.rows if row.operation == "mul"] == [0, 1, 2]


def test_of_large_arrays_the_limit_counts_what_the_way_back_needs():
    x = np.ones(200_000)
    with bp.limited(bytes=8 * 10**6):
        bp.record(lambda x: sum((x * float(i) for i in range(100)), start=0.0).sum(), x)
        with pytest.raises(ValueError, match="values of more than 8 MiB"):
            bp.record(lambda x: sum((bp.exp(x * float(i)) for i in range(100)), start=0.0).sum(), x)


def test_a_record_shows_inputs_and_constants_as_they_were_when_they_were_met():
    x, c = np.array([1.0, 2.0]), np.zeros(2)

    def f(t):
        s = (t * t).sum()
        x[:] = 0.0  # the caller's array, not the one that f was given
        for i in range(3):
            c[:] = i
            s = s + (t * c).sum()
        return s

    with bp.limited(compare=False):
        run = record(f, x)
    assert (run.value, run.gradient["t"].tolist()) == (14.0, [5.0, 7.0])
    assert run.inputs[0].value.tolist() == [1.0, 2.0]
    _, *constants = [row.operands[1].value.tolist() for row in run.rows if row.operation == "mul"]
    assert constants == [[0, 0], [1, 1], [2, 2]]
