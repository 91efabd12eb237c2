"""Feet that stand: planted soles are held in place, and nothing goes through the floor."""

from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, quat_conj, quat_mul
from ..geometry.signals import close_gaps, drop_short_runs, smoothstep
from ..geometry.two_bone_ik import limit_reach, two_bone_rotations
from ..motion.body import Body, sole_heights
from ..motion.contacts import mark_contacts
from ..motion.floor import floor_height
from ..motion.limbs import LEGS
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, forward_kinematics

_BLOCK = 1024  # frames whose kinematics are worked out at once

REACH = 0.15  # metres a foot is moved at most
EASE = 0.15  # seconds over which a correction comes and goes outside contact

_SHORTEST_GAP, _SHORTEST_CONTACT = 0.07, 0.10  # seconds: what is shorter is noise

# Between the first and the second a marked contact loses its say: beyond it is none.
_SLOW, _FAST = 0.5, 1.5  # m/s
_LOW, _HIGH = 0.05, 0.10  # metres
_BEARING = 0.005  # metres above the lowest corner at which a corner bears 1 / e as much

# Weights of smoothness outside contact, and of staying near the given place inside it.
_SMOOTH, _HOME = 0.005, 0.05


def clean(motion: Motion) -> Motion:
    """The motion on one floor with its planted feet locked; `meta["clean"]` says what was changed.

    The clip is lifted or lowered by ONE height so that soles in contact stand at z = 0, then
    `lock_feet` holds them. Contacts are the motion's own, or marked when it has none. Only the root
    height and the six leg joints change.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    rise = 0.0
    marked = motion
    if motion.contacts is None:
        marked, rise = _with_contacts(motion)
    lift = -_standing_height(marked)
    locked = lock_feet(_lifted(marked, lift))

    report = {"height_cm": round(100 * (rise + lift), 3), **locked.meta["clean"]}
    return locked.replace(meta={**motion.meta, "clean": report})


def lock_feet(motion: Motion) -> Motion:
    """Planted soles held where they stand by bending the legs.

    Foot orientation, pelvis and upper body are kept. Each foot gets one smooth correction (T, 3):
    the least that cancels the slip of whatever part of the sole carries the contact (so a
    heel-to-toe roll passes on without a jump), that comes and goes over about `EASE` seconds, is at
    most `REACH` long, keeps every sole point on or above z = 0 and never snaps a knee straight.

    Raises:
        FootlightsError: the motion has no contacts, or is not on the house skeleton.
    """
    if motion.skeleton != SMPL24:
        raise FootlightsError(
            "the motion is on another skeleton", "motion", "retarget it to SMPL24 first"
        )
    if motion.contacts is None:
        raise FootlightsError("contacts are not marked", "motion", "mark them first, or use clean")

    rotations = motion.rotations.astype(np.float64)
    legs = [[motion.skeleton.index(name) for name in names] for names in LEGS]
    corners, joints, hinges = _leg_geometry(motion, rotations, legs)

    moved = []
    for foot, leg in enumerate(legs):
        parts = slice(2 * foot, 2 * foot + 2)
        shift = _correction(corners[:, parts], motion.contacts[:, parts], motion.fps)

        hip, knee, ankle = (joints[:, foot, i] for i in range(3))
        target = limit_reach(hip, knee, ankle, ankle + shift)
        bones = two_bone_rotations(hip, knee, ankle, target, hinges[:, foot])
        _bend_leg(rotations, leg, bones)
        moved.append(target - ankle)

    report = _report(np.stack(moved, axis=1), motion.contacts)
    return motion.replace(rotations=rotations, meta={**motion.meta, "clean": report})


def _with_contacts(motion: Motion) -> tuple[Motion, float]:
    """The motion with contacts marked, and by how many metres it was lifted first.

    It is lifted when its soles never touch z = 0.
    """
    contacts, rise = mark_contacts(motion), 0.0
    if not contacts.any():
        rise = -floor_height(motion)
        motion = _lifted(motion, rise)
        contacts = mark_contacts(motion)
    return motion.replace(contacts=contacts), rise


def _lifted(motion: Motion, rise: float) -> Motion:
    return motion.replace(root=motion.root + np.array([0, 0, rise], np.float32))


def _standing_height(motion: Motion) -> float:
    """Median height in metres of the lowest point of each sole region while in contact.

    0 when nothing ever is.
    """
    standing = sole_heights(motion)[np.asarray(motion.contacts) > 0.5]
    return float(np.median(standing)) if standing.size else 0.0


def _leg_geometry(
    motion: Motion, rotations: np.ndarray, legs: list[list[int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where legs are: sole corners (T, 4, K, 3), joints (T, 2, 3, 3) and hinge axes (T, 2, 3).

    In blocks of frames: the matrices of a song of minutes would take ten times its rotations.
    """
    parts = []
    for start in range(0, len(motion), _BLOCK):
        block = slice(start, start + _BLOCK)
        positions, world_rotations = forward_kinematics(
            motion.skeleton,
            motion.root[block].astype(np.float64),
            matrix_from_quat(rotations[block]),
        )
        hips = [leg[0] for leg in legs]
        corners = _sole_corners(positions, world_rotations)
        parts.append((corners, positions[:, legs], world_rotations[..., 0][:, hips]))
    corners, joints, hinges = (np.concatenate(part) for part in zip(*parts, strict=True))
    return corners, joints, hinges


def _sole_corners(positions: np.ndarray, world_rotations: np.ndarray) -> np.ndarray:
    """(T, 4, K, 3) corners of heels and toes, of joints (T, 24, 3) and (T, 24, 3, 3)."""
    body = Body.load()
    joints = list(body.sole_joints)
    return positions[:, joints, None] + np.einsum(
        "tjab,jkb->tjka", world_rotations[:, joints], body.sole_points.astype(np.float64)
    )


def _correction(corners: np.ndarray, contacts: np.ndarray, fps: float) -> np.ndarray:
    """Shift (T, 3) of one foot with sole corners (T, 2, K, 3) and contacts (T, 2), heel and toe."""
    low = corners[..., 2].min(-1)
    trust = _without_noise(contacts > 0.5, fps) * (1 - smoothstep(np.abs(low), _LOW, _HIGH))

    firm, slip = _slip(corners, trust, fps)
    still = np.zeros((len(corners), 1))
    planar = _smooth_shift(firm, slip, np.zeros(len(corners)), still, fps)

    lowest, standing = low.min(1), trust.max(1)
    no_steps = np.zeros(len(firm))
    lift = _smooth_shift(no_steps, no_steps[:, None], standing, -lowest[:, None], fps)

    shift = np.concatenate([planar, lift], axis=1)
    size = np.linalg.norm(shift, axis=1, keepdims=True)
    shift /= (1 + (size / REACH) ** 8) ** 0.125  # a soft limit: it bends no path abruptly
    shift[:, 2] = np.maximum(shift[:, 2], np.clip(-lowest, None, REACH))
    return shift


def _without_noise(contacts: np.ndarray, fps: float) -> np.ndarray:
    """Contacts (T, D) as 0 or 1, without short gaps and short contacts."""
    columns = [
        drop_short_runs(close_gaps(column, _SHORTEST_GAP * fps), _SHORTEST_CONTACT * fps)
        for column in contacts.T
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _slip(corners: np.ndarray, trust: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """How firmly each step is a contact (T-1,), and m/s (T-1, 2) by which the sole slips in it."""
    both = np.minimum(trust[1:], trust[:-1])
    velocity = np.diff(corners[..., :2], axis=0) * fps
    height = 0.5 * (corners[1:, ..., 2] + corners[:-1, ..., 2])

    share = both[..., None] * np.exp(-(height - height.min((1, 2), keepdims=True)) / _BEARING)
    whole = np.maximum(share.sum((1, 2)), 1e-9)[:, None]
    slip = np.sum(share[..., None] * velocity, axis=(1, 2)) / whole
    return both.max(1) * (1 - smoothstep(np.linalg.norm(slip, axis=1), _SLOW, _FAST)), slip


def _smooth_shift(
    firm: np.ndarray, slip: np.ndarray, hold: np.ndarray, place: np.ndarray, fps: float
) -> np.ndarray:
    """The shift d (T, D) that minimises, over time, four squares.

    firm |d' + slip|^2 + hold |(d - place) / EASE|^2 + home |d|^2 + smooth |d''|^2,

    where the last two say that a free foot returns to its own path and stays smooth.

    Args:
        firm, slip: (T - 1,) and (T - 1, D).
        hold, place: (T,) and (T, D) or (T, 1).
    """
    from scipy.linalg import solveh_banded

    frames = len(hold)
    free = 1 - np.maximum(hold, np.maximum(np.append(firm, 0), np.append(0, firm)))
    tau = EASE / 2
    near = hold / EASE**2

    bands = np.zeros((3, frames))  # upper form: second, first and main diagonal
    bands[2] = near + _HOME * (1 - free) + _SMOOTH * free / tau**2
    _add_square(bands, firm * fps**2, (-1.0, 1.0))
    _add_square(bands, _SMOOTH * tau**2 * fps**4 * free[1:-1], (1.0, -2.0, 1.0))

    right = near[:, None] * place + np.zeros((frames, slip.shape[1]))
    push = firm[:, None] * slip * fps
    right[:-1] += push
    right[1:] -= push
    return solveh_banded(bands, right)


def _add_square(bands: np.ndarray, weight: np.ndarray, stencil: tuple[float, ...]) -> None:
    """Add the normal matrix of weight[t] * (stencil . d[t:])^2 to symmetric bands (3, T)."""
    count = len(weight)
    for i, a in enumerate(stencil):
        for j, b in enumerate(stencil[i:], start=i):
            bands[2 - (j - i), j : j + count] += weight * a * b


def _bend_leg(rotations: np.ndarray, leg: list[int], bones: tuple[np.ndarray, np.ndarray]) -> None:
    """Turn thigh and shin in place by world rotations (T, 4) each; the foot keeps its own."""
    hip, knee, ankle = leg
    pelvis = rotations[:, 0]
    old_hip = quat_mul(pelvis, rotations[:, hip])
    old_knee = quat_mul(old_hip, rotations[:, knee])
    foot = quat_mul(old_knee, rotations[:, ankle])

    new_hip, new_knee = quat_mul(bones[0], old_hip), quat_mul(bones[1], old_knee)
    rotations[:, hip] = quat_mul(quat_conj(pelvis), new_hip)
    rotations[:, knee] = quat_mul(quat_conj(new_hip), new_knee)
    rotations[:, ankle] = quat_mul(quat_conj(new_knee), foot)


def _report(moved: np.ndarray, contacts: np.ndarray) -> dict[str, Any]:
    """What the lock did, ready for JSON, of corrections (T, 2, 3) and contacts (T, 4)."""
    size = 100 * np.linalg.norm(moved, axis=-1)
    return {
        "mean_correction_cm": round(float(size.mean()), 3),
        "max_correction_cm": round(float(size.max()), 3),
        "at_limit": round(float((size > 90 * REACH).mean()), 4),
        "in_contact": round(float((contacts > 0.5).any(1).mean()), 4),
    }
