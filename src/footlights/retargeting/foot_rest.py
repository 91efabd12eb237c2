"""How surely a point of a foot rests on the floor, told by its height and its speed."""

import numpy as np

_STILL = 0.12  # m/s: a point that is slower surely rests
_LOW = 0.03  # metres above where it rests: a point that is lower surely does
_SLOW = 0.15  # m/s: among frames slower than this the height of rest is looked for


def rest_weights(
    positions: np.ndarray, fps: float, speed: float = 0.35, height: float = 0.10
) -> np.ndarray:
    """(T,) from 1 where a point is low and slow to 0 where it is not, soft in both.

    Args:
        positions: (T, 3) metres.
        speed, height: m/s and metres above its rest from which on it does not rest at all.
    """
    slow = np.clip((speed - _speeds(positions, fps)) / (speed - _STILL), 0, 1)
    above = positions[:, 2] - rest_height(positions, fps)
    return slow * np.clip((height - above) / (height - _LOW), 0, 1)


def rest_height(positions: np.ndarray, fps: float) -> float:
    """Height in metres at which a point (T, 3) rests: low among the frames in which it is slow."""
    speeds = _speeds(positions, fps)
    slow = speeds <= max(_SLOW, float(np.quantile(speeds, 0.1)))
    return float(np.quantile(positions[slow, 2], 0.1))


def _speeds(positions: np.ndarray, fps: float) -> np.ndarray:
    """(T,) m/s."""
    if len(positions) < 2:
        return np.zeros(len(positions))
    return np.linalg.norm(np.gradient(positions, axis=0), axis=-1) * fps
