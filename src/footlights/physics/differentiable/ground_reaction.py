"""Ground reaction with gradients, for batches: the same numbers as the compiled `ground_reaction`
one floor up.
"""

from typing import NamedTuple

import numpy as np
from array_api_compat import array_namespace, to_device

from ...geometry.rotations import cross
from ...geometry.signals import smoothstep
from ..contact_forces import REFERENCE_ARM
from ..ground_reaction import (
    GRIP_SPEED,
    SLIDE_SPEED,
    TOUCHED_HEIGHT,
    UNTOUCHED_HEIGHT,
    force_cost,
    grip_parts,
)
from ..humanoid import Humanoid
from ..inverse_dynamics import Dynamics
from .contact_forces import BatchProblem, nearest_forces
from .inverse_dynamics import Array, constant, subtrees
from .statistics import central_velocity, largest, norm, smallest

_LEAST_GRIP = 1e-9  # so that the cost of a sliding part stays a number
_FAR = 1e3  # m/s: slower than any point in the air is taken to be
_FASTEST = 1e2  # m/s that a part is taken to slide at most


class BatchGround(NamedTuple):
    """What the floor gives to B clips of T frames.

    Attributes:
        forces, moments: (B, T, J, 3) on each segment with all beyond it, newtons, moments about the
            centre of mass.
        normal_force: (B, T) vertical force in body weights.
        loaded_slip: (B, T) speed of the slowest low point of each part, times what it bears.
        residual_wrench, slip_aware_residual: (B, T, 6) as those of `GroundReaction`.
        contact: (B, T) 0 in the air to 1 on the floor.
    """

    forces: Array
    moments: Array
    normal_force: Array
    loaded_slip: Array
    residual_wrench: Array
    slip_aware_residual: Array
    contact: Array


def ground_reaction(
    humanoid: Humanoid, dynamics: Dynamics, points: Array, fps: float
) -> BatchGround:
    """Share out what motions need to the points near the floor z = 0.

    Args:
        points: (B, T, P, 3) world positions of the humanoid's contact points, metres.
    """
    xp = array_namespace(points)
    near = _ever_near(points)
    joints = humanoid.contact_joints[near]
    points = xp.stack([points[..., int(k), :] for k in near], axis=-2)
    speeds = norm(central_velocity(points, fps)[..., :2])
    touch = touch_of(points[..., 2])
    slowest, count = _by_part(grip_parts(humanoid)[joints], speeds, touch)

    unit = constant(np.repeat([humanoid.weight, humanoid.weight * REFERENCE_ARM], 3), points)
    required = dynamics.required_wrench / unit
    moment_arms = points - dynamics.centre_of_mass[..., None, :]
    ease = _inverse_costs(points[..., 2], speeds)
    residual, forces = nearest_forces(BatchProblem(required, moment_arms, ease))
    gripping = _while_gripping(ease, slowest, count)
    slip_aware, _ = nearest_forces(BatchProblem(required, moment_arms, gripping))

    newtons = humanoid.weight * forces
    hang = constant(np.eye(len(humanoid.skeleton))[joints].T, points)  # (J, P)
    beyond = constant(subtrees(humanoid.skeleton.parents), points) @ hang

    return BatchGround(
        forces=beyond @ newtons,
        moments=beyond @ cross(moment_arms, newtons),
        normal_force=xp.sum(forces[..., 2], axis=-1),
        loaded_slip=xp.sum(forces[..., 2] * slowest, axis=-1),
        residual_wrench=residual,
        slip_aware_residual=slip_aware,
        contact=largest(touch),
    )


def touch_of(heights: Array) -> Array:
    """How much points at ``heights`` (...), metres, touch the floor, 0 to 1."""
    return smoothstep(heights, UNTOUCHED_HEIGHT, TOUCHED_HEIGHT)


def _ever_near(points: Array) -> np.ndarray:
    """Which of the points (B, T, P, 3) are near the floor in any frame; at least one."""
    xp = array_namespace(points)
    near = xp.any(xp.any(touch_of(points[..., 2]) > 0, axis=0), axis=0)
    indices = np.flatnonzero(np.asarray(to_device(near, "cpu")))
    return indices if indices.size else np.array([0])


def _inverse_costs(heights: Array, speeds: Array) -> Array:
    """(...) one over the cost of a force at points at these heights (m) with these planar speeds
    (m/s); 0 in the air.
    """
    touch = touch_of(heights)
    cost = force_cost(array_namespace(heights).clip(heights, 0.0, None), speeds)
    return touch / (touch * cost + 1 - touch)


def _while_gripping(ease: Array, slowest: Array, count: Array) -> Array:
    """The same where parts that slide bear less: ``slowest`` (...) m/s of each point's part, of
    which ``count`` (...) points are near.
    """
    grip = smoothstep(slowest, SLIDE_SPEED, GRIP_SPEED)
    grip = array_namespace(ease).clip(grip, _LEAST_GRIP, None)
    return ease * grip / (grip + ease * count * (1 - grip))


def _by_part(parts: np.ndarray, speeds: Array, touch: Array) -> tuple[Array, Array]:
    """For each point the least speed of the near points of its part, and how many these are; both
    (B, T, P).
    """
    xp = array_namespace(speeds)
    nil = speeds * 0
    near_speeds = xp.where(touch > 0, speeds, nil + _FAR)
    near = xp.where(touch > 0, nil + 1, nil)
    slowest, count = [], []
    for part in parts:
        same = [int(k) for k in np.flatnonzero(parts == part)]
        slowest.append(smallest(xp.stack([near_speeds[..., k] for k in same], axis=-1)))
        count.append(sum(near[..., k] for k in same))
    return xp.clip(xp.stack(slowest, axis=-1), None, _FASTEST), xp.stack(count, axis=-1)
