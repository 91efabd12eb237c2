"""Forces within friction cones that together come nearest to a wrench: one convex problem, solved
by Newton's method.

Forces f_i at points with moment arms a_i, each in its cone K, minimise

    |w - sum_i A_i f_i|^2 / 2 + sum_i c_i |f_i|^2 / 2,

w the required wrench, A_i the 6 x 3 matrix that makes a force at a_i a wrench, c_i the cost of a
force there. The dual has one variable, the residual wrench r = w - sum_i A_i f_i, in which

    |r|^2 / 2 - r . w + sum_i |P(A_i^T r)|^2 / (2 c_i)

is convex and smooth (P projects onto K), and f_i = P(A_i^T r) / c_i at its least. Six numbers are
solved for, however many points there are (Boyd and Vandenberghe 2004, chapters 5 and 9). Forces are
in body weights, moments in body weights times `REFERENCE_ARM`.
"""

from typing import NamedTuple

import numpy as np

from ..basics.jit import compiled

FRICTION = 0.8  # coefficient of a dry floor and a shoe: the cone is z >= 0, |xy| <= FRICTION z
REFERENCE_ARM = 0.5  # metres by which a moment is compared with a force
MAX_STEPS = 40  # of Newton's method; ten are rarely needed
_HALVINGS = 30  # of a step that does not descend
_DESCENT = 1e-4  # share of the promised descent that a step must bring (Armijo)
_EXACT = 1e-9  # length of the gradient, in body weights, that counts as none
_EDGE = 1 + FRICTION**2  # squared length of an edge of the cone that is 1 high


class ContactProblem(NamedTuple):
    """The required wrench (6,), the moment arms (N, 3) in metres of the points that may push, and
    the cost (N,) of a force at each.
    """

    required: np.ndarray
    moment_arms: np.ndarray
    costs: np.ndarray


@compiled
def nearest_forces(problem: ContactProblem, forces: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """The residual wrench (6,) that no force gives; writes the forces (N, 3) into ``forces``.

    ``guess`` is a residual wrench (6,) to begin with, such as that of the frame before.
    """
    if len(problem.moment_arms) == 0:
        return problem.required.copy()
    residual = guess.copy()
    gradient, step, hessian = np.empty(6), np.empty(6), np.empty((6, 6))

    value = _expand(residual, problem, forces, gradient, hessian)
    for _ in range(MAX_STEPS):
        if np.sqrt((gradient * gradient).sum()) < _EXACT:
            break
        _solve_symmetric(hessian, gradient, step)
        residual = _descended(residual, step, value, (gradient * step).sum(), problem)
        value = _expand(residual, problem, forces, gradient, hessian)
    return residual


@compiled
def _descended(residual, step, value, slope, problem):  # type: ignore[no-untyped-def]
    """The residual after as much of a Newton step as descends: between cones the problem bends."""
    size = 1.0
    for _ in range(_HALVINGS):
        trial = residual - size * step
        if _value(trial, problem) <= value - _DESCENT * size * slope:
            break
        size *= 0.5
    return residual - size * step


@compiled
def _value(residual, problem):  # type: ignore[no-untyped-def]
    """The dual function, whose least point is the residual wrench."""
    required, moment_arms, costs = problem
    demand = np.empty(3)
    total = _without_contacts(residual, required)
    for n in range(len(moment_arms)):
        _demand_at(residual, moment_arms[n], demand)
        side = np.sqrt(demand[0] ** 2 + demand[1] ** 2)
        if side <= FRICTION * demand[2]:
            total += 0.5 * (side * side + demand[2] * demand[2]) / costs[n]
        elif FRICTION * side > -demand[2]:
            total += 0.5 * (demand[2] + FRICTION * side) ** 2 / _EDGE / costs[n]
    return total


@compiled
def _expand(residual, problem, forces, gradient, hessian):  # type: ignore[no-untyped-def]
    """Value of the dual function; its gradient (6,) and Hessian (6, 6), and the forces, are
    written into the last three.
    """
    required, moment_arms, costs = problem
    demand, projection, columns = np.empty(3), np.empty((3, 3)), np.empty((6, 3))
    total = _without_contacts(residual, required)
    for i in range(6):
        gradient[i] = residual[i] - required[i]
        for j in range(6):
            hessian[i, j] = 1.0 if i == j else 0.0

    for n in range(len(moment_arms)):
        force = forces[n]
        _demand_at(residual, moment_arms[n], demand)
        side = np.sqrt(demand[0] ** 2 + demand[1] ** 2)
        force[:], projection[:] = 0, 0
        if side <= FRICTION * demand[2]:  # inside the cone: the demand itself
            for i in range(3):
                force[i] = demand[i] / costs[n]
                projection[i, i] = 1
            total += 0.5 * (side * side + demand[2] * demand[2]) / costs[n]
        elif FRICTION * side > -demand[2]:  # beside it: its nearest edge
            _project_to_edge(demand, side, costs[n], force, projection)
            total += 0.5 * (demand[2] + FRICTION * side) ** 2 / _EDGE / costs[n]
        else:  # below it: nothing
            continue
        _add_wrench(moment_arms[n], force, gradient)
        projection /= costs[n]
        _add_curvature(moment_arms[n], projection, columns, hessian)
    return total


@compiled
def _without_contacts(residual, required):  # type: ignore[no-untyped-def]
    """The part of the dual function that no contact has a share in."""
    total = 0.0
    for i in range(6):
        total += residual[i] * (0.5 * residual[i] - required[i])
    return total


@compiled
def _demand_at(residual, arm, demand):  # type: ignore[no-untyped-def]
    """Write into ``demand`` (3,) which force at a point the residual wrench asks for: A^T r."""
    demand[0] = residual[0] + (residual[4] * arm[2] - residual[5] * arm[1]) / REFERENCE_ARM
    demand[1] = residual[1] + (residual[5] * arm[0] - residual[3] * arm[2]) / REFERENCE_ARM
    demand[2] = residual[2] + (residual[3] * arm[1] - residual[4] * arm[0]) / REFERENCE_ARM


@compiled
def _project_to_edge(demand, side, cost, force, projection):  # type: ignore[no-untyped-def]
    """Force (3,) of a demand beside the cone, and the derivative (3, 3) of its projection."""
    x, y = demand[0] / side, demand[1] / side
    height = (demand[2] + FRICTION * side) / _EDGE
    force[0] = FRICTION * height * x / cost
    force[1] = FRICTION * height * y / cost
    force[2] = height / cost

    # Along the edge the projection follows the demand; around the cone it turns with it; away from
    # the cone it stays.
    along_x, along_y = FRICTION * x, FRICTION * y
    along, around = 1 / _EDGE, FRICTION * height / side
    projection[0, 0] = along_x * along_x * along + around * (1 - x * x)
    projection[0, 1] = along_x * along_y * along - around * x * y
    projection[1, 1] = along_y * along_y * along + around * (1 - y * y)
    projection[0, 2], projection[1, 2], projection[2, 2] = along_x * along, along_y * along, along
    projection[1, 0], projection[2, 0] = projection[0, 1], projection[0, 2]
    projection[2, 1] = projection[1, 2]


@compiled
def _add_wrench(arm, force, wrench):  # type: ignore[no-untyped-def]
    """Add a force at a point, and its moment, to a wrench (6,)."""
    wrench[0] += force[0]
    wrench[1] += force[1]
    wrench[2] += force[2]
    wrench[3] += (arm[1] * force[2] - arm[2] * force[1]) / REFERENCE_ARM
    wrench[4] += (arm[2] * force[0] - arm[0] * force[2]) / REFERENCE_ARM
    wrench[5] += (arm[0] * force[1] - arm[1] * force[0]) / REFERENCE_ARM


@compiled
def _add_curvature(arm, derivative, columns, hessian):  # type: ignore[no-untyped-def]
    """Add A D A^T, D the derivative (3, 3) of a force by its demand, to the Hessian: first A D,
    column by column into ``columns`` (6, 3), then its rows by A^T.
    """
    columns[:] = 0
    for i in range(3):
        _add_wrench(arm, derivative[:, i], columns[:, i])
    for i in range(6):
        _add_wrench(arm, columns[i], hessian[i])


@compiled
def _solve_symmetric(matrix, right, solution):  # type: ignore[no-untyped-def]
    """Write what solves ``matrix`` (6, 6) x ``solution`` = ``right`` into ``solution``; the lower
    half of ``matrix``, which is positive definite, becomes Cholesky's factor.
    """
    for i in range(6):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = np.sqrt(total) if i == j else total / matrix[j, j]

    # Forwards with the factor, backwards with its transpose.
    for i in range(6):
        total = right[i]
        for k in range(i):
            total -= matrix[i, k] * solution[k]
        solution[i] = total / matrix[i, i]
    for i in range(5, -1, -1):
        total = solution[i]
        for k in range(i + 1, 6):
            total -= matrix[k, i] * solution[k]
        solution[i] = total / matrix[i, i]
