"""Hands that lean on the floor stay where they lean on any character, and are let go softly."""

import numpy as np
import pytest

from canaries import frozen, stepping
from characters import CHARACTERS
from footlights.geometry.rotations import quat_about
from footlights.metrics.transfer import transfer
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.retargeting.hand_support import hand_support_weights
from footlights.retargeting.observed_motion import observe
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig, house_rig


def crouching(seconds: float = 2.0) -> Motion:
    """On all fours: trunk level, arms down; the right hand lifts after a second."""
    frames = round(30 * seconds)
    rotations = np.zeros((frames, 24, 4))
    rotations[..., 0] = 1
    rotations[:, 0] = quat_about("x", np.full(frames, np.pi / 2))
    for side, sign in (("left", 1), ("right", -1)):
        rotations[:, SMPL24.index(f"{side}_shoulder")] = quat_about(
            "z", np.full(frames, -sign * np.pi / 2)
        )
        rotations[:, SMPL24.index(f"{side}_hip")] = quat_about("x", np.full(frames, -np.pi / 2))
        rotations[:, SMPL24.index(f"{side}_knee")] = quat_about("x", np.full(frames, np.pi / 2))
        rotations[:, SMPL24.index(f"{side}_ankle")] = quat_about("x", np.full(frames, np.pi / 3))

    lift = np.clip((np.arange(frames) - 30) / 15, 0, 1)
    rotations[:, SMPL24.index("right_shoulder")] = quat_about("z", np.pi / 2 * (1 - 0.9 * lift))
    pose = Motion(np.zeros((frames, 3)), rotations, 30.0)
    wrist = pose.positions[0, SMPL24.index("left_wrist"), 2]
    return pose.moved((0, 0, 0.06 - wrist))


def support_weights(motion: Motion) -> dict[str, np.ndarray]:
    return hand_support_weights(observe(motion, house_rig().joints, SMPL24))


def test_a_hand_leans_while_it_is_low_and_slow():
    weights = support_weights(crouching())
    assert (weights["left_wrist"] > 0.99).all()
    assert (weights["right_wrist"][:25] > 0.99).all() and (weights["right_wrist"][-5:] == 0).all()
    assert abs(np.diff(weights["right_wrist"])).max() < 0.4, "it is let go softly"

    upright = support_weights(stepping(1.0))
    assert len(upright) == 2 and not any(weight.any() for weight in upright.values())


@pytest.mark.parametrize("name", ["vrm", "metahuman", "g1", "smplx"])
def test_leaning_hands_stay_on_the_floor_and_in_their_place(name):
    rig, source = Rig.of(CHARACTERS[name]()), crouching()
    result = retarget(source, rig)
    ours = observe(result, rig.joints, SMPL24)
    theirs = observe(source, house_rig().joints, SMPL24)
    firm = slice(0, 25)
    for wrist in ("left_wrist", "right_wrist"):
        place = ours.positions[wrist][firm]
        assert np.ptp(place[:, :2], axis=0).max() < 0.005
        np.testing.assert_allclose(place[:, 2], theirs.positions[wrist][firm, 2], atol=0.03)
    went = transfer(source, result, rig)
    assert went.hand_slide <= went.source_hand_slide + 0.5


def test_arms_that_lean_nowhere_are_left_alone():
    rig = Rig.of(CHARACTERS["vrm"]())
    went = transfer(stepping(1.0), retarget(stepping(1.0), rig), rig)
    assert np.isnan(went.hand_slide) and went.limb_angle < 1
    assert retarget(frozen(stepping(0.2))[:1], rig).positions.shape[0] == 1
