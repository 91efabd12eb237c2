"""A humanoid with three hinges a joint, as PhyMotion's: its angles, and the generalised forces
that a trajectory needs.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...basics.jit import compiled
from ...geometry.rotations import euler_from_matrix, matrix_from_quat
from ...motion.anatomy import without_side
from ...motion.motion import Motion
from ..humanoid import Humanoid
from ..inverse_dynamics import State, inverse_dynamics, joint_torques

ARMATURE = 0.01  # kg m2 on every hinge
# N m of each hinge of a joint, both ways (PhyMotion's TORQUE_LIMITS, by SMPL's names).
TORQUE_LIMITS = {
    "hip": 400.0,
    "knee": 300.0,
    "ankle": 200.0,
    "foot": 100.0,
    "spine1": 200.0,
    "spine2": 200.0,
    "spine3": 200.0,
    "neck": 100.0,
    "head": 100.0,
    "collar": 150.0,
    "shoulder": 150.0,
    "elbow": 100.0,
    "wrist": 50.0,
    "hand": 30.0,
}
FEET = ("left_ankle", "left_foot", "right_ankle", "right_foot")


@dataclass(frozen=True, eq=False)
class Hinged:
    """A humanoid whose joints turn about x, then y, then z.

    ``qpos`` (T, 7 + 3 (J - 1)) is the root, its quaternion w x y z, then the angles; ``qvel`` and
    ``qacc`` (T, 6 + 3 (J - 1)) have the root's angular rates, in its own axes, in place of its
    quaternion, as MuJoCo orders them.

    Attributes:
        humanoid: the segments; its joints are called as SMPL's.
    """

    humanoid: Humanoid

    @cached_property
    def order(self) -> np.ndarray:
        """(J,) our joints in the order of the angles, depth first; the root first."""
        return np.array(self.humanoid.depth_first, np.int64)

    @cached_property
    def torque_limits(self) -> np.ndarray:
        """(3 (J - 1),) N m of each hinge."""
        names = [self.humanoid.skeleton.names[joint] for joint in self.order[1:]]
        return np.repeat([TORQUE_LIMITS[without_side(name)] for name in names], 3)

    @cached_property
    def foot_joints(self) -> np.ndarray:
        """(4,) our joints whose positions stand for the feet."""
        return np.array([self.humanoid.skeleton.index(name) for name in FEET], np.int64)

    def qpos(self, motion: Motion) -> np.ndarray:
        """(T, 7 + 3 (J - 1)) of a motion on this skeleton: intrinsic angles x y z, not unwrapped,
        as published.

        Raises:
            FootlightsError: the motion is on another skeleton.
        """
        self.humanoid.check_skeleton(motion)
        rotations = motion.rotations.astype(np.float64)
        angles = euler_from_matrix("xyz", matrix_from_quat(rotations[:, self.order[1:]]))
        root = motion.root.astype(np.float64)
        return np.concatenate([root, rotations[:, 0], angles.reshape(len(motion), -1)], axis=1)

    def rotations(self, qpos: np.ndarray) -> np.ndarray:
        """(T, J, 4) local quaternions of ``qpos``, in the order of our joints."""
        at_rest = np.zeros((len(qpos), qpos.shape[1] - 1))
        return _joint_rates(np.asarray(qpos, np.float64), at_rest, at_rest, self.order)[0]

    def generalised_forces(
        self, qpos: np.ndarray, qvel: np.ndarray, qacc: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Generalised forces (T, 6 + 3 (J - 1)) without contacts, armature included; centres of
        mass (T, 3); joint positions (T, J, 3).

        The root's force is in the world, its moment in its own axes, as MuJoCo orders them.
        """
        rotations, velocity, acceleration, axes = _joint_rates(qpos, qvel, qacc, self.order)
        state = State(qpos[:, :3], rotations, qacc[:, :3], velocity, acceleration)
        dynamics = inverse_dynamics(self.humanoid, state)

        no_loads = np.zeros_like(dynamics.required_forces)
        torques = joint_torques(dynamics, no_loads, no_loads)
        forces = _onto_hinges(dynamics.required_wrench, torques, axes, qacc, self.order)
        return forces, dynamics.centre_of_mass, dynamics.positions


@compiled
def _joint_rates(qpos, qvel, qacc, order):  # type: ignore[no-untyped-def]
    """Quaternions (T, J, 4), angular velocities and accelerations (T, J, 3) in the segment's axes,
    and there the axes (T, J, 2, 3) of the x and y hinges; z's is the segment's own.
    """
    frames, joints = len(qpos), len(order)
    quats, axes = np.empty((frames, joints, 4)), np.empty((frames, joints, 2, 3))
    velocity, acceleration = np.empty((frames, joints, 3)), np.empty((frames, joints, 3))
    for t in range(frames):
        quats[t, 0], velocity[t, 0] = qpos[t, 3:7], qvel[t, 3:6]
        acceleration[t, 0] = qacc[t, 3:6]
        quats[t, 0] /= np.sqrt((quats[t, 0] ** 2).sum())

        for n in range(1, joints):
            joint, p, v = order[n], 4 + 3 * n, 3 + 3 * n
            cosine = _compose_hinges(qpos[t, p : p + 3], quats[t, joint], axes[t, joint])
            rates, changes = qvel[t, v : v + 3], qacc[t, v : v + 3]
            _angular_velocity(axes[t, joint], rates, velocity[t, joint])
            _angular_acceleration(axes[t, joint], cosine, rates, changes, acceleration[t, joint])
    return quats, velocity, acceleration, axes


@compiled
def _compose_hinges(angles, quat, axes):  # type: ignore[no-untyped-def]
    """Write the quaternion (4,) of angles (3,) about x, then y, then z, and in the turned segment
    the axes (2, 3) of the first two; the cosine of the angle about y.
    """
    a, b, c = 0.5 * angles[0], 0.5 * angles[1], 0.5 * angles[2]
    sa, ca, sb, cb, sc, cc = np.sin(a), np.cos(a), np.sin(b), np.cos(b), np.sin(c), np.cos(c)
    quat[0] = ca * cb * cc - sa * sb * sc
    quat[1] = sa * cb * cc + ca * sb * sc
    quat[2] = ca * sb * cc - sa * cb * sc
    quat[3] = ca * cb * sc + sa * sb * cc

    # Of the whole angles, by the half ones.
    sb, cb, sc, cc = 2 * sb * cb, cb * cb - sb * sb, 2 * sc * cc, cc * cc - sc * sc
    axes[0, 0], axes[0, 1], axes[0, 2] = cb * cc, -cb * sc, sb
    axes[1, 0], axes[1, 1], axes[1, 2] = sc, cc, 0.0
    return cb


@compiled
def _angular_velocity(axes, rates, velocity):  # type: ignore[no-untyped-def]
    """Write that (3,) of a segment whose hinges turn with ``rates`` (3,), rad/s."""
    x, y = axes[0], axes[1]
    velocity[0] = x[0] * rates[0] + y[0] * rates[1]
    velocity[1] = x[1] * rates[0] + y[1] * rates[1]
    velocity[2] = x[2] * rates[0] + rates[2]


@compiled
def _angular_acceleration(axes, cosine, rates, changes, out):  # type: ignore[no-untyped-def]
    """Write that (3,) of a segment whose hinges' ``rates`` (3,) change by ``changes`` (3,), rad/s2:
    the hinges' axes turn, too.
    """
    x, y = axes[0], axes[1]
    sb, cb, sc, cc = x[2], cosine, y[0], y[1]
    u, r, w = rates[0], rates[1], rates[2]
    du, dr, dw = changes[0], changes[1], changes[2]
    turning_x = -sb * cc * r - cb * sc * w
    turning_y = sb * sc * r - cb * cc * w
    out[0] = x[0] * du + y[0] * dr + turning_x * u + cc * w * r
    out[1] = x[1] * du + y[1] * dr + turning_y * u - sc * w * r
    out[2] = x[2] * du + dw + cb * r * u


@compiled
def _onto_hinges(wrench, torques, axes, qacc, order):  # type: ignore[no-untyped-def]
    """Generalised forces (T, 6 + 3 (J - 1)): torques (T, J, 3) along each hinge, and what turns its
    armature.
    """
    frames, joints = len(wrench), len(order)
    forces = np.empty((frames, 3 * joints + 3))
    for t in range(frames):
        forces[t, :3], forces[t, 3:6] = wrench[t, :3], torques[t, 0]
        for n in range(1, joints):
            joint, v = order[n], 3 + 3 * n
            for k in range(2):
                forces[t, v + k] = ARMATURE * qacc[t, v + k]
                for i in range(3):
                    forces[t, v + k] += axes[t, joint, k, i] * torques[t, joint, i]
            forces[t, v + 2] = torques[t, joint, 2] + ARMATURE * qacc[t, v + 2]
    return forces
