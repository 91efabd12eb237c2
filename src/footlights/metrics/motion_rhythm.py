"""Rhythm read from motion alone: how hard limbs stop, the tempo and the beats that their stops
keep.
"""

import numpy as np

from ..geometry.signals import gaussian_smoothed
from ..motion.motion import Motion
from ..music.beats import best_path
from ..music.rhythm import beat_channels, normalise_locally, sample_curve, tempo_channel
from ..music.tempo import autocorrelation, comb

LIMBS = (
    "left_foot",
    "right_foot",
    "left_wrist",
    "right_wrist",
    "left_knee",
    "right_knee",
    "head",
    "pelvis",
)
TRUSTED = 1.9
SLOWEST, FASTEST = 76.0, 152.0
_RATE = 60.0
_SMOOTH_SECONDS = 1 / 20
# Harder than any limb stops: what exceeds it is a fault of the recording.
_HARDEST = 30.0
_ENERGY_SECONDS = 0.7
# Mean and spread of log mean joint speed (m/s) over recorded salsa and pop, so that 0 is an
# ordinary dance's energy.
_ENERGY_MEAN, _ENERGY_SPREAD = -0.65, 0.75
_TIGHTNESS = 100.0
_OWN_SHARE = 0.3
_STEADY_BEATS, _PULSE_BEATS = 2.5, 4.0
_RIVAL, _NEAR = 0.04, 0.03
_BEATS = (1, 2, 3, 4, 6, 8, 12, 16)


def impact(motion: Motion) -> np.ndarray:
    """(T,) m/s2: how hard feet, hands, knees, head and pelvis stop, the falling part of their
    speeds, summed.

    Speeds are smoothed over 1/20 s, and a limb counts for at most 30 m/s2; the same for any frame
    rate.
    """
    speed = _speeds(motion)
    fall = (
        np.clip(-np.gradient(speed, 1 / motion.fps, axis=0), 0, _HARDEST)
        if len(motion) > 1
        else np.zeros_like(speed)
    )
    return fall.sum(axis=1).astype(np.float32)


def hits(motion: Motion) -> np.ndarray:
    """(H,) seconds: the moments at which limbs stop hardest, peaks of ``impact`` above the second
    around them.
    """
    curve = gaussian_smoothed(impact(motion), _SMOOTH_SECONDS * motion.fps)
    if len(curve) < 3:
        return np.empty(0)
    local = gaussian_smoothed(curve, 0.5 * motion.fps)
    spread = np.sqrt(np.maximum(gaussian_smoothed(np.square(curve - local), 0.5 * motion.fps), 0))
    high = (
        (curve[1:-1] > curve[:-2])
        & (curve[1:-1] >= curve[2:])
        & (curve > local + 0.5 * spread)[1:-1]
    )
    peaks = np.flatnonzero(high & (curve[1:-1] > 0.1 * np.percentile(curve, 95))) + 1
    return _spaced(peaks, curve[peaks], 0.2 * motion.fps) / motion.fps


def tempo_of(motion: Motion) -> tuple[float, float]:
    """Tempo (beats a minute, between 76 and 152) that the limbs' stops keep, and trust in it.

    Trust is how far the best tempo stands above the best rival more than 4 % away, in summed
    standard scores of a spectral comb and an echo comb; from ``TRUSTED`` on take it, below it treat
    the motion as having no beat. A motion that never stops, or shorter than four seconds, gives
    (nan, 0).
    """
    return _tempo(_curve(motion))


def beats_of(motion: Motion) -> np.ndarray:
    """(B,) seconds: beats at the motion's one tempo, where its limbs stop; empty when it has no
    tempo.
    """
    curve = _curve(motion)
    bpm, _ = _tempo(curve)
    if not np.isfinite(bpm):
        return np.empty(0)
    period = 60 * _RATE / bpm
    unit = normalise_locally(curve, _RATE)
    stops = gaussian_smoothed(unit, period / 8)
    stops = _OWN_SHARE * stops / (stops.std() + 1e-12) + (1 - _OWN_SHARE) * _pulse(unit, period)
    beats = _steadied(best_path(stops, np.full(len(stops), period), _TIGHTNESS)) / _RATE
    return beats[(beats >= 0) & (beats < motion.seconds)]


def rhythm_of(motion: Motion, bpm: float, beats: np.ndarray) -> np.ndarray:
    """(T, 6) float32: what music would have told the dancer of this motion, in the channels of
    ``music.rhythm``.

    ``bpm`` is nan and ``beats`` (B,) seconds empty where the motion has no trusted beat. Energy is
    ``energy`` against ordinary dance (0) in its spreads; onset is ``impact``.
    """
    out = np.zeros((len(motion), 6), np.float32)
    if np.isfinite(bpm) and len(beats) > 1:
        out[:, :3] = beat_channels(np.asarray(beats, float), np.arange(len(motion)) / motion.fps)
        out[:, 5] = tempo_channel(bpm)
    out[:, 3] = (energy(motion) - _ENERGY_MEAN) / _ENERGY_SPREAD
    out[:, 4] = normalise_locally(impact(motion), motion.fps)
    return out


def energy(motion: Motion) -> np.ndarray:
    """(T,) natural log of the mean joint speed (m/s), not below 1 cm/s, over 0.7 s."""
    if len(motion) < 2:
        return np.full(len(motion), np.log(0.01))
    steps = np.gradient(motion.positions.astype(np.float64), 1 / motion.fps, axis=0)
    speed = np.linalg.norm(steps, axis=-1).mean(axis=1)
    return gaussian_smoothed(np.log(np.maximum(speed, 0.01)), _ENERGY_SECONDS * motion.fps)


def _speeds(motion: Motion) -> np.ndarray:
    """(T, 8) m/s speeds of the limbs that are there, smoothed over 1/20 s."""
    joints = [motion.skeleton.names.index(name) for name in LIMBS if name in motion.skeleton.names]
    places = motion.positions[:, joints].astype(np.float64)
    if len(places) < 2 or not joints:
        return np.zeros((len(places), len(LIMBS)))
    speed = np.linalg.norm(np.gradient(places, 1 / motion.fps, axis=0), axis=-1)
    return np.stack(
        [gaussian_smoothed(limb, _SMOOTH_SECONDS * motion.fps) for limb in speed.T], axis=1
    )


def _curve(motion: Motion) -> np.ndarray:
    """Impact at 60 values a second, whatever the motion's rate."""
    count = max(1, int((len(motion) - 1) / motion.fps * _RATE) + 1)
    return sample_curve(impact(motion), motion.fps, np.arange(count) / _RATE)


def _tempo(curve: np.ndarray) -> tuple[float, float]:
    if len(curve) < 4 * _RATE or curve.max() < 1e-3:
        return float("nan"), 0.0
    unit = normalise_locally(curve, _RATE)
    bpm = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), 0.001))
    total = _scores(_spectral(unit, bpm)) + _scores(
        comb(autocorrelation(unit), 60 * _RATE / bpm, _BEATS)
    )
    best = int(np.argmax(total))
    rivals = np.abs(np.log(bpm / bpm[best])) > _RIVAL
    # The range is one octave, so its two ends are neighbours: 77 is no rival of 152.
    rivals &= np.abs(np.abs(np.log(bpm / bpm[best])) - np.log(2)) > _RIVAL
    near = bpm[best] * np.exp(np.arange(-_NEAR, _NEAR, 0.0002))
    return float(near[np.argmax(_spectral(unit, near))]), float(total[best] - total[rivals].max())


def _spectral(unit: np.ndarray, bpm: np.ndarray) -> np.ndarray:
    """Size of the curve's spectrum at each tempo, its double, half and quarter, summed."""
    size = 1 << int(np.ceil(np.log2(len(unit) * 8)))
    power = np.abs(np.fft.rfft((unit - unit.mean()) * np.hanning(len(unit)), size))
    bins = bpm / 60 / _RATE * size
    return sum(np.interp(bins * k, np.arange(len(power)), power) for k in (1, 2, 0.5, 0.25))  # type: ignore[return-value]


def _scores(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-12)


def _pulse(unit: np.ndarray, period: float) -> np.ndarray:
    """The part of a curve (F,) that swings with ``period`` frames, followed over about four beats,
    at unit spread.

    After Grosche and Müller, "Extracting predominant local pulse information" (2011), at the one
    tempo of the clip.
    """
    turn = np.exp(-2j * np.pi * np.arange(len(unit)) / period)
    swing = unit * turn
    followed = gaussian_smoothed(swing.real, _PULSE_BEATS * period) + 1j * gaussian_smoothed(
        swing.imag, _PULSE_BEATS * period
    )
    pulse = (followed / turn).real
    return pulse / (pulse.std() + 1e-12)


def _steadied(beats: np.ndarray) -> np.ndarray:
    """Beats (B,) whose offsets from an even grid are smoothed over about nine beats."""
    if len(beats) < 4:
        return beats
    index = np.arange(len(beats))
    slope, first = np.polyfit(index, beats, 1)
    even = first + slope * index
    return even + gaussian_smoothed(beats - even, _STEADY_BEATS)


def _spaced(peaks: np.ndarray, heights: np.ndarray, gap: float) -> np.ndarray:
    """The highest of peaks closer than ``gap`` frames."""
    kept: list[int] = []
    for peak in peaks[np.argsort(-heights, kind="stable")]:
        if all(abs(peak - other) >= gap for other in kept):
            kept.append(int(peak))
    return np.array(sorted(kept), float)
