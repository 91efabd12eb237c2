"""How PhyMotion turns what a recogniser says of a person (SMPL-X's body, y up) into ``qpos``."""

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
    """(T, 7 + 3 (J - 1)): ``transl`` (T, 3) taken for the pelvis, axis angles (T, 63) of joints 1
    to 21, (T, 3) of the pelvis.

    Angles are intrinsic x y z, not unwrapped; hands stay at rest.
    """
    turns = matrix_from_quat(quat_from_rotvec(body_pose.reshape(len(body_pose), -1, 3)))
    angles = np.zeros((len(body_pose), len(hinged.order), 3))
    angles[:, 1 : 1 + turns.shape[1]] = euler_from_matrix("xyz", turns)
    root = quat_from_matrix(_Z_UP @ matrix_from_quat(quat_from_rotvec(global_orient)))
    return np.concatenate(
        [transl @ _Z_UP.T, root, angles[:, hinged.order[1:]].reshape(len(body_pose), -1)], axis=1
    )
