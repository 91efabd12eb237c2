"""Twists of forearms: told from their swing, and shared by elbow and wrist."""

import numpy as np
import pytest

from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.twist import rotation_about, share_twist, swing_and_twist

ALONG = np.array([1.0, 0, 0])  # the left forearm, in T-pose


def twists_of(elbow: np.ndarray, wrist: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) twists of elbow and wrist after sharing, of twists (T,) before."""
    world_rotations = np.tile(np.eye(3), (len(elbow), 24, 1, 1))
    forearm, wrist_joint, hand = (
        SMPL24.index(f"left_{part}") for part in ("elbow", "wrist", "hand")
    )
    world_rotations[:, forearm] = rotation_about(ALONG, elbow)
    world_rotations[:, wrist_joint] = rotation_about(ALONG, elbow + wrist)
    world_rotations[:, hand] = world_rotations[:, wrist_joint]

    shared = share_twist(world_rotations, SMPL24)
    _, of_elbow = swing_and_twist(shared[:, forearm], ALONG)
    relative = np.swapaxes(shared[:, forearm], -1, -2) @ shared[:, wrist_joint]
    _, of_wrist = swing_and_twist(relative, ALONG)
    return of_elbow, of_wrist


def test_swing_and_twist_together_are_the_rotation():
    rotations = matrix_from_quat(quat_from_rotvec(np.random.default_rng(2).normal(size=(30, 3))))
    swing, twist = swing_and_twist(rotations, ALONG)
    assert swing @ rotation_about(ALONG, twist) == pytest.approx(rotations, abs=1e-12)

    # What is left turns the axis, but nothing about it.
    assert swing_and_twist(swing, ALONG)[1] == pytest.approx(np.zeros(30), abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_twist_is_shared_equally_wherever_a_rig_has_it(share):
    whole = np.linspace(-2.4, 2.4, 25)
    of_elbow, of_wrist = twists_of(share * whole, (1 - share) * whole)
    assert of_elbow == pytest.approx(whole / 2, abs=1e-6)
    assert of_wrist == pytest.approx(whole / 2, abs=1e-6)


def test_no_joint_turns_more_than_75_degrees_and_none_jumps():
    whole = np.linspace(-np.pi, np.pi, 400)
    of_elbow, of_wrist = twists_of(whole, 0 * whole)
    assert np.degrees(np.abs([of_elbow, of_wrist])).max() < 75.01
    assert np.abs(np.diff(of_elbow)).max() < 0.1
