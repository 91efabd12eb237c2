"""Any humanoid skeleton's motion onto the house body: their limb directions, our bone lengths, feet that stay put."""

from collections.abc import Mapping

import numpy as np

from .calibration import HINGES, LIMBS, Seen, calibrate, observe, rest_pose
from .errors import FootlightsError
from .motion import Motion
from .naming import joint_map
from .planting import lift_toes, plant
from .rotations import (
    cross,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_conj,
    quat_from_matrix,
    quat_from_rotvec,
    quat_mul,
    slerp,
    transpose,
)  # fmt: skip
from .skeleton import SMPL24, SMPL_NAMES, Skeleton, forward_kinematics, local_from_world

__all__ = ["joint_map", "retarget"]

_TWIST_LIMIT = np.radians(150)  # between upper arm and hand: no arm turns further


def retarget(
    motion: Motion,
    skeleton: Skeleton = SMPL24,
    *,
    fit: Mapping[str, np.ndarray] | None = None,
    scale: float | None = None,
) -> Motion:
    """``motion`` moved onto ``skeleton``, at the same rate and with the same meta.

    Their rotations carry over with one constant turn per joint, then the limb bones are pointed exactly along theirs, the
    wrist's twist is shared with the forearm, knees and elbows are kept from bending backwards, and root and legs are solved so
    that feet rest where theirs rest. Contacts are dropped.

    Args:
        motion: a clip on any skeleton whose joints can be named; z up, metres.
        skeleton: 24 joints named as SMPL's, T-pose facing -y.
        fit: constant turns from ``calibration.calibrate`` over several clips of the same rig; from this clip alone if None.
        scale: our size over theirs; from the legs if None.

    Raises:
        FootlightsError: joints are missing, or legs have no length.
    """
    if motion.skeleton == skeleton:
        return motion.replace(contacts=None)
    names = joint_map(motion.skeleton)
    seen = observe(motion, names, skeleton, scale)
    if not np.isfinite(seen.scale) or not 1e-4 < seen.scale < 1e4:
        raise FootlightsError("the legs of this skeleton have no length", "skeleton", "check the joint offsets")
    turns = pose(seen, calibrate([seen], skeleton, rest_pose(motion.skeleton, names)) if fit is None else fit, skeleton)
    turns = _aim_trunk(turns, seen, skeleton)
    root, turns = plant(seen, lift_toes(turns, seen, skeleton), skeleton)
    turns = _share_twist(turns, skeleton)
    rotations = quat_from_matrix(local_from_world(skeleton, turns))
    return Motion(root, rotations, motion.fps, skeleton, None, motion.meta).continuous()


def pose(seen: Seen, fit: Mapping[str, np.ndarray], skeleton: Skeleton) -> np.ndarray:
    """World turns (T, 24, 3, 3) of our joints from what is seen of theirs, limb bones exactly along theirs."""
    turned = {name: seen.turns[name] @ c for name, c in fit.items()}
    pelvis, chest = (quat_from_matrix(turned[n]) for n in ("pelvis", "spine3"))
    frames = len(pelvis)
    for name, share in (("spine1", 1 / 3), ("spine2", 2 / 3)):
        turned[name] = matrix_from_quat(slerp(pelvis, chest, np.full(frames, share)))
    for name, parent in (("left_collar", "spine3"), ("right_collar", "spine3"), ("neck", "spine3"), ("head", "neck")):
        turned.setdefault(name, turned[parent])
    for side in ("left", "right"):
        turned.setdefault(f"{side}_foot", turned[f"{side}_ankle"])
        turned[f"{side}_hand"] = turned[f"{side}_wrist"]
    for upper, middle, end in LIMBS:
        _along(turned, seen, skeleton, upper, middle, end)
    return np.stack([turned[name] for name in SMPL_NAMES], 1)


def _along(turned: dict[str, np.ndarray], seen: Seen, skeleton: Skeleton, upper: str, middle: str, end: str) -> None:
    """Point a limb's two bones along theirs by the least swing; a joint bent backwards a little is straightened."""
    first, second = seen.bone(upper, middle), seen.bone(middle, end)
    hinge = turned[upper] @ np.array(HINGES[middle], np.float64)
    backwards = (cross(first, second) * hinge).sum(-1, keepdims=True) < 0
    slight = (first * second).sum(-1, keepdims=True) > 0.9
    straight = normalize(first + second)
    first, second = (np.where(backwards & slight, straight, bone) for bone in (first, second))
    for name, child, bone in ((upper, middle, first), (middle, end, second)):
        ours = turned[name] @ skeleton.offsets[skeleton.index(child)].astype(np.float64)
        turned[name] = matrix_from_quat(quat_between(ours, bone)) @ turned[name]


def _aim_trunk(turns: np.ndarray, seen: Seen, skeleton: Skeleton) -> np.ndarray:
    """Spine and collars swung so that the line from mid-hips to mid-shoulders points along theirs; arms keep their turn."""
    turns = turns.copy()
    carried = [skeleton.index(n) for n in ("spine1", "spine2", "spine3", "left_collar", "right_collar")]
    hips, shoulders = ([skeleton.index(f"{s}_{n}") for s in ("left", "right")] for n in ("hip", "shoulder"))
    for _ in range(3):
        places, _ = forward_kinematics(skeleton, np.zeros((len(turns), 3)), local_from_world(skeleton, turns))
        base, pivot = places[:, hips].mean(1), places[:, carried[0]]
        top = places[:, shoulders].mean(1)
        goal = base + normalize(seen.trunk) * np.linalg.norm(top - base, axis=-1, keepdims=True)
        swing = matrix_from_quat(quat_between(top - pivot, goal - pivot))
        turns[:, carried] = swing[:, None] @ turns[:, carried]
    return turns


def _share_twist(turns: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """The twist between upper arm and hand shared equally by elbow and wrist, at most 75 degrees each.

    Rigs put a forearm's turning into the elbow, the wrist or both; in one joint alone it would wring the skin.
    """
    turns = turns.copy()
    for side in ("left", "right"):
        shoulder, elbow, wrist, hand = (skeleton.index(f"{side}_{n}") for n in ("shoulder", "elbow", "wrist", "hand"))
        axis = normalize(skeleton.offsets[wrist].astype(np.float64))
        bend, twist = _swing_and_twist(transpose(turns[:, shoulder]) @ turns[:, elbow], axis)
        tilt, more = _swing_and_twist(transpose(turns[:, elbow]) @ turns[:, wrist], axis)
        half = _folded(twist + more) / 2

        def about(angle: np.ndarray, axis: np.ndarray = axis) -> np.ndarray:
            return matrix_from_quat(quat_from_rotvec(angle[:, None] * axis))

        turns[:, elbow] = turns[:, shoulder] @ bend @ about(half)
        # The hand's tilt was measured before the forearm's new twist: it is turned back by the difference.
        turns[:, wrist] = turns[:, shoulder] @ bend @ about(twist) @ tilt @ about(2 * half - twist)
        turns[:, hand] = turns[:, wrist]
    return turns


def _swing_and_twist(local: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3, 3) and (T,) radians with ``local`` (T, 3, 3) = swing @ turn about ``axis`` (3,) by the angle."""
    q = quat_from_matrix(local)
    angle = 2 * np.arctan2(q[:, 1:] @ axis, q[:, 0])
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    return matrix_from_quat(quat_mul(q, quat_conj(quat_from_rotvec(angle[:, None] * axis)))), angle


def _folded(angle: np.ndarray) -> np.ndarray:
    """``angle`` (T,) as it is within the limit, then falling back to 0 at half a turn, so that it never jumps."""
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    return np.sign(angle) * np.minimum(np.abs(angle), (np.pi - np.abs(angle)) * _TWIST_LIMIT / (np.pi - _TWIST_LIMIT))
