"""How much a body turns its joints: published magnitudes and freezing, and a plain angular speed."""

import numpy as np

from ..geometry.rotations import angle_between
from ..motion.motion import Motion
from .array_checks import joint_places
from .kinetic_features import around
from .metric_score import Score, stride


def magnitude_s2s(sixes: np.ndarray) -> float:
    """Skeleton2Stage's motion magnitude: 30 times the mean absolute step of 6-D rotations (T, 24,
    6).

    Its six numbers are the first two **rows** of a matrix. Not an angle, and frames must come 30 a
    second.
    """
    steps = np.abs(np.diff(np.asarray(sixes, np.float64), axis=0))
    return float(30 * steps.mean()) if steps.size else float("nan")


def freezing_s2s(root: np.ndarray, sixes: np.ndarray) -> float:
    """Skeleton2Stage's freezing rate: mean absolute step of root places (T, 3) in metres plus that
    of 6-D rotations (T, 24, 6).

    Less is more frozen, metres and matrix entries are summed, and frames must come 30 a second.
    """
    parts = [np.abs(np.diff(np.asarray(v, np.float64), axis=0)) for v in (root, sixes)]
    return float(sum(p.mean() for p in parts)) if parts[0].size else float("nan")


def antifreezing_s2s(positions: np.ndarray) -> float:
    """Skeleton2Stage's energy reward of positions (T, 24, 3), z up, 30 frames a second: more is
    rewarded without end.

    Half of the mean over joints of squared speed plus unsquared acceleration, both averaged over
    five frames, the height of the root taken out. Trembling by 0.03 rad is worth more than dancing.
    """
    place = joint_places(positions).copy()
    place[..., 2] -= place[:, :1, 2]
    if len(place) < 3:
        return float("nan")
    speed = np.linalg.norm(around(np.diff(place, axis=0) * 30, len(place)), axis=-1)
    bent = np.linalg.norm(around(np.diff(place, n=2, axis=0) * 900, len(place)), axis=-1)
    return float(0.5 * ((speed**2).mean(axis=0) + bent.mean(axis=0)).mean())


def angular_speed_of(rotations: np.ndarray, fps: float) -> np.ndarray:
    """(T - stride, J) rad/s of local rotations (T, J, 4), quaternions w x y z, over a thirtieth of
    a second.
    """
    step = stride(fps)
    quats = np.asarray(rotations, np.float64)
    return angle_between(quats[step:], quats[:-step]) * (fps / step)


def angular_speed(motion: Motion) -> Score:
    """Mean speed in rad/s at which the joints turn, the pelvis in the world and the others in
    their parents; per frame too.
    """
    speeds = angular_speed_of(motion.rotations, motion.fps)
    return Score.mean(
        speeds.mean(axis=1), "rad/s", "the clip is shorter than a thirtieth of a second"
    )
