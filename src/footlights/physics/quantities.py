"""What is measured of a motion before it is judged: each quantity with its unit, frame by frame,
and where on the body.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from ..metrics.derivatives import stride
from ..metrics.jitter import jitter_of
from ..metrics.joint_ranges import range_excess_of
from ..motion.motion import Motion
from .differentiation import LEAST_FPS, LEAST_FRAMES, guessed_frames
from .ground_reaction import GroundReaction, ground_reaction
from .humanoid import Humanoid
from .inverse_dynamics import Dynamics, dynamics_of, joint_torques, needed_support
from .kinematics import contact_points, planar_speeds, world_pose
from .self_collision import judged_pairs, self_penetration

# Quantities whose value is a percentile over frames, so that a peak is not lost in a long clip.
PERCENTILES = {"velocity": 99.0, "torque": 95.0, "excess_ground_reaction": 95.0}
# Units of the quantities that need forces.
_DYNAMIC_UNITS = {
    "slip": "m/s",
    "float": "",
    "residual_moment": "",
    "torque": "",
    "excess_ground_reaction": "body weights",
    "residual_force": "body weights",
    "specific_power": "W/kg",
    "slip_aware_residual": "body weights",
}


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

    @staticmethod
    def missing(unit: str, frames: int, reason: str) -> "Quantity":
        """NaN in every frame, and why."""
        return Quantity(float("nan"), unit, np.full(frames, np.nan), reason=reason)


@dataclass(frozen=True, eq=False)
class Measurement:
    """All quantities by name, the world positions (T, P, 3) of the contact points, and the dynamics
    and ground reaction behind them (None of clips too short or too slow).
    """

    quantities: dict[str, Quantity]
    points: np.ndarray
    dynamics: Dynamics | None
    ground_reaction: GroundReaction | None


def measure(motion: Motion, humanoid: Humanoid) -> Measurement:
    """The quantities of a clip on the skeleton of ``humanoid``, with the floor at z = 0.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    humanoid.check_skeleton(motion)
    motion = motion.continuous()
    positions, rotations = world_pose(humanoid, motion.root, motion.rotations)
    points = contact_points(humanoid, positions, rotations)
    quantities = {
        "velocity": _velocity(motion, positions),
        "jitter": _jitter(positions, motion.fps),
        "self_penetration": _self_penetration(humanoid, positions, rotations),
        "range_excess": _range_excess(motion),
        "penetration": _penetration(humanoid, points),
    }

    if reason := _without_forces(motion):
        quantities |= {
            name: Quantity.missing(unit, len(motion), reason)
            for name, unit in _DYNAMIC_UNITS.items()
        }
        return Measurement(quantities, points, None, None)

    dynamics = dynamics_of(humanoid, motion.root, motion.rotations, motion.fps)
    ground = ground_reaction(
        humanoid,
        points,
        planar_speeds(points, motion.fps),
        dynamics.centre_of_mass,
        dynamics.required_wrench,
    )
    frames = _contact_frames(humanoid, dynamics, ground) | _force_frames(humanoid, dynamics, ground)
    guessed = guessed_frames(len(motion), motion.fps)
    for name, quantity in frames.items():
        quantities[name] = _with_value(name, quantity, guessed, ground.normal_force)
    return Measurement(quantities, points, dynamics, ground)


def _without_forces(motion: Motion) -> str:
    """Why forces cannot be told of a motion; empty when they can."""
    if len(motion) < LEAST_FRAMES:
        return f"{len(motion)} frames: forces need at least {LEAST_FRAMES}"
    if motion.fps < LEAST_FPS:
        slow = f"{motion.fps:g} frames a second do not show accelerations"
        return f"{slow}; forces need at least {LEAST_FPS:g}"
    return ""


def _velocity(motion: Motion, positions: np.ndarray) -> Quantity:
    frames, names = len(positions), np.array(motion.skeleton.names)
    step = min(stride(motion.fps), (frames - 1) // 2)
    if not step:
        return Quantity.missing("m/s", frames, f"{frames} frames: speed needs at least 3")

    speeds = np.full((frames, len(names)), np.nan)
    moved = np.linalg.norm(positions[2 * step :] - positions[: -2 * step], axis=-1)
    speeds[step:-step] = moved * (motion.fps / (2 * step))
    speeds[:step], speeds[-step:] = speeds[step], speeds[-step - 1]

    fastest = speeds.max(axis=1)
    value = float(np.percentile(fastest, PERCENTILES["velocity"]))
    return Quantity(value, "m/s", fastest, names[speeds.argmax(axis=1)])


def _jitter(positions: np.ndarray, fps: float) -> Quantity:
    noise = jitter_of(positions, fps)
    if not len(noise):
        reason = "shorter than a fifth of a second: trembling cannot be told from movement"
        return Quantity.missing("mm", len(positions), reason)

    # Fifth differences are shorter than the clip: the ends take their neighbours' value.
    missing = len(positions) - len(noise)
    padded = np.pad(noise, (missing // 2, missing - missing // 2), "edge")
    return Quantity(float(np.median(noise)), "mm", padded)


def _self_penetration(humanoid: Humanoid, positions: np.ndarray, rotations: np.ndarray) -> Quantity:
    names = humanoid.skeleton.names
    depth, pair = self_penetration(humanoid, positions, rotations)
    pairs = np.array([f"{names[b]} in {names[a]}" for a, b in judged_pairs(humanoid)])
    return Quantity(float(100 * depth.mean()), "cm", 100 * depth, pairs[pair])


def _range_excess(motion: Motion) -> Quantity:
    excess = range_excess_of(motion.rotations)
    beyond, names = np.stack(list(excess.values())), np.array(list(excess))
    worst = beyond.max(axis=0)
    return Quantity(float(worst.mean()), "deg", worst, names[beyond.argmax(axis=0)])


def _penetration(humanoid: Humanoid, points: np.ndarray) -> Quantity:
    lowest = points[..., 2].argmin(axis=1)
    depth = 100 * np.maximum(0, -points[np.arange(len(points)), lowest, 2])
    names = np.array(humanoid.skeleton.names)
    return Quantity(float(depth.mean()), "cm", depth, names[humanoid.contact_joints[lowest]])


def _contact_frames(
    humanoid: Humanoid, dynamics: Dynamics, ground: GroundReaction
) -> dict[str, Quantity]:
    """Quantities of contact frame by frame, still without a value of the clip."""
    names = np.array([*humanoid.skeleton.names, ""])  # joint -1, of frames without load, is ""
    # A body that falls freely may be in the air.
    unsupported = (1 - ground.contact) * np.minimum(needed_support(dynamics), 1)
    moment = np.linalg.norm(ground.residual_wrench[:, 3:], axis=1)
    return {
        "slip": _frames("slip", ground.slip_speed, names[ground.slipping_joint]),
        "float": _frames("float", unsupported),
        "residual_moment": _frames("residual_moment", moment),
    }


def _force_frames(
    humanoid: Humanoid, dynamics: Dynamics, ground: GroundReaction
) -> dict[str, Quantity]:
    """Quantities of forces frame by frame, still without a value of the clip."""
    names = np.array(humanoid.skeleton.names)
    forces, moments = _with_beyond(humanoid, ground.forces), _with_beyond(humanoid, ground.moments)
    torque = joint_torques(dynamics, forces, moments)
    strain = np.sqrt(((torque / humanoid.torque_limits) ** 2).sum(axis=-1))
    # The root has no joint to work in.
    power = np.abs((torque * dynamics.angular_velocity)[:, 1:]).sum(axis=(1, 2))

    residual = np.linalg.norm(ground.residual_wrench[:, :3], axis=1)
    slip_aware = np.linalg.norm(ground.slip_aware_residual[:, :3], axis=1)
    excess = np.maximum(0, ground.normal_force - 1)
    return {
        "torque": _frames("torque", strain.max(axis=1), names[strain.argmax(axis=1)]),
        "excess_ground_reaction": _frames("excess_ground_reaction", excess),
        "residual_force": _frames("residual_force", residual),
        "specific_power": _frames("specific_power", power / humanoid.mass),
        "slip_aware_residual": _frames("slip_aware_residual", slip_aware),
    }


def _frames(name: str, frames: np.ndarray, parts: np.ndarray | None = None) -> Quantity:
    parts = np.zeros(0, str) if parts is None else parts
    return Quantity(float("nan"), _DYNAMIC_UNITS[name], frames, parts)


def _with_beyond(humanoid: Humanoid, loads: np.ndarray) -> np.ndarray:
    """Loads (T, J, 3) on each segment and all beyond it."""
    total = loads.copy()
    for joint in range(len(humanoid.skeleton) - 1, 0, -1):
        total[:, humanoid.skeleton.parents[joint]] += total[:, joint]
    return total


def _with_value(name: str, quantity: Quantity, guessed: int, load: np.ndarray) -> Quantity:
    """The same with the clip's value, and without the guessed ends of derivatives.

    The value is the mean; for peaks a percentile, for slips the mean by load, for residual forces
    the root mean square: a short want of much force is worse than a long one of little.
    """
    frames = quantity.frames.copy()
    frames[:guessed], frames[len(frames) - guessed :] = np.nan, np.nan
    known = np.isfinite(frames)
    values = frames[known]

    if name == "slip":
        share = np.where(known, load, 0)
        weighted = (share * np.nan_to_num(frames)).sum()
        value = weighted / share.sum() if share.sum() > 0 else 0.0
    elif name == "residual_force":
        value = np.sqrt((values**2).mean())
    elif name in PERCENTILES:
        value = np.percentile(values, PERCENTILES[name])
    else:
        value = values.mean()
    return replace(quantity, value=float(value), frames=frames)
