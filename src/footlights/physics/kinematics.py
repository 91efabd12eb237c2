"""Where the joints and the contact points of a humanoid are: compiled, in double precision.

`motion.skeleton.forward_kinematics` gives the same for any kind of array; the dynamics call these
loops frame by frame.
"""

import numpy as np

from ..basics.jit import compiled
from .humanoid import Humanoid


def world_pose(
    humanoid: Humanoid, root: np.ndarray, rotations: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, J, 3) in metres and world rotations (T, J, 3, 3) of the joints, float64.

    Args:
        root: (T, 3) metres.
        rotations: (T, J, 4) local unit quaternions w x y z, the root's in the world.
    """
    parents = np.array(humanoid.skeleton.parents, np.int64)
    root, rotations = root.astype(np.float64), rotations.astype(np.float64)
    return _pose_frames(root, rotations, parents, humanoid.offsets)


def contact_points(
    humanoid: Humanoid, positions: np.ndarray, world_rotations: np.ndarray
) -> np.ndarray:
    """(T, P, 3) world positions of what may touch the floor, metres.

    Args:
        positions: (T, J, 3) of the joints, float64; world_rotations: (T, J, 3, 3) theirs.
    """
    joints = humanoid.contact_joints
    return attached_points(positions, world_rotations, humanoid.contact_points, joints)


def planar_speeds(points: np.ndarray, fps: float) -> np.ndarray:
    """(T, P) planar speed of points (T, P, 3) in m/s, by central differences over about a
    fifteenth of a second.
    """
    return _planar_speeds(points, max(1, round(fps / 30)), fps)


@compiled
def pose_joints(
    root: np.ndarray,
    quats: np.ndarray,
    parents: np.ndarray,
    offsets: np.ndarray,
    positions: np.ndarray,
    rotations: np.ndarray,
) -> None:
    """Write world positions (J, 3) and rotations (J, 3, 3) of one frame into the last two."""
    for joint in range(len(parents)):
        parent = parents[joint]
        rotation_matrix(quats[joint], rotations[joint])
        if parent < 0:
            positions[joint] = root
            continue
        _turn(rotations[parent], rotations[joint])
        rotate(rotations[parent], offsets[joint], positions[joint])
        for i in range(3):
            positions[joint, i] += positions[parent, i]


@compiled
def attached_points(
    positions: np.ndarray, rotations: np.ndarray, points: np.ndarray, joints: np.ndarray
) -> np.ndarray:
    """(T, P, 3) world positions of points (P, 3) in the frames of their ``joints`` (P,)."""
    world = np.empty((len(positions), len(points), 3))
    for t in range(len(positions)):
        for k in range(len(points)):
            rotate(rotations[t, joints[k]], points[k], world[t, k])
            for i in range(3):
                world[t, k, i] += positions[t, joints[k], i]
    return world


@compiled
def rotation_matrix(quat: np.ndarray, out: np.ndarray) -> None:
    """Write the rotation matrix (3, 3) of a unit quaternion (4,) into ``out``."""
    w, x, y, z = quat[0], quat[1], quat[2], quat[3]
    out[0, 0] = 1 - 2 * (y * y + z * z)
    out[0, 1] = 2 * (x * y - w * z)
    out[0, 2] = 2 * (x * z + w * y)
    out[1, 0] = 2 * (x * y + w * z)
    out[1, 1] = 1 - 2 * (x * x + z * z)
    out[1, 2] = 2 * (y * z - w * x)
    out[2, 0] = 2 * (x * z - w * y)
    out[2, 1] = 2 * (y * z + w * x)
    out[2, 2] = 1 - 2 * (x * x + y * y)


@compiled
def rotate(rotation: np.ndarray, vector: np.ndarray, out: np.ndarray) -> None:
    """Write ``rotation`` (3, 3) times ``vector`` (3,) into ``out``, another array."""
    for i in range(3):
        out[i] = (
            rotation[i, 0] * vector[0] + rotation[i, 1] * vector[1] + rotation[i, 2] * vector[2]
        )


@compiled
def rotate_back(rotation: np.ndarray, vector: np.ndarray, out: np.ndarray) -> None:
    """Write ``rotation`` (3, 3) transposed times ``vector`` (3,) into ``out``, another array."""
    for i in range(3):
        out[i] = (
            rotation[0, i] * vector[0] + rotation[1, i] * vector[1] + rotation[2, i] * vector[2]
        )


@compiled
def add_cross(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Add the cross product of ``a`` and ``b`` (3,) to ``out``."""
    out[0] += a[1] * b[2] - a[2] * b[1]
    out[1] += a[2] * b[0] - a[0] * b[2]
    out[2] += a[0] * b[1] - a[1] * b[0]


@compiled
def _turn(by, rotation):  # type: ignore[no-untyped-def]
    """Turn ``rotation`` (3, 3), in place, by the rotation ``by``."""
    for c in range(3):
        x, y, z = rotation[0, c], rotation[1, c], rotation[2, c]
        for i in range(3):
            rotation[i, c] = by[i, 0] * x + by[i, 1] * y + by[i, 2] * z


@compiled
def _pose_frames(root, quats, parents, offsets):  # type: ignore[no-untyped-def]
    frames, joints = quats.shape[0], quats.shape[1]
    positions, rotations = np.empty((frames, joints, 3)), np.empty((frames, joints, 3, 3))
    for t in range(frames):
        pose_joints(root[t], quats[t], parents, offsets, positions[t], rotations[t])
    return positions, rotations


@compiled
def _planar_speeds(points, reach, fps):  # type: ignore[no-untyped-def]
    frames = len(points)
    speeds = np.zeros(points.shape[:2])
    for t in range(frames):
        before, after = max(0, t - reach), min(frames - 1, t + reach)
        if after == before:
            continue
        rate = fps / (after - before)
        for k in range(points.shape[1]):
            x = points[after, k, 0] - points[before, k, 0]
            y = points[after, k, 1] - points[before, k, 1]
            speeds[t, k] = rate * np.sqrt(x * x + y * y)
    return speeds
