"""A dance onto someone's own character: its file in, the same file with the dance out."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .. import formats
from ..basics.errors import FootlightsError
from ..formats.bvh import write as write_bvh
from ..formats.fbx import as_glb, from_glb
from ..formats.glb import write as write_glb
from ..formats.glb_rig import Character, read_character, write_animated
from ..formats.smpl_body import read_body
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .bone_map import check_bone_map, read_bone_map, write_bone_map
from .joint_heuristics import find_joints
from .pose_transfer import retarget
from .rig import Rig

_SUFFIXES = (".glb", ".vrm", ".bvh", ".fbx", ".npz", ".pkl")
_BODY_MODELS = (".npz", ".pkl")  # SMPL's own model files: a body, written as GLB


@dataclass(frozen=True)
class CharacterFile:
    """A character's file and what is in it.

    Attributes:
        path: where it is.
        rig: its skeleton, ready to be moved.
        glb: the GLB or VRM it came in, or was made into; None of a BVH or a body model.
        body: of an SMPL model file.
    """

    path: Path
    rig: Rig
    glb: Character | None
    body: Body | None = None

    @property
    def out_suffix(self) -> str:
        """The suffix that a dance on it is written with."""
        return ".glb" if self.body is not None else self.path.suffix.lower()

    def check_name(self, out: str | os.PathLike[str]) -> None:
        """Refuse a name that a dance on this character cannot have.

        Raises:
            FootlightsError: ``out`` has another suffix.
        """
        if Path(out).suffix.lower() != self.out_suffix:
            do = f"give a name that ends in {self.out_suffix}"
            raise FootlightsError(f"a dance on this character is a {self.out_suffix}", out, do)


def read_character_file(
    path: str | os.PathLike[str], bones: str | os.PathLike[str] | None = None
) -> CharacterFile:
    """The character in a .glb, .vrm, .bvh or .fbx file, or the body in an SMPL model file.

    Args:
        path: its file, or the user's SMPL, SMPL-H or SMPL-X model (.npz, .pkl); an animation is not
            needed, but tells how a BVH stands whose zero pose does not.
        bones: a bone map (TOML) that is read if the file exists and written if it does not; found
            by names and shape when None.

    Raises:
        FootlightsError: another kind of file, damaged, no humanoid, or a bone map that does not
            fit.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        do = "give a .glb, .vrm, .bvh or .fbx"
        raise FootlightsError("is no character that can be danced on", file, do)

    if suffix in _BODY_MODELS:
        body = read_body(file)
        return CharacterFile(file, _rig(file, body.skeleton, bones), None, body)
    if suffix == ".bvh":
        clip = formats.read(file)
        return CharacterFile(file, _rig(file, clip.skeleton, bones, clip), None)
    if suffix == ".fbx":
        with as_glb(file) as converted:
            glb = read_character(converted)
    else:
        glb = read_character(file)
    return CharacterFile(file, _rig(file, glb.skeleton, bones), glb)


def write_retargeted(
    motion: Motion, character: CharacterFile, out: str | os.PathLike[str]
) -> Motion:
    """Move ``motion`` onto the character, write it in the character's format, and return it.

    A GLB or VRM keeps its meshes, materials and animations; the new one stands first and is named
    after ``out``.

    Raises:
        FootlightsError: the motion's joints cannot be named, ``out`` has another suffix, or cannot
            be written.
    """
    character.check_name(out)
    retargeted = retarget(motion, character.rig)
    pelvis = character.rig.joints["pelvis"]

    if character.body is not None:
        write_glb(retargeted, out, character.body)
    elif character.glb is None:
        write_bvh(retargeted, out)
    elif character.out_suffix == ".fbx":
        with tempfile.TemporaryDirectory() as folder:
            animated = Path(folder) / f"{Path(out).stem}.glb"
            # Blender counts frames in whole rates.
            at_whole_rate = retargeted.replace(fps=max(1, round(retargeted.fps)))
            write_animated(character.glb, at_whole_rate, pelvis, animated)
            from_glb(animated.read_bytes(), retargeted.fps, out)
    else:
        write_animated(character.glb, retargeted, pelvis, out)
    return retargeted


def _rig(
    file: Path,
    skeleton: Skeleton,
    bones: str | os.PathLike[str] | None,
    clip: Motion | None = None,
) -> Rig:
    """The rig of a file's skeleton; its bone map is read, or written when it is not there yet."""
    known = bones is not None and Path(bones).exists()
    try:
        if bones is not None and known:
            joints = read_bone_map(skeleton, bones)
        else:
            joints = find_joints(skeleton)
        check_bone_map(skeleton, joints, file)
        rig = Rig.of(skeleton, joints, clip)
    except FootlightsError as error:
        # What the rig's code calls the rig or its skeleton is this file to its owner.
        if error.where not in ("rig", "skeleton"):
            raise
        raise FootlightsError(error.what, file, error.do) from error

    if bones is not None and not known:
        write_bone_map(skeleton, joints, bones)
    return rig
