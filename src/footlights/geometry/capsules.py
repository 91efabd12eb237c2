"""Where two line segments, the axes of capsules, are nearest to each other."""

from typing import Any

import numpy as np

POINT = 1e-12  # square metres: of a segment that is a point, so that nothing is divided by 0


def closest_points(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest points (N, 3) of the segments a-b and c-d, all (N, 3): one on each."""
    u, v, w = b - a, d - c, a - c
    uu, vv, uv, uw, vw = ((x * y).sum(-1) for x, y in ((u, u), (v, v), (u, v), (u, w), (v, w)))
    s, t = shares_of_products(np.maximum(uu, POINT), np.maximum(vv, POINT), uv, uw, vw)

    return a + s[:, None] * u, c + t[:, None] * v


def shares_of_products(uu: Any, vv: Any, uv: Any, uw: Any, vw: Any) -> tuple[Any, Any]:
    """The nearest shares from dot products of the segments u, v and of w, between their starts.

    Ericson, Real-Time Collision Detection (2005), section 5.1.9; numbers or arrays.
    """
    det = uu * vv - uv * uv

    # Parallel segments are equally near along a stretch of them: its beginning is as good as any.
    s = (uv * vw - uw * vv) / np.maximum(det, POINT)
    s = (det > POINT) * np.minimum(np.maximum(s, 0.0), 1.0)

    t = np.minimum(np.maximum((uv * s + vw) / vv, 0.0), 1.0)
    s = np.minimum(np.maximum((uv * t - uw) / uu, 0.0), 1.0)
    return s, t
