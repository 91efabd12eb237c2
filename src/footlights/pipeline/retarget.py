"""A dance onto someone's own character, from files to a file, with how well it went."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..metrics.transfer import Transfer, transfer
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, SMPL_NAMES
from ..retargeting.bone_map import bone_table
from ..retargeting.character_files import CharacterFile, read_character_file, write_retargeted
from ..retargeting.source_map import read_source
from ..show.bone_picture import bone_picture


@dataclass(frozen=True)
class RetargetDelivery:
    """What came of it.

    Attributes:
        written: the new file, and the picture of the bone map where one was asked for.
        bones: the character's bone for each joint of ours, None where it has none.
        fidelity: how well the dance went over; None when it was not on the house skeleton.
        notes: what had to be found out or undone of the dance, one sentence each.
    """

    written: list[Path]
    bones: dict[str, str | None]
    fidelity: Transfer | None
    notes: list[str] = field(default_factory=list)

    @property
    def fidelity_line(self) -> str:
        """How well the dance went over, for people; empty where that is not known."""
        went = self.fidelity
        if went is None:
            return ""
        line = f"feet in contact slide {went.slide:.1f} cm/s ({went.source_slide:.1f} before)"
        if not math.isnan(went.source_hand_slide):
            line += f", leaning hands {went.hand_slide:.1f} ({went.source_hand_slide:.1f} before)"
        return f"{line}, limbs point {went.bone_angle:.1f} degrees off"

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights retarget --json`` prints."""
        numbers = None if self.fidelity is None else asdict(self.fidelity)
        return {
            "written": [str(path) for path in self.written],
            "bones": self.bones,
            "fidelity": numbers and {k: None if math.isnan(v) else v for k, v in numbers.items()},
            "notes": self.notes,
            "problems": [],
        }


def retarget_file(
    motion: str | os.PathLike[str],
    character: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    bone_map: str | os.PathLike[str] | None = None,
    reading: Mapping[str, Any] | None = None,
    force: bool = False,
    mapped: Callable[[str], None] | None = None,
) -> RetargetDelivery:
    """Put the dance of a motion file onto a character and write it in the character's format.

    Args:
        character: its file: .glb, .vrm, .bvh, .fbx, or an SMPL model.
        out: the new file; MOTION-CHARACTER in this folder when None.
        bone_map: a TOML file, read if it is there, written if not; a picture comes beside it.
        reading: options for the motion's reader, such as ``{"up": "minus-y"}``; those that its
            format does not have are left out. ``map`` is a bone map of the motion's joints.
        force: replace a file that exists.
        mapped: called with the bone map as text, before the work.

    Raises:
        FootlightsError: a file cannot be read, has no humanoid, or the new one exists.
    """
    character_file = read_character_file(character, bone_map)
    target = Path(
        out or f"{Path(motion).stem}-{character_file.path.stem}{character_file.out_suffix}"
    )
    if target.exists() and not force:
        raise FootlightsError(
            "exists", target, "choose another name with -o, or replace it with --force"
        )
    character_file.check_name(target)
    source = _read_motion(motion, character_file, dict(reading or {}))

    skeleton, joints = character_file.rig.skeleton, character_file.rig.joints
    if mapped:
        mapped(bone_table(skeleton, joints))
    pictures = []
    if bone_map is not None:
        pictures.append(Path(bone_map).with_suffix(".svg"))
        with writing(pictures[0]) as temporary:
            temporary.write_text(bone_picture(skeleton, joints), encoding="utf-8")

    result = write_retargeted(source, character_file, target)
    fidelity = transfer(source, result, character_file.rig) if source.skeleton == SMPL24 else None
    bones = {name: skeleton.names[joints[name]] if name in joints else None for name in SMPL_NAMES}
    # Those of the result: what moving it found out stands behind what reading it did.
    return RetargetDelivery([target, *pictures], bones, fidelity, list(result.notes))


def _read_motion(
    motion: str | os.PathLike[str], character: CharacterFile, reading: dict[str, Any]
) -> Motion:
    """The motion; of a glTF clip on the very bones of a glTF character, on its rest pose."""
    is_gltf = character.out_suffix in (".glb", ".vrm") and character.body is None
    if is_gltf:
        reading["bind_pose"] = character.path
    return read_source(motion, reading)
