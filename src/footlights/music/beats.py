"""Where the beats are: a path through the onsets at one tempo, then exact times, bars and trust."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..geometry.signals import gaussian_window
from .bars import beat_division, find_downbeats
from .pace import follow_pace
from .phase import Phase, mean_stroke, settle_phase
from .spectrum import Spectrum, compute_spectrum
from .tempo import comb, echoes, find_loop_tempo, find_tempo, novelty

# A kick tells more of the beat than a hat: off-beat hats are often louder than what they answer.
_GROUP_WEIGHTS = np.array([4.0, 1.0, 0.5, 0.5, 0.5])
# First loosely, to see whether the tempo drifts, then strictly about the drift that was found.
_LOOSE, _STRICT = 500.0, 2000.0
_DRIFT_BEATS = 8  # each way, over which the period's drift is a median
# Seconds by which the flux of a sound peaks before the sound's start: the window hears it coming,
# and the rise takes its time.
_EARLY = 0.003
_SNAP_SECONDS = 0.035  # from the path, within which a beat is moved to the top of an onset
_STEADY_BEATS = 4.0  # width of the mean that steadies them
_STROKE = 0.12  # of the usual onset at beats: what is below is no stroke
_RUN_BEATS, _LEAST_PULSE = 8, 0.05
# Beats laid through pads where these happen to move are struck up to 2.3 times as much as the
# moments between.
_LEAST_CONTRAST = 3.5
_JUMP = 0.1  # of the period from one beat to the next, as a logarithm
# By how much the beat's place leads the others: up to the first it is contested and so much of the
# trust is left, from the second on it is sure.
_LEADS, _CONTESTED = (0.4, 0.6), 0.45
_SURE_ECHO = 0.36  # autocorrelation from which on beats are trusted wholly
# Pieces shorter than the first are taken for loops, and heard until the second is over.
_LOOP_SECONDS, _LOOPED_SECONDS = 15.0, 30.0


@dataclass(frozen=True)
class Beats:
    """The beats of a song.

    Attributes:
        tempo: beats a minute; nan when there is none.
        times: (B,) of the beats, seconds.
        downbeats: (D,) those that open bars, seconds; none where bars are not clear.
        trust: how surely they are the song's, in [0, 1].
        division: parts of each beat, 2 or 3.
        rival: how many beats later the beat may lie as well, in (0, 1); None where it is sure.
    """

    tempo: float
    times: np.ndarray = field(default_factory=lambda: np.empty(0))
    downbeats: np.ndarray = field(default_factory=lambda: np.empty(0))
    trust: float = 0.0
    division: int = 2
    rival: float | None = None


@dataclass(frozen=True)
class _Tempo:
    """Beats a minute and how well the onsets echo at it, as `find_tempo` gives them."""

    bpm: float
    echo: float


def track_beats(samples: np.ndarray, rate: int, spectrum: Spectrum) -> Beats:
    """The beats of mono ``samples`` (N,) at ``rate`` Hz, whose curves are ``spectrum``.

    A piece shorter than 15 s is taken for a loop and heard over and over, which is how a loop has a
    tempo at all; unless its own echoes say that it holds no whole number of beats.
    """
    seconds = len(samples) / rate
    if not spectrum.onset.any():
        return Beats(float("nan"))
    if seconds >= _LOOP_SECONDS:
        tempo = _Tempo(*find_tempo(spectrum.group_onsets, spectrum.rate))
        return _beats_at(spectrum, tempo, 0.0, seconds)

    repeated = np.tile(samples, int(np.ceil(_LOOPED_SECONDS / seconds)))
    loop = compute_spectrum(repeated, rate)
    loop_bpm, _ = find_tempo(loop.group_onsets, loop.rate)
    tempo = _Tempo(*find_loop_tempo(spectrum.group_onsets, spectrum.rate, loop_bpm))

    beat_count = seconds * loop_bpm / 60
    if tempo.bpm != loop_bpm or abs(beat_count - round(beat_count)) > 0.1:
        return _beats_at(spectrum, tempo, 0.0, seconds)
    # The second round, which has music before and after it.
    second = _beats_at(loop, tempo, seconds, 2 * seconds)
    return replace(second, times=second.times - seconds, downbeats=second.downbeats - seconds)


def _beats_at(spectrum: Spectrum, tempo: _Tempo, begin: float, end: float) -> Beats:
    """The beats between ``begin`` and ``end`` seconds at a tempo."""
    curve = sum(
        weight * novelty(onsets, spectrum.rate)
        for weight, onsets in zip(_GROUP_WEIGHTS, spectrum.group_onsets.T, strict=True)
    )
    curve /= curve.std()

    period = 60 * spectrum.rate / tempo.bpm
    changing = follow_pace(spectrum.group_onsets, spectrum.rate, tempo.bpm)
    if changing is None:
        expected, echo = np.full(len(curve), period), tempo.echo
    else:
        expected, echo = changing
    blurred = _blur(curve, expected.min() / 32)
    loose = best_path(blurred, expected, _LOOSE)
    drifting = _drifting_period(loose, period, len(curve)) if changing is None else expected
    path = best_path(blurred, drifting, _STRICT)

    path, phase = _settled(path, spectrum, expected)
    struck = path[_struck(spectrum, curve, path)]
    if len(struck) < 2:
        return Beats(float("nan"))
    # A line is no grid of a song whose tempo changes: there the path stays its own.
    grid = struck if changing is not None else _line(struck)
    beats = _snap_to_onsets(struck, grid, curve, spectrum.rate) / spectrum.rate + _EARLY
    inside = beats[(beats >= begin) & (beats < end)]
    sure = np.interp(phase.lead, _LEADS, (_CONTESTED, 1.0))
    trust = float(min(np.clip(echo / _SURE_ECHO, 0, 1), sure))
    return Beats(
        _grid_tempo(beats, tempo.bpm),
        inside,
        find_downbeats(spectrum, inside),
        trust,
        beat_division(spectrum, inside),
        phase.rival if sure < 1 else None,
    )


def _settled(
    path: np.ndarray, spectrum: Spectrum, expected: np.ndarray
) -> tuple[np.ndarray, Phase]:
    """Beats (B,) at the phase that is settled for each passage between jumps of the tempo.

    Over a jump the path may land beside the beat on one side of it alone. The phase that is given
    is the least sure one.
    """
    period = expected[np.clip(path.astype(int), 0, len(expected) - 1)]
    jumps = np.flatnonzero(np.abs(np.diff(np.log(period))) > _JUMP) + 1
    passages, phases = [], []
    for passage in np.split(path, jumps):
        phase = settle_phase(passage, spectrum)
        index = np.arange(len(passage) - (phase.shift > 0)) + phase.shift
        passages.append(np.interp(index, np.arange(len(passage)), passage))
        phases.append(phase)
    return np.concatenate(passages), min(phases, key=lambda phase: phase.lead)


def _struck(spectrum: Spectrum, curve: np.ndarray, path: np.ndarray) -> slice:
    """Those of the beats (B,) from the first to the last around which there is something to hear.

    Before and behind them a pulse is only continued: pads, speech, applause. What is quiet but
    echoes at the beat is an introduction, and kept.
    """
    near = np.round(path).astype(int)[:, None] + np.arange(-3, 4)
    tops = curve[np.clip(near, 0, len(curve) - 1)].max(axis=1)
    strokes = tops > _STROKE * np.median(np.sort(tops)[len(tops) // 2 :])
    # From the first to the last run of eight of which most are struck.
    counts = np.convolve(strokes, np.ones(_RUN_BEATS), mode="valid")
    full = np.flatnonzero(counts > _RUN_BEATS / 2)
    if len(path) < 2 * _RUN_BEATS or not len(full):
        return slice(None)

    first = int(full[0]) + int(np.argmax(strokes[full[0] :]))
    last = int(full[-1]) + _RUN_BEATS - 1
    last -= int(np.argmax(strokes[: last + 1][::-1]))
    first = 0 if _has_pulse(spectrum, path[: first + 1]) else first
    last = len(path) - 1 if _has_pulse(spectrum, path[last:]) else last
    return slice(first, last + 1)


def _has_pulse(spectrum: Spectrum, path: np.ndarray) -> bool:
    """Whether what sounds along beats (B,) echoes at them, or starts at them and hardly elsewhere.

    Sparse notes on some of the beats echo little. A bar or two are too few to ask.
    """
    if len(path) <= _RUN_BEATS:
        return True
    part = spectrum.group_onsets[max(0, round(path[0])) : round(path[-1])]
    period = np.array([np.median(np.diff(path))])
    if comb(echoes(part, spectrum.rate), period, (1, 2, 3, 4))[0] > _LEAST_PULSE:
        return True

    curve = np.sum([novelty(onsets, spectrum.rate) for onsets in part.T], axis=0)
    on, *between = (mean_stroke(curve, path - path[0], share) for share in (0, 0.25, 0.5, 0.75))
    return on > _LEAST_CONTRAST * max(between)


def best_path(curve: np.ndarray, period: np.ndarray, tightness: float) -> np.ndarray:
    """Frames (B,) of the beats through an onset curve (F,) that score best in sum.

    A beat scores the curve's strength there less ``tightness`` times the squared log deviation of
    the step before it from ``period``. After Ellis, "Beat tracking by dynamic programming" (2007);
    frames are taken in runs shorter than the shortest step, so that a whole run is one array
    operation.

    Args:
        curve: (F,) onset strength.
        period: (F,) the beat's period at each frame, in frames.
        tightness: how strictly steps keep to the period.
    """
    steps = np.arange(max(1, int(period.min() / 2)), max(2, round(2 * period.max())) + 1)
    reach, run = int(steps[-1]), int(steps[0])
    # Scores of frames before the start are zero: ``reach`` more of them stand in front.
    total = np.zeros(len(curve) + reach)
    previous = np.full(len(curve), -1)
    deviation = np.log(steps) - np.log(period)[:, None]

    for first in range(0, len(curve), run):
        frames = np.arange(first, min(first + run, len(curve)))
        scores = total[frames[:, None] - steps + reach] - tightness * deviation[frames] ** 2
        best = np.argmax(scores, axis=1)
        gain = scores[np.arange(len(frames)), best]
        begins = frames - steps[best] < 0
        previous[frames] = np.where(begins, -1, frames - steps[best])
        # A first beat pays nothing for the step from before the start.
        total[frames + reach] = curve[frames] + np.where(begins, np.maximum(gain, 0), gain)

    # The last beat lies within one period of the end.
    tail = max(0, len(curve) - round(period[-1]))
    path = [tail + int(np.argmax(total[tail + reach :]))]
    while previous[path[-1]] >= 0:
        path.append(int(previous[path[-1]]))
    return np.array(path[::-1], float)


def _drifting_period(path: np.ndarray, period: float, frames: int) -> np.ndarray:
    """(frames,) the beat's period at each frame: the median step of ``path`` (B,) around it."""
    if len(path) < 2 * _DRIFT_BEATS:
        return np.full(frames, period)
    steps = np.pad(np.diff(path), _DRIFT_BEATS, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(steps, 2 * _DRIFT_BEATS + 1)
    median = np.median(windows, axis=1)

    # Divided by the window's own sum, so that no silence from beyond the ends comes in.
    sigma = _DRIFT_BEATS / 2
    smooth = _blur(median, sigma) / _blur(np.ones_like(median), sigma)
    return np.interp(np.arange(frames), path[1:], smooth)


def _blur(curve: np.ndarray, sigma: float) -> np.ndarray:
    """A curve (F,), zero beyond its ends, under a Gaussian of height 1, ``sigma`` frames wide."""
    reach = max(1, int(np.ceil(4 * sigma)))
    window = gaussian_window(sigma, reach)
    return np.convolve(curve, window, mode="full")[reach : reach + len(curve)]


def _line(path: np.ndarray) -> np.ndarray:
    """The even grid (B,) that is nearest to beats (B,)."""
    index = np.arange(len(path))
    grid: np.ndarray = np.polyval(np.polyfit(index, path, 1), index)
    return grid


def _snap_to_onsets(
    path: np.ndarray, grid: np.ndarray, curve: np.ndarray, rate: float
) -> np.ndarray:
    """Beat frames (B,) moved to the tops of the onsets near them, to a fraction of a frame.

    Then they are steadied: the offset from a grid (B,) is a mean over about four beats each way,
    weighted by how strong each onset is, so that a weak or syncopated beat lies where its
    neighbours say.
    """
    reach = max(1, round(_SNAP_SECONDS * rate))
    padded = np.pad(curve, reach + 1)
    near = path.astype(int)[:, None] + np.arange(2 * reach + 1) + 1
    top = near[np.arange(len(path)), np.argmax(padded[near], axis=1)]

    # The top of the parabola through three values; where they are straight, the middle one.
    before, at, after = padded[top - 1], padded[top], padded[top + 1]
    curvature = before - 2 * at + after
    curved = curvature < -1e-9
    shift = np.where(curved, 0.5 * (before - after) / np.where(curved, curvature, 1), 0)
    peak = top - reach - 1 + shift
    if len(path) < 2:
        return peak

    steady = grid
    weight = np.maximum(at, 1e-3)
    # Twice: the second mean takes up what the first has smoothed away of a drift.
    for _ in range(2):
        offset = _blur((peak - steady) * weight, _STEADY_BEATS) / _blur(weight, _STEADY_BEATS)
        steady = steady + offset
    return steady


def _grid_tempo(beats: np.ndarray, tempo: float) -> float:
    """The tempo of the beats' even grid (B,), seconds.

    Where they do not lie on one, that of most of their runs of four; ``tempo`` where there are too
    few of them.
    """
    if len(beats) < 5:
        return tempo
    period = float(np.median(beats[4:] - beats[:-4])) / 4
    line = _line(beats)
    if np.abs(beats - line).max() < 0.1 * period:
        period = float(line[1] - line[0])
    return 60 / period
