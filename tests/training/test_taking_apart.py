"""A derivative taken apart: products add up to an example's, examples to the batch's."""

import math

import pytest

from backprop_nb.training.rehearsing import ACTIVATIONS, TROUBLES, Rehearsal
from backprop_nb.training.taking_apart import pick_out, read_weight, take_apart


def nudged(rehearsal, place, examples, by=1e-6):
    """The derivative of the batch's loss with respect to one weight, by a central difference."""

    def loss_at(change):
        name, *rest = place
        column = [row[:] if isinstance(row, list) else row for row in rehearsal.parameters[name]]
        inside = column[rest[0]] if len(rest) == 2 else column
        inside[rest[-1]] += change
        return rehearsal.loss(rehearsal.parameters | {name: column}, *examples)

    return (loss_at(by) - loss_at(-by)) / (2 * by)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weight", ["W1[1][2]", "b1[0]", "W2[0][3]", "W3[2][0]", "b3[0]"])
def test_products_add_up_to_an_example_and_examples_to_the_batch(activation, weight):
    rehearsal = Rehearsal(hidden=(4, 4), activation=activation, points=24, batch=12).walk(7)
    examples = rehearsal.examples()
    found = take_apart(rehearsal.loss, rehearsal.parameters, examples, weight, which=3)
    assert math.fsum(map(math.prod, found.paths)) == pytest.approx(found.value, rel=1e-12, abs=1e-15)
    assert found.examples[3] == found.value
    assert math.fsum(found.examples) / 12 == pytest.approx(found.batch, rel=1e-12)
    place = read_weight(rehearsal.parameters, weight)
    assert found.batch == pytest.approx(nudged(rehearsal, place, examples), rel=1e-4, abs=1e-8)
    assert found.batch == pick_out(rehearsal.gradient, place), "what the next step uses"


@pytest.mark.parametrize(("weight", "count"), [("W1[0][0]", 8), ("W2[3][5]", 1), ("b1[2]", 8)])
def test_a_weight_has_as_many_paths_as_ways_lead_to_it(weight, count):
    rehearsal = Rehearsal()
    found = take_apart(rehearsal.loss, rehearsal.parameters, rehearsal.examples(), weight)
    assert len(found.paths) == count
    assert f"{count} path" in str(found)


@pytest.mark.parametrize("weight", ["", "W9[0][0]", "W1", "W1[0]", "W1[0][99]", "__class__", "W1[x][0]"])
def test_no_weight_of_that_name_is_refused_in_words(weight):
    rehearsal = Rehearsal(hidden=(3,))
    with pytest.raises(ValueError, match="there is W1, b1, W2, b2"):
        take_apart(rehearsal.loss, rehearsal.parameters, rehearsal.examples(), weight)


def test_each_trouble_does_what_its_words_say():
    small = {"hidden": (4, 4), "points": 40, "batch": 10}
    runs = {name: Rehearsal(trouble=name, **small) for name in TROUBLES}
    first = {name: run.layer_sizes() for name, run in runs.items()}
    for run in runs.values():
        run.walk(200)
    assert runs["none"].losses[-1] < 0.3 * runs["none"].losses[0]
    assert runs["reset"].right() < runs["none"].right()
    assert runs["rate"].stopped or runs["rate"].losses[-1] > runs["rate"].losses[0]
    columns = list(zip(*runs["zeros"].parameters["W1"], strict=True))
    assert len(set(columns)) == 1, "neurons of one layer stay the same"
    assert first["dead"][0] == first["dead"][1] == 0
    assert first["flat"][0] < first["none"][0] / 10
    assert sum(runs["reset"].layer_sizes()) > 3 * sum(runs["none"].layer_sizes())


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"data": "cats"}, "choose moons"), ({"activation": "sin"}, "choose tanh"),
     ({"trouble": "x"}, "choose none"),
     ({"hidden": ()}, "one to four"), ({"hidden": (99,)}, "of 1 to 16"), ({"rate": 0}, "above 0"),
     ({"rate": math.nan}, "above 0"), ({"rate": "1"}, "above 0")])  # fmt: skip
def test_what_is_not_there_to_choose_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Rehearsal(**settings)
