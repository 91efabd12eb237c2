"""Moments that an eye counts in a dance, and how late they are: foot strikes, arrivals, dips.

Times are seconds from the start of the clip. Where hits (`motion_rhythm.hits`) are the moments at
which limbs brake hardest, these are the moments at which they have arrived.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.signals import gaussian_smoothed, runs
from ..motion.contacts import mark_contacts, point_speeds
from ..motion.motion import Motion

EVENTS = ("foot_strikes", "arrivals", "speed_dips", "lowest_pelvis")

_EXTREMITIES = ("left_wrist", "right_wrist", "left_ankle", "right_ankle")
_SMOOTH = 1 / 30  # seconds: of speeds and heights
_GAP = 0.2  # seconds between two foot strikes of one foot at least
_ARRIVED = 0.25  # of a movement's peak speed: slower than this, a limb has arrived
_LEAST_PEAK = 0.6  # m/s: slower movements are sway
_LEAST_DROP = 0.1  # of the mean speed, by which a dip lies below the peaks on both sides
_LEAST_SINK = 0.01  # metres, likewise of the pelvis
_FEW = 3  # events: fewer have no phase


@dataclass(frozen=True)
class Lag:
    """How events lie about the beats.

    Attributes:
        median_ms: milliseconds by which they are late, by the circular middle of their phases and
            the median about it; NaN of fewer than three events or beats.
        concentration: 1 where all are at one phase of the beat, about 0 where at any.
        count: of events between the first beat and the last.
    """

    median_ms: float
    concentration: float
    count: int


def motion_events(motion: Motion) -> dict[str, np.ndarray]:
    """Times (E,) of each of `EVENTS` in a motion.

    A foot strikes when its heel or ball begins to touch after neither did. A hand or a foot arrives
    when after a movement of over 0.6 m/s it is slower than a quarter of that movement's peak. A
    dip is a minimum of the mean joint speed, and the pelvis is lowest at a minimum of its height.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    positions = motion.positions.astype(np.float64)
    sigma = _SMOOTH * motion.fps
    speeds: np.ndarray = point_speeds(positions, motion.fps)
    limbs = [motion.skeleton.index(name) for name in _EXTREMITIES]
    arrivals = [_arrivals(gaussian_smoothed(speed, sigma)) for speed in speeds[:, limbs].T]

    mean_speed = gaussian_smoothed(speeds.mean(axis=1), sigma)
    height = gaussian_smoothed(positions[:, 0, 2], sigma)
    frames = {
        "foot_strikes": _foot_strikes(mark_contacts(motion), motion.fps),
        "arrivals": np.sort(np.concatenate(arrivals)),
        "speed_dips": _minima(mean_speed, _LEAST_DROP * float(mean_speed.mean())),
        "lowest_pelvis": _minima(height, _LEAST_SINK),
    }
    return {name: np.asarray(frames[name], float) / motion.fps for name in EVENTS}


def lag_of(events: np.ndarray, beats: np.ndarray) -> Lag:
    """How late ``events`` (E,) are on ``beats`` (B,), both seconds.

    Each event counts by its phase between the beats around it. Events half a beat late cannot be
    told from events half a beat early.
    """
    beats = np.sort(np.asarray(beats, float))
    if len(beats) < _FEW:
        return Lag(float("nan"), float("nan"), 0)
    inside: np.ndarray = np.asarray(events, float)
    between: np.ndarray = (inside >= beats[0]) & (inside < beats[-1])
    inside = inside[between]
    if len(inside) < _FEW:
        return Lag(float("nan"), float("nan"), len(inside))

    phases = np.interp(inside, beats, np.arange(len(beats))) % 1
    pull = np.exp(2j * np.pi * phases).mean()
    middle = float(np.angle(pull)) / (2 * np.pi)
    about = (phases - middle + 0.5) % 1 - 0.5
    period = float(np.median(np.diff(beats)))
    return Lag(1000 * period * (middle + float(np.median(about))), float(abs(pull)), len(inside))


def _foot_strikes(contacts: np.ndarray, fps: float) -> np.ndarray:
    """Frames at which either foot begins to touch, of contacts (T, 4)."""
    strikes: list[int] = []
    for foot in (contacts[:, :2], contacts[:, 2:]):
        onsets = [start for start, _ in runs(foot.max(axis=1) > 0) if start > 0]
        last = -np.inf
        for onset in onsets:
            if onset - last >= _GAP * fps:
                strikes.append(onset)
            last = onset
    return np.array(sorted(strikes), float)


def _arrivals(speed: np.ndarray) -> np.ndarray:
    """Frames at which a limb of this speed (T,) has arrived."""
    arrived, peak = [], 0.0
    for frame, now in enumerate(speed.tolist()):
        peak = max(peak, now)
        if peak > _LEAST_PEAK and now < _ARRIVED * peak:
            arrived.append(frame)
            peak = now
        elif peak <= _LEAST_PEAK:
            # A new movement is measured from where the last one ended.
            peak = now
    return np.array(arrived, float)


def _minima(curve: np.ndarray, drop: float) -> np.ndarray:
    """Frames of the minima of a curve (T,) that lie ``drop`` below the peaks beside them."""
    from scipy.signal import find_peaks

    lowest, _ = find_peaks(-curve, prominence=drop)
    return np.asarray(lowest, float)
