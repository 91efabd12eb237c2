"""Faults of a retargeted clip that no repair finds: nothing holds the body up, or it is frozen.

A body whose lowest point is in the air must fall freely; one that does not, hangs. Heights are
judged against the clip's floor z = 0.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.signals import close_gaps, runs
from ..metrics.foot_support import centre_of_mass
from ..motion.body import sole_heights
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..motion.world import GRAVITY
from ..physics.humanoid import Humanoid

HANGING, ON_ONE_HEEL = "hangs in the air", "balances on one heel"
FLIPPED, FROZEN = "stands with its pelvis upside down", "is frozen"

_IN_THE_AIR = 0.04  # metres above the floor of the lowest point of the body
_SHORTEST_HANG = 0.2  # seconds: hops are shorter, and their fall is too small to be told
_LEAST_FALL = 0.5  # of free fall: a body that falls by less has something under it
_MARGIN = 0.1  # seconds on both sides of a hang in which the foot leaves and finds its floor
_GAP = 0.1  # seconds: a toe that dips between two hangs does not carry
_ON_A_HEEL = 0.04  # metres by which the ball of the only standing foot is above its heel
_SHORTEST_BALANCE = 0.4  # seconds: steps roll over the heel sooner
_UPSIDE_DOWN = -0.5  # of the pelvis' own up against the world's
_SHORTEST_FLIP, _SHORTEST_FREEZE = 0.2, 1.0  # seconds
_SHORTEST_SOUND = 2.0  # seconds: shorter parts beside a fault are dropped with it
_STILL = 0.005  # m/s of the fastest joint: a living body sways by more
_LYING_HEIGHT = 0.15  # metres: another joint as low as this may bear weight
_NOT_FEET = [
    joint for joint, name in enumerate(SMPL24.names) if not name.endswith(("ankle", "foot"))
]


@dataclass(frozen=True)
class RecordingFault:
    """What is wrong with a part of a clip.

    Attributes:
        start, end: frames, the end one beyond.
        what: `HANGING`, `ON_ONE_HEEL`, `FLIPPED` or `FROZEN`.
        height: the median height of the lowest point of the body meanwhile, metres.
    """

    start: int
    end: int
    what: str
    height: float


def recording_faults(motion: Motion) -> list[RecordingFault]:
    """The parts of a clip on the floor z = 0 that no body can have done, in order of time.

    A part hangs when for a fifth of a second and more the lowest point of the body is over 4 cm
    high and its centre of mass falls with less than half of gravity. It balances on one heel when
    for 0.4 s and more nothing but that heel is near the floor, the ball of its foot 4 cm higher.
    Upside down counts only where feet are the lowest, for dancers do stand on their heads.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    positions, rotations = (array.astype(np.float64) for array in motion.kinematics())
    heights, on_feet = _lowest_points(positions, rotations)

    masks = {
        HANGING: _hanging(heights, centre_of_mass(positions)[:, 2], motion.fps),
        ON_ONE_HEEL: _lasting(
            on_feet & _on_one_heel(positions, sole_heights(motion)), motion, _SHORTEST_BALANCE
        ),
        FLIPPED: _lasting(on_feet & (_pelvis_up(rotations) < _UPSIDE_DOWN), motion, _SHORTEST_FLIP),
        FROZEN: _lasting(_still(positions, motion.fps), motion, _SHORTEST_FREEZE),
    }
    faults = [
        RecordingFault(start, end, what, float(np.median(heights[start:end])))
        for what, mask in masks.items()
        for start, end in runs(mask)
    ]
    return sorted(faults, key=lambda fault: (fault.start, fault.what))


def sound_spans(motion: Motion, faults: list[RecordingFault]) -> list[tuple[int, int]]:
    """(start, end) frames of what lies outside ``faults``: of a clip that has any, two seconds and
    more.
    """
    sound = np.ones(len(motion), bool)
    for fault in faults:
        sound[fault.start : fault.end] = False
    shortest = _SHORTEST_SOUND * motion.fps if faults else 0
    return [(start, end) for start, end in runs(sound) if end - start >= shortest]


def _lowest_points(positions: np.ndarray, rotations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Height (T,) of the lowest point of the body, and whether it is one of the feet's."""
    humanoid = Humanoid.of()
    joints = humanoid.contact_joints
    # Only heights are needed: the third row of each rotation.
    heights = positions[:, joints, 2]
    heights = heights + np.einsum("tpj,pj->tp", rotations[:, joints, 2], humanoid.contact_points)
    lowest = heights.argmin(axis=1)
    return heights.min(axis=1), humanoid.on_sole[lowest]


def _hanging(heights: np.ndarray, centre: np.ndarray, fps: float) -> np.ndarray:
    """(T,) bool: in the air without falling, with the margins of it."""
    in_the_air = close_gaps(heights > _IN_THE_AIR, _GAP * fps)
    hanging = np.zeros_like(in_the_air)
    margin = round(_MARGIN * fps)
    for start, end in runs(in_the_air):
        if end - start >= _SHORTEST_HANG * fps and _fall(centre[start:end], fps) < _LEAST_FALL:
            hanging[max(0, start - margin) : end + margin] = True
    return hanging


def _fall(centre: np.ndarray, fps: float) -> float:
    """By how much of gravity a centre of mass (T,) accelerates downwards, by its best parabola."""
    seconds = np.arange(len(centre)) / fps
    return float(-2 * np.polyfit(seconds, centre, 2)[0] / GRAVITY)


def _on_one_heel(positions: np.ndarray, soles: np.ndarray) -> np.ndarray:
    """(T,) bool, of joints (T, 24, 3) and of heights (T, 4) of the parts of the soles, metres."""
    heels, balls = soles[:, ::2].astype(np.float64), soles[:, 1::2].astype(np.float64)
    tilted = (heels < _IN_THE_AIR) & (balls > heels + _ON_A_HEEL)
    away = np.minimum(heels, balls) > _IN_THE_AIR
    others = positions[:, _NOT_FEET, 2].min(axis=1) > _LYING_HEIGHT
    alone: np.ndarray = (tilted & away[:, ::-1]).any(axis=1) & others
    return alone


def _pelvis_up(rotations: np.ndarray) -> np.ndarray:
    # The rest pose of the house skeleton is upright, so the pelvis' own up is its z.
    return rotations[:, 0, 2, 2]


def _still(positions: np.ndarray, fps: float) -> np.ndarray:
    if len(positions) < 2:
        return np.zeros(len(positions), bool)
    velocity = np.gradient(positions, 1 / fps, axis=0)
    still: np.ndarray = np.linalg.norm(velocity, axis=-1).max(axis=1) < _STILL
    return still


def _lasting(mask: np.ndarray, motion: Motion, seconds: float) -> np.ndarray:
    lasting = np.zeros_like(mask)
    for start, end in runs(mask):
        lasting[start:end] = end - start >= seconds * motion.fps
    return lasting
