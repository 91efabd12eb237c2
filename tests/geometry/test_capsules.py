"""Nearest points of segments, against a fine grid and cases one can see."""

import numpy as np
import pytest

from footlights.geometry.capsules import closest_points
from footlights.geometry.capsules_in_loops import nearest_shares, segment_distance


def random_segments(count: int) -> np.ndarray:
    """(4, count, 3): both ends of two segments each."""
    return np.random.default_rng(7).normal(size=(4, count, 3))


def test_nearest_points_are_nearer_than_any_others_of_a_grid():
    a, b, c, d = random_segments(50)
    one, other = closest_points(a, b, c, d)
    distance = np.linalg.norm(one - other, axis=-1)

    shares = np.linspace(0, 1, 101)[:, None]
    for k in range(50):
        here, there = a[k] + shares * (b[k] - a[k]), c[k] + shares * (d[k] - c[k])
        grid = np.linalg.norm(here[:, None] - there, axis=-1)
        assert distance[k] <= grid.min() + 1e-12
        assert distance[k] >= grid.min() - 0.05


def test_compiled_and_array_forms_agree():
    a, b, c, d = random_segments(50)
    one, other = closest_points(a, b, c, d)
    for k in range(50):
        s, t = nearest_shares(a[k], b[k], c[k], d[k])
        assert a[k] + s * (b[k] - a[k]) == pytest.approx(one[k], abs=1e-9)
        assert c[k] + t * (d[k] - c[k]) == pytest.approx(other[k], abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "c", "d", "distance"),
    [
        ((0, 0, 0), (1, 0, 0), (0, 0, 2), (1, 0, 2), 2),  # parallel
        ((0, 0, 0), (1, 0, 0), (0.5, -1, 0.3), (0.5, 1, 0.3), 0.3),  # crossing above
        ((0, 0, 0), (1, 0, 0), (3, 0, 0), (5, 0, 0), 2),  # one after the other on a line
        ((0, 0, 0), (0, 0, 0), (3, 4, 0), (3, 4, 0), 5),  # two points
        ((0, 0, 0), (0, 0, 0), (-1, 2, 0), (1, 2, 0), 2),  # a point beside a segment
    ],
)
def test_distances_one_can_see(a, b, c, d, distance):
    ends = [np.array(end, np.float64) for end in (a, b, c, d)]
    assert segment_distance(*ends) == pytest.approx(distance)
    assert segment_distance(*ends[2:], *ends[:2]) == pytest.approx(distance)
