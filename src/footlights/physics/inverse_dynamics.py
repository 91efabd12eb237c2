"""Inverse dynamics: what forces a motion needs, by Newton's and Euler's equations over a tree of
segments, a frame at a time.

No contacts, no joint limits, no armature: equal to MuJoCo's recursive Newton-Euler.
`differentiable.inverse_dynamics` holds the same with gradients.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from array_api_compat import array_namespace

from ..basics.jit import compiled
from ..motion.world import GRAVITY
from .differentiation import differentiate
from .humanoid import Humanoid
from .kinematics import add_cross, pose_joints, rotate, rotate_back

Array = Any


class State(NamedTuple):
    """How a humanoid of J joints stands and moves in T frames.

    Attributes:
        root: (T, 3) position of the root in the world, metres.
        rotations: (T, J, 4) local unit quaternions w x y z, the root's in the world.
        root_acceleration: (T, 3) in the world, m/s2.
        angular_velocity, angular_acceleration: (T, J, 3) of each joint against its parent, in its
            own segment's axes, rad/s and rad/s2.
    """

    root: Array
    rotations: Array
    root_acceleration: Array
    angular_velocity: Array
    angular_acceleration: Array


@dataclass(frozen=True, eq=False)
class Dynamics:
    """A moving humanoid and what its movement needs; world axes, metres, seconds, newtons.

    Attributes:
        positions, world_rotations: (T, J, 3) and (T, J, 3, 3) of the joints.
        angular_velocity: (T, J, 3) rad/s of each joint against its parent, in its own segment's
            axes.
        centre_of_mass, acceleration: (T, 3) of the whole body.
        required_forces, required_moments: (T, J, 3) force, and moment about the centre of mass,
            that each segment with all beyond it needs; gravity is among what they hold up.
    """

    positions: Array
    world_rotations: Array
    angular_velocity: Array
    centre_of_mass: Array
    acceleration: Array
    required_forces: Array
    required_moments: Array

    @property
    def required_wrench(self) -> Array:
        """(T, 6) force from outside that the whole body needs, and its moment about the centre of
        mass.
        """
        xp = array_namespace(self.required_forces)
        root = (self.required_forces[..., 0, :], self.required_moments[..., 0, :])
        return xp.concat(root, axis=-1)


def dynamics_of(
    humanoid: Humanoid, root: np.ndarray, rotations: np.ndarray, fps: float
) -> Dynamics:
    """What a clip needs, smoothed and differentiated as `differentiation` does.

    Args:
        root: (T, 3) metres; T at least `differentiation.LEAST_FRAMES`.
        rotations: (T, J, 4) local quaternions whose signs do not jump.
    """
    frames, joints = rotations.shape[:2]
    flat = np.concatenate([root, rotations.reshape(frames, -1)], axis=1).astype(np.float64)
    value, first, second = differentiate(flat, fps)

    quats = (array[:, 3:].reshape(frames, joints, 4) for array in (value, first, second))
    unit, angular_velocity, angular_acceleration = _angular_rates(*quats)
    state = State(value[:, :3], unit, second[:, :3], angular_velocity, angular_acceleration)
    return inverse_dynamics(humanoid, state)


def inverse_dynamics(humanoid: Humanoid, state: State) -> Dynamics:
    """What a state and its accelerations need; frames are independent of each other."""
    state = State(*(np.ascontiguousarray(array, np.float64) for array in state))
    parents = np.array(humanoid.skeleton.parents, np.int64)
    segments = _Segments(
        parents, humanoid.offsets, humanoid.masses, humanoid.centres, humanoid.inertias
    )
    positions, rotations, centre, acceleration, forces, moments = _solve_frames(state, segments)
    return Dynamics(
        positions=positions,
        world_rotations=rotations,
        angular_velocity=state.angular_velocity,
        centre_of_mass=centre,
        acceleration=acceleration,
        required_forces=forces,
        required_moments=moments,
    )


def joint_torques(dynamics: Dynamics, forces: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """(T, J, 3) N m of each joint in its own segment's axes, when the world acts on the segments;
    the root's is left over.

    Args:
        forces, moments: (T, J, 3) from outside on each segment with all beyond it, moments about
            the centre of mass.
    """
    return _joint_torques(
        dynamics.positions,
        dynamics.world_rotations,
        dynamics.centre_of_mass,
        dynamics.required_forces - forces,
        dynamics.required_moments - moments,
    )


def needed_support(dynamics: Dynamics) -> np.ndarray:
    """(T,) body weights of force that a motion needs from outside: 0 in free fall, 1 at rest."""
    upwards = np.array([0, 0, GRAVITY])
    return np.linalg.norm(dynamics.acceleration + upwards, axis=1) / GRAVITY


class _Segments(NamedTuple):
    """Of J joints: parents (J,), offsets (J, 3), and of what hangs on them masses (J,), centres
    (J, 3) and inertias (J, 3, 3) in its own axes.
    """

    parents: np.ndarray
    offsets: np.ndarray
    masses: np.ndarray
    centres: np.ndarray
    inertias: np.ndarray


class _Rates(NamedTuple):
    """How joints and segments move in one frame, all (J, 3) in world axes."""

    angular_velocity: np.ndarray
    angular_acceleration: np.ndarray
    acceleration: np.ndarray  # of the joints
    centres: np.ndarray  # of mass of the segments
    centre_acceleration: np.ndarray


@compiled
def _solve_frames(state, segments):  # type: ignore[no-untyped-def]
    frames, joints = state.rotations.shape[0], state.rotations.shape[1]
    positions, rotations = np.empty((frames, joints, 3)), np.empty((frames, joints, 3, 3))
    centre, acceleration = np.zeros((frames, 3)), np.zeros((frames, 3))
    forces, moments = np.empty((frames, joints, 3)), np.empty((frames, joints, 3))
    rates = _Rates(
        np.empty((joints, 3)),
        np.empty((joints, 3)),
        np.empty((joints, 3)),
        np.empty((joints, 3)),
        np.empty((joints, 3)),
    )

    for t in range(frames):
        pose_joints(
            state.root[t],
            state.rotations[t],
            segments.parents,
            segments.offsets,
            positions[t],
            rotations[t],
        )
        _propagate_rates(t, state, segments, rotations[t], rates)
        _move_segments(segments, positions[t], rotations[t], rates)
        _weigh(segments.masses, rates, centre[t], acceleration[t])
        _require(segments, rotations[t], rates, centre[t], forces[t], moments[t])
        _carry_inwards(segments.parents, forces[t], moments[t])
    return positions, rotations, centre, acceleration, forces, moments


@compiled
def _propagate_rates(t, state, segments, rotations, rates):  # type: ignore[no-untyped-def]
    """Angular velocity, angular acceleration and acceleration of the joints, root first."""
    arm, own = np.empty(3), np.empty(3)
    for joint in range(len(segments.parents)):
        parent = segments.parents[joint]
        velocity, acceleration = rates.angular_velocity[joint], rates.angular_acceleration[joint]
        rotate(rotations[joint], state.angular_acceleration[t, joint], acceleration)
        if parent < 0:
            rotate(rotations[joint], state.angular_velocity[t, joint], velocity)
            rates.acceleration[joint] = state.root_acceleration[t]
            continue

        rotate(rotations[joint], state.angular_velocity[t, joint], own)
        for i in range(3):
            velocity[i] = rates.angular_velocity[parent, i] + own[i]
            acceleration[i] += rates.angular_acceleration[parent, i]
        # The axes about which a joint turns are themselves turned by its parent.
        add_cross(rates.angular_velocity[parent], own, acceleration)

        rotate(rotations[parent], segments.offsets[joint], arm)
        rates.acceleration[joint] = rates.acceleration[parent]
        _add_swing(rates, parent, arm, rates.acceleration[joint])


@compiled
def _move_segments(segments, positions, rotations, rates):  # type: ignore[no-untyped-def]
    """Centres of mass of the segments and their accelerations."""
    arm = np.empty(3)
    for joint in range(len(segments.parents)):
        rotate(rotations[joint], segments.centres[joint], arm)
        for i in range(3):
            rates.centres[joint, i] = positions[joint, i] + arm[i]
            rates.centre_acceleration[joint, i] = rates.acceleration[joint, i]
        _add_swing(rates, joint, arm, rates.centre_acceleration[joint])


@compiled
def _weigh(masses, rates, centre, acceleration):  # type: ignore[no-untyped-def]
    """Add the segments up to the centre of mass of the whole (3,) and its acceleration (3,)."""
    whole = masses.sum()
    for joint in range(len(masses)):
        for i in range(3):
            centre[i] += masses[joint] / whole * rates.centres[joint, i]
            acceleration[i] += masses[joint] / whole * rates.centre_acceleration[joint, i]


@compiled
def _require(segments, rotations, rates, centre, forces, moments):  # type: ignore[no-untyped-def]
    """Force and moment about the whole's centre of mass that each segment alone needs (J, 3)."""
    arm, inertia_torque, momentum = np.empty(3), np.empty(3), np.empty(3)
    velocity, acceleration = np.empty(3), np.empty(3)
    for joint in range(len(segments.parents)):
        mass, inertia = segments.masses[joint], segments.inertias[joint]
        force, moment = forces[joint], moments[joint]
        for i in range(3):
            force[i] = mass * rates.centre_acceleration[joint, i]
            arm[i] = rates.centres[joint, i] - centre[i]
        force[2] += mass * GRAVITY

        # In the segment's own axes its inertia is constant: Euler's equation there.
        rotate_back(rotations[joint], rates.angular_velocity[joint], velocity)
        rotate_back(rotations[joint], rates.angular_acceleration[joint], acceleration)
        rotate(inertia, velocity, momentum)
        rotate(inertia, acceleration, inertia_torque)
        add_cross(velocity, momentum, inertia_torque)

        rotate(rotations[joint], inertia_torque, moment)
        add_cross(arm, force, moment)


@compiled
def _carry_inwards(parents, forces, moments):  # type: ignore[no-untyped-def]
    """Add to each segment what all beyond it need: about one point, moments simply add."""
    for joint in range(len(parents) - 1, 0, -1):
        for i in range(3):
            forces[parents[joint], i] += forces[joint, i]
            moments[parents[joint], i] += moments[joint, i]


@compiled
def _add_swing(rates, joint, arm, out):  # type: ignore[no-untyped-def]
    """Add the acceleration of the end of ``arm`` against its beginning, on a segment that turns."""
    velocity = rates.angular_velocity[joint]
    x = velocity[1] * arm[2] - velocity[2] * arm[1]
    y = velocity[2] * arm[0] - velocity[0] * arm[2]
    z = velocity[0] * arm[1] - velocity[1] * arm[0]
    add_cross(rates.angular_acceleration[joint], arm, out)
    out[0] += velocity[1] * z - velocity[2] * y
    out[1] += velocity[2] * x - velocity[0] * z
    out[2] += velocity[0] * y - velocity[1] * x


@compiled
def _joint_torques(positions, rotations, centre, forces, moments):  # type: ignore[no-untyped-def]
    frames, joints = positions.shape[0], positions.shape[1]
    torques = np.empty((frames, joints, 3))
    about_joint, arm = np.empty(3), np.empty(3)
    for t in range(frames):
        for joint in range(joints):
            for i in range(3):
                about_joint[i] = moments[t, joint, i]
                arm[i] = centre[t, i] - positions[t, joint, i]
            add_cross(arm, forces[t, joint], about_joint)
            rotate_back(rotations[t, joint], about_joint, torques[t, joint])
    return torques


@compiled
def _angular_rates(value, first, second):  # type: ignore[no-untyped-def]
    """`differentiation.angular_rates` of quaternions (T, J, 4), in a third of its time."""
    frames, joints = value.shape[0], value.shape[1]
    quats = np.empty((frames, joints, 4))
    velocity, acceleration = np.empty((frames, joints, 3)), np.empty((frames, joints, 3))
    for t in range(frames):
        for j in range(joints):
            q, dq, ddq = value[t, j], first[t, j], second[t, j]
            norm2 = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]
            stretch = 2 * (q[0] * dq[0] + q[1] * dq[1] + q[2] * dq[2] + q[3] * dq[3]) / norm2

            for i in range(4):
                quats[t, j, i] = q[i] / np.sqrt(norm2)
            for i in range(3):
                velocity[t, j, i] = 2 * _turning(q, dq, i) / norm2
                turning = 2 * _turning(q, ddq, i) / norm2
                acceleration[t, j, i] = turning - stretch * velocity[t, j, i]
    return quats, velocity, acceleration


@compiled
def _turning(q, change, axis):  # type: ignore[no-untyped-def]
    """Coordinate ``axis`` of the vector part of conjugate ``q`` times ``change``."""
    i, a, b = 1 + axis, 1 + (axis + 1) % 3, 1 + (axis + 2) % 3
    return q[0] * change[i] - q[i] * change[0] - q[a] * change[b] + q[b] * change[a]
