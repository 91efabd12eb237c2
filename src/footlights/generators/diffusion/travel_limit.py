"""A dancer stays on stage: the slow part of the path is bent back to where the dance began.

Done to the network's prediction while there is still noise left, so that the steps which follow
find feet that fit the new path; bending the finished path would make planted feet slide.
"""

import numpy as np

from ...geometry.signals import gaussian_smoothed
from ..representation import VELOCITY, YAW_RATE, rotate_planar

RADIUS = 2.0  # metres that the slow part of the path keeps within
_SLOW = 3.0  # seconds: steps and sways faster than this are left alone


def limit_travel(vectors: np.ndarray, fps: float, place: np.ndarray | None = None) -> None:
    """Changes planar velocities of vectors (T, 152), un-normalised: slow path within `RADIUS`.

    ``place`` (2,) is where they begin, metres from the middle of the stage; there when None.
    """
    yaw = np.concatenate([[0.0], np.cumsum(vectors[:-1, YAW_RATE][:, 0])]) / fps
    path = np.cumsum(rotate_planar(vectors[:, VELOCITY].astype(np.float64), yaw), axis=0) / fps
    if place is not None:
        path += place
    slow = np.stack([gaussian_smoothed(path[:, i], _SLOW * fps) for i in range(2)], axis=1)

    # A hyperbolic tangent leaves the middle of the stage as it is and never reaches the radius.
    distance = np.linalg.norm(slow, axis=1, keepdims=True)
    bent = slow * (RADIUS * np.tanh(distance / RADIUS) / np.maximum(distance, 1e-9))
    change = np.gradient(bent - slow, axis=0) * fps if len(vectors) > 1 else np.zeros_like(slow)

    vectors[:, VELOCITY] += rotate_planar(change, -yaw)
