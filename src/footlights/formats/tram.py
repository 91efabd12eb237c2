"""TRAM's dancers in a video: a track of SMPL bodies before the camera (.npy), and the camera's
path in the folder above it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from . import smplx
from .safe.pickle_machine import arrays_of
from .safe.torch_tensors import load_boxed

_CAMERA = "camera.npy"
_FAR = 1e6  # metres
_HELD = {"pred_rotmat": "poses", "pred_trans": "trans", "frame": "frame_ids", "pred_shape": "betas"}


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The dancer of a ``hps_track_K.npy``, in the world where TRAM's ``camera.npy`` lies beside it
    or in the folder above.

    Args:
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z" of the world; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: no such file, damaged, asking to run something, without a rate, or with a
            camera of another video.
    """
    track = arrays_of(load_boxed(path))
    person = {ours: track[theirs] for theirs, ours in _HELD.items() if theirs in track}
    if not smplx.fits(person):
        held = ", ".join(sorted(map(str, track))[:8]) or "nothing"
        raise FootlightsError(
            f"holds {held}: no track of TRAM",
            path,
            "give one of the hps_track_0.npy, hps_track_1.npy, ...",
        )
    trans, frames = person["trans"], person.get("frame_ids")
    if not trans.ndim or (
        frames is not None and (frames.shape != (len(trans),) or frames.dtype.kind not in "iu")
    ):
        raise FootlightsError(
            "its places and its frames do not belong together", path, "write the file again"
        )
    notes: list[str] = []
    return smplx.from_arrays(person, path, fps, up, notes, _camera(Path(path), person, notes))


def _camera(path: Path, person: Mapping[str, np.ndarray], notes: list[str]) -> smplx.Camera:
    """The camera of each frame of the track."""
    file = next(
        (
            folder / _CAMERA
            for folder in (path.parent, path.parent.parent)
            if (folder / _CAMERA).is_file()
        ),
        None,
    )
    if file is None:
        return smplx.still_camera(notes)
    frames = (
        person["frame_ids"].astype(np.int64)
        if "frame_ids" in person
        else np.arange(len(person["trans"]))
    )
    held = arrays_of(load_boxed(file))
    for turn, place in (("world_cam_R", "world_cam_T"), ("pred_cam_R", "pred_cam_T")):
        if turn not in held or place not in held:
            continue
        turns, places = held[turn], held[place]
        count = len(turns) if turns.ndim else 0
        if (
            turns.shape != (count, 3, 3)
            or places.shape != (count, 3)
            or not ((frames >= 0) & (frames < count)).all()
        ):
            raise FootlightsError(
                f"{turn} does not cover the frames of {path.name}", file, "keep both of one video"
            )
        if not (np.abs(places) < _FAR).all() or not smplx.are_turns(turns.astype(np.float64)):
            raise FootlightsError(
                f"{turn} and {place} are no path of a camera",
                file,
                "make it again, or take it away",
            )
        if turn.startswith("world"):
            return turns[frames], places[frames]
        notes.append("places are the world's, but upright as the camera was in its first frame")
        return smplx.UPRIGHT @ turns[frames], places[frames] @ smplx.UPRIGHT
    raise FootlightsError(
        "holds no path of a camera", file, "give TRAM's own camera.npy, or take it away"
    )
