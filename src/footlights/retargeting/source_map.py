"""Which joint of a motion's file is which of ours, said by whoever has the file: a bone map."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..formats import read_where_known
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, Skeleton
from .bone_map import check_bone_map, read_bone_map, write_bone_map
from .joint_heuristics import source_joints

_META = "bone_map"  # where a motion keeps it: SMPL's joint name -> name of its own joint
_TO_FILL_IN = """\
# Say which bone is which joint of the house body: take the # away and write the name of the bone
# between the quotes. Leave out what it has not. Its bones, and after < the one that carries each:
{bones}
[joints]
{joints}
"""


def read_source(path: str | os.PathLike[str], options: Mapping[str, Any]) -> Motion:
    """As `formats.read_where_known`; the option ``map`` names a bone map of the motion's joints.

    Raises:
        FootlightsError: see there and `with_bone_map`.
    """
    reading = dict(options)
    bone_map = reading.pop("map", None)
    motion = read_where_known(path, reading)
    return motion if bone_map is None else with_bone_map(motion, bone_map)


def with_bone_map(motion: Motion, file: str | os.PathLike[str]) -> Motion:
    """The motion, which knows from a TOML file what joint of it is which joint of ours.

    A file that is not there is written: what names and shape tell, to be edited and given again.

    Raises:
        FootlightsError: the map does not fit, or there is none and neither names nor shape tell:
            then one to be filled in is written.
    """
    skeleton = motion.skeleton
    if Path(file).exists():
        joints = read_bone_map(skeleton, file)
    else:
        joints = _written_map(skeleton, file)
    names = {name: skeleton.names[joint] for name, joint in joints.items()}
    return motion.replace(meta={**motion.meta, _META: names})


def mapped_joints(motion: Motion) -> dict[str, int] | None:
    """SMPL joint name -> index, of a motion that was given a bone map; None of any other.

    Raises:
        FootlightsError: the map in its file is no map of its joints.
    """
    names = motion.meta.get(_META)
    if names is None:
        return None
    known = set(motion.skeleton.names)
    if not isinstance(names, dict) or not all(
        name in SMPL_NAMES and isinstance(bone, str) and bone in known
        for name, bone in names.items()
    ):
        raise FootlightsError("its bone map names other joints", "skeleton", "convert it again")
    joints = {name: motion.skeleton.index(bone) for name, bone in names.items()}
    check_bone_map(motion.skeleton, joints, "skeleton")
    return joints


def _written_map(skeleton: Skeleton, file: str | os.PathLike[str]) -> dict[str, int]:
    try:
        joints = source_joints(skeleton)
    except FootlightsError as error:
        _write_map_to_fill_in(skeleton, file)
        do = f"fill in {os.fspath(file)}, which was written now, and give it again"
        raise FootlightsError(error.what, "skeleton", do) from error
    write_bone_map(skeleton, joints, file)
    return joints


def _write_map_to_fill_in(skeleton: Skeleton, file: str | os.PathLike[str]) -> None:
    quoted = [json.dumps(name, ensure_ascii=True) for name in skeleton.names]
    bones = [
        f"#   {name}" + (f" < {quoted[parent]}" if parent >= 0 else "")
        for name, parent in zip(quoted, skeleton.parents, strict=True)
    ]
    joints = [f'# {name} = ""' for name in SMPL_NAMES]
    text = _TO_FILL_IN.format(bones="\n".join(bones), joints="\n".join(joints))
    with writing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")
