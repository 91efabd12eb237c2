"""What is measured of a motion before it is judged: each quantity with its unit, frame by frame,
and where on the body.
"""

from dataclasses import dataclass, field

import numpy as np

from ..metrics.jitter import jitter_of
from ..metrics.joint_ranges import range_excess_of
from ..metrics.metric_score import stride
from ..motion import anatomy
from ..motion.motion import Motion
from .differentiation import LEAST, SLOWEST, ends_of
from .ground_reaction import Ground, ground_reaction, points_of, speeds_of
from .humanoid import Humanoid
from .inverse_dynamics import Dynamics, dynamics_of, pose_of, torques
from .self_collision import judged_pairs, self_depths


@dataclass(frozen=True, eq=False)
class Quantity:
    """One quantity of one clip.

    Attributes:
        value: of the whole clip; NaN when it could not be measured.
        unit: "m/s", "mm", "cm", "deg", "W/kg", "body weights", or "" for a ratio.
        frames: (T,) values; NaN at frames that have none.
        parts: (T,) str, where on the body it is worst; empty where the whole body is meant.
        reason: why ``value`` is NaN.
    """

    value: float
    unit: str
    frames: np.ndarray
    parts: np.ndarray = field(default_factory=lambda: np.zeros(0, str))
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """All quantities by name, and the dynamics and ground forces behind them (None when too short
    or too slow).
    """

    quantities: dict[str, Quantity]
    points: np.ndarray
    dynamics: Dynamics | None
    ground: Ground | None


def measure(motion: Motion, humanoid: Humanoid) -> Measured:
    """The quantities of a clip on the skeleton of ``humanoid``, with the floor at z = 0.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    humanoid.check(motion)
    motion = motion.continuous()
    places, turns = pose_of(humanoid, motion)
    points = points_of(humanoid, places, turns)
    found = _kinematic(motion, humanoid, places, turns)
    found["penetration"] = _penetration(humanoid, points)
    why = _unmoving(motion)
    if why:
        found |= {name: _none(unit, len(motion), why) for name, unit in _DYNAMIC.items()}
        return Measured(found, points, None, None)
    dynamics = dynamics_of(humanoid, motion.root, motion.rotations, motion.fps)
    ground = ground_reaction(
        humanoid, points, speeds_of(points, motion.fps), dynamics.centre, dynamics.wrench
    )
    found |= _contact(humanoid, dynamics, ground) | _dynamic(humanoid, dynamics, ground)
    ends = ends_of(len(motion), motion.fps)
    return Measured(
        {name: _summed(name, quantity, ends, ground) for name, quantity in found.items()},
        points,
        dynamics,
        ground,
    )


_DYNAMIC = {
    "slip": "m/s", "float": "", "residual_moment": "", "torque": "", "excess_ground_reaction": "body weights", "residual_force": "body weights",
    "specific_power": "W/kg", "slip_aware_residual": "body weights",
}  # fmt: skip
PERCENT = {"velocity": 99.0, "torque": 95.0, "excess_ground_reaction": 95.0}


def _unmoving(motion: Motion) -> str:
    if len(motion) < LEAST:
        return f"{len(motion)} frames: forces need at least {LEAST}"
    if motion.fps < SLOWEST:
        return f"{motion.fps:g} frames a second do not show accelerations; forces need at least {SLOWEST:g}"
    return ""


def _none(unit: str, frames: int, reason: str) -> Quantity:
    return Quantity(float("nan"), unit, np.full(frames, np.nan), reason=reason)


def _summed(name: str, quantity: Quantity, ends: int, ground: Ground) -> Quantity:
    """The same with the clip's value: the mean, or for peaks a percentile, without the guessed
    ends of derivatives.
    """
    if name not in _DYNAMIC:
        return quantity
    frames = quantity.frames.copy()
    frames[:ends], frames[len(frames) - ends :] = np.nan, np.nan
    known = np.isfinite(frames)
    if name == "slip":
        load = np.where(known, ground.press, 0)
        value = float((load * np.nan_to_num(frames)).sum() / load.sum()) if load.sum() > 0 else 0.0
    elif (
        name == "residual_force"
    ):  # its root mean square: a short want of much force is worse than a long one of little
        value = float(np.sqrt((frames[known] ** 2).mean()))
    else:
        value = float(
            np.percentile(frames[known], PERCENT[name]) if name in PERCENT else frames[known].mean()
        )
    return Quantity(value, quantity.unit, frames, quantity.parts)


def _kinematic(
    motion: Motion, humanoid: Humanoid, places: np.ndarray, turns: np.ndarray
) -> dict[str, Quantity]:
    names, frames = np.array(motion.skeleton.names), len(motion)
    step = min(stride(motion.fps), (frames - 1) // 2)
    speed = np.full((frames, len(names)), np.nan)
    if step:
        speed[step:-step] = np.linalg.norm(places[2 * step :] - places[: -2 * step], axis=-1) * (
            motion.fps / (2 * step)
        )
        speed[:step], speed[-step:] = speed[step], speed[-step - 1]
        fastest = np.percentile(speed.max(axis=1), PERCENT["velocity"])
        velocity = Quantity(float(fastest), "m/s", speed.max(axis=1), names[speed.argmax(axis=1)])
    else:
        velocity = _none("m/s", frames, f"{frames} frames: speed needs at least 3")
    depth, pair = self_depths(humanoid, places, turns)
    pairs = np.array([f"{names[b]} in {names[a]}" for a, b in judged_pairs(humanoid)])
    excess = range_excess_of(motion.rotations)
    over = np.stack(list(excess.values()))
    return {
        "velocity": velocity,
        "jitter": _jitter(places, motion.fps),
        "self_penetration": Quantity(float(100 * depth.mean()), "cm", 100 * depth, pairs[pair]),
        "range_excess": Quantity(
            float(over.max(axis=0).mean()),
            "deg",
            over.max(axis=0),
            np.array(list(excess))[over.argmax(axis=0)],
        ),
    }


def _jitter(places: np.ndarray, fps: float) -> Quantity:
    frames = jitter_of(places, fps)
    if not len(frames):
        return _none(
            "mm",
            len(places),
            "shorter than a fifth of a second: trembling cannot be told from movement",
        )
    before = (len(places) - len(frames)) // 2
    padded = np.pad(frames, (before, len(places) - len(frames) - before), "edge")
    return Quantity(float(np.median(frames)), "mm", padded)


def _penetration(humanoid: Humanoid, points: np.ndarray) -> Quantity:
    lowest = points[..., 2].argmin(axis=1)
    depth = 100 * np.maximum(0, -points[np.arange(len(points)), lowest, 2])
    names = np.array(humanoid.skeleton.names)
    return Quantity(float(depth.mean()), "cm", depth, names[humanoid.point_joints[lowest]])


def _contact(humanoid: Humanoid, dynamics: Dynamics, ground: Ground) -> dict[str, Quantity]:
    names = np.array([*humanoid.skeleton.names, ""])
    fall = (
        np.linalg.norm(dynamics.pull + np.array([0, 0, anatomy.GRAVITY]), axis=1) / anatomy.GRAVITY
    )
    return {
        "slip": Quantity(0.0, "m/s", ground.slip, names[ground.slipping]),
        "float": Quantity(0.0, "", (1 - ground.touch) * np.minimum(fall, 1)),
        "residual_moment": Quantity(0.0, "", np.linalg.norm(ground.missing[:, 3:], axis=1)),
    }


def _dynamic(humanoid: Humanoid, dynamics: Dynamics, ground: Ground) -> dict[str, Quantity]:
    names = np.array(humanoid.skeleton.names)
    forces, moments = _carried(humanoid, ground.forces), _carried(humanoid, ground.moments)
    torque = torques(dynamics, forces, moments)
    share = np.sqrt(((torque / humanoid.strengths) ** 2).sum(axis=-1))
    power = np.abs((torque * dynamics.bends)[:, 1:]).sum(axis=(1, 2)) / humanoid.mass
    return {
        "torque": Quantity(0.0, "", share.max(axis=1), names[share.argmax(axis=1)]),
        "excess_ground_reaction": Quantity(0.0, "body weights", np.maximum(0, ground.press - 1)),
        "residual_force": Quantity(
            0.0, "body weights", np.linalg.norm(ground.missing[:, :3], axis=1)
        ),
        "specific_power": Quantity(0.0, "W/kg", power),
        "slip_aware_residual": Quantity(
            0.0, "body weights", np.linalg.norm(ground.held[:, :3], axis=1)
        ),
    }


def _carried(humanoid: Humanoid, loads: np.ndarray) -> np.ndarray:
    """Loads (T, J, 3) on each segment and all beyond it."""
    total = loads.copy()
    for joint in range(len(humanoid.skeleton) - 1, 0, -1):
        total[:, humanoid.skeleton.parents[joint]] += total[:, joint]
    return total
