"""Is a dance copied: how far each of its seconds is from the nearest second of the training
motions, mirrored too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..motion.heading import heading_free_positions
from ..motion.motion import Motion
from .metric_score import Score

JOINTS = (
    "spine3", "head", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
RATE = 10.0  # samples a second: ten poses make a second
_BLOCK = 256  # windows compared at once, to bound memory


def posture(motion: Motion) -> np.ndarray:
    """Places (T, 10, 3) of the ten joints seen from the pelvis's ground point, heading removed,
    metres.
    """
    return heading_free_positions(motion, JOINTS)


def seconds_of(motion: Motion, hop: float) -> np.ndarray:
    """One-second windows (N, 300) float32 of `posture`, a new one every ``hop`` seconds; N is 0
    when the clip is shorter.
    """
    place = posture(motion)
    starts = np.arange(0, len(motion) - motion.fps + 1e-6, hop * motion.fps)
    frames = np.round(starts[:, None] + np.arange(int(RATE)) * (motion.fps / RATE)).astype(int)
    return place[frames].reshape(len(starts), int(RATE) * len(JOINTS) * 3).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Seconds:
    """All seconds (N, 300) of some motions, ready to be searched."""

    windows: np.ndarray

    @classmethod
    def of(cls, motions: Iterable[Motion], hop: float = 0.1) -> "Seconds":
        """The seconds of ``motions`` and of their mirror images, one every ``hop`` seconds."""
        parts = [seconds_of(m, hop) for motion in motions for m in (motion, motion.mirrored())]
        return cls(np.concatenate(parts) if parts else np.zeros((0, 300), np.float32))

    def nearest(self, windows: np.ndarray) -> np.ndarray:
        """Root mean square joint distance in cm (M,) from each window (M, 300) to the nearest
        second.
        """
        sizes = np.sum(self.windows**2, axis=1)
        best = []
        for first in range(0, len(windows), _BLOCK):
            block = windows[first : first + _BLOCK]
            squares = sizes - 2 * block @ self.windows.T
            found = self.windows[squares.argmin(1)]
            best.append(
                np.mean(np.sum((block - found).reshape(len(block), -1, 3) ** 2, axis=-1), axis=1)
            )
        return 100 * np.sqrt(np.concatenate(best)) if best else np.zeros(0)


def novelty(motion: Motion, seconds: Seconds, hop: float = 0.5) -> Score:
    """Median over the clip's seconds of the distance (cm) to the nearest training second;
    ``frames`` has one value a window.
    """
    windows = seconds_of(motion, hop)
    if not len(windows) or not len(seconds.windows):
        return Score.none(
            "cm",
            "the clip is shorter than a second"
            if not len(windows)
            else "there is no training second",
        )
    distance = seconds.nearest(windows)
    return Score(float(np.median(distance)), "cm", "", distance.astype(np.float32))
