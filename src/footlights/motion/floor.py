"""Where the floor of a clip is that nobody told: at the height where the lowest slow point of a
body mostly is.
"""

import numpy as np

from ..physics.ground_reaction import points_of, speeds_of
from ..physics.humanoid import Humanoid
from ..physics.inverse_dynamics import pose_of
from .motion import Motion

_SLOW = 0.3  # m/s
_BIN = 0.005  # metres
_FEW = 5  # slow frames that are enough to trust them
_REACH = 3.0  # metres about the median: what lies farther off is a fault of the recording


def floor_of(motion: Motion, humanoid: Humanoid) -> tuple[float, float]:
    """Height of the floor in metres and its spread: half the range of the middle half of the
    heights it is taken from.

    Any part of the body may lie on it. Only frames whose lowest point is slower than 0.3 m/s count,
    unless there are too few; then the lowest fifth of all does. A body that hovers at one height
    throughout cannot be told from one that stands.
    """
    points = points_of(humanoid, *pose_of(humanoid, motion))
    rows, lowest = np.arange(len(points)), points[..., 2].argmin(axis=1)
    height = points[rows, lowest, 2]
    slow = speeds_of(points, motion.fps)[rows, lowest] < _SLOW
    heights = height[slow] if slow.sum() >= _FEW else np.sort(height)[: max(1, len(height) // 5)]
    middle = np.percentile(heights, 50, method="lower")
    heights = heights[np.abs(heights - middle) < _REACH]
    counts, edges = np.histogram(
        heights, bins=np.arange(heights.min() - 4 * _BIN, heights.max() + 5 * _BIN, _BIN)
    )
    kernel = np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2)
    peak = edges[np.convolve(counts, kernel, "same")[: len(counts)].argmax()] + _BIN / 2
    near = heights[np.abs(heights - peak) < 3 * _BIN]
    quarter, most = np.percentile(heights, [25, 75])
    return float(np.median(near)), float((most - quarter) / 2)
