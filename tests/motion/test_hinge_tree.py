"""Hinges: angles to rotations and back, and what is no turn about a hinge."""

import numpy as np
import pytest

from footlights.formats.g1 import robot_tree
from footlights.geometry.rotations import quat_about, quat_mul
from footlights.motion.hinge_tree import HingeTree
from footlights.motion.skeleton import Skeleton

LEG = Skeleton(("hip", "knee", "heel"), (-1, 0, 1), [[0, 0, 1], [0, 0, -0.5], [0, 0, -0.5]])


def leg() -> HingeTree:
    """A thigh, a shin that bends about x and rests bent by a right angle, and a fixed heel."""
    rest = np.tile([1.0, 0, 0, 0], (3, 1))
    rest[1] = quat_about("x", np.array(np.pi / 2))
    axes = np.array([[0, 0, 0], [1.0, 0, 0], [0, 0, 0]])
    return HingeTree(LEG, rest, axes, np.array([[-1.0, 1.0]]))


def test_a_hinge_turns_beyond_its_rest_by_hand():
    tree = leg()
    assert tree.hinged_links.tolist() == [1]

    root = quat_about("z", np.array([0.3]))
    rotations = tree.rotations(root, np.array([[0.5]]))
    assert rotations[:, 0] == pytest.approx(root)
    assert rotations[0, 1] == pytest.approx(quat_about("x", np.array(np.pi / 2 + 0.5)))
    assert rotations[0, 2] == pytest.approx([1, 0, 0, 0])


def test_angles_of_the_robot_come_back():
    tree, rng = robot_tree(), np.random.default_rng(0)
    low, high = tree.limits.T
    angles = low + rng.uniform(size=(20, len(low))) * (high - low)
    rotations = tree.rotations(np.tile([1.0, 0, 0, 0], (20, 1)), angles)
    assert tree.turns_by_hinges(rotations)
    assert tree.angles(rotations) == pytest.approx(angles, abs=1e-9)


def test_a_turn_about_another_axis_is_seen():
    tree = leg()
    rotations = tree.rotations(np.array([[1.0, 0, 0, 0]]), np.array([[0.5]]))
    rotations[:, 1] = quat_mul(rotations[:, 1], quat_about("y", np.array([0.3])))
    assert not tree.turns_by_hinges(rotations)
