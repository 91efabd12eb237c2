"""Which moment of the pulse is the beat: quarters of it compete by how surely each is struck."""

from dataclasses import dataclass

import numpy as np

from .spectrum import Spectrum
from .tempo import novelty

_LOW = slice(0, 7)  # bands below 190 Hz
# What strikes low tells more of where the beat is than what strikes high.
_GROUP_WEIGHTS = np.array([2.0, 1.0, 1.0, 1.0, 1.0])
_SHIFTS = (0.0, 0.25, 0.5, 0.75)  # of a beat
_NEAR_SECONDS = 0.03  # from a beat, in which its onset peaks
_AROUND = np.arange(-3, 4)  # frames around a moment, in which its onset peaks
_FULL = 90  # percentile of a group's onsets near pulses, from which on one is wholly a stroke
_BETTER = 1.58  # times the score of the beats as they were found, from which on others are


@dataclass(frozen=True)
class Phase:
    """Where the beat lies.

    Attributes:
        shift: beats by which the found ones are late or early, in [0, 1).
        lead: share by which this place is better than the best other one; negative where that is
            struck more surely.
        rival: beats from this place on to the best other one, in (0, 1).
    """

    shift: float
    lead: float
    rival: float = 0.5


def settle_phase(path: np.ndarray, spectrum: Spectrum) -> Phase:
    """The phase of beats at frames ``path`` (B,) in a song.

    Each quarter of a beat is worth how fully its places are struck, by each part of hearing. A
    stroke counts up to the part's usual one: the beat is where something always strikes, not where
    something strikes loudest now and then.
    """
    if len(path) < 8:
        return Phase(0.0, 1.0)
    reach = max(1, round(_NEAR_SECONDS * spectrum.rate))
    # Of low sounds the level itself counts: logarithms would make bass notes as strong as kicks.
    low = np.expm1(spectrum.bands[:, _LOW]).sum(axis=1)
    rise = np.maximum(low - np.concatenate([low[:2], low[:-2]]), 0)
    curves = [rise, *spectrum.group_onsets.T[1:]]
    index = np.arange(len(path) - 1)
    places = [np.interp(index + shift, np.arange(len(path)), path) for shift in _SHIFTS]

    scores, low_scores = np.zeros(len(_SHIFTS)), np.zeros(len(_SHIFTS))
    for part, (weight, onsets) in enumerate(zip(_GROUP_WEIGHTS, curves, strict=True)):
        curve = np.pad(novelty(onsets, spectrum.rate), reach)
        tops = np.array([_tops(curve, place, reach) for place in places])
        full = np.percentile(tops, _FULL) + 1e-9
        struck = np.minimum(tops / full, 1).mean(axis=1)
        scores += weight * np.square(struck)
        low_scores = struck if part == 0 else low_scores

    # Found beats keep their place unless another is far better and low sounds want it, too: a snare
    # on every second beat is struck more often than the kick.
    likely = (scores > _BETTER * scores[0]) & (low_scores > low_scores[0])
    likely[0] = True
    best = int(np.argmax(np.where(likely, scores, -1)))
    rival = int(np.argmax(np.where(np.arange(len(scores)) == best, -1, scores)))
    lead = float(scores[best] / (scores[rival] + 1e-9) - 1)
    return Phase(_SHIFTS[best], lead, (_SHIFTS[rival] - _SHIFTS[best]) % 1)


def mean_stroke(curve: np.ndarray, path: np.ndarray, share: float) -> float:
    """How strongly a curve (F,) rises a share of a beat behind each of the beats (B,), frames."""
    place = np.interp(np.arange(len(path) - 1) + share, np.arange(len(path)), path)
    near = np.round(place).astype(int)[:, None] + _AROUND
    return float(curve[np.clip(near, 0, len(curve) - 1)].max(axis=1).mean())


def _tops(curve: np.ndarray, place: np.ndarray, reach: int) -> np.ndarray:
    """(B,) the greatest values of a padded curve within ``reach`` frames of each place."""
    near = np.round(place).astype(int)[:, None] + np.arange(2 * reach + 1)
    tops: np.ndarray = curve[np.minimum(near, len(curve) - 1)].max(axis=1)
    return tops
