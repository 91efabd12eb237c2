"""Dancing on the spot: the way goes, the steps stay, and feet do not begin to slide."""

import numpy as np
import pytest

from canaries import stepping, walking
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.postprocess.travel import in_place, path_speed, slow_path


def test_a_walk_is_taken_to_the_treadmill_to_its_last_frame():
    clip = walking(speed=1.2)
    assert foot_contact_scores(clip)["slip"].value < 1, "its feet stand, cm/s"
    assert abs(path_speed(clip) - 1.2) < 0.05
    still, feet_stand = in_place(clip)
    assert not feet_stand, "legs do not reach that far"
    assert np.ptp(still.root[:, 1]) < 0.01 and np.allclose(still.root[0], clip.root[0], atol=1e-5)
    assert np.array_equal(still.rotations, clip.rotations), "nothing but the way is touched"


def test_against_the_treadmill_feet_slide_no_more_than_on_the_floor():
    clip = walking(speed=1.2)
    still, _ = in_place(clip)
    belt = np.zeros((len(clip), 3))
    belt[:, :2] = slow_path(clip) - slow_path(clip)[0]
    carried = still.replace(root=still.root + belt)
    assert np.allclose(carried.positions, clip.positions, atol=1e-4)


@pytest.mark.parametrize("speed", [0.05, 0.1])
def test_a_dance_that_creeps_keeps_its_feet_where_they_stand(speed):
    clip = walking(speed=speed)
    still, feet_stand = in_place(clip)
    assert feet_stand and np.ptp(still.root[:, 1]) < 0.01
    before, after = (foot_contact_scores(m)["slip"].value for m in (clip, still))
    assert after < before + 1.0, "cm/s"


def test_where_legs_reach_feet_that_stand_go_on_standing():
    clip = stepping(8.0, stride=0.2)
    still, feet_stand = in_place(clip)
    assert feet_stand
    before, after = (foot_contact_scores(m)["slip"].value for m in (clip, still))
    assert after < before + 1.0, "cm/s"
    assert np.linalg.norm(slow_path(still) - slow_path(still)[0], axis=1).max() < 0.05


def test_a_sway_of_two_seconds_is_no_way():
    seconds = np.arange(300) / 30
    clip = walking(10.0).replace(
        root=np.stack([0.1 * np.sin(np.pi * seconds), 0 * seconds, 0 * seconds + 0.9], axis=1),
        contacts=np.zeros((300, 4)),
    )
    still, _ = in_place(clip)
    middle = slice(60, 240)
    assert abs(still.root[middle, 0] - clip.root[middle, 0]).max() < 0.01
