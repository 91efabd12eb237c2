"""The house's own motion file: arrays in a zip, no pickles, the same bytes for the same motion;
AMASS files go next door.
"""

import json
import os
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from . import amass, smplx
from .safe.budget import check_room
from .safe.npz_archive import SafeNpz, write_arrays

FORMAT = "footlights-motion-1"


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in an npz file: the house's own, exactly as it was written, or one of AMASS's or
    SMPL-X's kind.

    Args:
        fps: frames a second, for AMASS files; the file's when None.
        up: "y" or "z", for AMASS files; found by where the legs point when None.

    Raises:
        FootlightsError: neither kind, damaged, or written by another version of footlights.
    """
    with SafeNpz(path) as file:
        if "format" not in file and smplx.fits(file.names) and not amass.fits(file.names):
            return smplx.from_npz(file, fps=fps, up=up)
        if "format" not in file and amass.KEYS & set(file.names):
            return amass.from_npz(file, fps=fps, up=up)
        if "format" not in file:
            held = ", ".join(file.names[:12]) or "nothing"
            raise FootlightsError(
                f"holds {held}: neither a footlights nor an AMASS motion",
                path,
                "give a motion file",
            )
        if fps is not None or up is not None:
            raise FootlightsError(
                "a footlights motion has its own rate and axes", path, "leave out fps and up"
            )
        return _house(file)


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes ``motion`` as a house file, which reads back exactly, or in AMASS's way where ``path``
    ends so.

    A name in .amass.npz gives SMPL-H's arrays, one in .smplx.npz SMPL-X's.

    Raises:
        FootlightsError: ``motion.meta`` is not JSON, or the place cannot be written.
    """
    if Path(path).name.lower().endswith((".amass.npz", ".smplx.npz")):
        return amass.write(motion, path)
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


def _house(file: SafeNpz) -> Motion:
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
    if not abs(np.linalg.norm(rotations, axis=-1) - 1).max(initial=0) <= 1e-5:
        raise FootlightsError(
            "rotations are not unit quaternions", file.path, "write the file again"
        )
    skeleton = Skeleton(
        tuple(str(n) for n in names),
        tuple(file.array("parents", "iu", (joints,)).tolist()),
        file.array("offsets", "f", (joints, 3)),
    )
    marks = {
        name: file.array(name, "f", (len(root), width)) if name in file else None
        for name, width in (("contacts", 4), ("confidence", joints))
    }
    return Motion(
        root, rotations, float(file.array("fps", "f", ())), skeleton, meta=_meta(file), **marks
    )


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
