"""How a humanoid moves and what that needs, for arrays with gradients and any leading axes: the
same numbers as the compiled `inverse_dynamics` one floor up.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from ...geometry.rotations import cross, matrix_from_quat
from ...motion.world import GRAVITY
from ..humanoid import Humanoid
from ..inverse_dynamics import Dynamics, State

Array = Any


def world_pose(humanoid: Humanoid, root: Array, rotations: Array) -> tuple[Array, Array]:
    """Positions (..., J, 3) and world rotations (..., J, 3, 3) of the joints.

    Args:
        root: (..., 3) metres; rotations: (..., J, 4) local unit quaternions.
    """
    offsets, local = constant(humanoid.offsets, rotations), matrix_from_quat(rotations)
    world: list[Array] = []
    positions: list[Array] = []
    for joint, parent in enumerate(humanoid.skeleton.parents):
        if parent < 0:
            world.append(local[..., joint, :, :])
            positions.append(root)
            continue
        world.append(world[parent] @ local[..., joint, :, :])
        positions.append(positions[parent] + rotated(world[parent], offsets[joint]))
    xp = array_namespace(rotations)
    return xp.stack(positions, axis=-2), xp.stack(world, axis=-3)


def inverse_dynamics(humanoid: Humanoid, state: State) -> Dynamics:
    """What states (...,) and their accelerations need, each array with leading axes for T."""
    positions, world = world_pose(humanoid, state.root, state.rotations)
    velocity, angular_acceleration, acceleration = _propagated(humanoid, state, positions, world)

    moment_arms = rotated(world, constant(humanoid.centres, positions))
    swing = _swing(velocity, angular_acceleration, moment_arms)
    centres, centre_acceleration = positions + moment_arms, acceleration + swing
    share = constant(humanoid.masses[:, None] / humanoid.masses.sum(), positions)
    xp = array_namespace(positions)
    centre_of_mass = xp.sum(share * centres, axis=-2)

    masses = constant(humanoid.masses[:, None], positions)
    forces = masses * (centre_acceleration + constant(np.array([0.0, 0.0, GRAVITY]), positions))
    moments = _inertia_torques(humanoid, world, velocity, angular_acceleration)
    moments = moments + cross(centres - centre_of_mass[..., None, :], forces)

    beyond = constant(subtrees(humanoid.skeleton.parents), positions)
    return Dynamics(
        positions=positions,
        world_rotations=world,
        angular_velocity=state.angular_velocity,
        centre_of_mass=centre_of_mass,
        acceleration=xp.sum(share * centre_acceleration, axis=-2),
        required_forces=beyond @ forces,
        required_moments=beyond @ moments,
    )


def joint_torques(dynamics: Dynamics, forces: Array, moments: Array) -> Array:
    """(..., J, 3) N m of each joint in its segment's axes.

    Args:
        forces, moments: (..., J, 3) from outside on each segment with all beyond it, moments about
            the centre of mass.
    """
    force = dynamics.required_forces - forces
    moment_arms = dynamics.centre_of_mass[..., None, :] - dynamics.positions
    about_joint = dynamics.required_moments - moments + cross(moment_arms, force)
    return _rotated_back(dynamics.world_rotations, about_joint)


def subtrees(parents: tuple[int, ...]) -> np.ndarray:
    """(J, J) 1 where the second joint is the first or hangs on it."""
    reach = np.eye(len(parents))
    for joint in reversed(range(len(parents))):
        if parents[joint] >= 0:
            reach[parents[joint]] += reach[joint]
    return reach


def rotated(rotations: Array, vectors: Array) -> Array:
    """Vectors (..., 3) turned by matrices (..., 3, 3)."""
    return (rotations @ vectors[..., None])[..., 0]


def constant(array: np.ndarray, like: Array) -> Array:
    """A numpy array in the kind of ``like``."""
    return array_namespace(like).asarray(
        np.asarray(array, np.float64), dtype=like.dtype, device=device(like)
    )


def _propagated(
    humanoid: Humanoid, state: State, positions: Array, world: Array
) -> tuple[Array, Array, Array]:
    """Angular velocity, angular acceleration and acceleration of the joints (..., J, 3), world."""
    own_velocity = rotated(world, state.angular_velocity)
    own_acceleration = rotated(world, state.angular_acceleration)
    velocity: list[Array] = []
    angular_acceleration: list[Array] = []
    acceleration: list[Array] = []
    for joint, parent in enumerate(humanoid.skeleton.parents):
        own, own_change = own_velocity[..., joint, :], own_acceleration[..., joint, :]
        if parent < 0:
            velocity.append(own)
            angular_acceleration.append(own_change)
            acceleration.append(state.root_acceleration)
            continue
        velocity.append(velocity[parent] + own)
        # The axes about which a joint turns are themselves turned by its parent.
        turned_axes = cross(velocity[parent], own)
        angular_acceleration.append(angular_acceleration[parent] + own_change + turned_axes)

        arm = positions[..., joint, :] - positions[..., parent, :]
        swing = _swing(velocity[parent], angular_acceleration[parent], arm)
        acceleration.append(acceleration[parent] + swing)
    xp = array_namespace(positions)
    angular = (xp.stack(part, axis=-2) for part in (velocity, angular_acceleration))
    return (*angular, xp.stack(acceleration, axis=-2))


def _inertia_torques(
    humanoid: Humanoid, world: Array, velocity: Array, acceleration: Array
) -> Array:
    """(..., J, 3) by Euler's equation in each segment's own axes, where its inertia is constant."""
    inertias = constant(humanoid.inertias, world)
    own, own_change = _rotated_back(world, velocity), _rotated_back(world, acceleration)
    return rotated(world, rotated(inertias, own_change) + cross(own, rotated(inertias, own)))


def _rotated_back(rotations: Array, vectors: Array) -> Array:
    return rotated(array_namespace(rotations).matrix_transpose(rotations), vectors)


def _swing(velocity: Array, angular_acceleration: Array, arm: Array) -> Array:
    """Acceleration (..., 3) of the end of an arm against its beginning."""
    return cross(angular_acceleration, arm) + cross(velocity, cross(velocity, arm))
