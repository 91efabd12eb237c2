"""Which parts of the soles touch the floor, and where the one floor of a clip is."""

from itertools import pairwise

import numpy as np

from .body import soles
from .motion import Motion

_TOUCH = (0.025, 0.25)  # metres above the floor and m/s: both below this to begin
_LEAVE = (0.04, 0.4)  # either above this to end
_SHORT = 0.07  # seconds: shorter touches and shorter gaps are noise
_STILL = 0.2  # m/s: a sole slower than this may be standing
_BIN = 0.005  # metres


def mark_contacts(motion: Motion) -> np.ndarray:
    """(T, 4) float32, 1 where left heel, left toe, right heel, right toe touch the floor z = 0,
    else 0.

    A part of a sole begins to touch when its lowest corner is under 2.5 cm and slower than 0.25
    m/s, and ends when it rises over 4 cm or moves faster than 0.4 m/s; touches and gaps under 0.07
    s are dropped.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    return touches(soles(motion), motion.fps)


def touches(points: np.ndarray, fps: float) -> np.ndarray:
    """(T, 4) float32 contacts, as `mark_contacts` finds them, of sole corners (T, 4, K, 3) of a
    grown person, metres.
    """
    height, speed = _lowest(points.astype(np.float64), fps)
    begins = (height < _TOUCH[0]) & (speed < _TOUCH[1])
    stays = (height < _LEAVE[0]) & (speed < _LEAVE[1])
    short = _SHORT * fps
    marked = np.stack([_held(b, s) for b, s in zip(begins.T, stays.T, strict=True)], 1)
    for part in range(marked.shape[1]):
        _drop_short(marked[:, part], False, short)
        _drop_short(marked[:, part], True, short)
    return marked.astype(np.float32)


def floor_height(motion: Motion) -> float:
    """Height in metres of the one floor of a clip: where the slowly moving lowest point of the
    soles is most often.

    The peak of a smoothed 5 mm histogram; jumps, falls and single bad frames do not move it. Frames
    in which that point is faster than 0.2 m/s do not count, unless there are no others.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    height, speed = _lowest(soles(motion).astype(np.float64), motion.fps)
    part = height.argmin(1)
    rows = np.arange(len(height))
    lowest, slow = height[rows, part], speed[rows, part] < _STILL
    chosen = (
        lowest[slow]
        if slow.sum() >= min(5, len(slow))
        else np.sort(lowest)[: max(1, len(lowest) // 5)]
    )
    first = chosen.min() - 4 * _BIN
    counts = np.bincount(((chosen - first) / _BIN).astype(int), minlength=8)
    kernel = np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2)
    peak = first + (np.convolve(counts, kernel, "same")[: len(counts)].argmax() + 0.5) * _BIN
    near = chosen[np.abs(chosen - peak) < 3 * _BIN]
    return float(np.median(near))


def _lowest(points: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Height (T, 4) of the lowest corner of each part and its speed (T, 4), m/s."""
    corner = points[..., 2].argmin(-1)[..., None]
    height = np.take_along_axis(points[..., 2], corner, -1)[..., 0]
    if len(points) < 2:
        return height, np.zeros_like(height)
    speed = np.linalg.norm(np.gradient(points, 1 / fps, axis=0), axis=-1)
    return height, np.take_along_axis(speed, corner, -1)[..., 0]


def _held(begins: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """(T,) bool: runs of ``stays`` from their first ``begins`` on."""
    held = np.zeros_like(begins)
    on = False
    for frame, (begin, stay) in enumerate(zip(begins.tolist(), stays.tolist(), strict=True)):
        on = stay and (on or begin)
        held[frame] = on
    return held


def _drop_short(marked: np.ndarray, value: bool, frames: float) -> None:
    """Flip, in place, inner runs of ``value`` in ``marked`` (T,) that are shorter than ``frames``."""
    edges = np.flatnonzero(np.diff(marked)) + 1
    for start, end in pairwise(edges):
        if marked[start] == value and end - start < frames:
            marked[start:end] = not value
