"""Velocities and accelerations of a motion, on the manifold of rotations, at its own frame rate, without a lag.

The motion is smoothed by a zero-phase low-pass filter and differentiated in one step, in the frequency domain, where both are
exact: no differences of frames, so the same motion at 15, 30 or 60 frames a second has the same accelerations.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..rotations import normalize, quat_conj, quat_mul

Array = Any
CUTOFF = 6.0  # Hz at which a steady swing keeps 0.71 of its size
LEAST = 5  # frames that can be differentiated twice
SLOWEST = 12.0  # frames a second below which accelerations of a dance cannot be seen
ENDS = 2  # frames at each end whose accelerations are guesses
_ORDER = 2  # of the Butterworth filter, which runs forwards and backwards
_PAD = 0.7  # seconds by which a clip is continued at both ends, as if turned by half a turn about its first and last value


def differentiate(values: Array, fps: float, cutoff: float = CUTOFF) -> tuple[Array, Array, Array]:
    """Smoothed ``values`` (T, D), their first and second derivatives per second, each (T, D).

    The filter is Butterworth's of order 2, run twice, -3 dB at ``cutoff`` Hz, but at most at 0.8 of half the frame rate.
    """
    xp = array_namespace(values)
    frames = values.shape[0]
    pad = min(frames - 1, max(2, int(np.ceil(_PAD * fps))))
    slope = (values[-1:] - values[:1]) / (frames - 1)  # taken out before: a drift has no edges then
    ramp = xp.asarray(np.arange(frames)[:, None], dtype=values.dtype, device=values.device)
    flat = values - values[:1] - slope * ramp
    # Flat at both ends now: its odd reflections about them go on smoothly, and the whole is one period.
    whole = xp.concat([-xp.flip(flat[1 : pad + 1], axis=0), flat, -xp.flip(flat[-pad - 1 : -1], axis=0)], axis=0)
    count = whole.shape[0]
    at = 2j * np.pi * np.fft.rfftfreq(count, 1 / fps)
    keep = _passed(np.abs(at) / (2 * np.pi), min(cutoff, 0.4 * fps))
    spectrum = xp.fft.rfft(whole, axis=0)
    found = []
    for order in range(3):
        gain = xp.asarray((keep * at**order)[:, None], dtype=spectrum.dtype, device=values.device)
        found.append(xp.fft.irfft(spectrum * gain, n=count, axis=0)[pad : pad + frames])
    return found[0] + values[:1] + slope * ramp, found[1] + slope * fps, found[2]


def _passed(frequency: np.ndarray, cutoff: float) -> np.ndarray:
    single = cutoff / (np.sqrt(2) - 1) ** (1 / (2 * _ORDER))  # of one pass, so that two passes lose 3 dB at the cut-off
    return 1 / (1 + (frequency / single) ** (2 * _ORDER))


def spin(quats: Array, rate: Array, change: Array) -> tuple[Array, Array, Array]:
    """Unit quaternions (..., 4), angular velocity and acceleration (..., 3) in the turned frame, rad/s and rad/s2.

    Of quaternions (..., 4) that need not have unit length, and their first and second time derivatives.
    """
    xp = array_namespace(quats)
    inverse, size = quat_conj(quats), xp.sum(quats * quats, axis=-1, keepdims=True)
    velocity = 2 * quat_mul(inverse, rate)[..., 1:] / size
    stretch = 2 * xp.sum(quats * rate, axis=-1, keepdims=True) / size
    acceleration = 2 * quat_mul(inverse, change)[..., 1:] / size - stretch * velocity
    return normalize(quats), velocity, acceleration
