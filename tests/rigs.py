"""Foreign rigs with a known answer: the house skeleton renamed, resized and with every joint's
axes turned.
"""

import numpy as np

from footlights.geometry.rotations import (
    matrix_from_quat,
    quat_from_matrix,
    quat_from_rotvec,
    transpose,
)
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton, local_from_world

_PARTS = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist", "hand")
_VOCABULARIES = {
    "mixamo": (
        "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2 mixamorig:Neck "
        "mixamorig:Head",
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
        "CC_Base_Hip CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02 CC_Base_NeckTwist01 "
        "CC_Base_Head",
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
}  # fmt: skip
VOCABULARIES = tuple(_VOCABULARIES)


def names_in(vocabulary: str) -> dict[str, str]:
    """SMPL name -> the name a rig of this vocabulary gives the same joint."""
    trunk, limb = _VOCABULARIES[vocabulary]
    names = dict(
        zip(("pelvis", "spine1", "spine2", "spine3", "neck", "head"), trunk.split(), strict=True)
    )
    for side in ("left", "right"):
        words = limb.format(Side=side.title(), s=side[0], S=side[0].upper()).split()
        names |= {f"{side}_{part}": word for part, word in zip(_PARTS, words, strict=True)}
    return names


def foreign(
    motion: Motion,
    vocabulary: str = "mixamo",
    scale: float = 1.0,
    frames: np.ndarray | None = None,
    without: tuple[str, ...] = (),
) -> Motion:
    """``motion`` as another rig would record it: same body, ``scale`` times as large, its own names
    and axes.

    Args:
        frames: (24, 3, 3) constant turn of each joint's axes against ours; its rest pose is then no
            T-pose.
        without: SMPL joints the rig does not have; what hangs from them hangs from their parents.
    """
    places, world = motion.kinematics()
    frames = np.tile(np.eye(3), (24, 1, 1)) if frames is None else frames
    turned = world.astype(np.float64) @ frames
    kept = [j for j, name in enumerate(SMPL_NAMES) if name not in without]
    parents = [_kept_parent(j, kept) for j in kept]
    offsets = np.zeros((len(kept), 3))
    for i, (j, p) in enumerate(zip(kept, parents, strict=True)):
        if p >= 0:
            offsets[i] = turned[0, p].T @ (places[0, j] - places[0, p]) * scale
    names = names_in(vocabulary)
    skeleton = Skeleton(
        tuple(names[SMPL_NAMES[j]] for j in kept),
        tuple(kept.index(p) if p >= 0 else -1 for p in parents),
        offsets,
    )
    local = local_from_world(skeleton, turned[:, kept])
    return Motion(motion.root * scale, quat_from_matrix(local), motion.fps, skeleton)


def _kept_parent(joint: int, kept: list[int]) -> int:
    joint = SMPL24.parents[joint]
    while joint >= 0 and joint not in kept:
        joint = SMPL24.parents[joint]
    return joint


def any_axes(seed: int = 0) -> np.ndarray:
    """(24, 3, 3) a random turn for every joint: with zero angles a bundle of bones, no person."""
    return matrix_from_quat(quat_from_rotvec(np.random.default_rng(seed).normal(0, 2, (24, 3))))


def rest_pose(**turns: tuple[float, float, float]) -> np.ndarray:
    """(24, 3, 3) axes of a rig whose zero pose is ours with the named joints turned by rotation
    vectors (radians).
    """
    local = np.tile(np.eye(3), (24, 1, 1))
    for name, turn in turns.items():
        local[SMPL24.index(name)] = matrix_from_quat(quat_from_rotvec(np.array(turn, float)))
    world = local.copy()
    for j, p in enumerate(SMPL24.parents):
        if p >= 0:
            world[j] = world[p] @ local[j]
    return transpose(world)
