"""What may be wrong with a clip instead of its dance is said."""

import numpy as np
import pytest

from canaries import stepping, sunk
from footlights.motion.world import GRAVITY
from footlights.physics import Humanoid, judge
from footlights.physics.input_checks import fall_acceleration
from footlights.physics.quantities import measure
from moving import jumping
from probes import humanoid, probe

DANCE = stepping(4.0)


def test_a_wrong_frame_rate_is_said_and_not_scored_as_bad_dance_alone():
    notes = judge(probe("jump_16fps_scored_as_30"), humanoid=humanoid()).notes
    assert any("16" in note and "recorded" in note for note in notes)


@pytest.mark.parametrize("name", ["jump", "walk", "dance"])
def test_clean_probes_raise_no_doubt(name):
    assert not judge(probe(name), humanoid=humanoid()).notes


@pytest.mark.parametrize(("claimed", "factor"), [(30.0, 1.0), (60.0, 4.0), (15.0, 0.25)])
def test_jumps_fall_with_gravity_times_the_square_of_a_wrong_rate(claimed, factor):
    motion = jumping().replace(fps=claimed)
    fall = fall_acceleration(motion, measure(motion, Humanoid.of()))
    assert fall == pytest.approx(factor * GRAVITY, rel=0.15)


def test_without_a_flight_nothing_is_said_of_the_rate():
    assert np.isnan(fall_acceleration(DANCE, measure(DANCE, Humanoid.of())))
    assert np.isnan(fall_acceleration(DANCE[:3], measure(DANCE[:3], Humanoid.of())))


def test_frames_written_twice_are_said():
    doubled = DANCE.replace(
        root=np.repeat(DANCE.root, 2, axis=0),
        rotations=np.repeat(DANCE.rotations, 2, axis=0),
        contacts=None,
        fps=60.0,
    )
    assert any("repeat" in note for note in judge(doubled).notes)


def test_a_body_that_stays_off_the_floor_is_asked_about():
    assert any("10 cm below" in note for note in judge(sunk(DANCE)).notes)
    assert any("37 cm above" in note for note in judge(DANCE.moved((0, 0, 0.37))).notes)


def test_an_estimated_floor_is_said_and_one_that_is_unsure_twice():
    (sure,) = judge(DANCE, floor="auto").notes
    assert "estimated" in sure and "may be wrong" not in sure
    slope = DANCE.root + np.linspace(0, 0.5, len(DANCE))[:, None] * np.array([0, 0, 1.0])
    (unsure,) = judge(DANCE.replace(root=slope), floor="auto").notes
    assert "cm apart, so it may be wrong" in unsure
