"""The house's own motion file: arrays in a zip, no pickles, the same bytes for the same motion."""

import json
import os

import numpy as np

from ..basics.budget import check_room
from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .safe.npz_archive import SafeNpz, write_arrays

FORMAT = "footlights-motion-1"
_NOT_UNIT = 1e-5  # by which a quaternion's length may miss 1


def motion_from_npz(file: SafeNpz) -> Motion:
    """The motion in an open house file, exactly as it was written.

    Raises:
        FootlightsError: damaged, or written by another version of footlights.
    """
    version = file.text("format")
    if version != FORMAT:
        raise FootlightsError(
            f"is of format {version[:40]!r}, this version reads {FORMAT}",
            file.path,
            "write it again",
        )
    names = file.array("joints", "U", (None,))
    joints = len(names)
    root = file.array("root", "f", (None, 3))
    check_room(len(root), joints, file.path)
    rotations = file.array("rotations", "f", (len(root), joints, 4))
    if not abs(np.linalg.norm(rotations, axis=-1) - 1).max(initial=0) <= _NOT_UNIT:
        raise FootlightsError(
            "rotations are not unit quaternions", file.path, "write the file again"
        )

    skeleton = Skeleton(
        tuple(str(name) for name in names),
        tuple(file.array("parents", "iu", (joints,)).tolist()),
        file.array("offsets", "f", (joints, 3)),
    )
    optional = {
        name: file.array(name, "f", (len(root), width)) if name in file else None
        for name, width in (("contacts", 4), ("confidence", joints))
    }
    fps = float(file.array("fps", "f", ()))
    return Motion(root, rotations, fps, skeleton, meta=_meta(file), **optional)


def _meta(file: SafeNpz) -> dict[str, object]:
    try:
        meta = json.loads(file.text("meta"))
    except (ValueError, RecursionError) as error:
        raise FootlightsError(
            f"its meta is not JSON ({error})", file.path, "write the file again"
        ) from error
    if not isinstance(meta, dict):
        raise FootlightsError("its meta is not a JSON object", file.path, "write the file again")
    return meta


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes ``motion`` as a house file, which reads back exactly.

    Raises:
        FootlightsError: ``motion.meta`` is not JSON, or the file cannot be written there.
    """
    try:
        meta = json.dumps(dict(motion.meta), ensure_ascii=False, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise FootlightsError(
            f"the motion's meta is not JSON ({error})", path, "keep text and finite numbers"
        ) from error
    arrays = {
        "format": np.array(FORMAT),
        "root": motion.root,
        "rotations": motion.rotations,
        "fps": np.array(motion.fps, "<f8"),
        "joints": np.array(motion.skeleton.names),
        "parents": np.array(motion.skeleton.parents, "<i8"),
        "offsets": motion.skeleton.offsets,
        "meta": np.array(meta),
    }
    if motion.contacts is not None:
        arrays["contacts"] = motion.contacts
    if motion.confidence is not None:
        arrays["confidence"] = motion.confidence
    write_arrays(path, arrays)
