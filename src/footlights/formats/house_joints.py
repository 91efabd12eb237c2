"""SMPL's joints in files that keep them in another order, with End Sites that only they need."""

import numpy as np

from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, SMPL_NAMES, SMPL_PARENTS, Skeleton

_SAME_BONE = 1e-5  # metres: what numbers of six places in centimetres lose is less


def with_house_joints(motion: Motion) -> Motion:
    """The clip in SMPL's order and without End Sites, if it has SMPL's 24 joints and no others.

    Bones as long as the house body's are the house body's. Any other clip stays as it is.
    """
    names, parents = motion.skeleton.names, motion.skeleton.parents
    ends = {joint for joint, parent in enumerate(parents) if _is_end(names, joint, parent)}
    if {name for joint, name in enumerate(names) if joint not in ends} != set(SMPL_NAMES):
        return motion

    kept = [names.index(name) for name in SMPL_NAMES]
    above = [parents[joint] for joint in kept]
    if tuple(kept.index(joint) if joint in kept else -1 for joint in above) != SMPL_PARENTS:
        return motion

    skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, motion.skeleton.offsets[kept])
    # The root's own offset is no bone, and files put it at zero.
    if np.abs(skeleton.offsets[1:] - SMPL24.offsets[1:]).max() < _SAME_BONE:
        skeleton = SMPL24
    return motion.replace(rotations=motion.rotations[:, kept], skeleton=skeleton)


def _is_end(names: tuple[str, ...], joint: int, parent: int) -> bool:
    return parent >= 0 and names[joint] == f"{names[parent]}_end"
