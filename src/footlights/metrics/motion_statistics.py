"""How a body moves: speed, acceleration, jerk, stillness, travel, drift, and its sides compared."""

import itertools

import numpy as np

from ..motion.motion import Motion
from .derivatives import derivative
from .metric_score import Score

FROZEN_SPEED = 0.08  # m/s, mean joint speed below which half a second counts as frozen
# m/s: limbs slower than this rest, and their sides cannot be compared.
_RESTING_SPEED = 0.001
_LIMB_JOINTS = ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist", "hand")


def movement_scores(motion: Motion) -> dict[str, Score]:
    """Scores of how a body moves, each with its values per frame.

    They are "speed" (m/s, travel included), "acceleration" (m/s2), "jerk" (m/s3), "frozen" (the
    share of half seconds) and "travel" (m/s).
    """
    positions, fps = motion.positions, motion.fps
    units = {"speed": "m/s", "acceleration": "m/s2", "jerk": "m/s3"}
    sizes = {
        name: derivative(positions, fps, order).mean(-1)
        for order, name in enumerate(units, start=1)
    }

    too_short = "the clip has too few frames"
    scores = {name: Score.mean(sizes[name], unit, too_short) for name, unit in units.items()}
    scores["frozen"] = Score.mean(
        frozen_of(sizes["speed"], fps), "", "the clip is shorter than half a second"
    )
    scores["travel"] = Score.mean(travel_of(motion.root, fps), "m/s", too_short)
    return scores


def frozen_of(speed: np.ndarray, fps: float, still: float = FROZEN_SPEED) -> np.ndarray:
    """For each whole half second of mean joint speeds (T,), m/s: 1 when it is frozen, else 0.

    It is frozen when the speed is below ``still`` on average.
    """
    edges = np.round(np.arange(0, len(speed) / fps + 1e-9, 0.5) * fps).astype(int)
    halves = [speed[a:b].mean() for a, b in itertools.pairwise(edges) if b > a]
    return (np.array(halves) < still).astype(np.float32)


def travel_of(root: np.ndarray, fps: float) -> np.ndarray:
    """Planar speed of the pelvis (T - stride,), m/s, of root positions (T, 3)."""
    return derivative(root[:, None, :] * np.array([1.0, 1.0, 0.0]), fps, 1)[:, 0]


def drift(motion: Motion) -> Score:
    """How fast a dancer leaves in a straight line, m/min; ``frames`` are metres from the start.

    The size of the mean velocity by least squares over root positions on the floor. It says little
    of clips of a few seconds.
    """
    position = motion.root[:, :2].astype(np.float64)
    away = np.linalg.norm(position - position[0], axis=-1)
    if len(motion) < 2:
        return Score.none("m/min", "the clip has one frame")

    velocity = np.polyfit(np.arange(len(motion)) / motion.fps, position, 1)[0]
    return Score(60 * float(np.linalg.norm(velocity)), "m/min", "", away.astype(np.float32))


def laterality(motion: Motion) -> Score:
    """Left limbs' speed less right limbs', over their sum: its size for the clip, in [0, 1].

    Values per frame are signed, left positive. Speeds are of joints whose names begin with "left_"
    and "right_", seen from the root, which carries both. Meant for a dance as a whole: a part of
    it may well be one-sided.
    """
    seen_from_root = motion.positions - motion.positions[:, :1]
    left, right = (
        derivative(seen_from_root[:, _limb_joints(motion, side)], motion.fps, 1)
        for side in ("left", "right")
    )
    if not (left.size and right.size) or left.mean() + right.mean() < _RESTING_SPEED:
        return Score.none("", "no limb moves" if len(motion) > 1 else "the clip has one frame")

    total = np.maximum(left.mean(axis=1) + right.mean(axis=1), 1e-9)
    frames = (left.mean(axis=1) - right.mean(axis=1)) / total
    whole = float(abs(left.mean() - right.mean()) / (left.mean() + right.mean()))
    return Score(whole, "", "", frames.astype(np.float32))


def _limb_joints(motion: Motion, side: str) -> list[int]:
    names = motion.skeleton.names
    limbs = (f"{side}_{joint}" for joint in _LIMB_JOINTS)
    return [names.index(limb) for limb in limbs if limb in names]


def earth_movers_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Area between the cumulative distributions of two samples (N,), (M,), in their unit.

    NaN when one of them is empty.
    """
    a, b = np.sort(np.asarray(a, np.float64).ravel()), np.sort(np.asarray(b, np.float64).ravel())
    if not (a.size and b.size):
        return float("nan")

    both = np.sort(np.concatenate([a, b]))
    below_a = np.searchsorted(a, both[:-1], "right") / a.size
    below_b = np.searchsorted(b, both[:-1], "right") / b.size
    return float(np.sum(np.abs(below_a - below_b) * np.diff(both)))
