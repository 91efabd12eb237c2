"""Which parts of the soles touch the floor z = 0, frame by frame."""

import numpy as np

from ..geometry.signals import close_gaps, drop_short_runs
from .body import soles
from .motion import Motion

# A contact begins when a sole is below the first height and slower than the first speed, and ends
# above either of the second: one threshold would flicker on a sole that rests near it.
_BEGIN_HEIGHT, _END_HEIGHT = 0.025, 0.04  # metres above the floor
_BEGIN_SPEED, _END_SPEED = 0.25, 0.4  # m/s
_SHORT = 0.07  # seconds: shorter contacts and shorter gaps are noise


def mark_contacts(motion: Motion) -> np.ndarray:
    """(T, 4) float32, 1 where left heel, left toe, right heel, right toe touch the floor, else 0.

    A part of a sole begins to touch when its lowest corner is under 2.5 cm and slower than 0.25
    m/s, and ends when it rises over 4 cm or moves faster than 0.4 m/s; touches and gaps under 0.07
    s are dropped.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    return touches(soles(motion), motion.fps)


def touches(corners: np.ndarray, fps: float) -> np.ndarray:
    """(T, 4) float32 contacts, as `mark_contacts` finds them, of sole corners (T, 4, K, 3) of a
    grown person, metres.
    """
    heights, speeds = _lowest_corners(corners.astype(np.float64), fps)
    begins = (heights < _BEGIN_HEIGHT) & (speeds < _BEGIN_SPEED)
    stays = (heights < _END_HEIGHT) & (speeds < _END_SPEED)

    columns = [_latched(b, s) for b, s in zip(begins.T, stays.T, strict=True)]
    return np.stack([_without_short(column, fps) for column in columns], axis=1).astype(np.float32)


def point_speeds(points: np.ndarray, fps: float) -> np.ndarray:
    """(T, ...) m/s of points (T, ..., 3), by differences of neighbouring frames; 0 of a single
    frame.
    """
    if len(points) < 2:
        return np.zeros(points.shape[:-1])
    speeds: np.ndarray = np.linalg.norm(np.gradient(points, 1 / fps, axis=0), axis=-1)
    return speeds


def _lowest_corners(corners: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Height (T, 4) in metres of the lowest corner of each part and its speed (T, 4), m/s."""
    lowest = corners[..., 2].argmin(-1)[..., None]
    heights = np.take_along_axis(corners[..., 2], lowest, -1)[..., 0]
    speeds = np.take_along_axis(point_speeds(corners, fps), lowest, -1)[..., 0]
    return heights, speeds


def _latched(begins: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """(T,) bool: runs of ``stays`` from their first ``begins`` on."""
    contact = np.zeros_like(begins)
    touching = False
    for frame, (begin, stay) in enumerate(zip(begins.tolist(), stays.tolist(), strict=True)):
        touching = stay and (touching or begin)
        contact[frame] = touching
    return contact


def _without_short(contact: np.ndarray, fps: float) -> np.ndarray:
    # Gaps first: two halves of one stand must not be dropped as two short contacts.
    closed = close_gaps(contact, _SHORT * fps)
    return drop_short_runs(closed, _SHORT * fps, at_ends=False)
