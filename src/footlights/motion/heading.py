"""Poses as their own dancer sees them: heading, and places with the heading taken away."""

from collections.abc import Sequence

import numpy as np

from ..geometry.rotations import quat_about, quat_rotate, yaw_of
from .motion import Motion


def heading_of(motion: Motion) -> np.ndarray:
    """(T,) radians by which the root is turned about the vertical, in [-2 pi, 2 pi]."""
    yaw: np.ndarray = yaw_of(motion.rotations[:, 0].astype(np.float64))
    return yaw


def unturned(vectors: np.ndarray, heading: np.ndarray) -> np.ndarray:
    """Vectors (T, N, 3) turned back about the vertical by a heading (T,) in radians."""
    turned_back: np.ndarray = quat_rotate(quat_about("z", -heading)[:, None], vectors)
    return turned_back


def heading_free_positions(motion: Motion, joint_names: Sequence[str]) -> np.ndarray:
    """Positions (T, N, 3) of joints in metres, seen from the ground under the root in its heading.

    Raises:
        FootlightsError: the skeleton has no joint of such a name.
    """
    index = [motion.skeleton.index(name) for name in joint_names]
    positions = motion.positions[:, index].astype(np.float64)
    positions[..., :2] -= motion.root[:, None, :2]
    return unturned(positions, heading_of(motion))
