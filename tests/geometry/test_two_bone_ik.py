"""Bringing the end of a limb to a place, and never snapping it straight."""

import numpy as np

from footlights.geometry.rotations import angle_between, quat_rotate
from footlights.geometry.two_bone_ik import limit_reach, two_bone_rotations

HINGE = np.array([1.0, 0.0, 0.0])
DOWN = np.array([0.0, 0.0, -0.4])


def _limbs(seed: int, count: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Legs of 0.4 + 0.42 m with knees bent forward (towards -y) by 5 to 115 degrees."""
    rng = np.random.default_rng(seed)
    bend = rng.uniform(np.radians(5), 2.0, count)
    a = rng.normal(0, 1, (count, 3))
    b = a + DOWN
    c = b + 0.42 * np.stack([0 * bend, np.sin(bend), -np.cos(bend)], axis=1)
    return a, b, c


def _moved(a, b, c, turns):
    knee = a + quat_rotate(turns[0], b - a)
    return knee, knee + quat_rotate(turns[1], c - b)


def test_the_ankle_comes_to_its_target_and_bones_keep_their_lengths():
    a, b, c = _limbs(0)
    target = (
        a
        + (c - a) * np.random.default_rng(1).uniform(0.7, 0.97, (len(a), 1))
        + np.random.default_rng(2).normal(0, 0.03, c.shape)
    )
    target = limit_reach(a, b, c, target)
    knee, ankle = _moved(
        a, b, c, two_bone_rotations(a, b, c, target, np.broadcast_to(HINGE, a.shape))
    )
    assert np.abs(ankle - target).max() < 1e-6
    assert np.allclose(np.linalg.norm(knee - a, axis=1), 0.4)


def test_the_knee_stays_in_the_plane_it_was_in():
    a, b, c = _limbs(3)
    target = a + 0.9 * (c - a)
    knee, _ = _moved(a, b, c, two_bone_rotations(a, b, c, target, np.broadcast_to(HINGE, a.shape)))
    assert np.abs((knee - a) @ HINGE).max() < 1e-9


def test_nothing_turns_when_the_ankle_is_where_it_shall_be():
    a, b, c = _limbs(4)
    still = np.array([1.0, 0, 0, 0])
    for turn in two_bone_rotations(a, b, c, c, np.broadcast_to(HINGE, a.shape)):
        assert angle_between(turn, np.broadcast_to(still, turn.shape)).max() < 1e-6


def test_a_straight_leg_bends_about_its_hinge_with_the_knee_forward():
    a = np.zeros((1, 3))
    b, c = a + DOWN, a + 2 * DOWN
    knee, ankle = _moved(
        a, b, c, two_bone_rotations(a, b, c, np.array([[0, 0, -0.6]]), HINGE[None])
    )
    assert np.allclose(ankle, [[0, 0, -0.6]], atol=1e-6)
    assert knee[0, 1] < -0.2 and abs(knee[0, 0]) < 1e-9


def test_a_leg_that_trembles_about_straight_does_not_flip_its_knee():
    sway = np.radians(np.linspace(-1, 1, 21))
    a = np.zeros((21, 3))
    b = a + DOWN
    c = b + 0.4 * np.stack([0 * sway, np.sin(sway), -np.cos(sway)], axis=1)
    target = np.broadcast_to([0, 0, -0.75], c.shape)
    knee, _ = _moved(a, b, c, two_bone_rotations(a, b, c, target, np.broadcast_to(HINGE, a.shape)))
    assert (knee[:, 1] < -0.1).all() and np.abs(np.diff(knee, axis=0)).max() < 0.01


def test_reach_is_untouched_inside_and_never_straight_outside():
    a, b, c = _limbs(5)
    near = a + 0.8 * (c - a)
    assert np.allclose(limit_reach(a, b, c, near), near)
    far = limit_reach(a, b, c, a + 3.0 * (c - a))
    assert (
        np.linalg.norm(far - a, axis=1)
        < np.maximum(0.9975 * 0.82, np.linalg.norm(c - a, axis=1) + 1e-5)
    ).all()


def test_reach_gives_way_smoothly():
    a, b, c = (np.repeat(v[:1], 400, axis=0) for v in _limbs(6))
    way = np.linspace(1, 2, 400)[:, None]
    reached = np.linalg.norm(limit_reach(a, b, c, a + way * (c - a)) - a, axis=1)
    steps = np.diff(reached)
    assert (steps > -1e-12).all() and np.abs(np.diff(steps)).max() < 0.1 * steps.max()
