"""Published scores of feet and floor: EDGE's foot contact and Skeleton2Stage's ground."""

import numpy as np

from .array_checks import checked_positions

_ANKLES_AND_TOES = ((7, 10), (8, 11))  # SMPL joints of the left foot, and of the right one
_FLOATING = 0.05  # metres above the ground from which Skeleton2Stage counts them


def pfc_edge(positions: np.ndarray) -> float:
    """Published physical foot contact score: 10000 times the mean of `pfc_edge_frames`.

    Less is "better"; NaN when still.
    """
    frames = pfc_edge_frames(positions)
    return float(10_000 * frames.mean()) if len(frames) else float("nan")


def pfc_edge_frames(positions: np.ndarray) -> np.ndarray:
    """(T - 2,) steps in metres of both feet, multiplied, times the pelvis' acceleration.

    Of each foot the slower part counts; the acceleration is a share of its own maximum.

    Args:
        positions: (T, 24, 3) metres, z up, 30 frames a second taken for granted (Tseng et al. 2023,
            EDGE).
    """
    positions = checked_positions(positions, 24)
    if len(positions) < 3:
        return np.zeros(0)

    acceleration = np.diff(positions[:, 0], n=2, axis=0) * 900
    acceleration[:, 2] = np.maximum(acceleration[:, 2], 0)
    size = np.linalg.norm(acceleration, axis=-1)

    steps = np.linalg.norm(np.diff(positions[1:, :, :2], axis=0), axis=-1)
    left, right = (steps[:, list(foot)].min(axis=1) for foot in _ANKLES_AND_TOES)
    with np.errstate(invalid="ignore"):
        return left * right * size / size.max()


def ground_s2s(positions: np.ndarray) -> tuple[float, float, float]:
    """Skeleton2Stage's ground height (m), and metres below and above it, summed over frames.

    Above counts beyond 5 cm only. Its table divides sums over all clips by 24000, however many
    frames there are.
    """
    ground, below, above = ground_frames_s2s(positions)
    return ground, float(below.sum()), float(above.sum())


def ground_frames_s2s(positions: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The same frame by frame: ground height (m), metres below it and above it (T,).

    The ground is the mean of the lowest joint of positions (T, 24, 3), z up: hovering is not seen,
    a jump lifts the ground and everything else sinks.
    """
    lowest = checked_positions(positions)[..., 2].min(axis=1)
    ground = float(lowest.mean())
    above = np.where(lowest > ground + _FLOATING, lowest - ground, 0.0)
    return ground, np.maximum(0, ground - lowest), above


def ground_reward_s2s(positions: np.ndarray) -> np.ndarray:
    """(T,) Skeleton2Stage's reward in (1, 2]: 1 + exp(-100 d2).

    d are metres of the lowest joint from its mean over the clip.
    """
    lowest = checked_positions(positions)[..., 2].min(axis=1)
    return 1 + np.exp(-100 * (lowest - lowest.mean()) ** 2)
