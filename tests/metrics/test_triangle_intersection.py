"""Triangles that cross: by hand, and against exact fractions."""

from fractions import Fraction

import numpy as np
import pytest

from balls import two_balls
from footlights.metrics.triangle_intersection import intersecting_pairs

FLAT = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], float)
TWO = np.array([[0, 1, 2], [3, 4, 5]], np.int32)


def _cross(a, b):
    return [a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3] for k in range(3)]


def _dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def _minus(a, b):
    return [x - y for x, y in zip(a, b, strict=True)]


def _span(triangle, heights, line):
    """From and to along ``line`` where a triangle that straddles a plane meets it.

    The line is the one in which both planes meet.
    """
    at = [_dot(line, p) for p, h in zip(triangle, heights, strict=True) if h == 0]
    for i in range(3):
        p, q, h, g = triangle[i], triangle[i - 1], heights[i], heights[i - 1]
        if h * g < 0:
            at.append(_dot(line, p) + (_dot(line, q) - _dot(line, p)) * Fraction(h, h - g))
    return min(at), max(at)


def _crosses(a, b):
    """The rule in exact fractions (Möller 1997).

    Both straddle the other's plane, and their spans on the common line meet.
    """
    normal_a, normal_b = (_cross(_minus(t[1], t[0]), _minus(t[2], t[0])) for t in (a, b))
    heights_b = [_dot(normal_a, _minus(p, a[0])) for p in b]
    heights_a = [_dot(normal_b, _minus(p, b[0])) for p in a]
    if any(min(heights) >= 0 or max(heights) <= 0 for heights in (heights_a, heights_b)):
        return False
    line = _cross(normal_a, normal_b)
    (a0, a1), (b0, b1) = _span(a, heights_a, line), _span(b, heights_b, line)
    return a0 <= b1 and b0 <= a1


def _exact(vertices, faces):
    triangles = [[[int(x) for x in vertices[v]] for v in face] for face in faces]
    return [
        (i, j)
        for i in range(len(faces))
        for j in range(i + 1, len(faces))
        if not set(faces[i]) & set(faces[j]) and _crosses(triangles[i], triangles[j])
    ]


@pytest.mark.parametrize(
    ("other", "crosses"),
    [
        ([[0.2, 0.2, -1], [0.2, 0.2, 1], [0.3, 0.2, 1]], True),
        ([[0.25, 0.25, 0], [0.25, 0.25, 1], [0.5, 0.25, 1]], False),  # stands on it
        ([[0.1, 0.1, 0], [0.6, 0.1, 0], [0.1, 0.6, 0]], False),  # in its plane
        ([[0.5, -1, -1], [0.5, -1, 1], [0.5, 0, 0]], True),  # straddles it and meets its edge
        ([[2, 2, -1], [2, 2, 1], [3, 2, 1]], False),
        ([[0.2, 0.2, -1], [0.2, 0.2, 1], [0.2, 0.2, 0]], False),  # no area
    ],
)
def test_two_triangles_by_hand(other, crosses):
    assert len(intersecting_pairs(np.concatenate([FLAT, other]), TWO)) == crosses


@pytest.mark.parametrize("seed", range(4))
def test_exact_on_triangles_full_of_coincidences(seed):
    rng = np.random.default_rng(seed)
    # On a coarse lattice planes, edges and corners coincide all the time.
    vertices = rng.integers(0, 5, (60, 3))
    faces = rng.permuted(np.tile(np.arange(60), (70, 1)), axis=1)[:, :3].astype(np.int32)
    pairs = [tuple(p) for p in intersecting_pairs(vertices / 8.0, faces).tolist()]
    assert pairs == _exact(vertices, faces) and len(pairs) > 100


def test_exact_on_small_and_large_triangles_together():
    rng = np.random.default_rng(9)
    centres, sizes = rng.integers(0, 4000, (120, 1, 3)), rng.choice([20, 100, 3000], (120, 1, 1))
    vertices = (centres + rng.integers(-sizes, sizes + 1, (120, 3, 3))).reshape(-1, 3)
    faces = np.arange(360, dtype=np.int32).reshape(-1, 3)
    pairs = [tuple(p) for p in intersecting_pairs(vertices / 4096.0, faces).tolist()]
    assert pairs == _exact(vertices, faces) and len(pairs) > 50


def test_pairs_that_share_a_vertex_never_count_and_nothing_is_nothing():
    fan = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1], [1, 1, -1]], float)
    assert not len(intersecting_pairs(fan, np.array([[0, 1, 2], [0, 3, 4]], np.int32)))
    assert intersecting_pairs(np.zeros((0, 3)), np.zeros((0, 3), np.int32)).shape == (0, 2)


def test_order_of_faces_and_place_change_nothing():
    vertices, faces = two_balls(0.15)
    order = np.random.default_rng(0).permutation(len(faces))
    pairs = intersecting_pairs(vertices, faces)
    again = np.sort(
        order[intersecting_pairs(vertices + np.array([5, -3, 2]), faces[order])], axis=1
    )
    assert sorted(map(tuple, again.tolist())) == sorted(map(tuple, pairs.tolist()))
