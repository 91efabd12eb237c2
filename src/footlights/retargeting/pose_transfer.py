"""Any humanoid motion onto any humanoid rig: their limb directions, our bone lengths."""

from collections.abc import Mapping
from dataclasses import replace

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
from ..motion.limbs import HINGE_AXES, LIMBS, SIDES, Limb
from ..motion.motion import Motion
from ..motion.skeleton import (
    SMPL24,
    SMPL_NAMES,
    SMPL_PARENTS,
    Skeleton,
    forward_kinematics,
    local_from_world,
)
from .arm_collision import WorldPose, resolve_arm_collisions
from .bone_calibration import calibrate
from .foot_placement import FootPlacement, SoleContacts, lift_toes, place_feet
from .hand_support import support_hands
from .joint_heuristics import source_joints
from .joint_names import joint_map
from .observed_motion import ObservedMotion, observe, observe_rest_pose
from .rig import Rig, house_rig
from .source_map import mapped_joints
from .swapped_sides import SWAPPED_NOTE, sides_are_swapped, swapped_sides
from .twist import share_twist

__all__ = ["joint_map", "retarget"]

# Shares of the chest's rotation against the pelvis, and of the head's against the chest, where a
# source has no such bone; recorded necks are met best by 0.6 to 0.7.
_SPINE_SHARES = {"spine1": 1 / 3, "spine2": 2 / 3}
_NECK_SHARE = 0.6
_TRUNK = ("spine1", "spine2", "spine3", "left_collar", "right_collar")
_SLIGHT = 0.9  # cosine between two limb bones above which a backward bend is but a tremble


def retarget(
    motion: Motion,
    onto: Skeleton | Rig = SMPL24,
    *,
    alignment: Mapping[str, np.ndarray] | None = None,
    scale: float | None = None,
) -> Motion:
    """``motion`` moved onto another skeleton, at the same rate and with the same meta.

    Their rotations carry over with one constant rotation per joint, then the limb bones are pointed
    exactly along theirs, the wrist's twist is shared with the forearm, knees and elbows are kept
    from bending backwards, and root and legs are solved so that feet rest where theirs rest. On the
    house skeleton contacts are dropped and the height stays theirs; a rig keeps the contacts and
    its soles rest on z = 0.

    Args:
        motion: a clip on any skeleton whose joints can be named, or that was given a bone map by
            `source_map.with_bone_map`; z up, metres.
        onto: the house skeleton, a rig, or the skeleton of one whose joints can be named and whose
            rest pose stands.
        alignment: SMPL joint name -> constant rotation (3, 3) from `bone_calibration.calibrate`
            over several clips of the same source; from this clip alone if None.
        scale: our size over theirs; from the legs if None.

    Raises:
        FootlightsError: joints are missing, legs have no length, or the rig's rest pose does not
            stand.
    """
    rig = onto if isinstance(onto, Rig) else Rig.of(onto)
    bone_map = mapped_joints(motion)
    on_smpl = smpl_joints_only(motion) if bone_map is None else None
    if on_smpl is not None and _has_house_proportions(on_smpl.skeleton):
        motion = on_smpl.replace(skeleton=SMPL24)
    if motion.skeleton == rig.skeleton:
        return motion.replace(contacts=None) if rig is house_rig() else motion

    from_house = motion.skeleton == SMPL24
    joints = house_rig().joints if from_house else bone_map or source_joints(motion.skeleton)
    observed = observe(motion, joints, rig.proxy_skeleton, scale)
    if alignment is None and bone_map is None and sides_are_swapped(observed):
        joints = swapped_sides(joints)
        observed = observe(motion, joints, rig.proxy_skeleton, scale)
        notes = [*motion.notes, SWAPPED_NOTE]
        motion = motion.replace(meta={**motion.meta, "notes": notes})
    if not np.isfinite(observed.scale) or not 1e-4 < observed.scale < 1e4:
        raise FootlightsError(
            "the legs of this skeleton have no length", "skeleton", "check the joint offsets"
        )
    if alignment is None and from_house:
        alignment = house_rig().alignment
    elif alignment is None:
        rest_pose = observe_rest_pose(motion.skeleton, joints)
        alignment = calibrate([observed], SMPL24, rest_pose)

    pose = _proxy_pose(motion, observed, alignment, rig)
    if rig is house_rig():
        rotations = quat_from_matrix(local_from_world(SMPL24, pose.world_rotations))
        return Motion(pose.root, rotations, motion.fps, SMPL24, None, motion.meta).continuous()
    return rig.to_motion(pose.root - [0, 0, pose.floor], pose.world_rotations, motion)


def on_house_skeleton(motion: Motion) -> Motion:
    """The clip on the house skeleton: untouched where it is on it already, else retargeted.

    Raises:
        FootlightsError: see `retarget`.
    """
    # `retarget` drops contacts even of a clip that need not move; here they stay.
    return motion if motion.skeleton == SMPL24 else retarget(motion)


def smpl_joints_only(motion: Motion) -> Motion | None:
    """The clip without joints that SMPL does not have, such as End Sites; None when it lacks some.

    What bones above the pelvis do is done by the pelvis.
    """
    names, parents = motion.skeleton.names, motion.skeleton.parents
    if not set(SMPL_NAMES) <= set(names):
        return None
    kept = [names.index(name) for name in SMPL_NAMES]
    if [kept.index(parents[j]) if parents[j] in kept else -1 for j in kept] != list(SMPL_PARENTS):
        return None

    skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, motion.skeleton.offsets[kept])
    rotations, pelvis = motion.rotations[:, kept], kept[0]
    if pelvis == 0:
        return motion.replace(rotations=rotations, skeleton=skeleton)

    positions, world_rotations = motion.kinematics()
    rotations = rotations.copy()
    rotations[:, 0] = quat_from_matrix(world_rotations[:, pelvis].astype(np.float64))
    root = positions[:, pelvis]
    return motion.replace(root=root, rotations=rotations, skeleton=skeleton).continuous()


def _has_house_proportions(skeleton: Skeleton) -> bool:
    return np.allclose(skeleton.offsets[1:], SMPL24.offsets[1:], atol=1e-5)


def _proxy_pose(
    motion: Motion, observed: ObservedMotion, alignment: Mapping[str, np.ndarray], rig: Rig
) -> FootPlacement:
    """The pose of the rig's proxy, its feet placed, and the floor it stands on."""
    proxy = rig.proxy_skeleton
    rotations = _copied_rotations(observed, alignment, proxy, rig.missing_joints)
    rotations = lift_toes(_aim_trunk(rotations, observed, rig), observed, proxy)
    rotations = _carry_missing(rotations, rig.missing_joints)

    contacts = None if rig is house_rig() else _source_contacts(motion, observed.scale * rig.size)
    pose = place_feet(observed, rotations, proxy, rig.sole_points, contacts)

    rotations = pose.world_rotations
    if motion.skeleton == SMPL24:
        # Only of the house body are the floor, z = 0, and what touches what known.
        source = WorldPose(*motion.kinematics())
        rotations = resolve_arm_collisions(source, pose.root, rotations, proxy, motion.fps)
        rotations = support_hands(observed, pose.root, rotations, proxy, pose.floor)
    return replace(pose, world_rotations=share_twist(rotations, proxy))


def _source_contacts(motion: Motion, size: float) -> SoleContacts | None:
    """Where the soles of a clip on the house skeleton touch, when it says so."""
    if motion.contacts is None or motion.skeleton != SMPL24:
        return None
    # Feet larger than ours slip no farther.
    return SoleContacts(motion.contacts, soles(motion), min(1.0, 1 / size))


def _copied_rotations(
    observed: ObservedMotion,
    alignment: Mapping[str, np.ndarray],
    skeleton: Skeleton,
    missing_joints: frozenset[str],
) -> np.ndarray:
    """World rotations (T, 24, 3, 3) of our joints as theirs, limb bones exactly along theirs."""
    theirs = observed.world_rotations
    rotations = {name: theirs[name] @ c for name, c in alignment.items() if name in theirs}
    pelvis, chest = (quat_from_matrix(rotations[name]) for name in ("pelvis", "spine3"))

    # Bones that theirs lacks bend between their neighbours, or turn with what carries them.
    for name, share in _SPINE_SHARES.items():
        if name not in rotations:
            rotations[name] = _between(pelvis, chest, share)
    if "neck" not in rotations and "head" in rotations:
        head = quat_from_matrix(rotations["head"])
        rotations["neck"] = _between(chest, head, _NECK_SHARE)
    for name in ("left_collar", "right_collar", "neck"):
        rotations.setdefault(name, rotations["spine3"])
    rotations.setdefault("head", rotations["neck"])
    for side in SIDES:
        rotations.setdefault(f"{side}_foot", rotations[f"{side}_ankle"])
        rotations[f"{side}_hand"] = rotations[f"{side}_wrist"]

    for limb in LIMBS:
        _aim_limb(rotations, observed, skeleton, limb)
    return _carry_missing(np.stack([rotations[name] for name in SMPL_NAMES], 1), missing_joints)


def _between(low: np.ndarray, high: np.ndarray, share: float) -> np.ndarray:
    """Matrices (T, 3, 3) a share of the way between quaternions (T, 4)."""
    between: np.ndarray = matrix_from_quat(slerp(low, high, np.full(len(low), share)))
    return between


def _carry_missing(world_rotations: np.ndarray, missing_joints: frozenset[str]) -> np.ndarray:
    """Joints that a rig does not have, turned in place with what carries them."""
    for j, name in enumerate(SMPL_NAMES):
        if name in missing_joints:
            world_rotations[:, j] = world_rotations[:, SMPL_PARENTS[j]]
    return world_rotations


def _aim_limb(
    rotations: dict[str, np.ndarray], observed: ObservedMotion, skeleton: Skeleton, limb: Limb
) -> None:
    """Point a limb's two bones along theirs, in place, by the least swing."""
    first, second = observed.direction(*limb[:2]), observed.direction(*limb[1:])

    # A knee that trembles a little past straight is straightened; one that really bends backwards
    # is no tremble.
    hinge = rotations[limb.upper] @ np.array(HINGE_AXES[limb.middle], np.float64)
    backwards = (cross(first, second) * hinge).sum(-1, keepdims=True) < 0
    slight = (first * second).sum(-1, keepdims=True) > _SLIGHT
    straight = normalize(first + second)
    first, second = (np.where(backwards & slight, straight, bone) for bone in (first, second))

    for name, child, bone in ((limb.upper, limb.middle, first), (limb.middle, limb.end, second)):
        offset = skeleton.offsets[skeleton.index(child)].astype(np.float64)
        swing = quat_between(rotations[name] @ offset, bone)
        rotations[name] = matrix_from_quat(swing) @ rotations[name]


def _aim_trunk(world_rotations: np.ndarray, observed: ObservedMotion, rig: Rig) -> np.ndarray:
    """Spine and collars swung so that mid-hips to mid-shoulders points along theirs.

    Arms keep their rotation. A source with a single spine bone says nothing of how a spine bends:
    ours then bends evenly.
    """
    aimed, skeleton = world_rotations.copy(), rig.proxy_skeleton
    first = next((i for i, name in enumerate(_TRUNK[:3]) if name in rig.joints), None)
    if first is None:
        return aimed
    evenly = not {"spine1", "spine2"} & observed.world_rotations.keys()
    trunk = {name: skeleton.index(name) for name in _TRUNK[first:]}
    pivot_joint = trunk[_TRUNK[first]]
    hips, shoulders = (
        [skeleton.index(f"{side}_{part}") for side in SIDES] for part in ("hip", "shoulder")
    )

    # Each swing moves the shoulders off the line a little; a bend shared by the bones moves them
    # farther.
    for _ in range(6 if evenly else 3):
        positions, _ = forward_kinematics(
            skeleton, np.zeros((len(aimed), 3)), local_from_world(skeleton, aimed)
        )
        base, pivot = positions[:, hips].mean(1), positions[:, pivot_joint]
        top = positions[:, shoulders].mean(1)
        length = np.linalg.norm(top - base, axis=-1, keepdims=True)
        goal = base + normalize(observed.trunk) * length
        swing = quat_between(top - pivot, goal - pivot)
        for name, joint in trunk.items():
            share = _SPINE_SHARES.get(name, 1.0) if evenly else 1.0
            aimed[:, joint] = matrix_from_quat(_part_of(swing, share)) @ aimed[:, joint]
    return aimed


def _part_of(rotation: np.ndarray, share: float) -> np.ndarray:
    """A share of rotations (T, 4)."""
    if share == 1:
        return rotation
    identity = np.broadcast_to([1.0, 0, 0, 0], rotation.shape)
    part: np.ndarray = slerp(identity, rotation, np.full(len(rotation), share))
    return part
