"""Dancers in a video as 4D-Humans and PHALP track them (.pkl): who is in each frame, in what pose,
before the camera.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from . import smplx
from .safe.budget import MAX_FRAMES
from .safe.pickle_machine import arrays_of

_OF_ALL = ("tid", "smpl", "camera")  # of each frame: lists over the persons in it


def fits(held: dict[Any, Any]) -> bool:
    """Whether a pickle's dict holds such tracks: dicts by the name of a frame."""
    first = next(iter(held.values()), None)
    return isinstance(first, dict) and all(name in first for name in _OF_ALL)


def from_dict(
    held: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The person who is seen in most frames.

    Args:
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z" of what it becomes; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: nobody in it, a pose of another shape, or no rate.
    """
    often = Counter(person for person, *_ in _seen(held, path))
    if not often:
        raise FootlightsError("tracks nobody", path, "give a video with a person in it")
    longest = max(often, key=lambda person: (often[person], -person))
    notes = [] if len(often) == 1 else [f"{len(often)} persons: the longest, {longest}, was read"]
    notes.append(
        "how far away it dances is guessed by the recogniser, which takes its camera for one of focal length 5000"
    )
    found = [
        (frame, _turns(pose, frame, path), _place(place, frame, path))
        for who, frame, pose, place in _seen(held, path)
        if who == longest
    ]
    frames, poses, places = zip(*found, strict=True)
    person = {"poses": np.stack(poses), "trans": np.stack(places), "frame_ids": np.array(frames)}
    return smplx.from_arrays(person, path, fps, up, notes, smplx.still_camera(notes))


def _seen(held: dict[Any, Any], path: object) -> Iterator[tuple[int, int, dict[Any, Any], Any]]:
    """Person, frame, pose and place of everybody who is detected, frame by frame."""
    count = 0
    for number, frame in enumerate(held.values()):
        there, poses, places, since = _lists(frame, number, path)
        count += len(there)
        if count > MAX_FRAMES:
            raise FootlightsError(
                "tracks more persons than a film can show", path, "cut it into parts"
            )
        time = _whole(frame.get("time", number), number, path)
        for person, pose, place, lost in zip(there, poses, places, since, strict=False):
            if isinstance(pose, dict) and _whole(lost, number, path) == 0:
                yield _whole(person, number, path), time, pose, place


def _lists(frame: Any, number: int, path: object) -> list[list[Any]]:
    """Of a frame's persons: who, in what pose, where, and how many frames ago each was last
    detected.
    """
    lists: list[Any] = [frame.get(name) for name in _OF_ALL] if isinstance(frame, dict) else [None]
    if all(isinstance(some, list) for some in lists):
        since = frame.get("tracked_time") or [0] * len(lists[0])
        if isinstance(since, list):
            return [*lists, since]
    raise FootlightsError(f"frame {number} does not say who is in it", path, "write the file again")


def _whole(value: Any, number: int, path: object) -> int:
    if type(value) is int and abs(value) < 1 << 53:
        return value
    numbers = arrays_of({"": value}).get("", np.zeros(0))
    if (
        numbers.size != 1
        or numbers.dtype.kind not in "iuf"
        or not abs(float(numbers.reshape(-1)[0])) < 1 << 53
    ):
        raise FootlightsError(
            f"frame {number} numbers somebody with what is no number", path, "write the file again"
        )
    return int(numbers.reshape(-1)[0])


def _turns(pose: dict[Any, Any], number: int, path: object) -> np.ndarray:
    """(24, 3, 3)."""
    held = arrays_of({name: pose[name] for name in ("global_orient", "body_pose") if name in pose})
    parts = [held.get(name, np.zeros(0)) for name in ("global_orient", "body_pose")]
    if any(
        part.dtype.kind != "f" or part.size != 9 * count
        for part, count in zip(parts, (1, 23), strict=True)
    ):
        raise FootlightsError(
            f"frame {number} holds a pose that is none of SMPL's", path, "write the file again"
        )
    return np.concatenate([part.reshape(-1, 3, 3) for part in parts])


def _place(place: Any, number: int, path: object) -> np.ndarray:
    numbers = arrays_of({"": place}).get("", np.zeros(0))
    if numbers.dtype.kind != "f" or numbers.size != 3:
        raise FootlightsError(
            f"frame {number} holds a camera of shape {numbers.shape}", path, "write the file again"
        )
    return numbers.reshape(3)
