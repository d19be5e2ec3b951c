"""The benchmarks compare programs that give equal numbers; how long they take is not tested."""

import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from benchmarks.measure import alone, bytes_kept, race, ratio
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


def test_bytes_kept_counts_what_is_held_and_not_what_is_dropped():
    assert bytes_kept(lambda: bytes(1_000_000)) == pytest.approx(1_000_000, rel=0.01)
    assert bytes_kept(lambda: len(bytes(1_000_000))) < 10_000


def test_a_line_says_whether_its_target_is_met():
    assert written(Line("speed", "1 ms", "5 ms", "5.0×", "≥ 8×", False)).endswith("≥ 8× MISSED")
    assert written(Line("size", result="96", target="≤ 130", met=True)).endswith("≤ 130 met")


def test_run_lists_the_benchmarks_from_any_folder(tmp_path):
    command = [sys.executable, str(FOLDER / "run.py"), "--list"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(BENCHMARKS)


def test_run_names_the_legal_benchmarks_when_asked_for_another(capsys):
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark speed; there are dag, parts" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_the_chain_in_a_process_of_its_own_is_right_and_leaves_nothing():
    run = alone(10_000)
    assert run["gradient"] == pytest.approx(run["expected"])
    assert run["blocks_left"] < 1000
