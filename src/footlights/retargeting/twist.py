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
from ..motion.skeleton import Skeleton

_TWIST_LIMIT = np.radians(150)  # between upper arm and hand: no arm turns further


def share_twist(turns: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """The twist between upper arm and hand shared equally by elbow and wrist, at most 75 degrees
    each.

    Rigs put a forearm's turning into the elbow, the wrist or both; in one joint alone it would
    wring the skin.
    """
    turns = turns.copy()
    for side in ("left", "right"):
        shoulder, elbow, wrist, hand = (
            skeleton.index(f"{side}_{n}") for n in ("shoulder", "elbow", "wrist", "hand")
        )
        axis = normalize(skeleton.offsets[wrist].astype(np.float64))
        bend, twist = swing_and_twist(transpose(turns[:, shoulder]) @ turns[:, elbow], axis)
        tilt, more = swing_and_twist(transpose(turns[:, elbow]) @ turns[:, wrist], axis)
        half = _folded(twist + more) / 2

        def about(angle: np.ndarray, axis: np.ndarray = axis) -> np.ndarray:
            return matrix_from_quat(quat_from_rotvec(angle[:, None] * axis))

        turns[:, elbow] = turns[:, shoulder] @ bend @ about(half)
        # The hand's tilt was measured before the forearm's new twist: it is turned back by the
        # difference.
        turns[:, wrist] = turns[:, shoulder] @ bend @ about(twist) @ tilt @ about(2 * half - twist)
        turns[:, hand] = turns[:, wrist]
    return turns


def swing_and_twist(local: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3, 3) and (T,) radians with ``local`` (T, 3, 3) = swing @ turn about ``axis`` (3,) by
    the angle.
    """
    q = quat_from_matrix(local)
    angle = 2 * np.arctan2(q[:, 1:] @ axis, q[:, 0])
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    return matrix_from_quat(quat_mul(q, quat_conj(quat_from_rotvec(angle[:, None] * axis)))), angle


def _folded(angle: np.ndarray) -> np.ndarray:
    """``angle`` (T,) as it is within the limit, then falling back to 0 at half a turn, so that it
    never jumps.
    """
    angle = (angle + np.pi) % (2 * np.pi) - np.pi
    return np.sign(angle) * np.minimum(
        np.abs(angle), (np.pi - np.abs(angle)) * _TWIST_LIMIT / (np.pi - _TWIST_LIMIT)
    )
