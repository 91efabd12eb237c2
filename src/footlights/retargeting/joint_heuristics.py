"""Whose joint is whose when names do not tell: legs reach the floor, arms reach out, the head is
on top.
"""

from itertools import pairwise

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.skeleton import Skeleton
from .joint_names import complete, joint_map, path

_UP = np.array([0.0, 0.0, 1.0])
_NEAR_FLOOR = 0.12  # of the whole height: what is lower may be a foot's end
_TRIFLE = 0.04  # of the whole height: shorter bones are steps within one joint


def find_joints(skeleton: Skeleton) -> dict[str, int]:
    """SMPL joint name -> index: by names, and by the shape of the rest pose where names are not
    understood.

    Raises:
        FootlightsError: neither finds two legs and two arms; says which joints the names lack.
    """
    try:
        return _whole_wrists(skeleton, joint_map(skeleton))
    except FootlightsError:
        found = by_shape(skeleton)
        if found is None:
            raise
        return found


def _whole_wrists(skeleton: Skeleton, found: dict[str, int]) -> dict[str, int]:
    """``found`` with the last link of a wrist that is several joints in a row, as robots' are:
    there the hand begins.
    """
    for side in ("left", "right"):
        first = wrist = found[f"{side}_wrist"]
        while len(next_ones := [j for j, p in enumerate(skeleton.parents) if p == wrist]) == 1:
            if "wrist" not in skeleton.names[next_ones[0]].lower().removesuffix("_end"):
                break
            wrist = next_ones[0]
        if wrist != first and not skeleton.names[wrist].lower().endswith("_end"):
            found[f"{side}_wrist"] = wrist
            found.pop(f"{side}_hand", None)
    return complete(skeleton, found)


def by_shape(skeleton: Skeleton) -> dict[str, int] | None:
    """SMPL joint name -> index from a standing rest pose, z up, arms out or down; None when it is
    no such body.

    Two branches that end on the floor are legs; of the rest, the two that reach farthest to the
    sides are arms. Of each the two long bones in a row are thigh and shin, or upper arm and
    forearm. Toes point ahead, which tells left from right.
    """
    rest = skeleton.rest.astype(np.float64)
    height = float(np.ptp(rest[:, 2]))
    leaves = [j for j in range(len(skeleton)) if j not in skeleton.parents]
    soles = [j for j in leaves if rest[j, 2] < rest[:, 2].min() + _NEAR_FLOOR * height]
    pelvis, feet = _branches(skeleton, soles)
    if height < 1e-6 or len(feet) != 2:
        return None
    legs = [
        _long_pair(skeleton, pelvis, min(foot, key=lambda j: float(rest[j, 2])), height)
        for foot in feet
    ]
    across = _level(rest[legs[0][0]] - rest[legs[1][0]])
    others = [j for j in leaves if not set(path(skeleton, 0, j)) & {leg[0] for leg in legs}]
    if not others or len(set(legs[0]) | set(legs[1])) != 6:
        return None
    aside = {j: float((rest[j] - rest[pelvis]) @ across) for j in others}
    tips = max(others, key=aside.__getitem__), min(others, key=aside.__getitem__)
    chest, hands = _branches(skeleton, list(tips))
    if len(hands) != 2 or aside[tips[0]] < _TRIFLE * height or aside[tips[1]] > -_TRIFLE * height:
        return None
    arms = [_long_pair(skeleton, chest, tip, height) for tip in tips]
    toes = [_farthest(rest, foot, leg[2]) for foot, leg in zip(feet, legs, strict=True)]
    ahead = sum(_level(rest[toe] - rest[leg[2]]) for toe, leg in zip(toes, legs, strict=True))
    if float(np.cross(_UP, ahead) @ across) < 0:
        legs, arms, toes = legs[::-1], arms[::-1], toes[::-1]
    found = _named(skeleton, legs, arms, chest)
    for side, leg, toe in zip(("left", "right"), legs, toes, strict=True):
        found |= {f"{side}_foot": j for j in path(skeleton, leg[2], toe)[1:2]}
    return complete(skeleton, found)


def _named(
    skeleton: Skeleton, legs: list[list[int]], arms: list[list[int]], chest: int
) -> dict[str, int]:
    """The map from both legs and arms, left first; collars, trunk, neck, head, toes and hands
    follow from the tree.
    """
    found: dict[str, int] = {}
    for side, leg, arm in zip(("left", "right"), legs, arms, strict=True):
        found |= {f"{side}_{n}": j for n, j in zip(("hip", "knee", "ankle"), leg, strict=True)}
        found |= {
            f"{side}_{n}": j for n, j in zip(("shoulder", "elbow", "wrist"), arm, strict=True)
        }
        above = path(skeleton, chest, arm[0])[1:-1]
        if above:
            found[f"{side}_collar"] = above[0]
    taken = {path(skeleton, chest, arm[0])[1] for arm in arms}
    rest = skeleton.rest
    lines = [path(skeleton, chest, j) for j in range(len(skeleton))]
    crown = [
        line[-1] for line in lines if line[0] == chest and len(line) > 1 and line[1] not in taken
    ]
    if crown:
        line = path(skeleton, chest, max(crown, key=lambda j: float(rest[j, 2])))[1:]
        found |= (
            dict(zip(("neck", "head"), line, strict=False)) if len(line) > 1 else {"head": line[0]}
        )
    return found


def _branches(skeleton: Skeleton, ends: list[int]) -> tuple[int, list[list[int]]]:
    """The deepest joint above all of ``ends``, and the ends by the child of that joint that leads
    to them.
    """
    lines = [path(skeleton, 0, j) for j in ends]
    shared = [step[0] for step in zip(*lines, strict=False) if len(set(step)) == 1]
    by_child: dict[int, list[int]] = {}
    for line in lines:
        if len(line) > len(shared):
            by_child.setdefault(line[len(shared)], []).append(line[-1])
    return shared[-1] if shared else 0, list(by_child.values())


def _long_pair(skeleton: Skeleton, start: int, end: int, height: float) -> list[int]:
    """The three joints between ``start`` and ``end`` whose two bones in a row are the longest: the
    shorter of them counts.
    """
    rest = skeleton.rest.astype(np.float64)
    line = path(skeleton, start, end)[1:]
    kept = [
        j
        for k, j in enumerate(line)
        if not k or np.linalg.norm(rest[j] - rest[line[k - 1]]) > _TRIFLE * height
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
