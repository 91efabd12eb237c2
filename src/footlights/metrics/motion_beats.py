"""Tempo and beats read from motion alone: those that the arrivals of its limbs keep."""

import numpy as np

from ..geometry.signals import gaussian_smoothed
from ..motion.motion import Motion
from ..music.beats import best_path
from ..music.rhythm import FASTEST, SLOWEST, normalise_locally, sample_curve
from ..music.tempo import autocorrelation, comb
from .motion_rhythm import arrival_delay, impact

MIN_TEMPO_TRUST = 1.9  # below it, treat a motion as having no beat
_RATE = 60.0  # values a second of the curve that is looked at
_SHORTEST = 4.0  # seconds
_TIGHTNESS = 100.0  # how strictly beats keep to the tempo, see `best_path`
_OWN_SHARE = 0.3  # of the stops themselves; the rest is the pulse that they follow
_STEADY_BEATS = 2.5  # over which offsets from an even grid are smoothed
_PULSE_BEATS = 4.0  # over which the pulse is followed
_RIVAL = 0.04  # of log tempo, beyond which a tempo is another
_NEAR = 0.03  # of log tempo, within which the best one is looked for finely
_ECHO_BEATS = (1, 2, 3, 4, 6, 8, 12, 16)


def tempo_of(motion: Motion) -> tuple[float, float]:
    """Tempo (beats a minute, between 76 and 152) that the limbs' stops keep, and trust in it.

    Trust is how far the best tempo stands above the best rival more than 4 % away, in summed
    standard scores of a spectral comb and an echo comb; from ``MIN_TEMPO_TRUST`` on take it. A
    motion that never stops, or shorter than four seconds, gives (nan, 0).
    """
    return _tempo(_impact_curve(motion))


def beats_of(motion: Motion) -> np.ndarray:
    """(B,) seconds: beats at the motion's one tempo, where its limbs arrive.

    Empty when it has no tempo.
    """
    curve = _impact_curve(motion)
    bpm, _ = _tempo(curve)
    if not np.isfinite(bpm):
        return np.empty(0)

    period = 60 * _RATE / bpm
    unit = normalise_locally(curve, _RATE)
    stops = gaussian_smoothed(unit, period / 8)
    stops = _OWN_SHARE * stops / (stops.std() + 1e-12) + (1 - _OWN_SHARE) * _pulse(unit, period)
    frames = best_path(stops, np.full(len(stops), period), _TIGHTNESS)

    # The path follows how limbs brake, which is smoother than when they arrive.
    beats = _steadied(frames) / _RATE + arrival_delay(motion)
    return beats[(beats >= 0) & (beats < motion.seconds)]


def _impact_curve(motion: Motion) -> np.ndarray:
    """`impact` at 60 values a second, whatever the motion's rate."""
    count = max(1, int((len(motion) - 1) / motion.fps * _RATE) + 1)
    return sample_curve(impact(motion), motion.fps, np.arange(count) / _RATE)


def _tempo(curve: np.ndarray) -> tuple[float, float]:
    if len(curve) < _SHORTEST * _RATE or curve.max() < 1e-3:
        return float("nan"), 0.0

    unit = normalise_locally(curve, _RATE)
    bpm = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), 0.001))
    echo = comb(autocorrelation(unit), 60 * _RATE / bpm, _ECHO_BEATS)
    total = _standard_scores(_spectral_comb(unit, bpm)) + _standard_scores(echo)
    best = int(np.argmax(total))

    away = np.log(bpm / bpm[best])
    rivals = np.abs(away) > _RIVAL
    # The range is one octave, so its two ends are neighbours: 77 is no rival of 152.
    rivals &= np.abs(np.abs(away) - np.log(2)) > _RIVAL

    near = bpm[best] * np.exp(np.arange(-_NEAR, _NEAR, 0.0002))
    tempo = near[np.argmax(_spectral_comb(unit, near))]
    return float(tempo), float(total[best] - total[rivals].max())


def _spectral_comb(unit: np.ndarray, bpm: np.ndarray) -> np.ndarray:
    """Size of the curve's spectrum at each tempo, its double, half and quarter, summed."""
    size = 1 << int(np.ceil(np.log2(len(unit) * 8)))
    power = np.abs(np.fft.rfft((unit - unit.mean()) * np.hanning(len(unit)), size))
    bins = bpm / 60 / _RATE * size
    return sum(np.interp(bins * k, np.arange(len(power)), power) for k in (1, 2, 0.5, 0.25))  # type: ignore[return-value]


def _standard_scores(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-12)


def _pulse(unit: np.ndarray, period: float) -> np.ndarray:
    """The part of a curve (F,) that swings with ``period`` frames, at unit spread.

    Followed over about four beats, after Grosche and Müller, "Extracting predominant local pulse
    information" (2011), at the one tempo of the clip.
    """
    phase = np.exp(-2j * np.pi * np.arange(len(unit)) / period)
    swing, sigma = unit * phase, _PULSE_BEATS * period
    followed = gaussian_smoothed(swing.real, sigma) + 1j * gaussian_smoothed(swing.imag, sigma)
    pulse = (followed / phase).real
    return pulse / (pulse.std() + 1e-12)


def _steadied(beats: np.ndarray) -> np.ndarray:
    """Beats (B,) whose offsets from an even grid are smoothed over about nine beats."""
    if len(beats) < 4:
        return beats
    index = np.arange(len(beats))
    slope, first = np.polyfit(index, beats, 1)
    even = first + slope * index
    return even + gaussian_smoothed(beats - even, _STEADY_BEATS)
