"""Does a body move as much as dancers do: Skeleton2Stage's anti-freezing reward, and one that pays
for no trembling.
"""

from collections.abc import Sequence

import numpy as np

from ..metrics.jitter import noise_of
from ..metrics.motion_magnitude import antifreezing_s2s
from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, each

_FALL = 0.5  # of the natural logarithm of energy outside the band: how far the reward falls to 1/e


def energy(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """1 where the body moves as much as real dance does (its middle 80 % in the calibration), less
    below and above; in (0, 1].

    Energy is the root mean square speed of the joints against the root's place, which a statue does
    not get by sliding, smoothed below 6 Hz, less what white noise of the size found in each
    coordinate leaves of itself there. Outside the band the reward is exp(-(ln(energy / edge) /
    0.5)^2).
    """
    from ..physics.score_calibration import Calibration

    low, high = Calibration.shipped().speed_band

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        speed = steady_speed(motion)
        if not np.isfinite(speed):
            return {
                "energy": float("nan"),
                "speed": speed,
            }, f"{len(motion)} frames at {motion.fps:g} a second are too few"
        beyond = np.log(max(speed, 1e-6) / low) if speed < low else np.log(max(speed / high, 1.0))
        return {"energy": float(np.exp(-((beyond / _FALL) ** 2))), "speed": speed}, ""

    return each(motions, musics, one, "energy")


def energy_s2s(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """Skeleton2Stage's anti-freezing reward, at 30 frames a second: more without end, and most for
    trembling.
    """

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        return {
            "energy_s2s": antifreezing_s2s(motion.resampled(30.0).positions)
        }, "fewer than three frames"

    return each(motions, musics, one, "energy_s2s")


def steady_speed(motion: Motion) -> float:
    """Root mean square speed of the joints against the root's place in m/s below 6 Hz, without what
    noise leaves there.

    NaN for clips too short to tell.
    """
    from ..physics.differentiation import LEAST_FRAMES, differentiate

    places = motion.positions[:, 1:].astype(np.float64) - motion.root[:, None]
    noise = noise_of(places, motion.fps)
    if len(places) < LEAST_FRAMES or not np.isfinite(noise).all():
        return float("nan")
    speeds = differentiate(places.reshape(len(places), -1), motion.fps)[1].reshape(places.shape)
    # What unit noise leaves of itself: the mean square of the derivative of a filtered impulse
    # train, here one impulse's sum.
    impulse = np.zeros((max(len(motion), 64), 1))
    impulse[len(impulse) // 2] = 1
    left = float((differentiate(impulse, motion.fps)[1] ** 2).sum())
    squared = (speeds**2).mean(axis=0) - left * noise**2
    return float(np.sqrt(max(squared.sum(axis=-1).mean(), 0)))
