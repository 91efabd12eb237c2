"""Frames from directions, and means of rotations and directions."""

import numpy as np
import pytest

from footlights.geometry.frames import frame_from_axes, mean_local_direction, mean_rotation
from footlights.geometry.rotations import matrix_from_quat, quat_about, quat_from_rotvec


def test_a_frame_lies_along_its_first_axis_and_holds_the_second_in_a_plane():
    frame = frame_from_axes(np.array([2.0, 0, 0]), np.array([5.0, 3.0, 0]))
    assert frame == pytest.approx(np.eye(3))


def test_the_mean_of_equal_turns_both_ways_is_none():
    turns = matrix_from_quat(quat_about("y", np.array([0.4, -0.4])))
    assert mean_rotation(turns, np.ones(2)) == pytest.approx(np.eye(3), abs=1e-12)
    assert mean_rotation(turns, np.array([1.0, 0])) == pytest.approx(turns[0])


def test_a_mean_is_a_rotation_however_far_apart_its_parts_are():
    rng = np.random.default_rng(1)
    mean = mean_rotation(matrix_from_quat(quat_from_rotvec(rng.normal(0, 2, (5, 3)))), np.ones(5))
    assert mean @ mean.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(mean) == pytest.approx(1)


def test_a_direction_that_turns_with_its_frames_is_one_direction():
    frames = matrix_from_quat(quat_about("z", np.linspace(0, 3, 10)))
    local = np.array([0.6, 0.8, 0])
    assert mean_local_direction(frames, frames @ local) == pytest.approx(local)
