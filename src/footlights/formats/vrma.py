"""VRMA: one dance for every VRM character, as a glTF file of humanoid bones that names what each
of them is.
"""

import os
from pathlib import Path
from typing import Any

from .. import __version__
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS
from .glb import Binary, animation, joint_nodes, packed
from .glb_read import read

__all__ = ["read", "write"]

_BONES = {
    "pelvis": "hips", "spine1": "spine", "spine2": "chest", "spine3": "upperChest", "neck": "neck", "head": "head",
    **{
        f"{side}_{ours}": side + theirs
        for side in ("left", "right")
        for ours, theirs in {
            "hip": "UpperLeg", "knee": "LowerLeg", "ankle": "Foot", "foot": "Toes", "collar": "Shoulder",
            "shoulder": "UpperArm", "elbow": "LowerArm", "wrist": "Hand",
        }.items()
    },
}  # fmt: skip


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes one clip as VRM 1.0's animation (VRMC_vrm_animation): bones in T-pose at rest, y-up,
    facing +z, metres.

    Players take the hips' height over the floor from the rest pose and scale the path to their
    character. The joints in the palms are kept as nodes without a bone's name.

    Raises:
        FootlightsError: another skeleton than SMPL's 24 joints, or the place cannot be written.
    """
    if motion.skeleton.names != SMPL_NAMES or motion.skeleton.parents != SMPL_PARENTS:
        raise FootlightsError(
            "a VRMA file is written from SMPL's 24 joints, this motion has others",
            path,
            "retarget it first",
        )
    binary = Binary()
    bones = {bone: {"node": SMPL_NAMES.index(name)} for name, bone in _BONES.items()}
    humanoid = {"specVersion": "1.0", "humanoid": {"humanBones": bones}}
    document: dict[str, Any] = {
        "asset": {
            "version": "2.0",
            "generator": f"footlights {__version__}",
            "extras": {"fps": motion.fps},
        },
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": humanoid},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": joint_nodes(motion.skeleton),
        "animations": [animation(motion, Path(path).stem, binary)],
        "accessors": binary.accessors,
        "bufferViews": binary.views,
        "buffers": [{"byteLength": len(binary.data)}],
    }
    with writing(path) as temporary:
        temporary.write_bytes(packed(document, bytes(binary.data)))
