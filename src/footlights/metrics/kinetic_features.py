"""Kinetic features: how fast each joint travels, climbs and accelerates, three numbers a joint.

After Onuma, Faloutsos and Hodgins (2008), "FMDistance: a fast and effective distance function for
motion capture data", and its reading in fairmotion, Bailando and the AIST++ tools, on which
published FID_k and DIV_k stand.
"""

import numpy as np

from .array_checks import checked_positions
from .derivatives import stride

_PUBLISHED_STEP = 1 / 60  # seconds, whatever the rate of the data


def kinetic_features(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(3 J,) means over time of `kinetic_frames`, joint by joint.

    Translation, heading and frame rate do not change them; size of the body and noise do. NaN when
    the clip is shorter than 5/30 s.
    """
    frames = kinetic_frames(positions, fps, up)
    return frames.mean(axis=0).ravel() if len(frames) else np.full(3 * frames.shape[1], np.nan)


def kinetic_frames(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(N, J, 3) for every frame and joint: squared ground speed, squared climb, acceleration.

    In m2/s2, m2/s2 and m/s2. Differences reach over a fifteenth of a second, so that 30 and 60
    frames a second agree; N = T - 4 ``stride(fps)``.

    Args:
        positions: (T, J, 3) metres.
        up: index of the vertical axis.
    """
    positions = checked_positions(positions)
    half = 2 * stride(fps)
    if len(positions) <= 2 * half:
        return np.zeros((0, positions.shape[1], 3))

    before, now, after = positions[: -2 * half], positions[half:-half], positions[2 * half :]
    seconds = half / fps
    squared_velocity = ((after - before) / (2 * seconds)) ** 2
    climb = squared_velocity[..., up]
    acceleration = np.linalg.norm(after - 2 * now + before, axis=-1) / seconds**2
    return np.stack([squared_velocity.sum(-1) - climb, climb, acceleration], axis=-1)


def kinetic_features_bailando(positions: np.ndarray) -> np.ndarray:
    """(3 J,) as published: y up, 60 frames a second taken for granted, and the energy bug.

    A misplaced bracket makes the last number of each joint about 3540 times its mean distance from
    the origin (m), for (p' - (1 + dt) p + p'') / dt2 stands in place of (p' - 2 p + p'') / dt2. Two
    frames give NaN there, one gives only NaN.
    """
    positions = checked_positions(positions)
    if len(positions) < 2:
        return np.full(3 * positions.shape[1], np.nan)

    dt = _PUBLISHED_STEP
    steps = five_frame_means(positions[1:] - positions[:-1], len(positions))
    speed = (steps / dt) ** 2
    second = (positions[2:] - (1 + dt) * positions[1:-1] + positions[:-2]) / dt**2
    energy = np.linalg.norm(five_frame_means(second, len(positions)), axis=-1)

    frames = np.stack([speed[..., 0] + speed[..., 2], speed[..., 1], energy], axis=-1)
    return frames.mean(axis=0).ravel()


def five_frame_means(values: np.ndarray, frames: int) -> np.ndarray:
    """Means (frames - 1, ...) of ``values`` over the two frames before and after each frame.

    Values begin at frame 1; beyond their ends fewer are averaged, as published code does.
    """
    zero = np.zeros((1, *values.shape[1:]))
    total = np.concatenate([zero, np.cumsum(values, axis=0)]) if len(values) else zero

    at = np.arange(frames - 1)
    first, last = np.clip([at - 2, at + 3], 0, len(values))
    with np.errstate(invalid="ignore"):
        return (total[last] - total[first]) / (last - first)[:, None, None]
