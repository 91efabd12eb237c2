"""Any humanoid motion onto any humanoid rig: their limb directions, our bone lengths, feet that
stay put.
"""

from collections.abc import Mapping

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    cross,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_from_matrix,
    slerp,
)
from ..motion.body import soles
from ..motion.motion import Motion
from ..motion.skeleton import (
    SMPL24,
    SMPL_NAMES,
    SMPL_PARENTS,
    Skeleton,
    forward_kinematics,
    local_from_world,
)
from .arm_collision import clear
from .bone_calibration import HINGES, LIMBS, Seen, calibrate, observe, rest_pose
from .foot_placement import Touch, lift_toes, plant
from .hand_support import lean
from .joint_names import joint_map
from .rig import Rig, house
from .twist import share_twist

__all__ = ["joint_map", "on_house_skeleton", "retarget"]

_BEND = {"spine1": 1 / 3, "spine2": 2 / 3}  # of the chest's turn against the pelvis
# of the head's turn against the chest: the share with which recorded necks are met best is 0.6 to
# 0.7
_NECK = 0.6
_TRUNK = ("spine1", "spine2", "spine3", "left_collar", "right_collar")


def retarget(
    motion: Motion,
    onto: Skeleton | Rig = SMPL24,
    *,
    fit: Mapping[str, np.ndarray] | None = None,
    scale: float | None = None,
) -> Motion:
    """``motion`` moved onto another skeleton, at the same rate and with the same meta.

    Their rotations carry over with one constant turn per joint, then the limb bones are pointed
    exactly along theirs, the wrist's twist is shared with the forearm, knees and elbows are kept
    from bending backwards, and root and legs are solved so that feet rest where theirs rest. On the
    house skeleton contacts are dropped and the height stays theirs; a rig keeps the contacts and
    its soles rest on z = 0.

    Args:
        motion: a clip on any skeleton whose joints can be named; z up, metres.
        onto: the house skeleton, a rig, or the skeleton of one whose joints can be named and whose
            rest pose stands.
        fit: constant turns from ``calibration.calibrate`` over several clips of the same source;
            from this clip alone if None.
        scale: our size over theirs; from the legs if None.

    Raises:
        FootlightsError: joints are missing, legs have no length, or the rig's rest pose does not
            stand.
    """
    rig = onto if isinstance(onto, Rig) else Rig.of(onto)
    alone = bare(motion)
    if alone is not None and np.allclose(alone.skeleton.offsets[1:], SMPL24.offsets[1:], atol=1e-5):
        motion = alone.replace(skeleton=SMPL24)
    if motion.skeleton == rig.skeleton:
        return motion.replace(contacts=None) if rig is house() else motion
    source = house().joints if motion.skeleton == SMPL24 else joint_map(motion.skeleton)
    seen = observe(motion, source, rig.twin, scale)
    if not np.isfinite(seen.scale) or not 1e-4 < seen.scale < 1e4:
        raise FootlightsError(
            "the legs of this skeleton have no length", "skeleton", "check the joint offsets"
        )
    if fit is None:
        fit = (
            house().fit
            if motion.skeleton == SMPL24
            else calibrate([seen], SMPL24, rest_pose(motion.skeleton, source))
        )
    touch = _touch(motion, seen.scale * rig.size) if rig is not house() else None
    root, turns, floor = _solved(
        seen, fit, rig, touch, motion if motion.skeleton == SMPL24 else None
    )
    if rig is house():
        rotations = quat_from_matrix(local_from_world(SMPL24, turns))
        return Motion(root, rotations, motion.fps, SMPL24, None, motion.meta).continuous()
    return rig.motion(root - [0, 0, floor], turns, motion)


def on_house_skeleton(motion: Motion) -> Motion:
    """The clip on the house skeleton: untouched where it is on it already, else retargeted.

    Raises:
        FootlightsError: see `retarget`.
    """
    # `retarget` drops contacts even of a clip that need not move; here they stay.
    return motion if motion.skeleton == SMPL24 else retarget(motion)


def bare(motion: Motion) -> Motion | None:
    """The clip on SMPL's 24 joints alone, where it has them by name among others such as End Sites;
    else None.

    What bones above the pelvis do is done by the pelvis.
    """
    names, parents = motion.skeleton.names, motion.skeleton.parents
    if not set(SMPL_NAMES) <= set(names):
        return None
    kept = [names.index(name) for name in SMPL_NAMES]
    if [kept.index(parents[j]) if parents[j] in kept else -1 for j in kept] != list(SMPL_PARENTS):
        return None
    skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, motion.skeleton.offsets[kept])
    if kept[0] == 0:
        return motion.replace(rotations=motion.rotations[:, kept], skeleton=skeleton)
    places, turns = motion.kinematics()
    rotations = motion.rotations[:, kept].copy()
    rotations[:, 0] = quat_from_matrix(turns[:, kept[0]].astype(np.float64))
    return motion.replace(
        root=places[:, kept[0]], rotations=rotations, skeleton=skeleton
    ).continuous()


def _touch(motion: Motion, size: float) -> Touch | None:
    """Where the soles of a clip on the house skeleton touch, when it says so; feet larger than
    ours slip no farther.
    """
    if motion.contacts is None or motion.skeleton != SMPL24:
        return None
    return Touch(motion.contacts, soles(motion), min(1.0, 1 / size))


def _solved(
    seen: Seen, fit: Mapping[str, np.ndarray], rig: Rig, touch: Touch | None, dancer: Motion | None
) -> tuple[np.ndarray, np.ndarray, float]:
    """The twin's root (T, 3) and world turns (T, 24, 3, 3), and the height of the floor it stands
    on.

    ``dancer``: the motion itself where it is on the house body: its floor is z = 0, and what of it
    touches what is known.
    """
    turns = pose(seen, fit, rig.twin, rig.absent)
    turns = lift_toes(_aim_trunk(turns, seen, rig), seen, rig.twin)
    turns = _carried(turns, rig.absent)
    root, turns, floor = plant(seen, turns, rig.twin, rig.soles, touch)
    if dancer is not None:
        turns = clear(dancer.kinematics(), root, turns, rig.twin, dancer.fps)
        turns = lean(seen, root, turns, rig.twin, floor)
    return root, share_twist(turns, rig.twin), floor


def _carried(turns: np.ndarray, absent: frozenset[str]) -> np.ndarray:
    """Joints that a rig does not have, turned with what carries them."""
    for j, name in enumerate(SMPL_NAMES):
        if name in absent:
            turns[:, j] = turns[:, SMPL_PARENTS[j]]
    return turns


def pose(
    seen: Seen,
    fit: Mapping[str, np.ndarray],
    skeleton: Skeleton,
    absent: frozenset[str] = frozenset(),
) -> np.ndarray:
    """World turns (T, 24, 3, 3) of our joints from what is seen of theirs, limb bones exactly
    along theirs.
    """
    turned = {name: seen.turns[name] @ c for name, c in fit.items() if name in seen.turns}
    pelvis, chest = (quat_from_matrix(turned[n]) for n in ("pelvis", "spine3"))
    frames = len(pelvis)
    for name, share in _BEND.items():
        if name not in turned:
            turned[name] = matrix_from_quat(slerp(pelvis, chest, np.full(frames, share)))
    if "neck" not in turned and "head" in turned:
        turned["neck"] = matrix_from_quat(
            slerp(chest, quat_from_matrix(turned["head"]), np.full(frames, _NECK))
        )
    for name, parent in (
        ("left_collar", "spine3"),
        ("right_collar", "spine3"),
        ("neck", "spine3"),
        ("head", "neck"),
    ):
        turned.setdefault(name, turned[parent])
    for side in ("left", "right"):
        turned.setdefault(f"{side}_foot", turned[f"{side}_ankle"])
        turned[f"{side}_hand"] = turned[f"{side}_wrist"]
    for upper, middle, end in LIMBS:
        _along(turned, seen, skeleton, upper, middle, end)
    return _carried(np.stack([turned[name] for name in SMPL_NAMES], 1), absent)


def _along(
    turned: dict[str, np.ndarray], seen: Seen, skeleton: Skeleton, upper: str, middle: str, end: str
) -> None:
    """Point a limb's two bones along theirs by the least swing; a joint bent backwards a little is
    straightened.
    """
    first, second = seen.bone(upper, middle), seen.bone(middle, end)
    hinge = turned[upper] @ np.array(HINGES[middle], np.float64)
    backwards = (cross(first, second) * hinge).sum(-1, keepdims=True) < 0
    slight = (first * second).sum(-1, keepdims=True) > 0.9
    straight = normalize(first + second)
    first, second = (np.where(backwards & slight, straight, bone) for bone in (first, second))
    for name, child, bone in ((upper, middle, first), (middle, end, second)):
        ours = turned[name] @ skeleton.offsets[skeleton.index(child)].astype(np.float64)
        turned[name] = matrix_from_quat(quat_between(ours, bone)) @ turned[name]


def _aim_trunk(turns: np.ndarray, seen: Seen, rig: Rig) -> np.ndarray:
    """Spine and collars swung so that the line from mid-hips to mid-shoulders points along theirs;
    arms keep their turn.

    A source with a single spine bone says nothing of how a spine bends: ours then bends evenly.
    """
    turns, skeleton = turns.copy(), rig.twin
    evenly = not {"spine1", "spine2"} & seen.turns.keys()
    first = next((i for i, name in enumerate(_TRUNK[:3]) if name in rig.joints), None)
    if first is None:
        return turns
    carried = [skeleton.index(n) for n in _TRUNK[first:]]
    hips, shoulders = (
        [skeleton.index(f"{s}_{n}") for s in ("left", "right")] for n in ("hip", "shoulder")
    )
    for _ in range(6 if evenly else 3):
        places, _ = forward_kinematics(
            skeleton, np.zeros((len(turns), 3)), local_from_world(skeleton, turns)
        )
        base, pivot = places[:, hips].mean(1), places[:, carried[0]]
        top = places[:, shoulders].mean(1)
        goal = base + normalize(seen.trunk) * np.linalg.norm(top - base, axis=-1, keepdims=True)
        swing = quat_between(top - pivot, goal - pivot)
        for name, joint in zip(_TRUNK[first:], carried, strict=True):
            share = _BEND.get(name, 1.0) if evenly else 1.0
            turns[:, joint] = matrix_from_quat(_part(swing, share)) @ turns[:, joint]
    return turns


def _part(turn: np.ndarray, share: float) -> np.ndarray:
    return (
        turn
        if share == 1
        else slerp(np.broadcast_to([1.0, 0, 0, 0], turn.shape), turn, np.full(len(turn), share))
    )
