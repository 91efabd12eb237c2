"""The constant rotations between a rig's bones and ours are learnt from how it moves."""

import numpy as np
import pytest

import canaries
from footlights.geometry.rotations import angle_between, quat_from_matrix, transpose
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.bone_calibration import calibrate
from footlights.retargeting.joint_names import joint_map
from footlights.retargeting.observed_motion import ObservedMotion, observe, observe_rest_pose
from rigs import any_axes, foreign

DANCE = canaries.stepping(6.0)
LIMB_BONES = [
    f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee", "shoulder", "elbow")
]


def recorded(axes: np.ndarray) -> tuple[ObservedMotion, ObservedMotion]:
    """The dance as a rig with these axes records it, and the rig's zero pose."""
    clip = foreign(DANCE, "cmu", 1.3, axes)
    joints = joint_map(clip.skeleton)
    return observe(clip, joints, SMPL24), observe_rest_pose(clip.skeleton, joints)


def errors(alignment: dict[str, np.ndarray], axes: np.ndarray) -> dict[str, float]:
    """Degrees between each joint's alignment and the inverse of the axes that it undoes."""
    return {
        name: float(
            np.degrees(
                angle_between(
                    quat_from_matrix(rotation),
                    quat_from_matrix(transpose(axes[SMPL24.index(name)])),
                )
            )
        )
        for name, rotation in alignment.items()
    }


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_axes_that_may_be_anything_are_undone(seed):
    axes = any_axes(seed)
    clip, zero_pose = recorded(axes)
    degrees = errors(calibrate([clip], SMPL24, zero_pose), axes)
    # Spine bones between pelvis and chest, and hands, are none of its business.
    assert len(degrees) == 20 and max(degrees[name] for name in LIMB_BONES) < 3
    assert max(degrees.values()) < 10


def test_a_rest_pose_that_stands_tells_trunk_and_head_exactly():
    axes = np.tile(np.eye(3), (24, 1, 1))
    clip, zero_pose = recorded(axes)
    degrees = errors(calibrate([clip], SMPL24, zero_pose), axes)
    assert max(degrees[name] for name in ("pelvis", "spine3", "head", "left_collar")) < 0.01


def test_two_clips_of_a_rig_tell_no_less_than_one():
    axes = any_axes(4)
    clip, zero_pose = recorded(axes)
    one, two = (calibrate(clips, SMPL24, zero_pose) for clips in ([clip], [clip, clip]))
    assert one.keys() == two.keys()
    assert all(one[name] == pytest.approx(two[name], abs=1e-9) for name in one)
