"""A physical judgement of a motion: eleven sub-scores on three axes, each in (0, 1], what they
measured, and where and why.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.floor import WHOLE_BODY, Floor, find_floor
from ..motion.motion import Motion
from .findings import Finding, findings
from .ground_reaction import Ground, points_of, speeds_of
from .humanoid import Humanoid
from .input_checks import suspicions
from .inverse_dynamics import pose_of
from .quantities import Measured, Quantity, measure
from .score_calibration import LEAST, Calibration

# Sub-score -> the quantities whose soft scores it multiplies.
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


@dataclass(frozen=True, eq=False)
class Judgement:
    """What physics says of one clip.

    Attributes:
        physics_score: geometric mean of the sub-scores; NaN with ``reason`` when one of them is.
        arithmetic_mean: their arithmetic mean, for comparison.
        axes: "kinematic", "contact", "dynamic": means of their sub-scores.
        sub_scores: by name, each in (0, 1] or NaN; ``frames`` (T,) the same frame by frame.
        quantities: what was measured, by name.
        activity: mean speed of the joints, m/s: a statue is physically perfect, and here is how one
            tells.
        findings: intervals in which something is wrong, worst first.
        notes: what may be wrong with the clip's frame rate, unit or floor instead of its dance.
        floor: height of the floor that was taken for the clip's, metres, and ``floor_spread`` how
            sure that is (0 when given).
        ground_reaction, centre_of_mass: forces of the floor and the path (T, 3) of the centre of mass, or None.
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
    ground_reaction: Ground | None
    centre_of_mass: np.ndarray | None
    calibration: str

    def as_json(self) -> dict[str, Any]:
        """Plain numbers and words; what is not known is null, with a reason."""
        return {
            "physics_score": _known(self.physics_score),
            "reason": self.reason,
            "arithmetic_mean": _known(self.arithmetic_mean),
            "axes": {name: _known(value) for name, value in self.axes.items()},
            "sub_scores": {name: _known(value) for name, value in self.sub_scores.items()},
            "quantities": {
                name: {"value": _known(q.value), "unit": q.unit}
                | ({"reason": q.reason} if q.reason else {})
                for name, q in self.quantities.items()
            },
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
        FootlightsError: the motion is on another skeleton, or the floor is no height.
    """
    humanoid = humanoid or Humanoid.of()
    calibration = calibration or Calibration.shipped()
    humanoid.check(motion)
    if floor != "auto" and not (isinstance(floor, int | float) and np.isfinite(floor)):
        raise FootlightsError(
            f"{floor!r} is no height", "floor", "give metres, such as 0 or 0.35, or auto"
        )
    ground = _floor_of(motion, humanoid) if isinstance(floor, str) else Floor(float(floor), 0.0)
    height, spread = ground.height, ground.spread
    if height:
        motion = motion.moved((0, 0, -height))
    measured = measure(motion, humanoid)
    values, frames = sub_scores(measured.quantities, calibration)
    reasons = dict.fromkeys(q.reason for q in measured.quantities.values() if q.reason)
    known = np.array(list(values.values()))
    return Judgement(
        physics_score=float(np.exp(np.log(known).mean())),
        reason="; ".join(reasons),
        arithmetic_mean=float(known.mean()),
        axes={
            axis: float(np.mean([values[name] for name in names])) for axis, names in AXES.items()
        },
        sub_scores=values,
        frames=frames,
        quantities=measured.quantities,
        activity=_activity(motion),
        findings=findings(measured.quantities, calibration, motion.fps),
        notes=suspicions(motion, measured, isinstance(floor, str), spread),
        floor=height,
        floor_spread=spread,
        ground_reaction=measured.ground,
        centre_of_mass=None
        if measured.dynamics is None
        else measured.dynamics.centre + np.array([0, 0, height]),
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
        values[name] = float(
            np.exp(
                np.maximum(sum(calibration.log_soft(p, quantities[p].value) for p in parts), LEAST)
            )
        )
        frames[name] = np.exp(
            np.maximum(sum(calibration.log_soft(p, quantities[p].frames) for p in parts), LEAST)
        )
    return values, frames


def _floor_of(motion: Motion, humanoid: Humanoid) -> Floor:
    """Any part of the body may lie on it."""
    points = points_of(humanoid, *pose_of(humanoid, motion))
    return find_floor(points, speeds_of(points, motion.fps), WHOLE_BODY)


def _activity(motion: Motion) -> float:
    if len(motion) < 2:
        return float("nan")
    return float(np.linalg.norm(np.diff(motion.positions, axis=0), axis=-1).mean() * motion.fps)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


__all__ = ["AXES", "SUB_SCORES", "Judgement", "Measured", "judge", "physics_score", "sub_scores"]
