"""Quantities of batches of clips, with gradients: the same numbers as the compiled `quantities` one
floor up.
"""

import numpy as np
from array_api_compat import array_namespace

from ...basics.errors import FootlightsError
from ...geometry.rotations import hemisphere
from ...motion.world import GRAVITY
from ..differentiation import LEAST_FPS, angular_rates, differentiate, guessed_frames
from ..ground_reaction import CONTACT_HEIGHT
from ..humanoid import Humanoid
from ..inverse_dynamics import Dynamics, State
from ..quantities import PERCENTILES
from .ground_reaction import BatchGround, ground_reaction
from .inverse_dynamics import (
    Array,
    constant,
    inverse_dynamics,
    joint_torques,
    rotated,
    world_pose,
)
from .statistics import (
    central_velocity,
    largest,
    mean,
    noise_size,
    norm,
    percentile,
    ratio_of_sums,
    root_mean_square,
    smallest,
)

LEFT_OUT = ("self_penetration", "range_excess")  # no gradient worth following
_LEAST_FRAMES = 6  # at 30 a second


def batch_quantities(
    humanoid: Humanoid, root: Array, rotations: Array, fps: float
) -> dict[str, Array]:
    """Quantities (B,) of B clips by their names in `quantities`, without `LEFT_OUT`.

    Args:
        root: (B, T, 3) metres, the floor at z = 0; T at least six thirtieths of a second. Worked
            out in double precision.
        rotations: (B, T, J, 4) local quaternions.

    Raises:
        FootlightsError: too short, too slow, or not finite.
    """
    return quantities_and_hover(humanoid, root, rotations, fps)[0]


def quantities_and_hover(
    humanoid: Humanoid, root: Array, rotations: Array, fps: float
) -> tuple[dict[str, Array], Array]:
    """The same, and mean metres (B,) above the floor's reach, frames that fall freely not
    counted.
    """
    _check(root, rotations, fps)
    xp = array_namespace(root, rotations)
    root, rotations = xp.astype(root, xp.float64), xp.astype(rotations, xp.float64)
    clips = range(rotations.shape[0])
    rotations = xp.stack([hemisphere(rotations[clip]) for clip in clips], axis=0)

    dynamics = inverse_dynamics(humanoid, _state(root, rotations, fps))
    unit = rotations / norm(rotations)[..., None]
    positions, world = world_pose(humanoid, root, unit)
    points = _contact_points(humanoid, positions, world)
    ground = ground_reaction(humanoid, dynamics, points, fps)

    quantities = _of_positions(positions, points[..., 2], fps)
    frames = _frames(humanoid, dynamics, ground)
    support = needed_support(dynamics)
    frames["float"] = (1 - ground.contact) * support
    hover = xp.clip(smallest(points[..., 2]) - CONTACT_HEIGHT, 0.0, None) * support

    guessed = guessed_frames(root.shape[1], fps)
    known = slice(guessed, root.shape[1] - guessed)
    slip = ratio_of_sums(ground.loaded_slip[:, known], ground.normal_force[:, known])
    quantities |= {"slip": slip} | {name: _value(name, f[:, known]) for name, f in frames.items()}
    return quantities, mean(hover[:, known])


def needed_support(dynamics: Dynamics) -> Array:
    """(B, T) body weights that the motion needs from outside, at most 1: 0 in free fall."""
    upwards = constant(np.array([0.0, 0.0, GRAVITY]), dynamics.acceleration)
    weights = norm(dynamics.acceleration + upwards) / GRAVITY
    return array_namespace(weights).clip(weights, None, 1.0)


def _check(root: Array, rotations: Array, fps: float) -> None:
    frames = root.shape[1]
    if frames < max(_LEAST_FRAMES, round(_LEAST_FRAMES * fps / 30)) or not fps >= LEAST_FPS:
        need = f"at least {_LEAST_FRAMES} thirtieths of a second"
        raise FootlightsError(
            f"{frames} frames at {fps:g} a second",
            "root",
            f"give {need}, at {LEAST_FPS:g} frames a second or more",
        )

    xp = array_namespace(root, rotations)
    if not (bool(xp.all(xp.isfinite(root))) and bool(xp.all(xp.isfinite(rotations)))):
        raise FootlightsError(
            "numbers that are not finite", "root or rotations", "give finite ones"
        )


def _state(root: Array, rotations: Array, fps: float) -> State:
    """Smoothed and differentiated, as `inverse_dynamics.dynamics_of` does it."""
    xp = array_namespace(root)
    clips, frames, joints = rotations.shape[:3]
    flat = xp.concat([root, xp.reshape(rotations, (clips, frames, -1))], axis=-1)
    value, first, second = differentiate(flat, fps)

    shape = (clips, frames, joints, 4)
    quats = (xp.reshape(array[..., 3:], shape) for array in (value, first, second))
    unit, velocity, acceleration = angular_rates(*quats)
    return State(value[..., :3], unit, second[..., :3], velocity, acceleration)


def _contact_points(humanoid: Humanoid, positions: Array, world: Array) -> Array:
    """(B, T, P, 3) in the world, metres."""
    points = constant(humanoid.contact_points, positions)
    attached = [
        positions[..., int(joint), :] + rotated(world[..., int(joint), :, :], points[k])
        for k, joint in enumerate(humanoid.contact_joints)
    ]
    return array_namespace(positions).stack(attached, axis=-2)


def _of_positions(positions: Array, heights: Array, fps: float) -> dict[str, Array]:
    """Quantities (B,) that need no forces."""
    fastest = largest(norm(central_velocity(positions, fps, hold_ends=True)))
    depth = array_namespace(heights).clip(-smallest(heights), 0.0, None)
    return {
        "velocity": percentile(fastest, PERCENTILES["velocity"]),
        "jitter": noise_size(positions, fps),
        "penetration": mean(100 * depth),
    }


def _frames(humanoid: Humanoid, dynamics: Dynamics, ground: BatchGround) -> dict[str, Array]:
    """Quantities (B, T) of forces frame by frame."""
    xp = array_namespace(ground.forces)
    torque = joint_torques(dynamics, ground.forces, ground.moments)
    strain = norm(torque / constant(humanoid.torque_limits, torque))
    # The root has no joint to work in.
    power = xp.abs(torque * dynamics.angular_velocity)[..., 1:, :]

    return {
        "residual_moment": norm(ground.residual_wrench[..., 3:]),
        "residual_force": norm(ground.residual_wrench[..., :3]),
        "slip_aware_residual": norm(ground.slip_aware_residual[..., :3]),
        "excess_ground_reaction": xp.clip(ground.normal_force - 1, 0.0, None),
        "torque": largest(strain),
        "specific_power": xp.sum(xp.sum(power, axis=-1), axis=-1) / humanoid.mass,
    }


def _value(name: str, frames: Array) -> Array:
    """(B,) of a clip, of frames (B, T)."""
    if name == "residual_force":
        return root_mean_square(frames)
    return percentile(frames, PERCENTILES[name]) if name in PERCENTILES else mean(frames)
