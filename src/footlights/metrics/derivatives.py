"""Time derivatives over a thirtieth of a second: 30 and 60 frames a second give the same."""

import numpy as np


def stride(fps: float) -> int:
    """Frames that make a thirtieth of a second, at least one."""
    return max(1, round(fps / 30.0))


def derivative(positions: np.ndarray, fps: float, order: int) -> np.ndarray:
    """Size (T - order * stride, J) of a time derivative of positions (T, J, 3) metres.

    Args:
        order: 1 for m/s, 2 for m/s2, 3 for m/s3.
    """
    step = stride(fps)
    values = np.asarray(positions, np.float64)
    for _ in range(order):
        values = (values[step:] - values[:-step]) * (fps / step)
    return np.linalg.norm(values, axis=-1)
