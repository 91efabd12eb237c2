"""What the floor gives: to standing, leaning, sliding and dancing bodies."""

import numpy as np
import pytest

from canaries import sliding, stepping
from footlights.geometry.rotations import quat_about
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.physics.contact_forces import FRICTION
from footlights.physics.ground_reaction import ground_reaction
from footlights.physics.humanoid import Humanoid
from footlights.physics.inverse_dynamics import dynamics_of
from footlights.physics.kinematics import contact_points, world_pose
from footlights.physics.quantities import measure
from moving import standing

BODY = Humanoid.of()


def points_of(motion: Motion) -> np.ndarray:
    return contact_points(BODY, *world_pose(BODY, motion.root, motion.rotations))


def with_joints(motion: Motion, **angles: tuple[str, float]) -> Motion:
    """Joints turned about an axis by an angle, throughout."""
    rotations = motion.rotations.copy()
    for name, (axis, angle) in angles.items():
        rotations[:, SMPL24.index(name)] = quat_about(axis, np.full(len(motion), angle))
    return motion.replace(rotations=rotations)


def test_the_floor_carries_a_standing_body_whole():
    ground = measure(standing(), BODY).ground_reaction
    np.testing.assert_allclose(ground.normal_force, 1, rtol=0.01)
    assert abs(ground.residual_wrench).max() < 0.01
    np.testing.assert_array_equal(ground.slip_aware_residual, ground.residual_wrench)
    np.testing.assert_array_equal(ground.contact, 1)


def test_the_centre_of_pressure_of_a_still_body_is_under_its_centre_of_mass():
    measurement = measure(standing(), BODY)
    centre = measurement.dynamics.centre_of_mass[:, :2]
    pressure = measurement.ground_reaction.centre_of_pressure
    np.testing.assert_allclose(pressure, centre, atol=0.005)


def test_the_foot_that_stands_carries_the_body():
    """Left leg lifted by its hip; the body leans until its centre stands over the right foot."""
    lifted = with_joints(standing(), left_hip=("x", -1.0), left_knee=("x", 1.2))
    centre = dynamics_of(BODY, lifted.root, lifted.rotations, lifted.fps).centre_of_mass[0, 0]
    lean = float(np.arcsin((-0.11 - centre) / 0.95))
    leaning = with_joints(lifted, pelvis=("y", lean), right_hip=("y", -lean))
    lowest = points_of(leaning)[..., 2].min()

    ground = measure(leaning.moved((0, 0, -lowest)), BODY).ground_reaction
    right = [SMPL24.index("right_ankle"), SMPL24.index("right_foot")]
    np.testing.assert_allclose(ground.forces[:, right, 2].sum(1) / BODY.weight, 1, atol=0.01)
    # A leg held ahead pulls a little forwards.
    assert np.linalg.norm(ground.residual_wrench[:, 3:], axis=1).max() < 0.05


def test_friction_bounds_what_a_sole_can_push_sideways():
    """A body that would have to be pushed by twice its weight: the floor gives 0.8 of what it
    bears, the rest is left over.
    """
    points = points_of(standing(2))
    centre, at_rest = np.array([[0, -0.03, 0.95]] * 2), np.zeros(points.shape[:2])

    def pushed(share: float, with_moment: bool):
        wrench = np.array([[share, 0, 1, 0, 0, 0]] * 2) * BODY.weight
        wrench[:, 4] = BODY.weight * share * -0.95 * with_moment  # of a push at the soles
        return ground_reaction(BODY, points, at_rest, centre, wrench)

    for share in (0.3, 0.7):
        assert pushed(share, with_moment=True).residual_wrench[0, 0] < 0.12
    ground = pushed(2.0, with_moment=False)
    side, up = np.hypot(*ground.forces[0, :, :2].sum(0)), ground.forces[0, :, 2].sum()
    assert side <= FRICTION * up * (1 + 1e-9) and ground.residual_wrench[0, 0] > 0.3


def test_forces_push_and_stay_in_their_cones_in_a_dance():
    forces = measure(stepping(4.0), BODY).ground_reaction.forces
    side = np.linalg.norm(forces[..., :2], axis=-1)
    assert (forces[..., 2] >= 0).all() and (side <= FRICTION * forces[..., 2] + 1e-6).all()


@pytest.mark.parametrize(("speed", "bears"), [(0.2, 1.0), (0.5, 0.7), (1.0, 0.0)])
def test_a_part_that_slides_faster_bears_less(speed, bears):
    """In the second solution; the first does not mind."""
    ground = measure(sliding(standing(), speed), BODY).ground_reaction
    np.testing.assert_allclose(ground.slip_speed[5:-5], speed, rtol=0.01)
    np.testing.assert_allclose(ground.normal_force, 1, rtol=0.02)
    left_over = ground.slip_aware_residual[5:-5, 2]
    np.testing.assert_allclose(1 - left_over, bears, atol=0.15)
    feet = {
        SMPL24.index(f"{side}_{part}") for side in ("left", "right") for part in ("ankle", "foot")
    }
    assert set(ground.slipping_joint.tolist()) <= feet


def test_a_body_in_the_air_is_given_nothing():
    ground = measure(standing().moved((0, 0, 0.2)), BODY).ground_reaction
    assert not ground.forces.any() and not ground.contact.any()
    np.testing.assert_allclose(ground.residual_wrench[:, 2], 1, rtol=1e-3)
    assert np.isnan(ground.centre_of_pressure).all() and (ground.slipping_joint == -1).all()
