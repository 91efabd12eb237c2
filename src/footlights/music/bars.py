"""Where the bars begin: which of every three or four beats is the heavy one, when that is clear."""

import numpy as np

from .spectrum import Spectrum
from .tempo import novelty

_METRES = (4, 3)
_HARMONY = slice(7, 20)  # 190 to 600 Hz, where chords live and the kick does not
_CLEAR, _SURE = 0.8, 2.0


def find_downbeats(heard: Spectrum, beats: np.ndarray) -> np.ndarray:
    """(D,) the beats (B,) seconds that open bars of four or three, or none when no place in the bar
    stands out.

    A bar's first beat has more kick, more of everything, and a new chord. The three are
    standardised over the song and summed; the heaviest place must lead the next by 0.8 and by twice
    the error that so few bars allow.
    """
    if len(beats) < 12:
        return np.empty(0)
    weight = _weights(heard, beats)
    best, lead = np.empty(0), 0.0
    for metre in _METRES:
        heavy = np.array([weight[place::metre].mean() for place in range(metre)])
        second, first = np.sort(heavy)[-2:]
        error = np.sqrt(2 * metre / len(beats)) * weight.std()
        if first - second > max(lead, _CLEAR, _SURE * error):
            best, lead = beats[int(np.argmax(heavy)) :: metre], first - second
    return best


def _weights(heard: Spectrum, beats: np.ndarray) -> np.ndarray:
    """(B,) how heavy each beat is."""
    frames = np.clip(np.round(beats * heard.rate).astype(int), 0, len(heard.onset) - 1)
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(heard.onset) - 1)
    kick = novelty(heard.rises[:, 0], heard.rate)[near].max(axis=1)
    all_of_it = novelty(heard.onset, heard.rate)[near].max(axis=1)
    sums = np.cumsum(
        np.vstack([np.zeros((1, 13)), heard.bands[:, _HARMONY]]), axis=0, dtype=np.float64
    )
    ends = np.append(frames[1:], len(heard.onset))
    sound = (sums[ends] - sums[frames]) / np.maximum(ends - frames, 1)[:, None]
    sound -= sound.mean(axis=1, keepdims=True)
    chord = np.append(0, np.abs(np.diff(sound, axis=0)).sum(axis=1))
    return sum((x - x.mean()) / (x.std() + 1e-9) for x in (kick, all_of_it, chord))
