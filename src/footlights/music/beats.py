"""Where the beats are: a dynamic programme through the onsets at one tempo, the right half, the exact time."""

from dataclasses import dataclass, field

import numpy as np

from .spectrum import Spectrum
from .tempo import find_tempo, novelty

_TIGHTNESS = 300.0
# A flux peak comes this much before the sound it belongs to starts, because a window hears half its length ahead.
_LATENCY = 0.011


@dataclass(frozen=True)
class Beats:
    """Beats (B,) and downbeats (D,) in seconds, tempo in beats a minute (nan when there is none), trust in [0, 1]."""

    tempo: float
    beats: np.ndarray = field(default_factory=lambda: np.empty(0))
    downbeats: np.ndarray = field(default_factory=lambda: np.empty(0))
    trust: float = 0.0


def track(heard: Spectrum, seconds: float) -> Beats:
    """The beats of a song of ``seconds`` from its curves."""
    curve = novelty(heard.onset, heard.rate)
    if not curve.any():
        return Beats(float("nan"))
    tempo = find_tempo(heard.onset, heard.rate)
    period = 60 * heard.rate / tempo.bpm
    path = best_path(_smoothed(curve, period), period, _TIGHTNESS)
    times = path / heard.rate + _LATENCY
    return Beats(tempo.bpm, times, np.empty(0), float(np.clip(tempo.clarity / 5, 0, 1)))


def best_path(curve: np.ndarray, period: float, tightness: float) -> np.ndarray:
    """Beat frames (B,) through ``curve`` (F,): strength less ``tightness`` x squared log deviation from ``period``.

    After Ellis, "Beat tracking by dynamic programming" (2007). Frames are taken in runs shorter than the shortest step,
    so that a whole run is one array operation.
    """
    steps = np.arange(max(1, round(period / 2)), max(2, round(2 * period)) + 1)
    cost = tightness * np.log(steps / period) ** 2
    reach, run = int(steps[-1]), int(steps[0])
    total = np.zeros(len(curve) + reach)
    back = np.full(len(curve), -1)
    for first in range(0, len(curve), run):
        frames = np.arange(first, min(first + run, len(curve)))
        scores = total[frames[:, None] - steps + reach] - cost
        best = np.argmax(scores, axis=1)
        gain = scores[np.arange(len(frames)), best]
        begun = frames - steps[best] < 0
        back[frames] = np.where(begun, -1, frames - steps[best])
        total[frames + reach] = curve[frames] + np.where(begun, np.maximum(gain, 0), gain)
    tail = max(0, len(curve) - round(period))
    path = [tail + int(np.argmax(total[tail + reach :]))]
    while back[path[-1]] >= 0:
        path.append(int(back[path[-1]]))
    return np.array(path[::-1], float)


def _smoothed(curve: np.ndarray, period: float) -> np.ndarray:
    reach = max(1, round(period / 8))
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) * 32 / period) ** 2)
    return np.convolve(curve, window, mode="full")[reach : reach + len(curve)]
