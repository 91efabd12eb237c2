"""Whose joint is whose when names do not tell: by the shape of the body that stands there."""

from itertools import pairwise

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.limbs import SIDES
from ..motion.skeleton import Skeleton
from .joint_names import complete_joint_map, joint_map

_UP = np.array([0.0, 0.0, 1.0])
_NEAR_FLOOR = 0.12  # of the whole height: what is lower may be a foot's end
_SHORT = 0.04  # of the whole height: shorter bones are steps within one joint


def find_joints(skeleton: Skeleton) -> dict[str, int]:
    """SMPL joint name -> index: by names, and by the shape of the rest pose where those fail.

    Raises:
        FootlightsError: neither finds two legs and two arms; says which joints the names lack.
    """
    try:
        return _with_last_wrist_links(skeleton, joint_map(skeleton))
    except FootlightsError:
        joints = joints_by_shape(skeleton)
        if joints is None:
            raise
        return joints


def source_joints(skeleton: Skeleton) -> dict[str, int]:
    """SMPL joint name -> index, of a body that was recorded: by names, else by its rest pose.

    Raises:
        FootlightsError: see `find_joints`.
    """
    try:
        return joint_map(skeleton)
    except FootlightsError:
        joints = joints_by_shape(skeleton)
        if joints is None:
            raise
        return joints


def joints_by_shape(skeleton: Skeleton) -> dict[str, int] | None:
    """SMPL joint name -> index from a standing rest pose, z up, arms out or down.

    Two branches that end on the floor are legs; of the rest, the two that reach farthest to the
    sides are arms. Of each the two long bones in a row are thigh and shin, or upper arm and
    forearm. Toes point ahead, which tells left from right. None when it is no such body.
    """
    rest = skeleton.rest.astype(np.float64)
    height = float(np.ptp(rest[:, 2]))
    if height < 1e-6:
        return None

    pelvis, feet, legs = _find_legs(skeleton, height)
    if len(legs) != 2 or len(set(legs[0]) | set(legs[1])) != 6:
        return None
    across = _level(rest[legs[0][0]] - rest[legs[1][0]])
    chest, arms = _find_arms(skeleton, pelvis, legs, across, height)
    if not arms:
        return None

    # So far one leg and one arm were taken for the left ones; toes tell whether they are.
    toes = [_farthest(rest, foot, leg[2]) for foot, leg in zip(feet, legs, strict=True)]
    ahead = sum(_level(rest[toe] - rest[leg[2]]) for toe, leg in zip(toes, legs, strict=True))
    if float(np.cross(_UP, ahead) @ across) < 0:
        legs, arms, toes = legs[::-1], arms[::-1], toes[::-1]

    joints = _limb_joints(skeleton, legs, arms, chest) | _head_joints(skeleton, arms, chest)
    for side, leg, toe in zip(SIDES, legs, toes, strict=True):
        joints |= {f"{side}_foot": j for j in skeleton.chain(leg[2], toe)[1:2]}
    return complete_joint_map(skeleton, joints)


def _find_legs(skeleton: Skeleton, height: float) -> tuple[int, list[list[int]], list[list[int]]]:
    """The joint that carries what ends on the floor, the ends of each foot, each leg's joints."""
    rest = skeleton.rest.astype(np.float64)
    low = rest[:, 2] < rest[:, 2].min() + _NEAR_FLOOR * height
    pelvis, feet = _branches(skeleton, [j for j in _leaves(skeleton) if low[j]])

    soles = [min(foot, key=lambda j: float(rest[j, 2])) for foot in feet]
    return pelvis, feet, [_long_bones(skeleton, pelvis, sole, height) for sole in soles]


def _find_arms(
    skeleton: Skeleton, pelvis: int, legs: list[list[int]], across: np.ndarray, height: float
) -> tuple[int, list[list[int]]]:
    """The joint that carries both arms, and their joints; no arms where none reach out.

    ``across``: (3,) from the second leg to the first, which says whose side is whose.
    """
    rest = skeleton.rest.astype(np.float64)
    thighs = {leg[0] for leg in legs}
    others = [j for j in _leaves(skeleton) if not thighs & set(skeleton.chain(0, j))]
    if not others:
        return pelvis, []

    aside = {j: float((rest[j] - rest[pelvis]) @ across) for j in others}
    tips = [max(others, key=aside.__getitem__), min(others, key=aside.__getitem__)]
    chest, hands = _branches(skeleton, tips)
    reach_out = aside[tips[0]] >= _SHORT * height and aside[tips[1]] <= -_SHORT * height
    if len(hands) != 2 or not reach_out:
        return chest, []
    return chest, [_long_bones(skeleton, chest, tip, height) for tip in tips]


def _leaves(skeleton: Skeleton) -> list[int]:
    return [j for j in range(len(skeleton)) if j not in skeleton.parents]


def _with_last_wrist_links(skeleton: Skeleton, joints: dict[str, int]) -> dict[str, int]:
    """A map with the last link of a wrist that is several joints in a row, as robots' are.

    There the hand begins.
    """
    joints = dict(joints)
    for side in SIDES:
        first = wrist = joints[f"{side}_wrist"]
        while len(below := [j for j, p in enumerate(skeleton.parents) if p == wrist]) == 1:
            if "wrist" not in skeleton.names[below[0]].lower().removesuffix("_end"):
                break
            wrist = below[0]
        if wrist != first and not skeleton.names[wrist].lower().endswith("_end"):
            joints[f"{side}_wrist"] = wrist
            joints.pop(f"{side}_hand", None)
    return complete_joint_map(skeleton, joints)


def _limb_joints(
    skeleton: Skeleton, legs: list[list[int]], arms: list[list[int]], chest: int
) -> dict[str, int]:
    """The map of both legs, arms and collars, left first."""
    joints: dict[str, int] = {}
    for side, leg, arm in zip(SIDES, legs, arms, strict=True):
        names = (f"{side}_{part}" for part in ("hip", "knee", "ankle"))
        joints |= dict(zip(names, leg, strict=True))
        names = (f"{side}_{part}" for part in ("shoulder", "elbow", "wrist"))
        joints |= dict(zip(names, arm, strict=True))
        between = skeleton.chain(chest, arm[0])[1:-1]
        if between:
            joints[f"{side}_collar"] = between[0]
    return joints


def _head_joints(skeleton: Skeleton, arms: list[list[int]], chest: int) -> dict[str, int]:
    """Neck and head, or a head alone: the highest branch of the chest that is no arm."""
    arm_branches = {skeleton.chain(chest, arm[0])[1] for arm in arms}
    chains = [skeleton.chain(chest, joint) for joint in range(len(skeleton))]
    above = [
        chain[-1]
        for chain in chains
        if chain[0] == chest and len(chain) > 1 and chain[1] not in arm_branches
    ]
    if not above:
        return {}
    top = max(above, key=lambda j: float(skeleton.rest[j, 2]))
    line = skeleton.chain(chest, top)[1:]
    if len(line) == 1:
        return {"head": line[0]}
    return dict(zip(("neck", "head"), line, strict=False))


def _branches(skeleton: Skeleton, ends: list[int]) -> tuple[int, list[list[int]]]:
    """The deepest joint above all ``ends``, and the ends by its child that leads to them."""
    chains = [skeleton.chain(0, joint) for joint in ends]
    shared = [step[0] for step in zip(*chains, strict=False) if len(set(step)) == 1]
    by_child: dict[int, list[int]] = {}
    for chain in chains:
        if len(chain) > len(shared):
            by_child.setdefault(chain[len(shared)], []).append(chain[-1])
    return shared[-1] if shared else 0, list(by_child.values())


def _long_bones(skeleton: Skeleton, start: int, end: int, height: float) -> list[int]:
    """The three joints between ``start`` and ``end`` whose two bones in a row are the longest.

    Of two the shorter one counts.
    """
    rest = skeleton.rest.astype(np.float64)
    line = skeleton.chain(start, end)[1:]
    kept = line[:1] + [
        joint
        for above, joint in pairwise(line)
        if np.linalg.norm(rest[joint] - rest[above]) > _SHORT * height
    ]
    lengths = [float(np.linalg.norm(rest[b] - rest[a])) for a, b in pairwise(kept)]
    if len(lengths) < 2:
        return line[:1] * 3
    best = max(range(len(lengths) - 1), key=lambda k: min(lengths[k], lengths[k + 1]))
    return kept[best : best + 3]


def _level(vector: np.ndarray) -> np.ndarray:
    return vector * np.array([1.0, 1.0, 0.0])


def _farthest(rest: np.ndarray, ends: list[int], ankle: int) -> int:
    """The end that is farthest from the ankle on the level: a toe, not a heel."""
    return max(ends, key=lambda j: float(np.linalg.norm(_level(rest[j] - rest[ankle]))))
