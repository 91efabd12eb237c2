"""Is the dance on the beat: hits of the body against beats of the music, in seconds, beside what chance would give."""

import numpy as np

from ..motion import Motion
from .score import Score

WINDOW = 0.07  # seconds between a hit and its beat


def matches(hits: np.ndarray, beats: np.ndarray, window: float = WINDOW) -> int:
    """The most pairs of one hit (H,) and one beat (B,), seconds, at most ``window`` apart, none used twice."""
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


def precision_recall_f1(hits: np.ndarray, beats: np.ndarray, window: float = WINDOW) -> tuple[float, float, float]:
    """Share of hits on a beat, share of beats with a hit, and their harmonic mean.

    Without beats all are NaN; without hits precision is NaN, recall and F1 are 0: a body that never stops is on no beat.
    """
    if not len(beats):
        return float("nan"), float("nan"), float("nan")
    pairs = matches(hits, beats, window)
    precision = pairs / len(hits) if len(hits) else float("nan")
    return precision, pairs / len(beats), 2 * pairs / (len(hits) + len(beats))


def chance_f1(hits: np.ndarray, beats: np.ndarray, seconds: float, window: float = WINDOW, phases: int = 16) -> float:
    """Mean F1 against the beats moved round the clip by every phase of the beat interval: what bad timing would score."""
    if len(beats) < 2:
        return float("nan")
    interval = float(np.median(np.diff(np.sort(beats))))
    moved = [(beats + interval * (k + 0.5) / phases) % seconds for k in range(phases)]
    return float(np.mean([precision_recall_f1(hits, m, window)[2] for m in moved]))


def beat_scores(hits: np.ndarray, beats: np.ndarray, seconds: float, window: float = WINDOW) -> dict[str, Score]:
    """Scores "precision", "recall", "f1", "chance" (f1 of shifted beats) and "above_chance" (f1 - chance).

    Args:
        hits, beats: seconds from the start of the clip; those outside [0, seconds) are left out.
        seconds: length of the clip.
    """
    hits, beats = (np.asarray(v, np.float64) for v in (hits, beats))
    hits, beats = hits[(hits >= 0) & (hits < seconds)], beats[(beats >= 0) & (beats < seconds)]
    names = ("precision", "recall", "f1", "chance", "above_chance")
    if len(beats) < 2:
        reason = "fewer than two beats fall into the clip"
        return {name: Score.none("", reason) for name in names}
    precision, recall, f1 = precision_recall_f1(hits, beats, window)
    chance = chance_f1(hits, beats, seconds, window)
    values = (precision, recall, f1, chance, f1 - chance)
    reasons = ("" if len(hits) else "the body makes no hit", "", "", "", "")
    return {n: Score(v, "", r) for n, v, r in zip(names, values, reasons, strict=True)}


def on_beat(motion: Motion, beats: np.ndarray) -> dict[str, Score]:
    """`beat_scores` of a motion's hits against beats (B,) in seconds from its start."""
    from .rhythm import hits

    return beat_scores(hits(motion), beats, motion.seconds)
