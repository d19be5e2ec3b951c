"""Training: the same losses as PyTorch's, stopped and resumed at any step, and nothing lost on the way."""

import gc
import tracemalloc

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import training

DATA = training.moons(60, seed=3)
SIZES = [2, 8, 2]


def loss(parameters, inputs, labels):
    return training.cross_entropy(training.mlp(parameters, inputs, np.tanh), labels)


def learn(epochs=4, **options):
    options = {"batch": 16, "step": training.momentum(0.1), "progress": False} | options
    return training.fit(loss, training.start_mlp(SIZES, seed=1), DATA, epochs=epochs, **options)


def same(one, other):
    return one.losses == other.losses and all(
        np.array_equal(p, other.parameters[name]) for name, p in one.parameters.items()
    )


def test_a_seed_decides_every_step():
    assert same(learn(), learn())
    assert not same(learn(), learn(seed=1))


@pytest.mark.parametrize("reuse", [False, True])
@pytest.mark.parametrize("way", ["sgd", "momentum", "adam"])
def test_a_replayed_loss_takes_the_same_steps_without_the_graph(way, reuse):
    replayed = bp.replay(loss, reuse=reuse)
    start = training.start_mlp(SIZES, seed=1)
    options = {"epochs": 4, "batch": 16, "step": getattr(training, way)(0.1), "progress": False}
    run, truth = (training.fit(f, start, DATA, **options) for f in (replayed, loss))
    np.testing.assert_allclose(run.losses, truth.losses, rtol=1e-12)
    assert len(replayed.programs) == 2, "one for a whole batch, one for the last, which is smaller"


@pytest.mark.parametrize("stop", [1, 4, 6])
def test_a_training_that_was_stopped_and_resumed_takes_the_steps_of_one_that_was_not(stop, tmp_path):
    path = tmp_path / "state.npz"
    stopped = learn(save=path, watch=lambda run: len(run.losses) == stop)
    assert len(stopped.losses) == stop
    assert "stopped" in stopped.note
    assert same(learn(), learn(resume=path))
    assert same(learn(), learn(resume=stopped))


@pytest.mark.parametrize("step", [training.sgd(0.1), training.momentum(0.1), training.adam(0.01)])
def test_each_optimiser_resumes_from_its_file(step, tmp_path):
    learn(epochs=2, step=step, save=tmp_path / "a.npz")
    assert same(learn(step=step), learn(step=step, resume=str(tmp_path / "a.npz")))


def test_an_interrupt_keeps_what_was_learned():
    def interrupt(run):
        if len(run.losses) == 5:
            raise KeyboardInterrupt

    run = learn(watch=interrupt)
    assert len(run.losses) == 5
    assert "interrupted in epoch 2 after 1 of 4 batches" in run.note
    assert same(learn(), learn(resume=run))


def test_a_nan_stops_with_the_step_and_the_operation_and_keeps_what_was_learned():
    def falling(p, x):
        return (np.log(p["w"]) * x).sum()

    options = {"batch": 1, "step": training.sgd(2), "progress": False}
    words = r"(?s)step 4, batch 4 of epoch 1: the loss is nan\..*log made the first nan"
    with np.errstate(all="ignore"), pytest.raises(training.TrainingError, match=words) as stop:
        training.fit(falling, {"w": np.array(2.5)}, ([1.0] * 9,), **options)
    run = stop.value.run
    assert len(run.losses) == 3
    assert np.isfinite(run.parameters["w"])


def test_a_crash_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    run = learn(epochs=1, save=path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        run.save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["state.npz"]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut"])
def test_another_file_is_refused_in_words(content, tmp_path):
    (tmp_path / "other.npz").write_bytes(content)
    with pytest.raises(ValueError, match="no state of training"):
        learn(resume=tmp_path / "other.npz")


def test_numbers_learn_as_arrays_do():
    def squared(p, inputs, wanted):
        outs = [training.mlp(p, x, bp.tanh, training.neurons)[0] for x in inputs]
        return sum((out - y) ** 2 for out, y in zip(outs, wanted, strict=True)) / len(wanted)

    def squared_at_once(p, inputs, wanted):
        return training.mean_squared(training.mlp(p, inputs, np.tanh)[:, 0], wanted)

    options = {"epochs": 2, "batch": 10, "progress": False}
    numbers = training.fit(squared, training.start_mlp([2, 3, 1], numbers=True), DATA, **options)
    arrays = training.fit(squared_at_once, training.start_mlp([2, 3, 1]), DATA, **options)
    assert numbers.losses == pytest.approx(arrays.losses, rel=1e-12)
    for name, p in arrays.parameters.items():
        np.testing.assert_allclose(numbers.parameters[name], p, rtol=1e-12)


def test_any_class_with_the_three_names_can_carry_the_numbers():
    class Mine(bp.Scalar):
        made = 0

        def __init__(self, *fields):
            Mine.made += 1
            super().__init__(*fields)

    data = ([1.0],)
    training.fit(lambda p, x: p["w"] * x[0], {"w": 2.0}, data, epochs=1, progress=False, carrier=Mine)
    assert Mine.made == 1


def test_the_digits_follow_pytorch_step_by_step():
    torch = pytest.importorskip("torch")
    train, _ = training.hold_out(training.digits())
    start = training.start_mlp([64, 128, 10], seed=5)

    def deep(parameters, inputs, labels):
        return training.cross_entropy(training.mlp(parameters, inputs), labels)

    ours = training.fit(deep, start, train, epochs=3, step=training.momentum(0.05), progress=False,
                        watch=lambda run: len(run.losses) == 100)  # fmt: skip
    leaves = {name: torch.tensor(p, requires_grad=True) for name, p in start.items()}
    optimiser = torch.optim.SGD(leaves.values(), lr=0.05, momentum=0.9)
    theirs, n = [], len(train.labels)
    for epoch in range(3):
        order = training.fitting.shuffle(n, 0, epoch)
        for i in range(0, n, 32):
            x, y = (torch.tensor(column[order[i : i + 32]]) for column in train)
            hidden = torch.relu(x @ leaves["W1"] + leaves["b1"])
            out = torch.nn.functional.cross_entropy(hidden @ leaves["W2"] + leaves["b2"], y)
            optimiser.zero_grad()
            out.backward()
            optimiser.step()
            theirs.append(out.item())
    np.testing.assert_allclose(ours.losses, theirs[:100], rtol=1e-6)


def test_the_digits_are_learned():
    train, held_out = training.hold_out(training.digits())
    run = training.fit(
        lambda p, x, y: training.cross_entropy(training.mlp(p, x), y), training.start_mlp([64, 128, 10]),
        train, epochs=25, step=training.momentum(0.05), progress=False)  # fmt: skip
    assert training.accuracy(training.mlp(run.parameters, held_out.inputs), held_out.labels) >= 0.97


def test_equal_weights_stay_equal():
    start = training.start_mlp(SIZES, start="zeros")
    start["W2"] = start["W2"] + 0.5  # with W2 = 0, too, nothing but b2 would ever move
    run = training.fit(loss, start, DATA, epochs=5, progress=False)
    assert np.ptp(run.parameters["W1"], axis=1).max() == 0
    assert run.parameters["W1"].any()


def test_steps_keep_no_memory_though_nothing_collects_cycles():
    start = {"w": np.zeros(500)}

    def bowl(p, x):
        return ((p["w"] - x) ** 2).sum()

    sizes = []

    def measure(run):
        if len(run.losses) in (500, 2000):
            run.losses[:] = [0.0] * len(run.losses)
            sizes.append(tracemalloc.get_traced_memory()[0])

    gc.disable()
    tracemalloc.start()
    try:
        data = (np.ones((2000, 500)) * 3,)
        training.fit(bowl, start, data, batch=1, epochs=1, watch=measure, progress=False)
    finally:
        tracemalloc.stop()
        gc.enable()
    assert sizes[1] - sizes[0] < 1_000_000  # 1,500 losses, and no graph of 4 kB a step (6 MB)


def test_unlike_columns_and_another_seed_are_refused():
    with pytest.raises(ValueError, match=r"columns of one length.*3, 2"):
        training.fit(loss, training.start_mlp(SIZES), ([1, 2, 3], [1, 2]), progress=False)
    with pytest.raises(ValueError, match="began with: 0 and 16; received 7"):
        learn(seed=7, resume=learn(epochs=1))


def test_a_gradient_is_checked_however_large_it_is():
    large = training.fit(lambda p, x: (p["w"] * x).sum(), {"w": np.ones(2)}, ([1e200],), epochs=1,
                         step=training.sgd(1e-200), progress=False)  # fmt: skip
    assert not large.parameters["w"].any()
    with np.errstate(all="ignore"), pytest.raises(training.TrainingError, match="gradient is not finite"):
        training.fit(lambda p, x: (np.sqrt(p["w"]) * x).sum(), {"w": np.array([0.0, 1])}, ([1.0],),
                     epochs=1, progress=False)  # fmt: skip
