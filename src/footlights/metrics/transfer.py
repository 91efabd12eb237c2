"""How well a dance went from the house body onto a character: sliding feet, contact times, where
limbs point.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import normalize
from ..motion.contacts import mark_contacts, touches
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..retargeting.bone_calibration import LIMBS, Seen, observe
from ..retargeting.hand_support import leaning
from ..retargeting.rig import Rig, house
from .foot_contact import slip_of

_FIRM = 0.9  # of a hand's leaning
_BONES = tuple((a, b) for upper, middle, end in LIMBS for a, b in ((upper, middle), (middle, end)))


@dataclass(frozen=True)
class Transfer:
    """Means over a clip.

    Attributes:
        slide_source, slide: planar speed in cm/s of soles in contact, on the house body and on the
        character. contacts: share of contacts of heels and toes that are found at the same time on
        both. times: share of the moments at which a foot of either comes down or leaves the floor
        that both have, to 1/30 s. direction: degrees between the limb bones of both, and between
        neck to head of both. ends: degrees between hip to ankle, and shoulder to wrist, of both;
        they differ where a limb is divided otherwise. hand_slide_source, hand_slide: planar speed
        in cm/s, of our size, of wrists that lean on the floor; NaN when none does. deepest: metres
        that a sole is below the floor at most, over the character's size.
    """

    slide_source: float
    slide: float
    contacts: float
    times: float
    direction: float
    ends: float
    hand_slide_source: float
    hand_slide: float
    deepest: float


def transfer(source: Motion, result: Motion, rig: Rig) -> Transfer:
    """Compare ``result``, on ``rig``, with the ``source`` on the house skeleton that it was made
    from.

    Raises:
        FootlightsError: the source is on another skeleton.
    """
    marked = mark_contacts(source)
    contacts = marked if source.contacts is None else source.contacts
    places = rig.soles_of(result).astype(np.float64)
    theirs = house().soles_of(source).astype(np.float64)
    found = touches(places / rig.size, result.fps)
    either = np.maximum(marked, found)
    ours, seen = observe(result, rig.joints, SMPL24), observe(source, house().joints, SMPL24)
    bones = [*_BONES, *([("neck", "head")] if {"neck", "head"} <= rig.joints.keys() else [])]
    return Transfer(
        float(np.nanmean(slip_of(theirs, contacts, source.fps))) if contacts.any() else 0.0,
        float(np.nanmean(slip_of(places, contacts, result.fps))) if contacts.any() else 0.0,
        float((marked * found).sum() / max(either.sum(), 1)),
        _same_moments(marked, found, source.fps),
        _apart(seen, ours, bones),
        _apart(seen, ours, [(upper, end) for upper, _, end in LIMBS]),
        _hands(seen, seen),
        _hands(seen, ours),
        float(max(0.0, -places[..., 2].min()) / rig.size),
    )


def _same_moments(theirs: np.ndarray, ours: np.ndarray, fps: float) -> float:
    """Moments within the clip at which a foot's marks (T, 4) begin or end on both, within 1/30 s,
    one for one, over all.
    """
    both = every = 0
    for foot in (slice(0, 2), slice(2, 4)):
        steps = [
            np.diff((marks[:, foot].max(axis=1) > 0.5).astype(int)) for marks in (theirs, ours)
        ]
        for way in (1, -1):
            wanted, found = (np.flatnonzero(step == way).tolist() for step in steps)
            every += len(wanted) + len(found)
            while wanted and found:
                apart = wanted[0] - found[0]
                if abs(apart) <= fps / 30:
                    both += 1
                if apart <= fps / 30:
                    wanted.pop(0)
                if apart >= -fps / 30:
                    found.pop(0)
    return both / (every - both) if every else float("nan")


def _hands(theirs: Seen, one: Seen) -> float:
    """Mean planar speed in cm/s of ``one``'s wrists while ``theirs`` lean firmly on the floor."""
    speeds = [np.zeros(0)]
    for name, weight in leaning(theirs).items():
        speed = np.linalg.norm(np.gradient(one.places[name][:, :2], 1 / one.fps, axis=0), axis=-1)
        speeds.append(speed[weight > _FIRM])
    every = np.concatenate(speeds)
    return float(100 * every.mean()) if every.size else float("nan")


def _apart(one: Seen, other: Seen, pairs: list[tuple[str, str]]) -> float:
    """Mean angle in degrees between the lines that join each pair of joints."""
    cosines = [(normalize(one.bone(a, b)) * normalize(other.bone(a, b))).sum(-1) for a, b in pairs]
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean())
