"""How much a body moves: a plain angular speed, and Skeleton2Stage's published magnitudes."""

import numpy as np

from ..geometry.rotations import angle_between
from ..motion.motion import Motion
from .array_checks import checked_positions
from .derivatives import stride
from .kinetic_features import five_frame_means
from .metric_score import Score


def angular_speed(motion: Motion) -> Score:
    """Mean speed in rad/s at which the joints turn; per frame too.

    The pelvis turns in the world and the others in their parents.
    """
    speeds = angular_speed_of(motion.rotations, motion.fps)
    too_short = "the clip is shorter than a thirtieth of a second"
    return Score.mean(speeds.mean(axis=1), "rad/s", too_short)


def angular_speed_of(rotations: np.ndarray, fps: float) -> np.ndarray:
    """(T - stride, J) rad/s over a thirtieth of a second.

    Args:
        rotations: (T, J, 4) local quaternions w x y z.
    """
    step = stride(fps)
    quats = np.asarray(rotations, np.float64)
    return angle_between(quats[step:], quats[:-step]) * (fps / step)


def magnitude_s2s(rotations_6d: np.ndarray) -> float:
    """Skeleton2Stage's motion magnitude: 30 times the mean absolute step of 6-D rotations.

    Not an angle, and frames must come 30 a second.

    Args:
        rotations_6d: (T, 24, 6), the first two **rows** of each matrix.
    """
    steps = np.abs(np.diff(np.asarray(rotations_6d, np.float64), axis=0))
    return float(30 * steps.mean()) if steps.size else float("nan")


def freezing_s2s(root: np.ndarray, rotations_6d: np.ndarray) -> float:
    """Skeleton2Stage's freezing rate: mean absolute steps of the root and of 6-D rotations, summed.

    Less is more frozen, metres and matrix entries are summed, and frames must come 30 a second.

    Args:
        root: (T, 3) positions, metres.
        rotations_6d: (T, 24, 6), the first two rows of each matrix.
    """
    steps = [np.abs(np.diff(np.asarray(v, np.float64), axis=0)) for v in (root, rotations_6d)]
    return float(sum(step.mean() for step in steps)) if steps[0].size else float("nan")


def antifreezing_s2s(positions: np.ndarray) -> float:
    """Skeleton2Stage's energy reward: more is rewarded without end.

    Half of the mean over joints of squared speed plus unsquared acceleration, both averaged over
    five frames, the height of the root taken out. Trembling by 0.03 rad is worth more than dancing.

    Args:
        positions: (T, 24, 3) metres, z up, 30 frames a second.
    """
    positions = checked_positions(positions).copy()
    positions[..., 2] -= positions[:, :1, 2]
    frames = len(positions)
    if frames < 3:
        return float("nan")

    velocity = five_frame_means(np.diff(positions, axis=0) * 30, frames)
    acceleration = five_frame_means(np.diff(positions, n=2, axis=0) * 900, frames)
    speed, size = (np.linalg.norm(v, axis=-1) for v in (velocity, acceleration))
    return float(0.5 * ((speed**2).mean(axis=0) + size.mean(axis=0)).mean())
