"""A proxy's pose on all joints of its character: extra spine bones and twist bones included."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..geometry.rotations import (
    cross,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_from_matrix,
    slerp,
    transpose,
)
from ..motion.limbs import SIDES
from ..motion.skeleton import SMPL_NAMES, Skeleton
from .twist import rotation_about, swing_and_twist

Rotations = dict[int, np.ndarray]  # joint of the character -> (T, 3, 3) world rotations

_TRUNK = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
# On these hangs nothing of ours but what comes next: they may be swung.
_SLENDER = ("spine1", "spine2", "neck")

_TWIST_NAME = re.compile(r"twist|roll", re.IGNORECASE)
_BESIDE = 0.05  # of a bone's length: a joint that lies farther from it is no twist bone of it


class _TwistedBone(NamedTuple):
    """A bone along which twist joints may lie: its start, its end, and whose twist they share.

    ``of_start``: the start's own (an upper arm's), else the end's (a forearm's).
    """

    start: str
    end: str
    of_start: bool


_TWISTED_BONES = tuple(
    _TwistedBone(f"{side}_{start}", f"{side}_{end}", of_start)
    for side in SIDES
    for start, end, of_start in (
        ("shoulder", "elbow", True),
        ("elbow", "wrist", False),
        ("hip", "knee", True),
        ("knee", "ankle", False),
    )
)


def character_rotations(
    skeleton: Skeleton,
    joints: Mapping[str, int],
    alignment: Mapping[str, np.ndarray],
    proxy_rotations: np.ndarray,
) -> np.ndarray:
    """World rotations (T, J, 3, 3) of every joint of a character, against its rest pose.

    Args:
        skeleton: the character's J joints.
        joints: SMPL joint name -> index of its joint.
        alignment: SMPL joint name -> (3, 3) rotation of the proxy's joint at rest.
        proxy_rotations: (T, 24, 3, 3) world rotations of the proxy.
    """
    rotations = {
        joint: proxy_rotations[:, SMPL_NAMES.index(name)] @ alignment[name].T
        for name, joint in joints.items()
        if name in alignment
    }
    above_pelvis = skeleton.chain(0, joints["pelvis"])[:-1]
    rotations |= dict.fromkeys(above_pelvis, np.eye(3))
    rotations |= _extra_trunk_bones(skeleton, joints, rotations)

    frames = len(proxy_rotations)
    twists = _twist_bones(skeleton, joints, _carried(skeleton, rotations, frames))
    return _carried(skeleton, rotations | twists, frames)


def _carried(skeleton: Skeleton, rotations: Rotations, frames: int) -> np.ndarray:
    """(T, J, 3, 3): joints whose rotations are not known turn with their parents."""
    world = np.empty((frames, len(skeleton), 3, 3))
    for j, parent in enumerate(skeleton.parents):
        world[:, j] = rotations[j] if j in rotations else world[:, parent]
    return world


def _extra_trunk_bones(
    skeleton: Skeleton, joints: Mapping[str, int], rotations: Rotations
) -> Rotations:
    """Spine and neck bones between two of ours, turned in equal steps from the one to the other."""
    bent: Rotations = {}
    trunk = [joints[name] for name in _TRUNK if name in joints]
    slender = {joints[name] for name in _SLENDER if name in joints}
    for low, high in pairwise(trunk):
        line = skeleton.chain(low, high)
        if line[0] == low and len(line) > 2 and not _forks(skeleton, joints, line):
            bent |= _bent_evenly(skeleton, line, rotations, low in slender)
    return bent


def _forks(skeleton: Skeleton, joints: Mapping[str, int], line: list[int]) -> bool:
    """Whether other joints of ours hang on the inner bones of a line.

    They must then stay where the solver had them.
    """
    inner, end = set(line[1:-1]), line[-1]
    others = (skeleton.chain(0, joint) for joint in joints.values() if joint not in line)
    return any(inner & set(chain) and end not in chain for chain in others)


def _bent_evenly(
    skeleton: Skeleton, line: list[int], rotations: Rotations, keep_end: bool
) -> Rotations:
    """Rotations of the bones of a line, bent evenly from those of its first joint to its last's.

    ``keep_end``: the whole line is swung so that its end stays where the first joint alone would
    carry it.
    """
    first, last = rotations[line[0]], rotations[line[-1]]
    ends, bones = (quat_from_matrix(first), quat_from_matrix(last)), len(line) - 1
    shares = [np.full(len(first), step / bones) for step in range(bones)]
    bent = [matrix_from_quat(slerp(*ends, share)) for share in shares]
    if not keep_end:
        return dict(zip(line[1:-1], bent[1:], strict=True))

    rest = skeleton.rest.astype(np.float64)
    straight = first @ (rest[line[-1]] - rest[line[0]])
    reached = sum(
        rotation @ (rest[b] - rest[a])
        for rotation, (a, b) in zip(bent, pairwise(line), strict=True)
    )
    swing = matrix_from_quat(quat_between(reached, straight))
    return dict(zip(line[:-1], [swing @ rotation for rotation in bent], strict=True))


def _twist_bones(
    skeleton: Skeleton, joints: Mapping[str, int], world_rotations: np.ndarray
) -> Rotations:
    """Twist bones along limb bones, turned by the part of the twist that belongs where they lie."""
    rest = skeleton.rest.astype(np.float64)
    twists: Rotations = {}
    for start, end, of_start in _TWISTED_BONES:
        first, last = joints[start], joints[end]
        bone = rest[last] - rest[first]
        along = [
            joint
            for joint in _hanging(skeleton, joints, first, last)
            if _lies_along(skeleton, joint, first, bone)
        ]
        if not along:
            continue

        # A forearm's twist is that of the wrist against it; an upper arm's is its own, so that its
        # twist bones must turn back.
        axis = normalize(bone)
        carrier, twisted = (skeleton.parents[first], first) if of_start else (first, last)
        relative = transpose(world_rotations[:, carrier]) @ world_rotations[:, twisted]
        _, twist = swing_and_twist(relative, axis)
        for joint in along:
            place = float(np.clip((rest[joint] - rest[first]) @ bone / (bone @ bone), 0, 1))
            share = place - of_start
            twists[joint] = world_rotations[:, first] @ rotation_about(axis, share * twist)
    return twists


def _hanging(skeleton: Skeleton, joints: Mapping[str, int], first: int, last: int) -> list[int]:
    """Joints that stand for nothing of ours and whose nearest of ours above them is ``first``.

    The bone's end, ``last``, aside.
    """
    ours = set(joints.values())
    hanging = []
    for joint in range(first + 1, len(skeleton)):
        line = skeleton.chain(first, joint)
        if line[0] == first and joint != last and not ours & set(line[1:]):
            hanging.append(joint)
    return hanging


def _lies_along(skeleton: Skeleton, joint: int, first: int, bone: np.ndarray) -> bool:
    """Whether a joint is called a twist bone and lies on the bone.

    Robots have links of such names beside it.
    """
    offset = skeleton.rest[joint] - skeleton.rest[first]
    beside = np.linalg.norm(cross(offset, normalize(bone)))
    called = bool(_TWIST_NAME.search(skeleton.names[joint]))
    return called and bool(beside < _BESIDE * np.linalg.norm(bone))
