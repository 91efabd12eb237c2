"""Curves over time: smooth steps, runs of a mask, smoothing under a window."""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

Array = Any


def smoothstep(x: Array, low: float = 0.0, high: float = 1.0) -> Array:
    """Array ``x``, of any library, as 0 at ``low``, 1 at ``high``, and a level cubic between.

    ``low`` may be above ``high``: the step then goes down as ``x`` goes up.
    """
    t = array_namespace(x).clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Start and end, one beyond the last, of each run of true in a mask (T,)."""
    padded = np.concatenate([[False], np.asarray(mask, bool), [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def inner_runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """The `runs` of a mask (T,) that touch neither its first nor its last frame."""
    return [(start, end) for start, end in runs(mask) if start > 0 and end < len(mask)]


def close_gaps(mask: np.ndarray, frames: float) -> np.ndarray:
    """A mask (T,) with false between two runs made true where it is shorter than ``frames``."""
    closed = mask.copy()
    for start, end in inner_runs(~mask):
        if end - start < frames:
            closed[start:end] = True
    return closed


def drop_short_runs(mask: np.ndarray, frames: float, *, at_ends: bool = True) -> np.ndarray:
    """A mask (T,) without runs shorter than ``frames``; those ``at_ends`` may be left."""
    kept = mask.copy()
    for start, end in runs(mask) if at_ends else inner_runs(mask):
        if end - start < frames:
            kept[start:end] = False
    return kept


def gaussian_window(sigma: float, reach: int) -> np.ndarray:
    """(2 reach + 1,) a Gaussian of ``sigma`` frames, 1 in the middle."""
    return np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)


def smoothed(curve: np.ndarray, window: np.ndarray, beyond: str = "edge") -> np.ndarray:
    """A curve (T,) or (T, D) averaged under a window (2 reach + 1,) of any sum.

    Args:
        beyond: what stands beyond its ends, as `numpy.pad` calls it: "edge" holds the last value.
    """
    if curve.ndim > 1:
        return np.stack([smoothed(column, window, beyond) for column in curve.T], axis=-1)

    padded = np.pad(curve, len(window) // 2, beyond)  # type: ignore[call-overload]
    return np.convolve(padded, window / window.sum(), "valid")


def gaussian_smoothed(curve: np.ndarray, sigma: float) -> np.ndarray:
    """A curve (T,) under a Gaussian of ``sigma`` frames, its ends held; quick for wide ones."""
    reach = min(int(np.ceil(3 * sigma)), 4 * len(curve))
    if reach < 1:
        return curve.astype(np.float64)

    window = gaussian_window(sigma, reach)
    padded = np.pad(curve.astype(np.float64), reach, mode="edge")
    size = 1 << int(np.ceil(np.log2(len(padded) + 2 * reach)))
    spectrum = np.fft.rfft(padded, size) * np.fft.rfft(window / window.sum(), size)
    return np.fft.irfft(spectrum, size)[2 * reach : 2 * reach + len(curve)]


def moving_maximum(curve: np.ndarray, reach: int) -> np.ndarray:
    """(T,) the most of a curve (T,) within ``reach`` frames each way."""
    padded = np.pad(curve, reach, "edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
