"""Which bone of a character stands for which joint of ours: a table to look at, a TOML file to
edit.
"""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from .joint_names import NEEDED, path

_MOST = 1 << 20
_HEAD = """# Left: a joint of the house body. Right: the bone of the character that stands for it.
# Edit the right side where it is wrong; remove a line where the character has no such bone.
[joints]
"""


def table(skeleton: Skeleton, joints: Mapping[str, int]) -> str:
    """Lines "joint  bone" of the map, a dash where the character has none."""
    wide = max(map(len, SMPL_NAMES))
    return "\n".join(
        f"{name:{wide}}  {skeleton.names[joints[name]] if name in joints else '-'}"
        for name in SMPL_NAMES
    )


def write_map(skeleton: Skeleton, joints: Mapping[str, int], file: str | os.PathLike[str]) -> None:
    """Write the map as TOML, to be edited and read again with `read_map`."""
    lines = [
        f"{n} = {json.dumps(skeleton.names[joints[n]], ensure_ascii=False)}\n"
        for n in SMPL_NAMES
        if n in joints
    ]
    with writing(file) as temporary:
        temporary.write_text(_HEAD + "".join(lines).replace("\x7f", "\\u007f"), encoding="utf-8")


def read_map(skeleton: Skeleton, file: str | os.PathLike[str]) -> dict[str, int]:
    """SMPL joint name -> index, from a TOML file as `write_map` writes it.

    Raises:
        FootlightsError: no TOML, a joint or a bone that does not exist, one bone twice, a limb's
            joint missing, or a joint that does not hang below the one before it.
    """
    held = _joints_in(Path(file))
    found: dict[str, int] = {}
    for name, bone in held.items():
        if name not in SMPL_NAMES:
            raise FootlightsError(
                f"{name!r} is no joint of the house",
                file,
                f"the joints are {', '.join(SMPL_NAMES)}",
            )
        if not isinstance(bone, str) or bone not in skeleton.names:
            near = difflib.get_close_matches(str(bone), skeleton.names, 1, 0.6)
            do = (
                f"did you mean {near[0]!r}?"
                if near
                else f"its bones are {', '.join(skeleton.names[:40])}"
            )
            raise FootlightsError(f"{name}: the character has no bone {bone!r}", file, do)
        found[name] = skeleton.names.index(bone)
    check_map(skeleton, found, file)
    return found


def check_map(skeleton: Skeleton, joints: Mapping[str, int], where: object) -> None:
    """FootlightsError unless every limb is whole, no bone serves twice, and joints hang on one
    another as ours do.
    """
    missing = [name for name in ("pelvis", *NEEDED) if name not in joints]
    if missing:
        raise FootlightsError(
            f"these joints have no bone: {', '.join(missing)}", where, "add them to the map"
        )
    twice = next((n for n, j in joints.items() if list(joints.values()).count(j) > 1), None)
    if twice is not None:
        raise FootlightsError(
            f"bone {skeleton.names[joints[twice]]!r} stands for two joints",
            where,
            "keep one of them",
        )
    for name, joint in joints.items():
        above = SMPL24.parents[SMPL_NAMES.index(name)]
        while above >= 0 and SMPL_NAMES[above] not in joints:
            above = SMPL24.parents[above]
        if (
            above >= 0
            and path(skeleton, joints[SMPL_NAMES[above]], joint)[0] != joints[SMPL_NAMES[above]]
        ):
            pair = f"{name} does not hang below {SMPL_NAMES[above]}"
            raise FootlightsError(f"in this map {pair}", where, "correct one of the two bones")


def _joints_in(file: Path) -> dict[str, object]:
    try:
        data = file.read_bytes()[: _MOST + 1]
        held = tomllib.loads(data.decode("utf-8-sig")) if len(data) <= _MOST else {}
    except OSError as error:
        raise FootlightsError(
            f"cannot be read ({error.strerror})", file, "give a bone map"
        ) from error
    except (ValueError, RecursionError) as error:
        raise FootlightsError(
            f"is no bone map ({str(error)[:80]})",
            file,
            "remove it: --map with its name writes it anew",
        ) from error
    joints = held.get("joints")
    if not isinstance(joints, dict):
        raise FootlightsError("has no [joints] table", file, "write it anew by removing it")
    return joints
