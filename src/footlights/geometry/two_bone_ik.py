"""Inverse kinematics of a limb of two bones: its hinge bends, then the whole limb swings."""

from collections.abc import Sequence

import numpy as np

from .rotations import (
    cross,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_from_rotvec,
    quat_mul,
    quat_rotate,
)

# Sines of the hinge angle: a limb that is straighter has no plane of its own, one that is bent
# farther has; between them the two are blended.
_STRAIGHT, _BENT = 0.05, 0.35
_LONGEST = 0.997  # share of its length to which a limb is stretched: about 9 degrees from straight


def bend_limb(
    world_rotations: np.ndarray,
    positions: np.ndarray,
    joints: tuple[int, int, int],
    hinge: Sequence[float],
    target: np.ndarray,
) -> None:
    """Bend a limb in place so that its end comes to ``target``, as far as `limit_reach`.

    Args:
        world_rotations: (T, J, 3, 3), of which those of the limb's two bones are changed.
        positions: (T, J, 3) metres; they stay as they are.
        joints: indices of hip, knee, ankle (or shoulder, elbow, wrist).
        hinge: (3,) axis in the upper bone's frame about which flexion is positive.
        target: (T, 3) metres, where the end of the limb shall be.
    """
    a, b, c = (positions[:, joint] for joint in joints)
    axis = world_rotations[:, joints[0]] @ np.asarray(hinge, np.float64)
    bones = two_bone_rotations(a, b, c, limit_reach(a, b, c, target), axis)

    for joint, rotation in zip(joints[:2], bones, strict=True):
        world_rotations[:, joint] = matrix_from_quat(rotation) @ world_rotations[:, joint]


def two_bone_rotations(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, target: np.ndarray, hinge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """World rotations (..., 4) of both bones of the limb a-b-c that bring ``c`` to ``target``.

    The limb bends in its own plane, then swings the least way; a target out of reach is met in
    direction only.

    Args:
        a, b, c: (..., 3) positions of hip, knee, ankle (or shoulder, elbow, wrist), metres.
        target: (..., 3) where ``c`` shall be.
        hinge: (..., 3) axis about which flexion is positive, used where the limb is straight and
            has no plane.

    Returns:
        Quaternions of the upper and of the lower bone, to be multiplied on the left of their world
        rotations; identity where ``target`` is ``c``.
    """
    upper, lower = b - a, c - b
    axis = _bend_axis(upper, lower, hinge)
    l1, l2 = (np.linalg.norm(bone, axis=-1) for bone in (upper, lower))

    # A difference of angles, not the angle itself: a knee that trembles about straight does not
    # flip when it bends.
    distance = np.linalg.norm(target - a, axis=-1)
    bend = _hinge_angle(l1, l2, distance) - _hinge_angle(l1, l2, np.linalg.norm(c - a, axis=-1))
    bending = quat_from_rotvec(axis * bend[..., None])

    swing = quat_between(upper + quat_rotate(bending, lower), target - a)
    return swing, quat_mul(swing, bending)


def limit_reach(a: np.ndarray, b: np.ndarray, c: np.ndarray, target: np.ndarray) -> np.ndarray:
    """``target`` (..., 3) drawn towards ``a`` so that the limb a-b-c does not snap straight.

    Lengthening uses up the room that is left, ever more slowly; shortening is free.
    """
    length = np.linalg.norm(b - a, axis=-1) + np.linalg.norm(c - b, axis=-1)
    present, wanted = np.linalg.norm(c - a, axis=-1), np.linalg.norm(target - a, axis=-1)

    room = np.maximum(_LONGEST * length - present, 1e-6)
    growth = np.maximum(wanted - present, 0.0)
    allowed = growth / (1 + (growth / room) ** 4) ** 0.25

    share = (np.minimum(wanted, present) + allowed) / np.maximum(wanted, 1e-9)
    return a + (target - a) * share[..., None]


def _bend_axis(upper: np.ndarray, lower: np.ndarray, hinge: np.ndarray) -> np.ndarray:
    """Unit axis (..., 3) across the upper bone: the limb's own where it is bent, else ``hinge``."""
    u = normalize(upper)
    own = cross(u, normalize(lower))
    sine = np.linalg.norm(own, axis=-1, keepdims=True)

    across = normalize(hinge - np.sum(hinge * u, axis=-1, keepdims=True) * u)
    same_way = np.sum(own * across, axis=-1, keepdims=True) >= 0
    own = np.where(same_way, own, -own) / np.maximum(sine, 1e-9)

    share = np.clip((sine - _STRAIGHT) / (_BENT - _STRAIGHT), 0, 1)
    return normalize(share * own + (1 - share) * across)


def _hinge_angle(l1: np.ndarray, l2: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Flexion (...) in radians, 0 when straight, of bones whose ends are ``distance`` apart.

    Law of cosines.
    """
    return np.arccos(np.clip((distance**2 - l1**2 - l2**2) / (2 * l1 * l2), -1.0, 1.0))
