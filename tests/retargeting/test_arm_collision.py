"""Arms stay out of the trunk of a character of other proportions, as far as the dancer's do."""

import numpy as np
import pytest

from canaries import stepping
from characters import CHARACTERS
from footlights.geometry.rotations import quat_about, quat_mul
from footlights.motion.motion import Motion
from footlights.motion.skeleton import (
    SMPL24,
    Skeleton,
    forward_kinematics,
    local_from_world,
)
from footlights.retargeting.arm_collision import (
    WorldPose,
    arm_penetration,
    house_capsules,
    resolve_arm_collisions,
    scaled_capsules,
)
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig


def folded(inwards: float, frames: int = 45) -> Motion:
    """Upper arms down, forearms before the belly, elbows ``inwards`` radians and back again."""
    rotations = np.zeros((frames, 24, 4))
    rotations[..., 0] = 1
    swing = np.sin(np.pi * np.arange(frames) / (frames - 1)) ** 2
    for side, sign in (("left", 1), ("right", -1)):
        rotations[:, SMPL24.index(f"{side}_shoulder")] = quat_mul(
            quat_about("y", np.full(frames, sign * 1.35)), quat_about("x", np.full(frames, 0.75))
        )
        rotations[:, SMPL24.index(f"{side}_elbow")] = quat_about("z", -sign * inwards * swing)
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, 30.0)


def narrow(shoulders: float) -> Skeleton:
    """The house skeleton with shoulders ``shoulders`` times as far apart and hips as much farther.

    So it is as wide, but its arms are nearer.
    """
    offsets = SMPL24.offsets.copy()
    for name, wide in (("hip", 2 - shoulders), ("collar", shoulders), ("shoulder", shoulders)):
        for side in ("left", "right"):
            offsets[SMPL24.index(f"{side}_{name}"), 0] *= wide
    return Skeleton(SMPL24.names, SMPL24.parents, offsets)


def pose_of(motion: Motion) -> WorldPose:
    return WorldPose(*(array.astype(float) for array in motion.kinematics()))


def penetration_on(skeleton: Skeleton, motion: Motion, world_rotations: np.ndarray) -> np.ndarray:
    """(T,) metres by which an arm is in the trunk of a body that is turned so."""
    root = motion.root.astype(float)
    pose = forward_kinematics(skeleton, root, local_from_world(skeleton, world_rotations))
    return arm_penetration(WorldPose(*pose), scaled_capsules(skeleton))


def resolved(motion: Motion, skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """World rotations of a motion as they are, and with the arms out of another body's trunk."""
    source, root = pose_of(motion), motion.root.astype(float)
    return source.rotations, resolve_arm_collisions(
        source, root, source.rotations, skeleton, motion.fps
    )


def test_the_house_body_on_itself_is_left_alone():
    np.testing.assert_array_equal(*resolved(folded(1.6), SMPL24))


@pytest.mark.parametrize("shoulders", [0.8, 0.7])
def test_a_body_with_narrower_shoulders_is_not_reached_into(shoulders):
    motion, body = folded(1.4), narrow(shoulders)
    before, after = resolved(motion, body)
    allowed = np.maximum(arm_penetration(pose_of(motion), house_capsules()), 0)
    assert (penetration_on(body, motion, before) - allowed).max() > 0.02, "the case is one"
    assert (penetration_on(body, motion, after) - allowed).max() < 0.02

    legs = [
        SMPL24.index(f"{side}_{part}")
        for side in ("left", "right")
        for part in ("hip", "knee", "ankle")
    ]
    np.testing.assert_array_equal(after[:, legs], before[:, legs])


def test_arms_are_moved_softly():
    before, after = resolved(folded(1.4), narrow(0.7))
    elbow = SMPL24.index("left_elbow")

    def fastest(rotations: np.ndarray) -> float:
        trace = np.einsum("tab,tab->t", rotations[1:, elbow], rotations[:-1, elbow])
        return float(np.arccos(np.clip((trace - 1) / 2, -1, 1)).max())

    assert fastest(after) < 2 * fastest(before) + 0.05


def test_a_dance_that_touches_nothing_stays_the_same(monkeypatch):
    rig, place = Rig.of(CHARACTERS["mixamo"]()), "footlights.retargeting.pose_transfer"
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return resolve_arm_collisions(*arguments)

    monkeypatch.setattr(f"{place}.resolve_arm_collisions", counted)
    with_rule = retarget(stepping(1.0), rig)
    assert calls, "the case is one"

    monkeypatch.setattr(
        f"{place}.resolve_arm_collisions", lambda source, root, rotations, *rest: rotations
    )
    np.testing.assert_array_equal(retarget(stepping(1.0), rig).rotations, with_rule.rotations)
