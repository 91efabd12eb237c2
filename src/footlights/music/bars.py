"""How beats are grouped and divided: which of three or four is heavy, and what lies between."""

import numpy as np

from .phase import mean_stroke
from .spectrum import Spectrum
from .tempo import novelty

_METRES = (4, 3)  # beats in a bar
_LEAST_BEATS = 12
_HARMONY = slice(7, 20)  # bands of 190 to 600 Hz, where chords live and the kick does not
# By how much the heaviest place must lead the next: standard deviations, and standard errors.
_CLEAR, _SURE = 0.8, 2.0
_NEAR_FRAMES = np.arange(-2, 3)  # around a beat, in which its onset peaks
_CLEARLY_THIRDS = 2.0  # times the strokes on halves, from which on beats are divided in three


def find_downbeats(spectrum: Spectrum, beats: np.ndarray) -> np.ndarray:
    """(D,) those of the beats (B,), in seconds, that open bars of four or three.

    A bar's first beat has more kick, more of everything, and a new chord. The three are
    standardised over the song and summed; the heaviest place in the bar must lead the next by 0.8
    and by twice the error that so few bars allow. Where none does, there are no downbeats.
    """
    if len(beats) < _LEAST_BEATS:
        return np.empty(0)
    weight = _beat_weights(spectrum, beats)

    downbeats, best_lead = np.empty(0), 0.0
    for metre in _METRES:
        place_weights = np.array([weight[place::metre].mean() for place in range(metre)])
        second, first = np.sort(place_weights)[-2:]
        error = np.sqrt(2 * metre / len(beats)) * weight.std()
        if first - second > max(best_lead, _CLEAR, _SURE * error):
            downbeats, best_lead = beats[int(np.argmax(place_weights)) :: metre], first - second
    return downbeats


def beat_division(spectrum: Spectrum, beats: np.ndarray) -> int:
    """Into how many parts each of the beats (B,), in seconds, is divided: 2 or 3.

    In three where both thirds are struck clearly more than the halves: the bars of a fast waltz
    that are counted as beats, 6/8. Shuffles strike the second third alone and remain in two.
    """
    if len(beats) < _LEAST_BEATS:
        return 2
    curve = np.sum([novelty(onsets, spectrum.rate) for onsets in spectrum.group_onsets.T], axis=0)
    third, half, second_third = (
        mean_stroke(curve, beats * spectrum.rate, share) for share in (1 / 3, 1 / 2, 2 / 3)
    )
    return 3 if min(third, second_third) > _CLEARLY_THIRDS * half else 2


def _beat_weights(spectrum: Spectrum, beats: np.ndarray) -> np.ndarray:
    """(B,) how heavy each beat is, the sum of three standard scores."""
    last = len(spectrum.onset) - 1
    frames = np.clip(np.round(beats * spectrum.rate).astype(int), 0, last)
    near = np.clip(frames[:, None] + _NEAR_FRAMES, 0, last)
    kick = novelty(spectrum.group_onsets[:, 0], spectrum.rate)[near].max(axis=1)
    all_bands = novelty(spectrum.onset, spectrum.rate)[near].max(axis=1)

    new_chord = _chord_changes(spectrum, frames)
    return sum((x - x.mean()) / (x.std() + 1e-9) for x in (kick, all_bands, new_chord))


def _chord_changes(spectrum: Spectrum, frames: np.ndarray) -> np.ndarray:
    """(B,) how much the mean spectrum from each beat to the next differs from the one before."""
    harmony = spectrum.bands[:, _HARMONY]
    sums = np.cumsum(
        np.vstack([np.zeros((1, harmony.shape[1])), harmony]), axis=0, dtype=np.float64
    )
    ends = np.append(frames[1:], len(spectrum.onset))
    mean = (sums[ends] - sums[frames]) / np.maximum(ends - frames, 1)[:, None]

    # Less their own mean: a louder beat is no other chord.
    mean -= mean.mean(axis=1, keepdims=True)
    return np.append(0, np.abs(np.diff(mean, axis=0)).sum(axis=1))
