"""Contact forces with gradients: the convex problem of `contact_forces`, solved without them, then
one Newton step with them.

At the solution that step is nil, but its gradient is that of the solution (implicit function
theorem).
"""

from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace, is_torch_namespace

from ..contact_forces import FRICTION, MAX_STEPS, REFERENCE_ARM
from .inverse_dynamics import Array, constant

_EXACT = 1e-12  # largest part of the gradient, in body weights, that counts as none
_SMALLEST2 = 1e-24  # under a root, so that its derivative stays finite
_HALVES = 0.5 ** np.arange(8)  # parts of a Newton step that are tried
_EDGE = 1 + FRICTION**2  # squared length of an edge of the cone that is 1 high


class BatchProblem(NamedTuple):
    """Required wrenches (..., 6), moment arms (..., P, 3) in metres of points that may push, and
    the inverse of the cost (..., P) of a force at each: 0 for a point in the air.
    """

    required: Array
    moment_arms: Array
    inverse_costs: Array


def nearest_forces(problem: BatchProblem) -> tuple[Array, Array]:
    """The residual wrenches (..., 6) that no forces give, and the forces (..., P, 3)."""
    xp = array_namespace(problem.required)
    residual, hessian = _solved(BatchProblem(*(_detached(array) for array in problem)))
    gradient = _gradient(residual, problem)
    residual = residual - xp.linalg.solve(hessian, gradient[..., None])[..., 0]
    return residual, _forces(residual, problem)


def _solved(problem: BatchProblem) -> tuple[Array, Array]:
    """The residual and the Hessian there, by Newton's method."""
    xp = array_namespace(problem.required)
    residual = problem.required
    for _ in range(MAX_STEPS):
        gradient = _gradient(residual, problem)
        if float(xp.max(xp.abs(gradient))) < _EXACT:
            break
        step = xp.linalg.solve(_hessian(residual, problem), gradient[..., None])[..., 0]
        residual = residual - _step_sizes(residual, step, problem)[..., None] * step
    return residual, _hessian(residual, problem)


def _step_sizes(residual: Array, step: Array, problem: BatchProblem) -> Array:
    """(...) how much of a step to take: all of it where that descends everywhere, else the best of
    its halves.
    """
    xp = array_namespace(residual)
    here = _value(residual, problem)
    if bool(xp.all(_value(residual - step, problem) <= here + _EXACT)):
        return xp.ones_like(here)
    sizes = constant(_HALVES, residual)
    trials = xp.stack([_value(residual - size * step, problem) for size in sizes], axis=0)
    best = xp.argmin(trials, axis=0)
    return xp.reshape(xp.take(sizes, xp.reshape(best, (-1,)), axis=0), best.shape)


def _value(residual: Array, problem: BatchProblem) -> Array:
    """(...) the dual function, whose least point is the residual wrench."""
    xp = array_namespace(residual)
    projected = _projected(residual, problem.moment_arms)
    without_contacts = xp.sum(residual * (0.5 * residual - problem.required), axis=-1)
    squares = xp.sum(projected * projected, axis=-1)
    return without_contacts + 0.5 * xp.sum(problem.inverse_costs * squares, axis=-1)


def _gradient(residual: Array, problem: BatchProblem) -> Array:
    xp = array_namespace(residual)
    wrenches = (_wrench_matrices(problem.moment_arms) @ _forces(residual, problem)[..., None])[
        ..., 0
    ]
    return residual - problem.required + xp.sum(wrenches, axis=-2)


def _hessian(residual: Array, problem: BatchProblem) -> Array:
    """(..., 6, 6) of `_value`."""
    xp = array_namespace(residual)
    columns = _wrench_matrices(problem.moment_arms)
    weighted = problem.inverse_costs[..., None, None] * _projection_derivative(
        residual, problem.moment_arms
    )
    curvature = columns @ weighted @ xp.matrix_transpose(columns)
    return xp.sum(curvature, axis=-3) + constant(np.eye(6), residual)


def _forces(residual: Array, problem: BatchProblem) -> Array:
    return _projected(residual, problem.moment_arms) * problem.inverse_costs[..., None]


class _Cone(NamedTuple):
    """Where demands (..., 3) lie about the friction cone: length of their side (...), its direction
    (..., 2), height of the nearest point of the edge, whether inside, and whether below the tip.
    """

    side: Array
    direction: Array
    height: Array
    inside: Array
    below: Array


def _cone(demand: Array) -> _Cone:
    xp = array_namespace(demand)
    side = xp.sqrt(demand[..., 0] ** 2 + demand[..., 1] ** 2 + _SMALLEST2)
    up = demand[..., 2]
    direction, height = demand[..., :2] / side[..., None], (up + FRICTION * side) / _EDGE
    return _Cone(side, direction, height, side <= FRICTION * up, FRICTION * side <= -up)


def _projected(residual: Array, moment_arms: Array) -> Array:
    """(..., P, 3) demands of the residual projected onto the friction cone: forces times their
    cost.
    """
    xp = array_namespace(residual)
    demand = _demands(residual, moment_arms)
    cone = _cone(demand)
    height = cone.height[..., None]
    edge = xp.concat([FRICTION * height * cone.direction, height], axis=-1)
    beside = xp.where(cone.below[..., None], edge * 0, edge)
    return xp.where(cone.inside[..., None], demand, beside)


def _projection_derivative(residual: Array, moment_arms: Array) -> Array:
    """(..., P, 3, 3) of the projection onto the cone by the demand."""
    xp = array_namespace(residual)
    cone = _cone(_demands(residual, moment_arms))
    x, y = cone.direction[..., 0], cone.direction[..., 1]
    out = xp.stack([FRICTION * x, FRICTION * y, xp.ones_like(x)], axis=-1)
    around = xp.stack([-y, x, x * 0], axis=-1)

    # Along the edge the projection follows the demand; around the cone it turns with it.
    edge = out[..., :, None] * out[..., None, :] / _EDGE
    turning = (FRICTION * cone.height / cone.side)[..., None, None]
    edge = edge + turning * around[..., :, None] * around[..., None, :]

    beside = xp.where(cone.below[..., None, None], edge * 0, edge)
    return xp.where(cone.inside[..., None, None], constant(np.eye(3), residual), beside)


def _demands(residual: Array, moment_arms: Array) -> Array:
    """(..., P, 3) which force at each point the residual wrench asks for."""
    xp = array_namespace(residual)
    x, y, z = moment_arms[..., 0], moment_arms[..., 1], moment_arms[..., 2]
    f, m = residual[..., None, :3], residual[..., None, 3:]
    return xp.stack(
        [
            f[..., 0] + (m[..., 1] * z - m[..., 2] * y) / REFERENCE_ARM,
            f[..., 1] + (m[..., 2] * x - m[..., 0] * z) / REFERENCE_ARM,
            f[..., 2] + (m[..., 0] * y - m[..., 1] * x) / REFERENCE_ARM,
        ],
        axis=-1,
    )


def _wrench_matrices(moment_arms: Array) -> Array:
    """(..., P, 6, 3) wrench of a unit force at each point."""
    xp = array_namespace(moment_arms)
    x, y, z = (moment_arms[..., i] / REFERENCE_ARM for i in range(3))
    nil = x * 0

    moments = xp.stack(
        [
            xp.stack([nil, -z, y], axis=-1),
            xp.stack([z, nil, -x], axis=-1),
            xp.stack([-y, x, nil], axis=-1),
        ],
        axis=-2,
    )

    forces = xp.broadcast_to(constant(np.eye(3), moment_arms), moments.shape)
    return xp.concat([forces, moments], axis=-2)


def _detached(array: Any) -> Any:
    """The same numbers without a gradient."""
    return array.detach() if is_torch_namespace(array_namespace(array)) else array
