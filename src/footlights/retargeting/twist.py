"""How far forearms are turned about their own length, and how elbow and wrist share it."""

import numpy as np

from ..geometry.rotations import (
    matrix_from_quat,
    normalize,
    quat_conj,
    quat_from_matrix,
    quat_from_rotvec,
    quat_mul,
    transpose,
)
from ..motion.limbs import SIDES
from ..motion.skeleton import Skeleton

_TWIST_LIMIT = np.radians(150)  # between upper arm and hand: no arm turns further


def share_twist(world_rotations: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """World rotations (T, 24, 3, 3) whose elbows and wrists share a forearm's twist equally.

    Rigs put a forearm's turning into the elbow, the wrist or both; in one joint alone it would
    wring the skin. Each gets 75 degrees at most.
    """
    shared = world_rotations.copy()
    for side in SIDES:
        shoulder, elbow, wrist, hand = (
            skeleton.index(f"{side}_{part}") for part in ("shoulder", "elbow", "wrist", "hand")
        )
        axis = normalize(skeleton.offsets[wrist].astype(np.float64))
        upper_arm = shared[:, shoulder]
        bend, of_elbow = swing_and_twist(transpose(upper_arm) @ shared[:, elbow], axis)
        tilt, of_wrist = swing_and_twist(transpose(shared[:, elbow]) @ shared[:, wrist], axis)
        half = _folded(of_elbow + of_wrist) / 2

        # The hand's tilt was measured before the forearm's new twist: it is turned back by the
        # difference.
        back = rotation_about(axis, 2 * half - of_elbow)
        shared[:, elbow] = upper_arm @ bend @ rotation_about(axis, half)
        shared[:, wrist] = upper_arm @ bend @ rotation_about(axis, of_elbow) @ tilt @ back
        shared[:, hand] = shared[:, wrist]
    return shared


def swing_and_twist(local: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Swings (T, 3, 3) and twists (T,) in radians whose product rotations ``local`` (T, 3, 3) are.

    ``local = swing @ rotation_about(axis, twist)`` with a unit ``axis`` (3,).
    """
    q = quat_from_matrix(local)
    angle = 2 * np.arctan2(q[:, 1:] @ axis, q[:, 0])
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    untwisted = quat_mul(q, quat_conj(quat_from_rotvec(angle[:, None] * axis)))
    return matrix_from_quat(untwisted), angle


def rotation_about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotation matrices (T, 3, 3) about a unit axis (3,) by angles (T,) in radians."""
    return matrix_from_quat(quat_from_rotvec(angle[:, None] * axis))


def _folded(angle: np.ndarray) -> np.ndarray:
    """An angle (T,) as it is within the limit, then falling back to 0 at half a turn.

    So it never jumps.
    """
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    falling = (np.pi - np.abs(angle)) * _TWIST_LIMIT / (np.pi - _TWIST_LIMIT)
    return np.sign(angle) * np.minimum(np.abs(angle), falling)
