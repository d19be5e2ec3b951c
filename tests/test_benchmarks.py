"""The benchmarks compare programs that give equal numbers; how long they take is not tested."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy
import pytest
from benchmarks.measure import alone, bytes_kept, race, ratio, spread, turn
from benchmarks.peers import LIBRARIES, installed
from benchmarks.programs import (
    CONTENDERS,
    backward_of,
    chain,
    demo_step,
    margin_loss,
    moons,
    network,
    random_dag,
)
from benchmarks.run import main, written
from benchmarks.scalars import BENCHMARKS, Line
from benchmarks.tensor_works import WORKS, additions, bias, elementwise, perceptron, products, two_layers
from benchmarks.tensors import ARRAYS, Row, array_table, duration, loop, machine

OURS, THEIRS = CONTENDERS
FOLDER = Path(__file__).parent / "benchmarks"


@pytest.mark.parametrize("seed", range(5))
def test_both_classes_find_the_same_gradient_of_a_random_dag(seed):
    graph = random_dag(layers=10, width=7, inputs=3, seed=seed)
    assert len(graph) == 3 + 10 * 7 + 6
    assert any(backward_of(OURS, graph))
    assert backward_of(OURS, graph) == pytest.approx(backward_of(THEIRS, graph), rel=1e-12)


def test_the_timed_dag_has_ten_thousand_nodes_of_moderate_size():
    graph = random_dag()
    assert abs(len(graph) - 10_000) < 100
    values = [v for c in CONTENDERS for v in backward_of(c, graph)]
    assert all(abs(v) < 1e6 for v in values)


@pytest.mark.parametrize("wrapped", [True, False])
def test_both_classes_descend_the_demo_alike(wrapped):
    points, labels = moons(4)
    losses = {}
    for c in CONTENDERS:
        layers = network(c.node, widths=(2, 3, 3, 1))
        losses[c.name] = [demo_step(c, layers, points, labels, wrapped) for _ in range(5)]
    assert losses[OURS.name] == pytest.approx(losses[THEIRS.name], rel=1e-12)
    assert losses[OURS.name][-1] < losses[OURS.name][0]


def test_the_demo_gives_one_loss_from_arrays_and_from_floats():
    points, labels = moons(4)
    arrays = numpy.array(points), numpy.array(labels, dtype=int)
    for c in CONTENDERS:
        from_floats = demo_step(c, network(c.node), points, labels)
        assert demo_step(c, network(c.node), *arrays) == pytest.approx(from_floats, rel=1e-12)


def test_a_point_on_the_right_side_beyond_the_margin_costs_only_its_parameters():
    layers = [[([OURS.node(3.0)], OURS.node(0.0))]]
    assert margin_loss(layers, [[1.0]], [1.0]).value == pytest.approx(1e-4 * 9)
    assert margin_loss(layers, [[1.0]], [-1.0]).value == pytest.approx(4 + 1e-4 * 9)


def test_the_chain_multiplies_and_adds_in_turn():
    assert chain(1.0, 4) == pytest.approx((1.0 * 1.0000001 + 0.1) * 1.0000001 + 0.1)


def test_moons_are_the_same_for_the_same_seed_and_have_both_labels():
    assert moons(6, seed=1) == moons(6, seed=1) != moons(6, seed=2)
    assert moons(6)[1] == [-1.0, 1.0] * 3


def test_a_race_times_each_competitor_once_a_round():
    calls = []
    times = race({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=2, steps=3)
    assert calls == list("ab" + "aaabbb" + "bbbaaa")  # one warm-up each, then in turn
    assert [len(ts) for ts in times.values()] == [2, 2]
    assert ratio({"slow": [3.0, 8.0, 4.0], "fast": [1.0, 2.0, 2.0]}, "slow", "fast") == 3.0
    assert spread({"slow": [3.0, 8.0, 4.0], "fast": [1.0, 2.0, 2.0]}, "slow", "fast") == [2.5, 3.0, 3.5]


def test_in_a_race_a_slow_competitor_may_take_fewer_steps():
    calls = []
    runs = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    race(runs, rounds=1, steps={"a": 1, "b": 3})
    assert calls == list("ab" + "abbb")


def test_a_turn_takes_as_many_steps_as_fill_it():
    assert turn(lambda: None, most=7) == 7
    assert turn(lambda: sum(range(100_000)), wanted=1e-9) == 1


def test_bytes_kept_counts_what_is_held_and_not_what_is_dropped():
    assert bytes_kept(lambda: bytes(1_000_000)) == pytest.approx(1_000_000, rel=0.01)
    assert bytes_kept(lambda: len(bytes(1_000_000))) < 10_000


def test_a_line_says_whether_its_target_is_met():
    assert written(Line("speed", "1 ms", "5 ms", "5.0×", "≥ 8×", False)).endswith("≥ 8× MISSED")
    assert written(Line("size", result="96", target="≤ 130", met=True)).endswith("≤ 130 met")


def test_run_lists_the_benchmarks_from_any_folder(tmp_path):
    command = [sys.executable, str(FOLDER / "run.py"), "--list"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*BENCHMARKS, *ARRAYS]


def test_run_names_the_legal_benchmarks_when_asked_for_another(capsys):
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark speed; there are scalars, tensors, dag, parts" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_the_chain_in_a_process_of_its_own_is_right_and_leaves_nothing():
    run = alone(10_000)
    assert run["gradient"] == pytest.approx(run["expected"])
    assert run["blocks_left"] < 1000


SMALL = {
    "MLP": lambda: perceptron((3, 5, 4, 2), 7, numpy.float64),
    "MLP, float32": lambda: perceptron((3, 5, 4, 2), 7, numpy.float32),
    "linear": lambda: perceptron((3, 2), 7, numpy.float64),
    "chain": lambda: elementwise(50),
    "products": lambda: products(3, 4),
    "products and bias": lambda: products(3, 4, bias=True),
    "bias": lambda: bias(6, 3),
    "additions": lambda: additions(9, 4),
    "additions of a constant": lambda: additions(9, 4, both=False),
}
libraries = pytest.mark.parametrize("library", installed())
works = pytest.mark.parametrize("work", SMALL)


@cache
def library_named(name):
    return LIBRARIES[name]()


def gradients(problem, library):
    """Value and gradients by a library as NumPy arrays, without the step of descent."""
    value, g = library.gradient(problem.program(library), problem.parameters, problem.seed)()
    return numpy.asarray(value), {name: numpy.asarray(of) for name, of in g.items()}


@libraries
@works
def test_every_library_computes_what_the_work_by_hand_computes(work, library):
    problem = SMALL[work]()
    value, g = gradients(problem, library_named(library))
    expected, by_hand = problem.twin(problem.parameters).run()
    assert set(g) == set(by_hand) == set(problem.parameters)
    near = 1e-5 if work.endswith("float32") else 1e-12
    assert value == pytest.approx(expected, rel=near)
    for name, of in g.items():
        assert of.dtype == by_hand[name].dtype == problem.parameters[name].dtype
        assert of == pytest.approx(by_hand[name], rel=10 * near, abs=near)


@works
def test_the_work_by_hand_has_the_gradient_of_central_differences(work):
    problem = SMALL[work]()
    if work.endswith("float32"):
        problem = SMALL[work.split(",")[0]]()
    p = problem.parameters
    _, g = problem.twin(p).run()
    g = {name: of.copy() for name, of in g.items()}
    for name, array in p.items():
        for place in list(numpy.ndindex(array.shape))[:5]:
            ends = []
            for h in (1e-6, -1e-6):
                moved = {**p, name: array.copy()}
                moved[name][place] += h
                value, _ = problem.twin(moved).run()
                ends.append(numpy.sum(value * (1 if problem.seed is None else problem.seed)))
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(g[name][place], rel=1e-6, abs=1e-8)


@libraries
def test_every_library_descends_as_the_work_by_hand_does(library):
    problem = SMALL["MLP"]()
    by_hand, by_library = problem.by_hand(), problem.by_library(library_named(library))
    losses = [by_hand() for _ in range(4)]
    assert sorted(losses, reverse=True) == losses
    assert [float(by_library()) for _ in range(4)] == pytest.approx(losses, rel=1e-12)


@libraries
def test_every_library_has_the_jacobian_found_by_hand(library):
    f, x, twin = two_layers(library_named(library), n=3, hidden=4, outputs=5)
    every = library_named(library).jacobian(f, x)
    if every is None:
        pytest.skip(f"{library} has no Jacobian")
    J = numpy.asarray(every())
    assert (J if library == "backprop_nb" else J.T) == pytest.approx(twin.jacobian(), rel=1e-12)


def test_a_loop_over_the_outputs_gives_the_same_jacobian():
    ours = library_named("backprop_nb")
    f, x, twin = two_layers(ours, n=3, hidden=4, outputs=5)
    assert loop(ours.bp, f, x) == pytest.approx(twin.jacobian(), rel=1e-12)


def test_the_works_by_hand_make_their_buffers_once():
    for problem in (build() for build in SMALL.values()):
        twin = problem.twin(problem.parameters)
        first, second = twin.run()[1], twin.run()[1]
        assert all(first[name] is second[name] for name in first)


def test_every_array_benchmark_has_its_works():
    assert set(ARRAYS) == {*WORKS, "jacobian"}
    assert "NumPy" in machine()
    assert duration([5e-5]) == "50 µs"


def test_a_row_names_who_is_faster_but_for_what_was_compiled():
    row = Row("work", "1 µs", "2.0", "", None, {}, {"PyTorch": 0.9, "MyGrad": 1.5, "JAX jit": 0.1})
    assert row.behind() == ["PyTorch 0.90"]


def test_the_array_table_is_markdown_and_counts_what_is_missed(monkeypatch):
    row = Row("work", "1 µs", "**2.0**", "1.5", False, {"autograd": 3.0}, {"autograd": 1.5})
    monkeypatch.setattr("benchmarks.tensors.rows", lambda name, libraries, rounds: [row])
    monkeypatch.setattr("benchmarks.tensors.installed", lambda: ["backprop_nb", "autograd"])
    head, rule, line = [text for text, _ in array_table(["tiny"], rounds=1)]
    assert head.count("|") == rule.count("|") == line.count("|") == 7
    assert line == "| work | 1 µs | **2.0** | 1.5 **MISSED** | 3.00 | – |"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_the_memory_of_the_chain_is_that_of_its_buffers():
    run = alone("peak", "by hand", 100_000, MALLOC_MMAP_THRESHOLD_="65536")
    assert run["peak"] == pytest.approx(8 * 0.8, rel=0.2)
