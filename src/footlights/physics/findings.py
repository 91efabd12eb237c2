"""Findings: intervals in which a quantity is beyond what real dance tolerates, with seconds, part
of the body, and words.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..geometry.signals import close_gaps, drop_short_runs, runs
from .contact_forces import REFERENCE_ARM
from .quantities import Quantity
from .score_calibration import Calibration

_GAP_SECONDS = 0.15  # shorter gaps between intervals are bridged
_LEAST_SECONDS = 0.05  # shorter intervals are dropped
_BEYOND = 0.5  # scales beyond the tolerance from which a frame is one of an interval

_OF_SEGMENTS = {"self_penetration", "penetration", "slip"}  # quantities not of joints
# What people call the segment that hangs on a joint.
_SEGMENT_NAMES = {
    "spine1": "belly",
    "spine2": "ribs",
    "spine3": "chest",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "heel",
    "foot": "forefoot",
    "collar": "shoulder",
    "shoulder": "upper arm",
    "elbow": "forearm",
}

_WORDS = {
    "velocity": "{part} moves at {value:.1f} m/s",
    "jitter": "the body trembles by {value:.1f} mm",
    "self_penetration": "{part}: {value:.1f} cm deep",
    "range_excess": "{part} bends {value:.0f} degrees beyond human range",
    "slip": "{part} slides at {percent:.0f} cm/s under load",
    "penetration": "{part} is {value:.1f} cm below the floor",
    "float": "nothing touches the floor, and the body does not fall",
    "residual_moment": "the body would topple: its weight acts {outside:.0f} cm outside what it "
    "stands on",
    "torque": "{part} needs {value:.1f} times its strength",
    "excess_ground_reaction": "the floor would have to push with {weights:.1f} body weights",
    "residual_force": "{percent:.0f} % of body weight comes from nowhere",
    "specific_power": "the body works at {value:.0f} W/kg",
    "slip_aware_residual": "{percent:.0f} % of body weight comes from nowhere, or from sliding "
    "feet",
}
_SWING_SPEED = 1.0  # m/s: what moves faster does not slide, it swings by
_SWING_WORDS = "nothing but the {part} could bear the body, and it moves at {percent:.0f} cm/s"


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


def find_faults(
    quantities: dict[str, Quantity], calibration: Calibration, fps: float
) -> list[Finding]:
    """All findings of a clip, worst first by how far beyond the tolerance and for how long."""
    findings = [
        _finding(name, quantity, calibration, fps, interval)
        for name, quantity in quantities.items()
        for interval in _intervals(name, quantity, calibration, fps)
    ]
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[float, float]:
    return -finding.severity * (finding.end - finding.start), finding.start


def _intervals(
    name: str, quantity: Quantity, calibration: Calibration, fps: float
) -> list[tuple[int, int]]:
    """First and last + 1 frame of each."""
    threshold = calibration.tolerance[name] + _BEYOND * calibration.scale[name]
    beyond = np.nan_to_num(quantity.frames) > threshold
    bridged = close_gaps(beyond, _GAP_SECONDS * fps)
    return runs(drop_short_runs(bridged, _LEAST_SECONDS * fps))


def _finding(
    name: str,
    quantity: Quantity,
    calibration: Calibration,
    fps: float,
    interval: tuple[int, int],
) -> Finding:
    start, end = interval
    worst = start + int(np.nanargmax(quantity.frames[start:end]))
    value = float(quantity.frames[worst])

    where = str(quantity.parts[worst]) if len(quantity.parts) else ""
    joints = tuple(where.split(" in ")) if where else ()
    part = " in ".join(_spoken(joint, name in _OF_SEGMENTS) for joint in joints)
    return Finding(
        quantity=name,
        start=start / fps,
        end=end / fps,
        worst=worst / fps,
        part=part,
        joints=joints,
        value=value,
        unit=quantity.unit,
        severity=float((value - calibration.tolerance[name]) / calibration.scale[name]),
        text=_sentence(name, part, value),
    )


def _spoken(joint: str, segment: bool) -> str:
    side, _, name = joint.rpartition("_")
    return f"{side} {_SEGMENT_NAMES.get(name, name) if segment else name}".strip()


def _sentence(name: str, part: str, value: float) -> str:
    swings = name == "slip" and value > _SWING_SPEED
    return (_SWING_WORDS if swings else _WORDS[name]).format(
        part=part,
        value=value,
        percent=100 * value,  # of body weight, or m/s in cm/s
        outside=100 * REFERENCE_ARM * value,  # a moment over the weight is a distance
        weights=1 + value,
    )
