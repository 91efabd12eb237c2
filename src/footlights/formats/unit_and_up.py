"""A file's unit and up axis, found out by the legs of the body in it."""

import re
from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from .raw_motion import RawMotion

LEG, STATURE = 0.85, 1.7  # metres, of an ordinary adult: hip to knee to ankle, sole to crown

# Metres of a unit, and how much nearer to the true length it must come than the usual ones, as a
# logarithm.
UNITS = {
    "metres": (1.0, 0.0),
    "centimetres": (0.01, 0.0),
    "millimetres": (0.001, 0.2),
    "inches / 0.45": (0.0254 / 0.45, 0.2),  # of CMU's ASF/AMC files
    "inches": (0.0254, 0.4),
    "feet": (0.3048, 0.4),
    "decimetres": (0.1, 0.4),
}

_END = r"([ ._-]?[lr])?([ ._-]?(link|joint|jnt))?$"
# A "leg" is the shin, unless "up" or "upper" stands before it.
_KNEE = re.compile(
    r"(knee|shin|calf|tibia|lower[ ._-]?leg|(?<!up)(?<!upper)(?<!up[ ._-])(?<!upper[ ._-])leg)"
    + _END
)
_HIP = re.compile(r"(hip|thigh|femur|up(per)?[ ._-]?leg)(?!.*(twist|legroll))")
_ANKLE = re.compile(r"ankle|foot")
_MOST_LEGS = 8
_UPSIDE_DOWN, _THROUGHOUT = 0.7, 0.95  # share of a leg's length, and of the frames


@dataclass(frozen=True)
class Leg:
    """One leg: its hip and ankle, and ``chain``, the joints after the hip down to the ankle."""

    hip: int
    ankle: int
    chain: list[int]


def find_unit(raw: RawMotion) -> float:
    """Metres in a unit of the file; adds a note.

    The unit in which a leg, or with no leg by name the standing body, is nearest 0.85 m or 1.7 m.

    Raises:
        FootlightsError: every joint is in one place.
    """
    length, true_length, part = leg_length(raw), LEG, "leg"
    if length is None:
        positions = raw.sample_positions()
        largest = (positions.max(1) - positions.min(1)).max(-1)
        # Not the median: bodies lie and crouch, but seldom stretch beyond their height.
        length, true_length, part = float(np.percentile(largest, 75)), STATURE, "body"

    if not np.isfinite(length) or length <= 0:
        raise FootlightsError(
            "every joint is in one place, so the unit cannot be found",
            "",
            "give it with --unit METRES",
        )
    name = min(
        UNITS, key=lambda unit: abs(np.log(length * UNITS[unit][0] / true_length)) + UNITS[unit][1]
    )
    metres = UNITS[name][0]
    raw.notes.append(f"unit taken to be {name}: the {part} is {length * metres:.2f} m")
    return metres


def find_up(raw: RawMotion, usual: str = "y", *, certain: bool = False, signed: bool = True) -> str:
    """ "y" or "z": ``usual``, unless the hips are above the ankles along the other; adds a note.

    With ``signed`` also "minus-y" and "minus-z", of worlds in which nobody ever stands upright.

    ``certain``: the format says which it is, so that only the other one is worth a note.
    """
    legs = find_legs(raw.names, raw.parents)
    if not legs:
        if not certain:
            raw.notes.append(f"up axis taken to be {usual}: no legs found by name")
        return usual

    positions = raw.sample_positions()
    rises = np.mean([positions[:, leg.hip] - positions[:, leg.ankle] for leg in legs], axis=0)
    down = _always_down(rises) if signed else None
    if down is not None:
        raw.notes.append(
            f"up axis taken to be minus-{down}: the hips are below the ankles along {down} in all "
            f"of the clip (--up {down} if this is a handstand)"
        )
        return f"minus-{down}"

    rise = rises.mean(0)
    along = dict(zip("xyz", rise, strict=True))
    other = "z" if usual == "y" else "y"
    up = other if along[other] > 1.5 * abs(along[usual]) else usual

    if up != usual or not certain:
        reason = (
            "the hips are above the ankles along it"
            if along[up] > 0
            else "the legs point along neither y nor z"
        )
        raw.notes.append(f"up axis taken to be {up}: {reason}")
    return up


def _always_down(rises: np.ndarray) -> str | None:
    """The axis, y or z, along which hips are far below ankles (``rises``: (T, 3)) throughout."""
    lengths = np.linalg.norm(rises, axis=-1)
    for axis in "yz":
        if (rises[:, "xyz".index(axis)] < -_UPSIDE_DOWN * lengths).mean() > _THROUGHOUT:
            return axis
    return None


def leg_length(raw: RawMotion) -> float | None:
    """Mean length of the legs, hip to knee to ankle, in the file's unit; None without any."""
    lengths = [
        float(np.linalg.norm(raw.offsets[leg.chain], axis=-1).sum())
        for leg in find_legs(raw.names, raw.parents)
    ]
    lengths = [length for length in lengths if length > 0]
    return sum(lengths) / len(lengths) if lengths else None


def find_legs(names: list[str], parents: list[int]) -> list[Leg]:
    """The legs that joint names tell of: an ankle below a knee below a hip."""
    knee_above = [-1] * len(names)
    legs: list[Leg] = []
    for joint, name in enumerate(names):
        parent = parents[joint]
        knee_above[joint] = knee_above[parent] if parent >= 0 else -1
        if parent >= 0 and _KNEE.search(_plain(name)):
            knee_above[joint] = joint
        elif knee_above[joint] >= 0 and _ANKLE.search(_plain(name)) and len(legs) < _MOST_LEGS:
            legs.append(_leg(joint, knee_above[joint], names, parents))
            # What hangs on an ankle, such as a toe called foot, is no second leg.
            knee_above[joint] = -1
    return legs


def _leg(ankle: int, knee: int, names: list[str], parents: list[int]) -> Leg:
    ancestors = _with_ancestors(ankle, parents)
    below_knee = ancestors[: ancestors.index(knee)]
    from_knee_up = ancestors[ancestors.index(knee) :]
    # Where no ancestor is called a hip, the knee's parent is taken for it.
    hip = next(
        (i for i in range(1, len(from_knee_up)) if _HIP.search(_plain(names[from_knee_up[i]]))), 1
    )
    return Leg(from_knee_up[hip], ankle, from_knee_up[:hip][::-1] + below_knee[::-1])


def _plain(name: str) -> str:
    """A joint's name without its namespace, in small letters."""
    return name.rsplit(":", 1)[-1].lower()


def _with_ancestors(joint: int, parents: list[int]) -> list[int]:
    """The joint and its ancestors, nearest first."""
    line = [joint]
    while parents[line[-1]] >= 0:
        line.append(parents[line[-1]])
    return line
