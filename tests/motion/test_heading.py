"""Poses as their own dancer sees them."""

import numpy as np
import pytest

from footlights.motion.heading import heading_free_positions, heading_of, unturned
from moving import swaying

JOINTS = ("head", "left_wrist", "right_foot")


def test_place_and_heading_are_not_seen():
    motion = swaying(2)
    elsewhere = motion.moved(yaw=2.0, shift=(3.0, -1.0, 0.0))
    here, there = (heading_free_positions(m, JOINTS) for m in (motion, elsewhere))
    assert here.shape == (len(motion), 3, 3)
    assert there == pytest.approx(here, abs=1e-5)


def test_vectors_that_turn_with_the_dancer_stand_still():
    heading = np.linspace(0, 3, 20)
    ahead = np.stack([np.sin(heading), -np.cos(heading), 0.5 + 0 * heading], axis=-1)
    assert unturned(ahead[:, None], heading)[:, 0] == pytest.approx(
        np.tile([0, -1, 0.5], (20, 1)), abs=1e-12
    )


def test_turning_the_clip_turns_its_heading():
    motion = swaying(1)
    turn = heading_of(motion.moved(yaw=0.5)) - heading_of(motion)
    assert np.exp(1j * turn) == pytest.approx(np.exp(0.5j * np.ones(len(motion))), abs=1e-5)
