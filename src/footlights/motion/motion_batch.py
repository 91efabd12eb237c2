"""MotionBatch: many clips of one rate and skeleton as arrays, for what learns and what judges."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat
from .motion import Motion
from .skeleton import Skeleton, forward_kinematics


@dataclass(frozen=True, eq=False)
class MotionBatch:
    """B clips, shorter ones held at their last frame up to the length T of the longest.

    Attributes:
        root: (B, T, 3) metres.
        rotations: (B, T, J, 4) unit quaternions w x y z, as in `Motion`.
        lengths: frames of each clip.
        fps: frames a second of all of them.
        skeleton: the J joints of all of them.

    Arrays are of any library; `map` brings them into another.
    """

    root: Any
    rotations: Any
    lengths: tuple[int, ...]
    fps: float
    skeleton: Skeleton

    @classmethod
    def of(cls, motions: Sequence[Motion]) -> "MotionBatch":
        """The batch of ``motions``, float32 numpy arrays.

        Raises:
            FootlightsError: no motions, or motions of several skeletons or rates.
        """
        if not motions:
            raise FootlightsError("a batch of no motions", "batch", "give one or more")
        first = motions[0]
        for number, motion in enumerate(motions):
            if motion.skeleton != first.skeleton or motion.fps != first.fps:
                raise FootlightsError(
                    f"motion {number} is on another skeleton or at another rate than the first",
                    "batch",
                    "retarget or resample it first",
                )

        lengths = tuple(len(motion) for motion in motions)
        frames = np.minimum(np.arange(max(lengths)), np.array(lengths)[:, None] - 1)
        return cls(
            np.stack([motion.root[at] for motion, at in zip(motions, frames, strict=True)]),
            np.stack([motion.rotations[at] for motion, at in zip(motions, frames, strict=True)]),
            lengths,
            first.fps,
            first.skeleton,
        )

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def mask(self) -> np.ndarray:
        """(B, T) bool: which frames are of the clips and not held."""
        return np.arange(self.root.shape[1]) < np.array(self.lengths)[:, None]

    def kinematics(self) -> tuple[Any, Any]:
        """Joint positions (B, T, J, 3) and world rotation matrices (B, T, J, 3, 3)."""
        return forward_kinematics(self.skeleton, self.root, matrix_from_quat(self.rotations))

    def map(self, convert: Callable[[Any], Any]) -> "MotionBatch":
        """The batch with its arrays converted: ``batch.map(torch.from_numpy)``."""
        return dataclasses.replace(self, root=convert(self.root), rotations=convert(self.rotations))

    def motions(self) -> list[Motion]:
        """The clips again, each of its own length; arrays must be numpy's, or convert to them."""
        return [
            Motion(np.asarray(root)[:n], np.asarray(rotations)[:n], self.fps, self.skeleton)
            for root, rotations, n in zip(self.root, self.rotations, self.lengths, strict=True)
        ]
