"""What draws a pose of hinges to its goals: the normal equations of one Gauss-Newton step."""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled
from ..geometry.capsules_in_loops import nearest_shares

# Metres of error that a radian is worth, between two frames and from the middle: where nothing else
# decides, hinges stay, and of two ways to reach a goal the less wound one is taken.
_STAY, _CENTRE = 0.02, 0.012
_CAPSULE_WEIGHT = (
    8.0  # of a metre by which two capsules overlap, as of a point that misses its goal
)


class NormalEquations(NamedTuple):
    """``matrix @ step = vector`` of a Gauss-Newton step; of the matrix the lower half is used.

    Unknowns are the root's displacement (3), its rotation vector (3) and the hinges' angles (H).
    """

    matrix: np.ndarray
    vector: np.ndarray


class Points(NamedTuple):
    """`hinge_ik.PointTargets` for compiled loops, of all frames or of one."""

    links: np.ndarray
    local_points: np.ndarray
    goals: np.ndarray
    weights: np.ndarray


class Capsules(NamedTuple):
    """`hinge_ik.LinkCapsules` for compiled loops."""

    links: np.ndarray
    ends: np.ndarray
    radii: np.ndarray
    pairs: np.ndarray


@compiled
def add_points(links, points, pose, system):  # type: ignore[no-untyped-def]
    """Adds what draws points to their goals; the cost of their distances."""
    size = len(system.vector)
    position, error, jacobian = np.empty(3), np.empty(3), np.empty((size, 3))

    cost = 0.0
    for p in range(len(points.links)):
        j, weight = points.links[p], points.weights[p] ** 2
        for i in range(3):
            position[i] = pose.positions[j, i]
            for k in range(3):
                position[i] += pose.rotations[j, i, k] * points.local_points[p, k]
            error[i] = points.goals[p, i] - position[i]
            cost += weight * error[i] ** 2

        _point_jacobian(links, pose, j, position, jacobian)
        for a in range(size):
            if a >= 6 and not links.moves[j, a - 6]:
                continue
            system.vector[a] += weight * (
                jacobian[a, 0] * error[0] + jacobian[a, 1] * error[1] + jacobian[a, 2] * error[2]
            )
            for b in range(a + 1):
                for i in range(3):
                    system.matrix[a, b] += weight * jacobian[a, i] * jacobian[b, i]
    return cost


@compiled
def _point_jacobian(links, pose, link, position, jacobian):  # type: ignore[no-untyped-def]
    """How a point (3,) of a link moves with the root's place and rotation and with each hinge."""
    for a in range(3):
        for i in range(3):
            jacobian[a, i] = 1.0 if i == a else 0.0

    axis, arm = np.empty(3), np.empty(3)
    for a in range(3, len(jacobian)):
        pivot = 0 if a < 6 else links.hinges[a - 6]
        moved = a < 6 or links.moves[link, a - 6]
        for i in range(3):
            arm[i] = position[i] - pose.positions[pivot, i]
            axis[i] = (1.0 if i == a - 3 else 0.0) if a < 6 else pose.hinge_axes[pivot, i]
        for i in range(3):
            n, m = (i + 1) % 3, (i + 2) % 3
            jacobian[a, i] = axis[n] * arm[m] - axis[m] * arm[n] if moved else 0.0


@compiled
def add_capsules(links, capsules, pose, system):  # type: ignore[no-untyped-def]
    """Adds what pushes overlapping capsules apart; the cost of how deep they are."""
    world = np.empty((len(capsules.links), 2, 3))
    for c in range(len(capsules.links)):
        j = capsules.links[c]
        for e in range(2):
            for i in range(3):
                world[c, e, i] = pose.positions[j, i]
                for k in range(3):
                    world[c, e, i] += pose.rotations[j, i, k] * capsules.ends[c, e, k]

    cost, count = 0.0, len(links.hinges)
    near, slope = np.empty((2, 3)), np.empty(count)
    for n in range(len(capsules.pairs)):
        one, other = capsules.pairs[n]
        s, t = nearest_shares(world[one, 0], world[one, 1], world[other, 0], world[other, 1])
        for i in range(3):
            near[0, i] = world[one, 0, i] + s * (world[one, 1, i] - world[one, 0, i])
            near[1, i] = world[other, 0, i] + t * (world[other, 1, i] - world[other, 0, i])
        apart = np.sqrt(
            (near[0, 0] - near[1, 0]) ** 2
            + (near[0, 1] - near[1, 1]) ** 2
            + (near[0, 2] - near[1, 2]) ** 2
        )

        # Axes that meet have no direction in which to part.
        depth = capsules.radii[one] + capsules.radii[other] - apart
        if depth <= 0 or apart < 1e-6:
            continue
        cost += (_CAPSULE_WEIGHT * depth) ** 2

        touching = capsules.links[one], capsules.links[other]
        _distance_slope(links, pose, touching, near, apart, slope)
        for h in range(count):
            system.vector[6 + h] += _CAPSULE_WEIGHT**2 * slope[h] * depth
            for g in range(h + 1):
                system.matrix[6 + h, 6 + g] += _CAPSULE_WEIGHT**2 * slope[h] * slope[g]
    return cost


@compiled
def _distance_slope(links, pose, touching, near, apart, slope):  # type: ignore[no-untyped-def]
    """How much farther apart, m/rad, each hinge brings the nearest points (2, 3) of two links."""
    for h in range(len(links.hinges)):
        hinge = links.hinges[h]
        slope[h] = 0.0
        for side in range(2):
            if not links.moves[touching[side], h]:
                continue
            for i in range(3):
                a, b = (i + 1) % 3, (i + 2) % 3
                velocity = pose.hinge_axes[hinge, a] * (
                    near[side, b] - pose.positions[hinge, b]
                ) - pose.hinge_axes[hinge, b] * (near[side, a] - pose.positions[hinge, a])
                slope[h] += (1 - 2 * side) * velocity * (near[0, i] - near[1, i]) / apart


@compiled
def damp(links, pose, before, fresh, system):  # type: ignore[no-untyped-def]
    """Adds what keeps hinges where they were, and near 0; leaves out those at their limits.

    A ``fresh`` search comes from nowhere: its hinges need not stay.
    """
    matrix, vector = system.matrix, system.vector
    size, stay = len(vector), 0.0 if fresh else _STAY**2
    for a in range(size):
        matrix[a, a] += 1e-9 + 1e-9 * matrix[a, a]  # positive definite whatever the points say

    for h in range(len(links.hinges)):
        a, angle = 6 + h, pose.angles[h]
        matrix[a, a] += stay + _CENTRE**2
        vector[a] += stay * (before[h] - angle) - _CENTRE**2 * angle

        beyond = angle >= links.limits[h, 1] and vector[a] > 0
        if beyond or (angle <= links.limits[h, 0] and vector[a] < 0):
            for b in range(size):
                matrix[max(a, b), min(a, b)] = 0.0
            matrix[a, a], vector[a] = 1.0, 0.0


@compiled
def solve_positive_definite(matrix, vector):  # type: ignore[no-untyped-def]
    """``vector`` becomes the solution, by Cholesky; of ``matrix`` the lower half is used up."""
    n = len(vector)
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = np.sqrt(total) if i == j else total / matrix[j, j]

    for i in range(n):
        for k in range(i):
            vector[i] -= matrix[i, k] * vector[k]
        vector[i] /= matrix[i, i]

    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            vector[i] -= matrix[k, i] * vector[k]
        vector[i] /= matrix[i, i]
