"""Two-bone inverse kinematics: bring a wrist or an ankle to a place by bending one hinge and
swinging the limb.
"""

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

_STRAIGHT, _BENT = (
    0.05,
    0.35,
)  # sine of the hinge angle below which the limb has no plane of its own, and above which it has

_LONGEST = 0.997  # share of its length to which a limb is stretched: about 9 degrees from straight


def two_bone(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, target: np.ndarray, hinge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """World turns (..., 4) of the upper and the lower bone of the limb a-b-c that bring ``c`` to
    ``target``.

    The limb bends in its own plane, then swings the least way; a target out of reach is met in
    direction only.

    Args:
        a, b, c: (..., 3) places of hip, knee, ankle (or shoulder, elbow, wrist), metres.
        target: (..., 3) where ``c`` shall be.
        hinge: (..., 3) axis about which flexion is positive, used where the limb is straight and
            has no plane.

    Returns:
        Two quaternions to be multiplied on the left of the bones' world rotations; identity where
        target is c.
    """
    upper, lower = b - a, c - b
    axis = _bend_axis(upper, lower, hinge)
    l1, l2 = (np.linalg.norm(v, axis=-1) for v in (upper, lower))
    wanted = np.linalg.norm(target - a, axis=-1)
    # A difference of angles, not the angle itself: a knee that trembles about straight does not
    # flip when it bends.
    bend = _hinge_angle(l1, l2, wanted) - _hinge_angle(l1, l2, np.linalg.norm(c - a, axis=-1))
    turn = quat_from_rotvec(axis * bend[..., None])
    swing = quat_between(upper + quat_rotate(turn, lower), target - a)
    return swing, quat_mul(swing, turn)


def within_reach(a: np.ndarray, b: np.ndarray, c: np.ndarray, target: np.ndarray) -> np.ndarray:
    """``target`` (..., 3) drawn towards ``a`` so that no limb snaps straight: lengthening uses up
    the room that is left.
    """
    length = np.linalg.norm(b - a, axis=-1) + np.linalg.norm(c - b, axis=-1)
    now, wanted = np.linalg.norm(c - a, axis=-1), np.linalg.norm(target - a, axis=-1)
    room = np.maximum(_LONGEST * length - now, 1e-6)
    growth = np.maximum(wanted - now, 0.0)
    allowed = growth / (1 + (growth / room) ** 4) ** 0.25
    return (
        a
        + (target - a) * ((np.minimum(wanted, now) + allowed) / np.maximum(wanted, 1e-9))[..., None]
    )


def reach(
    turns: np.ndarray,
    places: np.ndarray,
    joints: tuple[int, int, int],
    hinge: Sequence[float],
    target: np.ndarray,
) -> None:
    """Bend, in place, the limb of three ``joints`` so that its end comes to ``target`` (T, 3), as
    far as `within_reach`.

    Args:
        turns, places: world turns (T, J, 3, 3) and places (T, J, 3) of the joints; ``places`` stay
        as they are. hinge: (3,) axis in the upper bone's frame about which flexion is positive.
    """
    a, b, c = (places[:, joint] for joint in joints)
    both = two_bone(
        a, b, c, within_reach(a, b, c, target), turns[:, joints[0]] @ np.asarray(hinge, np.float64)
    )
    for joint, turn in zip(joints, both, strict=False):
        turns[:, joint] = matrix_from_quat(turn) @ turns[:, joint]


def _bend_axis(upper: np.ndarray, lower: np.ndarray, hinge: np.ndarray) -> np.ndarray:
    """Unit axis (..., 3) at right angles to the upper bone: the limb's own where it is bent,
    ``hinge`` where it is straight.
    """
    u = normalize(upper)
    own = cross(u, normalize(lower))
    sine = np.linalg.norm(own, axis=-1, keepdims=True)
    given = normalize(hinge - np.sum(hinge * u, axis=-1, keepdims=True) * u)
    own = np.where(np.sum(own * given, axis=-1, keepdims=True) < 0, -own, own) / np.maximum(
        sine, 1e-9
    )
    share = np.clip((sine - _STRAIGHT) / (_BENT - _STRAIGHT), 0, 1)
    return normalize(share * own + (1 - share) * given)


def _hinge_angle(l1: np.ndarray, l2: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Flexion (...) in radians, 0 when straight, of two bones whose ends are ``distance`` apart
    (law of cosines).
    """
    return np.arccos(np.clip((distance**2 - l1**2 - l2**2) / (2 * l1 * l2), -1.0, 1.0))
