"""A motion as numbers a network can learn: nothing absolute but the height above the floor.

One frame is 152 numbers: pelvis height (m), planar pelvis velocity in the heading frame (m/s), yaw
rate (rad/s), pelvis tilt (6-D, heading removed), 23 local rotations (6-D), four contacts. Heading
is the twist of the pelvis about the vertical.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    matrix_from_6d,
    matrix_from_quat,
    quat_about,
    quat_from_matrix,
    quat_mul,
    sixd_from_matrix,
)
from ..motion.heading import heading_of
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24

Array = Any

HEIGHT, VELOCITY, YAW_RATE, ROTATIONS, CONTACTS = (
    slice(0, 1),
    slice(1, 3),
    slice(3, 4),
    slice(4, 148),
    slice(148, 152),
)
WIDTH = 152


def encode(motion: Motion) -> np.ndarray:
    """Vectors (T, 152) float32 of a motion on the house skeleton; the last frame repeats the
    velocity before it.

    Raises:
        FootlightsError: the motion is on another skeleton, which the vectors could not tell.
    """
    if motion.skeleton != SMPL24:
        raise FootlightsError(
            "the motion is on another skeleton",
            "motion",
            "retarget it to SMPL24, or build the data again",
        )
    rotations, root = motion.rotations.astype(np.float64), motion.root.astype(np.float64)
    yaw = np.unwrap(heading_of(motion))
    tilt = quat_mul(quat_about("z", -yaw), rotations[:, 0])
    local = np.concatenate([tilt[:, None], rotations[:, 1:]], axis=1)
    vectors = np.zeros((len(motion), WIDTH))
    vectors[:, HEIGHT] = root[:, 2:]
    vectors[:, ROTATIONS] = sixd_from_matrix(matrix_from_quat(local)).reshape(len(motion), -1)
    if len(motion) > 1:
        vectors[:-1, VELOCITY] = rotate_planar(np.diff(root[:, :2], axis=0), -yaw[:-1]) * motion.fps
        vectors[:-1, YAW_RATE] = np.diff(yaw)[:, None] * motion.fps
        vectors[-1, 1:4] = vectors[-2, 1:4]
    if motion.contacts is not None:
        vectors[:, CONTACTS] = motion.contacts
    return vectors.astype(np.float32)


def decode(vectors: np.ndarray, fps: float) -> Motion:
    """The motion of vectors (T, 152): starts above the origin facing the rest pose's way,
    integrated in double precision.
    """
    vectors = np.asarray(vectors, np.float64)
    yaw = np.concatenate([[0.0], np.cumsum(vectors[:-1, 3])]) / fps
    steps = rotate_planar(vectors[:-1, VELOCITY], yaw[:-1]) / fps
    root = np.zeros((len(vectors), 3))
    root[1:, :2] = np.cumsum(steps, axis=0)
    root[:, 2] = vectors[:, 0]
    rotations = quat_from_matrix(local_rotations(vectors))
    rotations[:, 0] = quat_mul(quat_about("z", yaw), rotations[:, 0])
    return Motion(
        root, rotations, fps, SMPL24, contacts=np.clip(vectors[:, CONTACTS], 0, 1)
    ).continuous()


def local_rotations(vectors: Array) -> Array:
    """Local rotation matrices (..., 24, 3, 3) with the heading removed, of vectors (..., 152)."""
    xp = array_namespace(vectors)
    return matrix_from_6d(
        xp.reshape(vectors[..., ROTATIONS], (*vectors.shape[:-1], len(SMPL24), 6))
    )


def rotate_planar(planar: Array, yaw: Array) -> Array:
    """Planar vectors (..., 2) turned by yaw (...) radians."""
    xp = array_namespace(planar)
    c, s = xp.cos(yaw), xp.sin(yaw)
    return xp.stack(
        [c * planar[..., 0] - s * planar[..., 1], s * planar[..., 0] + c * planar[..., 1]], axis=-1
    )
