"""The gradient on a cluster: that of one run, whatever the shards, and though a worker dies at work."""

import os

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import training

PARAMETERS = training.start_mlp([4, 8, 3], seed=2)
DATA = tuple(map(np.array, training.penguins()))


def loss(parameters, inputs, labels):
    return training.cross_entropy(training.mlp(parameters, inputs, np.tanh), labels)


def dying_once(flag):
    """The same loss; the first worker that comes to it stops dead, as one without current does."""

    def deadly(parameters, inputs, labels):
        if not os.path.exists(flag):
            open(flag, "w").close()
            os._exit(1)
        return training.cross_entropy(training.mlp(parameters, inputs, np.tanh), labels)

    return deadly


def test_shards_of_unlike_size_and_a_dead_worker_give_the_gradient_of_one_run(tmp_path):
    dask, distributed = map(pytest.importorskip, ("dask", "dask.distributed"))
    flag = tmp_path / "died"
    expected = bp.value_and_grad(loss)(PARAMETERS, *DATA)
    with (dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
          distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                                   silence_logs="ERROR") as cluster,
          distributed.Client(cluster) as client):  # fmt: skip
        assert cluster.scheduler_address.startswith("tcp://127.0.0.1")
        for shards in ([250, 80, 12], None):
            found = training.gradient_on(client, dying_once(flag), DATA, shards)(PARAMETERS)
            assert flag.exists(), "a worker died in the middle of its shard"
            check_equal(found, expected)


def check_equal(found, expected):
    assert found[0] == pytest.approx(expected[0], rel=1e-12)
    assert found[1].keys() == expected[1].keys()
    for name, g in expected[1].items():
        np.testing.assert_allclose(found[1][name], g, rtol=0, atol=1e-12)


class AtOnce:
    """Of a client what ``gradient_on`` asks of it, in this process."""

    def ncores(self):
        return {"one": 1, "two": 1, "three": 1}

    def submit(self, f, *arguments, pure):
        return f(*arguments)

    def gather(self, results):
        return results


@pytest.mark.parametrize("shards", [None, 1, 5, [341, 1], [342]])
def test_any_shards_have_the_gradient_of_the_whole(shards):
    expected = bp.value_and_grad(loss)(PARAMETERS, *DATA)
    check_equal(training.gradient_on(AtOnce(), loss, DATA, shards)(PARAMETERS), expected)


@pytest.mark.parametrize("shards", [[300, 50], [342, 0], -1, 343, []])
def test_shards_that_are_not_the_whole_are_refused(shards):
    with pytest.raises(ValueError, match="342 together"):
        training.gradient_on(AtOnce(), loss, DATA, shards)
