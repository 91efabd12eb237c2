"""A physical judgement of a motion: eleven sub-scores on three axes, each in (0, 1], what they
measured, and where and why.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.budget import check_measured
from ..basics.errors import FootlightsError
from ..motion.floor import WHOLE_BODY, Floor, find_floor
from ..motion.motion import Motion
from .findings import Finding, find_faults
from .ground_reaction import GroundReaction
from .humanoid import Humanoid
from .input_checks import check_input
from .kinematics import contact_points, planar_speeds, world_pose
from .quantities import Measurement, Quantity, measure
from .score_calibration import LEAST_LOG_SCORE, Calibration

# Sub-score -> the quantities whose scores it multiplies.
SUB_SCORES: dict[str, tuple[str, ...]] = {
    "velocity": ("velocity",),
    "jitter": ("jitter",),
    "body": ("self_penetration", "range_excess"),
    "slip": ("slip",),
    "penetration": ("penetration",),
    "float": ("float",),
    "balance": ("residual_moment",),
    "torque": ("torque",),
    "ground_reaction": ("excess_ground_reaction", "residual_force"),
    "specific_power": ("specific_power",),
    "residual": ("slip_aware_residual",),
}
AXES: dict[str, tuple[str, ...]] = {
    "kinematic": ("velocity", "jitter", "body"),
    "contact": ("slip", "penetration", "float", "balance"),
    "dynamic": ("torque", "ground_reaction", "specific_power", "residual"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """What physics says of one clip.

    Attributes:
        physics_score: geometric mean of the sub-scores; NaN with ``reason`` when one of them is.
        arithmetic_mean: of the sub-scores, for comparison.
        axes: "kinematic", "contact", "dynamic": means of their sub-scores.
        sub_scores: by name, each in (0, 1] or NaN; ``frames`` (T,) the same frame by frame.
        quantities: what was measured, by name.
        activity: mean speed of the joints, m/s: a statue is physically perfect, and here is how one
            tells.
        findings: intervals in which something is wrong, worst first.
        notes: what may be wrong with the clip's frame rate, unit or floor instead of its dance.
        floor: height of the floor that was taken for the clip's, metres, and ``floor_spread`` how
            sure that is (0 when given).
        ground_reaction, centre_of_mass: forces of the floor and the path (T, 3) of the centre of
            mass, or None.
        calibration: its version and hash.
    """

    physics_score: float
    reason: str
    arithmetic_mean: float
    axes: dict[str, float]
    sub_scores: dict[str, float]
    frames: dict[str, np.ndarray]
    quantities: dict[str, Quantity]
    activity: float
    findings: list[Finding]
    notes: list[str]
    floor: float
    floor_spread: float
    ground_reaction: GroundReaction | None
    centre_of_mass: np.ndarray | None
    calibration: str

    def __repr__(self) -> str:
        """Its scores: "Judgement(physics score 0.93, kinematic 1.00, ..., 4 findings)"."""
        axes = "".join(f", {name} {value:.2f}" for name, value in self.axes.items())
        count = f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)}"
        return f"Judgement(physics score {self.physics_score:.2f}{axes}, {count})"

    @property
    def frame_scores(self) -> np.ndarray:
        """(T,) geometric mean of the sub-scores that each frame has: a foot in the air slips not,
        and the ends of a clip have no forces.
        """
        scores: np.ndarray = np.exp(np.nanmean(np.log(list(self.frames.values())), axis=0))
        return scores

    def as_json(self) -> dict[str, Any]:
        """Plain numbers and words; what is not known is null, with a reason."""
        quantities = {
            name: {"value": _known(quantity.value), "unit": quantity.unit}
            | ({"reason": quantity.reason} if quantity.reason else {})
            for name, quantity in self.quantities.items()
        }

        return {
            "physics_score": _known(self.physics_score),
            "reason": self.reason,
            "arithmetic_mean": _known(self.arithmetic_mean),
            "axes": {name: _known(value) for name, value in self.axes.items()},
            "sub_scores": {name: _known(value) for name, value in self.sub_scores.items()},
            "quantities": quantities,
            "activity": _known(self.activity),
            "findings": [finding.as_json() for finding in self.findings],
            "notes": self.notes,
            "floor": self.floor,
            "floor_spread": self.floor_spread,
            "calibration": self.calibration,
        }


def judge(
    motion: Motion,
    floor: float | str = 0.0,
    humanoid: Humanoid | None = None,
    calibration: Calibration | None = None,
) -> Judgement:
    """Judge a clip on the house skeleton (or that of ``humanoid``).

    Args:
        floor: its height in the clip, metres, or "auto" to find it where the lowest slow point of
            the body mostly is.
        calibration: tolerances; those that came with footlights, if None.

    Raises:
        FootlightsError: the motion is on another skeleton, too long to be judged at once, or the
            floor is no height.
    """
    if not isinstance(motion, Motion):
        kind = type(motion).__name__
        raise FootlightsError(f"a {kind} is no motion", "judge", "read a file with fl.read first")
    check_measured(len(motion), "judge")
    humanoid = humanoid or Humanoid.of()
    calibration = calibration or Calibration.shipped()
    humanoid.check_skeleton(motion)
    taken = _floor_of(motion, humanoid, floor)
    if taken.height:
        motion = motion.moved((0, 0, -taken.height))

    measurement = measure(motion, humanoid)

    scores, frames = sub_scores(measurement.quantities, calibration)
    values = np.array(list(scores.values()))
    axes = {name: float(np.mean([scores[part] for part in parts])) for name, parts in AXES.items()}
    reasons = dict.fromkeys(q.reason for q in measurement.quantities.values() if q.reason)

    return Judgement(
        physics_score=float(np.exp(np.log(values).mean())),
        reason="; ".join(reasons),
        arithmetic_mean=float(values.mean()),
        axes=axes,
        sub_scores=scores,
        frames=frames,
        quantities=measurement.quantities,
        activity=_activity(motion),
        findings=find_faults(measurement.quantities, calibration, motion.fps),
        notes=check_input(motion, measurement, taken, estimated=isinstance(floor, str)),
        floor=taken.height,
        floor_spread=taken.spread,
        ground_reaction=measurement.ground_reaction,
        centre_of_mass=_centre_path(measurement, taken),
        calibration=calibration.name,
    )


def physics_score(motion: Motion, floor: float | str = 0.0) -> float:
    """The geometric mean of the sub-scores of `judge`, in (0, 1]; NaN when one of them could not
    be measured.
    """
    return judge(motion, floor).physics_score


def sub_scores(
    quantities: dict[str, Quantity], calibration: Calibration
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Sub-scores by name, and frame by frame (T,), NaN where a frame has none."""
    values, frames = {}, {}
    for name, parts in SUB_SCORES.items():
        whole = sum(calibration.log_score(part, quantities[part].value) for part in parts)
        each = sum(calibration.log_score(part, quantities[part].frames) for part in parts)
        values[name] = float(np.exp(np.maximum(whole, LEAST_LOG_SCORE)))
        frames[name] = np.exp(np.maximum(each, LEAST_LOG_SCORE))
    return values, frames


def _floor_of(motion: Motion, humanoid: Humanoid, floor: float | str) -> Floor:
    if isinstance(floor, int | float) and np.isfinite(floor):
        return Floor(float(floor), 0.0)
    if floor != "auto":
        what = f"{floor!r} is no height"
        raise FootlightsError(what, "floor", "give metres, such as 0 or 0.35, or auto")
    # Any part of the body may lie on it.
    pose = world_pose(humanoid, motion.root, motion.rotations)
    points = contact_points(humanoid, *pose)
    return find_floor(points, planar_speeds(points, motion.fps), WHOLE_BODY)


def _centre_path(measurement: Measurement, floor: Floor) -> np.ndarray | None:
    """(T, 3) of the centre of mass in the world of the clip as it was given."""
    if measurement.dynamics is None:
        return None
    path: np.ndarray = measurement.dynamics.centre_of_mass + np.array([0, 0, floor.height])
    return path


def _activity(motion: Motion) -> float:
    if len(motion) < 2:
        return float("nan")
    return float(np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).mean() * motion.fps)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
