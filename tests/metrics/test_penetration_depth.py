"""Overlaps of balls are as thick as they are."""

import numpy as np
import pytest

from balls import ball, two_balls
from footlights.metrics.penetration_depth import neighbours_of, overlap_thickness
from footlights.metrics.triangle_intersection import intersecting_pairs


@pytest.mark.parametrize("depth", [0.02, 0.05, 0.08])
def test_N3_thickness_of_two_balls_is_how_far_they_reach_into_each_other(depth):
    vertices, faces = two_balls(0.2 - depth)
    seeds = np.unique(faces[intersecting_pairs(vertices, faces)])
    neighbours = neighbours_of(faces, len(vertices))
    thickness = overlap_thickness(vertices, faces, seeds, neighbours)
    assert thickness == pytest.approx(depth, abs=0.004)


def test_a_ball_inside_another_is_as_thick_as_it_is():
    a, faces = ball([0, 0, 0], 0.1)
    b, small = ball([0.002, 0.001, 0.003], 0.03)
    vertices, both = np.concatenate([a, b]), np.concatenate([faces, small + len(a)])
    neighbours = neighbours_of(both, len(vertices))
    inner, outer = np.array([len(a)]), np.arange(len(a))
    thickness = overlap_thickness(vertices, both, inner, neighbours)
    assert thickness == pytest.approx(0.06, rel=0.05)
    nothing = overlap_thickness(vertices, both, outer, neighbours)
    assert nothing == 0, "the outer ball's skin is not buried"
