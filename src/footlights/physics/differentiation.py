"""Velocities and accelerations of a motion, at its own frame rate and without a lag.

The motion is smoothed by a zero-phase low-pass filter and differentiated in one step, in the
frequency domain, where both are exact: no differences of frames, so the same motion at 15, 30 or 60
frames a second has the same accelerations. Rotations are differentiated as quaternions, so that no
choice of angles shows.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..geometry.rotations import normalize, quat_conj, quat_mul

Array = Any
CUTOFF = 6.0  # Hz at which a steady swing keeps 0.71 of its size
LEAST_FRAMES = 5  # that can be differentiated twice
LEAST_FPS = 12.0  # frames a second below which accelerations of a dance cannot be seen
_GUESSED_FRAMES = 2  # at each end, at 30 a second, whose accelerations are guesses
_ORDER = 2  # of the Butterworth filter, which runs forwards and backwards
_END_SECONDS = 0.2  # at each end from which its curvature is taken


def differentiate(values: Array, fps: float, cutoff: float = CUTOFF) -> tuple[Array, Array, Array]:
    """Smoothed ``values`` (..., T, D), their first and second derivatives per second, alike in
    shape.

    The filter is Butterworth's of order 2, run twice, -3 dB at ``cutoff`` Hz, but at most at 0.8 of
    half the frame rate. A cubic with the values and curvatures of both ends is taken out before and
    put back after, so that what is filtered goes on smoothly when it is turned by half a turn about
    its ends: no edges, and steady travel and free fall stay exactly that.
    """
    xp = array_namespace(values)
    frames = values.shape[-2]
    cubics = _end_cubic(values, fps)

    # The Fourier transform takes a clip for periodic; followed by its own negative mirror image,
    # one that begins and ends at 0 is, without a kink.
    flat = values - cubics[0]
    periodic = xp.concat([flat, -xp.flip(flat[..., 1:-1, :], axis=-2)], axis=-2)
    spectrum = xp.fft.rfft(periodic, axis=-2)

    derivative = 2j * np.pi * np.fft.rfftfreq(2 * frames - 2, 1 / fps)  # factor in the spectrum
    passed = _butterworth_gain(np.abs(derivative) / (2 * np.pi), min(cutoff, 0.4 * fps))

    smooth = []
    for order, cubic in enumerate(cubics):
        gain = (passed * derivative**order)[:, None]
        gain = xp.asarray(gain, dtype=spectrum.dtype, device=values.device)
        filtered = xp.fft.irfft(spectrum * gain, n=2 * frames - 2, axis=-2)
        smooth.append(filtered[..., :frames, :] + cubic)
    return smooth[0], smooth[1], smooth[2]


def guessed_frames(frames: int, fps: float) -> int:
    """How many frames at each end of a clip have accelerations that are guesses; at least one
    frame is left between them.
    """
    return min(max(_GUESSED_FRAMES, round(_GUESSED_FRAMES * fps / 30)), (frames - 1) // 2)


def angular_rates(quats: Array, velocity: Array, acceleration: Array) -> tuple[Array, Array, Array]:
    """Unit quaternions (..., 4), angular velocity and acceleration (..., 3) in the turned frame,
    rad/s and rad/s2.

    Of quaternions (..., 4) that need not have unit length, and their first and second time
    derivatives.
    """
    xp = array_namespace(quats)
    inverse, norm2 = quat_conj(quats), xp.sum(quats * quats, axis=-1, keepdims=True)
    angular_velocity = 2 * quat_mul(inverse, velocity)[..., 1:] / norm2

    # Smoothed quaternions change their length; that part of the change turns nothing.
    stretch = 2 * xp.sum(quats * velocity, axis=-1, keepdims=True) / norm2
    turning = 2 * quat_mul(inverse, acceleration)[..., 1:] / norm2
    return normalize(quats), angular_velocity, turning - stretch * angular_velocity


def _end_cubic(values: Array, fps: float) -> tuple[Array, Array, Array]:
    """The cubic through the first and the last of ``values`` with their curvatures there, and its
    two derivatives.
    """
    xp = array_namespace(values)
    frames = values.shape[-2]
    count = min(frames, max(LEAST_FRAMES, round(_END_SECONDS * fps)))

    # Row 2 of the pseudo-inverse gives half the curvature of the parabola that lies best in
    # ``count`` frames.
    powers = np.stack([(np.arange(count) / fps) ** k for k in range(3)], axis=1)
    fit = 2 * np.linalg.pinv(powers)[2]
    weights = xp.asarray(fit[:, None], dtype=values.dtype, device=values.device)
    first = xp.sum(weights * values[..., :count, :], axis=-2, keepdims=True)
    last = xp.sum(weights * values[..., frames - count :, :], axis=-2, keepdims=True)

    times = xp.asarray(np.arange(frames)[:, None] / fps, dtype=values.dtype, device=values.device)
    seconds, third = (frames - 1) / fps, (last - first) * (fps / (frames - 1))
    start = values[..., :1, :]
    slope = (values[..., -1:, :] - start) / seconds
    slope = slope - seconds * first / 2 - seconds**2 * third / 6

    value = start + times * (slope + times * (first / 2 + times * third / 6))
    return value, slope + times * (first + times * third / 2), first + times * third


def _butterworth_gain(frequency: np.ndarray, cutoff: float) -> np.ndarray:
    """Of the filter run forwards and backwards, at frequencies in Hz."""
    # Two passes shall lose 3 dB at the cut-off, so one pass has its own cut-off higher.
    single = cutoff / (np.sqrt(2) - 1) ** (1 / (2 * _ORDER))
    return 1 / (1 + (frequency / single) ** (2 * _ORDER))
