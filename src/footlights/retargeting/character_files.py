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
from .bone_map import check_map, read_map, write_map
from .joint_heuristics import find_joints
from .pose_transfer import retarget
from .rig import Rig

_SUFFIXES = (".glb", ".vrm", ".bvh", ".fbx", ".npz", ".pkl")
_MODELS = (".npz", ".pkl")  # SMPL's own model files: a body, written as GLB


@dataclass(frozen=True)
class Given:
    """A character's file: where it is, its rig, and the GLB or VRM it came in, or the body of an
    SMPL model file.

    Attributes:
        kind: the suffix that a dance on it is written with.
    """

    path: Path
    rig: Rig
    character: Character | None
    body: Body | None = None

    @property
    def kind(self) -> str:
        return ".glb" if self.body is not None else self.path.suffix.lower()

    def check_name(self, out: str | os.PathLike[str]) -> None:
        """FootlightsError when a dance on this character cannot be a file of that name."""
        if Path(out).suffix.lower() != self.kind:
            do = f"give a name that ends in {self.kind}"
            raise FootlightsError(f"a dance on this character is a {self.kind}", out, do)


def read_rig(path: str | os.PathLike[str], bones: str | os.PathLike[str] | None = None) -> Given:
    """The character in a .glb, .vrm, .bvh or .fbx file, or the body in the user's SMPL-H or SMPL-X
    model file (.npz, .pkl).

    Args:
        path: its file; an animation is not needed, but tells how a BVH stands whose zero pose does
            not.
        bones: a bone map (TOML) that is read if the file exists and written if it does not; found
            by names and shape when None.

    Raises:
        FootlightsError: another kind of file, damaged, no humanoid, or a bone map that does not
            fit.
    """
    file = Path(path)
    if file.suffix.lower() not in _SUFFIXES:
        raise FootlightsError(
            "is no character that can be danced on", file, "give a .glb, .vrm, .bvh or .fbx"
        )
    clip: Motion | None = None
    character: Character | None = None
    body: Body | None = None
    if file.suffix.lower() in _MODELS:
        body = read_body(file)
        skeleton = body.skeleton
    elif file.suffix.lower() == ".fbx":
        with as_glb(file) as between:
            character = read_character(between)
        skeleton = character.skeleton
    elif file.suffix.lower() == ".bvh":
        clip = formats.read(file)
        skeleton = clip.skeleton
    else:
        character = read_character(file)
        skeleton = character.skeleton
    try:
        joints = (
            read_map(skeleton, bones)
            if bones is not None and Path(bones).exists()
            else find_joints(skeleton)
        )
        check_map(skeleton, joints, file)
        rig = Rig.of(skeleton, joints, clip)
    except FootlightsError as error:
        if error.where not in ("rig", "skeleton"):
            raise
        raise FootlightsError(error.what, file, error.do) from error
    if bones is not None and not Path(bones).exists():
        write_map(skeleton, joints, bones)
    return Given(file, rig, character, body)


def onto(motion: Motion, given: Given, out: str | os.PathLike[str]) -> Motion:
    """Move ``motion`` onto the character, write it to ``out`` in the character's format, and return
    it.

    A GLB or VRM keeps its meshes, materials and animations; the new one stands first and is named
    after ``out``.

    Raises:
        FootlightsError: the motion's joints cannot be named, ``out`` has another suffix, or cannot
            be written.
    """
    given.check_name(out)
    moved = retarget(motion, given.rig)
    if given.body is not None:
        write_glb(moved, out, given.body)
    elif given.character is None:
        write_bvh(moved, out)
    elif given.kind == ".fbx":
        with tempfile.TemporaryDirectory() as folder:
            between = Path(folder) / f"{Path(out).stem}.glb"
            whole = moved.replace(
                fps=max(1, round(moved.fps))
            )  # Blender counts frames in whole rates
            write_animated(given.character, whole, given.rig.joints["pelvis"], between)
            from_glb(between.read_bytes(), moved.fps, out)
    else:
        write_animated(given.character, moved, given.rig.joints["pelvis"], out)
    return moved
