"""Is the dance on the beat: hits of the body against beats of the music, beside what chance gives.

A hit is a moment at which limbs arrive, see `motion_rhythm.hits`. All times are seconds; published
beat scores stand in `beat_alignment_published`.
"""

import numpy as np

from ..motion.motion import Motion
from .metric_score import Score
from .motion_events import lag_of

WINDOW = 0.07  # seconds between a hit and its beat
_PHASES = 16  # shifts of the beats that say what chance gives
_SHARES = ("precision", "recall", "f1", "chance", "above_chance", "z")
_UNITS = {**dict.fromkeys(_SHARES, ""), "lag": "ms", "concentration": ""}


def on_beat(motion: Motion, beats: np.ndarray) -> dict[str, Score]:
    """`beat_scores` of a motion's hits against beats (B,) in seconds from its start."""
    from .motion_rhythm import hits

    return beat_scores(hits(motion), beats, motion.seconds)


def beat_scores(
    hits: np.ndarray, beats: np.ndarray, seconds: float, window: float = WINDOW
) -> dict[str, Score]:
    """Scores "precision", "recall", "f1", "chance", "above_chance", "z", "lag", "concentration".

    Chance is the mean F1 against the beats moved round the clip by every phase of the beat
    interval: what bad timing would score. Above chance is F1 less that; z is the same in standard
    deviations of the shifted F1, NaN where there is none, as for a body without hits. Lag is how
    late hits are (ms) and concentration how alike their phases, see `motion_events.lag_of`.

    Args:
        hits, beats: seconds from the start of the clip; those outside [0, seconds) are left out.
        seconds: length of the clip.
    """
    hits, beats = (np.asarray(times, np.float64) for times in (hits, beats))
    hits, beats = (times[(times >= 0) & (times < seconds)] for times in (hits, beats))
    if len(beats) < 2:
        reason = "fewer than two beats fall into the clip"
        return {name: Score.none(unit, reason) for name, unit in _UNITS.items()}

    precision, recall, f1 = precision_recall_f1(hits, beats, window)
    shifted = _f1_of_shifted_beats(hits, beats, seconds, window)
    chance, spread = float(shifted.mean()), float(shifted.std())
    z = (f1 - chance) / spread if spread > 0 else float("nan")

    no_hit = "" if len(hits) else "the body makes no hit"
    alike = "" if spread > 0 else no_hit or "every phase of the beat scores the same"
    lag = lag_of(hits, beats)
    few = "" if np.isfinite(lag.median_ms) else "fewer than three hits between the beats"
    reasons = {"precision": no_hit, "z": alike, "lag": few, "concentration": few}
    values = (precision, recall, f1, chance, f1 - chance, z, lag.median_ms, lag.concentration)
    return {
        name: Score(value, unit, reasons.get(name, ""))
        for (name, unit), value in zip(_UNITS.items(), values, strict=True)
    }


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


def matches(hits: np.ndarray, beats: np.ndarray, window: float = WINDOW) -> int:
    """The most pairs of a hit (H,) and a beat (B,) at most ``window`` apart, none used twice."""
    hits, beats = np.sort(hits), np.sort(beats)
    i = j = pairs = 0
    # In order of time the first that fit each other may always be taken.
    while i < len(hits) and j < len(beats):
        gap = hits[i] - beats[j]
        if abs(gap) <= window + 1e-9:
            pairs, i, j = pairs + 1, i + 1, j + 1
        elif gap < 0:
            i += 1
        else:
            j += 1
    return pairs


def _f1_of_shifted_beats(
    hits: np.ndarray, beats: np.ndarray, seconds: float, window: float
) -> np.ndarray:
    """(16,) F1 against two or more beats moved round the clip by each phase of their interval."""
    interval = float(np.median(np.diff(np.sort(beats))))
    phases = (np.arange(_PHASES) + 0.5) / _PHASES
    moved = [(beats + interval * phase) % seconds for phase in phases]
    return np.array([precision_recall_f1(hits, shifted, window)[2] for shifted in moved])
