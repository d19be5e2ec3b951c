"""The benchmarks compare programs that give equal numbers; how long they take is not tested."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from benchmarks import programs
from benchmarks.learning import LEARNING, epochs_of_all
from benchmarks.measure import alone, bytes_kept, race, ratio, spread, turn
from benchmarks.peers import LIBRARIES, installed
from benchmarks.programs import CONTENDERS, backward_of, demo_step, margin_loss, network, random_dag
from benchmarks.run import main, written
from benchmarks.scalars import BENCHMARKS, Line
from benchmarks.tensor_works import WORKS, additions, elementwise, perceptron, products, two_layers
from benchmarks.tensors import ARRAYS, Row, array_table, duration, loop, machine

OURS, THEIRS = CONTENDERS
FOLDER = Path(__file__).parent / "benchmarks"
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")


@pytest.mark.parametrize("seed", range(5))
def test_both_classes_find_the_same_gradient_of_a_random_dag(seed):
    graph = random_dag(layers=10, width=7, inputs=3, seed=seed)
    assert len(graph) == 3 + 10 * 7 + 6
    assert any(backward_of(OURS, graph))
    assert backward_of(OURS, graph) == pytest.approx(backward_of(THEIRS, graph), rel=1e-12)


def test_the_timed_dag_has_ten_thousand_nodes_of_moderate_size():
    graph = random_dag()
    assert abs(len(graph) - 10_000) < 100
    assert all(abs(v) < 1e6 for c in CONTENDERS for v in backward_of(c, graph))


@pytest.mark.parametrize("wrapped", [True, False])
def test_both_classes_descend_the_demo_alike(wrapped):
    points, labels = programs.moons(4)
    losses = {}
    for c in CONTENDERS:
        layers = network(c.node, widths=(2, 3, 3, 1))
        losses[c.name] = [demo_step(c, layers, points, labels, wrapped) for _ in range(5)]
    assert losses[OURS.name] == pytest.approx(losses[THEIRS.name], rel=1e-12)
    assert losses[OURS.name][-1] < losses[OURS.name][0]


def test_the_demo_gives_one_loss_from_arrays_and_from_floats():
    points, labels = programs.moons(4)
    arrays = np.array(points), np.array(labels, dtype=int)
    for c in CONTENDERS:
        from_floats = demo_step(c, network(c.node), points, labels)
        assert demo_step(c, network(c.node), *arrays) == pytest.approx(from_floats, rel=1e-12)


def test_the_programs_are_what_they_say():
    layers = [[([OURS.node(3.0)], OURS.node(0.0))]]
    assert margin_loss(layers, [[1.0]], [1.0]).value == pytest.approx(1e-4 * 9), "beyond the margin"
    assert margin_loss(layers, [[1.0]], [-1.0]).value == pytest.approx(4 + 1e-4 * 9)
    assert programs.chain(1.0, 4) == pytest.approx((1.0 * 1.0000001 + 0.1) * 1.0000001 + 0.1)
    assert programs.moons(6, seed=1) == programs.moons(6, seed=1) != programs.moons(6, seed=2)
    assert programs.moons(6)[1] == [-1.0, 1.0] * 3


def test_a_race_times_each_competitor_once_a_round_and_a_slow_one_may_take_fewer_steps():
    calls = []
    runs = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = race(runs, rounds=2, steps=3)
    assert calls == list("ab" + "aaabbb" + "bbbaaa")  # one warm-up each, then in turn
    assert [len(ts) for ts in times.values()] == [2, 2]
    calls.clear()
    race(runs, rounds=1, steps={"a": 1, "b": 3})
    assert calls == list("ab" + "abbb")


def test_what_is_measured_is_summed_up_rightly():
    times = {"slow": [3.0, 8.0, 4.0], "fast": [1.0, 2.0, 2.0]}
    assert (ratio(times, "slow", "fast"), spread(times, "slow", "fast")) == (3.0, [2.5, 3.0, 3.5])
    assert turn(lambda: None, most=7) == 7
    assert turn(lambda: sum(range(100_000)), wanted=1e-9) == 1
    assert bytes_kept(lambda: bytes(10**7)) == pytest.approx(10**7, rel=0.01)
    assert bytes_kept(lambda: len(bytes(10**7))) < 10**5, "what is dropped does not count"
    assert duration([5e-5]) == "50 µs"
    assert "NumPy" in machine()


def test_run_lists_the_benchmarks_from_any_folder_and_names_them_when_asked_for_another(tmp_path, capsys):
    command = [sys.executable, str(FOLDER / "run.py"), "--list"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*BENCHMARKS, *ARRAYS, *LEARNING]
    assert set(ARRAYS) == {*WORKS, "jacobian"}
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark speed; there are scalars, tensors, training, dag" in capsys.readouterr().err


@on_linux
def test_in_a_process_of_its_own_the_chain_is_right_and_leaves_nothing():
    run = alone(10_000)
    assert run["gradient"] == pytest.approx(run["expected"])
    assert run["blocks_left"] < 1000


@on_linux
def test_in_a_process_of_its_own_the_peak_of_the_chain_is_measured():
    assert alone("peak", "by hand", 1000, MALLOC_MMAP_THRESHOLD_="65536").keys() == {"peak"}
    twin = elementwise(1000).twin({"x": np.ones(1000)})
    assert sum(a.nbytes for a in twin.kept) == 8 * 8 * 1000, "what it has to come to"


SMALL = {  # in few shapes: a library compiles once for each
    "MLP": lambda: perceptron((4, 4, 4, 2), 7, np.float64),
    "MLP, float32": lambda: perceptron((4, 4, 4, 2), 7, np.float32),
    "linear": lambda: perceptron((4, 2), 7, np.float64),
    "chain": lambda: elementwise(50),
    "products": lambda: products(3, 4),
    "products and bias": lambda: products(3, 4, bias=True),
    "additions": lambda: additions(9, 4),
    "additions of a constant": lambda: additions(9, 4, both=False),
}
library_named = cache(lambda name: LIBRARIES[name]())
libraries = pytest.mark.parametrize("library", installed())
works = pytest.mark.parametrize("work", SMALL)


@libraries
@works
def test_every_library_computes_what_the_work_by_hand_computes(work, library):
    problem, library = SMALL[work](), library_named(library)
    value, g = library.gradient(problem.program(library), problem.parameters, problem.seed)()
    expected, by_hand = problem.twin(problem.parameters).run()
    assert set(g) == set(by_hand) == set(problem.parameters)
    near = 1e-5 if work.endswith("float32") else 1e-12
    assert np.asarray(value) == pytest.approx(expected, rel=near)
    for name, of in g.items():
        assert np.asarray(of).dtype == by_hand[name].dtype == problem.parameters[name].dtype
        assert np.asarray(of) == pytest.approx(by_hand[name], rel=10 * near, abs=near)


@works
def test_the_work_by_hand_has_the_gradient_of_central_differences_and_makes_its_buffers_once(work):
    problem = SMALL[work.removesuffix(", float32")]()
    p = problem.parameters
    twin = problem.twin(p)
    first, second = twin.run()[1], twin.run()[1]
    assert all(first[name] is second[name] for name in first)
    for name, array in p.items():
        for place in list(np.ndindex(array.shape))[:5]:
            ends = []
            for h in (1e-6, -1e-6):
                moved = {**p, name: array.copy()}
                moved[name][place] += h
                value, _ = problem.twin(moved).run()
                ends.append(np.sum(value * (1 if problem.seed is None else problem.seed)))
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(first[name][place], rel=1e-6, abs=1e-8)


@libraries
def test_every_library_descends_as_the_work_by_hand_does(library):
    problem = SMALL["MLP"]()
    by_hand, by_library = problem.by_hand(), problem.by_library(library_named(library))
    losses = [by_hand() for _ in range(4)]
    assert sorted(losses, reverse=True) == losses
    assert [float(by_library()) for _ in range(4)] == pytest.approx(losses, rel=1e-12)


def test_every_library_learns_the_digits_by_the_same_losses():
    chance = np.random.default_rng(3)
    columns = chance.normal(size=(70, 64)), chance.integers(0, 10, 70)
    expected, *others = (epoch() for epoch in epochs_of_all(columns).values())
    assert len(expected) == 2
    for losses in others:
        assert losses == pytest.approx(expected, rel=1e-12)


@libraries
def test_every_library_that_has_a_jacobian_has_the_one_found_by_hand(library):
    f, x, twin = two_layers(library_named(library), n=3, hidden=4, outputs=5)
    every, expected = library_named(library).jacobian(f, x), pytest.approx(twin.jacobian(), rel=1e-12)
    assert (every is None) is (library == "MyGrad")
    if every:
        J = np.asarray(every())
        assert (J if library in (OURS.name, "replay") else J.T) == expected
    if library == OURS.name:
        assert loop(library_named(library).bp, f, x) == expected


def test_a_line_says_whether_its_target_is_met_and_who_is_faster_but_for_what_was_compiled():
    assert written(Line("speed", "1 ms", "5 ms", "5.0×", "≥ 8×", False)).endswith("≥ 8× MISSED")
    assert written(Line("size", result="96", target="≤ 130", met=True)).endswith("≤ 130 met")
    row = Row("work", "1 µs", "2.0", "", None, {}, {"PyTorch": 0.9, "MyGrad": 1.5, "JAX jit": 0.1})
    assert row.behind() == ["PyTorch 0.90"]


def test_the_array_table_is_markdown_and_counts_what_is_missed(monkeypatch):
    row = Row("work", "1 µs", "**2.0**", "1.5", False, {"autograd": 3.0}, {"autograd": 1.5})
    monkeypatch.setattr("benchmarks.tensors.rows", lambda name, libraries, rounds: [row])
    monkeypatch.setattr("benchmarks.tensors.installed", lambda: ["backprop_nb", "autograd"])
    (head, _), (rule, _), (line, met) = array_table(["tiny"], rounds=1)
    assert head.count("|") == rule.count("|") == line.count("|") == 7
    assert (line, met) == ("| work | 1 µs | **2.0** | 1.5 **MISSED** | 3.00 | – |", False)
