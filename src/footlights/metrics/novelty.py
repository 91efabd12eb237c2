"""Is a dance copied: how far each of its seconds is from the nearest second of training motions."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..motion.heading import heading_free_positions
from ..motion.motion import Motion
from .metric_score import Score

# Joints that tell one pose from another; the rest follow from them.
JOINTS = (
    "spine3", "head", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
RATE = 10.0  # samples a second: ten poses make a second
SECOND_WIDTH = int(RATE) * len(JOINTS) * 3
_BLOCK = 256  # windows compared at once, to bound memory


def novelty(motion: Motion, train: "TrainingSeconds", hop: float = 0.5) -> Score:
    """Median over the clip's seconds of the distance (cm) to the nearest training second.

    ``frames`` has one value a window, a new one every ``hop`` seconds.
    """
    windows = one_second_windows(motion, hop)
    if not len(windows):
        return Score.none("cm", "the clip is shorter than a second")
    if not len(train.windows):
        return Score.none("cm", "there is no training second")
    distance = train.nearest(windows)
    return Score(float(np.median(distance)), "cm", "", distance.astype(np.float32))


@dataclass(frozen=True, eq=False)
class TrainingSeconds:
    """All seconds (N, 300) of some motions, ready to be searched."""

    windows: np.ndarray

    @classmethod
    def of(cls, motions: Iterable[Motion], hop: float = 0.1) -> "TrainingSeconds":
        """The seconds of ``motions`` and of their mirror images, one every ``hop`` seconds."""
        parts = [
            one_second_windows(side, hop)
            for motion in motions
            for side in (motion, motion.mirrored())
        ]
        return cls(np.concatenate(parts) if parts else np.zeros((0, SECOND_WIDTH), np.float32))

    @classmethod
    def read(cls, file: str | os.PathLike[str]) -> "TrainingSeconds":
        """Seconds saved by `numpy.save`; mapped, so that processes share their memory."""
        return cls(np.load(file, mmap_mode="r", allow_pickle=False))

    def nearest(self, windows: np.ndarray) -> np.ndarray:
        """(M,) cm, root mean square joint distance of windows (M, 300) to the nearest second."""
        sizes = np.sum(self.windows**2, axis=1)
        squares = []
        for first in range(0, len(windows), _BLOCK):
            block = windows[first : first + _BLOCK]
            # Products say which second is nearest, differences how near it is: products round.
            nearest = self.windows[(sizes - 2 * block @ self.windows.T).argmin(1)]
            gaps = (block - nearest).reshape(len(block), -1, 3)
            squares.append(np.mean(np.sum(gaps**2, axis=-1), axis=1))
        return 100 * np.sqrt(np.concatenate(squares)) if squares else np.zeros(0)


def one_second_windows(motion: Motion, hop: float) -> np.ndarray:
    """(N, 300) float32 metres: ten poses of ten joints, a window every ``hop`` seconds.

    Positions are seen from the pelvis's ground point, heading removed; N is 0 when the clip is
    shorter than a second.
    """
    positions = heading_free_positions(motion, JOINTS)
    starts = np.arange(0, len(motion) - motion.fps + 1e-6, hop * motion.fps)
    frames = np.round(starts[:, None] + np.arange(int(RATE)) * (motion.fps / RATE)).astype(int)
    return positions[frames].reshape(len(starts), SECOND_WIDTH).astype(np.float32)
