"""Compiled kinematics are those of every motion; points and their speeds follow the body."""

import numpy as np
import pytest

from footlights.motion.body import soles
from footlights.motion.skeleton import forward_kinematics
from footlights.physics.humanoid import Humanoid
from footlights.physics.kinematics import contact_points, planar_speeds, world_pose
from moving import standing, swaying

BODY = Humanoid.of()


def test_joints_stand_where_forward_kinematics_puts_them():
    from footlights.geometry.rotations import matrix_from_quat

    motion = swaying()
    local = matrix_from_quat(motion.rotations.astype(np.float64))
    expected = forward_kinematics(motion.skeleton, motion.root.astype(np.float64), local)
    pose = world_pose(BODY, motion.root, motion.rotations)
    for found, array in zip(pose, expected, strict=True):
        np.testing.assert_allclose(found, array, atol=1e-12)


def test_contact_points_on_soles_are_the_corners_of_the_soles():
    motion = swaying()
    points = contact_points(BODY, *world_pose(BODY, motion.root, motion.rotations))
    corners = soles(motion).reshape(len(motion), -1, 3)
    np.testing.assert_allclose(points[:, BODY.on_sole], corners, atol=1e-5)


@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_speed_of_points_is_that_of_the_slide(fps):
    slide = standing(60, fps)
    slide = slide.replace(root=slide.root + np.arange(60)[:, None] / fps * np.array([0, 0.5, 3]))
    points = contact_points(BODY, *world_pose(BODY, slide.root, slide.rotations))
    np.testing.assert_allclose(planar_speeds(points, fps), 0.5, rtol=1e-4)
    assert not planar_speeds(points[:1], fps).any()
