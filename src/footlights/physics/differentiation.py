"""Velocities and accelerations of a motion, on the manifold of rotations, at its own frame rate,
without a lag.

The motion is smoothed by a zero-phase low-pass filter and differentiated in one step, in the
frequency domain, where both are exact: no differences of frames, so the same motion at 15, 30 or 60
frames a second has the same accelerations.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..geometry.rotations import normalize, quat_conj, quat_mul

Array = Any
CUTOFF = 6.0  # Hz at which a steady swing keeps 0.71 of its size
LEAST = 5  # frames that can be differentiated twice
SLOWEST = 12.0  # frames a second below which accelerations of a dance cannot be seen
_ENDS = 2  # frames at each end, at 30 a second, whose accelerations are guesses
_ORDER = 2  # of the Butterworth filter, which runs forwards and backwards
_END = 0.2  # seconds at each end from which its curvature is taken


def differentiate(values: Array, fps: float, cutoff: float = CUTOFF) -> tuple[Array, Array, Array]:
    """Smoothed ``values`` (..., T, D), their first and second derivatives per second, each (..., T,
    D).

    The filter is Butterworth's of order 2, run twice, -3 dB at ``cutoff`` Hz, but at most at 0.8 of
    half the frame rate. A cubic with the values and curvatures of both ends is taken out before and
    put back after, so that what is filtered goes on smoothly when it is turned by half a turn about
    its ends: no edges, and steady travel and free fall stay exactly that.
    """
    xp = array_namespace(values)
    frames = values.shape[-2]
    cubics = _cubic(values, fps)
    flat = values - cubics[0]
    whole = xp.concat([flat, -xp.flip(flat[..., 1:-1, :], axis=-2)], axis=-2)
    at = 2j * np.pi * np.fft.rfftfreq(2 * frames - 2, 1 / fps)
    keep = _passed(np.abs(at) / (2 * np.pi), min(cutoff, 0.4 * fps))
    spectrum = xp.fft.rfft(whole, axis=-2)
    found = []
    for order, cubic in enumerate(cubics):
        gain = xp.asarray((keep * at**order)[:, None], dtype=spectrum.dtype, device=values.device)
        found.append(
            xp.fft.irfft(spectrum * gain, n=2 * frames - 2, axis=-2)[..., :frames, :] + cubic
        )
    return found[0], found[1], found[2]


def ends_of(frames: int, fps: float) -> int:
    """How many frames at each end of a clip have accelerations that are guesses; at least one
    frame is left between them.
    """
    return min(max(_ENDS, round(_ENDS * fps / 30)), (frames - 1) // 2)


def _cubic(values: Array, fps: float) -> tuple[Array, Array, Array]:
    """The cubic through the first and the last of ``values`` with their curvatures there, and its
    two derivatives.
    """
    xp = array_namespace(values)
    frames = values.shape[-2]
    count = min(frames, max(LEAST, round(_END * fps)))
    # Row 2 of the pseudo-inverse gives half the curvature of the parabola that lies best in
    # ``count`` frames.
    bend = (
        2 * np.linalg.pinv(np.stack([(np.arange(count) / fps) ** k for k in range(3)], axis=1))[2]
    )
    weights = xp.asarray(bend[:, None], dtype=values.dtype, device=values.device)
    first = xp.sum(weights * values[..., :count, :], axis=-2, keepdims=True)
    last = xp.sum(weights * values[..., frames - count :, :], axis=-2, keepdims=True)
    at = xp.asarray(np.arange(frames)[:, None] / fps, dtype=values.dtype, device=values.device)
    long, change = (frames - 1) / fps, (last - first) * (fps / (frames - 1))
    start = values[..., :1, :]
    slope = (values[..., -1:, :] - start) / long - long * first / 2 - long**2 * change / 6
    value = start + at * (slope + at * (first / 2 + at * change / 6))
    return value, slope + at * (first + at * change / 2), first + at * change


def _passed(frequency: np.ndarray, cutoff: float) -> np.ndarray:
    single = cutoff / (np.sqrt(2) - 1) ** (
        1 / (2 * _ORDER)
    )  # of one pass, so that two passes lose 3 dB at the cut-off
    return 1 / (1 + (frequency / single) ** (2 * _ORDER))


def spin(quats: Array, rate: Array, change: Array) -> tuple[Array, Array, Array]:
    """Unit quaternions (..., 4), angular velocity and acceleration (..., 3) in the turned frame,
    rad/s and rad/s2.

    Of quaternions (..., 4) that need not have unit length, and their first and second time
    derivatives.
    """
    xp = array_namespace(quats)
    inverse, size = quat_conj(quats), xp.sum(quats * quats, axis=-1, keepdims=True)
    velocity = 2 * quat_mul(inverse, rate)[..., 1:] / size
    stretch = 2 * xp.sum(quats * rate, axis=-1, keepdims=True) / size
    acceleration = 2 * quat_mul(inverse, change)[..., 1:] / size - stretch * velocity
    return normalize(quats), velocity, acceleration
