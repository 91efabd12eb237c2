"""How true a retargeted clip is to its source: joint places, limb directions, sliding feet."""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import normalize
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES
from .bone_calibration import LIMBS, Seen, observe, resting
from .joint_names import joint_map

_BONES = tuple((a, b) for upper, middle, end in LIMBS for a, b in ((upper, middle), (middle, end)))


@dataclass(frozen=True)
class Fidelity:
    """Means over frames: joint error (m), limb direction error (degrees), planar speed of resting
    feet (m/s) of both.
    """

    joint_error: float
    direction_error: float
    slide_source: float
    slide: float


def fidelity(source: Motion, result: Motion, scale: float) -> Fidelity:
    """Compare ``result`` (house skeleton) with the ``source`` it was made from, frame by frame.

    The joints to match are the source's carried to our bone lengths: from its scaled mid-hips along
    its hip line, trunk, shoulder line and limb directions, each as long as ours. Sliding is the
    mean planar speed of ankle and toe joints in the frames in which the source's joint is low and
    slow.
    """
    seen = observe(source, joint_map(source.skeleton), result.skeleton, scale)
    places = {name: result.positions[:, j].astype(np.float64) for j, name in enumerate(SMPL_NAMES)}
    goals = carried(seen, result)
    error = np.mean([np.linalg.norm(places[n] - goal, axis=-1).mean() for n, goal in goals.items()])
    pairs = [(seen.bone(a, b), normalize(places[b] - places[a])) for a, b in _bones(seen)]
    ours = Seen(places, {}, 1.0, result.fps)
    pairs.append((normalize(seen.trunk), normalize(ours.trunk)))
    direction = np.mean(
        [np.degrees(np.arccos(np.clip((a * b).sum(-1), -1, 1))).mean() for a, b in pairs]
    )
    slide_source, slide = _slides(seen, places)
    return Fidelity(float(error), float(direction), slide_source, slide)


def carried(seen: Seen, result: Motion) -> dict[str, np.ndarray]:
    """Where the source's joints come to lie, (T, 3) each, when its limb directions are walked with
    our bone lengths.
    """
    rest = {
        name: result.skeleton.rest[j].astype(np.float64)[None] for j, name in enumerate(SMPL_NAMES)
    }
    ours = Seen(rest, {}, 1.0, 1.0)
    length = np.linalg.norm(ours.trunk) / np.median(np.linalg.norm(seen.trunk, axis=-1))
    middles = {"hip": seen.hips, "shoulder": seen.hips + seen.trunk * length}
    goals: dict[str, np.ndarray] = {}
    for joint, middle in middles.items():
        half = normalize(seen.line(joint)) * np.linalg.norm(ours.line(joint)) / 2
        goals[f"left_{joint}"], goals[f"right_{joint}"] = middle + half, middle - half
    for a, b in _bones(seen):
        if a in goals:
            goals[b] = goals[a] + seen.bone(a, b) * np.linalg.norm(rest[b] - rest[a])
    return goals


def _bones(seen: Seen) -> list[tuple[str, str]]:
    """The bones whose direction counts: limbs, neck, and hands that go on along their forearm as
    hands do.
    """
    bones = list(_BONES)
    for side in ("left", "right"):
        elbow, wrist, hand = (f"{side}_{n}" for n in ("elbow", "wrist", "hand"))
        if (
            hand in seen.places
            and (seen.bone(wrist, hand) * seen.bone(elbow, wrist)).sum(-1).mean() > 0.8
        ):
            bones.append((wrist, hand))
    if "neck" in seen.places and "head" in seen.places:
        bones.append(("neck", "head"))
    return bones


def _slides(seen: Seen, places: dict[str, np.ndarray]) -> tuple[float, float]:
    """Mean planar speed (m/s) of resting ankles and toes in the source and in ours; nan when none
    rests.
    """
    theirs: list[np.ndarray] = []
    ours: list[np.ndarray] = []
    for name in ("left_ankle", "right_ankle", "left_foot", "right_foot"):
        place = seen.places.get(name)
        if place is None or len(place) < 2:
            continue
        rests = resting(place, seen.fps) > 0.5
        for speeds, points in ((theirs, place), (ours, places[name])):
            moved = np.linalg.norm(np.gradient(points[:, :2], axis=0), axis=-1) * seen.fps
            speeds.append(moved[rests])
    if not any(len(speeds) for speeds in theirs):
        return float("nan"), float("nan")
    return float(np.concatenate(theirs).mean()), float(np.concatenate(ours).mean())
