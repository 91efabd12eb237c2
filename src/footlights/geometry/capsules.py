"""Where two line segments, the axes of capsules, are nearest to each other."""

from typing import Any

import numpy as np

from ..basics.jit import compiled

_POINT = 1e-12  # square metres: of a segment that is a point, so that nothing is divided by 0


def closest_points(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest points (N, 3) of the segments a-b and c-d, all (N, 3): one on each."""
    u, v, w = b - a, d - c, a - c
    uu, vv, uv, uw, vw = ((x * y).sum(-1) for x, y in ((u, u), (v, v), (u, v), (u, w), (v, w)))
    s, t = _shares(np.maximum(uu, _POINT), np.maximum(vv, _POINT), uv, uw, vw)

    return a + s[:, None] * u, c + t[:, None] * v


@compiled
def nearest_shares(a, b, c, d):  # type: ignore[no-untyped-def]
    """How far along the segments a-b and c-d, each end (3,), the nearest points lie, in [0, 1].

    For compiled loops over pairs of capsules.
    """
    uu = vv = _POINT
    uv = uw = vw = 0.0
    for i in range(3):
        u, v, w = b[i] - a[i], d[i] - c[i], a[i] - c[i]
        uu, vv, uv, uw, vw = uu + u * u, vv + v * v, uv + u * v, uw + u * w, vw + v * w

    return _compiled_shares(uu, vv, uv, uw, vw)


@compiled
def segment_distance(a, b, c, d):  # type: ignore[no-untyped-def]
    """Metres between the nearest points of the segments a-b and c-d, each end (3,)."""
    s, t = nearest_shares(a, b, c, d)

    total = 0.0
    for i in range(3):
        total += (a[i] + s * (b[i] - a[i]) - c[i] - t * (d[i] - c[i])) ** 2
    return np.sqrt(total)


def _shares(uu: Any, vv: Any, uv: Any, uw: Any, vw: Any) -> tuple[Any, Any]:
    """The nearest shares from dot products of the segments u, v and of w, between their starts.

    Ericson, Real-Time Collision Detection (2005), section 5.1.9; numbers or arrays.
    """
    det = uu * vv - uv * uv

    # Parallel segments are equally near along a stretch of them: its beginning is as good as any.
    s = (uv * vw - uw * vv) / np.maximum(det, _POINT)
    s = (det > _POINT) * np.minimum(np.maximum(s, 0.0), 1.0)

    t = np.minimum(np.maximum((uv * s + vw) / vv, 0.0), 1.0)
    s = np.minimum(np.maximum((uv * t - uw) / uu, 0.0), 1.0)
    return s, t


_compiled_shares = compiled(_shares)
