"""Rhythm read from motion alone: how hard limbs brake, when they arrive, and a dance's energy.

Braking is heard long before a movement is over: a foot brakes hardest some 0.08 s before it strikes
the floor. An eye, and a dancer's beat, count the arrival; so hits, beats and the onsets of a motion
are arrivals.
"""

import numpy as np

from ..geometry.signals import gaussian_smoothed
from ..motion.motion import Motion
from ..music.rhythm import beat_channels, normalise_locally, tempo_channel

LIMBS = (
    "left_foot", "right_foot", "left_wrist", "right_wrist",
    "left_knee", "right_knee", "head", "pelvis",
)  # fmt: skip
_SMOOTH_SECONDS = 1 / 20
# m/s2, harder than any limb stops: what exceeds it is a fault of the recording.
_HARDEST = 30.0
_HIT_GAP = 0.2  # seconds between two hits at least
_ARRIVAL_SMOOTH = 1 / 60  # seconds: of the speeds in which arrivals are looked for
_ARRIVED = 0.3  # of the fastest just before: slower than this, what brakes has arrived
_LONGEST_STOP = 0.3  # seconds that a movement brakes at most, and in which it was fastest
_ENERGY_SECONDS = 0.7
_SLOWEST_SPEED = 0.01  # m/s, below which a body is as still as it can be
# Mean and spread of log mean joint speed (m/s) over recorded salsa and pop, so that 0 is an
# ordinary dance's energy.
_ENERGY_MEAN, _ENERGY_SPREAD = -0.65, 0.75


def impact(motion: Motion) -> np.ndarray:
    """(T,) m/s2: how hard feet, hands, knees, head and pelvis brake, summed.

    It is the falling part of their speeds, smoothed over 1/20 s; a limb counts for at most 30 m/s2.
    The same for any frame rate.
    """
    return _braking(motion).sum(axis=1).astype(np.float32)


def hits(motion: Motion) -> np.ndarray:
    """(H,) seconds: the moments at which limbs that brake hardest have arrived.

    They brake hardest at peaks of `impact` above the second around them. They have arrived when
    their speed, each weighted by how hard it braked, falls below 0.3 of their peak.
    """
    frames = _hardest_braking(motion)
    return (frames + _frames_to_arrival(motion, frames)) / motion.fps


def arrival_delay(motion: Motion) -> float:
    """Mean seconds from the hardest braking to the arrival, over a motion's `hits`; 0 without any.

    Recorded dance has 0.05 to 0.11; with it, foot strikes and the arrivals of hands and feet lie
    +3 and +16 ms about the beats that are read from the same clips, else +79 and +91.
    """
    delays = _frames_to_arrival(motion, _hardest_braking(motion)) / motion.fps
    return float(delays.mean()) if len(delays) else 0.0


def _limb_speeds(motion: Motion, smooth_seconds: float) -> np.ndarray:
    """(T, L) m/s speeds of the limbs that are there, smoothed."""
    names = motion.skeleton.names
    joints = [names.index(name) for name in LIMBS if name in names]
    positions = motion.positions[:, joints].astype(np.float64)
    if len(positions) < 2 or not joints:
        return np.zeros((len(positions), len(LIMBS)))

    speed = np.linalg.norm(np.gradient(positions, 1 / motion.fps, axis=0), axis=-1)
    sigma = smooth_seconds * motion.fps
    return np.stack([gaussian_smoothed(limb, sigma) for limb in speed.T], axis=1)


def _braking(motion: Motion) -> np.ndarray:
    """(T, L) m/s2: the falling part of each limb's speed."""
    speed = _limb_speeds(motion, _SMOOTH_SECONDS)
    if len(speed) < 2:
        return np.zeros_like(speed)
    return np.clip(-np.gradient(speed, 1 / motion.fps, axis=0), 0, _HARDEST)


def _hardest_braking(motion: Motion) -> np.ndarray:
    """(H,) frames: the peaks of `impact` that stand out of the second around them."""
    curve = gaussian_smoothed(impact(motion), _SMOOTH_SECONDS * motion.fps)
    if len(curve) < 3:
        return np.empty(0)

    local = gaussian_smoothed(curve, 0.5 * motion.fps)
    spread = np.sqrt(np.maximum(gaussian_smoothed(np.square(curve - local), 0.5 * motion.fps), 0))
    before, middle, after = curve[:-2], curve[1:-1], curve[2:]
    is_peak = (middle > before) & (middle >= after) & (curve > local + 0.5 * spread)[1:-1]
    # Of a body that rests between moves, the least tremble stands out of its second.
    is_peak &= middle > 0.1 * np.percentile(curve, 95)

    peaks = np.flatnonzero(is_peak) + 1
    return _highest_apart(peaks, curve[peaks], _HIT_GAP * motion.fps)


def _frames_to_arrival(motion: Motion, frames: np.ndarray) -> np.ndarray:
    """(H,) frames, parts of one too, from each of ``frames`` until what brakes there arrives."""
    braking = _braking(motion)
    speed = _limb_speeds(motion, _ARRIVAL_SMOOTH)
    reach = round(_LONGEST_STOP * motion.fps)

    waits = np.zeros(len(frames))
    for number, frame in enumerate(frames.astype(int)):
        first = max(frame - reach, 0)
        stopping = speed[first : frame + reach + 1] @ braking[frame]
        arrived = _ARRIVED * stopping[: frame - first + 1].max()
        waits[number] = _fall_below(stopping[frame - first :], arrived)
    return waits


def _fall_below(curve: np.ndarray, level: float) -> float:
    """Where a curve (F,) first falls to ``level``, between its values; else where it is lowest."""
    below = np.flatnonzero(curve <= level)
    if not len(below):
        return float(np.argmin(curve))
    after = int(below[0])
    if after == 0:
        return 0.0
    fall = curve[after - 1] - curve[after]
    return after - 1 + float((curve[after - 1] - level) / fall)


def _highest_apart(peaks: np.ndarray, heights: np.ndarray, gap: float) -> np.ndarray:
    """The highest of peaks closer than ``gap`` frames."""
    kept: list[int] = []
    for peak in peaks[np.argsort(-heights, kind="stable")]:
        if all(abs(peak - other) >= gap for other in kept):
            kept.append(int(peak))
    return np.array(sorted(kept), float)


def energy(motion: Motion) -> np.ndarray:
    """(T,) natural log of the mean joint speed (m/s), not below 1 cm/s, over 0.7 s."""
    if len(motion) < 2:
        return np.full(len(motion), np.log(_SLOWEST_SPEED))
    velocity = np.gradient(motion.positions.astype(np.float64), 1 / motion.fps, axis=0)
    speed = np.linalg.norm(velocity, axis=-1).mean(axis=1)
    log_speed = np.log(np.maximum(speed, _SLOWEST_SPEED))
    return gaussian_smoothed(log_speed, _ENERGY_SECONDS * motion.fps)


def rhythm_of(motion: Motion, bpm: float, beats: np.ndarray) -> np.ndarray:
    """(T, 6) float32: what music would have told the dancer, in the channels of ``music.rhythm``.

    Energy is `energy` against ordinary dance (0) in its spreads; onset is `impact`, as late as
    arrivals are.

    Args:
        bpm: beats a minute; nan where the motion has no trusted beat.
        beats: (B,) seconds, empty then.
    """
    channels = np.zeros((len(motion), 6), np.float32)
    if np.isfinite(bpm) and len(beats) > 1:
        at = np.arange(len(motion)) / motion.fps
        channels[:, :3] = beat_channels(np.asarray(beats, float), at)
        channels[:, 5] = tempo_channel(bpm)
    channels[:, 3] = (energy(motion) - _ENERGY_MEAN) / _ENERGY_SPREAD
    onsets = normalise_locally(impact(motion), motion.fps)
    times = np.arange(len(motion)) - arrival_delay(motion) * motion.fps
    channels[:, 4] = np.interp(times, np.arange(len(motion)), onsets)
    return channels
