"""Beat alignment scores of Bailando and FACT, in frames as published.

Both grow with the number of dips in speed.
"""

import numpy as np

from ..geometry.signals import gaussian_window, smoothed
from .array_checks import checked_positions

_BAILANDO_SIGMA = 5.0  # frames
_FACT_ORDER = 10  # frames either way


def bas_bailando(positions: np.ndarray, beats: np.ndarray) -> float:
    """Score in [0, 1]: mean over **music** beats of exp(-d2 / 18), d frames to a dance beat.

    Skeleton2Stage scores the same way. NaN without music or dance beats, where published code
    fails.

    Args:
        positions: (T, J, 3) at 60 frames a second.
        beats: (B,) frames; those after the speed curve are left out.
    """
    beats = np.asarray(beats)
    return _alignment(beats[beats < len(positions) - 1], dance_beats_bailando(positions))


def bas_fact(positions: np.ndarray, beats: np.ndarray) -> float:
    """Score in [0, 1]: mean over **dance** beats of exp(-d2 / 18), d frames to a music beat.

    0 without dance beats, as published; NaN without music beats, where published code fails.
    Arguments as `bas_bailando`.
    """
    dance_beats = dance_beats_fact(positions)
    if not len(dance_beats) and len(beats):
        return 0.0
    return _alignment(dance_beats, np.asarray(beats))


def _alignment(beats: np.ndarray, others: np.ndarray) -> float:
    if not (len(beats) and len(others)):
        return float("nan")
    gaps = np.abs(beats[:, None].astype(np.float64) - others[None]).min(axis=1)
    return float(np.exp(-(gaps**2) / 18).mean())


def dance_beats_bailando(positions: np.ndarray) -> np.ndarray:
    """(H,) strict minima of mean joint speed (T - 1,), smoothed by a Gaussian of 5 frames.

    Minimum i lies between frames i and i + 1. A millimetre of vibration makes minima (Siyao et al.
    2022).

    Args:
        positions: (T, J, 3) at 60 frames a second, as published.
    """
    speed = _steps(positions).mean(axis=1)
    return _minima(_gaussian_smoothed(speed, _BAILANDO_SIGMA), 1)


def dance_beats_fact(positions: np.ndarray) -> np.ndarray:
    """(H,) frames at which summed joint speed is a strict minimum over ten frames either way.

    Unsmoothed (Li et al. 2021). Doubled frames tie, and ties are no minima: then none is left.

    Args:
        positions: (T, J, 3) at 60 frames a second, as published.
    """
    if not len(positions):
        return np.zeros(0, int)
    speed = np.concatenate([np.zeros(1, np.float32), _steps(positions).sum(axis=1)])
    return _minima(speed, _FACT_ORDER)


def _steps(positions: np.ndarray) -> np.ndarray:
    """(T - 1, J) metres a frame, in single precision as published.

    Ties between frames decide what is a minimum.
    """
    steps = np.diff(checked_positions(positions).astype(np.float32), axis=0)
    return np.linalg.norm(steps, axis=-1)


def _gaussian_smoothed(curve: np.ndarray, sigma: float) -> np.ndarray:
    """``curve`` (N,) smoothed to four sigma, mirrored at its ends."""
    if not len(curve):
        return curve
    window = gaussian_window(sigma, int(4 * sigma + 0.5))
    return smoothed(curve.astype(np.float64), window, "symmetric").astype(np.float32)


def _minima(curve: np.ndarray, order: int) -> np.ndarray:
    """(H,) where a curve is lower than all of ``order`` neighbours on each side.

    Beyond an end the last value stands.
    """
    at = np.arange(len(curve))
    is_lowest = np.ones(len(curve), bool)
    for shift in range(1, order + 1):
        for neighbour in (at - shift, at + shift):
            inside = np.clip(neighbour, 0, max(0, len(curve) - 1))
            is_lowest &= curve < curve[inside]
    return np.flatnonzero(is_lowest)
