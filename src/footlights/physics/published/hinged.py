"""A humanoid with three hinges a joint, as PhyMotion's: its angles, and the generalised forces
that a trajectory needs.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...basics.jit import compiled
from ...geometry.rotations import euler_from_matrix, matrix_from_quat
from ...motion.motion import Motion
from ..humanoid import Humanoid
from ..inverse_dynamics import inverse_dynamics, torques

ARMATURE = 0.01  # kg m2 on every hinge
# N m of each hinge of a joint, both ways (PhyMotion's TORQUE_LIMITS, by SMPL's names).
LIMITS = {
    "hip": 400.0, "knee": 300.0, "ankle": 200.0, "foot": 100.0, "spine1": 200.0, "spine2": 200.0, "spine3": 200.0,
    "neck": 100.0, "head": 100.0, "collar": 150.0, "shoulder": 150.0, "elbow": 100.0, "wrist": 50.0, "hand": 30.0,
}  # fmt: skip
FEET = ("left_ankle", "left_foot", "right_ankle", "right_foot")


@dataclass(frozen=True, eq=False)
class Hinged:
    """A humanoid whose joints turn about x, then y, then z; ``qpos`` (T, 7 + 3 (J - 1)): root, its
    quaternion w x y z, angles.

    Attributes:
        humanoid: the segments; its joints are called as SMPL's.
    """

    humanoid: Humanoid

    @cached_property
    def order(self) -> np.ndarray:
        """(J,) our joints in the order of the angles, depth first; the root first."""
        return np.array(self.humanoid.depth_first, np.int64)

    @cached_property
    def limits(self) -> np.ndarray:
        """(3 (J - 1),) N m of each hinge."""
        names = [self.humanoid.skeleton.names[joint] for joint in self.order[1:]]
        return np.repeat(
            [LIMITS[name.removeprefix("left_").removeprefix("right_")] for name in names], 3
        )

    @cached_property
    def feet(self) -> np.ndarray:
        """(4,) our joints whose places stand for the feet."""
        return np.array([self.humanoid.skeleton.index(name) for name in FEET], np.int64)

    def qpos(self, motion: Motion) -> np.ndarray:
        """(T, 7 + 3 (J - 1)) of a motion on this skeleton: intrinsic angles x y z, not unwrapped,
        as published.

        Raises:
            FootlightsError: the motion is on another skeleton.
        """
        self.humanoid.check(motion)
        turns = motion.rotations.astype(np.float64)
        angles = euler_from_matrix("xyz", matrix_from_quat(turns[:, self.order[1:]]))
        return np.concatenate(
            [motion.root.astype(np.float64), turns[:, 0], angles.reshape(len(motion), -1)], axis=1
        )

    def quats(self, qpos: np.ndarray) -> np.ndarray:
        """(T, J, 4) local quaternions of ``qpos``, in the order of our joints."""
        nothing = np.zeros((len(qpos), qpos.shape[1] - 1))
        return _bent(np.asarray(qpos, np.float64), nothing, nothing, self.order)[0]

    def forces(
        self, qpos: np.ndarray, qvel: np.ndarray, qacc: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Generalised forces (T, 6 + 3 (J - 1)) without contacts, armature included; centres of
        mass (T, 3); places (T, J, 3).

        The root's force is in the world, its moment in its own axes, as MuJoCo orders them.
        """
        quats, bends, bend_ups, axes = _bent(qpos, qvel, qacc, self.order)
        found = inverse_dynamics(self.humanoid, qpos[:, :3], quats, qacc[:, :3], bends, bend_ups)
        nothing = np.zeros_like(found.forces)
        needed = _projected(found.wrench, torques(found, nothing, nothing), axes, qacc, self.order)
        return needed, found.centre, found.places


@compiled
def _bent(qpos, qvel, qacc, order):  # type: ignore[no-untyped-def]
    """Quaternions (T, J, 4), joint rates and their changes (T, J, 3) in the segment's axes, and
    those of the x and y hinges.
    """
    frames, joints = len(qpos), len(order)
    quats, axes = np.empty((frames, joints, 4)), np.empty((frames, joints, 2, 3))
    bends, bend_ups = np.empty((frames, joints, 3)), np.empty((frames, joints, 3))
    for t in range(frames):
        quats[t, 0], bends[t, 0], bend_ups[t, 0] = qpos[t, 3:7], qvel[t, 3:6], qacc[t, 3:6]
        size = np.sqrt((quats[t, 0] ** 2).sum())
        quats[t, 0] /= size
        for n in range(1, joints):
            j, p, v = order[n], 4 + 3 * n, 3 + 3 * n
            a, b, c = 0.5 * qpos[t, p], 0.5 * qpos[t, p + 1], 0.5 * qpos[t, p + 2]
            sa, ca, sb, cb, sc, cc = (
                np.sin(a),
                np.cos(a),
                np.sin(b),
                np.cos(b),
                np.sin(c),
                np.cos(c),
            )
            quats[t, j, 0] = ca * cb * cc - sa * sb * sc
            quats[t, j, 1] = sa * cb * cc + ca * sb * sc
            quats[t, j, 2] = ca * sb * cc - sa * cb * sc
            quats[t, j, 3] = ca * cb * sc + sa * sb * cc
            sb, cb, sc, cc = 2 * sb * cb, cb * cb - sb * sb, 2 * sc * cc, cc * cc - sc * sc
            x, y = axes[t, j, 0], axes[t, j, 1]
            x[0], x[1], x[2] = cb * cc, -cb * sc, sb
            y[0], y[1], y[2] = sc, cc, 0.0
            u, r, w = qvel[t, v], qvel[t, v + 1], qvel[t, v + 2]
            du, dr, dw = qacc[t, v], qacc[t, v + 1], qacc[t, v + 2]
            bends[t, j, 0] = x[0] * u + y[0] * r
            bends[t, j, 1] = x[1] * u + y[1] * r
            bends[t, j, 2] = x[2] * u + w
            bend_ups[t, j, 0] = (
                x[0] * du + y[0] * dr + (-sb * cc * r - cb * sc * w) * u + cc * w * r
            )
            bend_ups[t, j, 1] = x[1] * du + y[1] * dr + (sb * sc * r - cb * cc * w) * u - sc * w * r
            bend_ups[t, j, 2] = x[2] * du + dw + cb * r * u
    return quats, bends, bend_ups, axes


@compiled
def _projected(wrench, torque, axes, qacc, order):  # type: ignore[no-untyped-def]
    frames, joints = len(wrench), len(order)
    needed = np.empty((frames, 3 * joints + 3))
    for t in range(frames):
        needed[t, :3], needed[t, 3:6] = wrench[t, :3], torque[t, 0]
        for n in range(1, joints):
            j, v = order[n], 3 + 3 * n
            for k in range(2):
                needed[t, v + k] = ARMATURE * qacc[t, v + k]
                for i in range(3):
                    needed[t, v + k] += axes[t, j, k, i] * torque[t, j, i]
            needed[t, v + 2] = torque[t, j, 2] + ARMATURE * qacc[t, v + 2]
    return needed
