"""Which bone of a character stands for which joint of ours: a table to look at, a file to edit."""

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.suggestions import advice
from ..basics.toml_files import read_toml
from ..basics.whole_files import writing
from ..motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from .joint_names import REQUIRED_JOINTS

_HEAD = """# Left: a joint of the house body. Right: the bone of this body that stands for it.
# Edit the right side where it is wrong; remove a line where there is no such bone.
[joints]
"""


def bone_table(skeleton: Skeleton, joints: Mapping[str, int]) -> str:
    """Lines "joint  bone" of the map, a dash where the character has none."""
    width = max(map(len, SMPL_NAMES))
    bones = [skeleton.names[joints[name]] if name in joints else "-" for name in SMPL_NAMES]
    return "\n".join(
        f"{name:{width}}  {bone}" for name, bone in zip(SMPL_NAMES, bones, strict=True)
    )


def write_bone_map(
    skeleton: Skeleton, joints: Mapping[str, int], file: str | os.PathLike[str]
) -> None:
    """Write the map as TOML, to be edited and read again with `read_bone_map`."""
    lines = [
        f"{name} = {json.dumps(skeleton.names[joints[name]], ensure_ascii=False)}\n"
        for name in SMPL_NAMES
        if name in joints
    ]
    # JSON leaves one character as it is that TOML forbids.
    text = _HEAD + "".join(lines).replace("\x7f", "\\u007f")
    with writing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_bone_map(skeleton: Skeleton, file: str | os.PathLike[str]) -> dict[str, int]:
    """SMPL joint name -> index, from a TOML file as `write_bone_map` writes it.

    Raises:
        FootlightsError: no TOML, a joint or a bone that does not exist, one bone twice, a limb's
            joint missing, or a joint that does not hang below the one before it.
    """
    joints: dict[str, int] = {}
    for name, bone in _joints_in(Path(file)).items():
        if name not in SMPL_NAMES:
            what = f"{name!r} is no joint of the house"
            do = advice(name, SMPL_NAMES, f"the joints are {', '.join(SMPL_NAMES)}")
            raise FootlightsError(what, file, do)
        if not isinstance(bone, str) or bone not in skeleton.names:
            near = difflib.get_close_matches(str(bone), skeleton.names, 1, 0.6)
            do = f"its bones are {', '.join(skeleton.names[:40])}"
            if near:
                do = f"did you mean {near[0]!r}?"
            raise FootlightsError(f"{name}: there is no bone {bone!r}", file, do)
        joints[name] = skeleton.names.index(bone)
    check_bone_map(skeleton, joints, file)
    return joints


def check_bone_map(skeleton: Skeleton, joints: Mapping[str, int], where: object) -> None:
    """Refuse a map that is no body.

    Raises:
        FootlightsError: a limb is not whole, a bone serves twice, or joints do not hang on one
            another as ours do.
    """
    missing = [name for name in ("pelvis", *REQUIRED_JOINTS) if name not in joints]
    if missing:
        what = f"these joints have no bone: {', '.join(missing)}"
        raise FootlightsError(what, where, "add them to the map")

    bones = list(joints.values())
    twice = next((bone for bone in bones if bones.count(bone) > 1), None)
    if twice is not None:
        what = f"bone {skeleton.names[twice]!r} stands for two joints"
        raise FootlightsError(what, where, "keep one of them")

    for name, joint in joints.items():
        above = _nearest_above(name, joints)
        if above is not None and skeleton.chain(joints[above], joint)[0] != joints[above]:
            what = f"in this map {name} does not hang below {above}"
            raise FootlightsError(what, where, "correct one of the two bones")


def _nearest_above(name: str, joints: Mapping[str, int]) -> str | None:
    """The nearest joint of ours above one that is in the map; None for the topmost."""
    above = SMPL24.parents[SMPL_NAMES.index(name)]
    while above >= 0 and SMPL_NAMES[above] not in joints:
        above = SMPL24.parents[above]
    return SMPL_NAMES[above] if above >= 0 else None


def _joints_in(file: Path) -> dict[str, object]:
    try:
        document = read_toml(file)
    except ValueError as error:
        what = f"is no bone map ({str(error)[:80]})"
        do = "remove it: --map with its name writes it anew"
        raise FootlightsError(what, file, do) from error

    joints = document.get("joints")
    if not isinstance(joints, dict):
        raise FootlightsError("has no [joints] table", file, "write it anew by removing it")
    return joints
