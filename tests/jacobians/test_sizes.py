"""Calculators, measurements and races: the notes' numbers exactly, the measured ones within reason."""

import os

import numpy as np
import pytest

from backprop_nb import Scalar
from backprop_nb.core.sweep import operands_first
from backprop_nb.drawing.array_text import bytes_text
from backprop_nb.drawing.sheets import Sheet, count_text, factor_text, seconds_text
from backprop_nb.jacobians import sizes
from backprop_nb.jacobians.races import matmul_race, products, race, races
from backprop_nb.jacobians.sizes import jacobian_sizes, largest_n, machine_memory, scalar_graph

MiB, GiB, TiB = 2**20, 2**30, 2**40


def test_the_notes_numbers_for_a_graph_of_single_numbers():
    sheet = scalar_graph(1024)
    assert sheet["overhead_least"] == 8 * MiB
    assert sheet["overhead_naive"] == 8 * (2 * 1024**3 - 1024**2)
    assert round(sheet["overhead_naive"] / GiB) == 16
    assert sheet["bytes_least"] == 16 * MiB, "16 bytes an operation"
    assert "8 MiB" in sheet.text
    assert "16 GiB" in sheet.text
    assert scalar_graph(64, 8, 8)["bytes_naive"] == 2 * scalar_graph(64)["bytes_naive"]


def test_operations_are_counted_as_they_are_done():
    a = np.arange(25.0).reshape(5, 5)
    rows = [[Scalar(x) for x in row] for row in a.tolist()]
    out = sizes.scalar_matmul(rows, rows)
    nodes = {v for row in out for root in row for v in operands_first(root) if v.operation is not None}
    assert len(nodes) == sizes.matmul_operations(5)
    np.testing.assert_array_equal(np.vectorize(lambda v: v.value)(np.array(out)), a @ a)


def test_what_is_measured_is_counted_object_by_object():
    sheet = scalar_graph(64)
    assert 60 < sheet["scalar_bytes"] < 300, "a Scalar with its float"
    assert sheet["tensor_bytes"] < 4000, "one node, however large the product"
    assert sheet["tensor_bytes"] < sheet["scalar_bytes"] * sizes.matmul_operations(8)


def test_the_jacobian_of_the_notes_takes_4_tib():
    sheet = jacobian_sizes(1024)
    assert sheet["bytes"] == 4 * TiB
    assert sheet["structured"] == 4 * MiB
    assert "4 TiB" in sheet.text
    assert sheet["built_bytes"] == 16**4 * 8
    assert sheet["kept_bytes"] == 256 * 256 * 4, "the vJp keeps A and nothing else"


def test_the_largest_n_fits_and_the_next_does_not():
    for memory in (100, 10**6, 16 * GiB, 4 * TiB - 1, 4 * TiB):
        for width in (2, 4, 8):
            n = largest_n(memory, width)
            assert width * n**4 <= memory < width * (n + 1) ** 4
    assert largest_n(4 * TiB) == 1024


@pytest.mark.skipif(not hasattr(os, "sysconf"), reason="this system has no sysconf")
def test_the_memory_is_this_machines():
    assert machine_memory() > 2**28
    assert f"{largest_n():,}" in jacobian_sizes(8).text


def test_where_the_system_does_not_tell_its_memory_one_gives_it(monkeypatch):
    def unknown(name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "sysconf", unknown, raising=False)
    with pytest.raises(ValueError, match="memory=16"):
        machine_memory()
    assert "does not tell" in jacobian_sizes(8).text
    assert jacobian_sizes(8, memory=16 * GiB)["largest_n"] == 256


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True])
def test_sizes_are_whole_and_above_0(wrong):
    for act in (scalar_graph, jacobian_sizes, largest_n):
        with pytest.raises(ValueError, match="1 or more"):
            act(wrong)


# ---- races ----

a = np.arange(1.0, 201)


def test_the_whole_jacobian_and_the_vjp_give_the_same():
    sheet = race(lambda x: a * x, np.ones(200))
    assert sheet["difference"] == 0
    assert (sheet["bytes"], sheet["kept"]) == (200 * 200 * 8, 200 * 8)
    assert all(sheet[name] > 0 for name in ("build", "explicit", "vjp"))
    matrix = np.random.default_rng(0).normal(size=(5, 4))
    assert race(lambda x: np.tanh(matrix @ x), np.ones((4, 3)))["difference"] < 1e-12


def test_a_cotangent_is_like_the_result():
    given = race(lambda x: a[:2] * x, np.ones(2), [1.0, 10.0])
    assert given["difference"] == 0
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        race(lambda x: a[:2] * x, np.ones(2), np.ones(3))


def test_the_vjp_is_g_times_the_usual_jacobian_and_the_jvp_stands_beside_it():
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    sheet = products(lambda x: matrix @ x, np.ones(3), g=[1.0, 10.0], t=[1.0, 0.0, 0.0])
    np.testing.assert_array_equal(sheet["vjp"], [41, 52, 63])
    np.testing.assert_array_equal(sheet["jvp"], [1, 4])
    assert sheet["difference"] < 1e-12
    assert sheet.text.count("41.") == 3
    assert products(lambda x: np.sin(x) * x[::-1], np.array([1.0, 2.0, 3.0]))["difference"] < 1e-12


def test_a_race_is_a_table_and_a_figure_of_times():
    speeds = matmul_race((2, 24))
    assert min(speeds["Scalar"] + speeds["loops"] + speeds["NumPy"]) > 0
    assert len(speeds.text.splitlines()) == 5
    assert speeds.text.splitlines()[1].split() == "n Scalar loops einsum NumPy Scalar / NumPy".split()
    assert "<img" in speeds.html
    assert len(speeds.figure().axes[0].lines) == 4


def test_races_over_sizes():
    run = races(lambda n: (lambda x: a[:n] * x, np.ones(n)), sizes=(4, 200))
    assert len(run["J g"]) == len(run["vJp"]) == 2
    with pytest.raises(ValueError, match="at least one"):
        races(lambda n: None, sizes=())


# ---- sheets ----


def test_a_sheet_shows_itself_and_escapes_what_it_is_given():
    sheet = Sheet("<b>", ("a", "b"), (("<i>", "2"),), ("<u>",), {"two": 2})
    shown = sheet._repr_mimebundle_()
    assert not any(tag in shown["text/html"] for tag in ("<b>", "<i>", "<u>"))
    assert shown["text/plain"].splitlines() == ["<b>", "  a    b", "  <i>  2", "<u>"]
    assert sheet["two"] == 2


def test_numbers_are_written_for_reading():
    given = (0, 1000, 1023, 1024, 1536, 10**6, 96.5, 5 * 2**60)
    words = ["0 B", "1000 B", "1023 B", "1 KiB", "1.5 KiB", "977 KiB", "96.5 B", "5 EiB"]
    assert [bytes_text(n) for n in given] == words
    assert count_text(123456) == "123,456"
    assert count_text(2.5e13) == "2.5 × 10¹³"
    assert [seconds_text(t) for t in (1e-9, 9.996e-4, 0.02, 61)] == ["1 ns", "1 ms", "20 ms", "61.00 s"]
    assert factor_text(0.092) == "× 0.092"
