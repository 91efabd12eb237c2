"""Hinges that follow points: a planar arm by hand, limits that hold, and no winding up."""

import numpy as np
import pytest

from footlights.geometry.rotations import quat_about
from footlights.motion.hinge_tree import HingeTree
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.retargeting.hinge_ik import (
    NO_CAPSULES,
    LinkCapsules,
    PointTargets,
    solve_hinges,
)

ARM = Skeleton(
    ("base", "upper", "lower", "tip"),
    (-1, 0, 1, 2),
    np.array([[0, 0, 0], [0, 0, 0], [1.0, 0, 0], [1.0, 0, 0]]),
)
WIDE = np.radians([[-170.0, 170.0], [-170.0, 170.0]])


def arm(limits: np.ndarray = WIDE, turns: np.ndarray | None = None) -> HingeTree:
    """Two metres of arm in two parts that bend about z."""
    still = np.tile([1.0, 0, 0, 0], (4, 1)) if turns is None else turns
    axes = np.array([[0, 0, 0], [0, 0, 1.0], [0, 0, 1.0], [0, 0, 0]])
    return HingeTree(ARM, still, axes, limits)


def tip_targets(tips: np.ndarray) -> PointTargets:
    """The tip of the arm goes to ``tips`` (T, 3), its base stays at the origin as it is."""
    base_points = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    goals = np.concatenate([tips[:, None], np.tile(base_points, (len(tips), 1, 1))], axis=1)
    local_points = np.concatenate([np.zeros((1, 3)), base_points])
    weights = np.tile([1.0, 100, 100, 100], (len(tips), 1))
    return PointTargets(np.array([3, 0, 0, 0]), local_points, goals, weights)


def followed(
    tree: HingeTree, tips: np.ndarray, capsules: LinkCapsules = NO_CAPSULES
) -> tuple[np.ndarray, np.ndarray]:
    """Angles (T, 2) of the hinges and places (T, 3) of the tip, the base held at the origin."""
    start = np.zeros((len(tips), 3)), np.tile(np.eye(3), (len(tips), 1, 1))
    poses = solve_hinges(tree, *start, tip_targets(tips), capsules)
    assert abs(poses.root).max() < 1e-3 and abs(poses.root_rotations[:, 1:]).max() < 1e-3

    rotations = tree.rotations(poses.root_rotations, poses.angles)
    return poses.angles, Motion(poses.root, rotations, 30.0, tree.skeleton).positions[:, 3]


def test_an_arm_of_two_parts_by_hand():
    """To reach (1, 1) one part lies along x and the other along y, whichever comes first."""
    angles, tips = followed(arm(), np.tile([1.0, 1, 0], (3, 1)))
    assert tips == pytest.approx(np.tile([1.0, 1, 0], (3, 1)), abs=2e-3)
    assert abs(np.degrees(angles[0, 1])) == pytest.approx(90, abs=0.5)
    assert min(abs(np.degrees(angles[0, 0]) - way) for way in (0, 90)) < 0.5


def test_a_turned_link_turns_its_axis_along():
    """The second hinge, turned a quarter about x, bends out of the plane: what was y is z."""
    turns = np.tile([1.0, 0, 0, 0], (4, 1))
    turns[1] = quat_about("x", np.array(np.pi / 2))
    _, tips = followed(arm(turns=turns), np.tile([1.0, 0, 1], (3, 1)))
    assert tips == pytest.approx(np.tile([1.0, 0, 1], (3, 1)), abs=2e-3)


def test_limits_hold_and_the_rest_does_what_it_can():
    limits = np.radians([[-170.0, 170.0], [-10.0, 30.0]])
    around = np.linspace(0, np.pi / 2, 60)
    tips = 1.2 * np.stack([np.cos(around), np.sin(around), 0 * around], 1)
    angles, reached = followed(arm(limits), tips)
    assert (angles[:, 1] >= limits[1, 0] - 1e-9).all() and (
        angles[:, 1] <= limits[1, 1] + 1e-9
    ).all()
    assert np.arctan2(reached[:, 1], reached[:, 0]) == pytest.approx(around, abs=0.01), (
        "it points there, though it is too long"
    )
    straight, _ = followed(arm(np.zeros((2, 2))), tips)
    assert not straight.any()


def test_out_of_reach_it_stretches_towards():
    angles, tips = followed(arm(), np.tile([0.0, 5, 0], (5, 1)))
    assert tips[-1] == pytest.approx([0, 2, 0], abs=0.05)
    assert np.isfinite(angles).all()


def test_frame_after_frame_it_stays_near():
    """The tip circles slowly: no hinge moves faster than that asks or jumps to the other bend."""
    around = np.linspace(0, 2 * np.pi, 240)
    tips = np.stack([1.2 + 0.5 * np.cos(around), 0.5 * np.sin(around), 0 * around], 1)
    angles, reached = followed(arm(), tips)
    assert abs(reached - tips)[1:].max() < 5e-3
    assert abs(np.diff(angles, axis=0))[1:].max() < 0.08


def test_what_is_wound_up_against_its_limits_begins_anew():
    """The tip goes round: the first hinge ends at its limit, and the arm comes the other way."""
    around = np.linspace(0, 1.5 * np.pi, 300)
    tips = 1.98 * np.stack([np.cos(around), np.sin(around), 0 * around], 1)
    _, reached = followed(arm(np.radians([[-150.0, 150.0], [-20.0, 20.0]])), tips)
    assert abs(reached - tips)[-50:].max() < 0.02


def test_N1_the_same_bytes():
    tips = np.random.default_rng(0).normal(0, 1, (20, 3)) * [1, 1, 0]
    first, second = followed(arm(), tips), followed(arm(), tips)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_capsules_stay_out_of_each_other():
    """A ball is in the way of the tip: it goes as near as that lets it, and on behind it."""
    tips = np.stack([np.full(80, 1.2), np.linspace(-1.0, 1.0, 80), np.zeros(80)], 1)

    ball = np.array([1.3, 0.1, 0])
    capsules = LinkCapsules(
        links=np.array([0, 3]),
        ends=np.array([[ball, ball], np.zeros((2, 3))]),
        radii=np.array([0.4, 0.1]),
        pairs=np.array([[0, 1]]),
    )
    reached = [
        np.linalg.norm(followed(arm(), tips, around)[1] - ball, axis=1)
        for around in (capsules, NO_CAPSULES)
    ]

    assert reached[0].min() > 0.48 and reached[1].min() < 0.15
    free = reached[1] > 0.55
    assert free.any() and abs(reached[0] - reached[1])[free].max() < 0.03, (
        "where nothing is in the way nothing changes"
    )


def test_a_pose_that_is_held_is_held_from_the_first_frame():
    angles, _ = followed(arm(), np.tile([0.9, 1.1, 0], (40, 1)))
    assert abs(np.diff(angles, axis=0)).max() < np.radians(0.1)
