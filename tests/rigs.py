"""Foreign rigs with a known answer: the house skeleton renamed, resized, its axes turned."""

import numpy as np

from footlights.geometry.rotations import (
    matrix_from_quat,
    quat_from_matrix,
    quat_from_rotvec,
    transpose,
)
from footlights.motion.motion import Motion
from footlights.motion.skeleton import (
    SMPL24,
    SMPL_NAMES,
    Skeleton,
    forward_kinematics,
    local_from_world,
)

_PARTS = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist", "hand")
_TRUNK = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")

# Names of the trunk, and of a limb's joints in the order of `_PARTS`; {s} is a side.
_VOCABULARIES = {
    "mixamo": (
        "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2 "
        "mixamorig:Neck mixamorig:Head",
        "mixamorig:{Side}UpLeg {Side}Leg {Side}Foot {Side}ToeBase "
        "{Side}Shoulder {Side}Arm {Side}ForeArm {Side}Hand {Side}HandMiddle1",
    ),
    "cmu": (
        "root lowerback upperback thorax lowerneck head",
        "{s}femur {s}tibia {s}foot {s}toes {s}clavicle {s}humerus {s}radius {s}wrist {s}hand",
    ),
    "xsens": (
        "Hips Chest Chest2 Chest3 Neck Head",
        "{Side}UpperLeg {Side}LowerLeg {Side}Foot {Side}Toe "
        "{Side}Shoulder {Side}UpperArm {Side}ForeArm {Side}Hand {Side}Hand_end",
    ),
    "motion builder": (
        "Hips Spine Spine1 Spine2 Neck Head",
        "{Side}Hip {Side}Knee {Side}Ankle {Side}Toe "
        "{Side}Collar {Side}Shoulder {Side}Elbow {Side}Wrist {Side}Wrist_end",
    ),
    "character creator": (
        "CC_Base_Hip CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02 "
        "CC_Base_NeckTwist01 CC_Base_Head",
        "CC_Base_{S}_Thigh CC_Base_{S}_Calf CC_Base_{S}_Foot CC_Base_{S}_ToeBase "
        "CC_Base_{S}_Clavicle CC_Base_{S}_Upperarm CC_Base_{S}_Forearm CC_Base_{S}_Hand "
        "CC_Base_{S}_Mid1",
    ),
    "poser": (
        "hip abdomen chest upperChest neck head",
        "{s}Thigh {s}Shin {s}Foot {s}Toe {s}Collar {s}Shldr {s}ForeArm {s}Hand {s}Mid1",
    ),
    "blender": (
        "hips spine chest upper_chest neck head",
        "thigh.{S} shin.{S} foot.{S} toe.{S} "
        "shoulder.{S} upper_arm.{S} forearm.{S} hand.{S} middle1.{S}",
    ),
    "biped": (
        "Bip01 Bip01_Spine Bip01_Spine1 Bip01_Spine2 Bip01_Neck Bip01_Head",
        "Bip01_{S}_Thigh Bip01_{S}_Calf Bip01_{S}_Foot Bip01_{S}_Toe0 "
        "Bip01_{S}_Clavicle Bip01_{S}_UpperArm Bip01_{S}_Forearm Bip01_{S}_Hand Bip01_{S}_Finger2",
    ),
}
VOCABULARIES = tuple(_VOCABULARIES)


def names_in(vocabulary: str) -> dict[str, str]:
    """SMPL name -> the name a rig of this vocabulary gives the same joint."""
    trunk, limb = _VOCABULARIES[vocabulary]
    names = dict(zip(_TRUNK, trunk.split(), strict=True))
    for side in ("left", "right"):
        words = limb.format(Side=side.title(), s=side[0], S=side[0].upper()).split()
        names |= {f"{side}_{part}": word for part, word in zip(_PARTS, words, strict=True)}
    return names


def foreign(
    motion: Motion,
    vocabulary: str = "mixamo",
    scale: float = 1.0,
    axes: np.ndarray | None = None,
    without: tuple[str, ...] = (),
) -> Motion:
    """``motion`` as another rig would record it: the same body by its own names and axes.

    Args:
        scale: how many times as large it is.
        axes: (24, 3, 3) constant rotation of each joint's axes against ours; its rest pose is then
            no T-pose.
        without: SMPL joints the rig does not have; what hangs from them hangs from their parents.
    """
    positions, world_rotations = motion.kinematics()
    axes = np.tile(np.eye(3), (24, 1, 1)) if axes is None else axes
    rotations = world_rotations.astype(np.float64) @ axes

    kept = [j for j, name in enumerate(SMPL_NAMES) if name not in without]
    parents = [_kept_parent(j, kept) for j in kept]
    offsets = np.zeros((len(kept), 3))
    for i, (j, p) in enumerate(zip(kept, parents, strict=True)):
        if p >= 0:
            offsets[i] = rotations[0, p].T @ (positions[0, j] - positions[0, p]) * scale

    names = names_in(vocabulary)
    skeleton = Skeleton(
        tuple(names[SMPL_NAMES[j]] for j in kept),
        tuple(kept.index(p) if p >= 0 else -1 for p in parents),
        offsets,
    )
    local = local_from_world(skeleton, rotations[:, kept])
    return Motion(motion.root * scale, quat_from_matrix(local), motion.fps, skeleton)


def _kept_parent(joint: int, kept: list[int]) -> int:
    joint = SMPL24.parents[joint]
    while joint >= 0 and joint not in kept:
        joint = SMPL24.parents[joint]
    return joint


def any_axes(seed: int = 0) -> np.ndarray:
    """(24, 3, 3) a random rotation for every joint: zero angles give a bundle, not a person."""
    return matrix_from_quat(quat_from_rotvec(np.random.default_rng(seed).normal(0, 2, (24, 3))))


def rest_pose_axes(**rotations: tuple[float, float, float]) -> np.ndarray:
    """(24, 3, 3) axes of a rig in whose zero pose joints are turned by rotation vectors (rad)."""
    local = np.tile(np.eye(3), (24, 1, 1))
    for name, rotation in rotations.items():
        local[SMPL24.index(name)] = matrix_from_quat(quat_from_rotvec(np.array(rotation, float)))
    _, world = forward_kinematics(SMPL24, np.zeros(3), local)
    return transpose(world)
