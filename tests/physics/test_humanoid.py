"""The body with weight: masses, inertias, soles, and its motion as qpos."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.motion.body import Body, soles
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.physics import Humanoid
from footlights.physics.kinematics import contact_points, world_pose
from moving import RESTING, scaled_body

BODY = Humanoid.of()
LEFT = [name for name in SMPL24.names if name.startswith("left_")]


@pytest.mark.parametrize("name", LEFT)
def test_left_and_right_are_mirror_images(name):
    left, right = SMPL24.index(name), SMPL24.index(name.replace("left_", "right_"))
    assert BODY.masses[left] == pytest.approx(BODY.masses[right], rel=1e-3)
    np.testing.assert_allclose(BODY.centres[left] * [-1, 1, 1], BODY.centres[right], atol=1e-3)
    np.testing.assert_array_equal(BODY.torque_limits[left], BODY.torque_limits[right])


def test_inertias_are_those_of_solids():
    """Positive, and no principal moment larger than the sum of the others."""
    assert len(BODY.inertias) == 24
    for inertia in BODY.inertias:
        low, middle, high = np.linalg.eigvalsh(inertia)
        assert 0 < low and high <= low + middle + 1e-12


def test_the_thighs_radius_of_gyration_is_that_of_anatomy():
    """De Leva (1996): 0.329 to 0.369 of the thigh's length; a hull's is less."""
    thigh, length = SMPL24.index("left_hip"), 0.389
    gyration = np.sqrt(BODY.inertias[thigh][0, 0] / BODY.masses[thigh]) / length
    assert gyration == pytest.approx(0.349, abs=0.06)


def test_soles_lie_on_the_mesh_and_the_floor():
    points = contact_points(BODY, *world_pose(BODY, RESTING.root, RESTING.rotations))[0]
    assert BODY.on_sole.any() and abs(points[BODY.on_sole, 2]).max() < 0.01

    mesh = Body.load()
    assert len(mesh.sole_vertices) == 4
    for part, indices in enumerate(mesh.sole_vertices.values()):
        corners, vertices = soles(RESTING)[0, part], mesh.vertices[indices]
        apart = np.linalg.norm(corners[:, None] - vertices[None], axis=-1)
        assert apart.min(axis=1).max() < 0.01


def test_N4_qpos_and_back_is_the_same_motion():
    rng = np.random.default_rng(0)
    motion = Motion(rng.normal(size=(40, 3)), rng.normal(size=(40, 24, 4)), 30.0)
    qpos = BODY.qpos(motion)
    assert qpos.shape == (40, 99)

    back = BODY.motion(qpos, motion.fps)
    np.testing.assert_allclose(back.root, motion.root, atol=1e-6)
    same = np.abs((back.rotations * motion.rotations).sum(-1))
    np.testing.assert_allclose(same, 1, atol=1e-6)
    np.testing.assert_allclose(back.positions, motion.positions, atol=2e-6)
    np.testing.assert_allclose(BODY.qpos(back), qpos, atol=1e-6)


def test_a_users_body_makes_a_humanoid_of_its_size():
    small = Humanoid.of(scaled_body(Body.load(), 0.5))
    assert small.mass == pytest.approx(BODY.mass / 8, rel=1e-3)
    np.testing.assert_allclose(small.inertias, BODY.inertias / 32, rtol=1e-2, atol=1e-9)
    np.testing.assert_allclose(small.torque_limits[1:], BODY.torque_limits[1:] / 16, rtol=1e-3)


def test_joints_of_other_names_are_refused():
    with pytest.raises(FootlightsError, match="'tail'"):
        Humanoid.of(scaled_body(Body.load(), 1.0, "tail"))


@pytest.mark.parametrize(
    ("qpos", "what"),
    [(np.zeros((5, 76)), "qpos of shape"), (np.full((5, 99), np.nan), "not finite")],
)
def test_numbers_of_another_body_are_refused(qpos, what):
    with pytest.raises(FootlightsError, match=what):
        BODY.motion(qpos, 30.0)


def test_a_motion_on_another_skeleton_is_refused():
    other = Skeleton(("a",), (-1,), np.zeros((1, 3)))
    motion = Motion(np.zeros((9, 3)), np.tile([1.0, 0, 0, 0], (9, 1, 1)), 30.0, other)
    with pytest.raises(FootlightsError, match="another skeleton"):
        BODY.qpos(motion)
