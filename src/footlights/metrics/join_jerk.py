"""Can one see where parts of a dance were joined: the jerk at its joins over what is usual."""

import numpy as np

from ..motion.motion import Motion
from .derivatives import derivative
from .metric_score import Score

_AROUND = 0.1  # seconds each way in which a join shows
# m/s3 of a body at rest: what rounding of positions makes of it stays below.
_RESTING_JERK = 0.5


def join_jerk(motion: Motion) -> Score:
    """`join_jerk_at` the joins that the motion's ``meta`` tells.

    A collage lists its pieces there, each with the second ``at`` which it begins.
    """
    pieces = motion.meta.get("pieces")
    if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
        return Score.none("", "its meta tells of no joins")
    starts = [piece.get("at") for piece in pieces[1:]]
    joins = [float(start) for start in starts if isinstance(start, int | float)]
    return join_jerk_at(motion, np.array(joins))


def join_jerk_at(motion: Motion, joins: np.ndarray) -> Score:
    """How hard a dance jerks where it was joined, over what is usual in it; 1 cannot be found.

    The highest mean jerk of the joints within a tenth of a second of each join, divided by the
    median of such heights over the dance away from joins; the mean over joins, and one value a
    join, NaN for those outside the clip.

    Args:
        joins: (N,) seconds from the start of the clip.
    """
    jerk = derivative(motion.positions, motion.fps, 3).mean(axis=-1)
    at = (np.arange(len(jerk)) + (len(motion) - len(jerk)) / 2) / motion.fps
    gaps = np.abs(at[None] - np.asarray(joins, np.float64)[:, None])
    if not len(gaps):
        return Score.none("", "no joins were given")

    # A third derivative reads half a tenth of a second to either side of its moment, so what is
    # usual is taken from three times as far away.
    near_a_join: np.ndarray = np.any(gaps <= 3 * _AROUND, axis=0)
    usual = _heights(jerk, at, away=~near_a_join)
    if not usual or np.median(usual) < _RESTING_JERK:
        return Score.none("", "nothing moves away from the joins")

    near = gaps <= _AROUND + 1e-9
    heights = np.array([jerk[row].max() if row.any() else np.nan for row in near])
    return Score.mean(heights / np.median(usual), "", "no join lies within the clip")


def _heights(jerk: np.ndarray, at: np.ndarray, away: np.ndarray) -> list[float]:
    """The highest jerk of each fifth of a second of the frames (T,) that are ``away``."""
    starts = np.arange(0, at[-1] if len(at) else 0, 2 * _AROUND)
    parts = (away & (at >= start) & (at < start + 2 * _AROUND) for start in starts)
    return [float(jerk[part].max()) for part in parts if part.any()]
