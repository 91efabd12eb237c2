"""Is the dance on the beat: hits of the body against beats of the music, in seconds, beside what
chance would give.

At the end the beat alignment scores of Bailando and FACT, in frames as published. Both grow with
the number of dips in speed.
"""

import numpy as np

from ..geometry.signals import gaussian_window, smoothed
from ..motion.motion import Motion
from .array_checks import joint_places
from .metric_score import Score

WINDOW = 0.07  # seconds between a hit and its beat


def matches(hits: np.ndarray, beats: np.ndarray, window: float = WINDOW) -> int:
    """The most pairs of one hit (H,) and one beat (B,), seconds, at most ``window`` apart, none
    used twice.
    """
    hits, beats = np.sort(hits), np.sort(beats)
    i = j = pairs = 0
    while i < len(hits) and j < len(beats):
        gap = hits[i] - beats[j]
        if abs(gap) <= window + 1e-9:
            pairs, i, j = pairs + 1, i + 1, j + 1
        elif gap < 0:
            i += 1
        else:
            j += 1
    return pairs


def precision_recall_f1(
    hits: np.ndarray, beats: np.ndarray, window: float = WINDOW
) -> tuple[float, float, float]:
    """Share of hits on a beat, share of beats with a hit, and their harmonic mean.

    Without beats all are NaN; without hits precision is NaN, recall and F1 are 0: a body that never
    stops is on no beat.
    """
    if not len(beats):
        return float("nan"), float("nan"), float("nan")
    pairs = matches(hits, beats, window)
    precision = pairs / len(hits) if len(hits) else float("nan")
    return precision, pairs / len(beats), 2 * pairs / (len(hits) + len(beats))


def chance_f1(
    hits: np.ndarray, beats: np.ndarray, seconds: float, window: float = WINDOW, phases: int = 16
) -> float:
    """Mean F1 against the beats moved round the clip by every phase of the beat interval: what bad
    timing would score.
    """
    return float(np.mean(_shifted_f1(hits, beats, seconds, window, phases)))


def beat_scores(
    hits: np.ndarray, beats: np.ndarray, seconds: float, window: float = WINDOW
) -> dict[str, Score]:
    """Scores "precision", "recall", "f1", "chance" (f1 of shifted beats), "above_chance" (f1 -
    chance) and "z".

    z is "above_chance" in standard deviations of the shifted f1; without any, as for a body without
    hits, it is NaN.

    Args:
        hits, beats: seconds from the start of the clip; those outside [0, seconds) are left out.
        seconds: length of the clip.
    """
    hits, beats = (np.asarray(v, np.float64) for v in (hits, beats))
    hits, beats = hits[(hits >= 0) & (hits < seconds)], beats[(beats >= 0) & (beats < seconds)]
    names = ("precision", "recall", "f1", "chance", "above_chance", "z")
    if len(beats) < 2:
        reason = "fewer than two beats fall into the clip"
        return {name: Score.none("", reason) for name in names}
    precision, recall, f1 = precision_recall_f1(hits, beats, window)
    shifted = _shifted_f1(hits, beats, seconds, window, 16)
    chance, spread = float(shifted.mean()), float(shifted.std())
    z = (f1 - chance) / spread if spread > 0 else float("nan")
    values = (precision, recall, f1, chance, f1 - chance, z)
    still = "" if len(hits) else "the body makes no hit"
    reasons = (
        still,
        "",
        "",
        "",
        "",
        "" if spread > 0 else still or "every phase of the beat scores the same",
    )
    return {n: Score(v, "", r) for n, v, r in zip(names, values, reasons, strict=True)}


def on_beat(motion: Motion, beats: np.ndarray) -> dict[str, Score]:
    """`beat_scores` of a motion's hits against beats (B,) in seconds from its start."""
    from .motion_rhythm import hits

    return beat_scores(hits(motion), beats, motion.seconds)


def dance_beats_bailando(positions: np.ndarray) -> np.ndarray:
    """(H,) strict minima of mean joint speed (T - 1,), smoothed by sigma 5 frames; minimum i lies
    between frames i and i + 1.

    Args:
        positions: (T, J, 3) at 60 frames a second, as published. A millimetre of vibration makes
            minima (Siyao et al. 2022).
    """
    return _minima(_gaussian(_steps(positions).mean(axis=1), 5.0), 1)


def dance_beats_fact(positions: np.ndarray) -> np.ndarray:
    """(H,) frames at which summed joint speed is a strict minimum over ten frames either way,
    unsmoothed (Li et al. 2021).

    Args:
        positions: (T, J, 3) at 60 frames a second, as published. Doubled frames tie, and ties are
            no minima: then none is left.
    """
    if not len(positions):
        return np.zeros(0, int)
    return _minima(np.concatenate([np.zeros(1, np.float32), _steps(positions).sum(axis=1)]), 10)


def bas_bailando(positions: np.ndarray, beats: np.ndarray) -> float:
    """Published score in [0, 1]: mean over **music** beats of exp(-d2 / 18), d frames to the
    nearest dance beat.

    Skeleton2Stage scores the same way. NaN without music or dance beats, where published code
    fails.

    Args:
        positions: (T, J, 3) at 60 frames a second.
        beats: (B,) frames; those after the speed curve are left out.
    """
    beats = np.asarray(beats)
    return _alignment(beats[beats < len(positions) - 1], dance_beats_bailando(positions))


def bas_fact(positions: np.ndarray, beats: np.ndarray) -> float:
    """Published score in [0, 1]: mean over **dance** beats of exp(-d2 / 18), d frames to the
    nearest music beat.

    0 without dance beats, as published; NaN without music beats, where published code fails.
    Arguments as `bas_bailando`.
    """
    found = dance_beats_fact(positions)
    return _alignment(found, np.asarray(beats)) if len(found) or not len(beats) else 0.0


def _shifted_f1(
    hits: np.ndarray, beats: np.ndarray, seconds: float, window: float, phases: int
) -> np.ndarray:
    """(phases,) F1 against the beats moved round the clip; NaN with fewer than two beats."""
    if len(beats) < 2:
        return np.full(phases, np.nan)
    interval = float(np.median(np.diff(np.sort(beats))))
    moved = [(beats + interval * (k + 0.5) / phases) % seconds for k in range(phases)]
    return np.array([precision_recall_f1(hits, m, window)[2] for m in moved])


def _alignment(of: np.ndarray, to: np.ndarray) -> float:
    if not (len(of) and len(to)):
        return float("nan")
    gaps = np.abs(of[:, None].astype(np.float64) - to[None]).min(axis=1)
    return float(np.exp(-(gaps**2) / 18).mean())


def _steps(positions: np.ndarray) -> np.ndarray:
    """(T - 1, J) metres a frame, in single precision as published: ties between frames decide what
    is a minimum.
    """
    return np.linalg.norm(np.diff(joint_places(positions).astype(np.float32), axis=0), axis=-1)


def _gaussian(curve: np.ndarray, sigma: float) -> np.ndarray:
    """``curve`` (N,) smoothed to four sigma, mirrored at its ends."""
    if not len(curve):
        return curve
    window = gaussian_window(sigma, int(4 * sigma + 0.5))
    return smoothed(curve.astype(np.float64), window, "symmetric").astype(np.float32)


def _minima(curve: np.ndarray, order: int) -> np.ndarray:
    """(H,) places lower than all of ``order`` neighbours on each side; beyond an end the last
    value stands.
    """
    at = np.arange(len(curve))
    lowest = np.ones(len(curve), bool)
    for shift in range(1, order + 1):
        for other in (at - shift, at + shift):
            lowest &= curve < curve[np.clip(other, 0, max(0, len(curve) - 1))]
    return np.flatnonzero(lowest)
