"""Where the beats are: a dynamic programme through the onsets at one tempo, then exact times, bars
and trust.
"""

from dataclasses import dataclass, field

import numpy as np

from ..geometry.signals import gaussian_window
from .bars import find_downbeats
from .spectrum import Spectrum, compute_spectrum
from .tempo import find_tempo, novelty, own_tempo

# A kick tells more of the beat than a hat: off-beat hats are often louder than what they answer.
_GROUP_WEIGHTS = np.array([4.0, 1.0, 0.5, 0.5, 0.5])
# First loosely, to see whether the tempo drifts, then strictly about the drift that was found.
_LOOSE, _STRICT = 500.0, 2000.0
_DRIFT_BEATS = 8
# The flux of a sound peaks this much before the sound's start: the window hears it coming, the rise
# takes its time.
_EARLY = 0.003
_SNAP_SECONDS, _STEADY_BEATS = 0.035, 4.0
_SURE_ECHO = 0.36
_LOOP_SECONDS, _LOOPED_SECONDS = 15.0, 30.0


@dataclass(frozen=True)
class Beats:
    """Beats (B,) and downbeats (D,) in seconds, tempo in beats a minute (nan when there is none),
    trust in [0, 1].
    """

    tempo: float
    times: np.ndarray = field(default_factory=lambda: np.empty(0))
    downbeats: np.ndarray = field(default_factory=lambda: np.empty(0))
    trust: float = 0.0


def track_beats(samples: np.ndarray, rate: int, heard: Spectrum) -> Beats:
    """The beats of mono ``samples`` at ``rate`` Hz, whose curves are ``heard``.

    A piece shorter than 15 s is taken for a loop and heard over and over, which is how a loop has a
    tempo at all; unless its own echoes say that it holds no whole number of beats.
    """
    seconds = len(samples) / rate
    if not heard.onset.any():
        return Beats(float("nan"))
    if seconds >= _LOOP_SECONDS:
        return _tracked(heard, *find_tempo(heard.rises, heard.rate), 0.0, seconds)
    again = compute_spectrum(np.tile(samples, int(np.ceil(_LOOPED_SECONDS / seconds))), rate)
    looped, _ = find_tempo(again.rises, again.rate)
    tempo, echo = own_tempo(heard.rises, heard.rate, looped)
    count = seconds * looped / 60
    if tempo != looped or abs(count - round(count)) > 0.1:
        return _tracked(heard, tempo, echo, 0.0, seconds)
    second = _tracked(again, looped, echo, seconds, 2 * seconds)
    return Beats(second.tempo, second.times - seconds, second.downbeats - seconds, second.trust)


def _tracked(heard: Spectrum, tempo: float, echo: float, begin: float, end: float) -> Beats:
    """The beats between ``begin`` and ``end`` seconds at a tempo that echoes so well."""
    curve = sum(
        w * novelty(rise, heard.rate) for w, rise in zip(_GROUP_WEIGHTS, heard.rises.T, strict=True)
    )
    curve /= curve.std()
    period = 60 * heard.rate / tempo
    blurred = _blurred(curve, period / 32)
    loose = best_path(blurred, np.full(len(curve), period), _LOOSE)
    path = best_path(blurred, _drift(loose, period, len(curve)), _STRICT)
    beats = _exact(path, curve, heard.rate) / heard.rate + _EARLY
    inside = beats[(beats >= begin) & (beats < end)]
    trust = float(np.clip(echo / _SURE_ECHO, 0, 1))
    return Beats(_grid_tempo(beats, tempo), inside, find_downbeats(heard, inside), trust)


def best_path(curve: np.ndarray, period: np.ndarray, tightness: float) -> np.ndarray:
    """Beat frames (B,) through ``curve`` (F,): strength less ``tightness`` x squared log deviation
    from ``period``.

    ``period`` (F,) is in frames, at each frame. After Ellis, "Beat tracking by dynamic programming"
    (2007); frames are taken in runs shorter than the shortest step, so that a whole run is one
    array operation.
    """
    steps = np.arange(max(1, int(period.min() / 2)), max(2, round(2 * period.max())) + 1)
    reach, run = int(steps[-1]), int(steps[0])
    total = np.zeros(len(curve) + reach)
    back = np.full(len(curve), -1)
    far = np.log(steps) - np.log(period)[:, None]
    for first in range(0, len(curve), run):
        frames = np.arange(first, min(first + run, len(curve)))
        scores = total[frames[:, None] - steps + reach] - tightness * far[frames] ** 2
        best = np.argmax(scores, axis=1)
        gain = scores[np.arange(len(frames)), best]
        begun = frames - steps[best] < 0
        back[frames] = np.where(begun, -1, frames - steps[best])
        total[frames + reach] = curve[frames] + np.where(begun, np.maximum(gain, 0), gain)
    tail = max(0, len(curve) - round(period[-1]))
    path = [tail + int(np.argmax(total[tail + reach :]))]
    while back[path[-1]] >= 0:
        path.append(int(back[path[-1]]))
    return np.array(path[::-1], float)


def _drift(path: np.ndarray, period: float, frames: int) -> np.ndarray:
    """(frames,) the beat's period at each frame: the median of the steps of ``path`` (B,) around
    it.
    """
    if len(path) < 2 * _DRIFT_BEATS:
        return np.full(frames, period)
    steps = np.pad(np.diff(path), _DRIFT_BEATS, mode="edge")
    middle = np.median(
        np.lib.stride_tricks.sliding_window_view(steps, 2 * _DRIFT_BEATS + 1), axis=1
    )
    return np.interp(np.arange(frames), path[1:], _blurred_ends(middle, _DRIFT_BEATS / 2))


def _blurred(curve: np.ndarray, sigma: float) -> np.ndarray:
    reach = max(1, int(np.ceil(4 * sigma)))
    window = gaussian_window(sigma, reach)
    return np.convolve(curve, window, mode="full")[reach : reach + len(curve)]


def _blurred_ends(curve: np.ndarray, sigma: float) -> np.ndarray:
    """A mean under a Gaussian that takes no silence from beyond the ends."""
    return _blurred(curve, sigma) / _blurred(np.ones_like(curve), sigma)


def _exact(path: np.ndarray, curve: np.ndarray, rate: float) -> np.ndarray:
    """Beat frames (B,) moved to the tops of the onsets near them, to a fraction of a frame, then
    steadied.

    Steadied: the offset from the path is a mean over about four beats each way, weighted by how
    strong each onset is, so that a weak or syncopated beat lies where its neighbours say.
    """
    reach = max(1, round(_SNAP_SECONDS * rate))
    padded = np.pad(curve, reach + 1)
    near = path.astype(int)[:, None] + np.arange(2 * reach + 1) + 1
    top = near[np.arange(len(path)), np.argmax(padded[near], axis=1)]
    below, at, above = padded[top - 1], padded[top], padded[top + 1]
    bend = below - 2 * at + above
    peak = (
        top
        - reach
        - 1
        + np.where(bend < -1e-9, 0.5 * (below - above) / np.where(bend < -1e-9, bend, 1), 0)
    )
    if len(path) < 2:
        return peak
    index = np.arange(len(path))
    steady = np.polyval(np.polyfit(index, path, 1), index)
    weight = np.maximum(at, 1e-3)
    for _ in range(2):
        steady = steady + _blurred((peak - steady) * weight, _STEADY_BEATS) / _blurred(
            weight, _STEADY_BEATS
        )
    return steady


def _grid_tempo(beats: np.ndarray, tempo: float) -> float:
    """The tempo of the beats' even grid; where they do not lie on one, of most of their runs of
    16; else ``tempo``.
    """
    run = min(16, len(beats) - 1)
    if run < 4:
        return tempo
    period = float(np.median(beats[run:] - beats[:-run])) / run
    index = np.arange(len(beats))
    line = np.polyfit(index, beats, 1)
    if np.abs(beats - np.polyval(line, index)).max() < 0.1 * period:
        period = float(line[0])
    own = 60 / period
    return own if abs(own / tempo - 1) < 0.02 else tempo
