"""Quantities and scores of batches of clips, with gradients: the same numbers as `quantities` and
`judgement` give.
"""

import numpy as np
from array_api_compat import array_namespace, to_device

from ...basics.errors import FootlightsError
from ...geometry.rotations import cross, hemisphere
from ...motion.anatomy import GRAVITY
from ..differentiation import SLOWEST, differentiate, ends_of, spin
from ..ground_reaction import BAND, LEVER, parts_of
from ..humanoid import Humanoid
from ..judgement import SUB_SCORES
from ..quantities import PERCENT
from ..score_calibration import Calibration
from .ground_reaction import ease_of, gripping, reach_of, unexplained
from .inverse_dynamics import Array, Moved, carried, constant, moved, posed, torques, turned
from .statistics import (
    by_load,
    central,
    jitter,
    least,
    mean,
    most,
    percentile,
    root_mean_square,
    size,
)

LEFT_OUT = ("self_penetration", "range_excess")
_LEAST = 6  # frames, at 30 a second
_PULL = 0.1  # metres: a body that hovers so much too high loses 1 in `ascent`


def terms(humanoid: Humanoid, root: Array, quats: Array, fps: float) -> dict[str, Array]:
    """Quantities (B,) of B clips by their names in `quantities`, without `LEFT_OUT`.

    Args:
        root: (B, T, 3) metres, the floor at z = 0; T at least six thirtieths of a second. Worked
            out in double precision.
        quats: (B, T, J, 4) local quaternions.

    Raises:
        FootlightsError: too short, too slow, or not finite.
    """
    return _measured(humanoid, root, quats, fps)[0]


def log_score(
    humanoid: Humanoid,
    root: Array,
    quats: Array,
    fps: float,
    calibration: Calibration | None = None,
) -> Array:
    """(B,) mean logarithm of the sub-scores behind `terms`: 0 for a perfect clip, less for others.

    The body's is left out.
    """
    return _scored(terms(humanoid, root, quats, fps), calibration or Calibration.shipped())


def ascent(
    humanoid: Humanoid,
    root: Array,
    quats: Array,
    fps: float,
    calibration: Calibration | None = None,
) -> Array:
    """(B,) `log_score`, and a pull to the floor: less 1 for each 10 cm by which a body that does
    not fall is above it.

    What to climb when clips may hover: out of the floor's reach nothing else changes with height,
    so `log_score` is flat there.
    """
    found, above = _measured(humanoid, root, quats, fps)
    return _scored(found, calibration or Calibration.shipped()) - above / _PULL


def _measured(
    humanoid: Humanoid, root: Array, quats: Array, fps: float
) -> tuple[dict[str, Array], Array]:
    """The `terms`, and mean metres (B,) above the floor's reach, frames that fall freely not
    counted.
    """
    xp = array_namespace(root, quats)
    if root.shape[1] < max(_LEAST, round(_LEAST * fps / 30)) or not fps >= SLOWEST:
        what = f"{root.shape[1]} frames at {fps:g} a second"
        raise FootlightsError(
            what,
            "root",
            f"give at least {_LEAST} thirtieths of a second, at {SLOWEST:g} frames a second or more",
        )
    if not (bool(xp.all(xp.isfinite(root))) and bool(xp.all(xp.isfinite(quats)))):
        raise FootlightsError("numbers that are not finite", "root or quats", "give finite ones")
    root, quats = xp.astype(root, xp.float64), xp.astype(quats, xp.float64)
    quats = xp.stack([hemisphere(quats[clip]) for clip in range(quats.shape[0])], axis=0)
    clips, frames, joints = quats.shape[:3]
    flat = xp.concat([root, xp.reshape(quats, (clips, frames, -1))], axis=-1)
    values, rates, changes = differentiate(flat, fps)
    smooth, bends, bend_ups = spin(
        *(xp.reshape(a[..., 3:], (clips, frames, joints, 4)) for a in (values, rates, changes))
    )
    found = moved(humanoid, values[..., :3], smooth, changes[..., :3], bends, bend_ups)
    places, turns = posed(humanoid, root, quats / size(quats)[..., None])
    points = xp.stack(
        [
            places[..., j, :] + turned(turns[..., j, :, :], p)
            for j, p in _fastened(humanoid, places)
        ],
        axis=-2,
    )
    given = _grounded(humanoid, found, points, fps)
    ends = ends_of(frames, fps)
    inside = {name: values[:, ends : frames - ends] for name, values in given.items()}
    said = {
        "velocity": percentile(most(size(central(places, fps, held=True))), PERCENT["velocity"]),
        "jitter": jitter(places, fps),
        "penetration": mean(given["penetration"]),
        "slip": by_load(inside["moved"], inside["load"]),
        "residual_force": root_mean_square(inside["residual_force"]),
    }
    said |= {
        name: mean(inside[name])
        for name in ("float", "residual_moment", "specific_power", "slip_aware_residual")
    }
    said |= {
        name: percentile(inside[name], PERCENT[name])
        for name in ("torque", "excess_ground_reaction")
    }
    return said, mean(inside["above"])


def _scored(found: dict[str, Array], calibration: Calibration) -> Array:
    known = [parts for parts in SUB_SCORES.values() if set(parts) <= set(found)]
    return sum(calibration.log_soft(part, found[part]) for parts in known for part in parts) / len(
        known
    )


def _fastened(humanoid: Humanoid, like: Array) -> list[tuple[int, Array]]:
    points = constant(humanoid.points, like)
    return [(int(joint), points[k]) for k, joint in enumerate(humanoid.point_joints)]


def _grounded(humanoid: Humanoid, found: Moved, points: Array, fps: float) -> dict[str, Array]:
    """Quantities (B, T) frame by frame that hang on the floor."""
    xp = array_namespace(points)
    near = np.flatnonzero(
        np.asarray(to_device(xp.any(xp.any(reach_of(points[..., 2]) > 0, axis=0), axis=0), "cpu"))
    )
    near = near if near.size else np.array([0])
    joints, heights = humanoid.point_joints[near], points[..., 2]
    points = xp.stack([points[..., int(k), :] for k in near], axis=-2)
    speeds = size(central(points, fps)[..., :2])
    ease, touch = ease_of(points[..., 2], speeds), reach_of(points[..., 2])
    slowest, crowd = _by_part(parts_of(humanoid)[joints], speeds, touch)
    scale = constant(np.repeat([humanoid.weight, humanoid.weight * LEVER], 3), points)
    arms = points - found.centre[..., None, :]
    missing, push = unexplained(found.wrench / scale, arms, ease)
    held, _ = unexplained(found.wrench / scale, arms, gripping(ease, slowest, crowd))
    hang = constant(np.eye(len(humanoid.skeleton))[joints].T, points)
    beyond = constant(carried(humanoid.skeleton.parents), points) @ hang
    force = humanoid.weight * push
    moment = cross(arms, force)
    torque = torques(found, beyond @ force, beyond @ moment)
    share = torque / constant(humanoid.strengths, points)
    fall = size(found.pull + constant(np.array([0.0, 0.0, GRAVITY]), points)) / GRAVITY
    unfree = xp.clip(fall, None, 1.0)
    load = xp.sum(push[..., 2], axis=-1)
    return {
        "penetration": 100 * xp.clip(-least(heights), 0.0, None),
        "float": (1 - most(touch)) * unfree,
        "above": xp.clip(least(heights) - BAND, 0.0, None) * unfree,
        "residual_moment": size(missing[..., 3:]),
        "residual_force": size(missing[..., :3]),
        "slip_aware_residual": size(held[..., :3]),
        "excess_ground_reaction": xp.clip(load - 1, 0.0, None),
        "torque": most(size(share)),
        "specific_power": xp.sum(xp.sum(xp.abs(torque * found.bends)[..., 1:, :], axis=-1), axis=-1)
        / humanoid.mass,
        "moved": xp.sum(push[..., 2] * slowest, axis=-1),
        "load": load,
    }


def _by_part(parts: np.ndarray, speeds: Array, touch: Array) -> tuple[Array, Array]:
    """For each point the least speed of the near points of its part, and how many these are; both
    (B, T, P).
    """
    xp = array_namespace(speeds)
    far = xp.where(touch > 0, speeds, speeds * 0 + 1e3)
    slowest, crowd = [], []
    for part in parts:
        same = [int(k) for k in np.flatnonzero(parts == part)]
        slowest.append(least(xp.stack([far[..., k] for k in same], axis=-1)))
        crowd.append(
            sum(xp.where(touch[..., k] > 0, touch[..., k] * 0 + 1, touch[..., k] * 0) for k in same)
        )
    return xp.clip(xp.stack(slowest, axis=-1), None, 1e2), xp.stack(crowd, axis=-1)
