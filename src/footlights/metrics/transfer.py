"""How well a dance went from the house body onto a character: soles, contacts, limb directions.

The house body knows where its soles touch; foreign clips do not. How true a clip on the house body
is to the foreign one it came from is measured by `retargeting.fidelity`.
"""

from dataclasses import dataclass

import numpy as np

from ..motion.contacts import mark_contacts, touches
from ..motion.limbs import LIMB_BONES, LIMBS
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..retargeting.hand_support import hand_support_weights
from ..retargeting.observed_motion import ObservedMotion, observe
from ..retargeting.rig import Rig, house_rig
from .foot_contact import slip_of

_LEANS = 0.9  # of a hand's support weight
_SAME_MOMENT = 1 / 30  # seconds


@dataclass(frozen=True)
class Transfer:
    """Means over a clip.

    Attributes:
        source_slide, slide: planar speed in cm/s of soles in contact, on the house body and on the
            character.
        shared_contacts: share of contacts of heels and toes that are found at the same time on
            both.
        shared_moments: share of the moments at which a foot of either comes down or leaves the
            floor that both have, to 1/30 s.
        bone_angle: degrees between the limb bones of both, and between neck to head of both.
        limb_angle: degrees between hip to ankle, and shoulder to wrist, of both; they differ where
            a limb is divided otherwise.
        source_hand_slide, hand_slide: planar speed in cm/s, of our size, of wrists that lean on
            the floor; NaN when none does.
        deepest_sole: metres that a sole is below the floor at most, over the character's size.
    """

    source_slide: float
    slide: float
    shared_contacts: float
    shared_moments: float
    bone_angle: float
    limb_angle: float
    source_hand_slide: float
    hand_slide: float
    deepest_sole: float


def transfer(source: Motion, result: Motion, rig: Rig) -> Transfer:
    """Compare ``result``, on ``rig``, with its ``source`` on the house skeleton.

    Raises:
        FootlightsError: the source is on another skeleton.
    """
    marked = mark_contacts(source)
    contacts = marked if source.contacts is None else source.contacts
    our_soles = house_rig().sole_positions(source).astype(np.float64)
    soles = rig.sole_positions(result).astype(np.float64)
    on_character = touches(soles / rig.size, result.fps)

    theirs = observe(source, house_rig().joints, SMPL24)
    ours = observe(result, rig.joints, SMPL24)
    bones = list(LIMB_BONES)
    if {"neck", "head"} <= rig.joints.keys():
        bones.append(("neck", "head"))

    return Transfer(
        source_slide=_mean_slip(our_soles, contacts, source.fps),
        slide=_mean_slip(soles, contacts, result.fps),
        shared_contacts=_shared_contacts(marked, on_character),
        shared_moments=_shared_moments(marked, on_character, source.fps),
        bone_angle=_mean_angle(theirs, ours, bones),
        limb_angle=_mean_angle(theirs, ours, [(limb.upper, limb.end) for limb in LIMBS]),
        source_hand_slide=_hand_slide(theirs, theirs),
        hand_slide=_hand_slide(theirs, ours),
        deepest_sole=float(max(0.0, -soles[..., 2].min()) / rig.size),
    )


def _mean_slip(soles: np.ndarray, contacts: np.ndarray, fps: float) -> float:
    return float(np.nanmean(slip_of(soles, contacts, fps))) if contacts.any() else 0.0


def _shared_contacts(theirs: np.ndarray, ours: np.ndarray) -> float:
    """Share of contacts (T, 4) of either that both have."""
    return float((theirs * ours).sum() / max(np.maximum(theirs, ours).sum(), 1))


def _shared_moments(theirs: np.ndarray, ours: np.ndarray, fps: float) -> float:
    """Share of the moments of either at which a foot's contacts (T, 4) begin or end that both have.

    Within the clip and to 1/30 s, one for one: marks that flicker have more moments, not the same.
    """
    shared = every = 0
    for foot in (slice(0, 2), slice(2, 4)):
        steps = [
            np.diff((contacts[:, foot].max(axis=1) > 0.5).astype(int))
            for contacts in (theirs, ours)
        ]
        for change in (1, -1):
            their_frames, our_frames = (np.flatnonzero(s == change).tolist() for s in steps)
            every += len(their_frames) + len(our_frames)
            shared += _pairs(their_frames, our_frames, fps * _SAME_MOMENT)
    return shared / (every - shared) if every else float("nan")


def _pairs(some: list[int], others: list[int], tolerance: float) -> int:
    """How many of two ascending lists of frames can be paired, one for one."""
    count = i = j = 0
    while i < len(some) and j < len(others):
        apart = some[i] - others[j]
        count += abs(apart) <= tolerance
        i, j = i + (apart <= tolerance), j + (apart >= -tolerance)
    return count


def _hand_slide(theirs: ObservedMotion, one: ObservedMotion) -> float:
    """Mean planar speed in cm/s of the wrists of ``one`` while ``theirs`` lean on the floor."""
    speeds = [np.zeros(0)]
    for name, weight in hand_support_weights(theirs).items():
        velocity = np.gradient(one.positions[name][:, :2], 1 / one.fps, axis=0)
        speeds.append(np.linalg.norm(velocity, axis=-1)[weight > _LEANS])
    resting_speeds = np.concatenate(speeds)
    return float(100 * resting_speeds.mean()) if resting_speeds.size else float("nan")


def _mean_angle(one: ObservedMotion, other: ObservedMotion, pairs: list[tuple[str, str]]) -> float:
    """Mean angle in degrees between the lines that join each pair of joints."""
    cosines = [(one.direction(*pair) * other.direction(*pair)).sum(-1) for pair in pairs]
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean())
