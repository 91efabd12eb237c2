"""The upper body of one clip over the legs and the way of another."""

import numpy as np

from ..geometry.rotations import quat_about, quat_conj, quat_mul, slerp
from ..motion.heading import heading_of
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24

# How much of what the upper body's own lean lacks each joint of the spine adds: a third each.
_SPINE = {"spine1": 1 / 3, "spine2": 1 / 2, "spine3": 1.0}


def layered(upper: Motion, lower: Motion) -> Motion:
    """The upper body of one clip over the other's legs and root, as long as the shorter one.

    Both on the house skeleton and of one rate. The chest leans and turns against the dancer's
    heading as it did in ``upper``; the spine shares what that asks for.
    """
    count = min(len(upper), len(lower))
    above, below = upper[:count], lower[:count]
    source, rotations = above.rotations.astype(np.float64), below.rotations.astype(np.float64)
    legs = set(_below("left_hip")) | set(_below("right_hip")) | {0}
    arms = [joint for joint in range(len(SMPL24)) if joint not in legs]
    rotations[:, arms] = source[:, arms]

    # World rotations of the spine in the clip it comes from, turned to the heading it goes to.
    turn = quat_about("z", heading_of(below) - heading_of(above))
    wanted, parent = quat_mul(turn, source[:, 0]), rotations[:, 0]
    for name, share in _SPINE.items():
        joint = SMPL24.index(name)
        wanted = quat_mul(wanted, source[:, joint])
        world = slerp(quat_mul(parent, source[:, joint]), wanted, np.full(count, share))
        rotations[:, joint] = quat_mul(quat_conj(parent), world)
        parent = world
    return below.replace(rotations=rotations, confidence=None)


def _below(name: str) -> list[int]:
    """The joint and all that hang on it."""
    joints = [SMPL24.index(name)]
    for joint, parent in enumerate(SMPL24.parents):
        if parent in joints:
            joints.append(joint)
    return joints
