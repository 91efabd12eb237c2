"""How far the centre of mass is from the hull of the feet that touch the floor."""

import numpy as np

from ...basics.jit import compiled


@compiled
def distance_to_hull(points: np.ndarray, corners: np.ndarray, in_contact: np.ndarray) -> np.ndarray:
    """(T,) metres from points (T, 2) to the hull of those of the corners (T, K, 2) that are
    ``in_contact`` (T, K); 1 without any.

    Inside a triangle of three of them it is 0; outside, the nearest of the lines between two of
    them tells.
    """
    distances = np.ones(len(points))
    standing = np.empty((corners.shape[1], 2))
    for t in range(len(points)):
        count = 0
        for k in range(corners.shape[1]):
            if in_contact[t, k]:
                standing[count] = corners[t, k]
                count += 1
        if count:
            distances[t] = _distance(points[t], standing[:count])
    return distances


@compiled
def _distance(point, corners):  # type: ignore[no-untyped-def]
    count = len(corners)
    nearest = np.inf
    for a in range(count):
        nearest = min(nearest, _to_line(point, corners[a], corners[a]))
        for b in range(a + 1, count):
            nearest = min(nearest, _to_line(point, corners[a], corners[b]))
            for c in range(b + 1, count):
                if _inside_triangle(point, corners[a], corners[b], corners[c]):
                    return 0.0
    return nearest


@compiled
def _inside_triangle(point, a, b, c):  # type: ignore[no-untyped-def]
    sides = (_side(point, a, b), _side(point, b, c), _side(point, c, a))
    return min(sides) >= 0 or max(sides) <= 0


@compiled
def _side(point, a, b):  # type: ignore[no-untyped-def]
    """Above 0 on the left of the line from ``a`` to ``b``."""
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


@compiled
def _to_line(point, a, b):  # type: ignore[no-untyped-def]
    """Distance to the line from ``a`` to ``b``, which may be one point."""
    x, y = b[0] - a[0], b[1] - a[1]
    length2 = x * x + y * y
    share = 0.0
    if length2 > 0:
        share = min(1.0, max(0.0, ((point[0] - a[0]) * x + (point[1] - a[1]) * y) / length2))
    return np.sqrt((point[0] - a[0] - share * x) ** 2 + (point[1] - a[1] - share * y) ** 2)
