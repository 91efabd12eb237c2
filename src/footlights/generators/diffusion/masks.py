"""Which numbers of a window are given to the network: the masks that it learns to fill in from."""

import numpy as np

from ..representation import WIDTH, lower_body, path, upper_body

_MOST_KEYS = 6  # poses in a window that are given one by one
_LEAST_SHARE, _MOST_SHARE = 0.1, 0.9  # of a window that a span takes


def random_mask(rng: np.random.Generator, frames: int) -> np.ndarray:
    """(T, 152) float32 of ones where a window is given, after one of the ways to edit a dance.

    Everything outside a span; everything before a moment; single poses; the root's path; the
    upper or the lower body over a span.
    """
    mask = np.zeros((frames, WIDTH), np.float32)
    way = int(rng.integers(5))
    if way == 0:
        mask[:] = 1
        mask[_span(rng, frames)] = 0
    elif way == 1:
        mask[: _length(rng, frames)] = 1
    elif way == 2:
        keys = rng.integers(frames, size=int(rng.integers(1, _MOST_KEYS + 1)))
        mask[keys] = 1
        # A pose that stands alone has no way to the next frame.
        mask[np.ix_(keys, path())] = 0
    elif way == 3:
        mask[_span(rng, frames)] = path()
    else:
        span = _span(rng, frames)
        mask[span] = upper_body() if rng.integers(2) else lower_body() | path()
    return mask


def _span(rng: np.random.Generator, frames: int) -> slice:
    length = _length(rng, frames)
    start = int(rng.integers(frames - length + 1))
    return slice(start, start + length)


def _length(rng: np.random.Generator, frames: int) -> int:
    return max(1, int(rng.uniform(_LEAST_SHARE, _MOST_SHARE) * frames))
