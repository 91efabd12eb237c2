"""Does a body move as much as dancers do: a reward that pays for no trembling, and Skeleton2Stage's
anti-freezing one.
"""

from collections.abc import Sequence

import numpy as np

from ..metrics.jitter import noise_of
from ..metrics.motion_magnitude import antifreezing_s2s
from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, Worth, each

_FALL = 0.5  # of the natural logarithm of energy outside the band: how far the reward falls to 1/e
_STILL = 1e-6  # m/s: as a logarithm, the slowest there is
_IMPULSE_FRAMES = 64  # that show all of a filter's answer to one impulse
_S2S_FPS = 30.0  # frames a second for which the published reward was written


def energy(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """1 where the body moves as much as real dance does (its middle 80 % in the calibration), less
    below and above; in (0, 1].

    Energy is the root mean square speed of the joints against the root's position, which a statue
    does not get by sliding, smoothed below 6 Hz, less what white noise of the size found in each
    coordinate leaves of itself there. Outside the band the reward is exp(-(ln(energy / edge) /
    0.5)^2). A clip needs its pauses: only the speed is told frame by frame.
    """
    return each(motions, musics, _energy)


def energy_s2s(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """Skeleton2Stage's anti-freezing reward, at 30 frames a second: more without end, and most for
    trembling.
    """
    return each(motions, musics, _energy_s2s)


def steady_speed(motion: Motion) -> float:
    """Root mean square speed of the joints against the root's position in m/s below 6 Hz, without
    what noise leaves there.

    NaN for clips too short to tell.
    """
    squares, noise = _squared_speeds(motion)
    return _root_mean(squares.mean(axis=0) - noise)


def _energy(motion: Motion, _: Music | None) -> Worth:
    from ..physics.score_calibration import Calibration

    low, high = Calibration.shipped().speed_band
    squares, noise = _squared_speeds(motion)
    speed = _root_mean(squares.mean(axis=0) - noise)
    if not np.isfinite(speed):
        reason = f"{len(motion)} frames at {motion.fps:g} a second are too few"
        return Worth(terms={"speed": speed}, reason=reason)

    outside = np.log(max(speed, _STILL) / low) if speed < low else np.log(max(speed / high, 1.0))
    frames = np.array([_root_mean(frame - noise) for frame in squares])
    return Worth(float(np.exp(-((outside / _FALL) ** 2))), {"speed": speed}, {"speed": frames})


def _squared_speeds(motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """(T, J, 3) m2/s2 of the joints' coordinates against the root, and what of their means (J, 3)
    is noise; NaN in clips too short to tell.
    """
    from ..physics.differentiation import LEAST_FRAMES, differentiate

    positions = motion.positions[:, 1:].astype(np.float64) - motion.root[:, None]
    noise = noise_of(positions, motion.fps)
    if len(positions) < LEAST_FRAMES or not np.isfinite(noise).all():
        return np.full(positions.shape, np.nan), noise
    speeds = differentiate(positions.reshape(len(positions), -1), motion.fps)[1]

    # What unit noise leaves of itself: the mean square of the derivative of a filtered impulse
    # train, here one impulse's sum.
    impulse = np.zeros((max(len(motion), _IMPULSE_FRAMES), 1))
    impulse[len(impulse) // 2] = 1
    left = float((differentiate(impulse, motion.fps)[1] ** 2).sum())
    return speeds.reshape(positions.shape) ** 2, left * noise**2


def _root_mean(squares: np.ndarray) -> float:
    """m/s, of squared speeds of coordinates (J, 3) from which noise is taken off; NaN of NaN."""
    mean = squares.sum(axis=-1).mean()
    return float(np.sqrt(np.maximum(mean, 0)))


def _energy_s2s(motion: Motion, _: Music | None) -> Worth:
    value = antifreezing_s2s(motion.resampled(_S2S_FPS).positions)
    return Worth(value, reason="fewer than three frames")
