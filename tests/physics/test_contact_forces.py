"""The convex problem of contact forces: solved, by its own conditions and by other programs."""

import numpy as np
import pytest

from footlights.physics.contact_forces import (
    FRICTION,
    REFERENCE_ARM,
    ContactProblem,
    nearest_forces,
)
from footlights.physics.differentiable.contact_forces import BatchProblem
from footlights.physics.differentiable.contact_forces import nearest_forces as batch_forces


def problem(seed: int, count: int = 12) -> ContactProblem:
    """A standing body, pushed sideways and turned more the greater the seed."""
    rng = np.random.default_rng(seed)
    arms = rng.uniform([-0.2, -0.15, -0.95], [0.2, 0.15, -0.9], (count, 3))
    required = np.array([0, 0, 1, 0, 0, 0]) + 0.2 * seed * rng.normal(size=6)
    return ContactProblem(required, arms, rng.uniform(5e-4, 1e-2, count))


def solved(given: ContactProblem) -> tuple[np.ndarray, np.ndarray]:
    forces = np.empty((len(given.moment_arms), 3))
    return nearest_forces(given, forces, np.zeros(6)), forces


def wrench(given: ContactProblem, forces: np.ndarray) -> np.ndarray:
    moments = np.cross(given.moment_arms, forces) / REFERENCE_ARM
    return np.concatenate([forces.sum(0), moments.sum(0)])


def cost(given: ContactProblem, forces: np.ndarray) -> float:
    residual = given.required - wrench(given, forces)
    return float(residual @ residual / 2 + given.costs @ (forces**2).sum(1) / 2)


@pytest.mark.parametrize("seed", range(8))
def test_forces_push_within_their_cones_and_the_rest_is_what_they_do_not_give(seed):
    given = problem(seed)
    residual, forces = solved(given)
    side = np.linalg.norm(forces[:, :2], axis=1)
    assert (side <= FRICTION * forces[:, 2] + 1e-12).all()
    np.testing.assert_allclose(residual, given.required - wrench(given, forces), atol=1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_no_other_forces_in_the_cones_come_nearer(seed):
    given, rng = problem(seed), np.random.default_rng(seed)
    forces = solved(given)[1]
    least = cost(given, forces)
    for size in (1e-1, 1e-2, 1e-3):
        for _ in range(50):
            other = forces + size * rng.normal(size=forces.shape)
            other[:, 2] = np.maximum(other[:, 2], np.linalg.norm(other[:, :2], axis=1) / FRICTION)
            assert cost(given, other) > least


def test_the_load_of_a_standing_body_is_shared_by_cost():
    """Two points, one as dear as the other twice: what they bear is the other way round."""
    arms = np.array([[0.0, 0, -0.9], [0.0, 0, -0.9]])
    given = ContactProblem(np.array([0, 0, 1.0, 0, 0, 0]), arms, np.array([1e-3, 2e-3]))
    forces = solved(given)[1]
    assert forces[0, 2] == pytest.approx(2 * forces[1, 2], rel=1e-6)
    assert forces[:, 2].sum() == pytest.approx(1, rel=1e-3)


def test_without_points_everything_is_left():
    given = ContactProblem(np.arange(6.0), np.zeros((0, 3)), np.zeros(0))
    np.testing.assert_array_equal(solved(given)[0], given.required)


def test_a_guess_changes_the_way_and_not_the_end():
    given = problem(4)
    forces = np.empty((12, 3))
    far = nearest_forces(given, forces, np.full(6, 3.0))
    np.testing.assert_allclose(far, solved(given)[0], atol=1e-8)


def test_the_differentiable_problem_has_the_same_answers():
    given = [problem(seed) for seed in range(8)]
    arrays = (np.stack(part) for part in zip(*given, strict=True))
    required, arms, costs = arrays
    residuals, forces = batch_forces(BatchProblem(required, arms, 1 / costs))
    for k, one in enumerate(given):
        residual, expected = solved(one)
        np.testing.assert_allclose(residuals[k], residual, atol=1e-8)
        np.testing.assert_allclose(forces[k], expected, atol=1e-6)
