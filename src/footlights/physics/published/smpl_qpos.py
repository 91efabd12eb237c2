"""``qpos`` of what a recogniser says of a person (SMPL-X's body, y up), as PhyMotion makes it."""

import numpy as np

from ...geometry.rotations import (
    euler_from_matrix,
    matrix_from_quat,
    quat_from_matrix,
    quat_from_rotvec,
)
from .hinged import Hinged

_Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def qpos_of_smpl(
    hinged: Hinged, body_pose: np.ndarray, global_orient: np.ndarray, transl: np.ndarray
) -> np.ndarray:
    """(T, 7 + 3 (J - 1)) with intrinsic angles x y z, not unwrapped; hands stay at rest.

    Args:
        body_pose: (T, 63) axis angles of joints 1 to 21; global_orient: (T, 3) of the pelvis.
        transl: (T, 3) metres, taken for the pelvis' position.
    """
    frames = len(body_pose)
    local = matrix_from_quat(quat_from_rotvec(body_pose.reshape(frames, -1, 3)))
    angles = np.zeros((frames, len(hinged.order), 3))
    angles[:, 1 : 1 + local.shape[1]] = euler_from_matrix("xyz", local)

    root = quat_from_matrix(_Z_UP @ matrix_from_quat(quat_from_rotvec(global_orient)))
    hinges = angles[:, hinged.order[1:]].reshape(frames, -1)
    return np.concatenate([transl @ _Z_UP.T, root, hinges], axis=1)
