"""Dancers in a video as 4D-Humans and PHALP track them: who is in each frame, in what pose."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.budget import MAX_FRAMES
from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .safe.pickle_machine import arrays_of
from .smpl_arrays import motion_from_arrays, still_camera

_PER_PERSON = ("tid", "smpl", "camera")  # of each frame: lists over the persons in it
_LARGEST_WHOLE = 1 << 53  # beyond which a double no longer holds every whole number
_AGAIN = "write the file again"


@dataclass(frozen=True)
class _Detection:
    """One person in one frame: the number of either, the pose and the position, still unread."""

    person: int
    frame: int
    pose: dict[Any, Any]
    position: Any


def is_phalp(contents: dict[Any, Any]) -> bool:
    """Whether a pickle's dict holds such tracks: dicts by the name of a frame."""
    first = next(iter(contents.values()), None)
    return isinstance(first, dict) and all(name in first for name in _PER_PERSON)


def motion_from_dict(
    contents: dict[Any, Any], path: object, *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The person who is seen in most frames.

    Args:
        contents: the dict of the pickle.
        path: of the file, for what is said of it.
        fps: frames a second of the video, which such files do not hold.
        up: "y" or "z" of what it becomes; y, unless the legs point along z, when None.

    Raises:
        FootlightsError: nobody in it, a pose of another shape, or no rate.
    """
    frame_counts = Counter(detection.person for detection in _detections(contents, path))
    if not frame_counts:
        raise FootlightsError("tracks nobody", path, "give a video with a person in it")
    longest = max(frame_counts, key=lambda person: (frame_counts[person], -person))

    notes = []
    if len(frame_counts) > 1:
        notes.append(f"{len(frame_counts)} persons: the longest, {longest}, was read")
    notes.append(
        "how far away it dances is guessed by the recogniser, "
        "which takes its camera for one of focal length 5000"
    )

    frames, poses, positions = [], [], []
    for detection in _detections(contents, path):
        if detection.person == longest:
            frames.append(detection.frame)
            poses.append(_rotation_matrices(detection.pose, detection.frame, path))
            positions.append(_position(detection.position, detection.frame, path))
    person = {
        "poses": np.stack(poses),
        "trans": np.stack(positions),
        "frame_ids": np.array(frames),
    }
    return motion_from_arrays(person, path, fps, up, notes, still_camera(notes))


def _detections(contents: dict[Any, Any], path: object) -> Iterator[_Detection]:
    """Everybody who is detected, frame by frame."""
    count = 0
    for number, frame in enumerate(contents.values()):
        persons, poses, positions, ages = _person_lists(frame, number, path)
        count += len(persons)
        if count > MAX_FRAMES:
            raise FootlightsError(
                "tracks more persons than a film can show", path, "cut it into parts"
            )
        time = _whole(frame.get("time", number), number, path)
        for person, pose, position, age in zip(persons, poses, positions, ages, strict=False):
            # A person who was last detected some frames ago is only guessed to be there.
            if isinstance(pose, dict) and _whole(age, number, path) == 0:
                yield _Detection(_whole(person, number, path), time, pose, position)


def _person_lists(frame: Any, number: int, path: object) -> list[list[Any]]:
    """Of a frame's persons: numbers, poses, positions, and frames since each was last detected."""
    if isinstance(frame, dict):
        lists: list[Any] = [frame.get(name) for name in _PER_PERSON]
        if all(isinstance(values, list) for values in lists):
            ages = frame.get("tracked_time") or [0] * len(lists[0])
            if isinstance(ages, list):
                return [*lists, ages]
    raise FootlightsError(f"frame {number} does not say who is in it", path, _AGAIN)


def _whole(value: Any, number: int, path: object) -> int:
    """The whole number that ``value`` is, as Python's or as an array of one."""
    if type(value) is int and abs(value) < _LARGEST_WHOLE:
        return value
    numbers = arrays_of({"": value}).get("", np.zeros(0))
    if (
        numbers.size != 1
        or numbers.dtype.kind not in "iuf"
        or not abs(float(numbers.reshape(-1)[0])) < _LARGEST_WHOLE
    ):
        raise FootlightsError(
            f"frame {number} numbers somebody with what is no number", path, _AGAIN
        )
    return int(numbers.reshape(-1)[0])


def _rotation_matrices(pose: dict[Any, Any], number: int, path: object) -> np.ndarray:
    """(24, 3, 3) of the pelvis and the joints below it."""
    names = ("global_orient", "body_pose")
    arrays = arrays_of({name: pose[name] for name in names if name in pose})
    parts = [arrays.get(name, np.zeros(0)) for name in names]
    for part, joints in zip(parts, (1, 23), strict=True):
        if part.dtype.kind != "f" or part.size != 9 * joints:
            raise FootlightsError(
                f"frame {number} holds a pose that is none of SMPL's", path, _AGAIN
            )
    return np.concatenate([part.reshape(-1, 3, 3) for part in parts])


def _position(value: Any, number: int, path: object) -> np.ndarray:
    """(3,) before the camera."""
    numbers = arrays_of({"": value}).get("", np.zeros(0))
    if numbers.dtype.kind != "f" or numbers.size != 3:
        raise FootlightsError(
            f"frame {number} holds a camera of shape {numbers.shape}", path, _AGAIN
        )
    return numbers.reshape(3)
