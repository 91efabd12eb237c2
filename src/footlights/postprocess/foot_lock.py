"""Feet that stand: planted soles are held in place, nothing goes through the floor, and what was
changed is said.
"""

from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, quat_conj, quat_mul
from ..geometry.signals import close_gaps, drop_short_runs, smoothstep
from ..geometry.two_bone_ik import two_bone, within_reach
from ..motion.body import Body, sole_heights
from ..motion.contacts import mark_contacts
from ..motion.floor import floor_height
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, forward_kinematics

REACH = 0.15  # metres a foot is moved at most
EASE = 0.15  # seconds over which a correction comes and goes outside contact
_LEGS = (("left_hip", "left_knee", "left_ankle"), ("right_hip", "right_knee", "right_ankle"))
_GAP, _RUN = (
    0.07,
    0.10,
)  # seconds: shorter gaps in a contact are closed, shorter contacts are dropped
_FAST, _HIGH = (
    (0.5, 1.5),
    (0.05, 0.10),
)  # m/s and m between which a marked contact loses its say: it is none
_LOOSE, _HOME = (
    0.005,
    0.05,
)  # weights of smoothness outside contact and of staying near the given place inside it


def clean(motion: Motion) -> Motion:
    """The motion on one floor with its planted feet locked; `meta["clean"]` says what was changed.

    The clip is lifted or lowered by ONE height so that soles in contact stand at z = 0, then
    `lock_feet` holds them. Contacts are the motion's own, or marked when it has none. Only the root
    height and the six leg joints change.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    rise = 0.0
    if motion.contacts is None:
        motion, rise = _marked(motion)
    lift = -_standing_height(motion)
    locked = lock_feet(_lifted(motion, lift))
    report = {"height_cm": round(100 * (rise + lift), 3), **locked.meta["clean"]}
    return locked.replace(meta={**motion.meta, "clean": report})


def _marked(motion: Motion) -> tuple[Motion, float]:
    """The motion with contacts marked, lifted by so many metres first when its soles never touch z
    = 0.
    """
    contacts, rise = mark_contacts(motion), 0.0
    if not contacts.any():
        rise = -floor_height(motion)
        motion = _lifted(motion, rise)
        contacts = mark_contacts(motion)
    return motion.replace(contacts=contacts), rise


def _lifted(motion: Motion, rise: float) -> Motion:
    return motion.replace(root=motion.root + np.array([0, 0, rise], np.float32))


def lock_feet(motion: Motion) -> Motion:
    """Planted soles held where they stand by bending the legs; foot orientation, pelvis and upper
    body are kept.

    Each foot gets one smooth correction (T, 3): the least that cancels the slip of whatever part of
    the sole carries the contact (so a heel-to-toe roll passes on without a jump), that comes and
    goes over about `EASE` seconds, is at most `REACH` long, keeps every sole point on or above z =
    0 and never snaps a knee straight.

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
    place, turned = forward_kinematics(
        motion.skeleton, motion.root.astype(np.float64), matrix_from_quat(rotations)
    )
    soles = _soles(place, turned)
    moved = []
    for foot, names in enumerate(_LEGS):
        regions = slice(2 * foot, 2 * foot + 2)
        shift = _correction(soles[:, regions], motion.contacts[:, regions], motion.fps)
        leg = [motion.skeleton.index(name) for name in names]
        moved.append(_bend(rotations, place, turned, leg, shift))
    report = _report(np.stack(moved, axis=1), motion.contacts)
    return motion.replace(rotations=rotations, meta={**motion.meta, "clean": report})


def _soles(place: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Sole corner points (T, 4, K, 3) of joint places (T, 24, 3) and world rotations (T, 24, 3,
    3).
    """
    body = Body.load()
    joints = list(body.sole_joints)
    return place[:, joints, None] + np.einsum(
        "tjab,jkb->tjka", turned[:, joints], body.sole_points.astype(np.float64)
    )


def _standing_height(motion: Motion) -> float:
    """Median height in metres of the lowest point of each sole region while in contact; 0 when
    nothing ever is.
    """
    standing = sole_heights(motion)[np.asarray(motion.contacts) > 0.5]
    return float(np.median(standing)) if standing.size else 0.0


def _correction(points: np.ndarray, contacts: np.ndarray, fps: float) -> np.ndarray:
    """Shift (T, 3) of one foot with sole points (T, 2, K, 3) and contacts (T, 2) of its heel and
    toe.
    """
    low = points[..., 2].min(-1)
    trust = _firm(contacts > 0.5, fps) * (1 - smoothstep(np.abs(low), *_HIGH))
    carry, slip = _slip(points, trust, fps)
    planar = _least_squares(carry, slip, np.zeros(len(points)), np.zeros((len(points), 1)), fps)
    lowest, standing = low.min(1), trust.max(1)
    lift = _least_squares(
        np.zeros(len(carry)), np.zeros((len(carry), 1)), standing, -lowest[:, None], fps
    )
    shift = np.concatenate([planar, lift], axis=1)
    size = np.linalg.norm(shift, axis=1, keepdims=True)
    shift /= (1 + (size / REACH) ** 8) ** 0.125
    shift[:, 2] = np.maximum(shift[:, 2], np.clip(-lowest, None, REACH))
    return shift


def _slip(points: np.ndarray, trust: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """How firmly each step is a contact (T-1,), and the planar velocity (T-1, 2) of the sole where
    it carries the weight.
    """
    both = np.minimum(trust[1:], trust[:-1])
    velocity = np.diff(points[..., :2], axis=0) * fps
    height = 0.5 * (points[1:, ..., 2] + points[:-1, ..., 2])
    share = both[..., None] * np.exp(-(height - height.min((1, 2), keepdims=True)) / 0.005)
    slip = (
        np.sum(share[..., None] * velocity, axis=(1, 2))
        / np.maximum(share.sum((1, 2)), 1e-9)[:, None]
    )
    return both.max(1) * (1 - smoothstep(np.linalg.norm(slip, axis=1), *_FAST)), slip


def _least_squares(
    carry: np.ndarray, slip: np.ndarray, hold: np.ndarray, place: np.ndarray, fps: float
) -> np.ndarray:
    """The shift d (T, D) that minimises, over time, the four squares

    carry |d' + slip|^2 + hold |(d - place) / EASE|^2 + home |d|^2 + loose |d''|^2,

    where the last two say that a free foot returns to its own path and stays smooth.
    """
    from scipy.linalg import solveh_banded

    frames = len(hold)
    free = 1 - np.maximum(hold, np.maximum(np.append(carry, 0), np.append(0, carry)))
    tau = EASE / 2
    near = hold / EASE**2
    home = near + _HOME * (1 - free) + _LOOSE * free / tau**2
    bands = np.zeros((3, frames))  # upper form: second, first and main diagonal
    bands[2] = home
    right = near[:, None] * place
    _add_square(bands, carry * fps**2, (-1.0, 1.0))
    _add_square(bands, _LOOSE * tau**2 * fps**4 * free[1:-1], (1.0, -2.0, 1.0))
    push = carry[:, None] * slip * fps
    right = right + np.zeros((frames, slip.shape[1]))
    right[:-1] += push
    right[1:] -= push
    return solveh_banded(bands, right)


def _add_square(bands: np.ndarray, weight: np.ndarray, stencil: tuple[float, ...]) -> None:
    """Add the normal matrix of weight[t] * (stencil . d[t:])^2 to symmetric bands (3, T)."""
    count = len(weight)
    for i, a in enumerate(stencil):
        for j, b in enumerate(stencil[i:], start=i):
            bands[2 - (j - i), j : j + count] += weight * a * b


def _bend(
    rotations: np.ndarray, place: np.ndarray, turned: np.ndarray, leg: list[int], shift: np.ndarray
) -> np.ndarray:
    """Bend one leg in place so that its ankle moves by ``shift`` (T, 3), its foot keeping its
    world rotation; what it moved.
    """
    hip, knee, ankle = leg
    a, b, c = (place[:, j] for j in leg)
    target = within_reach(a, b, c, c + shift)
    upper, lower = two_bone(a, b, c, target, turned[:, hip, :, 0])
    pelvis = rotations[:, 0]
    hip_old = quat_mul(pelvis, rotations[:, hip])
    knee_old = quat_mul(hip_old, rotations[:, knee])
    ankle_old = quat_mul(knee_old, rotations[:, ankle])
    hip_new, knee_new = quat_mul(upper, hip_old), quat_mul(lower, knee_old)
    rotations[:, hip] = quat_mul(quat_conj(pelvis), hip_new)
    rotations[:, knee] = quat_mul(quat_conj(hip_new), knee_new)
    rotations[:, ankle] = quat_mul(quat_conj(knee_new), ankle_old)
    return target - c


def _firm(on: np.ndarray, fps: float) -> np.ndarray:
    """Contacts (T, D) as 0 or 1 with gaps below `_GAP` closed and runs below `_RUN` dropped."""
    columns = [drop_short_runs(close_gaps(column, _GAP * fps), _RUN * fps) for column in on.T]
    return np.stack(columns, axis=1).astype(np.float64)


def _report(moved: np.ndarray, contacts: np.ndarray) -> dict[str, Any]:
    """What the lock did, ready for JSON: lengths of the corrections (T, 2, 3) in cm and the share
    of frames on the ground.
    """
    size = 100 * np.linalg.norm(moved, axis=-1)
    return {
        "mean_correction_cm": round(float(size.mean()), 3),
        "max_correction_cm": round(float(size.max()), 3),
        "at_limit": round(float((size > 90 * REACH).mean()), 4),
        "in_contact": round(float((contacts > 0.5).any(1).mean()), 4),
    }
