"""Arms stay out of the trunk of a character of other proportions; what the dancer touches is left
alone.
"""

import numpy as np
import pytest

from canaries import stepping
from characters import CHARACTERS
from footlights.geometry.rotations import quat_about, quat_mul
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton, forward_kinematics
from footlights.retargeting.arm_collision import clear, depths, flesh_of, house_flesh
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig


def folded(inwards: float, frames: int = 45) -> Motion:
    """Upper arms down, forearms before the belly; ``inwards`` radians of the elbows, reached and
    left again.
    """
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
    """The house skeleton with shoulders ``shoulders`` times as far apart and hips as much farther:
    as wide, its arms nearer.
    """
    offsets = SMPL24.offsets.copy()
    for name, wide in (("hip", 2 - shoulders), ("collar", shoulders), ("shoulder", shoulders)):
        for side in ("left", "right"):
            offsets[SMPL24.index(f"{side}_{name}"), 0] *= wide
    return Skeleton(SMPL24.names, SMPL24.parents, offsets)


def deep(motion: Motion, skeleton: Skeleton, turns: np.ndarray) -> np.ndarray:
    from footlights.motion.skeleton import local_from_world

    places, world = forward_kinematics(
        skeleton, motion.root.astype(float), local_from_world(skeleton, turns)
    )
    return depths(places, world, flesh_of(skeleton))


def test_the_house_body_on_itself_is_left_alone():
    motion = folded(1.6)
    places, turns = (a.astype(float) for a in motion.kinematics())
    np.testing.assert_array_equal(
        clear((places, turns), motion.root.astype(float), turns, SMPL24, 30.0), turns
    )


@pytest.mark.parametrize("shoulders", [0.8, 0.7])
def test_a_body_with_narrower_shoulders_is_not_reached_into(shoulders):
    motion, body = folded(1.4), narrow(shoulders)
    source = tuple(a.astype(float) for a in motion.kinematics())
    theirs = np.maximum(depths(*source, house_flesh()), 0)
    before = deep(motion, body, source[1])
    cleared = clear(source, motion.root.astype(float), source[1], body, 30.0)
    after = deep(motion, body, cleared)
    assert (before - theirs).max() > 0.02, "the case is one"
    assert (after - theirs).max() < 0.02
    legs = [
        SMPL24.index(f"{side}_{part}")
        for side in ("left", "right")
        for part in ("hip", "knee", "ankle")
    ]
    np.testing.assert_array_equal(cleared[:, legs], source[1][:, legs])


def test_arms_are_moved_softly():
    motion, body = folded(1.4), narrow(0.7)
    source = tuple(a.astype(float) for a in motion.kinematics())
    cleared = clear(source, motion.root.astype(float), source[1], body, 30.0)
    elbow = SMPL24.index("left_elbow")

    def fastest(turns: np.ndarray) -> float:
        cosine = (np.einsum("tab,tab->t", turns[1:, elbow], turns[:-1, elbow]) - 1) / 2
        return float(np.arccos(np.clip(cosine, -1, 1)).max())

    assert fastest(cleared) < 2 * fastest(source[1]) + 0.05


def test_a_dance_that_touches_nothing_stays_the_same(monkeypatch):
    rig = Rig.of(CHARACTERS["mixamo"]())
    asked = []
    monkeypatch.setattr(
        "footlights.retargeting.pose_transfer.clear",
        lambda *given: asked.append(given) or clear(*given),
    )
    cleared = retarget(stepping(1.0), rig)
    assert asked, "the case is one"
    monkeypatch.setattr(
        "footlights.retargeting.pose_transfer.clear", lambda source, root, turns, *rest: turns
    )
    np.testing.assert_array_equal(retarget(stepping(1.0), rig).rotations, cleared.rotations)
