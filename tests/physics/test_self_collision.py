"""Self-penetration: none at rest, as deep as a hand goes into the trunk, of pairs that matter."""

import numpy as np
import pytest

from footlights.geometry.rotations import quat_about
from footlights.motion.skeleton import SMPL24
from footlights.physics import Humanoid
from footlights.physics.kinematics import world_pose
from footlights.physics.self_collision import TOUCHING, judged_pairs, self_penetration
from moving import standing

BODY = Humanoid.of()


def depth_and_pair(motion) -> tuple[float, str]:
    depth, pair = self_penetration(BODY, *world_pose(BODY, motion.root, motion.rotations))
    a, b = judged_pairs(BODY)[pair[0]]
    return float(depth[0]), f"{SMPL24.names[b]} in {SMPL24.names[a]}"


def test_a_standing_body_is_not_in_itself():
    assert depth_and_pair(standing(1))[0] == 0


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_an_arm_through_the_chest_is_deep_and_named(side, sign):
    rotations = standing(1).rotations.copy()
    across = quat_about("z", np.radians([-sign * 170.0]))
    rotations[:, SMPL24.index(f"{side}_shoulder")] = across
    depth, pair = depth_and_pair(standing(1).replace(rotations=rotations))
    assert 0.03 < depth < 0.2 and side in pair


def test_neighbours_and_what_always_touches_are_not_judged():
    names = [{SMPL24.names[a], SMPL24.names[b]} for a, b in judged_pairs(BODY)]
    assert {"left_hand", "spine3"} in names and {"left_foot", "right_foot"} in names
    assert {"left_hip", "left_knee"} not in names and {"left_hip", "left_ankle"} not in names
    assert not any(set(pair) in names for pair in TOUCHING)
