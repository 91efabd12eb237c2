"""How a body moves: speed, acceleration, jerk, stillness, travel, and how the spread of speeds
differs from real dance.

Derivatives are differences over a thirtieth of a second: the same motion at 30 or 60 frames a
second gives the same numbers.
"""

import itertools

import numpy as np

from ..motion.motion import Motion
from .metric_score import Score, stride

STILL = 0.08  # m/s, mean joint speed below which half a second counts as frozen


def derivative(positions: np.ndarray, fps: float, order: int) -> np.ndarray:
    """Size (T - order * stride, J) of the ``order``-th time derivative of positions (T, J, 3):
    m/s, m/s2, m/s3.
    """
    step = stride(fps)
    values = np.asarray(positions, np.float64)
    for _ in range(order):
        values = (values[step:] - values[:-step]) * (fps / step)
    return np.linalg.norm(values, axis=-1)


def earth_movers_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Area between the cumulative distributions of two samples (N,), (M,), in their unit; NaN when
    one is empty.
    """
    a, b = np.sort(np.asarray(a, np.float64).ravel()), np.sort(np.asarray(b, np.float64).ravel())
    if not (a.size and b.size):
        return float("nan")
    both = np.sort(np.concatenate([a, b]))
    gaps = np.abs(
        np.searchsorted(a, both[:-1], "right") / a.size
        - np.searchsorted(b, both[:-1], "right") / b.size
    )
    return float(np.sum(gaps * np.diff(both)))


def frozen_of(speed: np.ndarray, fps: float, still: float = STILL) -> np.ndarray:
    """For each whole half second of mean joint speeds (T,) in m/s: 1 when it is below ``still`` on
    average, else 0.
    """
    edges = np.round(np.arange(0, len(speed) / fps + 1e-9, 0.5) * fps).astype(int)
    halves = [speed[a:b].mean() for a, b in itertools.pairwise(edges) if b > a]
    return (np.array(halves) < still).astype(np.float32)


def travel_of(root: np.ndarray, fps: float) -> np.ndarray:
    """Planar speed of the pelvis (T - stride,), m/s, of root places (T, 3)."""
    return derivative(root[:, None, :] * np.array([1.0, 1.0, 0.0]), fps, 1)[:, 0]


def movement_scores(motion: Motion) -> dict[str, Score]:
    """Scores "speed" (m/s, travel included), "acceleration" (m/s2), "jerk" (m/s3), "frozen"
    (share), "travel" (m/s).
    """
    place, fps = motion.positions, motion.fps
    names = {"speed": "m/s", "acceleration": "m/s2", "jerk": "m/s3"}
    sizes = {
        name: derivative(place, fps, order).mean(-1) for order, name in enumerate(names, start=1)
    }
    scores = {
        name: Score.mean(sizes[name], unit, "the clip has too few frames")
        for name, unit in names.items()
    }
    scores["frozen"] = Score.mean(
        frozen_of(sizes["speed"], fps), "", "the clip is shorter than half a second"
    )
    scores["travel"] = Score.mean(travel_of(motion.root, fps), "m/s", "the clip has too few frames")
    return scores


def spread(motion: Motion, real: np.ndarray) -> Score:
    """Earth mover's distance (m/s) between the clip's mean joint speeds per frame and those of
    real dance (N,).
    """
    speed = derivative(motion.positions, motion.fps, 1).mean(-1)
    if not speed.size or not np.size(real):
        return Score.none(
            "m/s", "the clip has too few frames" if not speed.size else "no real dance was given"
        )
    return Score(earth_movers_distance(speed, real), "m/s")
