"""Kinetic features: how fast each joint travels, rises and changes its motion, three numbers a
joint.

After Onuma, Faloutsos and Hodgins (2008), "FMDistance: a fast and effective distance function for
motion capture data", and its reading in fairmotion, Bailando and the AIST++ tools, on which
published FID_k and DIV_k stand.
"""

import numpy as np

from .array_checks import joint_places
from .metric_score import stride

_PUBLISHED_STEP = 1 / 60  # seconds, whatever the rate of the data


def kinetic_frames(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(N, J, 3) for every frame and joint: squared ground speed and squared climb (m2/s2), size of
    acceleration (m/s2).

    Differences reach over a fifteenth of a second, so that 30 and 60 frames a second agree; N = T -
    4 ``stride(fps)``.

    Args:
        positions: (T, J, 3) metres.
        up: index of the vertical axis.
    """
    half = 2 * stride(fps)
    place = joint_places(positions)
    if len(place) <= 2 * half:
        return np.zeros((0, place.shape[1], 3))
    before, now, after = place[: -2 * half], place[half:-half], place[2 * half :]
    seconds = half / fps
    speed = ((after - before) / (2 * seconds)) ** 2
    acceleration = np.linalg.norm(after - 2 * now + before, axis=-1) / seconds**2
    climb = speed[..., up]
    return np.stack([speed.sum(-1) - climb, climb, acceleration], axis=-1)


def kinetic_features(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(3 J,) means over time of `kinetic_frames`, joint by joint; NaN when the clip is shorter than
    5/30 s.

    Translation, heading and frame rate do not change them; size of the body and noise do.
    """
    frames = kinetic_frames(positions, fps, up)
    return frames.mean(axis=0).ravel() if len(frames) else np.full(3 * frames.shape[1], np.nan)


def kinetic_features_bailando(positions: np.ndarray) -> np.ndarray:
    """(3 J,) as published code computes them: y up, 60 frames a second taken for granted, and the
    energy bug.

    A misplaced bracket makes the last number of each joint about 3540 times its mean distance from
    the origin (m), for (p' - (1 + dt) p + p'') / dt2 stands in place of (p' - 2 p + p'') / dt2. Two
    frames give NaN there, one gives only NaN.
    """
    place = joint_places(positions)
    if len(place) < 2:
        return np.full(3 * place.shape[1], np.nan)
    dt = _PUBLISHED_STEP
    speed = (around(place[1:] - place[:-1], len(place)) / dt) ** 2
    bent = (place[2:] - (1 + dt) * place[1:-1] + place[:-2]) / dt**2
    energy = np.linalg.norm(around(bent, len(place)), axis=-1)
    frames = np.stack([speed[..., 0] + speed[..., 2], speed[..., 1], energy], axis=-1)
    return frames.mean(axis=0).ravel()


def around(values: np.ndarray, frames: int) -> np.ndarray:
    """Means (frames - 1, ...) of ``values``, which begin at frame 1, over the two frames before
    and after each frame.
    """
    total = (
        np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
        if len(values)
        else np.zeros((1, *values.shape[1:]))
    )
    at = np.arange(frames - 1)
    first, last = np.clip([at - 2, at + 3], 0, len(values))
    with np.errstate(invalid="ignore"):
        return (total[last] - total[first]) / (last - first)[:, None, None]
