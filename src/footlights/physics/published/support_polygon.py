"""How far the centre of mass is from the hull of the feet that touch the floor."""

import numpy as np

from ...basics.jit import compiled


@compiled
def to_hull(points, corners, counts):  # type: ignore[no-untyped-def]
    """(T,) metres from points (T, 2) to the hull of those of the corners (T, K, 2) that ``counts``
    (T, K) says; 1 without any.

    Inside a triangle of three of them it is 0; outside, the nearest of the lines between two of
    them tells.
    """
    found = np.ones(len(points))
    chosen = np.empty((corners.shape[1], 2))
    for t in range(len(points)):
        some = 0
        for k in range(corners.shape[1]):
            if counts[t, k]:
                chosen[some] = corners[t, k]
                some += 1
        if some:
            found[t] = _away(points[t], chosen[:some])
    return found


@compiled
def _away(point, corners):  # type: ignore[no-untyped-def]
    count = len(corners)
    nearest = np.inf
    for a in range(count):
        nearest = min(nearest, _to_line(point, corners[a], corners[a]))
        for b in range(a + 1, count):
            nearest = min(nearest, _to_line(point, corners[a], corners[b]))
            for c in range(b + 1, count):
                sides = (
                    _side(point, corners[a], corners[b]),
                    _side(point, corners[b], corners[c]),
                    _side(point, corners[c], corners[a]),
                )
                if min(sides) >= 0 or max(sides) <= 0:
                    return 0.0
    return nearest


@compiled
def _side(point, a, b):  # type: ignore[no-untyped-def]
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])


@compiled
def _to_line(point, a, b):  # type: ignore[no-untyped-def]
    x, y = b[0] - a[0], b[1] - a[1]
    size = x * x + y * y
    share = (
        min(1.0, max(0.0, ((point[0] - a[0]) * x + (point[1] - a[1]) * y) / size))
        if size > 0
        else 0.0
    )
    return np.sqrt((point[0] - a[0] - share * x) ** 2 + (point[1] - a[1] - share * y) ** 2)
