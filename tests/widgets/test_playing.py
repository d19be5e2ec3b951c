"""The playground from Python's side: settings, steps and questions as the page sends them."""

import json

import pytest

import backprop_nb as bp


@pytest.fixture
def play():
    return bp.widgets.playground(hidden=(3,), frames=3)


def test_it_takes_the_steps_that_are_wanted_and_not_one_more(play):
    play.wanted = 14
    assert play.frame["step"] == 14
    play.wanted = 12
    assert play.frame["step"] == 14
    play.wanted = 10**9
    assert play.frame["step"] == 64, "so many at once, then Python is free"


def test_three_hundred_fast_events_leave_one_state_and_no_queue(play):
    sent = []
    play.observe(sent.append, "frame")
    for _ in range(300):
        play.wanted = play.frame["step"] + 1
    assert play.frame["step"] == 310
    assert len(sent) == 300, "a message a request"


def test_another_rate_goes_on_and_anything_else_begins_anew(play):
    play.wanted = 20
    play.settings = play.settings | {"rate": 0.1}
    assert (play.frame["step"], play.rehearsal.settings["rate"]) == (20, 0.1)
    play.settings = play.settings | {"activation": "relu"}
    assert (play.frames[0]["step"], play.position, play.wanted) == (0, 0, 10)
    play.settings = play.settings | {"again": 1}
    assert play.frames[0]["step"] == 0


def test_what_goes_wrong_takes_its_settings_along_when_it_goes(play):
    play.settings = play.settings | {"rate": 0.5}
    play.settings = play.settings | {"trouble": "rate"}
    play.settings = play.settings | {"hidden": [4]}
    assert play.settings["rate"] == 20
    play.settings = play.settings | {"hidden": [99]}
    assert play.settings["rate"] == 20, "what is refused changes nothing"
    play.settings = play.settings | {"trouble": "dead"}
    assert (play.settings["rate"], play.settings["activation"]) == (0.5, "relu")
    play.settings = play.settings | {"trouble": "none"}
    assert (play.settings["rate"], play.settings["activation"], play.settings["hidden"]) == (0.5, "tanh", [4])


WRONG = [{"rate": -1}, {"rate": None}, {"hidden": [99]}, {"data": "x"}, {"trouble": "y"}]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_setting_that_is_refused_is_said_and_loses_nothing(play, wrong):
    before = dict(play.settings)
    play.settings = play.settings | wrong
    assert "Error" in play.error
    assert play.settings == before
    play.wanted = 15
    assert play.frame["step"] == 15


def test_a_question_is_answered_about_the_frame_that_was_seen(play):
    play.wanted = 40
    play.question = {"weight": "W1[0][1]", "example": 2, "frame": 5}
    assert play.parts["lines"]
    assert play.parts["frame"] == 5
    first = play.parts["batch"]
    play.question = {"weight": "W1[0][1]", "example": 2, "frame": 40}
    assert play.parts["batch"] != first
    play.question = {"weight": "W7[0][1]", "example": 2, "frame": 40}
    assert "no weight" in play.error


def test_one_example_opens_in_the_stepper(play):
    steps = play.open_step(example=1)
    assert steps.record.gradient["parameters[W1][0][1]"] == play.take_apart("W1[0][1]", 1).value


def test_what_a_page_stores_is_small_and_plain(play):
    whole = bp.widgets.playground()
    assert len(whole.html) < 250_000
    assert len(json.dumps(whole.frame, allow_nan=False)) < 6_000
    assert "points on their side" in play.text
    assert play.still.count("<img") == 1
