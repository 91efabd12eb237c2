"""Dancers in a video as 4D-Humans and PHALP track them (.pkl): who is in each frame, in what pose, before the camera."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import FootlightsError
from ..motion import Motion
from . import smplx
from .safe_pickle import arrays_of

_OF_ALL = {"tid", "smpl", "camera"}  # of each frame: lists over the persons in it


def fits(held: dict[Any, Any]) -> bool:
    """Whether a pickle's dict holds such tracks: dicts by the name of a frame."""
    first = next(iter(held.values()), None)
    return isinstance(first, dict) and set(first) >= _OF_ALL


def from_dict(held: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None) -> Motion:
    """The person who is seen in most frames.

    Args:
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z" of what it becomes; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: nobody in it, a pose of another shape, or no rate.
    """
    seen = list(_seen(held, path))
    if not seen:
        raise FootlightsError("tracks nobody", path, "give a video with a person in it")
    often = Counter(person for person, *_ in seen)
    longest = max(often, key=lambda person: (often[person], -person))
    notes = [] if len(often) == 1 else [f"{len(often)} persons: the longest, {longest}, was read"]
    notes.append("how far away it dances is guessed by the recogniser, which takes its camera for one of focal length 5000")
    frames, poses, places = zip(*(found for person, *found in seen if person == longest), strict=True)
    person = {"poses": np.stack(poses), "trans": np.stack(places), "frame_ids": np.array(frames)}
    return smplx.from_arrays(person, path, fps, up, notes, smplx.still_camera(notes))


def _seen(held: dict[Any, Any], path: object) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Person, frame, turns (24, 3, 3) and place (3,) of everybody who is detected, frame by frame."""
    for number, frame in enumerate(held.values()):
        if not isinstance(frame, dict) or not all(isinstance(frame.get(name), list) for name in _OF_ALL):
            raise FootlightsError(f"frame {number} does not say who is in it", path, "write the file again")
        since = frame.get("tracked_time") or [0] * len(frame["tid"])  # frames since a track was last detected
        time = frame.get("time", number)
        for person, pose, place, lost in zip(frame["tid"], frame["smpl"], frame["camera"], since, strict=False):
            if lost == 0 and isinstance(pose, dict):
                yield _whole(person), _whole(time), _turns(arrays_of(pose), number, path), _place(place, number, path)


def _whole(value: Any) -> int:
    return int(arrays_of({"": value}).get("", np.zeros(0)).reshape(-1)[:1].sum())


def _turns(pose: dict[str, np.ndarray], number: int, path: object) -> np.ndarray:
    parts = [pose.get(name, np.zeros(0)) for name in ("global_orient", "body_pose")]
    if any(part.dtype.kind != "f" or part.size != 9 * count for part, count in zip(parts, (1, 23), strict=True)):
        raise FootlightsError(f"frame {number} holds a pose that is none of SMPL's", path, "write the file again")
    return np.concatenate([part.reshape(-1, 3, 3) for part in parts])


def _place(place: Any, number: int, path: object) -> np.ndarray:
    numbers = arrays_of({"": place}).get("", np.zeros(0))
    if numbers.dtype.kind != "f" or numbers.size != 3:
        raise FootlightsError(f"frame {number} holds a camera of shape {numbers.shape}", path, "write the file again")
    return numbers.reshape(3)
