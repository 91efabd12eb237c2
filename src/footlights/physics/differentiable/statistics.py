"""From positions to velocities and from frames to one number a clip, with gradients, as
`quantities` has them for numpy.
"""

from math import comb

import numpy as np
from array_api_compat import array_namespace

from ...metrics.derivatives import stride
from ...metrics.jitter import ORDER
from .inverse_dynamics import Array, constant

_MIDDLE = 0.6934  # mean of the middle half of the sizes of a normal variable of unit deviation
_TINY = 1e-12  # under roots and in divisors, so that nothing has a gradient, too


def central_velocity(positions: Array, fps: float, hold_ends: bool = False) -> Array:
    """Velocities of positions (B, T, N, 3) over about a fifteenth of a second; at the ends
    one-sided, or held.
    """
    xp = array_namespace(positions)
    frames, step = positions.shape[1], max(1, round(fps / 30))
    centres = np.arange(frames)
    if hold_ends:
        step = min(step, (frames - 1) // 2)
        centres = np.clip(centres, step, frames - 1 - step)
    before, after = np.maximum(0, centres - step), np.minimum(frames - 1, centres + step)
    rate = constant(fps / np.maximum(after - before, 1), positions)[:, None, None]
    ends = [xp.stack([positions[:, int(t)] for t in side], axis=1) for side in (after, before)]
    return (ends[0] - ends[1]) * rate


def noise_size(positions: Array, fps: float) -> Array:
    """(B,) mm of white noise on positions (B, T, J, 3); T at least six thirtieths of a second.

    As `metrics.jitter` has it and its median over frames, but each median is the mean of the
    middle half, so that half of all numbers have a gradient instead of one; of noise they are the
    same, of movement nearly.
    """
    xp = array_namespace(positions)
    step, values = stride(fps), positions
    for _ in range(ORDER):
        values = values[:, step:] - values[:, :-step]
    sizes = xp.abs(xp.reshape(values, (*values.shape[:2], -1)))
    unit = np.sqrt(comb(2 * ORDER, ORDER)) * _MIDDLE  # what unit noise leaves in the differences
    return _middle_mean(_middle_mean(sizes)) * (1000 / unit)


def norm(vectors: Array) -> Array:
    """(...) lengths of vectors (..., 3); the gradient of a length of 0 is 0."""
    xp = array_namespace(vectors)
    return xp.sqrt(xp.sum(vectors * vectors, axis=-1) + _TINY**2)


def mean(values: Array) -> Array:
    """Over the last axis."""
    return array_namespace(values).mean(values, axis=-1)


def largest(values: Array) -> Array:
    """Over the last axis."""
    return array_namespace(values).max(values, axis=-1)


def smallest(values: Array) -> Array:
    """Over the last axis."""
    return array_namespace(values).min(values, axis=-1)


def percentile(values: Array, percent: float) -> Array:
    """(B,) of values (B, T), linear between the two nearest, as numpy's."""
    xp = array_namespace(values)
    rank = percent / 100 * (values.shape[-1] - 1)
    low, ranked = int(rank), xp.sort(values, axis=-1)
    high = min(low + 1, values.shape[-1] - 1)
    return ranked[..., low] + (rank - low) * (ranked[..., high] - ranked[..., low])


def root_mean_square(values: Array) -> Array:
    """Over the last axis."""
    return array_namespace(values).sqrt(mean(values**2) + _TINY)


def ratio_of_sums(values: Array, weights: Array) -> Array:
    """(B,) sum of values (B, T) that are already weighted, over the sum of their weights; 0
    without any.
    """
    xp = array_namespace(values)
    return xp.sum(values, axis=-1) / (xp.sum(weights, axis=-1) + _TINY)


def _middle_mean(values: Array) -> Array:
    """Mean of the middle half of the last axis."""
    count = values.shape[-1]
    ranked = array_namespace(values).sort(values, axis=-1)
    return mean(ranked[..., count // 4 : count - count // 4])
