"""TRAM's dancers in a video: a track of SMPL bodies before the camera, and the camera's path."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .safe.pickle_machine import arrays_of
from .safe.torch_tensors import load_boxed
from .smpl_arrays import (
    UPRIGHT,
    CameraPath,
    are_rotations,
    has_smpl_arrays,
    motion_from_arrays,
    still_camera,
)

_CAMERA = "camera.npy"
_FARTHEST = 1e6  # metres
# TRAM's names -> those of SMPL's parameters
_NAMES = {
    "pred_rotmat": "poses",
    "pred_trans": "trans",
    "frame": "frame_ids",
    "pred_shape": "betas",
}


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The dancer of a ``hps_track_K.npy``.

    In the world where TRAM's ``camera.npy`` lies beside it or in the folder above; else before a
    camera that stands upright.

    Args:
        path: the track.
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z" of the world; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: no such file, damaged, asking to run something, without a rate, or with a
            camera of another video.
    """
    return motion_from_track(arrays_of(load_boxed(path)), path, fps=fps, up=up)


def motion_from_track(
    track: Mapping[str, np.ndarray],
    path: str | os.PathLike[str],
    *,
    fps: float | None = None,
    up: str | None = None,
) -> Motion:
    """The dancer of the arrays in a track; arguments and errors as `read`."""
    person = {ours: track[theirs] for theirs, ours in _NAMES.items() if theirs in track}
    if not has_smpl_arrays(person):
        names = ", ".join(sorted(map(str, track))[:8]) or "nothing"
        raise FootlightsError(
            f"holds {names}: no track of TRAM, nor joint positions",
            path,
            "give one of the hps_track_0.npy, hps_track_1.npy, ...",
        )
    frames = _frame_numbers(person, path)
    notes: list[str] = []
    camera = _camera_path(Path(path), frames, notes)
    return motion_from_arrays(person, path, fps, up, notes, camera)


def _frame_numbers(person: Mapping[str, np.ndarray], path: object) -> np.ndarray:
    """(T,) the frame of the video of each frame of the track."""
    positions, frames = person["trans"], person.get("frame_ids")
    count = len(positions) if positions.ndim else -1
    if count >= 0 and frames is None:
        return np.arange(count)
    if frames is None or frames.shape != (count,) or frames.dtype.kind not in "iu":
        raise FootlightsError(
            "its places and its frames do not belong together", path, "write the file again"
        )
    return frames.astype(np.int64)


def _camera_path(path: Path, frames: np.ndarray, notes: list[str]) -> CameraPath:
    """The camera of each of these frames (T,), from the file beside the track or above it."""
    files = (path.parent / _CAMERA, path.parent.parent / _CAMERA)
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return still_camera(notes)

    arrays = arrays_of(load_boxed(file))
    for prefix in ("world_cam", "pred_cam"):
        names = (f"{prefix}_R", f"{prefix}_T")
        if not all(name in arrays for name in names):
            continue
        rotations, positions = (arrays[name] for name in names)
        count = len(rotations) if rotations.ndim else 0
        covered = rotations.shape == (count, 3, 3) and positions.shape == (count, 3)
        if not covered or not ((frames >= 0) & (frames < count)).all():
            raise FootlightsError(
                f"{names[0]} does not cover the frames of {path.name}",
                file,
                "keep both of one video",
            )
        finite = (np.abs(positions) < _FARTHEST).all()
        if not finite or not are_rotations(rotations.astype(np.float64)):
            raise FootlightsError(
                f"{' and '.join(names)} are no path of a camera",
                file,
                "make it again, or take it away",
            )
        if prefix == "world_cam":
            return CameraPath(rotations[frames], positions[frames])
        notes.append("places are the world's, but upright as the camera was in its first frame")
        return CameraPath(UPRIGHT @ rotations[frames], positions[frames] @ UPRIGHT)
    raise FootlightsError(
        "holds no path of a camera", file, "give TRAM's own camera.npy, or take it away"
    )
