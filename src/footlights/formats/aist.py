"""Pickles of AIST++ (SMPL angles, y up, 60 frames a second) and of EDGE (z up, 30 a second)."""

from pathlib import Path
from typing import Any

import numpy as np

from ..basics.budget import check_rate, check_room
from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .raw_motion import check_unit_and_up
from .safe.pickle_machine import arrays_of
from .smpl import PELVIS, SmplClip, from_smpl

KEYS = frozenset({"smpl_poses", "smpl_trans", "smpl_scaling"})
_AIST_RATE, _EDGE_RATE = 60.0, 30.0  # frames a second
_LARGEST = 1e6  # of a number in a file
_SMALLEST_SCALE, _LARGEST_SCALE = 1e-3, 1e5
_GIVE = "give a file of AIST++ or EDGE"


def motion_from_dict(
    contents: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in the dict of a pickle of AIST++ or EDGE, on SMPL's mean body.

    A file with ``full_pose`` is EDGE's: metres, z up, its translation is the pelvis itself. Any
    other is taken as AIST++'s: the translation is divided by ``smpl_scaling`` and counts from
    SMPL's template. A file that footlights wrote comes back on its own bones.

    Args:
        contents: the dict of the pickle.
        path: of the file, for what is said of it.
        fps: frames a second, which the file does not hold; 30 for EDGE, else 60.
        up: "y" or "z"; when None z for EDGE, else y unless the legs point along z.

    Raises:
        FootlightsError: an array is missing, of another shape, or not finite.
    """
    check_unit_and_up(None, up, path)
    arrays = arrays_of(contents)
    poses, trans = _numbers(arrays, "smpl_poses", path), _numbers(arrays, "smpl_trans", path)
    _check_shapes(poses, trans, path)

    is_edge, notes = "full_pose" in arrays, list[str]()
    if fps is None:
        fps = _EDGE_RATE if is_edge else _AIST_RATE
        notes.append(f"{fps:g} frames a second assumed: the file does not say")
    if is_edge:
        root, up = trans.astype(np.float64), up or "z"
    else:
        root = trans / _scale(arrays, path, notes) + PELVIS

    clip = SmplClip(poses.reshape(-1, 24, 3), root, check_rate(fps, path), "y", notes)
    motion = from_smpl(clip, up, _own_bones(arrays, path))
    return motion.replace(meta={"file": Path(str(path)).name, **motion.meta})


def _own_bones(arrays: dict[str, np.ndarray], path: object) -> Skeleton | None:
    """The bones that footlights wrote beside the angles; None in files of others."""
    if "footlights_offsets" not in arrays:
        return None
    offsets = _numbers(arrays, "footlights_offsets", path)
    if offsets.shape != (24, 3):
        what = f"footlights_offsets has shape {offsets.shape}"
        raise FootlightsError(what, path, "it must be (24, 3)")
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


def _check_shapes(poses: np.ndarray, trans: np.ndarray, path: object) -> None:
    frames = len(poses) if poses.ndim in (2, 3) else 0
    if not frames or poses.size != frames * 72 or trans.shape != (frames, 3):
        what = f"smpl_poses {poses.shape} and smpl_trans {trans.shape} are no motion"
        raise FootlightsError(what, path, "they must be (N, 72) and (N, 3)")
    check_room(frames, 24, path)


def _scale(arrays: dict[str, np.ndarray], path: object, notes: list[str]) -> float:
    """File units in a metre."""
    if "smpl_scaling" not in arrays:
        notes.append("no smpl_scaling: the translation is taken to be in metres")
        return 1.0
    scale = float(_numbers(arrays, "smpl_scaling", path, "fiu").reshape(-1)[:1].sum())
    if not _SMALLEST_SCALE < scale < _LARGEST_SCALE:
        raise FootlightsError(
            f"smpl_scaling is {scale:g}", path, "it must be positive, near 90 in AIST++"
        )
    return scale


def _numbers(
    arrays: dict[str, np.ndarray], name: str, path: object, kinds: str = "f"
) -> np.ndarray:
    """The array called ``name``, of these numpy kinds and finite."""
    if name not in arrays:
        names = ", ".join(str(other)[:30] for other in list(arrays)[:8]) or "nothing"
        raise FootlightsError(f"has no array {name!r}, it holds {names}", path, _GIVE)
    values = arrays[name]
    if values.dtype.kind not in kinds:
        raise FootlightsError(f"{name} holds {values.dtype.name}, not decimal numbers", path, _GIVE)
    if not (np.abs(values.astype(np.float64)) < _LARGEST).all():
        raise FootlightsError(
            f"{name} holds a number that is not finite, or far too large", path, "cut or repair it"
        )
    return values
