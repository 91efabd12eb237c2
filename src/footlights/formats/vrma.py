"""VRMA: one dance for every VRM character, as a glTF file that names the bones of a humanoid."""

import os
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS
from .glb_read import read
from .gltf_write import BinaryChunk, animation, asset, joint_nodes, pack_glb

__all__ = ["read", "write"]

_TRUNK = {
    "pelvis": "hips",
    "spine1": "spine",
    "spine2": "chest",
    "spine3": "upperChest",
    "neck": "neck",
    "head": "head",
}
_LIMBS = {
    "hip": "UpperLeg",
    "knee": "LowerLeg",
    "ankle": "Foot",
    "foot": "Toes",
    "collar": "Shoulder",
    "shoulder": "UpperArm",
    "elbow": "LowerArm",
    "wrist": "Hand",
}
# The house's joints -> the bones of VRM's humanoid.
HUMANOID_BONES = _TRUNK | {
    f"{side}_{joint}": side + bone for side in ("left", "right") for joint, bone in _LIMBS.items()
}


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes one clip as VRM 1.0's animation (VRMC_vrm_animation): y-up, facing +z, in metres.

    Bones are in T-pose at rest. Players take the hips' height over the floor from the rest pose and
    scale the path to their character. The joints in the palms are kept as nodes without a bone's
    name.

    Raises:
        FootlightsError: another skeleton than SMPL's 24 joints, or the file cannot be written
            there.
    """
    if motion.skeleton.names != SMPL_NAMES or motion.skeleton.parents != SMPL_PARENTS:
        raise FootlightsError(
            "a VRMA file is written from SMPL's 24 joints, this motion has others",
            path,
            "retarget it first",
        )
    chunk = BinaryChunk()
    bones = {bone: {"node": SMPL_NAMES.index(name)} for name, bone in HUMANOID_BONES.items()}
    humanoid = {"specVersion": "1.0", "humanoid": {"humanBones": bones}}
    document: dict[str, Any] = {
        "asset": asset(motion),
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": humanoid},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": joint_nodes(motion.skeleton),
        "animations": [animation(motion, Path(path).stem, chunk)],
        "accessors": chunk.accessors,
        "bufferViews": chunk.views,
        "buffers": [{"byteLength": len(chunk.data)}],
    }
    with writing(path) as temporary:
        temporary.write_bytes(pack_glb(document, bytes(chunk.data)))
