"""Pickles of AIST++ (SMPL angles, y up, 60 frames a second) and of EDGE (the same angles, z up, 30
frames a second).
"""

from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .axes import check_choice
from .safe.budget import check_rate, check_room
from .safe.pickle_machine import arrays_of
from .smpl import PELVIS, from_smpl


def from_dict(
    held: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in the dict of a pickle of AIST++ or EDGE, on SMPL's mean body.

    A file with ``full_pose`` is EDGE's: metres, z up, its translation is the pelvis itself. Any
    other is taken as AIST++'s: the translation is divided by ``smpl_scaling`` and counts from
    SMPL's template.

    Args:
        fps: frames a second, which the file does not hold; 30 for EDGE, else 60.
        up: "y" or "z"; when None z for EDGE, else y unless the legs point along z.

    Raises:
        FootlightsError: an array is missing, of another shape, or not finite.
    """
    check_choice(None, up, path)
    arrays = arrays_of(held)
    poses = _numbers(arrays, "smpl_poses", path)
    trans = _numbers(arrays, "smpl_trans", path)
    if (
        poses.ndim not in (2, 3)
        or poses.size != len(poses) * 72
        or trans.shape != (len(poses), 3)
        or not len(poses)
    ):
        what = f"smpl_poses {poses.shape} and smpl_trans {trans.shape} are no motion"
        raise FootlightsError(what, path, "they must be (N, 72) and (N, 3)")
    check_room(len(poses), 24, path)
    edge = "full_pose" in arrays
    rate = (30.0 if edge else 60.0) if fps is None else fps
    notes = [f"{rate:g} frames a second assumed: the file does not say"] if fps is None else []
    root = trans.astype(np.float64) if edge else trans / _scale(arrays, path, notes) + PELVIS
    up = "z" if edge and up is None else up
    motion = from_smpl(poses.reshape(-1, 24, 3), root, check_rate(rate, path), up, "y", notes)
    return motion.replace(meta={"file": Path(str(path)).name, **motion.meta})


def _numbers(
    arrays: dict[str, np.ndarray], name: str, path: object, kinds: str = "f"
) -> np.ndarray:
    if name not in arrays:
        held = ", ".join(str(n)[:30] for n in list(arrays)[:8]) or "nothing"
        raise FootlightsError(
            f"has no array {name!r}, it holds {held}", path, "give a file of AIST++ or EDGE"
        )
    values = arrays[name]
    if values.dtype.kind not in kinds:
        raise FootlightsError(
            f"{name} holds {values.dtype.name}, not decimal numbers",
            path,
            "give a file of AIST++ or EDGE",
        )
    if not (np.abs(values.astype(np.float64)) < 1e6).all():
        raise FootlightsError(
            f"{name} holds a number that is not finite, or far too large", path, "cut or repair it"
        )
    return values


def _scale(arrays: dict[str, np.ndarray], path: object, notes: list[str]) -> float:
    if "smpl_scaling" not in arrays:
        notes.append("no smpl_scaling: the translation is taken to be in metres")
        return 1.0
    scale = float(_numbers(arrays, "smpl_scaling", path, "fiu").reshape(-1)[:1].sum())
    if not 1e-3 < scale < 1e5:
        raise FootlightsError(
            f"smpl_scaling is {scale:g}", path, "it must be positive, near 90 in AIST++"
        )
    return scale
