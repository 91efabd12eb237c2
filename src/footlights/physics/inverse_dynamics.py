"""Inverse dynamics: what forces a motion needs. Newton's and Euler's equations over a tree of
segments, a frame at a time.

No contacts, no joint limits, no armature: equal to MuJoCo's recursive Newton-Euler. `twin` holds
the same with gradients.
"""

from dataclasses import dataclass

import numpy as np

from ..basics.jit import compiled
from ..motion.anatomy import GRAVITY
from ..motion.motion import Motion
from .differentiation import differentiate
from .humanoid import Humanoid


@dataclass(frozen=True, eq=False)
class Dynamics:
    """A moving humanoid and what its movement needs; world axes, metres, seconds, newtons; T
    frames, J joints.

    Attributes:
        places, turns: (T, J, 3) and (T, J, 3, 3) of the joints.
        bends: (T, J, 3) rad/s of each joint in its own segment's axes, against its parent.
        centre, pull: (T, 3) centre of mass of the whole and its acceleration.
        wrench: (T, 6) force from outside and its moment about the centre of mass, gravity not
            counted as outside.
        forces, moments: (T, J, 3) force, and moment about the centre of mass, that each segment
        with all beyond it needs.
    """

    places: np.ndarray
    turns: np.ndarray
    bends: np.ndarray
    centre: np.ndarray
    pull: np.ndarray
    wrench: np.ndarray
    forces: np.ndarray
    moments: np.ndarray


def dynamics_of(
    humanoid: Humanoid, root: np.ndarray, rotations: np.ndarray, fps: float
) -> Dynamics:
    """What a clip needs, smoothed and differentiated: root (T, 3) metres, local quaternions (T, J,
    4) of continuous sign.

    The filter and its cut-off are `differentiation`'s. Needs `differentiation.LEAST` frames.
    """
    frames, joints = rotations.shape[:2]
    flat = np.concatenate([root, rotations.reshape(frames, -1)], axis=1).astype(np.float64)
    values, rates, changes = differentiate(flat, fps)
    quats, bends, bend_ups = _spun(
        *(a[:, 3:].reshape(frames, joints, 4) for a in (values, rates, changes))
    )
    return inverse_dynamics(humanoid, values[:, :3], quats, changes[:, :3], bends, bend_ups)


def pose_of(humanoid: Humanoid, motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Places (T, J, 3) and turns (T, J, 3, 3) of the joints, float64."""
    return pose_of_turns(
        humanoid, motion.root.astype(np.float64), motion.rotations.astype(np.float64)
    )


def pose_of_turns(
    humanoid: Humanoid, root: np.ndarray, quats: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same of a root (T, 3) and local unit quaternions (T, J, 4), float64."""
    return _posed(root, quats, np.array(humanoid.skeleton.parents, np.int64), humanoid.offsets)


def inverse_dynamics(
    humanoid: Humanoid,
    root: np.ndarray,
    quats: np.ndarray,
    root_pull: np.ndarray,
    bends: np.ndarray,
    bend_ups: np.ndarray,
) -> Dynamics:
    """What a state and its accelerations need; rows are independent of each other.

    Args:
        root, root_pull: (T, 3) place and acceleration of the root, world.
        quats: (T, J, 4) local unit quaternions, the root's in the world.
        bends, bend_ups: (T, J, 3) angular velocity and acceleration of each joint in its own
        segment's axes.
    """
    arrays = (
        np.ascontiguousarray(a, np.float64) for a in (root, quats, root_pull, bends, bend_ups)
    )
    parents = np.array(humanoid.skeleton.parents, np.int64)
    places, turns, centre, pull, forces, moments = _inverse(
        *arrays, parents, humanoid.offsets, humanoid.masses, humanoid.centres, humanoid.inertias
    )
    wrench = np.concatenate([forces[:, 0], moments[:, 0]], axis=1)
    return Dynamics(
        places, turns, np.asarray(bends, np.float64), centre, pull, wrench, forces, moments
    )


def torques(dynamics: Dynamics, forces: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """(T, J, 3) N m of each joint in its own segment's axes, when the world acts on the segments;
    the root's is left over.

    Args:
        forces, moments: (T, J, 3) from outside on each segment with all beyond it, moments about
        the centre of mass.
    """
    return _torques(
        dynamics.places,
        dynamics.turns,
        dynamics.centre,
        dynamics.forces - forces,
        dynamics.moments - moments,
    )


@compiled
def _spun(values, rates, changes):  # type: ignore[no-untyped-def]
    """`differentiation.spin` of quaternions (T, J, 4), a third of its time."""
    frames, joints = values.shape[0], values.shape[1]
    quats, bends, bend_ups = (
        np.empty((frames, joints, 4)),
        np.empty((frames, joints, 3)),
        np.empty((frames, joints, 3)),
    )
    for t in range(frames):
        for j in range(joints):
            p, r, c = values[t, j], rates[t, j], changes[t, j]
            size = p[0] * p[0] + p[1] * p[1] + p[2] * p[2] + p[3] * p[3]
            stretch = 2 * (p[0] * r[0] + p[1] * r[1] + p[2] * r[2] + p[3] * r[3]) / size
            for i in range(4):
                quats[t, j, i] = p[i] / np.sqrt(size)
            for i in range(3):
                a, b = 1 + (i + 1) % 3, 1 + (i + 2) % 3
                bends[t, j, i] = (
                    2 * (p[0] * r[1 + i] - p[1 + i] * r[0] - p[a] * r[b] + p[b] * r[a]) / size
                )
                turned = 2 * (p[0] * c[1 + i] - p[1 + i] * c[0] - p[a] * c[b] + p[b] * c[a]) / size
                bend_ups[t, j, i] = turned - stretch * bends[t, j, i]
    return quats, bends, bend_ups


@compiled
def turn_of(quat, turn):  # type: ignore[no-untyped-def]
    """Write the rotation matrix (3, 3) of a unit quaternion (4,) into ``turn``."""
    w, x, y, z = quat[0], quat[1], quat[2], quat[3]
    turn[0, 0], turn[0, 1], turn[0, 2] = (
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
    )
    turn[1, 0], turn[1, 1], turn[1, 2] = (
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
    )
    turn[2, 0], turn[2, 1], turn[2, 2] = (
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
    )


@compiled
def rotate(turn, vector, out):  # type: ignore[no-untyped-def]
    """Write ``turn`` (3, 3) times ``vector`` (3,) into ``out``."""
    for i in range(3):
        out[i] = turn[i, 0] * vector[0] + turn[i, 1] * vector[1] + turn[i, 2] * vector[2]


@compiled
def rotate_back(turn, vector, out):  # type: ignore[no-untyped-def]
    """Write ``turn`` (3, 3) transposed times ``vector`` (3,) into ``out``."""
    for i in range(3):
        out[i] = turn[0, i] * vector[0] + turn[1, i] * vector[1] + turn[2, i] * vector[2]


@compiled
def _add_cross(a, b, out):  # type: ignore[no-untyped-def]
    out[0] += a[1] * b[2] - a[2] * b[1]
    out[1] += a[2] * b[0] - a[0] * b[2]
    out[2] += a[0] * b[1] - a[1] * b[0]


@compiled
def _add_swing(spin, spin_up, arm, out):  # type: ignore[no-untyped-def]
    """Add the acceleration of the end of ``arm`` against its beginning, on a segment that turns."""
    x, y, z = (
        spin[1] * arm[2] - spin[2] * arm[1],
        spin[2] * arm[0] - spin[0] * arm[2],
        spin[0] * arm[1] - spin[1] * arm[0],
    )
    _add_cross(spin_up, arm, out)
    out[0] += spin[1] * z - spin[2] * y
    out[1] += spin[2] * x - spin[0] * z
    out[2] += spin[0] * y - spin[1] * x


@compiled
def _posed(root, quats, parents, offsets):  # type: ignore[no-untyped-def]
    frames, joints = quats.shape[0], quats.shape[1]
    places, turns = np.empty((frames, joints, 3)), np.empty((frames, joints, 3, 3))
    arm, local = np.empty(3), np.empty((3, 3))
    for t in range(frames):
        for j in range(joints):
            p = parents[j]
            if p < 0:
                turn_of(quats[t, j], turns[t, j])
                places[t, j] = root[t]
                continue
            turn_of(quats[t, j], local)
            for c in range(3):
                rotate(turns[t, p], local[:, c], turns[t, j, :, c])
            rotate(turns[t, p], offsets[j], arm)
            places[t, j] = places[t, p] + arm
    return places, turns


@compiled
def _inverse(root, quats, root_pull, bends, bend_ups, parents, offsets, masses, centres, inertias):  # type: ignore[no-untyped-def]
    frames, joints = quats.shape[0], quats.shape[1]
    places, turns = np.empty((frames, joints, 3)), np.empty((frames, joints, 3, 3))
    centre, pull = np.zeros((frames, 3)), np.zeros((frames, 3))
    forces, moments = np.empty((frames, joints, 3)), np.empty((frames, joints, 3))
    spins, spin_ups, pulls = np.empty((joints, 3)), np.empty((joints, 3)), np.empty((joints, 3))
    mids, mid_pulls, own, arm, local = (
        np.empty((joints, 3)),
        np.empty((joints, 3)),
        np.empty(3),
        np.empty(3),
        np.empty((3, 3)),
    )
    spun, spun_up, momentum, gyre = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    whole = masses.sum()
    for t in range(frames):
        for j in range(joints):
            p = parents[j]
            turn = turns[t, j]
            if p < 0:
                turn_of(quats[t, j], turn)
                places[t, j], pulls[j] = root[t], root_pull[t]
                rotate(turn, bends[t, j], spins[j])
                rotate(turn, bend_ups[t, j], spin_ups[j])
            else:
                turn_of(quats[t, j], local)
                for c in range(3):
                    rotate(turns[t, p], local[:, c], turn[:, c])
                rotate(turns[t, p], offsets[j], arm)
                places[t, j] = places[t, p] + arm
                pulls[j] = pulls[p]
                _add_swing(spins[p], spin_ups[p], arm, pulls[j])
                rotate(turn, bends[t, j], own)
                spins[j] = spins[p] + own
                rotate(turn, bend_ups[t, j], spin_ups[j])
                spin_ups[j] += spin_ups[p]
                _add_cross(spins[p], own, spin_ups[j])
            rotate(turn, centres[j], arm)
            mids[j] = places[t, j] + arm
            mid_pulls[j] = pulls[j]
            _add_swing(spins[j], spin_ups[j], arm, mid_pulls[j])
            for i in range(3):
                centre[t, i] += masses[j] / whole * mids[j, i]
                pull[t, i] += masses[j] / whole * mid_pulls[j, i]
        for j in range(joints):
            force, moment = forces[t, j], moments[t, j]
            for i in range(3):
                force[i] = masses[j] * mid_pulls[j, i]
                arm[i] = mids[j, i] - centre[t, i]
            force[2] += masses[j] * GRAVITY
            rotate_back(turns[t, j], spins[j], spun)
            rotate_back(turns[t, j], spin_ups[j], spun_up)
            rotate(inertias[j], spun, momentum)
            rotate(inertias[j], spun_up, gyre)
            _add_cross(spun, momentum, gyre)
            rotate(turns[t, j], gyre, moment)
            _add_cross(arm, force, moment)
        for j in range(joints - 1, 0, -1):
            forces[t, parents[j]] += forces[t, j]
            moments[t, parents[j]] += moments[t, j]
    return places, turns, centre, pull, forces, moments


@compiled
def _torques(places, turns, centre, forces, moments):  # type: ignore[no-untyped-def]
    frames, joints = places.shape[0], places.shape[1]
    found = np.empty((frames, joints, 3))
    about, arm = np.empty(3), np.empty(3)
    for t in range(frames):
        for j in range(joints):
            for i in range(3):
                about[i] = moments[t, j, i]
                arm[i] = centre[t, i] - places[t, j, i]
            _add_cross(arm, forces[t, j], about)
            rotate_back(turns[t, j], about, found[t, j])
    return found
