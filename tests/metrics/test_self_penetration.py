"""Triangles that cross: against exact fractions; overlaps of balls by hand; arms through the body
of a dancer.
"""

from fractions import Fraction

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about
from footlights.metrics.penetration_depth import neighbours_of, overlap_thickness
from footlights.metrics.self_penetration import between_parts, new_pairs, self_penetration_scores
from footlights.metrics.triangle_intersection import intersecting_pairs
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton


def _cross(a, b):
    return [a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3] for k in range(3)]


def _dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def _minus(a, b):
    return [x - y for x, y in zip(a, b, strict=True)]


def _span(triangle, heights, line):
    """Where a triangle that straddles a plane meets it: from and to along the line in which both
    planes meet.
    """
    at = [_dot(line, p) for p, h in zip(triangle, heights, strict=True) if h == 0]
    for i in range(3):
        p, q, h, g = triangle[i], triangle[i - 1], heights[i], heights[i - 1]
        if h * g < 0:
            at.append(_dot(line, p) + (_dot(line, q) - _dot(line, p)) * Fraction(h, h - g))
    return min(at), max(at)


def _crosses(a, b):
    """The rule in exact fractions: both straddle the other's plane, and their spans on the common
    line meet (Moeller 1997).
    """
    normals = [_cross(_minus(t[1], t[0]), _minus(t[2], t[0])) for t in (a, b)]
    high_b, high_a = (
        [_dot(n, _minus(p, t[0])) for p in o]
        for n, t, o in ((normals[0], a, b), (normals[1], b, a))
    )
    if min(high_a) >= 0 or max(high_a) <= 0 or min(high_b) >= 0 or max(high_b) <= 0:
        return False
    line = _cross(*normals)
    (a0, a1), (b0, b1) = _span(a, high_a, line), _span(b, high_b, line)
    return a0 <= b1 and b0 <= a1


def _exact(places, faces):
    triangles = [[[int(x) for x in places[v]] for v in face] for face in faces]
    return [
        (i, j)
        for i in range(len(faces))
        for j in range(i + 1, len(faces))
        if not set(faces[i]) & set(faces[j]) and _crosses(triangles[i], triangles[j])
    ]


def _ball(centre, radius, rings=12):
    """A closed mesh of rings and two poles, seen counter-clockwise from outside."""
    around, down = np.arange(2 * rings) * np.pi / rings, np.arange(1, rings) * np.pi / rings
    ring = np.stack(
        [np.outer(np.sin(down), f(around)) for f in (np.cos, np.sin)]
        + [np.outer(np.cos(down), around * 0 + 1)],
        -1,
    )
    places = np.concatenate([[[0, 0, 1]], ring.reshape(-1, 3), [[0, 0, -1]]])
    wide, last, faces = 2 * rings, len(places) - 1, []
    for k in range(wide):
        n = (k + 1) % wide
        faces += [(0, 1 + k, 1 + n), (last, last - wide + n, last - wide + k)]
        for row in range(rings - 2):
            a, b = 1 + row * wide, 1 + (row + 1) * wide
            faces += [(a + k, b + k, b + n), (a + k, b + n, a + n)]
    return places * radius + centre, np.array(faces, np.int32)


def _two_balls(gap, radius=0.1):
    a, faces = _ball([0, 0, 0], radius)
    b, _ = _ball([gap, 0.013, 0.007], radius)
    return np.concatenate([a, b]), np.concatenate([faces, faces + len(a)])


def _standing(frames=1, **turns):
    """The rest pose, arms and legs turned by (axis, angle or one for each frame)."""
    rotations = np.zeros((frames, len(SMPL24), 4))
    rotations[..., 0] = 1
    for name, (axis, angle) in turns.items():
        rotations[:, SMPL24.index(name)] = quat_about(
            axis, np.broadcast_to(np.asarray(angle, float), frames)
        )
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, 30.0)


def _values(motion):
    return {name: score.value for name, score in self_penetration_scores(motion).items()}


FLAT = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], float)
TWO = np.array([[0, 1, 2], [3, 4, 5]], np.int32)


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
    places = rng.integers(
        0, 5, (60, 3)
    )  # a coarse lattice: planes, edges and corners coincide all the time
    faces = rng.permuted(np.tile(np.arange(60), (70, 1)), axis=1)[:, :3].astype(np.int32)
    pairs = [tuple(p) for p in intersecting_pairs(places / 8.0, faces).tolist()]
    assert pairs == _exact(places, faces) and len(pairs) > 100


def test_exact_on_small_and_large_triangles_together():
    rng = np.random.default_rng(9)
    centres, sizes = rng.integers(0, 4000, (120, 1, 3)), rng.choice([20, 100, 3000], (120, 1, 1))
    places = (centres + rng.integers(-sizes, sizes + 1, (120, 3, 3))).reshape(-1, 3)
    faces = np.arange(360, dtype=np.int32).reshape(-1, 3)
    pairs = [tuple(p) for p in intersecting_pairs(places / 4096.0, faces).tolist()]
    assert pairs == _exact(places, faces) and len(pairs) > 50


def test_pairs_that_share_a_vertex_never_count_and_nothing_is_nothing():
    fan = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1], [1, 1, -1]], float)
    assert not len(intersecting_pairs(fan, np.array([[0, 1, 2], [0, 3, 4]], np.int32)))
    assert intersecting_pairs(np.zeros((0, 3)), np.zeros((0, 3), np.int32)).shape == (0, 2)


def test_order_of_faces_and_place_change_nothing():
    places, faces = _two_balls(0.15)
    order = np.random.default_rng(0).permutation(len(faces))
    pairs = intersecting_pairs(places, faces)
    again = np.sort(order[intersecting_pairs(places + np.array([5, -3, 2]), faces[order])], axis=1)
    assert sorted(map(tuple, again.tolist())) == sorted(map(tuple, pairs.tolist()))


@pytest.mark.parametrize("depth", [0.02, 0.05, 0.08])
def test_N3_thickness_of_two_balls_is_how_far_they_reach_into_each_other(depth):
    places, faces = _two_balls(0.2 - depth)
    seeds = np.unique(faces[intersecting_pairs(places, faces)])
    assert overlap_thickness(
        places, faces, seeds, neighbours_of(faces, len(places))
    ) == pytest.approx(depth, abs=0.004)


def test_a_ball_inside_another_is_as_thick_as_it_is():
    a, faces = _ball([0, 0, 0], 0.1)
    b, small = _ball([0.002, 0.001, 0.003], 0.03)
    places, both = np.concatenate([a, b]), np.concatenate([faces, small + len(a)])
    around = neighbours_of(both, len(places))
    assert overlap_thickness(places, both, np.array([len(a)]), around) == pytest.approx(
        0.06, rel=0.05
    )
    assert overlap_thickness(places, both, np.arange(len(a)), around) == 0, (
        "the outer ball's skin is not buried"
    )


def test_the_rest_pose_crosses_nothing_anew():
    body = Body.load()
    values = _values(_standing())
    assert values["new_pairs"] == values["rate"] == values["depth"] == 0
    assert values["all_pairs"] == len(intersecting_pairs(body.vertices, body.faces))


def test_an_arm_through_the_torso_is_seen_and_a_folded_one_is_not():
    through = _values(_standing(left_shoulder=("z", -2.7)))
    folded = _values(_standing(left_shoulder=("y", 1.35), left_elbow=("z", -2.0)))
    assert through["rate"] == 1 and through["depth"] > 5 and through["new_pairs"] > 50
    assert folded["rate"] == folded["depth"] == 0 and folded["all_pairs"] > 0


def test_crossed_legs_are_seen():
    assert _values(_standing(left_hip=("y", 0.2), right_hip=("y", -0.2)))["rate"] == 1


def test_frames_say_when():
    sweep = _standing(5, left_shoulder=("z", np.linspace(0, -2.7, 5)))
    scores = self_penetration_scores(sweep)
    assert all(score.frames.shape == (5,) for score in scores.values())
    assert scores["rate"].frames[:2].tolist() == [0, 0] and scores["rate"].frames[-1] == 1
    assert (scores["depth"].frames[scores["rate"].frames == 0] == 0).all()


def test_pairs_of_parts():
    body = Body.load()
    pairs = intersecting_pairs(body.skin(_standing(left_shoulder=("z", -2.7)))[0], body.faces)
    new = new_pairs(pairs, body)
    assert 0 < len(new) < len(pairs) and 0 < between_parts(new, body).sum() < len(new)


def test_N1_the_same_motion_gives_the_same_numbers():
    motion = canaries.stepping(0.3)
    once, again = ([s.frames for s in self_penetration_scores(motion).values()] for _ in range(2))
    assert len(once) == 4 and np.array_equal(once, again)


def test_N2_place_yaw_and_frame_rate_change_little():
    arm_through_chest = _standing(41, left_shoulder=("z", np.linspace(-1, -2.7, 41)))
    motion = canaries.vibrating(arm_through_chest, 0.0005)
    here, moved = (
        self_penetration_scores(motion),
        self_penetration_scores(motion.moved((30, -20, 0))),
    )
    for name, score in here.items():
        assert np.array_equal(score.frames, moved[name].frames), "the floor is no part of a pose"

    values = _values(motion)
    assert len(values) == 4 and min(values.values()) > 0
    assert _values(motion.moved(yaw=1.1)) == pytest.approx(values, rel=0.02)
    assert _values(motion.resampled(60.0)) == pytest.approx(values, rel=0.05)


def test_another_skeleton_is_refused():
    other = Skeleton(("a",), (-1,), np.zeros((1, 3)))
    with pytest.raises(FootlightsError, match="another skeleton"):
        self_penetration_scores(Motion(np.zeros((1, 3)), [[[1.0, 0, 0, 0]]], 30.0, other))
