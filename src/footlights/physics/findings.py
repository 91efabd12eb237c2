"""Findings: intervals in which a quantity is beyond what real dance tolerates, with seconds, part
of the body, and words.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..geometry.signals import close_gaps, drop_short_runs, runs
from .ground_reaction import LEVER
from .quantities import Quantity
from .score_calibration import Calibration

_GAP, _SHORT = 0.15, 0.05  # seconds: shorter gaps are bridged, shorter intervals dropped

_FLESH = {"self_penetration", "penetration", "slip"}  # quantities of segments, not of joints
# What people call the segment that hangs on a joint.
_CALLED = {
    "spine1": "belly", "spine2": "ribs", "spine3": "chest", "hip": "thigh", "knee": "shin", "ankle": "heel", "foot": "forefoot",
    "collar": "shoulder", "shoulder": "upper arm", "elbow": "forearm",
}  # fmt: skip

_WORDS = {
    "velocity": "{part} moves at {value:.1f} m/s",
    "jitter": "the body trembles by {value:.1f} mm",
    "self_penetration": "{part}: {value:.1f} cm deep",
    "range_excess": "{part} bends {value:.0f} degrees beyond human range",
    "slip": "{part} slides at {cm:.0f} cm/s under load",
    "penetration": "{part} is {value:.1f} cm below the floor",
    "float": "nothing touches the floor, and the body does not fall",
    "residual_moment": "the body would topple: its weight acts {lever:.0f} cm outside what it stands on",
    "torque": "{part} needs {value:.1f} times its strength",
    "excess_ground_reaction": "the floor would have to push with {more:.1f} body weights",
    "residual_force": "{percent:.0f} % of body weight comes from nowhere",
    "specific_power": "the body works at {value:.0f} W/kg",
    "slip_aware_residual": "{percent:.0f} % of body weight comes from nowhere, or from sliding feet",
}
_FAST = 1.0  # m/s: what moves faster does not slide, it swings by
_SWINGS = "nothing but the {part} could bear the body, and it moves at {cm:.0f} cm/s"


@dataclass(frozen=True)
class Finding:
    """Something wrong in an interval.

    Attributes:
        quantity: its name; start, end: seconds; worst: seconds of the worst moment.
        part: of the body in words, "" for the whole; joints: those whose segments or torques these
            are.
        value, unit: at the worst moment.
        severity: how far beyond the tolerance, in scales of the calibration, at the worst moment.
        text: in words.
    """

    quantity: str
    start: float
    end: float
    worst: float
    part: str
    joints: tuple[str, ...]
    value: float
    unit: str
    severity: float
    text: str

    def as_json(self) -> dict[str, Any]:
        """Its attributes."""
        return asdict(self)


def findings(
    quantities: dict[str, Quantity], calibration: Calibration, fps: float
) -> list[Finding]:
    """All findings of a clip, worst first by how far beyond the tolerance and for how long."""
    spans = (
        (name, quantity, span)
        for name, quantity in quantities.items()
        for span in _spans(name, quantity, calibration, fps)
    )
    found = [_finding(name, quantity, calibration, fps, *span) for name, quantity, span in spans]
    return sorted(found, key=_weight)


def _called(joint: str, flesh: bool) -> str:
    side, _, part = joint.rpartition("_")
    return f"{side} {_CALLED.get(part, part) if flesh else part}".strip()


def _weight(finding: Finding) -> tuple[float, float]:
    return -finding.severity * (finding.end - finding.start), finding.start


def _spans(
    name: str, quantity: Quantity, calibration: Calibration, fps: float
) -> list[tuple[int, int]]:
    beyond = (
        np.nan_to_num(quantity.frames) > calibration.tolerance[name] + 0.5 * calibration.scale[name]
    )
    return runs(drop_short_runs(close_gaps(beyond, _GAP * fps), _SHORT * fps))


def _finding(
    name: str, quantity: Quantity, calibration: Calibration, fps: float, start: int, end: int
) -> Finding:
    at = start + int(np.nanargmax(quantity.frames[start:end]))
    value = float(quantity.frames[at])
    joints = (
        tuple(str(quantity.parts[at]).split(" in "))
        if len(quantity.parts) and quantity.parts[at]
        else ()
    )
    part = " in ".join(_called(joint, name in _FLESH) for joint in joints)
    words = _SWINGS if name == "slip" and value > _FAST else _WORDS[name]
    text = words.format(
        part=part,
        value=value,
        cm=100 * value,
        percent=100 * value,
        lever=100 * LEVER * value,
        more=1 + value,
    )
    severity = (value - calibration.tolerance[name]) / calibration.scale[name]
    return Finding(
        name,
        start / fps,
        end / fps,
        at / fps,
        part,
        joints,
        value,
        quantity.unit,
        float(severity),
        text,
    )
