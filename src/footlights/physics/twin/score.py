"""Quantities and scores of batches of clips, with gradients: the same numbers as `quantities` and `judgement` give."""

import numpy as np
from array_api_compat import array_namespace

from ...rotations import cross, hemisphere
from ..anatomy import GRAVITY
from ..calibration import ROUND, Calibration
from ..differentiation import ENDS, differentiate, spin
from ..ground import LEVER, parts_of
from ..humanoid import Humanoid
from ..quantities import PERCENT
from .floor import ease_of, gripping, reach_of, unexplained
from .movement import Array, Moved, carried, constant, moved, posed, torques, turned

LEFT_OUT = ("jitter", "self_depth", "range_excess")
_TINY = 1e-12


def terms(humanoid: Humanoid, root: Array, quats: Array, fps: float) -> dict[str, Array]:
    """Quantities (B,) of B clips by their names in `quantities`, without `LEFT_OUT`.

    Args:
        root: (B, T, 3) metres, the floor at z = 0, double precision; T at least 5.
        quats: (B, T, J, 4) local quaternions.
    """
    xp = array_namespace(root, quats)
    quats = xp.stack([hemisphere(clip) for clip in quats], axis=0)
    clips, frames, joints = quats.shape[:3]
    flat = xp.concat([root, xp.reshape(quats, (clips, frames, -1))], axis=-1)
    values, rates, changes = differentiate(flat, fps)
    smooth, bends, bend_ups = spin(*(xp.reshape(a[..., 3:], (clips, frames, joints, 4)) for a in (values, rates, changes)))
    found = moved(humanoid, values[..., :3], smooth, changes[..., :3], bends, bend_ups)
    places, turns = posed(humanoid, root, quats / _size(quats)[..., None])
    points = xp.stack([places[..., j, :] + turned(turns[..., j, :, :], p) for j, p in _fastened(humanoid, places)], axis=-2)
    given = _grounded(humanoid, found, points, fps)
    ends = min(max(ENDS, round(ENDS * fps / 30)), (frames - 1) // 2)
    inside = slice(ends, frames - ends)
    load = given.pop("load")[:, inside]
    said = {
        "velocity": _percentile(_most(_size(_central(places, fps, held=True))), PERCENT["velocity"]),
        "penetration": _mean(given["penetration"]),
        "slip": xp.sum((given["moved"])[:, inside], axis=-1) / (xp.sum(load, axis=-1) + _TINY),
        "missing_force": xp.sqrt(_mean(given["missing_force"][:, inside] ** 2) + _TINY),
    }
    for name in ("float", "balance", "effort", "unexplained"):
        said[name] = _mean(given[name][:, inside])
    for name in ("torque", "overload"):
        said[name] = _percentile(given[name][:, inside], PERCENT[name])
    return said


def log_score(humanoid: Humanoid, root: Array, quats: Array, fps: float, calibration: Calibration | None = None) -> Array:
    """(B,) mean logarithm of the soft scores of `terms`: 0 for a perfect clip, less for others. Climb it, or subtract it."""
    xp = array_namespace(root)
    calibration = calibration or Calibration.shipped()
    found = terms(humanoid, root, quats, fps)
    logs = []
    for name, value in found.items():
        a, b = calibration.tolerance[name], calibration.scale[name]
        hinge = (value - a + xp.sqrt((value - a) ** 2 + (ROUND * b) ** 2)) / (2 * b)
        logs.append((-a + float(np.sqrt(a * a + (ROUND * b) ** 2))) / (2 * b) - hinge)
    return xp.sum(xp.stack(logs, axis=0), axis=0) / len(logs)


def _fastened(humanoid: Humanoid, like: Array) -> list[tuple[int, Array]]:
    points = constant(humanoid.points, like)
    return [(int(joint), points[k]) for k, joint in enumerate(humanoid.point_joints)]


def _grounded(humanoid: Humanoid, found: Moved, points: Array, fps: float) -> dict[str, Array]:
    """Quantities (B, T) frame by frame that hang on the floor."""
    xp = array_namespace(points)
    near = np.flatnonzero(np.asarray(xp.any(xp.any(reach_of(points[..., 2]) > 0, axis=0), axis=0)))
    near = near if near.size else np.array([0])
    joints, heights = humanoid.point_joints[near], points[..., 2]
    points = xp.stack([points[..., int(k), :] for k in near], axis=-2)
    speeds = _size(_central(points, fps)[..., :2])
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
    fall = _size(found.pull + constant(np.array([0.0, 0.0, GRAVITY]), points)) / GRAVITY
    load = xp.sum(push[..., 2], axis=-1)
    return {
        "penetration": 100 * xp.clip(-_least(heights), 0.0, None),
        "float": (1 - _most(touch)) * xp.clip(fall, None, 1.0),
        "balance": _size(missing[..., 3:]),
        "missing_force": _size(missing[..., :3]),
        "unexplained": _size(held[..., :3]),
        "overload": xp.clip(load - 1, 0.0, None),
        "torque": _most(_size(share)),
        "effort": xp.sum(xp.sum(xp.abs(torque * found.bends)[..., 1:, :], axis=-1), axis=-1) / humanoid.mass,
        "moved": xp.sum(push[..., 2] * slowest, axis=-1),
        "load": load,
    }


def _by_part(parts: np.ndarray, speeds: Array, touch: Array) -> tuple[Array, Array]:
    """For each point the least speed of the near points of its part, and how many these are; both (B, T, P)."""
    xp = array_namespace(speeds)
    far = xp.where(touch > 0, speeds, speeds * 0 + 1e3)
    slowest, crowd = [], []
    for part in parts:
        same = [int(k) for k in np.flatnonzero(parts == part)]
        slowest.append(_least(xp.stack([far[..., k] for k in same], axis=-1)))
        crowd.append(sum(xp.where(touch[..., k] > 0, touch[..., k] * 0 + 1, touch[..., k] * 0) for k in same))
    return xp.clip(xp.stack(slowest, axis=-1), None, 1e2), xp.stack(crowd, axis=-1)


def _central(places: Array, fps: float, held: bool = False) -> Array:
    """Velocities of places (B, T, N, 3) over about a fifteenth of a second; at the ends one-sided, or held."""
    xp = array_namespace(places)
    frames, step = places.shape[1], max(1, round(fps / 30))
    at = np.arange(frames)
    if held:
        step = min(step, (frames - 1) // 2)
        at = np.clip(at, step, frames - 1 - step)
    before, after = np.maximum(0, at - step), np.minimum(frames - 1, at + step)
    rate = constant(fps / np.maximum(after - before, 1), places)[:, None, None]
    ends = [xp.stack([places[:, int(t)] for t in side], axis=1) for side in (after, before)]
    return (ends[0] - ends[1]) * rate


def _size(vectors: Array) -> Array:
    xp = array_namespace(vectors)
    return xp.sqrt(xp.sum(vectors * vectors, axis=-1) + _TINY**2)


def _mean(values: Array) -> Array:
    return array_namespace(values).mean(values, axis=-1)


def _most(values: Array) -> Array:
    return array_namespace(values).max(values, axis=-1)


def _least(values: Array) -> Array:
    return array_namespace(values).min(values, axis=-1)


def _percentile(values: Array, percent: float) -> Array:
    """(B,) of values (B, T), linear between the two nearest, as numpy's."""
    xp = array_namespace(values)
    at = percent / 100 * (values.shape[-1] - 1)
    low, ranked = int(at), xp.sort(values, axis=-1)
    high = min(low + 1, values.shape[-1] - 1)
    return ranked[..., low] + (at - low) * (ranked[..., high] - ranked[..., low])
